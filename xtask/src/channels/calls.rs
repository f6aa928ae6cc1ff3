//! `calls-weekly.csv`: calls of all queues together by the week, and how many were answered: weeks 6 to 22 of both years,
//! before the exchange's log begins. Short weeks have fewer, and more were answered as 2020 went on.

use jiff::civil::{ISOWeekDate, Weekday};
use jono_domain::{
    Grain, Period,
    calendar::{Calendar, Country},
};

use super::{Seed, rows::Rows};
use crate::draw::whole;

/// The weeks of both years.
const WEEKS: std::ops::RangeInclusive<i8> = 6..=22;

/// Calls of a working day; of each year the share that was answered in the first week, and in the last.
const CALLS: f64 = 186.0;
const ANSWERED: [(i16, f64, f64); 2] = [(2019, 0.80, 0.82), (2020, 0.77, 0.89)];

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("calls-weekly");
    let calendar = Calendar::new(Some(Country::Finland), [].into(), [].into());
    let mut rows = Rows::new(";", &["week", "calls", "answered"]);
    for (year, first, last) in ANSWERED {
        for week in WEEKS {
            let monday = ISOWeekDate::new(year, week, Weekday::Monday)?.date();
            let workdays = calendar.workdays(Period::of(Grain::Week, monday));
            let calls = whole(draw.lognormal(CALLS * f64::from(workdays), 0.03));
            let passed = f64::from(week - WEEKS.start()) / f64::from(WEEKS.end() - WEEKS.start());
            let share = first + (last - first) * passed + (draw.unit() - 0.5) * 0.02;
            let answered = whole(calls as f64 * share);
            rows.push(&[&format!("{year}-W{week:02}"), &calls.to_string(), &answered.to_string()])?;
        }
    }
    Ok(rows.bytes())
}
