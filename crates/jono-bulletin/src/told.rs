//! What is told of a figure in numbers: the one place where the bulletin rounds.
//!
//! In data a count is whole, a share has three decimals (one of a percent), a time is whole seconds, a score has two decimals; a
//! mean of counts is whole from a hundred on, and has one decimal below. A published value is told as it was published.
//! People are shown what is in the data, with one decimal of a score and of the days to an appointment. Halves are rounded away from
//! zero.

use jono_domain::{Basis, Decimal, Dimension, Measure, Value};
use rust_decimal::{
    RoundingStrategy,
    prelude::{FromPrimitive as _, ToPrimitive as _},
};

use crate::figure::Figure;

/// A day, in seconds.
const DAY: i64 = 86_400;

/// How many decimals a score has in data.
const DECIMALS_OF_SCORES: u32 = 2;

/// A figure in numbers, of its measure's base unit: contacts, a share from 0 to 1, seconds, a score from 0 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// As it is told in data; `None` where nothing is told.
    pub value: Option<Decimal>,
    /// As it is shown to people: of the days to an appointment, in days.
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
        let value = match reading.basis {
            Basis::Published => exact.map(|value| value.normalize()),
            Basis::Counted | Basis::Tallied => exact.map(|value| rounded(&reading.measure, value)),
        };
        let end = |value: f64| Some(to_decimals(Decimal::from_f64(value)?, DECIMALS_OF_SCORES));
        Self {
            value,
            shown: value.map(|value| shown(&reading.measure, value)),
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

/// Whether two answers to the same question are told by the same numbers. Of a score the number of answers is told beside it;
/// what else others are of is a figure of its own.
pub(crate) fn is_told_alike(measure: &Measure, one: Value, other: Value) -> bool {
    let is_score = measure.dimension() == Dimension::Score;
    let told = |value: Value| {
        (exact(value).map(|exact| rounded(measure, exact)), value.denominator().filter(|_| is_score))
    };
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
        Dimension::Count | Dimension::Seconds => to_decimals(value, 0),
        Dimension::Mean if value >= Decimal::ONE_HUNDRED => to_decimals(value, 0),
        Dimension::Mean => to_decimals(value, 1),
        Dimension::Score => to_decimals(value, DECIMALS_OF_SCORES),
    }
}

/// What is in the data, as people are shown it: of the measure's base unit still, except that an appointment is days away.
pub(crate) fn shown(measure: &Measure, value: Decimal) -> Decimal {
    match measure.dimension() {
        Dimension::Seconds if is_in_days(measure) => to_decimals(value / Decimal::from(DAY), 1),
        Dimension::Score => to_decimals(value, 1),
        _ => rounded(measure, value),
    }
}

/// Whether people count it in days.
pub(crate) fn is_in_days(measure: &Measure) -> bool {
    measure.name().starts_with("appointment_lead")
}

/// A whole number of seconds, or of anything else that is not below zero.
pub(crate) fn whole(value: Decimal) -> u64 {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_u64().unwrap_or_default()
}

/// So many decimals, halves away from zero, and none that say nothing.
pub(crate) fn to_decimals(value: Decimal, decimals: u32) -> Decimal {
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
        assert_eq!(check("appointment_lead", 1_382_400, 7), "197486");
        let days = shown(&"appointment_lead".parse().unwrap(), Decimal::from(197_486));
        assert_eq!(days.to_string(), "2.3");
        assert_eq!(check("score", 8_649, 1_000), "8.65");
        assert_eq!(check("contacts_per_workday", 709, 5), "142");
        assert_eq!(check("contacts_per_workday", 32, 3), "10.7");
        assert_eq!(check("contacts_weekly_mean", 140_000, 4), "35000");
    }
}
