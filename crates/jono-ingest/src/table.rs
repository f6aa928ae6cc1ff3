//! Tables: delimited text with a header, read by a mapping of its columns.
//!
//! ```text
//! bytes ─► layout ─► rows ─► Fields ─► place, when, number ─► values
//!          text      cut     of a row  what a field says      what a row means
//! ```
//!
//! A bad row is data: it is counted under its reason, and the rows around it still count. Only what cannot be
//! understood as a whole, such as a table without a column that the mapping names, is [`Refused`].

mod layout;
mod number;
mod place;
mod rows;
mod values;
mod when;

use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use jono_domain::Reason;
use thiserror::Error;

pub(crate) use self::values::whole;
use self::{
    layout::Text,
    rows::{Kind, Row, Rows},
};
pub use self::{
    layout::{BadEncoding, Encoding, Layout},
    number::{GivenIn, UnknownGivenIn},
    place::Place,
    values::{BadMapping, Mapping, Value},
    when::{BadDayFormat, Day, DayFormat, When},
};
use crate::fold::Fold;

/// Rows with nothing in them.
const BLANK: &str = "(blank)";
/// The row that names the columns.
const HEADER: &str = "(header)";
/// Rows that the source does not read.
const FILTERED: &str = "(filtered)";

/// Which rows are read: those that have one of these texts in each of these columns.
pub type Only = BTreeMap<String, BTreeSet<String>>;

/// A document that cannot be understood as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// It is larger than a table is.
    #[error("it has more than {} MiB when decompressed; divide it", .0 >> 20)]
    TooLarge(u64),
    /// It has no row at all.
    #[error("it has no header; its first row has to name the columns")]
    NoHeader,
    /// Its first row is no text.
    #[error("its header is no text in {0}; say in [source.table] which encoding it has")]
    Unreadable(Encoding),
    /// It says itself that it is written otherwise.
    #[error("it begins with the byte order mark of UTF-8, and table.encoding is {0}; set it to \"utf-8\"")]
    Mark(Encoding),
    /// The mapping names a column that it does not have.
    #[error(
        "column {column:?} is not in the header; name another in the source's columns or values: {columns}"
    )]
    Missing {
        /// The column.
        column: String,
        /// Those that it has.
        columns: String,
    },
    /// The mapping names a column that it has more than once.
    #[error("column {0:?} is in the header more than once; give each a name of its own")]
    Twice(String),
}

/// What a row gives.
pub(crate) enum Found {
    /// Something that is counted.
    Event,
    /// Nothing; it is ignored under this name.
    Nothing(&'static str),
}

/// Where the columns that the mapping names are, and how many columns there are.
struct Header<'a> {
    places: BTreeMap<&'a str, usize>,
    width: usize,
}

impl<'a> Header<'a> {
    fn new(columns: &BTreeSet<&'a str>, names: &[Cow<'_, str>]) -> Result<Self, Refused> {
        let mut places = BTreeMap::new();
        for &column in columns {
            let mut at = (0..names.len()).filter(|&at| names[at].trim() == column);
            let place = at.next().ok_or_else(|| Refused::Missing {
                column: column.to_owned(),
                columns: match names {
                    [all] => format!("it has one alone, {all:?}; is table.delimiter right?"),
                    names => names.iter().map(|name| name.trim()).collect::<Vec<_>>().join(", "),
                },
            })?;
            if at.next().is_some() {
                return Err(Refused::Twice(column.to_owned()));
            }
            places.insert(column, place);
        }
        Ok(Self { places, width: names.len() })
    }

    /// The fields under their names.
    fn over<'f>(&'f self, texts: Vec<Cow<'f, str>>, layout: &'f Layout) -> Result<Fields<'f>, Reason> {
        match texts.len().cmp(&self.width) {
            Ordering::Less => Err(Reason::TooFewFields),
            Ordering::Greater => Err(Reason::TooManyFields),
            Ordering::Equal => Ok(Fields { header: self, layout, texts }),
        }
    }
}

/// The fields of a row.
pub(crate) struct Fields<'a> {
    header: &'a Header<'a>,
    layout: &'a Layout,
    texts: Vec<Cow<'a, str>>,
}

impl Fields<'_> {
    /// What stands in a column, without the white space around it.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.header.places.get(column).map_or("", |&at| self.texts[at].trim())
    }

    /// The same; `None` if it means that there is no value.
    pub(crate) fn value(&self, column: &str) -> Option<&str> {
        Some(self.text(column)).filter(|text| !text.is_empty() && !self.layout.no_value.contains(*text))
    }

    /// Whether the source reads the row.
    fn pass(&self, only: &Only) -> bool {
        only.iter().all(|(column, texts)| texts.contains(self.text(column)))
    }
}

/// Reads a document row by row. Every row gives an event, is rejected, or is ignored by design; `meaning` says
/// which, of a row whose fields are all there.
pub(crate) fn read<'a>(
    document: &[u8],
    layout: &Layout,
    only: &'a Only,
    columns: impl Iterator<Item = &'a str>,
    fold: &mut Fold<'_>,
    mut meaning: impl FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
) -> Result<(), Refused> {
    let columns: BTreeSet<&str> = columns.chain(only.keys().map(String::as_str)).collect();
    let text = layout.encoding.text(document);
    let mut rows = Rows::new(&text.bytes, layout.delimiter);
    let mut header: Option<Header<'_>> = None;
    let mut position = 0;
    while let Some(row) = rows.next() {
        let line = without_end(&text.bytes[row.start..row.end]);
        let found = if row.kind == Kind::Blank || line.trim_ascii().is_empty() {
            Ok(Found::Nothing(BLANK))
        } else if let Some(header) = &header {
            texts(row, &rows, &text).and_then(|texts| header.over(texts, layout)).and_then(|fields| {
                if fields.pass(only) { meaning(&fields, fold) } else { Ok(Found::Nothing(FILTERED)) }
            })
        } else {
            let names = texts(row, &rows, &text).map_err(|_| Refused::Unreadable(layout.encoding))?;
            header = Some(Header::new(&columns, &names)?);
            Ok(Found::Nothing(HEADER))
        };
        match found {
            Ok(Found::Event) => fold.row(),
            Ok(Found::Nothing(name)) => fold.ignore(name),
            Err(reason) => fold.reject(reason, position, line),
        }
        position += text.original_len(row.start, row.end) as u64;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::tests::folded;

    /// Hands over the one row beneath a header.
    pub(super) fn row<T>(header: &str, fields: &str, meaning: impl Fn(&Fields<'_>) -> T) -> T {
        let mut seen = None;
        let document = format!("{header}\n{fields}\n");
        let only = Only::new();
        folded(|fold| {
            read(document.as_bytes(), &Layout::default(), &only, header.split(','), fold, |row, _| {
                seen = Some(meaning(row));
                Ok(Found::Event)
            })
        })
        .0
        .unwrap();
        seen.unwrap()
    }
}
