//! What a commit costs by how many cells it changes, in a ledger that holds them already.

use std::time::Instant;

use anyhow::Context;
use jono_domain::{
    Batch, Channel, Digest, Event, HourStart, Keep, Lines, OpenCell, Outcome, Position, Seconds, Series,
    UnixSeconds, Zone,
};
use jono_ledger::{Ledger, NewDocument, Observed, Target};

use super::{
    Arguments, Setting,
    spread::{Spread, known},
    text::markdown,
};

/// Cells of one hour that a commit changes.
const DIRTY: [usize; 5] = [1, 10, 100, 1000, 10_000];
const HOUR: i64 = 1_591_599_600;
/// Calls that a cell gains in a commit.
const CALLS: u32 = 3;
/// Commits that are timed in a round.
const COMMITS: usize = 10;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    let folder = setting.folder()?;
    let (zone, hour) = (Zone::utc(), UnixSeconds::new(HOUR)?);
    let mut rows = Vec::new();
    for dirty in DIRTY {
        eprintln!("commits of {dirty} cells");
        let path = folder.path().join(format!("{dirty}.ledger"));
        let mut ledger = Ledger::create(&path, &zone).context("cannot make a ledger")?;
        let series = (0..dirty).map(series).collect::<anyhow::Result<Vec<_>>>()?;
        let document = NewDocument {
            source: "bench".parse()?,
            name: "bench".into(),
            keep: Keep::Append,
            head: Digest(0),
            rules: Digest(0),
        };
        let mut writer = ledger.write(Target::New { document, latest: None }, None, hour)?;
        let mut milliseconds = Vec::new();
        for commit in 0..=arguments.rounds.max(1) * COMMITS {
            let batch = batch(&series, zone.hour(hour).start(), commit as u64 + 1)?;
            let started = Instant::now();
            writer.commit(&batch, Observed::default())?;
            // The first one makes the series and their cells.
            if commit > 0 {
                milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        writer.finish()?;
        let spread = Spread::of(milliseconds);
        let each = spread.map(|spread| spread.map(|milliseconds| milliseconds * 1e3 / dirty as f64));
        rows.push([dirty.to_string(), known(spread), known(each)]);
    }
    println!("{}", markdown(["cells that a commit changes", "ms", "µs a cell"], &rows));
    Ok(())
}

fn series(number: usize) -> anyhow::Result<Series> {
    let (unit, service) = (format!("unit-{number:05}").parse()?, "service".parse()?);
    Ok(Series { channel: Channel::Phone, unit, service })
}

/// A few more calls in one hour of every series.
fn batch(series: &[Series], hour: HourStart, number: u64) -> anyhow::Result<Batch> {
    let at = hour.0;
    let mut cells = Vec::new();
    for place in 0..series.len() {
        let mut open = OpenCell::default();
        for call in 0..CALLS {
            let wait = Seconds::new((number as u32 * 37 + call * 101 + place as u32) % 900)?;
            open.add(Event::Concluded { at, outcome: Outcome::Answered, wait: Some(wait) });
        }
        cells.push((place, hour, open.seal()));
    }
    Ok(Batch {
        lines: Lines { events: series.len() as u64 * u64::from(CALLS), ..Lines::default() },
        series: series.to_vec(),
        cells,
        events: Some(at..UnixSeconds::new(at.get() + 1)?),
        ..Batch::empty(Position {
            bytes: number,
            chain: [0; 32],
            tail: Digest(number.into()),
            terminated: true,
        })
    })
}
