//! `cargo xtask bench`: how fast jono is beside what people would use instead, and how near to what the machine can do.
//!
//! Inputs are generated from a seed, so anybody can measure the same. Everybody works in turn, several rounds; their
//! totals must be equal, which is all that can fail here. The median is printed with the least and the most, as
//! Markdown for `docs/performance.md`; how far it is goes to standard error.
//!
//! Reading order: [`input`] is made once, [`turns`] lets each [`peers`] and [`counting`] work on it and compares their
//! [`totals`], [`spread`] and [`text`] say what came of it. Each part of the work is a file.

mod commit;
mod contacts;
mod counting;
mod floor;
mod history;
mod input;
mod instructions;
mod mtail;
mod peers;
mod process;
mod queue_log;
mod rendering;
mod scrape;
mod service_points;
mod spread;
mod text;
mod totals;
mod turns;
mod visible;

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, ensure};
use clap::ValueEnum;
use tempfile::TempDir;

use self::{peers::Peers, turns::Candidate};
use crate::workspace;

/// One of the things that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What the machine can do at best.
    Floor,
    /// How fast a queue log is counted, beside DuckDB, Polars and mtail.
    QueueLog,
    /// How fast a table of contacts is counted, beside DuckDB and Polars.
    Contacts,
    /// How fast the text of `/metrics` follows changes, beside `prometheus` and `prometheus-client`.
    Rendering,
    /// What an unchanged scrape costs who serves it.
    Scrape,
    /// Starting, asking and writing history on five years, beside DuckDB and promtool.
    History,
    /// How long a line takes from the log to `/metrics`.
    Visible,
    /// What a commit costs by how much it changes.
    Commit,
    /// How many instructions counting takes, and where; takes minutes.
    Instructions,
    /// How large and slow everything is for a thousand service points.
    ServicePoints,
}

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Measure these alone; without it, all but instructions and service points, which take minutes more
    #[arg(long, value_name = "PART,…", value_delimiter = ',')]
    only: Vec<Part>,
    /// Install the peers that are missing: DuckDB and Polars beneath the target directory, the others by apt-get
    #[arg(long)]
    install: bool,
    /// The binary of jono to measure, instead of one that is built for it
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// An older binary of jono, to measure in turn with the one of today
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// Sizes of the logs to count, in MB
    #[arg(long, value_name = "MB,…", value_delimiter = ',', default_values_t = [100, 1000])]
    megabytes: Vec<u64>,
    /// How many queues the calls of a log are spread over: the first for all sizes, the others for one
    #[arg(long, value_name = "Q,…", value_delimiter = ',', default_values_t = [50, 5, 500].map(|queues| NonZero::new(queues).expect("not zero")))]
    queues: Vec<NonZero<u16>>,
    /// Sizes of the tables of contacts, in MB
    #[arg(long, value_name = "MB,…", value_delimiter = ',', default_values_t = [100, 1000])]
    table_megabytes: Vec<u64>,
    /// The same seed gives the same inputs
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Samples of `/metrics` to render and to scrape
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000])]
    samples: Vec<usize>,
    /// Calls of the five years
    #[arg(long, value_name = "N", default_value_t = 4_000_000)]
    history_calls: u64,
    /// How many service points there are
    #[arg(long, value_name = "N", default_value_t = 1000)]
    points: u32,
    /// How many services each of them has
    #[arg(long, value_name = "N", default_value_t = 10)]
    services: u32,
    /// Tickets that each service of each hands out on a workday, as a mean
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    tickets: f64,
    /// How often to measure each
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: usize,
    /// Already the optimised build of this program
    #[arg(long, hide = true)]
    optimised: bool,
}

impl Arguments {
    /// What is asked for, in the order in which it is told.
    fn parts(&self) -> Vec<Part> {
        let takes_long = |part: &Part| matches!(part, Part::Instructions | Part::ServicePoints);
        let is_asked = |part: &Part| match &self.only[..] {
            [] => !takes_long(part),
            only => only.contains(part),
        };
        Part::value_variants().iter().copied().filter(is_asked).collect()
    }
}

/// Who is measured, and where.
struct Setting {
    /// The name and the binary of each jono, the one of today first.
    binaries: Vec<(&'static str, PathBuf)>,
    peers: Peers,
}

/// Measures with optimised builds, and prints tables.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !arguments.optimised {
        return run_optimised();
    }
    if arguments.install {
        Peers::install()?;
    }
    let setting = Setting::new(arguments)?;
    println!("{}; {}\n", machine(), setting.peers.told());
    for part in arguments.parts() {
        match part {
            Part::Floor => floor::run(arguments, &setting)?,
            Part::QueueLog => queue_log::run(arguments, &setting)?,
            Part::Contacts => contacts::run(arguments, &setting)?,
            Part::Rendering => rendering::run(arguments)?,
            Part::Scrape => scrape::run(arguments, &setting)?,
            Part::History => history::run(arguments, &setting)?,
            Part::Visible => visible::run(arguments, &setting)?,
            Part::Commit => commit::run(arguments, &setting)?,
            Part::Instructions => instructions::run(arguments, &setting)?,
            Part::ServicePoints => service_points::run(arguments, &setting)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Figures of a development build mean nothing, so an optimised one of this program takes over.
fn run_optimised() -> anyhow::Result<ExitCode> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--release", "--package", "xtask", "--", "bench", "--optimised"]);
    let status = cargo
        .args(std::env::args().skip(2))
        .current_dir(workspace::root())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "the optimised build ended with {status}");
    Ok(ExitCode::SUCCESS)
}

impl Setting {
    fn new(arguments: &Arguments) -> anyhow::Result<Self> {
        let found =
            |path: &PathBuf| path.canonicalize().with_context(|| format!("cannot find {}", path.display()));
        let mut binaries = vec![("jono", arguments.binary.as_ref().map_or_else(jono, found)?)];
        if let Some(before) = &arguments.before {
            binaries.push(("jono before", found(before)?));
        }
        Ok(Self { binaries, peers: Peers::find()? })
    }

    /// The binary of today.
    fn binary(&self) -> &Path {
        &self.binaries[0].1
    }

    /// A candidate for each jono.
    fn jono<'a>(&'a self, candidate: impl Fn(&'static str, &'a Path) -> Candidate<'a>) -> Vec<Candidate<'a>> {
        self.binaries.iter().map(|(name, binary)| candidate(name, binary)).collect()
    }

    /// On the disk of the target directory: a temporary folder may be in memory.
    #[expect(clippy::unused_self, reason = "where things are is part of the setting")]
    fn folder(&self) -> anyhow::Result<TempDir> {
        tempfile::tempdir_in(workspace::target()?).context("there is no room for temporary files")
    }
}

/// The optimised binary.
pub(crate) fn jono() -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    let built = cargo
        .args(["build", "--quiet", "--release", "--package", "jono"])
        .current_dir(workspace::root())
        .status();
    ensure!(built.context("cannot run cargo")?.success(), "jono does not build");
    Ok(workspace::target()?.join("release/jono"))
}

/// What it ran on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, Into::into);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{cores} cores, {}", model.map_or("unknown processor", |(_, name)| name.trim()))
}
