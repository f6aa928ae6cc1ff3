//! What remains of a figure: all, its value without the count that it is of, or nothing.
//!
//! A mean wait tells nobody of how many contacts it is, unless it says so. So where only their number must not be known, the
//! wait is told, in whole seconds. The share of a service level is told so where it does not give the number away.

use jono_domain::{Decimal, Dimension, Reading, Value};

use super::{
    FEW,
    counts::Key,
    is_few,
    known::Known,
    problem::{Hold, Problem},
    protect,
    world::Share,
};

/// How much of a figure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// All of it.
    Whole,
    /// Its value, rounded, without the count that it is of.
    WithoutCount,
    /// Nothing.
    Nothing,
}

/// How much is told of each reading of the problem.
pub(super) fn tellings<'a>(
    problem: &Problem,
    readings: &[&'a Reading],
    known: &Known,
) -> Vec<(&'a Reading, Telling)> {
    let mut is_whole = vec![true; readings.len()];
    for cell in problem.cells.iter().filter(|cell| cell.hold > Hold::Told) {
        cell.figures.iter().for_each(|&figure| is_whole[figure] = false);
    }
    let told = readings.iter().zip(is_whole);
    told.map(|(&reading, is_whole)| (reading, telling(problem, reading, is_whole, known))).collect()
}

fn telling(problem: &Problem, reading: &Reading, is_whole: bool, known: &Known) -> Telling {
    let Some(value) = reading.value else {
        let is_told = is_whole && !known.was_withheld(reading);
        return if is_told { Telling::Whole } else { Telling::Nothing };
    };
    let of = value.denominator().map_or(0, |of| i64::try_from(of).unwrap_or(i64::MAX));
    match reading.measure.dimension() {
        _ if known.was_withheld(reading) => Telling::Nothing,
        _ if is_whole && !known.was_told_without_count(reading) => Telling::Whole,
        Dimension::Seconds if of > FEW => Telling::WithoutCount,
        Dimension::Ratio if reading.measure.name() == "service_level" && hides(problem, reading, of) => {
            Telling::WithoutCount
        }
        _ => Telling::Nothing,
    }
}

/// Whether the share alone does not tell how many contacts the formula left out, and that is all that must not be known.
fn hides(problem: &Problem, reading: &Reading, of: i64) -> bool {
    let Some(met) = reading.value.and_then(Value::numerator).and_then(|met| i64::try_from(met).ok()) else {
        return false;
    };
    let formula = reading.measure.formula().map_or_else(String::new, |formula| format!(":{formula}"));
    let key = |kind: &str| Key::new(reading, format!("{kind}{formula}").into());
    let cells =
        [key("met"), key("counted"), Key::new(reading, "contacts".into())].map(|key| problem.place(&key));
    let [Some(part), Some(whole), Some(contacts)] = cells else { return false };
    let contacts = &problem.cells[contacts];
    let late = problem.find(&key("answered_late")).map_or(0, |cell| cell.count);
    let is_few_else = [met, of - met, late].into_iter().any(is_few);
    if contacts.hold > Hold::Told || !problem.cells[part].is_total || is_few_else {
        return false;
    }
    let told = thousandths(met, of);
    // With each number that could have been left out, the same share must be possible.
    let is_possible = (1..=FEW).map(|left_out| contacts.count - left_out).all(|counted| {
        let near = told * counted / 1000;
        counted > 0 && (near - 1..=near + 1).any(|met| met >= 0 && thousandths(met, counted) == told)
    });
    is_possible && protect::allows(problem, Share { part, whole, thousandths: told })
}

/// A share as it is told: in thousandths, halves upwards.
fn thousandths(part: i64, whole: i64) -> i64 {
    ((i128::from(part) * 2000 + i128::from(whole)) / (i128::from(whole) * 2)) as i64
}

/// The value of a reading without the count that it is of: a share with one decimal of a percent, a wait in whole
/// seconds.
pub(super) fn without_count(reading: &Reading) -> Option<Value> {
    let value = match reading.value? {
        Value::Quotient { numerator, denominator } => {
            let (part, whole) = (i64::try_from(numerator).ok()?, i64::try_from(denominator).ok()?);
            if reading.measure.dimension() == Dimension::Ratio {
                Decimal::new(thousandths(part, whole), 3)
            } else {
                Decimal::from((i128::from(part) * 2 + i128::from(whole)) / (i128::from(whole) * 2))
            }
        }
        Value::Percentile { value, .. } => Decimal::from(value),
        Value::Count(_) | Value::Published { .. } => return None,
    };
    Some(Value::Published { value, of: None })
}
