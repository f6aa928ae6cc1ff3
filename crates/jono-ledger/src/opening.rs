//! When units are open, as documents published it. What holds on a day is the domain's to say.

use std::io::Write;

use jono_domain::{Batch, DocumentId, Opening, SourceName};
use rusqlite::{Connection, Row};

use crate::{dump::DumpError, error::LedgerError, ledger::Ledger, stored};

/// The columns that [`read`] reads.
const OPENING: &str = "channel, unit, first_day, last_day, state, hours";

impl Ledger {
    /// The openings of all current documents with the source that published them, older documents first, each
    /// document in its own order: what comes later is newer.
    pub fn openings(&self) -> Result<Vec<(SourceName, Opening)>, LedgerError> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT source, {OPENING} FROM opening JOIN document ON document.id = opening.document \
             ORDER BY document, place"
        ))?;
        let rows = select.query_map([], |row| Ok((stored::word(row, 0)?, read(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// An opening from the columns of [`OPENING`].
fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Opening> {
    let opening = Opening {
        channel: stored::word(row, column)?,
        unit: stored::word(row, column + 1)?,
        first_day: stored::word(row, column + 2)?,
        last_day: stored::maybe(row, column + 3)?,
        state: stored::word(row, column + 4)?,
        hours: stored::maybe(row, column + 5)?,
    };
    if opening.last_day.is_some_and(|last| last < opening.first_day) {
        return Err(stored::damaged("an opening ends before it begins"));
    }
    Ok(opening)
}

/// Writes the batch's openings behind those of its document.
pub(crate) fn write(db: &Connection, id: DocumentId, batch: &Batch) -> rusqlite::Result<()> {
    if batch.openings.is_empty() {
        return Ok(());
    }
    let place: i64 = db
        .prepare_cached("SELECT coalesce(max(place) + 1, 0) FROM opening WHERE document = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    let mut insert = db.prepare_cached(&format!(
        "INSERT INTO opening (document, place, {OPENING}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    ))?;
    for (place, opening) in (place..).zip(&batch.openings) {
        let Opening { channel, unit, first_day, last_day, state, hours } = opening;
        insert.execute((
            id.0,
            place,
            channel.as_str(),
            unit.as_str(),
            first_day.to_string(),
            last_day.map(|day| day.to_string()),
            state.as_str(),
            hours.as_ref().map(ToString::to_string),
        ))?;
    }
    Ok(())
}

/// Takes back all openings of a document.
pub(crate) fn take_back(db: &Connection, old: DocumentId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM opening WHERE document = ?1")?.execute([old.0])?;
    Ok(())
}

/// Tells the openings of a document, a line each.
pub(crate) fn dump(db: &Connection, id: DocumentId, out: &mut dyn Write) -> Result<(), DumpError> {
    let mut select =
        db.prepare_cached(&format!("SELECT {OPENING} FROM opening WHERE document = ?1 ORDER BY place"))?;
    let mut rows = select.query([id.0])?;
    while let Some(row) = rows.next()? {
        let Opening { channel, unit, first_day, last_day, state, hours } = read(row, 0)?;
        write!(out, "  {state} {channel}/{unit} from {first_day}")?;
        last_day.map_or(Ok(()), |day| write!(out, " to {day}"))?;
        hours.map_or(Ok(()), |hours| write!(out, " at {hours}"))?;
        writeln!(out)?;
    }
    Ok(())
}

/// A sentence for each row that nobody wrote so.
pub(crate) fn verify(db: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(&format!("SELECT document, place, {OPENING} FROM opening"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, place): (i64, i64) = (row.get(0)?, row.get(1)?);
        if let Err(error) = read(row, 2) {
            faults.push(format!("opening {place} of document {id} cannot be read: {error}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Target,
        fixture::{Home, batch, document, having},
    };

    fn told(ledger: &Ledger) -> String {
        let lines = ledger.openings().unwrap().into_iter().map(|(source, opening)| {
            let Opening { channel, unit, first_day, last_day, state, hours } = opening;
            let last = last_day.map(|day| day.to_string()).unwrap_or_default();
            let hours = hours.map(|hours| format!(" {hours}")).unwrap_or_default();
            format!("{source} {channel} {unit} {first_day}..{last} {}{hours}", state.as_str())
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn later_statements_are_newer_and_keep_their_order() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let opening = |bytes, openings: &[&str]| [having(batch(bytes, &[]), openings)];
        let first = ["opening oulu 2020-06-01.. open Mo-Fr 09:00-16:00", "opening oulu 2020-03-17.. closed"];
        let id = ledger.add("first", &opening(1, &first));
        let old = ledger.add("second", &opening(1, &["opening oulu 2020-07-01..2020-07-31 closed"]));
        let more = ["opening espoo 2020-06-01.. reduced", "opening oulu 2020-06-01.. open"];
        ledger.put(Target::Grow { id, from: 1 }, &opening(2, &more)).unwrap();
        insta::assert_snapshot!(told(&ledger), @"
        helpdesk phone oulu 2020-06-01.. open Mo-Fr 09:00-16:00
        helpdesk phone oulu 2020-03-17.. closed
        helpdesk phone espoo 2020-06-01.. reduced
        helpdesk phone oulu 2020-06-01.. open
        helpdesk phone oulu 2020-07-01..2020-07-31 closed
        ");
        let target = Target::Replace { old, from: 1, document: document("second") };
        ledger.put(target, &opening(2, &["opening oulu 2020-07-01..2020-07-01 closed"])).unwrap();
        let target = Target::Replace { old: id, from: 2, document: document("first") };
        ledger.put(target, &opening(3, &more[..1])).unwrap();
        insta::assert_snapshot!(told(&ledger), @"
        helpdesk phone oulu 2020-07-01..2020-07-01 closed
        helpdesk phone espoo 2020-06-01.. reduced
        ");
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_nobody_published_is_damage() {
        let damaged = |tamper: &str| {
            let home = Home::new();
            let mut ledger = home.ledger();
            let opening = ["opening oulu 2020-06-01..2020-06-30 open Mo-Fr 09:00-16:00"];
            ledger.add("first", &[having(batch(1, &[]), &opening)]);
            ledger.db.execute_batch(tamper).unwrap();
            matches!(ledger.openings(), Err(LedgerError::Damaged(_)))
        };
        assert!(!damaged("UPDATE opening SET hours = NULL"));
        assert!(damaged("UPDATE opening SET hours = 'Mo-Fr'"));
        assert!(damaged("UPDATE opening SET state = 'ajar'"));
        assert!(damaged("UPDATE opening SET channel = 'fax'"));
        assert!(damaged("UPDATE opening SET first_day = '2020-06-31'"));
        assert!(damaged("UPDATE opening SET last_day = '2020-05-31'"));
    }
}
