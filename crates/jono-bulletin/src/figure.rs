//! Every number of the bulletin, each with an id that is the same in all formats and languages, and in every bulletin that
//! tells it.

use std::fmt;

use jono_domain::{Basis, Dimension, Reading, State, Value};
use serde::{Deserialize, Serialize};

/// What a figure is found by: channel, unit, service, measure, period and basis, with points between them, such as
/// `phone.kela.all.wait_mean.2020-W24.counted`. A measure that was asked by a formula has it behind a colon.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FigureId(String);

impl FigureId {
    /// The id of a reading.
    pub fn of(reading: &Reading) -> Self {
        let Reading { channel, unit, service, measure, period, basis, .. } = reading;
        let all = || jono_domain::id::ALL.to_owned();
        let channel = channel.map_or_else(all, |channel| channel.to_string());
        let unit = unit.as_ref().map_or_else(all, ToString::to_string);
        let service = service.as_ref().map_or_else(all, ToString::to_string);
        let formula = measure.formula().map_or_else(String::new, |formula| format!(":{formula}"));
        Self(format!("{channel}.{unit}.{service}.{}{formula}.{period}.{basis}", measure.name()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FigureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// With how few answers a score is not told in public.
pub const FEWEST_ANSWERS: u64 = 30;

/// A number of the bulletin.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is found by.
    pub id: FigureId,
    /// What it is: a reading, of which nothing is left but its state where it is [withheld](State::Suppressed).
    pub reading: Reading,
    /// Of how many contacts, polls or answers it is, where that is told. It is told of a score that has too few answers to
    /// be told itself.
    pub of: Option<u64>,
}

impl Figure {
    /// A reading as it may be told.
    pub fn new(reading: Reading, is_withheld: bool) -> Self {
        let id = FigureId::of(&reading);
        let of = reading.value.and_then(Value::denominator).filter(|_| !is_withheld);
        let has_few_answers = reading.measure.dimension() == Dimension::Score
            && reading.basis != Basis::Published
            && of.is_some_and(|answers| answers < FEWEST_ANSWERS);
        let reading = if is_withheld || has_few_answers {
            Reading { value: None, interval: None, state: State::Suppressed, ..reading }
        } else {
            reading
        };
        Self { id, reading, of }
    }

    /// Whether answers may still change it: a score of a survey round that is not final, which has a star.
    pub fn is_open(&self) -> bool {
        let Reading { measure, state, value, .. } = &self.reading;
        measure.dimension() == Dimension::Score && *state == State::Provisional && value.is_some()
    }
}
