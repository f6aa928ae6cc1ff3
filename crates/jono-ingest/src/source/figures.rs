//! `figures`: a table of published values without their counts, such as weekly means.
//!
//! ```text
//! vuosi,viikko,alue,jonotusajan_keskiarvo_min,vastausprosentti
//! 2020,23,Koko Suomi,0.8,93.7
//! 2020,24,Koko Suomi,0.7,94.6
//! ```
//!
//! There is no specification: a [`Mapping`] says what the columns mean.

use std::sync::Arc;

use super::{Format, tabular::Tabular};
use crate::table::{BadMapping, Mapping};

/// The format, by that mapping.
pub fn format(mapping: Mapping) -> Result<Arc<dyn Format>, BadMapping> {
    Tabular::format("figures", mapping, |figure, fold| {
        fold.figure(figure);
        Ok(())
    })
}
