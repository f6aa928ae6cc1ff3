//! `cargo xtask serving`: what `jono serve` is worth while the world around it misbehaves.
//!
//! Each scenario serves the real `jono` to real clients, does to it what operators, disks, clocks and strangers do,
//! and holds what is shown against what must be. A scenario that needs what this machine does not have says so.
//!
//! Reading order: [`place`] is a folder with a ledger, [`server`] what serves it, [`writer`] the telephone exchange,
//! [`scrape`] what was shown; then a file for each scenario.

mod busy;
mod certificates;
mod clock;
mod crowd;
mod curl;
mod full;
mod history;
mod place;
mod process;
mod reload;
mod scrape;
mod secure;
mod server;
mod socket;
mod times;
mod writer;

use std::{process::ExitCode, time::Instant};

use anyhow::{Context, ensure};

pub(crate) use self::times::Times;
use self::{crowd::Visitors, place::Place};
use crate::{jono, system, table::table, wait};

/// Which scenarios to play, and how large.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Play these alone; without any, all
    #[arg(value_name = "SCENARIO")]
    scenarios: Vec<String>,
    /// As large as it comes: five years of history, ten thousand connections, 500 MB of log
    #[arg(long)]
    big: bool,
    #[command(flatten)]
    visitors: Visitors,
}

/// What came of a scenario.
enum Outcome {
    /// All was as it should be; what was measured, and how much.
    Passed(Vec<(&'static str, String)>),
    /// This machine does not have what it needs.
    Skipped(String),
}

/// A name, and what is done.
type Scenario = (&'static str, fn(&Place) -> anyhow::Result<Outcome>);

/// All scenarios. The quick ones come first.
const SCENARIOS: &[Scenario] = &[
    ("socket", socket::play),
    ("reload", reload::play),
    ("secure", secure::play),
    ("clock", clock::play),
    ("full", full::play),
    ("history", history::play),
    ("crowd", crowd::play),
    ("busy", busy::play),
];

/// Plays the scenarios, prints a table, and fails if any does.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(host) = arguments.visitors.of {
        return arguments.visitors.visit(host);
    }
    wait::heed_interrupts()?;
    for name in &arguments.scenarios {
        let known = SCENARIOS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        ensure!(
            SCENARIOS.iter().any(|(scenario, _)| scenario == name),
            "no scenario is called {name}; the scenarios are: {known}"
        );
    }
    let chosen =
        |name: &str| arguments.scenarios.is_empty() || arguments.scenarios.iter().any(|one| one == name);
    [system::PROMETHEUS, system::OPENSSL, system::CURL].iter().try_for_each(system::Package::ensure)?;
    let binary = jono::build(&[])?;
    let dir = tempfile::Builder::new().prefix("jono-serving-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    let (mut rows, mut failed) = (Vec::new(), 0);
    for (name, play) in SCENARIOS.iter().filter(|(name, _)| chosen(name)) {
        let place = Place::new(&binary, &dir.path().join(name), arguments.big)?;
        let begun = Instant::now();
        let outcome = play(&place);
        let seconds = format!("{:.1} s", begun.elapsed().as_secs_f64());
        let (became, figures) = match outcome {
            Ok(Outcome::Passed(figures)) => ("passed", figures),
            Ok(Outcome::Skipped(why)) => {
                println!("{name} is skipped: {why}");
                ("skipped", Vec::new())
            }
            Err(why) => {
                failed += 1;
                eprintln!("{name}: {}: {why:#}", place.dir().display());
                ("FAILED", Vec::new())
            }
        };
        rows.push([(*name).to_owned(), became.to_owned(), String::new(), seconds]);
        let row = |(what, much): (&str, String)| [String::new(), String::new(), what.to_owned(), much];
        rows.extend(figures.into_iter().map(row));
    }
    println!("\n{}", table(["scenario", "", "figure", "value"], 3, rows));
    if failed == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{failed} failed; the folders are kept in {}", dir.keep().display());
    Ok(ExitCode::FAILURE)
}
