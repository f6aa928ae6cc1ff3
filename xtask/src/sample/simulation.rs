//! The queues at work: a discrete-event simulation in whole milliseconds.
//!
//! Calls arrive (Poisson, at the calendar's rate), wait, ring at one agent after another, talk, and end or go on into
//! another queue. Members come and go, pause and return; the switch restarts now and then, and what was in progress
//! then never ends in the log. Time is integer and ties are broken by order of planning, so a run is reproducible.

mod call;
mod conversation;
mod schedule;
mod staff;
mod wait;

use std::num::NonZero;

use self::{
    call::Calls,
    schedule::{Event, Schedule},
};
use super::{
    calendar::Calendar,
    damage::Damage,
    log::{CallId, Log},
    queue::{Profile, State},
};
use crate::draw::{Draw, whole};

/// A day in milliseconds.
const DAY: f64 = 86_400_000.0;
/// Mean days between reloads of its configuration.
const RELOAD: f64 = 3.0;
/// The share of answered calls that are passed on.
const TRANSFERRED: f64 = 0.05;
/// The share of those that enter another queue.
const INTO_QUEUE: f64 = 0.6;

/// How a wait ends without an answer.
#[derive(Debug, Clone, Copy)]
enum Leave {
    Abandon,
    Timeout,
    Key,
    Withdraw,
    Empty,
}

/// The queues, their callers and their agents.
#[derive(Debug)]
pub(super) struct Simulation {
    calendar: Calendar,
    profiles: Vec<Profile>,
    queues: Vec<State>,
    calls: Calls,
    schedule: Schedule,
    draw: Draw,
    log: Log,
    now: u64,
    /// Fresh calls an hour at weight 1, over all queues.
    intensity: f64,
    hour: usize,
    /// The serial number of the next channel.
    serial: u32,
    every_event: bool,
}

impl Simulation {
    pub(super) fn new(calendar: Calendar, queues: NonZero<u16>, calls: u64, seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let profiles = Profile::several(queues.get(), &mut draw);
        let mut simulation = Self {
            intensity: calls as f64 / calendar.weight(),
            queues: profiles.iter().map(|_| State::default()).collect(),
            calls: Calls::default(),
            schedule: Schedule::default(),
            log: Log::new(),
            now: 0,
            hour: 0,
            serial: 0,
            every_event: false,
            calendar,
            profiles,
            draw,
        };
        simulation.schedule.at(0, Event::Restart);
        simulation.schedule.at(0, Event::Hour);
        simulation.plan_reload();
        for queue in 0..queues.get() {
            simulation.plan_arrival(queue);
        }
        simulation
    }

    pub(super) fn with_every_event(mut self, every_event: bool) -> Self {
        self.every_event = every_event;
        self
    }

    pub(super) fn with_rejects(mut self, share: f64, seed: u64) -> Self {
        self.log.set_damage((share > 0.0).then(|| Damage::new(share, seed)));
        self
    }

    /// How many milliseconds the log spans.
    pub(super) fn span(&self) -> u64 {
        self.calendar.end()
    }

    /// How many of them have passed.
    pub(super) const fn passed(&self) -> u64 {
        self.now
    }

    pub(super) const fn lines(&self) -> u64 {
        self.log.lines()
    }

    /// Goes on until about that many bytes are written into the empty buffer; false when the log has ended.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>, bytes: usize) -> bool {
        while self.log.len() < bytes {
            let Some((at, event)) = self.schedule.next().filter(|(at, _)| *at < self.calendar.end()) else {
                break;
            };
            self.now = at;
            self.happen(event);
        }
        self.log.swap(buffer);
        !buffer.is_empty()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Hour => self.begin_hour(),
            Event::Restart => self.restart(),
            Event::Reload => {
                self.log.line(self.second(), None, b"NONE").event(None, b"CONFIGRELOAD").text(b"").end();
                self.plan_reload();
            }
            Event::Arrival { queue } => {
                self.arrive(queue);
                self.plan_arrival(queue);
            }
            Event::Enter { ticket } => self.enter(ticket),
            Event::Leave { ticket, how } => self.leave(ticket, how),
            Event::RingEnd { ticket, began, answered } => self.ring_end(ticket, began, answered),
            Event::HangUp { ticket } => self.hang_up(ticket),
            Event::Ready { queue, agent, paused } => self.ready(queue, agent, paused),
        }
    }

    fn second(&self) -> u64 {
        self.second_of(self.now)
    }

    fn second_of(&self, at: u64) -> u64 {
        self.calendar.start() + at / 1000
    }

    /// A new channel of this second.
    fn channel(&mut self, second: u64) -> CallId {
        self.serial += self.draw.between(1, 6);
        CallId { second, serial: self.serial }
    }

    /// Fresh calls an hour into a queue.
    fn rate(&self, queue: u16, weight: f64) -> f64 {
        self.intensity * weight * self.profiles[usize::from(queue)].share
    }

    /// Plans the next call: a Poisson stream whose rate is constant within an hour of the calendar.
    fn plan_arrival(&mut self, queue: u16) {
        let mut due = self.draw.exponential();
        let mut at = self.now as f64;
        let mut hour = (self.now / Calendar::begins(1)) as usize;
        while let Some(planned) = self.calendar.hour(hour) {
            let per_millisecond = self.rate(queue, planned.weight) / Calendar::begins(1) as f64;
            let end = Calendar::begins(hour + 1) as f64;
            let expected = (end - at) * per_millisecond;
            if due < expected {
                self.schedule.at(whole(at + due / per_millisecond), Event::Arrival { queue });
                return;
            }
            due -= expected;
            at = end;
            hour += 1;
        }
    }

    fn plan_after(&mut self, days: f64, event: Event) {
        let wait = days * DAY * self.draw.exponential();
        self.schedule.at(self.now + whole(wait), event);
    }

    fn plan_reload(&mut self) {
        self.plan_after(RELOAD, Event::Reload);
    }
}
