//! The same rules as those of [`rows`](crate::table::rows), one row after the other: a whole text is read by `csv-core`,
//! byte by byte, and no line is taken for a row because of what it looks like.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use crate::blocks::MAX_LINE_BYTES;

/// The mark with which some programs begin a UTF-8 file. Files that were put together have it in their middle, too.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How many rows may turn out to be none within [`MAX_LINE_BYTES`].
const MAX_FAILED: u32 = 16;

/// The rows of a text.
pub(in crate::table) struct Rows<'a> {
    text: &'a [u8],
    at: usize,
    delimiter: u8,
    reader: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// Whether a row was cut so only because the text ends.
    is_open: bool,
    /// Where the first of the rows was that turned out to be none, and how many there have been since.
    failed: (usize, u32),
    /// Up to here rows are lines.
    lines_until: usize,
}

/// One row: where it lies in the text, its line end included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::table) struct Row {
    pub(in crate::table) start: usize,
    pub(in crate::table) end: usize,
    pub(in crate::table) kind: Kind,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::table) enum Kind {
    /// Nothing but a line end.
    Blank,
    /// So many fields.
    Fields(usize),
    /// Longer than any row.
    TooLong,
}

impl<'a> Rows<'a> {
    pub(in crate::table) fn new(text: &'a [u8], delimiter: u8) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        // Of one byte more than a row may have, no more fields can come.
        let most = MAX_LINE_BYTES + 2;
        Self {
            text,
            at: 0,
            delimiter,
            reader,
            fields: vec![0; most],
            ends: vec![0; most],
            is_open: false,
            failed: (0, 0),
            lines_until: 0,
        }
    }

    /// The fields of the row that came last, without their quotes.
    pub(in crate::table) fn fields(&self, count: usize) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends[..count]).map(|(start, &end)| &self.fields[start..end])
    }

    /// Whether more text could make other rows of what was seen: a quote is open at its end, or its last line has none.
    pub(in crate::table) fn is_open(&self) -> bool {
        self.is_open
    }

    fn cut(&mut self, rest: &[u8]) -> (usize, Kind) {
        if matches!(rest, [] | [b'\n', ..]) {
            return (rest.len().min(1), Kind::Blank);
        }
        let at = self.text.len() - rest.len();
        let is_line = at < self.lines_until;
        let line = if is_line { line_len(rest) } else { rest.len() };
        let window = &rest[..line.min(MAX_LINE_BYTES + 1)];
        self.reader.reset();
        let (result, read, out, ends) = self.reader.read_record(window, &mut self.fields, &mut self.ends);
        if let ReadRecordResult::Record = result
            && self.is_whole(&rest[..read])
        {
            return (read, Kind::Fields(ends));
        }
        // Within a window that ends with the text, what would follow was not seen.
        self.is_open |= !matches!(result, ReadRecordResult::Record) && window.len() == rest.len();
        if read == rest.len() && self.is_whole(rest) {
            // The last row may lack its end. Within quotes, the one that stands in for it is text.
            let (fields, more) = (&mut self.fields[out..], &mut self.ends[ends..]);
            let (result, _, _, last) = self.reader.read_record(b"\n", fields, more);
            if let ReadRecordResult::Record = result {
                return (read, Kind::Fields(ends + last));
            }
        }
        if !is_line {
            self.fail(at, window.len());
        }
        (line_len(rest), Kind::TooLong)
    }

    /// Notes that what was read from there on is no row.
    fn fail(&mut self, at: usize, window: usize) {
        let (first, count) = self.failed;
        self.failed = if count == 0 || at - first > MAX_LINE_BYTES { (at, 1) } else { (first, count + 1) };
        if self.failed.1 == MAX_FAILED {
            (self.failed, self.lines_until) = ((0, 0), at + window);
        }
    }

    /// Whether a row that is cut over several lines is one: its quotes end where fields end. A quote that was opened
    /// by mistake would else take the rows after it, up to the next one that has a quote.
    fn is_whole(&self, row: &[u8]) -> bool {
        let text = row.strip_suffix(b"\n").unwrap_or(row);
        if memchr::memchr(b'\n', text).is_none() {
            return true;
        }
        let ends_field =
            |byte: Option<&u8>| byte.is_none_or(|byte| *byte == self.delimiter || b"\r\n".contains(byte));
        let mut bytes = text.iter().peekable();
        let (mut quoted, mut begins) = (false, true);
        while let Some(&byte) = bytes.next() {
            match byte {
                b'"' if quoted && bytes.peek() == Some(&&b'"') => _ = bytes.next(),
                b'"' if quoted && !ends_field(bytes.peek().copied()) => return false,
                b'"' if quoted || begins => quoted = !quoted,
                b'\n' if !quoted => return false,
                _ => {}
            }
            begins = !quoted && byte == self.delimiter;
        }
        !quoted
    }
}

/// How long the first line is, its end included.
fn line_len(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).map_or(text.len(), |at| at + 1)
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let start = self.at;
        let mut rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        while let Some(after) = rest.strip_prefix(BYTE_ORDER_MARK) {
            rest = after;
        }
        let (read, kind) = self.cut(rest);
        self.at = self.text.len() - rest.len() + read;
        Some(Row { start, end: self.at, kind })
    }
}
