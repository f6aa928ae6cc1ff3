//! How long did customers wait? Two populations, each with a mean and percentiles, in seconds:
//!
//! - `wait`: answered contacts, those answered at once included, as in Kela's own statistics;
//! - `queued_wait`: contacts that did wait (more than zero seconds), answered or abandoned.
//!
//! Contacts whose log does not say how long they waited are in neither.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, statistic::Statistic};
use crate::{cell::Cell, event::Outcome, service::Service};

pub(super) const NAMES: &[&str] = &["wait_mean", "wait_pNN", "queued_wait_mean", "queued_wait_pNN"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let (queued, statistic) = match name.strip_prefix("queued_wait_") {
        Some(statistic) => (true, statistic),
        None => (false, name.strip_prefix("wait_")?),
    };
    Some(Arc::new(Wait { queued, statistic: Statistic::parse(statistic)? }))
}

struct Wait {
    queued: bool,
    statistic: Statistic,
}

impl Question for Wait {
    fn dimension(&self) -> Dimension {
        Dimension::Seconds
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        if self.queued {
            self.statistic.add(&cell.waits(Outcome::Answered).above_zero(), sum);
            self.statistic.add(&cell.waits(Outcome::Abandoned).above_zero(), sum);
        } else {
            self.statistic.add(cell.waits(Outcome::Answered), sum);
        }
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.statistic.value(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn answered_contacts_zeros_included() {
        insta::assert_snapshot!(check("wait_mean"), @"Quotient { numerator: 351, denominator: 5 }");
        insta::assert_snapshot!(check("wait_p50"), @"Percentile { value: 20, of: 5 }");
        insta::assert_snapshot!(check("wait_p90"), @"Percentile { value: 300, of: 5 }");
    }

    #[test]
    fn contacts_that_did_wait() {
        insta::assert_snapshot!(check("queued_wait_mean"), @"Quotient { numerator: 405, denominator: 6 }");
        insta::assert_snapshot!(check("queued_wait_p50"), @"Percentile { value: 20, of: 6 }");
    }
}
