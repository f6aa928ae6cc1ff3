//! What a commit costs by how many cells it changes, in a ledger that holds them already.

use std::{fmt::Write, path::Path, sync::Arc, time::Instant};

use anyhow::{Context as _, bail};
use jono_domain::{Batch, Digest, Keep, Position, Router, UnixSeconds, Zone};
use jono_ingest::{Batches, Context, Form, Input, Options, Unrouted};
use jono_ledger::{Ledger, NewDocument, Observed, Target};

use super::{
    Arguments, Setting,
    spread::{Spread, known},
    text::markdown,
};

/// Cells of one hour that a commit changes.
const DIRTY: [usize; 5] = [1, 10, 100, 1000, 10_000];
/// The hour of all calls.
const HOUR: i64 = 1_591_599_600;
/// Commits that are timed in a round.
const COMMITS: usize = 10;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let folder = setting.folder()?;
    let mut rows = Vec::new();
    for dirty in DIRTY {
        eprintln!("commits of {dirty} cells");
        let path = folder.path().join(format!("{dirty}.ledger"));
        let milliseconds = Spread::of(commits(&path, dirty, arguments.rounds.max(1) * COMMITS)?);
        let each = milliseconds.map(|spread| spread.map(|milliseconds| milliseconds * 1e3 / dirty as f64));
        rows.push([dirty.to_string(), known(milliseconds), known(each)]);
    }
    println!("{}", markdown(["cells that a commit changes", "ms", "µs a cell"], &rows));
    Ok(())
}

/// Milliseconds of each commit, after one that made the series and their cells.
fn commits(path: &Path, dirty: usize, commits: usize) -> anyhow::Result<Vec<f64>> {
    let now = UnixSeconds::new(HOUR)?;
    let mut ledger = Ledger::create(path, &Zone::utc()).context("cannot make a ledger")?;
    let document = NewDocument {
        source: "bench".parse()?,
        name: "bench".into(),
        keep: Keep::Append,
        head: Digest(0),
        beginning: None,
        rules: Digest(0),
    };
    let mut writer = ledger.write(Target::New { document, latest: None }, None, now)?;
    let mut milliseconds = Vec::new();
    for commit in 0..=commits {
        let mut batch = batch(dirty, commit)?;
        let bytes = commit as u64 + 1;
        batch.position = Position { bytes, chain: [0; 32], tail: Digest(bytes.into()), terminated: true };
        let started = Instant::now();
        writer.commit(&batch, Observed::default())?;
        milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
    }
    writer.finish()?;
    Ok(milliseconds.split_off(1))
}

/// A few more calls in one hour of every queue, as reading makes it of their lines.
fn batch(queues: usize, number: usize) -> anyhow::Result<Batch> {
    let mut log = String::new();
    for queue in 0..queues {
        for call in 0..3 {
            let wait = (number * 37 + call * 101 + queue) % 900;
            writeln!(log, "{HOUR}|{HOUR}.{call}|queue-{queue:05}|NONE|ABANDON|1|1|{wait}")?;
        }
    }
    let Form::Plain(format) = jono_ingest::format("queue_log")? else { bail!("the format is a plain one") };
    let context = Arc::new(Context {
        zone: Zone::utc(),
        log_zone: Zone::utc(),
        router: Router::new(Vec::new()),
        unrouted: Unrouted { limit: usize::MAX, ..Unrouted::default() },
        promises: std::collections::BTreeMap::new(),
        until: UnixSeconds::MAX,
    });
    let input = Input::spool("bench", log.as_bytes())?;
    let options = Options { threads: 1, take_last: true, ..Options::default() };
    let mut batches = Batches::new(&input, &format(), &context, None, options)?;
    batches.next().context("there is no batch")?.context("the lines cannot be read")
}
