//! `cargo xtask follow`: proves that a followed log is counted once, whatever is done to it and to who follows it.
//!
//! A log is written as fast as asked, lines cut between two writes, and rotated in every way that is in use. The real
//! `jono serve` follows it, and may be killed and started again at random. Whatever is written is also written to one
//! file that is never rotated: a fresh ledger that counts that one must have the same counts.
//!
//! Reading order: [`lines`] is what is written, [`writer`] writes and rotates it, [`keeper`] keeps `jono` serving,
//! [`watch`] sees when it shows what, [`verdict`] compares.

mod chance;
mod keeper;
mod lines;
mod shared;
mod verdict;
mod watch;
mod writer;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::Date};

use self::{keeper::Keeper, shared::Shared, verdict::Verdict, watch::Seen, writer::Written};
use crate::{
    jono::{self, Jono},
    table::table,
    wait,
};

/// How long `jono serve` has for what it has not counted when the writer stops.
const PATIENCE: Duration = Duration::from_mins(2);

const ZONE: &str = "Europe/Helsinki";

/// What is written, and what happens meanwhile.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How long to write
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) seconds: u64,
    /// How many lines to write a second
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub(crate) rate: u64,
    /// Kill and restart jono serve every few seconds, and let jono ingest count the same file beside it
    #[arg(long)]
    pub(crate) kills: bool,
    /// The same seed gives the same lines and the same order of rotations
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The binary that follows, instead of one that is built for it
    #[arg(long, value_name = "FILE")]
    pub(crate) binary: Option<PathBuf>,
}

/// What became of a run.
struct Run {
    written: Written,
    seen: Seen,
    verdict: Verdict,
    kills: u64,
    ingests: u64,
}

/// Writes, follows and compares; prints a table, and fails if anything differs.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    wait::heed_interrupts()?;
    ensure!(arguments.rate > 0, "--rate 0 writes nothing");
    let binary = arguments.binary.clone().map_or_else(|| jono::build(&[]), Ok)?;
    let dir = tempfile::Builder::new().prefix("jono-follow-").tempdir();
    let dir = dir.context("there is no room for temporary files")?;
    let result = follow(&binary, dir.path(), arguments);
    if let Ok(run) = &result {
        println!("{}", run.told(arguments));
    }
    let wrong = match result {
        Ok(run) if run.verdict.wrong.is_empty() => {
            println!("\nNothing was lost, and nothing was counted twice.");
            return Ok(ExitCode::SUCCESS);
        }
        Ok(run) => anyhow!("{}", run.verdict.wrong.join("\n")),
        Err(why) => why,
    };
    println!("\nThe files are kept in {}", dir.keep().display());
    Err(wrong)
}

fn follow(binary: &Path, dir: &Path, arguments: &Arguments) -> anyhow::Result<Run> {
    let first_day = today();
    let config = dir.join("jono.toml");
    fs::write(&config, configuration(first_day)).context("the configuration cannot be written")?;
    let jono = Jono::new(binary, &config, &dir.join("followed.ledger"));
    let shared = Shared::default();
    let writing = Duration::from_secs(arguments.seconds);
    // The counters start before the first line, so that they have all of them.
    let mut keeper = Keeper::start(&jono, dir, &shared, arguments.seed)?;
    let (page, written, seen) = thread::scope(|scope| {
        let _over = shared.over_when_dropped();
        let writer = scope.spawn(|| {
            let written = writer::write(dir, &shared, writing, arguments.rate, arguments.seed);
            shared.stop_writing();
            written
        });
        let watcher = scope.spawn(|| watch::watch(&shared));
        keep(&mut keeper, &shared, writing, arguments.kills)?;
        let written = writer.join().map_err(|_| anyhow!("the writer panicked"))??;
        keeper.ensure_serving()?;
        let page = caught_up(&mut keeper, written.lines)?;
        shared.end();
        let seen = watcher.join().map_err(|_| anyhow!("the watcher panicked"))?;
        anyhow::Ok((page, written, seen))
    })?;
    let (kills, ingests) = (keeper.kills, keeper.ingests);
    keeper.end()?;
    let verdict = verdict::judge(&jono, binary, dir, &page, first_day..=today())?;
    Ok(Run { written, seen, verdict, kills, ingests })
}

/// Keeps `jono` serving, or keeps killing it, while the log is written.
fn keep(keeper: &mut Keeper<'_>, shared: &Shared, writing: Duration, kills: bool) -> anyhow::Result<()> {
    // Hidden by itself where standard error is no terminal.
    let progress = ProgressBar::new(writing.as_secs()).with_style(
        ProgressStyle::with_template("{wide_bar} {pos} of {len} s {msg}").expect("a valid template"),
    );
    let begun = Instant::now();
    // Rotations take their time, and the last one is waited for.
    wait::until("the writer does not end", writing + PATIENCE, || {
        if kills {
            keeper.disturb()?;
        } else {
            keeper.ensure_serving()?;
        }
        progress.set_position(begun.elapsed().as_secs());
        progress.set_message(format!("{} lines, {} kills", shared.lines(), keeper.kills));
        Ok((!shared.is_writing()).then_some(()))
    })?;
    progress.finish_and_clear();
    Ok(())
}

/// Waits until everything is counted, and gives what is shown then. What is still missing in the end is for the
/// comparison to tell.
fn caught_up(keeper: &mut Keeper<'_>, lines: u64) -> anyhow::Result<String> {
    let begun = Instant::now();
    let mut last = (String::new(), begun);
    wait::until("jono serve has not read everything", 2 * PATIENCE, || {
        keeper.ensure_serving()?;
        let page = keeper.page()?;
        let counted = watch::counted(&page);
        let shown = watch::counts(&page);
        if shown != last.0 {
            last = (shown, Instant::now());
        }
        // Nothing changes any more: what is counted twice shows a moment later, what is missing never.
        let settled = if counted == lines { SETTLED } else { PATIENCE };
        Ok((last.1.elapsed() > settled).then_some(page))
    })
}

/// How long counts that seem complete must stay as they are: two looks at the files, and some.
const SETTLED: Duration = Duration::from_secs(3);

fn today() -> Date {
    Timestamp::now().in_tz(ZONE).expect("the zone is bundled").date()
}

fn configuration(first_day: Date) -> String {
    format!(
        "\
time_zone = \"{ZONE}\"
[[unit]]
id = \"probe\"
[[unit]]
id = \"benefits\"
[[service]]
id = \"probe\"
[[service]]
id = \"support\"
within_seconds = 60
[[source]]
name = \"pbx\"
format = \"queue_log\"
paths = [\"queue_log\"]
poll_seconds = 1
[[source.route]]
queue = \"probe\"
unit = \"probe\"
service = \"probe\"
[[source.route]]
queue = \"perustuki-*\"
unit = \"benefits\"
service = \"support\"
[counters]
since = \"{first_day}\"
"
    )
}

impl Run {
    fn told(&self, arguments: &Arguments) -> String {
        let Written { lines, cut, renamed, copied, regrown, packed, removed } = self.written;
        let mut rows = vec![("lines written", lines), ("lines cut between two writes", cut)];
        rows.extend([
            ("rotations: renamed", renamed),
            ("copied and truncated", copied),
            ("copied, truncated and grown past", regrown),
            ("rotated files compressed", packed),
            ("rotated files removed", removed),
            ("times killed", self.kills),
            ("jono ingest beside it", self.ingests),
            ("figures compared", self.verdict.compared),
        ]);
        let mut rows: Vec<_> = rows
            .into_iter()
            .map(|(what, count)| [what.to_owned(), count.to_string(), String::new()])
            .collect();
        rows.extend(self.seen.told(arguments.kills));
        table(["", "", ""], 1, rows)
    }
}
