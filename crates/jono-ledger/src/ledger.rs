//! Opening a ledger: which file it is, that it is one, and that it is this one's. What is in it is read and
//! written elsewhere.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use jono_domain::Zone;
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use crate::{
    error::{LedgerError, OpenError},
    sample::SampleStore,
    schema, stored,
};

/// How long a statement waits for another process.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to rest where SQLite does not wait by itself.
const RETRY: Duration = Duration::from_millis(10);

/// An open ledger. Several, in several processes, may be open on one file; one of them writes at a time.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Connection,
    pub(crate) zone: Zone,
    pub(crate) samples: SampleStore,
    path: PathBuf,
}

impl Ledger {
    /// Opens a ledger that exists. It is opened for writing if that is allowed, else for reading.
    pub fn open(path: &Path, zone: &Zone) -> Result<Self, OpenError> {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => return Err(OpenError::Directory { path: path.to_owned() }),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(path)),
            Err(error) => return Err(OpenError::Denied { path: path.to_owned(), source: error.into() }),
        }
        Self::connect(path, zone, false)
    }

    /// Opens a ledger, and makes one if there is none. Its directory must exist.
    pub fn create(path: &Path, zone: &Zone) -> Result<Self, OpenError> {
        if path.is_dir() {
            return Err(OpenError::Directory { path: path.to_owned() });
        }
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(directory) = directory.filter(|directory| !directory.is_dir()) {
            return Err(OpenError::NoDirectory { directory: directory.to_owned() });
        }
        Self::connect(path, zone, true)
    }

    fn connect(path: &Path, zone: &Zone, create: bool) -> Result<Self, OpenError> {
        let failed = |error: rusqlite::Error| failed(path, error);
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
        let db = Connection::open_with_flags(path, flags).map_err(failed)?;
        db.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        patiently(|| {
            prove(&db, path, zone, create)?;
            configure(&db).map_err(failed)
        })?;
        let pinned = stored::zone(&db).map_err(failed)?;
        if pinned != zone.name() {
            let asked = zone.name().to_owned();
            return Err(OpenError::Zone { path: path.to_owned(), pinned, asked });
        }
        let samples = SampleStore::beside(path, stored::identity(&db).map_err(failed)?);
        Ok(Self { db, zone: zone.clone(), samples, path: path.to_owned() })
    }

    /// The zone whose hours it counts by.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the samples of rejected lines are kept: beside the ledger, readable by its owner only. The file
    /// exists once there are any.
    pub fn samples_path(&self) -> &Path {
        self.samples.path()
    }
}

/// Tries again while others are making the same ledger. SQLite itself waits for most locks, and not for the one that
/// turns a file to write-ahead logging: there it says at once that it is busy.
fn patiently(mut attempt: impl FnMut() -> Result<(), OpenError>) -> Result<(), OpenError> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(OpenError::Unusable { source: LedgerError::Busy(_), .. })
                if begun.elapsed() < BUSY_TIMEOUT =>
            {
                thread::sleep(RETRY);
            }
            result => return result,
        }
    }
}

/// Makes sure that the file is a ledger of this version, and fills an empty one, before anything is changed in it.
fn prove(db: &Connection, path: &Path, zone: &Zone, create: bool) -> Result<(), OpenError> {
    let failed = |error: rusqlite::Error| failed(path, error);
    let label = schema::label(db).map_err(failed)?;
    match label.application {
        schema::APPLICATION_ID => {}
        0 if label.empty => {
            if !create {
                return Err(missing(path));
            }
            // Only possible before the first page is written. 8 KiB holds a day of one series' cells.
            db.pragma_update(None, "page_size", 8192).map_err(failed)?;
        }
        _ => return Err(OpenError::Foreign { path: path.to_owned() }),
    }
    match label.version {
        schema::VERSION => Ok(()),
        found if found > schema::VERSION => {
            Err(OpenError::Newer { path: path.to_owned(), found, known: schema::VERSION })
        }
        _ => schema::migrate(db, zone).map_err(failed),
    }
}

/// What holds for the connection, not for the file.
fn configure(db: &Connection) -> rusqlite::Result<()> {
    if !db.is_readonly("main")? {
        // A commit must have reached the disk when it returns, or a position could be lost that was reported.
        db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
        db.pragma_update(None, "synchronous", "full")?;
        // One large replacement does not leave a large log behind for good.
        db.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |row| row.get::<_, i64>(0))?;
    }
    // Else SQLite plans a statement anew for each set of values bound to it, which takes longer than to run it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(64);
    stored::register_merges(db)
}

fn missing(path: &Path) -> OpenError {
    OpenError::Missing { path: path.to_owned() }
}

fn failed(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign { path },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            OpenError::Denied { path, source: error.into() }
        }
        _ => OpenError::Unusable { path, source: error.into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Extent,
        fixture::{Home, MONDAY, batch, helsinki},
    };

    /// The whole chain of messages, without the directory of the test.
    fn said(home: &Home, result: Result<Ledger, OpenError>) -> String {
        let error = result.expect_err("this is to be refused");
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            said.push_str(": ");
            said.push_str(&error.to_string());
            cause = error.source();
        }
        said.replace(home.dir.path().to_str().unwrap(), "/data")
    }

    fn opened(prepare: impl FnOnce(&Path)) -> String {
        let home = Home::new();
        prepare(&home.path());
        let before = fs::read(home.path()).ok();
        let said = said(&home, Ledger::open(&home.path(), &helsinki()));
        assert_eq!(fs::read(home.path()).ok(), before, "a refused file stays as it is");
        said
    }

    fn sql(path: &Path, sql: &str) {
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    }

    #[test]
    fn what_is_no_ledger_is_refused() {
        insta::assert_snapshot!(opened(|_| ()), @"there is no ledger at /data/jono.ledger; `jono ingest` makes one");
        insta::assert_snapshot!(opened(|path| fs::write(path, "").unwrap()), @"there is no ledger at /data/jono.ledger; `jono ingest` makes one");
        insta::assert_snapshot!(opened(|path| fs::create_dir(path).unwrap()), @"/data/jono.ledger is a directory; name a file in it, such as /data/jono.ledger/jono.ledger");
        insta::assert_snapshot!(opened(|path| fs::write(path, "call,queue\n".repeat(999)).unwrap()), @"/data/jono.ledger is no ledger of jono, or its beginning is damaged; name another file, or restore it from a backup");
        insta::assert_snapshot!(opened(|path| sql(path, "CREATE TABLE note (text)")), @"/data/jono.ledger is no ledger of jono, or its beginning is damaged; name another file, or restore it from a backup");
    }

    #[test]
    fn a_ledger_of_another_time_or_zone_is_refused() {
        let made = |path: &Path| drop(Ledger::create(path, &helsinki()).unwrap());
        let newer = |path: &Path| {
            made(path);
            sql(path, "PRAGMA user_version = 99");
        };
        insta::assert_snapshot!(opened(newer), @"the ledger /data/jono.ledger has schema 99, and this jono knows them up to 3; use the jono that wrote it, or a newer one");
        insta::assert_snapshot!(opened(|path| drop(Ledger::create(path, &Zone::utc()).unwrap())), @"the ledger /data/jono.ledger counts by the hours of UTC, not of Europe/Helsinki; configure UTC, or name another ledger");
    }

    #[test]
    fn a_ledger_is_made_only_where_one_can_be() {
        let home = Home::new();
        let create = |path: &Path| said(&home, Ledger::create(path, &helsinki()));
        insta::assert_snapshot!(create(home.dir.path()), @"/data is a directory; name a file in it, such as /data/jono.ledger");
        insta::assert_snapshot!(create(&home.dir.path().join("none/jono.ledger")), @"there is no directory /data/none; make it, or name another place for the ledger");
        fs::write(home.path(), "not a ledger, and longer than the header of one; so that it is looked at")
            .unwrap();
        insta::assert_snapshot!(create(&home.path()), @"/data/jono.ledger is no ledger of jono, or its beginning is damaged; name another file, or restore it from a backup");
    }

    #[test]
    fn damage_is_said_and_not_guessed_over() {
        let home = Home::new();
        home.ledger().add("queue_log", &[batch(100, &[("espoo", MONDAY, 12)])]);
        sql(&home.path(), "UPDATE total SET body = x'63'");
        let ledger = home.ledger();
        insta::assert_snapshot!(ledger.totals().unwrap_err(), @"the ledger is damaged: the stored bytes have version 99, which this program does not know; restore it from a backup, or move it away and count the documents anew");
        let more = [batch(200, &[("espoo", MONDAY, 12)])];
        drop(ledger);
        let mut ledger = home.ledger();
        let id = ledger.documents().unwrap()[0].document.id;
        let error = ledger.put(crate::Target::Grow { id, from: 100 }, &more).unwrap_err();
        insta::assert_snapshot!(error, @"the ledger is damaged: the stored bytes have version 99, which this program does not know; restore it from a backup, or move it away and count the documents anew");
        assert_eq!(ledger.documents().unwrap()[0].document.position.bytes, 100, "nothing is half written");
    }

    #[test]
    fn several_may_make_it_at_once() {
        // Often enough to meet the moment at which SQLite does not wait.
        let homes: Vec<_> = (0..50).map(|_| Home::new()).collect();
        for home in &homes {
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| home.ledger());
                }
            });
        }
        let home = &homes[0];
        let ledger = home.ledger();
        let pragma = |name| ledger.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((pragma("page_size"), pragma("synchronous")), (8192, 2));
        assert_eq!(ledger.dumped(Extent::Facts), "zone Europe/Helsinki\n\ntotals\n");
    }
}
