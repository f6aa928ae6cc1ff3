//! How statements changed: every value that came to hold after another one, or stopped to hold.
//!
//! It is noted when it happens, in the transaction that changes it: which document is the newest one depends on the
//! order in which they came, and is not to be found out afterwards.

use std::collections::{BTreeMap, btree_map::Entry};

use jono_domain::{Basis, Decimal, DocumentId, Measure, Period, Series, SourceName, UnixSeconds};
use rusqlite::{Connection, Row};

use crate::{
    counters::Seq,
    error::LedgerError,
    ledger::Ledger,
    stated::{self, IS_KEY, Key},
    stored,
};

/// A change of a value that had been stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When the commit was made that changed it.
    pub at: UnixSeconds,
    /// Whether a tally or a published figure.
    pub basis: Basis,
    /// Of whom.
    pub series: Series,
    /// What it is a value of.
    pub measure: Measure,
    /// Over which days.
    pub span: Period,
    /// What held before; `None` if it had been withdrawn.
    pub before: Option<Decimal>,
    /// What has held since; `None` if it was withdrawn and no other document states a value.
    pub after: Option<Decimal>,
    /// The source of the document that changed it.
    pub source: SourceName,
    /// The name of that document.
    pub document: String,
}

/// Which revisions to tell: those that meet everything that is asked. The default asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevisionFilter {
    /// Of this measure.
    pub measure: Option<Measure>,
    /// Of a span that shares a day with this period.
    pub within: Option<Period>,
    /// Made at this time or later.
    pub since: Option<UnixSeconds>,
}

impl Ledger {
    /// Every change of a value that had been stated, ordered by time, series, measure, span and basis. To state a
    /// value for the first time is no revision, nor to state the same value again.
    pub fn revisions(&self, filter: &RevisionFilter) -> Result<Vec<Revision>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT at, basis, channel, unit, service, measure, span, old, new, source, name FROM revision \
             JOIN series ON series.id = revision.series JOIN document ON document.id = revision.document \
             JOIN commit_log USING (seq) \
             WHERE (?1 IS NULL OR measure = ?1) AND (?2 IS NULL OR last_day >= ?2) \
             AND (?3 IS NULL OR first_day <= ?3) AND (?4 IS NULL OR at >= ?4) ORDER BY revision.id",
        )?;
        let RevisionFilter { measure, within, since } = filter;
        let asked = (
            measure.as_ref().map(Measure::name),
            within.map(|period| period.first().to_string()),
            within.map(|period| period.last().to_string()),
            since.map(UnixSeconds::get),
        );
        let mut all = select.query_map(asked, revision)?.collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(all)
    }
}

fn order(revision: &Revision) -> impl Ord {
    let Revision { at, series, measure, span, basis, .. } = revision;
    (*at, series, measure, *span, *basis)
}

fn revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        at: stored::time(row, 0)?,
        basis: stored::basis(row, 1)?,
        series: stored::series(row, 2)?,
        measure: stored::word(row, 5)?,
        span: stored::word(row, 6)?,
        before: stored::maybe(row, 7)?,
        after: stored::maybe(row, 8)?,
        source: stored::word(row, 9)?,
        document: row.get(10)?,
    })
}

/// What held before a transaction, of everything that it states anew or withdraws.
#[derive(Debug, Default)]
pub(crate) struct Held(BTreeMap<Key, Option<Decimal>>);

impl Held {
    /// Looks up what holds, before it is changed for the first time.
    pub(crate) fn note(&mut self, db: &Connection, key: &Key) -> rusqlite::Result<()> {
        if let Entry::Vacant(new) = self.0.entry(key.clone()) {
            let value = stated::holding(db, new.key())?;
            new.insert(value);
        }
        Ok(())
    }

    /// Writes down what holds no more, as a change that a document made in a commit.
    pub(crate) fn write_revisions(self, db: &Connection, id: DocumentId, seq: Seq) -> rusqlite::Result<()> {
        let mut insert = db.prepare_cached(
            "INSERT INTO revision (basis, measure, first_day, series, span, last_day, seq, document, old, new) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for (key, before) in self.0 {
            let after = stated::holding(db, &key)?;
            if before != after && (before.is_some() || is_revised(db, &key)?) {
                let (basis, measure, first, series, span) = key.params();
                let last = key.span.last().to_string();
                let values = (before.map(|value| value.to_string()), after.map(|value| value.to_string()));
                insert
                    .execute((basis, measure, first, series, span, last, seq.0, id.0, values.0, values.1))?;
            }
        }
        Ok(())
    }
}

/// Whether another value ever held. Where none holds now, this tells whether one ever did.
fn is_revised(db: &Connection, key: &Key) -> rusqlite::Result<bool> {
    db.prepare_cached(&format!("SELECT 1 FROM revision WHERE {IS_KEY}"))?.exists(key.params())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        Extent, Observed, Target,
        fixture::{Home, at, batch, document, series, source, stating},
    };

    /// What a statement is about, in the order of revisions.
    type About = (Series, Measure, Period, Basis);

    /// What a batch or a document states.
    type Content = BTreeMap<About, &'static str>;

    /// What happens to documents; a place is taken modulo the number of those that are current.
    #[derive(Debug, Clone)]
    enum Step {
        New(Vec<Content>),
        Grow(usize, Content),
        Replace(usize, Vec<Content>),
    }

    fn content() -> impl Strategy<Value = Content> {
        let about = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        let statement = (about, 0..3_usize).prop_map(|((unit, measure, span, basis), value)| {
            let unit = series(if unit { "espoo" } else { "oulu" });
            let measure = if measure { "contacts" } else { "arrivals" }.parse().unwrap();
            let span = if span { "2020-W24" } else { "2020-06" }.parse().unwrap();
            let (basis, values) = if basis {
                (Basis::Tallied, ["1", "2", "3"])
            } else {
                (Basis::Published, ["1", "1.0", "2.5"])
            };
            ((unit, measure, span, basis), values[value])
        });
        prop::collection::vec(statement, 0..6).prop_map(|statements| statements.into_iter().collect())
    }

    fn step() -> impl Strategy<Value = Step> {
        let contents = || prop::collection::vec(content(), 1..3);
        prop_oneof![
            contents().prop_map(Step::New),
            (any::<usize>(), content()).prop_map(|(place, content)| Step::Grow(place, content)),
            (any::<usize>(), contents()).prop_map(|(place, contents)| Step::Replace(place, contents)),
        ]
    }

    /// The naive reader: all current documents in the order in which they came, and every change that it saw.
    #[derive(Default)]
    struct Oracle {
        documents: Vec<(DocumentId, u64, Content)>,
        ever: BTreeSet<About>,
        revisions: Vec<Revision>,
    }

    impl Oracle {
        fn holds(&self) -> Content {
            self.documents.iter().flat_map(|(_, _, content)| content.clone()).collect()
        }

        fn change(&mut self, time: i64, change: impl FnOnce(&mut Vec<(DocumentId, u64, Content)>)) {
            let before = self.holds();
            change(&mut self.documents);
            let after = self.holds();
            for about in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                let value = |of: &Content| of.get(about).map(|value| value.parse::<Decimal>().unwrap());
                let (before, after) = (value(&before), value(&after));
                if before != after && self.ever.contains(about) {
                    let (series, measure, span, basis) = about.clone();
                    let (source, document) = (source(), "table".to_owned());
                    let at = at(time);
                    self.revisions.push(Revision {
                        at,
                        basis,
                        series,
                        measure,
                        span,
                        before,
                        after,
                        source,
                        document,
                    });
                }
            }
            self.ever.extend(after.into_keys());
        }
    }

    fn written(bytes: u64, content: &Content) -> jono_domain::Batch {
        let statements = content.iter().map(|((series, measure, span, basis), value)| {
            format!("{basis} {} {measure:?} {span} {value}", series.unit)
        });
        stating(batch(bytes, &[]), &statements.collect::<Vec<_>>())
    }

    /// Commits the contents, one a batch and second, from a time on.
    fn commit(ledger: &mut Ledger, target: Target, time: i64, from: u64, contents: &[Content]) -> DocumentId {
        let mut writer = ledger.write(target, None, at(time)).unwrap();
        for (bytes, content) in (from + 1..).zip(contents) {
            writer.commit(&written(bytes, content), Observed::default()).unwrap();
        }
        writer.finish().unwrap().id.unwrap()
    }

    fn take(ledger: &mut Ledger, oracle: &mut Oracle, time: i64, step: Step) {
        let current = oracle.documents.len();
        match step {
            Step::New(contents) => {
                let latest = ledger.documents().unwrap().last().map(|counted| counted.document.id);
                let target = Target::New { document: document("table"), latest };
                let id = commit(ledger, target, time, 0, &contents);
                oracle.documents.push((id, contents.len() as u64, Content::new()));
                for content in contents {
                    oracle.change(time, |documents| documents.last_mut().unwrap().2.extend(content));
                }
            }
            Step::Grow(place, content) if current > 0 => {
                let (id, bytes, _) = oracle.documents[place % current];
                let target = Target::Grow { id, from: bytes };
                commit(ledger, target, time, bytes, std::slice::from_ref(&content));
                oracle.documents[place % current].1 += 1;
                oracle.change(time, |documents| documents[place % current].2.extend(content));
            }
            Step::Replace(place, contents) if current > 0 => {
                let (old, from, _) = oracle.documents[place % current];
                let target = Target::Replace { old, from, document: document("table") };
                let id = commit(ledger, target, time, 0, &contents);
                oracle.change(time, |documents| {
                    documents.remove(place % current);
                    let bytes = contents.len() as u64;
                    documents.push((id, bytes, contents.into_iter().flatten().collect()));
                });
            }
            Step::Grow(..) | Step::Replace(..) => {}
        }
    }

    fn held(ledger: &Ledger) -> BTreeMap<About, (String, bool)> {
        let measures: Vec<_> =
            ledger.stated_measures().unwrap().into_iter().map(|(_, measure)| measure).collect();
        let stated = [Basis::Tallied, Basis::Published].into_iter().flat_map(|basis| {
            let stated = ledger.stated(basis, &measures, "2020".parse().unwrap()).unwrap();
            stated.into_iter().map(move |stated| {
                let about = (stated.series, stated.measure, stated.span, basis);
                (about, (stated.value.to_string(), stated.revised))
            })
        });
        stated.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn the_newest_document_holds_and_every_change_is_told(steps in prop::collection::vec(step(), 1..9)) {
            let home = Home::new();
            let mut ledger = home.ledger();
            let mut oracle = Oracle::default();
            for (step, time) in steps.into_iter().zip(1_600_000_000..) {
                take(&mut ledger, &mut oracle, time, step);
                oracle.revisions.sort_by(|a, b| order(a).cmp(&order(b)));
                prop_assert_eq!(&ledger.revisions(&RevisionFilter::default()).unwrap(), &oracle.revisions);
                let revised: BTreeSet<_> = oracle
                    .revisions
                    .iter()
                    .map(|of| (of.series.clone(), of.measure.clone(), of.span, of.basis))
                    .collect();
                let expected = oracle.holds().into_iter().map(|(about, value)| {
                    let revised = revised.contains(&about);
                    (about, (value.to_owned(), revised))
                });
                prop_assert_eq!(held(&ledger), expected.collect::<BTreeMap<_, _>>());
                prop_assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn revisions_are_asked_for_by_measure_period_and_time() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let mut oracle = Oracle::default();
        let content = |value: &'static str| {
            let about = |measure: &str, span: &str| {
                (series("espoo"), measure.parse().unwrap(), span.parse().unwrap(), Basis::Tallied)
            };
            let abouts = [about("contacts", "2020-W24"), about("arrivals", "2020-W25")];
            vec![abouts.into_iter().map(|about| (about, value)).collect()]
        };
        take(&mut ledger, &mut oracle, 10, Step::New(content("1")));
        take(&mut ledger, &mut oracle, 20, Step::Replace(0, content("2")));
        take(&mut ledger, &mut oracle, 30, Step::Replace(0, vec![Content::new()]));
        let told = |filter: RevisionFilter| {
            let told = ledger.revisions(&filter).unwrap().into_iter().map(|revision| {
                let Revision { at, measure, span, before, after, .. } = revision;
                format!("{} {measure:?} {span} {before:?} {after:?}", at.get())
            });
            told.collect::<Vec<_>>().join("\n")
        };
        let all = RevisionFilter::default();
        insta::assert_snapshot!(told(all.clone()), @"
        20 arrivals 2020-W25 Some(1) Some(2)
        20 contacts 2020-W24 Some(1) Some(2)
        30 arrivals 2020-W25 Some(2) None
        30 contacts 2020-W24 Some(2) None
        ");
        insta::assert_snapshot!(told(RevisionFilter { measure: "contacts".parse().ok(), ..all.clone() }), @"
        20 contacts 2020-W24 Some(1) Some(2)
        30 contacts 2020-W24 Some(2) None
        ");
        insta::assert_snapshot!(told(RevisionFilter { within: "2020-06-15".parse().ok(), ..all.clone() }), @"
        20 arrivals 2020-W25 Some(1) Some(2)
        30 arrivals 2020-W25 Some(2) None
        ");
        insta::assert_snapshot!(told(RevisionFilter { since: Some(at(21)), ..all }), @"
        30 arrivals 2020-W25 Some(2) None
        30 contacts 2020-W24 Some(2) None
        ");
    }

    #[test]
    fn a_replacement_that_is_not_finished_revises_nothing() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let statement =
            |value| [stating(batch(1, &[]), &[format!("tallied espoo contacts 2020-W24 {value}")])];
        let old = ledger.add("table", &statement(1));
        let before = ledger.dumped(Extent::All);
        let target = Target::Replace { old, from: 1, document: document("table") };
        let mut writer = ledger.write(target, None, at(10)).unwrap();
        writer.commit(&statement(2)[0], Observed::default()).unwrap();
        drop(writer);
        assert_eq!(ledger.dumped(Extent::All), before);
    }
}
