//! The example configuration on polled waiting times of offices, where those are at hand beside the project: every
//! office's reading of a week equals an independent count of the file.

use std::{
    collections::BTreeMap,
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Of one office: the waits in seconds that were seen, and how often it was seen closed.
#[derive(Default)]
struct Office {
    waits: Vec<u64>,
    closed: u64,
}

/// The polls of Monday 2025-03-03 to Sunday 2025-03-09, local time of California, by nothing but the file's commas.
/// The clocks go forward on that Sunday: the week ends at 07:00 UTC and begins at 08:00.
fn offices(text: &str, column: usize) -> BTreeMap<String, Office> {
    let mut offices = BTreeMap::<_, Office>::new();
    for line in text.lines().skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        if !("2025-03-03T08:00:00Z".."2025-03-10T07:00:00Z").contains(&fields[0]) {
            continue;
        }
        let office = offices.entry(fields[1].to_owned()).or_default();
        match fields[column] {
            "" => office.closed += 1,
            minutes => {
                let whole = minutes.strip_suffix(".0").expect("whole minutes");
                office.waits.push(whole.parse::<u64>().expect("a number") * 60);
            }
        }
    }
    offices
}

#[test]
fn the_polls_of_a_week_are_counted_as_an_independent_count_counts_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = root.join("../shared/data/ca_dmv/wait_times_history.csv.gz");
    if !file.exists() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let mut unpacked = Command::new("gzip")
        .args(["--decompress", "--stdout"])
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip runs");
    let mut text = String::new();
    unpacked.stdout.take().expect("it is piped").read_to_string(&mut text).expect("the file is text");
    unpacked.wait().expect("gzip ends");

    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jono"));
        command.arg("--config.file").arg(root.join("docs/examples/ca-dmv.toml"));
        command.arg("--ledger").arg(dir.path().join("dmv.ledger")).args(arguments);
        let output = command.args(["--format", "json"]).output().expect("jono runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    for (source, column) in [("walk_in", 4), ("appointment", 3)] {
        let summary = run(&["ingest", "--source", source, file.to_str().expect("text")]);
        assert_eq!((summary["lines"].as_u64(), summary["events"].as_u64()), (Some(470_189), Some(470_188)));
        let offices = offices(&text, column);
        assert!(offices.len() > 150, "many offices were looked at");
        let ask = |measure: &str| -> BTreeMap<String, Value> {
            let rows = run(&["readings", "--measure", measure, "--period", "2025-W10", "--service", source]);
            let rows = rows.as_array().expect("rows").clone();
            rows.into_iter().map(|row| (row["unit"].as_str().expect("text").to_owned(), row)).collect()
        };
        let told = ["polls", "polled_open_ratio", "polled_wait_mean", "polled_wait_p90"].map(ask);
        for (name, mut office) in offices {
            office.waits.sort_unstable();
            let of = |measure: usize| told[measure][&name]["value"].as_u64();
            assert_eq!(of(0), Some(office.waits.len() as u64 + office.closed), "{name}: polls");
            // What a ratio and a mean are made of is told exactly.
            let parts =
                |measure: usize| ["numerator", "denominator"].map(|key| told[measure][&name][key].as_u64());
            let looks = office.waits.len() as u64;
            assert_eq!(parts(1), [Some(looks), Some(looks + office.closed)], "{name}");
            if office.waits.is_empty() {
                assert_eq!(told[2][&name]["state"], "unavailable", "{name}: no wait is no zero");
                continue;
            }
            assert_eq!(parts(2), [Some(office.waits.iter().sum()), Some(looks)], "{name}");
            let p90 = office.waits[(office.waits.len() * 9).div_ceil(10) - 1];
            assert_eq!(of(3), Some(p90), "{name}");
        }
    }
}
