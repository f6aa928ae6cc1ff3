//! Adds up cells in their stored form, without making a cell of any.

use super::{
    Cell, HANDLING, Head, Sealed,
    beside::{self, Beside},
    present,
};
use crate::{
    histogram::HistogramSum,
    varint::{self, DecodeError},
};

/// A sum of stored cells. Adding one costs what its own size is, however much is there already; and once it was taken, its
/// memory serves the next sum.
#[derive(Debug, Default)]
pub struct CellSum {
    head: Head,
    unit_contacts: u64,
    beside: Option<Box<Beside>>,
    /// By slot.
    distributions: [HistogramSum; HANDLING + 1],
}

impl CellSum {
    /// Adds a cell in its stored form.
    pub fn add(&mut self, mut bytes: &[u8]) -> Result<(), DecodeError> {
        let bytes = &mut bytes;
        let (is_plain, head, distributions) = Head::take(bytes)?;
        self.head.arrived += head.arrived;
        self.head.handled += head.handled;
        for (mine, theirs) in self.head.concluded.iter_mut().zip(head.concluded) {
            *mine += theirs;
        }
        for (slot, sum) in self.distributions.iter_mut().enumerate() {
            if distributions >> slot & 1 == 1 {
                sum.add_stored(bytes)?;
            }
        }
        if !is_plain {
            self.unit_contacts += varint::take(bytes)?;
            beside::merge(&mut self.beside, beside::decode(bytes)?.as_deref());
        }
        if bytes.is_empty() { Ok(()) } else { Err(DecodeError::Damaged("bytes follow the last value")) }
    }

    /// Counts calls that entered their unit here.
    pub fn enter(&mut self, calls: u64) {
        self.unit_contacts += calls;
    }

    /// The sum, of which nothing stays.
    pub fn take(&mut self) -> Cell {
        let Head { arrived, handled, concluded } = std::mem::take(&mut self.head);
        let mut sum = |slot: usize| self.distributions[slot].sum();
        Cell {
            arrived,
            handled,
            concluded,
            unit_contacts: std::mem::take(&mut self.unit_contacts),
            waits: std::array::from_fn(&mut sum),
            handling: sum(HANDLING),
            beside: self.beside.take(),
        }
    }

    /// The sum in its stored form, of which nothing stays.
    pub fn seal(&mut self) -> Sealed {
        let mut out = Vec::with_capacity(256);
        let is_plain = self.unit_contacts == 0 && self.beside.is_none();
        let distributions = present(self.distributions.iter().map(|sum| !sum.is_empty()));
        let head = std::mem::take(&mut self.head);
        head.encode(is_plain, distributions, &mut out);
        self.distributions.iter_mut().filter(|sum| !sum.is_empty()).for_each(|sum| sum.encode(&mut out));
        let beside = self.beside.take();
        if !is_plain {
            varint::put(&mut out, std::mem::take(&mut self.unit_contacts));
            beside::encode(beside.as_deref(), &mut out);
        }
        let others = beside.map_or(0, |beside| beside.events());
        Sealed::new(out.into(), head.events() + others)
    }

    /// One cell that contacts alone are counted in, with calls that entered their unit there: the same as adding and sealing
    /// it, without looking at its distributions. `None` if it is another one.
    pub fn seal_one(bytes: &[u8], calls: u64) -> Option<Sealed> {
        let (&[super::PLAIN], rest) = bytes.split_at_checked(1)? else { return None };
        let (_, head, _) = Head::take(&mut &*bytes).ok()?;
        if calls == 0 {
            return Some(Sealed::new(bytes.into(), head.events()));
        }
        let mut out = Vec::with_capacity(bytes.len() + 8);
        out.push(super::VERSION);
        out.extend_from_slice(rest);
        varint::put(&mut out, calls);
        beside::encode(None, &mut out);
        Some(Sealed::new(out.into(), head.events()))
    }
}
