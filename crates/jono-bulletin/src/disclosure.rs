//! What must not be told, because it would tell of single persons.

use std::collections::BTreeSet;

use crate::{facts::Facts, figure::FigureId};

/// The figures of a bulletin that are withheld.
pub fn withheld(_facts: &Facts) -> BTreeSet<FigureId> {
    BTreeSet::new()
}
