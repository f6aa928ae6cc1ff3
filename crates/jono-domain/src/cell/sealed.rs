//! A cell in its stored form, as batches carry it.

use std::{fmt, ops::Range, sync::Arc};

use super::Cell;

/// A cell in its stored form: what a batch carries, since it is written as it is and a tenth of a [`Cell`]'s size. Those of
/// one batch share their memory.
///
/// Invariant: the bytes are those of one cell, and the events are its own. Who makes one keeps it.
#[derive(Clone)]
pub struct Sealed {
    bodies: Arc<Vec<u8>>,
    range: Range<usize>,
    /// As [`Cell::events`] has them: asked of every cell of a batch, and nothing else is.
    events: u64,
}

impl Sealed {
    /// The one of many that is stored there, with its events as [`Cell::events`] has them.
    ///
    /// # Panics
    /// When there are not so many bytes. If what is there is no cell, whatever opens it panics.
    pub fn within(bodies: &Arc<Vec<u8>>, range: Range<usize>, events: u64) -> Self {
        assert!(range.start <= range.end && range.end <= bodies.len(), "it lies within the bytes");
        Self { bodies: bodies.clone(), range, events }
    }

    /// The stored form.
    pub fn bytes(&self) -> &[u8] {
        &self.bodies[self.range.clone()]
    }

    /// The cell.
    ///
    /// # Panics
    /// Only if what it was made of is none.
    pub fn open(&self) -> Cell {
        Cell::decode(self.bytes()).expect("these are the bytes of a cell")
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
        Self { range: 0..bytes.len(), bodies: Arc::new(bytes), events: cell.events() }
    }
}

impl PartialEq for Sealed {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Sealed {}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.open().fmt(f)
    }
}
