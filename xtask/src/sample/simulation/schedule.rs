//! What will happen, in the order of time and then of planning.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use super::{Leave, call::Ticket};

/// Something that will happen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// An hour of the calendar begins.
    Hour,
    /// The switch restarts.
    Restart,
    /// The switch reads its configuration again.
    Reload,
    /// A fresh call.
    Arrival { queue: u16 },
    /// A call that was passed on enters its next queue.
    Enter { ticket: Ticket },
    /// A wait ends without an answer.
    Leave { ticket: Ticket, how: Leave },
    /// An agent answers, or did not.
    RingEnd { ticket: Ticket, began: u64, answered: bool },
    /// A conversation ends.
    HangUp { ticket: Ticket },
    /// An agent has finished what follows a call, or a pause.
    Ready { queue: u16, agent: u32, paused: bool },
}

impl Event {
    /// Whether it happens whatever becomes of the calls and agents.
    const fn survives_restart(self) -> bool {
        matches!(self, Self::Hour | Self::Reload | Self::Arrival { .. })
    }
}

#[derive(Debug)]
struct Planned {
    at: u64,
    order: u64,
    event: Event,
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Planned {}

/// Planned events, the next one first.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    heap: BinaryHeap<Reverse<Planned>>,
    order: u64,
}

impl Schedule {
    /// A number that is larger each time.
    pub(super) const fn order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub(super) fn at(&mut self, at: u64, event: Event) {
        let order = self.order();
        self.heap.push(Reverse(Planned { at, order, event }));
    }

    pub(super) fn next(&mut self) -> Option<(u64, Event)> {
        self.heap.pop().map(|Reverse(planned)| (planned.at, planned.event))
    }

    /// Drops what is void after a restart of the switch.
    pub(super) fn forget(&mut self) {
        self.heap.retain(|Reverse(planned)| planned.event.survives_restart());
    }
}
