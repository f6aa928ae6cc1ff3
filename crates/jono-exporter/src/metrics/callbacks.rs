//! Who was to be called back, who was, and when? Stages and the promise are counted apart: a customer who is
//! reached late was reached. Who waits to be called back at this moment is told beside the counts.

use jono_domain::{CallbackOutcome, Count, Counters, Sample};

use super::Configured;
use crate::exposition::{PendingCallbacks, Slots};

pub(super) fn offered(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    slots.put(&[], counters.cell.count(Count::CallbacksOffered) as f64);
}

pub(super) fn accepted(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    slots.put(&[], counters.cell.count(Count::CallbacksAccepted) as f64);
}

pub(super) fn called(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    slots.put(&[], counters.cell.count(Count::CallbacksCalled) as f64);
}

pub(super) fn completed(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for outcome in CallbackOutcome::ALL {
        let count = match outcome {
            CallbackOutcome::Reached => Count::CallbacksReached,
            CallbackOutcome::Failed => Count::CallbacksFailed,
        };
        slots.put(&[("outcome", outcome.as_str())], counters.cell.count(count) as f64);
    }
}

pub(super) fn promises(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for (result, count) in [("kept", Count::PromisesKept), ("late", Count::PromisesLate)] {
        slots.put(&[("result", result)], counters.cell.count(count) as f64);
    }
}

pub(super) fn delay(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    let bounds = configured.buckets.delay(configured.settings.series.channel);
    slots.put_histogram(&[], counters.cell.sample(Sample::CallbackDelay), bounds);
}

pub(super) fn promise(configured: &Configured<'_>, _: &Counters, slots: &mut Slots<'_>) {
    slots.put_known(&[], configured.settings.promise.map(|within| f64::from(within.get())));
}

pub(super) fn pending(pending: &PendingCallbacks, slots: &mut Slots<'_>) {
    slots.put(&[], pending.pending as f64);
}

pub(super) fn oldest(pending: &PendingCallbacks, slots: &mut Slots<'_>) {
    slots.put_known(&[], pending.oldest.map(|since| since.get() as f64));
}

pub(super) fn overdue(pending: &PendingCallbacks, slots: &mut Slots<'_>) {
    slots.put_known(&[], pending.overdue.map(|overdue| overdue as f64));
}
