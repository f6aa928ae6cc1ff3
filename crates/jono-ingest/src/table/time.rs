//! When something happened, as tables write it.
//!
//! Without a format, a time is whole seconds since 1970, or a date and a time of day as RFC 3339 writes them: with an
//! offset it is an instant; without one it is what a clock showed in the source's own zone. What a clock showed twice,
//! or never, is refused.

use std::{fmt, str::FromStr, sync::LazyLock};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time as TimeOfDay, date},
    fmt::strtime::{self, BrokenDownTime},
    tz::TimeZone,
};
use jono_domain::{Reason, UnixSeconds, Zone, zone::LocalTimeError};
use thiserror::Error;

use super::{
    Day, Days, Fields, Place,
    days::second_of_day,
    pattern::{Numbers, Pattern},
};
use crate::fold::Context;

/// Where a time is, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time {
    /// Where it is.
    pub place: Place<String>,
    /// Where the day is, if the time is one of a day.
    pub date: Option<Day>,
    /// How it is written.
    pub format: TimeFormat,
}

/// How times are written, such as `%d.%m.%Y %H:%M`.
///
/// Invariant: a time that is written so can be read again, to the minute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeFormat(Option<Written>);

/// A format as it is written, and what it is.
#[derive(Clone, PartialEq, Eq)]
struct Written {
    text: String,
    of_day: bool,
    /// The same, if it is one.
    pattern: Option<Pattern>,
}

/// What it is follows from what is written, and the rules of a source are what is written.
impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (&self.text, self.of_day).fmt(f)
    }
}

/// A format that no time can be read by.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{0:?} does not tell a time; write for example %d.%m.%Y %H:%M:%S, or %H:%M:%S with a date in a column of its own"
)]
pub struct BadTimeFormat(pub String);

impl FromStr for TimeFormat {
    type Err = BadTimeFormat;

    fn from_str(format: &str) -> Result<Self, BadTimeFormat> {
        let time = date(2019, 12, 31).at(23, 58, 0, 0);
        let refused = || BadTimeFormat(format.to_owned());
        let zoned = TimeZone::UTC.to_zoned_datetime(time).map_err(|_| refused())?;
        let again =
            strtime::format(format, &zoned).and_then(|written| BrokenDownTime::parse(format, written));
        let again = again.map_err(|_| refused())?;
        let of_day = match (again.to_datetime(), again.to_time()) {
            (Ok(again), _) if again == time => false,
            (Err(_), Ok(again)) if again == time.time() => true,
            _ => return Err(refused()),
        };
        Ok(Self(Some(Written { text: format.to_owned(), of_day, pattern: Pattern::new(format) })))
    }
}

impl TimeFormat {
    /// Whether it is a time of a day, which another column names.
    pub(super) fn is_of_day(&self) -> bool {
        self.0.as_ref().is_some_and(|written| written.of_day)
    }

    /// The format as it is written; nothing without one.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", |written| &written.text)
    }
}

/// Twelve hours: a time of day that lies further back than this is one of the next day.
const HALF_DAY: i64 = 12 * 3600;

impl Time {
    /// When it was; `None` if the row does not say. A time of a day that lies more than twelve hours before `after`
    /// is one of the next day, whatever the zone's clocks do in between.
    pub(crate) fn read(
        &self,
        row: &Fields<'_>,
        days: &Days,
        after: Option<UnixSeconds>,
    ) -> Result<Option<UnixSeconds>, Reason> {
        let Some(text) = self.place.text(row).map_err(|_| Reason::BadTime)? else { return Ok(None) };
        let Some(format) = &self.format.0 else { return plain(text, days).map(Some) };
        let numbers = format.pattern.as_ref().and_then(|pattern| pattern.read(text));
        if !format.of_day {
            if let Some(at) = numbers.and_then(|numbers| days.shown(numbers)) {
                return at.map(Some);
            }
            let parsed = BrokenDownTime::parse(&format.text, text).map_err(|_| Reason::BadTime)?;
            let local = parsed.to_datetime().map_err(|_| Reason::BadTime)?;
            return match parsed.offset() {
                Some(offset) => offset.to_timestamp(local).map_err(|_| Reason::BadTime).and_then(instant),
                None => days.at(local.date(), local.time()),
            }
            .map(Some);
        }
        let time = match numbers.map(Numbers::time) {
            Some(time) => Ok(time),
            None => Err(BrokenDownTime::parse(&format.text, text).map_err(|_| Reason::BadTime)?),
        };
        let day = self.date.as_ref().map(|day| day.read(row)).transpose()?.flatten();
        let day = day.ok_or(Reason::BadTime)?;
        let time = time.or_else(|parsed| parsed.to_time().map_err(|_| Reason::BadTime))?;
        let is_next = after.is_some_and(|after| is_past(after, day, time, days));
        let day = if is_next { day.tomorrow().map_err(|_| Reason::BadTime)? } else { day };
        days.at(day, time).map(Some)
    }

    /// The same of something that happened, or was seen: by now.
    pub(crate) fn happened(
        &self,
        row: &Fields<'_>,
        context: &Context,
        after: Option<UnixSeconds>,
    ) -> Result<Option<UnixSeconds>, Reason> {
        let at = self.read(row, row.days(), after)?;
        at.map(|at| context.happened(at)).transpose()
    }

    /// The columns that it is in.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.place.column().into_iter().chain(self.date.as_ref().and_then(|day| day.place.column()))
    }
}

/// Whether `after` is more than twelve hours later, by the clock, than that time of that day.
fn is_past(after: UnixSeconds, day: Date, time: TimeOfDay, days: &Days) -> bool {
    if let Some(start) = days.start(day) {
        let since = after.get() - start.get();
        if (0..24 * 3600).contains(&since) {
            return since - second_of_day(time) > HALF_DAY;
        }
    }
    days.zone().local(after).duration_since(day.to_datetime(time)).as_secs() > HALF_DAY
}

/// How most times of a clock are written without a format.
static USUAL: LazyLock<[Option<Pattern>; 2]> = LazyLock::new(|| ["%F %T", "%FT%T"].map(Pattern::new));

/// A time without a format.
pub(crate) fn plain(text: &str, days: &Days) -> Result<UnixSeconds, Reason> {
    let usual =
        USUAL.iter().flatten().find_map(|pattern| pattern.read(text)).and_then(|numbers| days.shown(numbers));
    usual.unwrap_or_else(|| written_otherwise(text, days))
}

/// The same in all the ways in which it may be written.
fn written_otherwise(text: &str, days: &Days) -> Result<UnixSeconds, Reason> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=10).contains(&text.len()) {
        return text.parse().ok().and_then(|seconds| UnixSeconds::new(seconds).ok()).ok_or(Reason::BadTime);
    }
    // Shorter texts are days: the parser would take them for midnight.
    if text.len() < "2020-06-08 10:00".len() || !matches!(text.as_bytes()[10], b' ' | b'T' | b't') {
        return Err(Reason::BadTime);
    }
    // Only with an offset behind its time of day is it an instant.
    if text[11..].contains(['Z', 'z', '+', '-']) {
        return instant(text.parse().map_err(|_| Reason::BadTime)?);
    }
    let local = text.parse::<DateTime>().map_err(|_| Reason::BadTime)?;
    days.at(local.date(), local.time())
}

fn instant(stamp: Timestamp) -> Result<UnixSeconds, Reason> {
    UnixSeconds::new(stamp.as_second()).map_err(|_| Reason::BadTime)
}

/// When a clock of the zone showed that; refused where it did so twice, or never.
pub(crate) fn at(local: DateTime, zone: &Zone) -> Result<UnixSeconds, Reason> {
    zone.instant(local).map_err(|error| match error {
        LocalTimeError::Nonexistent => Reason::NonexistentTime,
        LocalTimeError::Ambiguous => Reason::AmbiguousTime,
        LocalTimeError::OutOfRange => Reason::BadTime,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::tests::row;

    fn time(format: Option<&str>) -> Time {
        let place = |name: &str| Place::Column { name: name.to_owned(), values: None };
        let format: TimeFormat = format.map_or_else(TimeFormat::default, |format| format.parse().unwrap());
        let date = Day { place: place("date"), format: Some("%y%m%d".parse().unwrap()) };
        Time { place: place("time"), date: Some(date).filter(|_| format.is_of_day()), format }
    }

    fn check(format: Option<&str>, date: &str, text: &str, after: Option<i64>) -> String {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let after = after.map(|after| UnixSeconds::new(after).unwrap());
        let days = Days::new(&zone);
        row("date,time", &format!("{date},{text}"), |row| match time(format).read(row, &days, after) {
            Ok(None) => "none".to_owned(),
            Ok(Some(at)) => zone.rfc3339(at),
            Err(reason) => format!("rejected {reason}"),
        })
    }

    #[test]
    fn instants_and_what_a_clock_showed() {
        let check = |text| check(None, "", text, None);
        insta::assert_snapshot!(check("1591599600"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!(check("2020-06-08T07:00:00Z"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!(check("2020-06-08T09:00:00.999+02:00"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!(check("2020-06-08 10:00"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!(check("2020-06-08T10:00:59.5"), @"2020-06-08T10:00:59+03:00");
        insta::assert_snapshot!(check("2020-03-29 03:30:00"), @"rejected nonexistent_time");
        insta::assert_snapshot!(check("2020-10-25 03:30:00"), @"rejected ambiguous_time");
        insta::assert_snapshot!(check("2020-10-25 03:30:00+02:00"), @"2020-10-25T03:30:00+02:00");
        insta::assert_snapshot!(check("2020-06-08"), @"rejected bad_time");
        insta::assert_snapshot!(check("10:00"), @"rejected bad_time");
        insta::assert_snapshot!(check("-5"), @"rejected bad_time");
        insta::assert_snapshot!(check(""), @"none");
    }

    proptest! {
        #[test]
        fn the_usual_way_to_write_a_time_is_one_of_all(
            day in prop_oneof![
                (1960..2300_u32, 0..14_u32, 0..33_u32).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")),
                prop::sample::select(vec!["2020-03-29".to_owned(), "2020-10-25".to_owned(), "2020-10-24".to_owned()]),
                "[0-9-]{10}",
            ],
            between in "[ Tt:]",
            time in prop_oneof![
                (0..26_u32, 0..62_u32, 0..62_u32).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}")),
                "[0-9:]{8}",
            ],
        ) {
            let zone = Zone::new("Europe/Helsinki").unwrap();
            let text = format!("{day}{between}{time}");
            let local = text.parse::<DateTime>().map_err(|_| Reason::BadTime);
            let is_time = day.len() == 10 && " Tt".contains(&between);
            let expected = local.and_then(|local| at(local, &zone)).and_then(|at| if is_time { Ok(at) } else { Err(Reason::BadTime) });
            prop_assert_eq!(plain(&text, &Days::new(&zone)), expected);
        }
    }

    #[test]
    fn times_as_they_are_written_elsewhere() {
        let finnish = |text| check(Some("%d.%m.%Y %H:%M"), "", text, None);
        insta::assert_snapshot!(finnish("8.6.2020 10:00"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!(finnish("6/8/2020 10:00"), @"rejected bad_time");
        let offset = |text| check(Some("%Y%m%d %H%M%S %z"), "", text, None);
        insta::assert_snapshot!(offset("20200608 070000 +0000"), @"2020-06-08T10:00:00+03:00");
        insta::assert_snapshot!("%H".parse::<TimeFormat>().unwrap_err(), @"\"%H\" does not tell a time; write for example %d.%m.%Y %H:%M:%S, or %H:%M:%S with a date in a column of its own");
        assert!("%d.%m.%Y".parse::<TimeFormat>().is_err() && "%".parse::<TimeFormat>().is_err());
    }

    #[test]
    fn times_of_a_day_go_on_past_midnight() {
        let check = |date, text, after| check(Some("%H:%M:%S"), date, text, after);
        insta::assert_snapshot!(check("990215", "23:59:54", None), @"1999-02-15T23:59:54+02:00");
        let entered = Some(919_115_994);
        insta::assert_snapshot!(check("990215", "0:00:27", entered), @"1999-02-16T00:00:27+02:00");
        insta::assert_snapshot!(check("990215", "23:59:50", entered), @"1999-02-15T23:59:50+02:00");
        insta::assert_snapshot!(check("990215", "12:00:00", entered), @"1999-02-15T12:00:00+02:00");
        insta::assert_snapshot!(check("", "12:00:00", None), @"rejected bad_time");
        // On the 25th, 03:30 happened twice; the call that began at 23:50 ended on the 26th.
        insta::assert_snapshot!(check("201025", "03:30:00", Some(1_603_662_600)), @"2020-10-26T03:30:00+02:00");
        insta::assert_snapshot!(check("201025", "03:30:00", Some(1_603_576_200)), @"rejected ambiguous_time");
        insta::assert_snapshot!(check("200328", "03:30:00", Some(1_585_432_200)), @"rejected nonexistent_time");
    }
}
