//! A cache of days and weeks that have been added up for all series. It may be lost at any time; it may never be stale.
//!
//! A sum is known by its two instants and not by its name, so that a zone whose rules change asks for other sums. It
//! counts only while it is marked; a commit removes the marks of what it touches in its own transaction, and a
//! reader marks only in a transaction that nobody overtook.

use std::{collections::BTreeMap, ops::Range};

use jono_domain::{Grain, HourStart, Period, UnixSeconds, Zone};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    period::{self, Sums},
    stored,
};

/// How many weeks or days are remembered in one transaction: a writer waits no longer than that takes.
const PIECES_A_COMMIT: usize = 8;

/// No sum spans more seconds: a week and the hour that a change of the clock adds, generously.
const LONGEST: i64 = 8 * 86_400;

/// Whether a span is added up and unchanged since.
pub(crate) fn is_rolled(db: &Connection, span: &Range<UnixSeconds>) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM rolled WHERE start = ?1 AND until = ?2")?
        .exists((span.start.get(), span.end.get()))
}

/// Forgets the days and weeks that any of the hours lies in.
pub(crate) fn forget(
    db: &Connection,
    zone: &Zone,
    hours: impl IntoIterator<Item = HourStart>,
) -> rusqlite::Result<()> {
    let mut unmark =
        db.prepare_cached("DELETE FROM rolled WHERE start > ?1 - ?3 AND start < ?2 AND until > ?1")?;
    let mut done = UnixSeconds::MIN..UnixSeconds::MIN;
    for HourStart(hour) in hours {
        if !done.contains(&hour) {
            let day = zone.date(hour);
            done = zone.days(day, day);
            unmark.execute((done.start.get(), done.end.get(), LONGEST))?;
        }
    }
    Ok(())
}

/// Adds up what is not remembered yet, unless an instant is being read: that writes nothing.
pub(crate) fn fill(db: &Connection, zone: &Zone, pieces: &[Period]) -> rusqlite::Result<()> {
    if db.is_readonly("main")? || !db.is_autocommit() {
        return Ok(());
    }
    for pieces in pieces.chunks(PIECES_A_COMMIT) {
        // It begins by reading. If somebody commits between that and the first sum written, SQLite refuses the write
        // at once: an old sum can never be marked as new.
        let tx = Transaction::new_unchecked(db, TransactionBehavior::Deferred)?;
        // What the newest hour lies in is still being counted, and would only be forgotten again.
        let newest: Option<i64> =
            tx.prepare_cached("SELECT max(hour) FROM cell")?.query_row([], |row| row.get(0))?;
        for &piece in pieces {
            roll(&tx, zone, piece, newest.unwrap_or(0))?;
        }
        tx.commit()?;
    }
    Ok(())
}

fn roll(db: &Connection, zone: &Zone, piece: Period, newest: i64) -> rusqlite::Result<()> {
    let bounds = piece.bounds(zone);
    if piece.grain() == Some(Grain::Hour) || is_rolled(db, &bounds)? {
        return Ok(());
    }
    if piece.grain() == Some(Grain::Week) {
        period::days(piece, zone).into_iter().try_for_each(|day| roll(db, zone, day, newest))?;
    }
    if bounds.end.get() > newest {
        return Ok(());
    }
    let mut sums = Sums { wanted: None, gathered: BTreeMap::new() };
    sums.add(db, zone, piece)?;
    let span = (bounds.start.get(), bounds.end.get());
    db.prepare_cached("DELETE FROM roll WHERE start = ?1 AND until = ?2")?.execute(span)?;
    let mut insert =
        db.prepare_cached("INSERT INTO roll (start, until, series, body) VALUES (?1, ?2, ?3, ?4)")?;
    for (key, sum) in sums.finish() {
        insert.execute((span.0, span.1, key.0, stored::body(&sum)))?;
    }
    db.prepare_cached("INSERT INTO rolled (start, until) VALUES (?1, ?2)")?.execute(span)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Home, MONDAY, batch, helsinki};

    #[test]
    fn a_sum_that_was_overtaken_is_not_remembered() {
        let home = Home::new();
        let (mut writer, reader) = (home.ledger(), home.ledger());
        writer.add("june", &[batch(1, &[("espoo", MONDAY, 5), ("espoo", MONDAY + 9 * 86_400, 5)])]);
        let monday: Period = "2020-06-08".parse().unwrap();
        let bounds = monday.bounds(&helsinki());

        let tx = reader.db.unchecked_transaction().unwrap();
        assert!(!is_rolled(&tx, &bounds).unwrap(), "from here on it reads what is there now");
        writer.add("late", &[batch(2, &[("espoo", MONDAY, 5)])]);
        assert!(roll(&tx, &helsinki(), monday, i64::MAX).is_err());
        drop(tx);
        assert!(!is_rolled(&reader.db, &bounds).unwrap());
        fill(&reader.db, &helsinki(), &[monday]).unwrap();
        assert!(is_rolled(&reader.db, &bounds).unwrap());
    }
}
