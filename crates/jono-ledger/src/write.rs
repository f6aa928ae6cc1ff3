//! Committing batches of one document: its position and everything counted up to it, in one transaction.
//!
//! What is written is what the caller folded; nothing is judged here but whether it still fits.

use jono_domain::{
    Batch, Counters, DocumentId, HourStart, Lines, Series, SourceCounts, SourceName, UnixSeconds, Zone,
};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    commit,
    counters::{self, Seq},
    document::{self, NewDocument},
    error::WriteError,
    fault,
    ledger::Ledger,
    opening, poll, recent_call,
    replace::{self, Replacement},
    revision::Held,
    sample::{SampleError, SampleStore},
    score, stated, stored,
};

/// What the batches belong to, and what the caller believes about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A document that is not known yet. Refused if the source has a newer one than the caller knew.
    New {
        /// What to call it.
        document: NewDocument,
        /// The newest document of the source, as planned with.
        latest: Option<DocumentId>,
    },
    /// A current document that has grown. Refused if it was not counted up to `from`, or has been replaced.
    Grow {
        /// Which.
        id: DocumentId,
        /// How many of its bytes are counted, as planned with.
        from: u64,
    },
    /// A current document whose content was written anew: what it contributed is taken back, and the new content
    /// counted, in one transaction that lasts until [`Writer::finish`]. Refused like [`Target::Grow`].
    Replace {
        /// Which is replaced.
        old: DocumentId,
        /// How many of its bytes are counted, as planned with.
        from: u64,
        /// What takes its place.
        document: NewDocument,
    },
}

/// What those who watch are shown of a batch, beside its lines. The default is nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Observed<'a> {
    /// What the batch adds to the counters of its series.
    pub counters: &'a [(Series, Counters)],
    /// Events of the batch that are not in the counters, because their hour is not what happens now.
    pub late: u64,
    /// Events of the batch that were of queues beyond the cap on queues without a route.
    pub overflow: u64,
}

/// What a finished [`Writer`] leaves behind.
#[derive(Debug)]
pub struct Written {
    /// The document; `None` if no batch was committed, for then nothing was changed.
    pub id: Option<DocumentId>,
    /// Why samples of rejected lines are missing. All counts are complete nevertheless.
    pub warning: Option<SampleError>,
}

/// Commits the batches of one document, in order.
///
/// Batches of a new or growing document are durable one by one. A replacement becomes durable as a whole by
/// [`finish`](Self::finish); dropping the writer before that undoes it.
#[derive(Debug)]
pub struct Writer<'l> {
    db: &'l Connection,
    zone: &'l Zone,
    samples: &'l mut SampleStore,
    source: SourceName,
    epoch: Option<HourStart>,
    now: UnixSeconds,
    place: Place,
    /// All lines counted of the document so far.
    lines: Lines,
    replacement: Option<Replacement<'l>>,
    warning: Option<SampleError>,
}

/// Where the next batch goes.
#[derive(Debug)]
enum Place {
    /// Into a document that the next commit makes.
    New { document: NewDocument, latest: Option<DocumentId> },
    /// Behind what is counted.
    Known { id: DocumentId, bytes: u64 },
    /// Nowhere: a replacement failed and was undone.
    Lost,
}

impl Ledger {
    /// Begins to write to a document. `epoch` is the one that the caller planned with; `now` is what the log of
    /// commits will say.
    pub fn write(
        &mut self,
        target: Target,
        epoch: Option<HourStart>,
        now: UnixSeconds,
    ) -> Result<Writer<'_>, WriteError> {
        let Self { db, zone, samples, .. } = self;
        let (db, zone) = (&*db, &*zone);
        let mut lines = Lines::default();
        let mut replacement = None;
        let (source, place) = match target {
            Target::New { document, latest } => (document.source.clone(), Place::New { document, latest }),
            Target::Grow { id, from } => {
                let source = commit::source_of(db, id)?.ok_or(WriteError::Conflict)?;
                lines = document::lines(db, id)?;
                (source, Place::Known { id, bytes: from })
            }
            Target::Replace { old, from, document } => {
                let tx = begin(db)?;
                let id = commit::insert(&tx, &document)?;
                replacement = Some(Replacement::begin(tx, zone, old, from, id)?);
                (document.source, Place::Known { id, bytes: 0 })
            }
        };
        Ok(Writer { db, zone, samples, source, epoch, now, place, lines, replacement, warning: None })
    }
}

impl Writer<'_> {
    /// Commits one batch, with what is shown of it. A batch without cells is committed too: a document may hold
    /// nothing to count.
    ///
    /// After an error nothing of the batch is kept. A new or growing document can be tried again; a replacement is
    /// undone, and further commits are refused.
    ///
    /// # Panics
    /// When there are counters before counting was started: they observe what happens now, not history.
    pub fn commit(&mut self, batch: &Batch, observed: Observed<'_>) -> Result<(), WriteError> {
        assert!(observed.counters.is_empty() || self.epoch.is_some(), "nothing is counted before the epoch");
        let Some(mut replacement) = self.replacement.take() else {
            return self.commit_durably(batch, observed);
        };
        // Taken out, the transaction is undone if this fails; and then the place is lost with it.
        let place = std::mem::replace(&mut self.place, Place::Lost);
        let Applied { id, seq, lines } = self.apply(&place, batch, observed, &mut replacement.held)?;
        (self.place, self.lines) = (Place::Known { id, bytes: batch.position.bytes }, lines);
        replacement.rejects.extend_from_slice(&batch.rejects);
        replacement.last = Some(seq);
        self.replacement = Some(replacement);
        Ok(())
    }

    fn commit_durably(&mut self, batch: &Batch, observed: Observed<'_>) -> Result<(), WriteError> {
        let tx = begin(self.db)?;
        let mut held = Held::default();
        let Applied { id, seq, lines } = self.apply(&self.place, batch, observed, &mut held)?;
        held.write_revisions(&tx, id, seq)?;
        end(tx)?;
        (self.place, self.lines) = (Place::Known { id, bytes: batch.position.bytes }, lines);
        let kept = self.samples.keep(id, &batch.rejects);
        self.warn(kept);
        Ok(())
    }

    /// Ends the writing; a replacement becomes durable now. Without any committed batch nothing is changed: an
    /// empty document takes an empty batch.
    pub fn finish(mut self) -> Result<Written, WriteError> {
        if let Some(Replacement { tx, new, held, rejects, last }) = self.replacement.take() {
            let Some(seq) = last else {
                return Ok(Written { id: None, warning: None });
            };
            fault::point("before-revisions");
            held.write_revisions(&tx, new, seq)?;
            let correction = SourceCounts { corrections: 1, ..SourceCounts::default() };
            counters::add_source(&tx, &self.source, seq, &correction)?;
            let replaced = replace::replaced(&tx)?;
            end(tx)?;
            let forgotten = self.samples.forget(&replaced);
            self.warn(forgotten);
            let kept = self.samples.keep(new, &rejects);
            self.warn(kept);
        }
        match self.place {
            Place::New { .. } => Ok(Written { id: None, warning: None }),
            Place::Known { id, .. } => Ok(Written { id: Some(id), warning: self.warning }),
            Place::Lost => Err(WriteError::Conflict),
        }
    }

    fn warn(&mut self, kept: Result<(), SampleError>) {
        if let Err(warning) = kept {
            self.warning.get_or_insert(warning);
        }
    }

    /// Writes all rows of one batch into the open transaction.
    fn apply(
        &self,
        place: &Place,
        batch: &Batch,
        observed: Observed<'_>,
        held: &mut Held,
    ) -> Result<Applied, WriteError> {
        let db = self.db;
        if stored::epoch(db)? != self.epoch.map(|epoch| epoch.0) {
            return Err(WriteError::Conflict);
        }
        let (id, from) = match place {
            Place::New { document, latest } => {
                if document::latest(db, &document.source)? != *latest {
                    return Err(WriteError::Conflict);
                }
                (commit::insert(db, document)?, 0)
            }
            &Place::Known { id, bytes } => (id, bytes),
            Place::Lost => return Err(WriteError::Conflict),
        };
        let mut lines = self.lines.clone();
        lines.merge(&batch.lines);
        commit::advance(db, id, from, batch, lines.events)?;
        commit::lines(db, id, batch, &lines)?;
        let seq = commit::log(db, Some(id), from, batch.position.bytes, self.now)?;
        let Observed { counters, late, overflow } = observed;
        let seen = SourceCounts {
            lines: counters::line_counts(&batch.lines),
            late,
            overflow,
            ..SourceCounts::default()
        };
        counters::add_source(db, &self.source, seq, &seen)?;

        commit::cells(db, self.zone, id, &self.source, batch)?;
        fault::point("cells-written");
        stated::write(db, id, batch, held)?;
        fault::point("stated-written");
        score::write(db, id, batch)?;
        poll::write(db, id, batch)?;
        fault::point("polls-written");
        opening::write(db, id, batch)?;
        recent_call::write(db, id, batch)?;
        for (series, counters) in counters {
            counters::add(db, commit::intern(db, series)?, seq, counters)?;
        }
        Ok(Applied { id, seq, lines })
    }
}

/// What the rows of a batch belong to.
struct Applied {
    id: DocumentId,
    seq: Seq,
    /// All lines counted of the document so far.
    lines: Lines,
}

/// Takes the lock that only one writer has, so that what is checked stays so until the commit.
pub(crate) fn begin(db: &Connection) -> rusqlite::Result<Transaction<'_>> {
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    fault::point("begun");
    Ok(tx)
}

/// Makes the transaction durable.
pub(crate) fn end(tx: Transaction<'_>) -> rusqlite::Result<()> {
    fault::point("before-commit");
    tx.commit()?;
    fault::point("after-commit");
    Ok(())
}

#[cfg(test)]
mod tests {
    use jono_domain::{Digest, Reason};

    use super::*;
    use crate::{
        Extent, LedgerError,
        fixture::{Home, MONDAY, at, batch, document, judge, rejecting, source},
    };

    const HOUR: i64 = 3600;

    fn new(name: &str, latest: Option<DocumentId>) -> Target {
        Target::New { document: document(name), latest }
    }

    #[test]
    fn what_was_committed_is_there_when_opened_again() {
        let home = Home::new();
        let first = batch(100, &[("espoo", MONDAY, 12), ("oulu", MONDAY + HOUR, 0)]);
        let second = batch(200, &[("espoo", MONDAY + 5, 700), ("oulu", MONDAY - HOUR, 3)]);
        let id = home.ledger().add("queue_log", std::slice::from_ref(&first));
        assert_eq!(
            home.ledger().put(Target::Grow { id, from: 100 }, std::slice::from_ref(&second)).unwrap(),
            Some(id)
        );

        let at_once = Home::new();
        at_once.ledger().add("queue_log", &[first, second]);
        let dump = home.ledger().dumped(Extent::All);
        assert_eq!(dump, at_once.ledger().dumped(Extent::All));
        let counted = home.ledger().documents().unwrap().remove(0);
        assert_eq!(counted.document.position, crate::fixture::position(200));
        assert_eq!(counted.document.events, Some(at(MONDAY - HOUR)..at(MONDAY + HOUR + 1)));
        assert_eq!(counted.lines.events, 4);
    }

    #[test]
    fn lines_are_counted_by_what_became_of_them() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let mut first = rejecting(batch(100, &[]), Reason::BadTime, &["a", "b"]);
        first.lines.ignore("PAUSE", 3);
        let mut second = rejecting(batch(200, &[]), Reason::BadQueue, &["c"]);
        second.lines.ignore("PAUSE", 1);
        second.lines.ignore("DNDON", 1);
        let id = ledger.add("queue_log", std::slice::from_ref(&first));
        ledger.put(Target::Grow { id, from: 100 }, std::slice::from_ref(&second)).unwrap();
        first.lines.merge(&second.lines);
        assert_eq!(ledger.documents().unwrap()[0].lines, first.lines);
        let seen = ledger.shown_since(Seq(0)).unwrap().sources;
        let expected = SourceCounts { lines: counters::line_counts(&first.lines), ..SourceCounts::default() };
        assert_eq!(seen, [(source(), expected)]);
    }

    #[test]
    fn a_writer_without_a_batch_changes_nothing() {
        let home = Home::new();
        let mut ledger = home.ledger();
        assert_eq!(ledger.put(new("queue_log", None), &[]).unwrap(), None);
        assert_eq!(ledger.documents().unwrap(), []);
        let id = ledger.put(new("queue_log", None), &[batch(0, &[])]).unwrap();
        assert_eq!(ledger.documents().unwrap()[0].document.id, id.unwrap());
    }

    #[test]
    fn of_two_that_bring_a_new_document_one_plans_again() {
        let home = Home::new();
        let (mut one, mut other) = (home.ledger(), home.ledger());
        let calls = [batch(100, &[("espoo", MONDAY, 12)])];
        let latest = one.put(new("queue_log", None), &calls).unwrap();
        let before = one.dumped(Extent::All);
        let refused = other.put(new("queue_log", None), &calls).unwrap_err();
        insta::assert_snapshot!(refused, @"another process wrote to the ledger meanwhile; plan this document again");
        assert_eq!(one.dumped(Extent::All), before);
        other.put(new("queue_log.1", latest), &calls).unwrap();
        assert!(matches!(one.put(new("queue_log.2", latest), &calls), Err(WriteError::Conflict)));
    }

    #[test]
    fn of_two_that_continue_a_document_one_plans_again() {
        let home = Home::new();
        let (mut one, mut other) = (home.ledger(), home.ledger());
        let id = one.add("queue_log", &[batch(100, &[("espoo", MONDAY, 12)])]);
        let version = one.version().unwrap();
        let mut slow = one.write(Target::Grow { id, from: 100 }, None, at(MONDAY)).unwrap();
        other.put(Target::Grow { id, from: 100 }, &[batch(200, &[("espoo", MONDAY, 13)])]).unwrap();
        let refused = slow.commit(&batch(300, &[("espoo", MONDAY, 13)]), Observed::default());
        assert!(matches!(refused, Err(WriteError::Conflict)));
        drop(slow);
        assert_ne!(one.version().unwrap(), version, "the other's commit is noticed");
        assert_eq!(one.totals().unwrap().values().next().unwrap().contacts(), 2);
        assert!(matches!(
            one.put(Target::Grow { id: DocumentId(99), from: 0 }, &[]),
            Err(WriteError::Conflict)
        ));
    }

    #[test]
    fn who_planned_before_counting_started_plans_again() {
        let home = Home::new();
        let (mut one, mut other) = (home.ledger(), home.ledger());
        let id = one.add("queue_log", &[batch(100, &[("espoo", MONDAY, 12)])]);
        let mut slow = one.write(Target::Grow { id, from: 100 }, None, at(MONDAY)).unwrap();
        other.start_counting(HourStart(at(MONDAY)), judge).unwrap();
        let more = batch(200, &[("espoo", MONDAY, 13)]);
        assert!(matches!(slow.commit(&more, Observed::default()), Err(WriteError::Conflict)));
        drop(slow);
        let epoch = one.epoch().unwrap();
        one.write(Target::Grow { id, from: 100 }, epoch, at(MONDAY))
            .unwrap()
            .commit(&more, Observed::default())
            .unwrap();
    }

    #[test]
    fn a_document_is_found_by_its_first_line_or_its_name() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let short = ledger.add("queue_log.1", &[batch(100, &[])]);
        let long = ledger.add("queue_log", &[batch(900, &[])]);
        let outlook = ledger.outlook(&source(), Digest(7), None, "queue_log").unwrap();
        assert_eq!(outlook.candidates.iter().map(|d| d.id).collect::<Vec<_>>(), [long, short]);
        assert_eq!(outlook.same_name.unwrap().id, long);
        assert_eq!((outlook.latest, outlook.epoch), (Some(long), None));

        ledger.note_seen(long, "queue_log.2.gz", None).unwrap();
        let outlook = ledger.outlook(&source(), Digest(8), None, "queue_log.2.gz").unwrap();
        assert_eq!((outlook.candidates.len(), outlook.same_name.unwrap().id), (0, long));
        let other = ledger.outlook(&"other".parse().unwrap(), Digest(7), None, "queue_log").unwrap();
        assert_eq!((other.candidates.len(), other.same_name, other.latest), (0, None, None));
    }

    #[test]
    fn what_a_document_begins_with_is_remembered_once_it_is_known() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("june.csv", &[batch(100, &[])]);
        let found = |ledger: &Ledger, beginning| -> Vec<_> {
            let outlook = ledger.outlook(&source(), Digest(7), Some(Digest(beginning)), "none").unwrap();
            outlook.alike.into_iter().map(|document| (document.id, document.name)).collect()
        };
        assert!(found(&ledger, 8).is_empty());
        ledger.note_seen(id, "june.csv", Some(Digest(8))).unwrap();
        ledger.note_seen(id, "june-2.csv", Some(Digest(9))).unwrap();
        assert_eq!(found(&ledger, 8), [(id, "june-2.csv".to_owned())]);
        assert!(found(&ledger, 9).is_empty());
        let other = ledger.outlook(&"other".parse().unwrap(), Digest(7), Some(Digest(8)), "none").unwrap();
        assert!(other.alike.is_empty());
    }

    #[test]
    fn a_full_disk_leaves_nothing_half_written() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("queue_log", &[batch(100, &[("espoo", MONDAY, 12)])]);
        let before = ledger.dumped(Extent::All);
        let many: Vec<_> = (0..4000).map(|n| ("espoo", MONDAY + n * HOUR, 5)).collect();
        let more = batch(200, &many);
        let pages: i64 = ledger.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let limit = |db: &Connection, pages: i64| {
            db.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0)).unwrap()
        };
        limit(&ledger.db, pages);
        let mut writer = ledger.write(Target::Grow { id, from: 100 }, None, at(MONDAY)).unwrap();
        let full = writer.commit(&more, Observed::default()).unwrap_err();
        assert!(matches!(full, WriteError::Ledger(LedgerError::Full(_))));
        insta::assert_snapshot!(full, @"the ledger's disk is full; nothing is half written: make room and try again");
        assert_eq!(home.ledger().dumped(Extent::All), before);
        // Once there is room again, the same writer goes on.
        limit(writer.db, pages * 1000);
        writer.commit(&more, Observed::default()).unwrap();
    }

    #[test]
    fn a_writer_that_waits_too_long_says_so() {
        let home = Home::new();
        let (mut one, other) = (home.ledger(), home.ledger());
        let held = begin(&other.db).unwrap();
        one.db.busy_timeout(std::time::Duration::ZERO).unwrap();
        let refused = one.put(new("queue_log", None), &[batch(1, &[])]).unwrap_err();
        insta::assert_snapshot!(refused, @"another process has kept the ledger locked for 30 seconds; try again when it is done");
        drop(held);
        one.put(new("queue_log", None), &[batch(1, &[])]).unwrap();
    }
}
