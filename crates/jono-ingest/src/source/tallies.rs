//! `tallies`: a table of additive counts over their own spans, such as a week's visits.
//!
//! ```text
//! vuosi;kuukausi;toimipiste;kaynnit
//! 2020;5;Kallio;1204
//! 2020;6;Kallio;1877
//! ```
//!
//! There is no specification: a [`Mapping`] says what the columns mean.

use jono_domain::{Figure, Keep, Reason, Tally};

use super::{Format, Split, Whole};
use crate::{
    fold::Fold,
    table::{BadMapping, Mapping, Refused, whole},
};

/// The format.
#[derive(Debug, Clone)]
pub struct Tallies(Mapping);

impl Tallies {
    /// Reads tables by that mapping, of which each measure must be a count.
    pub fn new(mapping: Mapping) -> Result<Self, BadMapping> {
        mapping.check()?;
        for (index, value) in mapping.values.iter().enumerate() {
            if let Some(measure) = value.measure.known().find(|measure| !measure.is_tally()) {
                return Err(BadMapping::NoTally { value: index, measure: measure.clone() });
            }
            if value.of.is_some() || value.provisional.is_some() {
                return Err(BadMapping::OnlyOfFigures { value: index });
            }
        }
        Ok(Self(mapping))
    }
}

impl Format for Tallies {
    fn name(&self) -> &'static str {
        "tallies"
    }

    fn keep(&self) -> Keep {
        Keep::Replace
    }

    fn rules(&self) -> String {
        format!("{:?}", self.0)
    }

    fn split(&self) -> Split<'_> {
        Split::Whole(self)
    }
}

impl Whole for Tallies {
    fn read(&self, document: &[u8], fold: &mut Fold<'_>) -> Result<(), Refused> {
        self.0.read(document, fold, |fold, figure| {
            fold.tally(tally(figure)?);
            Ok(())
        })
    }
}

fn tally(figure: Figure) -> Result<Tally, Reason> {
    let Figure { series, measure, span, value, .. } = figure;
    if !measure.is_tally() {
        return Err(Reason::UnknownName);
    }
    Ok(Tally { series, measure, span, count: whole(value)? })
}
