//! The row of a delimited text that names the columns: the first that is not blank.

use std::borrow::Cow;

use super::{
    Layout, Refused,
    delimited::{Rows, is_blank},
    fields::FieldReader,
    rows::Kind,
};

/// The row that names the columns.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    pub(super) names: Vec<String>,
    /// Where it begins in the document.
    pub(super) position: u64,
}

impl Heading {
    /// The first row that is not blank; `None` if none is.
    pub(crate) fn find(rows: &Rows<'_>, layout: &Layout) -> Result<Option<Self>, Refused> {
        let unreadable = || Refused::Unreadable(layout.encoding);
        if rows.cuts.overlong.as_ref().is_some_and(|overlong| !overlong.is_blank) {
            return Err(unreadable());
        }
        let (text, mut start, mut position) = (&rows.text, rows.cuts.start, rows.position);
        for cut in &rows.cuts.rows {
            while start < cut.end {
                let rest = &text.bytes[start..cut.end];
                let line = memchr::memchr(b'\n', rest).filter(|_| cut.kind == Kind::Lines);
                let row = &rest[..line.map_or(rest.len(), |feed| feed + 1)];
                let end = start + row.len();
                if !is_blank(row) {
                    let is_text = cut.kind != Kind::TooLong && memchr::memchr(0, row).is_none();
                    let mut fields = FieldReader::new(layout.delimiter);
                    let names = fields.read(row).map(|field| text.decode(field).map(Cow::into_owned));
                    let names = if is_text { names.collect::<Option<_>>() } else { None };
                    let names = names.filter(|_| text.is_good(start, end)).ok_or_else(unreadable)?;
                    return Ok(Some(Self { names, position }));
                }
                position += text.original_len(start, end) as u64;
                start = end;
            }
        }
        Ok(None)
    }
}
