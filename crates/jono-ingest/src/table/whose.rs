//! Whose a row is.

use jono_domain::{Channel, Reason, Series, ServiceId, UnitId};

use super::{Fields, Place};
use crate::fold::{Fold, Queue};

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
                let texts = [channel.column(), unit.column(), service.column()];
                fold.told_by(texts.map(|column| column.map(|column| row.field(column))), series)
            }
        }
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
