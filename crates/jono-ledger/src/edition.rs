//! Bulletins that were published: what each was made from, and its pages as they were written. They are frozen: a
//! correction is another revision, and nothing is ever changed or deleted. What is in them is not looked at.

use std::io::{Read as _, Write};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use jono_domain::{Period, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, Row};
use thiserror::Error;

use crate::{dump::DumpError, error::LedgerError, fault, ledger::Ledger, stored, write};

/// An edition that is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// About when it is.
    pub period: Period,
    /// The number that was planned with: 1 for the first of its period, else one more than the latest.
    pub revision: u32,
    /// When it is published.
    pub at: UnixSeconds,
    /// Until when it may not be shown.
    pub embargo: Option<UnixSeconds>,
    /// What it is made from.
    pub facts: Vec<u8>,
    /// Everything that was written of it; no two in the same language and format.
    pub pages: Vec<Page>,
}

/// An edition as it was written in one language and format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In which language, such as `fi`.
    pub language: String,
    /// In which format, such as `html`.
    pub format: String,
    /// What is to be shown.
    pub body: Vec<u8>,
}

/// An edition without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditionHead {
    /// About when it is.
    pub period: Period,
    /// 1 for the first of its period.
    pub revision: u32,
    /// When it was published.
    pub at: UnixSeconds,
    /// Until when it may not be shown.
    pub embargo: Option<UnixSeconds>,
}

impl EditionHead {
    /// Whether it may be shown at that time.
    pub fn is_told(&self, now: UnixSeconds) -> bool {
        self.embargo.is_none_or(|embargo| embargo <= now)
    }
}

/// An edition, with what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Which it is.
    pub head: EditionHead,
    /// What it was made from.
    pub facts: Vec<u8>,
}

/// Why an edition was not published. Nothing of it was kept.
#[derive(Debug, Error)]
pub enum PublishError {
    /// What the caller planned with is no longer so: another process published meanwhile.
    #[error(
        "revision {planned} of {period} was planned, and the next one is {next}: another process published meanwhile; \
         make it again"
    )]
    Conflict {
        /// About when it is.
        period: Period,
        /// The number that was planned with.
        planned: u32,
        /// The number that the next one has.
        next: u32,
    },
    /// The ledger could not be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for PublishError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// The columns that [`head`] reads.
const HEAD: &str = "period, revision, at, embargo";

fn head(row: &Row<'_>) -> rusqlite::Result<EditionHead> {
    let embargo = row.get::<_, Option<i64>>(3)?.map(|_| stored::time(row, 3)).transpose()?;
    Ok(EditionHead {
        period: stored::word(row, 0)?,
        revision: row.get(1)?,
        at: stored::time(row, 2)?,
        embargo,
    })
}

impl Ledger {
    /// Publishes an edition with all its pages, in one transaction, and returns its revision. Refused if that is not
    /// the one that was planned with.
    pub fn publish(&mut self, edition: &NewEdition) -> Result<u32, PublishError> {
        let NewEdition { period, revision: planned, at, embargo, facts, pages } = edition;
        let tx = write::begin(&self.db)?;
        let next = latest(&tx, *period)?.map_or(1, |head| head.revision + 1);
        if next != *planned {
            return Err(PublishError::Conflict { period: *period, planned: *planned, next });
        }
        let (first, period) = (period.first().to_string(), period.to_string());
        tx.prepare_cached(
            "INSERT INTO edition (first_day, period, revision, at, embargo, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((first, &period, next, at.get(), embargo.map(UnixSeconds::get), packed(facts)?))?;
        fault::point("edition-written");
        let mut insert = tx.prepare_cached(
            "INSERT INTO edition_page (period, revision, language, format, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for Page { language, format, body } in pages {
            insert.execute((&period, next, language, format, packed(body)?))?;
        }
        drop(insert);
        write::end(tx)?;
        Ok(next)
    }

    /// Every edition, by its period and revision.
    pub fn editions(&self) -> Result<Vec<EditionHead>, LedgerError> {
        let sql = format!("SELECT {HEAD} FROM edition ORDER BY first_day, period, revision");
        let mut select = self.db.prepare_cached(&sql)?;
        Ok(select.query_map([], head)?.collect::<Result<_, _>>()?)
    }

    /// Every edition that somebody has seen, or will see unless another is published before, by period and revision. What was still
    /// held back when the next of its period was published is never shown: that one stands in its place.
    pub fn editions_seen(&self) -> Result<Vec<EditionHead>, LedgerError> {
        let all = self.editions()?;
        let of_period = |revisions: &[EditionHead]| -> Vec<EditionHead> {
            let is_seen = |(place, head): &(usize, &EditionHead)| {
                revisions[place + 1..].iter().all(|later| head.is_told(later.at))
            };
            revisions.iter().enumerate().filter(is_seen).map(|(_, head)| *head).collect()
        };
        Ok(all.chunk_by(|a, b| a.period == b.period).flat_map(of_period).collect())
    }

    /// What may be shown at that time: of every period the latest revision whose embargo has ended, by period, of
    /// [those that are ever seen](Self::editions_seen). One that is held back hides none before it.
    pub fn editions_told(&self, now: UnixSeconds) -> Result<Vec<EditionHead>, LedgerError> {
        let mut seen = self.editions_seen()?;
        seen.retain(|head| head.is_told(now));
        Ok(seen.chunk_by(|a, b| a.period == b.period).filter_map(<[_]>::last).copied().collect())
    }

    /// A revision of a period, or its latest, whether or not it is held back; `None` if there is none.
    pub fn edition(&self, period: Period, revision: Option<u32>) -> Result<Option<Edition>, LedgerError> {
        let mut select = self.db.prepare_cached(&format!(
            "SELECT {HEAD}, facts FROM edition WHERE first_day = ?1 AND period = ?2 \
             AND revision = coalesce(?3, revision) ORDER BY revision DESC LIMIT 1"
        ))?;
        let key = (period.first().to_string(), period.to_string(), revision);
        let edition = select.query_row(key, |row| Ok(Edition { head: head(row)?, facts: unpacked(row, 4)? }));
        Ok(edition.optional()?)
    }

    /// The pages of a revision, by language and format; none if there is no such revision.
    pub fn pages(&self, period: Period, revision: u32) -> Result<Vec<Page>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT language, format, body FROM edition_page WHERE period = ?1 AND revision = ?2 \
             ORDER BY language, format",
        )?;
        let rows = select.query_map((period.to_string(), revision), page)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn page(row: &Row<'_>) -> rusqlite::Result<Page> {
    Ok(Page { language: row.get(0)?, format: row.get(1)?, body: unpacked(row, 2)? })
}

/// What is published says much the same fifteen times: packed by gzip it takes a fifteenth of the room.
fn packed(bytes: &[u8]) -> Result<Vec<u8>, LedgerError> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).and_then(|()| packer.finish()).map_err(LedgerError::Packing)
}

fn unpacked(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<u8>> {
    let packed = row.get_ref(column)?.as_blob()?;
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).map_err(stored::damaged)?;
    Ok(bytes)
}

fn latest(db: &Connection, period: Period) -> rusqlite::Result<Option<EditionHead>> {
    let mut select = db.prepare_cached(&format!(
        "SELECT {HEAD} FROM edition WHERE first_day = ?1 AND period = ?2 ORDER BY revision DESC LIMIT 1"
    ))?;
    select.query_row((period.first().to_string(), period.to_string()), head).optional()
}

/// Tells every edition and its pages. Of their content the length and the hash: it is long, and not this program's to
/// read.
pub(crate) fn dump(ledger: &Ledger, out: &mut dyn Write) -> Result<(), DumpError> {
    let editions = ledger.editions()?;
    if !editions.is_empty() {
        writeln!(out, "\neditions")?;
    }
    for EditionHead { period, revision, at, embargo } in editions {
        let facts = ledger.edition(period, Some(revision))?.map(|edition| edition.facts).unwrap_or_default();
        write!(out, "  {period} revision {revision} at {}", at.get())?;
        embargo.map_or(Ok(()), |embargo| write!(out, " embargo {}", embargo.get()))?;
        writeln!(out, " facts {} bytes hash {:016x}", facts.len(), stored::hash(facts.iter().copied()))?;
        for Page { language, format, body } in ledger.pages(period, revision)? {
            let hash = stored::hash(body.iter().copied());
            writeln!(out, "    {language} {format} {} bytes hash {hash:016x}", body.len())?;
        }
    }
    Ok(())
}

/// A sentence for each edition that nobody published so, and for pages without one.
pub(crate) fn verify(db: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select = db.prepare(&format!(
        "SELECT {HEAD}, first_day, 1 + coalesce(lag(revision) OVER (PARTITION BY period ORDER BY revision), 0) \
         FROM edition ORDER BY first_day, period, revision"
    ))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (revision, next): (i64, i64) = (row.get(1)?, row.get(5)?);
        let what = format!("revision {revision} of the edition of {}", row.get::<_, String>(0)?);
        match head(row) {
            Ok(head) if head.period.first().to_string() == row.get::<_, String>(4)? => {}
            Ok(_) => faults.push(format!("{what} is stored under another day")),
            Err(error) => faults.push(format!("{what} cannot be read: {error}")),
        }
        if revision != next {
            faults.push(format!("{what} does not follow the one before"));
        }
    }
    let mut orphans = db.prepare(
        "SELECT DISTINCT period, revision FROM edition_page AS page WHERE NOT EXISTS ( \
             SELECT 1 FROM edition WHERE edition.period = page.period AND edition.revision = page.revision \
         ) ORDER BY period, revision",
    )?;
    let mut rows = orphans.query([])?;
    while let Some(row) = rows.next()? {
        let (period, revision): (String, i64) = (row.get(0)?, row.get(1)?);
        faults.push(format!("there are pages of revision {revision} of {period}, which was not published"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Extent, WriteError,
        fixture::{Home, MONDAY, at, batch},
    };

    /// An edition such as `2020-W24 1`, or `2020-W24 2 until 9` with an embargo, in seconds after Monday.
    fn edition(told: &str) -> NewEdition {
        let words: Vec<_> = told.split(' ').collect();
        let embargo = words.get(3).map(|seconds| at(MONDAY + seconds.parse::<i64>().unwrap()));
        let page = |language: &str, format: &str| {
            let body = format!("{told} {language} {format}").into_bytes();
            Page { language: language.to_owned(), format: format.to_owned(), body }
        };
        NewEdition {
            period: words[0].parse().unwrap(),
            revision: words[1].parse().unwrap(),
            at: at(MONDAY),
            embargo,
            facts: told.as_bytes().to_vec(),
            pages: vec![page("sv", "html"), page("fi", "html"), page("fi", "csv")],
        }
    }

    fn heads(all: &[EditionHead]) -> String {
        let all = all.iter().map(|head| format!("{} {}", head.period, head.revision));
        all.collect::<Vec<_>>().join(", ")
    }

    /// A ledger with these editions.
    fn filled(home: &Home, editions: &[&str]) -> Ledger {
        let mut ledger = home.ledger();
        for told in editions {
            let edition = edition(told);
            assert_eq!(ledger.publish(&edition).unwrap(), edition.revision);
        }
        ledger
    }

    #[test]
    fn what_was_published_stays_as_it_was() {
        let home = Home::new();
        let ledger = filled(&home, &["2020-W24 1", "2020-W23 1", "2020-W24 2", "2020-06 1"]);
        assert_eq!(heads(&ledger.editions().unwrap()), "2020-06 1, 2020-W23 1, 2020-W24 1, 2020-W24 2");
        let week = "2020-W24".parse().unwrap();
        let facts = |revision| ledger.edition(week, revision).unwrap().map(|edition| edition.facts);
        assert_eq!(facts(Some(1)).unwrap(), b"2020-W24 1");
        assert_eq!(facts(Some(2)), facts(None));
        assert_eq!(
            (facts(Some(3)), ledger.edition("2020-W25".parse().unwrap(), None).unwrap()),
            (None, None)
        );
        let pages =
            ledger.pages(week, 1).unwrap().into_iter().map(|page| String::from_utf8(page.body).unwrap());
        assert_eq!(
            pages.collect::<Vec<_>>(),
            ["2020-W24 1 fi csv", "2020-W24 1 fi html", "2020-W24 1 sv html"]
        );
        assert_eq!(ledger.pages(week, 3).unwrap(), []);
        insta::assert_snapshot!(ledger.dumped(Extent::All).split_once("editions\n").unwrap().1, @"
    2020-06 revision 1 at 1591599600 facts 9 bytes hash 58a9e764f2f529dd
      fi csv 16 bytes hash 0aca7d8aefe7e7da
      fi html 17 bytes hash 553323def535d057
      sv html 17 bytes hash baff4a9a334851e7
    2020-W23 revision 1 at 1591599600 facts 10 bytes hash 090c79a069b7095d
      fi csv 17 bytes hash 648d925747991a5a
      fi html 18 bytes hash 8ce1fb17f74e9fd7
      sv html 18 bytes hash f2ae21d335612167
    2020-W24 revision 1 at 1591599600 facts 10 bytes hash ddbd10a0512f0ca0
      fi csv 17 bytes hash a70b20fd8122a9bd
      fi html 18 bytes hash a4433d1c50cecf9e
      sv html 18 bytes hash 4236a688afce7aaa
    2020-W24 revision 2 at 1591599600 facts 10 bytes hash ddbd13a0512f11b9
      fi csv 17 bytes hash ee6740aebb70215e
      fi html 18 bytes hash 3b8c9dad0c08d6e3
      sv html 18 bytes hash 04c4f19711cd89a3
    ");
        assert!(!ledger.dumped(Extent::Facts).contains("editions"));
    }

    #[test]
    fn of_two_that_publish_the_same_revision_one_makes_it_again() {
        let home = Home::new();
        let mut one = filled(&home, &["2020-W24 1"]);
        let mut other = home.ledger();
        let version = other.version().unwrap();
        one.publish(&edition("2020-W24 2")).unwrap();
        assert_ne!(other.version().unwrap(), version, "who watches sees it");
        let before = one.dumped(Extent::All);
        let refused = other.publish(&edition("2020-W24 2 until 9")).unwrap_err();
        insta::assert_snapshot!(refused, @"revision 2 of 2020-W24 was planned, and the next one is 3: another process published meanwhile; make it again");
        for wrong in ["2020-W24 1", "2020-W24 4", "2020-W25 0", "2020-W25 2"] {
            let refused = other.publish(&edition(wrong)).unwrap_err();
            assert!(matches!(refused, PublishError::Conflict { .. }), "{wrong}");
        }
        assert_eq!(one.dumped(Extent::All), before);
        other.publish(&edition("2020-W24 3")).unwrap();
    }

    #[test]
    fn an_embargo_hides_its_own_revision_only() {
        let home = Home::new();
        let editions = ["2020-W23 1", "2020-W23 2 until 9", "2020-W24 1 until 10", "2020-W24 2 until 5"];
        let ledger = filled(&home, &editions);
        let told = |seconds| heads(&ledger.editions_told(at(MONDAY + seconds)).unwrap());
        assert_eq!(told(4), "2020-W23 1");
        assert_eq!(told(5), "2020-W23 1, 2020-W24 2");
        assert_eq!(told(9), "2020-W23 2, 2020-W24 2");
        assert_eq!(told(10), "2020-W23 2, 2020-W24 2");
    }

    #[test]
    fn what_nobody_has_seen_is_replaced_by_the_next_revision() {
        let home = Home::new();
        let editions =
            ["2020-W24 1", "2020-W24 2 until 5", "2020-W24 3 until 9", "2020-W25 1 until 9", "2020-W25 2"];
        let ledger = filled(&home, &editions);
        let told = |seconds| heads(&ledger.editions_told(at(MONDAY + seconds)).unwrap());
        // A later embargo holds back what an earlier one would have shown, and none at all shows at once.
        assert_eq!(told(0), "2020-W24 1, 2020-W25 2");
        assert_eq!(told(5), "2020-W24 1, 2020-W25 2");
        assert_eq!(told(9), "2020-W24 3, 2020-W25 2");
        assert_eq!(heads(&ledger.editions_seen().unwrap()), "2020-W24 1, 2020-W24 3, 2020-W25 2");
    }

    #[test]
    fn a_refused_page_leaves_nothing() {
        let home = Home::new();
        let mut ledger = filled(&home, &["2020-W23 1"]);
        let before = ledger.dumped(Extent::All);
        let mut twice = edition("2020-W24 1");
        twice.pages.push(twice.pages[0].clone());
        assert!(matches!(ledger.publish(&twice), Err(PublishError::Ledger(LedgerError::Refused(_)))));
        assert_eq!(ledger.dumped(Extent::All), before);
    }

    #[test]
    fn publishing_is_no_counting() -> Result<(), WriteError> {
        let home = Home::new();
        let mut ledger = home.ledger();
        ledger.add("queue_log", &[batch(1, &[("espoo", MONDAY, 5)])]);
        let before = ledger.shown_since(crate::Seq(0))?;
        ledger.publish(&edition("2020-W24 1")).unwrap();
        assert_eq!(ledger.shown_since(crate::Seq(0))?, before);
        Ok(())
    }

    #[test]
    fn what_was_frozen_is_not_changed() {
        let home = Home::new();
        let ledger = filled(&home, &["2020-W24 1"]);
        for change in [
            "UPDATE edition SET embargo = NULL",
            "DELETE FROM edition",
            "UPDATE edition_page SET body = x'00'",
            "DELETE FROM edition_page",
        ] {
            let refused = ledger.db.execute_batch(change).unwrap_err();
            assert!(refused.to_string().contains("an edition is never changed"), "{change}: {refused}");
        }
    }

    #[test]
    fn what_nobody_published_so_is_found() {
        let found = |tamper: &str| {
            let home = Home::new();
            let ledger = filled(&home, &["2020-W24 1", "2020-W24 2"]);
            assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
            for trigger in
                ["edition_changed", "edition_deleted", "edition_page_changed", "edition_page_deleted"]
            {
                ledger.db.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
            }
            ledger.db.execute_batch(tamper).unwrap();
            ledger.verify().unwrap().join("\n")
        };
        insta::assert_snapshot!(found("DELETE FROM edition WHERE revision = 1"), @"
    revision 2 of the edition of 2020-W24 does not follow the one before
    there are pages of revision 1 of 2020-W24, which was not published
    ");
        insta::assert_snapshot!(found("UPDATE edition SET first_day = '2020-06-09' WHERE revision = 2"), @"revision 2 of the edition of 2020-W24 is stored under another day");
        insta::assert_snapshot!(found("UPDATE edition SET period = 'june', first_day = '' WHERE revision = 2"), @r#"
    revision 2 of the edition of june cannot be read: "june" is no period; write 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B with any two of them
    revision 2 of the edition of june does not follow the one before
    there are pages of revision 2 of 2020-W24, which was not published
    "#);
        insta::assert_snapshot!(found("UPDATE edition SET at = -9223372036854775808 WHERE revision = 2"), @"revision 2 of the edition of 2020-W24 cannot be read: -9223372036854775808 is out of range");
    }
}
