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
        self.statements("first_day <= ?4 AND last_day >= ?3", basis, measures, within)
    }

    /// The same of the spans that lie within `within`, which are found without looking at any other.
    pub fn stated_within(
        &self,
        basis: Basis,
        measures: &[Measure],
        within: Period,
    ) -> Result<Vec<Stated>, LedgerError> {
        self.statements("first_day BETWEEN ?3 AND ?4 AND last_day <= ?4", basis, measures, within)
    }

    /// `spans` is the condition by which they are chosen.
    fn statements(
        &self,
        spans: &str,
        basis: Basis,
        measures: &[Measure],
        within: Period,
    ) -> Result<Vec<Stated>, LedgerError> {
        let _instant = self.instant()?;
        // Of each group, SQLite takes the columns from the row that max() found.
        let select = format!(
            "SELECT series, channel, unit, service, measure, span, value, of_count, provisional, label, source, EXISTS ( \
                 SELECT 1 FROM revision WHERE revision.basis = stated.basis AND revision.measure = stated.measure \
                 AND revision.first_day = stated.first_day AND revision.series = stated.series \
                 AND revision.span = stated.span \
             ), max(document) FROM stated JOIN series ON series.id = stated.series \
             JOIN document ON document.id = stated.document \
             WHERE basis = ?1 AND measure = ?2 AND {spans} GROUP BY first_day, series, span"
        );
        let mut select = self.db.prepare_cached(&select)?;
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

    /// The first span of which one source states all of the measures, of each series that has one.
    pub fn stated_since(
        &self,
        basis: Basis,
        measures: &[Measure],
    ) -> Result<BTreeMap<Series, Period>, LedgerError> {
        let _instant = self.instant()?;
        let Some((measure, others)) = measures.split_first() else { return Ok(BTreeMap::new()) };
        let mut since = first_spans(&self.db, basis, measure)?;
        for other in others {
            let known = first_spans(&self.db, basis, other)?;
            since.retain(|key, _| known.contains_key(key));
        }
        if !others.is_empty() {
            since = first_together(&self.db, basis, measures, since.into_keys().collect())?;
        }
        let series = self.series()?.into_iter();
        Ok(series.filter_map(|(key, series)| Some((series, *since.get(&key)?))).collect())
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

/// The first span of each series of which a measure is stated.
fn first_spans(
    db: &Connection,
    basis: Basis,
    measure: &Measure,
) -> rusqlite::Result<BTreeMap<SeriesKey, Period>> {
    // In the order of the table: to group it by series, SQLite would sort all of it.
    let mut select = db.prepare_cached(
        "SELECT series, span FROM stated WHERE basis = ?1 AND measure = ?2 ORDER BY first_day",
    )?;
    let mut rows = select.query((basis.as_str(), measure.name()))?;
    let mut first = BTreeMap::new();
    while let Some(row) = rows.next()? {
        if let Entry::Vacant(new) = first.entry(SeriesKey(row.get(0)?)) {
            new.insert(stored::word(row, 1)?);
        }
    }
    Ok(first)
}

/// The first span of each of some series of which one source states all measures.
fn first_together(
    db: &Connection,
    basis: Basis,
    measures: &[Measure],
    mut sought: BTreeSet<SeriesKey>,
) -> rusqlite::Result<BTreeMap<SeriesKey, Period>> {
    let mut first = BTreeMap::new();
    let mut select = db.prepare_cached(
        "SELECT series, span FROM stated WHERE basis = ?1 AND measure = ?2 ORDER BY first_day, series, span",
    )?;
    let mut rows = select.query((basis.as_str(), measures[0].name()))?;
    // It ends with the last series that is sought, which is mostly soon.
    while !sought.is_empty()
        && let Some(row) = rows.next()?
    {
        let series = SeriesKey(row.get(0)?);
        if !sought.contains(&series) {
            continue;
        }
        let span: Period = stored::word(row, 1)?;
        let sources = measures
            .iter()
            .map(|measure| source(db, &Key { basis, measure: measure.clone(), series, span }))
            .collect::<Result<BTreeSet<_>, _>>()?;
        if sources.len() == 1 && !sources.contains(&None) {
            sought.remove(&series);
            first.insert(series, span);
        }
    }
    Ok(first)
}

/// The source of the statement that holds.
fn source(db: &Connection, key: &Key) -> rusqlite::Result<Option<SourceName>> {
    let newest = format!(
        "SELECT source FROM stated JOIN document ON document.id = stated.document WHERE {IS_KEY} \
         ORDER BY document DESC LIMIT 1"
    );
    db.prepare_cached(&newest)?.query_row(key.params(), |row| stored::word(row, 0)).optional()
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
    use jono_domain::Digest;
    use proptest::prelude::*;

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
    fn both_sides_have_begun_where_one_source_states_them_of_one_span() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let days = [
            "tallied espoo contacts 2020-W24 9",
            "tallied espoo answered 2020-06-08 1",
            "tallied espoo contacts 2020-W25 9",
            "tallied espoo answered 2020-W25 8",
            "tallied oulu contacts 2020-W24 9",
            "tallied vaasa answered 2020-W24 9",
        ];
        ledger.add("days", &[stating(batch(1, &[]), &days)]);
        let since = |measures: &[&str]| {
            let measures: Vec<_> = measures.iter().map(|name| name.parse().unwrap()).collect();
            let since = ledger.stated_since(Basis::Tallied, &measures).unwrap();
            let told = since.into_iter().map(|(series, span)| format!("{} {}", series.unit, span.first()));
            told.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(since(&["contacts"]), "espoo 2020-06-08, oulu 2020-06-08");
        assert_eq!(since(&["answered", "contacts"]), "espoo 2020-06-15");
        assert_eq!((since(&["arrivals", "contacts"]), since(&[])), (String::new(), String::new()));
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

    const SPANS: [&str; 7] =
        ["2020-W53", "2020-12-31", "2020-12", "2020", "2021-W01", "2020-12-28..2021-01-03", "2021-01-02"];

    /// Documents of two sources, each with some statements.
    fn documents() -> impl Strategy<Value = Vec<(bool, Vec<String>)>> {
        let word = |of: &[&'static str]| prop::sample::select(of.to_vec());
        let statement =
            (word(&["espoo", "oulu", "vaasa"]), word(&["contacts", "answered"]), word(&SPANS), 0..9_u8)
                .prop_map(|(unit, measure, span, value)| format!("tallied {unit} {measure} {span} {value}"));
        prop::collection::vec((any::<bool>(), prop::collection::vec(statement, 0..12)), 1..4)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_by_its_days_is_what_is_found_among_all(documents in documents()) {
            let home = Home::new();
            let mut ledger = home.ledger();
            for (place, (is_other, statements)) in documents.iter().enumerate() {
                let mut new = document(&place.to_string());
                if *is_other {
                    new.source = "another".parse().unwrap();
                }
                let latest = ledger.outlook(&new.source, Digest(7), None, &new.name).unwrap().latest;
                ledger.put(Target::New { document: new, latest }, &[stating(batch(1, &[]), statements)]).unwrap();
            }
            let measures: [Measure; 2] = ["answered", "contacts"].map(|name| name.parse().unwrap());
            let all = ledger.stated(Basis::Tallied, &measures, "2019..2022".parse().unwrap()).unwrap();
            for within in SPANS {
                let within: Period = within.parse().unwrap();
                let mut naive = all.clone();
                naive.retain(|stated| within.first() <= stated.span.first() && stated.span.last() <= within.last());
                prop_assert_eq!(ledger.stated_within(Basis::Tallied, &measures, within).unwrap(), naive);
            }
            let mut sides = BTreeMap::<_, BTreeSet<_>>::new();
            for Stated { series, span, source, measure, .. } in all {
                sides.entry((series, span, source)).or_default().insert(measure);
            }
            for asked in [&measures[..1], &measures[1..], &measures[..]] {
                let mut naive = BTreeMap::new();
                for ((series, span, _), stated) in &sides {
                    if asked.iter().all(|measure| stated.contains(measure)) {
                        let first = naive.entry(series.clone()).or_insert(span.first());
                        *first = span.first().min(*first);
                    }
                }
                let since = ledger.stated_since(Basis::Tallied, asked).unwrap();
                let since: BTreeMap<_, _> = since.into_iter().map(|(of, span)| (of, span.first())).collect();
                prop_assert_eq!(since, naive);
            }
        }
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
