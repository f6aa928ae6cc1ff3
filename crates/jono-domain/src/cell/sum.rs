//! Adds up cells in their stored form, without making a cell of any.

use std::collections::BTreeSet;

use super::{
    Aspect, Cell, HANDLING, Head,
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

    /// Appends the sum in its stored form; nothing of it stays.
    pub fn seal(&mut self, out: &mut Vec<u8>) {
        let is_plain = self.unit_contacts == 0 && self.beside.is_none();
        let distributions = present(self.distributions.iter().map(|sum| !sum.is_empty()));
        std::mem::take(&mut self.head).encode(is_plain, distributions, out);
        self.distributions.iter_mut().filter(|sum| !sum.is_empty()).for_each(|sum| sum.encode(out));
        let beside = self.beside.take();
        if !is_plain {
            varint::put(out, std::mem::take(&mut self.unit_contacts));
            beside::encode(beside.as_deref(), out);
        }
    }

    /// Appends a stored cell with calls that entered their unit there: the same as adding, entering and sealing, and of nearly
    /// all cells without looking at what they hold. The sum must be empty, and is empty again.
    pub fn entered(&mut self, bytes: &[u8], calls: u64, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        match bytes.split_first() {
            _ if calls == 0 => out.extend_from_slice(bytes),
            Some((&super::PLAIN, rest)) => {
                out.push(super::VERSION);
                out.extend_from_slice(rest);
                varint::put(out, calls);
                beside::encode(None, out);
            }
            _ => {
                self.add(bytes)?;
                self.unit_contacts += calls;
                self.seal(out);
            }
        }
        Ok(())
    }

    /// What it is of, as [`Cell::aspects`] has it.
    pub fn aspects(&self) -> BTreeSet<Aspect> {
        let contacts = self.head.events() > 0;
        let own = [Aspect::Contacts, Aspect::Waits].into_iter().filter(|_| contacts);
        own.chain(self.beside.iter().flat_map(|beside| beside.aspects())).collect()
    }
}
