//! jono at a document: into a fresh ledger by `jono ingest`, and its totals by `jono readings`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde_json::Value;

use super::{
    process,
    spread::known,
    totals::Totals,
    turns::{Candidate, Measured, Run},
};
use crate::jono::Jono;

/// Whole counts, each a measure of its own.
pub(crate) const COUNTS: [&str; 8] =
    ["arrivals", "answered", "abandoned", "timed_out", "left_empty", "left_by_key", "withdrawn", "handled"];
/// What is above the line of a mean.
pub(crate) const SECONDS: [(&str, &str); 2] =
    [("wait_seconds", "wait_mean"), ("handling_seconds", "handling_mean")];

/// A document to count, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counting<'a> {
    pub(crate) config: &'a Path,
    pub(crate) input: &'a Path,
    /// For the ledger: on a disk, since a temporary folder may be in memory.
    pub(crate) folder: &'a Path,
    /// What the totals are of, as `--period` takes it.
    pub(crate) period: &'a str,
}

impl<'a> Counting<'a> {
    /// A binary that counts, with more arguments.
    pub(crate) fn by(self, name: &str, binary: &'a Path, arguments: &'a [&'a str]) -> Candidate<'a> {
        Candidate::new(name, move || self.run(binary, arguments))
    }

    fn run(&self, binary: &Path, arguments: &[&str]) -> anyhow::Result<Run> {
        let jono = fresh(binary, self.config, self.folder);
        let mut ingest = jono.command("ingest");
        let (run, _) = process::run(ingest.args(arguments).arg(self.input))?;
        Ok(Run { totals: totals(&jono, self.period)?, ..run })
    }
}

/// With a ledger that is not there yet.
pub(crate) fn fresh(binary: &Path, config: &Path, folder: &Path) -> Jono {
    let ledger: PathBuf = folder.join("bench.ledger");
    for suffix in ["", "-wal", "-shm", ".rejects"] {
        let _ = fs::remove_file(folder.join(format!("bench.ledger{suffix}")));
    }
    Jono::new(binary, config, &ledger)
}

/// What it counted of all series together.
fn totals(jono: &Jono, period: &str) -> anyhow::Result<Totals> {
    let pooled = ["--channel", "all", "--unit", "all", "--service", "all", "--basis", "counted"];
    let numerator = |measure: &str| {
        let rows = jono.readings(&[&["--measure", measure, "--period", period], &pooled[..]].concat())?;
        let row = rows.first().with_context(|| format!("there is no reading of {measure}"))?;
        // Of nobody there is no mean, and nothing above its line.
        anyhow::Ok(row.get("numerator").and_then(Value::as_u64).unwrap_or(0))
    };
    let mut totals = Totals::default();
    for (name, measure) in COUNTS.iter().map(|name| (*name, *name)).chain(SECONDS) {
        totals.add(name, numerator(measure)?);
    }
    Ok(totals)
}

/// The columns of a table of counting, of which the first is what was counted.
pub(crate) fn header(what: &str) -> [&str; 8] {
    [what, "by", "seconds", "million lines/s", "MB/s", "processor seconds", "peak MiB", "times jono's"]
}

/// A row for each who counted so many bytes and lines; the first of them is jono.
pub(crate) fn rows<'a>(
    what: &'a str,
    (bytes, lines): (u64, u64),
    measured: &'a [Measured],
) -> impl Iterator<Item = [String; 8]> + 'a {
    measured.iter().map(move |one| {
        let speed = |amount: u64| {
            known(one.seconds().map(|seconds| seconds.map(|seconds| amount as f64 / 1e6 / seconds)))
        };
        [
            what.to_owned(),
            one.name.clone(),
            known(one.seconds()),
            speed(lines),
            speed(bytes),
            known(one.processor_seconds()),
            known(one.peak_mib()),
            known(one.times(&measured[0])),
        ]
    })
}
