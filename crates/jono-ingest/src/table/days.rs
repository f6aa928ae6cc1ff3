//! The days that rows before were of, so that when they began is asked once.
//!
//! A table has many rows a day. On a day without a change of the clock, what a clock showed is so many seconds after the
//! day began; only of other days is the zone asked for each time.

use std::cell::Cell;

use jiff::civil::{Date, DateTime, Time};
use jono_domain::{Reason, UnixSeconds, Zone};

use super::{
    local_time,
    pattern::{DateNumbers, Numbers},
};

/// How many days are remembered.
const REMEMBERED: usize = 64;

/// A day, and when it began if no change of the clock is near.
type Known = (Date, Option<UnixSeconds>);

/// The days of one zone that were asked for last.
pub(crate) struct Days {
    zone: Zone,
    starts: [Cell<Option<Known>>; REMEMBERED],
    /// The day that was shown last, by its numbers, and when it began.
    last: Cell<Option<(DateNumbers, UnixSeconds)>>,
}

impl Days {
    /// Of that zone, none so far.
    pub(crate) fn new(zone: &Zone) -> Self {
        Self { zone: zone.clone(), starts: [const { Cell::new(None) }; REMEMBERED], last: Cell::new(None) }
    }

    /// The zone.
    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// When a clock of the zone showed that; refused where it did so twice, or never.
    #[inline]
    pub(crate) fn at(&self, day: Date, time: Time) -> Result<UnixSeconds, Reason> {
        match self.start(day) {
            Some(start) => Ok(UnixSeconds::saturating(start.get() + second_of_day(time))),
            None => local_time(DateTime::from_parts(day, time), &self.zone),
        }
    }

    /// When a clock of the zone showed those numbers; `None` if there is no such day.
    #[inline]
    pub(super) fn shown(&self, numbers: Numbers) -> Option<Result<UnixSeconds, Reason>> {
        let start = match self.last.get() {
            Some((date, start)) if date == numbers.date => start,
            _ => {
                let day = numbers.day()?;
                let Some(start) = self.start(day) else {
                    return Some(local_time(day.to_datetime(numbers.time()), &self.zone));
                };
                self.last.set(Some((numbers.date, start)));
                start
            }
        };
        Some(Ok(UnixSeconds::saturating(start.get() + numbers.second_of_day)))
    }

    /// When the day began, if no change of the clock is near.
    #[inline]
    pub(super) fn start(&self, day: Date) -> Option<UnixSeconds> {
        let number = day.day().unsigned_abs() as usize + 31 * day.month().unsigned_abs() as usize;
        let slot = &self.starts[number % REMEMBERED];
        match slot.get() {
            Some((known, start)) if known == day => start,
            _ => {
                let start = self.zone.even_day(day);
                slot.set(Some((day, start)));
                start
            }
        }
    }
}

/// How many seconds after midnight a clock shows that; fractions are cut off.
pub(super) fn second_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::pattern::Pattern;

    proptest! {
        #[test]
        fn what_was_asked_before_changes_no_answer(
            asked in prop::collection::vec(
                (
                    prop::sample::select(vec![
                        // Even days, of which two share a slot; changes of the clock; no days.
                        "2020-06-08", "2020-06-09", "2021-06-08", "2020-03-29", "2020-10-25", "2020-02-30", "2020-00-08",
                    ]),
                    prop::sample::select(vec!["00:00:00", "03:30:00", "23:59:59"]),
                ),
                1..40,
            ),
        ) {
            let zone = Zone::new("Europe/Helsinki").unwrap();
            let (days, pattern) = (Days::new(&zone), Pattern::new("%F %T").unwrap());
            for (day, time) in asked {
                let shown = pattern.read(&format!("{day} {time}")).and_then(|numbers| days.shown(numbers));
                let local = format!("{day} {time}").parse::<DateTime>().ok();
                prop_assert_eq!(shown, local.map(|local| local_time(local, &zone)));
            }
        }
    }
}
