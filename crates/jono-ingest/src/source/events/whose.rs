//! Whose a line is. What its names may be is the domain's matter, and where a queue belongs the routes'.

use jono_domain::{Channel, Reason, Series};

use super::record::{Record, What};
use crate::{
    fold::{Fold, Queue},
    live::Replay,
};

/// Whose a line is.
enum Whose<'a> {
    /// The queue's name.
    Queue(&'a str),
    Series(Series),
}

impl Record<'_> {
    /// The number of its series.
    pub(super) fn queue(&self, fold: &mut Fold<'_>) -> Result<Queue, Reason> {
        match (self.whose()?, self.what.channel()) {
            (Whose::Series(series), _) => Ok(fold.series(&series)),
            (Whose::Queue(name), None) => fold.queue(name.as_bytes()),
            (Whose::Queue(name), Some(channel)) => {
                let queue = fold.queue(name.as_bytes())?;
                let series = Series { channel, ..fold.series_of(queue).clone() };
                Ok(fold.series(&series))
            }
        }
    }

    /// Its series in the view of what is happening now.
    pub(super) fn live_series(&self, replay: &mut Replay<'_>) -> Option<Series> {
        match self.whose().ok()? {
            Whose::Series(series) => Some(series),
            Whose::Queue(name) => replay.series(name.as_bytes()).map(|series| match self.what.channel() {
                Some(channel) => Series { channel, ..series },
                None => series,
            }),
        }
    }

    fn whose(&self) -> Result<Whose<'_>, Reason> {
        match (&self.queue, &self.unit, &self.service) {
            (Some(queue), None, None) => Ok(Whose::Queue(&queue.0)),
            (None, Some(unit), Some(service)) => {
                let channel = self.what.channel().or(self.channel.as_ref().map(|channel| channel.0));
                Ok(Whose::Series(Series {
                    channel: channel.ok_or(Reason::UnknownName)?,
                    unit: unit.0.clone(),
                    service: service.0.clone(),
                }))
            }
            // Which of the two is meant cannot be known.
            (Some(_), _, _) => Err(Reason::BadQueue),
            (None, _, _) => Err(Reason::UnknownName),
        }
    }
}

impl What<'_> {
    /// Its channel, whatever the line says, if it can be only one.
    fn channel(&self) -> Option<Channel> {
        match self {
            Self::CallbackOffered
            | Self::CallbackAccepted
            | Self::CallbackCalled { .. }
            | Self::CallbackCompleted { .. } => Some(Channel::Callback),
            Self::Arrived
            | Self::Concluded { .. }
            | Self::Handled { .. }
            | Self::Polled { .. }
            | Self::Appointment { .. }
            | Self::Scored { .. } => None,
        }
    }
}
