//! What share of contacts met the promise? By the formula asked for, else by each service's own; the share, and
//! what is above and below its line.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{
    cell::Cell,
    service::{Formula, Service},
};

pub(super) const NAMES: &[&str] = &["service_level", "service_level_met", "service_level_counted"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let part = match name {
        "service_level" => Part::Share,
        "service_level_met" => Part::Met,
        "service_level_counted" => Part::Counted,
        _ => return None,
    };
    Some(Arc::new(ServiceLevel { part, formula: None }))
}

#[derive(Clone, Copy)]
enum Part {
    /// Met / counted.
    Share,
    /// The contacts that met the promise.
    Met,
    /// The contacts that the formula counts at all.
    Counted,
}

struct ServiceLevel {
    part: Part,
    formula: Option<Formula>,
}

impl Question for ServiceLevel {
    fn dimension(&self) -> Dimension {
        match self.part {
            Part::Share => Dimension::Ratio,
            Part::Met | Part::Counted => Dimension::Count,
        }
    }

    fn need(&self) -> Need {
        Need::Histograms
    }

    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        let (met, counted) = self.formula.unwrap_or(service.formula).count(cell, service);
        sum.numerator += u128::from(met);
        sum.denominator += counted;
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        match self.part {
            Part::Share => sum.quotient(),
            Part::Met => Some(Value::Count(sum.numerator)),
            Part::Counted => Some(Value::Count(sum.denominator.into())),
        }
    }

    fn tallies(&self) -> Option<(&'static str, Option<&'static str>)> {
        Some(match self.part {
            Part::Share => ("service_level_met", Some("service_level_counted")),
            Part::Met => ("service_level_met", None),
            Part::Counted => ("service_level_counted", None),
        })
    }

    fn by_formula(&self, formula: Formula) -> Option<Arc<dyn Question>> {
        Some(Arc::new(Self { part: self.part, formula: Some(formula) }))
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
