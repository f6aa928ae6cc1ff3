//! Documents as they are remembered, and what is known before one is read.

use jono_domain::{
    Digest, Document, DocumentId, HourStart, Keep, Lines, Reason, SourceCounts, SourceName, UnixSeconds,
};
use rusqlite::{Connection, OptionalExtension};

use crate::{commit, counters, error::LedgerError, ledger::Ledger, stored, write};

/// A document that the ledger does not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Which source delivers it.
    pub source: SourceName,
    /// The name it is delivered under.
    pub name: String,
    /// What becomes of it.
    pub keep: Keep,
    /// The hash of its first line.
    pub head: Digest,
    /// The hash of what it begins with, if that tells it from others where its first line does not.
    pub beginning: Option<Digest>,
    /// The hash of the rules it is read by.
    pub rules: Digest,
}

/// What the ledger knows about a document that is about to be read: enough to decide what to do with it, and to
/// notice later that somebody else did so first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Current documents of the source that begin with the same line, longest first.
    pub candidates: Vec<Document>,
    /// Current documents of the source with the same [beginning](NewDocument::beginning), longest first.
    pub alike: Vec<Document>,
    /// The current document of the source that was last delivered under the name; the newest if several were.
    pub same_name: Option<Document>,
    /// The newest document of the source, replaced or not.
    pub latest: Option<DocumentId>,
    /// The hour from which counters count; `None` before counting was started.
    pub epoch: Option<HourStart>,
}

/// A document with the lines that were counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedDocument {
    /// The document.
    pub document: Document,
    /// Its lines.
    pub lines: Lines,
    /// The document that took its place: its cells no longer count.
    pub replaced_by: Option<DocumentId>,
}

impl Ledger {
    /// What is known about a document of a source by its first line, by what it begins with if that is asked for, and by its
    /// name, at one instant.
    pub fn outlook(
        &self,
        source: &SourceName,
        head: Digest,
        beginning: Option<Digest>,
        name: &str,
    ) -> Result<Outlook, LedgerError> {
        let _instant = self.instant()?;
        Ok(Outlook {
            candidates: self.current(source, "head", head)?,
            alike: match beginning {
                Some(beginning) => self.current(source, "beginning", beginning)?,
                None => Vec::new(),
            },
            same_name: self.latest_named(source, name)?,
            latest: latest(&self.db, source)?,
            epoch: stored::epoch(&self.db)?.map(HourStart),
        })
    }

    /// The current documents of a source with that hash in a column, longest first.
    fn current(&self, source: &SourceName, column: &str, hash: Digest) -> rusqlite::Result<Vec<Document>> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT {} FROM document WHERE source = ?1 AND {column} = ?2 AND replaced_by IS NULL \
             ORDER BY bytes DESC, id",
            stored::DOCUMENT
        ))?;
        select.query_map((source.as_str(), stored::digest(hash)), stored::document)?.collect()
    }

    /// The current document of a source that was last delivered under a name; the newest if several were.
    pub fn latest_named(&self, source: &SourceName, name: &str) -> Result<Option<Document>, LedgerError> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT {} FROM document WHERE source = ?1 AND name = ?2 AND replaced_by IS NULL \
             ORDER BY id DESC LIMIT 1",
            stored::DOCUMENT
        ))?;
        Ok(select.query_row((source.as_str(), name), stored::document).optional()?)
    }

    /// Remembers the name under which a document was seen last, and what it begins with, if that was not known yet.
    pub fn note_seen(
        &mut self,
        id: DocumentId,
        name: &str,
        beginning: Option<Digest>,
    ) -> Result<(), LedgerError> {
        self.db.execute(
            "UPDATE document SET name = ?2, beginning = coalesce(beginning, ?3) \
             WHERE id = ?1 AND (name <> ?2 OR beginning IS NULL AND ?3 IS NOT NULL)",
            (id.0, name, beginning.map(stored::digest)),
        )?;
        Ok(())
    }

    /// Notes that the end of a document was not found any more, and counts that as a gap of its source. The answer is
    /// whether it was news: a document has no end to lose a second time. `now` is what the log of commits will say.
    pub fn note_gap(&mut self, id: DocumentId, now: UnixSeconds) -> Result<bool, LedgerError> {
        let tx = write::begin(&self.db)?;
        let lost = tx
            .prepare_cached(
                "UPDATE document SET end_lost = TRUE WHERE id = ?1 AND NOT end_lost RETURNING source, bytes",
            )?
            .query_row([id.0], |row| Ok((stored::word(row, 0)?, row.get(1)?)))
            .optional()?;
        let Some((source, bytes)) = lost else { return Ok(false) };
        let seq = commit::log(&tx, Some(id), bytes, bytes, now)?;
        counters::add_source(&tx, &source, seq, &SourceCounts { gaps: 1, ..SourceCounts::default() })?;
        write::end(tx)?;
        Ok(true)
    }

    /// Until when everything that was ever written under a name has been counted, wherever it was moved to; `None` if it
    /// was never followed.
    pub fn followed(&self, source: &SourceName, name: &str) -> Result<Option<UnixSeconds>, LedgerError> {
        let mut select =
            self.db.prepare_cached("SELECT until FROM followed WHERE source = ?1 AND name = ?2")?;
        Ok(select.query_row((source.as_str(), name), |row| stored::time(row, 0)).optional()?)
    }

    /// Remembers that.
    pub fn note_followed(
        &mut self,
        source: &SourceName,
        name: &str,
        until: UnixSeconds,
    ) -> Result<(), LedgerError> {
        self.db.execute("REPLACE INTO followed VALUES (?1, ?2, ?3)", (source.as_str(), name, until.get()))?;
        Ok(())
    }

    /// How many lines or rows of a document gave an event; zero if there is no such document.
    pub fn events(&self, id: DocumentId) -> Result<u64, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT events FROM document WHERE id = ?1")?;
        Ok(select.query_row([id.0], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Every document with its lines, replaced ones too, in the order in which they came.
    pub fn documents(&self) -> Result<Vec<CountedDocument>, LedgerError> {
        let _instant = self.instant()?;
        Ok(counted(&self.db)?)
    }
}

/// Every document with its lines, in the order in which they came.
pub(crate) fn counted(db: &Connection) -> rusqlite::Result<Vec<CountedDocument>> {
    let mut select =
        db.prepare_cached(&format!("SELECT {}, replaced_by FROM document ORDER BY id", stored::DOCUMENT))?;
    let rows = select.query_map([], |row| {
        let document = stored::document(row)?;
        let lines = lines(db, document.id)?;
        let replaced_by: Option<i64> = row.get("replaced_by")?;
        Ok(CountedDocument { document, lines, replaced_by: replaced_by.map(DocumentId) })
    })?;
    rows.collect()
}

/// The newest document of a source, replaced or not.
pub(crate) fn latest(db: &Connection, source: &SourceName) -> rusqlite::Result<Option<DocumentId>> {
    let mut select = db.prepare_cached("SELECT max(id) FROM document WHERE source = ?1")?;
    let id: Option<i64> = select.query_row([source.as_str()], |row| row.get(0))?;
    Ok(id.map(DocumentId))
}

/// The lines counted of a document.
pub(crate) fn lines(db: &Connection, id: DocumentId) -> rusqlite::Result<Lines> {
    let mut lines = Lines {
        events: db
            .prepare_cached("SELECT events FROM document WHERE id = ?1")?
            .query_row([id.0], |row| row.get(0))?,
        ..Lines::default()
    };
    let mut ignored = db.prepare_cached("SELECT name, count FROM document_ignored WHERE document = ?1")?;
    for row in ignored.query_map([id.0], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (name, count) = row?;
        lines.ignored.insert(name, count);
    }
    let mut rejected = db.prepare_cached("SELECT reason, count FROM reject WHERE document = ?1")?;
    for row in rejected.query_map([id.0], |row| Ok((reason(row, 0)?, row.get(1)?)))? {
        let (reason, count): (Reason, u64) = row?;
        lines.rejected[reason.index()] = count;
    }
    Ok(lines)
}

/// A reason from a column.
pub(crate) fn reason(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Reason> {
    let word = row.get_ref(column)?.as_str()?;
    let known = Reason::ALL.iter().find(|reason| reason.as_str() == word);
    known.copied().ok_or_else(|| stored::damaged(format!("{word:?} is no reason to reject a line")))
}

#[cfg(test)]
mod tests {
    use crate::{
        Seq, Target,
        fixture::{Home, at, batch, document, position, source},
    };

    #[test]
    fn a_document_loses_its_end_once() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("queue_log", &[batch(1, &[])]);
        let before = ledger.shown_since(Seq(0)).unwrap().seq;
        assert!(ledger.note_gap(id, at(10)).unwrap());
        let shown = ledger.shown_since(before).unwrap();
        assert_eq!((shown.sources.len(), shown.sources[0].1.gaps), (1, 1));
        assert!(!home.ledger().note_gap(id, at(20)).unwrap());
        assert!(!ledger.note_gap(jono_domain::DocumentId(99), at(20)).unwrap());
        assert_eq!(ledger.shown_since(shown.seq).unwrap().sources, []);
    }

    #[test]
    fn a_document_keeps_its_position_even_when_replaced() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let old = ledger.add("calls.csv", &[batch(7, &[])]);
        let target = Target::Replace { old, from: 7, document: document("calls.csv") };
        let new = ledger.put(target, &[batch(9, &[])]).unwrap().unwrap();
        let documents = ledger.documents().unwrap();
        let bytes =
            |id| documents.iter().find(|known| known.document.id == id).map(|known| known.document.position);
        assert_eq!((bytes(old), bytes(new)), (Some(position(7)), Some(position(9))));
        assert_eq!(ledger.latest_named(&source(), "calls.csv").unwrap().unwrap().id, new);
        assert_eq!(ledger.latest_named(&source(), "other.csv").unwrap(), None);
        assert_eq!(ledger.shown_since(Seq(0)).unwrap().sources[0].1.corrections, 1);
    }
}
