//! Joins the stages: an input is recognised, read, and its batches committed in order.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jono_domain::{Batch, Counters, Document, HourStart, Lines, Series, SourceName};
use jono_ingest::{Batches, Input, InputError, Options, ReadError};
use jono_ledger::{Ledger, LedgerError, NewDocument, Outlook, SampleError, Target, WriteError};
use thiserror::Error;

use crate::{
    clock,
    config::{Config, Source},
    plan::{Choices, Plan, Refusal, plan},
};

/// Why a document was not counted, or not to its end. What was committed before stays, and is gone on from.
#[derive(Debug, Error)]
pub(crate) enum DocumentError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("what standard input holds replaces a document of source {0}; say which one with --name")]
    Nameless(SourceName),
    #[error("a reading thread ended early; please report the message above")]
    Worker,
    #[error("other processes kept writing to the ledger for {0} attempts; try again when they are done")]
    Crowded(u32),
}

impl From<ReadError> for DocumentError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Input(error) => Self::Input(error),
            ReadError::Worker => Self::Worker,
        }
    }
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Counted for the first time.
    New,
    /// Gone on with.
    Grown,
    /// Counted already; nothing changed.
    Same,
    /// Counted in place of an older version.
    Replaced,
    /// Has no whole line yet.
    Empty,
}

impl Outcome {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Grown => "grown",
            Self::Same => "same",
            Self::Replaced => "replaced",
            Self::Empty => "empty",
        }
    }
}

/// What was counted of one document, this time.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) outcome: Outcome,
    /// Decompressed bytes read and counted.
    pub(crate) bytes: u64,
    pub(crate) lines: Lines,
    /// Bytes of an unterminated last line, left for later.
    pub(crate) pending: u64,
    /// Unrouted series seen, with how many arrivals and conclusions each had.
    pub(crate) unrouted: BTreeMap<Series, u64>,
    /// Why samples of rejected lines are missing.
    pub(crate) warning: Option<SampleError>,
    /// Whether it was first read by other rules than today's.
    pub(crate) other_rules: bool,
    /// Why it was not read to its end. What is counted above is committed, and is gone on from next time.
    pub(crate) broke_off: Option<InputError>,
}

impl Counted {
    fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            bytes: 0,
            lines: Lines::default(),
            pending: 0,
            unrouted: BTreeMap::new(),
            warning: None,
            other_rules: false,
            broke_off: None,
        }
    }

    fn add(&mut self, batch: &Batch, from: u64) {
        self.bytes += batch.position.bytes - from;
        self.lines.merge(&batch.lines);
        for (number, _, cell) in &batch.cells {
            let series = &batch.series[*number];
            if series.is_unrouted() {
                *self.unrouted.entry(series.clone()).or_default() +=
                    cell.arrived + cell.contacts() + cell.handled;
            }
        }
    }
}

/// How often a document is planned again because another process wrote meanwhile. Each time, that one got ahead.
const ATTEMPTS: u32 = 1000;

/// Counts one document into the ledger; `progress` hears of every byte that is safe.
pub(crate) fn count(
    config: &Config,
    source: &Source,
    ledger: &mut Ledger,
    input: &Input,
    name: &str,
    mut choices: Choices,
    progress: &mut dyn FnMut(u64),
) -> Result<Counted, DocumentError> {
    choices.take_last |= source.takes_last(input);
    let Some(head) = input.head(choices.take_last)? else {
        // What will not grow has no line at all; what may has the beginning of one.
        let pending = if choices.take_last { 0 } else { input.size() };
        return Ok(Counted { pending, ..Counted::new(Outcome::Empty) });
    };
    for _ in 0..ATTEMPTS {
        let outlook = ledger.outlook(&source.name, head, name)?;
        let stage = Stage { config, source, input, name, choices, epoch: outlook.epoch };
        let document = NewDocument {
            source: source.name.clone(),
            name: name.to_owned(),
            keep: source.keep,
            head,
            rules: source.rules,
        };
        match stage.run(ledger, outlook, document, progress) {
            Err(Attempt::Conflict) => progress(0),
            Err(Attempt::Failed(error)) => return Err(error),
            Ok(counted) => return Ok(counted),
        }
    }
    Err(DocumentError::Crowded(ATTEMPTS))
}

/// One attempt at one document.
struct Stage<'a> {
    config: &'a Config,
    source: &'a Source,
    input: &'a Input,
    name: &'a str,
    choices: Choices,
    epoch: Option<HourStart>,
}

enum Attempt {
    /// Another process was faster: plan again.
    Conflict,
    Failed(DocumentError),
}

impl<E: Into<DocumentError>> From<E> for Attempt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn attempt<T>(result: Result<T, WriteError>) -> Result<T, Attempt> {
    result.map_err(|error| match error {
        WriteError::Conflict => Attempt::Conflict,
        WriteError::Ledger(error) => error.into(),
    })
}

impl Stage<'_> {
    fn run(
        &self,
        ledger: &mut Ledger,
        outlook: Outlook,
        document: NewDocument,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Counted, Attempt> {
        let latest = outlook.latest;
        let plan = plan(self.input, outlook, self.source.keep, self.choices)??;
        let other_rules = |known: &Document| known.rules != self.source.rules;
        let (mut counted, from, target) = match plan {
            Plan::Same(known) => {
                ledger.note_name(known.id, self.name)?;
                return Ok(Counted { other_rules: other_rules(&known), ..Counted::new(Outcome::Same) });
            }
            Plan::Grow(known) => {
                ledger.note_name(known.id, self.name)?;
                let counted = Counted { other_rules: other_rules(&known), ..Counted::new(Outcome::Grown) };
                (counted, Some(known.position), Target::Grow { id: known.id, from: known.position.bytes })
            }
            Plan::New => (Counted::new(Outcome::New), None, Target::New { document, latest }),
            Plan::Replace(old) => {
                let target = Target::Replace { old: old.id, from: old.position.bytes, document };
                (Counted::new(Outcome::Replaced), None, target)
            }
        };
        let corrects = matches!(target, Target::Replace { .. });
        let context = self.source.context(ledger.series()?.into_iter().map(|(_, series)| series));
        let mut options = Options { take_last: self.choices.take_last, ..Options::default() };
        if let Some(mib) = self.choices.batch_mib {
            options.batch_bytes = u64::from(mib.get()) << 20;
        }
        if let Some(threads) = self.choices.threads {
            options.threads = threads.get() as usize;
        }
        let mut batches = Batches::new(self.input, self.source.format, &context, from.as_ref(), options)?;
        let mut writer = attempt(ledger.write(target, self.epoch, clock::now()))?;
        let mut position = from.map_or(0, |position| position.bytes);
        for batch in &mut batches {
            let batch = match batch {
                Ok(batch) => batch,
                // Of a log, what was read so far is good; a replacement is all or nothing.
                Err(ReadError::Input(error)) if !corrects => {
                    counted.broke_off = Some(error);
                    break;
                }
                Err(error) => return Err(error.into()),
            };
            let counters = if corrects { Vec::new() } else { self.counters(&batch) };
            attempt(writer.commit(&batch, &counters))?;
            counted.add(&batch, position);
            position = batch.position.bytes;
            progress(position);
        }
        let written = attempt(writer.finish())?;
        counted.warning = written.warning;
        counted.pending = batches.pending_bytes();
        if counted.lines.total() == 0 {
            counted.outcome = match counted.outcome {
                Outcome::Grown => Outcome::Same,
                Outcome::New => Outcome::Empty,
                other => other,
            };
        }
        Ok(counted)
    }

    /// What a batch adds to the counters: its cells from the epoch on and within the horizon.
    fn counters(&self, batch: &Batch) -> Vec<(Series, Counters)> {
        let Some(epoch) = self.epoch else { return Vec::new() };
        let now = clock::now();
        let mut counters = BTreeMap::<usize, Counters>::new();
        for (number, hour, cell) in &batch.cells {
            if self.config.counters.takes(*hour, epoch, now) {
                let service = self.config.service(&batch.series[*number].service);
                counters.entry(*number).or_default().observe(cell, service);
            }
        }
        counters.into_iter().map(|(number, counters)| (batch.series[number].clone(), counters)).collect()
    }
}

/// Opens the ledger for a command that may make one.
pub(crate) fn create_ledger(config: &Config) -> anyhow::Result<Ledger> {
    Ledger::create(&config.ledger, &config.zone).context("the ledger cannot be used")
}
