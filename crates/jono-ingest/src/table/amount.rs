//! Durations and numbers in a row, as they are counted: whole.

use std::{fmt, str::FromStr};

use jono_domain::{Decimal, Dimension, Reason, Score, Seconds};
use thiserror::Error;

use super::{Fields, GivenIn};

/// Where a number is, and what it is given in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The column.
    pub column: String,
    /// What it is given in.
    pub given_in: AmountIn,
}

/// What a number of a row is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountIn {
    /// A unit.
    Unit(GivenIn),
    /// A duration as a clock shows it: `h:mm:ss`.
    Clock,
}

impl AmountIn {
    /// Durations, unless it is said otherwise.
    pub(crate) const SECONDS: Self = Self::Unit(GivenIn::Seconds);
    /// Numbers of things.
    pub(crate) const COUNT: Self = Self::Unit(GivenIn::Count);

    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        GivenIn::ALL.iter().copied().map(Self::Unit).chain([Self::Clock])
    }

    /// What it is a number of.
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Unit(given_in) => given_in.dimension(),
            Self::Clock => Dimension::Seconds,
        }
    }
}

impl fmt::Display for AmountIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(given_in) => given_in.fmt(f),
            Self::Clock => f.pad("clock"),
        }
    }
}

impl FromStr for AmountIn {
    type Err = UnknownAmountIn;
    fn from_str(word: &str) -> Result<Self, UnknownAmountIn> {
        Self::all()
            .find(|given_in| given_in.to_string() == word)
            .ok_or_else(|| UnknownAmountIn(word.to_owned()))
    }
}

/// A word that numbers of rows are not given in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is nothing that numbers are given in; write one of {list}", list = list(AmountIn::all()))]
pub struct UnknownAmountIn(pub String);

/// Their words.
pub(super) fn list(all: impl Iterator<Item = AmountIn>) -> String {
    all.map(|given_in| given_in.to_string()).collect::<Vec<_>>().join(", ")
}

impl Amount {
    /// A duration in whole seconds, what is left of a second cut off; `None` if the row does not say.
    pub(crate) fn seconds(&self, row: &Fields<'_>) -> Result<Option<Seconds>, Reason> {
        let seconds = if let Some(seconds) = self.digits(row) {
            seconds
        } else {
            let Some(text) = row.value(&self.column) else { return Ok(None) };
            match self.given_in {
                AmountIn::Clock => clock(text)?,
                AmountIn::Unit(given_in) => whole(read(given_in, text, row)?.floor())?,
            }
        };
        Seconds::new(seconds).map(Some).map_err(|_| Reason::OutOfRange)
    }

    /// A number of things; `None` if the row does not say.
    pub(crate) fn number(&self, row: &Fields<'_>) -> Result<Option<u32>, Reason> {
        if let Some(number) = self.digits(row) {
            return Ok(Some(number));
        }
        let Some(text) = row.value(&self.column) else { return Ok(None) };
        match self.given_in {
            AmountIn::Clock => Err(Reason::NotANumber),
            AmountIn::Unit(given_in) => whole(read(given_in, text, row)?).map(Some),
        }
    }

    /// What a few digits say, as most numbers are written; `None` if it is written otherwise, or no value.
    #[inline]
    fn digits(&self, row: &Fields<'_>) -> Option<u32> {
        let AmountIn::Unit(given_in) = self.given_in else { return None };
        let field = row.field(&self.column);
        let number = given_in.whole(field.digits()?)?;
        row.is_value(field.bytes()).then_some(number)
    }

    /// A duration in whole days; `None` if the row does not say.
    pub(crate) fn days(&self, row: &Fields<'_>) -> Result<Option<u32>, Reason> {
        let seconds = self.seconds(row)?;
        match seconds.map(|seconds| (seconds.get() / 86_400, seconds.get() % 86_400)) {
            None => Ok(None),
            Some((days, 0)) => Ok(Some(days)),
            Some(_) => Err(Reason::NotANumber),
        }
    }

    /// A score; `None` if the row has none.
    pub(crate) fn score(&self, row: &Fields<'_>) -> Result<Option<Score>, Reason> {
        let score = self.number(row).map_err(|reason| match reason {
            Reason::MixedScale => Reason::MixedScale,
            _ => Reason::NotAScore,
        })?;
        let checked = score.map(|score| u8::try_from(score).ok().and_then(|score| Score::new(score).ok()));
        checked.map(|score| score.ok_or(Reason::NotAScore)).transpose()
    }
}

fn read(given_in: GivenIn, text: &str, row: &Fields<'_>) -> Result<Decimal, Reason> {
    given_in.read(text, row.layout()).map_err(|reason| match reason {
        Reason::NotANumber if is_on_another_scale(text) => Reason::MixedScale,
        other => other,
    })
}

/// Whether a number is there, and a mark that it is given in something else than the column: `85 %`, `8/10`, `0:45`,
/// `12 min`.
fn is_on_another_scale(text: &str) -> bool {
    let digits = text
        .trim_start_matches('-')
        .trim_start_matches(|char: char| char.is_ascii_digit() || ".,".contains(char));
    let begins = text.trim_start_matches('-').starts_with(|char: char| char.is_ascii_digit());
    let rest = digits.trim_start();
    begins && (rest.starts_with(['%', '/', ':', '‰']) || rest.chars().next().is_some_and(char::is_alphabetic))
}

fn whole(value: Decimal) -> Result<u32, Reason> {
    if value.fract().is_zero() {
        value.try_into().map_err(|_| Reason::OutOfRange)
    } else {
        Err(Reason::NotANumber)
    }
}

/// `h:mm:ss`, hours without end.
fn clock(text: &str) -> Result<u32, Reason> {
    let parts: Vec<_> = text.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        return Err(if is_number { Reason::MixedScale } else { Reason::NotANumber });
    };
    let number = |part: &str, digits: usize| {
        let is_good = (1..=digits).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_good).ok_or(Reason::NotANumber)
    };
    let (hours, minutes, seconds) = (number(hours, 5)?, number(minutes, 2)?, number(seconds, 2)?);
    if minutes > 59 || seconds > 59 {
        return Err(Reason::NotANumber);
    }
    Ok(hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::row;

    fn check<T: fmt::Debug>(
        given_in: &str,
        text: &str,
        read: impl Fn(&Amount, &Fields<'_>) -> Result<Option<T>, Reason>,
    ) -> String {
        let amount = Amount { column: "amount".to_owned(), given_in: given_in.parse().unwrap() };
        row("amount", &format!("\"{text}\""), |row| match read(&amount, row) {
            Ok(value) => format!("{value:?}"),
            Err(reason) => format!("rejected {reason}"),
        })
    }

    #[test]
    fn durations_are_whole_seconds() {
        let check = |given_in, text| check(given_in, text, Amount::seconds);
        insta::assert_snapshot!(check("seconds", "12"), @"Some(Seconds(12))");
        insta::assert_snapshot!(check("seconds", "12.9"), @"Some(Seconds(12))");
        insta::assert_snapshot!(check("minutes", "7.5"), @"Some(Seconds(450))");
        insta::assert_snapshot!(check("clock", "1:02:03"), @"Some(Seconds(3723))");
        insta::assert_snapshot!(check("clock", "1:60:00"), @"rejected not_a_number");
        insta::assert_snapshot!(check("clock", "63"), @"rejected mixed_scale");
        insta::assert_snapshot!(check("clock", "02:03"), @"rejected not_a_number");
        insta::assert_snapshot!(check("seconds", "0:45"), @"rejected mixed_scale");
        insta::assert_snapshot!(check("minutes", "7 min"), @"rejected mixed_scale");
        insta::assert_snapshot!(check("minutes", "soon"), @"rejected not_a_number");
        insta::assert_snapshot!(check("seconds", "-1"), @"rejected negative");
        insta::assert_snapshot!(check("seconds", "536870912"), @"rejected out_of_range");
        insta::assert_snapshot!(check("seconds", ""), @"None");
    }

    #[test]
    fn numbers_days_and_scores_are_whole() {
        insta::assert_snapshot!(check("count", "3", Amount::number), @"Some(3)");
        insta::assert_snapshot!(check("count", "3.0", Amount::number), @"Some(3)");
        insta::assert_snapshot!(check("count", "3.5", Amount::number), @"rejected out_of_range");
        insta::assert_snapshot!(check("days", "2", Amount::days), @"Some(2)");
        insta::assert_snapshot!(check("days", "2.5", Amount::days), @"rejected not_a_number");
        insta::assert_snapshot!(check("count", "10", Amount::score), @"Some(Score(10))");
        insta::assert_snapshot!(check("count", "11", Amount::score), @"rejected not_a_score");
        insta::assert_snapshot!(check("count", "8.5", Amount::score), @"rejected not_a_score");
        insta::assert_snapshot!(check("count", "85 %", Amount::score), @"rejected mixed_scale");
        insta::assert_snapshot!(check("count", "8/10", Amount::score), @"rejected mixed_scale");
        insta::assert_snapshot!(check("count", "good", Amount::score), @"rejected not_a_score");
    }
}
