//! A log is counted at full speed into the ledger that is being served: a scrape only reads, and must stay quick.

use std::{
    fs::File,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use super::{Outcome, place::Place, process::OwnProcess, server::Server, times::Times};
use crate::{http, sample};

const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of log that a call leaves, about.
const BYTES_A_CALL: u64 = 245;

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    let log = place.path("year.log");
    let megabytes = if place.big { 500 } else { 30 };
    sample::run(&sample::Arguments {
        calls: megabytes * 1_000_000 / BYTES_A_CALL,
        queues: 12.try_into().context("no queue")?,
        out: log.clone(),
        ..Default::default()
    })?;
    let bytes = log.metadata()?.len();
    let server = Server::start(place)?;
    let mut idle = Times::default();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(5) {
        scrape(&server, &mut idle)?;
    }
    let mut ingest = place.jono.command("ingest");
    let err = File::create(place.path("ingest.log"))?;
    let begun = Instant::now();
    let mut ingest = OwnProcess::start(ingest.arg(&log).stdout(Stdio::null()).stderr(err))?;
    let mut busy = Times::default();
    let status = loop {
        scrape(&server, &mut busy)?;
        if let Some(status) = ingest.ended()? {
            break status;
        }
    };
    ensure!(status.success(), "jono ingest ended with {status}");
    let seconds = begun.elapsed().as_secs_f64();
    server.stop()?;
    Ok(Outcome::Passed(vec![
        ("log", format!("{:.0} MB in {seconds:.1} s", bytes as f64 / 1e6)),
        ("scrapes meanwhile", busy.len().to_string()),
        ("busy: p50 / p99 / max", busy.told()),
        ("idle: p50 / p99 / max", idle.told()),
    ]))
}

fn scrape(server: &Server, times: &mut Times) -> anyhow::Result<()> {
    let begun = Instant::now();
    http::get(&server.url("/metrics"))?.text()?;
    times.push(begun.elapsed());
    thread::sleep(PAUSE);
    Ok(())
}
