//! How many agents are there at this moment, and what do they do? Every state is shown.

use jono_domain::Agents;

use crate::exposition::Slots;

pub(super) fn samples(agents: &Agents, slots: &mut Slots<'_>) {
    let Agents { logged_in, paused, busy } = *agents;
    for (state, count) in [("logged_in", logged_in), ("paused", paused), ("busy", busy)] {
        slots.put(&[("state", state)], count as f64);
    }
}
