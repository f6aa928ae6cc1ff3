//! A service and its promise: within how many seconds, for what share of contacts, counted by which formula.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::{
    cell::Cell,
    event::{Outcome, Seconds},
    unit::Names,
};

/// A line of business and the promise made for it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Service {
    /// What people call it.
    pub names: Names,
    /// T: a contact answered after this many seconds or fewer met the promise.
    pub within: Seconds,
    /// S: a contact abandoned after fewer seconds than this is short.
    pub short: Seconds,
    /// The share of contacts, 0-1, that are to meet the promise.
    pub target: f64,
    /// The formula by which the share is counted unless another is asked for.
    pub formula: Formula,
    /// What is promised to those who are to be called back, if anything is.
    pub callback: Option<CallbackPromise>,
}

/// Until when a customer who took the offer of a call back is to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CallbackPromise {
    /// The first attempt is to be made within so long after acceptance.
    pub within: Seconds,
    /// The first day on which it is promised; `None`: it always was.
    pub first_day: Option<Date>,
    /// The last day, included, on which it is promised; `None`: until further notice. A trial has an end.
    pub last_day: Option<Date>,
}

impl CallbackPromise {
    /// Whether it is promised to those who accept on that day.
    pub fn holds(&self, day: Date) -> bool {
        self.first_day.is_none_or(|first| first <= day) && self.last_day.is_none_or(|last| day <= last)
    }
}

impl Default for Service {
    /// 80 % of concluded contacts answered within 20 seconds; abandoned in under 5 seconds is short.
    fn default() -> Self {
        Self {
            names: Names::default(),
            within: Seconds::new(20).expect("in range"),
            short: Seconds::new(5).expect("in range"),
            target: 0.8,
            formula: Formula::AnsweredOfOffered,
            callback: None,
        }
    }
}

/// How a service level is counted: which contacts met the promise, of which that are counted at all.
///
/// One set of data gives service levels some points apart by formula (see J. Cleveland and B. Mayben, *Call Center
/// Management on Fast Forward*, on the common variants), so the formula is always named. *Offered* means
/// concluded: every outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Formula {
    /// answered within T / concluded
    AnsweredOfOffered,
    /// answered within T / (concluded - short)
    AnsweredOfOfferedLessShort,
    /// answered within T / answered
    AnsweredOfAnswered,
    /// (answered within T + abandoned within T) / concluded
    HandledOfOffered,
    /// answered / concluded
    AnswerRate,
}

impl Formula {
    /// Every formula.
    pub const ALL: [Self; Self::COUNT] = [
        Self::AnsweredOfOffered,
        Self::AnsweredOfOfferedLessShort,
        Self::AnsweredOfAnswered,
        Self::HandledOfOffered,
        Self::AnswerRate,
    ];
    /// How many formulas there are.
    pub const COUNT: usize = 5;

    /// The word used in labels and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnsweredOfOffered => "answered_of_offered",
            Self::AnsweredOfOfferedLessShort => "answered_of_offered_less_short",
            Self::AnsweredOfAnswered => "answered_of_answered",
            Self::HandledOfOffered => "handled_of_offered",
            Self::AnswerRate => "answer_rate",
        }
    }

    /// (met, counted) of a cell. A contact whose wait is not known met no threshold and is not short.
    pub fn count(self, cell: &Cell, service: &Service) -> (u64, u64) {
        let within = |outcome| cell.waits(outcome).at_most(service.within);
        match self {
            Self::AnsweredOfOffered => (within(Outcome::Answered), cell.contacts()),
            Self::AnsweredOfOfferedLessShort => (
                within(Outcome::Answered),
                cell.contacts() - cell.waits(Outcome::Abandoned).below(service.short),
            ),
            Self::AnsweredOfAnswered => (within(Outcome::Answered), cell.outcome(Outcome::Answered)),
            Self::HandledOfOffered => {
                (within(Outcome::Answered) + within(Outcome::Abandoned), cell.contacts())
            }
            Self::AnswerRate => (cell.outcome(Outcome::Answered), cell.contacts()),
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Formula {
    type Err = UnknownFormula;
    fn from_str(name: &str) -> Result<Self, UnknownFormula> {
        Self::ALL
            .into_iter()
            .find(|formula| formula.as_str() == name)
            .ok_or_else(|| UnknownFormula(name.to_owned()))
    }
}

/// A formula that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no formula; the formulas are {list}", list = Formula::ALL.map(Formula::as_str).join(", "))]
pub struct UnknownFormula(pub String);
