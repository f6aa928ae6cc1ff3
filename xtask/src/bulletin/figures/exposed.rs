//! What `/metrics` shows in the week after, when the bulletin's week is the one that ended last.
//!
//! Gauges are of single series, and figures often of many: a count is their sum, and any other figure is compared where it
//! is of one series.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use toml_edit::DocumentMut;

use super::{Figures, Told};
use crate::{
    bulletin::{
        PERIOD,
        findings::Findings,
        stage::{self, Stage},
    },
    http,
    jono::{Started, start_serving},
    system,
};

/// When it is asked: a day of the week after, and of the month after May.
const CLOCK: &str = "@2020-06-17 12:00:00";
/// The same week a year before, and the month that ended last.
const YEAR_AGO: &str = "2019-W24";
const MONTH: &str = "2020-05";

/// The gauge of each measure, and whether those of several series add up.
const GAUGES: [(&str, &str, bool); 6] = [
    ("contacts", "contacts", true),
    ("contacts_per_workday", "contacts_per_workday", true),
    ("contacts_weekly_mean", "contacts_weekly_mean", false),
    ("answer_rate", "answer_rate_ratio", false),
    ("service_level", "service_level_ratio", false),
    ("wait_mean", "wait_mean_seconds", false),
];

/// Channel, unit, service and basis.
type Labels = [String; 4];

pub(super) fn check(stage: &Stage, figures: &Figures, findings: &mut Findings) -> anyhow::Result<()> {
    system::FAKETIME.ensure()?;
    let shown = scrape(stage)?;
    let beneath = tree()?;
    let mut compared = BTreeMap::<&str, usize>::new();
    let mut remarks = Vec::new();
    for (id, figure) in figures {
        let Some((name, adds_up)) = gauge(figure) else { continue };
        let Some((value, samples)) = figure.value.zip(shown.get(&name)) else { continue };
        let of: Vec<_> = samples
            .iter()
            .filter(|(labels, _)| is_of(labels, figure, &beneath))
            .map(|(_, value)| *value)
            .collect();
        if of.is_empty() || (of.len() > 1 && !adds_up) {
            continue;
        }
        let sum: f64 = of.iter().sum();
        *compared.entry(&figure.measure).or_default() += 1;
        // Sums of what was rounded.
        if (sum - value).abs() > figure.rounding()? {
            remarks.push(format!("{id} is {value} in the bulletin, and {sum} by {} of {name}", of.len()));
        }
    }
    ensure!(compared.contains_key("contacts"), "no figure of the bulletin is on /metrics");
    let told: Vec<_> = compared.iter().map(|(measure, count)| format!("{count} {measure}")).collect();
    findings.add("figures as gauges", "all", told.join(", "), remarks);
    Ok(())
}

/// Which gauge says the same.
fn gauge(figure: &Told) -> Option<(String, bool)> {
    let (_, gauge, adds_up) = GAUGES.iter().find(|(measure, ..)| *measure == figure.measure)?;
    let name = match figure.period.as_str() {
        PERIOD => format!("jono_week_{gauge}"),
        YEAR_AGO => format!("jono_week_{gauge}_year_ago"),
        MONTH => format!("jono_month_{gauge}"),
        _ => return None,
    };
    figure.formula.is_none().then_some((name, *adds_up))
}

fn is_of(labels: &Labels, figure: &Told, beneath: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let [channel, unit, service, basis] = labels;
    let is = |told: &Option<String>, label: &String| told.as_ref().is_none_or(|told| told == label);
    let in_unit = |told: &String| told == unit || beneath.get(told).is_some_and(|all| all.contains(unit));
    is(&figure.channel, channel)
        && figure.unit.as_ref().is_none_or(in_unit)
        && is(&figure.service, service)
        && figure.basis == *basis
}

/// All units beneath each: children, theirs, and the members of roll-ups.
fn tree() -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let document: DocumentMut = std::fs::read_to_string(stage::config())?.parse()?;
    let units = document["unit"].as_array_of_tables().context("the demo has no units")?;
    let mut beneath = BTreeMap::<String, BTreeSet<String>>::new();
    for unit in units {
        let text = |key: &str| unit.get(key)?.as_str().map(str::to_owned);
        let id = text("id").context("a unit has no id")?;
        beneath.entry(id.clone()).or_default();
        if let Some(parent) = text("parent") {
            beneath.entry(parent).or_default().insert(id.clone());
        }
        let members = unit.get("members").and_then(|members| members.as_array());
        let members = members.into_iter().flatten().filter_map(|member| member.as_str().map(str::to_owned));
        beneath.entry(id).or_default().extend(members);
    }
    // A tree is not deep.
    for _ in 0..beneath.len() {
        let before = beneath.clone();
        for below in beneath.values_mut() {
            let further: Vec<_> =
                below.iter().filter_map(|unit| before.get(unit)).flatten().cloned().collect();
            below.extend(further);
        }
        if before == beneath {
            break;
        }
    }
    Ok(beneath)
}

/// The figures of the week and the month that ended last, by name.
fn scrape(stage: &Stage) -> anyhow::Result<BTreeMap<String, Vec<(Labels, f64)>>> {
    let mut serve = stage.jono.command("serve");
    serve.arg("--no-follow").env("TZ", "UTC");
    // By its library alone: the program would stay between us and jono, and keep signals to itself.
    serve.env("LD_PRELOAD", "/usr/$LIB/faketime/libfaketime.so.1").env("FAKETIME", CLOCK);
    // A monotonic clock is never set.
    serve.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    let serving = match start_serving(&mut serve, &stage.file("clock.log"))? {
        Started::Listening(serving) => serving,
        Started::Ended { status, said } => anyhow::bail!("jono serve ended ({status}):\n{said}"),
    };
    let scrape = http::get(&format!("http://{}/metrics", serving.address))?;
    let samples = scrape
        .text()?
        .lines()
        .filter(|line| line.starts_with("jono_week_") || line.starts_with("jono_month_"));
    let mut all = BTreeMap::<String, Vec<_>>::new();
    for line in samples {
        let (name, labels, value) = sample(line).with_context(|| format!("{line} has another form"))?;
        all.entry(name).or_default().push((labels, value));
    }
    serving.stop()?;
    Ok(all)
}

/// A line of the exposition; names of the demo have nothing in them that is escaped.
fn sample(line: &str) -> Option<(String, Labels, f64)> {
    let (series, value) = line.rsplit_once(' ')?;
    let (name, labels) = series.split_once('{')?;
    let label = |wanted: &str| {
        let mut pairs = labels.trim_end_matches('}').split("\",");
        let found = pairs.find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix("=\""));
        Some(found?.trim_end_matches('"').to_owned())
    };
    let labels = [label("channel")?, label("unit")?, label("service")?, label("basis")?];
    Some((name.to_owned(), labels, value.parse().ok()?))
}
