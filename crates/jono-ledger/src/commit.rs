//! The rows of one commit. When they are written, and in which transaction, is [`write`](crate::write)'s to say.

use jono_domain::{Batch, CellSum, DocumentId, Lines, Position, Series, SourceName, UnixSeconds, Zone};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{counters::Seq, document::NewDocument, error::WriteError, read::SeriesKey, roll, stored};

/// The source that delivered a document.
pub(crate) fn source_of(db: &Connection, id: DocumentId) -> rusqlite::Result<Option<SourceName>> {
    let mut select = db.prepare_cached("SELECT source FROM document WHERE id = ?1")?;
    select.query_row([id.0], |row| stored::word(row, 0)).optional()
}

/// Makes a document of which nothing is counted yet.
pub(crate) fn insert(db: &Connection, new: &NewDocument) -> rusqlite::Result<DocumentId> {
    db.prepare_cached(
        "INSERT INTO document (source, name, keep, rules, head, beginning, bytes, chain, tail, terminated, events) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, zeroblob(32), zeroblob(16), TRUE, 0)",
    )?
    .execute((
        new.source.as_str(),
        &new.name,
        new.keep.as_str(),
        stored::digest(new.rules),
        stored::digest(new.head),
        new.beginning.map(stored::digest),
    ))?;
    Ok(DocumentId(db.last_insert_rowid()))
}

/// Moves a document's position from where it must be to where the batch ends.
pub(crate) fn advance(
    db: &Connection,
    id: DocumentId,
    from: u64,
    batch: &Batch,
    events: u64,
) -> Result<(), WriteError> {
    let Position { bytes, chain, tail, terminated } = batch.position;
    let (first, end) = batch.events.as_ref().map(|span| (span.start.get(), span.end.get())).unzip();
    let hours = || batch.cells.iter().map(|(_, hour, _)| hour.0.get());
    // With NULL on either side, min() and max() are NULL, and the other side counts.
    let moved = db
        .prepare_cached(
            "UPDATE document SET bytes = ?3, chain = ?4, tail = ?5, terminated = ?6, events = ?7, \
             first_event = coalesce(min(first_event, ?8), first_event, ?8), \
             end_event = coalesce(max(end_event, ?9), end_event, ?9), \
             first_hour = coalesce(min(first_hour, ?10), first_hour, ?10), \
             last_hour = coalesce(max(last_hour, ?11), last_hour, ?11) \
             WHERE id = ?1 AND bytes = ?2 AND replaced_by IS NULL",
        )?
        .execute((
            id.0,
            from,
            bytes,
            chain,
            stored::digest(tail),
            terminated,
            events,
            first,
            end,
            hours().min(),
            hours().max(),
        ))?;
    if moved == 1 { Ok(()) } else { Err(WriteError::Conflict) }
}

/// Writes the counts of lines that the batch changed.
pub(crate) fn lines(db: &Connection, id: DocumentId, batch: &Batch, lines: &Lines) -> rusqlite::Result<()> {
    if !batch.lines.ignored.is_empty() {
        let mut ignored = db.prepare_cached("REPLACE INTO document_ignored VALUES (?1, ?2, ?3)")?;
        for (name, count) in &lines.ignored {
            ignored.execute((id.0, name, count))?;
        }
    }
    let mut rejected = db.prepare_cached("REPLACE INTO reject VALUES (?1, ?2, ?3)")?;
    for (reason, _) in batch.lines.reasons() {
        rejected.execute((id.0, reason.as_str(), lines.rejected[reason.index()]))?;
    }
    Ok(())
}

/// Notes that a commit happens, and numbers it.
pub(crate) fn log(
    db: &Connection,
    id: Option<DocumentId>,
    from: u64,
    to: u64,
    at: UnixSeconds,
) -> rusqlite::Result<Seq> {
    db.prepare_cached("INSERT INTO commit_log (document, from_bytes, to_bytes, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute((id.map(|id| id.0), from, to, at.get()))?;
    Ok(Seq(db.last_insert_rowid()))
}

/// The key of a series, which gets one if it has none.
pub(crate) fn intern(db: &Connection, series: &Series) -> rusqlite::Result<SeriesKey> {
    let names = (series.channel.as_str(), series.unit.as_str(), series.service.as_str());
    let mut select =
        db.prepare_cached("SELECT id FROM series WHERE channel = ?1 AND unit = ?2 AND service = ?3")?;
    if let Some(key) = select.query_row(names, |row| row.get(0)).optional()? {
        return Ok(SeriesKey(key));
    }
    db.prepare_cached("INSERT INTO series (channel, unit, service) VALUES (?1, ?2, ?3)")?.execute(names)?;
    Ok(SeriesKey(db.last_insert_rowid()))
}

/// Adds the batch's cells, their sums per series to the totals, and forgets the days and weeks they lie in.
pub(crate) fn cells(
    db: &Connection,
    zone: &Zone,
    id: DocumentId,
    source: &SourceName,
    batch: &Batch,
) -> rusqlite::Result<()> {
    let keys = batch.series.iter().map(|series| intern(db, series)).collect::<Result<Vec<_>, _>>()?;
    let mut of_series = vec![Vec::new(); keys.len()];
    let mut cells = db.prepare_cached(
        "INSERT INTO cell (hour, series, document, body) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (hour, series, document) DO UPDATE SET body = cell_merge(body, excluded.body)",
    )?;
    for (place, hour, cell) in &batch.cells {
        cells.execute((hour.0.get(), keys[*place].0, id.0, cell.bytes()))?;
        of_series[*place].push(cell);
    }
    let mut before = db.prepare_cached("SELECT body FROM total WHERE series = ?1")?;
    let mut total = db.prepare_cached("REPLACE INTO total (series, body) VALUES (?1, ?2)")?;
    let mut feed = db.prepare_cached(
        "INSERT INTO feed (source, series, aspects) VALUES (?1, ?2, ?3) \
         ON CONFLICT (source, series) DO UPDATE SET aspects = aspects | excluded.aspects \
         WHERE aspects | excluded.aspects <> aspects",
    )?;
    let (mut sum, mut body) = (CellSum::default(), Vec::new());
    for (key, cells) in keys.into_iter().zip(of_series) {
        cells.into_iter().try_for_each(|cell| sum.add(cell.bytes())).map_err(stored::damaged)?;
        let aspects = sum.aspects().into_iter().map(stored::aspect).sum::<i64>();
        let add = |row: &Row<'_>| sum.add(row.get_ref(0)?.as_blob()?).map_err(stored::damaged);
        before.query_row([key.0], add).optional()?;
        sum.seal(&mut body);
        total.execute((key.0, &body))?;
        feed.execute((source.as_str(), key.0, aspects))?;
        body.clear();
    }
    roll::forget(db, zone, batch.cells.iter().map(|(_, hour, _)| *hour))
}
