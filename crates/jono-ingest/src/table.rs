//! Tables: delimited text with a header, JSON lines, or the first sheet of a spreadsheet, read by what the source says
//! of its columns.
//!
//! ```text
//! bytes ─► rows, delimited, json, sheet ─► Fields ─► place, time, when, amount, number, whose ─► what a row means
//!          cut into rows                   of a row  what a field says
//! ```
//!
//! What a row means is `values` for tables of tallies and figures, and one file in [`source`](crate::source) for each
//! format of records, of which `columns` are asked for by name.
//!
//! A bad row is data: it is counted under its reason, and the rows around it still count. Only what cannot be
//! understood as a whole, such as a table without a column that the mapping names, is [`Refused`].

mod amount;
mod columns;
mod day_or_time;
mod days;
pub(crate) mod delimited;
mod fields;
pub(crate) mod heading;
mod json;
mod layout;
mod marks;
mod number;
mod pattern;
mod place;
pub(crate) mod rows;
mod sheet;
mod time;
mod values;
mod when;
mod whose;

use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    io::Read,
    ops::Range,
};

use jono_domain::Reason;
use thiserror::Error;

pub use self::{
    amount::{Amount, AmountIn, UnknownAmountIn},
    columns::{ColumnMistake, Columns, Written, WrittenPlace},
    day_or_time::DayOrTime,
    layout::{BadEncoding, Encoding, FileType, Layout, NoValue, UnknownFileType},
    number::{GivenIn, UnknownGivenIn},
    place::Place,
    time::{BadTimeFormat, Time, TimeFormat},
    values::{BadMapping, Mapping, Value},
    when::{BadDayFormat, Day, DayFormat, When},
    whose::Whose,
};
pub(crate) use self::{
    days::Days,
    json::JsonRow,
    time::{at as local_time, plain as plain_time},
    values::whole,
};
use crate::{
    batches::MAX_BYTES,
    field::Field,
    fold::Fold,
    input::{Input, InputError},
};

/// Rows with nothing in them.
pub(crate) const BLANK: &str = "(blank)";
/// The row that names the columns.
const HEADER: &str = "(header)";
/// Rows that the source does not read.
pub(crate) const FILTERED: &str = "(filtered)";

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
    /// The mapping names columns, and it has none of them. Its first row may be data, so its texts are not told.
    #[error(
        "no column that the source names, such as {column:?}, is in its first row, which has {count}; does that row name the columns, and is table.delimiter right?"
    )]
    NotNamed {
        /// The first column that is missing.
        column: String,
        /// How many fields its first row has.
        count: usize,
    },
    /// It is a spreadsheet, or what spreadsheets were before there was .xlsx.
    #[error(
        "it is no text but a spreadsheet or another packed file; of an .xlsx say file_type = \"xlsx\" in [source.table], and save an .xls as .xlsx"
    )]
    Packed,
    /// The mapping names a column that it has more than once.
    #[error("column {0:?} is in the header more than once; give each a name of its own")]
    Twice(String),
    /// It is no spreadsheet, or is damaged.
    #[error("it is no .xlsx spreadsheet, or is damaged: {0}")]
    NoSpreadsheet(String),
    /// Unpacked, it is far larger than it seems.
    #[error("unpacked, the spreadsheet has more than {} MiB; save the sheet that counts as a file of its own", .0 >> 20)]
    Bomb(u64),
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
    places: Places<'a>,
    width: usize,
    /// Whether fields without a value at the end of a row need not be there.
    may_end_early: bool,
}

impl<'a> Header<'a> {
    fn new(columns: &[&'a str], names: &[impl AsRef<str>]) -> Result<Self, Refused> {
        let names: Vec<_> = names.iter().map(|name| name.as_ref().trim()).collect();
        // In the order of their names, so that the same one is told of whatever the format asks for first.
        let sorted: BTreeSet<_> = columns.iter().copied().collect();
        for &column in &sorted {
            match names.iter().filter(|&&name| name == column).count() {
                0 => return Err(Self::missing(column, &sorted, &names)),
                1 => {}
                _ => return Err(Refused::Twice(column.to_owned())),
            }
        }
        let place = |column| names.iter().position(|&name| name == column).expect("it was just found");
        let places = Places::new(columns.iter().map(|&column| (column, place(column))).collect());
        Ok(Self { places, width: names.len(), may_end_early: false })
    }

    fn missing(column: &str, columns: &BTreeSet<&str>, names: &[&str]) -> Refused {
        let column = column.to_owned();
        if names.iter().any(|name| columns.contains(name)) {
            Refused::Missing { column, columns: names.join(", ") }
        } else {
            Refused::NotNamed { column, count: names.len() }
        }
    }

    /// Those of a document in which every row names its own fields.
    fn of_names(columns: &BTreeSet<&'a str>) -> Self {
        let places = columns.iter().enumerate().map(|(place, &column)| (column, place)).collect();
        Self { places: Places::new(places), width: columns.len(), may_end_early: false }
    }

    /// The fields under their names.
    #[inline]
    fn over<'f>(
        &'f self,
        texts: Texts<'f>,
        layout: &'f Layout,
        days: &'f Days,
    ) -> Result<Fields<'f>, Reason> {
        match texts.len().cmp(&self.width) {
            Ordering::Less if !self.may_end_early => Err(Reason::TooFewFields),
            Ordering::Greater => Err(Reason::TooManyFields),
            Ordering::Less | Ordering::Equal => Ok(Fields { header: self, layout, days, texts }),
        }
    }
}

/// The places of columns.
///
/// A format asks for each column in every row, by the very text that it named it by. So where that text lies in memory tells
/// where in a small table its place is; if that is taken by another, or the text is one of its own, it is searched for.
struct Places<'a> {
    slots: Box<[(&'a str, usize); SLOTS]>,
    factor: usize,
    all: Vec<(&'a str, usize)>,
}

/// Few formats ask for more than a tenth as many columns.
const SLOTS: usize = 256;
/// The place of a column that was not named: no text has one there.
const NOWHERE: usize = usize::MAX;

impl<'a> Places<'a> {
    fn new(all: Vec<(&'a str, usize)>) -> Self {
        let mut places = Self { slots: Box::new([("", NOWHERE); SLOTS]), factor: 1, all };
        // Some factor tells few texts apart.
        for _ in 0..64 {
            if places.put() {
                break;
            }
            places.factor = places.factor.wrapping_add(0x9e37_79b8);
        }
        places
    }

    /// Puts each text into its slot, as long as each has one of its own; whether all have.
    fn put(&mut self) -> bool {
        self.slots.fill(("", NOWHERE));
        self.all.iter().all(|&(column, place)| {
            let slot = &mut self.slots[slot(column, self.factor)];
            let (taken, known) = (slot.1 != NOWHERE, std::ptr::eq(slot.0, column));
            if !taken {
                *slot = (column, place);
            }
            !taken || known
        })
    }

    /// The place of a column, or [`NOWHERE`].
    #[inline(always)]
    fn of(&self, column: &str) -> usize {
        let (known, place) = self.slots[slot(column, self.factor)];
        if std::ptr::eq(known, column) { place } else { self.search(column) }
    }

    #[cold]
    fn search(&self, column: &str) -> usize {
        let mut all = self.all.iter();
        let found = all.clone().find(|(name, _)| std::ptr::eq(*name, column));
        found.or_else(|| all.find(|(name, _)| *name == column)).map_or(NOWHERE, |&(_, place)| place)
    }
}

/// Where in the table a text is looked for.
#[inline(always)]
fn slot(column: &str, factor: usize) -> usize {
    (column.as_ptr().addr().wrapping_mul(factor) >> 16) % SLOTS
}

/// The texts of a row, one for each column.
enum Texts<'a> {
    /// They stand in a row, which a text begins with: where each begins, and where one behind the last would.
    InPlace(&'a str, &'a [u32]),
    /// Texts of their own.
    Own(Vec<Cow<'a, str>>),
}

impl Texts<'_> {
    fn len(&self) -> usize {
        match self {
            Self::InPlace(_, starts) => starts.len() - 1,
            Self::Own(texts) => texts.len(),
        }
    }

    /// Where that column's stands in which text, without quotes and the white space around it.
    #[inline(always)]
    fn get(&self, at: usize) -> Option<(&str, Range<usize>)> {
        match self {
            Self::InPlace(row, starts) => {
                let (bytes, field) = (row.as_bytes(), delimited::field(starts, at)?);
                // Neither white space nor a quote, as at the edges of most fields.
                let is_bare = |at: usize| (b'#'..=b'~').contains(&bytes[at]);
                if field.is_empty() || is_bare(field.start) && is_bare(field.end - 1) {
                    Some((row, field))
                } else {
                    Some((row, trimmed(row, delimited::within_quotes(bytes, field))))
                }
            }
            Self::Own(texts) => texts.get(at).map(|text| (&**text, trimmed(text, 0..text.len()))),
        }
    }
}

/// The same range of a text without the white space around it, which few have.
#[inline(never)]
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let is_bare = |at: usize| text.as_bytes()[at].is_ascii_graphic();
    if range.is_empty() || is_bare(range.start) && is_bare(range.end - 1) {
        return range;
    }
    let behind = &text[..range.end];
    let start = range.end - behind[range.start..].trim_start().len();
    start..start + behind[start..].trim_end().len()
}

/// The fields of a row.
pub(crate) struct Fields<'a> {
    header: &'a Header<'a>,
    layout: &'a Layout,
    days: &'a Days,
    texts: Texts<'a>,
}

impl Fields<'_> {
    /// What stands in a column, without the white space around it.
    #[inline(always)]
    pub(crate) fn text(&self, column: &str) -> &str {
        self.get(column).map_or("", |(text, range)| &text[range])
    }

    /// The same, where it stands.
    #[inline(always)]
    pub(crate) fn field(&self, column: &str) -> Field<'_> {
        let Some((text, Range { start, end })) = self.get(column) else { return Field::EMPTY };
        Field::new(text.as_bytes(), start, end)
    }

    /// What stands in a column, unless that means that there is no value.
    #[inline]
    pub(crate) fn value(&self, column: &str) -> Option<&str> {
        Some(self.text(column)).filter(|text| self.is_value(text))
    }

    /// Whether what stands in a column is a value.
    #[inline]
    pub(crate) fn is_value(&self, text: impl AsRef<[u8]>) -> bool {
        let text = text.as_ref();
        !text.is_empty() && !self.layout.no_value.has(text)
    }

    /// What stands in the columns that together tell one thing apart from others; `None` if none has a value.
    pub(crate) fn id(&self, columns: &[String]) -> Option<String> {
        let (mut id, mut has_value) = (String::new(), false);
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                id.push('\u{1f}');
            }
            if let Some(part) = self.value(column) {
                id.push_str(part);
                has_value = true;
            }
        }
        has_value.then_some(id)
    }

    #[inline(always)]
    fn get(&self, column: &str) -> Option<(&str, Range<usize>)> {
        self.texts.get(self.header.places.of(column))
    }

    /// The days that rows before were of.
    pub(crate) fn days(&self) -> &Days {
        self.days
    }

    /// How the table is written.
    pub(crate) fn layout(&self) -> &Layout {
        self.layout
    }

    /// Whether the source reads the row.
    pub(crate) fn pass(&self, only: &Only) -> bool {
        only.iter().all(|(column, texts)| texts.contains(self.text(column)))
    }
}

/// What names the columns of a document: its first line, or the texts of a spreadsheet's first row, joined by tabs.
pub(crate) fn header(input: &Input, layout: &Layout) -> Result<Vec<u8>, InputError> {
    if layout.file_type != FileType::Xlsx {
        return input.first_line();
    }
    let mut document = Vec::new();
    let read = input.reader(0)?.take(MAX_BYTES + 1).read_to_end(&mut document);
    read.map_err(|source| input.failed(source))?;
    let is_small = document.len() as u64 <= MAX_BYTES;
    // One that cannot be understood has no row that was refused.
    Ok(if is_small { sheet::header(&document, layout).unwrap_or_default() } else { Vec::new() })
}

/// Reads a document row by row, from a position on. Every row gives an event, is rejected, or is ignored by design;
/// `meaning` says which, of a row whose fields are all there.
pub(crate) fn read<'a>(
    document: &[u8],
    from: u64,
    layout: &Layout,
    only: &'a Only,
    columns: impl Iterator<Item = &'a str>,
    fold: &mut Fold<'_>,
    meaning: impl FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
) -> Result<(), Refused> {
    let columns: Vec<&str> = columns.chain(only.keys().map(String::as_str)).collect();
    let days = Days::new(&fold.context().log_zone);
    let mut reading = Reading { layout, only, days: &days, fold, meaning };
    match layout.file_type {
        FileType::Csv => delimited::read(document, from, &columns, &mut reading),
        FileType::JsonLines => {
            json::read(document, from, &columns, &mut reading);
            Ok(())
        }
        FileType::Xlsx => sheet::read(document, &columns, &mut reading),
    }
}

/// A document being read.
pub(crate) struct Reading<'a, 'f, 'c, Meaning> {
    pub(crate) layout: &'a Layout,
    pub(crate) only: &'a Only,
    pub(crate) days: &'a Days,
    pub(crate) fold: &'f mut Fold<'c>,
    pub(crate) meaning: Meaning,
}

impl<Meaning> Reading<'_, '_, '_, Meaning>
where
    Meaning: FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason>,
{
    /// Takes a row, or why its fields cannot be had. `line` is the row as it was.
    fn row(&mut self, header: &Header<'_>, texts: Result<Texts<'_>, Reason>, position: u64, line: &[u8]) {
        let fields = texts.and_then(|texts| header.over(texts, self.layout, self.days));
        let found = fields.and_then(|fields| {
            if fields.pass(self.only) {
                (self.meaning)(&fields, self.fold)
            } else {
                Ok(Found::Nothing(FILTERED))
            }
        });
        match found {
            Ok(Found::Event) => self.fold.row(),
            Ok(Found::Nothing(name)) => self.fold.ignore(name),
            Err(reason) => self.fold.reject(reason, position, line),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fold::tests::folded;

    proptest! {
        #[test]
        fn a_column_is_found_by_any_text_of_its_name(count in 0..200_usize) {
            let names: Vec<_> = (0..count).map(|number| number.to_string()).collect();
            let places = Places::new(names.iter().zip(100..).map(|(name, place)| (name.as_str(), place)).collect());
            for (name, place) in names.iter().zip(100..) {
                prop_assert_eq!(places.of(name), place);
                prop_assert_eq!(places.of(&name.clone()), place);
            }
            prop_assert_eq!(places.of(""), NOWHERE);
            prop_assert_eq!(places.of(&count.to_string()), NOWHERE);
        }
    }

    /// Hands over the one row beneath a header.
    pub(super) fn row<T>(header: &str, fields: &str, meaning: impl Fn(&Fields<'_>) -> T) -> T {
        let mut seen = None;
        let document = format!("{header}\n{fields}\n");
        let only = Only::new();
        folded(|fold| {
            read(document.as_bytes(), 0, &Layout::default(), &only, header.split(','), fold, |row, _| {
                seen = Some(meaning(row));
                Ok(Found::Event)
            })
        })
        .0
        .unwrap();
        seen.unwrap()
    }
}
