//! `cargo xtask bench`: how fast counting and rendering are, and how much memory they take.
//!
//! Inputs are generated from a seed, so anybody can measure the same. Everything runs several times; the median is
//! printed with the least and the most, as Markdown for `docs/performance.md`. Nothing here passes or fails.

mod ingest;
mod render;
mod service_points;

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, ensure};

use crate::workspace;

/// One of the things that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// How fast a queue log is counted.
    QueueLog,
    /// How fast `/metrics` is rendered.
    Rendering,
    /// How large and slow everything is for a thousand service points.
    ServicePoints,
}

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Measure this alone; without it, all but service points, which take minutes
    #[arg(long, value_name = "PART")]
    only: Option<Part>,
    /// How many service points there are
    #[arg(long, value_name = "N", default_value_t = 1000)]
    points: u32,
    /// How many services each of them has
    #[arg(long, value_name = "N", default_value_t = 10)]
    services: u32,
    /// Tickets that each service of each hands out on a workday, as a mean
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    tickets: f64,
    /// Sizes of the logs to count, in MB
    #[arg(long, value_name = "MB,…", value_delimiter = ',', default_values_t = [100, 1000])]
    megabytes: Vec<u64>,
    /// How many queues the calls of a log are spread over
    #[arg(long, value_name = "Q", default_value_t = 50)]
    queues: u16,
    /// Samples of `/metrics` to render
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    samples: usize,
    /// How often to measure each
    #[arg(long, value_name = "N", default_value_t = 5)]
    rounds: usize,
    /// Already the optimised build of this program
    #[arg(long, hide = true)]
    optimised: bool,
}

/// Measures with optimised builds, and prints tables.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !arguments.optimised {
        return run_optimised();
    }
    println!("{}\n", machine());
    let is_asked = |part| arguments.only.map_or(part != Part::ServicePoints, |only| only == part);
    if is_asked(Part::QueueLog) {
        ingest::run(arguments)?;
    }
    if is_asked(Part::Rendering) {
        render::run(arguments);
    }
    if is_asked(Part::ServicePoints) {
        service_points::run(arguments)?;
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

/// The median of some figures, and how far they spread.
fn spread(mut figures: Vec<f64>, decimals: usize) -> String {
    figures.sort_by(f64::total_cmp);
    let (least, most) = (figures.first().copied(), figures.last().copied());
    let (Some(least), Some(most)) = (least, most) else { return "–".to_owned() };
    let median = figures[figures.len() / 2];
    format!("{median:.decimals$} ({least:.decimals$}–{most:.decimals$})")
}

/// A table in Markdown.
fn markdown<const N: usize>(header: [&str; N], rows: &[[String; N]]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(&header.map(str::to_owned));
    table += "|";
    table += &"---|".repeat(N);
    table += "\n";
    rows.iter().for_each(|row| table += &line(row));
    table
}
