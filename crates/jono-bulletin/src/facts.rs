//! What a bulletin is made from. Frozen as they are when a bulletin is final, so that what was published can be written
//! again in every language and format.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use jono_domain::{Names, Opening, Period, Reading, Service, ServiceId, SourceName, Unit, UnitId, Value};
use serde::{Deserialize, Serialize};

use crate::figure::FigureId;

/// How many days after its period a bulletin tells who is open when.
pub const DAYS_AHEAD: i64 = 28;

/// Everything that the bulletin of one period is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// In which [form](Facts::VERSION) they are written down.
    pub version: u32,
    /// Whose bulletin it is: the unit at the top.
    pub organisation: UnitId,
    /// About when: an ISO week, or a month.
    pub period: Period,
    /// How far it can be relied on.
    pub edition: Edition,
    /// When its readings were asked for, by the service's own clock.
    pub compiled: DateTime,
    /// The service's own zone, such as `Europe/Helsinki`.
    pub time_zone: String,
    /// Whether all that carries no printed [label](Reading::label) is generated: a demonstration, and nobody's figures.
    pub generated: bool,
    /// The units as they are at the period's end, and those roll-ups that are not in the tree.
    pub units: Vec<Unit>,
    /// The areas, a tree of their own.
    pub areas: Vec<Unit>,
    /// What was promised for each service, and what it is called.
    pub services: BTreeMap<ServiceId, Service>,
    /// What is told, all of it and each once: the answers to [`asks`](crate::asks), and what was published. Of a published value unit
    /// and service are its own.
    pub readings: Vec<Reading>,
    /// What the organisation has to say itself.
    pub notices: Vec<Notice>,
    /// Who is open when: all that hold on a day of the period or of the [days after it](DAYS_AHEAD).
    pub openings: Vec<Opening>,
    /// Which of the weeks that readings speak of have fewer than five working days.
    pub short_weeks: Vec<ShortWeek>,
    /// What the published bulletins of other periods told and withheld of the same figures.
    pub elsewhere: Vec<Earlier>,
}

impl Facts {
    /// The form of facts that this crate writes and reads. It is raised when what was written before would be read otherwise.
    pub const VERSION: u32 = 1;
}

/// How far a bulletin can be relied on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edition {
    /// Its figures may still change.
    Draft,
    /// Its figures are frozen.
    Final(Revision),
}

/// Figures that were frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// 1 for the first.
    pub number: u32,
    /// Until when it may not be shown, by the service's own clock.
    pub embargo: Option<DateTime>,
    /// What stood against publishing it, and was accepted.
    pub accepted: Vec<Accepted>,
    /// Why there is another one, in the words of those who publish it; empty for the first.
    pub note: Names,
    /// What was told before by revisions that were shown, the oldest first.
    pub earlier: Vec<Earlier>,
}

/// What stood against publishing, and was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepted {
    /// The period is not over.
    PeriodNotOver,
    /// Answers may still come to a survey round.
    OpenRound(Period),
    /// A source has not told of all of the period.
    StaleFeed(SourceName),
}

/// A revision before this one, or of another period, as it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Its number.
    pub number: u32,
    /// When its readings were asked for.
    pub compiled: DateTime,
    /// Everything that it told; without a value what it withheld or did not know.
    pub told: BTreeMap<FigureId, Option<Value>>,
    /// What it withheld.
    pub withheld: Vec<FigureId>,
    /// Of what it told, what was [open](crate::Figure::is_open) and marked with a star.
    pub open: BTreeSet<FigureId>,
}

/// A figure that is another one than in the revision before, or has lost or got its star.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which.
    pub figure: FigureId,
    /// As it was told; `None`: it was not.
    pub before: Option<Value>,
    /// As it is; `None`: it is not told any more.
    pub after: Option<Value>,
    /// Whether it was [open](crate::Figure::is_open).
    pub was_open: bool,
    /// Whether it is told by another number. If not, only its star is another one.
    pub is_of_number: bool,
}

/// Something that the organisation tells beside its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it says, in each language.
    pub text: Names,
    /// The last day for which it holds, included; `None`: until further notice.
    pub last_day: Option<Date>,
}

/// A week with fewer than five working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortWeek {
    /// Which.
    pub week: Period,
    /// How many working days it has.
    pub workdays: u32,
    /// The weekdays that are none, each with its English name; without one it is a closing day of the service's own.
    pub holidays: Vec<(Date, Option<String>)>,
}
