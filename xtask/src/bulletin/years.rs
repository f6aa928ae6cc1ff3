//! What one bulletin takes when years of many series are behind it: seconds and memory, of the optimised binary.

use std::{fs, num::NonZero, process::Stdio, time::Instant};

use anyhow::Context;

use crate::{bench, history, table::table};

/// Of which week and which month it is made, each as often.
const PERIODS: [&str; 2] = ["2023-W50", "2023-11"];
const TIMES: usize = 3;

/// Makes it, and prints what it took.
pub(super) fn run(calls: u64, years: i16, queues: NonZero<u16>) -> anyhow::Result<()> {
    let binary = bench::jono()?;
    let folder = tempfile::Builder::new().prefix("jono-bulletin-").tempdir();
    let folder = folder.context("there is no room for temporary files")?;
    let calls = history::years(calls, years, queues);
    let jono = history::generated(&binary, &folder.path().join("ledger"), calls)?;
    let ledger = fs::metadata(jono.ledger())?.len();
    let mut rows = Vec::new();
    for period in PERIODS {
        for time in 1..=TIMES {
            let output = folder.path().join("bulletin");
            let mut make = jono.command("bulletin");
            make.args(["--period", period, "--output"]).arg(&output).stdout(Stdio::null());
            let begun = Instant::now();
            let peak = history::run_and_watch(&mut make)?;
            rows.push([
                format!("{period}, run {time}"),
                format!("{years} years of {queues} queues"),
                format!("{:.1}", ledger as f64 / 1e6),
                format!("{:.2}", begun.elapsed().as_secs_f64()),
                format!("{:.0}", peak as f64 / 1024.0),
            ]);
        }
    }
    let header = ["bulletin in all languages and formats", "ledger", "MB", "seconds", "MiB at most"];
    println!("{}", table(header, 2, rows));
    Ok(())
}
