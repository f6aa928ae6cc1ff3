//! Proving that the ledger agrees with itself. It only reads, and reads everything.

use std::{collections::BTreeMap, fmt};

use jono_domain::{Cell, Decimal, Series};
use rusqlite::Connection;

use crate::{
    edition,
    error::LedgerError,
    gather::Gather,
    ledger::Ledger,
    opening, poll,
    read::SeriesKey,
    recent_call, score,
    stated::{self, KEY, Key},
    stored,
};

impl Ledger {
    /// A sentence for everything that does not agree; none for a sound ledger.
    ///
    /// Checked are the file's own structure, every total and every remembered day and week against the cells, and
    /// that every cell belongs to a current document and lies where that document has events; that every statement
    /// belongs to a current document and can be read, and that revisions follow one another to what holds; and that
    /// scores, polls, openings and recent calls belong to current documents and can be read; that revisions of editions
    /// follow one another, and pages belong to one.
    pub fn verify(&self) -> Result<Vec<String>, LedgerError> {
        let _instant = self.instant()?;
        let db = &self.db;
        let mut faults = structure(db)?;
        if faults.is_empty() {
            let names = Names(self.series()?.into_iter().collect());
            totals(db, &names, &mut faults)?;
            rolls(db, &names, &mut faults)?;
            owners(db, &mut faults)?;
            statements(db, &names, &mut faults)?;
            revisions(db, &names, &mut faults)?;
            orphans(db, &mut faults)?;
            score::verify(db, &names, &mut faults)?;
            poll::verify(db, &names, &mut faults)?;
            opening::verify(db, &mut faults)?;
            recent_call::verify(db, &mut faults)?;
            edition::verify(db, &mut faults)?;
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

fn totals(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let counted = sums(db, "SELECT series, body FROM cell", ())?;
    let totals = sums(db, "SELECT series, body FROM total", ())?;
    differences("the total", names, &totals, &counted, faults);
    Ok(())
}

fn rolls(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
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
    names: &Names,
    stored: &BTreeMap<SeriesKey, Cell>,
    counted: &BTreeMap<SeriesKey, Cell>,
    faults: &mut Vec<String>,
) {
    let mut keys: Vec<_> = stored.keys().chain(counted.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let name = names.of(*key);
        if !names.know(*key) {
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
        "SELECT cell.document, document.id IS NULL OR replaced_by IS NOT NULL, first_hour, last_hour, \
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
        let (from, until): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
        if from.is_none_or(|from| first < from) || until.is_none_or(|until| until < last) {
            faults.push(format!("document {id} has cells outside of its hours"));
        }
    }
    Ok(())
}

/// What else documents bring is kept in tables of its own.
const KEPT: [(&str, &str); 4] =
    [("score", "scores"), ("poll", "polls"), ("opening", "openings"), ("recent_call", "recent calls")];

fn orphans(db: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    for (table, what) in KEPT {
        let mut select = db.prepare(&format!(
            "SELECT DISTINCT document FROM {table} WHERE NOT EXISTS ( \
                 SELECT 1 FROM document WHERE document.id = {table}.document AND replaced_by IS NULL \
             ) ORDER BY document"
        ))?;
        let ids = select.query_map([], |row| row.get::<_, i64>(0))?;
        for id in ids {
            faults.push(format!("document {} has {what} and is not current", id?));
        }
    }
    Ok(())
}

fn statements(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(&format!(
        "SELECT {KEY}, first_day, last_day, value, document, EXISTS ( \
             SELECT 1 FROM document WHERE document.id = stated.document AND replaced_by IS NULL \
         ) FROM stated"
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let key = Key::read(row)?;
        let what = Named(&key, names);
        let days = (row.get::<_, String>(4)?, row.get::<_, String>(5)?);
        if days != (key.span.first().to_string(), key.span.last().to_string()) {
            faults.push(format!("{what} is stored under other days"));
        }
        if stored::word::<Decimal>(row, 6).is_err() {
            faults.push(format!("{what} has no value"));
        }
        if !names.know(key.series) {
            faults.push(format!("{what} has no name"));
        }
        if !row.get::<_, bool>(8)? {
            faults.push(format!(
                "{what} is stated by document {}, which is not current",
                row.get::<_, i64>(7)?
            ));
        }
    }
    Ok(())
}

fn revisions(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut ends = BTreeMap::<Key, Option<Decimal>>::new();
    let mut select = db.prepare(&format!("SELECT {KEY}, old, new FROM revision ORDER BY id"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, before) = (Key::read(row)?, stored::maybe(row, 4)?);
        if ends.get(&key).is_some_and(|end| *end != before) {
            faults.push(format!("a revision of {} does not follow the one before", Named(&key, names)));
        }
        ends.insert(key, stored::maybe(row, 5)?);
    }
    for (key, end) in ends {
        if stated::holding(db, &key)? != end {
            faults.push(format!("the last revision of {} is not what holds", Named(&key, names)));
        }
    }
    Ok(())
}

/// A statement's key, as a fault tells it.
struct Named<'a>(&'a Key, &'a Names);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { basis, measure, series, span } = self.0;
        write!(f, "{basis} {} {} {span}", self.1.of(*series), measure.name())
    }
}

/// The series that have a name, as faults tell them.
pub(crate) struct Names(BTreeMap<SeriesKey, Series>);

impl Names {
    /// A series by its name, or by its number if it has none.
    pub(crate) fn of(&self, key: SeriesKey) -> String {
        self.0.get(&key).map_or_else(|| format!("series {}", key.0), Series::to_string)
    }

    /// Whether it has a name.
    pub(crate) fn know(&self, key: SeriesKey) -> bool {
        self.0.contains_key(&key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::fixture::{Home, MONDAY, batch, having, stating};

    fn check(tamper: &str) -> String {
        let home = Home::new();
        let mut ledger = home.ledger();
        let calls = batch(1, &[("espoo", MONDAY, 5), ("espoo", MONDAY + 9 * 86_400, 7)]);
        ledger.add("queue_log", &[stating(calls, &["tallied espoo contacts 2020-W24 1"])]);
        for value in [2, 3] {
            let statement = format!("tallied espoo contacts 2020-W24 {value}");
            ledger.add("newer", &[stating(batch(1, &[]), &[statement])]);
        }
        let all: BTreeSet<_> = ledger.series().unwrap().into_iter().map(|(key, _)| key).collect();
        ledger.cells("2020-W24".parse().unwrap(), &all).unwrap();
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
        ledger.db.execute_batch(tamper).unwrap();
        ledger.verify().unwrap().join("\n")
    }

    #[test]
    fn what_does_not_agree_is_found() {
        let mut faults = Vec::new();
        insta::assert_snapshot!(check("UPDATE total SET body = (SELECT body FROM cell LIMIT 1)"), @"the total of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("DELETE FROM total"), @"the total of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("DELETE FROM series"), @"
        series 1 has no name
        series 1 has no name
        series 1 has no name
        tallied series 1 contacts 2020-W24 has no name
        tallied series 1 contacts 2020-W24 has no name
        tallied series 1 contacts 2020-W24 has no name
        ");
        insta::assert_snapshot!(check("DELETE FROM roll WHERE until - start > 86400"), @"the remembered sum from 1591563600 to 1592168400 of phone/espoo/advice is not the sum of its cells");
        insta::assert_snapshot!(check("UPDATE document SET replaced_by = 9"), @"
        document 1 has cells and is not current
        tallied phone/espoo/advice contacts 2020-W24 is stated by document 1, which is not current
        tallied phone/espoo/advice contacts 2020-W24 is stated by document 2, which is not current
        tallied phone/espoo/advice contacts 2020-W24 is stated by document 3, which is not current
        ");
        for tamper in [
            "UPDATE stated SET last_day = first_day WHERE document = 1",
            "UPDATE stated SET value = 'many' WHERE document = 1",
            "UPDATE stated SET document = 9 WHERE document = 1",
            "UPDATE stated SET value = '4' WHERE document = 3",
            "DELETE FROM revision WHERE id = 2",
            "UPDATE revision SET old = '4' WHERE id = 2",
        ] {
            faults.push(check(tamper));
        }
        insta::assert_snapshot!(faults.join("\n"), @"
        tallied phone/espoo/advice contacts 2020-W24 is stored under other days
        tallied phone/espoo/advice contacts 2020-W24 has no value
        tallied phone/espoo/advice contacts 2020-W24 is stated by document 9, which is not current
        the last revision of tallied phone/espoo/advice contacts 2020-W24 is not what holds
        the last revision of tallied phone/espoo/advice contacts 2020-W24 is not what holds
        the last revision of tallied phone/espoo/advice contacts 2020-W24 is not what holds
        a revision of tallied phone/espoo/advice contacts 2020-W24 does not follow the one before
        ");
        insta::assert_snapshot!(check("UPDATE document SET first_hour = last_hour + 1"), @"document 1 has cells outside of its hours");
    }

    /// What is found if a row of what was said or seen is tampered with.
    fn kept(tamper: &str) -> String {
        let home = Home::new();
        let mut ledger = home.ledger();
        let first = [
            "score espoo 2020-Q2 9",
            "poll espoo 10 open 4 600 -",
            "opening espoo 2020-06-01.. open Mo-Fr 09:00-16:00",
            "call 1 10",
            "call 2 10",
        ];
        let second = [having(batch(2, &[]), &["call 3 30"]), having(batch(3, &[]), &["call 4 40"])];
        ledger.add("log", &[&[having(batch(1, &[]), &first)][..], &second].concat());
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
        ledger.db.execute_batch(tamper).unwrap();
        ledger.verify().unwrap().join("\n")
    }

    #[test]
    fn what_documents_bring_beside_is_looked_through() {
        insta::assert_snapshot!(kept("UPDATE document SET replaced_by = 9"), @"
        document 1 has scores and is not current
        document 1 has polls and is not current
        document 1 has openings and is not current
        document 1 has recent calls and is not current
        ");
        insta::assert_snapshot!(kept("DELETE FROM document"), @"
        document 1 has scores and is not current
        document 1 has polls and is not current
        document 1 has openings and is not current
        document 1 has recent calls and is not current
        ");
        insta::assert_snapshot!(kept("DELETE FROM series"), @"
        the scores of series 1 in 2020-Q2 by document 1 have no name
        the office poll of series 1 by document 1 has no name
        ");
        insta::assert_snapshot!(kept("UPDATE score SET body = x'63'"), @"the scores of phone/espoo/advice in 2020-Q2 by document 1 cannot be read: the stored bytes have version 99, which this program does not know");
        insta::assert_snapshot!(kept("UPDATE score SET last_day = '2020-06-29'"), @"the scores of phone/espoo/advice in 2020-Q2 by document 1 are stored under other days");
        insta::assert_snapshot!(kept("UPDATE score SET span = 'spring'"), @r#"the scores of phone/espoo/advice in spring by document 1 are of no round: "spring" is no period; write 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B with any two of them"#);
        insta::assert_snapshot!(kept("UPDATE poll SET seen = 'shut'"), @r#"the office poll of phone/espoo/advice by document 1 cannot be read: "shut" with its numbers is nothing that a poll of an office sees"#);
        insta::assert_snapshot!(kept("UPDATE opening SET hours = 'Mo-Fr'"), @r#"opening 0 of document 1 cannot be read: "Mo-Fr" says no hours; write such as Mo-Th 09:00-12:00,13:00-16:00; Fr 10:00-14:00; Sa off, or 24/7"#);
        insta::assert_snapshot!(kept("UPDATE recent_call SET body = x'63' WHERE until = 3"), @"the calls of document 1 up to number 3 cannot be read: the last call of a segment is cut");
        insta::assert_snapshot!(kept("UPDATE recent_call SET body = zeroblob(32) WHERE until = 4"), @"the calls of document 1 up to number 4 do not follow those before");
        insta::assert_snapshot!(kept("DELETE FROM recent_call WHERE until = 2"), @"the calls of document 1 up to number 3 do not follow those before");
        insta::assert_snapshot!(kept("DELETE FROM recent_call WHERE until = 3"), @"the calls of document 1 up to number 4 do not follow those before");
    }
}
