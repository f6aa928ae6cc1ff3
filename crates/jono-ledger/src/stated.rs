//! What tables state: tallies and published figures. Every current document has its own statements; of those about
//! the same, the newest document's holds.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use jono_domain::{
    Basis, Batch, Decimal, DocumentId, Figure, Grain, Label, Measure, Period, Series, SourceName, Tally,
};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::{commit, error::LedgerError, ledger::Ledger, read::SeriesKey, revision::Held, stored};

/// A statement that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The ledger's number of the series.
    pub key: SeriesKey,
    /// Of whom.
    pub series: Series,
    /// What it is a value of.
    pub measure: Measure,
    /// Over which days, as the document has it.
    pub span: Period,
    /// The value as it was stated, exactly, in the base unit of its measure; a tally's is a whole number.
    pub value: Decimal,
    /// Of how many contacts, applications or answers, if that was stated.
    pub of: Option<u64>,
    /// Whether its publisher said that it may still change.
    pub provisional: bool,
    /// How it was printed, if that was handed on.
    pub label: Option<Label>,
    /// The source of the document that states it.
    pub source: SourceName,
    /// Whether another value ever held, or none after one had: [`Ledger::revisions`] tells which.
    pub revised: bool,
}

/// What a statement is about. There are no two of one document about the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) basis: Basis,
    pub(crate) measure: Measure,
    pub(crate) series: SeriesKey,
    pub(crate) span: Period,
}

/// The columns that [`Key::read`] reads.
pub(crate) const KEY: &str = "basis, measure, series, span";

/// Compares with the parameters that [`Key::params`] gives.
pub(crate) const IS_KEY: &str =
    "basis = ?1 AND measure = ?2 AND first_day = ?3 AND series = ?4 AND span = ?5";

impl Key {
    /// A key from the columns of [`KEY`].
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            basis: stored::basis(row, 0)?,
            measure: stored::word(row, 1)?,
            series: SeriesKey(row.get(2)?),
            span: stored::word(row, 3)?,
        })
    }

    /// Basis, measure, first day, series and span, as they are stored.
    pub(crate) fn params(&self) -> (&'static str, &str, String, i64, String) {
        let first = self.span.first().to_string();
        (self.basis.as_str(), self.measure.name(), first, self.series.0, self.span.to_string())
    }
}

impl Ledger {
    /// The statements that hold of one basis, about any of the measures and a span that shares a day with `within`;
    /// ordered by series, measure and span. Nothing is added up.
    pub fn stated(
        &self,
        basis: Basis,
        measures: &[Measure],
        within: Period,
    ) -> Result<Vec<Stated>, LedgerError> {
        let _instant = self.instant()?;
        // Of each group, SQLite takes the columns from the row that max() found.
        let mut select = self.db.prepare_cached(
            "SELECT series, channel, unit, service, measure, span, value, of_count, provisional, label, source, EXISTS ( \
                 SELECT 1 FROM revision WHERE revision.basis = stated.basis AND revision.measure = stated.measure \
                 AND revision.first_day = stated.first_day AND revision.series = stated.series \
                 AND revision.span = stated.span \
             ), max(document) FROM stated JOIN series ON series.id = stated.series \
             JOIN document ON document.id = stated.document \
             WHERE basis = ?1 AND measure = ?2 AND first_day <= ?4 AND last_day >= ?3 \
             GROUP BY first_day, series, span",
        )?;
        let (first, last) = (within.first().to_string(), within.last().to_string());
        let mut all = Vec::new();
        for measure in measures {
            let rows = select.query_map((basis.as_str(), measure.name(), &first, &last), stated)?;
            for row in rows {
                all.push(row?);
            }
        }
        all.sort_by(|a, b| (&a.series, &a.measure, a.span).cmp(&(&b.series, &b.measure, b.span)));
        Ok(all)
    }

    /// The spans that share a day with `within` of which each source states anything.
    pub fn stated_spans(
        &self,
        within: Period,
    ) -> Result<BTreeMap<SourceName, BTreeSet<Period>>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT DISTINCT source, span FROM stated JOIN document ON document.id = stated.document \
             WHERE first_day <= ?2 AND last_day >= ?1",
        )?;
        let days = (within.first().to_string(), within.last().to_string());
        let rows = select.query_map(days, |row| Ok((stored::word(row, 0)?, stored::word(row, 1)?)))?;
        let mut spans = BTreeMap::<_, BTreeSet<_>>::new();
        for row in rows {
            let (source, span) = row?;
            spans.entry(source).or_default().insert(span);
        }
        Ok(spans)
    }

    /// How many statements there are, and the newest document that has one: other numbers whenever a table that is
    /// read states something else than before.
    pub fn stated_mark(&self) -> Result<(i64, i64), LedgerError> {
        let mut select = self.db.prepare_cached("SELECT count(*), coalesce(max(document), 0) FROM stated")?;
        Ok(select.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// What there are statements about, of any series and span.
    pub fn stated_measures(&self) -> Result<Vec<(Basis, Measure)>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT DISTINCT basis, measure FROM stated")?;
        let rows = select.query_map([], |row| Ok((stored::basis(row, 0)?, stored::word(row, 1)?)))?;
        let mut all = rows.collect::<Result<Vec<_>, _>>()?;
        all.sort();
        Ok(all)
    }
}

fn stated(row: &Row<'_>) -> rusqlite::Result<Stated> {
    Ok(Stated {
        key: SeriesKey(row.get(0)?),
        series: stored::series(row, 1)?,
        measure: stored::word(row, 4)?,
        span: stored::word(row, 5)?,
        value: stored::word(row, 6)?,
        of: row.get(7)?,
        provisional: row.get(8)?,
        label: stored::maybe(row, 9)?,
        source: stored::word(row, 10)?,
        revised: row.get(11)?,
    })
}

/// Writes what the batch states; of a document's statements about the same, the last stays.
pub(crate) fn write(db: &Connection, id: DocumentId, batch: &Batch, held: &mut Held) -> rusqlite::Result<()> {
    let tallies = batch.tallies.iter().map(|tally| (Basis::Tallied, as_figure(tally)));
    let figures = batch.figures.iter().map(|figure| (Basis::Published, figure.clone()));
    let mut keys = BTreeMap::new();
    let mut replace = db.prepare_cached(
        "REPLACE INTO stated (basis, measure, first_day, series, span, document, last_day, value, of_count, \
         provisional, label) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (basis, Figure { series, measure, span, value, of, provisional, label }) in tallies.chain(figures) {
        debug_assert!(span.grain() != Some(Grain::Hour), "tables speak of days");
        let series = match keys.entry(series) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let key = commit::intern(db, new.key())?;
                *new.insert(key)
            }
        };
        let key = Key { basis, measure, series, span };
        held.note(db, &key)?;
        let (basis, measure, first, series, span) = key.params();
        let last = key.span.last().to_string();
        replace.execute((
            basis,
            measure,
            first,
            series,
            span,
            id.0,
            last,
            value.to_string(),
            of,
            provisional,
            label.as_ref().map(Label::as_str),
        ))?;
    }
    Ok(())
}

fn as_figure(tally: &Tally) -> Figure {
    let Tally { series, measure, span, count } = tally.clone();
    Figure { series, measure, span, value: count.into(), of: None, provisional: false, label: None }
}

/// Withdraws everything that a document states.
pub(crate) fn take_back(db: &Connection, old: DocumentId, held: &mut Held) -> rusqlite::Result<()> {
    let mut select = db.prepare_cached(&format!("SELECT {KEY} FROM stated WHERE document = ?1"))?;
    for key in select.query_map([old.0], Key::read)? {
        held.note(db, &key?)?;
    }
    db.prepare_cached("DELETE FROM stated WHERE document = ?1")?.execute([old.0])?;
    Ok(())
}

/// The value that holds: that of the newest document that states one.
pub(crate) fn holding(db: &Connection, key: &Key) -> rusqlite::Result<Option<Decimal>> {
    let newest = format!("SELECT value FROM stated WHERE {IS_KEY} ORDER BY document DESC LIMIT 1");
    db.prepare_cached(&newest)?.query_row(key.params(), |row| stored::word(row, 0)).optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Extent, Target,
        fixture::{Home, MONDAY, batch, document, stating},
    };

    /// What holds of both bases, a line each.
    fn told(ledger: &Ledger, within: &str) -> String {
        let measures: Vec<_> = ["contacts", "wait_mean"].map(|name| name.parse().unwrap()).into();
        let mut lines = Vec::new();
        for basis in [Basis::Tallied, Basis::Published] {
            for stated in ledger.stated(basis, &measures, within.parse().unwrap()).unwrap() {
                let Stated { series, measure, span, value, of, provisional, source, revised, .. } = stated;
                let unit = series.unit;
                lines.push(format!(
                    "{basis} {unit} {measure:?} {span} {value} {of:?} {provisional} {source} {revised}"
                ));
            }
        }
        lines.join("\n")
    }

    #[test]
    fn the_newest_document_holds_until_it_withdraws() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let june = ["tallied espoo contacts 2020-W24 812", "published espoo wait_mean 2020-W24 130.50"];
        ledger.add("june", &[stating(batch(1, &[]), &june)]);
        let july = ["tallied espoo contacts 2020-W24 815", "tallied oulu contacts 2020-W24 7"];
        let newer = ledger.add("july", &[stating(batch(2, &[]), &july)]);
        insta::assert_snapshot!(told(&ledger, "2020"), @"
        tallied espoo contacts 2020-W24 815 None false helpdesk true
        tallied oulu contacts 2020-W24 7 None false helpdesk false
        published espoo wait_mean 2020-W24 130.50 Some(20) true helpdesk false
        ");

        let less = [stating(batch(3, &[]), &["tallied vaasa contacts 2020-W24 1"])];
        let target = Target::Replace { old: newer, from: 2, document: document("july") };
        ledger.put(target, &less).unwrap();
        insta::assert_snapshot!(told(&ledger, "2020"), @"
        tallied espoo contacts 2020-W24 812 None false helpdesk true
        tallied vaasa contacts 2020-W24 1 None false helpdesk false
        published espoo wait_mean 2020-W24 130.50 Some(20) true helpdesk false
        ");
        insta::assert_snapshot!(ledger.dumped(Extent::All).split_once("revisions\n").unwrap().1, @r#"
        tallied phone/espoo/advice contacts 2020-W24 was 812 is 815 by helpdesk "july"
        tallied phone/espoo/advice contacts 2020-W24 was 815 is 812 by helpdesk "july"
        tallied phone/oulu/advice contacts 2020-W24 was 7 is none by helpdesk "july"
        "#);
    }

    #[test]
    fn another_label_is_no_other_value() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let labels = |ledger: &Ledger| -> Vec<_> {
            let measures = ["wait_mean".parse().unwrap()];
            let stated = ledger.stated(Basis::Published, &measures, "2020-W24".parse().unwrap()).unwrap();
            stated
                .into_iter()
                .map(|stated| (stated.label.map(|label| label.to_string()), stated.revised))
                .collect()
        };
        let printed = |label: &str| {
            let mut batch = stating(batch(1, &[]), &["published espoo wait_mean 2020-W24 130.50"]);
            batch.figures[0].label = Some(label.parse().unwrap());
            batch
        };
        ledger.add("june", &[stating(batch(1, &[]), &["published espoo wait_mean 2020-W24 130.50"])]);
        assert_eq!(labels(&ledger), [(None, false)]);
        ledger.add("july", &[printed("vko 24")]);
        ledger.add("august", &[printed("vko 24, kesäkuu")]);
        assert_eq!(labels(&ledger), [(Some("vko 24, kesäkuu".to_owned()), false)]);
        let dump = ledger.dumped(Extent::All);
        assert!(
            dump.contains("wait_mean 2020-W24 is 130.50 of 20 provisional as \"vko 24, kesäkuu\"\n"),
            "{dump}"
        );
        assert!(dump.ends_with("revisions\n"), "{dump}");
    }

    #[test]
    fn spans_that_share_a_day_are_found_and_never_added() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let spans = ["2020-W53", "2020-12-31", "2020-12", "2020", "2021-W01", "2020-12-28..2021-01-03"];
        let spans = spans.map(|span| format!("tallied espoo contacts {span} 5"));
        ledger.add("spans", &[stating(batch(1, &[]), &spans)]);
        insta::assert_snapshot!(told(&ledger, "2020-12-31..2021-01-01"), @"
        tallied espoo contacts 2020-12-31 5 None false helpdesk false
        tallied espoo contacts 2020-W53 5 None false helpdesk false
        tallied espoo contacts 2020-12 5 None false helpdesk false
        tallied espoo contacts 2020 5 None false helpdesk false
        tallied espoo contacts 2020-12-28..2021-01-03 5 None false helpdesk false
        ");
        insta::assert_snapshot!(told(&ledger, "2021-01-04"), @"tallied espoo contacts 2021-W01 5 None false helpdesk false");
        assert_eq!(told(&ledger, "2021-W02"), "");
    }

    #[test]
    fn a_later_part_of_a_document_corrects_an_earlier_one() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let id = ledger.add("old", &[stating(batch(1, &[]), &["tallied espoo contacts 2020-W24 1"])]);
        ledger.add("new", &[stating(batch(1, &[]), &["tallied oulu contacts 2020-W24 2"])]);
        let more = ["tallied espoo contacts 2020-W24 3", "tallied oulu contacts 2020-W24 4"];
        ledger.put(Target::Grow { id, from: 1 }, &[stating(batch(2, &[]), &more)]).unwrap();
        insta::assert_snapshot!(told(&ledger, "2020-W24"), @"
        tallied espoo contacts 2020-W24 3 None false helpdesk true
        tallied oulu contacts 2020-W24 2 None false helpdesk false
        ");
    }

    #[test]
    fn what_is_stated_is_not_counted() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let statements = ["published oulu contacts 2020-W24 5", "tallied oulu contacts 2020-W24 5"];
        ledger.add("both", &[stating(batch(1, &[("espoo", MONDAY, 5)]), &statements)]);
        let counted = ledger.totals().unwrap();
        let of = ledger.series().unwrap().into_iter().map(|(key, of)| (of.unit, counted.contains_key(&key)));
        let of: Vec<_> = of.map(|(unit, counted)| format!("{unit} {counted}")).collect();
        assert_eq!(of, ["espoo true", "oulu false"]);
        let measures = ledger.stated_measures().unwrap();
        assert_eq!(format!("{measures:?}"), "[(Tallied, contacts), (Published, contacts)]");
    }
}
