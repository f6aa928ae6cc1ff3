//! `jono check`: tells every mistake of a configuration, then reads the sources without counting anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
    process::ExitCode,
};

use jono_domain::{Aspect, Lines, Reject, Series};
use jono_ingest::{Batches, Input, Options, ReadError};

use crate::{
    Global,
    command::{chain, ingest::Chosen},
    config::{Config, Source},
    publish, table,
};

/// Arguments of `jono check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Check the configuration alone, and read no file.
    #[arg(long, conflicts_with_all = ["files", "source"])]
    config_only: bool,
    #[command(flatten)]
    chosen: Chosen,
}

/// How many rejected lines of each reason are shown.
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
    let no_paths =
        arguments.chosen.files.is_empty() && config.sources.iter().all(|source| source.paths.is_empty());
    if arguments.config_only || no_paths {
        if no_paths {
            writeln!(out, "no source has paths, so no file was read")?;
        }
        return Ok(if within_budget { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let mut good = within_budget;
    let mut named = BTreeMap::new();
    for (source, path) in arguments.chosen.files(&config)? {
        good &= read(source, &path, &mut named, &mut out)?;
    }
    good &= check_files(&config, named, &mut out)?;
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

/// What the files name beside the configuration is shown too, once it is counted.
fn check_files(
    config: &Config,
    mut named: BTreeMap<Series, BTreeSet<Aspect>>,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    for series in config.configured_series() {
        named.entry(series.clone()).or_default().extend(publish::usual(&series));
    }
    let (series, budget) = (named.len(), config.limits.time_series);
    let time_series = publish::time_series_of(config, &named);
    writeln!(
        out,
        "/metrics, with what these files name: {} time series of {} series",
        table::count(time_series as u64),
        table::count(series as u64)
    )?;
    if time_series > budget {
        let budget = table::count(budget as u64);
        writeln!(
            out,
            "  that is more than limits.time_series, {budget}: name fewer units apart, or raise it"
        )?;
    }
    Ok(time_series <= budget)
}

/// Reads one file as `ingest` would, and tells what it would count.
fn read(
    source: &Source,
    path: &Path,
    named: &mut BTreeMap<Series, BTreeSet<Aspect>>,
    out: &mut dyn Write,
) -> anyhow::Result<bool> {
    let Read { header, lines, rejects, series, error } =
        dry_run(source, path).unwrap_or_else(|error| Read { error: Some(error), ..Read::default() });
    for (series, aspects) in series {
        named.entry(series).or_default().extend(aspects);
    }
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
        writeln!(out, "  {reason}: {}", table::count(count))?;
        for reject in rejects.iter().filter(|reject| reject.reason == reason).take(SHOWN) {
            let (place, line) = (place(source, reject.position), source.format.masked(&header, &reject.line));
            writeln!(out, "    {place}: {line}")?;
        }
        if count > SHOWN as u64 {
            writeln!(out, "    and {} more", table::count(count - SHOWN as u64))?;
        }
    }
    if let Some(error) = &error {
        writeln!(out, "  {}", chain(error))?;
    }
    Ok(error.is_none())
}

/// Where a rejected line is.
fn place(source: &Source, position: u64) -> String {
    if source.format.has_rows() { format!("row {position}") } else { format!("byte {position}") }
}

/// What came of reading a file.
#[derive(Default)]
struct Read {
    /// Its first line.
    header: Vec<u8>,
    lines: Lines,
    rejects: Vec<Reject>,
    /// What it counts of whom.
    series: BTreeMap<Series, BTreeSet<Aspect>>,
    error: Option<ReadError>,
}

fn dry_run(source: &Source, path: &Path) -> Result<Read, ReadError> {
    let input = Input::open(path)?;
    let context = source.context(std::iter::empty());
    let options = Options { take_last: source.takes_last(&input), ..Options::default() };
    let mut read = Read { header: source.format.header(&input)?, ..Read::default() };
    for batch in Batches::new(&input, &source.format, &context, None, options)? {
        match batch {
            Ok(batch) => {
                read.lines.merge(&batch.lines);
                for (number, _, cell) in &batch.cells {
                    read.series
                        .entry(batch.series[*number].clone())
                        .or_default()
                        .extend(cell.open().aspects());
                }
                read.rejects.extend(batch.rejects);
            }
            Err(error) => read.error = Some(error),
        }
    }
    Ok(read)
}
