//! What share of concluded contacts was answered? Kela's *vastausprosentti*.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{
    cell::Cell,
    service::{Formula, Service},
};

pub(super) const NAMES: &[&str] = &["answer_rate"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    (name == "answer_rate").then(|| Arc::new(AnswerRate) as _)
}

struct AnswerRate;

impl Question for AnswerRate {
    fn dimension(&self) -> Dimension {
        Dimension::Ratio
    }

    fn need(&self) -> Need {
        Need::Counts
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        let (answered, concluded) = Formula::AnswerRate.count(cell, service);
        sum.numerator += u128::from(answered);
        sum.denominator += concluded;
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        sum.quotient()
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some(("answered", Some("contacts")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    #[test]
    fn answered_of_concluded() {
        insta::assert_snapshot!(check("answer_rate"), @"Quotient { numerator: 6, denominator: 10 }");
    }
}
