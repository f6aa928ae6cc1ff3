//! What few series are counted by: call backs, polls, scores. One line in a list is one more thing to count.

use super::{Aspect, Underflow, take_slots};
use crate::{
    event::{CallbackOutcome, CallbackStage, Event, Seconds, Seen},
    histogram::Histogram,
    varint::{self, DecodeError},
};

macro_rules! slots {
    ($(#[$of:meta])* $name:ident { $($(#[$doc:meta])* $slot:ident,)* }) => {
        $(#[$of])*
        ///
        /// The order is that of the stored form: a new one goes to the end.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $slot,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$slot),*];
        }
    };
}

slots! {
    /// What is counted of call backs, polls and surveys.
    Count {
        /// Call backs offered.
        CallbacksOffered,
        /// Call backs accepted.
        CallbacksAccepted,
        /// Call backs of which the first attempt was made.
        CallbacksCalled,
        /// Call backs that reached the customer.
        CallbacksReached,
        /// Call backs that did not.
        CallbacksFailed,
        /// Promises of a call back that were due.
        PromisesDue,
        /// Those of which the first attempt was made in time.
        PromisesKept,
        /// Those of which it was made too late. Those of which none was made yet are neither.
        PromisesLate,
        /// Polls that saw an office serve.
        PolledOpen,
        /// Polls that saw it closed.
        PolledClosed,
        /// Polls that saw a free appointment.
        AppointmentsFree,
        /// Polls that saw none.
        AppointmentsNone,
    }
}

slots! {
    /// Of what there are distributions beside waits and handling times. Unless it says otherwise, in seconds.
    Sample {
        /// From acceptance of a call back to the first attempt.
        CallbackDelay,
        /// Waits as they were polled.
        PolledWait,
        /// Customers waiting, as they were polled: numbers, not seconds.
        PolledWaiting,
        /// Open desks, as they were polled: numbers, not seconds.
        PolledDesks,
        /// Calendar days to the first free appointment, as they were polled: days, not seconds.
        AppointmentDays,
        /// Scores 0-10: numbers, not seconds.
        Score,
    }
}

impl Count {
    /// What it is a count of.
    const fn aspect(self) -> Aspect {
        match self {
            Self::CallbacksOffered
            | Self::CallbacksAccepted
            | Self::CallbacksCalled
            | Self::CallbacksReached
            | Self::CallbacksFailed
            | Self::PromisesDue
            | Self::PromisesKept
            | Self::PromisesLate => Aspect::Callbacks,
            Self::PolledOpen | Self::PolledClosed => Aspect::Polls,
            Self::AppointmentsFree | Self::AppointmentsNone => Aspect::Appointments,
        }
    }
}

/// Counts and distributions, each in its slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Beside {
    counts: [u64; Count::ALL.len()],
    samples: [Histogram; Sample::ALL.len()],
}

impl Beside {
    pub(super) fn count(&self, count: Count) -> u64 {
        self.counts[count as usize]
    }

    pub(super) fn sample(&self, sample: Sample) -> &Histogram {
        &self.samples[sample as usize]
    }

    /// How many events there were: a promise accompanies one, and is none itself.
    pub(super) fn events(&self) -> u64 {
        let is_event =
            |count: &&Count| !matches!(count, Count::PromisesDue | Count::PromisesKept | Count::PromisesLate);
        let counts = Count::ALL.iter().filter(is_event);
        counts.map(|&count| self.count(count)).sum::<u64>() + self.sample(Sample::Score).count()
    }

    /// The promises alone.
    pub(super) fn promises(&self) -> Option<Box<Self>> {
        let mut promises = Self::default();
        for count in [Count::PromisesDue, Count::PromisesKept, Count::PromisesLate] {
            promises.counts[count as usize] = self.count(count);
        }
        Some(Box::new(promises)).filter(|promises| !promises.is_empty())
    }

    pub(super) fn aspects(&self) -> impl Iterator<Item = Aspect> {
        let counted = Count::ALL.iter().filter(|&&count| self.count(count) > 0).map(|count| count.aspect());
        let scored = !self.sample(Sample::Score).is_empty();
        counted.chain(scored.then_some(Aspect::Scores))
    }

    pub(super) fn add(&mut self, event: Event) {
        match event {
            Event::Arrived { .. } | Event::Concluded { .. } | Event::Handled { .. } => {}
            Event::Callback { stage, .. } => self.add_callback(stage),
            Event::Polled { seen, .. } => self.add_poll(seen),
            Event::Scored { score, .. } => self.put(Sample::Score, u32::from(score.get())),
        }
    }

    fn add_callback(&mut self, stage: CallbackStage) {
        let count = match stage {
            CallbackStage::Offered => Count::CallbacksOffered,
            CallbackStage::Accepted => Count::CallbacksAccepted,
            CallbackStage::Called { delay } => {
                self.put(Sample::CallbackDelay, delay.get());
                Count::CallbacksCalled
            }
            CallbackStage::Completed(CallbackOutcome::Reached) => Count::CallbacksReached,
            CallbackStage::Completed(CallbackOutcome::Failed) => Count::CallbacksFailed,
            CallbackStage::Due => Count::PromisesDue,
            CallbackStage::Kept => Count::PromisesKept,
            CallbackStage::Late => Count::PromisesLate,
        };
        self.counts[count as usize] += 1;
    }

    fn add_poll(&mut self, seen: Seen) {
        let count = match seen {
            Seen::Office { waiting, wait, desks } => {
                let seen = [
                    (Sample::PolledWaiting, waiting),
                    (Sample::PolledWait, wait.map(Seconds::get)),
                    (Sample::PolledDesks, desks),
                ];
                for (sample, value) in seen {
                    value.into_iter().for_each(|value| self.put(sample, value));
                }
                Count::PolledOpen
            }
            Seen::Closed => Count::PolledClosed,
            Seen::Appointment { days } => {
                self.put(Sample::AppointmentDays, days);
                Count::AppointmentsFree
            }
            Seen::NoAppointment => Count::AppointmentsNone,
        };
        self.counts[count as usize] += 1;
    }

    /// Numbers beyond what a histogram holds are counted as the largest; formats refuse them.
    fn put(&mut self, sample: Sample, value: u32) {
        self.samples[sample as usize].add(Seconds::new(value).unwrap_or(Seconds::MAX), 1);
    }

    fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(mine, theirs)| *mine += theirs);
        self.samples.iter_mut().zip(&other.samples).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(super) fn merge(mine: &mut Option<Box<Beside>>, theirs: Option<&Beside>) {
    if let Some(theirs) = theirs {
        mine.get_or_insert_default().merge(theirs);
    }
}

pub(super) fn subtract(mine: &mut Option<Box<Beside>>, theirs: Option<&Beside>) -> Result<(), Underflow> {
    let Some(theirs) = theirs else { return Ok(()) };
    let left = mine.get_or_insert_default();
    for (mine, &theirs) in left.counts.iter_mut().zip(&theirs.counts) {
        *mine = mine.checked_sub(theirs).ok_or(Underflow)?;
    }
    for (mine, theirs) in left.samples.iter_mut().zip(&theirs.samples) {
        mine.subtract(theirs)?;
    }
    if left.is_empty() {
        *mine = None;
    }
    Ok(())
}

pub(super) fn grown_since(now: Option<&Beside>, before: Option<&Beside>) -> Option<Box<Beside>> {
    let (now, nothing) = (now?, Beside::default());
    let before = before.unwrap_or(&nothing);
    let by = Beside {
        counts: std::array::from_fn(|slot| now.counts[slot].saturating_sub(before.counts[slot])),
        samples: std::array::from_fn(|slot| now.samples[slot].grown_since(&before.samples[slot])),
    };
    Some(Box::new(by)).filter(|by| !by.is_empty())
}

pub(super) fn encode(beside: Option<&Beside>, out: &mut Vec<u8>) {
    let Some(Beside { counts, samples }) = beside else {
        // No counts, no samples.
        out.extend_from_slice(&[0, 0]);
        return;
    };
    let present = |has: bool, slot: usize| u64::from(has) << slot;
    let counted = counts.iter().enumerate().map(|(slot, &count)| present(count > 0, slot)).sum();
    varint::put(out, counted);
    counts.iter().filter(|&&count| count > 0).for_each(|&count| varint::put(out, count));
    let sampled = samples.iter().enumerate().map(|(slot, sample)| present(!sample.is_empty(), slot)).sum();
    varint::put(out, sampled);
    samples.iter().filter(|sample| !sample.is_empty()).for_each(|sample| sample.encode(out));
}

pub(super) fn decode(bytes: &mut &[u8]) -> Result<Option<Box<Beside>>, DecodeError> {
    if let Some(rest) = bytes.strip_prefix(&[0, 0]) {
        *bytes = rest;
        return Ok(None);
    }
    let mut beside = Beside::default();
    let counted = take_slots(bytes, Count::ALL.len())?;
    for slot in (0..Count::ALL.len()).filter(|slot| counted >> slot & 1 == 1) {
        beside.counts[slot] = varint::take(bytes)?;
    }
    let sampled = take_slots(bytes, Sample::ALL.len())?;
    for slot in (0..Sample::ALL.len()).filter(|slot| sampled >> slot & 1 == 1) {
        beside.samples[slot] = Histogram::decode(bytes)?;
    }
    Ok(Some(Box::new(beside)).filter(|beside| !beside.is_empty()))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        cell::OpenCell,
        event::{Score, UnixSeconds},
        histogram::tests::seconds,
    };

    pub(in crate::cell) fn event() -> impl Strategy<Value = Event> {
        let at = UnixSeconds::MIN;
        let stage = prop_oneof![
            prop::sample::select(vec![
                CallbackStage::Offered,
                CallbackStage::Accepted,
                CallbackStage::Completed(CallbackOutcome::Reached),
                CallbackStage::Completed(CallbackOutcome::Failed),
                CallbackStage::Due,
                CallbackStage::Kept,
                CallbackStage::Late,
            ]),
            seconds().prop_map(|delay| CallbackStage::Called { delay }),
        ];
        let number = || prop::option::of(0..200_u32);
        let office = (number(), prop::option::of(seconds()), number());
        let seen = prop_oneof![
            office.prop_map(|(waiting, wait, desks)| Seen::Office { waiting, wait, desks }),
            (0..200_u32).prop_map(|days| Seen::Appointment { days }),
            prop::sample::select(vec![Seen::Closed, Seen::NoAppointment]),
        ];
        prop_oneof![
            stage.prop_map(move |stage| Event::Callback { at, stage }),
            seen.prop_map(move |seen| Event::Polled { at, seen }),
            (0..=Score::MAX).prop_map(move |score| Event::Scored { at, score: Score::new(score).unwrap() }),
        ]
    }

    #[test]
    fn a_late_call_back_is_counted_stage_by_stage() {
        let at = UnixSeconds::MIN;
        let mut open = OpenCell::default();
        for stage in [
            CallbackStage::Offered,
            CallbackStage::Accepted,
            CallbackStage::Due,
            CallbackStage::Called { delay: Seconds::new(4000).unwrap() },
            CallbackStage::Late,
            CallbackStage::Completed(CallbackOutcome::Reached),
        ] {
            open.add(Event::Callback { at, stage });
        }
        let cell = open.seal();
        let counted: Vec<_> = Count::ALL.iter().filter(|&&count| cell.count(count) == 1).collect();
        insta::assert_compact_debug_snapshot!(counted, @"[CallbacksOffered, CallbacksAccepted, CallbacksCalled, CallbacksReached, PromisesDue, PromisesLate]");
        assert_eq!((cell.events(), cell.sample(Sample::CallbackDelay).sum()), (4, 4000));
    }

    #[test]
    fn what_was_not_seen_is_not_zero() {
        let mut open = OpenCell::default();
        let mut see = |seen| open.add(Event::Polled { at: UnixSeconds::MIN, seen });
        see(Seen::Office { waiting: None, wait: Some(Seconds::ZERO), desks: None });
        see(Seen::Closed);
        see(Seen::NoAppointment);
        let cell = open.seal();
        let samples = Sample::ALL.iter().filter(|&&sample| !cell.sample(sample).is_empty());
        insta::assert_compact_debug_snapshot!(samples.collect::<Vec<_>>(), @"[PolledWait]");
        assert_eq!((cell.count(Count::PolledOpen), cell.count(Count::AppointmentsFree)), (1, 0));
    }
}
