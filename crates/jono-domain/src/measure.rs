//! Questions that are asked of cells. One file a question; this one lists them.
//!
//! A question gathers from each cell what can be added – a numerator and a denominator, or a distribution – and is
//! answered from the sum. So ratios and means are never averaged, and a roll-up over services with different
//! promises adds what met each one's own.

mod answer_rate;
mod counts;
mod handling;
mod service_level;
mod statistic;
mod wait;

use std::{fmt, str::FromStr, sync::Arc};

use thiserror::Error;

use crate::{
    cell::Cell,
    histogram::Histogram,
    service::{Formula, Service},
};

/// Everything that can be asked, in the order of the documentation.
const QUESTIONS: &[(Names, Parse)] = &[
    (counts::NAMES, counts::parse),
    (answer_rate::NAMES, answer_rate::parse),
    (service_level::NAMES, service_level::parse),
    (wait::NAMES, wait::parse),
    (handling::NAMES, handling::parse),
];

/// The names that a file answers to.
type Names = &'static [&'static str];
/// How it understands one of them.
type Parse = fn(&str) -> Option<Arc<dyn Question>>;

/// One question and how it is answered.
trait Question: Send + Sync {
    /// What it needs to know of a cell.
    fn need(&self) -> Need;
    /// Adds what a cell contributes.
    fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum);
    /// The answer; `None` where there is nothing to divide by.
    fn value(&self, sum: &Sum) -> Option<Value>;
    /// The same question by that formula, if it has formulas.
    fn by_formula(&self, _formula: Formula) -> Option<Arc<dyn Question>> {
        None
    }
}

/// What a question needs to know of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Counts alone: tallies can answer it too.
    Counts,
    /// Distributions of waits or handling times.
    Histograms,
}

/// What has been gathered so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// Counts, or seconds.
    pub numerator: u128,
    /// Contacts.
    pub denominator: u64,
    /// The distribution, for percentiles.
    pub distribution: Histogram,
}

impl Sum {
    fn quotient(&self) -> Option<Value> {
        (self.denominator > 0)
            .then_some(Value::Quotient { numerator: self.numerator, denominator: self.denominator })
    }
}

/// An exact answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A number of things.
    Count(u128),
    /// A ratio (0-1) or a mean (seconds), as what it is made of.
    Quotient {
        /// Contacts, or seconds.
        numerator: u128,
        /// Contacts; never 0.
        denominator: u64,
    },
    /// A percentile: whole seconds.
    Seconds {
        /// How many.
        seconds: u32,
        /// Of how many contacts.
        of: u64,
    },
}

impl Value {
    /// The nearest floating-point number: a count, a ratio from 0 to 1, or seconds.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Quotient { numerator, denominator } => numerator as f64 / denominator as f64,
            Self::Seconds { seconds, .. } => f64::from(seconds),
        }
    }

    /// What it is made of, above the line.
    pub fn numerator(self) -> Option<u128> {
        match self {
            Self::Count(count) => Some(count),
            Self::Quotient { numerator, .. } => Some(numerator),
            Self::Seconds { .. } => None,
        }
    }

    /// What it is made of, below the line: the contacts that a ratio, mean or percentile speaks of.
    pub fn denominator(self) -> Option<u64> {
        match self {
            Self::Count(_) => None,
            Self::Quotient { denominator, .. } => Some(denominator),
            Self::Seconds { of, .. } => Some(of),
        }
    }
}

/// A question with its name.
#[derive(Clone)]
pub struct Measure {
    name: String,
    question: Arc<dyn Question>,
}

impl Measure {
    /// The name it was asked by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it needs to know of a cell.
    pub fn need(&self) -> Need {
        self.question.need()
    }

    /// Adds what a cell of that service contributes.
    pub fn add(&self, cell: &Cell, service: &Service, sum: &mut Sum) {
        self.question.add(cell, service, sum);
    }

    /// The answer; `None` where there is nothing to divide by.
    pub fn value(&self, sum: &Sum) -> Option<Value> {
        self.question.value(sum)
    }

    /// The same question by that formula; `None` if it is not a matter of formulas.
    pub fn by_formula(&self, formula: Formula) -> Option<Self> {
        let question = self.question.by_formula(formula)?;
        Some(Self { name: self.name.clone(), question })
    }

    /// The names that can be asked by; `NN` stands for a percentage from 1 to 99.
    pub fn names() -> impl Iterator<Item = &'static str> {
        QUESTIONS.iter().flat_map(|(names, _)| names.iter().copied())
    }
}

impl fmt::Debug for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A question that nobody can answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no measure; the measures are {list}", list = Measure::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownMeasure(pub String);

impl FromStr for Measure {
    type Err = UnknownMeasure;
    fn from_str(name: &str) -> Result<Self, UnknownMeasure> {
        QUESTIONS
            .iter()
            .find_map(|(_, parse)| parse(name))
            .map(|question| Self { name: name.to_owned(), question })
            .ok_or_else(|| UnknownMeasure(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, Outcome, Seconds, UnixSeconds};

    /// 2 short abandons, 1 long one, answered after 0, 10, 20, 21 and 300 seconds, one of an unknown wait, one
    /// timed out.
    pub(super) fn hour() -> Cell {
        let mut open = crate::cell::OpenCell::default();
        let at = UnixSeconds::MIN;
        let mut conclude = |outcome, wait: Option<u32>| {
            open.add(Event::Arrived { at });
            open.add(Event::Concluded { at, outcome, wait: wait.map(|wait| Seconds::new(wait).unwrap()) });
        };
        [0, 10, 20, 21, 300].into_iter().for_each(|wait| conclude(Outcome::Answered, Some(wait)));
        conclude(Outcome::Answered, None);
        [0, 4, 50].into_iter().for_each(|wait| conclude(Outcome::Abandoned, Some(wait)));
        conclude(Outcome::TimedOut, Some(600));
        open.add(Event::Handled { at, seconds: Some(Seconds::new(120).unwrap()) });
        open.add(Event::Handled { at, seconds: None });
        open.seal()
    }

    pub(super) fn check(name: &str) -> String {
        let measure: Measure = name.parse().unwrap();
        let mut sum = Sum::default();
        measure.add(&hour(), &Service::default(), &mut sum);
        match measure.value(&sum) {
            None => "unavailable".to_owned(),
            Some(value) => format!("{value:?}"),
        }
    }

    #[test]
    fn unknown_measures_are_refused_with_the_list() {
        insta::assert_snapshot!("wait_median".parse::<Measure>().unwrap_err(), @r#""wait_median" is no measure; the measures are arrivals, contacts, answered, abandoned, timed_out, left_empty, left_by_key, withdrawn, callback, short, handled, answer_rate, service_level, wait_mean, wait_pNN, queued_wait_mean, queued_wait_pNN, handling_mean, handling_pNN"#);
        for name in ["wait_p0", "wait_p100", "wait_p9x", "wait_p", "wait_p050", "queued_wait_", "handling"] {
            assert!(name.parse::<Measure>().is_err(), "{name}");
        }
    }

    #[test]
    fn every_listed_name_can_be_asked() {
        for name in Measure::names() {
            let name = name.replace("NN", "90");
            let measure: Measure = name.parse().unwrap();
            let nothing = measure.value(&Sum::default());
            let is_count = measure.need() == Need::Counts && name != "answer_rate" || name == "short";
            assert_eq!(
                nothing,
                is_count.then_some(Value::Count(0)),
                "{name}: only a count of nothing is zero"
            );
        }
    }
}
