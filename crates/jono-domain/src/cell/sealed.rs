//! A cell in its stored form, as batches carry it.

use super::{Cell, CellSum};

/// A cell in its stored form: what a batch carries, since it is written as it is and a tenth of a [`Cell`]'s size.
///
/// Invariant: the bytes are those of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(Box<[u8]>);

impl Sealed {
    pub(super) const fn new(bytes: Box<[u8]>) -> Self {
        Self(bytes)
    }

    /// The stored form.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The cell.
    ///
    /// # Panics
    /// Never: the bytes are those of one.
    pub fn open(&self) -> Cell {
        Cell::decode(&self.0).expect("these are the bytes of a cell")
    }

    /// All events that made it, as [`Cell::events`] has them.
    pub fn events(&self) -> u64 {
        CellSum::events(&self.0).unwrap_or_else(|| self.open().events())
    }
}

impl From<&Cell> for Sealed {
    fn from(cell: &Cell) -> Self {
        let mut bytes = Vec::with_capacity(256);
        cell.encode(&mut bytes);
        Self(bytes.into())
    }
}
