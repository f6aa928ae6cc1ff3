//! Delimited text with a header (CSV).
//!
//! A text is cut into rows by `rows`; here each row is cut into fields and handed on. Of a line whose quotes open where
//! fields begin, a field is the stretch between two delimiters, and nothing is copied; others are read byte by byte.

use std::ops::Range;

use jono_domain::Reason;

use super::{
    BLANK, Fields, Found, HEADER, Header, Layout, Reading, Refused, Texts,
    fields::{BYTE_ORDER_MARK, FieldReader, without_marks},
    heading::Heading,
    layout::Text,
    marks::{Marks, Quotes},
    rows::{Cuts, Cutter, Kind},
};
use crate::fold::Fold;

/// With what no text begins: a zip file, as every .xlsx is, and what held spreadsheets before.
const PACKED: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// Reads a text row by row. What lies before `from` is passed over, but for the header.
pub(super) fn read<Meaning>(
    document: &[u8],
    from: u64,
    columns: &[&str],
    reading: &mut Reading<'_, '_, '_, Meaning>,
) -> Result<(), Refused>
where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    refuse_packed(document)?;
    let text = reading.layout.encoding.text(document);
    let mut cutter = Cutter::new(reading.layout.delimiter);
    let cuts = cutter.cut(&text.bytes, 0, text.bytes.len(), true);
    let rows = Rows { text, cuts: &cuts, position: 0 };
    let heading = Heading::find(&rows, reading.layout)?.ok_or(Refused::NoHeader)?;
    Delimited::new(columns, &heading, reading.layout, from)?.read(&rows, reading);
    if cutter.is_open() {
        reading.fold.leave_open();
    }
    Ok(())
}

/// Refuses what is no text.
pub(crate) fn refuse_packed(document: &[u8]) -> Result<(), Refused> {
    let is_packed = PACKED.iter().any(|magic| document.starts_with(magic));
    if is_packed { Err(Refused::Packed) } else { Ok(()) }
}

/// The rows that begin in a stretch of a document.
pub(crate) struct Rows<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) cuts: &'a Cuts,
    /// Where the first of them begins in the document.
    pub(crate) position: u64,
}

/// Reads the rows of one document, stretch by stretch.
pub(crate) struct Delimited<'a> {
    header: Header<'a>,
    /// Where the row lies that names the columns.
    heading: u64,
    /// What begins before was counted before.
    from: u64,
    delimiter: u8,
    fields: FieldReader,
    /// Where the fields of the row in hand begin, and where one behind them would.
    starts: Vec<u32>,
}

impl<'a> Delimited<'a> {
    pub(crate) fn new(
        columns: &[&'a str],
        heading: &Heading,
        layout: &Layout,
        from: u64,
    ) -> Result<Self, Refused> {
        Ok(Self {
            header: Header::new(columns, &heading.names)?,
            heading: heading.position,
            from,
            delimiter: layout.delimiter,
            fields: FieldReader::new(layout.delimiter),
            starts: Vec::new(),
        })
    }

    /// Hands on the rows of a stretch.
    pub(crate) fn read<Meaning>(&mut self, rows: &Rows<'_>, reading: &mut Reading<'_, '_, '_, Meaning>)
    where
        Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
    {
        if let Some(overlong) = rows.cuts.overlong.as_ref().filter(|overlong| overlong.position >= self.from)
        {
            let reason = if overlong.is_binary { Reason::Binary } else { Reason::LineTooLong };
            if overlong.is_blank {
                reading.fold.ignore(BLANK);
            } else {
                reading.fold.reject(reason, overlong.position, &overlong.sample);
            }
        }
        let (mut start, mut position) = (rows.cuts.start, rows.position);
        for cut in &rows.cuts.rows {
            let stretch = Stretch::new(&rows.text, start, cut.end);
            match cut.kind {
                Kind::Lines => self.lines(&stretch, &mut position, reading),
                Kind::Row => self.take(&stretch, 0..cut.end - start, Shape::Odd, &mut position, reading),
                Kind::TooLong => {
                    self.take(&stretch, 0..cut.end - start, Shape::TooLong, &mut position, reading);
                }
            }
            start = cut.end;
        }
    }

    fn lines<Meaning>(
        &mut self,
        stretch: &Stretch<'_>,
        position: &mut u64,
        reading: &mut Reading<'_, '_, '_, Meaning>,
    ) where
        Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
    {
        let bytes = stretch.bytes;
        let has_quotes = memchr::memchr(b'"', bytes).is_some();
        let mut row = 0;
        let mut quotes = Quotes::NONE;
        // Whether a quote of the row may close where no field ends.
        let mut may_be_odd = false;
        self.starts.clear();
        self.starts.push(0);
        for (at, marks) in Marks::all(bytes, self.delimiter) {
            let (mut ends, mut behind) = (marks.delimiters | marks.feeds, 0);
            if has_quotes {
                let said = quotes.follow(marks);
                (ends, behind) = (ends & !said.within, said.behind);
                may_be_odd |= behind != 0;
            }
            while ends != 0 {
                let bit = ends.trailing_zeros();
                ends &= ends - 1;
                let next = at + bit as usize + 1;
                self.starts.push((next - row) as u32);
                if marks.feeds >> bit & 1 == 1 {
                    let shape = if may_be_odd { self.shape(&bytes[row..next]) } else { Shape::InPlace };
                    self.take(stretch, row..next, shape, position, reading);
                    self.starts.clear();
                    self.starts.push(0);
                    (row, may_be_odd) = (next, behind >> bit != 0);
                }
            }
        }
        if row < bytes.len() {
            // Byte order marks with nothing behind them.
            self.take(stretch, row..bytes.len(), Shape::Odd, position, reading);
        }
    }

    /// How the fields of the row in hand are had, if a quote of it may close where no field ends.
    fn shape(&self, row: &[u8]) -> Shape {
        let mut fields = (0..).map_while(|at| field(&self.starts, at));
        if fields.all(|field| is_in_place(&row[field])) { Shape::InPlace } else { Shape::Odd }
    }

    /// Takes the row that lies there in a stretch.
    fn take<Meaning>(
        &mut self,
        stretch: &Stretch<'_>,
        row: Range<usize>,
        shape: Shape,
        position: &mut u64,
        reading: &mut Reading<'_, '_, '_, Meaning>,
    ) where
        Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
    {
        let at = *position;
        *position += stretch.original_len(&row) as u64;
        let bytes = &stretch.bytes[row.clone()];
        if at < self.from {
            return;
        }
        if is_blank(bytes) {
            reading.fold.ignore(BLANK);
        } else if at == self.heading {
            reading.fold.ignore(HEADER);
        } else {
            let texts = match shape {
                Shape::TooLong => Err(Reason::LineTooLong),
                _ if stretch.is_binary(bytes) => Err(Reason::Binary),
                Shape::InPlace if bytes[0] != BYTE_ORDER_MARK[0] => stretch.in_place(row, &self.starts),
                Shape::InPlace | Shape::Odd => stretch.texts(row, self.fields.read(bytes)),
            };
            reading.row(&self.header, texts, at, without_end(bytes));
        }
    }
}

/// How the fields of a row are had.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// They stand in it, within quotes or without any.
    InPlace,
    /// They are read byte by byte.
    Odd,
    /// Not at all.
    TooLong,
}

/// Rows of one kind.
struct Stretch<'a> {
    text: &'a Text<'a>,
    start: usize,
    bytes: &'a [u8],
    /// All of it, if it is text that needs no decoding.
    plain: Option<&'a str>,
    may_be_binary: bool,
}

impl<'a> Stretch<'a> {
    fn new(text: &'a Text<'a>, start: usize, end: usize) -> Self {
        let bytes = &text.bytes[start..end];
        let may_be_binary = memchr::memchr(0, bytes).is_some();
        Self { text, start, bytes, plain: text.plain(start, end), may_be_binary }
    }

    fn original_len(&self, row: &Range<usize>) -> usize {
        self.text.original_len(self.start + row.start, self.start + row.end)
    }

    fn is_binary(&self, row: &[u8]) -> bool {
        self.may_be_binary && memchr::memchr(0, row).is_some()
    }

    /// The fields of a row in which they stand.
    fn in_place<'f>(&self, row: Range<usize>, starts: &'f [u32]) -> Result<Texts<'f>, Reason>
    where
        'a: 'f,
    {
        let plain = match self.plain {
            Some(all) => Some(&all[row.start..]),
            None => self.text.plain(self.start + row.start, self.start + row.end),
        };
        let Some(plain) = plain else {
            let bytes = &self.bytes[row.clone()];
            let fields = (0..).map_while(|at| field(starts, at));
            return self.texts(row, fields.map(|field| &bytes[within_quotes(bytes, field)]));
        };
        Ok(Texts::InPlace(plain, starts))
    }

    /// The fields of a row, decoded.
    fn texts<'f>(
        &self,
        row: Range<usize>,
        fields: impl Iterator<Item = &'f [u8]>,
    ) -> Result<Texts<'f>, Reason> {
        let texts = fields.map(|field| self.text.decode(field)).collect::<Option<_>>();
        let is_good = self.text.is_good(self.start + row.start, self.start + row.end);
        texts.filter(|_| is_good).map(Texts::Own).ok_or(Reason::BadEncoding)
    }
}

/// Where in its row a field lies, quotes and all; `None` behind the last one.
#[inline(always)]
pub(super) fn field(starts: &[u32], at: usize) -> Option<Range<usize>> {
    let &[start, next] = starts.get(at..)?.first_chunk()?;
    Some(start as usize..next as usize - 1)
}

/// Where in its row a field lies that [is in place](is_in_place), without its quotes. A carriage return behind them is white
/// space around a field, which no format sees.
#[inline(always)]
pub(super) fn within_quotes(row: &[u8], field: Range<usize>) -> Range<usize> {
    // Behind every field, its delimiter or the row's end is there.
    if row[field.start] != b'"' {
        return field;
    }
    let end = field.end - usize::from(row[field.end - 1] == b'\r');
    field.start + 1..end - 1
}

/// Whether all of a field lies within one pair of quotes, or it does not begin with any.
fn is_in_place(field: &[u8]) -> bool {
    let Some(rest) = field.strip_prefix(b"\"") else { return true };
    let inner = rest.strip_suffix(b"\r").unwrap_or(rest).strip_suffix(b"\"");
    inner.is_some_and(|inner| memchr::memchr(b'"', inner).is_none())
}

/// Whether nothing stands in a row.
pub(super) fn is_blank(row: &[u8]) -> bool {
    match row[0] {
        byte if byte.is_ascii_whitespace() => row.trim_ascii().is_empty(),
        byte if byte == BYTE_ORDER_MARK[0] => matches!(without_marks(row), [] | [b'\n']),
        _ => false,
    }
}

fn without_end(row: &[u8]) -> &[u8] {
    let line = row.strip_suffix(b"\n").unwrap_or(row);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        fold::tests::folded,
        table::{
            Only,
            rows::tests::{
                hostile,
                oracle::{self, Kind as Expected},
            },
        },
    };

    const HEADER_ROW: &[u8] = b"b,other,a\n";

    /// What became of a document: the texts of its columns `a` and `b` by the row's number, and how many rows were
    /// ignored and rejected for what.
    #[derive(Debug, Default, PartialEq)]
    struct Seen {
        rows: Vec<[String; 2]>,
        blank: u64,
        rejected: BTreeMap<Reason, Vec<u64>>,
        is_open: bool,
    }

    fn read_all(document: &[u8], layout: &Layout) -> Seen {
        let (mut seen, only) = (Seen::default(), Only::new());
        let (result, folded) = folded(|fold| {
            super::super::read(document, 0, layout, &only, ["a", "b"].into_iter(), fold, |row, _| {
                seen.rows.push(["a", "b"].map(|column| row.text(column).to_owned()));
                Ok(Found::Event)
            })
        });
        assert_eq!(result, Ok(()));
        seen.is_open = folded.is_open;
        seen.blank = folded.lines.ignored.get(BLANK).copied().unwrap_or(0);
        for reject in folded.rejects {
            seen.rejected.entry(reject.reason).or_default().push(reject.position);
        }
        assert_eq!(
            folded.lines.total(),
            1 + seen.rows.len() as u64 + seen.blank + folded.lines.total_rejected()
        );
        seen
    }

    /// The same by the oracle, field by field.
    fn naive(document: &[u8], layout: &Layout) -> Seen {
        let mut seen = Seen::default();
        let text = layout.encoding.text(document);
        let mut rows = oracle::Rows::new(document, b',');
        let mut is_first = true;
        while let Some(row) = rows.next() {
            let bytes = &document[row.start..row.end];
            if row.kind == Expected::Blank || without_end(bytes).trim_ascii().is_empty() {
                seen.blank += 1;
                continue;
            }
            if std::mem::take(&mut is_first) {
                continue;
            }
            let fields = match row.kind {
                Expected::TooLong => Err(Reason::LineTooLong),
                _ if bytes.contains(&0) => Err(Reason::Binary),
                Expected::Fields(count) => {
                    let fields =
                        rows.fields(count).map(|field| text.decode(field)).collect::<Option<Vec<_>>>();
                    fields.ok_or(Reason::BadEncoding)
                }
                Expected::Blank => Ok(Vec::new()),
            };
            let fields = fields.and_then(|fields| match fields.len() {
                0..=2 => Err(Reason::TooFewFields),
                3 => Ok([2, 0].map(|at| fields[at].trim().to_owned())),
                _ => Err(Reason::TooManyFields),
            });
            match fields {
                Ok(fields) => seen.rows.push(fields),
                Err(reason) => {
                    let reason = if without_end(bytes).contains(&0) { Reason::Binary } else { reason };
                    let kept = seen.rejected.entry(reason).or_default();
                    if kept.len() < jono_domain::reject::MAX_SAMPLES {
                        kept.push(row.start as u64);
                    }
                }
            }
        }
        seen.is_open = rows.is_open();
        seen
    }

    proptest! {
        #[test]
        fn rows_say_what_they_say_byte_by_byte(
            body in hostile(),
            rows in prop::collection::vec("[a-c]{0,3},(\"[a-c,\n]{0,4}\"|\"a\"\"b\"|[a-c\"]{0,3}|é),(\"\"|\"x\" |\"y\"z|[x\r]{0,2})\n", 0..40),
            label in prop::sample::select(vec!["utf-8", "windows-1252", "gbk"]),
        ) {
            let document = [HEADER_ROW, rows.concat().as_bytes(), &body].concat();
            let layout = Layout { encoding: label.parse().unwrap(), ..Layout::default() };
            prop_assert_eq!(read_all(&document, &layout), naive(&document, &layout));
        }
    }
}
