//! The example configuration on the real log of a small help desk, where that is at hand beside the project.

use std::{path::Path, process::Command};

#[test]
fn a_real_help_desk_is_counted_to_the_last_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let log = root.join("../shared/data/asterisk_queue_log_2018/queue_log");
    if !log.exists() {
        println!("skipped: {} is not there", log.display());
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| -> serde_json::Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jono"));
        command.arg("--config.file").arg(root.join("docs/examples/queue-log.toml"));
        command.arg("--ledger").arg(dir.path().join("helpdesk.ledger")).args(arguments);
        let output = command.args(["--format", "json"]).output().expect("jono runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let summary = run(&["ingest", log.to_str().expect("a path that is text")]);
    let ignored: u64 =
        summary["ignored"].as_object().expect("a list").values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!(
        (summary["lines"].as_u64(), summary["events"].as_u64(), ignored),
        (Some(1000), Some(305), 695)
    );
    assert!(summary["rejected"].as_object().expect("a list").is_empty() && summary["failed"] == 0);

    let measured = |measure: &str| {
        let rows = run(&["readings", "--measure", measure, "--period", "2018-W48..2018-W49"]);
        assert_eq!(rows.as_array().map(Vec::len), Some(1), "one queue, one row");
        rows[0]["numerator"].as_u64().expect("a count")
    };
    let [arrivals, answered, abandoned, timed_out] =
        ["arrivals", "answered", "abandoned", "timed_out"].map(measured);
    assert_eq!([arrivals, answered, abandoned, timed_out], [108, 93, 12, 1]);
    assert_eq!(arrivals - measured("contacts"), 2, "still in the queue at the end of the log");
    assert_eq!(answered - measured("handled"), 2, "still talking, or cut off by a restart");
}
