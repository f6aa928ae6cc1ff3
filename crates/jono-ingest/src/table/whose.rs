//! Whose a row is.

use jono_domain::{Channel, Reason, Series, ServiceId, UnitId};

use super::{Fields, Place};
use crate::fold::{Fold, Queue};

/// How long what tells series apart may be, in bytes, to be known again.
const LONGEST_KEY: usize = 160;

/// Whose a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The queue that it names; the routes of the source say whose that is.
    Queue(Place<String>),
    /// A series.
    Series {
        /// How the customer came.
        channel: Place<Channel>,
        /// Who served.
        unit: Place<UnitId>,
        /// What about.
        service: Place<ServiceId>,
    },
}

impl Whose {
    /// The series of a row.
    pub(crate) fn series(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Series, Reason> {
        self.queue(row, fold).map(|queue| fold.series_of(queue).clone())
    }

    /// The number of that series.
    pub(crate) fn queue(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Queue, Reason> {
        match self {
            Self::Queue(place) => {
                let queue = place.text(row).ok().flatten().ok_or(Reason::BadQueue)?;
                fold.queue(queue.as_bytes())
            }
            Self::Series { channel, unit, service } => {
                let series = || {
                    Ok(Series {
                        channel: name(channel, row)?,
                        unit: name(unit, row)?,
                        service: name(service, row)?,
                    })
                };
                let mut key = [0; LONGEST_KEY];
                match self.key(row, &mut key) {
                    Some(key) => fold.named(key, series),
                    None => series().map(|series| fold.series(&series)),
                }
            }
        }
    }

    /// What stands in its columns, each text behind its length, so that rows with one key have one series; `None` if
    /// that is long.
    fn key<'k>(&self, row: &Fields<'_>, key: &'k mut [u8; LONGEST_KEY]) -> Option<&'k [u8]> {
        let mut end = 0;
        for column in self.columns() {
            let text = row.text(column).as_bytes();
            let begin = end + 1;
            end = begin + text.len();
            *key.get_mut(begin - 1)? = u8::try_from(text.len()).ok()?;
            key.get_mut(begin..end)?.copy_from_slice(text);
        }
        Some(&key[..end])
    }

    /// The columns that it is in.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let columns = match self {
            Self::Queue(place) => [place.column(), None, None],
            Self::Series { channel, unit, service } => [channel.column(), unit.column(), service.column()],
        };
        columns.into_iter().flatten()
    }
}

/// A name that every row has.
pub(super) fn name<T: Clone + std::str::FromStr>(place: &Place<T>, row: &Fields<'_>) -> Result<T, Reason> {
    place.read(row).ok().flatten().ok_or(Reason::UnknownName)
}
