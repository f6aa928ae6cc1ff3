//! mtail: its program in a folder of its own, one pass over a log, and the counters that it writes in the end.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, ensure};

use super::{
    peers, process,
    totals::Totals,
    turns::{Candidate, Run},
};

const PROGRAM: &str = "queue_log.mtail";
/// Which events each count is of.
const COUNTS: [(&str, &[&str]); 7] = [
    ("arrivals", &["ENTERQUEUE"]),
    ("answered", &["CONNECT"]),
    ("abandoned", &["ABANDON"]),
    ("timed_out", &["EXITWITHTIMEOUT"]),
    ("left_empty", &["EXITEMPTY"]),
    ("left_by_key", &["EXITWITHKEY"]),
    ("withdrawn", &["WITHDRAW"]),
];
const HANDLED: [&str; 4] = ["COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER", "ATTENDEDTRANSFER"];

/// mtail at a log that it can count in bearable time.
pub(crate) fn candidate(log: &Path) -> Candidate<'_> {
    Candidate::new("mtail", move || {
        let programs = tempfile::tempdir().context("there is no room for temporary files")?;
        fs::copy(peers::script_path(PROGRAM), programs.path().join(PROGRAM))?;
        let mut mtail = Command::new("mtail");
        mtail.args(["-one_shot", "-one_shot_format", "prometheus", "-logtostderr"]);
        let (run, told) = process::run(mtail.arg("-progs").arg(programs.path()).arg("-logs").arg(log))?;
        Ok(Run { totals: totals(&told)?, ..run })
    })
}

/// The sums over queues and hours.
fn totals(counters: &str) -> anyhow::Result<Totals> {
    let mut totals = Totals::default();
    COUNTS.iter().map(|(name, _)| *name).chain(["handled", "wait_seconds", "handling_seconds"]).for_each(
        |name| {
            totals.add(name, 0);
        },
    );
    let samples = counters.lines().filter(|line| !line.starts_with('#'));
    for sample in samples {
        let (series, value) = sample.rsplit_once(' ').with_context(|| format!("mtail wrote {sample:?}"))?;
        let event = series.split_once("event=\"").and_then(|(_, rest)| rest.split('"').next());
        let event = event.with_context(|| format!("mtail wrote {sample:?}"))?;
        let value = value.parse().with_context(|| format!("mtail wrote {sample:?}"))?;
        let is_handled = HANDLED.contains(&event);
        if series.starts_with("calls{") {
            let of = |events: &[&str]| events.contains(&event);
            COUNTS.iter().filter(|(_, events)| of(events)).for_each(|(name, _)| totals.add(name, value));
            totals.add("handled", if is_handled { value } else { 0 });
        } else {
            ensure!(series.starts_with("seconds{"), "mtail wrote {sample:?}");
            totals.add("wait_seconds", if event == "CONNECT" { value } else { 0 });
            totals.add("handling_seconds", if is_handled { value } else { 0 });
        }
    }
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_all_queues_and_hours_are_added_up() {
        let counters = "# TYPE calls counter\n\
            calls{event=\"CONNECT\",hour=\"1\",prog=\"p\",queue=\"a\"} 2\n\
            calls{event=\"CONNECT\",hour=\"2\",prog=\"p\",queue=\"b\"} 3\n\
            calls{event=\"BLINDTRANSFER\",hour=\"2\",prog=\"p\",queue=\"b\"} 1\n\
            seconds{event=\"CONNECT\",hour=\"2\",prog=\"p\",queue=\"b\"} 40\n\
            seconds{event=\"BLINDTRANSFER\",hour=\"2\",prog=\"p\",queue=\"b\"} 90\n";
        let expected = Totals::from([
            ("abandoned", 0),
            ("answered", 5),
            ("arrivals", 0),
            ("handled", 1),
            ("handling_seconds", 90),
            ("left_by_key", 0),
            ("left_empty", 0),
            ("timed_out", 0),
            ("wait_seconds", 40),
            ("withdrawn", 0),
        ]);
        assert_eq!(totals(counters).unwrap(), expected);
        assert!(totals("calls{} 1").is_err());
    }
}
