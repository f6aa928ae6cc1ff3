//! Facts that nobody counted event by event: tables that somebody else made.
//!
//! A [`Tally`] is an additive count over its own span, such as a week's visits: it adds up with others into longer
//! spans, and says nothing about shorter ones. A [`Figure`] is one published value without its counts, such as a
//! week's mean wait: it is never added to another, for a mean of means is the mean of nothing.

use crate::{id::Series, measure::Measure, period::Period};

pub use rust_decimal::Decimal;

/// An additive count over its own span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Who was counted.
    pub series: Series,
    /// What was counted: a measure that [is a tally](Measure::is_tally).
    pub measure: Measure,
    /// Over which days.
    pub span: Period,
    /// How many.
    pub count: u64,
}

/// One published value of one measure for one series and one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Of whom; the unit may be an area.
    pub series: Series,
    /// What it is a value of.
    pub measure: Measure,
    /// Over which days, as it was published.
    pub span: Period,
    /// The value as it was published, exactly, in the [base unit](crate::measure::Dimension) of its measure.
    pub value: Decimal,
    /// Of how many contacts, applications or answers, if that was published.
    pub of: Option<u64>,
    /// Whether its publisher said that it may still change.
    pub provisional: bool,
}
