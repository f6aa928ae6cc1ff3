//! What a monitoring system is shown: like cells, but they never fall.
//!
//! Counters are observations of what was counted as it happened. Corrections and old events change readings, not
//! counters; and whether a contact met the promise is judged by the promise in force when it was counted, so a
//! changed promise changes no count that was already shown.

use crate::{
    cell::Cell,
    service::{Formula, Service},
    varint::{self, DecodeError},
};

/// The counters of one series.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// All that was counted.
    pub cell: Cell,
    /// (met, missed) the promise, by the formula's place in [`Formula::ALL`].
    pub level: [(u64, u64); Formula::COUNT],
}

impl Counters {
    /// Counts what a cell newly holds, judged by the service's promise.
    pub fn observe(&mut self, cell: &Cell, service: &Service) {
        self.cell.merge(cell);
        for (formula, (met, missed)) in Formula::ALL.into_iter().zip(&mut self.level) {
            let (now_met, counted) = formula.count(cell, service);
            *met += now_met;
            *missed += counted - now_met;
        }
    }

    /// Adds another's counts.
    pub fn merge(&mut self, other: &Self) {
        self.cell.merge(&other.cell);
        for (mine, theirs) in self.level.iter_mut().zip(&other.level) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }

    /// (met, missed) by one formula.
    pub fn level(&self, formula: Formula) -> (u64, u64) {
        self.level[formula as usize]
    }

    /// Appends the stored form to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.cell.encode(out);
        for (met, missed) in self.level {
            varint::put(out, met);
            varint::put(out, missed);
        }
    }

    /// Reads the stored form back.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut counters = Self { cell: Cell::take(&mut bytes)?, ..Self::default() };
        for (met, missed) in &mut counters.level {
            *met = varint::take(&mut bytes)?;
            *missed = varint::take(&mut bytes)?;
        }
        if bytes.is_empty() { Ok(counters) } else { Err(DecodeError::Damaged("bytes follow the last value")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cell::{OpenCell, tests::events};

    proptest! {
        #[test]
        fn they_are_the_same_whether_observed_at_once_or_in_parts(left in events(), right in events()) {
            let cell = |events: &[_]| {
                let mut open = OpenCell::default();
                events.iter().for_each(|&event| open.add(event));
                open.seal()
            };
            let service = Service::default();
            let mut parts = Counters::default();
            parts.observe(&cell(&left), &service);
            let mut rest = Counters::default();
            rest.observe(&cell(&right), &service);
            parts.merge(&rest);
            let mut whole = Counters::default();
            whole.observe(&cell(&[left, right].concat()), &service);
            prop_assert_eq!(&parts, &whole);
            let mut bytes = Vec::new();
            whole.encode(&mut bytes);
            prop_assert_eq!(Counters::decode(&bytes), Ok(whole));
        }
    }
}
