//! Cases in which a careless rule tells of single persons.

use jiff::{ToSpan as _, civil::date};

use super::{
    attack::learned,
    town::{DAY, Town},
};
use crate::disclosure::withheld;

/// The figures of week 24 that are withheld, in short; that nothing can be learned is seen to first.
fn check(town: &Town) -> String {
    let facts = town.facts("2020-W24");
    assert_eq!(learned(std::slice::from_ref(&facts)), Vec::<String>::new(), "{:#?}", withheld(&facts));
    let withheld = withheld(&facts);
    assert_eq!(withheld.exposed, []);
    let of_week = |id: &&crate::FigureId| id.as_str().contains("2020-W24");
    let short = |id: &crate::FigureId| {
        let parts: Vec<_> = id.as_str().split('.').collect();
        format!(
            "{}{} {}",
            parts[1],
            if parts[2] == "all" { String::new() } else { format!("/{}", parts[2]) },
            parts[3]
        )
    };
    let nothing = withheld.figures.iter().filter(of_week).map(short);
    let without = withheld.without_count.iter().filter(of_week).map(|id| format!("{} alone", short(id)));
    nothing.chain(without).collect::<Vec<_>>().join(", ")
}

fn visits(lines: &[&str]) -> String {
    check(&Town::of_visits(lines)).replace(" contacts", "")
}

/// Calls of week 24 by service: met, late, unwaited, unanswered, short.
fn calls(services: &[[u32; 5]]) -> String {
    let mut town = Town::default();
    services.iter().zip(["a", "b", "c", "d"]).for_each(|(came, service)| town.calls(service, DAY, *came));
    check(&town)
}

#[test]
fn visits_of_units() {
    insta::assert_snapshot!(visits(&["kela > a: 100", "kela > b: 50", "kela > c: 0"]), @"");
    insta::assert_snapshot!(visits(&["kela > a: 100", "kela > b: 50", "kela > c: 3"]), @"b, c");
    insta::assert_snapshot!(visits(&["kela > a: 3"]), @"a, kela, kela_per_workday");
    insta::assert_snapshot!(visits(&["kela > a: 1", "kela > b: 1"]), @"a, b, kela, kela_per_workday");
    insta::assert_snapshot!(visits(&["kela > a: 1", "kela > b: 1", "kela > c: 0"]), @"a, b, c, kela, kela_per_workday");
    insta::assert_snapshot!(visits(&["kela > a: 4", "kela > b: 4"]), @"a, b");
    insta::assert_snapshot!(visits(&["kela > a: 1", "kela > b: 1", "kela > c: 3"]), @"a, b, c");
    insta::assert_snapshot!(visits(&["kela > a: 2", "kela > b: 3", "kela > c: 90"]), @"a, b");
    insta::assert_snapshot!(visits(&["kela > a: 2", "kela > b: 5", "kela > c: 90"]), @"a, b");
    insta::assert_snapshot!(visits(&["kela > a: 2", "kela > b: 0", "kela: 90"]), @"a");
    insta::assert_snapshot!(visits(&["kela > a: 100", "kela: 3"]), @"a");
}

#[test]
fn visits_of_units_in_units() {
    insta::assert_snapshot!(visits(&["kela > s > a: 2", "kela > s > b: 70", "kela > n > c: 60"]), @"a, b");
    insta::assert_snapshot!(visits(&["kela > s > a: 2", "kela > n > b: 70", "kela > n > c: 60"]), @"a, c, n, s");
    insta::assert_snapshot!(visits(&["kela > s > a: 2", "kela > n > b: 70"]), @"a, b, n, s");
    insta::assert_snapshot!(visits(&["kela > s > a: 1", "kela > s > b: 1", "kela > n > c: 60"]), @"a, b, c, n, s");
    let mut town = Town::of_visits(&["kela > cc > s > a: 214", "kela > cc > n > b: 328", "kela > i: 1"]);
    town.composites.push(("units".to_owned(), vec!["s".to_owned(), "n".to_owned()]));
    insta::assert_snapshot!(check(&town).replace(" contacts", ""), @"a, cc, i, s, units");
}

#[test]
fn calls_of_services() {
    insta::assert_snapshot!(calls(&[[700, 3, 0, 4, 0]]), @"kela/a answer_rate, kela/a service_level, kela answer_rate, kela service_level, kela/a wait_mean alone, kela wait_mean alone, kela wait_p50 alone, kela wait_p90 alone");
    insta::assert_snapshot!(calls(&[[650, 30, 0, 27, 2]]), @"kela/a service_level, kela service_level alone");
    insta::assert_snapshot!(calls(&[[650, 30, 3, 27, 0]]), @"kela/a wait_mean alone, kela wait_mean alone, kela wait_p50 alone, kela wait_p90 alone");
    insta::assert_snapshot!(calls(&[[650, 30, 0, 27, 0], [40, 10, 0, 12, 0]]), @"");
    insta::assert_snapshot!(calls(&[[650, 30, 0, 27, 0], [40, 10, 0, 2, 0]]), @"kela/a answer_rate, kela/b answer_rate, kela/a wait_mean alone, kela/b wait_mean alone");
    insta::assert_snapshot!(calls(&[[650, 30, 0, 27, 0], [40, 10, 0, 12, 2], [0, 1, 0, 2, 0]]), @"kela/b answer_rate, kela/b service_level, kela/c answer_rate, kela/c service_level, kela/c wait_mean, kela service_level alone, kela/b wait_mean alone");
    insta::assert_snapshot!(calls(&[[22, 0, 0, 0, 0], [26, 0, 0, 1, 0], [45, 7, 0, 9, 0]]), @"kela/b answer_rate, kela/b service_level, kela/c answer_rate, kela/c service_level");
    insta::assert_snapshot!(calls(&[[1, 0, 0, 0, 0], [1, 0, 0, 0, 0]]), @"kela/a answer_rate, kela/a service_level, kela/a wait_mean, kela answer_rate, kela contacts, kela contacts_per_workday, kela service_level, kela wait_mean, kela wait_p50, kela wait_p90, kela/b answer_rate, kela/b service_level, kela/b wait_mean");
}

/// Five weeks of visits, of which one is of few at one unit.
fn months() -> Town {
    let mut town = Town::default();
    for (week, few) in [(1, 80), (8, 2), (15, 90), (22, 70), (29, 60)] {
        let day = date(2020, 6, week);
        town.visits(&format!("kela > a: {few}"), day);
        town.visits("kela > b: 50", day);
        town.visits(&format!("kela > c: {}", 40 + week), day);
    }
    town
}

#[test]
fn a_month_of_which_a_week_is_withheld() {
    let town = months();
    let facts = town.facts("2020-W27");
    let withheld = withheld(&facts);
    let months: Vec<_> = withheld.figures.iter().filter(|id| id.as_str().contains("2020-06")).collect();
    insta::assert_snapshot!(format!("{months:?}"), @r#"[FigureId("service_point.a.all.contacts_weekly_mean.2020-06.counted"), FigureId("service_point.b.all.contacts_weekly_mean.2020-06.counted")]"#);
}

#[test]
fn all_bulletins_together() {
    let town = months();
    let periods = ["2020-W23", "2020-W24", "2020-W25", "2020-W26", "2020-W27", "2020-06"];
    let bulletins: Vec<_> = periods.iter().map(|period| town.facts(period)).collect();
    assert_eq!(learned(&bulletins), Vec::<String>::new());
}

/// Nobody comes to a unit all month, and in some weeks that must not be known, because it would tell of others.
#[test]
fn a_month_of_nobody_does_not_tell_that_of_its_weeks() {
    let mut town = Town::default();
    let weeks = [[0, 0, 0, 1], [0, 3, 3, 4], [0, 158, 2, 0], [0, 4, 335, 5], [6, 2, 3, 360]];
    for (week, came) in weeks.into_iter().enumerate() {
        let day = date(2020, 6, 3) + (7 * i64::try_from(week).unwrap()).days();
        for (path, came) in ["kela > s > a", "kela > s > b", "kela > n", "kela > w"].iter().zip(came) {
            town.visits(&format!("{path}: {came}"), day);
        }
    }
    let periods = ["2020-W23", "2020-W24", "2020-W25", "2020-W26", "2020-W27", "2020-06"];
    let bulletins: Vec<_> = periods.iter().map(|period| town.facts(period)).collect();
    assert_eq!(learned(&bulletins), Vec::<String>::new());
}

#[test]
fn the_order_of_rows_is_no_matter() {
    let mut town = Town::of_visits(&["kela > a: 100", "kela > b: 50", "kela > c: 3", "kela > d: 50"]);
    town.calls("x", DAY, [22, 0, 0, 3, 0]);
    town.calls("y", DAY, [26, 0, 0, 7, 0]);
    town.calls("z", DAY, [45, 7, 0, 9, 0]);
    let facts = town.facts("2020-W24");
    let mut turned = facts.clone();
    turned.readings.reverse();
    turned.units.reverse();
    assert_eq!(withheld(&turned), withheld(&facts));
}
