//! Every week of Kela's own published figures, where those are at hand beside the project: asked for at the week's own
//! Thursday, Prometheus has the value of the file.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};
use jiff::{
    Timestamp,
    civil::{ISOWeekDate, Weekday},
    tz::TimeZone,
};

use super::import::{self, MATCHER};
use crate::{jono::Jono, prometheus::Prometheus, table::table, workspace};

/// What is published of the phone service of the whole country: the column, its metric, and what one of it is.
const COLUMNS: [(&str, &str, &str, f64); 2] = [
    ("queue time", "puhelinpalvelun_jonotusajan_keskiarvo_min", "jono_week_wait_mean_seconds", 60.0),
    ("answer rate", "puhelinpalvelun_vastausprosentti", "jono_week_answer_rate_ratio", 0.01),
];

/// A year and an ISO week of it.
type Week = (i16, i8);

pub(super) fn check(binary: &Path, folder: &Path) -> anyhow::Result<()> {
    let file = workspace::root().join("../shared/data/kela_weekly/data_asiakaspalvelu.csv");
    if !file.exists() {
        println!("skipped: Kela's weekly figures are not beside the project, at {}", file.display());
        return Ok(());
    }
    fs::create_dir(folder).context("there is no room for temporary files")?;
    let config = workspace::root().join("docs/examples/kela-weekly.toml");
    let jono = Jono::new(binary, &config, &folder.join("kela.ledger"));
    jono.ingest(&[file.to_str().context("the file's path is no text")?])?;
    let (prometheus, figures) = import::import(&jono, "five years of weeks", folder)?;
    println!("{figures}\n");

    let text = fs::read_to_string(&file)?;
    let mut rows = Vec::new();
    let mut queue_times = BTreeMap::new();
    for (name, column, metric, factor) in COLUMNS {
        let published = published(&text, column)?;
        ensure!(published.len() == 260, "{column} has {} weeks", published.len());
        let mut asked = 0;
        for (week, value) in &published {
            for zone in [TimeZone::UTC, TimeZone::get("Europe/Helsinki")?] {
                let found = at_thursday(&prometheus, metric, *week, &zone)?;
                let expected = value * factor;
                ensure!(
                    (found - expected).abs() <= expected.abs() * 1e-12,
                    "{name} of {week:?} is {expected} in the file and {found} in Prometheus"
                );
                if metric.ends_with("seconds") {
                    queue_times.insert(*week, found);
                }
                asked += 1;
            }
        }
        rows.push([name.to_owned(), published.len().to_string(), asked.to_string(), "0".to_owned()]);
    }
    println!("{}\n", table(["Kela's weeks of 2019-2023", "weeks", "asked", "differing"], 1, rows));
    let mut rows = Vec::new();
    for (year, expected) in [(2020, 2.175), (2019, 6.125)] {
        let weeks: Vec<_> = (20..=23).map(|week| queue_times[&(year, week)] / 60.0).collect();
        let mean = weeks.iter().sum::<f64>() / 4.0;
        ensure!((mean - expected).abs() < 1e-9, "the plain mean of weeks 20-23 of {year} is {mean}");
        let period = format!("{year}-W20..{year}-W23");
        let readings = jono.readings(&["--measure", "wait_mean", "--period", &period])?;
        let state = readings.first().and_then(|row| row["state"].as_str()).unwrap_or("nothing");
        ensure!(state == "unavailable", "jono readings says {state} of a mean of means");
        rows.push([period, format!("{mean:.3}"), state.to_owned()]);
    }
    println!("{}\n", table(["queue time", "plain mean of four weeks, min", "jono readings"], 1, rows));
    Ok(())
}

/// What is published of each week, read by nothing but the file's commas.
fn published(text: &str, column: &str) -> anyhow::Result<BTreeMap<Week, f64>> {
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().context("the file is empty")?.split(',').collect();
    let mut weeks = BTreeMap::new();
    for line in lines {
        let row: BTreeMap<_, _> = header.iter().copied().zip(line.split(',')).collect();
        let field = |name: &str| row.get(name).copied().unwrap_or("NA");
        if field("viikko") != "NA" && field(column) != "NA" {
            let week = (field("vuosi").parse()?, field("viikko").parse()?);
            ensure!(weeks.insert(week, field(column).parse()?).is_none(), "{week:?} is published twice");
        }
    }
    Ok(weeks)
}

/// What a panel of weeks shows at the week's own Thursday.
fn at_thursday(
    prometheus: &Prometheus,
    metric: &str,
    (year, week): Week,
    zone: &TimeZone,
) -> anyhow::Result<f64> {
    let thursday = ISOWeekDate::new(year, week, Weekday::Thursday)?.date();
    let at: Timestamp = zone.to_timestamp(thursday.at(0, 0, 0, 0))?;
    let query = format!("last_over_time({metric}{{{MATCHER},basis=\"published\"}}[2d] offset -1w)");
    let samples = prometheus.query_at(&query, at.as_second())?;
    ensure!(samples.len() == 1, "{metric} of week {week} of {year} has {} series", samples.len());
    samples[0].value.parse().with_context(|| format!("{} is no number", samples[0].value))
}
