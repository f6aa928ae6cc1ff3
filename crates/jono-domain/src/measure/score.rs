//! What score did customers give, from 0 to 10, and how many did?
//!
//! Answered from the scores of survey rounds: a pool of rounds or units pools the answers, so no mean is averaged.

use std::sync::Arc;

use super::{Dimension, Need, Question, Sum, Value};
use crate::{
    cell::{Aspect, Cell},
    score::{Interval, Scores},
    service::Service,
};

pub(super) const NAMES: &[&str] = &["score", "responses"];

pub(super) fn parse(name: &str) -> Option<Arc<dyn Question>> {
    let survey = match name {
        "score" => Survey::Mean,
        "responses" => Survey::Responses,
        _ => return None,
    };
    Some(Arc::new(survey))
}

enum Survey {
    /// The sum of all scores / all answers.
    Mean,
    /// All answers.
    Responses,
}

impl Question for Survey {
    fn dimension(&self) -> Dimension {
        match self {
            Self::Mean => Dimension::Score,
            Self::Responses => Dimension::Count,
        }
    }

    fn need(&self) -> Need {
        Need::Scores
    }

    fn aspect(&self) -> Aspect {
        Aspect::Scores
    }

    /// A cell does not know its answers' rounds.
    fn add(&self, _cell: &Cell, _service: &Service, _sum: &mut Sum) {}

    fn add_scores(&self, scores: &Scores, sum: &mut Sum) {
        sum.scores.merge(scores);
    }

    fn value(&self, sum: &Sum) -> Option<Value> {
        let count = sum.scores.count();
        match self {
            Self::Mean if count == 0 => None,
            Self::Mean => Some(Value::Quotient { numerator: sum.scores.sum(), denominator: count }),
            Self::Responses => Some(Value::Count(count.into())),
        }
    }

    fn interval(&self, sum: &Sum) -> Option<Interval> {
        match self {
            Self::Mean => sum.scores.interval(),
            Self::Responses => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        Measure,
        tests::{check, round},
    };
    use super::*;

    #[test]
    fn of_all_answers_of_the_rounds() {
        insta::assert_snapshot!(check("score"), @"Quotient { numerator: 287, denominator: 32 }");
        insta::assert_snapshot!(check("responses"), @"Count(32)");
    }

    #[test]
    fn only_the_mean_has_an_interval() {
        let interval = |name: &str| {
            let measure: Measure = name.parse().unwrap();
            let mut sum = Sum::default();
            measure.add_scores(&round(), &mut sum);
            measure.interval(&sum)
        };
        assert_eq!(interval("score"), round().interval());
        assert!(
            interval("score").is_some() && interval("responses").is_none() && interval("wait_mean").is_none()
        );
    }
}
