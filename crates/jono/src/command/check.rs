//! `jono check`: tells every mistake of a configuration, then reads the sources without counting anything.

use std::{io::Write, path::Path, process::ExitCode, sync::Arc};

use jono_domain::{Lines, Reject, Series};
use jono_ingest::{Batches, Input, Options, ReadError};

use crate::{
    Global,
    command::{chain, ingest::configured_files},
    config::{Config, Source},
    publish, table,
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
    let within_budget = check_budget(&config, &mut out)?;
    let no_paths = config.sources.iter().all(|source| source.paths.is_empty());
    if arguments.config_only || no_paths {
        if no_paths {
            writeln!(out, "no source has paths, so no file was read")?;
        }
        return Ok(if within_budget { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut good = within_budget;
    for (source, path) in configured_files(config.sources.iter())? {
        good &= read(source, &path, &mut out)?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many time series the configuration makes on `/metrics`: everything it names is shown as `serve` would show it,
/// and counted. Queues without a route come on top, up to the limit of their source.
fn check_budget(config: &Config, out: &mut dyn Write) -> anyhow::Result<bool> {
    let routed = config.configured_series();
    let unrouted = config.sources.iter().flat_map(|source| {
        // Beyond the limit, there is one more for the rest.
        let limit = if source.format.has_live() { source.context.unrouted.limit + 1 } else { 0 };
        (0..limit).filter_map(|number| format!("{}-{number}", source.name).parse().ok()).map(Series::unrouted)
    });
    let named = publish::time_series(config, &routed);
    let at_most = publish::time_series(config, &routed.iter().cloned().chain(unrouted).collect::<Vec<_>>());
    let budget = config.limits.time_series;
    writeln!(
        out,
        "/metrics: {} time series, up to {} with queues that no route knows; the budget (limits.time_series) is {}",
        table::count(named as u64),
        table::count(at_most as u64),
        table::count(budget as u64)
    )?;
    if named > budget {
        writeln!(
            out,
            "  that is too many: route fewer queues apart, drop buckets or also_expose, or raise limits.time_series"
        )?;
    }
    Ok(named <= budget)
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
    for batch in Batches::new(&input, &source.format, &context, None, options)? {
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
