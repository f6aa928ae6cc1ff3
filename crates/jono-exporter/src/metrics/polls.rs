//! What was seen of the queue of a service point, and how often was it looked at? Numbers of a closed one are absent:
//! nobody waits there, and that is no queue of zero.

use jono_domain::{Count, Counters, Poll, Seconds, Seen};

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for (state, count) in [("open", Count::PolledOpen), ("closed", Count::PolledClosed)] {
        slots.put(&[("state", state)], counters.cell.count(count) as f64);
    }
}

pub(super) fn waiting(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put_known(&[], Office::of(poll).and_then(|office| office.waiting).map(f64::from));
}

pub(super) fn wait(poll: &Poll, slots: &mut Slots<'_>) {
    let wait = Office::of(poll).and_then(|office| office.wait);
    slots.put_known(&[], wait.map(|wait| f64::from(wait.get())));
}

pub(super) fn desks(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put_known(&[], Office::of(poll).and_then(|office| office.desks).map(f64::from));
}

pub(super) fn open(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put(&[], f64::from(u8::from(Office::of(poll).is_some())));
}

pub(super) fn time(poll: &Poll, slots: &mut Slots<'_>) {
    slots.put(&[], poll.at.get() as f64);
}

/// What was seen of an office that serves.
struct Office {
    waiting: Option<u32>,
    wait: Option<Seconds>,
    desks: Option<u32>,
}

impl Office {
    fn of(poll: &Poll) -> Option<Self> {
        match poll.seen {
            Seen::Office { waiting, wait, desks } => Some(Self { waiting, wait, desks }),
            Seen::Closed | Seen::Appointment { .. } | Seen::NoAppointment => None,
        }
    }
}
