//! `cargo xtask crash`: ends the real `jono` wherever it can be ended, and proves that nothing depends on where.
//!
//! Every named point of a commit is swept, every time that it is passed, and beside it processes are killed at
//! random: a random kill seldom hits the millisecond that matters, and a list of points lacks the ones nobody thought
//! of. However often it was ended, a ledger must dump what that of an uninterrupted run dumps, and agree with itself.
//!
//! Reading order: [`facts`] are documents of everything that is remembered, [`scenario`] says what is done to a ledger, [`trial`] does it to one, [`sweep`] and [`kill`] end it.

mod facts;
mod kill;
mod scenario;
mod sweep;
mod trial;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::{Context, ensure};
use jono_ledger::fault;

use self::scenario::Scenario;
use crate::{jono, table::table};

/// How much to count, and how often to kill.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// About how many calls the log has
    #[arg(long, value_name = "N", default_value_t = 60_000)]
    calls: u64,
    /// How many processes to kill at random moments, over all scenarios
    #[arg(long, value_name = "N", default_value_t = 20)]
    kills: u64,
    /// The same seed gives the same log and the same moments
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Only kill at random moments; leave the sweep over the named points out
    #[arg(long)]
    no_sweep: bool,
}

/// What came of one way to end a scenario.
#[derive(Debug, Default)]
struct Tally {
    /// Processes that were ended before they were done.
    ended: u64,
    /// All processes that were run.
    runs: u64,
    /// Ledgers that were compared.
    dumps: u64,
    /// What is wrong with those that differ, and where they are.
    wrong: Vec<String>,
}

/// Ends everything everywhere, prints a table, and fails if any ledger differs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let binary = jono::build(&["faults"])?;
    let dir = tempfile::Builder::new().prefix("jono-crash-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    let scenarios = Scenario::all(&binary, dir.path(), arguments.calls, arguments.seed)?;
    let mut rows = Vec::new();
    let mut wrong = Vec::new();
    let mut passed = BTreeSet::new();
    let mut add = |scenario: &str, how: &str, tally: Tally| {
        let equal = tally.dumps - tally.wrong.len() as u64;
        let numbers = [tally.ended, tally.runs].map(|count| count.to_string());
        let [ended, runs] = numbers;
        rows.push([scenario.to_owned(), how.to_owned(), ended, runs, format!("{equal} of {}", tally.dumps)]);
        wrong.extend(tally.wrong);
    };
    for scenario in scenarios.iter().filter(|_| !arguments.no_sweep) {
        let swept = sweep::all(scenario)?;
        for (point, times) in &swept.sampled {
            println!("{}: {point} is passed more than {times} times; beyond, some were swept", scenario.name);
        }
        passed.extend(swept.passed);
        add(scenario.name, "every point", swept.tally);
    }
    let killed: Vec<_> = scenarios.iter().flat_map(kill::Way::of).collect();
    for (index, (scenario, way)) in killed.iter().enumerate() {
        // Shared out evenly; the first ones take what remains.
        let share = (arguments.kills + (killed.len() - 1 - index) as u64) / killed.len() as u64;
        let seed = arguments.seed.wrapping_add(index as u64);
        add(scenario.name, way.name(), kill::all(scenario, *way, share, seed)?);
    }
    println!("{}", table(["scenario", "ended", "times", "runs", "equal dumps"], 2, rows));
    // No log leads there: the ledger's own tests end a process that publishes.
    let is_of_logs = |point: &&&str| **point != "edition-written";
    let never = fault::POINTS.iter().filter(is_of_logs).filter(|point| !passed.contains(**point));
    let never: Vec<_> = never.copied().collect();
    ensure!(arguments.no_sweep || never.is_empty(), "never passed, and so not proved: {}", never.join(", "));
    if wrong.is_empty() {
        println!("\nNothing depends on where a process is ended.");
        return Ok(ExitCode::SUCCESS);
    }
    wrong.iter().for_each(|wrong| println!("\n{wrong}"));
    println!("\nThe ledgers are kept in {}", dir.keep().display());
    Ok(ExitCode::FAILURE)
}
