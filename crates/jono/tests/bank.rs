//! The example configuration on the calls of a bank, where those are at hand beside the project: every reading of the
//! month and of each ISO week equals an independent count of the file.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

/// A call, by nothing but the file's tabs.
struct Call {
    /// The day of February on which it arrived, and the one on which its wait ended.
    arrived: i64,
    concluded: i64,
    answered: bool,
    wait: u64,
}

/// Seconds after midnight.
fn clock(text: &str) -> i64 {
    text.split(':').fold(0, |seconds, part| seconds * 60 + part.parse::<i64>().expect("a number"))
}

fn calls(text: &str) -> Vec<Call> {
    let mut lines = text.lines();
    let header: Vec<_> = lines.next().expect("a header").split('\t').collect();
    let mut calls = Vec::new();
    for line in lines {
        let row: BTreeMap<_, _> = header.iter().copied().zip(line.split('\t')).collect();
        if row["outcome"] == "PHANTOM" {
            continue;
        }
        let day: i64 = row["date"].strip_prefix("9902").expect("February 1999").parse().expect("a day");
        let wait: u64 = row["q_time"].parse().expect("a number");
        // Within February, no clock changes: a day has 86 400 seconds.
        let arrived = day * 86_400 + clock(row["vru_exit"]);
        let concluded = (arrived + i64::try_from(wait).expect("small")) / 86_400;
        calls.push(Call { arrived: arrived / 86_400, concluded, answered: row["outcome"] == "AGENT", wait });
    }
    calls
}

/// What is asked, of calls that are concluded between two days of February, both included.
fn expected(calls: &[Call], first: i64, last: i64) -> Vec<(&'static str, Option<&'static str>, f64)> {
    let arrivals = calls.iter().filter(|call| (first..=last).contains(&call.arrived)).count() as f64;
    let concluded: Vec<_> = calls.iter().filter(|call| (first..=last).contains(&call.concluded)).collect();
    let count = |is: &dyn Fn(&Call) -> bool| concluded.iter().filter(|call| is(call)).count() as f64;
    let all = concluded.len() as f64;
    let answered = count(&|call| call.answered);
    let within = count(&|call| call.answered && call.wait <= 60);
    let gave_up_within = count(&|call| !call.answered && call.wait <= 60);
    let short = count(&|call| !call.answered && call.wait < 5);
    let mut waits: Vec<u64> = concluded.iter().map(|call| call.wait).filter(|&wait| wait > 0).collect();
    waits.sort_unstable();
    let mean = waits.iter().sum::<u64>() as f64 / waits.len() as f64;
    // The smallest wait that covers nine of ten.
    let p90 = waits[(waits.len() * 9).div_ceil(10) - 1] as f64;
    vec![
        ("arrivals", None, arrivals),
        ("contacts", None, all),
        ("answered", None, answered),
        ("abandoned", None, all - answered),
        ("short", None, short),
        ("answer_rate", None, answered / all),
        ("queued_wait_mean", None, mean),
        ("queued_wait_p90", None, p90),
        ("service_level", Some("answered_of_offered"), within / all),
        ("service_level", Some("answered_of_offered_less_short"), within / (all - short)),
        ("service_level", Some("answered_of_answered"), within / answered),
        ("service_level", Some("handled_of_offered"), (within + gave_up_within) / all),
        ("service_level", Some("answer_rate"), answered / all),
    ]
}

#[test]
fn a_month_of_calls_is_counted_as_an_independent_count_counts_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = root.join("../shared/data/anonymous_bank_feb1999/calls.tsv");
    if !file.exists() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jono"));
        command.arg("--config.file").arg(root.join("docs/examples/anonymous-bank.toml"));
        command.arg("--ledger").arg(dir.path().join("bank.ledger")).args(arguments);
        let output = command.args(["--format", "json"]).output().expect("jono runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let summary = run(&["ingest", file.to_str().expect("text")]);
    assert_eq!((summary["lines"].as_u64(), summary["events"].as_u64()), (Some(33_345), Some(33_066)));
    assert_eq!(summary["ignored"], serde_json::json!({ "(header)": 1, "(no contact)": 278 }));

    let calls = calls(&fs::read_to_string(&file).expect("the file is text"));
    // The month, and the ISO weeks in it: 1 February 1999 is the Monday of week 5.
    let weeks = (0..4).map(|week| (format!("1999-W{:02}", week + 5), week * 7 + 1, week * 7 + 7));
    for (period, first, last) in std::iter::once(("1999-02".to_owned(), 1, 28)).chain(weeks) {
        for (measure, formula, value) in expected(&calls, first, last) {
            let mut question =
                vec!["readings", "--measure", measure, "--period", &period, "--service", "all"];
            question.extend(formula.iter().flat_map(|formula| ["--formula", *formula]));
            let rows = run(&question);
            let counted =
                rows[0]["value"].as_f64().unwrap_or_else(|| panic!("{measure} of {period}: {rows}"));
            assert!(
                (counted - value).abs() < 1e-9,
                "{measure} {formula:?} of {period}: {counted}, not {value}"
            );
        }
    }
    let unit = run(&["readings", "--measure", "unit_contacts", "--period", "1999-02", "--service", "all"]);
    assert_eq!(unit[0]["value"].as_u64(), Some(33_066), "no call passes two queues");
}
