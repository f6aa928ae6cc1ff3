//! What people would use instead of jono, as far as it is there. What is not is left out, and said how to get.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::{
    process,
    totals::Totals,
    turns::{Candidate, Run},
};
use crate::{system, workspace};

/// Packages of Python, each called like the module that it brings.
const PACKAGES: [&str; 2] = ["duckdb", "polars"];

/// Who is there, with its version.
#[derive(Debug)]
pub(crate) struct Peers {
    python: PathBuf,
    pub(crate) duckdb: Option<String>,
    pub(crate) polars: Option<String>,
    pub(crate) mtail: Option<String>,
    pub(crate) promtool: Option<String>,
}

/// What `run.py` tells.
#[derive(Debug, Deserialize)]
struct Told {
    seconds: f64,
    processor_seconds: f64,
    totals: Totals,
}

impl Peers {
    /// Looks for everybody.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let own = environment()?.join("bin/python");
        let python = if own.exists() { own } else { PathBuf::from("python3") };
        let module = |name: &str| {
            let version = format!("import {name}; print({name}.__version__)");
            first_line(Command::new(&python).args(["-c", &version]))
        };
        Ok(Self {
            duckdb: module("duckdb"),
            polars: module("polars"),
            mtail: first_line(Command::new("mtail").arg("--version")).map(|line| word(&line, 2)),
            promtool: first_line(Command::new("promtool").arg("--version")).map(|line| word(&line, 2)),
            python,
        })
    }

    /// Installs who is missing: DuckDB and Polars beneath the target directory, the others as Debian's packages.
    pub(crate) fn install() -> anyhow::Result<()> {
        let environment = environment()?;
        let found = Self::find()?;
        if found.duckdb.is_none() || found.polars.is_none() {
            let run = |command: &mut Command| {
                let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
                ensure!(status.success(), "{command:?} failed");
                anyhow::Ok(())
            };
            fs::create_dir_all(&environment)?;
            run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
            let pip = [&["-m", "pip", "install", "--quiet"], &PACKAGES[..]].concat();
            run(Command::new(environment.join("bin/python")).args(pip))?;
        }
        system::MTAIL.ensure()?;
        system::PROMETHEUS.ensure()
    }

    /// The versions of those who take part, and how to get the others.
    pub(crate) fn told(&self) -> String {
        let all = [
            ("DuckDB", &self.duckdb),
            ("Polars", &self.polars),
            ("mtail", &self.mtail),
            ("promtool", &self.promtool),
        ];
        let there = all.iter().filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)));
        let missing: Vec<_> =
            all.iter().filter(|(_, version)| version.is_none()).map(|(name, _)| *name).collect();
        let there = there.collect::<Vec<_>>().join(", ");
        if missing.is_empty() {
            return there;
        }
        let hint = "`cargo xtask bench --install` installs what is missing";
        format!("{there}; left out: {} ({hint})", missing.join(", "))
    }

    /// DuckDB at a script over a file, if it is there.
    pub(crate) fn duckdb<'a>(&'a self, script: &'a str, input: &'a Path) -> Option<Candidate<'a>> {
        self.duckdb.as_ref().map(|_| self.candidate("DuckDB", script, input))
    }

    /// DuckDB at a script that asks less of it.
    pub(crate) fn duckdb_sums<'a>(&'a self, script: &'a str, input: &'a Path) -> Option<Candidate<'a>> {
        self.duckdb.as_ref().map(|_| self.candidate("DuckDB, sums alone", script, input))
    }

    /// Polars at a script over a file, if it is there.
    pub(crate) fn polars<'a>(&'a self, script: &'a str, input: &'a Path) -> Option<Candidate<'a>> {
        self.polars.as_ref().map(|_| self.candidate("Polars", script, input))
    }

    /// Every call of a queue log as Parquet, for DuckDB to ask.
    pub(crate) fn facts(&self, log: &Path, zone: &str, out: &Path) -> anyhow::Result<()> {
        let mut python = Command::new(&self.python);
        process::run(python.arg(script_path("facts.py")).arg(log).arg(zone).arg(out)).map(drop)
    }

    fn candidate<'a>(&'a self, name: &str, script: &'a str, input: &'a Path) -> Candidate<'a> {
        Candidate::new(name, move || self.run(script, input))
    }

    /// The time is that of the work: starting Python and importing a library are not in it. The memory is all of it.
    fn run(&self, script: &str, input: &Path) -> anyhow::Result<Run> {
        let mut python = Command::new(&self.python);
        let (run, told) =
            process::run(python.arg(script_path("run.py")).arg(script_path(script)).arg(input))?;
        let told: Told = serde_json::from_str(&told).with_context(|| format!("{script} told {told:?}"))?;
        let Told { seconds, processor_seconds, totals } = told;
        Ok(Run { seconds, processor_seconds: Some(processor_seconds), totals, ..run })
    }
}

/// Where the scripts of the peers are.
pub(crate) fn script_path(name: &str) -> PathBuf {
    workspace::root().join("xtask/src/bench/peers").join(name)
}

fn environment() -> anyhow::Result<PathBuf> {
    Ok(workspace::target()?.join("bench/python"))
}

/// What a command that succeeds writes first, to either of its outputs.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).lines().next().map(str::to_owned)
}

fn word(line: &str, nth: usize) -> String {
    line.split_whitespace().nth(nth).unwrap_or(line).to_owned()
}
