//! Cuts a text into rows and fields, by the rules of RFC 4180: a quoted field may hold delimiters, line ends and
//! doubled quotes.
//!
//! A quote that is opened and never closed would swallow all that follows. So a row of more than [`MAX_LINE_BYTES`],
//! and one whose last quote is still open at the end of the text, is none: it ends where its first line does.
//!
//! What was read of such a row is read again line by line, and each of its lines may open a quote, too. So a stretch in
//! which [`MAX_FAILED`] rows were none is cut by its lines alone, quotes or not.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use crate::blocks::MAX_LINE_BYTES;

/// The mark with which some programs begin a UTF-8 file. Files that were put together have it in their middle, too.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How many rows may turn out to be none within [`MAX_LINE_BYTES`].
const MAX_FAILED: u32 = 16;

/// The rows of a text.
pub(super) struct Rows<'a> {
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
    #[cfg(test)]
    scanned: usize,
}

/// One row: where it lies in the text, its line end included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing but a line end.
    Blank,
    /// So many fields.
    Fields(usize),
    /// Longer than any row.
    TooLong,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a [u8], delimiter: u8) -> Self {
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
            #[cfg(test)]
            scanned: 0,
        }
    }

    /// The fields of the row that came last, without their quotes.
    pub(super) fn fields(&self, count: usize) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends[..count]).map(|(start, &end)| &self.fields[start..end])
    }

    /// Whether more text could make other rows of what was seen: a quote is open at its end, or its last line has none.
    pub(super) fn is_open(&self) -> bool {
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
        #[cfg(test)]
        {
            self.scanned += read;
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &[u8]) -> String {
        let mut rows = Rows::new(text, b',');
        let mut seen = Vec::new();
        while let Some(row) = rows.next() {
            let fields = match row.kind {
                Kind::Fields(count) => {
                    rows.fields(count).map(String::from_utf8_lossy).collect::<Vec<_>>().join("|")
                }
                other => format!("{other:?}"),
            };
            seen.push(format!("{}..{} {fields:?}", row.start, row.end));
        }
        seen.join("\n")
    }

    #[test]
    fn quotes_hold_delimiters_and_line_ends() {
        insta::assert_snapshot!(check(b"a,b\n\"x,1\",\"y\n\"\"2\"\"\"\n\nlast,"), @r#"
        0..4 "a|b"
        4..20 "x,1|y\n\"2\""
        20..21 "Blank"
        21..26 "last|"
        "#);
    }

    #[test]
    fn a_quote_without_end_costs_one_line() {
        insta::assert_snapshot!(check(b"a,\"b\nc,d\n"), @r#"
        0..5 "TooLong"
        5..9 "c|d"
        "#);
        insta::assert_snapshot!(check(b"a,\"b,1\nc,\"d\",2\ne,f,3\n"), @r#"
        0..7 "TooLong"
        7..15 "c|d|2"
        15..21 "e|f|3"
        "#);
        let long = [b"\"".as_slice(), &vec![b'x'; MAX_LINE_BYTES], b"\nc,d\n\"e\"\n"].concat();
        insta::assert_snapshot!(check(&long), @r#"
        0..65538 "TooLong"
        65538..65542 "c|d"
        65542..65546 "e"
        "#);
    }

    #[test]
    fn lines_that_each_open_a_quote_cost_no_window_each() {
        // A quote that closes one opens the next, so that a row from any of these lines never ends.
        let text = b"a\",\"b\n".repeat(200_000);
        let mut rows = Rows::new(&text, b',');
        let cut = rows.by_ref().filter(|row| row.kind == Kind::TooLong && row.end - row.start == 6).count();
        assert_eq!(cut, 200_000);
        // A window for each line would be 200 000 times 64 KiB, which is 13 000 times the text.
        assert!(rows.scanned < 20 * text.len(), "{} bytes scanned of {}", rows.scanned, text.len());
        // Beyond that stretch, a row may have several lines again.
        let text = [b"a\",\"b\n".repeat(16), b"c,d\n".repeat(1 << 15), b"e,\"f\ng\"\n".to_vec()].concat();
        let last = Rows::new(&text, b',').last().unwrap();
        assert_eq!((last.end - last.start, last.kind), (8, Kind::Fields(2)));
    }

    #[test]
    fn byte_order_marks_are_passed_over() {
        insta::assert_snapshot!(check("\u{feff}a,b\n\u{feff}\u{feff}\n\u{feff}c".as_bytes()), @r#"
        0..7 "a|b"
        7..14 "Blank"
        14..18 "c"
        "#);
    }

    proptest! {
        #[test]
        fn without_quotes_they_are_what_splitting_gives(
            lines in prop::collection::vec("[a-c,\r ]{0,12}", 0..12), terminated: bool,
        ) {
            let mut text = lines.join("\n");
            if terminated {
                text.push('\n');
            }
            let mut rows = Rows::new(text.as_bytes(), b',');
            let mut end = 0;
            for line in text.split_inclusive('\n') {
                let row = rows.next().expect("a row for every line");
                prop_assert_eq!((row.start, row.end), (end, end + line.len()));
                end = row.end;
                let line = line.strip_suffix('\n').unwrap_or(line);
                match row.kind {
                    Kind::Blank => prop_assert_eq!(line, ""),
                    Kind::Fields(count) => {
                        let fields: Vec<_> = rows.fields(count).map(String::from_utf8_lossy).collect();
                        prop_assert_eq!(fields, line.split(',').collect::<Vec<_>>());
                    }
                    Kind::TooLong => prop_assert!(false, "no row is long"),
                }
            }
            prop_assert_eq!(rows.next(), None);
        }

        #[test]
        fn any_bytes_are_cut_into_rows_that_meet(
            text in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"\"\",\n\r".to_vec())], 0..300),
        ) {
            let mut end = 0;
            for row in Rows::new(&text, b',') {
                prop_assert!(row.start == end && row.end > row.start);
                end = row.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
