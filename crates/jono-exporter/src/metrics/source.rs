//! What was read, and how much of it could not be understood? Every reason is shown from the start.

use jono_domain::{LineCounts, Reason};

use crate::exposition::Slots;

pub(super) fn records(lines: &LineCounts, slots: &mut Slots<'_>) {
    slots.put(&[], lines.total() as f64);
}

pub(super) fn rejects(lines: &LineCounts, slots: &mut Slots<'_>) {
    for reason in Reason::ALL {
        slots.put(&[("reason", reason.as_str())], lines.rejected[reason.index()] as f64);
    }
}
