//! Who answers: agents come to work and go home with the hours, pause and return; a restart forgets them all.

use super::{super::calendar::Calendar, INTO_QUEUE, Leave, Simulation, TRANSFERRED, schedule::Event};

/// Mean days between restarts of the switch.
const RESTART: f64 = 15.0;

impl Simulation {
    /// What was in progress never ends in the log.
    pub(super) fn restart(&mut self) {
        self.log.line(self.second(), None, b"NONE").event(None, b"QUEUESTART").text(b"").end();
        self.serial = 0;
        self.calls.forget();
        self.schedule.forget();
        for queue in 0..self.profiles.len() as u16 {
            self.queues[usize::from(queue)].forget();
            self.staff(queue);
        }
        self.plan_after(RESTART, Event::Restart);
    }

    pub(super) fn begin_hour(&mut self) {
        let Some(hour) = self.calendar.hour(self.hour) else { return };
        for queue in 0..self.profiles.len() as u16 {
            // Some of the calls come from other queues.
            let calls = self.rate(queue, hour.weight) * (1.0 + TRANSFERRED * INTO_QUEUE);
            self.queues[usize::from(queue)].wanted = self.profiles[usize::from(queue)].agents(hour, calls);
            self.staff(queue);
        }
        self.hour += 1;
        self.schedule.at(Calendar::begins(self.hour), Event::Hour);
    }

    /// Brings as many agents on duty as are wanted. Who is busy goes home when the call is over.
    fn staff(&mut self, queue: u16) {
        let second = self.second();
        let state = &mut self.queues[usize::from(queue)];
        let name = &self.profiles[usize::from(queue)].name;
        while state.on_duty < state.wanted {
            let agent = state.arrive(queue);
            state.idle.push_back(agent);
            self.log.line(second, None, name).event(Some(agent), b"ADDMEMBER").text(b"").end();
        }
        while state.on_duty > state.wanted
            && let Some(agent) = state.idle.pop_front()
        {
            state.go_home(agent);
            self.log.line(second, None, name).event(Some(agent), b"REMOVEMEMBER").text(b"").end();
        }
        self.dispatch(queue);
        self.send_away(queue);
    }

    /// When the last agent has gone home, nobody will answer those who still wait.
    pub(super) fn send_away(&mut self, queue: u16) {
        while self.queues[usize::from(queue)].on_duty == 0
            && let Some(place) = self.queues[usize::from(queue)].waiting.front()
        {
            let ticket = self.calls.ticket(place.call);
            self.leave(ticket, Leave::Empty);
        }
    }

    pub(super) fn pause(&mut self, queue: u16, agent: u32, reason: &[u8]) {
        let line = self.log.line(self.second(), None, &self.profiles[usize::from(queue)].name);
        line.event(Some(agent), b"PAUSE").text(reason).end();
    }

    /// An agent is free again, or goes home.
    pub(super) fn ready(&mut self, queue: u16, agent: u32, paused: bool) {
        let second = self.second();
        let (state, name) = (&mut self.queues[usize::from(queue)], &self.profiles[usize::from(queue)].name);
        if paused {
            self.log.line(second, None, name).event(Some(agent), b"UNPAUSE").text(b"").end();
        }
        if state.on_duty > state.wanted {
            state.go_home(agent);
            self.log.line(second, None, name).event(Some(agent), b"REMOVEMEMBER").text(b"").end();
            self.send_away(queue);
        } else {
            state.idle.push_back(agent);
            self.dispatch(queue);
        }
    }
}
