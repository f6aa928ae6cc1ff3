//! A conversation's end: it is complete, or passed on, perhaps into another queue.

use super::{
    INTO_QUEUE, Simulation, TRANSFERRED,
    call::{Call, Ticket},
    schedule::Event,
};

/// How often one call is passed on at most.
const TRANSFER_LIMIT: u8 = 3;

impl Simulation {
    pub(super) fn hang_up(&mut self, ticket: Ticket) {
        let Some(call) = self.calls.get(ticket).copied() else { return };
        let (queue, agent) = (call.queue, call.agent);
        let transferred = self.draw.chance(TRANSFERRED);
        if transferred {
            self.transfer(&call);
        } else {
            let event: &[u8] = if self.draw.chance(0.58) { b"COMPLETECALLER" } else { b"COMPLETEAGENT" };
            let talk = self.second() - call.answered;
            let line = self.log.line(self.second(), Some(call.id), &self.profiles[usize::from(queue)].name);
            line.event(Some(agent), event).number(call.hold).number(talk).number(call.position).end();
            self.say_more(&call);
        }
        let goes_on = transferred && call.transfers < TRANSFER_LIMIT && self.draw.chance(INTO_QUEUE);
        if goes_on {
            let ticket = self.calls.advance(ticket);
            let queue = self.draw.between(0, self.profiles.len() as u32 - 1) as u16;
            let call = self.calls.get_mut(ticket).expect("the ticket is the newest");
            (call.queue, call.transfers) = (queue, call.transfers + 1);
            self.schedule.at(self.now + u64::from(self.draw.between(200, 4_000)), Event::Enter { ticket });
        } else {
            self.calls.remove(ticket);
        }
        let paused = self.draw.chance(0.03);
        if paused {
            let reason = self.draw.pick::<&[u8]>(&[b"lunch", b"training", b"meeting", b""]);
            self.pause(queue, agent, reason);
        }
        let rest =
            if paused { self.draw.between(300_000, 2_400_000) } else { self.draw.between(1_000, 20_000) };
        self.schedule.at(self.now + u64::from(rest), Event::Ready { queue, agent, paused });
    }

    fn transfer(&mut self, call: &Call) {
        let second = self.second();
        let talk = second - call.answered;
        let (kind, old) = (self.draw.between(0, 5), self.every_event && self.draw.chance(0.3));
        let (one, other) = (self.channel(second), self.channel(second));
        let line = self.log.line(second, Some(call.id), &self.profiles[usize::from(call.queue)].name);
        let agent = Some(call.agent);
        let line = match kind {
            // Before version 12 there was one word, and at first it told no times.
            0 if old => return line.event(agent, b"TRANSFER").text(b"2000").text(b"internal").end(),
            1 | 2 if old => line.event(agent, b"TRANSFER").text(b"2000").text(b"internal"),
            0..=2 => line.event(agent, b"BLINDTRANSFER").text(b"2000").text(b"internal"),
            3 => line.event(agent, b"ATTENDEDTRANSFER").text(b"BRIDGE").id(one),
            4 => line.event(agent, b"ATTENDEDTRANSFER").text(b"APP").text(b"Queue"),
            // The one method that has two fields of its own.
            _ => line.event(agent, b"ATTENDEDTRANSFER").text(b"LINK").id(one).id(other),
        };
        line.number(call.hold).number(talk).number(call.position).end();
    }

    /// What a dialplan adds with `QueueLog()`, and what other versions write: nothing of it is counted.
    fn say_more(&mut self, call: &Call) {
        const OTHER: [&[u8]; 12] = [
            b"AGENTLOGIN|SIP/1127",
            b"AGENTLOGOFF|SIP/1127|27350",
            b"AGENTCALLBACKLOGIN|hint:1127@default",
            b"AGENTCALLBACKLOGOFF|hint:1127@default|27350|",
            b"AGENTDUMP|",
            b"SYSCOMPAT|",
            b"PENALTY|2",
            b"RINGINUSE|1",
            b"PAUSEALL|meeting",
            b"UNPAUSEALL|",
            b"OUTDIAL|5550000003||0|0",
            b"OUTANSWER|5550000003|COMPLETECALLER|32|26",
        ];
        let survey = self.draw.chance(0.01);
        let other = self.every_event && self.draw.chance(0.2);
        let (score, text) = (self.draw.between(0, 10), self.draw.pick(&OTHER));
        let (second, name) = (self.second(), &self.profiles[usize::from(call.queue)].name);
        if survey {
            self.log.line(second, Some(call.id), name).event(None, b"SURVEY").number(score).end();
        }
        if other {
            self.log.line(second, None, name).event(Some(call.agent), text).end();
        }
    }
}
