//! How many customers came?

use jono_domain::Counters;

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    slots.put(&[], counters.cell.arrived as f64);
}
