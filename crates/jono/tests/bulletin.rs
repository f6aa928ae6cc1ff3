//! The bulletin of the demo's week 24 by the real binary: what it states, what stands against publishing it, and what
//! becomes of it afterwards.

mod place;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use self::place::Place;

/// The demo, with everything counted.
fn demo() -> Place {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/demo");
    let place = Place::new("");
    for file in fs::read_dir(folder).expect("the demo's folder") {
        let file = file.expect("a file of the demo");
        let name = file.file_name().into_string().expect("a name in ASCII");
        place.write(&name, fs::read(file.path()).expect("a file of the demo"));
    }
    assert!(place.run("ingest").contains("printed.csv"));
    place
}

/// When it was made is not the same twice, and lines are broken elsewhere then.
fn without_time(text: &str) -> String {
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    let today = today();
    let is_of_today = |paragraph: &str| today.iter().any(|day| paragraph.replace('\n', " ").contains(day));
    let paragraphs = text.split("\n\n");
    let paragraphs = paragraphs.map(|text| if is_of_today(text) { "(when it was made)" } else { text });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// Today's date as any language writes it, and tomorrow's, since it may be midnight somewhere.
fn today() -> Vec<String> {
    let days = jiff::Timestamp::now().in_tz("Europe/Helsinki").expect("a zone");
    let days = [days.clone(), days.tomorrow().expect("it goes on")];
    let written = days
        .iter()
        .flat_map(|day| ["%-d.%-m.%Y", "%-d %B %Y", "%Y-%m-%d"].map(|form| day.strftime(form).to_string()));
    written.collect()
}

fn text(place: &Place, language: &str) -> String {
    let text = place.run(&format!("bulletin --period 2020-W24 --language {language} --format txt"));
    without_time(&text)
}

fn json(place: &Place, arguments: &str) -> Value {
    let text = place.run(&format!("bulletin --period 2020-W24 --language en --format json {arguments}"));
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn in_three_languages() {
    let place = demo();
    for language in ["fi", "sv", "en"] {
        insta::assert_snapshot!(format!("demo_{language}"), text(&place, language));
    }
}

#[test]
fn it_says_what_was_printed() {
    let place = demo();
    let figures = json(&place, "");
    let figures = figures["figures"].as_array().unwrap();
    let find = |id: &str| {
        let figure =
            figures.iter().find(|figure| figure["id"] == id).unwrap_or_else(|| panic!("{id} is told"));
        (figure["value"].as_f64().unwrap(), figure["label"].as_str().unwrap().to_owned())
    };
    let visits = |period: &str, measure: &str| {
        find(&format!("service_point.kela.benefits.{measure}.{period}.published"))
    };
    assert_eq!(visits("2020-02", "contacts_weekly_mean"), (35_000.0, "Helmikuu".to_owned()));
    assert_eq!(visits("2020-04", "contacts_weekly_mean"), (7_400.0, "Huhtikuu".to_owned()));
    assert_eq!(visits("2020-W23", "contacts"), (10_700.0, "vko 23, toukokuu".to_owned()));
    assert_eq!(visits("2020-W24", "contacts"), (12_500.0, "vko 24, kesäkuu".to_owned()));
    let wait = |period: &str| find(&format!("phone.kela.benefits.wait_mean.{period}.published"));
    assert_eq!(wait("2020-05-11..2020-06-07"), (120.0, "2 min".to_owned()));
    assert_eq!(wait("2019-05-13..2019-06-09"), (360.0, "viime vuonna vastaavaan aikaan".to_owned()));
    let lead = find("phone_appointment.kela.benefits.appointment_lead.2020-W24.published");
    assert_eq!(lead, (172_800.0, "2 päivän päähän".to_owned()));
    // What was generated adds up to the same, beside it and never instead of it.
    let tallied = figures
        .iter()
        .find(|figure| figure["id"] == "service_point.kela.all.contacts.2020-W24.tallied")
        .expect("it is told beside");
    assert_eq!((tallied["value"].as_f64(), tallied["label"].as_str()), (Some(12_500.0), None));
}

#[test]
fn a_figure_is_the_same_as_a_reading() {
    let place = demo();
    let told = json(&place, "");
    let told: BTreeMap<_, _> = told["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| (figure["id"].as_str().unwrap().to_owned(), figure["value"].as_f64()))
        .collect();
    for (measure, channel, digits) in [
        ("wait_mean", "phone", 0),
        ("answer_rate", "phone", 3),
        ("contacts", "service_point", 0),
        ("score", "phone", 2),
    ] {
        let period = if measure == "score" { "2020-Q2" } else { "2020-W24" };
        let asked = format!(
            "readings --measure {measure} --channel {channel} --period {period} --unit kela --service all --format json"
        );
        let rows: Vec<Value> = serde_json::from_str(&place.run(&asked)).unwrap();
        let mut compared = 0;
        for row in rows.iter().filter(|row| row["value"].is_number()) {
            let basis = row["basis"].as_str().unwrap();
            let id = format!("{channel}.kela.all.{measure}.{period}.{basis}");
            let told = told[&id].unwrap_or_else(|| panic!("{id} has a value"));
            let power = 10_f64.powi(digits);
            let read = (row["value"].as_f64().unwrap() * power).round() / power;
            assert!((told - read).abs() < 1e-9, "{id}: {told} is told, {read} was read");
            compared += 1;
        }
        assert!(compared > 0, "{measure} was compared");
    }
}

#[test]
fn it_is_published_when_nothing_stands_against_it() {
    let place = demo();
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --final"), @"
    jono: the bulletin of 2020-W24 is not published:
      answers may still come to the survey round 2020-Q2 (accept it by --accept open-round)
    exit 1
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --final --accept open-round --embargo 2020-06-16T09:00"), @"2020-W24, revision 1, shown from 2020-06-16T09:00:00 on");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --final --accept open-round"), @"2020-W24: nothing differs from revision 1");
    insta::assert_snapshot!(place.run("readings --measure answer_rate --channel phone --unit kela --service all --period 2020-W24"), @"
    period    channel  unit  service  measure       value   of  state        basis
    2020-W24  phone    kela  all      answer_rate  0.9168  709  final        counted
    2020-W24  phone    kela  all      answer_rate       –       unavailable  tallied
    ");

    // A call that was forgotten.
    let mut log = fs::read(place.path("calls-2020.log")).unwrap();
    let forgotten = "1591596000|1.1|perustuki-fi|NONE|ENTERQUEUE||0401234567|1\n1591596010|1.1|perustuki-fi|Agent/1|CONNECT|10|1.2|3\n";
    log.extend(forgotten.as_bytes());
    place.write("calls-2020.log", log);
    assert!(place.run("ingest").contains("grown"));
    insta::assert_snapshot!(place.run("readings --measure answer_rate --channel phone --unit kela --service all --period 2020-W24"), @"
    period    channel  unit  service  measure       value   of  state        basis
    2020-W24  phone    kela  all      answer_rate  0.9169  710  revised      counted
    2020-W24  phone    kela  all      answer_rate       –       unavailable  tallied
    ");
    let before = text(&place, "en");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --final --accept open-round --note en=One_call_was_forgotten."), @"2020-W24, revision 2");
    assert_eq!(
        without_time(&place.run("bulletin --period 2020-W24 --language en --format txt --revision 1")),
        before
    );
    let after = text(&place, "en");
    let marks = ["Correction", "Before", "(revised)"];
    let new = after.lines().filter(|line| marks.iter().any(|mark| line.contains(mark)));
    insta::assert_snapshot!(new.collect::<Vec<_>>().join("\n"), @"
    Correction: One_call_was_forgotten.
      Before: 89.2%
      Now: 89.3% (revised)
      Before: 709
      Now: 710 (revised)
    The phone service had 710 (revised) calls in week 24. That is fewer than
      Counted, now: 710 (revised)
      Service level: 89.3% (revised)
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --language en --format txt --revision 3"), @"
    jono: the bulletin of 2020-W24 has no such revision; the newest is 2
    exit 1
    ");
}

/// What of the figures of a published bulletin is said of one.
fn said(place: &Place, period: &str, id: &str) -> (String, Option<f64>) {
    let text = place.run(&format!("bulletin --period {period} --language en --format json"));
    let told: Value = serde_json::from_str(&text).expect("it is JSON");
    let figure = told["figures"].as_array().expect("a list").iter().find(|figure| figure["id"] == id);
    let figure = figure.unwrap_or_else(|| panic!("{id} is told in {period}"));
    (figure["state"].as_str().expect("a word").to_owned(), figure["value"].as_f64())
}

#[test]
fn no_bulletin_gives_away_what_another_withheld() {
    let place = demo();
    let visits = fs::read_to_string(place.path("visits.csv")).unwrap();
    let row = visits.lines().find(|line| line.starts_with("2020-W24;rantasuo;")).unwrap().to_owned();
    let with = |count: u32| visits.replace(&row, &format!("2020-W24;rantasuo;{count}"));
    let id = |unit: &str| format!("service_point.{unit}.all.contacts.2020-W24.tallied");
    place.write("visits.csv", with(3));
    place.run("ingest --replace visits.csv --source visits");
    let published = place.run("bulletin --period 2020-W24 --final --accept open-round");
    assert!(published.contains("revision 1"), "{published}");
    let points = ["honkavaara", "lehtoniemi", "rantasuo"];
    let withheld: Vec<_> =
        points.into_iter().filter(|unit| said(&place, "2020-W24", &id(unit)).0 == "suppressed").collect();
    assert!(withheld.len() > 1 && withheld.contains(&"rantasuo"), "{withheld:?}");
    // It was a mistake, and the next bulletin tells of the same week.
    place.write("visits.csv", with(30));
    place.run("ingest --replace visits.csv --source visits");
    let published = place.run("bulletin --period 2020-W25 --final --accept open-round --accept stale-feed");
    assert!(published.contains("revision 1"), "{published}");
    for unit in withheld {
        assert_eq!(said(&place, "2020-W25", &id(unit)), ("suppressed".to_owned(), None), "{unit}");
    }
}

#[test]
fn a_week_with_empty_days_is_not_published() {
    let place = demo();
    let log = fs::read_to_string(place.path("calls-2020.log")).unwrap();
    // Monday 8 to Thursday 11 June, in Helsinki.
    let is_gone = |line: &&str| {
        let at: i64 = line.split('|').next().and_then(|at| at.parse().ok()).unwrap_or_default();
        (1_591_563_600..1_591_909_200).contains(&at)
    };
    let left: String = log.split_inclusive('\n').filter(|line| !is_gone(line)).collect();
    place.write("calls-2020.log", left);
    place.run("ingest --replace calls-2020.log --source exchange");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --final --accept open-round"), @"
    jono: the bulletin of 2020-W24 is not published:
      source exchange has not told of all working days of the period (accept it by --accept stale-feed)
    exit 1
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W01 --final"), @"
    jono: the bulletin of 2020-W01 is not published:
      source exchange has not told of all working days of the period (accept it by --accept stale-feed)
      source visits has not told of all working days of the period (accept it by --accept stale-feed)
      source tickets has not told of all working days of the period (accept it by --accept stale-feed)
    exit 1
    ");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let place = demo();
    insta::assert_snapshot!(place.run("bulletin --period 2020-Q2 --language en --format txt"), @"
    error: invalid value '2020-Q2' for '--period <PERIOD>': a bulletin is of a week, such as 2020-W24, or of a month, such as 2020-06

    For more information, try '--help'.
    exit 2
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24"), @"
    jono: standard output takes one document; name one --language and one --format, or a folder by --output
    exit 1
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W24 --embargo 2020-06-16T09:00"), @"
    error: the following required arguments were not provided:
      --final

    Usage: jono bulletin --period <PERIOD> --final --embargo <TIME>

    For more information, try '--help'.
    exit 2
    ");
    insta::assert_snapshot!(place.run("bulletin --period 2020-W26 --final"), @"
    jono: the bulletin of 2020-W26 is not published:
      answers may still come to the survey round 2020-Q2 (accept it by --accept open-round)
      source exchange has not told of all working days of the period (accept it by --accept stale-feed)
      source tickets has not told of all working days of the period (accept it by --accept stale-feed)
    exit 1
    ");
}

/// Publishes the week 24.
fn publish(place: &Place, arguments: &str) -> String {
    place.run(&format!("bulletin --period 2020-W24 --final --accept open-round {arguments}"))
}

/// Publishes the week after it, which tells of week 24 too.
fn publish_next(place: &Place, arguments: &str) -> String {
    place.run(&format!(
        "bulletin --period 2020-W25 --final --accept open-round --accept stale-feed {arguments}"
    ))
}

#[test]
fn an_embargo_can_be_moved_and_lifted() {
    let place = demo();
    insta::assert_snapshot!(publish(&place, "--embargo 2029-06-16T09:00"), @"2020-W24, revision 1, shown from 2029-06-16T09:00:00 on");
    insta::assert_snapshot!(publish(&place, "--embargo 2030-06-16T09:00"), @"2020-W24, revision 2, shown from 2030-06-16T09:00:00 on");
    insta::assert_snapshot!(publish(&place, "--embargo 2030-06-16T09:00"), @"2020-W24: nothing differs from revision 2");
    insta::assert_snapshot!(publish(&place, ""), @"2020-W24: nothing differs from revision 2");
    insta::assert_snapshot!(publish_next(&place, ""), @"
    jono: the bulletin of 2020-W25 is not published:
      that of 2020-W24 is held back until 2030-06-16T09:00:00, and this one would tell service_point.kela.all.contacts.2020-W24.counted of it before; hold it back as long by --embargo 2030-06-16T09:00:00
    exit 1
    ");
    insta::assert_snapshot!(publish_next(&place, "--embargo 2030-06-16T09:00"), @"2020-W25, revision 1, shown from 2030-06-16T09:00:00 on");
    insta::assert_snapshot!(publish(&place, "--embargo none"), @"2020-W24, revision 3");
    let told = text(&place, "en");
    assert!(!told.contains("Not to be published") && !told.contains("previous revision"), "{told}");
    insta::assert_snapshot!(publish(&place, "--embargo none"), @"2020-W24: nothing differs from revision 3");
    insta::assert_snapshot!(publish(&place, "--embargo 2020-06-16T09:00"), @"2020-W24: nothing differs from revision 3");
    insta::assert_snapshot!(publish(&place, "--embargo 2030-06-16T09:00"), @"
    jono: revision 3 of 2020-W24 is shown already, and nothing differs from it: there is nothing to hold back
    exit 1
    ");
}

/// Counts a call that was forgotten.
fn forgotten(place: &Place, number: u32) {
    let mut log = fs::read(place.path("calls-2020.log")).expect("the log of the demo");
    let at = 1_591_596_000 + number;
    log.extend(format!("{at}|{number}.1|perustuki-fi|NONE|ENTERQUEUE||0401234567|1\n").into_bytes());
    log.extend(format!("{}|{number}.1|perustuki-fi|Agent/1|CONNECT|10|1.2|3\n", at + 10).into_bytes());
    place.write("calls-2020.log", log);
    place.run("ingest");
}

/// What is said of the number of calls before anything else.
fn corrections(place: &Place) -> Vec<String> {
    let text = text(place, "en");
    let status = text.split("Service statistics now").next().expect("a beginning").to_owned();
    let told =
        status.lines().filter(|line| ["Correction", "Contacts", "  "].iter().any(|it| line.starts_with(it)));
    told.map(str::to_owned).collect()
}

#[test]
fn a_revision_is_compared_with_what_was_shown() {
    let place = demo();
    publish(&place, "");
    forgotten(&place, 1);
    insta::assert_snapshot!(publish(&place, "--embargo 2030-01-01T09:00 --note en=One_call_was_missing."), @"2020-W24, revision 2, shown from 2030-01-01T09:00:00 on; until then revision 1 is");
    insta::assert_debug_snapshot!(corrections(&place), @r#"
    [
        "Correction: One_call_was_missing.",
        "  Before: 89.2%",
        "  Now: 89.3% (revised)",
        "Contacts: Phone service, Kela, week 24 of 2020 (counted)",
        "  Before: 709",
        "  Now: 710 (revised)",
    ]
    "#);
    // Moved: what nobody has seen was corrected for the same reason.
    insta::assert_snapshot!(publish(&place, "--embargo none"), @"2020-W24, revision 3");
    insta::assert_debug_snapshot!(corrections(&place), @r#"
    [
        "Correction: One_call_was_missing.",
        "  Before: 89.2%",
        "  Now: 89.3% (revised)",
        "Contacts: Phone service, Kela, week 24 of 2020 (counted)",
        "  Before: 709",
        "  Now: 710 (revised)",
    ]
    "#);
}

#[test]
fn a_mistake_that_nobody_saw_is_told_to_nobody() {
    let place = demo();
    publish(&place, "--embargo 2030-01-01T09:00");
    forgotten(&place, 1);
    insta::assert_snapshot!(publish(&place, "--embargo none"), @"2020-W24, revision 2");
    assert_eq!(corrections(&place), Vec::<String>::new());
    assert!(!text(&place, "en").contains("(revised)"));
}

#[test]
fn what_one_bulletin_holds_back_no_other_tells() {
    let place = demo();
    publish(&place, "");
    publish_next(&place, "");
    forgotten(&place, 1);
    publish(&place, "--embargo 2030-01-01T09:00");
    forgotten(&place, 2);
    // Another number of the same figure is no better.
    insta::assert_snapshot!(publish_next(&place, ""), @"
    jono: the bulletin of 2020-W25 is not published:
      that of 2020-W24 is held back until 2030-01-01T09:00:00, and this one would tell phone.kela.all.contacts.2020-W24.counted of it before; hold it back as long by --embargo 2030-01-01T09:00:00
    exit 1
    ");
    insta::assert_snapshot!(publish_next(&place, "--embargo 2030-01-01T09:00"), @"2020-W25, revision 2, shown from 2030-01-01T09:00:00 on; until then revision 1 is");
    insta::assert_snapshot!(publish(&place, "--embargo 2031-01-01T09:00"), @"
    jono: the bulletin of 2020-W24 is not published:
      that of 2020-W25 is shown from 2030-01-01T09:00:00 on, and tells phone.kela.all.contacts.2020-W24.counted of this one before; move its embargo first
    exit 1
    ");
    // First the one that tells of the other is moved, then the other; and lifted the other way round.
    insta::assert_snapshot!(publish_next(&place, "--embargo 2031-01-01T09:00"), @"2020-W25, revision 3, shown from 2031-01-01T09:00:00 on; until then revision 1 is");
    insta::assert_snapshot!(publish(&place, "--embargo 2031-01-01T09:00"), @"2020-W24, revision 3, shown from 2031-01-01T09:00:00 on; until then revision 1 is");
    insta::assert_snapshot!(publish_next(&place, "--embargo none"), @"
    jono: the bulletin of 2020-W25 is not published:
      that of 2020-W24 is held back until 2031-01-01T09:00:00, and this one would tell phone.kela.all.contacts.2020-W24.counted of it before; hold it back as long by --embargo 2031-01-01T09:00:00
    exit 1
    ");
    insta::assert_snapshot!(publish(&place, "--embargo none"), @"2020-W24, revision 4");
    insta::assert_snapshot!(publish_next(&place, "--embargo none"), @"2020-W25, revision 4");
}

#[test]
fn a_round_that_is_closed_is_told_by_a_revision() {
    let place = demo();
    insta::assert_snapshot!(publish(&place, ""), @"2020-W24, revision 1");
    let settings = fs::read_to_string(place.path("jono.toml")).unwrap();
    place.write("jono.toml", settings.replace("\"2099-12-31\"", "\"2020-07-15\""));
    insta::assert_snapshot!(publish(&place, ""), @"2020-W24, revision 2");
    let after = text(&place, "en");
    let status = after.split("Service statistics now").next().unwrap();
    insta::assert_snapshot!(status, @"
    Service statistics, week 24 of 2020
    ===================================

    Kela

    Demonstration: what is marked as generated is nobody's figure. It was
    made by a program.

    (when it was made)

    Scores of a survey round that was still open in the previous revision
    are final now.

    No figure differs from the previous revision.
    ");
    assert!(!after.contains("The survey round is not final"), "there is no star any more");
}

#[test]
fn a_figure_that_another_bulletin_froze_is_revised_there() {
    let place = demo();
    publish(&place, "");
    let id = "phone.kela.all.contacts.2020-W24.counted";
    assert!(publish_next(&place, "").contains("revision 1"));
    assert_eq!(said(&place, "2020-W25", id), ("final".to_owned(), Some(709.0)));
    forgotten(&place, 1);
    assert!(publish_next(&place, "").contains("revision 2"));
    assert_eq!(said(&place, "2020-W25", id), ("revised".to_owned(), Some(710.0)));
}

#[test]
fn a_count_that_somebody_else_published_is_no_secret() {
    let place = demo();
    let settings = fs::read_to_string(place.path("jono.toml")).unwrap();
    let source = r#"
        [[source]]
        name = "paper"
        format = "figures"
        paths = ["paper.csv"]

        [source.columns]
        period = "week"
        channel = { value = "service_point" }
        unit = "unit"
        service = { value = "benefits" }

        [[source.value]]
        column = "visits"
        measure = "contacts"
    "#;
    place.write("jono.toml", settings + source);
    place.write("paper.csv", "week,unit,visits\n2020-W24,rantasuo,3\n");
    let visits = fs::read_to_string(place.path("visits.csv")).unwrap();
    let row = visits.lines().find(|line| line.starts_with("2020-W24;rantasuo;")).unwrap().to_owned();
    place.write("visits.csv", visits.replace(&row, "2020-W24;rantasuo;3"));
    place.run("ingest");
    insta::assert_snapshot!(publish(&place, ""), @"
    jono: the bulletin of 2020-W24 is not published:
      what was told or published before gives away a count of few persons, service_point.rantasuo.all.contacts.2020-W24.tallied (accept it by --accept exposed)
    exit 1
    ");
    insta::assert_snapshot!(publish(&place, "--accept exposed"), @"2020-W24, revision 1");
}

#[test]
fn a_bulletin_of_nothing_is_not_published() {
    let place = demo();
    insta::assert_snapshot!(place.run("bulletin --period 2010-W24 --final --accept stale-feed"), @"
    jono: the bulletin of 2010-W24 is not published: nothing is known of the period
    exit 1
    ");
}
