//! Gathers the events of many cells: each is noted in a few bytes where the last one was, and only then are they put in
//! order, cell by cell.
//!
//! A log jumps from queue to queue and from hour to hour. Written down in its own order, an event costs one store to memory
//! that is at hand; a cell's own lists would be elsewhere for every line, and grow one by one.

use super::{
    HANDLING, Head,
    beside::{self, Beside},
    present,
};
use crate::{
    event::{Event, Outcome, Seconds},
    histogram::HistogramSum,
    varint,
};

/// How far a contact came, by an event: what it is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step(u8);

impl Step {
    /// It entered the queue.
    pub const ARRIVED: Self = Self(HANDLING as u8 + 1);
    /// Answered, it ended.
    pub const HANDLED: Self = Self(HANDLING as u8);
    /// It entered its unit.
    const ENTERED: Self = Self(HANDLING as u8 + 2);
    /// How many there are, with room: a power of two.
    const COUNT: usize = 16;

    /// Its wait ended.
    pub const fn concluded(outcome: Outcome) -> Self {
        Self(outcome as u8)
    }
}

/// Events of many cells, in the order in which they came. A cell is known by a small number.
#[derive(Debug, Default)]
pub struct Notes {
    /// In the upper half the cell's number and the step, in the lower the seconds.
    noted: Vec<u64>,
    /// What else was counted, by the cell's number, as far as there are any.
    beside: Vec<Option<Box<Beside>>>,
    /// How many notes there are of each step of each cell; once in order, where they end in `sorted`.
    ends: Vec<u32>,
    /// The seconds of the notes, by cell, then step.
    sorted: Vec<u32>,
    sum: HistogramSum,
}

/// Stands for a duration that is not known.
const UNKNOWN: u32 = u32::MAX;

impl Notes {
    /// How many are gathered at most, for their order to be made while they are at hand.
    pub const MOST: usize = 1 << 16;

    /// Whether so many were gathered that they are to be put in order now.
    pub fn is_full(&self) -> bool {
        self.noted.len() >= Self::MOST
    }

    /// Counts a step of a contact in a cell, and how long it took if that is known.
    #[inline]
    pub fn add_step(&mut self, cell: u32, step: Step, seconds: Option<Seconds>) {
        let seconds = seconds.map_or(UNKNOWN, Seconds::get);
        self.noted.push(u64::from(cell << 4 | u32::from(step.0)) << 32 | u64::from(seconds));
    }

    /// Counts one event in a cell. Which hour it belongs to is the caller's business.
    #[inline(always)]
    pub fn add(&mut self, cell: u32, event: Event) {
        match event {
            Event::Arrived { .. } => self.add_step(cell, Step::ARRIVED, None),
            Event::Concluded { outcome, wait, .. } => self.add_step(cell, Step::concluded(outcome), wait),
            Event::Handled { seconds, .. } => self.add_step(cell, Step::HANDLED, seconds),
            Event::Callback { .. } | Event::Polled { .. } | Event::Scored { .. } => {
                self.add_beside(cell as usize, event);
            }
        }
    }

    fn add_beside(&mut self, cell: usize, event: Event) {
        if self.beside.len() <= cell {
            self.beside.resize(cell + 1, None);
        }
        self.beside[cell].get_or_insert_default().add(event);
    }

    /// Counts a call that entered its unit in a cell.
    pub fn enter(&mut self, cell: u32) {
        self.add_step(cell, Step::ENTERED, None);
    }

    /// Hands on the stored form of each of so many cells, by their numbers and with their events, as [`Cell::events`] has
    /// them, and forgets all that was noted.
    ///
    /// [`Cell::events`]: super::Cell::events
    pub fn seal(&mut self, cells: u32, out: &mut Vec<u8>, mut each: impl FnMut(u32, u64, &mut Vec<u8>)) {
        self.sort(cells as usize);
        for cell in 0..cells {
            let events = self.encode(cell as usize, out);
            each(cell, events, out);
        }
        self.noted.clear();
        self.beside.clear();
    }

    /// Puts the seconds in the order of their cells and steps.
    fn sort(&mut self, cells: usize) {
        self.ends.clear();
        self.ends.resize(cells * Step::COUNT, 0);
        for note in &self.noted {
            self.ends[(note >> 32) as usize] += 1;
        }
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        self.sorted.resize(self.noted.len(), 0);
        for note in &self.noted {
            let end = &mut self.ends[(note >> 32) as usize];
            self.sorted[*end as usize] = *note as u32;
            *end += 1;
        }
    }

    /// Appends the stored form of a cell, and says how many events made it.
    fn encode(&mut self, cell: usize, out: &mut Vec<u8>) -> u64 {
        let ends = &self.ends[cell * Step::COUNT..][..Step::COUNT];
        let before = if cell == 0 { 0 } else { self.ends[cell * Step::COUNT - 1] };
        let start = |step: usize| if step == 0 { before } else { ends[step - 1] } as usize;
        let count = |step: usize| (ends[step] as usize - start(step)) as u64;
        let head = Head {
            arrived: count(usize::from(Step::ARRIVED.0)),
            handled: count(usize::from(Step::HANDLED.0)),
            concluded: std::array::from_fn(count),
        };
        let unit_contacts = count(usize::from(Step::ENTERED.0));
        let mut known: [_; HANDLING + 1] = std::array::from_fn(|_| 0..0);
        for (slot, range) in known.iter_mut().enumerate() {
            let all = start(slot)..ends[slot] as usize;
            // Unknown durations are few: they are put behind the others.
            let mut end = all.end;
            for at in all.clone().rev() {
                if self.sorted[at] == UNKNOWN {
                    end -= 1;
                    self.sorted.swap(at, end);
                }
            }
            *range = all.start..end;
        }
        let beside = self.beside.get(cell).and_then(Option::as_deref);
        let is_plain = unit_contacts == 0 && beside.is_none();
        head.encode(is_plain, present(known.iter().map(|range| !range.is_empty())), out);
        for range in known.into_iter().filter(|range| !range.is_empty()) {
            self.sum.add_each(&self.sorted[range]);
            self.sum.encode(out);
        }
        if !is_plain {
            varint::put(out, unit_contacts);
            beside::encode(beside, out);
        }
        head.events() + beside.map_or(0, Beside::events)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cell::{Cell, OpenCell, tests::events};

    proptest! {
        #[test]
        fn each_cell_is_as_if_it_had_been_gathered_alone(
            events in prop::collection::vec((0..5_u32, events(), any::<bool>()), 0..12),
        ) {
            let mut notes = Notes::default();
            // Twice: nothing of the first time may stay.
            for _ in 0..2 {
                let mut alone: Vec<OpenCell> = (0..5).map(|_| OpenCell::default()).collect();
                for (cell, events, enters) in &events {
                    for &event in events {
                        notes.add(*cell, event);
                        alone[*cell as usize].add(event);
                    }
                    if *enters {
                        notes.enter(*cell);
                        alone[*cell as usize].enter();
                    }
                }
                let (mut out, mut sealed) = (Vec::new(), Vec::new());
                notes.seal(5, &mut out, |_, events, out| {
                    let cell = Cell::decode(&std::mem::take(out)).unwrap();
                    assert_eq!(events, cell.events());
                    sealed.push(cell);
                });
                prop_assert_eq!(sealed, alone.into_iter().map(OpenCell::seal).collect::<Vec<_>>());
            }
        }
    }
}
