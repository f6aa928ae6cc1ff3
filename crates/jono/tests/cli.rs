//! The command line as a user meets it: the real binary, its output and its refusals.

mod place;

use std::{fs, process::Command};

use self::place::Place;

const CONFIG: &str = r#"
time_zone = "Europe/Helsinki"

[[service]]
id = "support"

[[service]]
id = "patient"
within_seconds = 300

[[unit]]
id = "centre"

[[unit]]
id = "north"
parent = "centre"
last_day = "2020-06-08"

[[unit]]
id = "north"
first_day = "2020-06-09"

[[unit]]
id = "south"
parent = "centre"

[[source]]
name = "pbx"
format = "queue_log"
paths = ["queue_log*"]

[[source.route]]
queue = "north"
unit = "north"
service = "support"

[[source.route]]
queue = "south"
unit = "south"
service = "patient"
"#;

/// Two calls a queue on Monday 8 June 2020, one of them abandoned in `south`; one more in `north` on Wednesday.
const LOG: &str = "\
1591596000|1.1|north|NONE|ENTERQUEUE||0401234567|1
1591596010|1.1|north|Agent/1|CONNECT|10|1.2|3
1591596100|1.1|north|Agent/1|COMPLETECALLER|10|90|1
1591596200|1.3|south|NONE|ENTERQUEUE||0401234568|1
1591596260|1.3|south|Agent/1|CONNECT|60|1.4|3
1591596300|1.5|south|NONE|ENTERQUEUE||0401234569|1
1591596304|1.5|south|NONE|ABANDON|1|1|4
1591596400|1.6|north|NONE|ENTERQUEUE||0401234567|1
1591596460|1.6|north|Agent/1|CONNECT|60|1.7|3
1591768800|1.8|north|NONE|ENTERQUEUE||0401234567|1
1591768801|1.8|north|Agent/1|CONNECT|1|1.9|1
";

/// A folder with the configuration and the log.
fn place() -> Place {
    let place = Place::new(CONFIG);
    place.write("queue_log", LOG);
    place
}

fn ingested() -> Place {
    let place = place();
    assert!(place.run("ingest").contains("new"), "the log is counted");
    place
}

#[test]
fn readings_of_each_leaf_series() {
    let place = ingested();
    insta::assert_snapshot!(place.run("readings --measure answer_rate --period 2020-W24"), @r"
    period    channel  unit   service  measure       value  of  state        basis
    2020-W24  phone    north  support  answer_rate  1.0000   3  provisional  counted
    2020-W24  phone    south  patient  answer_rate  0.5000   2  provisional  counted
    ");
    insta::assert_snapshot!(place.run("readings --measure wait_p50 --period 2020-06-07..2020-06-09 --by day"), @r"
    period      channel  unit   service  measure   value  of  state        basis
    2020-06-07  phone    north  support  wait_p50      –      unavailable  counted
    2020-06-07  phone    south  patient  wait_p50      –      unavailable  counted
    2020-06-08  phone    north  support  wait_p50     10   2  provisional  counted
    2020-06-08  phone    south  patient  wait_p50     60   1  provisional  counted
    2020-06-09  phone    north  support  wait_p50      –      unavailable  counted
    2020-06-09  phone    south  patient  wait_p50      –      unavailable  counted
    ");
}

#[test]
fn a_unit_is_read_with_all_beneath_it_on_each_day() {
    let place = ingested();
    // On Tuesday, north left the centre: its call of Wednesday is not the centre's.
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --unit centre --service all"), @r"
    period    channel  unit    service  measure   value  of  state        basis
    2020-W24  phone    centre  all      arrivals      4      provisional  counted
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --unit all --service all"), @r"
    period    channel  unit  service  measure   value  of  state        basis
    2020-W24  phone    all   all      arrivals      5      provisional  counted
    ");
}

#[test]
fn service_levels_add_what_met_each_services_own_promise() {
    let place = ingested();
    insta::assert_snapshot!(place.run("readings --measure service_level --period 2020-W24 --unit all --service all --format csv"), @"
    period,start,end,channel,unit,service,measure,value,numerator,denominator,low,high,state,basis,label
    2020-W24,2020-06-08T00:00:00+03:00,2020-06-15T00:00:00+03:00,phone,all,all,service_level,0.6,3,5,,,provisional,counted,
    ");
    insta::assert_snapshot!(place.run("readings --measure service_level --formula answered_of_offered_less_short --period 2020-W24 --unit south --format csv"), @"
    period,start,end,channel,unit,service,measure,value,numerator,denominator,low,high,state,basis,label
    2020-W24,2020-06-08T00:00:00+03:00,2020-06-15T00:00:00+03:00,phone,south,patient,service_level,1.0,1,1,,,provisional,counted,
    ");
}

#[test]
fn a_reading_in_json_has_fifteen_keys() {
    let place = ingested();
    insta::assert_snapshot!(place.run("readings --measure wait_mean --period 2020-06 --unit south --format json"), @r#"
    [
      {
        "period": "2020-06",
        "start": "2020-06-01T00:00:00+03:00",
        "end": "2020-07-01T00:00:00+03:00",
        "channel": "phone",
        "unit": "south",
        "service": "patient",
        "measure": "wait_mean",
        "value": 60.0,
        "numerator": 60,
        "denominator": 1,
        "low": null,
        "high": null,
        "state": "provisional",
        "basis": "counted",
        "label": null
      }
    ]
    "#);
    insta::assert_snapshot!(place.run("readings --measure wait_mean --period 2020-07 --unit south --format json"), @r#"
    [
      {
        "period": "2020-07",
        "start": "2020-07-01T00:00:00+03:00",
        "end": "2020-08-01T00:00:00+03:00",
        "channel": "phone",
        "unit": "south",
        "service": "patient",
        "measure": "wait_mean",
        "value": null,
        "numerator": null,
        "denominator": null,
        "low": null,
        "high": null,
        "state": "unavailable",
        "basis": "counted",
        "label": null
      }
    ]
    "#);
}

#[test]
fn questions_that_have_no_answer_are_refused() {
    let place = ingested();
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --unit west"), @r"
    jono: no unit is called west; the units are: centre, north, south
    exit 1
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --service sales"), @r"
    jono: no service is called sales; the services are: patient, support
    exit 1
    ");
    insta::assert_snapshot!(place.run("readings --measure wait_mean --formula answer_rate --period 2020-W24"), @r"
    jono: --formula is for service levels; wait_mean has none
    exit 1
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --by month"), @r"
    jono: 2020-W24 is not made of whole months
    exit 1
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2021-W53"), @r"
    error: invalid value '2021-W53' for '--period <PERIOD>': there is no 2021-W53

    For more information, try '--help'.
    exit 2
    ");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020 --ledger elsewhere.ledger"), @r"
    jono: the ledger cannot be read: there is no ledger at elsewhere.ledger; `jono ingest` makes one
    exit 1
    ");
}

#[test]
fn the_same_log_again_changes_nothing() {
    let place = ingested();
    let before = place.run("readings --measure arrivals --period 2020 --format csv");
    let outcome = |told: String| {
        let row = told.lines().nth(1).expect("a row for the document").to_owned();
        row.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(outcome(place.run("ingest")), @"queue_log same");
    fs::rename(place.path("queue_log"), place.path("queue_log.1")).expect("renamed");
    insta::assert_snapshot!(outcome(place.run("ingest")), @"queue_log.1 same");
    assert_eq!(place.run("readings --measure arrivals --period 2020 --format csv"), before);
}

#[test]
fn what_cannot_be_told_apart_is_refused_with_a_sentence() {
    let place = ingested();
    place.write("queue_log", &LOG[..LOG.len() / 2]);
    let refused = place.run("ingest");
    insta::assert_snapshot!(refused.lines().last().unwrap(), @"exit 1");
    insta::assert_snapshot!(refused.lines().rev().nth(1).unwrap(), @"queue_log: it begins like queue_log, of which 530 bytes were counted, but is shorter or differs within them; if it is that one rewritten, use --replace; if it is another one, --as-new");
}

#[test]
fn another_log_under_the_same_name_never_replaces_the_old_one() {
    let place = ingested();
    place.write("queue_log", "1591855200|2.1|north|NONE|ENTERQUEUE||0401234567|1\n");
    assert!(place.run("ingest --replace").contains("new"), "a rotation, whatever the options say");
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-W24 --unit north --format csv").lines().last().unwrap(), @"2020-W24,2020-06-08T00:00:00+03:00,2020-06-15T00:00:00+03:00,phone,north,support,arrivals,4,4,,,,provisional,counted,");
}

#[test]
fn files_are_found_by_their_names_and_pipes_are_read_once() {
    let place = place();
    place.write("log[1]", LOG);
    place.write("jono.toml", CONFIG.replace("queue_log*", "log[1]"));
    assert!(place.run("ingest").contains("new"));
    let mut shell = Command::new("sh");
    let piped = format!("cat queue_log | {} ingest /dev/stdin", env!("CARGO_BIN_EXE_jono"));
    assert!(place.text(shell.arg("-c").arg(piped)).contains("same"));
}

#[test]
fn a_failure_is_one_whether_or_not_anybody_reads_about_it() {
    let place = place();
    let mut shell = Command::new("bash");
    shell.current_dir(place.path("")).arg("-c");
    let command = format!("{} ingest missing | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_jono"));
    assert_eq!(shell.arg(command).status().expect("a shell").code(), Some(1));
}

#[test]
fn hostile_lines_are_counted_under_their_reasons() {
    let place = place();
    let bad = "nonsense\n1591596000|1.1|north|A|CONNECT|-4\n1591596000|1.1|north|A|connect|4\n1591596000|1.1|hr|A|ENTERQUEUE";
    place.write("queue_log", format!("{LOG}{bad}"));
    let summary: serde_json::Value = serde_json::from_str(&place.run("ingest --format json")).unwrap();
    insta::assert_snapshot!(summary["rejected"], @r#"{"bad_event":1,"negative":1,"too_few_fields":1}"#);
    insta::assert_snapshot!(summary["documents"][0]["pending_bytes"], @"30");
    insta::assert_snapshot!(place.run("check").lines().skip(1).collect::<Vec<_>>().join("\n"), @"
    /metrics: 237 time series, up to 10 236 with queues that no route knows; the budget (limits.time_series) is 50 000
    queue_log: 14 lines: 11 with events, 0 ignored, 3 rejected
      too_few_fields: 1
        byte 530: xxxxxxxx
      bad_event: 1
        byte 573: 9999999999|9.9|xxxxx|x|xxxxxxx|9
      negative: 1
        byte 539: 1591596000|9.9|north|x|CONNECT|-9
    /metrics, with what these files name: 237 time series of 2 series
    ");
    let last: serde_json::Value = serde_json::from_str(&place.run("ingest --final --format json")).unwrap();
    insta::assert_snapshot!(last["unrouted"], @r#"[{"events":1,"queue":"hr"}]"#);
    insta::assert_snapshot!(place.run("readings --measure arrivals --period 2020-06-08 --unit hr"), @r"
    period      channel  unit  service   measure   value  of  state        basis
    2020-06-08  phone    hr    unrouted  arrivals      1      provisional  counted
    ");
}

#[test]
fn files_that_cannot_be_read_do_not_stop_the_others() {
    let place = place();
    fs::create_dir(place.path("folder")).expect("a folder");
    let told = place.run("ingest folder queue_log missing");
    insta::assert_snapshot!(told.lines().filter(|line| !line.contains("0.0")).collect::<Vec<_>>().join("\n"), @r"
    document           lines  events  ignored  rejected   MB  seconds  MB/s

    folder: folder is a directory; name the files in it, such as folder/queue_log*

    missing: cannot open missing: No such file or directory (os error 2)
    exit 1
    ");
}

#[test]
fn several_sources_need_to_be_told_apart() {
    let place = place();
    place.write("jono.toml", format!("{CONFIG}\n[[source]]\nname = \"other\"\nformat = \"queue_log\"\n"));
    insta::assert_snapshot!(place.run("ingest queue_log"), @r"
    jono: several sources are configured; say with --source which one the files come from: pbx, other
    exit 1
    ");
    insta::assert_snapshot!(place.run("ingest --source third queue_log"), @r"
    jono: no source is called third; the sources are: pbx, other
    exit 1
    ");
}

#[test]
fn a_ledger_keeps_its_zone() {
    let place = ingested();
    place.write("jono.toml", CONFIG.replace("Europe/Helsinki", "Europe/Stockholm"));
    insta::assert_snapshot!(place.run("ingest"), @r"
    jono: the ledger cannot be used: the ledger jono.ledger counts by the hours of Europe/Helsinki, not of Europe/Stockholm; configure Europe/Helsinki, or name another ledger
    exit 1
    ");
}

#[test]
fn the_help_names_every_command() {
    insta::assert_snapshot!(place().run("--help"), @"
    Customer-service statistics: from call logs to Prometheus, exactly

    Usage: jono [OPTIONS] <COMMAND>

    Commands:
      ingest       Count documents into the ledger
      readings     Ask the ledger a question
      serve        Follow the sources and serve /metrics
      bulletin     Write the bulletin of a week or month
      backfill     Give the past to Prometheus or another store, as files or by remote write
      reconcile    Show where counted, tallied and published values differ
      compare      Show whether the scores of two survey rounds differ
      revisions    Show which tallies and figures changed after they were first told, and when
      check        Check the configuration, and read its sources without counting anything
      completions  Print what a shell needs to complete jono's commands
      man          Print the manual page, or write one for each command
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Everywhere:
          --config.file <PATH>   The configuration [default: jono.toml]
          --ledger <PATH>        Where counts are kept, instead of where the configuration says
          --log.level <LEVEL>    Log only messages of this severity or above [default: info]
          --log.format <FORMAT>  How log messages are written [default: text] [possible values: text,
                                 json]
    ");
}
