//! How long is it to the first free appointment, and was there any? None is no number of days.

use jono_domain::{Count, Counters, Poll, Seen};

use super::Configured;
use crate::exposition::Slots;

/// A calendar day in the base unit, whatever the clocks do on it.
const DAY_SECONDS: f64 = 86_400.0;

pub(super) fn samples(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for (result, count) in [("free", Count::AppointmentsFree), ("none", Count::AppointmentsNone)] {
        slots.put(&[("result", result)], counters.cell.count(count) as f64);
    }
}

pub(super) fn lead(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put_known(&[], days(poll).map(|days| f64::from(days) * DAY_SECONDS));
}

pub(super) fn available(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put(&[], f64::from(u8::from(days(poll).is_some())));
}

pub(super) fn time(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put(&[], poll.at.get() as f64);
}

fn days(poll: &Poll) -> Option<u32> {
    match poll.seen {
        Seen::Appointment { days } => Some(days),
        Seen::NoAppointment | Seen::Office { .. } | Seen::Closed => None,
    }
}
