//! The bulletin: one period's readings as a page, a mail and data, in Finnish, Swedish and English.
//!
//! This crate is the only one that knows HTML, SVG and human languages. It asks nobody: [`asks`] says which readings a
//! bulletin needs, whoever has a ledger answers them, and [`Bulletin::new`] makes the bulletin of the answers. It keeps no
//! clock and reads no file.
//!
//! Reading order, from left to right along the data:
//!
//! 1. [`mod@ask`] – what a bulletin wants to know.
//! 2. [`facts`] – what it is made from: [`Facts`], which is also what is frozen when a bulletin is final.
//! 3. [`disclosure`] – what must not be told, because it would tell of single persons.
//! 4. [`figure`], [`told`] – every number of the bulletin, each with an id that is the same on every surface, and the one
//!    place where numbers are rounded.
//! 5. `known`, `compose`, `block` – what there is to tell, and the sections in their order, in no language: sentences by
//!    name, tables and charts that refer to figures. `compose/trend.rs` has the rules by which something rose or fell.
//! 6. [`language`], `words`, `number` – what is said, from `language/<code>.ftl`.
//! 7. [`format`](mod@format), [`links`], `write` – how it is laid out, a file a format.
//! 8. [`bulletin`] – all of that together.

pub mod ask;
mod block;
pub mod bulletin;
mod compose;
pub mod disclosure;
pub mod facts;
pub mod figure;
pub mod format;
mod known;
pub mod language;
pub mod links;
mod number;
pub mod told;
mod words;
mod write;

pub use ask::{Ask, By, asks};
pub use bulletin::Bulletin;
pub use facts::{Accepted, Change, Earlier, Edition, Facts, Notice, Revision, ShortWeek};
pub use figure::{Figure, FigureId};
pub use format::Format;
pub use language::Language;
pub use links::Links;
pub use told::Told;
