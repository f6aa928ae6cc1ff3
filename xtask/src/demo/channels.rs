//! What the statistics of June 2020 said of every other channel: visits, appointments, call backs, scores, openings,
//! and applications made online.
//!
//! [`said`] asks jono, [`documents`](super::documents) counts the same in the documents by other means.

use anyhow::Context;
use jiff::civil::Date;
use serde_json::Value;

use crate::{jono::Jono, table};

/// What is told, and what of it.
pub(super) type Line = (&'static str, String);

/// The channels of the survey.
pub(super) const SURVEYED: [&str; 3] = ["service_point", "phone", "phone_appointment"];
/// What is not told apart by service.
const SERVICE: &str = "benefits";

/// The lines as a table.
pub(super) fn table(lines: &[Line]) -> String {
    let rows = lines.iter().map(|(what, value)| [(*what).to_owned(), value.clone()]);
    table::table(["other channels, 2020", ""], 1, rows)
}

/// What jono says, today being this day.
pub(super) fn said(jono: &Jono, scrape: &str, today: Date) -> anyhow::Result<Vec<Line>> {
    let whole = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    let days = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} days", value / 86_400.0))
    };
    let mut lines = Vec::new();
    for (what, period) in VISITS {
        lines.push((what, whole(visits(jono, period)?)));
    }
    for (what, period) in
        [("phone appointment, week 24 of 2019", "2019-W24"), ("phone appointment, week 24", "2020-W24")]
    {
        let row = one(
            jono,
            &["--measure", "appointment_lead", "--channel", "phone_appointment"],
            period,
            "published",
        )?;
        lines.push((what, days(row["value"].as_f64())));
    }
    let none =
        ["--measure", "appointment_available_ratio", "--channel", "visit_appointment", "--unit", "north"];
    let none = one(jono, &none, "2020-W23..2020-W24", "counted")?;
    lines.push(("visits to the north, mornings with none free", difference(&none)?));
    for (what, measure) in CALLBACKS {
        let of = [
            "--measure",
            measure,
            "--channel",
            "callback",
            "--unit",
            "south",
            "--service",
            "social_assistance",
        ];
        lines.push((what, whole(one(jono, &of, "2020-W23..2020-W25", "counted")?["value"].as_f64())));
    }
    lines.push((PENDING, sample(scrape, "jono_callbacks_pending{channel=\"callback\",unit=\"south\"")?));
    for (channel, [then, now]) in SURVEYED.into_iter().zip(SCORES) {
        let of = ["--measure", "score", "--channel", channel];
        lines.push((then, score(&one(jono, &of, "2019-Q2", "published")?)));
        lines.push((now, score(&one(jono, &of, "2020-Q2", "counted")?)));
    }
    let states = ["open", "reduced", "closed"].map(|state| {
        sample(scrape, &format!("jono_service_points{{channel=\"service_point\",state=\"{state}\""))
    });
    let [open, reduced, closed] = states;
    lines.push((POINTS, format!("{} / {} / {} on {today}", open?, reduced?, closed?)));
    let online = ["--measure", "online_ratio", "--unit", "country"];
    let online = jono.readings(&[&online[..], &["--period", "2020-06", "--basis", "published"]].concat())?;
    let online = online.first().and_then(|row| row["value"].as_f64());
    lines.push((ONLINE, online.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))));
    Ok(lines)
}

/// Which weeks make up what is told of visits.
pub(super) const VISITS: [(&str, &str); 4] = [
    ("visits a week, February", "2020-W06..2020-W09"),
    ("visits a week, April", "2020-W14..2020-W18"),
    ("visits, week 23", "2020-W23..2020-W23"),
    ("visits, week 24", "2020-W24..2020-W24"),
];
/// What is told of call backs, by the measure that says it.
pub(super) const CALLBACKS: [(&str, &str); 5] = [
    ("call backs offered", "callbacks_offered"),
    ("call backs accepted", "callbacks_accepted"),
    ("call backs, first call within the hour", "promises_kept"),
    ("call backs, late", "promises_late"),
    ("call backs, reached", "callbacks_reached"),
];
pub(super) const PENDING: &str = "call backs, pending";
/// Of each channel, the scores of both years.
pub(super) const SCORES: [[&str; 2]; 3] = [
    ["score of service points, Q2/2019", "score of service points, Q2/2020"],
    ["score of the phone service, Q2/2019", "score of the phone service, Q2/2020"],
    ["score of phone appointments, Q2/2019", "score of phone appointments, Q2/2020"],
];
pub(super) const POINTS: &str = "service points open / reduced / closed";
pub(super) const ONLINE: &str = "applications made online, June";

/// The mean of some weeks.
fn visits(jono: &Jono, period: &str) -> anyhow::Result<Option<f64>> {
    let asked = ["--measure", "contacts", "--channel", "service_point", "--unit", "kela", "--service", "all"];
    let rows =
        jono.readings(&[&asked[..], &["--period", period, "--by", "week", "--basis", "tallied"]].concat())?;
    let weeks = rows.iter().map(|row| row["value"].as_f64()).collect::<Option<Vec<_>>>();
    Ok(weeks.filter(|weeks| !weeks.is_empty()).map(|weeks| weeks.iter().sum::<f64>() / weeks.len() as f64))
}

/// The one row of a question, of all units together unless it names one.
fn one(jono: &Jono, asked: &[&str], period: &str, basis: &str) -> anyhow::Result<Value> {
    let mut asked = [asked, &["--period", period, "--basis", basis]].concat();
    for (name, usual) in [("--unit", "kela"), ("--service", SERVICE)] {
        if !asked.contains(&name) {
            asked.extend([name, usual]);
        }
    }
    let rows = jono.readings(&asked)?;
    rows.into_iter().next().with_context(|| format!("nothing is said about {asked:?}"))
}

/// Of how many more than of which it is true.
fn difference(row: &Value) -> anyhow::Result<String> {
    let part = |key: &str| row[key].as_u64().with_context(|| format!("{row} has no {key}"));
    Ok((part("denominator")? - part("numerator")?).to_string())
}

/// A mean, its interval if there is one, how many gave it, and the mark of a round that is not final.
fn score(row: &Value) -> String {
    let Some(mean) = row["value"].as_f64() else { return "–".to_owned() };
    let interval = row["low"].as_f64().zip(row["high"].as_f64());
    let answers = row["denominator"].as_u64();
    written_score(mean, interval, answers, row["state"] == "provisional")
}

pub(super) fn written_score(
    mean: f64,
    interval: Option<(f64, f64)>,
    answers: Option<u64>,
    is_provisional: bool,
) -> String {
    let interval = interval.map_or_else(String::new, |(low, high)| format!(" ({low:.2}–{high:.2})"));
    let answers = answers.map_or_else(String::new, |answers| format!(", n = {answers}"));
    format!("{}{mean:.2}{interval}{answers}", if is_provisional { "* " } else { "" })
}

/// The value of the one sample that begins so.
fn sample(scrape: &str, beginning: &str) -> anyhow::Result<String> {
    let line = scrape.lines().find(|line| line.starts_with(beginning));
    let value = line.and_then(|line| line.rsplit_once(' ')).map(|(_, value)| value.to_owned());
    value.with_context(|| format!("/metrics does not show {beginning}"))
}
