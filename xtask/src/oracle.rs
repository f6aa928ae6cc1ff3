//! `cargo xtask oracle`: every figure of the real `jono` against those that awk counts of the same log.
//!
//! The log is a generated year whose weeks hold both changes of the clock and a week 53, or any that is given. What
//! is compared is written, not rounded: numerators, denominators and whole seconds. One differing row fails.
//!
//! Reading order: [`setting`] gives every queue its promise, [`awk`] counts, [`question`] says which of its columns
//! answers what, [`comparison`] holds them against `jono readings`.

mod awk;
mod comparison;
mod duckdb;
mod question;
mod setting;

use std::{
    collections::BTreeSet,
    num::NonZero,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, ensure};
use jiff::{ToSpan, civil::Date};
use jono_domain::period::{Grain, Period};
use serde_json::Value;

use self::{
    awk::Awk,
    comparison::{Comparison, Found},
    setting::Setting,
};
use crate::{
    jono::{self, Jono},
    sample,
    table::table,
};

/// The zone of log, configuration and awk.
const ZONE: &str = "Europe/Helsinki";

/// Which log to count twice.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Count this log; without it, a year is generated as the other options say
    #[arg(value_name = "LOG")]
    log: Option<PathBuf>,
    /// About how many calls arrive over the whole span
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    calls: u64,
    /// How many queues; every third has no route
    #[arg(long, value_name = "Q", default_value_t = NonZero::new(6).expect("not zero"))]
    queues: NonZero<u16>,
    /// The same seed gives the same log
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How many local days
    #[arg(long, value_name = "D", default_value_t = NonZero::new(368).expect("not zero"))]
    days: NonZero<u16>,
    /// The first local day
    #[arg(long, value_name = "DATE", default_value = "2020-01-01")]
    from: Date,
    /// Malformed lines, as a share of all lines
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    rejects: f64,
    /// Write every event that any version of Asterisk writes
    #[arg(long)]
    all_events: bool,
    /// Compare awk's figures with those of a third opinion too: DuckDB, as a package of python3
    #[arg(long)]
    duckdb: bool,
}

/// Compares, prints a table, and fails if anything differs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let zone_file = Path::new("/usr/share/zoneinfo").join(ZONE);
    ensure!(
        zone_file.exists(),
        "awk cannot know the hours of {ZONE}: {} is missing; install tzdata",
        zone_file.display()
    );
    let dir = tempfile::tempdir().context("there is no room for temporary files")?;
    let awk = Awk::new(&arguments.log(dir.path())?)?;
    let setting = Setting::of(&awk.queues()?);
    let config = dir.path().join("jono.toml");
    std::fs::write(&config, setting.toml()).context("cannot write the configuration")?;
    let jono = Jono::new(&jono::build(&[])?, &config, &dir.path().join("oracle.ledger"));

    let summary = jono.ingest(&[awk.log()?])?;
    let mut differing = lines(&summary, &awk)?;
    if arguments.duckdb {
        differing += duckdb::differing(&awk)?;
    }
    let found = Comparison::all(&jono, &awk, &setting, dir.path())?;
    differing += told(&found);
    if arguments.log.is_none() {
        every_week_was_compared(arguments, &found)?;
    }
    println!("\n{}", if differing == 0 { "No figure differs." } else { "These figures differ." });
    Ok(if differing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Arguments {
    /// The log, generated if none is given.
    fn log(&self, dir: &Path) -> anyhow::Result<PathBuf> {
        if let Some(log) = &self.log {
            return log.canonicalize().with_context(|| format!("cannot find {}", log.display()));
        }
        let out = dir.join("queue_log");
        sample::run(&sample::Arguments {
            calls: self.calls,
            queues: self.queues,
            seed: self.seed,
            days: Some(self.days),
            from: self.from,
            rejects: self.rejects,
            all_events: self.all_events,
            out: out.clone(),
            ..sample::Arguments::default()
        })?;
        Ok(out)
    }

    /// The ISO weeks that the generated days lie in.
    fn weeks(&self) -> BTreeSet<String> {
        let days = self.from.series(1.day()).take(self.days.get().into());
        days.map(|day| Period::of(Grain::Week, day).to_string()).collect()
    }
}

/// Lines by what became of them; how many of the three counts differ.
fn lines(summary: &Value, awk: &Awk) -> anyhow::Result<usize> {
    let total = |list: &Value| {
        let counts = list.as_object().context("the summary of jono ingest lacks a list of lines");
        counts.map(|counts| counts.values().filter_map(Value::as_u64).sum::<u64>())
    };
    let counted = awk.lines()?;
    let rows = [
        ("lines", summary["lines"].as_u64(), counted.all),
        ("events", summary["events"].as_u64(), counted.events),
        ("ignored", Some(total(&summary["ignored"])?), counted.ignored),
        ("rejected", Some(total(&summary["rejected"])?), counted.rejects),
    ];
    let shown = rows.map(|(name, jono, awk)| {
        let jono = jono.map_or_else(|| "none".to_owned(), |jono| jono.to_string());
        [name.to_owned(), jono, awk.to_string()]
    });
    println!("{}\n", table(["lines", "jono", "awk"], 1, shown));
    Ok(rows.iter().filter(|(_, jono, awk)| *jono != Some(*awk)).count())
}

/// The table, then the differences; how many rows differ.
fn told(found: &[(Comparison, Found)]) -> usize {
    let mut names: Vec<_> = found.iter().map(|(comparison, _)| comparison.question.name.as_str()).collect();
    names.dedup();
    let rows = names.iter().map(|name| {
        let of_name = || found.iter().filter(|(comparison, _)| comparison.question.name == **name);
        let rows = |column: &str| match of_name().find(|(comparison, _)| comparison.column() == column) {
            Some((_, found)) => found.rows.to_string(),
            None => "–".to_owned(),
        };
        let differing: usize = of_name().map(|(_, found)| found.differing).sum();
        let [weeks, pooled, days, hours] = Comparison::COLUMNS.map(rows);
        [(*name).to_owned(), weeks, pooled, days, hours, differing.to_string()]
    });
    let [weeks, pooled, days, hours] = Comparison::COLUMNS;
    println!("{}", table(["rows compared", weeks, pooled, days, hours, "differing"], 1, rows));
    for (comparison, found) in found.iter().filter(|(_, found)| found.differing > 0) {
        println!(
            "\n{}, by {}: {} rows differ",
            comparison.question.name,
            comparison.column(),
            found.differing
        );
        found.first.iter().for_each(|difference| println!("  {difference}"));
    }
    found.iter().map(|(_, found)| found.differing).sum()
}

/// Nothing is proved by a week that was left out: not the one of 23 or 25 hours a day, and not the 53rd.
fn every_week_was_compared(arguments: &Arguments, found: &[(Comparison, Found)]) -> anyhow::Result<()> {
    let weeks = arguments.weeks();
    for (comparison, found) in found.iter().filter(|(comparison, _)| comparison.grain == Grain::Week) {
        let missing: Vec<_> = weeks.difference(&found.periods).map(String::as_str).collect();
        let name = &comparison.question.name;
        ensure!(missing.is_empty(), "{name} was not compared in {}", missing.join(", "));
    }
    if let (Some(first), Some(last)) = (weeks.first(), weeks.last()) {
        println!("\nEvery week from {first} to {last} was compared: {} of them.", weeks.len());
    }
    Ok(())
}
