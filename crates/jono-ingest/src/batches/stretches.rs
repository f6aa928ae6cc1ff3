//! Reads a table block by block, each with the rows that begin in it.
//!
//! Where a row ends is told by the quotes before it, so blocks are cut one after the other; that is a small part of the
//! work, and what a row says is understood elsewhere, side by side. A block is seen together with the beginning of the
//! next one, so that a row which begins in it and ends there is whole.

use std::io::{self, Read};

use jono_domain::document::BLOCK_BYTES;

use crate::{
    blocks::{Blockwise, read_full},
    input::{Input, InputError},
    source::RowTable,
    table::{
        Layout, Refused,
        delimited::{Rows, refuse_packed},
        heading::Heading,
        rows::{AHEAD, Cuts, Cutter},
    },
};

/// A table being cut into stretches of rows.
pub(super) struct Stretches {
    reader: Box<dyn Read + Send>,
    block_bytes: usize,
    cutter: Cutter,
    /// Where the next block begins in the document.
    offset: u64,
    /// What was seen of it.
    ahead: Vec<u8>,
    /// Whether all that there was has been seen. What is written meanwhile belongs to the next reading.
    ended: bool,
    failed: Option<io::Error>,
}

/// A block, and the rows that begin in it.
pub(super) struct Stretch {
    /// Where the block begins in the document.
    pub(super) offset: u64,
    /// How many bytes of the buffer it is.
    pub(super) block: usize,
    pub(super) cuts: Cuts,
    /// Whether more text could make other rows of what was seen so far.
    pub(super) is_open: bool,
}

impl Stretch {
    /// The rows.
    pub(super) fn rows<'a>(&'a self, text: &'a [u8], layout: &Layout) -> Rows<'a> {
        let position = self.offset + self.cuts.start as u64;
        Rows { text: layout.encoding.text(text), cuts: &self.cuts, position }
    }
}

impl Stretches {
    pub(super) fn new(reader: Box<dyn Read + Send>, block_bytes: usize, delimiter: u8) -> Self {
        let cutter = Cutter::new(delimiter);
        Self { reader, block_bytes, cutter, offset: 0, ahead: Vec::new(), ended: false, failed: None }
    }

    /// Reads the next block into the buffer; `None` at the end of the document, and after a failure.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> Option<Stretch> {
        if self.failed.is_some() {
            return None;
        }
        let seen = self.ahead.len();
        buffer.resize(self.block_bytes + AHEAD, 0);
        buffer[..seen].copy_from_slice(&self.ahead);
        if self.ended {
            buffer.truncate(seen);
        } else {
            match read_full(&mut *self.reader, &mut buffer[seen..]) {
                Ok(read) => {
                    self.ended = seen + read < buffer.len();
                    buffer.truncate(seen + read);
                }
                Err(error) => {
                    self.failed = Some(error);
                    return None;
                }
            }
        }
        if buffer.is_empty() {
            return None;
        }
        let block = buffer.len().min(self.block_bytes);
        let cuts = self.cutter.cut(buffer, self.offset, block, self.ended);
        self.ahead.clear();
        self.ahead.extend_from_slice(&buffer[block..]);
        let offset = self.offset;
        self.offset += block as u64;
        Some(Stretch { offset, block, cuts, is_open: self.cutter.is_open() })
    }
}

impl Blockwise for Stretches {
    fn take_failure(&mut self) -> Option<io::Error> {
        self.failed.take()
    }
}

/// Tells of the rows of a table, stretch by stretch, until told to stop.
pub(crate) fn each_stretch(
    input: &Input,
    table: RowTable<'_>,
    mut tell: impl FnMut(&Rows<'_>) -> bool,
) -> Result<(), InputError> {
    let mut stretches = Stretches::new(input.reader(0)?, BLOCK_BYTES, table.layout().delimiter);
    let mut buffer = Vec::new();
    while let Some(stretch) = stretches.next(&mut buffer) {
        if !tell(&stretch.rows(&buffer, table.layout())) {
            break;
        }
    }
    stretches.take_failure().map_or(Ok(()), |source| Err(input.failed(source)))
}

/// What names the columns of a table.
pub(crate) fn heading(input: &Input, table: RowTable<'_>) -> Result<Result<Heading, Refused>, InputError> {
    let mut found = Ok(None);
    each_stretch(input, table, |rows| {
        let refused = if rows.position == 0 { refuse_packed(&rows.text.bytes) } else { Ok(()) };
        found = refused.and_then(|()| Heading::find(rows, table.layout()));
        matches!(found, Ok(None))
    })?;
    Ok(found.and_then(|heading| heading.ok_or(Refused::NoHeader)))
}
