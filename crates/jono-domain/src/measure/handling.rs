//! How long did contacts take, from answer to end? In seconds; contacts whose log does not say are left out.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value, statistic::Statistic};
use crate::{cell::Cell, service::Service};

pub(super) const NAMES: &[&str] = &["handling_mean", "handling_pNN"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let statistic = Statistic::parse(name.strip_prefix("handling_")?)?;
    Some(Arc::new(Handling { statistic }))
}

struct Handling {
    statistic: Statistic,
}

impl Question for Handling {
    fn dimension(&self) -> Dimension {
        Dimension::Seconds
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn add(&self, cell: &Cell, _service: &Service, sum: &mut Sum) {
        self.statistic.add(&cell.handling, sum);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        self.statistic.value(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn from_answer_to_end() {
        insta::assert_snapshot!(check("handling_mean"), @"Quotient { numerator: 120, denominator: 1 }");
        insta::assert_snapshot!(check("handling_p99"), @"Percentile { value: 120, of: 1 }");
    }
}
