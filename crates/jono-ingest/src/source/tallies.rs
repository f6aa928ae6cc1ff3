//! `tallies`: a table of additive counts over their own spans, such as a week's visits.
//!
//! ```text
//! vuosi;kuukausi;toimipiste;kaynnit
//! 2020;5;Kallio;1204
//! 2020;6;Kallio;1877
//! ```
//!
//! There is no specification: a [`Mapping`] says what the columns mean.

use std::sync::Arc;

use jono_domain::{Figure, Reason, Tally};

use super::{Format, tabular::Tabular};
use crate::table::{BadMapping, Mapping, whole};

/// The format, by that mapping, of which each measure must be a count.
pub fn format(mapping: Mapping) -> Result<Arc<dyn Format>, BadMapping> {
    for (index, value) in mapping.values.iter().enumerate() {
        if let Some(measure) = value.measure.known().find(|measure| !measure.is_tally()) {
            return Err(BadMapping::NoTally { value: index, measure: measure.clone() });
        }
        if value.of.is_some() || value.provisional.is_some() || value.label.is_some() {
            return Err(BadMapping::OnlyOfFigures { value: index });
        }
    }
    Tabular::format("tallies", mapping, |figure, fold| {
        fold.tally(tally(figure)?);
        Ok(())
    })
}

fn tally(figure: Figure) -> Result<Tally, Reason> {
    let Figure { series, measure, span, value, .. } = figure;
    if !measure.is_tally() {
        return Err(Reason::UnknownName);
    }
    Ok(Tally { series, measure, span, count: whole(value)? })
}
