//! What a later revision and an earlier one tell together, and what was published.

use jiff::civil::date;
use jono_domain::{Basis, Names, Reading, Value, figure::Decimal};

use super::{attack::Attack, town::Town};
use crate::{
    disclosure::{Withheld, withheld},
    facts::{Earlier, Edition, Facts, Revision},
    figure::FigureId,
};

/// What a bulletin tells.
fn told(facts: &Facts, withheld: &Withheld) -> Vec<(FigureId, Option<Value>)> {
    let figures = facts.readings.iter().map(|reading| withheld.figure(reading.clone()));
    figures.map(|figure| (figure.id, figure.reading.value)).collect()
}

/// The facts as a second revision after others.
fn after(facts: Facts, before: &Facts) -> Facts {
    let withheld = withheld(before);
    let earlier = Earlier {
        number: 1,
        compiled: date(2020, 6, 15).at(8, 0, 0, 0),
        told: told(before, &withheld).into_iter().collect(),
        withheld: withheld.figures.into_iter().collect(),
        open: [].into(),
    };
    let revision = Revision {
        number: 2,
        embargo: None,
        accepted: vec![],
        note: Names::default(),
        earlier: vec![earlier],
    };
    Facts { edition: Edition::Final(revision), ..facts }
}

/// What can be learned from two revisions together, of the units' counts then and now; `None` if it is known to the bulletin that
/// something can be.
pub(super) fn learned_of_both(before: &Facts, now: &Facts) -> Option<Vec<String>> {
    let now = after(now.clone(), before);
    let (then_withheld, now_withheld) = (withheld(before), withheld(&now));
    let known = |facts: &Facts, withheld: &Withheld| {
        let told = told(facts, withheld).into_iter();
        told.filter_map(|(id, value)| Some((id, value?))).collect::<Vec<_>>()
    };
    // What the other revision tells is known, where it is the same.
    let then_known = known(before, &then_withheld);
    let now_known = known(&now, &now_withheld);
    if !now_withheld.exposed.is_empty() {
        return None;
    }
    let mut learned = Attack::new(&[(&now, now_withheld)], &then_known).learned();
    // What is withheld now for the earlier one's sake alone may be what anybody can reckon by now.
    let is_of_then = |learned: &String| {
        learned
            .strip_suffix(" is withheld and exact")
            .is_some_and(|id| then_withheld.figures.iter().any(|one| one.as_str() == id))
    };
    learned.retain(|learned| !is_of_then(learned));
    learned.extend(Attack::new(&[(before, then_withheld)], &now_known).learned());
    Some(learned)
}

/// What the second of two revisions withholds; that nothing can be learned from both is seen to first.
fn check(before: &[&str], now: &[&str]) -> String {
    let before = Town::of_visits(before).facts("2020-W24");
    let now = Town::of_visits(now).facts("2020-W24");
    assert_eq!(learned_of_both(&before, &now), Some(vec![]));
    let withheld = withheld(&after(now, &before));
    units(&withheld.figures.into_iter().collect::<Vec<_>>())
}

fn units(figures: &[FigureId]) -> String {
    let of_week = figures.iter().filter(|id| id.as_str().contains(".contacts.2020-W24"));
    of_week.map(|id| id.as_str().split('.').nth(1).unwrap()).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_was_withheld_stays_withheld() {
    let before = ["kela > a: 2", "kela > b: 50", "kela > c: 60"];
    insta::assert_snapshot!(check(&before, &["kela > a: 2", "kela > b: 50", "kela > c: 20"]), @"a, b");
    insta::assert_snapshot!(check(&before, &["kela > a: 7", "kela > b: 50", "kela > c: 60"]), @"a, b");
    insta::assert_snapshot!(check(&before, &["kela > a: 0", "kela > b: 50", "kela > c: 60"]), @"a, b");
}

#[test]
fn what_was_told_hides_nothing() {
    let before = ["kela > a: 6", "kela > b: 50", "kela > c: 60"];
    insta::assert_snapshot!(check(&before, &["kela > a: 2", "kela > b: 50", "kela > c: 61"]), @"a, c");
    insta::assert_snapshot!(check(&before, &["kela > a: 2", "kela > b: 50", "kela > c: 60"]), @"a, kela");
    insta::assert_snapshot!(check(&before, &["kela > a: 2", "kela > b: 54", "kela > c: 60"]), @"a, b");
}

/// A reading as somebody published it, with that value.
pub(super) fn published(reading: Reading, value: i64) -> Reading {
    let value = Some(Value::Published { value: Decimal::from(value), of: None });
    Reading { value, basis: Basis::Published, ..reading }
}

#[test]
fn what_was_published_hides_nothing() {
    let facts = |values: &[(&str, i64)]| {
        let mut facts = Town::of_visits(&["kela > a: 2", "kela > b: 50", "kela > c: 60"]).facts("2020-W24");
        for (unit, value) in values {
            let is_it = |reading: &&Reading| {
                FigureId::of(reading).as_str()
                    == format!("service_point.{unit}.all.contacts.2020-W24.counted")
            };
            let reading = facts.readings.iter().find(is_it).unwrap().clone();
            facts.readings.push(published(reading, *value));
        }
        facts
    };
    let check = |published: &[(&str, i64)]| {
        let withheld = withheld(&facts(published));
        format!(
            "{}; exposed: {}",
            units(&withheld.figures.into_iter().collect::<Vec<_>>()),
            units(&withheld.exposed)
        )
    };
    insta::assert_snapshot!(check(&[]), @"a, b; exposed: ");
    insta::assert_snapshot!(check(&[("b", 50)]), @"a, c; exposed: ");
    insta::assert_snapshot!(check(&[("b", 51)]), @"a, b; exposed: ");
    insta::assert_snapshot!(check(&[("b", 50), ("c", 60)]), @"a, kela; exposed: ");
    insta::assert_snapshot!(check(&[("b", 50), ("c", 60), ("kela", 112)]), @"a; exposed: a");
    insta::assert_snapshot!(check(&[("a", 2)]), @"a; exposed: a");
}

/// Calls that tell much of few: nothing that was withheld is found to be exposed when nothing changed, or one call did.
#[test]
fn a_revision_of_calls() {
    for changed in [45, 46] {
        let facts = |met| {
            let mut town = Town::default();
            let services =
                [[met, 0, 0, 4, 0], [20, 2, 0, 0, 0], [0, 1, 0, 2, 0], [33, 2, 0, 5, 2], [400, 60, 0, 80, 0]];
            for (came, service) in services.into_iter().zip(["a", "b", "c", "d", "e"]) {
                town.calls(service, super::town::DAY, came);
            }
            town.facts("2020-W24")
        };
        let before = facts(45);
        let now = after(facts(changed), &before);
        let then = withheld(&before);
        let now_withheld = withheld(&now);
        assert_eq!(now_withheld.exposed, []);
        assert!(now_withheld.figures.is_superset(&then.figures));
        let known = told(&before, &then).into_iter().filter_map(|(id, value)| Some((id, value?)));
        let known: Vec<_> = known.collect();
        assert_eq!(Attack::new(&[(&now, now_withheld)], &known).learned(), Vec::<String>::new());
    }
}
