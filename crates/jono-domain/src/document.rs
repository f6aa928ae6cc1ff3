//! What is known about a document: one file or stream, recognised by its content and not by its name.

use std::{fmt, ops::Range, str::FromStr};

use crate::{event::UnixSeconds, id::SourceName};

/// A 128-bit hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub u128);

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// What becomes of a document when other content comes from the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Keep {
    /// It stays: a log only grows, and other content is another log.
    Append,
    /// The new content takes its place: a table that is written anew.
    Replace,
}

impl Keep {
    /// The word used in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Replace => "replace",
        }
    }
}

impl FromStr for Keep {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        [Self::Append, Self::Replace].into_iter().find(|keep| keep.as_str() == word).ok_or(())
    }
}

/// How much of a document has been counted, and what those bytes were: enough to recognise them.
///
/// All positions are in decompressed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// How many bytes from the start have been counted.
    pub bytes: u64,
    /// A chain over the hashes of the whole blocks of [`BLOCK_BYTES`] before `bytes`.
    pub chain: [u8; 32],
    /// The hash of the bytes between the last whole block and `bytes`.
    pub tail: Digest,
    /// Whether the last line counted was terminated. If not, it may have been cut, and longer content with the
    /// same beginning replaces the document whole.
    pub terminated: bool,
}

/// The size of the blocks in which a document is read and hashed.
pub const BLOCK_BYTES: usize = 1 << 20;

impl Position {
    /// How many whole blocks the chain covers.
    pub const fn blocks(&self) -> u64 {
        self.bytes / BLOCK_BYTES as u64
    }
}

/// The store's number of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub i64);

/// A document as the store remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The store's number.
    pub id: DocumentId,
    /// Which source delivered it.
    pub source: SourceName,
    /// The name it was last delivered under, such as a path; for people, never for recognition.
    pub name: String,
    /// What becomes of it.
    pub keep: Keep,
    /// The hash of its first line.
    pub head: Digest,
    /// The hash of the rules it was read by: format, routes, zone.
    pub rules: Digest,
    /// How much of it has been counted.
    pub position: Position,
    /// From its first event to its last; `None` while it has none.
    pub events: Option<Range<UnixSeconds>>,
}
