//! Five years of fifty queues: starting to serve, asking for a year by week, and writing the past for Prometheus.

mod backfill;
mod readings;

use std::{
    fs,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};

use super::{
    Arguments, Setting, input,
    spread::{Spread, known},
    text::{markdown, megabytes},
};
use crate::{history, http, jono::Jono, sample};

const ZONE: &str = "Europe/Helsinki";
const YEARS: i16 = 5;
const QUEUES: u16 = 50;
/// Since when counters count: since somebody began to serve, or since the first call.
const COUNTERS: [(&str, &str); 2] = [
    ("", ""),
    (", counters since the first call", "[counters]\nsince = \"2019-01-01\"\nhorizon = \"none\"\n"),
];

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let name = format!("history-{YEARS}y-{QUEUES}q-{}-{}", arguments.history_calls, arguments.seed);
    let log = input::reused(&name, |out| {
        let queues = NonZero::new(QUEUES).expect("not zero");
        let calls = history::years(arguments.history_calls, YEARS, queues);
        sample::run(&sample::Arguments { out: out.to_owned(), seed: arguments.seed, ..calls }).map(drop)
    })?;
    let (bytes, lines) = input::measured(&log)?;
    println!(
        "{YEARS} years of {QUEUES} queues, {}, {:.1} million lines\n",
        megabytes(bytes),
        lines as f64 / 1e6
    );
    let facts = setting
        .peers
        .duckdb
        .as_ref()
        .map(|_| input::reused(&format!("{name}.parquet"), |out| setting.peers.facts(&log, ZONE, out)));
    let facts = facts.transpose()?;
    let folder = setting.folder()?;
    let mut past = Vec::new();
    for (name, binary) in &setting.binaries {
        past.push(Past::new(name, binary, folder.path(), &log)?);
    }
    starts(arguments, &past)?;
    readings::run(arguments, setting, &past, facts.as_deref())?;
    backfill::run(setting, &past)
}

/// A ledger of the years, counted by one binary.
struct Past<'a> {
    name: &'a str,
    binary: &'a Path,
    folder: PathBuf,
}

impl<'a> Past<'a> {
    fn new(name: &'a str, binary: &'a Path, folder: &Path, log: &Path) -> anyhow::Result<Self> {
        eprintln!("{YEARS} years counted by {name}");
        let past = Self { name, binary, folder: folder.join(name.replace(' ', "-")) };
        fs::create_dir(&past.folder)?;
        past.counted("").run("ingest", &[log.to_str().context("the log's path is no text")?])?;
        Ok(past)
    }

    /// The ledger as it is, by that configuration.
    fn counted(&self, counters: &str) -> Jono {
        let config = self.folder.join("jono.toml");
        let source = "[[source]]\nname = \"queue_log\"\nformat = \"queue_log\"\n";
        fs::write(&config, format!("time_zone = \"{ZONE}\"\n{counters}{source}"))
            .expect("the folder is there");
        Jono::new(self.binary, &config, &self.folder.join("bench.ledger"))
    }

    /// A copy of the ledger as it was after counting.
    fn copied(&self, counters: &str, name: &str) -> anyhow::Result<Jono> {
        let copy = self.folder.join(name);
        let _ = fs::remove_dir_all(&copy);
        fs::create_dir(&copy)?;
        for suffix in ["", "-wal", ".rejects"] {
            let name = format!("bench.ledger{suffix}");
            if self.folder.join(&name).exists() {
                fs::copy(self.folder.join(&name), copy.join(&name))?;
            }
        }
        self.counted(counters);
        Ok(Jono::new(self.binary, &self.folder.join("jono.toml"), &copy.join("bench.ledger")))
    }
}

/// How long it takes until `/-/ready` says so.
fn starts(arguments: &Arguments, past: &[Past<'_>]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for (what, counters) in COUNTERS {
        for past in past {
            eprintln!("starts of {}{what}", past.name);
            let jono = past.copied(counters, "served")?;
            let log = past.folder.join("serve.log");
            let first = start(&jono, &log)?;
            let later = (0..arguments.rounds.max(1))
                .map(|_| start(&jono, &log))
                .collect::<anyhow::Result<Vec<_>>>()?;
            rows.push([format!("{}{what}", past.name), format!("{first:.2}"), known(Spread::of(later))]);
        }
    }
    println!("{}", markdown(["`jono serve` until ready, seconds", "the first time", "later"], &rows));
    Ok(())
}

fn start(jono: &Jono, log: &Path) -> anyhow::Result<f64> {
    let started = Instant::now();
    let serving = jono.serve(log)?;
    let ready = format!("http://{}/-/ready", serving.address);
    while http::get(&ready)?.status != 200 {
        ensure!(started.elapsed() < Duration::from_mins(5), "jono serve is not ready");
        thread::sleep(Duration::from_millis(2));
    }
    let seconds = started.elapsed().as_secs_f64();
    serving.stop().map(|()| seconds)
}
