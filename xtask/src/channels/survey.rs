//! `survey-2020.csv.gz`: every answer of the round Q2/2020, as many as Kela had had by then: 785 of service points, 2085
//! of the phone service, 501 of phone appointments.
//!
//! `survey-rounds.csv`: mean scores of the rounds from Q2/2017 to Q1/2020, as published, by channel and by unit.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{
    Seed,
    points::{OPENING, POINTS, Spring, TICKETED, UNITS},
    rows::{Rows, instant, shown},
    visits::shares,
};
use crate::draw::{Draw, whole};

/// The channels, how many answered, and how content they were: the mean of all before chance.
const CHANNELS: [(&str, u32, f64); 3] =
    [("service_point", 785, 8.7), ("phone", 2085, 8.4), ("phone_appointment", 501, 8.9)];
/// Who answers the phone, and how much of it.
const BY_PHONE: [(&str, f64); 10] = [
    ("contact_centre", 30.0),
    ("south", 11.0),
    ("east", 10.0),
    ("central", 10.0),
    ("west", 10.0),
    ("north", 9.0),
    ("capital", 12.0),
    ("international_affairs", 4.0),
    ("recovery", 2.0),
    ("interpreting", 2.0),
];
/// The last day of which there are answers.
const LAST: Date = date(2020, 6, 26);

pub(super) fn answers(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("answers");
    let mut answers = Vec::new();
    for (channel, count, content) in CHANNELS {
        let units = of_channel(channel);
        let sizes: Vec<_> = units.iter().map(|(_, _, size)| *size).collect();
        for ((unit, since, _), answered) in units.iter().zip(shares(count, &sizes)) {
            let days = since.until(LAST)?.get_days().unsigned_abs();
            for _ in 0..answered {
                let day = since.checked_add(i64::from(draw.between(0, days)).days())?;
                let at = instant(day.at(8, 0, 0, 0))? + i64::from(draw.between(0, 43_199));
                answers.push((at, channel, *unit, score(&mut draw, content)));
            }
        }
    }
    answers.sort_unstable();
    let mut rows = Rows::new(",", &["answered", "channel", "unit", "score"]);
    for (at, channel, unit, score) in answers {
        rows.push(&[&shown(Some(at))?, channel, unit, &score.to_string()])?;
    }
    rows.gzip()
}

/// Who is asked about, since when in the quarter, and how many come there.
fn of_channel(channel: &str) -> Vec<(&'static str, Date, f64)> {
    let quarter = date(2020, 4, 1);
    match channel {
        "service_point" => {
            let since = |spring| match spring {
                Spring::Reduced => quarter,
                Spring::ClosedUntil(opens) => opens,
            };
            let points = POINTS.iter().chain(&TICKETED);
            points.map(|point| (point.unit, since(point.spring), f64::from(point.size))).collect()
        }
        "phone" => BY_PHONE.map(|(unit, size)| (unit, quarter, size)).into(),
        _ => UNITS.map(|unit| (unit, quarter, 1.0)).into(),
    }
}

/// Most give a ten, a nine or an eight, fewer give less, and a few are angry.
fn score(draw: &mut Draw, content: f64) -> u32 {
    const ANGRY: f64 = 0.04;
    if draw.chance(ANGRY) {
        return draw.between(0, 4);
    }
    // What the angry take away, the others give.
    let below = 10.0 - (content - ANGRY * 2.0) / (1.0 - ANGRY);
    let lost = draw.exponential() * (below + 0.45) - 0.45;
    10 - whole(lost.clamp(0.0, 5.0).round()) as u32
}

pub(super) fn rounds(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("rounds");
    let mut rows = Rows::new(";", &["round", "channel", "unit", "score", "answers"]);
    let first = OPENING.with().year(2017).month(4).day(1).build()?;
    for round in 0..12_i8 {
        let quarter = first.checked_add((i64::from(round) * 3).months())?;
        let name = format!("{}-Q{}", quarter.year(), (quarter.month() + 2) / 3);
        // Slowly better, year by year.
        let slope = f64::from(round) * 0.02 - 0.3;
        let mut row = |channel: &str, unit: &str, content: f64, answers: u32| {
            let mean = (content + slope + (draw.unit() - 0.5) * 0.2).clamp(0.0, 10.0);
            let answers = answers + draw.between(0, answers / 4);
            // A decimal comma, as in Finnish spreadsheets.
            let mean = format!("{mean:.2}").replace('.', ",");
            rows.push(&[&name, channel, unit, &mean, &answers.to_string()])
        };
        for (channel, count, content) in CHANNELS {
            row(channel, "kela", content, count)?;
        }
        for (unit, size) in BY_PHONE {
            row("phone", unit, 8.4, whole(size * 20.0) as u32)?;
        }
    }
    Ok(rows.bytes())
}
