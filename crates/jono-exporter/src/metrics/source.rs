//! What was read, how much of it could not be understood, and how much of it the counters do not have? Every reason
//! is shown from the start.

use jono_domain::{Reason, SourceCounts};

use crate::exposition::Slots;

pub(super) fn records(counts: &SourceCounts, slots: &mut Slots<'_>) {
    slots.put(&[], counts.lines.total() as f64);
}

pub(super) fn rejects(counts: &SourceCounts, slots: &mut Slots<'_>) {
    for reason in Reason::ALL {
        slots.put(&[("reason", reason.as_str())], counts.lines.rejected[reason.index()] as f64);
    }
}

pub(super) fn late(counts: &SourceCounts, slots: &mut Slots<'_>) {
    slots.put(&[], counts.late as f64);
}

pub(super) fn corrections(counts: &SourceCounts, slots: &mut Slots<'_>) {
    slots.put(&[], counts.corrections as f64);
}

pub(super) fn gaps(counts: &SourceCounts, slots: &mut Slots<'_>) {
    slots.put(&[], counts.gaps as f64);
}

pub(super) fn overflow(counts: &SourceCounts, slots: &mut Slots<'_>) {
    slots.put(&[], counts.overflow as f64);
}
