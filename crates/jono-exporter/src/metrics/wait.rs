//! How long did customers wait? Answered and abandoned apart; the waits of other outcomes are counted, and asked
//! for in readings, but not shown: each would be a dozen series more.

use jono_domain::{Counters, Outcome};

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    let bounds = configured.buckets.wait(configured.settings.series.channel);
    for outcome in [Outcome::Answered, Outcome::Abandoned] {
        slots.put_histogram(&[("outcome", outcome.as_str())], counters.cell.waits(outcome), bounds);
    }
}
