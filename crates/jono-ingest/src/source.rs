//! The formats that can be read. One file each, and one line here.

pub mod figures;
pub mod queue_log;
mod tabular;
pub mod tallies;

use std::sync::Arc;

use jono_domain::Keep;
use thiserror::Error;

use crate::{
    blocks::PADDING,
    fold::Fold,
    lines::{Line, Lines},
    live::Replay,
    table::{BadMapping, Mapping, Refused},
};

/// Every format.
static FORMATS: &[(&str, Form)] = &[
    ("queue_log", Form::Plain(|| Arc::new(queue_log::QueueLog))),
    ("tallies", Form::Table(tallies::format)),
    ("figures", Form::Table(figures::format)),
];

/// How a format comes into being.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// It is the same for every source.
    Plain(fn() -> Arc<dyn Format>),
    /// It reads tables, by a mapping of its source's.
    Table(fn(Mapping) -> Result<Arc<dyn Format>, BadMapping>),
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

    /// Whether a document is understood as a whole, so that a longer version replaces the one before.
    fn is_whole(&self) -> bool {
        matches!(self.split(), Split::Whole(_))
    }

    /// Whether it tells what is happening now.
    fn has_live(&self) -> bool {
        false
    }
}

/// How a document is divided before it is understood.
pub enum Split<'a> {
    /// Into lines, each of which stands for itself: stretches of them are read side by side, and gone on from.
    Lines(&'a dyn ByLine),
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
    /// Understands a document. Every row gives an event, is rejected, or is ignored by design; a document that has
    /// not the form of one is refused.
    fn read(&self, document: &[u8], fold: &mut Fold<'_>) -> Result<(), Refused>;
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
        debug_assert!(padded.len() >= PADDING, "a chunk is padded");
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
        insta::assert_snapshot!(format("csv").unwrap_err(), @r#""csv" is no format; the formats are queue_log, tallies, figures"#);
        let plain = FORMATS.iter().filter_map(|&(name, form)| match form {
            Form::Plain(make) => Some((name, make().name())),
            Form::Table(_) => None,
        });
        assert!(plain.clone().count() == 1 && plain.into_iter().all(|(listed, own)| listed == own));
    }
}
