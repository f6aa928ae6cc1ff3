//! `cargo xtask history`: a real Prometheus is given the past by `jono backfill`, and says of it what jono says.
//!
//! Reading order: [`import`] writes history, has `promtool` make blocks of it and starts Prometheus on them; [`days`]
//! compares local days; [`year`] those of a generated year, [`remote`] those of two months that were sent by remote write;
//! [`weekly`] compares every week that Kela published.

mod days;
mod import;
mod remote;
mod weekly;
mod year;

use std::process::ExitCode;

use anyhow::Context;

use crate::{jono, system, wait};

/// How large the year is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// About how many calls arrive over the year
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    calls: u64,
}

/// Imports and compares; prints what was compared, and fails if anything differs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    wait::heed_interrupts()?;
    system::PROMETHEUS.ensure()?;
    let binary = jono::build(&[])?;
    let dir = tempfile::Builder::new().prefix("jono-history-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    year::check(&binary, &dir.path().join("year"), arguments.calls)?;
    remote::check(&binary, &dir.path().join("remote"), arguments.calls)?;
    weekly::check(&binary, &dir.path().join("weekly"))?;
    Ok(ExitCode::SUCCESS)
}
