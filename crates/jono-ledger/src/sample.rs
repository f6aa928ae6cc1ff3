//! Samples of rejected lines. They may hold personal data, so they live apart from the ledger, in a file that only
//! its owner may read, and they are capped.
//!
//! They are written after the counts are durable: losing some never loses a count.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jono_domain::{
    DocumentId, Reject,
    reject::{MAX_SAMPLE_BYTES, MAX_SAMPLES},
};
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use crate::{document, fault, ledger::BUSY_TIMEOUT, ledger::Ledger};

/// Why samples of rejected lines were not kept, or cannot be shown. The counts do not depend on them.
#[derive(Debug, Error)]
#[error(
    "samples of rejected lines are missing, and all counts complete; check the file {}, or remove it",
    path.display()
)]
pub struct SampleError {
    /// The file of samples.
    pub path: PathBuf,
    /// What happened.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The file of samples that belongs to a ledger. It is made when there is something to keep.
#[derive(Debug)]
pub(crate) struct SampleStore {
    path: PathBuf,
    /// The ledger's identity: samples of another ledger, once at the same place, are not this one's.
    identity: [u8; 16],
    db: Option<Connection>,
}

/// Only one thread makes a file of samples: closing a file that another has open would drop its locks.
static MAKING: Mutex<()> = Mutex::new(());

impl Ledger {
    /// The samples of a document's rejected lines, in the order of the document. They may hold personal data.
    pub fn samples(&self, id: DocumentId) -> Result<Vec<Reject>, SampleError> {
        self.samples.of(id)
    }
}

impl SampleStore {
    /// The store beside a ledger.
    pub(crate) fn beside(ledger: &Path, identity: [u8; 16]) -> Self {
        let mut path = OsString::from(ledger);
        path.push(".rejects");
        Self { path: path.into(), identity, db: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps samples, as many of each reason as there is room for.
    pub(crate) fn keep(&mut self, id: DocumentId, rejects: &[Reject]) -> Result<(), SampleError> {
        if rejects.is_empty() {
            return Ok(());
        }
        fault::point("before-samples");
        let kept = self.open()?.and_then(|db| insert(db, id, rejects));
        fault::point("after-samples");
        kept.map_err(|error| self.failed(error))
    }

    /// Removes the samples of documents that were replaced.
    pub(crate) fn forget(&mut self, replaced: &[DocumentId]) -> Result<(), SampleError> {
        if !self.path.exists() {
            return Ok(());
        }
        let gone = self.open()?.and_then(|db| delete(db, replaced));
        gone.map_err(|error| self.failed(error))
    }

    fn of(&self, id: DocumentId) -> Result<Vec<Reject>, SampleError> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        select(&self.path, self.identity, id).map_err(|error| self.failed(error))
    }

    /// The connection, opened once. The outer error is the system's, the inner one SQLite's.
    fn open(&mut self) -> Result<rusqlite::Result<&Connection>, SampleError> {
        if self.db.is_none() {
            make(&self.path).map_err(|error| self.failed(error))?;
            match connect(&self.path, self.identity) {
                Ok(db) => self.db = Some(db),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(self.db.as_ref().expect("it was just opened")))
    }

    fn failed(&self, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SampleError {
        SampleError { path: self.path.clone(), source: error.into() }
    }
}

/// Makes an empty file that only its owner may read; SQLite gives its own files beside it the same mode.
fn make(path: &Path) -> io::Result<()> {
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn connect(path: &Path, identity: [u8; 16]) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    // What is removed is overwritten, not only unlinked.
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
    // The last samples before a power failure may be lost; waiting for the disk once a commit is enough.
    db.pragma_update(None, "synchronous", "normal")?;
    let tx = rusqlite::Transaction::new_unchecked(&db, rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS ledger (identity BLOB NOT NULL) STRICT;
         CREATE TABLE IF NOT EXISTS sample (
             document INTEGER NOT NULL,
             reason   TEXT NOT NULL,
             position INTEGER NOT NULL,
             line     BLOB NOT NULL,
             PRIMARY KEY (document, reason, position)
         ) STRICT, WITHOUT ROWID;",
    )?;
    if !tx.prepare("SELECT 1 FROM ledger WHERE identity = ?1")?.exists([identity])? {
        tx.execute_batch("DELETE FROM sample; DELETE FROM ledger")?;
        tx.execute("INSERT INTO ledger (identity) VALUES (?1)", [identity])?;
    }
    tx.commit()?;
    Ok(db)
}

fn insert(db: &Connection, id: DocumentId, rejects: &[Reject]) -> rusqlite::Result<()> {
    let tx = db.unchecked_transaction()?;
    let mut insert = tx.prepare_cached(
        "INSERT OR IGNORE INTO sample (document, reason, position, line) SELECT ?1, ?2, ?3, ?4 \
         WHERE (SELECT count(*) FROM sample WHERE document = ?1 AND reason = ?2) < ?5",
    )?;
    for Reject { reason, position, line } in rejects {
        let line = &line[..line.len().min(MAX_SAMPLE_BYTES)];
        insert.execute((id.0, reason.as_str(), position, line, MAX_SAMPLES))?;
    }
    drop(insert);
    tx.commit()
}

fn delete(db: &Connection, replaced: &[DocumentId]) -> rusqlite::Result<()> {
    let tx = db.unchecked_transaction()?;
    let mut delete = tx.prepare_cached("DELETE FROM sample WHERE document = ?1")?;
    for id in replaced {
        delete.execute([id.0])?;
    }
    drop(delete);
    tx.commit()
}

fn select(path: &Path, identity: [u8; 16], id: DocumentId) -> rusqlite::Result<Vec<Reject>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    let mut select = db.prepare(
        "SELECT reason, position, line FROM sample \
         WHERE document = ?1 AND EXISTS (SELECT 1 FROM ledger WHERE identity = ?2) ORDER BY position",
    )?;
    let rows = select.query_map((id.0, identity), |row| {
        Ok(Reject { reason: document::reason(row, 0)?, position: row.get(1)?, line: row.get(2)? })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use jono_domain::Reason;

    use super::*;
    use crate::{
        Observed, Target,
        fixture::{Home, MONDAY, at, batch, rejecting},
    };

    #[test]
    fn samples_are_for_the_owner_only_and_capped() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("queue_log", &[batch(1, &[])]);
        assert!(!ledger.samples_path().exists(), "there is nothing to keep");
        assert_eq!(ledger.samples(id).unwrap(), []);

        let long = "0401234567 ".repeat(MAX_SAMPLE_BYTES);
        let many = vec![long.as_str(); MAX_SAMPLES + 20];
        let target = Target::Grow { id, from: 1 };
        ledger.put(target, &[rejecting(batch(2, &[]), Reason::BadTime, &many)]).unwrap();
        ledger
            .put(Target::Grow { id, from: 2 }, &[rejecting(batch(3, &[]), Reason::BadQueue, &["x"])])
            .unwrap();

        let samples = ledger.samples(id).unwrap();
        assert_eq!(samples.len(), MAX_SAMPLES + 1);
        assert!(samples.iter().all(|sample| sample.line.len() <= MAX_SAMPLE_BYTES));
        assert_eq!(ledger.documents().unwrap()[0].lines.total_rejected(), MAX_SAMPLES as u64 + 21);
        let beside = fs::read_dir(home.dir.path()).unwrap().map(|entry| entry.unwrap());
        let samples: Vec<_> =
            beside.filter(|f| f.file_name().to_str().unwrap().contains(".rejects")).collect();
        assert_eq!(samples.len(), 3, "the file, its log and its index");
        for file in samples {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }

    #[test]
    fn samples_of_another_ledger_are_not_shown() {
        let home = Home::new();
        let id = home.ledger().add("queue_log", &[rejecting(batch(1, &[]), Reason::BadTime, &["old"])]);
        fs::remove_file(home.path()).unwrap();
        let mut ledger = home.ledger();
        assert_eq!(ledger.samples(id).unwrap(), []);
        let again = ledger.add("queue_log", &[rejecting(batch(1, &[]), Reason::BadTime, &["new"])]);
        assert_eq!((again, ledger.samples(id).unwrap()[0].line.as_slice()), (id, b"new".as_slice()));
    }

    #[test]
    fn samples_that_cannot_be_kept_are_a_warning() {
        let home = Home::new();
        let mut ledger = home.ledger();
        fs::create_dir(ledger.samples_path()).unwrap();
        let target = Target::New { document: crate::fixture::document("queue_log"), latest: None };
        let mut writer = ledger.write(target, None, at(MONDAY)).unwrap();
        writer.commit(&rejecting(batch(1, &[]), Reason::BadTime, &["x"]), Observed::default()).unwrap();
        let warning = writer.finish().unwrap().warning.unwrap();
        let said = warning.to_string().replace(home.dir.path().to_str().unwrap(), "/data");
        insta::assert_snapshot!(said, @"samples of rejected lines are missing, and all counts complete; check the file /data/jono.ledger.rejects, or remove it");
        assert_eq!(ledger.documents().unwrap()[0].lines.total_rejected(), 1);
    }
}
