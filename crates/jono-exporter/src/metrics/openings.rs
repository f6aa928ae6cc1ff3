//! Who is open today, and who at this moment? Every state is shown of a channel of which one is known.

use jono_domain::OpenState;

use super::ServicePoints;
use crate::exposition::{OpenNow, Slots};

pub(super) fn points(points: &ServicePoints, slots: &mut Slots<'_>) {
    for state in OpenState::ALL {
        slots.put(&[("state", state.as_str())], f64::from(points[state as usize]));
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "whatever is told is put in the same way")]
pub(super) fn open(now: &OpenNow, slots: &mut Slots<'_>) {
    slots.put_known(&[], now.open.map(|open| f64::from(u8::from(open))));
}
