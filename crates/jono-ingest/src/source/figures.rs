//! `figures`: a table of published values without their counts, such as weekly means.
//!
//! ```text
//! vuosi,viikko,alue,jonotusajan_keskiarvo_min,vastausprosentti
//! 2020,23,Koko Suomi,0.8,93.7
//! 2020,24,Koko Suomi,0.7,94.6
//! ```
//!
//! There is no specification: a [`Mapping`] says what the columns mean.

use jono_domain::Keep;

use super::{Format, Split, Whole};
use crate::{
    fold::Fold,
    table::{BadMapping, Mapping, Refused},
};

/// The format.
#[derive(Debug, Clone)]
pub struct Figures(Mapping);

impl Figures {
    /// Reads tables by that mapping.
    pub fn new(mapping: Mapping) -> Result<Self, BadMapping> {
        mapping.check()?;
        Ok(Self(mapping))
    }
}

impl Format for Figures {
    fn name(&self) -> &'static str {
        "figures"
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

impl Whole for Figures {
    fn read(&self, document: &[u8], fold: &mut Fold<'_>) -> Result<(), Refused> {
        self.0.read(document, fold, |fold, figure| {
            fold.figure(figure);
            Ok(())
        })
    }
}
