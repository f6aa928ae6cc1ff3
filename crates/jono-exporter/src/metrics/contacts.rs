//! How many waits ended, and how? Every outcome is shown from the start, so that its first contact is an increase.

use jono_domain::{Counters, Outcome};

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for outcome in Outcome::ALL {
        slots.put(&[("outcome", outcome.as_str())], counters.cell.outcome(outcome) as f64);
    }
}
