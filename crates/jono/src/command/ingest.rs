//! `jono ingest`: counts documents into the ledger, and tells what became of each.

use std::{
    cmp::Reverse,
    io::{ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jono_domain::{Keep, Lines, Series, SourceName, UnitId};
use jono_ingest::Input;
use jono_ledger::Ledger;
use serde::Serialize;

use crate::{
    Global,
    command::chain,
    config::{Config, Source},
    files::{self, absolute},
    pipeline::{self, Counted, DocumentError, Job, Watch},
    plan::Choices,
    table,
};

/// Arguments of `jono ingest`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    chosen: Chosen,
    /// What to call the document, instead of its path; for one file or standard input.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    choices: Choices,
    /// How the result is told.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

/// Files, and which source they come from.
#[derive(Debug, clap::Args)]
pub(super) struct Chosen {
    /// Files to read, plain or compressed by gzip or zstd; `-` is standard input. Without any: all files of all
    /// configured sources.
    pub(super) files: Vec<PathBuf>,
    /// Which source the files come from; needed when several are configured.
    #[arg(long, value_name = "NAME")]
    pub(super) source: Option<SourceName>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// What became of one document.
struct Document<'a> {
    source: &'a SourceName,
    name: String,
    seconds: f64,
    result: Result<Counted, DocumentError>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    if arguments.name.is_some() && arguments.chosen.files.len() != 1 {
        bail!("--name names one document; give exactly one file, or - for standard input");
    }
    let chosen = arguments.chosen.files(&config)?;
    let mut ledger = pipeline::create_ledger(&config)?;
    let started = Instant::now();
    let mut documents = Vec::new();
    for (source, path) in &chosen {
        documents.push(document(
            &config,
            source,
            path,
            arguments.name.as_deref(),
            arguments.choices,
            &mut ledger,
        ));
    }
    let summary = Summary::new(&documents, started.elapsed());
    let mut out = std::io::stdout().lock();
    let told = match arguments.format {
        Format::Table => summary.write_table(&mut out),
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&summary)?),
    };
    match told {
        // A failure is one whether or not anybody reads about it.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        told => told?,
    }
    Ok(if summary.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Chosen {
    /// Which files to read, each with its source.
    pub(super) fn files<'a>(&self, config: &'a Config) -> anyhow::Result<Vec<(&'a Source, PathBuf)>> {
        let named = match &self.source {
            None => None,
            Some(name) => {
                let known =
                    config.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
                let found = config.sources.iter().find(|source| source.name == *name);
                Some(found.with_context(|| format!("no source is called {name}; the sources are: {known}"))?)
            }
        };
        if self.files.is_empty() {
            let sources =
                config.sources.iter().filter(|source| named.is_none_or(|named| named.name == source.name));
            return configured_files(sources);
        }
        let source = match (named, config.sources.as_slice()) {
            (Some(source), _) | (None, [source]) => source,
            (None, []) => bail!("no source is configured; add a [[source]] that says how the files are read"),
            (None, sources) => {
                let known = sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
                bail!(
                    "several sources are configured; say with --source which one the files come from: {known}"
                )
            }
        };
        Ok(self.files.iter().map(|file| (source, file.clone())).collect())
    }
}

/// All files that the sources' paths name.
fn configured_files<'a>(
    sources: impl Iterator<Item = &'a Source>,
) -> anyhow::Result<Vec<(&'a Source, PathBuf)>> {
    let mut found = Vec::new();
    for source in sources {
        for path in &source.paths {
            let matching = files::matching(path)?;
            if matching.is_empty() {
                // Opening it says what is missing, document by document.
                found.push((source, path.clone()));
            }
            found.extend(matching.into_iter().map(|path| (source, path)));
        }
    }
    if found.is_empty() {
        bail!("no file is named, and no source has paths; name a file, or add paths to a [[source]]");
    }
    Ok(found)
}

/// Moves a bar on.
struct Bar(ProgressBar);

impl Watch for Bar {
    fn safe(&mut self, bytes: u64) {
        self.0.set_position(bytes);
    }
}

fn document<'a>(
    config: &Config,
    source: &'a Source,
    path: &Path,
    name: Option<&str>,
    choices: Choices,
    ledger: &mut Ledger,
) -> Document<'a> {
    let started = Instant::now();
    let is_stdin = path == Path::new("-");
    let shown = name.map_or_else(
        || if is_stdin { "standard input".into() } else { path.display().to_string() },
        Into::into,
    );
    // Known by the same name wherever the command is run from.
    let known_as = match name {
        None if !is_stdin => absolute(path).display().to_string(),
        _ => shown.clone(),
    };
    let result = open(source, path, name.is_some()).and_then(|input| {
        let mut bar = Bar(progress_bar(&input, &shown));
        let job = Job { config, source, input: &input, name: &known_as, choices };
        let result = job.count(ledger, &mut bar);
        bar.0.finish_and_clear();
        result
    });
    if let Ok(counted) = &result {
        warn(&shown, counted);
    }
    Document { source: &source.name, name: shown, seconds: started.elapsed().as_secs_f64(), result }
}

fn open(source: &Source, path: &Path, named: bool) -> Result<Input, DocumentError> {
    if path != Path::new("-") {
        return Ok(Input::open(path)?);
    }
    if source.keep == Keep::Replace && !named {
        return Err(DocumentError::Nameless(source.name.clone()));
    }
    Ok(Input::spool("standard input", std::io::stdin().lock())?)
}

fn progress_bar(input: &Input, name: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let bar = if input.is_packed() {
        ProgressBar::new_spinner()
    } else {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(input.size()).with_style(style)
    };
    bar.enable_steady_tick(Duration::from_millis(200));
    bar.with_message(name.to_owned())
}

fn warn(name: &str, counted: &Counted) {
    if counted.other_rules {
        tracing::warn!(
            document = name,
            "was first read by other rules (format, routes or zone); --reread counts it anew by today's"
        );
    }
    counted.warn(name);
}

/// Everything that is told at the end.
#[derive(Serialize)]
struct Summary<'a> {
    documents: Vec<Row<'a>>,
    /// Documents that were refused, failed or broke off.
    failed: usize,
    bytes: u64,
    seconds: f64,
    lines: u64,
    events: u64,
    ignored: std::collections::BTreeMap<String, u64>,
    rejected: std::collections::BTreeMap<&'static str, u64>,
    unrouted: Vec<Unrouted>,
    unconfigured: Vec<Unconfigured>,
}

#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    document: &'a str,
    /// `new`, `grown`, `same`, `replaced`, `empty`, or `failed`.
    outcome: &'static str,
    lines: u64,
    events: u64,
    ignored: u64,
    rejected: u64,
    pending_bytes: u64,
    bytes: u64,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct Unrouted {
    queue: String,
    events: u64,
}

#[derive(Serialize)]
struct Unconfigured {
    unit: String,
    events: u64,
}

/// So many units that are not configured are told in a table, those with the most events.
const MOST_UNCONFIGURED: usize = 20;

impl<'a> Summary<'a> {
    fn new(documents: &'a [Document<'a>], elapsed: Duration) -> Self {
        let mut lines = Lines::default();
        let mut unrouted = std::collections::BTreeMap::<&Series, u64>::new();
        let mut unconfigured = std::collections::BTreeMap::<&UnitId, u64>::new();
        for counted in documents.iter().filter_map(|document| document.result.as_ref().ok()) {
            lines.merge(&counted.lines);
            for (series, events) in &counted.unrouted {
                *unrouted.entry(series).or_default() += events;
            }
            for (unit, events) in &counted.unconfigured {
                *unconfigured.entry(unit).or_default() += events;
            }
        }
        let rows: Vec<_> = documents.iter().map(Row::new).collect();
        let mut unconfigured: Vec<_> = unconfigured
            .into_iter()
            .map(|(unit, events)| Unconfigured { unit: unit.to_string(), events })
            .collect();
        unconfigured.sort_by_key(|unconfigured| Reverse(unconfigured.events));
        Self {
            failed: rows.iter().filter(|row| row.error.is_some()).count(),
            bytes: rows.iter().map(|row| row.bytes).sum(),
            documents: rows,
            seconds: elapsed.as_secs_f64(),
            lines: lines.total(),
            events: lines.events,
            rejected: lines.reasons().map(|(reason, count)| (reason.as_str(), count)).collect(),
            unrouted: unrouted
                .into_iter()
                .map(|(series, events)| Unrouted { queue: series.unit.to_string(), events })
                .collect(),
            unconfigured,
            ignored: lines.ignored,
        }
    }

    fn write_table(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut documents =
            table::new(&["document", "", "lines", "events", "ignored", "rejected", "MB", "seconds", "MB/s"]);
        for row in &self.documents {
            let counts = [row.lines, row.events, row.ignored, row.rejected].map(table::count);
            let megabytes = row.bytes as f64 / 1e6;
            let mut cells = vec![row.document.to_owned(), row.outcome.to_owned()];
            cells.extend(counts);
            cells.extend([format!("{megabytes:.1}"), format!("{:.2}", row.seconds)]);
            cells.push(if row.bytes > 0 { format!("{:.0}", megabytes / row.seconds) } else { String::new() });
            documents.add_row(cells);
        }
        writeln!(out, "{}", table::finish(documents, &[2, 3, 4, 5, 6, 7, 8]))?;
        let lists = [
            (
                ["rejected because", "lines"],
                self.rejected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>(),
            ),
            (
                ["ignored event", "lines"],
                self.ignored.iter().map(|(name, count)| (name.clone(), *count)).collect(),
            ),
            (
                ["queue without a route", "events"],
                self.unrouted.iter().map(|entry| (entry.queue.clone(), entry.events)).collect(),
            ),
            (
                ["unit that is not configured", "events"],
                self.unconfigured
                    .iter()
                    .take(MOST_UNCONFIGURED)
                    .map(|entry| (entry.unit.clone(), entry.events))
                    .collect(),
            ),
        ];
        for (title, entries) in lists.into_iter().filter(|(_, entries)| !entries.is_empty()) {
            let mut list = table::new(&title);
            entries.into_iter().for_each(|(name, count)| {
                list.add_row([name, table::count(count)]);
            });
            writeln!(out, "\n{}", table::finish(list, &[1]))?;
        }
        let mut rejected = self.documents.iter().filter(|row| row.rejected > 0);
        // What came by standard input is gone.
        if let Some(Row { source, document, .. }) = rejected.find(|row| Path::new(row.document).is_file()) {
            writeln!(
                out,
                "\n`jono check --source {source} {document}` shows what was rejected, and where it is."
            )?;
        }
        if !self.unrouted.is_empty() {
            writeln!(
                out,
                "\nQueues without a route are counted under units named for them; a [[source.route]] gives them one."
            )?;
        }
        if !self.unconfigured.is_empty() {
            let more = self.unconfigured.len().saturating_sub(MOST_UNCONFIGURED);
            let more = if more > 0 { format!(" ({more} more are not shown)") } else { String::new() };
            writeln!(
                out,
                "\nUnits that are not configured are counted as the table names them, and in no unit above them{more}; a \
                 [[unit]] gives them a place."
            )?;
        }
        for row in self.documents.iter().filter(|row| row.pending_bytes > 0) {
            let (name, bytes) = (row.document, table::count(row.pending_bytes));
            writeln!(
                out,
                "\n{name}: {bytes} bytes of an unterminated last line are pending; --final counts it."
            )?;
        }
        for row in &self.documents {
            if let Some(error) = &row.error {
                writeln!(out, "\n{}: {error}", row.document)?;
            }
        }
        Ok(())
    }
}

impl<'a> Row<'a> {
    fn new(document: &'a Document<'a>) -> Self {
        let counted = document.result.as_ref().ok();
        let lines = |get: fn(&Lines) -> u64| counted.map_or(0, |counted| get(&counted.lines));
        Self {
            source: document.source.as_str(),
            document: &document.name,
            outcome: counted.map_or("failed", |counted| counted.outcome.as_str()),
            lines: lines(Lines::total),
            events: lines(|lines| lines.events),
            ignored: lines(Lines::total_ignored),
            rejected: lines(Lines::total_rejected),
            pending_bytes: counted.map_or(0, |counted| counted.pending),
            bytes: counted.map_or(0, |counted| counted.bytes),
            seconds: document.seconds,
            error: match &document.result {
                Ok(counted) => counted.broke_off.as_ref().map(|error| chain(error)),
                Err(error) => Some(chain(error)),
            },
        }
    }
}
