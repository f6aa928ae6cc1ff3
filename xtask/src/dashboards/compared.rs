//! Values that panels show, held against `jono readings`: panels of every kind, and what the statistics of June 2020 said.

use anyhow::Context;
use jiff::civil::{Date, date};

use super::{
    asked::{Window, ask, midnight},
    model::Dashboard,
    stage::Stage,
    words::Language,
};
use crate::{prometheus::ranges::Answer, table::table};

/// What a panel shows, and the question that has the same answer.
struct Case {
    what: &'static str,
    dashboard: &'static str,
    /// How the panel's title begins.
    panel: &'static str,
    query: usize,
    days: [Date; 2],
    /// Of which series of the answer.
    of: &'static [(&'static str, &'static str)],
    at: At,
    readings: &'static [&'static str],
    /// The part of a reading, such as its value.
    part: &'static str,
    /// What may differ, as a share: nothing but rounding, or what `increase` and `rate` extrapolate.
    tolerance: f64,
}

/// Which points of an answer.
#[derive(Clone, Copy)]
enum At {
    /// The one at local midnight of a day; in winter an hour before it, where a range ends in summer.
    Day(Date),
    /// The last.
    End,
    /// All but the first, added up: hours of a day.
    Sum,
}

const HOUR: i64 = 3600;
const EXACT: f64 = 1e-9;
const EXTRAPOLATED: f64 = 0.02;
const YEARS: [Date; 2] = [date(2019, 1, 1), date(2020, 6, 16)];
const ALL: [&str; 4] = ["--unit", "kela", "--service", "all"];
const TALLIED: &[(&str, &str)] = &[("basis", "tallied")];
const PHONE: &[(&str, &str)] = &[("channel", "phone"), ("basis", "counted")];

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { what: "visits, week 23", dashboard: "visit-counts", panel: "Visits a week", query: 0, days: YEARS, of: TALLIED, at: At::Day(date(2020, 6, 4)),
        readings: &["contacts", "2020-W23", "tallied", "service_point"], part: "value", tolerance: EXACT },
    Case { what: "visits, week 24", dashboard: "visit-counts", panel: "Visits a week", query: 0, days: YEARS, of: TALLIED, at: At::Day(date(2020, 6, 11)),
        readings: &["contacts", "2020-W24", "tallied", "service_point"], part: "value", tolerance: EXACT },
    Case { what: "visits a week, February", dashboard: "visit-counts", panel: "Visits a week", query: 1, days: YEARS, of: TALLIED, at: At::Day(date(2020, 2, 13)),
        readings: &["contacts_weekly_mean", "2020-02", "tallied", "service_point"], part: "value", tolerance: EXACT },
    Case { what: "visits a week, April", dashboard: "visit-counts", panel: "Visits a week", query: 1, days: YEARS, of: TALLIED, at: At::Day(date(2020, 4, 16)),
        readings: &["contacts_weekly_mean", "2020-04", "tallied", "service_point"], part: "value", tolerance: EXACT },
    Case { what: "calls, week 24", dashboard: "contacts", panel: "Contacts a week by channel", query: 0, days: YEARS, of: PHONE, at: At::Day(date(2020, 6, 11)),
        readings: &["contacts", "2020-W24", "counted", "phone"], part: "value", tolerance: EXACT },
    Case { what: "share answered, week 24", dashboard: "contacts", panel: "Contacts a week by channel", query: 1, days: YEARS, of: PHONE, at: At::Day(date(2020, 6, 11)),
        readings: &["answer_rate", "2020-W24", "counted", "phone"], part: "value", tolerance: EXACT },
    Case { what: "mean wait, week 24", dashboard: "contacts", panel: "How long did callers wait", query: 0, days: YEARS, of: &[("basis", "counted")], at: At::End,
        readings: &["wait_mean", "2020-W24", "counted", "phone"], part: "value", tolerance: EXACT },
    Case { what: "mean wait, week 24 of 2019", dashboard: "contacts", panel: "How long did callers wait", query: 1, days: YEARS, of: &[("basis", "counted")], at: At::End,
        readings: &["wait_mean", "2019-W24", "counted", "phone"], part: "value", tolerance: EXACT },
    Case { what: "calls of week 24, a year ago", dashboard: "contacts", panel: "Who was contacted", query: 1, days: YEARS, of: PHONE, at: At::End,
        readings: &["contacts", "2019-W24", "counted", "phone"], part: "value", tolerance: EXACT },
    Case { what: "waits of 10 June", dashboard: "wait-times", panel: "How many waited how long", query: 0, days: [date(2020, 6, 10), date(2020, 6, 11)], of: &[("le", "+Inf")], at: At::Sum,
        readings: &["wait_mean", "2020-06-10", "counted", "all"], part: "denominator", tolerance: EXTRAPOLATED },
    Case { what: "share answered of 10 June", dashboard: "wait-times", panel: "What share was served", query: 0, days: [date(2020, 6, 10), date(2020, 6, 11)], of: &[("formula", "answer_rate")], at: At::End,
        readings: &["answer_rate", "2020-06-10", "counted", "all"], part: "value", tolerance: EXTRAPOLATED },
    Case { what: "answers of Q2", dashboard: "satisfaction", panel: "How are the scores distributed", query: 0, days: [date(2020, 4, 1), date(2020, 7, 1)], of: &[], at: At::End,
        readings: &["responses", "2020-Q2", "counted", "all"], part: "value", tolerance: EXTRAPOLATED },
    Case { what: "callbacks offered", dashboard: "appointments-and-callbacks", panel: "How far did callbacks get", query: 0, days: [date(2020, 6, 1), date(2020, 6, 22)], of: &[("stage", "1")], at: At::End,
        readings: &["callbacks_offered", "2020-W23..2020-W25", "counted", "callback"], part: "value", tolerance: EXTRAPOLATED },
];

/// Compares, prints what was compared, and tells what differs.
pub(super) fn check(stage: &Stage, dashboards: &[Dashboard]) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    let mut rows = Vec::new();
    for case in CASES {
        let panel = dashboards
            .iter()
            .filter(|dashboard| dashboard.name == case.dashboard)
            .flat_map(|dashboard| dashboard.rows.iter().flat_map(|row| &row.panels))
            .find(|panel| panel.title.of(Language::English).starts_with(case.panel));
        let panel = panel.with_context(|| format!("{} has no panel {:?}", case.dashboard, case.panel))?;
        let target = panel.targets.get(case.query).context("the panel has no such query")?;
        let window = Window::days(case.days[0], case.days[1])?;
        let answer = ask(&stage.prometheus, panel, target, window)?;
        let shown = shown(&answer, case)?;
        let told = told(stage, case)?;
        let differs = shown.is_none_or(|shown| (shown - told).abs() > told.abs() * case.tolerance);
        if differs {
            remarks.push(format!(
                "{} of {}: shown is {shown:?}, readings say {told}",
                case.what, case.dashboard
            ));
        }
        let shown = shown.map_or_else(|| "–".to_owned(), |shown| format!("{shown:.4}"));
        let within = if case.tolerance > EXACT { "approximately" } else { "equal" };
        let within = if differs { "DIFFERS" } else { within };
        rows.push([
            case.what.to_owned(),
            format!("{}: {}…", case.dashboard, case.panel),
            panel.kind.plugin().to_owned(),
            shown,
            format!("{told:.4}"),
            within.to_owned(),
        ]);
    }
    rows.push(books(stage, dashboards, &mut remarks)?);
    println!("{}\n", table(["figure", "panel", "kind", "shown", "readings", ""], 3, rows));
    Ok(remarks)
}

/// The value that a panel shows.
fn shown(answer: &Answer, case: &Case) -> anyhow::Result<Option<f64>> {
    let mut sum = None;
    for line in &answer.lines {
        if case.of.iter().any(|(label, value)| line.labels[label] != *value) {
            continue;
        }
        let value = match case.at {
            At::Day(day) => {
                let at = midnight(day)?;
                line.points.iter().find(|(time, _)| (*time - at).abs() <= HOUR).map(|(_, value)| *value)
            }
            At::End => line.points.last().map(|(_, value)| *value),
            At::Sum => Some(line.points.iter().skip(1).map(|(_, value)| value).sum()),
        };
        if let Some(value) = value {
            *sum.get_or_insert(0.0) += value;
        }
    }
    Ok(sum)
}

/// What readings say of it: of all units together, or all channels of theirs.
fn told(stage: &Stage, case: &Case) -> anyhow::Result<f64> {
    let [measure, period, basis, channel] = case.readings else {
        anyhow::bail!("{} asks nothing", case.what)
    };
    let mut asked = vec!["--measure", measure, "--period", period, "--basis", basis];
    asked.extend(ALL);
    if *channel != "all" {
        asked.extend(["--channel", channel]);
    }
    let rows = stage.jono.readings(&asked)?;
    // Of several channels a ratio is what is above and below, each added up.
    let sum = |part: &str| rows.iter().filter_map(|row| row[part].as_f64()).sum::<f64>();
    Ok(match case.part {
        "value" if rows.len() > 1 && *measure == "answer_rate" => sum("numerator") / sum("denominator"),
        part => sum(part),
    })
}

/// Whether the appointment books are shown as they were polled just now.
fn books(stage: &Stage, dashboards: &[Dashboard], remarks: &mut Vec<String>) -> anyhow::Result<[String; 6]> {
    let title = "When was no appointment free?";
    let panel = dashboards.iter().flat_map(|dashboard| dashboard.rows.iter().flat_map(|row| &row.panels));
    let panel = panel.into_iter().find(|panel| panel.title.of(Language::English) == title);
    let panel = panel.with_context(|| format!("there is no panel {title:?}"))?;
    let answer = ask(&stage.prometheus, panel, &panel.targets[0], Window::now(1))?;
    let last = |line: &crate::prometheus::ranges::Line| line.points.last().map_or(0.0, |(_, value)| *value);
    let shown: f64 = answer.lines.iter().map(last).sum();
    let today = jiff::Timestamp::now().in_tz(super::stage::ZONE)?.date().to_string();
    let rows = stage.jono.readings(&[
        "--measure",
        "appointment_available_ratio",
        "--period",
        &today,
        "--basis",
        "counted",
    ])?;
    let told: f64 = rows.iter().filter_map(|row| row["value"].as_f64()).sum();
    if (shown - told).abs() > EXACT {
        remarks.push(format!("books with free appointments: shown are {shown}, readings say {told}"));
    }
    let cells = ["books with free appointments now", title, panel.kind.plugin()].map(str::to_owned);
    let [what, title, kind] = cells;
    Ok([what, title, kind, format!("{shown:.0}"), format!("{told:.0}"), "equal".to_owned()])
}
