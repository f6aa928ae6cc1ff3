//! `appointments.csv`: a look into every unit's appointment books each morning of weeks 23 and 24 of 2020. By phone an
//! appointment is to be had in about two days; the north had no visit to offer on some days, which is no number of days.
//!
//! `appointments-weekly.csv`: the same by the week, as published: means of weeks 6 to 26 of both years.

use jiff::{
    ToSpan,
    civil::{Weekday, date},
};

use super::{Seed, points::UNITS, rows::Rows};
use crate::draw::Draw;

/// How many days ahead the books reach.
const HORIZON: u32 = 28;
/// Mornings, counted from the first, on which the north had nothing left.
const NOTHING_LEFT: std::ops::RangeInclusive<i32> = 3..=8;
/// The channels, and how many days ahead the first free one usually is, in 2019 and in 2020.
const CHANNELS: [(&str, [f64; 2]); 2] =
    [("phone_appointment", [4.0, 2.0]), ("visit_appointment", [6.0, 5.0])];

pub(super) fn daily(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("appointments");
    let mut rows = Rows::new(",", &["seen", "channel", "unit", "first_free", "days_shown"]);
    for (morning, day) in (0..).zip(date(2020, 6, 1).series(1.day()).take(14)) {
        for (channel, _) in CHANNELS {
            for unit in UNITS {
                let is_left =
                    !(unit == "north" && channel == "visit_appointment" && NOTHING_LEFT.contains(&morning));
                let ahead = ahead(&mut draw, channel);
                let mut free = day.checked_add(i64::from(ahead).days())?;
                // Nobody is served at the weekend.
                while matches!(free.weekday(), Weekday::Saturday | Weekday::Sunday) {
                    free = free.tomorrow()?;
                }
                let free = if is_left { free.to_string() } else { String::new() };
                rows.push(&[&format!("{day} 06:00"), channel, unit, &free, &HORIZON.to_string()])?;
            }
        }
    }
    Ok(rows.bytes())
}

/// How many days ahead the first free appointment is, if no weekend is in between.
fn ahead(draw: &mut Draw, channel: &str) -> u32 {
    if channel == "phone_appointment" { draw.pick(&[1, 1, 2, 2, 2]) } else { draw.between(2, 6) }
}

pub(super) fn weekly(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("appointments by the week");
    let mut rows = Rows::new(";", &["year", "week", "channel", "unit", "days"]);
    for (place, year) in [2019, 2020].into_iter().enumerate() {
        for week in 6..=26 {
            for (channel, usual) in CHANNELS {
                for unit in UNITS {
                    let days = draw.lognormal(usual[place], 0.15);
                    rows.push(&[&year.to_string(), &week.to_string(), channel, unit, &format!("{days:.1}")])?;
                }
                // Of the country as a whole it is published too: it is no mean of the units' means.
                let days = format!("{:.1}", usual[place]);
                rows.push(&[&year.to_string(), &week.to_string(), channel, "kela", &days])?;
            }
        }
    }
    Ok(rows.bytes())
}
