//! Towns by chance.

use std::fmt::Write as _;

use jiff::{ToSpan as _, civil::date};
use jono_domain::{Reading, Value};
use proptest::prelude::*;

use super::{
    attack::{Attack, learned},
    revisions::{learned_of_both, published},
    town::Town,
};
use crate::{disclosure::withheld, figure::FigureId};

/// Mostly few.
fn count() -> impl Strategy<Value = u32> {
    prop_oneof![2 => Just(0), 4 => 1..=4_u32, 3 => 5..=12_u32, 2 => 20..=400_u32]
}

/// Visits of one week: a tree, and who came to each unit of it.
fn visits() -> impl Strategy<Value = Town> {
    let unit = (0..6_usize, 0..4_usize, count());
    (proptest::collection::vec(unit, 1..9), any::<bool>()).prop_map(|(units, has_composite)| {
        let mut paths = vec!["kela".to_owned()];
        let mut town = Town::default();
        for (number, (above, own, came)) in units.into_iter().enumerate() {
            let mut path = paths[above % paths.len()].clone();
            // Some come to a unit that has others beneath it.
            if own > 0 || number == 0 {
                write!(path, " > u{number}").unwrap();
                paths.push(path.clone());
            }
            town.visits(&format!("{path}: {came}"), super::town::DAY);
        }
        let beneath: Vec<_> =
            town.units.iter().filter(|(_, above)| above.as_deref() == Some("kela")).collect();
        let members: Vec<_> = beneath.iter().take(2).map(|(id, _)| id.clone()).collect();
        if has_composite && !members.is_empty() {
            town.composites.push(("both".to_owned(), members));
        }
        town
    })
}

/// Calls of one week by service.
fn calls() -> impl Strategy<Value = Town> {
    let rare = || prop_oneof![5 => Just(0), 1 => 1..=6_u32];
    let service = (count(), count(), rare(), count(), rare());
    proptest::collection::vec(service, 1..6).prop_map(|services| {
        let mut town = Town::default();
        for (number, (met, late, unwaited, unanswered, short)) in services.into_iter().enumerate() {
            town.calls(&format!("s{number}"), super::town::DAY, [met, late, unwaited, unanswered, short]);
        }
        town
    })
}

/// Weeks of visits at four units.
fn weeks() -> impl Strategy<Value = Town> {
    proptest::collection::vec(proptest::array::uniform4(count()), 6).prop_map(|weeks| {
        let mut town = Town::default();
        for (week, came) in weeks.into_iter().enumerate() {
            let day = date(2020, 5, 27) + (7 * i64::try_from(week).unwrap()).days();
            for (path, came) in ["kela > s > a", "kela > s > b", "kela > n", "kela > w"].iter().zip(came) {
                town.visits(&format!("{path}: {came}"), day);
            }
        }
        town
    })
}

/// Visits of one week, and the same after one or two counts were corrected.
fn corrected() -> impl Strategy<Value = (Town, Town)> {
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), count()), 1..3);
    (visits(), changes).prop_map(|(town, changes)| {
        let mut now = town.clone();
        for (which, came) in changes {
            let place = which.index(now.came.len());
            now.came[place].customers.met = came;
        }
        (town, now)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_visits_nothing_can_be_learned(town in visits()) {
        prop_assert_eq!(learned(&[town.facts("2020-W24")]), Vec::<String>::new());
    }

    #[test]
    fn of_calls_nothing_can_be_learned(town in calls()) {
        prop_assert_eq!(learned(&[town.facts("2020-W24")]), Vec::<String>::new());
    }

    #[test]
    fn of_two_revisions_nothing_can_be_learned((before, now) in corrected()) {
        let learned = learned_of_both(&before.facts("2020-W24"), &now.facts("2020-W24"));
        prop_assert_eq!(learned.unwrap_or_default(), Vec::<String>::new());
    }

    #[test]
    fn what_was_published_gives_nothing_away(
        town in visits(),
        which in proptest::collection::vec(any::<(prop::sample::Index, bool)>(), 1..3),
    ) {
        let mut facts = town.facts("2020-W24");
        let is_of_week = |reading: &&Reading| {
            reading.measure.name() == "contacts" && reading.period == facts.period && reading.value.is_some()
        };
        let of_week: Vec<_> = facts.readings.iter().filter(is_of_week).cloned().collect();
        let mut known = vec![];
        for (place, is_of_service) in which {
            let reading = place.get(&of_week);
            let Some(value @ Value::Count(count)) = reading.value else { continue };
            known.push((FigureId::of(reading), value));
            let told = published(reading.clone(), i64::try_from(count).unwrap());
            // Of a service of which nothing else is known, it is what is known of all.
            let service = is_of_service.then(|| "benefits".parse().unwrap());
            facts.readings.push(Reading { service, ..told });
        }
        let withheld = withheld(&facts);
        prop_assume!(withheld.exposed.is_empty());
        prop_assert_eq!(Attack::new(&[(&facts, withheld)], &known).learned(), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_all_bulletins_together_nothing_can_be_learned(town in weeks()) {
        let periods = ["2020-W23", "2020-W24", "2020-W25", "2020-W26", "2020-W27", "2020-06"];
        let bulletins: Vec<_> = periods.iter().map(|period| town.facts(period)).collect();
        prop_assert_eq!(learned(&bulletins), Vec::<String>::new());
    }
}
