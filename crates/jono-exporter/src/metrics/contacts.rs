//! How many waits ended, and how? Every outcome is shown from the start, so that its first contact is an increase.
//! And how many calls came to the unit, each once whatever queues it passed? Only calls are known one by one.

use jono_domain::{Channel, Counters, Outcome};

use super::Configured;
use crate::exposition::Slots;

pub(super) fn samples(_: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    for outcome in Outcome::ALL {
        slots.put(&[("outcome", outcome.as_str())], counters.cell.outcome(outcome) as f64);
    }
}

pub(super) fn of_unit(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    match configured.settings.series.channel {
        Channel::Phone | Channel::PhoneAppointment => slots.put(&[], counters.cell.unit_contacts as f64),
        // A visitor has no id that is the same in every queue: nothing was counted, which is not zero.
        Channel::ServicePoint | Channel::VisitAppointment | Channel::Callback | Channel::Online => {}
    }
}
