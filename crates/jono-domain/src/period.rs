//! Periods of the calendar: hours, days, ISO weeks, months, quarters, years, and spans of days.
//!
//! A period is local: which instants it covers is decided by a [`Zone`]. Weeks are those of ISO 8601: they begin
//! on Monday, and a week belongs to the year of its Thursday.

use std::{fmt, ops::Range, str::FromStr};

use jiff::{
    ToSpan,
    civil::{Date, ISOWeekDate, Weekday, date},
};
use thiserror::Error;

use crate::{
    event::UnixSeconds,
    zone::{Hour, Zone},
};

/// How finely a span of time is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Grain {
    /// A local hour; the one that autumn repeats is two.
    Hour,
    /// A local day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A calendar month.
    Month,
    /// Three months.
    Quarter,
    /// A calendar year.
    Year,
}

impl Grain {
    /// Every grain, finest first.
    pub const ALL: [Self; 6] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The word used on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A period that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadPeriod {
    /// Not written like any period.
    #[error(
        "{0:?} is no period; write 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B with any two of them"
    )]
    Malformed(String),
    /// Written like one, but the calendar has none such.
    #[error("there is no {0}")]
    Nonexistent(String),
    /// The last day lies before the first.
    #[error("{0} ends before it begins")]
    Backwards(String),
    /// It cannot be divided so without cutting a division in two.
    #[error("{period} is not made of whole {grain}s")]
    Uneven {
        /// What was to be divided.
        period: String,
        /// By what.
        grain: Grain,
    },
}

/// A stretch of local time that has a name.
///
/// Invariant: weeks begin on Mondays, months, quarters and years on their first day; no period is before 1970 or
/// after 2285, and `first <= last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(Shape);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Shape {
    Hour(Hour, Date),
    Whole(Grain, Date),
    Days(Date, Date),
}

const FIRST_YEAR: i16 = 1970;
const LAST_YEAR: i16 = 2285;

impl Period {
    /// The period of that grain which contains the date. An hour needs an instant: see [`Period::hour`].
    ///
    /// # Panics
    /// When the grain is [`Grain::Hour`], or the date is not from 1970 to 2285.
    pub fn of(grain: Grain, day: Date) -> Self {
        assert!((FIRST_YEAR..=LAST_YEAR).contains(&day.year()), "the date is out of range");
        Self(Shape::Whole(grain, first_day(grain, day)))
    }

    /// The local hour.
    pub fn hour(hour: Hour, zone: &Zone) -> Self {
        Self(Shape::Hour(hour, zone.date(hour.start().0)))
    }

    /// The days from `first` to `last`, both included; `None` if `last` is earlier.
    pub fn days(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self(Shape::Days(first, last)))
    }

    /// Its first day.
    pub fn first(self) -> Date {
        match self.0 {
            Shape::Hour(_, day) => day,
            Shape::Whole(_, first) | Shape::Days(first, _) => first,
        }
    }

    /// Its last day.
    pub fn last(self) -> Date {
        match self.0 {
            Shape::Hour(_, day) => day,
            Shape::Whole(grain, first) => last_day(grain, first),
            Shape::Days(_, last) => last,
        }
    }

    /// Each of its days, of an hour the one in which it begins.
    pub fn dates(self) -> impl Iterator<Item = Date> {
        let last = self.last();
        self.first().series(1.day()).take_while(move |day| *day <= last)
    }

    /// Its grain; `None` for a span of days.
    pub fn grain(self) -> Option<Grain> {
        match self.0 {
            Shape::Hour(..) => Some(Grain::Hour),
            Shape::Whole(grain, _) => Some(grain),
            Shape::Days(..) => None,
        }
    }

    /// The instants it covers.
    pub fn bounds(self, zone: &Zone) -> Range<UnixSeconds> {
        match self.0 {
            Shape::Hour(hour, _) => hour.start().0..hour.end(),
            _ => zone.days(self.first(), self.last()),
        }
    }

    /// Divides it. Weeks are those whose Thursday lies in it, whole; every other grain must fit.
    pub fn split(self, grain: Grain, zone: &Zone) -> Result<Vec<Self>, BadPeriod> {
        match grain {
            Grain::Hour => Ok(self.hours(zone)),
            Grain::Week => {
                let thursdays = self.dates().filter(|day| day.weekday() == Weekday::Thursday);
                Ok(thursdays.map(|thursday| Self::of(Grain::Week, thursday)).collect())
            }
            _ => self.whole(grain),
        }
    }

    /// The one before it, of the same grain; `None` of hours and spans of days, and where the calendar begins.
    pub fn previous(self) -> Option<Self> {
        let grain = self.grain().filter(|grain| *grain != Grain::Hour)?;
        let day = self.first().yesterday().ok().filter(|day| day.year() >= FIRST_YEAR)?;
        Some(Self::of(grain, day))
    }

    /// What it is compared with: a week with the ISO week of the same number a year before, a day with the same day of
    /// that week, a month, quarter or year with the same one of the year before; a span of whole months, or else of whole
    /// weeks, with those. `None` where there is nothing alike: of a week 53, where the weeks are not as many, of hours,
    /// and of other spans.
    ///
    /// 52 weeks earlier is something else: it is another week after each year of 53.
    pub fn year_ago(self) -> Option<Self> {
        match self.0 {
            Shape::Hour(..) => None,
            Shape::Whole(Grain::Day, day) => Some(Self::of(Grain::Day, same_week_day(day)?)),
            Shape::Whole(Grain::Week, monday) => Some(Self::of(Grain::Week, same_week_day(monday)?)),
            Shape::Whole(grain, first) => {
                let first = first.checked_sub(1.year()).ok().filter(|day| day.year() >= FIRST_YEAR)?;
                Some(Self::of(grain, first))
            }
            Shape::Days(..) => self.ends_of(Grain::Month).or_else(|| self.ends_of(Grain::Week)),
        }
    }

    /// The span a year before of one that is made of whole weeks, or months: as many of them.
    fn ends_of(self, grain: Grain) -> Option<Self> {
        let parts = self.whole(grain).ok()?;
        let first = parts.first()?.year_ago()?;
        let last = parts.last()?.year_ago()?;
        let before = Self::days(first.first(), last.last())?;
        (before.whole(grain).ok()?.len() == parts.len()).then_some(before)
    }

    fn whole(self, grain: Grain) -> Result<Vec<Self>, BadPeriod> {
        let uneven = || BadPeriod::Uneven { period: self.to_string(), grain };
        let mut parts = Vec::new();
        let mut day = self.first();
        while day <= self.last() {
            let part = Self::of(grain, day);
            if part.first() != day || part.last() > self.last() {
                return Err(uneven());
            }
            day = part.last().tomorrow().map_err(|_| uneven())?;
            parts.push(part);
        }
        Ok(parts)
    }

    fn hours(self, zone: &Zone) -> Vec<Self> {
        let bounds = self.bounds(zone);
        let mut hours = Vec::new();
        let mut at = bounds.start;
        while at < bounds.end {
            let hour = zone.hour(at);
            hours.push(Self::hour(hour, zone));
            at = hour.end();
        }
        hours
    }
}

/// The same day of the ISO week of the same number a year before.
fn same_week_day(day: Date) -> Option<Date> {
    let week = day.iso_week_date();
    let before = ISOWeekDate::new(week.year() - 1, week.week(), week.weekday()).ok()?.date();
    (before.year() >= FIRST_YEAR).then_some(before)
}

fn first_day(grain: Grain, day: Date) -> Date {
    match grain {
        Grain::Hour => panic!("an hour is an instant, not a date"),
        Grain::Day => day,
        Grain::Week => day.iso_week_date().first_of_week().map_or(day, ISOWeekDate::date),
        Grain::Month => day.first_of_month(),
        Grain::Quarter => date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1),
        Grain::Year => day.first_of_year(),
    }
}

fn last_day(grain: Grain, first: Date) -> Date {
    match grain {
        Grain::Hour | Grain::Day => first,
        Grain::Week => first.saturating_add(6.days()),
        Grain::Month => first.last_of_month(),
        Grain::Quarter => first.saturating_add(2.months()).last_of_month(),
        Grain::Year => first.last_of_year(),
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.0 {
            Shape::Hour(hour, _) => hour.to_string(),
            Shape::Days(first, last) => format!("{first}..{last}"),
            Shape::Whole(Grain::Hour | Grain::Day, day) => day.to_string(),
            Shape::Whole(Grain::Week, day) => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Shape::Whole(Grain::Month, day) => format!("{:04}-{:02}", day.year(), day.month()),
            Shape::Whole(Grain::Quarter, day) => format!("{:04}-Q{}", day.year(), (day.month() - 1) / 3 + 1),
            Shape::Whole(Grain::Year, day) => format!("{:04}", day.year()),
        };
        f.pad(&label)
    }
}

impl FromStr for Period {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        match text.split_once("..") {
            None => single(text),
            Some((from, to)) => Self::days(single(from)?.first(), single(to)?.last())
                .ok_or_else(|| BadPeriod::Backwards(text.to_owned())),
        }
    }
}

fn single(text: &str) -> Result<Period, BadPeriod> {
    let malformed = || BadPeriod::Malformed(text.to_owned());
    let nonexistent = || BadPeriod::Nonexistent(text.to_owned());
    let number = |digits: &str, width: usize| -> Result<i16, BadPeriod> {
        let plain = digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit());
        if plain { digits.parse().map_err(|_| malformed()) } else { Err(malformed()) }
    };
    let (year, rest) = match text.split_once('-') {
        None => (text, None),
        Some((year, rest)) => (year, Some(rest)),
    };
    let year = number(year, 4)?;
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(nonexistent());
    }
    let day = |month: i16, day: i16| Date::new(year, month as i8, day as i8).map_err(|_| nonexistent());
    let Some(rest) = rest else { return Ok(Period::of(Grain::Year, day(1, 1)?)) };
    if let Some(week) = rest.strip_prefix('W') {
        let monday =
            ISOWeekDate::new(year, number(week, 2)? as i8, Weekday::Monday).map_err(|_| nonexistent())?;
        return if monday.date().year() < FIRST_YEAR {
            Err(nonexistent())
        } else {
            Ok(Period::of(Grain::Week, monday.date()))
        };
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        return match number(quarter, 1)? {
            quarter @ 1..=4 => Ok(Period::of(Grain::Quarter, day(quarter * 3 - 2, 1)?)),
            _ => Err(nonexistent()),
        };
    }
    match rest.split_once('-') {
        None => Ok(Period::of(Grain::Month, day(number(rest, 2)?, 1)?)),
        Some((month, of_month)) => Ok(Period::of(Grain::Day, day(number(month, 2)?, number(of_month, 2)?)?)),
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match text.parse::<Period>() {
            Ok(period) => format!("{period}: {}..={}", period.first(), period.last()),
            Err(why) => why.to_string(),
        }
    }

    fn split(text: &str, grain: Grain) -> String {
        let helsinki = Zone::new("Europe/Helsinki").unwrap();
        match text.parse::<Period>().unwrap().split(grain, &helsinki) {
            Ok(parts) => parts.iter().map(Period::to_string).collect::<Vec<_>>().join(" "),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn the_one_before() {
        let previous = |text: &str| {
            let before = text.parse::<Period>().unwrap().previous();
            before.map_or_else(|| "none".to_owned(), |before| before.to_string())
        };
        let periods = [
            "2021-W01",
            "2020-W24",
            "2020-01",
            "2020-Q1",
            "2020",
            "2020-03-01",
            "1970",
            "2020-06-01..2020-06-02",
        ];
        insta::assert_snapshot!(periods.map(previous).join(", "), @"2020-W53, 2020-W23, 2019-12, 2019-Q4, 2019, 2020-02-29, none, none");
    }

    #[test]
    fn a_year_before() {
        let before = |text: &str| {
            let before = text.parse::<Period>().unwrap().year_ago();
            before.map_or_else(|| "nothing alike".to_owned(), |before| check(&before.to_string()))
        };
        insta::assert_snapshot!(before("2020-W24"), @"2019-W24: 2019-06-10..=2019-06-16");
        insta::assert_snapshot!(before("2021-W01"), @"2020-W01: 2019-12-30..=2020-01-05");
        insta::assert_snapshot!(before("2020-W53"), @"nothing alike");
        insta::assert_snapshot!(before("2020-12-31"), @"nothing alike");
        insta::assert_snapshot!(before("2020-06-08"), @"2019-06-10: 2019-06-10..=2019-06-10");
        insta::assert_snapshot!(before("2020-06"), @"2019-06: 2019-06-01..=2019-06-30");
        insta::assert_snapshot!(before("2020-02"), @"2019-02: 2019-02-01..=2019-02-28");
        insta::assert_snapshot!(before("2020-Q2"), @"2019-Q2: 2019-04-01..=2019-06-30");
        insta::assert_snapshot!(before("2020"), @"2019: 2019-01-01..=2019-12-31");
        insta::assert_snapshot!(before("2020-W20..2020-W23"), @"2019-05-13..2019-06-09: 2019-05-13..=2019-06-09");
        insta::assert_snapshot!(before("2021-W51..2022-W02"), @"nothing alike");
        insta::assert_snapshot!(before("2020-W51..2021-W02"), @"nothing alike");
        insta::assert_snapshot!(before("2024-01..2024-06"), @"2023-01-01..2023-06-30: 2023-01-01..=2023-06-30");
        insta::assert_snapshot!(before("2020-05..2020-06"), @"2019-05-01..2019-06-30: 2019-05-01..=2019-06-30");
        insta::assert_snapshot!(before("2020-06-02..2020-06-05"), @"nothing alike");
        insta::assert_snapshot!(before("1970"), @"nothing alike");
    }

    #[test]
    fn every_way_to_write_a_period() {
        insta::assert_snapshot!(check("2020-W24"), @"2020-W24: 2020-06-08..=2020-06-14");
        insta::assert_snapshot!(check("2020-W53"), @"2020-W53: 2020-12-28..=2021-01-03");
        insta::assert_snapshot!(check("2020-06"), @"2020-06: 2020-06-01..=2020-06-30");
        insta::assert_snapshot!(check("2020-Q2"), @"2020-Q2: 2020-04-01..=2020-06-30");
        insta::assert_snapshot!(check("2020"), @"2020: 2020-01-01..=2020-12-31");
        insta::assert_snapshot!(check("2020-02-29"), @"2020-02-29: 2020-02-29..=2020-02-29");
        insta::assert_snapshot!(check("2020-W20..2020-W23"), @"2020-05-11..2020-06-07: 2020-05-11..=2020-06-07");
        insta::assert_snapshot!(check("2019..2020-Q1"), @"2019-01-01..2020-03-31: 2019-01-01..=2020-03-31");
    }

    #[test]
    fn what_the_calendar_has_not_is_refused() {
        insta::assert_snapshot!(check("2021-W53"), @"there is no 2021-W53");
        insta::assert_snapshot!(check("2021-02-29"), @"there is no 2021-02-29");
        insta::assert_snapshot!(check("2020-Q5"), @"there is no 2020-Q5");
        insta::assert_snapshot!(check("1969"), @"there is no 1969");
        insta::assert_snapshot!(check("2020-06..2020-05"), @"2020-06..2020-05 ends before it begins");
        insta::assert_snapshot!(check("June"), @r#""June" is no period; write 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B with any two of them"#);
        insta::assert_snapshot!(check("2020-6"), @r#""2020-6" is no period; write 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B with any two of them"#);
    }

    #[test]
    fn weeks_belong_where_their_thursday_is() {
        insta::assert_snapshot!(split("2020-12", Grain::Week), @"2020-W49 2020-W50 2020-W51 2020-W52 2020-W53");
        insta::assert_snapshot!(split("2021-01", Grain::Week), @"2021-W01 2021-W02 2021-W03 2021-W04");
        assert_eq!(split("2020", Grain::Week).split(' ').count(), 53);
    }

    #[test]
    fn other_grains_must_fit() {
        insta::assert_snapshot!(split("2020", Grain::Quarter), @"2020-Q1 2020-Q2 2020-Q3 2020-Q4");
        insta::assert_snapshot!(split("2020-W24", Grain::Month), @"2020-W24 is not made of whole months");
        insta::assert_snapshot!(split("2020-06-08..2020-06-09", Grain::Day), @"2020-06-08 2020-06-09");
    }

    #[test]
    fn days_of_a_clock_change_have_their_own_hours() {
        assert_eq!(split("2020-03-29", Grain::Hour).split(' ').count(), 23);
        let autumn = split("2020-10-25", Grain::Hour);
        assert_eq!(autumn.split(' ').count(), 25);
        assert!(autumn.contains("2020-10-25T03+03:00 2020-10-25T03+02:00"));
    }
}
