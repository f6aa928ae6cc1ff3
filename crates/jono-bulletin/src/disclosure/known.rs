//! What everybody knows already: to withhold it would hide nothing.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Basis, Reading, Value};

use super::counts::{Key, counts};
use crate::{
    facts::{Edition, Facts},
    figure::FigureId,
};

/// Whether a value is public whatever a bulletin does.
pub(super) fn is_published(reading: &Reading) -> bool {
    reading.basis == Basis::Published
}

/// What was told elsewhere or before.
pub(super) struct Known<'a> {
    /// Counts that were published, by what they are of.
    published: BTreeMap<Key, BTreeSet<i64>>,
    /// What earlier revisions told, and bulletins of other periods.
    told: BTreeMap<&'a FigureId, Vec<Value>>,
    /// What they withheld.
    withheld: BTreeSet<&'a FigureId>,
}

impl<'a> Known<'a> {
    /// What is known beside the facts.
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut published: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for reading in facts.readings.iter().filter(|reading| is_published(reading)) {
            for (kind, count) in counts(reading) {
                let key = Key::new(reading, kind);
                // What was published of a service may be what is counted of all of them.
                let of_all = Key { service: None, ..key.clone() };
                published.entry(of_all).or_default().insert(count);
                published.entry(key).or_default().insert(count);
            }
        }
        let earlier = match &facts.edition {
            Edition::Draft => [].as_slice(),
            Edition::Final(revision) => revision.earlier.as_slice(),
        };
        let published_before = || earlier.iter().chain(&facts.elsewhere);
        let mut told: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, value) in published_before().flat_map(|earlier| &earlier.told) {
            told.entry(id).or_default().extend(*value);
        }
        let withheld = published_before().flat_map(|earlier| &earlier.withheld).collect();
        Self { published, told, withheld }
    }

    /// Whether a count is known, because it was published as that.
    pub(super) fn is_published_as(&self, key: &Key, count: i64) -> bool {
        let key = Key { basis: Basis::Published, ..key.clone() };
        self.published.get(&key).is_some_and(|counts| counts.contains(&count))
    }

    /// Whether an earlier revision told the same.
    pub(super) fn was_told(&self, reading: &Reading) -> bool {
        let told = self.told.get(&FigureId::of(reading));
        told.zip(reading.value).is_some_and(|(told, value)| told.contains(&value))
    }

    /// Whether an earlier revision withheld it: then what it was then could be learned from what it is now.
    pub(super) fn was_withheld(&self, reading: &Reading) -> bool {
        self.withheld.contains(&FigureId::of(reading))
    }

    /// Whether an earlier revision told its value without the count that it is of.
    pub(super) fn was_told_without_count(&self, reading: &Reading) -> bool {
        let told = self.told.get(&FigureId::of(reading));
        told.is_some_and(|told| told.iter().any(|value| matches!(value, Value::Published { .. })))
    }
}
