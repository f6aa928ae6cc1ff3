//! Proving that the ledger agrees with itself. It only reads, and reads everything.

use std::collections::BTreeMap;

use jono_domain::{Cell, Series};
use rusqlite::Connection;

use crate::{
    error::LedgerError, gather::Gather, ledger::Ledger, read::SeriesKey, replace::hours_from, stored,
};

impl Ledger {
    /// A sentence for everything that does not agree; none for a sound ledger.
    ///
    /// Checked are the file's own structure, every total and every remembered day and week against the cells, and
    /// that every cell belongs to a current document and lies where that document has events.
    pub fn verify(&self) -> Result<Vec<String>, LedgerError> {
        let tx = self.db.unchecked_transaction()?;
        let mut faults = structure(&tx)?;
        if faults.is_empty() {
            let names: BTreeMap<_, _> = self.series()?.into_iter().collect();
            totals(&tx, &names, &mut faults)?;
            rolls(&tx, &names, &mut faults)?;
            owners(&tx, &mut faults)?;
        }
        Ok(faults)
    }
}

fn structure(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut check = db.prepare("PRAGMA integrity_check")?;
    let rows = check.query_map([], |row| row.get::<_, String>(0))?;
    let said = rows.collect::<Result<Vec<_>, _>>()?;
    let faults = said.into_iter().filter(|line| line != "ok");
    Ok(faults.map(|fault| format!("the file is damaged: {fault}")).collect())
}

fn totals(
    db: &Connection,
    names: &BTreeMap<SeriesKey, Series>,
    faults: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let counted = sums(db, "SELECT series, body FROM cell", ())?;
    let totals = sums(db, "SELECT series, body FROM total", ())?;
    differences("the total", names, &totals, &counted, faults);
    Ok(())
}

fn rolls(
    db: &Connection,
    names: &BTreeMap<SeriesKey, Series>,
    faults: &mut Vec<String>,
) -> rusqlite::Result<()> {
    let mut marks = db.prepare("SELECT start, until FROM rolled ORDER BY start, until")?;
    let spans = marks.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for span in spans {
        let span: (i64, i64) = span?;
        let counted = sums(db, "SELECT series, body FROM cell WHERE hour >= ?1 AND hour < ?2", span)?;
        let rolled = sums(db, "SELECT series, body FROM roll WHERE start = ?1 AND until = ?2", span)?;
        let what = format!("the remembered sum from {} to {}", span.0, span.1);
        differences(&what, names, &rolled, &counted, faults);
    }
    Ok(())
}

fn sums(
    db: &Connection,
    select: &str,
    span: impl rusqlite::Params,
) -> rusqlite::Result<BTreeMap<SeriesKey, Cell>> {
    let mut gathered = BTreeMap::<SeriesKey, Gather>::new();
    let mut select = db.prepare_cached(select)?;
    let mut rows = select.query(span)?;
    while let Some(row) = rows.next()? {
        gathered.entry(SeriesKey(row.get(0)?)).or_default().add(stored::cell(row, 1)?);
    }
    Ok(gathered.into_iter().map(|(key, gather)| (key, gather.sum())).collect())
}

fn differences(
    what: &str,
    names: &BTreeMap<SeriesKey, Series>,
    stored: &BTreeMap<SeriesKey, Cell>,
    counted: &BTreeMap<SeriesKey, Cell>,
    faults: &mut Vec<String>,
) {
    let mut keys: Vec<_> = stored.keys().chain(counted.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let name = names.get(key).map_or_else(|| format!("series {}", key.0), Series::to_string);
        if !names.contains_key(key) {
            faults.push(format!("{name} has no name"));
        }
        let cell = |of: &BTreeMap<_, _>| of.get(key).cloned().unwrap_or_default();
        if cell(stored) != cell(counted) {
            faults.push(format!("{what} of {name} is not the sum of its cells"));
        }
    }
}

fn owners(db: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(
        "SELECT cell.document, document.id IS NULL OR replaced_by IS NOT NULL, first_event, end_event, \
         min(hour), max(hour) FROM cell LEFT JOIN document ON document.id = cell.document \
         GROUP BY cell.document",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (first, last): (i64, i64) = (row.get(4)?, row.get(5)?);
        if row.get(1)? {
            faults.push(format!("document {id} has cells and is not current"));
            continue;
        }
        match stored::range(row, 2)? {
            Some(span) if first > hours_from(span.start) && last < span.end.get() => {}
            _ => faults.push(format!("document {id} has cells where it has no events")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::fixture::{Home, MONDAY, batch};

    fn check(tamper: &str) -> String {
        let home = Home::new();
        let mut ledger = home.ledger();
        ledger.add("queue_log", &[batch(1, &[("espoo", MONDAY, 5), ("espoo", MONDAY + 9 * 86_400, 7)])]);
        let all: BTreeSet<_> = ledger.series().unwrap().into_iter().map(|(key, _)| key).collect();
        ledger.cells("2020-W24".parse().unwrap(), &all).unwrap();
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
        ledger.db.execute_batch(tamper).unwrap();
        ledger.verify().unwrap().join("\n")
    }

    #[test]
    fn what_does_not_agree_is_found() {
        insta::assert_snapshot!(check("UPDATE total SET body = (SELECT body FROM cell LIMIT 1)"), @"the total of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("DELETE FROM total"), @"the total of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("DELETE FROM series"), @r"
        series 1 has no name
        series 1 has no name
        series 1 has no name
        ");
        insta::assert_snapshot!(check("DELETE FROM roll WHERE until - start > 86400"), @"the remembered sum from 1591563600 to 1592168400 of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("UPDATE document SET replaced_by = 9"), @"document 1 has cells and is not current");
        insta::assert_snapshot!(check("UPDATE document SET first_event = end_event"), @"document 1 has cells where it has no events");
    }
}
