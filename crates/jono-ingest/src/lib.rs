//! Reads documents and understands them; remembers nothing.
//!
//! ```text
//! Input ─► Blocks ─► Chunk ─► Format ─► Fold ─► Batch
//! a file   1 MiB     whole    one file  cells    handed on, in order
//! ```
//!
//! Reading order: [`input`] (what a document's bytes are, and whether they were seen before), `blocks` (cutting them
//! at line ends), [`source`] (the formats, one file each), [`table`] (what those share that read tables), [`fold`]
//! (events to cells), [`batches`] (all cores at work, results in order). Beside them, [`live`] reads the end of a log
//! again for what is happening now. What becomes of a [`Batch`](jono_domain::Batch) is the caller's business.

pub mod batches;
mod blocks;
mod field;
pub mod fold;
mod identity;
pub mod input;
mod lines;
pub mod live;
mod mask;
mod names;
pub mod source;
pub mod table;

pub use batches::{Batches, Options, ReadError, Resume};
pub use blocks::MAX_LINE_BYTES;
pub use fold::{Context, Unrouted};
pub use identity::digest;
pub use input::{Input, InputError, Prefix, Stamp};
pub use live::replay;
pub use source::{Form, Format, Recipe, UnknownFormat, format};
pub use table::{Mapping, Refused};
