//! Scores by survey round. Every current document has its own; those of a series and round are their sum. What can be
//! said of a mean is the domain's.

use std::{collections::BTreeMap, io::Write};

use jono_domain::{Batch, DocumentId, Grain, Period, Score, Scores, Series};
use rusqlite::{Connection, OptionalExtension};

use crate::{
    commit, dump::DumpError, error::LedgerError, ledger::Ledger, read::SeriesKey, stored, verify::Names,
};

/// All answers of one series in one survey round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundScores {
    /// The ledger's number of the series.
    pub key: SeriesKey,
    /// Of whom.
    pub series: Series,
    /// The round: a quarter.
    pub round: Period,
    /// How often each score was given.
    pub scores: Scores,
}

impl Ledger {
    /// The scores of every round that shares a day with `within`, summed over all current documents; ordered by series
    /// and round.
    pub fn scores(&self, within: Period) -> Result<Vec<RoundScores>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT series, channel, unit, service, span, body FROM score \
             JOIN series ON series.id = score.series WHERE first_day <= ?2 AND last_day >= ?1",
        )?;
        let mut rows = select.query((within.first().to_string(), within.last().to_string()))?;
        let mut sums = BTreeMap::<(Series, Period), (SeriesKey, Scores)>::new();
        while let Some(row) = rows.next()? {
            let (series, round) = (stored::series(row, 1)?, stored::word(row, 4)?);
            let fresh = (SeriesKey(row.get(0)?), Scores::default());
            sums.entry((series, round)).or_insert(fresh).1.merge(&stored::scores(row, 5)?);
        }
        let all = sums.into_iter();
        Ok(all.map(|((series, round), (key, scores))| RoundScores { key, series, round, scores }).collect())
    }
}

/// Adds the batch's scores to those of its document.
pub(crate) fn write(db: &Connection, id: DocumentId, batch: &Batch) -> rusqlite::Result<()> {
    if batch.scores.is_empty() {
        return Ok(());
    }
    let mut known = db.prepare_cached(
        "SELECT body FROM score WHERE first_day = ?1 AND series = ?2 AND span = ?3 AND document = ?4",
    )?;
    let mut replace = db.prepare_cached(
        "REPLACE INTO score (first_day, series, span, document, last_day, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (series, round, scores) in &batch.scores {
        debug_assert!(round.grain() == Some(Grain::Quarter), "a survey round is a quarter");
        let (first, last, span) = (round.first().to_string(), round.last().to_string(), round.to_string());
        let key = commit::intern(db, series)?.0;
        let before = known.query_row((&first, key, &span, id.0), |row| stored::scores(row, 0)).optional()?;
        let mut sum = before.unwrap_or_default();
        sum.merge(scores);
        let mut body = Vec::with_capacity(32);
        sum.encode(&mut body);
        replace.execute((first, key, span, id.0, last, body))?;
    }
    Ok(())
}

/// Takes back all scores of a document.
pub(crate) fn take_back(db: &Connection, old: DocumentId) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM score WHERE document = ?1")?.execute([old.0])?;
    Ok(())
}

/// Tells the scores of a document, a line for each series and round.
pub(crate) fn dump(db: &Connection, id: DocumentId, out: &mut dyn Write) -> Result<(), DumpError> {
    let mut select = db.prepare_cached(
        "SELECT channel, unit, service, span, body FROM score JOIN series ON series.id = score.series \
         WHERE document = ?1 ORDER BY channel, unit, service, first_day, span",
    )?;
    let mut rows = select.query([id.0])?;
    while let Some(row) = rows.next()? {
        let (series, round): (_, Period) = (stored::series(row, 0)?, stored::word(row, 3)?);
        let scores = stored::scores(row, 4)?;
        write!(out, "  scores {series} {round}")?;
        for score in (0..=Score::MAX).filter_map(|score| Score::new(score).ok()) {
            match scores.of(score) {
                0 => {}
                count => write!(out, " {}:{count}", score.get())?,
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A sentence for each row that nobody wrote so.
pub(crate) fn verify(db: &Connection, names: &Names, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let mut select =
        db.prepare("SELECT series, document, span, first_day, last_day, body FROM score ORDER BY document")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, id): (_, i64) = (SeriesKey(row.get(0)?), row.get(1)?);
        let what =
            format!("the scores of {} in {} by document {id}", names.of(key), row.get::<_, String>(2)?);
        if !names.know(key) {
            faults.push(format!("{what} have no name"));
        }
        let days = (row.get::<_, String>(3)?, row.get::<_, String>(4)?);
        match stored::word::<Period>(row, 2) {
            Ok(round) if days == (round.first().to_string(), round.last().to_string()) => {}
            Ok(_) => faults.push(format!("{what} are stored under other days")),
            Err(error) => faults.push(format!("{what} are of no round: {error}")),
        }
        if let Err(error) = stored::scores(row, 5) {
            faults.push(format!("{what} cannot be read: {error}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        Target,
        fixture::{Home, MONDAY, batch, document, having},
    };

    /// The scores of the rounds, a line each.
    fn told(ledger: &Ledger, within: &str) -> String {
        let all = ledger.scores(within.parse().unwrap()).unwrap();
        let lines = all.iter().map(|RoundScores { series, round, scores, .. }| {
            let given = (0..=Score::MAX).map(|score| scores.of(Score::new(score).unwrap()).to_string());
            format!("{} {round} {}", series.unit, given.collect::<Vec<_>>().join(" "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn documents_add_up_until_one_is_taken_back() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let spring = ["score espoo 2020-Q2 9", "score espoo 2020-Q2 9", "score oulu 2020-Q3 0"];
        ledger.add("spring", &[having(batch(1, &[]), &spring)]);
        let more = ["score espoo 2020-Q2 10", "score espoo 2020-Q3 4"];
        let old = ledger.add("more", &[having(batch(1, &[]), &more[..1]), having(batch(2, &[]), &more)]);
        insta::assert_snapshot!(told(&ledger, "2020"), @"
        espoo 2020-Q2 0 0 0 0 0 0 0 0 0 2 2
        espoo 2020-Q3 0 0 0 0 1 0 0 0 0 0 0
        oulu 2020-Q3 1 0 0 0 0 0 0 0 0 0 0
        ");
        let target = Target::Replace { old, from: 2, document: document("more") };
        ledger.put(target, &[having(batch(3, &[]), &["score vaasa 2020-Q2 5"])]).unwrap();
        insta::assert_snapshot!(told(&ledger, "2020"), @"
        espoo 2020-Q2 0 0 0 0 0 0 0 0 0 2 0
        oulu 2020-Q3 1 0 0 0 0 0 0 0 0 0 0
        vaasa 2020-Q2 0 0 0 0 0 1 0 0 0 0 0
        ");
        assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_document_that_grows_adds_to_its_round() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("log", &[having(batch(1, &[]), &["score espoo 2020-Q2 9"])]);
        let more = ["score espoo 2020-Q2 9", "score espoo 2020-Q2 1"];
        ledger.put(Target::Grow { id, from: 1 }, &[having(batch(2, &[]), &more)]).unwrap();
        insta::assert_snapshot!(told(&ledger, "2020"), @"espoo 2020-Q2 0 1 0 0 0 0 0 0 0 2 0");
    }

    #[test]
    fn rounds_that_share_a_day_are_found() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let rounds = ["2020-Q1", "2020-Q2", "2020-Q3"].map(|round| format!("score espoo {round} 8"));
        ledger.add("survey", &[having(batch(1, &[]), &rounds)]);
        let found = |within: &str| {
            let all = ledger.scores(within.parse().unwrap()).unwrap();
            all.iter().map(|of| of.round.to_string()).collect::<Vec<_>>().join(" ")
        };
        let found = ["2020", "2020-W27", "2020-06-30", "2020-07-01", "2021"].map(found);
        insta::assert_compact_debug_snapshot!(found, @r#"["2020-Q1 2020-Q2 2020-Q3", "2020-Q2 2020-Q3", "2020-Q2", "2020-Q3", ""]"#);
    }

    #[test]
    fn a_series_with_scores_alone_is_not_counted() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let calls = batch(1, &[("espoo", MONDAY, 5), ("vaasa", MONDAY, 5)]);
        ledger.add("both", &[having(calls, &["score espoo 2020-Q2 9", "score oulu 2020-Q2 9"])]);
        let counted: BTreeSet<_> = ledger.totals().unwrap().into_keys().collect();
        let rounds = ledger.scores("2020".parse().unwrap()).unwrap();
        let scored: BTreeSet<_> = rounds.into_iter().map(|round| round.key).collect();
        let covered = ledger.coverage(jono_domain::Aspect::Contacts).unwrap();
        let of = ledger.series().unwrap().into_iter().map(|(key, of)| {
            let [counted, scored] = [&counted, &scored].map(|series| series.contains(&key));
            assert_eq!(covered.contains_key(&key), counted);
            format!("{} {counted} {scored}", of.unit)
        });
        assert_eq!(of.collect::<Vec<_>>(), ["espoo true true", "oulu false true", "vaasa true false"]);
    }
}
