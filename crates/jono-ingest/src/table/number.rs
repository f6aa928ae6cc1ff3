//! Numbers as tables write them, read exactly: what is not certainly a number is refused, never guessed.

use std::{borrow::Cow, fmt, str::FromStr};

use jono_domain::{Decimal, Dimension, Reason, Seconds};
use thiserror::Error;

use super::Layout;

macro_rules! given_in {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $dimension:ident, $factor:literal, $shift:literal;)*) => {
        /// What a table gives its values in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum GivenIn {
            $($(#[$doc])* $name,)*
        }

        impl GivenIn {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word used in the configuration.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// What it is a number of.
            pub const fn dimension(self) -> Dimension {
                match self {
                    $(Self::$name => Dimension::$dimension,)*
                }
            }

            /// One of it in the base unit: a factor, and how many digits its point is moved to the left.
            const fn in_base(self) -> (i128, u32) {
                match self {
                    $(Self::$name => ($factor, $shift),)*
                }
            }

            /// One of it in the base unit, where whole ones are whole there, too.
            const fn whole_in_base(self) -> Option<u32> {
                match self {
                    $(Self::$name => match Dimension::$dimension {
                        Dimension::Seconds | Dimension::Count if $shift == 0 => Some($factor),
                        _ => None,
                    },)*
                }
            }
        }
    };
}

given_in! {
    /// Seconds.
    Seconds = "seconds", Seconds, 1, 0;
    /// Minutes.
    Minutes = "minutes", Seconds, 60, 0;
    /// Hours.
    Hours = "hours", Seconds, 3600, 0;
    /// Days of 24 hours.
    Days = "days", Seconds, 86_400, 0;
    /// A share from 0 to 1.
    Ratio = "ratio", Ratio, 1, 0;
    /// A share from 0 to 100.
    Percent = "percent", Ratio, 1, 2;
    /// Contacts.
    Count = "count", Count, 1, 0;
    /// A mean of counts.
    Mean = "mean", Mean, 1, 0;
    /// A score, or a mean of them, from 0 to 10.
    Score = "score", Score, 1, 0;
}

impl GivenIn {
    /// The base unit.
    pub const fn base(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Count => Self::Count,
            Dimension::Ratio => Self::Ratio,
            Dimension::Seconds => Self::Seconds,
            Dimension::Mean => Self::Mean,
            Dimension::Score => Self::Score,
        }
    }

    /// A whole number of it in the base unit, if that is whole, too, and not too large; what else it may be is for
    /// [`read`](Self::read) to say.
    #[inline]
    pub(super) fn whole(self, number: u32) -> Option<u32> {
        let number = number.checked_mul(self.whole_in_base()?)?;
        (number <= Seconds::MAX.get()).then_some(number)
    }

    /// The text as a number in the base unit, exactly.
    pub(super) fn read(self, text: &str, layout: &Layout) -> Result<Decimal, Reason> {
        let value = number(text, layout, self.in_base())?;
        match value {
            value if self.dimension().takes(value) => Ok(value),
            value if value < Decimal::ZERO => Err(Reason::Negative),
            _ => Err(Reason::OutOfRange),
        }
    }
}

impl fmt::Display for GivenIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that values are not given in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is nothing that values are given in; write one of {list}", list = GivenIn::ALL.iter().map(|given| given.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownGivenIn(pub String);

impl FromStr for GivenIn {
    type Err = UnknownGivenIn;
    fn from_str(word: &str) -> Result<Self, UnknownGivenIn> {
        Self::ALL
            .iter()
            .copied()
            .find(|given| given.as_str() == word)
            .ok_or_else(|| UnknownGivenIn(word.to_owned()))
    }
}

fn number(text: &str, layout: &Layout, (factor, shift): (i128, u32)) -> Result<Decimal, Reason> {
    let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = match digits.split_once(layout.decimal_mark) {
        Some((whole, fraction)) if are_digits(fraction) => (whole, fraction.trim_end_matches('0')),
        Some(_) => return Err(Reason::NotANumber),
        None => (digits, ""),
    };
    let whole = layout.grouping_mark.map_or(Some(whole.into()), |mark| ungrouped(whole, mark));
    let whole = whole.filter(|whole| are_digits(whole)).ok_or(Reason::NotANumber)?;
    let mut digits = whole.bytes().chain(fraction.bytes());
    let mantissa = digits
        .try_fold(0_i128, |number, digit| number.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
        .and_then(|number| number.checked_mul(factor));
    let mut mantissa = mantissa.ok_or(Reason::OutOfRange)?;
    if is_negative {
        mantissa = -mantissa;
    }
    let mut scale = fraction.len() as u32 + shift;
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| Reason::OutOfRange)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without the marks between their thousands; `None` if a mark stands elsewhere.
fn ungrouped(whole: &str, mark: char) -> Option<Cow<'_, str>> {
    let Some((first, rest)) = whole.split_once(mark) else { return Some(whole.into()) };
    let first_is_good = (1..=3).contains(&first.len());
    let rest_is_good = rest.split(mark).all(|group| group.len() == 3);
    (first_is_good && rest_is_good).then(|| whole.replace(mark, "").into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::field::Field;

    fn check(text: &str, given: GivenIn) -> String {
        read(text, given, '.', None)
    }

    fn read(text: &str, given: GivenIn, decimal_mark: char, grouping_mark: Option<char>) -> String {
        let layout = Layout { decimal_mark, grouping_mark, ..Layout::default() };
        match given.read(text, &layout) {
            Ok(value) => value.to_string(),
            Err(reason) => format!("rejected {reason}"),
        }
    }

    #[test]
    fn values_in_their_base_unit() {
        insta::assert_snapshot!(check("6.4", GivenIn::Minutes), @"384");
        insta::assert_snapshot!(check("2.2", GivenIn::Days), @"190080");
        insta::assert_snapshot!(check("0.0001", GivenIn::Hours), @"0.36");
        insta::assert_snapshot!(check("52.5", GivenIn::Percent), @"0.525");
        insta::assert_snapshot!(check("100", GivenIn::Percent), @"1");
        insta::assert_snapshot!(check("63.739989299090425", GivenIn::Percent), @"0.63739989299090425");
        insta::assert_snapshot!(check("0010.500", GivenIn::Seconds), @"10.5");
        insta::assert_snapshot!(check("-0", GivenIn::Seconds), @"0");
        insta::assert_snapshot!(check("18446744073709551615", GivenIn::Count), @"18446744073709551615");
        insta::assert_snapshot!(read("1 234,50", GivenIn::Seconds, ',', Some(' ')), @"1234.5");
    }

    #[test]
    fn what_is_no_number_is_not_guessed() {
        for text in [
            "", "-", "x", "1e3", "+1", ".5", "5.", "1.2.3", "1 234", "1,234", "--1", "0x10", "٣", "1_000",
            "inf", "NaN",
        ] {
            assert_eq!(check(text, GivenIn::Seconds), "rejected not_a_number", "{text}");
        }
        for text in ["1.234", "1 23,4", "1234 567", " 123", "123 ", "1  234", "1 234 56"] {
            assert_eq!(read(text, GivenIn::Seconds, ',', Some(' ')), "rejected not_a_number", "{text}");
        }
    }

    #[test]
    fn what_cannot_be_meant() {
        insta::assert_snapshot!(check("-1", GivenIn::Percent), @"rejected negative");
        insta::assert_snapshot!(check("100.1", GivenIn::Percent), @"rejected out_of_range");
        insta::assert_snapshot!(check("90", GivenIn::Ratio), @"rejected out_of_range");
        insta::assert_snapshot!(check("12.5", GivenIn::Count), @"rejected out_of_range");
        insta::assert_snapshot!(check("6214", GivenIn::Days), @"rejected out_of_range");
        insta::assert_snapshot!(check(&"9".repeat(60), GivenIn::Seconds), @"rejected out_of_range");
        insta::assert_snapshot!(check("0.00000000000000000000000000001", GivenIn::Ratio), @"rejected out_of_range");
    }

    proptest! {
        #[test]
        fn they_are_what_decimals_give(mantissa in 0..10_000_000_000_u64, scale in 0..12_u32, given in prop::sample::select(GivenIn::ALL)) {
            let written = Decimal::from_i128_with_scale(mantissa.into(), scale);
            let expected = match given {
                GivenIn::Seconds | GivenIn::Ratio | GivenIn::Count | GivenIn::Mean | GivenIn::Score => written,
                GivenIn::Minutes => written * Decimal::from(60),
                GivenIn::Hours => written * Decimal::from(3600),
                GivenIn::Days => written * Decimal::from(86_400),
                GivenIn::Percent => written / Decimal::from(100),
            };
            let seen = given.read(&written.to_string().replace('.', ","), &Layout { decimal_mark: ',', ..Layout::default() });
            if given.dimension().takes(expected) {
                prop_assert_eq!(seen.map(|value| value.to_string()), Ok(expected.normalize().to_string()));
            } else {
                prop_assert_eq!(seen, Err(Reason::OutOfRange));
            }
        }

        #[test]
        fn a_few_digits_are_the_number_that_any_text_is(
            text in "[0-9]{0,9}|[0-9.,-]{1,4}", given in prop::sample::select(GivenIn::ALL),
        ) {
            let field = Field::new(text.as_bytes(), 0, text.len());
            if let Some(number) = field.digits().and_then(|number| given.whole(number)) {
                prop_assert_eq!(given.read(&text, &Layout::default()), Ok(Decimal::from(number)));
            }
        }

        #[test]
        fn any_text_is_read_or_rejected(text in any::<String>(), given in prop::sample::select(GivenIn::ALL)) {
            if let Ok(value) = given.read(&text, &Layout::default()) {
                prop_assert!(given.dimension().takes(value));
            }
        }
    }
}
