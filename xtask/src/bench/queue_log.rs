//! A queue log to hourly figures: jono, which makes them durable, beside DuckDB, Polars and mtail, which do not.

use std::{fs, num::NonZero, path::PathBuf};

use anyhow::Context;
use jiff::civil::date;

use super::{
    Arguments, Setting,
    counting::{self, Counting},
    input, mtail,
    spread::{Spread, known},
    text::{markdown, megabytes},
    turns::{Measured, in_turn},
};
use crate::sample::{self, Arguments as Sample};

pub(super) const CONFIG: &str =
    "time_zone = \"Europe/Helsinki\"\n[[source]]\nname = \"queue_log\"\nformat = \"queue_log\"\n";
/// The year of the generated calls.
const PERIOD: &str = "2020";
/// So many days of 8 MB are as full as the year of a gigabyte.
const DENSE_DAYS: u16 = 2;
/// mtail counts no more than this in bearable time.
const SLICE: u64 = 8;

/// What the lines are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As a switch writes them today.
    Plain,
    /// Every event that any version writes, and 1 % of lines that are none.
    Hard,
}

/// A log, and who counts it.
#[derive(Debug, Clone, Copy)]
struct Case {
    shape: Shape,
    megabytes: u64,
    queues: NonZero<u16>,
    /// Whether all peers count it too, or DuckDB alone: how many cells there are weighs differently on each.
    by_all: bool,
}

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let folder = setting.folder()?;
    let config = folder.path().join("jono.toml");
    fs::write(&config, CONFIG).context("cannot write the configuration")?;
    let (mut rows, mut against) = (Vec::new(), Vec::new());
    for case in cases(arguments) {
        let log = case.log(arguments.seed)?;
        let (bytes, lines) = input::measured(&log)?;
        let counting = Counting { config: &config, input: &log, folder: folder.path(), period: PERIOD };
        let mut candidates = setting.jono(|name, binary| counting.by(name, binary, &[]));
        candidates.extend(setting.peers.duckdb(case.shape.script(), &log));
        if case.by_all {
            candidates.extend(setting.peers.polars(case.shape.polars(), &log));
            let is_plain = case.shape == Shape::Plain;
            candidates.extend(setting.peers.duckdb_sums("queue_log_sums.sql", &log).filter(|_| is_plain));
        }
        if case.megabytes <= SLICE && setting.peers.mtail.is_some() {
            candidates.push(mtail::candidate(&log));
        }
        let what = case.told(bytes, lines);
        let measured = in_turn(&what, arguments.rounds, candidates)?;
        rows.extend(counting::rows(&what, (bytes, lines), &measured));
        against.push((case, lines, measured));
    }
    println!("{}", markdown(counting::header("queue log"), &rows));
    println!("{}", markdown(["queue log", "ratio"], &ratios(&against)));
    Ok(())
}

/// The generated log of that size, without anything unusual in it.
pub(super) fn plain(megabytes: u64, queues: NonZero<u16>, seed: u64) -> anyhow::Result<PathBuf> {
    Case { shape: Shape::Plain, megabytes, queues, by_all: false }.log(seed)
}

/// A small one with as many calls in an hour as a large one has: a few days.
pub(super) fn dense(megabytes: u64, queues: NonZero<u16>, seed: u64) -> anyhow::Result<PathBuf> {
    input::reused(&format!("queue-log-dense-{megabytes}mb-{queues}q-{seed}"), |out| {
        sample::run(&Sample {
            calls: megabytes * 1_000_000 / Shape::Plain.bytes_a_call(),
            queues,
            seed,
            from: date(2020, 6, 8),
            days: NonZero::new(DENSE_DAYS),
            out: out.to_owned(),
            ..Sample::default()
        })
        .map(drop)
    })
}

/// The smallest log for mtail too, all sizes with the first number of queues, the largest with the others, and the hard one.
fn cases(arguments: &Arguments) -> Vec<Case> {
    let (first, others) = arguments.queues.split_first().expect("there is a default");
    let plain = |megabytes, queues, by_all| Case { shape: Shape::Plain, megabytes, queues, by_all };
    let mut cases = vec![plain(SLICE, *first, true)];
    cases.extend(arguments.megabytes.iter().map(|&megabytes| plain(megabytes, *first, true)));
    if let Some(&most) = arguments.megabytes.iter().filter(|size| **size <= 1000).max() {
        cases.extend(others.iter().map(|&queues| plain(most, queues, false)));
        let queues = NonZero::new(500).expect("not zero");
        cases.push(Case { shape: Shape::Hard, megabytes: most, queues, by_all: true });
    }
    cases
}

impl Shape {
    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Hard => "hard",
        }
    }

    /// Bytes of log that a call leaves, about.
    const fn bytes_a_call(self) -> u64 {
        match self {
            Self::Plain => 245,
            Self::Hard => 263,
        }
    }

    const fn script(self) -> &'static str {
        match self {
            Self::Plain => "queue_log.sql",
            Self::Hard => "queue_log_hard.sql",
        }
    }

    const fn polars(self) -> &'static str {
        match self {
            Self::Plain => "polars_queue_log.py",
            Self::Hard => "polars_queue_log_hard.py",
        }
    }
}

impl Case {
    /// The generated log.
    fn log(self, seed: u64) -> anyhow::Result<PathBuf> {
        let Self { shape, megabytes, queues, .. } = self;
        let is_hard = shape == Shape::Hard;
        input::reused(&format!("queue-log-{}-{megabytes}mb-{queues}q-{seed}", shape.name()), |out| {
            sample::run(&Sample {
                calls: megabytes * 1_000_000 / shape.bytes_a_call(),
                queues,
                seed,
                all_events: is_hard,
                rejects: if is_hard { 0.01 } else { 0.0 },
                out: out.to_owned(),
                ..Sample::default()
            })
            .map(drop)
        })
    }

    fn told(self, bytes: u64, lines: u64) -> String {
        let kind = if self.shape == Shape::Hard { ", all events, 1 % rejects" } else { "" };
        let lines = lines as f64 / 1e6;
        format!("{}, {lines:.2} million lines, {} queues{kind}", megabytes(bytes), self.queues)
    }
}

/// What the issue of speed is told by, each from medians: jono's lines a second are those of its largest plain log.
fn ratios(measured: &[(Case, u64, Vec<Measured>)]) -> Vec<[String; 2]> {
    let a_line = |lines: u64, one: &Measured| {
        one.seconds().map(|seconds| seconds.map(|seconds| seconds / lines as f64 * 1e9))
    };
    let of_shape = |shape: Shape| {
        let cases = measured.iter().filter(move |(case, ..)| case.shape == shape && case.by_all);
        cases.max_by_key(|(case, ..)| case.megabytes)
    };
    let mtail = measured
        .iter()
        .find_map(|(_, lines, measured)| a_line(*lines, measured.iter().find(|one| one.name == "mtail")?));
    let line = |shape| of_shape(shape).and_then(|(_, lines, measured)| a_line(*lines, &measured[0]));
    let (plain, hard) = (line(Shape::Plain), line(Shape::Hard));
    let quotient = |above: Option<Spread>, below: Option<Spread>| {
        known(above.zip(below).map(|(above, below)| above.map(|above| above / below.median)))
    };
    vec![
        ["nanoseconds a line, plain".to_owned(), known(plain)],
        ["nanoseconds a line, all events, 1 % rejects, 500 queues".to_owned(), known(hard)],
        ["a line of the hard log, as plain ones of the largest".to_owned(), quotient(hard, plain)],
        ["a line of mtail's, as plain ones of jono's".to_owned(), quotient(mtail, plain)],
    ]
}
