//! Delimited text with a header (CSV).

use std::{borrow::Cow, collections::BTreeSet};

use jono_domain::Reason;

use super::{
    BLANK, Fields, Found, HEADER, Header, Reading, Refused,
    layout::Text,
    rows::{Kind, Row, Rows},
};
use crate::fold::Fold;

/// With what no text begins: a zip file, as every .xlsx is, and what held spreadsheets before.
const PACKED: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// Reads a text row by row. What lies before `from` is passed over, but for the header.
pub(super) fn read<Meaning>(
    document: &[u8],
    from: u64,
    columns: &BTreeSet<&str>,
    reading: &mut Reading<'_, '_, '_, Meaning>,
) -> Result<(), Refused>
where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    if PACKED.iter().any(|magic| document.starts_with(magic)) {
        return Err(Refused::Packed);
    }
    let layout = reading.layout;
    let text = layout.encoding.text(document);
    let mut rows = Rows::new(&text.bytes, layout.delimiter);
    let mut header: Option<Header<'_>> = None;
    let mut position = 0;
    while let Some(row) = rows.next() {
        let line = without_end(&text.bytes[row.start..row.end]);
        let is_blank = row.kind == Kind::Blank || line.trim_ascii().is_empty();
        let is_new = position >= from;
        if let (Some(header), false) = (&header, is_blank) {
            if is_new {
                reading.row(header, texts(row, &rows, &text), position, line);
            }
        } else if is_blank {
            if is_new {
                reading.fold.ignore(BLANK);
            }
        } else {
            let names = texts(row, &rows, &text).map_err(|_| Refused::Unreadable(layout.encoding))?;
            header = Some(Header::new(columns, &names)?);
            if is_new {
                reading.fold.ignore(HEADER);
            }
        }
        position += text.original_len(row.start, row.end) as u64;
    }
    if rows.is_open() {
        reading.fold.leave_open();
    }
    header.map(|_| ()).ok_or(Refused::NoHeader)
}

/// The fields of a row, if it is text.
fn texts<'a>(row: Row, rows: &'a Rows<'_>, text: &Text<'_>) -> Result<Vec<Cow<'a, str>>, Reason> {
    let count = match row.kind {
        Kind::TooLong => return Err(Reason::LineTooLong),
        Kind::Fields(count) => count,
        Kind::Blank => 0,
    };
    if memchr::memchr(0, &text.bytes[row.start..row.end]).is_some() {
        return Err(Reason::Binary);
    }
    let texts = rows.fields(count).map(|field| text.decode(field)).collect::<Option<_>>();
    texts.filter(|_| text.is_good(row.start, row.end)).ok_or(Reason::BadEncoding)
}

fn without_end(row: &[u8]) -> &[u8] {
    let line = row.strip_suffix(b"\n").unwrap_or(row);
    line.strip_suffix(b"\r").unwrap_or(line)
}
