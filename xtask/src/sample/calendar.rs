//! When people call: the weight of every hour of the span.
//!
//! A weight of 1 is an ordinary open hour. The day has its two peaks, Monday is the busiest day, the turn of a month is
//! busy, July is quiet, and every year brings some more calls. Outside the opening hours and on Finnish holidays few
//! call, but some do.

use std::{collections::BTreeSet, str::FromStr};

use anyhow::{Context, ensure};
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use jono_domain::calendar::{Calendar as Workdays, Country};

const HOUR: i64 = 3600;
/// How many call in an hour in which nobody is expected to answer.
const CLOSED: f64 = 0.015;
/// Around a change of the clock more call than would at night: small logs are to test those hours too.
const CLOCK_CHANGE: f64 = 0.3;
/// From opening to closing: a peak before noon, a smaller one after lunch.
const DAY: [f64; 10] = [0.9, 1.35, 1.45, 1.2, 0.95, 1.05, 1.15, 0.95, 0.65, 0.35];

/// Local opening hours, such as `8-18`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    from: i8,
    to: i8,
}

impl FromStr for Open {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (from, to) = text.split_once('-').context("opening hours are written like 8-18")?;
        let open = Self { from: from.parse()?, to: to.parse()? };
        ensure!(
            0 <= open.from && open.from < open.to && open.to <= 24,
            "{text} are no opening hours of a day"
        );
        Ok(open)
    }
}

/// An hour of the span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hour {
    pub(super) weight: f64,
    pub(super) open: bool,
}

/// The hours of a span of whole local days.
#[derive(Debug)]
pub(super) struct Calendar {
    start: u64,
    hours: Vec<Hour>,
}

impl Calendar {
    /// The days from `first` up to, but not including, `end`.
    pub(super) fn new(first: Date, end: Date, zone: &TimeZone, open: Open) -> anyhow::Result<Self> {
        let midnight = |day: Date| -> anyhow::Result<i64> {
            let at =
                zone.to_timestamp(day.at(0, 0, 0, 0)).with_context(|| format!("{day} has no midnight"))?;
            Ok(at.as_second())
        };
        let (start, end) = (midnight(first)?, midnight(end)?);
        let stamp = |at| Timestamp::from_second(at).expect("the span lies inside jiff's range");
        let offset = |at| zone.to_offset(stamp(at)).seconds();
        let mut hours = Vec::with_capacity(usize::try_from((end - start) / HOUR + 1)?);
        let workdays = Workdays::new(Some(Country::Finland), BTreeSet::new(), BTreeSet::new());
        let (mut day, mut day_weight) = (Date::MIN, None);
        for at in (start..end).step_by(3600) {
            let local = zone.to_datetime(stamp(at));
            if day != local.date() {
                day = local.date();
                day_weight = workdays.is_workday(day).then(|| weight_of_day(day));
            }
            let trend = 1.0 + 0.04 * (at - start) as f64 / (365.25 * 24.0 * HOUR as f64);
            let is_open = (open.from..open.to).contains(&local.hour());
            hours.push(match day_weight.filter(|_| is_open) {
                Some(weight) => {
                    let [passed, all] = [local.hour() - open.from, open.to - open.from]
                        .map(|hours| usize::from(hours.unsigned_abs()));
                    let shape = DAY[passed * DAY.len() / all];
                    Hour { weight: shape * weight * trend, open: true }
                }
                None if offset(at - 6 * HOUR) != offset(at + 6 * HOUR) => {
                    Hour { weight: CLOCK_CHANGE, open: false }
                }
                None => Hour { weight: CLOSED * trend, open: false },
            });
        }
        Ok(Self { start: u64::try_from(start)?, hours })
    }

    /// When the first hour begins, in seconds since 1970.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    /// When that hour of the span begins, in milliseconds since [`Calendar::start`].
    pub(super) const fn begins(hour: usize) -> u64 {
        hour as u64 * 3_600_000
    }

    /// When the last hour ends, in milliseconds since [`Calendar::start`].
    pub(super) const fn end(&self) -> u64 {
        Self::begins(self.hours.len())
    }

    pub(super) fn hour(&self, hour: usize) -> Option<Hour> {
        self.hours.get(hour).copied()
    }

    /// The sum of all weights.
    pub(super) fn weight(&self) -> f64 {
        self.hours.iter().map(|hour| hour.weight).sum()
    }
}

fn weight_of_day(day: Date) -> f64 {
    let of_week = match day.weekday() {
        Weekday::Monday => 1.3,
        Weekday::Tuesday => 1.1,
        Weekday::Wednesday => 1.0,
        Weekday::Thursday => 0.95,
        Weekday::Friday => 0.85,
        Weekday::Saturday | Weekday::Sunday => 0.0,
    };
    let of_month = if day.day() <= 3 || day.day() >= day.days_in_month() - 1 { 1.3 } else { 1.0 };
    let of_year = if day.month() == 7 { 0.8 } else { 1.0 };
    of_week * of_month * of_year
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(first: Date) -> String {
        let zone = TimeZone::get("Europe/Helsinki").unwrap();
        let calendar =
            Calendar::new(first, first.tomorrow().unwrap(), &zone, "8-18".parse().unwrap()).unwrap();
        let hours = calendar
            .hours
            .iter()
            .map(|hour| format!("{:.2}{}", hour.weight, if hour.open { "*" } else { "" }));
        hours.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_busy_monday_a_holiday_and_the_day_that_has_25_hours() {
        insta::assert_snapshot!(check(date(2020, 6, 1)), @"0.01 0.02 0.02 0.02 0.02 0.02 0.02 0.02 1.52* 2.28* 2.45* 2.03* 1.61* 1.77* 1.94* 1.61* 1.10* 0.59* 0.02 0.02 0.02 0.02 0.02 0.02");
        insta::assert_snapshot!(check(date(2020, 1, 6)), @"0.01 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02");
        insta::assert_snapshot!(check(date(2020, 10, 25)), @"0.30 0.30 0.30 0.30 0.30 0.30 0.30 0.30 0.30 0.30 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02 0.02");
    }

    #[test]
    fn opening_hours_that_are_none() {
        let check = |text: &str| text.parse::<Open>().unwrap_err().to_string();
        insta::assert_snapshot!(check("8"), @"opening hours are written like 8-18");
        insta::assert_snapshot!(check("18-8"), @"18-8 are no opening hours of a day");
    }
}
