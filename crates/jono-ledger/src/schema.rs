//! The tables, and the way from every older version of them to the present one.
//!
//! A version, once released, is never edited: a change is a new entry at the end of [`MIGRATIONS`].

use rusqlite::{Connection, Transaction, TransactionBehavior};

use jono_domain::Zone;

/// Marks an SQLite file as a ledger: "jono" in ASCII.
pub(crate) const APPLICATION_ID: i64 = 0x6a6f_6e6f;

/// The version that this program reads and writes.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Each entry leads from the version that is its place to the next one.
const MIGRATIONS: &[&str] = &[
    r"
    -- What holds for the whole file. The identity ties the file of samples to this ledger.
    CREATE TABLE ledger (
        only     INTEGER PRIMARY KEY CHECK (only = 1),
        zone     TEXT NOT NULL,
        identity BLOB NOT NULL,
        epoch    INTEGER
    ) STRICT;

    CREATE TABLE series (
        id      INTEGER PRIMARY KEY,
        channel TEXT NOT NULL,
        unit    TEXT NOT NULL,
        service TEXT NOT NULL,
        UNIQUE (channel, unit, service)
    ) STRICT;

    -- A replaced document keeps its row, which says what was once counted, and has no cells.
    CREATE TABLE document (
        id          INTEGER PRIMARY KEY,
        source      TEXT NOT NULL,
        name        TEXT NOT NULL,
        keep        TEXT NOT NULL,
        rules       BLOB NOT NULL,
        head        BLOB NOT NULL,
        bytes       INTEGER NOT NULL,
        chain       BLOB NOT NULL,
        tail        BLOB NOT NULL,
        terminated  INTEGER NOT NULL,
        first_event INTEGER,
        end_event   INTEGER,
        events      INTEGER NOT NULL,
        replaced_by INTEGER
    ) STRICT;
    CREATE INDEX document_by_head ON document (source, head);

    CREATE TABLE document_ignored (
        document INTEGER NOT NULL,
        name     TEXT NOT NULL,
        count    INTEGER NOT NULL,
        PRIMARY KEY (document, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE reject (
        document INTEGER NOT NULL,
        reason   TEXT NOT NULL,
        count    INTEGER NOT NULL,
        PRIMARY KEY (document, reason)
    ) STRICT, WITHOUT ROWID;

    -- Time first: a commit touches a few neighbouring pages, whatever the number of series.
    CREATE TABLE cell (
        hour     INTEGER NOT NULL,
        series   INTEGER NOT NULL,
        document INTEGER NOT NULL,
        body     BLOB NOT NULL,
        PRIMARY KEY (hour, series, document)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE total (
        series INTEGER PRIMARY KEY,
        body   BLOB NOT NULL
    ) STRICT;

    -- Which sources ever delivered which series: what silence means depends on it.
    CREATE TABLE feed (
        source TEXT NOT NULL,
        series INTEGER NOT NULL,
        PRIMARY KEY (source, series)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE counter (
        series INTEGER PRIMARY KEY,
        seq    INTEGER NOT NULL,
        body   BLOB NOT NULL
    ) STRICT;

    CREATE TABLE seen_line (
        source TEXT NOT NULL,
        kind   TEXT NOT NULL,
        reason TEXT NOT NULL,
        seq    INTEGER NOT NULL,
        count  INTEGER NOT NULL,
        PRIMARY KEY (source, kind, reason)
    ) STRICT, WITHOUT ROWID;

    -- A cache: sums of the hours of [start, until). Rows count only while `rolled` has their mark.
    CREATE TABLE roll (
        start  INTEGER NOT NULL,
        until  INTEGER NOT NULL,
        series INTEGER NOT NULL,
        body   BLOB NOT NULL,
        PRIMARY KEY (start, until, series)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rolled (
        start INTEGER NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (start, until)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE commit_log (
        seq        INTEGER PRIMARY KEY,
        document   INTEGER,
        from_bytes INTEGER,
        to_bytes   INTEGER,
        at         INTEGER NOT NULL
    ) STRICT;
",
    r"
    -- Until when everything that was written under a followed name has been counted.
    CREATE TABLE followed (
        source TEXT NOT NULL,
        name   TEXT NOT NULL,
        until  INTEGER NOT NULL,
        PRIMARY KEY (source, name)
    ) STRICT, WITHOUT ROWID;

    -- What each current document states: tallies and published figures. Days are ISO 8601, values exact decimals.
    CREATE TABLE stated (
        basis       TEXT NOT NULL,
        measure     TEXT NOT NULL,
        first_day   TEXT NOT NULL,
        series      INTEGER NOT NULL,
        span        TEXT NOT NULL,
        document    INTEGER NOT NULL,
        last_day    TEXT NOT NULL,
        value       TEXT NOT NULL,
        of_count    INTEGER,
        provisional INTEGER NOT NULL,
        label       TEXT,
        PRIMARY KEY (basis, measure, first_day, series, span, document)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stated_by_document ON stated (document);

    -- How what holds has changed since it was first stated. NULL: nothing held, or holds any more.
    CREATE TABLE revision (
        id        INTEGER PRIMARY KEY,
        seq       INTEGER NOT NULL,
        document  INTEGER NOT NULL,
        basis     TEXT NOT NULL,
        measure   TEXT NOT NULL,
        first_day TEXT NOT NULL,
        series    INTEGER NOT NULL,
        span      TEXT NOT NULL,
        last_day  TEXT NOT NULL,
        old       TEXT,
        new       TEXT
    ) STRICT;
    CREATE INDEX revision_by_key ON revision (basis, measure, first_day, series, span);

    -- What was answered in each survey round, a span of days, by each current document.
    CREATE TABLE score (
        first_day TEXT NOT NULL,
        series    INTEGER NOT NULL,
        span      TEXT NOT NULL,
        document  INTEGER NOT NULL,
        last_day  TEXT NOT NULL,
        body      BLOB NOT NULL,
        PRIMARY KEY (first_day, series, span, document)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX score_by_document ON score (document);

    -- What each current document saw last of a series. A number that was not seen is NULL.
    CREATE TABLE poll (
        series   INTEGER NOT NULL,
        kind     TEXT NOT NULL,
        document INTEGER NOT NULL,
        at       INTEGER NOT NULL,
        seen     TEXT NOT NULL,
        waiting  INTEGER,
        wait     INTEGER,
        desks    INTEGER,
        days     INTEGER,
        PRIMARY KEY (series, kind, document)
    ) STRICT, WITHOUT ROWID;
    -- Finds what holds of a series without looking at what all other documents saw of it.
    CREATE INDEX poll_by_time ON poll (series, kind, at, document);
    CREATE INDEX poll_by_document ON poll (document);

    -- The openings of each current document, in its order. Without a last day: until further notice.
    CREATE TABLE opening (
        document  INTEGER NOT NULL,
        place     INTEGER NOT NULL,
        channel   TEXT NOT NULL,
        unit      TEXT NOT NULL,
        first_day TEXT NOT NULL,
        last_day  TEXT,
        state     TEXT NOT NULL,
        hours     TEXT,
        PRIMARY KEY (document, place)
    ) STRICT, WITHOUT ROWID;

    -- The calls that entered last, of each current document: 16 bytes each. `until` is how many had come by then, so
    -- that what is no longer needed is found without reading any.
    CREATE TABLE recent_call (
        document INTEGER NOT NULL,
        until    INTEGER NOT NULL,
        body     BLOB NOT NULL,
        PRIMARY KEY (document, until)
    ) STRICT;

    -- Bulletins that were published: what each was made from, and what was written of it. Frozen.
    CREATE TABLE edition (
        first_day TEXT NOT NULL,
        period    TEXT NOT NULL,
        revision  INTEGER NOT NULL,
        at        INTEGER NOT NULL,
        embargo   INTEGER,
        facts     BLOB NOT NULL,
        PRIMARY KEY (first_day, period, revision)
    ) STRICT;
    CREATE TABLE edition_page (
        period   TEXT NOT NULL,
        revision INTEGER NOT NULL,
        language TEXT NOT NULL,
        format   TEXT NOT NULL,
        body     BLOB NOT NULL,
        PRIMARY KEY (period, revision, language, format)
    ) STRICT;
    CREATE TRIGGER edition_changed BEFORE UPDATE ON edition
        BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;
    CREATE TRIGGER edition_deleted BEFORE DELETE ON edition
        BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;
    CREATE TRIGGER edition_page_changed BEFORE UPDATE ON edition_page
        BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;
    CREATE TRIGGER edition_page_deleted BEFORE DELETE ON edition_page
        BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END;

    ALTER TABLE document ADD COLUMN end_lost INTEGER NOT NULL DEFAULT 0;

    -- The hours in which a document has cells: a promise is counted when it is due, which nothing else covers.
    ALTER TABLE document ADD COLUMN first_hour INTEGER;
    ALTER TABLE document ADD COLUMN last_hour INTEGER;
    UPDATE document SET first_hour = first_event - 3599, last_hour = end_event - 1;

    -- What a source tells of a series, as bits; before, it told of contacts and their waits.
    ALTER TABLE feed ADD COLUMN aspects INTEGER NOT NULL DEFAULT 3;
",
    r"
    -- The hash of what tells a table from others, if its rows stand for themselves; NULL if that was not known yet.
    ALTER TABLE document ADD COLUMN beginning BLOB;
    CREATE INDEX document_by_beginning ON document (source, beginning) WHERE beginning IS NOT NULL;
",
];

/// Brings an empty file, or one of an older version, to the present version, in one transaction.
pub(crate) fn migrate(db: &Connection, zone: &Zone) -> rusqlite::Result<()> {
    let tx = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have been faster.
    let version = version(&tx)?;
    for migration in MIGRATIONS.iter().skip(version as usize) {
        tx.execute_batch(migration)?;
    }
    if version == 0 {
        tx.execute(
            "INSERT INTO ledger (only, zone, identity) VALUES (1, ?1, randomblob(16))",
            [zone.name()],
        )?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    if version < VERSION {
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    tx.commit()
}

/// What a file says about itself.
pub(crate) struct Label {
    /// Whether it holds nothing at all, such as one that was made and not yet filled.
    pub(crate) empty: bool,
    /// The mark of the program that made it.
    pub(crate) application: i64,
    /// The version of its schema; 0 for one that is empty.
    pub(crate) version: u32,
}

/// Reads the label at one instant: somebody else may just be filling the file.
pub(crate) fn label(db: &Connection) -> rusqlite::Result<Label> {
    let tx = db.unchecked_transaction()?;
    Ok(Label {
        empty: tx.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?,
        application: tx.pragma_query_value(None, "application_id", |row| row.get(0))?,
        version: version(&tx)?,
    })
}

fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Extent, Target,
        fixture::{Home, MONDAY, at, batch, having, judge, stating},
    };

    /// A file of version 1 with the same content as one of the present version that has nothing else.
    fn old_copy(present: &Home) -> Home {
        let old = Home::new();
        let db = Connection::open(old.path()).unwrap();
        db.execute_batch(MIGRATIONS[0]).unwrap();
        db.execute("ATTACH ?1 AS present", [present.path().to_str()]).unwrap();
        let list = |sql: &str| -> Vec<String> {
            let mut select = db.prepare(sql).unwrap();
            select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        for table in list("SELECT name FROM main.sqlite_schema WHERE type = 'table'") {
            let columns = list(&format!("SELECT name FROM pragma_table_info('{table}', 'main')")).join(", ");
            let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}");
            db.execute_batch(&copy).unwrap();
        }
        db.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        old
    }

    #[test]
    fn a_file_of_version_1_keeps_its_counts() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("queue_log", &[batch(1, &[("espoo", MONDAY, 5), ("oulu", MONDAY + 9, 700)])]);
        ledger.start_counting(jono_domain::HourStart(at(MONDAY)), judge).unwrap();
        let old = old_copy(&home);
        let mut migrated = old.ledger();
        assert_eq!(migrated.dumped(Extent::All), ledger.dumped(Extent::All));
        assert_eq!(version(&migrated.db).unwrap(), VERSION);
        let more = stating(batch(2, &[("espoo", MONDAY, 6)]), &["tallied espoo contacts 2020-W24 2"]);
        let things = [
            "score espoo 2020-Q2 9",
            "poll espoo 10 closed",
            "opening espoo 2020-06-01.. closed",
            "call 1 10",
        ];
        let more = having(more, &things);
        for ledger in [&mut migrated, &mut ledger] {
            ledger.put(Target::Grow { id, from: 1 }, std::slice::from_ref(&more)).unwrap();
            assert!(ledger.note_gap(id, at(MONDAY)).unwrap());
        }
        assert_eq!(migrated.dumped(Extent::All), ledger.dumped(Extent::All));
    }
}
