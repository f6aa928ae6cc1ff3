//! Whether something rose or fell, or is unchanged within noise: the rules by which sentences choose their words.
//!
//! - **Counts** vary by chance at least as the Poisson distribution says, so the difference of two has the variance of their sum:
//!   unchanged where |a − b| ≤ 1.96 · √(a + b) (the conditional test of J. Przyborowski and H. Wilenski, *Homogeneity of
//!   results in testing samples from Poisson series*, Biometrika 31(3-4), 1940, by its normal approximation). Real demand
//!   varies more than that, so what is said to have changed may still be chance; what is said to be unchanged is not more.
//! - **Means of counts**, per working day or week, are compared as counts over exposures: the variance of a / m is a / m².
//! - **Ratios**: the z test of two proportions with a pooled variance, at 95 % (for instance A. Agresti, *Categorical Data
//!   Analysis*, 3rd ed., section 3.2). A ratio published without its counts is not compared.
//! - **Waits**, and times to an appointment: no count tells how they vary, so a plain rule: changed by at least 5 %, and by at least
//!   5 seconds (half a day).
//! - **Scores**: changed only where their intervals do not overlap, which is stricter than Welch's test (N. Schenker and J.
//!   F. Gentleman, *On judging the significance of differences by examining the overlap between confidence intervals*, The
//!   American Statistician 55(3), 2001); never where either round is provisional, or has no interval.
//!
//! Nothing is compared across bases, and nothing with a value that is not known or withheld.

use jono_domain::{Dimension, State, Value};

use crate::{figure::Figure, told};

/// The quantile of the normal distribution that leaves 2.5 % above it.
const Z: f64 = 1.96;
/// By which share a wait must differ.
const WAIT_SHARE: f64 = 0.05;
/// By how many seconds a wait must differ.
const WAIT_SECONDS: f64 = 5.0;
/// By how many seconds the time to an appointment must differ.
const LEAD_SECONDS: f64 = 43_200.0;

/// How something is beside what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trend {
    Rose,
    Fell,
    Same,
    Unknown,
}

impl Trend {
    /// The word by which sentences choose.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Rose => "rose",
            Self::Fell => "fell",
            Self::Same => "same",
            Self::Unknown => "unknown",
        }
    }
}

/// How a figure is beside another of the same measure and basis.
pub(crate) fn trend(now: &Figure, before: &Figure) -> Trend {
    let (one, other) = (&now.reading, &before.reading);
    let (Some(a), Some(b)) = (one.value, other.value) else { return Trend::Unknown };
    if one.basis != other.basis || one.measure != other.measure {
        return Trend::Unknown;
    }
    let is_changed = match one.measure.dimension() {
        Dimension::Count => Some((a.as_f64() - b.as_f64()).abs() > Z * (a.as_f64() + b.as_f64()).sqrt()),
        Dimension::Mean => means(a, b),
        Dimension::Ratio => ratios(a, b),
        Dimension::Seconds => {
            let least = if told::is_in_days(&one.measure) { LEAD_SECONDS } else { WAIT_SECONDS };
            let by = (a.as_f64() - b.as_f64()).abs();
            Some(by >= least && by >= WAIT_SHARE * b.as_f64())
        }
        Dimension::Score => {
            let is_open = [one, other].iter().any(|reading| reading.state == State::Provisional);
            let intervals = one.interval.zip(other.interval).filter(|_| !is_open);
            intervals.map(|(one, other)| one.high < other.low || other.high < one.low)
        }
    };
    match is_changed {
        None => Trend::Unknown,
        Some(false) => Trend::Same,
        Some(true) if a.as_f64() > b.as_f64() => Trend::Rose,
        Some(true) => Trend::Fell,
    }
}

fn quotient(value: Value) -> Option<(f64, f64)> {
    let (above, below) = (value.numerator()?, value.denominator()?);
    Some((above as f64, below as f64))
}

fn means(a: Value, b: Value) -> Option<bool> {
    let ((a, m), (b, n)) = (quotient(a)?, quotient(b)?);
    Some((a / m - b / n).abs() > Z * (a / m.powi(2) + b / n.powi(2)).sqrt())
}

fn ratios(a: Value, b: Value) -> Option<bool> {
    let ((a, m), (b, n)) = (quotient(a)?, quotient(b)?);
    let pooled = (a + b) / (m + n);
    Some((a / m - b / n).abs() > Z * (pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n)).sqrt())
}

#[cfg(test)]
mod tests {
    use jono_domain::{Basis, Reading};

    use super::*;

    fn figure(measure: &str, value: Value) -> Figure {
        let reading = Reading {
            period: "2020-W24".parse().unwrap(),
            channel: None,
            unit: None,
            service: None,
            measure: measure.parse().unwrap(),
            value: Some(value),
            interval: None,
            state: State::Final,
            basis: Basis::Counted,
            label: None,
        };
        Figure::new(reading, false)
    }

    fn check(measure: &str, before: Value, now: Value) -> &'static str {
        trend(&figure(measure, now), &figure(measure, before)).word()
    }

    fn of(numerator: u128, denominator: u64) -> Value {
        Value::Quotient { numerator, denominator }
    }

    #[test]
    fn counts_vary_by_chance() {
        assert_eq!(check("contacts", Value::Count(926), Value::Count(709)), "fell");
        assert_eq!(check("contacts", Value::Count(100), Value::Count(127)), "same", "27 <= 29.5");
        assert_eq!(check("contacts", Value::Count(100), Value::Count(131)), "rose", "31 > 29.8");
    }

    #[test]
    fn ratios_and_means_vary_with_what_they_are_of() {
        assert_eq!(check("answer_rate", of(9, 10), of(8, 10)), "same");
        assert_eq!(check("answer_rate", of(900, 1_000), of(800, 1_000)), "fell");
        assert_eq!(check("contacts_per_workday", of(700, 4), of(710, 5)), "fell");
    }

    #[test]
    fn waits_must_differ_by_seconds_and_by_a_share() {
        assert_eq!(check("wait_mean", of(20, 1), of(24, 1)), "same");
        assert_eq!(check("wait_mean", of(200, 1), of(206, 1)), "same");
        assert_eq!(check("wait_mean", of(27, 1), of(16, 1)), "fell");
        assert_eq!(check("appointment_lead", of(86_400, 1), of(108_000, 1)), "same", "a quarter of a day");
    }

    #[test]
    fn scores_without_intervals_are_not_compared() {
        assert_eq!(check("score", of(800, 100), of(900, 100)), "unknown");
    }
}
