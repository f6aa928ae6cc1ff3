//! Every channel by the real binary: what is counted of it, what is refused, and what is never zero.

mod place;

use self::place::Place;

const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[service]]
id = "housing"
callback = { within = "1h", last_day = "2020-06-30" }

[[unit]]
id = "south"

[[unit]]
id = "kallio"
kind = "service_point"
parent = "south"

[[unit]]
id = "malmi"
kind = "service_point"
parent = "south"

[survey.closes]
"2020-Q1" = "2020-04-15"
"2020-Q2" = "2999-01-01"

[[source]]
name = "tickets"
format = "tickets"
paths = ["tickets.csv"]
[source.columns]
taken = "taken"
called = "called"
closed = "closed"
unit = { column = "office", values = { Kallio = "kallio", Malmi = "malmi" } }
service = { value = "housing" }

[[source]]
name = "callbacks"
format = "callbacks"
paths = ["callbacks.csv"]
[source.columns]
accepted = "accepted"
called = "called"
outcome = "result"
unit = { value = "south" }
service = { value = "housing" }

[[source]]
name = "survey"
format = "survey"
paths = ["survey.jsonl"]
[source.table]
file_type = "jsonl"
[source.columns]
at = "day"
score = "score"
channel = { value = "phone" }
unit = { value = "south" }
service = { value = "housing" }

[[source]]
name = "books"
format = "appointments"
paths = ["books.csv"]
[source.columns]
at = "at"
first_free = "free"
channel = { value = "phone_appointment" }
unit = "unit"
service = { value = "housing" }

[[source]]
name = "openings"
format = "openings"
paths = ["openings.csv"]
[source.columns]
unit = "unit"
first_day = "from"
last_day = "to"
state = "state"
hours = "hours"
"#;

const TICKETS: &str = "\
taken,called,closed,office,name
2020-02-03 09:00:00,2020-02-03 09:05:00,2020-02-03 09:15:00,Malmi,Matti Meikäläinen
2020-06-08 09:01:12,2020-06-08 09:08:40,2020-06-08 09:15:02,Kallio,Matti Meikäläinen
2020-06-08 09:03:00,,2020-06-08 09:12:00,Kallio,Maija Meikäläinen
2020-06-08 09:03:00,2020-06-08 09:02:59,,Kallio,Matti 040 123
2020-03-29 03:30:00,,,Kallio,Matti
2020-06-08 09:03:00,,,Oulu,Matti
";

const CALLBACKS: &str = "\
accepted,called,result
2020-06-08 09:00:00,2020-06-08 09:50:00,reached
2020-06-08 09:00:00,2020-06-08 10:10:00,reached
2020-06-08 09:30:00,,
2020-06-08 09:30:00,2020-06-08 09:29:00,reached
";

const BOOKS: &str = "\
at,free,unit
2020-06-08 06:00:00,2020-06-10,south
2020-06-08 06:00:00,2020-06-14,malmi
2020-06-09 06:00:00,,south
2020-06-09 06:00:00,2020-06-08,south
";

const OPENINGS: &str = "\
unit,from,to,state,hours
kallio,2020-01-01,,open,Mo-Fr 09:00-16:00
malmi,2020-03-18,2020-12-31,closed,
malmi,2020-01-01,,open,Mo-Fr 09:00-16:00 or so
";

/// Lower scores in one quarter and the same in the next two, and some that are none.
fn survey() -> String {
    let rounds = [
        ("2019-11-04", [7, 6, 8, 7, 5, 3]),
        ("2020-02-03", [10, 9, 8, 7, 10, 3]),
        ("2020-05-04", [10, 9, 8, 7, 10, 3]),
    ];
    let answers = (0..360).map(|n| {
        let (day, scores) = rounds[n / 120];
        let score = scores[n % scores.len()];
        format!("{{\"day\":\"{day}\",\"score\":{score},\"text\":\"Hei\"}}\n")
    });
    let bad = ["11", "\"8/10\"", "null"].map(|score| {
        format!("{{\"day\":\"2020-05-04\",\"score\":{score},\"text\":\"Soittakaa Pirjo 040\"}}\n")
    });
    answers.chain(bad).collect()
}

fn place() -> Place {
    let place = Place::new(CONFIG);
    place.write("tickets.csv", TICKETS);
    place.write("callbacks.csv", CALLBACKS);
    place.write("survey.jsonl", survey());
    place.write("books.csv", BOOKS);
    place.write("openings.csv", OPENINGS);
    place
}

#[test]
fn what_is_refused_is_shown_without_what_may_be_of_a_person() {
    let told = place().run("check");
    insta::assert_snapshot!(told.lines().skip(2).collect::<Vec<_>>().join("\n"), @r#"
    tickets.csv: 7 lines: 3 with events, 1 ignored, 3 rejected
      nonexistent_time: 1
        byte 335: 2020-03-29 03:30:00,,,Kallio,xxxxx
      unknown_name: 1
        byte 370: 2020-06-08 09:03:00,,,Oulu,xxxxx
      wrong_order: 1
        byte 273: 2020-06-08 09:03:00,2020-06-08 09:02:59,,Kallio,xxxxx 999 999
    callbacks.csv: 5 lines: 3 with events, 1 ignored, 1 rejected
      wrong_order: 1
        byte 141: 2020-06-08 09:30:00,2020-06-08 09:29:00,reached
    survey.jsonl: 363 lines: 360 with events, 1 ignored, 2 rejected
      not_a_score: 1
        byte 15920: {"day":"2020-05-04","score":11,"text":"\"xxxxxxxxx xxxxx 999\""}
      mixed_scale: 1
        byte 15981: {"day":"2020-05-04","score":"8/10","text":"\"xxxxxxxxx xxxxx 999\""}
    books.csv: 5 lines: 3 with events, 1 ignored, 1 rejected
      in_the_past: 1
        byte 114: 2020-06-09 06:00:00,2020-06-08,south
    openings.csv: 4 lines: 2 with events, 1 ignored, 1 rejected
      bad_value: 1
        byte 103: malmi,2020-01-01,,open,Mo-Fr 09:00-16:00 or so
    /metrics, with what these files name: 303 time series of 6 series
    "#);
}

#[test]
fn what_is_counted_of_every_channel() {
    let place = place();
    place.run("ingest");
    let ask = |question: &str| place.run(&format!("readings --measure {question}"));
    insta::assert_snapshot!(ask("contacts --period 2020-W24"), @"
    period    channel        unit    service  measure   value  of  state        basis
    2020-W24  service_point  kallio  housing  contacts      2      provisional  counted
    2020-W24  service_point  malmi   housing  contacts      –      closed       counted
    ");
    insta::assert_snapshot!(ask("contacts --period 2020-02 --unit south --service all"), @"
    period   channel        unit   service  measure   value  of  state        basis
    2020-02  service_point  south  all      contacts      1      provisional  counted
    ");
    insta::assert_snapshot!(ask("wait_mean --period 2020-06-08 --channel service_point"), @"
    period      channel        unit    service  measure       value  of  state        basis
    2020-06-08  service_point  kallio  housing  wait_mean  448.0000   1  provisional  counted
    2020-06-08  service_point  malmi   housing  wait_mean         –      closed       counted
    ");
    insta::assert_snapshot!(ask("callbacks_accepted --period 2020-06..2020-07 --by month"), @"
    period   channel   unit   service  measure             value  of  state        basis
    2020-06  callback  south  housing  callbacks_accepted      3      provisional  counted
    2020-07  callback  south  housing  callbacks_accepted      –      closed       counted
    ");
    insta::assert_snapshot!(ask("promise_kept_ratio --period 2020-06"), @"
    period   channel   unit   service  measure              value  of  state        basis
    2020-06  callback  south  housing  promise_kept_ratio  0.3333   3  provisional  counted
    ");
    insta::assert_snapshot!(ask("promises_late --period 2020-06"), @"
    period   channel   unit   service  measure        value  of  state        basis
    2020-06  callback  south  housing  promises_late      2      provisional  counted
    ");
    insta::assert_snapshot!(ask("appointment_lead --period 2020-W24"), @"
    period    channel            unit   service  measure                 value  of  state        basis
    2020-W24  phone_appointment  malmi  housing  appointment_lead  518400.0000   1  provisional  counted
    2020-W24  phone_appointment  south  housing  appointment_lead  172800.0000   1  provisional  counted
    ");
    insta::assert_snapshot!(ask("appointment_lead --period 2020-W24 --unit south"), @"
    period    channel            unit   service  measure           value  of  state        basis
    2020-W24  phone_appointment  south  housing  appointment_lead      –      unavailable  counted
    ");
    insta::assert_snapshot!(ask("appointment_available_ratio --period 2020-W24 --unit all"), @"
    period    channel            unit  service  measure                       value  of  state        basis
    2020-W24  phone_appointment  all   housing  appointment_available_ratio  0.6667   3  provisional  counted
    ");
    insta::assert_snapshot!(ask("score --period 2020 --by quarter"), @"
    period   channel  unit   service  measure   value   of  95 % interval  state        basis
    2020-Q1  phone    south  housing  score    7.8333  120  7.40–8.27      final        counted
    2020-Q2  phone    south  housing  score    7.8333  120  7.40–8.27      provisional  counted
    2020-Q3  phone    south  housing  score         –                      unavailable  counted
    2020-Q4  phone    south  housing  score         –                      unavailable  counted
    ");
    insta::assert_snapshot!(ask("score --period 2020"), @"
    period  channel  unit   service  measure   value   of  95 % interval  state        basis
    2020    phone    south  housing  score    7.8333  240  7.53–8.14      provisional  counted
    ");
    insta::assert_snapshot!(ask("responses --period 2020-05"), @"
    period   channel  unit   service  measure    value  of  state        basis
    2020-05  phone    south  housing  responses      –      unavailable  counted
    ");
}

#[test]
fn a_table_that_grew_is_gone_on_with_and_one_that_changed_is_replaced() {
    let place = place();
    place.run("ingest");
    let row = "2020-06-08 10:03:00,,2020-06-08 10:12:00,Kallio,Matti\n";
    place.write("tickets.csv", format!("{TICKETS}{row}"));
    let callbacks = CALLBACKS.replace("09:30:00,,", "09:30:00,2020-06-08 10:20:00,reached");
    place.write("callbacks.csv", callbacks);
    let outcomes: serde_json::Value = serde_json::from_str(&place.run("ingest --format json")).unwrap();
    let outcomes: Vec<_> =
        outcomes["documents"].as_array().unwrap().iter().map(|of| &of["outcome"]).collect();
    assert_eq!(outcomes, ["grown", "replaced", "same", "same", "same"]);
    let ask = |question: &str| place.run(&format!("readings --measure {question}"));
    insta::assert_snapshot!(ask("contacts --period 2020-W24 --unit kallio"), @"
    period    channel        unit    service  measure   value  of  state        basis
    2020-W24  service_point  kallio  housing  contacts      3      provisional  counted
    ");
    insta::assert_snapshot!(ask("promise_kept_ratio --period 2020-06"), @"
    period   channel   unit   service  measure              value  of  state        basis
    2020-06  callback  south  housing  promise_kept_ratio  0.6667   3  provisional  counted
    ");
}

#[test]
fn two_rounds_differ_only_if_it_cannot_be_chance() {
    let place = place();
    place.run("ingest");
    let compare = |rounds: &str| place.run(&format!("compare {rounds}"));
    insta::assert_snapshot!(compare("--period 2020-Q1 --against 2019-Q4"), @"
    channel  unit   service  2020-Q1    n  2019-Q4    n  difference  95 % interval  verdict
    phone    south  housing     7.83  120     6.00  120        1.83  1.31 to 2.36   higher
    ");
    insta::assert_snapshot!(compare("--period 2019-Q4 --against 2020-Q1 --format csv"), @"
    channel,unit,service,score,responses,against_score,against_responses,difference,low,high,verdict
    phone,south,housing,6.0,120,7.833333333333333,120,-1.833333333333333,-2.3593410348728923,-1.3073256317937738,lower
    ");
    insta::assert_snapshot!(compare("--period 2020-Q2 --against 2020-Q1 --channel all --unit all"), @"
    channel  unit  service  2020-Q2    n  2020-Q1    n  difference  95 % interval  verdict
    all      all   housing     7.83  120     7.83  120        0.00                 provisional
    ");
    insta::assert_snapshot!(compare("--period 2020-Q1 --against 2018-Q1"), @"
    channel  unit   service  2020-Q1    n  2018-Q1  n  difference  95 % interval  verdict
    phone    south  housing     7.83  120        –  0           –                 too_few
    ");
    insta::assert_snapshot!(compare("--period 2018 --against 2017"), @"Nobody answered in 2018 or 2017.");
}

#[test]
fn every_measure_is_explained() {
    let page = include_str!("../../../docs/measures.md");
    for name in jono_domain::Measure::names() {
        assert!(page.contains(&format!("`{name}`")), "docs/measures.md explains {name}");
    }
}
