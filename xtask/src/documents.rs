//! `cargo xtask documents`: is a document recognised, whatever happened to its file?
//!
//! Each scenario gives the real `jono` a log in some turn of its life, and compares what the ledger then holds with
//! what a fresh ledger holds of the same content.
//!
//! Reading order: [`place`] is a folder with a ledger, [`life`] what happens to a log, [`refusal`] what is refused.

mod life;
mod place;
mod refusal;

use std::process::ExitCode;

use anyhow::Context;
use jiff::ToSpan;

use self::place::Place;
use crate::{jono, sample, table::table};

/// How large a log to use.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// About how many calls the log has
    #[arg(long, value_name = "N", default_value_t = 8000)]
    calls: u64,
    /// The same seed gives the same log
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// A turn in the life of a document.
type Scenario = (&'static str, fn(&Place) -> anyhow::Result<()>);

/// Goes through all scenarios, prints a table, and fails if any does.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let binary = jono::build(&[])?;
    let (calls, seed) = (arguments.calls, arguments.seed);
    let sample = sample::Arguments { calls, seed, rejects: 0.001, ..Default::default() };
    let log = sample::bytes(&sample)?;
    // Another year: a log of the same days could begin with the same line.
    let from = sample.from.checked_add(1.year())?;
    let other = sample::bytes(&sample::Arguments { from, ..sample })?;
    let dir = tempfile::Builder::new().prefix("jono-documents-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    let mut failed = 0;
    let mut rows = Vec::new();
    for (index, (name, scenario)) in life::SCENARIOS.iter().chain(refusal::SCENARIOS).enumerate() {
        let place = Place::new(&binary, &dir.path().join(index.to_string()), &log, &other)?;
        let result = match scenario(&place) {
            Ok(()) => "as it should be".to_owned(),
            Err(why) => {
                failed += 1;
                format!("{}: {why:#}", place.dir().display())
            }
        };
        rows.push([(*name).to_owned(), result]);
    }
    println!("{}", table(["scenario", "result"], 2, rows));
    if failed == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{failed} failed; the folders are kept in {}", dir.keep().display());
    Ok(ExitCode::FAILURE)
}
