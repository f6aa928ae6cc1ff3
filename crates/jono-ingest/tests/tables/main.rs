//! Tables as the crate's users see them: what is written is what is read, and a table that is published is read by
//! configuration alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod kela;
mod kinds;
mod mapping;
mod records;
mod written;
