//! How values of the domain lie in columns, and how they come back. What comes back is checked: a value that this
//! program would not have written is damage, never a guess.

use std::{fmt::Display, ops::Range, str::FromStr};

use jono_domain::{
    Aspect, Basis, Cell, Counters, DecodeError, Digest, Document, DocumentId, Position, Scores, Series,
    UnixSeconds,
};
use rusqlite::{Connection, OptionalExtension, Row, ffi, functions::FunctionFlags};

/// What to report for a stored value that cannot be.
pub(crate) fn damaged(what: impl Display) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(what.to_string()))
}

/// The columns that [`document`] reads.
pub(crate) const DOCUMENT: &str = "id, source, name, keep, rules, head, bytes, chain, tail, terminated, \
                                   first_event, end_event";

/// A document from the columns of [`DOCUMENT`].
pub(crate) fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let digest = |column| Ok::<_, rusqlite::Error>(Digest(u128::from_be_bytes(row.get(column)?)));
    Ok(Document {
        id: DocumentId(row.get(0)?),
        source: word(row, 1)?,
        name: row.get(2)?,
        keep: row.get::<_, String>(3)?.parse().map_err(|()| damaged("a document is kept in no known way"))?,
        rules: digest(4)?,
        head: digest(5)?,
        position: Position {
            bytes: row.get(6)?,
            chain: row.get(7)?,
            tail: digest(8)?,
            terminated: row.get(9)?,
        },
        events: range(row, 10)?,
    })
}

/// The bytes of a digest.
pub(crate) fn digest(digest: Digest) -> [u8; 16] {
    digest.0.to_be_bytes()
}

/// The 64-bit FNV-1a hash: the same in every build. <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let add = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.fold(0xcbf2_9ce4_8422_2325, add)
}

/// A series from three columns.
pub(crate) fn series(row: &Row<'_>, column: usize) -> rusqlite::Result<Series> {
    Ok(Series { channel: word(row, column)?, unit: word(row, column + 1)?, service: word(row, column + 2)? })
}

/// A checked name or word from a column.
pub(crate) fn word<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(damaged)
}

/// The same, where there may be none.
pub(crate) fn maybe<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    row.get_ref(column)?.as_str_or_null()?.map(|word| word.parse().map_err(damaged)).transpose()
}

/// Where a statement comes from, from a column.
pub(crate) fn basis(row: &Row<'_>, column: usize) -> rusqlite::Result<Basis> {
    let word = row.get_ref(column)?.as_str()?;
    let known = [Basis::Tallied, Basis::Published].into_iter().find(|basis| basis.as_str() == word);
    known.ok_or_else(|| damaged(format!("{word:?} is no basis of a statement")))
}

/// A time from a column.
pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<UnixSeconds> {
    UnixSeconds::new(row.get(column)?).map_err(damaged)
}

/// Two times from two columns, both there or neither.
pub(crate) fn range(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Range<UnixSeconds>>> {
    match (row.get::<_, Option<i64>>(column)?, row.get::<_, Option<i64>>(column + 1)?) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Ok(Some(time(row, column)?..time(row, column + 1)?)),
        _ => Err(damaged("a span of time has one end only")),
    }
}

/// A cell from a column.
pub(crate) fn cell(row: &Row<'_>, column: usize) -> rusqlite::Result<Cell> {
    Cell::decode(row.get_ref(column)?.as_blob()?).map_err(damaged)
}

/// Counters from a column.
pub(crate) fn counters(row: &Row<'_>, column: usize) -> rusqlite::Result<Counters> {
    Counters::decode(row.get_ref(column)?.as_blob()?).map_err(damaged)
}

/// Scores from a column.
pub(crate) fn scores(row: &Row<'_>, column: usize) -> rusqlite::Result<Scores> {
    Scores::decode(row.get_ref(column)?.as_blob()?).map_err(damaged)
}

/// A cell's bytes.
pub(crate) fn body(cell: &Cell) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    cell.encode(&mut body);
    body
}

/// The name of the pinned zone.
pub(crate) fn zone(db: &Connection) -> rusqlite::Result<String> {
    db.query_row("SELECT zone FROM ledger", [], |row| row.get(0))
        .optional()?
        .ok_or_else(|| damaged("no zone is pinned"))
}

/// What no other ledger has.
pub(crate) fn identity(db: &Connection) -> rusqlite::Result<[u8; 16]> {
    db.query_row("SELECT identity FROM ledger", [], |row| row.get(0))
}

/// The hour from which counters count.
pub(crate) fn epoch(db: &Connection) -> rusqlite::Result<Option<UnixSeconds>> {
    let mut select = db.prepare_cached("SELECT epoch FROM ledger")?;
    let epoch: Option<i64> = select.query_row([], |row| row.get(0))?;
    epoch.map(UnixSeconds::new).transpose().map_err(damaged)
}

/// Teaches SQLite to merge, so that writing over what is there is one statement: `cell_merge(a, b)` and
/// `counters_merge(a, b)`.
pub(crate) fn register_merges(db: &Connection) -> rusqlite::Result<()> {
    register(db, "cell_merge", |a, b| {
        let mut cell = Cell::decode(a)?;
        cell.merge(&Cell::decode(b)?);
        Ok(body(&cell))
    })?;
    register(db, "counters_merge", |a, b| {
        let mut counters = Counters::decode(a)?;
        counters.merge(&Counters::decode(b)?);
        let mut body = Vec::with_capacity(a.len() + b.len());
        counters.encode(&mut body);
        Ok(body)
    })
}

/// Merges two stored values into the stored form of their sum.
type Merge = fn(&[u8], &[u8]) -> Result<Vec<u8>, DecodeError>;

fn register(db: &Connection, name: &str, merge: Merge) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function(name, 2, flags, move |context| {
        merge(context.get_raw(0).as_blob()?, context.get_raw(1).as_blob()?)
            // SQLite forgets the code of an error that carries a message, and the code is what says "damaged".
            .map_err(|_| rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None))
    })
}

/// An aspect as a bit.
pub(crate) const fn aspect(aspect: Aspect) -> i64 {
    1 << aspect as u8
}
