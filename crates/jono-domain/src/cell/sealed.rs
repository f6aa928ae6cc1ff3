//! A cell in its stored form, as batches carry it.

use super::Cell;

/// A cell in its stored form: what a batch carries, since it is written as it is and a tenth of a [`Cell`]'s size.
///
/// Invariant: the bytes are those of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Box<[u8]>,
    /// As [`Cell::events`] has them: asked of every cell of a batch, and nothing else is.
    events: u64,
}

impl Sealed {
    pub(super) const fn new(bytes: Box<[u8]>, events: u64) -> Self {
        Self { bytes, events }
    }

    /// The stored form.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The cell.
    ///
    /// # Panics
    /// Never: the bytes are those of one.
    pub fn open(&self) -> Cell {
        Cell::decode(&self.bytes).expect("these are the bytes of a cell")
    }

    /// All events that made it, as [`Cell::events`] has them.
    pub const fn events(&self) -> u64 {
        self.events
    }
}

impl From<&Cell> for Sealed {
    fn from(cell: &Cell) -> Self {
        let mut bytes = Vec::with_capacity(256);
        cell.encode(&mut bytes);
        Self { bytes: bytes.into(), events: cell.events() }
    }
}
