//! A table of contacts to hourly figures: jono, which makes them durable, beside DuckDB and Polars, which do not.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::{
    Arguments, Setting,
    counting::{self, Counting},
    input,
    text::{markdown, megabytes},
    turns::in_turn,
};
use crate::sample::contacts;

/// The year of the generated calls.
const PERIOD: &str = "2020";
/// So many days of 8 MB are as full as the year of a gigabyte.
const DENSE_DAYS: usize = 2;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let folder = setting.folder()?;
    let config = folder.path().join("jono.toml");
    std::fs::write(&config, contacts::CONFIG).context("cannot write the configuration")?;
    let mut rows = Vec::new();
    for &size in &arguments.table_megabytes {
        let table = table(size, arguments.seed)?;
        let (bytes, lines) = input::measured(&table)?;
        let counting = Counting { config: &config, input: &table, folder: folder.path(), period: PERIOD };
        let mut candidates = setting.jono(|name, binary| counting.by(name, binary, &[]));
        candidates.extend(setting.peers.duckdb("contacts.sql", &table));
        candidates.extend(setting.peers.polars("polars_contacts.py", &table));
        let what = format!("{}, {:.2} million contacts", megabytes(bytes), (lines - 1) as f64 / 1e6);
        let measured = in_turn(&what, arguments.rounds, candidates)?;
        rows.extend(counting::rows(&what, (bytes, lines), &measured));
    }
    println!("{}", markdown(counting::header("contact table"), &rows));
    Ok(())
}

/// The generated table of that size, a year of contacts.
fn table(megabytes: u64, seed: u64) -> anyhow::Result<PathBuf> {
    input::reused(&format!("contacts-{megabytes}mb-{seed}.csv"), |out| write(out, megabytes, None, seed))
}

/// A small one with as many contacts in an hour as a large one has: a few days.
pub(super) fn dense(megabytes: u64, seed: u64) -> anyhow::Result<PathBuf> {
    let name = format!("contacts-dense-{megabytes}mb-{seed}.csv");
    input::reused(&name, |out| write(out, megabytes, Some(DENSE_DAYS), seed))
}

fn write(out: &Path, megabytes: u64, days: Option<usize>, seed: u64) -> anyhow::Result<()> {
    let mut file = File::create(out)?;
    contacts::write(megabytes * 1_000_000, days, seed, &mut file).context("cannot write a table").map(drop)
}
