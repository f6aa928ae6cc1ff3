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
//! 4. [`figure`] – every number of the bulletin, each with an id that is the same on every surface.
//! 5. [`bulletin`] – the sections in their order, and how they are written in each language and format.

pub mod ask;
pub mod bulletin;
pub mod disclosure;
pub mod facts;
pub mod figure;

pub use ask::{Ask, By, asks};
pub use bulletin::{Bulletin, Format, Language};
pub use facts::{Accepted, Change, Earlier, Edition, Facts, Notice, Revision, ShortWeek};
pub use figure::{Figure, FigureId};
