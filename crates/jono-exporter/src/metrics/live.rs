//! Who waits at this moment, since when, and how many were lost from sight?

use jono_domain::LiveQueue;

use crate::exposition::Slots;

pub(super) fn waiting(live: &LiveQueue, slots: &mut Slots<'_>) {
    slots.put(&[], live.waiting as f64);
}

pub(super) fn longest(live: &LiveQueue, slots: &mut Slots<'_>) {
    slots.put_known(&[], live.oldest.map(|since| since.get() as f64));
}

pub(super) fn lost(live: &LiveQueue, slots: &mut Slots<'_>) {
    slots.put(&[], live.lost as f64);
}
