//! The formats that can be read. One file each, and one line here.

mod appointments;
mod callbacks;
mod contacts;
pub mod events;
pub mod figures;
mod openings;
pub mod queue_log;
mod records;
mod snapshots;
mod survey;
mod tabular;
pub mod tallies;
mod tickets;

use std::sync::Arc;

use jono_domain::Keep;
use thiserror::Error;

pub(crate) use self::records::RowReader;
pub use self::records::RowTable;
use self::records::{MakeRecords, RecordTable};
use crate::{
    blocks::PADDING,
    fold::Fold,
    input::{Input, InputError},
    lines::{Line, Lines},
    live::Replay,
    mask,
    table::{BadMapping, Columns, Layout, Mapping, Only, Refused},
};

/// Every format.
static FORMATS: &[(&str, Form)] = &[
    ("queue_log", Form::Plain(|| Arc::new(queue_log::QueueLog))),
    ("events", Form::Plain(|| Arc::new(events::Events))),
    ("tallies", Form::Table(tallies::format)),
    ("figures", Form::Table(figures::format)),
    ("contacts", Form::Records(Recipe("contacts", contacts::records))),
    ("tickets", Form::Records(Recipe("tickets", tickets::records))),
    ("callbacks", Form::Records(Recipe("callbacks", callbacks::records))),
    ("survey", Form::Records(Recipe("survey", survey::records))),
    ("snapshots", Form::Records(Recipe("snapshots", snapshots::records))),
    ("appointments", Form::Records(Recipe("appointments", appointments::records))),
    ("openings", Form::Records(Recipe("openings", openings::records))),
];

/// How a format comes into being.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// It is the same for every source.
    Plain(fn() -> Arc<dyn Format>),
    /// It reads tables, by a mapping of its source's.
    Table(fn(Mapping) -> Result<Arc<dyn Format>, BadMapping>),
    /// It reads tables of which each row stands for itself, by the columns of its source.
    Records(Recipe),
}

/// How a format of records comes into being.
#[derive(Debug, Clone, Copy)]
pub struct Recipe(&'static str, MakeRecords);

impl Recipe {
    /// Asks for the columns that the format knows; `None` if it cannot be made of them, which the columns then tell.
    pub fn make(self, layout: Layout, only: Only, columns: &mut Columns<'_>) -> Option<Arc<dyn Format>> {
        let records = (self.1)(columns, &layout)?;
        Some(RecordTable::format(self.0, layout, only, records))
    }
}

/// How the bytes of a source are understood.
pub trait Format: Send + Sync {
    /// The word used in the configuration.
    fn name(&self) -> &'static str;

    /// What becomes of a document when other content comes from the same place.
    fn keep(&self) -> Keep;

    /// All that its source has chosen, as text: other choices count differently.
    fn rules(&self) -> String {
        String::new()
    }

    /// How a document is divided.
    fn split(&self) -> Split<'_>;

    /// Whether a document is a table, that another version replaces, and no log.
    fn is_whole(&self) -> bool {
        !matches!(self.split(), Split::Lines(_))
    }

    /// Whether it tells what is happening now.
    fn has_live(&self) -> bool {
        false
    }

    /// Whether it tells of call backs, and so of promises.
    fn has_callbacks(&self) -> bool {
        false
    }

    /// Whether a longer version of a document can be gone on with where it was left.
    fn goes_on(&self) -> bool {
        match self.split() {
            Split::Lines(_) | Split::Rows(_) => true,
            Split::Whole(whole) => whole.goes_on(),
        }
    }

    /// Whether the position of a line is its number, as in a spreadsheet, and not its first byte.
    fn has_rows(&self) -> bool {
        false
    }

    /// What names the columns of a document, for [`Format::masked`]: its first line, or of a spreadsheet the texts of its
    /// first row joined by tabs. Nothing, if it is no document of this format.
    fn header(&self, input: &Input) -> Result<Vec<u8>, InputError> {
        input.first_line()
    }

    /// A line that was refused, without what may be of a person. `header` is what [`Format::header`] gives of its document.
    fn masked(&self, _header: &[u8], line: &[u8]) -> String {
        mask::shape_of(line)
    }
}

/// How a document is divided before it is understood.
pub enum Split<'a> {
    /// Into lines, each of which stands for itself: stretches of them are read side by side, and gone on from.
    Lines(&'a dyn ByLine),
    /// Into rows beneath a header, each of which stands for itself: they are read side by side, too.
    Rows(RowTable<'a>),
    /// Not at all: what is said at its beginning decides what is read at its end.
    Whole(&'a dyn Whole),
}

/// Understands lines that stand for themselves.
pub trait ByLine {
    /// Understands a chunk, line by line. Every line gives an event, is rejected, or is ignored by design.
    fn read(&self, chunk: &Chunk<'_>, fold: &mut Fold<'_>);

    /// Tells what is happening now, if it does. Lines that mean nothing are passed over.
    fn live(&self, _chunk: &Chunk<'_>, _replay: &mut Replay<'_>) {}
}

/// Understands whole documents.
pub trait Whole {
    /// Understands a document from a position on. Every row gives an event, is rejected, or is ignored by design; a
    /// document that has not the form of one is refused.
    fn read(&self, document: &[u8], from: u64, fold: &mut Fold<'_>) -> Result<(), Refused>;

    /// Tells what is happening now, if it does. Rows that mean nothing are passed over.
    fn live(&self, _document: &[u8], _replay: &mut Replay<'_>) {}

    /// Whether a longer version can be gone on with where it was left, or else replaces what was counted.
    fn goes_on(&self) -> bool {
        false
    }
}

/// A format that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no format; the formats are {list}", list = FORMATS.iter().map(|&(name, _)| name).collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat(pub String);

/// The format of that name.
pub fn format(name: &str) -> Result<Form, UnknownFormat> {
    let found = FORMATS.iter().find(|(known, _)| *known == name);
    found.map(|&(_, form)| form).ok_or_else(|| UnknownFormat(name.to_owned()))
}

/// Whole lines of a document.
pub struct Chunk<'a> {
    padded: &'a [u8],
    start: u64,
}

impl<'a> Chunk<'a> {
    pub(crate) fn new(padded: &'a [u8], start: u64) -> Self {
        debug_assert!(
            padded
                .split_last_chunk::<PADDING>()
                .is_some_and(|(text, _)| text.last().is_none_or(|&b| b == b'\n')),
            "a chunk has whole lines, and is padded"
        );
        Self { padded, start }
    }

    /// The lines, each with its position in the document.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, Line<'a>)> {
        let start = self.start;
        let mut lines = Lines::new(self.padded);
        if start == 0 {
            lines.skip_byte_order_mark();
        }
        lines.map(move |line| (start + line.start as u64, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_the_names_they_are_listed_under() {
        insta::assert_snapshot!(format("csv").unwrap_err(), @r#""csv" is no format; the formats are queue_log, events, tallies, figures, contacts, tickets, callbacks, survey, snapshots, appointments, openings"#);
        let plain = FORMATS.iter().filter_map(|&(name, form)| match form {
            Form::Plain(make) => Some((name, make().name())),
            Form::Table(_) | Form::Records(_) => None,
        });
        assert!(plain.clone().count() == 2 && plain.into_iter().all(|(listed, own)| listed == own));
    }
}
