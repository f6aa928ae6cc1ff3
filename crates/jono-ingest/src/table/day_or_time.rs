//! A day that a table writes alone or with a time.

use jiff::civil::Date;
use jono_domain::{Reason, UnixSeconds, Zone};

use super::{Day, Fields, Place, Time};

/// Where a day is that is written alone or with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayOrTime {
    /// The day alone, as its format says.
    Day(Day),
    /// A time of the day, as its format says.
    Time(Time),
    /// Without a format: either, as the row has it.
    Either(Place<String>),
}

impl DayOrTime {
    /// The local day in `zone`, and when on it if the row has a time; `None` if it does not say.
    pub(crate) fn read(
        &self,
        row: &Fields<'_>,
        zone: &Zone,
    ) -> Result<Option<(Date, Option<UnixSeconds>)>, Reason> {
        let on = |at: UnixSeconds| (zone.date(at), Some(at));
        let day = |day: &Day| match day.read(row) {
            Ok(day) => Ok(day.map(|day| (day, None))),
            Err(_) => Err(Reason::BadTime),
        };
        match self {
            Self::Day(written) => day(written),
            Self::Time(written) => Ok(written.read(row, row.days(), None)?.map(on)),
            Self::Either(place) => match place.text(row).map_err(|_| Reason::BadTime)? {
                None => Ok(None),
                Some(text) if text.len() == "2020-06-08".len() && text.contains('-') => {
                    day(&Day { place: Place::Constant(text.to_owned()), format: None })
                }
                Some(text) => super::plain_time(text, row.days()).map(|at| Some(on(at))),
            },
        }
    }

    /// The columns that it is in.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let (place, time) = match self {
            Self::Day(day) => (Some(&day.place), None),
            Self::Time(time) => (None, Some(time)),
            Self::Either(place) => (Some(place), None),
        };
        place.and_then(Place::column).into_iter().chain(time.into_iter().flat_map(Time::columns))
    }
}
