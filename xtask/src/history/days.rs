//! Local days, one after another, days of 23 and 25 hours included: what a counter grew by in Prometheus, from a day's
//! first instant to its last, is what `jono readings` says of the day.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jono_domain::Outcome;

use super::import::MATCHER;
use crate::{jono::Jono, prometheus::Prometheus, sample, table::table};

/// Two queues of three have a route.
const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[unit]]
id = "centre"

[[source]]
name = "queue_log"
format = "queue_log"
"#;

/// What is above the line of a mean or a share, and unknown with it where there is nothing to divide by.
const MEANS: [&str; 4] = ["seconds waited", "waits", "seconds handled", "met the promise"];
/// Channel, unit and service.
type Series = [String; 3];
/// What is counted of a day, by series; `None` where that is not known.
type Days = BTreeMap<(Timestamp, Timestamp), BTreeMap<Series, Option<u64>>>;

/// Which days.
pub(super) struct Span {
    /// As `jono readings` takes it.
    pub(super) period: &'static str,
    /// How many there are.
    pub(super) days: usize,
    /// When they are over.
    pub(super) end: &'static str,
}

/// A ledger with generated calls, in a new folder.
pub(crate) fn generated(binary: &Path, folder: &Path, calls: sample::Arguments) -> anyhow::Result<Jono> {
    fs::create_dir(folder).context("there is no room for temporary files")?;
    let log = folder.join("queue_log");
    sample::run(&sample::Arguments { out: log.clone(), ..calls })?;
    let config = folder.join("jono.toml");
    fs::write(&config, configuration(&fs::read_to_string(&log)?)?)?;
    let jono = Jono::new(binary, &config, &folder.join("jono.ledger"));
    jono.ingest(&[log.to_str().context("the log's path is no text")?])?;
    Ok(jono)
}

/// Compares every day of every figure, and gives the table of what was compared; fails if a day differs, or if what
/// is counted after the last day does not begin at zero.
pub(super) fn ensure_equal(jono: &Jono, prometheus: &Prometheus, span: &Span) -> anyhow::Result<String> {
    let mut rows = Vec::new();
    for (figure, selector, days) in expectations(jono, span)? {
        rows.push(compare(prometheus, &figure, &selector, &days)?);
    }
    closing_zero(prometheus, span)?;
    let title = format!("every local day of {}", span.period);
    Ok(table([&title, "days", "series × days", "total", "differing"], 1, rows))
}

/// The configuration, with routes for two queues of three.
fn configuration(log: &str) -> anyhow::Result<String> {
    let mut queues: Vec<_> = log.lines().filter_map(|line| line.split('|').nth(2)).collect();
    queues.sort_unstable();
    queues.dedup();
    queues.retain(|queue| *queue != "NONE");
    let (mut services, mut routes) = (String::new(), String::new());
    for (index, queue) in queues.iter().enumerate().filter(|(index, _)| index % 3 != 2) {
        writeln!(services, "[[service]]\nid = \"service-{index}\"\nwithin_seconds = 60")?;
        writeln!(
            routes,
            "[[source.route]]\nqueue = {queue:?}\nunit = \"centre\"\nservice = \"service-{index}\""
        )?;
    }
    Ok(format!("{CONFIG}{routes}{services}"))
}

/// Each figure's name, the selector of its counter, and what readings say.
fn expectations(jono: &Jono, span: &Span) -> anyhow::Result<Vec<(String, String, Days)>> {
    let count = |measure: &str| days(jono, span, measure, "numerator");
    let mut all =
        vec![("arrivals".to_owned(), format!("jono_arrivals_total{{{MATCHER}}}"), count("arrivals")?)];
    for outcome in Outcome::ALL {
        let selector = format!("jono_contacts_total{{{MATCHER},outcome=\"{outcome}\"}}");
        all.push((format!("contacts {outcome}"), selector, count(outcome.as_str())?));
    }
    let wait = |part: &str| format!("jono_wait_seconds_{part}{{{MATCHER},outcome=\"answered\"}}");
    let met = format!("jono_service_level_contacts_total{{{MATCHER},result=\"met\"}}");
    all.extend([
        ("seconds waited".to_owned(), wait("sum"), count("wait_mean")?),
        ("waits".to_owned(), wait("count"), days(jono, span, "wait_mean", "denominator")?),
        (
            "seconds handled".to_owned(),
            format!("jono_handling_seconds_sum{{{MATCHER}}}"),
            count("handling_mean")?,
        ),
        ("met the promise".to_owned(), met, count("service_level")?),
        (
            "unit contacts".to_owned(),
            format!("jono_unit_contacts_total{{{MATCHER}}}"),
            count("unit_contacts")?,
        ),
    ]);
    Ok(all)
}

fn days(jono: &Jono, span: &Span, measure: &str, part: &str) -> anyhow::Result<Days> {
    let rows =
        jono.readings(&["--measure", measure, "--period", span.period, "--by", "day", "--basis", "counted"])?;
    let mut days = Days::new();
    for row in &rows {
        let text =
            |key: &str| row[key].as_str().map(str::to_owned).with_context(|| format!("{row} has no {key}"));
        let series = [text("channel")?, text("unit")?, text("service")?];
        let day = (text("start")?.parse()?, text("end")?.parse()?);
        days.entry(day).or_default().insert(series, row[part].as_u64());
    }
    ensure!(days.len() == span.days, "readings know {} days of {}", days.len(), span.period);
    Ok(days)
}

/// A row of the table; fails if a day differs.
fn compare(
    prometheus: &Prometheus,
    figure: &str,
    selector: &str,
    days: &Days,
) -> anyhow::Result<[String; 5]> {
    let of_means = MEANS.contains(&figure);
    let (mut compared, mut total, mut differing) = (0_u64, 0, Vec::new());
    for ((start, end), expected) in days {
        let (start, end) = (start.as_second(), end.as_second());
        let grown = format!("{selector} @ {}.999 - {selector} @ {start}", end - 1);
        let found: BTreeMap<Series, u64> = prometheus
            .query(&grown)?
            .iter()
            .map(|sample| {
                let series = ["channel", "unit", "service"].map(|label| sample.label(label));
                Ok((series, sample.value.parse().with_context(|| format!("{} is no count", sample.value))?))
            })
            .collect::<anyhow::Result<_>>()?;
        for (series, expected) in expected {
            let found = found.get(series).copied();
            // Of nobody there is no mean, and nothing was added. Of a count that is not known nothing may be there.
            let is_nothing = of_means && found == Some(0) && expected.is_none();
            if found != *expected && !is_nothing {
                differing.push(format!("{} at {start}: {found:?} and {expected:?}", series.join("/")));
            }
            compared += 1;
            total += found.unwrap_or(0);
        }
        let unknown = found.keys().filter(|series| !expected.contains_key(*series));
        differing
            .extend(unknown.map(|series| format!("{} at {start}: readings know nothing", series.join("/"))));
    }
    differing.truncate(10);
    ensure!(differing.is_empty(), "{figure} differs:\n{}", differing.join("\n"));
    ensure!(total > 0 || figure.starts_with("contacts"), "nothing was compared: {figure} is zero everywhere");
    Ok([figure.to_owned(), days.len().to_string(), compared.to_string(), total.to_string(), "0".to_owned()])
}

/// What is counted after the last day begins at zero.
fn closing_zero(prometheus: &Prometheus, span: &Span) -> anyhow::Result<()> {
    let end: Timestamp = span.end.parse()?;
    let samples = prometheus.query(&format!("jono_arrivals_total{{{MATCHER}}} @ {}", end.as_second()))?;
    ensure!(!samples.is_empty(), "history has no closing sample");
    ensure!(samples.iter().all(|sample| sample.value == "0"), "history does not end at zero");
    Ok(())
}
