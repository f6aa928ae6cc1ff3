//! What share of applications is made online? As it was published last, with the period it speaks of.

use crate::exposition::{OnlineShare, Slots};

pub(super) fn ratio(share: &OnlineShare, slots: &mut Slots<'_>) {
    slots.put(&[], share.ratio);
}

pub(super) fn start(share: &OnlineShare, slots: &mut Slots<'_>) {
    slots.put(&[], share.start.get() as f64);
}
