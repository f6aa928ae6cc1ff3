//! Sums over places: a unit is all that is beneath it, and the organisation is all its services.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Unit, UnitId};

use super::{Problem, Relation, rest_of};
use crate::{disclosure::counts::Key, facts::Facts};

impl Problem {
    /// Relates units to those beneath them, and units to their services.
    pub(super) fn relate_places(&mut self, facts: &Facts) {
        let keys: Vec<_> = self.index.keys().cloned().collect();
        let Some(day) = keys.first().map(|key| key.period.last()) else { return };
        let units: Vec<_> = facts.units.iter().filter(|unit| unit.holds(day)).collect();
        let beneath = beneath(&units);
        let mut services: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for key in keys.iter().filter(|key| key.service.is_some()) {
            let total = Key { service: None, ..key.clone() };
            services.entry(total).or_default().push(self.index[key]);
        }
        for key in keys.iter().filter(|key| key.service.is_none()) {
            if let Some(unit) = &key.unit {
                let parts = self.nearest(key, unit, &beneath);
                self.sum(key, parts.into_iter().collect(), "of no unit beneath");
            }
            if let Some(parts) = services.remove(key) {
                self.sum(key, parts, "of no service");
            }
        }
    }

    /// The cells of the units beneath, and where a unit has none, of those beneath that.
    fn nearest(
        &self,
        key: &Key,
        unit: &UnitId,
        beneath: &BTreeMap<&UnitId, Vec<&UnitId>>,
    ) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<&UnitId> = beneath.get(unit).cloned().unwrap_or_default();
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match self.index.get(&Key { unit: Some(next.clone()), ..key.clone() }) {
                Some(&cell) => {
                    found.insert(cell);
                }
                None => open.extend(beneath.get(next).into_iter().flatten()),
            }
        }
        found
    }

    /// A total and its parts. What they do not account for is a cell of its own: nobody tells it, but all can subtract.
    fn sum(&mut self, key: &Key, mut parts: Vec<usize>, rest: &str) {
        let total = self.index[key];
        let left = self.cells[total].count - parts.iter().map(|&part| self.cells[part].count).sum::<i64>();
        if parts.is_empty() || left < 0 {
            return;
        }
        if left > 0 {
            parts.push(self.add(key.of_kind(rest_of(&key.kind, rest)), left, Some(total)));
        }
        self.relations.push(Relation { total, parts });
    }
}

/// The units right beneath each, and those that a composite sums.
fn beneath<'a>(units: &[&'a Unit]) -> BTreeMap<&'a UnitId, Vec<&'a UnitId>> {
    let mut beneath: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for unit in units {
        beneath.entry(&unit.id).or_default().extend(&unit.members);
        if let Some(parent) = &unit.parent {
            beneath.entry(parent).or_default().push(&unit.id);
        }
    }
    beneath
}
