//! Everything counted about one series in one local hour, exactly.
//!
//! A [`Cell`] is what is asked; an [`OpenCell`] is one in which events are gathered. A [`Sealed`] is one in its stored form.
//! Of many cells at once, events are gathered by [`Notes`], and stored forms added up by [`CellSum`], without making a
//! `Cell` on the way.

mod beside;
mod notes;
mod sealed;
mod sum;

use std::collections::BTreeSet;

use thiserror::Error;

use self::beside::Beside;
pub use self::{
    beside::{Count, Sample},
    notes::{Notes, Step},
    sealed::Sealed,
    sum::CellSum,
};
use crate::{
    event::{Event, Outcome, Seconds},
    histogram::Histogram,
    id::Channel,
    varint::{self, DecodeError},
};

/// More was to be taken away than there is: the two do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("more would be taken away than was counted")]
pub struct Underflow;

/// What is counted of a series. A queue of calls has no polls, so that a zero would say that somebody looked and saw
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// Customers who came and were served or not: their numbers.
    Contacts,
    /// How long they waited and were served, and whether that met the promise.
    Waits,
    /// Call backs that were offered, and what became of them.
    Callbacks,
    /// Polls of the queue of a service point.
    Polls,
    /// Polls of an appointment book.
    Appointments,
    /// Scores that customers gave.
    Scores,
}

impl Aspect {
    /// Every aspect.
    pub const ALL: [Self; 6] =
        [Self::Contacts, Self::Waits, Self::Callbacks, Self::Polls, Self::Appointments, Self::Scores];

    /// What is counted of those who come by that channel, as long as nothing else is known of them.
    pub const fn usual(channel: Channel) -> Self {
        match channel {
            Channel::Callback => Self::Callbacks,
            Channel::Phone
            | Channel::ServicePoint
            | Channel::PhoneAppointment
            | Channel::VisitAppointment
            | Channel::Online => Self::Contacts,
        }
    }
}

/// Exact counts and distributions. Merging is associative and commutative; subtracting undoes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// Queue entries, tickets taken.
    pub arrived: u64,
    /// Contacts whose wait ended, by [`Outcome::index`].
    pub concluded: [u64; Outcome::COUNT],
    /// Answered contacts that ended.
    pub handled: u64,
    /// Calls that entered the unit here, each once however many of the unit's queues it passed.
    pub unit_contacts: u64,
    /// Waits by [`Outcome::index`]; contacts whose wait is not known are counted above but not in here.
    pub waits: [Histogram; Outcome::COUNT],
    /// Handling times: from answer to end.
    pub handling: Histogram,
    /// What few cells have. Invariant: `None` when it would be empty.
    beside: Option<Box<Beside>>,
}

impl Cell {
    /// How often something beside contacts was counted.
    pub fn count(&self, count: Count) -> u64 {
        self.beside.as_ref().map_or(0, |beside| beside.count(count))
    }

    /// The distribution of something beside waits and handling times.
    pub fn sample(&self, sample: Sample) -> &Histogram {
        static NONE: Histogram = Histogram::EMPTY;
        self.beside.as_ref().map_or(&NONE, |beside| beside.sample(sample))
    }

    /// The promises alone that it counts.
    #[must_use]
    pub fn promises(&self) -> Self {
        Self { beside: self.beside.as_ref().and_then(|beside| beside.promises()), ..Self::default() }
    }

    /// All events that made it: what was seen, said or done, each once.
    pub fn events(&self) -> u64 {
        self.arrived
            + self.contacts()
            + self.handled
            + self.beside.as_ref().map_or(0, |beside| beside.events())
    }

    /// All contacts whose wait ended, whatever the outcome.
    pub fn contacts(&self) -> u64 {
        self.concluded.iter().sum()
    }

    /// Contacts that ended so.
    pub fn outcome(&self, outcome: Outcome) -> u64 {
        self.concluded[outcome.index()]
    }

    /// The known waits of contacts that ended so.
    pub fn waits(&self, outcome: Outcome) -> &Histogram {
        &self.waits[outcome.index()]
    }

    /// What it is of: at least one thing of each was counted.
    pub fn aspects(&self) -> BTreeSet<Aspect> {
        let contacts = self.arrived + self.contacts() + self.handled > 0;
        let own = [Aspect::Contacts, Aspect::Waits].into_iter().filter(|_| contacts);
        own.chain(self.beside.iter().flat_map(|beside| beside.aspects())).collect()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds all that another counted.
    pub fn merge(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.handled += other.handled;
        self.unit_contacts += other.unit_contacts;
        for (mine, theirs) in self.concluded.iter_mut().zip(&other.concluded) {
            *mine += theirs;
        }
        beside::merge(&mut self.beside, other.beside.as_deref());
        for (mine, theirs) in self.waits.iter_mut().zip(&other.waits) {
            mine.merge(theirs);
        }
        self.handling.merge(&other.handling);
    }

    /// Takes away all that another counted; fails, and changes nothing, if that is more than there is.
    pub fn subtract(&mut self, other: &Self) -> Result<(), Underflow> {
        let mut left = self.clone();
        let minus = |a: u64, b: u64| a.checked_sub(b).ok_or(Underflow);
        left.arrived = minus(left.arrived, other.arrived)?;
        left.handled = minus(left.handled, other.handled)?;
        left.unit_contacts = minus(left.unit_contacts, other.unit_contacts)?;
        beside::subtract(&mut left.beside, other.beside.as_deref())?;
        for (mine, &theirs) in left.concluded.iter_mut().zip(&other.concluded) {
            *mine = minus(*mine, theirs)?;
        }
        for (mine, theirs) in left.waits.iter_mut().zip(&other.waits) {
            mine.subtract(theirs)?;
        }
        left.handling.subtract(&other.handling)?;
        *self = left;
        Ok(())
    }

    /// By what it has grown since `before`, each count and each distribution by itself. What has not only grown, such as
    /// waits of which one was corrected, is left out.
    #[must_use]
    pub fn grown_since(&self, before: &Self) -> Self {
        let by = |now: u64, then: u64| now.saturating_sub(then);
        Self {
            arrived: by(self.arrived, before.arrived),
            concluded: std::array::from_fn(|slot| by(self.concluded[slot], before.concluded[slot])),
            handled: by(self.handled, before.handled),
            unit_contacts: by(self.unit_contacts, before.unit_contacts),
            waits: std::array::from_fn(|slot| self.waits[slot].grown_since(&before.waits[slot])),
            handling: self.handling.grown_since(&before.handling),
            beside: beside::grown_since(self.beside.as_deref(), before.beside.as_deref()),
        }
    }

    /// Appends the stored form to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let is_plain = self.unit_contacts == 0 && self.beside.is_none();
        let all = || self.waits.iter().chain([&self.handling]);
        let head = Head { arrived: self.arrived, handled: self.handled, concluded: self.concluded };
        head.encode(is_plain, present(all().map(|histogram| !histogram.is_empty())), out);
        all().filter(|histogram| !histogram.is_empty()).for_each(|histogram| histogram.encode(out));
        if !is_plain {
            varint::put(out, self.unit_contacts);
            beside::encode(self.beside.as_deref(), out);
        }
    }

    /// Reads the stored form back; the bytes must hold one cell and nothing else.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, DecodeError> {
        let cell = Self::take(&mut bytes)?;
        if bytes.is_empty() { Ok(cell) } else { Err(DecodeError::Damaged("bytes follow the last value")) }
    }

    pub(crate) fn take(bytes: &mut &[u8]) -> Result<Self, DecodeError> {
        let (is_plain, head, distributions) = Head::take(bytes)?;
        let Head { arrived, handled, concluded } = head;
        let mut cell = Self { arrived, concluded, handled, ..Self::default() };
        for slot in (0..=HANDLING).filter(|slot| distributions >> slot & 1 == 1) {
            let histogram = Histogram::decode(bytes)?;
            match cell.waits.get_mut(slot) {
                Some(waits) => *waits = histogram,
                None => cell.handling = histogram,
            }
        }
        if !is_plain {
            cell.unit_contacts = varint::take(bytes)?;
            cell.beside = beside::decode(bytes)?;
        }
        Ok(cell)
    }
}

/// The numbers that every stored cell begins with.
#[derive(Debug, Default)]
struct Head {
    arrived: u64,
    handled: u64,
    concluded: [u64; Outcome::COUNT],
}

impl Head {
    /// All events that made it.
    fn events(&self) -> u64 {
        self.arrived + self.handled + self.concluded.iter().sum::<u64>()
    }

    /// Appends them. Which distributions follow is told by a bit for each slot; what follows those, by `is_plain`.
    fn encode(&self, is_plain: bool, distributions: u64, out: &mut Vec<u8>) {
        out.push(if is_plain { PLAIN } else { VERSION });
        varint::put(out, self.arrived);
        varint::put(out, self.handled);
        varint::put(out, present(self.concluded.iter().map(|&count| count > 0)));
        self.concluded.iter().filter(|&&count| count > 0).for_each(|&count| varint::put(out, count));
        varint::put(out, distributions);
    }

    fn take(bytes: &mut &[u8]) -> Result<(bool, Self, u64), DecodeError> {
        let is_plain = match varint::take_byte(bytes)? {
            PLAIN => true,
            VERSION => false,
            version => return Err(DecodeError::Version(version)),
        };
        let mut head =
            Self { arrived: varint::take(bytes)?, handled: varint::take(bytes)?, ..Self::default() };
        let counts = take_slots(bytes, HANDLING)?;
        for slot in (0..Outcome::COUNT).filter(|slot| counts >> slot & 1 == 1) {
            head.concluded[slot] = varint::take(bytes)?;
        }
        Ok((is_plain, head, take_slots(bytes, HANDLING + 1)?))
    }
}

/// A bit for each slot that is there.
fn present(slots: impl Iterator<Item = bool>) -> u64 {
    slots.enumerate().map(|(slot, is_there)| u64::from(is_there) << slot).sum()
}

/// Which slots are there: a bit for each.
fn take_slots(bytes: &mut &[u8], slots: usize) -> Result<u64, DecodeError> {
    let present = varint::take(bytes)?;
    if present >> slots == 0 { Ok(present) } else { Err(DecodeError::Damaged("it counts what is unknown")) }
}

/// The version of the stored form.
const VERSION: u8 = 2;

/// The version of the same without what only few cells have; most cells are plain.
const PLAIN: u8 = 1;

/// The slot of handling times, behind those of the outcomes' waits.
const HANDLING: usize = Outcome::COUNT;

/// A cell being filled: counts, and durations in the order in which they came. For one cell at a time, and what [`Notes`], which
/// fill many, are held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCell {
    arrived: u64,
    handled: u64,
    unit_contacts: u64,
    concluded: [u64; Outcome::COUNT],
    beside: Option<Box<Beside>>,
    /// Slot in the upper three bits, seconds in the lower 29: sorting it groups and orders all distributions.
    durations: Vec<u32>,
}

impl OpenCell {
    /// Counts one event. Which hour it belongs to is the caller's business.
    #[inline]
    pub fn add(&mut self, event: Event) {
        match event {
            Event::Arrived { .. } => self.arrived += 1,
            Event::Concluded { outcome, wait, .. } => {
                self.concluded[outcome.index()] += 1;
                self.duration(outcome.index(), wait);
            }
            Event::Handled { seconds, .. } => {
                self.handled += 1;
                self.duration(HANDLING, seconds);
            }
            Event::Callback { .. } | Event::Polled { .. } | Event::Scored { .. } => {
                self.beside.get_or_insert_default().add(event);
            }
        }
    }

    /// Counts a call that entered its unit here.
    pub fn enter(&mut self) {
        self.unit_contacts += 1;
    }

    #[inline]
    fn duration(&mut self, slot: usize, seconds: Option<Seconds>) {
        if let Some(seconds) = seconds {
            self.durations.push((slot as u32) << SLOT_SHIFT | seconds.get());
        }
    }

    /// The cell that was gathered.
    pub fn seal(mut self) -> Cell {
        self.durations.sort_unstable();
        let mut rest = self.durations.as_slice();
        let mut next = |slot: usize| {
            let (mine, others) =
                rest.split_at(rest.partition_point(|&packed| packed >> SLOT_SHIFT <= slot as u32));
            rest = others;
            Histogram::from_sorted(mine.iter().map(|&packed| packed & Seconds::MAX.get()))
        };
        Cell {
            arrived: self.arrived,
            concluded: self.concluded,
            handled: self.handled,
            unit_contacts: self.unit_contacts,
            beside: self.beside,
            waits: std::array::from_fn(&mut next),
            handling: next(HANDLING),
        }
    }
}

const SLOT_SHIFT: u32 = 29;

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        event::UnixSeconds,
        histogram::tests::{histogram, seconds},
    };

    pub(crate) fn cell() -> impl Strategy<Value = Cell> {
        let counts = prop::array::uniform7(prop_oneof![Just(0), 0..1_u64 << 40]);
        let waits = prop::collection::vec(histogram(), Outcome::COUNT);
        let beside = prop_oneof![Just(Vec::new()), events()];
        (0..1_u64 << 40, counts, 0..1_u64 << 40, 0..3_u64, waits, histogram(), beside).prop_map(
            |(arrived, concluded, handled, unit_contacts, waits, handling, beside)| Cell {
                arrived,
                concluded,
                handled,
                unit_contacts,
                waits: waits.try_into().unwrap(),
                handling,
                beside: sealed(&beside).beside,
            },
        )
    }

    pub(crate) fn events() -> impl Strategy<Value = Vec<Event>> {
        let at = UnixSeconds::MIN;
        let outcome = prop::sample::select(Outcome::ALL.to_vec());
        let wait = || prop::option::of(seconds());
        let event = prop_oneof![
            Just(Event::Arrived { at }),
            (outcome, wait()).prop_map(move |(outcome, wait)| Event::Concluded { at, outcome, wait }),
            wait().prop_map(move |seconds| Event::Handled { at, seconds }),
            beside::tests::event(),
        ];
        prop::collection::vec(event, 0..60)
    }

    fn sealed(events: &[Event]) -> Cell {
        let mut open = OpenCell::default();
        events.iter().for_each(|&event| open.add(event));
        open.seal()
    }

    proptest! {
        #[test]
        fn merge_is_associative_and_commutative(a in cell(), b in cell(), c in cell()) {
            let merged = |x: &Cell, y: &Cell| { let mut x = x.clone(); x.merge(y); x };
            prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
            prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        }

        #[test]
        fn a_sum_is_what_merging_gives(cells in prop::collection::vec(cell(), 0..6)) {
            let (mut sum, mut merged) = (CellSum::default(), Cell::default());
            for cell in &cells {
                merged.merge(cell);
                sum.add(Sealed::from(cell).bytes()).unwrap();
            }
            prop_assert_eq!(sum.take(), merged.clone());
            // Emptied, it serves again; and what is stored of it is what is stored of the merged cell.
            cells.iter().for_each(|cell| sum.add(Sealed::from(cell).bytes()).unwrap());
            prop_assert_eq!(sum.aspects(), merged.aspects());
            let mut stored = Vec::new();
            sum.seal(&mut stored);
            let expected = Sealed::from(&merged);
            prop_assert_eq!(stored.as_slice(), expected.bytes());
            prop_assert!(sum.take().is_empty());
        }

        #[test]
        fn calls_are_added_to_what_is_stored(mut cell in cell(), calls in 0..3_u64) {
            let (mut sum, mut stored) = (CellSum::default(), Vec::new());
            sum.entered(Sealed::from(&cell).bytes(), calls, &mut stored).unwrap();
            cell.unit_contacts += calls;
            let expected = Sealed::from(&cell);
            prop_assert_eq!(stored.as_slice(), expected.bytes());
            prop_assert!(sum.take().is_empty());
        }

        #[test]
        fn subtract_undoes_merge_or_changes_nothing(a in cell(), b in cell()) {
            let mut both = a.clone();
            both.merge(&b);
            both.subtract(&b).unwrap();
            prop_assert_eq!(&both, &a);
            if both.subtract(&b).is_err() {
                prop_assert_eq!(both, a);
            }
        }

        #[test]
        fn what_it_has_grown_by_is_what_was_added(a in cell(), b in cell()) {
            let mut both = a.clone();
            both.merge(&b);
            prop_assert_eq!(both.grown_since(&a), b.clone());
            prop_assert!(a.grown_since(&both).is_empty());
            // Nothing grows by more than there is.
            let mut left = b.clone();
            prop_assert!(left.subtract(&b.grown_since(&a)).is_ok());
        }

        #[test]
        fn stored_and_read_again_it_is_the_same(a in cell()) {
            let mut bytes = Vec::new();
            a.encode(&mut bytes);
            prop_assert_eq!(Cell::decode(&bytes), Ok(a));
            bytes.push(0);
            prop_assert!(Cell::decode(&bytes).is_err());
        }

        #[test]
        fn any_bytes_give_an_answer(bytes: Vec<u8>) {
            let _ = Cell::decode(&bytes);
            let _ = Cell::decode(&[&[VERSION], bytes.as_slice()].concat());
        }

        #[test]
        fn however_events_are_split_the_cell_is_the_same(events in events(), at in 0_usize..60) {
            let (left, right) = events.split_at(at.min(events.len()));
            let mut merged = sealed(left);
            merged.merge(&sealed(right));
            prop_assert_eq!(&merged, &sealed(&events));
        }

        #[test]
        fn a_cell_counts_what_a_naive_count_counts(events in events()) {
            let cell = sealed(&events);
            let arrived = events.iter().filter(|e| matches!(e, Event::Arrived { .. })).count() as u64;
            prop_assert_eq!(cell.arrived, arrived);
            for outcome in Outcome::ALL {
                let mut waits = Vec::new();
                let mut count = 0;
                for event in &events {
                    if let Event::Concluded { outcome: o, wait, .. } = event && *o == outcome {
                        count += 1;
                        waits.extend(wait.map(Seconds::get));
                    }
                }
                prop_assert_eq!(cell.outcome(outcome), count);
                let seen = cell.waits(outcome).entries().flat_map(|(s, n)| vec![s.get(); n as usize]);
                waits.sort_unstable();
                prop_assert_eq!(seen.collect::<Vec<_>>(), waits);
            }
        }
    }
}
