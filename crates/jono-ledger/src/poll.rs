//! What was seen last of a series. Every current document has its own newest poll of each series and kind; of those,
//! the newest holds.

use std::io::Write;

use jono_domain::{Batch, DocumentId, Poll, PollKind, Seconds, Seen, UnixSeconds};
use rusqlite::{Connection, Row};

use crate::{
    commit, dump::DumpError, error::LedgerError, ledger::Ledger, read::SeriesKey, stored, verify::Names,
};

/// The columns that [`read`] reads.
const POLL: &str = "kind, at, seen, waiting, wait, desks, days";

const OPEN: &str = "open";
const CLOSED: &str = "closed";
const FREE: &str = "free";
const NONE: &str = "none";

impl Ledger {
    /// The polls that hold: of each series and kind the newest one of all current documents, and of several of one time
    /// that of the newest document. Ordered by series and kind.
    pub fn polls(&self) -> Result<Vec<Poll>, LedgerError> {
        let mut select = self.db.prepare_cached(&holding())?;
        let mut all = Vec::new();
        for kind in PollKind::ALL {
            let rows = select.query_map([kind.as_str()], |row| {
                let (at, seen) = read(row, 3)?;
                Ok(Poll { series: stored::series(row, 0)?, at, seen })
            })?;
            for row in rows {
                all.push(row?);
            }
        }
        all.sort_by(|a, b| (&a.series, a.seen.kind()).cmp(&(&b.series, b.seen.kind())));
        Ok(all)
    }
}

/// Selects the polls of a kind that hold. It looks up each series: most rows may be of documents whose polls are over.
fn holding() -> String {
    format!(
        "SELECT channel, unit, service, {POLL} FROM series \
         CROSS JOIN poll ON poll.series = series.id AND kind = ?1 AND document = ( \
             SELECT document FROM poll WHERE series = series.id AND kind = ?1 \
             ORDER BY at DESC, document DESC LIMIT 1 \
         )"
    )
}

/// When somebody looked and what was seen, from the columns of [`POLL`].
fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<(UnixSeconds, Seen)> {
    let (kind, word) = (row.get_ref(column)?.as_str()?, row.get_ref(column + 2)?.as_str()?);
    let number = |place: usize| row.get::<_, Option<u32>>(column + place);
    let seen = match (word, number(3)?, number(4)?, number(5)?, number(6)?) {
        (OPEN, waiting, wait, desks, None) => {
            let wait = wait.map(Seconds::new).transpose().map_err(stored::damaged)?;
            Some(Seen::Office { waiting, wait, desks })
        }
        (CLOSED, None, None, None, None) => Some(Seen::Closed),
        (FREE, None, None, None, Some(days)) => Some(Seen::Appointment { days }),
        (NONE, None, None, None, None) => Some(Seen::NoAppointment),
        _ => None,
    };
    let seen = seen.filter(|seen| seen.kind().as_str() == kind);
    let unseen =
        || stored::damaged(format!("{word:?} with its numbers is nothing that a poll of an {kind} sees"));
    Ok((stored::time(row, column + 1)?, seen.ok_or_else(unseen)?))
}

/// Writes the batch's polls over those of its document that are not newer.
pub(crate) fn write(db: &Connection, id: DocumentId, batch: &Batch) -> rusqlite::Result<()> {
    if batch.polls.is_empty() {
        return Ok(());
    }
    let mut upsert = db.prepare_cached(
        "INSERT INTO poll (series, kind, document, at, seen, waiting, wait, desks, days) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
         ON CONFLICT (series, kind, document) DO UPDATE SET at = excluded.at, seen = excluded.seen, \
         waiting = excluded.waiting, wait = excluded.wait, desks = excluded.desks, days = excluded.days \
         WHERE excluded.at >= at",
    )?;
    for Poll { series, at, seen } in &batch.polls {
        let key = commit::intern(db, series)?.0;
        let (word, waiting, wait, desks, days) = match *seen {
            Seen::Office { waiting, wait, desks } => (OPEN, waiting, wait.map(Seconds::get), desks, None),
            Seen::Closed => (CLOSED, None, None, None, None),
            Seen::Appointment { days } => (FREE, None, None, None, Some(days)),
            Seen::NoAppointment => (NONE, None, None, None, None),
        };
        let kind = seen.kind().as_str();
        upsert.execute((key, kind, id.0, at.get(), word, waiting, wait, desks, days))?;
    }
    Ok(())
}

/// Takes back all polls of a document; what others saw before may hold again.
pub(crate) fn take_back(db: &Connection, old: DocumentId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM poll WHERE document = ?1")?.execute([old.0])?;
    Ok(())
}

/// Tells the polls of a document, a line each.
pub(crate) fn dump(db: &Connection, id: DocumentId, out: &mut dyn Write) -> Result<(), DumpError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT channel, unit, service, {POLL} FROM poll JOIN series ON series.id = poll.series \
         WHERE document = ?1 ORDER BY channel, unit, service, kind"
    ))?;
    let mut rows = select.query([id.0])?;
    while let Some(row) = rows.next()? {
        let (series, (at, seen)) = (stored::series(row, 0)?, read(row, 3)?);
        writeln!(out, "  polled {series} {} {seen:?}", at.get())?;
    }
    Ok(())
}

/// A sentence for each row that nobody wrote so.
pub(crate) fn verify(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(&format!("SELECT series, document, {POLL} FROM poll ORDER BY document"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, id): (_, i64) = (SeriesKey(row.get(0)?), row.get(1)?);
        let what = format!("the {} poll of {} by document {id}", row.get::<_, String>(2)?, names.of(key));
        if !names.know(key) {
            faults.push(format!("{what} has no name"));
        }
        if let Err(error) = read(row, 2) {
            faults.push(format!("{what} cannot be read: {error}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        Target,
        fixture::{Home, batch, document, having},
    };

    fn told(ledger: &Ledger) -> String {
        let polls = ledger.polls().unwrap().into_iter();
        let lines = polls.map(|Poll { series, at, seen }| format!("{} {} {seen:?}", series.unit, at.get()));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_newest_holds_until_it_is_taken_back() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let first = ["poll oulu 10 free 3", "poll espoo 10 open 4 600 -", "poll espoo 12 free 0"];
        ledger.add("first", &[having(batch(1, &[]), &first)]);
        let second = ["poll espoo 10 closed", "poll espoo 11 none", "poll oulu 20 none"];
        let old = ledger.add("second", &[having(batch(1, &[]), &second)]);
        insta::assert_snapshot!(told(&ledger), @"
        espoo 10 Closed
        espoo 12 Appointment { days: 0 }
        oulu 20 NoAppointment
        ");
        let target = Target::Replace { old, from: 1, document: document("second") };
        ledger.put(target, &[having(batch(2, &[]), &["poll espoo 9 open - - 0"])]).unwrap();
        insta::assert_snapshot!(told(&ledger), @"
        espoo 10 Office { waiting: Some(4), wait: Some(Seconds(600)), desks: None }
        espoo 12 Appointment { days: 0 }
        oulu 10 Appointment { days: 3 }
        ");
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_document_that_grows_is_seen_at_its_newest() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let polled = |bytes, polls: &[&str]| [having(batch(bytes, &[]), polls)];
        let id = ledger.add("log", &polled(1, &["poll espoo 10 closed", "poll oulu 10 open 1 2 3"]));
        let more = ["poll espoo 10 open 5 - -", "poll oulu 9 closed"];
        ledger.put(Target::Grow { id, from: 1 }, &polled(2, &more)).unwrap();
        insta::assert_snapshot!(told(&ledger), @"
        espoo 10 Office { waiting: Some(5), wait: None, desks: None }
        oulu 10 Office { waiting: Some(1), wait: Some(Seconds(2)), desks: Some(3) }
        ");
    }

    #[test]
    fn what_no_poll_sees_is_damage() {
        let damaged = |tamper: &str| {
            let home = Home::new();
            let mut ledger = home.ledger();
            ledger.add("log", &[having(batch(1, &[]), &["poll espoo 10 open 5 - -"])]);
            ledger.db.execute_batch(tamper).unwrap();
            match ledger.polls().unwrap_err() {
                LedgerError::Damaged(what) => what,
                other => panic!("{other}"),
            }
        };
        insta::assert_snapshot!(damaged("UPDATE poll SET seen = 'shut'"), @r#""shut" with its numbers is nothing that a poll of an office sees"#);
        insta::assert_snapshot!(damaged("UPDATE poll SET seen = 'closed'"), @r#""closed" with its numbers is nothing that a poll of an office sees"#);
        insta::assert_snapshot!(damaged("UPDATE poll SET seen = 'none', waiting = NULL"), @r#""none" with its numbers is nothing that a poll of an office sees"#);
        insta::assert_snapshot!(damaged("UPDATE poll SET wait = 1 << 30"), @"1073741824 is out of range");
        insta::assert_snapshot!(damaged("UPDATE poll SET at = -1"), @"-1 is out of range");
        insta::assert_snapshot!(damaged("UPDATE poll SET desks = -1"), @"Integer -1 out of range at index 8");
    }

    /// What happens to documents; a place is taken modulo the number of those that are current.
    #[derive(Debug, Clone)]
    enum Step {
        New(Vec<String>),
        Grow(usize, Vec<String>),
        Replace(usize, Vec<String>),
    }

    fn step() -> impl Strategy<Value = Step> {
        let unit = prop::sample::select(vec!["espoo", "oulu"]);
        let seen = prop::sample::select(vec!["closed", "open 1 - -", "none", "free 2"]);
        let poll = (unit, 0..4_u8, seen).prop_map(|(unit, at, seen)| format!("poll {unit} {at} {seen}"));
        let polls = move || prop::collection::vec(poll.clone(), 0..4);
        prop_oneof![
            polls().prop_map(Step::New),
            (any::<usize>(), polls()).prop_map(|(place, polls)| Step::Grow(place, polls)),
            (any::<usize>(), polls()).prop_map(|(place, polls)| Step::Replace(place, polls)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

        /// The naive reader keeps all polls of all current documents and sorts them by time, document and place.
        #[test]
        fn the_newest_of_all_current_documents_holds(steps in prop::collection::vec(step(), 1..9)) {
            let home = Home::new();
            let mut ledger = home.ledger();
            let mut documents = Vec::<(DocumentId, u64, Vec<Poll>)>::new();
            for step in steps {
                let current = documents.len();
                let (target, mut seen, polls) = match step {
                    Step::Grow(place, polls) if current > 0 => {
                        let (id, from, seen) = documents.remove(place % current);
                        (Target::Grow { id, from }, seen, polls)
                    }
                    Step::Replace(place, polls) if current > 0 => {
                        let (old, from, _) = documents.remove(place % current);
                        (Target::Replace { old, from, document: document("log") }, Vec::new(), polls)
                    }
                    Step::New(polls) | Step::Grow(_, polls) | Step::Replace(_, polls) => {
                        let latest = ledger.documents().unwrap().last().map(|known| known.document.id);
                        (Target::New { document: document("log"), latest }, Vec::new(), polls)
                    }
                };
                let bytes = match target {
                    Target::Grow { from, .. } => from + 1,
                    Target::New { .. } | Target::Replace { .. } => 1,
                };
                let batch = having(batch(bytes, &[]), &polls);
                seen.extend(batch.polls.clone());
                let id = ledger.put(target, &[batch]).unwrap().unwrap();
                documents.push((id, bytes, seen));
                documents.sort_by_key(|(id, ..)| *id);

                let mut all: Vec<_> = documents.iter().flat_map(|(_, _, seen)| seen.clone()).collect();
                all.sort_by_key(|poll| poll.at);
                let holding: BTreeMap<_, _> =
                    all.into_iter().map(|poll| ((poll.series.clone(), poll.seen.kind()), poll)).collect();
                prop_assert_eq!(ledger.polls().unwrap(), holding.into_values().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_holds_is_found_without_reading_what_else_was_seen() {
        let home = Home::new();
        let ledger = home.ledger();
        let mut plan = ledger.db.prepare(&format!("EXPLAIN QUERY PLAN {}", holding())).unwrap();
        let steps = plan.query_map(["office"], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<_> = steps.map(Result::unwrap).collect();
        insta::assert_snapshot!(steps.join("\n"), @"
        SCAN series
        SEARCH poll USING PRIMARY KEY (series=? AND kind=? AND document=?)
        CORRELATED SCALAR SUBQUERY 1
        SEARCH poll USING COVERING INDEX poll_by_time (series=? AND kind=?)
        ");
    }
}
