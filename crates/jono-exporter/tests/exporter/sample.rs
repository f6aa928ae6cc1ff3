//! Things to show, and the judgement of `promtool`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use jono_domain::{
    Channel, Counters, Event, Formula, HourStart, OpenCell, Outcome, Seconds, Series, Service, UnixSeconds,
};
use jono_exporter::{Build, Exposition, SeriesSettings, Settings};

pub(crate) const EPOCH: HourStart = HourStart(UnixSeconds::saturating(1_591_599_600));

pub(crate) fn exposition() -> Exposition {
    let revision = Some("0123abc".to_owned());
    let build = Build { version: "1.0.0".to_owned(), revision, rust_version: None };
    Exposition::new(Settings::new(EPOCH, build))
}

pub(crate) fn series(channel: Channel, unit: &str, service: &str) -> Series {
    Series { channel, unit: unit.parse().unwrap(), service: service.parse().unwrap() }
}

pub(crate) fn settings(series: &Series, formulas: &[Formula]) -> SeriesSettings {
    SeriesSettings { series: series.clone(), formulas: formulas.to_vec(), target: 0.8 }
}

/// Arrived, and ended so after that many seconds; answered ones are then handled for five times as long.
pub(crate) fn counters(contacts: &[(Outcome, Option<u32>)]) -> Counters {
    let at = EPOCH.0;
    let seconds = |seconds| Seconds::new(seconds).unwrap();
    let mut hour = OpenCell::default();
    for &(outcome, wait) in contacts {
        hour.add(Event::Arrived { at });
        hour.add(Event::Concluded { at, outcome, wait: wait.map(seconds) });
        if outcome == Outcome::Answered {
            hour.add(Event::Handled { at, seconds: wait.map(|wait| seconds(5 * wait)) });
        }
    }
    let mut counters = Counters::default();
    counters.observe(&hour.seal(), &Service::default());
    counters
}

/// Prometheus' own check of names, types and units, on machines that have it.
pub(crate) fn check_with_promtool(text: &str) {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut promtool) = command.spawn() else { return };
    promtool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}
