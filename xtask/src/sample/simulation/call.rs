//! Calls in progress, and tickets that grow old: a planned event whose ticket is no longer the newest is void.

use super::super::log::CallId;

/// A call in progress.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) caller: u32,
    /// Where it waits or was answered.
    pub(super) queue: u16,
    pub(super) transfers: u8,
    /// Its place among those who wait, a number that grows.
    pub(super) place: u64,
    /// How many were before it when it entered, and itself.
    pub(super) position: u32,
    /// The second in which it entered the queue.
    pub(super) entered: u64,
    /// The second in which it was answered.
    pub(super) answered: u64,
    /// The seconds between.
    pub(super) hold: u64,
    /// Who rings or talks.
    pub(super) agent: u32,
}

impl Call {
    pub(super) const fn new(id: CallId, caller: u32, queue: u16) -> Self {
        Self {
            id,
            caller,
            queue,
            transfers: 0,
            place: 0,
            position: 0,
            entered: 0,
            answered: 0,
            hold: 0,
            agent: 0,
        }
    }
}

/// A stage of a call: its wait, its conversation, its way to another queue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    index: u32,
    stage: u32,
}

impl Ticket {
    pub(super) const fn index(self) -> u32 {
        self.index
    }
}

/// The calls in progress. Slots are used again; a slot's stage only grows.
#[derive(Debug, Default)]
pub(super) struct Calls {
    slots: Vec<(u32, Option<Call>)>,
    free: Vec<u32>,
}

impl Calls {
    pub(super) fn insert(&mut self, call: Call) -> Ticket {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push((0, None));
            self.slots.len() as u32 - 1
        });
        self.slots[index as usize].1 = Some(call);
        self.ticket(index)
    }

    /// The newest ticket of a slot.
    pub(super) fn ticket(&self, index: u32) -> Ticket {
        Ticket { index, stage: self.slots[index as usize].0 }
    }

    pub(super) fn get(&self, ticket: Ticket) -> Option<&Call> {
        let (stage, call) = &self.slots[ticket.index as usize];
        call.as_ref().filter(|_| *stage == ticket.stage)
    }

    pub(super) fn get_mut(&mut self, ticket: Ticket) -> Option<&mut Call> {
        let (stage, call) = &mut self.slots[ticket.index as usize];
        call.as_mut().filter(|_| *stage == ticket.stage)
    }

    /// Begins the next stage: whatever was planned for the one before is void.
    pub(super) fn advance(&mut self, ticket: Ticket) -> Ticket {
        let stage = &mut self.slots[ticket.index as usize].0;
        *stage = stage.wrapping_add(1);
        self.ticket(ticket.index)
    }

    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<Call> {
        self.get(ticket)?;
        self.advance(ticket);
        self.free.push(ticket.index);
        self.slots[ticket.index as usize].1.take()
    }

    /// Every call is lost.
    pub(super) fn forget(&mut self) {
        self.slots.clear();
        self.free.clear();
    }
}
