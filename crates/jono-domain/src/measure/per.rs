//! How many on a day, or in a week: counts of a period, divided by the days or weeks that it has.
//!
//! Everything of the period is above the line, also what came on a weekend: it is the number by which a week with a
//! holiday can be compared with one without. How many working days or open days there are, the asker knows by its
//! [calendar](crate::calendar::Calendar) and by the [openings](crate::opening::Openings). A weekly mean is of whole ISO
//! weeks, each of which belongs to the period in which its Thursday lies.

use std::sync::Arc;

use super::{Dimension, Need, Per, Question, Sum, Value, counts};
use crate::{cell::Cell, service::Service};

/// How the names end.
const ENDS: [(&str, Per); 3] =
    [("_per_workday", Per::Workday), ("_per_open_day", Per::OpenDay), ("_weekly_mean", Per::Week)];

pub(super) const NAMES: &[&str] = &[
    "arrivals_per_workday",
    "contacts_per_workday",
    "unit_contacts_per_workday",
    "answered_per_workday",
    "arrivals_per_open_day",
    "contacts_per_open_day",
    "unit_contacts_per_open_day",
    "answered_per_open_day",
    "arrivals_weekly_mean",
    "contacts_weekly_mean",
    "unit_contacts_weekly_mean",
    "answered_weekly_mean",
];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    if !NAMES.contains(&name) {
        return None;
    }
    let (count, per) = ENDS.into_iter().find_map(|(end, per)| Some((name.strip_suffix(end)?, per)))?;
    Some(Arc::new(CountPer { count: counts::parse(count)?, per }))
}

/// What is counted, and by what it is divided.
struct CountPer {
    count: Arc<dyn Question>,
    per: Per,
}

impl Question for CountPer {
    fn dimension(&self) -> Dimension {
        Dimension::Mean
    }

    fn need(&self) -> Need {
        self.count.need()
    }

    fn needs_ids(&self) -> bool {
        self.count.needs_ids()
    }

    fn per(&self) -> Option<Per> {
        Some(self.per)
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        self.count.add(cell, service, sum);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.count.value(sum)
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        self.count.tallies()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;

    #[test]
    fn a_count_is_shared_out() {
        let measure: Measure = "contacts_per_workday".parse().unwrap();
        let four = measure.shared_out(Value::Count(10), 4);
        assert_eq!(four, Some(Value::Quotient { numerator: 10, denominator: 4 }));
        assert_eq!(measure.shared_out(Value::Count(10), 0), None, "a weekend has none");
        let plain: Measure = "contacts".parse().unwrap();
        assert_eq!(plain.shared_out(Value::Count(10), 0), Some(Value::Count(10)));
        assert!(!measure.is_tally() && plain.is_tally());
    }

    #[test]
    fn every_name_is_that_of_a_count() {
        assert!(NAMES.iter().all(|name| parse(name).is_some()));
        assert!(parse("wait_mean_per_workday").is_none() && parse("contacts").is_none());
        let per = |name: &str| name.parse::<Measure>().unwrap().per();
        assert_eq!(per("contacts_per_open_day"), Some(Per::OpenDay));
        assert_eq!(per("unit_contacts_weekly_mean"), Some(Per::Week));
        assert_eq!(per("contacts"), None);
    }
}
