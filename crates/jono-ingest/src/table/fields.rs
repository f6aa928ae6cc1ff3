//! The fields of a single row, read byte by byte.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use crate::blocks::MAX_LINE_BYTES;

/// The mark with which some programs begin a UTF-8 file. Files that were put together have it in their middle, too.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads the fields of single rows, byte by byte.
pub(super) struct FieldReader {
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    written: (usize, usize),
}

impl FieldReader {
    pub(super) fn new(delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        // Of one byte more than a row may have, no more fields can come.
        let most = MAX_LINE_BYTES + 2;
        Self { reader, fields: vec![0; most], ends: vec![0; most], written: (0, 0) }
    }

    /// Reads the first row of a text of at most one byte more than a row may have: whether it ended, and how long it is.
    pub(super) fn begin(&mut self, text: &[u8]) -> (bool, usize) {
        self.reader.reset();
        let (result, read, out, ends) = self.reader.read_record(text, &mut self.fields, &mut self.ends);
        self.written = (out, ends);
        (matches!(result, ReadRecordResult::Record), read)
    }

    /// Ends a row that lacks its line end; false within quotes, where the one that stands in for it is text.
    pub(super) fn end(&mut self) -> bool {
        let (out, ends) = self.written;
        let (fields, more) = (&mut self.fields[out..], &mut self.ends[ends..]);
        let (result, _, _, last) = self.reader.read_record(b"\n", fields, more);
        self.written.1 += last;
        matches!(result, ReadRecordResult::Record)
    }

    /// The fields of a row, without their quotes.
    pub(super) fn read(&mut self, row: &[u8]) -> impl Iterator<Item = &[u8]> {
        if !self.begin(without_marks(row)).0 {
            self.end();
        }
        let ends = &self.ends[..self.written.1];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, &end)| &self.fields[start..end])
    }
}

/// What follows the byte order marks with which a row begins.
pub(super) fn without_marks(mut row: &[u8]) -> &[u8] {
    while let Some(after) = row.strip_prefix(BYTE_ORDER_MARK) {
        row = after;
    }
    row
}
