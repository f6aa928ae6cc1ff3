//! What share of contacts met the promise? By the formula asked for, else by each service's own.

use std::sync::Arc;

use super::{Need, Question, Sum, Value};
use crate::{
    cell::Cell,
    service::{Formula, Service},
};

pub(super) const NAMES: &[&str] = &["service_level"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    (name == "service_level").then(|| Arc::new(ServiceLevel { formula: None }) as _)
}

struct ServiceLevel {
    formula: Option<Formula>,
}

impl Question for ServiceLevel {
    fn need(&self) -> Need {
        Need::Histograms
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        let (met, counted) = self.formula.unwrap_or(service.formula).count(cell, service);
        sum.numerator += u128::from(met);
        sum.denominator += counted;
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        sum.quotient()
    }

    fn by_formula(&self, formula: Formula) -> Option<Arc<dyn Question>> {
        Some(Arc::new(Self { formula: Some(formula) }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Measure, tests::hour};
    use super::*;

    fn check(formula: Formula) -> String {
        let measure = "service_level".parse::<Measure>().unwrap().by_formula(formula).unwrap();
        let mut sum = Sum::default();
        measure.add(&hour(), &Service::default(), &mut sum);
        format!("{}/{}", sum.numerator, sum.denominator)
    }

    #[test]
    fn the_formulas_side_by_side() {
        insta::assert_snapshot!(check(Formula::AnsweredOfOffered), @"3/10");
        insta::assert_snapshot!(check(Formula::AnsweredOfOfferedLessShort), @"3/8");
        insta::assert_snapshot!(check(Formula::AnsweredOfAnswered), @"3/6");
        insta::assert_snapshot!(check(Formula::HandledOfOffered), @"5/10");
        insta::assert_snapshot!(check(Formula::AnswerRate), @"6/10");
    }

    #[test]
    fn a_roll_up_adds_what_met_each_services_own_promise() {
        let measure: Measure = "service_level".parse().unwrap();
        let patient = Service { within: crate::event::Seconds::new(300).unwrap(), ..Service::default() };
        let mut sum = Sum::default();
        measure.add(&hour(), &Service::default(), &mut sum);
        measure.add(&hour(), &patient, &mut sum);
        assert_eq!((sum.numerator, sum.denominator), (3 + 5, 20));
    }

    #[test]
    fn only_the_service_level_has_formulas() {
        assert!("wait_mean".parse::<Measure>().unwrap().by_formula(Formula::AnswerRate).is_none());
    }
}
