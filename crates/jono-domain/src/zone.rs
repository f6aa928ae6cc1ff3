//! The service's own time zone: which local hour and which local day a time falls in.

use std::{fmt, ops::Range};

use jiff::{Timestamp, civil, tz::TimeZone};
use thiserror::Error;

use crate::event::UnixSeconds;

/// A zone name that the time zone database does not have.
#[derive(Debug, Error)]
#[error("{name:?} is no time zone of the IANA database, such as Europe/Helsinki")]
pub struct BadZone {
    /// What was asked for.
    pub name: String,
    /// What the database says.
    #[source]
    pub source: jiff::Error,
}

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// The instant at which a local hour began. The hour that autumn repeats begins twice, so it is two keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HourStart(pub UnixSeconds);

/// One local hour: `start <= t < end`, never longer than 3600 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour {
    start: UnixSeconds,
    end: UnixSeconds,
    offset: i32,
}

impl Hour {
    /// When it began.
    pub const fn start(self) -> HourStart {
        HourStart(self.start)
    }

    /// When the next one begins.
    pub const fn end(self) -> UnixSeconds {
        self.end
    }

    /// Whether `at` falls into it.
    pub fn contains(self, at: UnixSeconds) -> bool {
        self.start <= at && at < self.end
    }
}

/// The local hour with its offset, such as `2020-10-25T03+02:00`: both of the repeated hours have a name.
impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = civil_of(self.start.get() + i64::from(self.offset));
        let minutes = self.offset / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        write!(f, "{}T{:02}{sign}{hours:02}:{minutes:02}", local.date(), local.hour())
    }
}

fn civil_of(seconds: i64) -> civil::DateTime {
    TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).expect("far inside jiff's range"))
}

impl Zone {
    /// Looks a zone up, such as `Europe/Helsinki`.
    pub fn new(name: &str) -> Result<Self, BadZone> {
        let zone = TimeZone::get(name).map_err(|source| BadZone { name: name.to_owned(), source })?;
        Ok(Self { name: name.to_owned(), zone })
    }

    /// Coordinated Universal Time, which needs no database.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The name it was looked up by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local hour that `at` falls into: as long as neither the wall clock's hour nor the offset changes.
    pub fn hour(&self, at: UnixSeconds) -> Hour {
        let stamp = stamp(at);
        let offset = self.zone.to_offset(stamp).seconds();
        let local = at.get() + i64::from(offset);
        let mut start = local.div_euclid(3600) * 3600 - i64::from(offset);
        let mut end = start + 3600;
        if let Some(change) = self.zone.preceding(self::stamp(UnixSeconds::saturating(at.get() + 1))).next() {
            start = start.max(change.timestamp().as_second());
        }
        if let Some(change) = self.zone.following(stamp).next() {
            end = end.min(change.timestamp().as_second());
        }
        Hour { start: UnixSeconds::saturating(start), end: UnixSeconds::saturating(end), offset }
    }

    /// The local date at that time.
    pub fn date(&self, at: UnixSeconds) -> civil::Date {
        self.zone.to_datetime(stamp(at)).date()
    }

    /// What a clock of this zone shows at that time.
    pub fn local(&self, at: UnixSeconds) -> civil::DateTime {
        self.zone.to_datetime(stamp(at))
    }

    /// The first instant of a local day: midnight, or what follows it where a change of the clock skips midnight.
    pub fn day_start(&self, date: civil::Date) -> UnixSeconds {
        let start = self.zone.to_timestamp(date.at(0, 0, 0, 0)).map_or(i64::MAX, Timestamp::as_second);
        UnixSeconds::saturating(start)
    }

    /// When a local day began on which each second that a clock shows is one second later than the one before, and which
    /// no change of the clock is near; `None` of other days, and of those that are out of range.
    ///
    /// On such a day, so many seconds after midnight by the clock are so many seconds after that instant.
    pub fn even_day(&self, date: civil::Date) -> Option<UnixSeconds> {
        const DAY: i64 = 24 * 3600;
        let start = self.instant(date.at(0, 0, 0, 0)).ok()?;
        // A change after the day may show its hours a second time; none takes more than a day back.
        let clear = UnixSeconds::new(start.get() + 3 * DAY).ok()?;
        let before = stamp(UnixSeconds::new(start.get() - 1).ok()?);
        let change = self.zone.following(before).next();
        let is_near = change.is_some_and(|change| change.timestamp() <= stamp(clear));
        (!is_near).then_some(start)
    }

    /// The instants of the local days from `first` to `last`, both included.
    pub fn days(&self, first: civil::Date, last: civil::Date) -> Range<UnixSeconds> {
        let end = last.tomorrow().map_or(UnixSeconds::MAX, |next| self.day_start(next));
        self.day_start(first)..end
    }

    /// The instant that a wall clock showed, if it showed that time exactly once.
    pub fn instant(&self, local: civil::DateTime) -> Result<UnixSeconds, LocalTimeError> {
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        let unique = match ambiguous.offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { .. } => ambiguous.unambiguous(),
            jiff::tz::AmbiguousOffset::Gap { .. } => return Err(LocalTimeError::Nonexistent),
            jiff::tz::AmbiguousOffset::Fold { .. } => return Err(LocalTimeError::Ambiguous),
        };
        let second = unique.map_err(|_| LocalTimeError::OutOfRange)?.as_second();
        UnixSeconds::new(second).map_err(|_| LocalTimeError::OutOfRange)
    }

    /// The time as this zone's clock shows it, with its offset: `2020-06-08T00:00:00+03:00`.
    pub fn rfc3339(&self, at: UnixSeconds) -> String {
        let offset = self.zone.to_offset(stamp(at));
        stamp(at).display_with_offset(offset).to_string()
    }
}

/// Why a wall clock's time names no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LocalTimeError {
    /// The clock was put forward over it.
    #[error("the clock was put forward over this time")]
    Nonexistent,
    /// The clock was put back over it, so it happened twice.
    #[error("the clock was put back over this time, which happened twice")]
    Ambiguous,
    /// Before 1970 or after 2286.
    #[error("the time is out of range")]
    OutOfRange,
}

fn stamp(at: UnixSeconds) -> Timestamp {
    Timestamp::from_second(at.get()).expect("far inside jiff's range")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::new(name).unwrap()
    }

    fn check(name: &str, at: i64) -> String {
        let hour = zone(name).hour(UnixSeconds::new(at).unwrap());
        format!("{hour} {}s", hour.end.get() - hour.start.get())
    }

    #[test]
    fn the_repeated_hour_is_two_hours() {
        insta::assert_snapshot!(check("Europe/Helsinki", 1_603_584_000), @"2020-10-25T03+03:00 3600s");
        insta::assert_snapshot!(check("Europe/Helsinki", 1_603_587_600), @"2020-10-25T03+02:00 3600s");
    }

    #[test]
    fn half_hour_zones_and_half_hour_changes() {
        insta::assert_snapshot!(check("Asia/Kathmandu", 1_591_600_000), @"2020-06-08T12+05:45 3600s");
        // Lord Howe Island puts its clock back by half an hour: 02:00 becomes 01:30.
        insta::assert_snapshot!(check("Australia/Lord_Howe", 1_586_012_399), @"2020-04-05T01+11:00 3600s");
        insta::assert_snapshot!(check("Australia/Lord_Howe", 1_586_012_400), @"2020-04-05T01+10:30 1800s");
        insta::assert_snapshot!(check("Australia/Lord_Howe", 1_586_014_200), @"2020-04-05T02+10:30 3600s");
    }

    #[test]
    fn a_day_may_have_23_or_25_hours() {
        let helsinki = zone("Europe/Helsinki");
        let hours = |month, day| {
            let days = helsinki.days(date(2020, month, day), date(2020, month, day));
            (days.end.get() - days.start.get()) / 3600
        };
        assert_eq!([hours(3, 28), hours(3, 29), hours(10, 25)], [24, 23, 25]);
        // Beirut puts its clock forward at midnight: that day begins at one.
        let start = zone("Asia/Beirut").day_start(date(2020, 3, 29));
        assert_eq!(zone("Asia/Beirut").rfc3339(start), "2020-03-29T01:00:00+03:00");
    }

    #[test]
    fn a_wall_clock_time_may_name_no_instant_or_two() {
        let at = |h, m| zone("Europe/Helsinki").instant(h).map(|t| t.get() + m);
        assert_eq!(at(date(2020, 3, 29).at(3, 30, 0, 0), 0), Err(LocalTimeError::Nonexistent));
        assert_eq!(at(date(2020, 10, 25).at(3, 30, 0, 0), 0), Err(LocalTimeError::Ambiguous));
        assert_eq!(at(date(2020, 6, 8).at(10, 0, 0, 0), 0), Ok(1_591_599_600));
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        insta::assert_snapshot!(Zone::new("Europe/Espoo").unwrap_err(), @r#""Europe/Espoo" is no time zone of the IANA database, such as Europe/Helsinki"#);
    }

    proptest! {
        #[test]
        fn on_an_even_day_a_clock_counts_seconds(
            at in 0..4_102_444_800_i64,
            second in 0..86_400_i64,
            name in prop::sample::select(vec![
                "Europe/Helsinki", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia",
                "Asia/Manila", "Antarctica/Troll",
            ]),
        ) {
            let zone = zone(name);
            let date = zone.date(UnixSeconds::new(at).unwrap());
            if let Some(start) = zone.even_day(date) {
                let clock = date.to_datetime(jiff::civil::Time::midnight()) + jiff::SignedDuration::from_secs(second);
                prop_assert_eq!(zone.instant(clock), Ok(UnixSeconds::saturating(start.get() + second)));
            }
        }

        #[test]
        fn hours_tile_time(
            at in 0..4_102_444_800_i64,
            name in prop::sample::select(vec![
                "Europe/Helsinki", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia",
            ]),
        ) {
            let zone = zone(name);
            let at = UnixSeconds::new(at).unwrap();
            let hour = zone.hour(at);
            prop_assert!(hour.contains(at));
            prop_assert_eq!(zone.hour(hour.start), hour);
            prop_assert_eq!(zone.hour(UnixSeconds::saturating(hour.end.get() - 1)), hour);
            if hour.start > UnixSeconds::MIN {
                let before = zone.hour(UnixSeconds::saturating(hour.start.get() - 1));
                prop_assert_eq!(before.end, hour.start);
            }
            let day = zone.days(zone.date(at), zone.date(at));
            prop_assert!(day.start <= hour.start && hour.end <= day.end, "an hour lies in one day");
        }
    }
}
