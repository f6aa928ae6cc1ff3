//! Facts that nobody counted event by event: tables that somebody else made.
//!
//! A [`Tally`] is an additive count over its own span, such as a week's visits: it adds up with others into longer
//! spans, and says nothing about shorter ones. A [`Figure`] is one published value without its counts, such as a
//! week's mean wait: it is never added to another, for a mean of means is the mean of nothing.

use std::{fmt, str::FromStr, sync::Arc};

use thiserror::Error;

use crate::{id::Series, measure::Measure, period::Period};

pub use rust_decimal::Decimal;

/// The longest label, in characters.
pub const MAX_LABEL_CHARS: usize = 100;

/// How a value was printed where it was published, such as "vko 24, kesäkuu": shown as it is, never translated, and never
/// read.
///
/// Invariant: 1 to [`MAX_LABEL_CHARS`] characters, no control characters, no white space at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(Arc<str>);

/// A label that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadLabel {
    /// Nothing was printed.
    #[error("a label may not be empty; leave it out where none was printed")]
    Empty,
    /// Longer than [`MAX_LABEL_CHARS`].
    #[error("a label may have at most {MAX_LABEL_CHARS} characters, this one has {0}")]
    TooLong(usize),
    /// Contains a control character, or starts or ends with white space.
    #[error("{0:?} has a control character, or starts or ends with white space")]
    Unprintable(String),
}

impl Label {
    /// As it was printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Label {
    type Err = BadLabel;
    fn from_str(text: &str) -> Result<Self, BadLabel> {
        let chars = text.chars().count();
        if chars == 0 {
            Err(BadLabel::Empty)
        } else if chars > MAX_LABEL_CHARS {
            Err(BadLabel::TooLong(chars))
        } else if text.chars().any(char::is_control) || text.trim() != text {
            Err(BadLabel::Unprintable(text.to_owned()))
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Label {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

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
    /// How it was printed, if that was handed on.
    pub label: Option<Label>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        text.parse::<Label>().map_or_else(|why| why.to_string(), |label| format!("{label:?}"))
    }

    #[test]
    fn a_label_is_what_was_printed() {
        insta::assert_snapshot!(check("vko 24, kesäkuu"), @r#"Label("vko 24, kesäkuu")"#);
        assert!("ä".repeat(100).parse::<Label>().is_ok());
        insta::assert_snapshot!(check(&"ä".repeat(101)), @"a label may have at most 100 characters, this one has 101");
        insta::assert_snapshot!(check("vko\t24"), @r#""vko\t24" has a control character, or starts or ends with white space"#);
        insta::assert_snapshot!(check("vko 24\u{a0}"), @r#""vko 24\u{a0}" has a control character, or starts or ends with white space"#);
        insta::assert_snapshot!(check(""), @"a label may not be empty; leave it out where none was printed");
    }
}
