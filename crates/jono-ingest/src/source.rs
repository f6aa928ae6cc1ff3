//! The formats that can be read. One file each, and one line here.

pub mod queue_log;

use jono_domain::Keep;
use thiserror::Error;

use crate::{
    blocks::PADDING,
    fold::Fold,
    lines::{Line, Lines},
};

/// Every format.
static FORMATS: &[&dyn Format] = &[&queue_log::QueueLog];

/// How the bytes of a source are understood.
pub trait Format: Send + Sync {
    /// The word used in the configuration.
    fn name(&self) -> &'static str;

    /// What becomes of a document when other content comes from the same place.
    fn keep(&self) -> Keep;

    /// Understands a chunk, line by line. Every line gives an event, is rejected, or is ignored by design.
    fn read(&self, chunk: &Chunk<'_>, fold: &mut Fold<'_>);
}

/// A format that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no format; the formats are {list}", list = FORMATS.iter().map(|f| f.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownFormat(pub String);

/// The format of that name.
pub fn format(name: &str) -> Result<&'static dyn Format, UnknownFormat> {
    FORMATS.iter().copied().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
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
