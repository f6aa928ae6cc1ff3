//! A generated year, imported in blocks: Prometheus and `jono readings` agree on every local day.

use std::{path::Path, time::Instant};

use super::{
    days::{self, Span},
    import,
};
use crate::sample;

const YEAR: Span = Span { period: "2020", days: 366, end: "2020-12-31T22:00:00Z" };

pub(super) fn check(binary: &Path, folder: &Path, calls: u64) -> anyhow::Result<()> {
    let jono = days::generated(binary, folder, sample::Arguments { calls, ..sample::Arguments::default() })?;
    let (prometheus, figures) = import::import(&jono, "a year of calls", folder)?;
    println!("{figures}\n");
    let started = Instant::now();
    println!("{}\n", days::ensure_equal(&jono, &prometheus, &YEAR)?);
    println!(
        "Prometheus and jono readings agree on every day, in {:.0} s.\n",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
