//! Every count that Prometheus has of every series, of each month of its history and since it scrapes, held against `jono
//! readings` of all of it: the same integers.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{Range, RangeInclusive},
};

use anyhow::{Context, ensure};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use jono_domain::{Formula, Outcome};
use serde_json::Value;

use super::Prometheus;
use crate::{jono::Jono, table::table};

/// Channel, unit and service.
type Series = [String; 3];
/// What is counted of every series.
type Counts = BTreeMap<Series, u64>;

/// One figure of all series, equal on both sides.
#[derive(Debug)]
pub(crate) struct Compared {
    figure: String,
    series: usize,
    total: u64,
}

/// Compares what was counted in a period that begins with these years, of which Prometheus was given the history, and fails
/// with a line for each difference.
pub(crate) fn compare(
    prometheus: &Prometheus,
    jono: &Jono,
    years: RangeInclusive<i16>,
    zone: &str,
    period: &str,
) -> anyhow::Result<Vec<Compared>> {
    let ledger = Readings { jono, period };
    let months = months(years, zone)?;
    let counts = |prometheus, selector: &str| counts(prometheus, &months, selector);
    let with_waits = counts(prometheus, "jono_handling_seconds_count")?;
    let mut compared = Vec::new();
    let mut differences = Vec::new();
    for (figure, selector, expected) in expectations(&ledger)? {
        let found = counts(prometheus, &selector)?;
        let partial = selector.starts_with(SOME_LEVELS);
        // A series is shown by what is known of it: one of appointments alone has no calls, not even zero.
        let is_shown = |series: &Series| found.contains_key(series) || with_waits.contains_key(series);
        let series = expected.iter().filter(|(series, count)| {
            if partial { found.contains_key(*series) } else { **count > 0 || is_shown(series) }
        });
        let series = series.map(|(series, _)| series);
        let missing = found.keys().filter(|series| !expected.contains_key(*series));
        for series in series.chain(missing) {
            let (shown, counted) = (found.get(series), expected.get(series));
            if shown != counted {
                differences.push(format!(
                    "{selector} of {}: Prometheus has {}, readings have {}",
                    series.join("/"),
                    or_nothing(shown),
                    or_nothing(counted)
                ));
            }
        }
        if !found.is_empty() {
            compared.push(Compared { figure, series: found.len(), total: found.values().sum() });
        }
    }
    ensure!(differences.is_empty(), "Prometheus and readings differ:\n{}", differences.join("\n"));
    ensure!(compared.iter().any(|figure| figure.total > 0), "nothing was compared: all is zero");
    Ok(compared)
}

/// What was compared, for people.
pub(crate) fn told(compared: &[Compared]) -> String {
    let rows = compared.iter().map(|Compared { figure, series, total }| {
        [figure.clone(), series.to_string(), total.to_string(), "equal".to_owned()]
    });
    table(["figure", "series", "total", ""], 1, rows)
}

fn or_nothing(count: Option<&u64>) -> String {
    count.map_or_else(|| "nothing".to_owned(), u64::to_string)
}

const LEVEL: &str = "jono_service_level_contacts_total";
/// A level by one formula: exposed where it is the service's own, or configured beside it.
const SOME_LEVELS: &str = "jono_service_level_contacts_total{formula=\"";
/// The one that the demo exposes beside each service's own.
const BESIDE: Formula = Formula::AnswerRate;

/// What is counted of other channels: the measure, and the counter that says the same.
const BESIDE_CALLS: [(&str, &str); 7] = [
    ("unit_contacts", "jono_unit_contacts_total"),
    ("callbacks_offered", "jono_callbacks_offered_total"),
    ("callbacks_accepted", "jono_callbacks_accepted_total"),
    ("callbacks_called", "jono_callbacks_called_total"),
    ("callbacks_reached", "jono_callbacks_completed_total{outcome=\"reached\"}"),
    ("callbacks_failed", "jono_callbacks_completed_total{outcome=\"failed\"}"),
    ("promises_kept", "jono_callbacks_promises_total{result=\"kept\"}"),
];

/// Each figure's name, the selector of its samples, and what the ledger says.
fn expectations(ledger: &Readings<'_>) -> anyhow::Result<Vec<(String, String, Counts)>> {
    let above = |fractions: &Fractions| map(fractions, |(above, _)| above);
    let below = |fractions: &Fractions| map(fractions, |(_, below)| below);
    let arrivals = ledger.ask("arrivals", None)?;
    let mut expected = vec![("arrivals".to_owned(), "jono_arrivals_total".to_owned(), above(&arrivals))];
    for outcome in Outcome::ALL {
        let selector = format!("jono_contacts_total{{outcome=\"{outcome}\"}}");
        expected.push((format!("contacts {outcome}"), selector, above(&ledger.ask(outcome.as_str(), None)?)));
    }
    let answered = ledger.ask("wait_mean", None)?;
    let queued = ledger.ask("queued_wait_mean", None)?;
    // Of the waits above zero, those that ended in an answer: waits of zero seconds add nothing to a sum.
    let abandoned_seconds =
        queued.iter().map(|(series, (seconds, _))| (series.clone(), seconds - answered[series].0)).collect();
    // The log says of every abandoned call how long it waited.
    let abandoned = above(&ledger.ask("abandoned", None)?);
    let handling = ledger.ask("handling_mean", None)?;
    let histogram = |name: &str, outcome: &str, part: &str| format!("jono_{name}_seconds_{part}{outcome}");
    let [of_answered, of_abandoned] =
        [Outcome::Answered, Outcome::Abandoned].map(|outcome| format!("{{outcome=\"{outcome}\"}}"));
    expected.extend([
        ("seconds waited, answered".to_owned(), histogram("wait", &of_answered, "sum"), above(&answered)),
        ("waits, answered".to_owned(), histogram("wait", &of_answered, "count"), below(&answered)),
        ("seconds waited, abandoned".to_owned(), histogram("wait", &of_abandoned, "sum"), abandoned_seconds),
        ("waits, abandoned".to_owned(), histogram("wait", &of_abandoned, "count"), abandoned),
        ("seconds handled".to_owned(), histogram("handling", "", "sum"), above(&handling)),
        ("contacts handled".to_owned(), histogram("handling", "", "count"), below(&handling)),
    ]);
    for (measure, selector) in BESIDE_CALLS {
        let mut counts = above(&ledger.ask(measure, None)?);
        // Who comes in is one contact, and is not counted a second time.
        counts.retain(|[channel, ..], _| measure != "unit_contacts" || channel.starts_with("phone"));
        expected.push((measure.replace('_', " "), selector.to_owned(), counts));
    }
    let mut levels = |name: &str, matcher: &str, level: &Fractions| {
        let selector = |result: &str| format!("{LEVEL}{{{matcher},result=\"{result}\"}}");
        expected.extend([
            (format!("{name}, met"), selector("met"), above(level)),
            (format!("{name}, missed"), selector("missed"), map(level, |(met, of)| of - met)),
        ]);
    };
    for formula in Formula::ALL {
        let level = ledger.ask("service_level", Some(formula))?;
        levels(formula.as_str(), &format!("formula=\"{formula}\""), &level);
    }
    // Every series has these two: neither may be missing anywhere.
    levels("own formula", &format!("formula!=\"{BESIDE}\""), &ledger.ask("service_level", None)?);
    let beside = ledger.ask("service_level", Some(BESIDE))?;
    levels("formula of all", &format!("formula=~\"{BESIDE}\""), &beside);
    Ok(expected)
}

/// What is above and below the line.
type Fractions = BTreeMap<Series, (u64, u64)>;

fn map(fractions: &Fractions, part: impl Fn((u64, u64)) -> u64) -> Counts {
    fractions.iter().map(|(series, fraction)| (series.clone(), part(*fraction))).collect()
}

struct Readings<'a> {
    jono: &'a Jono,
    period: &'a str,
}

impl Readings<'_> {
    /// A measure of every series; where there is nothing to divide by, both parts are zero.
    fn ask(&self, measure: &str, formula: Option<Formula>) -> anyhow::Result<Fractions> {
        let mut arguments = vec!["--measure", measure, "--period", self.period, "--basis", "counted"];
        if let Some(formula) = formula {
            arguments.extend(["--formula", formula.as_str()]);
        }
        let rows = self.jono.readings(&arguments)?;
        let fraction = |row: &Value| {
            let name = |key: &str| row[key].as_str().map(str::to_owned);
            let part = |key: &str| if row[key].is_null() { Some(0) } else { row[key].as_u64() };
            let series = [name("channel")?, name("unit")?, name("service")?];
            Some((series, (part("numerator")?, part("denominator")?)))
        };
        let fractions = rows.iter().map(fraction).collect::<Option<_>>();
        fractions.with_context(|| format!("a row of {measure} has another form than expected"))
    }
}

/// From when to when a local month is, in seconds since 1970.
type Month = Range<i64>;

fn months(years: RangeInclusive<i16>, zone: &str) -> anyhow::Result<Vec<Month>> {
    let start = |month: Date| anyhow::Ok(month.in_tz(zone)?.timestamp().as_second());
    let firsts = years.flat_map(|year| (1..=12).map(move |month| date(year, month, 1)));
    firsts.map(|first| Ok(start(first)?..start(first.checked_add(1.month())?)?)).collect()
}

/// What Prometheus has of every series: what it counted in each month of history, which begins at zero, and what it counts
/// now.
fn counts(prometheus: &Prometheus, months: &[Month], selector: &str) -> anyhow::Result<Counts> {
    let of_month = |month: &Month| {
        let length = (month.end - month.start) * 1000 - 1;
        format!("max_over_time({selector}[{length}ms] @ {}.999)", month.end - 1)
    };
    let mut counts = Counts::new();
    for query in months.iter().map(of_month).chain([selector.to_owned()]) {
        let mut seen = BTreeSet::new();
        for sample in prometheus.query(&query)? {
            let series = ["channel", "unit", "service"].map(|label| sample.label(label));
            let count: u64 =
                sample.value.parse().with_context(|| format!("{query} is {}, no count", sample.value))?;
            ensure!(seen.insert(series.clone()), "{query} has a series twice");
            *counts.entry(series).or_default() += count;
        }
    }
    Ok(counts)
}
