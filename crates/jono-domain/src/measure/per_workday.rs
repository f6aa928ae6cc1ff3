//! How many on a working day: counts of a period, divided by the working days that it has.
//!
//! Everything of the period is above the line, also what came on a weekend: it is the number by which a week with a
//! holiday can be compared with one without. How many working days there are, the asker knows by its
//! [calendar](crate::calendar::Calendar).

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, counts};
use crate::{cell::Cell, service::Service};

const SUFFIX: &str = "_per_workday";

pub(super) const NAMES: &[&str] =
    &["arrivals_per_workday", "contacts_per_workday", "unit_contacts_per_workday", "answered_per_workday"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    if !NAMES.contains(&name) {
        return None;
    }
    Some(Arc::new(PerWorkday(counts::parse(name.strip_suffix(SUFFIX)?)?)))
}

/// What is counted, before it is divided.
struct PerWorkday(Arc<dyn Question>);

impl Question for PerWorkday {
    fn dimension(&self) -> Dimension {
        Dimension::Mean
    }

    fn need(&self) -> Need {
        self.0.need()
    }

    fn needs_ids(&self) -> bool {
        self.0.needs_ids()
    }

    fn is_per_workday(&self) -> bool {
        true
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        self.0.add(cell, service, sum);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.0.value(sum)
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        self.0.tallies()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;

    #[test]
    fn a_count_is_shared_out_over_the_days() {
        let measure: Measure = "contacts_per_workday".parse().unwrap();
        let four = measure.over_workdays(Value::Count(10), 4);
        assert_eq!(four, Some(Value::Quotient { numerator: 10, denominator: 4 }));
        assert_eq!(measure.over_workdays(Value::Count(10), 0), None, "a weekend has none");
        let plain: Measure = "contacts".parse().unwrap();
        assert_eq!(plain.over_workdays(Value::Count(10), 0), Some(Value::Count(10)));
        assert!(!measure.is_tally() && plain.is_tally());
    }

    #[test]
    fn every_name_is_that_of_a_count() {
        assert!(NAMES.iter().all(|name| parse(name).is_some()));
        assert!(parse("wait_mean_per_workday").is_none() && parse("contacts").is_none());
    }
}
