//! Taking back what a document contributed, so that other content can take its place.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Cell, DocumentId, HourStart, Reject, Zone};
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::{
    counters::Seq, error::WriteError, fault, gather::Gather, opening, poll, read::SeriesKey, recent_call,
    revision::Held, roll, score, stated, stored,
};

/// A replacement under way: nothing of it is visible to others until its transaction is committed.
#[derive(Debug)]
pub(crate) struct Replacement<'l> {
    pub(crate) tx: Transaction<'l>,
    /// What takes the place.
    pub(crate) new: DocumentId,
    /// What held before, of everything that either document states.
    pub(crate) held: Held,
    /// Samples wait for the commit: they are kept in another file.
    pub(crate) rejects: Vec<Reject>,
    /// The last batch that came. Nothing is not a content to replace another with.
    pub(crate) last: Option<Seq>,
}

impl<'l> Replacement<'l> {
    /// Takes back all that the old document brought, and says which document took its place.
    pub(crate) fn begin(
        tx: Transaction<'l>,
        zone: &Zone,
        old: DocumentId,
        from: u64,
        new: DocumentId,
    ) -> Result<Self, WriteError> {
        let replaced = tx
            .prepare_cached(
                "UPDATE document SET replaced_by = ?3 WHERE id = ?1 AND bytes = ?2 AND replaced_by IS NULL",
            )?
            .execute((old.0, from, new.0))?;
        if replaced != 1 {
            return Err(WriteError::Conflict);
        }
        take_back(&tx, zone, old)?;
        let mut held = Held::default();
        stated::take_back(&tx, old, &mut held)?;
        score::take_back(&tx, old)?;
        poll::take_back(&tx, old)?;
        opening::take_back(&tx, old)?;
        recent_call::take_back(&tx, old)?;
        fault::point("old-deleted");
        Ok(Self { tx, new, held, rejects: Vec::new(), last: None })
    }
}

/// Every document that was replaced. Their samples are to go: this one's, and those that a kill left behind.
pub(crate) fn replaced(db: &Connection) -> rusqlite::Result<Vec<DocumentId>> {
    let mut select = db.prepare_cached("SELECT id FROM document WHERE replaced_by IS NOT NULL")?;
    select.query_map([], |row| Ok(DocumentId(row.get(0)?)))?.collect()
}

fn take_back(db: &Connection, zone: &Zone, old: DocumentId) -> rusqlite::Result<()> {
    let Some((first, last)) = hours(db, old)? else { return Ok(()) };
    let bounds = (first, last, old.0);

    let mut sums = BTreeMap::<SeriesKey, Gather>::new();
    let mut hours = BTreeSet::new();
    let mut cells = db.prepare_cached(
        "SELECT hour, series, body FROM cell WHERE hour BETWEEN ?1 AND ?2 AND document = ?3",
    )?;
    let mut rows = cells.query(bounds)?;
    while let Some(row) = rows.next()? {
        hours.insert(HourStart(stored::time(row, 0)?));
        sums.entry(SeriesKey(row.get(1)?)).or_default().add(stored::cell(row, 2)?);
    }
    db.prepare_cached("DELETE FROM cell WHERE hour BETWEEN ?1 AND ?2 AND document = ?3")?.execute(bounds)?;
    for (key, sum) in sums {
        subtract(db, key, &sum.sum())?;
    }
    roll::forget(db, zone, hours)
}

/// The first and the last hour in which a document has cells: the table of cells is ordered by time, so they are looked
/// for only there. `None` if it has none.
pub(crate) fn hours(db: &Connection, id: DocumentId) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut select = db.prepare_cached("SELECT first_hour, last_hour FROM document WHERE id = ?1")?;
    let (first, last): (Option<i64>, Option<i64>) =
        select.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(first.zip(last))
}

fn subtract(db: &Connection, key: SeriesKey, cell: &Cell) -> rusqlite::Result<()> {
    let total = db
        .prepare_cached("SELECT body FROM total WHERE series = ?1")?
        .query_row([key.0], |row| stored::cell(row, 0))
        .optional()?;
    let mut total = total.unwrap_or_default();
    total
        .subtract(cell)
        .map_err(|_| stored::damaged(format!("the total of series {} lacks cells that are stored", key.0)))?;
    if total.is_empty() {
        db.prepare_cached("DELETE FROM total WHERE series = ?1")?.execute([key.0])?;
    } else {
        db.prepare_cached("UPDATE total SET body = ?2 WHERE series = ?1")?
            .execute((key.0, stored::body(&total)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jono_domain::{CallWindow, Reason};

    use crate::{
        Extent, Observed, Target, WriteError,
        fixture::{Home, MONDAY, at, batch, document, having, rejecting},
    };

    const HOUR: i64 = 3600;

    #[test]
    fn a_replaced_document_counts_as_if_it_had_never_been() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let other = batch(50, &[("espoo", MONDAY, 30), ("vaasa", MONDAY, 4)]);
        ledger.add("other", std::slice::from_ref(&other));
        let old = batch(100, &[("espoo", MONDAY, 12), ("oulu", MONDAY + HOUR, 0)]);
        let old = having(
            old,
            &["score espoo 2020-Q2 9", "poll espoo 10 none", "opening oulu 2020-06-01.. open", "call 1 10"],
        );
        let old = ledger.add("calls.csv", &[rejecting(old, Reason::BadTime, &["0401234567"])]);
        let new = [
            having(
                batch(60, &[("espoo", MONDAY, 12)]),
                &["score espoo 2020-Q2 8", "opening oulu 2020-06-01.. closed"],
            ),
            rejecting(batch(120, &[("espoo", MONDAY + 30 * HOUR, 99)]), Reason::BadTime, &["x", "y"]),
        ];
        let target = Target::Replace { old, from: 100, document: document("calls.csv") };
        let id = ledger.put(target.clone(), &new).unwrap().unwrap();

        let fresh = Home::new();
        let mut fresh_ledger = fresh.ledger();
        fresh_ledger.add("other", &[other]);
        fresh_ledger.add("calls.csv", &new);
        assert_eq!(ledger.dumped(Extent::Facts), fresh_ledger.dumped(Extent::Facts));
        assert_eq!(ledger.recent_calls(old).unwrap(), CallWindow::default());

        let trail: Vec<_> =
            ledger.documents().unwrap().into_iter().map(|d| (d.document.id, d.replaced_by)).collect();
        assert_eq!(trail[1..], [(old, Some(id)), (id, None)]);
        assert!(ledger.samples(old).unwrap().is_empty(), "its samples are gone");
        assert_eq!(ledger.samples(id).unwrap().len(), 2);
        assert!(matches!(ledger.put(target, &new), Err(WriteError::Conflict)), "it is replaced already");
        assert!(matches!(ledger.put(Target::Grow { id: old, from: 100 }, &new), Err(WriteError::Conflict)));
    }

    #[test]
    fn a_replacement_that_is_not_finished_is_undone() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let old = ledger.add("calls.csv", &[batch(100, &[("espoo", MONDAY, 12)])]);
        let before = ledger.dumped(Extent::All);
        let target = Target::Replace { old, from: 100, document: document("calls.csv") };
        let new = batch(60, &[("oulu", MONDAY, 1)]);

        let mut writer = ledger.write(target.clone(), None, at(MONDAY)).unwrap();
        writer.commit(&new, Observed::default()).unwrap();
        let seen_by_others = home.ledger().dumped(Extent::All);
        assert_eq!(seen_by_others, before);
        drop(writer);
        assert_eq!(ledger.dumped(Extent::All), before);

        assert_eq!(ledger.put(target.clone(), &[]).unwrap(), None, "nothing replaces nothing");
        assert_eq!(ledger.dumped(Extent::All), before);

        // The second batch fails, so that the first is undone too; nothing can be added afterwards.
        ledger
            .db
            .execute_batch(
                "CREATE TEMP TRIGGER full BEFORE INSERT ON commit_log WHEN new.to_bytes = 61 \
            BEGIN SELECT raise(ABORT, 'full'); END",
            )
            .unwrap();
        let mut writer = ledger.write(target, None, at(MONDAY)).unwrap();
        writer.commit(&new, Observed::default()).unwrap();
        assert!(matches!(writer.commit(&batch(61, &[]), Observed::default()), Err(WriteError::Ledger(_))));
        assert!(matches!(writer.commit(&batch(62, &[]), Observed::default()), Err(WriteError::Conflict)));
        assert!(matches!(writer.finish(), Err(WriteError::Conflict)));
        assert_eq!(ledger.dumped(Extent::All), before);
    }
}
