//! The answer to a question: a value with what it is made of, its state, and where it comes from.

use std::fmt;

use crate::{
    figure::Label,
    id::{Channel, ServiceId, UnitId},
    measure::{Measure, Value},
    period::Period,
    score::Interval,
};

/// How far a figure can be relied on. None is ever shown as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum State {
    /// Withheld, because it would tell of single persons.
    Suppressed,
    /// The service was closed: there was nothing to count.
    Closed,
    /// Not known: nothing was recorded, or there is nothing to divide by.
    Unavailable,
    /// Its source has not reported for longer than it may.
    Stale,
    /// Changed after it was final.
    Revised,
    /// May still change.
    Provisional,
    /// Will not change.
    Final,
}

impl State {
    /// Every state, the first that applies first.
    pub const ALL: [Self; 7] = [
        Self::Suppressed,
        Self::Closed,
        Self::Unavailable,
        Self::Stale,
        Self::Revised,
        Self::Provisional,
        Self::Final,
    ];

    /// The word used in labels and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suppressed => "suppressed",
            Self::Closed => "closed",
            Self::Unavailable => "unavailable",
            Self::Stale => "stale",
            Self::Revised => "revised",
            Self::Provisional => "provisional",
            Self::Final => "final",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a reading comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Basis {
    /// Counted event by event.
    Counted,
    /// Added up from counts over longer spans.
    Tallied,
    /// Published as it is, without its counts.
    Published,
}

impl Basis {
    /// The word used in labels and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Tallied => "tallied",
            Self::Published => "published",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The answer to one question about one period.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reading {
    /// When.
    pub period: Period,
    /// Which channel; `None`: all together.
    pub channel: Option<Channel>,
    /// Which unit, with all beneath it; `None`: all together.
    pub unit: Option<UnitId>,
    /// Which service; `None`: all together.
    pub service: Option<ServiceId>,
    /// What was asked.
    pub measure: Measure,
    /// The answer: counts, ratios 0-1, or seconds. `None` exactly when the state is one that has no value.
    pub value: Option<Value>,
    /// Between what the mean of all customers lies, of whom those who answered are a sample; `None` where that cannot
    /// be said.
    pub interval: Option<Interval>,
    /// How far it can be relied on.
    pub state: State,
    /// Where it comes from.
    pub basis: Basis,
    /// How it was printed where it was published; `None` if that is not known.
    pub label: Option<Label>,
}
