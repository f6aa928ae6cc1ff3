//! How many call backs came how far, how long did customers wait for them, and what share was reached?
//!
//! Each stage is counted in the hour in which it happened, so an hour may call more than it accepted. A call back
//! that reached the customer is no second contact. What was promised is a question of its own.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, statistic::Statistic};
use crate::{
    cell::{Aspect, Cell, Count, Sample},
    service::Service,
};

pub(super) const NAMES: &[&str] = &[
    "callbacks_offered",
    "callbacks_accepted",
    "callbacks_called",
    "callbacks_reached",
    "callbacks_failed",
    "callback_delay_mean",
    "callback_delay_pNN",
    "callback_reached_ratio",
];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    if let Some(statistic) = name.strip_prefix("callback_delay_") {
        return Some(Arc::new(Delay { statistic: Statistic::parse(statistic)? }));
    }
    if name == "callback_reached_ratio" {
        return Some(Arc::new(ReachedRatio));
    }
    let (name, count) = *STAGES.iter().find(|(stage, _)| *stage == name)?;
    Some(Arc::new(Stage { name, count }))
}

/// The stages, and how often each was reached.
const STAGES: [(&str, Count); 5] = [
    ("callbacks_offered", Count::CallbacksOffered),
    ("callbacks_accepted", Count::CallbacksAccepted),
    ("callbacks_called", Count::CallbacksCalled),
    ("callbacks_reached", Count::CallbacksReached),
    ("callbacks_failed", Count::CallbacksFailed),
];

struct Stage {
    name: &'static str,
    count: Count,
}

impl Question for Stage {
    fn dimension(&self) -> Dimension {
        Dimension::Count
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn aspect(&self) -> Aspect {
        Aspect::Callbacks
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        sum.numerator += u128::from(cell.count(self.count));
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        Some(Value::Count(sum.numerator))
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some((self.name, None))
    }
}

/// From acceptance to the first attempt, in seconds.
struct Delay {
    statistic: Statistic,
}

impl Question for Delay {
    fn dimension(&self) -> Dimension {
        Dimension::Seconds
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn aspect(&self) -> Aspect {
        Aspect::Callbacks
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        self.statistic.add(cell.sample(Sample::CallbackDelay), sum);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.statistic.value(sum)
    }
}

/// Reached / completed: those that are still open are neither.
struct ReachedRatio;

impl Question for ReachedRatio {
    fn dimension(&self) -> Dimension {
        Dimension::Ratio
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn aspect(&self) -> Aspect {
        Aspect::Callbacks
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        let reached = cell.count(Count::CallbacksReached);
        sum.numerator += u128::from(reached);
        sum.denominator += reached + cell.count(Count::CallbacksFailed);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        sum.quotient()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn stages() {
        insta::assert_snapshot!(check("callbacks_offered"), @"Count(5)");
        insta::assert_snapshot!(check("callbacks_accepted"), @"Count(4)");
        insta::assert_snapshot!(check("callbacks_called"), @"Count(3)");
        insta::assert_snapshot!(check("callbacks_reached"), @"Count(2)");
        insta::assert_snapshot!(check("callbacks_failed"), @"Count(1)");
    }

    #[test]
    fn from_acceptance_to_the_first_attempt() {
        insta::assert_snapshot!(check("callback_delay_mean"), @"Quotient { numerator: 6000, denominator: 3 }");
        insta::assert_snapshot!(check("callback_delay_p50"), @"Percentile { value: 1500, of: 3 }");
    }

    #[test]
    fn reached_of_completed() {
        insta::assert_snapshot!(check("callback_reached_ratio"), @"Quotient { numerator: 2, denominator: 3 }");
    }
}
