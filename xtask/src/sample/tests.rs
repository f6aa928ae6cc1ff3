//! The log as a whole: what it says at its beginning, and what is true of every one.

use std::collections::{BTreeMap, BTreeSet};

use clap::Parser;
use jono_domain::{
    event::UnixSeconds,
    period::{Grain, Period},
    zone::Zone,
};

use super::Arguments;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

fn sample(arguments: &str) -> Vec<u8> {
    let command = Command::parse_from(["sample"].into_iter().chain(arguments.split_whitespace()));
    let mut bytes = Vec::new();
    super::write(&mut command.arguments.simulation().unwrap(), &mut bytes).unwrap();
    bytes
}

fn refusal(arguments: &str) -> String {
    let command = Command::parse_from(["sample"].into_iter().chain(arguments.split_whitespace()));
    format!("{:#}", command.arguments.simulation().unwrap_err())
}

struct Line<'text> {
    at: i64,
    id: &'text str,
    queue: &'text str,
    event: &'text str,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().map(|line| {
        let mut fields = line.split('|');
        let mut next = || fields.next().expect("a line has five fields");
        let (at, id, queue, _, event) = (next(), next(), next(), next(), next());
        Line { at: at.parse().expect("a time is a number"), id, queue, event }
    })
}

fn text(arguments: &str) -> String {
    String::from_utf8(sample(arguments)).expect("good lines are text")
}

/// FNV-1a: enough to notice a changed byte.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn a_log_begins_so() {
    let text = text("--calls 400 --seed 1 --from 2020-06-08 --days 1 --queues 2");
    insta::assert_snapshot!(text.lines().take(15).collect::<Vec<_>>().join("\n"), @r"
    1591563600|NONE|NONE|NONE|QUEUESTART|
    1591563600|NONE|perustuki-fi|Agent/10001|ADDMEMBER|
    1591565314|1591565313.3|perustuki-fi|NONE|ENTERQUEUE||5550894969|1
    1591565322|1591565313.3|perustuki-fi|Agent/10001|CONNECT|8|1591565314.6|8
    1591565818|1591565313.3|perustuki-fi|Agent/10001|COMPLETEAGENT|8|496|1
    1591567369|1591567349.8|perustuki-fi|NONE|ENTERQUEUE||5551082450|1
    1591567377|1591567349.8|perustuki-fi|Agent/10001|CONNECT|8|1591567369.12|8
    1591567525|1591567349.8|perustuki-fi|Agent/10001|COMPLETECALLER|8|148|1
    1591577402|1591577393.15|perustuki-fi|NONE|ENTERQUEUE||5552201176|1
    1591577406|1591577393.15|perustuki-fi|Agent/10001|CONNECT|4|1591577402.21|4
    1591577937|1591577393.15|perustuki-fi|Agent/10001|COMPLETECALLER|4|531|1
    1591589932|NONE|NONE|NONE|CONFIGRELOAD|
    1591592400|NONE|perustuki-fi|Agent/10002|ADDMEMBER|
    1591592400|NONE|perustuki-fi|Agent/10003|ADDMEMBER|
    1591592400|NONE|tyottomyys-sv|Agent/20001|ADDMEMBER|
    ");
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let arguments = "--calls 50000 --seed 42 --from 2020-01-01 --queues 5";
    let bytes = sample(arguments);
    assert_eq!(bytes, sample(arguments));
    // On any machine: a change here changes every log that a seed stands for.
    insta::assert_snapshot!(format!("{} bytes, {:016x}", bytes.len(), hash(&bytes)), @"11629301 bytes, 131f83c33ead639d");
}

#[test]
fn about_as_many_calls_as_asked_for() {
    let text = text("--calls 50000 --seed 3 --from 2021-03-01 --days 60 --queues 4");
    let ids: BTreeSet<_> =
        lines(&text).filter(|line| line.event == "ENTERQUEUE").map(|line| line.id).collect();
    assert!((49_000..51_000).contains(&ids.len()), "{} calls", ids.len());
}

#[test]
fn time_never_goes_backwards() {
    let text = text("--calls 20000 --seed 5 --from 2020-01-01 --queues 3 --all-events");
    assert!(lines(&text).map(|line| line.at).is_sorted());
}

const CONCLUSIONS: [&str; 6] =
    ["CONNECT", "ABANDON", "EXITEMPTY", "EXITWITHTIMEOUT", "EXITWITHKEY", "WITHDRAW"];
const ENDS: [&str; 4] = ["COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER"];

#[test]
fn an_entry_has_one_conclusion_unless_a_restart_comes_between() {
    let text = text("--calls 200000 --seed 8 --from 2020-01-01 --queues 4");
    let (mut waiting, mut talking) = (BTreeSet::new(), BTreeSet::new());
    let (mut restarts, mut lost) = (0, 0);
    for Line { id, queue, event, .. } in lines(&text) {
        match event {
            "ENTERQUEUE" => assert!(waiting.insert((id, queue)), "{id} entered {queue} twice"),
            "QUEUESTART" => {
                restarts += 1;
                lost += waiting.len() + talking.len();
                waiting.clear();
                talking.clear();
            }
            _ if CONCLUSIONS.contains(&event) => {
                assert!(waiting.remove(&(id, queue)), "{id} left {queue} without waiting there");
                if event == "CONNECT" {
                    talking.insert((id, queue));
                }
            }
            _ if ENDS.contains(&event) => {
                assert!(talking.remove(&(id, queue)), "{id} ended in {queue} without an answer");
            }
            _ => {}
        }
    }
    assert!(restarts > 5, "{restarts} restarts");
    assert!(lost > 0, "no restart found a call in progress");
}

#[test]
fn a_year_has_its_special_hours_and_its_week_53() {
    let text = text("--calls 100000 --seed 1 --from 2020-01-01 --days 368 --queues 4");
    let zone = Zone::new("Europe/Helsinki").unwrap();
    let mut answered = BTreeMap::<String, u32>::new();
    for line in lines(&text).filter(|line| line.event == "CONNECT") {
        let at = UnixSeconds::new(line.at).unwrap();
        *answered.entry(zone.hour(at).to_string()).or_default() += 1;
        *answered.entry(Period::of(Grain::Week, zone.date(at)).to_string()).or_default() += 1;
    }
    for period in ["2020-03-29T02+02:00", "2020-03-29T04+03:00", "2020-10-25T03+03:00", "2020-10-25T03+02:00"]
    {
        assert!(answered.contains_key(period), "nobody was answered in {period}");
    }
    let [week_52, week_53] = ["2020-W52", "2020-W53"].map(|week| answered[week]);
    assert!(week_52 > 500 && week_53 > week_52, "{week_52} and {week_53} answered");
}

#[test]
fn rejects_leave_the_good_lines_as_they_are() {
    let good = sample("--calls 2000 --seed 9 --from 2020-06-01 --days 7");
    let mixed = sample("--calls 2000 --seed 9 --from 2020-06-01 --days 7 --rejects 0.1");
    let mut expected = good.split(|byte| *byte == b'\n').peekable();
    let (mut lines, mut rejects) = (0.0, 0.0);
    for line in mixed.split(|byte| *byte == b'\n') {
        lines += 1.0;
        if expected.next_if_eq(&line).is_none() {
            rejects += 1.0;
        }
    }
    assert_eq!(expected.next(), None);
    assert!((rejects / lines - 0.1_f64).abs() < 0.01, "{rejects} of {lines}");
}

#[test]
fn every_event_is_written_when_asked_for() {
    let text = text("--calls 20000 --seed 1 --from 2020-06-01 --days 60 --all-events");
    let events: BTreeSet<_> = lines(&text).map(|line| line.event).collect();
    insta::assert_snapshot!(events.into_iter().collect::<Vec<_>>().join(" "), @"ABANDON ADDMEMBER AGENTCALLBACKLOGIN AGENTCALLBACKLOGOFF AGENTDUMP AGENTLOGIN AGENTLOGOFF ATTENDEDTRANSFER BLINDTRANSFER COMPLETEAGENT COMPLETECALLER CONFIGRELOAD CONNECT ENTERQUEUE EXITEMPTY EXITWITHKEY EXITWITHTIMEOUT OUTANSWER OUTDIAL PAUSE PAUSEALL PENALTY QUEUESTART REMOVEMEMBER RINGCANCELED RINGINUSE RINGNOANSWER SURVEY SYSCOMPAT TRANSFER UNPAUSE UNPAUSEALL WITHDRAW");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    insta::assert_snapshot!(refusal("--from 2020-01-02 --until 2020-01-01"), @"the span ends before it begins on 2020-01-02");
    insta::assert_snapshot!(refusal("--rejects 0.9"), @"--rejects 0.9 is not a share from 0 to 0.5");
    insta::assert_snapshot!(refusal("--from 1999-01-01"), @"the span is not within 2002 to 2200");
    insta::assert_snapshot!(refusal("--zone Europe/Espoo"), @"--zone Europe/Espoo is no time zone of the IANA database: failed to find time zone `Europe/Espoo` in time zone database");
}
