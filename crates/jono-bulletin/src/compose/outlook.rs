//! The coming weeks.

use crate::{
    block::{Block, say},
    known::Known,
};

/// That there is no forecast: none is made yet.
pub(super) fn blocks(_known: &Known<'_>) -> Vec<Block> {
    vec![Block::Statement(say("outlook-none"), None)]
}
