//! What is told of a figure in numbers: the one place where the bulletin rounds.
//!
//! A count is whole, a share has one decimal of a percent, a wait is whole seconds, the days to an appointment have one decimal,
//! and so has a score. A mean of counts is whole from a hundred on, and has one decimal below. Halves are rounded away
//! from zero. A published value is told in data exactly as it was published, and shown by the same rule.

use jono_domain::{Basis, Decimal, Dimension, Measure, Value};
use rust_decimal::{
    RoundingStrategy,
    prelude::{FromPrimitive as _, ToPrimitive as _},
};

use crate::figure::Figure;

/// A tenth of a day, in seconds.
const TENTH_OF_DAY: i64 = 8_640;

/// How many decimals an interval of scores has.
const DECIMALS_OF_SCORES: u32 = 1;

/// A figure in numbers, of its measure's base unit: contacts, a share from 0 to 1, seconds, a score from 0 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// As it is told in data; `None` where nothing is told.
    pub value: Option<Decimal>,
    /// As it is shown to people.
    pub shown: Option<Decimal>,
    /// Of how many contacts, polls or answers.
    pub of: Option<u64>,
    /// The lower end of its interval.
    pub low: Option<Decimal>,
    /// The upper end.
    pub high: Option<Decimal>,
}

impl Told {
    /// A figure's.
    pub fn new(figure: &Figure) -> Self {
        let reading = &figure.reading;
        let exact = reading.value.and_then(exact);
        let shown = exact.map(|value| rounded(&reading.measure, value));
        let end = |value: f64| Some(to_decimals(Decimal::from_f64(value)?, DECIMALS_OF_SCORES));
        Self {
            value: if reading.basis == Basis::Published {
                exact.map(|value| value.normalize())
            } else {
                shown
            },
            shown,
            of: figure.of,
            low: reading.interval.and_then(|interval| end(interval.low)),
            high: reading.interval.and_then(|interval| end(interval.high)),
        }
    }
}

/// A value as it is told in data.
pub(crate) fn rounded_value(measure: &Measure, value: Value) -> Option<Decimal> {
    exact(value).map(|value| rounded(measure, value))
}

/// Whether two answers to the same question are told by the same numbers.
pub(crate) fn is_told_alike(measure: &Measure, one: Value, other: Value) -> bool {
    let told = |value: Value| (exact(value).map(|exact| rounded(measure, exact)), value.denominator());
    told(one) == told(other)
}

fn exact(value: Value) -> Option<Decimal> {
    match value {
        Value::Count(count) => Decimal::from_u128(count),
        Value::Quotient { numerator, denominator } => {
            Decimal::from_u128(numerator)?.checked_div(Decimal::from(denominator))
        }
        Value::Percentile { value, .. } => Some(Decimal::from(value)),
        Value::Published { value, .. } => Some(value),
    }
}

fn rounded(measure: &Measure, value: Decimal) -> Decimal {
    match measure.dimension() {
        Dimension::Ratio => to_decimals(value, 3),
        Dimension::Seconds if is_in_days(measure) => {
            let tenth = Decimal::from(TENTH_OF_DAY);
            to_decimals(value / tenth, 0) * tenth
        }
        Dimension::Count | Dimension::Seconds => to_decimals(value, 0),
        Dimension::Mean if value >= Decimal::ONE_HUNDRED => to_decimals(value, 0),
        Dimension::Mean => to_decimals(value, 1),
        Dimension::Score => to_decimals(value, DECIMALS_OF_SCORES),
    }
}

/// Whether people count it in days.
pub(crate) fn is_in_days(measure: &Measure) -> bool {
    measure.name().starts_with("appointment_lead")
}

/// Seconds as days with one decimal.
pub(crate) fn days(seconds: Decimal) -> Decimal {
    to_decimals(seconds / Decimal::from(TENTH_OF_DAY * 10), 1)
}

/// A whole number of seconds, or of anything else that is not below zero.
pub(crate) fn whole(value: Decimal) -> u64 {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_u64().unwrap_or_default()
}

/// So many decimals, halves away from zero, and none that say nothing.
fn to_decimals(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero).normalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(measure: &str, numerator: u128, denominator: u64) -> String {
        let value = exact(Value::Quotient { numerator, denominator }).unwrap();
        rounded(&measure.parse().unwrap(), value).to_string()
    }

    #[test]
    fn every_kind_of_number_has_its_rule() {
        assert_eq!(check("answer_rate", 650, 709), "0.917");
        assert_eq!(check("wait_mean", 10_587, 650), "16");
        assert_eq!(check("wait_mean", 33, 2), "17");
        assert_eq!(check("appointment_lead", 1_382_400, 7), "198720", "2.3 days");
        assert_eq!(check("score", 8_649, 1_000), "8.6");
        assert_eq!(check("contacts_per_workday", 709, 5), "142");
        assert_eq!(check("contacts_per_workday", 32, 3), "10.7");
        assert_eq!(check("contacts_weekly_mean", 140_000, 4), "35000");
    }
}
