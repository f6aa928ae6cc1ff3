//! Which readings a published bulletin has frozen: those that are final, and those that were revised since.

use std::collections::{BTreeMap, BTreeSet};

use jono_bulletin::{Edition, FigureId};
use jono_domain::{Basis, Period, Reading, State, Value};
use jono_ledger::Ledger;

use super::publish;

/// The readings that the newest revisions of some periods' bulletins froze.
#[derive(Debug, Default)]
pub(crate) struct Frozen(BTreeMap<FigureId, (Option<Value>, State)>);

impl Frozen {
    /// Those of every period that has a bulletin.
    pub(crate) fn of(ledger: &Ledger, periods: &[Period]) -> anyhow::Result<Self> {
        let published: BTreeSet<_> = ledger.editions()?.into_iter().map(|head| head.period).collect();
        let mut frozen = BTreeMap::new();
        for period in periods.iter().filter(|period| published.contains(period)) {
            let Some(facts) = publish::frozen(ledger, *period, None)? else { continue };
            debug_assert!(facts.edition != Edition::Draft, "what is frozen is final");
            let own = facts.readings.into_iter().filter(|reading| reading.period == *period);
            frozen.extend(own.map(|reading| (FigureId::of(&reading), (reading.value, reading.state))));
        }
        Ok(Self(frozen))
    }

    /// The reading with its state: as it was frozen, or revised where it is another one by now.
    pub(crate) fn judge(&self, reading: Reading) -> Reading {
        if self.0.is_empty() || reading.basis == Basis::Published {
            return reading;
        }
        let state = match self.0.get(&FigureId::of(&reading)) {
            Some((value, state)) if *value == reading.value => *state,
            Some(_) if reading.value.is_some() => State::Revised,
            _ => reading.state,
        };
        Reading { state, ..reading }
    }
}
