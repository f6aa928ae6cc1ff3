//! Joins the stages: an input is recognised, read, and its batches committed in order.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jono_domain::{
    Batch, Cell, Counters, Digest, Document, DocumentId, HourStart, Lines, Position, Series, SourceName,
    UnitId, document::BLOCK_BYTES,
};
use jono_ingest::{
    Batches, Input, InputError, Options, Prefix, ReadError, Resume, Stamp, Unrouted, source::Split,
};
use jono_ledger::{
    Ledger, LedgerError, NewDocument, Observed, Outlook, SampleError, Target, WriteError, Writer,
};
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
    NotUnderstood(ReadError),
    #[error("it was truncated or written anew while it was read; it is looked at again")]
    Changed,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("what standard input holds replaces a document of source {0}; say which one with --name")]
    Nameless(SourceName),
    #[error(
        "it has no row with a value, and would withdraw all that its earlier version states; if that is meant, count \
         it with --replace"
    )]
    Emptied,
    #[error("jono is stopping; the rest is counted next time")]
    Stopping,
    #[error("{0}")]
    Before(String),
    #[error("the rotated files cannot be found: {0}")]
    Rotated(String),
    #[error("a reading thread ended early; please report the message above")]
    Worker,
    #[error("other processes kept writing to the ledger for {0} attempts; try again when they are done")]
    Crowded(u32),
}

impl DocumentError {
    /// Whether it will be so until somebody changes the file or the configuration.
    pub(crate) const fn is_of_content(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::NotUnderstood(_) | Self::Emptied | Self::Nameless(_) | Self::Before(_)
        )
    }
}

impl From<ReadError> for DocumentError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Input(error) => Self::Input(error),
            ReadError::Worker => Self::Worker,
            refused @ ReadError::Refused { .. } => Self::NotUnderstood(refused),
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

/// A document, and how far it has been counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: DocumentId,
    pub(crate) position: Position,
}

impl From<&Document> for Known {
    fn from(document: &Document) -> Self {
        Self { id: document.id, position: document.position }
    }
}

/// What was counted of one document, this time.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) outcome: Outcome,
    /// The document as it is known now; `None` while nothing of it is counted.
    pub(crate) known: Option<Known>,
    /// Decompressed bytes read and counted.
    pub(crate) bytes: u64,
    pub(crate) lines: Lines,
    /// Bytes of an unterminated last line, left for later.
    pub(crate) pending: u64,
    /// Unrouted series seen, with how many events each had.
    pub(crate) unrouted: BTreeMap<Series, u64>,
    /// Units seen that [are not configured](Config::is_unconfigured), with how many events each had.
    pub(crate) unconfigured: BTreeMap<UnitId, u64>,
    /// Why samples of rejected lines are missing.
    pub(crate) warning: Option<SampleError>,
    /// How many events fewer it has than the version that it replaced.
    pub(crate) fewer: u64,
    /// Whether it was first read by other rules than today's.
    pub(crate) other_rules: bool,
    /// Why it was not read to its end. What is counted above is committed, and is gone on from next time.
    pub(crate) broke_off: Option<DocumentError>,
}

impl Counted {
    fn new(outcome: Outcome, known: Option<Known>) -> Self {
        Self {
            outcome,
            known,
            bytes: 0,
            lines: Lines::default(),
            pending: 0,
            unrouted: BTreeMap::new(),
            unconfigured: BTreeMap::new(),
            warning: None,
            fewer: 0,
            other_rules: false,
            broke_off: None,
        }
    }

    /// Says in the log what somebody should look at.
    pub(crate) fn warn(&self, name: &str) {
        if let Some(warning) = &self.warning {
            tracing::warn!(document = name, error = %warning, "samples of rejected lines are missing; all counts are complete");
        }
        if self.fewer > 0 {
            tracing::warn!(
                document = name,
                fewer_events = self.fewer,
                "has fewer events than the version that it replaces, which count no more; if it was cut off, write it \
                 whole, and count it again"
            );
        }
    }

    fn add(&mut self, batch: &Batch, from: u64, config: &Config) {
        self.bytes += batch.position.bytes - from;
        self.lines.merge(&batch.lines);
        let is_told = |series: &Series| series.is_unrouted() || config.is_unconfigured(series);
        let is_told: Vec<_> = batch.series.iter().map(is_told).collect();
        let mut events = vec![None; batch.series.len()];
        for (number, _, cell) in batch.cells.iter().filter(|(number, ..)| is_told[*number]) {
            *events[*number].get_or_insert(0) += cell.events();
        }
        for (series, events) in batch.series.iter().zip(events) {
            let Some(events) = events else { continue };
            if series.is_unrouted() {
                *self.unrouted.entry(series.clone()).or_default() += events;
            } else {
                *self.unconfigured.entry(series.unit.clone()).or_default() += events;
            }
        }
    }
}

/// Who waits for a document to be counted.
pub(crate) trait Watch {
    /// Everything up to that byte is safe.
    fn safe(&mut self, _bytes: u64) {}
    /// A commit was made, and took so long.
    fn committed(&mut self, _took: Duration) {}
    /// Whether to leave the rest for later; asked after each commit.
    fn stops(&self) -> bool {
        false
    }
}

/// How often a document is planned again because another process wrote meanwhile. Each time, that one got ahead.
const ATTEMPTS: u32 = 1000;

/// A document to be counted.
pub(crate) struct Job<'a> {
    pub(crate) config: &'a Config,
    pub(crate) source: &'a Source,
    pub(crate) input: &'a Input,
    /// What to call it.
    pub(crate) name: &'a str,
    pub(crate) choices: Choices,
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

/// What is known of a document before it is read on, and where its batches go.
struct Start {
    counted: Counted,
    from: Option<Position>,
    target: Target,
    epoch: Option<HourStart>,
    /// Whether it is a table of records that was written anew, and not read anew by other rules.
    went_on: bool,
    /// How many events the version has that it replaces.
    events_before: u64,
}

impl Job<'_> {
    /// Recognises the document by its content, and counts what is new in it.
    pub(crate) fn count(&self, ledger: &mut Ledger, watch: &mut dyn Watch) -> Result<Counted, DocumentError> {
        let take_last = self.choices.take_last || self.source.takes_last(self.input);
        let Some(head) = self.input.head(take_last)? else {
            // What will not grow has no line at all; what may has the beginning of one.
            let pending = if take_last { 0 } else { self.input.size() };
            return Ok(Counted { pending, ..Counted::new(Outcome::Empty, None) });
        };
        // Of tables of one source, the first line is the same header.
        let beginning = match self.source.format.split() {
            Split::Rows(_) => self.input.beginning()?,
            Split::Lines(_) | Split::Whole(_) => None,
        };
        for _ in 0..ATTEMPTS {
            let outlook = ledger.outlook(&self.source.name, head, beginning, self.name)?;
            let document = NewDocument {
                source: self.source.name.clone(),
                name: self.name.to_owned(),
                keep: self.source.keep,
                head,
                beginning,
                rules: self.source.rules,
            };
            match self.plan_and_run(ledger, outlook, document, watch) {
                Err(Attempt::Conflict) => watch.safe(0),
                Err(Attempt::Failed(error)) => return Err(error),
                Ok(counted) => return Ok(counted),
            }
        }
        Err(DocumentError::Crowded(ATTEMPTS))
    }

    /// Goes on with a document whose beginning is known to be there still. `None` if another process went on with it
    /// meanwhile, so that it has to be recognised again.
    pub(crate) fn go_on(
        &self,
        known: &Known,
        ledger: &mut Ledger,
        watch: &mut dyn Watch,
    ) -> Result<Option<Counted>, DocumentError> {
        let start = Start {
            counted: Counted::new(Outcome::Grown, Some(*known)),
            from: Some(known.position),
            target: Target::Grow { id: known.id, from: known.position.bytes },
            epoch: ledger.epoch()?,
            went_on: false,
            events_before: 0,
        };
        match self.run(start, ledger, watch) {
            Err(Attempt::Conflict) => Ok(None),
            Err(Attempt::Failed(error)) => Err(error),
            Ok(counted) => Ok(Some(counted)),
        }
    }

    fn plan_and_run(
        &self,
        ledger: &mut Ledger,
        outlook: Outlook,
        document: NewDocument,
        watch: &mut dyn Watch,
    ) -> Result<Counted, Attempt> {
        let (latest, epoch, beginning) = (outlook.latest, outlook.epoch, document.beginning);
        let other_rules = |known: &Document| known.rules != self.source.rules;
        let (goes_on, is_whole) = (self.source.format.goes_on(), self.source.format.is_whole());
        let (mut went_on, mut events_before) = (false, 0);
        let (counted, from, target) =
            match plan(self.input, outlook, self.source.keep, goes_on, self.choices)?? {
                Plan::Same(known) => {
                    ledger.note_seen(known.id, self.name, beginning)?;
                    let other_rules = other_rules(&known);
                    return Ok(Counted {
                        other_rules,
                        ..Counted::new(Outcome::Same, Some(Known::from(&known)))
                    });
                }
                Plan::Grow(known) => {
                    ledger.note_seen(known.id, self.name, beginning)?;
                    let counted = Counted {
                        other_rules: other_rules(&known),
                        ..Counted::new(Outcome::Grown, Some(Known::from(&known)))
                    };
                    let target = Target::Grow { id: known.id, from: known.position.bytes };
                    (counted, Some(known.position), target)
                }
                Plan::New => (Counted::new(Outcome::New, None), None, Target::New { document, latest }),
                Plan::Replace(old) => {
                    went_on = is_whole && !other_rules(&old);
                    events_before = ledger.events(old.id)?;
                    let target = Target::Replace { old: old.id, from: old.position.bytes, document };
                    (Counted::new(Outcome::Replaced, None), None, target)
                }
            };
        self.run(Start { counted, from, target, epoch, went_on, events_before }, ledger, watch)
    }

    fn run(&self, start: Start, ledger: &mut Ledger, watch: &mut dyn Watch) -> Result<Counted, Attempt> {
        let Start { mut counted, from, target, epoch, went_on, events_before } = start;
        let corrects = matches!(target, Target::Replace { .. });
        // Of a correction the counters take nothing, of a table that went on what it has more than before.
        let before = match (&target, epoch) {
            (Target::Replace { old, .. }, Some(epoch)) if went_on => Some(ledger.cells_since(*old, epoch)?),
            _ => None,
        };
        let epoch_of_counters = epoch.filter(|_| !corrects || before.is_some());
        let mut before = Before { cells: before.unwrap_or_default(), so_far: BTreeMap::new() };
        let context = self.source.context(ledger.series()?.into_iter().map(|(_, series)| series));
        let options = self.options(from.as_ref());
        let resume = match (from, &target) {
            (Some(position), Target::Grow { id, .. }) => {
                Some(Resume { position, calls: ledger.recent_calls(*id)? })
            }
            _ => None,
        };
        let (stamp, mut taken) = (self.input.stamp()?, 0);
        let mut batches = Batches::new(self.input, &self.source.format, &context, resume, options)?;
        let mut writer = attempt(ledger.write(target, epoch, clock::now()))?;
        let mut last = from.map(|position| (position, None));
        for batch in &mut batches {
            let broke_off = match batch {
                Ok(batch) if self.still_holds(last)? => {
                    let took = self.commit(&batch, &mut writer, epoch_of_counters, &mut before)?;
                    if !corrects {
                        watch.committed(took);
                    }
                    counted.add(&batch, last.map_or(0, |(position, _)| position.bytes), self.config);
                    last = Some((batch.position, batch.last_block));
                    taken += 1;
                    watch.safe(batch.position.bytes);
                    if !watch.stops() || corrects {
                        continue;
                    }
                    DocumentError::Stopping
                }
                Ok(_) => DocumentError::Changed,
                Err(error) => error.into(),
            };
            // Of a log, what was read so far is good; a replacement is all or nothing.
            if corrects
                || !matches!(
                    broke_off,
                    DocumentError::Input(_) | DocumentError::Changed | DocumentError::Stopping
                )
            {
                return Err(Attempt::Failed(broke_off));
            }
            counted.broke_off = Some(broke_off);
            break;
        }
        let end = last.map(|(position, _)| position).filter(|_| counted.broke_off.is_none() && taken > 1);
        if let Some(end) = end
            && self.was_changed(stamp, &end)?
        {
            if corrects {
                return Err(Attempt::Failed(DocumentError::Changed));
            }
            counted.broke_off = Some(DocumentError::Changed);
        }
        // That nobody waits to be called back is a good table; that a year of figures is gone is not.
        let may_be_empty = self.source.format.has_live();
        if corrects
            && self.source.format.is_whole()
            && counted.lines.events == 0
            && !may_be_empty
            && !self.choices.replace
        {
            return Err(Attempt::Failed(DocumentError::Emptied));
        }
        let started = Instant::now();
        let written = attempt(writer.finish())?;
        if corrects {
            watch.committed(started.elapsed());
        }
        counted.warning = written.warning;
        // Of what is waiting now, there may be less at any time.
        if !may_be_empty {
            counted.fewer = events_before.saturating_sub(counted.lines.events);
        }
        counted.pending = batches.pending_bytes();
        counted.known =
            written.id.zip(last).map(|(id, (position, _))| Known { id, position }).or(counted.known);
        if counted.lines.total() == 0 {
            counted.outcome = match counted.outcome {
                Outcome::Grown => Outcome::Same,
                Outcome::New => Outcome::Empty,
                other => other,
            };
        }
        Ok(counted)
    }

    fn options(&self, from: Option<&Position>) -> Options {
        let take_last = self.choices.take_last || self.source.takes_last(self.input);
        let mut options = Options { take_last, ..Options::default() };
        if let Some(mib) = self.choices.batch_mib {
            options.batch_bytes = u64::from(mib.get()) << 20;
        }
        let from = from.map_or(0, |position| position.bytes);
        if let Some(threads) = self.choices.threads {
            options.threads = threads.get() as usize;
        } else if self.input.size().saturating_sub(from) < BLOCK_BYTES as u64 && !self.input.is_packed() {
            options.threads = 1;
        }
        options
    }

    /// Whether what was read belongs to what was counted before it: a log may be truncated, and written to again,
    /// while it is being read.
    fn still_holds(&self, last: Option<(Position, Option<Digest>)>) -> Result<bool, InputError> {
        match last {
            Some((position, last_block)) if self.input.may_grow() => self.input.holds(&position, last_block),
            _ => Ok(true),
        }
    }

    /// Whether a table that was read in several batches, up to `end`, is not what they were read of: unlike a log, it may have
    /// been changed in its midst. All of it is looked at again only if its file was written to.
    fn was_changed(&self, before: Stamp, end: &Position) -> Result<bool, InputError> {
        let may_be = self.source.format.is_whole() && self.input.may_grow();
        Ok(may_be && self.input.stamp()? != before && self.input.compare(end)? == Prefix::Different)
    }

    fn commit(
        &self,
        batch: &Batch,
        writer: &mut Writer<'_>,
        epoch: Option<HourStart>,
        before: &mut Before,
    ) -> Result<Duration, Attempt> {
        let (counters, late) =
            epoch.map_or_else(Default::default, |epoch| self.counters(batch, epoch, before));
        let started = Instant::now();
        attempt(writer.commit(batch, Observed { counters: &counters, late, overflow: overflow(batch) }))?;
        Ok(started.elapsed())
    }

    /// What a batch adds to the counters: its cells from the epoch on and within the horizon; of a table that was
    /// written anew, what they have more than those before. And how many events are in the others.
    fn counters(
        &self,
        batch: &Batch,
        epoch: HourStart,
        before: &mut Before,
    ) -> (Vec<(Series, Counters)>, u64) {
        let now = clock::now();
        let mut late = 0;
        let mut counters = BTreeMap::<usize, Counters>::new();
        for (number, hour, sealed) in &batch.cells {
            let is_recent = self.config.counters.takes(*hour, epoch, now);
            // Of what happened before the epoch, nothing is shown; it is only told how much that was.
            if *hour < epoch && before.cells.is_empty() {
                late += sealed.events();
                continue;
            }
            let (series, cell) = (&batch.series[*number], sealed.open());
            let cell = before.grown(series, *hour, &cell).unwrap_or(cell);
            // A promise is told of when it is kept or broken, however long after it was due that is.
            let promises = (!is_recent && *hour >= epoch).then(|| cell.promises());
            if !is_recent {
                late += cell.events();
            }
            let Some(seen) = (if is_recent { Some(&cell) } else { promises.as_ref() }) else { continue };
            if !seen.is_empty() {
                counters.entry(*number).or_default().observe(seen, self.config.service(&series.service));
            }
        }
        let named = |(number, counters): (usize, _)| (batch.series[number].clone(), counters);
        (counters.into_iter().map(named).collect(), late)
    }
}

/// What the version before of a table that was written anew had counted since the epoch.
struct Before {
    cells: BTreeMap<(Series, HourStart), Cell>,
    /// What batches of the new version have counted of the same hours, since an hour may lie in several.
    so_far: BTreeMap<(Series, HourStart), Cell>,
}

impl Before {
    /// What a cell of the next batch brings more than the version before; `None` of an hour that it did not have.
    fn grown(&mut self, series: &Series, hour: HourStart, cell: &Cell) -> Option<Cell> {
        let key = (series.clone(), hour);
        let before = self.cells.get(&key)?;
        let so_far = self.so_far.entry(key).or_default();
        let told = so_far.grown_since(before);
        so_far.merge(cell);
        let mut grown = so_far.grown_since(before);
        grown.subtract(&told).expect("more counts have grown by more");
        Some(grown)
    }
}

/// How many events of a batch belong to queues beyond the cap.
fn overflow(batch: &Batch) -> u64 {
    let is_beyond = |series: &Series| *series == Unrouted::overflow(series.channel);
    let is_beyond: Vec<_> = batch.series.iter().map(is_beyond).collect();
    let cells = batch.cells.iter().filter(|(number, ..)| is_beyond[*number]);
    cells.map(|(.., cell)| cell.events()).sum()
}

/// Opens the ledger for a command that may make one.
pub(crate) fn create_ledger(config: &Config) -> anyhow::Result<Ledger> {
    Ledger::create(&config.ledger, &config.zone).context("the ledger cannot be used")
}

#[cfg(test)]
mod tests {
    use std::{fs, num::NonZero, os::unix::fs::FileExt as _};

    use jono_domain::{Event, OpenCell, Outcome as Ending, Seconds, UnixSeconds};

    use super::*;

    /// So many who came, and were answered after these seconds.
    fn cell(waits: &[u32]) -> Cell {
        let at = UnixSeconds::MIN;
        let mut open = OpenCell::default();
        for &wait in waits {
            open.add(Event::Arrived { at });
            let wait = Some(Seconds::new(wait).unwrap());
            open.add(Event::Concluded { at, outcome: Ending::Answered, wait });
        }
        open.seal()
    }

    #[test]
    fn an_hour_in_several_batches_has_grown_by_what_it_has_grown_in_one() {
        let series = Series::unrouted("it".parse().unwrap());
        let hour = HourStart(UnixSeconds::MIN);
        let now = [3, 5, 5, 40, 7, 1];
        for before in [&[][..], &[5], &[5, 40], &[9], &[1, 3, 5, 5, 7, 40], &[1; 9]] {
            let expected = cell(&now).grown_since(&cell(before));
            for size in 1..=now.len() {
                let cells = BTreeMap::from([((series.clone(), hour), cell(before))]);
                let mut before = Before { cells, so_far: BTreeMap::new() };
                let mut sum = Cell::default();
                for part in now.chunks(size) {
                    sum.merge(&before.grown(&series, hour, &cell(part)).unwrap());
                }
                assert_eq!(sum, expected);
                assert_eq!(before.grown(&Series::unrouted("hr".parse().unwrap()), hour, &cell(&now)), None);
            }
        }
    }

    /// Does something to the table once its first blocks are no longer looked at.
    struct Meanwhile<F>(F);

    impl<F: Fn()> Watch for Meanwhile<F> {
        fn safe(&mut self, bytes: u64) {
            if bytes > 3 << 20 {
                self.0();
            }
        }
    }

    #[test]
    fn a_table_that_is_changed_in_its_midst_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, table) = (dir.path().join("jono.toml"), dir.path().join("table.csv"));
        let columns = "arrived = { column = \"arrived\", format = \"%Y-%m-%d %H:%M:%S\" }\nqueue = \"queue\"\n\
                       wait = \"waited\"\noutcome = \"outcome\"\n";
        let source = format!(
            "time_zone = \"UTC\"\n[[source]]\nname = \"c\"\nformat = \"contacts\"\n[source.columns]\n{columns}"
        );
        fs::write(&path, source).unwrap();
        let row = "2020-06-08 10:00:12,families,45,answered\n";
        let text = format!("arrived,queue,waited,outcome\n{}", row.repeat(90_000));
        fs::write(&table, &text).unwrap();
        let config = Config::load(&path).unwrap();
        let mut ledger = create_ledger(&config).unwrap();
        let mut count = |act: &dyn Fn()| {
            let choices = Choices { batch_mib: Some(NonZero::<u32>::MIN), ..Choices::default() };
            let input = Input::open(&table).unwrap();
            let job =
                Job { config: &config, source: &config.sources[0], input: &input, name: "table", choices };
            job.count(&mut ledger, &mut Meanwhile(act))
        };
        let change = |by: &[u8]| {
            let file = fs::File::options().write(true).open(&table).unwrap();
            file.write_all_at(by, text.find("45").unwrap() as u64).unwrap();
        };

        let counted = count(&|| change(b"46")).unwrap();
        assert!(matches!(counted.broke_off, Some(DocumentError::Changed)), "{counted:?}");
        assert_eq!(counted.lines.events, 90_000);
        // What was counted is replaced all or not at all; what is only touched is not changed.
        assert!(matches!(count(&|| change(b"47")), Err(DocumentError::Changed)));
        let counted = count(&|| change(b"47")).unwrap();
        assert!(counted.broke_off.is_none() && counted.outcome == Outcome::Replaced, "{counted:?}");
        assert_eq!(count(&|| ()).unwrap().outcome, Outcome::Same);
    }
}
