//! The ledger as text, so that two can be compared: whatever counted the same content dumps the same bytes.
//!
//! Numbers that depend on history are left out: row ids, commits and their times, and the cache of days and weeks.

use std::{
    fmt,
    io::{self, Write},
};

use jono_domain::{
    Cell, Count, Decimal, Histogram, Label, LineCounts, Lines, Measure, Outcome, Period, Reason, Sample,
    SourceCounts,
};
use rusqlite::Connection;
use thiserror::Error;

use crate::{
    counters::{self, Seq},
    document::{self, CountedDocument},
    edition,
    error::LedgerError,
    ledger::Ledger,
    opening, poll, recent_call, replace,
    revision::{Revision, RevisionFilter},
    score, stored,
};

/// How much of the ledger to dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What follows from the content that is current: documents, their cells and statements, scores, polls and
    /// openings, totals. However a ledger came to its content, these are the same.
    Facts,
    /// The facts, and what else was observed on the way: replaced documents, counters, what sources are counted by,
    /// revisions, the calls that are remembered, editions.
    All,
}

/// Why a dump ended early.
#[derive(Debug, Error)]
pub enum DumpError {
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The text could not be written.
    #[error("the dump could not be written")]
    Write(#[from] io::Error),
}

impl From<rusqlite::Error> for DumpError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

impl Ledger {
    /// Writes the ledger as text, in an order that depends on its content only.
    pub fn dump(&self, extent: Extent, out: &mut dyn Write) -> Result<(), DumpError> {
        let _instant = self.instant()?;
        writeln!(out, "zone {}", self.zone.name())?;
        let mut documents = document::counted(&self.db)?;
        documents.sort_by(|a, b| content_key(a).cmp(&content_key(b)));
        let (current, replaced): (Vec<_>, Vec<_>) =
            documents.iter().partition(|counted| counted.replaced_by.is_none());
        for counted in current {
            writeln!(out, "\ndocument {}", Headed(counted))?;
            write_cells(&self.db, counted, out)?;
            write_stated(&self.db, counted, out)?;
            score::dump(&self.db, counted.document.id, out)?;
            poll::dump(&self.db, counted.document.id, out)?;
            opening::dump(&self.db, counted.document.id, out)?;
            if extent == Extent::All {
                recent_call::dump(&self.db, counted.document.id, out)?;
            }
        }
        writeln!(out, "\ntotals")?;
        let totals = self.totals()?;
        for (key, series) in self.series()? {
            if let Some(total) = totals.get(&key) {
                writeln!(out, "  {series} {}", Told(total))?;
            }
        }
        if extent == Extent::Facts {
            return Ok(());
        }
        for counted in replaced {
            writeln!(out, "\nreplaced {}", Headed(counted))?;
        }
        let shown = counters::shown(&self.db, Seq(0))?;
        match self.epoch()? {
            Some(epoch) => writeln!(out, "\ncounters from {}", self.zone.rfc3339(epoch.0))?,
            None => writeln!(out, "\nno counters")?,
        }
        for (series, counters) in &shown.counters {
            write!(out, "  {series} {}", Told(&counters.cell))?;
            for (met, missed) in counters.level {
                write!(out, " {met}/{missed}")?;
            }
            writeln!(out)?;
        }
        writeln!(out, "\nsources")?;
        for (source, seen) in &shown.sources {
            let SourceCounts { lines, late, corrections, overflow, gaps } = seen;
            let LineCounts { events, ignored, rejected } = lines;
            write!(out, "  {source} events={events} ignored={ignored} rejected={}", Rejected(rejected))?;
            writeln!(out, " late={late} corrections={corrections} overflow={overflow} gaps={gaps}")?;
        }
        writeln!(out, "\nrevisions")?;
        for revision in self.revisions(&RevisionFilter::default())? {
            let Revision { basis, series, measure, span, source, document, .. } = &revision;
            let value = |value: Option<Decimal>| value.map_or("none".to_owned(), |value| value.to_string());
            let (before, after) = (value(revision.before), value(revision.after));
            write!(out, "  {basis} {series} {measure:?} {span} was {before} is {after}")?;
            writeln!(out, " by {source} {document:?}")?;
        }
        edition::dump(self, out)?;
        Ok(())
    }
}

/// What orders documents by their content, so that the order of reading them does not show.
fn content_key(counted: &CountedDocument) -> impl Ord {
    let document = &counted.document;
    let position = document.position;
    (
        document.source.clone(),
        document.name.clone(),
        (document.head, position.bytes, position.chain, position.tail),
        (document.rules, document.id),
    )
}

fn write_cells(db: &Connection, counted: &CountedDocument, out: &mut dyn Write) -> Result<(), DumpError> {
    let Some((first, last)) = replace::hours(db, counted.document.id)? else { return Ok(()) };
    let mut select = db.prepare_cached(
        "SELECT hour, channel, unit, service, body FROM cell JOIN series ON series.id = cell.series \
         WHERE hour BETWEEN ?1 AND ?2 AND document = ?3 ORDER BY hour, channel, unit, service",
    )?;
    let mut rows = select.query((first, last, counted.document.id.0))?;
    while let Some(row) = rows.next()? {
        let (hour, series, cell) = (stored::time(row, 0)?, stored::series(row, 1)?, stored::cell(row, 4)?);
        writeln!(out, "  {} {series} {}", hour.get(), Told(&cell))?;
    }
    Ok(())
}

fn write_stated(db: &Connection, counted: &CountedDocument, out: &mut dyn Write) -> Result<(), DumpError> {
    let mut select = db.prepare_cached(
        "SELECT basis, channel, unit, service, measure, span, value, of_count, provisional, label \
         FROM stated JOIN series ON series.id = stated.series WHERE document = ?1 \
         ORDER BY basis, channel, unit, service, measure, first_day, span",
    )?;
    let mut rows = select.query([counted.document.id.0])?;
    while let Some(row) = rows.next()? {
        let (basis, series) = (stored::basis(row, 0)?, stored::series(row, 1)?);
        let (measure, span): (Measure, Period) = (stored::word(row, 4)?, stored::word(row, 5)?);
        let (value, of): (Decimal, Option<u64>) = (stored::word(row, 6)?, row.get(7)?);
        write!(out, "  {basis} {series} {measure:?} {span} is {value}")?;
        of.map_or(Ok(()), |of| write!(out, " of {of}"))?;
        write!(out, "{}", if row.get(8)? { " provisional" } else { "" })?;
        let label: Option<Label> = stored::maybe(row, 9)?;
        label.map_or(Ok(()), |label| write!(out, " as {:?}", label.as_str()))?;
        writeln!(out)?;
    }
    Ok(())
}

/// A document and its lines, as the dump tells them.
struct Headed<'a>(&'a CountedDocument);

impl fmt::Display for Headed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CountedDocument { document, lines, .. } = self.0;
        let Lines { events, ignored, rejected } = lines;
        let position = document.position;
        writeln!(f, "{} {:?}", document.source, document.name)?;
        writeln!(f, "  keep {}", document.keep.as_str())?;
        writeln!(f, "  rules {:?} head {:?}", document.rules, document.head)?;
        write!(f, "  bytes {} terminated {} chain ", position.bytes, position.terminated)?;
        position.chain.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        writeln!(f, " tail {:?}", position.tail)?;
        match &document.events {
            Some(span) => writeln!(f, "  events from {} to {}", span.start.get(), span.end.get())?,
            None => writeln!(f, "  no events")?,
        }
        write!(f, "  lines events={events} ignored={ignored:?} rejected={}", Rejected(rejected))
    }
}

/// Counts of rejected lines by reason: what is zero is left out.
struct Rejected<'a>(&'a [u64; Reason::ALL.len()]);

impl fmt::Display for Rejected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = Reason::ALL.iter().zip(self.0).filter(|&(_, &count)| count > 0);
        f.debug_map().entries(counted.map(|(reason, count)| (reason.as_str(), count))).finish()
    }
}

/// A cell, as the dump tells it: what is zero is left out.
struct Told<'a>(&'a Cell);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = self.0;
        write!(f, "arrived={} handled={}", cell.arrived, cell.handled)?;
        histogram(f, &cell.handling)?;
        for outcome in Outcome::ALL.into_iter().filter(|&outcome| cell.outcome(outcome) > 0) {
            write!(f, " {outcome}={}", cell.outcome(outcome))?;
            histogram(f, cell.waits(outcome))?;
        }
        if cell.unit_contacts > 0 {
            write!(f, " unit_contacts={}", cell.unit_contacts)?;
        }
        for &count in Count::ALL.iter().filter(|&&count| cell.count(count) > 0) {
            write!(f, " {count:?}={}", cell.count(count))?;
        }
        for &sample in Sample::ALL.iter().filter(|&&sample| !cell.sample(sample).is_empty()) {
            write!(f, " {sample:?}")?;
            histogram(f, cell.sample(sample))?;
        }
        Ok(())
    }
}

fn histogram(f: &mut fmt::Formatter<'_>, histogram: &Histogram) -> fmt::Result {
    for (place, (seconds, count)) in histogram.entries().enumerate() {
        write!(f, "{}{}:{count}", if place == 0 { "[" } else { " " }, seconds.get())?;
    }
    if histogram.is_empty() { Ok(()) } else { write!(f, "]") }
}

#[cfg(test)]
mod tests {
    use jono_domain::{CallbackStage, Event, HourStart, OpenCell, Score, Seen};

    use super::*;
    use crate::fixture::{Home, MONDAY, at, batch, having, judge, rejecting, stating};

    #[test]
    fn everything_is_told_once() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let mut calls = batch(1, &[("oulu", MONDAY, 5), ("espoo", MONDAY, 90), ("espoo", MONDAY, 5)]);
        calls.lines.ignore("PAUSE", 2);
        let statements = ["published espoo wait_mean 2020-06 30.50", "tallied oulu contacts 2020-W24 9"];
        let things = [
            "score oulu 2020-Q2 9",
            "score oulu 2020-Q2 10",
            "poll oulu 1591599600 open 4 - 2",
            "poll oulu 1591599600 none",
            "opening oulu 2020-06-01.. open Mo-Fr 09:00-16:00",
            "opening espoo 2020-06-19..2020-06-19 closed",
            "call 7 1591599600",
            "call 8 1591599600",
        ];
        let calls = stating(rejecting(calls, Reason::BadTime, &["x"]), &statements);
        ledger.add("queue_log", &[having(calls, &things)]);
        ledger.add("table", &[stating(batch(1, &[]), &["tallied oulu contacts 2020-W24 10"])]);
        ledger.start_counting(HourStart(at(MONDAY)), judge).unwrap();
        insta::assert_snapshot!(ledger.dumped(Extent::All), @r#"
        zone Europe/Helsinki

        document helpdesk "queue_log"
          keep append
          rules 00000000000000000000000000000001 head 00000000000000000000000000000007
          bytes 1 terminated true chain 0101010101010101010101010101010101010101010101010101010101010101 tail 00000000000000000000000000000001
          events from 1591599600 to 1591599601
          lines events=3 ignored={"PAUSE": 2} rejected={"bad_time": 1}
          1591599600 phone/espoo/advice arrived=0 handled=0 answered=2[5:1 90:1]
          1591599600 phone/oulu/advice arrived=0 handled=0 answered=1[5:1]
          published phone/espoo/advice wait_mean 2020-06 is 30.50 of 20 provisional
          tallied phone/oulu/advice contacts 2020-W24 is 9
          scores phone/oulu/advice 2020-Q2 9:1 10:1
          polled phone/oulu/advice 1591599600 NoAppointment
          polled phone/oulu/advice 1591599600 Office { waiting: Some(4), wait: None, desks: Some(2) }
          open phone/oulu from 2020-06-01 at Mo-Fr 09:00-16:00
          closed phone/espoo from 2020-06-19 to 2020-06-19
          recent calls 2 hash 193c3c0ef2e2bbaa

        document helpdesk "table"
          keep append
          rules 00000000000000000000000000000001 head 00000000000000000000000000000007
          bytes 1 terminated true chain 0101010101010101010101010101010101010101010101010101010101010101 tail 00000000000000000000000000000001
          no events
          lines events=0 ignored={} rejected={}
          tallied phone/oulu/advice contacts 2020-W24 is 10

        totals
          phone/espoo/advice arrived=0 handled=0 answered=2[5:1 90:1]
          phone/oulu/advice arrived=0 handled=0 answered=1[5:1]

        counters from 2020-06-08T10:00:00+03:00
          phone/espoo/advice arrived=0 handled=0 answered=2[5:1 90:1] 1/1 1/1 1/1 1/1 2/0
          phone/oulu/advice arrived=0 handled=0 answered=1[5:1] 1/0 1/0 1/0 1/0 1/0

        sources
          helpdesk events=3 ignored=2 rejected={"bad_time": 1} late=0 corrections=0 overflow=0 gaps=0

        revisions
          tallied phone/oulu/advice contacts 2020-W24 was 9 is 10 by helpdesk "table"
        "#);
    }

    #[test]
    fn what_few_cells_have_is_told_where_it_is() {
        let time = at(MONDAY);
        let mut open = OpenCell::default();
        open.enter();
        open.add(Event::Arrived { at: time });
        open.add(Event::Callback { at: time, stage: CallbackStage::Due });
        for waiting in [3, 3, 4] {
            let seen = Seen::Office { waiting: Some(waiting), wait: None, desks: None };
            open.add(Event::Polled { at: time, seen });
        }
        open.add(Event::Scored { at: time, score: Score::new(9).unwrap() });
        insta::assert_snapshot!(Told(&open.seal()), @"arrived=1 handled=0 unit_contacts=1 PromisesDue=1 PolledOpen=3 PolledWaiting[3:2 4:1] Score[9:1]");
    }

    #[test]
    fn how_calls_were_cut_into_batches_does_not_show() {
        let calls = ["call 1 10", "call 2 11", "call 1 90000"];
        let dumped = |cut: usize| {
            let home = Home::new();
            let mut ledger = home.ledger();
            let batches = [having(batch(1, &[]), &calls[..cut]), having(batch(2, &[]), &calls[cut..])];
            ledger.add("queue_log", &batches);
            (ledger.dumped(Extent::All), ledger.dumped(Extent::Facts))
        };
        let (all, facts) = dumped(0);
        assert_eq!([dumped(1).0, dumped(2).0, dumped(3).0], [all.clone(), all.clone(), all.clone()]);
        assert!(!facts.contains("recent calls"), "they follow from the order of reading");
        let told = all.lines().find(|line| line.contains("recent calls")).map(str::trim);
        insta::assert_snapshot!(told.unwrap(), @"recent calls 3 hash 7f8d24c1ae988cf6");
    }

    #[test]
    fn the_order_of_reading_does_not_show() {
        let calls = [
            ("june", batch(1, &[("espoo", MONDAY, 5)])),
            ("july", batch(2, &[("oulu", MONDAY, 5), ("espoo", MONDAY, 5)])),
        ];
        let (home, other) = (Home::new(), Home::new());
        for (name, calls) in &calls {
            home.ledger().add(name, std::slice::from_ref(calls));
        }
        for (name, calls) in calls.iter().rev() {
            other.ledger().add(name, std::slice::from_ref(calls));
        }
        assert_eq!(home.ledger().dumped(Extent::All), other.ledger().dumped(Extent::All));
    }
}
