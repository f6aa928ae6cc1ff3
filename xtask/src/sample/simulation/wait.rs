//! A wait, from the entry into a queue to the answer, or to whatever ends it before.

use super::{
    super::queue::Place,
    Leave, Simulation,
    call::{Call, Ticket},
    schedule::Event,
};

impl Simulation {
    /// A fresh call.
    pub(super) fn arrive(&mut self, queue: u16) {
        // The channel is older than its entry: the caller has heard a greeting.
        let greeting = u64::from(self.draw.between(0, 20));
        let id = self.channel(self.second() - greeting);
        let caller = self.draw.between(0, 9_999_999);
        let ticket = self.calls.insert(Call::new(id, caller, queue));
        self.enter(ticket);
    }

    /// A call enters the queue that it wants, fresh or passed on from another.
    pub(super) fn enter(&mut self, ticket: Ticket) {
        let second = self.second();
        let Some(call) = self.calls.get_mut(ticket) else { return };
        let (queue, id, caller) = (call.queue, call.id, call.caller);
        let (state, profile) = (&mut self.queues[usize::from(queue)], &self.profiles[usize::from(queue)]);
        call.position = state.waiting.len() as u32 + 1;
        call.entered = second;
        call.place = self.schedule.order();
        state.waiting.push_back(Place { ticket: call.place, call: ticket.index(), ringing: false });
        let line = self.log.line(second, Some(id), &profile.name).event(None, b"ENTERQUEUE");
        line.text(b"").caller(caller).number(call.position).end();
        let empty = state.on_duty == 0;
        self.plan_leave(ticket, queue, empty);
        self.dispatch(queue);
    }

    /// Plans how the wait will end if nobody answers before: whatever comes first.
    fn plan_leave(&mut self, ticket: Ticket, queue: u16, empty: bool) {
        let (profile, draw) = (&self.profiles[usize::from(queue)], &mut self.draw);
        let mut first = (profile.patience(draw), Leave::Abandon);
        let mut or = |milliseconds: u64, how| {
            if milliseconds < first.0 {
                first = (milliseconds, how);
            }
        };
        if empty {
            // The queue looks for agents after an announcement.
            or(u64::from(draw.between(2_000, 30_000)), Leave::Empty);
        }
        if let Some(timeout) = profile.timeout {
            or(u64::from(timeout) * 1000, Leave::Timeout);
        }
        if draw.chance(0.04) {
            or(u64::from(draw.between(15_000, 180_000)), Leave::Key);
        }
        if draw.chance(0.004) {
            or(u64::from(draw.between(15_000, 300_000)), Leave::Withdraw);
        }
        self.schedule.at(self.now + first.0, Event::Leave { ticket, how: first.1 });
    }

    /// Lets those who wait ring at those who are free.
    pub(super) fn dispatch(&mut self, queue: u16) {
        let state = &mut self.queues[usize::from(queue)];
        while let Some(index) = state.next()
            && let Some(agent) = state.idle.pop_front()
        {
            let place = &mut state.waiting[index];
            place.ringing = true;
            let ticket = self.calls.ticket(place.call);
            self.calls.get_mut(ticket).expect("whoever waits has a call").agent = agent;
            let draw = &mut self.draw;
            let answered = !draw.chance(0.08);
            let milliseconds = match answered {
                // Some telephones answer by themselves.
                true if draw.chance(0.15) => draw.between(200, 900),
                true => draw.between(1_500, 9_000),
                false => draw.pick(&[10_000, 15_000, 20_000]),
            };
            let event = Event::RingEnd { ticket, began: self.now, answered };
            self.schedule.at(self.now + u64::from(milliseconds), event);
        }
    }

    pub(super) fn ring_end(&mut self, ticket: Ticket, began: u64, answered: bool) {
        let second = self.second();
        let ring_second = self.second_of(began);
        let Some(call) = self.calls.get(ticket) else { return };
        let (queue, id, agent, place) = (call.queue, call.id, call.agent, call.place);
        let hold = second - call.entered;
        let index = self.queues[usize::from(queue)].index(place);
        if !answered {
            self.queues[usize::from(queue)].waiting[index].ringing = false;
            let line = self.log.line(second, Some(id), &self.profiles[usize::from(queue)].name);
            line.event(Some(agent), b"RINGNOANSWER").number(self.now - began).end();
            // Who did not answer is left in peace for a moment, or is paused by the switch.
            let paused = self.draw.chance(0.2);
            if paused {
                self.pause(queue, agent, b"Auto-Pause");
            }
            let rest =
                if paused { self.draw.between(60_000, 900_000) } else { self.draw.between(2_000, 10_000) };
            self.schedule.at(self.now + u64::from(rest), Event::Ready { queue, agent, paused });
            self.dispatch(queue);
            return;
        }
        self.queues[usize::from(queue)].waiting.remove(index);
        let bridged = self.channel(ring_second);
        let line = self.log.line(second, Some(id), &self.profiles[usize::from(queue)].name);
        let line = line.event(Some(agent), b"CONNECT").number(hold).id(bridged);
        line.number(second - ring_second).end();
        let ticket = self.calls.advance(ticket);
        let call = self.calls.get_mut(ticket).expect("the ticket is the newest");
        (call.hold, call.answered) = (hold, second);
        let conversation = self.profiles[usize::from(queue)].conversation(&mut self.draw);
        self.schedule.at(self.now + conversation, Event::HangUp { ticket });
    }

    pub(super) fn leave(&mut self, ticket: Ticket, how: Leave) {
        let second = self.second();
        let Some(call) = self.calls.remove(ticket) else { return };
        let state = &mut self.queues[usize::from(call.queue)];
        let index = state.index(call.place);
        let place = state.waiting.remove(index).expect("the index was found");
        let (name, wait) = (&self.profiles[usize::from(call.queue)].name, second - call.entered);
        // Old versions did not say how long these had waited.
        let old = self.every_event && self.draw.chance(0.5);
        let position = index as u32 + 1;
        let line = self.log.line(second, Some(call.id), name);
        let counts = match how {
            Leave::Abandon => line.event(None, b"ABANDON").number(position),
            Leave::Empty => line.event(None, b"EXITEMPTY").number(position),
            Leave::Timeout => line.event(None, b"EXITWITHTIMEOUT").number(position),
            Leave::Key => line.event(None, b"EXITWITHKEY").text(b"1").number(position),
            Leave::Withdraw => line.event(None, b"WITHDRAW").number(position),
        };
        match how {
            Leave::Timeout | Leave::Key if old => counts.end(),
            Leave::Withdraw => counts.number(call.position).number(wait).text(b"moved to a call back").end(),
            _ => counts.number(call.position).number(wait).end(),
        }
        if place.ringing {
            let line = self.log.line(second, Some(call.id), name).event(Some(call.agent), b"RINGCANCELED");
            line.number(self.draw.between(200, 9_000)).end();
            self.ready(call.queue, call.agent, false);
        }
    }
}
