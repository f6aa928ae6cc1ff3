//! Cuts a text into rows, by the rules of RFC 4180: a quoted field may hold delimiters, line ends and doubled quotes.
//!
//! Nearly every row is a line, which is seen 64 bytes at a time (`marks`); only where a quote is still open at a line's
//! end, or stands where none can open, is the row read byte by byte.
//!
//! A quote that is opened and never closed would swallow all that follows. So a row of more than [`MAX_LINE_BYTES`],
//! and one whose last quote is still open at the end of the text, is none: it ends where its first line does.
//!
//! What was read of such a row is read again line by line, and each of its lines may open a quote, too. So a stretch in
//! which [`MAX_FAILED`] rows were none is cut by its lines alone, quotes or not.

#[cfg(test)]
pub(super) mod tests;

use jono_domain::reject::MAX_SAMPLE_BYTES;

use super::{
    fields::{FieldReader, without_marks},
    marks::{Marks, Quoted, Quotes},
};
use crate::blocks::MAX_LINE_BYTES;

/// How many bytes of byte order marks a row may begin with; more are a line that is too long.
const MAX_MARKS: usize = 3 * 256;

/// How much of what follows a block is to be seen, so that each row that begins in it can be told from one that is none.
pub(crate) const AHEAD: usize = MAX_LINE_BYTES + 2 + MAX_MARKS;

/// How many rows may turn out to be none within [`MAX_LINE_BYTES`].
const MAX_FAILED: u32 = 16;

/// Rows of one kind that follow each other: from the end of those before them to `end`, line ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// What rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Each line is one, and its quotes open where fields begin.
    Lines,
    /// One row that is not so simple, or has no line end.
    Row,
    /// One line that is longer than any row.
    TooLong,
}

/// The rows that begin in a block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cuts {
    /// Where the first of them begins.
    pub(crate) start: usize,
    /// They meet.
    pub(crate) rows: Vec<Cut>,
    /// The line that began in a block before and ends in this one.
    pub(crate) overlong: Option<Overlong>,
    /// Where the last row that is told of ends; `None` if none is.
    pub(crate) end: Option<usize>,
}

/// A line that is longer than any row, and longer than what is seen at once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Overlong {
    /// Where it begins in the document.
    pub(crate) position: u64,
    /// Its beginning.
    pub(crate) sample: Vec<u8>,
    /// Whether it has a byte that no text has.
    pub(crate) is_binary: bool,
    /// Whether it is white space alone.
    pub(crate) is_blank: bool,
}

impl Overlong {
    fn add(&mut self, part: &[u8]) {
        self.is_binary |= memchr::memchr(0, part).is_some();
        self.is_blank &= part.trim_ascii_start().is_empty();
    }
}

/// Cuts a document, block by block.
pub(crate) struct Cutter {
    delimiter: u8,
    fields: FieldReader,
    /// Where the next row begins in the document.
    next: u64,
    overlong: Option<Overlong>,
    is_open: bool,
    /// Where the first of the rows was that turned out to be none, and how many there have been since.
    failed: (u64, u32),
    /// Up to here rows are lines.
    lines_until: u64,
    #[cfg(test)]
    scanned: usize,
}

impl Cutter {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            fields: FieldReader::new(delimiter),
            next: 0,
            overlong: None,
            is_open: false,
            failed: (0, 0),
            lines_until: 0,
            #[cfg(test)]
            scanned: 0,
        }
    }

    /// Whether more text could make other rows of what was seen: a quote is open at its end, or its last line has none.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Cuts the rows that begin before `until`. `text` lies at `offset` in the document, and goes on for [`AHEAD`] bytes
    /// behind `until`, or to the end of the document, which `is_end` says.
    pub(crate) fn cut(&mut self, text: &[u8], offset: u64, until: usize, is_end: bool) -> Cuts {
        let mut cuts = Cuts::default();
        let mut at = (self.next - offset) as usize;
        if let Some(mut overlong) = self.overlong.take() {
            let part = &text[..line_len(&text[..until])];
            overlong.add(part);
            let ends = part.ends_with(b"\n") || is_end && until == text.len();
            if !ends {
                (self.overlong, self.next) = (Some(overlong), offset + until as u64);
                return cuts;
            }
            (cuts.overlong, at) = (Some(overlong), part.len());
            cuts.end = Some(at);
        }
        cuts.start = at;
        while at < until {
            let lines = self.lines(text, at, until);
            let (end, kind) = if lines > at { (lines, Kind::Lines) } else { self.row(text, at, offset) };
            if kind == Kind::TooLong && !is_end && text[end - 1] != b'\n' {
                let sample = text[at..].iter().take(MAX_SAMPLE_BYTES).copied().collect();
                let position = offset + at as u64;
                let mut overlong = Overlong { position, sample, is_binary: false, is_blank: true };
                overlong.add(&text[at..until]);
                (self.overlong, self.next) = (Some(overlong), offset + until as u64);
                return cuts;
            }
            match cuts.rows.last_mut() {
                Some(last) if last.kind == Kind::Lines && kind == Kind::Lines => last.end = end,
                _ => cuts.rows.push(Cut { end, kind }),
            }
            at = end;
            cuts.end = Some(at);
        }
        self.next = offset + at as u64;
        cuts
    }

    /// The end of the lines from `from` on that certainly are rows and begin before `until`.
    fn lines(&self, text: &[u8], from: usize, until: usize) -> usize {
        let mut at = from;
        while at < until {
            let window = &text[at..text.len().min(at + MAX_LINE_BYTES + 1)];
            let Some(mut len) = memchr::memrchr(b'\n', window).map(|feed| feed + 1) else { break };
            if at + len > until {
                let last = until - 1 - at;
                len = last + line_len(&window[last..]);
            }
            let whole = match memchr::memchr(b'"', &window[..len]) {
                None => len,
                Some(quote) => {
                    let begin = memchr::memrchr(b'\n', &window[..quote]).map_or(0, |feed| feed + 1);
                    begin + self.whole_lines(&window[begin..len])
                }
            };
            at += whole;
            if whole < len {
                break;
            }
        }
        at
    }

    /// How long the lines are at the beginning of a text whose quotes open where fields begin and close before the line
    /// ends.
    fn whole_lines(&self, text: &[u8]) -> usize {
        let (mut quotes, mut end) = (Quotes::NONE, 0);
        for (at, marks) in Marks::all(text, self.delimiter) {
            let Quoted { within, stray, .. } = quotes.follow(marks);
            let wrong = stray | (marks.feeds & within);
            let before = if wrong == 0 { u64::MAX } else { (1 << wrong.trailing_zeros()) - 1 };
            let feeds = marks.feeds & !within & before;
            if feeds != 0 {
                end = at + (u64::BITS - feeds.leading_zeros()) as usize;
            }
            if wrong != 0 {
                break;
            }
        }
        end
    }

    /// The end of the one row that begins at `at`, and what it is.
    fn row(&mut self, text: &[u8], at: usize, offset: u64) -> (usize, Kind) {
        let rest = without_marks(&text[at..]);
        let begin = text.len() - rest.len();
        let (read, kind) = if begin - at > MAX_MARKS {
            (line_len(rest), Kind::TooLong)
        } else {
            self.row_of(rest, offset + begin as u64)
        };
        (begin + read, kind)
    }

    fn row_of(&mut self, rest: &[u8], position: u64) -> (usize, Kind) {
        if matches!(rest, [] | [b'\n', ..]) {
            return (rest.len().min(1), Kind::Lines);
        }
        let is_line = position < self.lines_until;
        let line = if is_line { line_len(rest) } else { rest.len() };
        let window = &rest[..line.min(MAX_LINE_BYTES + 1)];
        let (is_record, read) = self.fields.begin(window);
        #[cfg(test)]
        {
            self.scanned += read;
        }
        if is_record && self.is_whole(&rest[..read]) {
            return (read, Kind::Row);
        }
        // Within a window that ends with the text, what would follow was not seen.
        self.is_open |= !is_record && window.len() == rest.len();
        if read == rest.len() && self.is_whole(rest) && self.fields.end() {
            return (read, Kind::Row);
        }
        if !is_line {
            self.fail(position, window.len());
        }
        (line_len(rest), Kind::TooLong)
    }

    /// Notes that what was read from there on is no row.
    fn fail(&mut self, at: u64, window: usize) {
        let (first, count) = self.failed;
        let is_far = count == 0 || at - first > MAX_LINE_BYTES as u64;
        self.failed = if is_far { (at, 1) } else { (first, count + 1) };
        if self.failed.1 == MAX_FAILED {
            (self.failed, self.lines_until) = ((0, 0), at + window as u64);
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
