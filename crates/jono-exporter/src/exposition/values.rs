//! What a caller sets as it is, and not as a count: the values of gauges that the domain has no type for.

use std::ops::Range;

use jono_domain::{OpenState, State, UnixSeconds, score::Interval};

use crate::metrics::MONTH_FIGURES;

/// Customers of one series who wait to be called back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PendingCallbacks {
    /// How many.
    pub pending: u64,
    /// When the one accepted who has waited the longest; `None` if nobody waits.
    pub oldest: Option<UnixSeconds>,
    /// How many of them were to be called by now; `None` if that was not promised.
    pub overdue: Option<u64>,
}

/// What is known of one survey round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurveyRound {
    /// The mean score, 0-10.
    pub mean: f64,
    /// Between what the mean of all customers lies; `None` where that cannot be said.
    pub interval: Option<Interval>,
    /// How many answered; `None` if that was not published.
    pub responses: Option<u64>,
    /// Whether it may still change.
    pub provisional: bool,
    /// When its first day began.
    pub start: UnixSeconds,
}

/// One figure of a whole week or month. What is not known is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figure {
    /// Contacts, a ratio 0-1, or seconds: what its measure says.
    pub value: Option<f64>,
    /// The same of the week or month a year before.
    pub year_ago: Option<f64>,
    /// How far it can be relied on; `None` if nobody asked for it.
    pub state: Option<State>,
}

/// The figures of one series, each by the place of its measure in [`MONTH_FIGURES`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// Of an ISO week.
    pub week: [Figure; MONTH_FIGURES.len()],
    /// Of a month.
    pub month: [Figure; MONTH_FIGURES.len()],
}

/// The share of applications that are made online, as it was published for one area and period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnlineShare {
    /// From 0 to 1.
    pub ratio: f64,
    /// When the first day of the period began.
    pub start: UnixSeconds,
}

/// What the calendar says of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarNow {
    /// How many working days the last ISO week had, this one has, and the next one.
    pub workdays: [u32; 3],
    /// Whether today is a working day.
    pub is_workday: bool,
    /// Whether today is a holiday, be it on a weekend.
    pub is_holiday: bool,
    /// The ISO week that ended last.
    pub last_week: Range<UnixSeconds>,
    /// The month that ended last.
    pub last_month: Range<UnixSeconds>,
}

/// How far one unit's channel serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenNow {
    /// Today as a whole.
    pub today: OpenState,
    /// Whether it is open at this moment; `None` if its hours are not known.
    pub open: Option<bool>,
}
