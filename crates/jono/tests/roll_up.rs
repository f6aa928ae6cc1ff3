//! Over any tree of units, every roll-up counts everything beneath it once.

mod place;

use std::collections::BTreeSet;

use self::place::Place;
use proptest::prelude::*;

/// A unit: what it is part of, if anything, and how many visits it had itself.
type Unit = (Option<usize>, u64);

/// Units, each part of one before it or of none, and a composite of some of them.
fn tree() -> impl Strategy<Value = (Vec<Unit>, BTreeSet<usize>)> {
    let unit = (prop::option::of(any::<prop::sample::Index>()), 0..4_u64);
    let units = prop::collection::vec(unit, 2..9).prop_map(|units| {
        let parent = |at, parent: Option<prop::sample::Index>| match at {
            0 => None,
            at => parent.map(|parent| parent.index(at)),
        };
        units.into_iter().enumerate().map(|(at, (of, visits))| (parent(at, of), visits)).collect::<Vec<_>>()
    });
    units.prop_flat_map(|units| {
        let members = prop::collection::btree_set(0..units.len(), 1..=units.len());
        (Just(units), members)
    })
}

fn is_beneath(units: &[Unit], mut unit: usize, above: usize) -> bool {
    loop {
        match units[unit].0 {
            _ if unit == above => return true,
            Some(parent) => unit = parent,
            None => return false,
        }
    }
}

fn config(units: &[Unit], members: &BTreeSet<usize>) -> String {
    let unit = |(at, (parent, _)): (usize, &Unit)| {
        let parent = parent.map_or_else(String::new, |parent| format!("parent = \"u{parent}\""));
        format!("[[unit]]\nid = \"u{at}\"\n{parent}")
    };
    let members: Vec<_> = members.iter().map(|at| format!("\"u{at}\"")).collect();
    let parts = [
        "time_zone = \"Europe/Helsinki\"\n[[service]]\nid = \"advice\"".to_owned(),
        units.iter().enumerate().map(unit).collect::<Vec<_>>().join("\n"),
        format!("[[unit]]\nid = \"some\"\nkind = \"composite\"\nmembers = [{}]", members.join(", ")),
        "[[source]]\nname = \"visits\"\nformat = \"tickets\"\n[source.columns]\ntaken = \"taken\"\n\
         closed = \"taken\"\nunit = \"unit\"\nservice = { value = \"advice\" }\n"
            .to_owned(),
    ];
    parts.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_counted_once((units, members) in tree()) {
        let place = Place::new(&config(&units, &members));
        let visits = units.iter().enumerate().flat_map(|(at, &(_, visits))| (0..visits).map(move |_| at));
        let rows: Vec<_> = visits.chain([0]).map(|at| format!("1591599600,u{at}\n")).collect();
        place.write("visits.csv", format!("taken,unit\n{}", rows.concat()));
        place.run("ingest visits.csv");
        let own = |at: usize| units[at].1 + u64::from(at == 0);
        let told = |unit: &str| {
            let question = format!("readings --measure contacts --period 2020-06-08 --unit {unit} --format json");
            let rows: serde_json::Value = serde_json::from_str(&place.run(&question)).expect("JSON");
            let rows = rows.as_array().expect("rows").clone();
            rows.iter().filter_map(|row| row["value"].as_u64()).sum::<u64>()
        };
        for above in 0..units.len() {
            let beneath = (0..units.len()).filter(|&unit| is_beneath(&units, unit, above));
            prop_assert_eq!(told(&format!("u{above}")), beneath.map(own).sum::<u64>());
        }
        // However its members overlap.
        let any = |unit: usize| members.iter().any(|&member| is_beneath(&units, unit, member));
        let some = (0..units.len()).filter(|&unit| any(unit)).map(own).sum::<u64>();
        prop_assert_eq!(told("some"), some);
        prop_assert_eq!(told("all"), (0..units.len()).map(own).sum::<u64>());
    }
}
