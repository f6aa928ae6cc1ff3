//! A queue: how busy it is, who answers there, and who is waiting.

use std::collections::VecDeque;

use super::calendar::Hour;
use crate::draw::{Draw, whole};

const SUBJECTS: [&str; 12] = [
    "perustuki",
    "tyottomyys",
    "asumistuki",
    "opintotuki",
    "lapsiperheet",
    "elakkeet",
    "sairastaminen",
    "kuntoutus",
    "vammaistuki",
    "kansainvaliset",
    "takaisinperinta",
    "vaihde",
];
const LANGUAGES: [&str; 2] = ["fi", "sv"];
/// The spread of handling times: the logarithm's standard deviation.
const HANDLING_SPREAD: f64 = 0.75;
/// What an answer costs beyond the conversation: ringing and after-call work, in seconds.
const OVERHEAD: f64 = 18.0;

/// What is constant about a queue.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: Vec<u8>,
    /// Its share of all fresh calls.
    pub(super) share: f64,
    /// The median conversation, in seconds.
    handling: f64,
    /// The mean patience of callers, in seconds.
    patience: f64,
    /// Agents beyond the load, in square roots of it; below zero the queue is always late.
    staffing: f64,
    /// The longest wait that the queue allows, in seconds.
    pub(super) timeout: Option<u32>,
    /// Whether somebody answers at night.
    night: bool,
}

impl Profile {
    /// Queues of unequal size: the second has half the calls of the first, the third a third (Zipf).
    pub(super) fn several(count: u16, draw: &mut Draw) -> Vec<Self> {
        let total: f64 = (1..=count).map(|rank| 1.0 / f64::from(rank)).sum();
        let one = |index: u16| Self {
            name: name(usize::from(index)).into_bytes(),
            share: 1.0 / f64::from(index + 1) / total,
            handling: f64::from(draw.between(150, 420)),
            patience: f64::from(draw.between(150, 600)),
            staffing: f64::from(draw.between(0, 16)) / 10.0 - 0.5,
            timeout: draw.pick(&[Some(600), Some(900), Some(1800), None]),
            night: index.is_multiple_of(2),
        };
        (0..count).map(one).collect()
    }

    /// How many agents that hour needs when so many calls an hour are expected.
    pub(super) fn agents(&self, hour: Hour, calls: f64) -> u32 {
        if !hour.open && !self.night {
            return 0;
        }
        // The mean of a lognormal is its median times exp(sigma²/2).
        let mean = self.handling * libm::exp(HANDLING_SPREAD * HANDLING_SPREAD / 2.0) + OVERHEAD;
        let load = calls * mean / 3600.0;
        (whole((load + self.staffing * load.sqrt()).max(0.0).ceil()) as u32).max(1)
    }

    /// A conversation in milliseconds. Now and then one is over at once.
    pub(super) fn conversation(&self, draw: &mut Draw) -> u64 {
        let seconds =
            if draw.chance(0.01) { draw.unit() } else { draw.lognormal(self.handling, HANDLING_SPREAD) };
        whole(seconds * 1000.0)
    }

    /// How long a caller is willing to wait, in milliseconds. Some notice at once that they dialled wrongly.
    pub(super) fn patience(&self, draw: &mut Draw) -> u64 {
        let seconds = if draw.chance(0.02) { draw.unit() * 8.0 } else { self.patience * draw.exponential() };
        whole(seconds * 1000.0)
    }
}

/// `perustuki-fi`, `tyottomyys-sv`, …: every subject once, then again in the other language, then numbered.
fn name(index: usize) -> String {
    let (subject, round) = (index % SUBJECTS.len(), index / SUBJECTS.len());
    let language = LANGUAGES[(subject + round) % LANGUAGES.len()];
    let number = round / LANGUAGES.len();
    let suffix = if number == 0 { String::new() } else { format!("-{}", number + 1) };
    format!("{}-{language}{suffix}", SUBJECTS[subject])
}

/// A caller's place in a queue: later callers have larger tickets, so a place is found by bisection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) ticket: u64,
    pub(super) call: u32,
    pub(super) ringing: bool,
}

/// What changes about a queue.
#[derive(Debug, Default)]
pub(super) struct State {
    /// In the order in which they came.
    pub(super) waiting: VecDeque<Place>,
    /// Free agents, the longest free first.
    pub(super) idle: VecDeque<u32>,
    /// Who went home, to come again first.
    at_home: Vec<u32>,
    /// Free, ringing, talking or pausing.
    pub(super) on_duty: u32,
    /// How many should be on duty in this hour.
    pub(super) wanted: u32,
    hired: u32,
}

impl State {
    /// Somebody comes to work; the caller of this says where they go.
    pub(super) fn arrive(&mut self, queue: u16) -> u32 {
        self.on_duty += 1;
        self.at_home.pop().unwrap_or_else(|| {
            self.hired += 1;
            (u32::from(queue) + 1) * 10_000 + self.hired
        })
    }

    pub(super) fn go_home(&mut self, agent: u32) {
        self.on_duty -= 1;
        self.at_home.push(agent);
    }

    /// The place of a waiting call.
    pub(super) fn index(&self, ticket: u64) -> usize {
        self.waiting.binary_search_by_key(&ticket, |place| place.ticket).expect("whoever waits has a place")
    }

    /// The first who waits and does not ring.
    pub(super) fn next(&self) -> Option<usize> {
        if self.idle.is_empty() { None } else { self.waiting.iter().position(|place| !place.ringing) }
    }

    /// After a restart nobody waits, and the members have yet to be added again.
    pub(super) fn forget(&mut self) {
        *self = Self { wanted: self.wanted, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_many_and_different() {
        insta::assert_snapshot!([0, 1, 2, 12, 13, 24, 48].map(name).join(" "), @"perustuki-fi tyottomyys-sv asumistuki-fi perustuki-sv tyottomyys-fi perustuki-fi-2 perustuki-fi-3");
        let mut names: Vec<_> = (0..500).map(name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 500);
    }

    #[test]
    fn shares_are_zipf() {
        let profiles = Profile::several(4, &mut Draw::new(1));
        let shares: Vec<_> = profiles.iter().map(|profile| format!("{:.2}", profile.share)).collect();
        insta::assert_snapshot!(shares.join(" "), @"0.48 0.24 0.16 0.12");
    }
}
