//! How far off is the first free appointment, and how often is there one?
//!
//! Calendar days from the day of looking to the first free one, each of 86 400 seconds, so that it can be held against
//! other waits. A poll that saw none is no number of days: it is left out, and shows in the share of those that saw
//! one. What others publish of it is in the same unit.
//!
//! Leads do not roll up: a customer takes one book's first free appointment and not the mean of several books'.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, statistic::Statistic};
use crate::{
    cell::{Aspect, Cell, Count, Sample},
    service::Service,
};

pub(super) const NAMES: &[&str] =
    &["appointment_lead", "appointment_lead_pNN", "appointment_available_ratio"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    match name {
        "appointment_lead" => return Some(Arc::new(Lead { statistic: Statistic::Mean })),
        "appointment_available_ratio" => return Some(Arc::new(AvailableRatio)),
        _ => {}
    }
    match Statistic::parse(name.strip_prefix("appointment_lead_")?)? {
        // The mean has the shorter name, and one is enough.
        Statistic::Mean => None,
        statistic @ Statistic::Percentile(_) => Some(Arc::new(Lead { statistic })),
    }
}

const SECONDS_PER_DAY: u32 = 86_400;

struct Lead {
    statistic: Statistic,
}

impl Question for Lead {
    fn dimension(&self) -> Dimension {
        Dimension::Seconds
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn aspect(&self) -> Aspect {
        Aspect::Appointments
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        self.statistic.add(cell.sample(Sample::AppointmentDays), sum);
    }

    /// The sum is of days.
    fn value(&self, sum: &Sum) -> Option<Value> {
        Some(match self.statistic.value(sum)? {
            Value::Quotient { numerator, denominator } => {
                Value::Quotient { numerator: numerator * u128::from(SECONDS_PER_DAY), denominator }
            }
            Value::Percentile { value, of } => {
                Value::Percentile { value: value * u64::from(SECONDS_PER_DAY), of }
            }
            value @ (Value::Count(_) | Value::Published { .. }) => value,
        })
    }

    fn rolls_up(&self) -> bool {
        false
    }
}

/// Polls that saw a free appointment / all polls of the book.
struct AvailableRatio;

impl Question for AvailableRatio {
    fn dimension(&self) -> Dimension {
        Dimension::Ratio
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn aspect(&self) -> Aspect {
        Aspect::Appointments
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        let free = cell.count(Count::AppointmentsFree);
        sum.numerator += u128::from(free);
        sum.denominator += free + cell.count(Count::AppointmentsNone);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        sum.quotient()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Measure, tests::check};

    #[test]
    fn a_poll_that_saw_none_is_no_number_of_days() {
        insta::assert_snapshot!(check("appointment_lead"), @"Quotient { numerator: 1728000, denominator: 3 }");
        insta::assert_snapshot!(check("appointment_lead_p50"), @"Percentile { value: 345600, of: 3 }");
        insta::assert_snapshot!(check("appointment_available_ratio"), @"Quotient { numerator: 3, denominator: 5 }");
        assert!("appointment_lead_mean".parse::<Measure>().is_err());
    }

    #[test]
    fn only_leads_do_not_roll_up() {
        let names = Measure::names().map(|name| name.replace("NN", "50"));
        let apart = names.filter(|name| !name.parse::<Measure>().unwrap().rolls_up());
        insta::assert_snapshot!(apart.collect::<Vec<_>>().join(" "), @"appointment_lead appointment_lead_p50");
    }
}
