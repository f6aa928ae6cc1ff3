//! The hours of a week, as they are written: a strict subset of OpenStreetMap's `opening_hours`
//! (<https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification>), so that hours can be taken from there.
//!
//! ```text
//! Mo-Fr 09:00-16:00
//! Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00
//! Mo,We 09:00-15:00
//! Mo-Su 08:00-20:00; Sa off
//! 24/7
//! ```
//!
//! Rules are separated by semicolons, and a later one overrides earlier ones of the same day. A rule is days and
//! hours, days and `off`, or `24/7`; a day that no rule names is off. Days are `Mo` to `Su`, ranges of them, which may
//! pass Sunday, and lists. Hours are intervals from `hh:mm` to `hh:mm`, up to `24:00`, in the order of the day.
//!
//! Refused are dates, public holidays, comments, `sunrise`, open ends, and hours past midnight: those are written for
//! each of the two days.

use std::{fmt, ops::Range, str::FromStr};

use jiff::civil::Weekday;
use thiserror::Error;

/// The hours of a week, from Monday on: of each day, from when to when, in minutes after midnight of local time.
///
/// Invariant: of each day the intervals ascend, none is empty, none begins before the one before it has ended, and
/// none ends after 24:00.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeekHours([Vec<Range<u16>>; 7]);

/// Hours that were refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadHours {
    /// Neither days with hours nor all of the week.
    #[error(
        "{0:?} says no hours; write such as Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00; Sa off, or 24/7"
    )]
    Rule(String),
    /// No day of the week.
    #[error("{0:?} is no day; the days are {list}", list = DAYS.join(", "))]
    Day(String),
    /// No two times of a day.
    #[error("{0:?} is no interval of hours such as 09:00-16:00, up to 24:00")]
    Interval(String),
    /// It ends on the next day, or when it begins.
    #[error("{0} ends no later than it begins; what goes past midnight is written for each of the two days")]
    PastMidnight(String),
    /// Intervals that overlap, or not in the order of the day.
    #[error("{0} begins before the interval in front of it has ended")]
    Order(String),
}

#[cfg(feature = "serde")]
impl serde::Serialize for WeekHours {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for WeekHours {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The days as they are written, from Monday on.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A day in minutes.
const DAY: u16 = 24 * 60;

/// From midnight to midnight.
const ALWAYS: Range<u16> = 0..DAY;

impl WeekHours {
    /// From when to when it is open on that day, in minutes after midnight; none if it is closed.
    pub fn on(&self, day: Weekday) -> &[Range<u16>] {
        &self.0[usize::from(day.to_monday_zero_offset().unsigned_abs())]
    }

    /// How many minutes it is open on that day.
    pub fn minutes(&self, day: Weekday) -> u32 {
        minutes(self.on(day))
    }
}

/// How many minutes there are in intervals that do not overlap.
pub(super) fn minutes(hours: &[Range<u16>]) -> u32 {
    hours.iter().map(|open| u32::from(open.end - open.start)).sum()
}

impl FromStr for WeekHours {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let mut week = Self::default();
        for rule in text.split(';').map(str::trim) {
            let (days, hours) = parse_rule(rule)?;
            days.into_iter().for_each(|day| week.0[day].clone_from(&hours));
        }
        Ok(week)
    }
}

/// The days, counted from Monday, and their hours.
fn parse_rule(rule: &str) -> Result<(Vec<usize>, Vec<Range<u16>>), BadHours> {
    if rule == "24/7" {
        return Ok(((0..7).collect(), vec![ALWAYS]));
    }
    let (days, hours) = rule.split_once(' ').ok_or_else(|| BadHours::Rule(rule.to_owned()))?;
    let days = days.split(',').map(parse_days).collect::<Result<Vec<_>, _>>()?.concat();
    let hours = match hours.trim_start() {
        "off" => vec![],
        hours => parse_hours(hours)?,
    };
    Ok((days, hours))
}

fn parse_days(text: &str) -> Result<Vec<usize>, BadHours> {
    let day =
        |name: &str| DAYS.iter().position(|day| *day == name).ok_or_else(|| BadHours::Day(name.to_owned()));
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    let following = (last + 7 - first) % 7;
    Ok((0..=following).map(|days| (first + days) % 7).collect())
}

fn parse_hours(text: &str) -> Result<Vec<Range<u16>>, BadHours> {
    let mut hours = Vec::<Range<u16>>::new();
    for written in text.split(',') {
        let ends = written.split_once('-').and_then(|(from, to)| Some((parse_time(from)?, parse_time(to)?)));
        let (start, end) = ends.ok_or_else(|| BadHours::Interval(written.to_owned()))?;
        if end <= start {
            return Err(BadHours::PastMidnight(written.to_owned()));
        }
        if hours.last().is_some_and(|before| start < before.end) {
            return Err(BadHours::Order(written.to_owned()));
        }
        hours.push(start..end);
    }
    Ok(hours)
}

/// `hh:mm` from 00:00 to 24:00, in minutes after midnight.
fn parse_time(text: &str) -> Option<u16> {
    let two_digits = |part: &str| {
        let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_plain { part.parse::<u16>().ok() } else { None }
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    (minute < 60 && hour * 60 + minute <= DAY).then_some(hour * 60 + minute)
}

/// The one way in which hours are written again: days with the same hours in a row together, days that are off left
/// out, a week without hours as `Mo-Su off`.
impl fmt::Display for WeekHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.iter().all(|hours| *hours == [ALWAYS]) {
            return f.pad("24/7");
        }
        let mut rules = Vec::new();
        let mut first = 0;
        for same in self.0.chunk_by(|one, next| one == next) {
            let last = first + same.len() - 1;
            if let Some(hours) = same.first().filter(|hours| !hours.is_empty()) {
                let days = if first == last {
                    DAYS[first].to_owned()
                } else {
                    format!("{}-{}", DAYS[first], DAYS[last])
                };
                let hours = hours.iter().map(|open| format!("{}-{}", time(open.start), time(open.end)));
                rules.push(format!("{days} {}", hours.collect::<Vec<_>>().join(",")));
            }
            first = last + 1;
        }
        if rules.is_empty() { f.pad(CLOSED) } else { f.pad(&rules.join("; ")) }
    }
}

/// A week without hours.
const CLOSED: &str = "Mo-Su off";

fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match text.parse::<WeekHours>() {
            Ok(hours) => hours.to_string(),
            Err(why) => why.to_string(),
        }
    }

    #[test]
    fn hours_as_openstreetmap_writes_them() {
        insta::assert_snapshot!(check("Mo-Fr 09:00-16:00"), @"Mo-Fr 09:00-16:00");
        insta::assert_snapshot!(check("Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00"), @"Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00");
        insta::assert_snapshot!(check("Mo,We 09:00-15:00"), @"Mo 09:00-15:00; We 09:00-15:00");
        insta::assert_snapshot!(check("Sa-Mo,We 00:00-24:00"), @"Mo 00:00-24:00; We 00:00-24:00; Sa-Su 00:00-24:00");
        insta::assert_snapshot!(check("24/7"), @"24/7");
        insta::assert_snapshot!(check("Sa off"), @"Mo-Su off");
    }

    #[test]
    fn a_later_rule_overrides_earlier_ones_of_the_same_day() {
        insta::assert_snapshot!(check("Mo-Su 09:00-16:00; Fr 10:00-14:00;Sa,Su off"), @"Mo-Th 09:00-16:00; Fr 10:00-14:00");
        insta::assert_snapshot!(check("Fr 10:00-14:00; Mo-Fr 09:00-16:00"), @"Mo-Fr 09:00-16:00");
        insta::assert_snapshot!(check("Mo off; 24/7"), @"24/7");
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        insta::assert_snapshot!(check(""), @r#""" says no hours; write such as Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00; Sa off, or 24/7"#);
        insta::assert_snapshot!(check("Mo-Fr 09:00-16:00;"), @r#""" says no hours; write such as Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00; Sa off, or 24/7"#);
        insta::assert_snapshot!(check("PH off"), @r#""PH" is no day; the days are Mo, Tu, We, Th, Fr, Sa, Su"#);
        insta::assert_snapshot!(check("Mo-Fr 9:00-16:00"), @r#""9:00-16:00" is no interval of hours such as 09:00-16:00, up to 24:00"#);
        insta::assert_snapshot!(check("Mo 09:00-24:01"), @r#""09:00-24:01" is no interval of hours such as 09:00-16:00, up to 24:00"#);
        insta::assert_snapshot!(check("Mo 09:00-16:60"), @r#""09:00-16:60" is no interval of hours such as 09:00-16:00, up to 24:00"#);
        insta::assert_snapshot!(check("Mo 09:00+"), @r#""09:00+" is no interval of hours such as 09:00-16:00, up to 24:00"#);
        insta::assert_snapshot!(check("Fr 22:00-02:00"), @"22:00-02:00 ends no later than it begins; what goes past midnight is written for each of the two days");
        insta::assert_snapshot!(check("Fr 09:00-12:00,11:00-16:00"), @"11:00-16:00 begins before the interval in front of it has ended");
    }

    #[test]
    fn minutes_of_a_day() {
        let hours: WeekHours = "Mo-Th 09:00-12:00,13:00-16:00; Su 00:00-24:00".parse().unwrap();
        let minutes = [Weekday::Monday, Weekday::Friday, Weekday::Sunday].map(|day| hours.minutes(day));
        assert_eq!(minutes, [360, 0, 1440]);
        assert_eq!(hours.on(Weekday::Thursday), [540..720, 780..960]);
    }

    /// Any hours of a week, touching intervals and whole days included.
    fn week_hours() -> impl Strategy<Value = WeekHours> {
        let gaps_and_lengths = prop::collection::vec((0..300_u16, 1..=DAY), 0..4);
        let day = prop_oneof![gaps_and_lengths, Just(vec![(0, DAY)])].prop_map(|intervals| {
            let mut now = 0;
            let ranges = intervals.into_iter().map(|(gap, length)| {
                let range = now + gap..now + gap + length;
                now = range.end;
                range
            });
            ranges.take_while(|range| range.end <= DAY).collect::<Vec<_>>()
        });
        // Few different days, so that many are the same.
        (prop::collection::vec(day, 3), prop::array::uniform7(0..3_usize))
            .prop_map(|(days, which)| WeekHours(which.map(|which| days[which].clone())))
    }

    proptest! {
        #[test]
        fn written_and_read_again_they_are_the_same(hours in week_hours()) {
            prop_assert_eq!(hours.to_string().parse(), Ok(hours));
        }

        #[test]
        fn any_text_gives_an_answer_that_stays(words in prop::collection::vec(prop::sample::select(vec![
            "Mo", "We", "Su", "-", ",", ";", " ", "off", "24/7", "08:00-12:00", "12:00-24:00", "23:59", "ä",
        ]), 0..9)) {
            if let Ok(hours) = words.concat().parse::<WeekHours>() {
                prop_assert!(hours.0.iter().all(|day| day.is_sorted_by(|one, next| one.end <= next.start)));
                prop_assert!(hours.0.iter().flatten().all(|open| open.start < open.end && open.end <= DAY));
                prop_assert_eq!(hours.to_string().parse(), Ok(hours));
            }
        }
    }
}
