//! Of when is anything known? A document covers the time from its first event to its last; between two documents of a
//! source that follow each other closely nothing happened, and between two that are far apart nobody counted.

use std::{collections::BTreeMap, ops::Range};

use jono_domain::{Aspect, UnixSeconds};

use crate::{error::LedgerError, ledger::Ledger, read::SeriesKey, stored};

/// Documents of a source that are no further apart follow each other, in seconds: a week of holidays and a day.
const APART: i64 = 8 * 86_400;

/// When something is known. Inside, no cell means that nothing happened; outside, that nothing is known.
///
/// Invariant: the spans are not empty, ascend, and do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage(Vec<Range<UnixSeconds>>);

impl Coverage {
    /// Joins spans that overlap or touch.
    pub fn new(spans: impl IntoIterator<Item = Range<UnixSeconds>>) -> Self {
        Self::join(spans, 0)
    }

    /// Joins spans that overlap or touch, and those that lie no further apart than `apart` seconds.
    fn join(spans: impl IntoIterator<Item = Range<UnixSeconds>>, apart: i64) -> Self {
        let mut spans: Vec<_> = spans.into_iter().filter(|span| span.start < span.end).collect();
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        let mut joined = Vec::<Range<UnixSeconds>>::new();
        for span in spans {
            match joined.last_mut() {
                Some(last) if span.start.get() - last.end.get() <= apart => last.end = last.end.max(span.end),
                _ => joined.push(span),
            }
        }
        Self(joined)
    }

    /// The spans, ascending.
    pub fn spans(&self) -> &[Range<UnixSeconds>] {
        &self.0
    }

    /// Whether anything is known of any moment of a span.
    pub fn overlaps(&self, span: &Range<UnixSeconds>) -> bool {
        self.0.iter().any(|known| known.start < span.end && span.start < known.end)
    }
}

impl Ledger {
    /// When each series is covered, of one aspect: by the current documents of the sources that ever told of it.
    pub fn coverage(&self, aspect: Aspect) -> Result<BTreeMap<SeriesKey, Coverage>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT source, first_event, end_event FROM document \
             WHERE replaced_by IS NULL AND first_event IS NOT NULL",
        )?;
        let mut rows = select.query([])?;
        let mut documents = BTreeMap::<String, Vec<Range<UnixSeconds>>>::new();
        while let Some(row) = rows.next()? {
            let span = stored::time(row, 1)?..stored::time(row, 2)?;
            documents.entry(row.get(0)?).or_default().push(span);
        }
        let sources: BTreeMap<_, _> =
            documents.into_iter().map(|(source, spans)| (source, Coverage::join(spans, APART))).collect();
        let mut select = self
            .db
            .prepare_cached("SELECT series, source FROM feed WHERE aspects & ?1 <> 0 ORDER BY series")?;
        let mut rows = select.query([stored::aspect(aspect)])?;
        let mut all = BTreeMap::<SeriesKey, Coverage>::new();
        while let Some(row) = rows.next()? {
            let (series, source) = (SeriesKey(row.get(0)?), row.get::<_, String>(1)?);
            let Some(known) = sources.get(&source) else { continue };
            let before = all.remove(&series).unwrap_or_default();
            all.insert(series, Coverage::new(before.0.into_iter().chain(known.0.iter().cloned())));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Home, MONDAY, at, batch, series};

    const DAY: i64 = 86_400;

    #[test]
    fn spans_are_joined_that_are_close() {
        let joined = |spans: &[(i64, i64)], apart| {
            let spans = spans.iter().map(|(start, end)| at(*start)..at(*end));
            let joined = Coverage::join(spans, apart);
            joined.0.iter().map(|span| (span.start.get(), span.end.get())).collect::<Vec<_>>()
        };
        assert_eq!(joined(&[(5, 9), (1, 3), (3, 4), (2, 2)], 0), [(1, 4), (5, 9)]);
        assert_eq!(joined(&[(1, 9), (2, 3), (12, 13)], 2), [(1, 9), (12, 13)]);
        assert_eq!(joined(&[(1, 9), (2, 3), (12, 13)], 3), [(1, 13)]);
        let known = Coverage::join([at(10)..at(20), at(30)..at(40)], 0);
        assert!(known.overlaps(&(at(19)..at(25))) && !known.overlaps(&(at(20)..at(30))));
    }

    #[test]
    fn a_series_is_covered_while_any_of_its_sources_is_and_not_between_documents_far_apart() {
        let home = Home::new();
        let mut ledger = home.ledger();
        ledger.add("june", &[batch(100, &[("espoo", MONDAY, 1), ("oulu", MONDAY + 9, 1)])]);
        ledger.add("later in june", &[batch(150, &[("espoo", MONDAY + 8 * DAY, 1)])]);
        ledger.add("july", &[batch(200, &[("espoo", MONDAY + 40 * DAY, 1)])]);
        let coverage = ledger.coverage(Aspect::Contacts).unwrap();
        let all: Vec<_> =
            ledger.series().unwrap().into_iter().map(|(key, of)| (of, coverage[&key].clone())).collect();
        let second = |from: i64, to: i64| at(MONDAY + from)..at(MONDAY + to + 1);
        let known = Coverage(vec![second(0, 8 * DAY), second(40 * DAY, 40 * DAY)]);
        assert_eq!(all, [(series("espoo"), known.clone()), (series("oulu"), known)]);
    }
}
