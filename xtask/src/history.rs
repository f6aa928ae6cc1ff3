//! `cargo xtask history`: a real Prometheus is given the past by `jono backfill`, and says of it what jono says.
//!
//! Reading order: [`import`] writes history, has `promtool` make blocks of it and starts Prometheus on them; [`days`]
//! compares local days; [`year`] those of a generated year, [`remote`] those of two months that were sent by remote write;
//! [`weekly`] compares every week that Kela published; [`seam`] looks at where history ends and scraping begins; [`large`]
//! is run by itself, to see what five years of fifty series take.

mod days;
pub(crate) mod import;
mod large;
mod remote;
mod seam;
mod weekly;
mod year;

use std::{num::NonZero, process::ExitCode};

use anyhow::Context;

pub(crate) use self::{days::generated, import::run_and_watch, large::arguments as years};
use crate::{jono, system, wait};

/// How large the year is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// About how many calls arrive over the year
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    calls: u64,
    /// Only write and import so many years of --queues queues, and tell what that takes
    #[arg(long, value_name = "N")]
    years: Option<i16>,
    /// How many queues those years have
    #[arg(long, value_name = "N", default_value = "50", requires = "years")]
    queues: NonZero<u16>,
}

/// Imports and compares; prints what was compared, and fails if anything differs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    wait::heed_interrupts()?;
    system::PROMETHEUS.ensure()?;
    let binary = jono::build(&[])?;
    let dir = tempfile::Builder::new().prefix("jono-history-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    if let Some(years) = arguments.years {
        large::run(&binary, &dir.path().join("large"), arguments.calls, years, arguments.queues)?;
        return Ok(ExitCode::SUCCESS);
    }
    year::check(&binary, &dir.path().join("year"), arguments.calls)?;
    remote::check(&binary, &dir.path().join("remote"), arguments.calls)?;
    weekly::check(&binary, &dir.path().join("weekly"))?;
    seam::check(&binary, &dir.path().join("seam"))?;
    Ok(ExitCode::SUCCESS)
}
