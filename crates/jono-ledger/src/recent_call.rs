//! The calls that entered last, of each document, so that reading it can go on with what was known. They are kept in
//! segments, one a batch; how they are known again is the domain's to say.

use std::io::Write;

use jono_domain::{Batch, CallWindow, DocumentId, RecentCall, UnixSeconds};
use rusqlite::{Connection, Row};

use crate::{dump::DumpError, error::LedgerError, ledger::Ledger, stored};

/// The bytes of one call: its key, then its time, both with the lowest byte first.
const CALL: usize = 16;

impl Ledger {
    /// The calls of a document that are remembered, as the one who read it last remembered them.
    pub fn recent_calls(&self, id: DocumentId) -> Result<CallWindow, LedgerError> {
        Ok(window(&self.db, id)?)
    }
}

fn window(db: &Connection, id: DocumentId) -> rusqlite::Result<CallWindow> {
    let mut select = db.prepare_cached("SELECT body FROM recent_call WHERE document = ?1 ORDER BY until")?;
    let mut rows = select.query([id.0])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.extend(segment(row, 0)?);
    }
    Ok(CallWindow::new(calls))
}

/// The calls of one segment, from a column.
fn segment(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<RecentCall>> {
    let (calls, rest) = row.get_ref(column)?.as_blob()?.as_chunks::<CALL>();
    if !rest.is_empty() {
        return Err(stored::damaged("the last call of a segment is cut"));
    }
    let calls = calls.iter().map(|call| {
        let both = u128::from_le_bytes(*call);
        let at = i64::try_from(both >> 64).map_err(stored::damaged)?;
        Ok(RecentCall { key: both as u64, at: UnixSeconds::new(at).map_err(stored::damaged)? })
    });
    calls.collect()
}

/// Writes the batch's calls behind those of its document, and forgets the segments that no window reaches any more.
pub(crate) fn write(db: &Connection, id: DocumentId, batch: &Batch) -> rusqlite::Result<()> {
    if batch.calls.is_empty() {
        return Ok(());
    }
    let before: u64 = db
        .prepare_cached("SELECT coalesce(max(until), 0) FROM recent_call WHERE document = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    let until = before + batch.calls.len() as u64;
    let mut body = Vec::with_capacity(batch.calls.len() * CALL);
    for RecentCall { key, at } in &batch.calls {
        body.extend(key.to_le_bytes());
        body.extend(at.get().to_le_bytes());
    }
    db.prepare_cached("INSERT INTO recent_call (document, until, body) VALUES (?1, ?2, ?3)")?
        .execute((id.0, until, body))?;
    db.prepare_cached("DELETE FROM recent_call WHERE document = ?1 AND until <= ?2")?
        .execute((id.0, until.saturating_sub(CallWindow::CALLS as u64)))?;
    Ok(())
}

/// Forgets all calls of a document.
pub(crate) fn take_back(db: &Connection, old: DocumentId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM recent_call WHERE document = ?1")?.execute([old.0])?;
    Ok(())
}

/// Tells how many calls of a document are remembered, and their hash: one by one they would be most of the dump, and how
/// they are cut into segments is not to show.
pub(crate) fn dump(db: &Connection, id: DocumentId, out: &mut dyn Write) -> Result<(), DumpError> {
    let window = window(db, id)?;
    match window.calls().len() {
        0 => {}
        count => writeln!(out, "  recent calls {count} hash {:016x}", hash(&window))?,
    }
    Ok(())
}

/// The hash of the calls in their order.
fn hash(window: &CallWindow) -> u64 {
    let bytes = window.calls().flat_map(|call| [call.key.to_le_bytes(), call.at.get().to_le_bytes()]);
    stored::hash(bytes.flatten())
}

/// A sentence for each segment that nobody wrote so, and for each that is missing.
pub(crate) fn verify(db: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(
        "SELECT document, until, body, \
         lag(until) OVER (PARTITION BY document ORDER BY until), \
         max(until) OVER (PARTITION BY document) FROM recent_call ORDER BY document, until",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, until): (i64, u64) = (row.get(0)?, row.get(1)?);
        let (before, newest): (Option<u64>, u64) = (row.get(3)?, row.get(4)?);
        let what = format!("the calls of document {id} up to number {until}");
        match segment(row, 2) {
            Ok(calls) => {
                let from = until.checked_sub(calls.len() as u64);
                let reach = newest.saturating_sub(CallWindow::CALLS as u64);
                if !from.is_some_and(|from| before.map_or(from <= reach, |before| from == before)) {
                    faults.push(format!("{what} do not follow those before"));
                }
            }
            Err(error) => faults.push(format!("{what} cannot be read: {error}")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Extent, Target,
        fixture::{Home, at, batch, document, having},
    };

    /// The same batch, with calls that entered.
    fn calling(bytes: u64, calls: &[RecentCall]) -> Batch {
        Batch { calls: calls.to_vec(), ..batch(bytes, &[]) }
    }

    fn calls(times: std::ops::Range<u32>) -> Vec<RecentCall> {
        times.map(|time| RecentCall { key: u64::from(time) << 40, at: at(time.into()) }).collect()
    }

    fn segments(ledger: &Ledger) -> Vec<(i64, i64)> {
        let mut select = ledger
            .db
            .prepare("SELECT until, length(body) / 16 FROM recent_call ORDER BY document, until")
            .unwrap();
        select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn only_what_a_window_reaches_is_kept() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let window = CallWindow::CALLS as u32;
        let batches = [
            calling(1, &calls(0..10)),
            calling(2, &[]),
            calling(3, &calls(10..window)),
            calling(4, &calls(window..window + 9)),
        ];
        let id = ledger.add("queue_log", &batches);
        assert_eq!(segments(&ledger), [(10, 10), (8192, 8182), (8201, 9)]);
        ledger.put(Target::Grow { id, from: 4 }, &[calling(5, &calls(window + 9..window + 10))]).unwrap();
        assert_eq!(segments(&ledger), [(8192, 8182), (8201, 9), (8202, 1)]);
        assert_eq!(ledger.recent_calls(id).unwrap(), CallWindow::new(calls(0..window + 10)));
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn each_document_has_its_own_until_it_is_replaced() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let old = ledger.add("old", &[having(batch(1, &[]), &["call 1 10", "call 2 10"])]);
        let other = ledger.add("other", &[having(batch(1, &[]), &["call 1 20"])]);
        assert_eq!(ledger.recent_calls(old).unwrap().calls().len(), 2);
        let target = Target::Replace { old, from: 1, document: document("old") };
        let new = ledger.put(target, &[having(batch(1, &[]), &["call 3 30"])]).unwrap().unwrap();
        let remembered =
            |id| ledger.recent_calls(id).unwrap().calls().map(|call| call.key).collect::<Vec<_>>();
        assert_eq!([remembered(old), remembered(other), remembered(new)], [vec![], vec![1], vec![3]]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

        #[test]
        fn cutting_into_batches_does_not_show(
            (steps, keys) in (prop::collection::vec(0..40_u32, 1..20_000), 1..30_000_u64),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut window = CallWindow::default();
            let mut now = 0_u32;
            let mut entered = Vec::new();
            for step in steps {
                now += step;
                let call = RecentCall { key: u64::from(now) * 7919 % keys, at: at(now.into()) };
                if window.enter(call) {
                    entered.push(call);
                }
            }
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(entered.len() + 1)).collect();
            cuts.extend([0, entered.len()]);
            cuts.sort_unstable();
            let pieces = (1..).zip(cuts.windows(2)).map(|(bytes, cut)| {
                // A batch leaves out what no window would remember.
                let calls = &entered[cut[0]..cut[1]];
                calling(bytes, &calls[calls.len().saturating_sub(CallWindow::CALLS)..])
            });
            let home = Home::new();
            let mut ledger = home.ledger();
            let id = ledger.add("queue_log", &pieces.collect::<Vec<_>>());
            prop_assert_eq!(ledger.recent_calls(id).unwrap(), window);
            prop_assert!(segments(&ledger).len() < 8);
            ledger.dumped(Extent::All);
        }
    }
}
