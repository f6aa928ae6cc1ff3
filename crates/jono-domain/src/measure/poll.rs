//! What was seen at service points by those who looked: how often somebody looked, how often they were open, and of the open ones how many
//! customers waited, how long, and how many desks served.
//!
//! Means are over polls, not over customers or time: a mean says what somebody sees who comes when a poll was made.
//! What a poll did not see is left out of it, and a closed office is no number.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, statistic::Statistic};
use crate::{
    cell::{Aspect, Cell, Count, Sample},
    service::Service,
};

pub(super) const NAMES: &[&str] = &[
    "polls",
    "polled_open_ratio",
    "polled_wait_mean",
    "polled_wait_pNN",
    "polled_waiting_mean",
    "polled_waiting_pNN",
    "polled_desks_mean",
];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    match name {
        "polls" => return Some(Arc::new(Polls)),
        "polled_open_ratio" => return Some(Arc::new(OpenRatio)),
        _ => {}
    }
    let (sample, statistic) = name.strip_prefix("polled_")?.split_once('_')?;
    let statistic = Statistic::parse(statistic)?;
    let sample = match (sample, statistic) {
        ("wait", _) => Sample::PolledWait,
        ("waiting", _) => Sample::PolledWaiting,
        ("desks", Statistic::Mean) => Sample::PolledDesks,
        _ => return None,
    };
    Some(Arc::new(Polled { sample, statistic }))
}

/// How often somebody looked, whatever was seen.
struct Polls;

impl Question for Polls {
    fn dimension(&self) -> Dimension {
        Dimension::Count
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn aspect(&self) -> Aspect {
        Aspect::Polls
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        sum.numerator += u128::from(cell.count(Count::PolledOpen) + cell.count(Count::PolledClosed));
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        Some(Value::Count(sum.numerator))
    }
}

/// Polls that saw it serve / all polls.
struct OpenRatio;

impl Question for OpenRatio {
    fn dimension(&self) -> Dimension {
        Dimension::Ratio
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn aspect(&self) -> Aspect {
        Aspect::Polls
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        let open = cell.count(Count::PolledOpen);
        sum.numerator += u128::from(open);
        sum.denominator += open + cell.count(Count::PolledClosed);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        sum.quotient()
    }
}

/// What was seen of the open ones.
struct Polled {
    sample: Sample,
    statistic: Statistic,
}

impl Question for Polled {
    fn dimension(&self) -> Dimension {
        match (self.sample == Sample::PolledWait, self.statistic) {
            (true, _) => Dimension::Seconds,
            (false, Statistic::Mean) => Dimension::Mean,
            (false, Statistic::Percentile(_)) => Dimension::Count,
        }
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn aspect(&self) -> Aspect {
        Aspect::Polls
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        self.statistic.add(cell.sample(self.sample), sum);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.statistic.value(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Measure, tests::check};
    use super::*;

    #[test]
    fn a_closed_office_is_no_number() {
        insta::assert_snapshot!(check("polls"), @"Count(4)");
        insta::assert_snapshot!(check("polled_open_ratio"), @"Quotient { numerator: 3, denominator: 4 }");
        insta::assert_snapshot!(check("polled_waiting_mean"), @"Quotient { numerator: 14, denominator: 3 }");
        insta::assert_snapshot!(check("polled_waiting_p50"), @"Percentile { value: 4, of: 3 }");
        insta::assert_snapshot!(check("polled_desks_mean"), @"Quotient { numerator: 5, denominator: 2 }");
    }

    #[test]
    fn a_wait_that_was_not_seen_is_left_out() {
        insta::assert_snapshot!(check("polled_wait_mean"), @"Quotient { numerator: 1500, denominator: 2 }");
        insta::assert_snapshot!(check("polled_wait_p90"), @"Percentile { value: 1200, of: 2 }");
    }

    #[test]
    fn a_mean_of_customers_has_a_fraction_and_a_percentile_has_none() {
        let dimension = |name: &str| name.parse::<Measure>().unwrap().dimension();
        assert_eq!(dimension("polled_waiting_mean"), Dimension::Mean);
        assert_eq!(dimension("polled_waiting_p50"), Dimension::Count);
        assert_eq!(dimension("polled_wait_p50"), Dimension::Seconds);
        assert!("polled_desks_p50".parse::<Measure>().is_err());
    }
}
