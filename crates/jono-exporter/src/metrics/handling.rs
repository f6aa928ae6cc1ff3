//! How long did contacts take, from answer to end?

use jono_domain::Counters;

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    let bounds = configured.buckets.handling(configured.settings.series.channel);
    slots.put_histogram(&[], &counters.cell.handling, bounds);
}
