//! What is true of the demo's documents, whatever chance does.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use flate2::read::GzDecoder;

use super::{DOCUMENTS, Seed};

fn bytes(name: &str, seed: u64) -> Vec<u8> {
    let document = DOCUMENTS.iter().find(|(of, _)| *of == name);
    document.expect("there is such a document").1(Seed(seed)).unwrap()
}

/// The rows of a table without its header, each split at its delimiter.
fn rows(name: &str, seed: u64) -> Vec<Vec<String>> {
    let bytes = bytes(name, seed);
    let mut text = String::new();
    if bytes.starts_with(b"\x1f\x8b") {
        GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    text.lines().skip(1).map(|line| line.split([',', ';']).map(str::to_owned).collect()).collect()
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_one_others() {
    for (name, _) in DOCUMENTS {
        assert_eq!(bytes(name, 7), bytes(name, 7), "{name}");
        let is_drawn = !["openings.xlsx", "events.jsonl", "printed.csv"].contains(name);
        assert_eq!(bytes(name, 7) != bytes(name, 8), is_drawn, "{name}");
    }
}

#[test]
fn visits_add_up_to_what_was_named() {
    let mut weeks = BTreeMap::<_, u32>::new();
    for row in rows("visits.csv", 7) {
        *weeks.entry(row[0].clone()).or_default() += row[2].parse::<u32>().unwrap();
    }
    let mean = |of: &[&str]| of.iter().map(|week| weeks[*week]).sum::<u32>() / of.len() as u32;
    assert_eq!(mean(&["2020-W06", "2020-W07", "2020-W08", "2020-W09"]), 35_000);
    assert_eq!(mean(&["2020-W14", "2020-W15", "2020-W16", "2020-W17", "2020-W18"]), 7_400);
    assert_eq!((weeks["2020-W23"], weeks["2020-W24"], weeks.len()), (10_700, 12_500, 42));
}

#[test]
fn nobody_is_counted_by_tickets_and_by_the_week() {
    let units =
        |name, column: usize| rows(name, 7).into_iter().map(|mut row| row.swap_remove(column)).collect();
    let (told, ticketed): (BTreeSet<String>, BTreeSet<String>) =
        (units("visits.csv", 1), units("tickets.csv.gz", 3));
    assert_eq!((told.len(), ticketed.len()), (18, 3));
    assert!(told.is_disjoint(&ticketed));
}

#[test]
fn closed_service_points_have_no_visits() {
    let week = |name: &str| rows("visits.csv", 7).iter().filter(|row| row[0] == name).count();
    assert_eq!(["2020-W06", "2020-W12", "2020-W13", "2020-W23", "2020-W25"].map(week), [18, 18, 6, 16, 18]);
}

#[test]
fn some_wait_at_the_end() {
    let tickets = rows("tickets.csv.gz", 60);
    let is_waiting = |row: &&Vec<String>| row[1].is_empty() && row[2].is_empty();
    let waiting: Vec<_> = tickets.iter().filter(is_waiting).collect();
    assert!(!waiting.is_empty() && waiting.iter().all(|row| row[0].starts_with("2020-06-18")), "{waiting:?}");
    assert!(tickets.iter().any(|row| row[1].is_empty() && !row[2].is_empty()), "nobody gave up");
    let callbacks = rows("callbacks.csv", 60);
    let is_pending = |row: &&Vec<String>| !row[2].is_empty() && row[4].is_empty();
    let pending: Vec<_> = callbacks.iter().filter(is_pending).collect();
    assert!(!pending.is_empty() && pending.iter().all(|row| row[1].starts_with("2020-06-18")), "{pending:?}");
}

#[test]
fn as_many_answers_as_were_named() {
    let mut answers = BTreeMap::<_, Vec<u32>>::new();
    for row in rows("survey-2020.csv.gz", 7) {
        answers.entry(row[1].clone()).or_default().push(row[3].parse().unwrap());
    }
    let counts: Vec<_> = answers.iter().map(|(channel, scores)| (channel.as_str(), scores.len())).collect();
    assert_eq!(counts, [("phone", 2085), ("phone_appointment", 501), ("service_point", 785)]);
    for (channel, scores) in answers {
        let mean = f64::from(scores.iter().sum::<u32>()) / scores.len() as f64;
        assert!((8.0..9.0).contains(&mean) && scores.iter().all(|score| *score <= 10), "{channel}: {mean}");
    }
}

#[test]
fn a_visit_was_not_to_be_had_on_some_days() {
    let none: Vec<_> = rows("appointments.csv", 7).into_iter().filter(|row| row[3].is_empty()).collect();
    assert_eq!(none.len(), 6);
    assert!(none.iter().all(|row| row[1] == "visit_appointment" && row[2] == "north"));
}
