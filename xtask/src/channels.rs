//! `cargo xtask channels`: the demo's documents of every channel but the telephone exchange's log, which
//! [`sample`](crate::sample) writes.
//!
//! All of it is drawn: the totals of service points are those that Kela named in June 2020, and which point they were
//! at, like everything else, is made up. Every document has chance of its own, so that a change of one leaves the others
//! as they are; the same seed gives the same bytes.
//!
//! Reading order: [`points`] says which service points there are and when they are open, [`tickets`] lets customers
//! wait there, [`rows`] is how tables are written; the others are a document each.

mod appointments;
mod callbacks;
mod calls;
mod events;
mod offices;
mod online;
mod openings;
mod points;
mod printed;
mod rows;
mod survey;
mod tickets;
mod visits;

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context;
use jiff::civil::Date;

use crate::{draw::Draw, workspace};

/// Where the documents go.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 60)]
    seed: u64,
    /// The folder to write to
    #[arg(long, value_name = "FOLDER", default_value_os_t = workspace::root().join("deploy/demo"))]
    out: PathBuf,
    /// Write nothing; fail if a document is not what would be written
    #[arg(long)]
    check: bool,
}

/// A document, and what writes it.
type Document = (&'static str, fn(Seed) -> anyhow::Result<Vec<u8>>);

/// Where all chance comes from.
#[derive(Debug, Clone, Copy)]
struct Seed(u64);

impl Seed {
    /// The chance of one thing, whatever else is drawn: FNV-1a of its name, beginning with the seed.
    fn draw(self, of: &str) -> Draw {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Draw::new(of.bytes().fold(self.0, hash))
    }
}

/// Every document.
const DOCUMENTS: &[Document] = &[
    ("visits.csv", visits::document),
    ("calls-weekly.csv", calls::document),
    ("tickets.csv.gz", tickets::document),
    ("offices.jsonl", offices::document),
    ("appointments.csv", appointments::daily),
    ("appointments-weekly.csv", appointments::weekly),
    ("callbacks.csv", callbacks::document),
    ("survey-2020.csv.gz", survey::answers),
    ("survey-rounds.csv", survey::rounds),
    ("openings.xlsx", openings::document),
    ("online.csv", online::document),
    ("events.jsonl", events::document),
    ("printed.csv", printed::document),
];

/// Writes or checks all documents.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut stale = 0;
    for (name, write) in DOCUMENTS {
        let bytes = write(Seed(arguments.seed)).with_context(|| format!("{name} cannot be drawn"))?;
        let file = arguments.out.join(name);
        if fs::read(&file).is_ok_and(|written| written == bytes) {
            continue;
        }
        if arguments.check {
            stale += 1;
            eprintln!("{} is stale; run: cargo xtask channels", file.display());
        } else {
            fs::write(&file, &bytes).with_context(|| format!("cannot write {}", file.display()))?;
            println!("{name}: {} bytes", bytes.len());
        }
    }
    Ok(if stale == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many of the demo's service points are open, reduced and closed on a day.
pub(crate) fn service_points(day: Date) -> [usize; 3] {
    points::states(day)
}

#[cfg(test)]
mod tests;
