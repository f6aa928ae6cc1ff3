//! `jono check`: tells every mistake of a configuration, then reads the sources without counting anything.

use std::{io::Write, path::Path, process::ExitCode, sync::Arc};

use jono_domain::{Lines, Reject};
use jono_ingest::{Batches, Input, Options, ReadError};

use crate::{
    Global,
    command::ingest::{chain, configured_files},
    config::Source,
    table,
};

/// Arguments of `jono check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Check the configuration alone, and read no file.
    #[arg(long)]
    config_only: bool,
}

/// How many rejected lines of each reason are pointed at.
const SHOWN: usize = 10;

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let mut out = std::io::stdout().lock();
    let (units, series) = (config.units.entries().count(), config.configured_series().len());
    writeln!(
        out,
        "{}: good (sources: {}, units: {units}, routed series: {series}, zone: {})",
        global.config.display(),
        config.sources.len(),
        config.zone.name()
    )?;
    if arguments.config_only || config.sources.iter().all(|source| source.paths.is_empty()) {
        return Ok(ExitCode::SUCCESS);
    }
    let mut good = true;
    for (source, path) in configured_files(config.sources.iter())? {
        good &= read(source, &path, &mut out)?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads one file as `ingest` would, and tells what it would count.
fn read(source: &Source, path: &Path, out: &mut dyn Write) -> anyhow::Result<bool> {
    let (lines, rejects, error) = match dry_run(source, path) {
        Ok(read) => read,
        Err(error) => (Lines::default(), Vec::new(), Some(error)),
    };
    writeln!(
        out,
        "{}: {} lines: {} with events, {} ignored, {} rejected",
        path.display(),
        table::count(lines.total()),
        table::count(lines.events),
        table::count(lines.total_ignored()),
        table::count(lines.total_rejected()),
    )?;
    for (reason, count) in lines.reasons() {
        let positions = rejects.iter().filter(|reject| reject.reason == reason).take(SHOWN);
        let positions = positions.map(|reject| reject.position.to_string()).collect::<Vec<_>>().join(", ");
        writeln!(out, "  {reason}: {}, at byte {positions}", table::count(count))?;
    }
    if let Some(error) = &error {
        writeln!(out, "  {}", chain(error))?;
    }
    Ok(error.is_none())
}

type Read = (Lines, Vec<Reject>, Option<ReadError>);

fn dry_run(source: &Source, path: &Path) -> Result<Read, ReadError> {
    let input = Input::open(path)?;
    let context = Arc::new(source.context.clone());
    let options = Options { take_last: source.takes_last(&input), ..Options::default() };
    let (mut lines, mut rejects) = (Lines::default(), Vec::new());
    for batch in Batches::new(&input, source.format, &context, None, options)? {
        match batch {
            Ok(batch) => {
                lines.merge(&batch.lines);
                rejects.extend(batch.rejects);
            }
            Err(error) => return Ok((lines, rejects, Some(error))),
        }
    }
    Ok((lines, rejects, None))
}
