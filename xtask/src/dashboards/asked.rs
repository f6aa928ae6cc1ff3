//! Every query and variable asked as Grafana asks them, of the demo's past and of now: which have data, and what it costs.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    empty, lint,
    model::{Dashboard, Panel, Target},
    query, render,
    stage::{Stage, ZONE},
    words::Language,
};
use crate::{
    prometheus::{Prometheus, ranges::Answer},
    table::table,
};

/// As many points as a panel of the width of a screen asks for.
const POINTS: i64 = 1000;
/// The interval of a scrape, as the provisioned data source tells Grafana.
const SCRAPE: i64 = 15;
const WEEK: i64 = 7 * 86_400;

/// A time range that somebody looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
    /// Whether it is told in absolute times: then panels look back no other way.
    absolute: bool,
}

/// Local midnight.
pub(super) fn midnight(date: Date) -> anyhow::Result<i64> {
    Ok(date.in_tz(ZONE)?.timestamp().as_second())
}

impl Window {
    /// From one local day up to another.
    pub(super) fn days(from: Date, until: Date) -> anyhow::Result<Self> {
        Ok(Self { start: midnight(from)?, end: midnight(until)?, absolute: true })
    }

    /// The last hours.
    pub(super) fn now(hours: i64) -> Self {
        let end = Timestamp::now().as_second();
        Self { start: end - hours * 3600, end, absolute: false }
    }

    /// The same where a panel looks back by itself, as Grafana allows of ranges that are relative to now.
    fn of(self, panel: &Panel) -> anyhow::Result<Self> {
        let Some(back) = panel.back.filter(|_| !self.absolute) else { return Ok(self) };
        let start = match back {
            "now/d" => midnight(Timestamp::from_second(self.end)?.in_tz(ZONE)?.date())?,
            "now-2d" => self.end - 2 * 86_400,
            "now-1y" => self.end - 365 * 86_400,
            other => anyhow::bail!("{other} is not understood here"),
        };
        Ok(Self { start, ..self })
    }

    /// The step of a panel, and the range laid on its points, as Grafana lays them: multiples of the step by the local
    /// clock at the range's end.
    pub(super) fn steps(self, panel: &Panel) -> anyhow::Result<(Self, i64)> {
        let shortest = match panel.interval {
            Some("1w") => WEEK,
            Some("1d") => 86_400,
            Some("1h") => 3600,
            Some(other) => anyhow::bail!("{other} is not understood here"),
            None => SCRAPE,
        };
        let step = ((self.end - self.start) / POINTS).max(shortest);
        let zone = TimeZone::get(ZONE)?;
        let offset = i64::from(zone.to_offset(Timestamp::from_second(self.end)?).seconds());
        let lay = |time: i64| (time + offset).div_euclid(step) * step - offset;
        Ok((Self { start: lay(self.start), end: lay(self.end), ..self }, step))
    }
}

/// Grafana's own roundings of an interval, in seconds: up to which limit there is what.
const ROUNDED: [(i64, i64); 6] =
    [(9_000, 7_200), (16_200, 10_800), (32_400, 21_600), (86_400, 43_200), (WEEK, 86_400), (3 * WEEK, WEEK)];

/// What the variable `window` is, over what the dashboard shows.
fn rounded(window: Window) -> i64 {
    let even = (window.end - window.start) / i64::from(render::WINDOWS);
    ROUNDED.iter().find(|(limit, _)| even <= *limit).map_or(30 * 86_400, |(_, rounded)| *rounded)
}

/// The expression, with what is chosen and Grafana's own variables put in.
fn filled(expr: &str, window: Window, step: i64, mean: i64) -> String {
    let range = (window.end - window.start).max(1);
    let rate = (step + SCRAPE).max(4 * SCRAPE);
    ["channel", "unit", "service", "formula", "source"]
        .iter()
        .fold(expr.to_owned(), |expr, name| expr.replace(&format!("${name}"), ".*"))
        .replace("$__rate_interval", &format!("{rate}s"))
        .replace("$__range", &format!("{range}s"))
        .replace(query::WINDOW, &format!("{mean}s"))
}

/// What a panel gets for a query.
pub(super) fn ask(
    prometheus: &Prometheus,
    panel: &Panel,
    target: &Target,
    window: Window,
) -> anyhow::Result<Answer> {
    let mean = rounded(window);
    let window = window.of(panel)?;
    if target.instant {
        let step = ((window.end - window.start) / POINTS).max(SCRAPE);
        return prometheus.instant(&filled(&target.expr, window, step, mean), window.end);
    }
    let (window, step) = window.steps(panel)?;
    prometheus.range(&filled(&target.expr, window, step, mean), (window.start, window.end), step)
}

/// What is looked at: the demo's year and a half, a busy day of it, and now; that also as a fixed range, since who looks back
/// by itself has its points further apart than the stage is old.
fn windows() -> anyhow::Result<[Window; 4]> {
    Ok([
        Window::days(Date::constant(2019, 1, 1), Date::constant(2020, 6, 16))?,
        Window::days(Date::constant(2020, 6, 10), Date::constant(2020, 6, 12))?,
        Window::now(1),
        Window { absolute: true, ..Window::now(1) },
    ])
}

/// What was found of a dashboard.
#[derive(Debug, Default)]
struct Counts {
    panels: usize,
    filled: usize,
    queries: usize,
    answered: usize,
    past: usize,
    now: usize,
}

/// Asks everything, prints what came back, and tells what is empty and should not be, or the other way round.
pub(super) fn check(stage: &Stage, dashboards: &[Dashboard]) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    let mut rows = Vec::new();
    let windows = windows()?;
    let mut sum = Counts::default();
    for dashboard in dashboards {
        remarks.extend(variables(stage, dashboard, windows)?);
        let counts = of_dashboard(stage, dashboard, windows, &mut remarks)?;
        rows.push(row(dashboard.name, &counts));
        sum.panels += counts.panels;
        sum.filled += counts.filled;
        sum.queries += counts.queries;
        sum.answered += counts.answered;
        sum.past += counts.past;
        sum.now += counts.now;
    }
    rows.push(row("all", &sum));
    let header = ["dashboard", "panels", "with data", "queries", "with data", "in 2019-2020", "now"];
    println!("{}\n", table(header, 1, rows));
    println!("{}\n", table(["rightly empty", "query", "why"], 3, empty::rows()));
    println!("{}\n", costs(&stage.prometheus, dashboards)?);
    Ok(remarks)
}

fn row(name: &str, counts: &Counts) -> [String; 7] {
    let Counts { panels, filled, queries, answered, past, now } = counts;
    let numbers = [panels, filled, queries, answered, past, now].map(ToString::to_string);
    let [panels, filled, queries, answered, past, now] = numbers;
    [name.to_owned(), panels, filled, queries, answered, past, now]
}

fn of_dashboard(
    stage: &Stage,
    dashboard: &Dashboard,
    windows: [Window; 4],
    remarks: &mut Vec<String>,
) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    for panel in dashboard.rows.iter().flat_map(|row| &row.panels).filter(|panel| !panel.targets.is_empty()) {
        let title = panel.title.of(Language::English);
        counts.panels += 1;
        let mut any = false;
        for (index, target) in panel.targets.iter().enumerate() {
            let letter = render::panel::letter(index);
            let place = || format!("{}: {title}, {letter}", dashboard.name);
            let mut found = [false; 4];
            for (found, window) in found.iter_mut().zip(windows) {
                *found = ask(&stage.prometheus, panel, target, window).with_context(place)?.has_data();
            }
            let there = found.contains(&true);
            any |= there;
            counts.queries += 1;
            counts.answered += usize::from(there);
            counts.past += usize::from(found[0] || found[1]);
            counts.now += usize::from(found[2] || found[3]);
            match (there, empty::is_listed(dashboard.name, title, &letter)) {
                (false, false) => remarks.push(format!("{} has no data", place())),
                (true, true) => remarks.push(format!("{} has data and is listed as empty", place())),
                _ => {}
            }
        }
        counts.filled += usize::from(any);
    }
    for annotation in &dashboard.annotations {
        let window = windows[0];
        let offset = 3 * 3600;
        let lay = |time: i64| (time + offset).div_euclid(WEEK) * WEEK - offset;
        let answer = stage.prometheus.range(&annotation.expr, (lay(window.start), lay(window.end)), WEEK)?;
        if !answer.has_data() {
            remarks.push(format!(
                "{}: the mark {} is never set",
                dashboard.name,
                annotation.name.of(Language::English)
            ));
        }
    }
    Ok(counts)
}

/// Every variable has values to choose, in the past and now.
fn variables(stage: &Stage, dashboard: &Dashboard, windows: [Window; 4]) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    for variable in &dashboard.variables {
        let query = format!("label_values({}, {})", variable.of, variable.name);
        let (selector, label) = lint::label_values(&query).context("it was made as such a query")?;
        for (window, when) in [(windows[0], "in the past"), (windows[2], "now")] {
            // What jono tells of itself is in no history.
            let is_past = window.absolute && variable.name != "source" && variable.name != "formula";
            let selector = filled(selector, window, SCRAPE, rounded(window));
            let values = stage.prometheus.label_values(label, &selector, (window.start, window.end))?;
            if values.is_empty() && (is_past || !window.absolute) {
                remarks.push(format!("{}: {} has no values {when}", dashboard.name, variable.name));
            }
        }
    }
    Ok(remarks)
}

/// What all queries of each dashboard cost over five years.
fn costs(prometheus: &Prometheus, dashboards: &[Dashboard]) -> anyhow::Result<String> {
    let five = Window::days(Date::constant(2015, 7, 1), Date::constant(2020, 7, 1))?;
    let mut costs: BTreeMap<&str, (f64, u64, f64, String)> = BTreeMap::new();
    for dashboard in dashboards {
        for panel in dashboard.rows.iter().flat_map(|row| &row.panels) {
            for target in &panel.targets {
                let answer = ask(prometheus, panel, target, five)?;
                let cost = costs.entry(dashboard.name).or_default();
                cost.0 += answer.seconds;
                cost.1 += answer.samples;
                if answer.seconds > cost.2 {
                    cost.2 = answer.seconds;
                    panel.title.of(Language::English).clone_into(&mut cost.3);
                }
            }
        }
    }
    let mut costs: Vec<_> = costs.into_iter().collect();
    costs.sort_by(|one, other| other.1.0.total_cmp(&one.1.0));
    let rows = costs.into_iter().map(|(name, (seconds, samples, most, panel))| {
        [name.to_owned(), format!("{seconds:.2}"), samples.to_string(), format!("{most:.2}"), panel]
    });
    let header = [
        "all queries over five years, slowest first",
        "seconds",
        "samples read",
        "slowest query",
        "its panel",
    ];
    Ok(table(header, 1, rows))
}
