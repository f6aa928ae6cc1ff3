//! What monitoring is shown: counters of series, and counts of sources. They only rise, and are never corrected.

use std::collections::BTreeMap;

use jono_domain::{Cell, Counters, HourStart, LineCounts, Lines, Reason, Series, SourceCounts, SourceName};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    commit, document, error::LedgerError, fault, gather::Gather, ledger::Ledger, read::SeriesKey, stored,
};

/// The number of a commit. Later commits have higher ones; `Seq(0)` is before the first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub i64);

/// What is to be shown, as it stood after one commit. Values are absolute, so showing one twice is harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The last commit that is in it.
    pub seq: Seq,
    /// The counters that changed.
    pub counters: Vec<(Series, Counters)>,
    /// The sources of which any count changed, with all their counts.
    pub sources: Vec<(SourceName, SourceCounts)>,
}

impl Ledger {
    /// The hour from which counters count; `None` before counting was started.
    pub fn epoch(&self) -> Result<Option<HourStart>, LedgerError> {
        Ok(stored::epoch(&self.db)?.map(HourStart))
    }

    /// Starts the counters at an hour, unless they have been started before; the answer is the epoch that holds.
    ///
    /// What was already counted from that hour on is judged now, all of a series at once: a batch that was committed a
    /// moment before counting started is not missing.
    pub fn start_counting(
        &mut self,
        epoch: HourStart,
        mut judge: impl FnMut(&Series, &Cell, &mut Counters),
    ) -> Result<HourStart, LedgerError> {
        let tx = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        if let Some(started) = stored::epoch(&tx)? {
            return Ok(HourStart(started));
        }
        let mut sums = since(&tx, epoch)?;
        tx.execute("UPDATE ledger SET epoch = ?1", [epoch.0.get()])?;
        let seq = commit::log(&tx, None, 0, 0, epoch.0)?;
        for (key, series) in self.series()? {
            let Some(cell) = sums.remove(&key).filter(|cell| !cell.is_empty()) else { continue };
            let mut counters = Counters::default();
            judge(&series, &cell, &mut counters);
            add(&tx, key, seq, &counters)?;
        }
        fault::point("before-epoch");
        tx.commit()?;
        Ok(epoch)
    }

    /// What changed after a commit, as it stands now; everything after `Seq(0)`.
    pub fn shown_since(&self, seq: Seq) -> Result<Shown, LedgerError> {
        let _instant = self.instant()?;
        Ok(shown(&self.db, seq)?)
    }
}

/// All that was counted of each series in that hour and later ones.
fn since(db: &Connection, hour: HourStart) -> rusqlite::Result<BTreeMap<SeriesKey, Cell>> {
    let first: Option<i64> =
        db.prepare_cached("SELECT min(hour) FROM cell")?.query_row([], |row| row.get(0))?;
    // Years of hours take seconds to read, and where all of them count their sum is there already.
    if first.is_none_or(|first| hour.0.get() <= first) {
        let mut totals = db.prepare_cached("SELECT series, body FROM total")?;
        return totals.query_map([], |row| Ok((SeriesKey(row.get(0)?), stored::cell(row, 1)?)))?.collect();
    }
    let mut sums = BTreeMap::<SeriesKey, Gather>::new();
    let mut cells = db.prepare_cached("SELECT series, body FROM cell WHERE hour >= ?1")?;
    let mut rows = cells.query([hour.0.get()])?;
    while let Some(row) = rows.next()? {
        sums.entry(SeriesKey(row.get(0)?)).or_default().add(stored::cell(row, 1)?);
    }
    Ok(sums.into_iter().map(|(key, gather)| (key, gather.sum())).collect())
}

/// What changed after a commit, in the transaction that the caller reads in.
pub(crate) fn shown(db: &Connection, seq: Seq) -> rusqlite::Result<Shown> {
    let newest =
        db.prepare_cached("SELECT coalesce(max(seq), 0) FROM commit_log")?.query_row([], |row| row.get(0))?;
    let mut counters = db.prepare_cached(
        "SELECT channel, unit, service, body FROM counter JOIN series ON series.id = counter.series \
         WHERE seq > ?1 ORDER BY channel, unit, service",
    )?;
    let rows = counters.query_map([seq.0], |row| Ok((stored::series(row, 0)?, stored::counters(row, 3)?)))?;
    let counters = rows.collect::<Result<_, _>>()?;
    Ok(Shown { seq: Seq(newest), counters, sources: sources_since(db, seq)? })
}

fn sources_since(db: &Connection, seq: Seq) -> rusqlite::Result<Vec<(SourceName, SourceCounts)>> {
    let mut select = db.prepare_cached(
        "SELECT source, kind, reason, count FROM seen_line \
         WHERE source IN (SELECT source FROM seen_line WHERE seq > ?1) ORDER BY source, kind, reason",
    )?;
    let mut rows = select.query([seq.0])?;
    let mut all = BTreeMap::<SourceName, SourceCounts>::new();
    while let Some(row) = rows.next()? {
        let seen = all.entry(stored::word(row, 0)?).or_default();
        let count = row.get(3)?;
        match row.get_ref(1)?.as_str()? {
            EVENT => seen.lines.events = count,
            IGNORED => seen.lines.ignored = count,
            REJECTED => seen.lines.rejected[document::reason(row, 2)?.index()] = count,
            LATE => seen.late = count,
            CORRECTION => seen.corrections = count,
            OVERFLOW => seen.overflow = count,
            GAP => seen.gaps = count,
            kind => return Err(stored::damaged(format!("{kind:?} is nothing that a source is counted by"))),
        }
    }
    Ok(all.into_iter().collect())
}

const EVENT: &str = "event";
const IGNORED: &str = "ignored";
const REJECTED: &str = "rejected";
const LATE: &str = "late";
const CORRECTION: &str = "correction";
const OVERFLOW: &str = "overflow";
const GAP: &str = "gap";

/// How many lines there were of each kind.
pub(crate) fn line_counts(lines: &Lines) -> LineCounts {
    LineCounts { events: lines.events, ignored: lines.total_ignored(), rejected: lines.rejected }
}

/// Adds to the counts of a source.
pub(crate) fn add_source(
    db: &Connection,
    source: &SourceName,
    seq: Seq,
    added: &SourceCounts,
) -> rusqlite::Result<()> {
    let &SourceCounts { lines: LineCounts { events, ignored, rejected }, late, corrections, overflow, gaps } =
        added;
    let mut add = db.prepare_cached(
        "INSERT INTO seen_line (source, kind, reason, seq, count) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (source, kind, reason) DO UPDATE SET seq = excluded.seq, count = count + excluded.count",
    )?;
    let plain = [
        (EVENT, "", events),
        (IGNORED, "", ignored),
        (LATE, "", late),
        (CORRECTION, "", corrections),
        (OVERFLOW, "", overflow),
        (GAP, "", gaps),
    ];
    let rejected = Reason::ALL.iter().zip(rejected).map(|(reason, count)| (REJECTED, reason.as_str(), count));
    for (kind, reason, count) in plain.into_iter().chain(rejected).filter(|&(.., count)| count > 0) {
        add.execute((source.as_str(), kind, reason, seq.0, count))?;
    }
    Ok(())
}

/// Adds to the counters of a series.
pub(crate) fn add(db: &Connection, key: SeriesKey, seq: Seq, counters: &Counters) -> rusqlite::Result<()> {
    let mut body = Vec::new();
    counters.encode(&mut body);
    db.prepare_cached(
        "INSERT INTO counter (series, seq, body) VALUES (?1, ?2, ?3) \
         ON CONFLICT (series) DO UPDATE SET seq = excluded.seq, body = counters_merge(body, excluded.body)",
    )?
    .execute((key.0, seq.0, body))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jono_domain::{HourStart, Service};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Observed, Target,
        fixture::{Home, MONDAY, at, batch, judge, series},
    };

    fn answered(shown: &Shown) -> Vec<(String, u64)> {
        shown.counters.iter().map(|(of, counters)| (of.unit.to_string(), counters.cell.contacts())).collect()
    }

    fn counted(unit: &str, wait: u32) -> (Series, Counters) {
        let cell = &batch(0, &[(unit, MONDAY, wait)]).cells[0].2.open();
        let mut counters = Counters::default();
        counters.observe(cell, &Service::default());
        (series(unit), counters)
    }

    #[test]
    fn counting_starts_once_and_with_what_is_there() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let calls = [("espoo", MONDAY - 1, 5), ("espoo", MONDAY, 5), ("espoo", MONDAY + 9999, 5)];
        ledger.add("queue_log", &[batch(100, &calls)]);
        assert_eq!(ledger.epoch().unwrap(), None);
        assert_eq!(answered(&ledger.shown_since(Seq(0)).unwrap()), []);

        let epoch = HourStart(at(MONDAY));
        assert_eq!(ledger.start_counting(epoch, judge).unwrap(), epoch);
        assert_eq!(answered(&ledger.shown_since(Seq(0)).unwrap()), [("espoo".to_owned(), 2)]);
        let again = home.ledger().start_counting(HourStart(at(0)), |_, _, _| panic!("it is started"));
        assert_eq!(again.unwrap(), epoch);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

        #[test]
        fn wherever_counting_starts_each_later_hour_is_judged(
            calls in prop::collection::vec(
                (prop::sample::select(vec!["espoo", "oulu"]), 0..30_i64, 0..90_u32),
                1..30,
            ),
            start in -2..32_i64,
        ) {
            let home = Home::new();
            let mut ledger = home.ledger();
            let calls: Vec<_> =
                calls.into_iter().map(|(unit, hour, wait)| (unit, MONDAY + hour * 3600, wait)).collect();
            for (place, calls) in calls.chunks(7).enumerate() {
                ledger.add(&place.to_string(), &[batch(1, calls)]);
            }
            let epoch = HourStart(at(MONDAY + start * 3600));
            let mut naive = BTreeMap::<Series, Counters>::new();
            for call in &calls {
                let (_, hour, cell) = &batch(1, &[*call]).cells[0];
                if *hour >= epoch {
                    judge(&series(call.0), &cell.open(), naive.entry(series(call.0)).or_default());
                }
            }
            ledger.start_counting(epoch, judge).unwrap();
            let shown = ledger.shown_since(Seq(0)).unwrap().counters;
            prop_assert_eq!(shown.into_iter().collect::<BTreeMap<_, _>>(), naive);
        }
    }

    #[test]
    fn only_what_changed_is_shown_again() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let epoch = ledger.start_counting(HourStart(at(MONDAY)), judge).unwrap();
        let id = ledger.add("queue_log", &[batch(1, &[("espoo", MONDAY, 5), ("oulu", MONDAY, 5)])]);
        let mut commit = |bytes: u64, counters: &[(Series, Counters)]| {
            let target = Target::Grow { id, from: bytes - 1 };
            let mut writer = ledger.write(target, Some(epoch), at(MONDAY)).unwrap();
            let observed = Observed { counters, late: 1, overflow: 2 };
            writer.commit(&batch(bytes, &[("espoo", MONDAY, 5)]), observed).unwrap();
        };
        commit(2, &[counted("espoo", 5), counted("oulu", 70)]);
        let first = home.ledger().shown_since(Seq(0)).unwrap();
        assert_eq!(answered(&first), [("espoo".to_owned(), 1), ("oulu".to_owned(), 1)]);
        commit(3, &[counted("oulu", 7)]);
        let second = home.ledger().shown_since(first.seq).unwrap();
        assert_eq!(answered(&second), [("oulu".to_owned(), 2)]);
        let counts = second.sources[0].1;
        assert_eq!((second.sources.len(), counts.lines.events, counts.late, counts.overflow), (1, 4, 2, 4));
        let nothing = home.ledger().shown_since(second.seq).unwrap();
        assert_eq!(nothing, Shown { seq: second.seq, ..Shown::default() });
    }
}
