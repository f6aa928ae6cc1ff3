//! Things to show, and the judgement of `promtool`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use jono_domain::{
    Aspect, Channel, Counters, Event, Formula, HourStart, OpenCell, Outcome, Seconds, Series, Service,
    UnixSeconds,
};
use jono_exporter::{Build, Exposition, SeriesSettings, Settings};

pub(crate) const EPOCH: HourStart = HourStart(UnixSeconds::saturating(1_591_599_600));

pub(crate) fn exposition() -> Exposition {
    Exposition::new(plain_settings())
}

/// What [`exposition`] is made with.
pub(crate) fn plain_settings() -> Settings {
    let revision = Some("0123abc".to_owned());
    Settings::new(EPOCH, Build { version: "1.0.0".to_owned(), revision, rust_version: None })
}

pub(crate) fn series(channel: Channel, unit: &str, service: &str) -> Series {
    Series { channel, unit: unit.parse().unwrap(), service: service.parse().unwrap() }
}

/// A series of contacts.
pub(crate) fn settings(series: &Series, formulas: &[Formula]) -> SeriesSettings {
    SeriesSettings { formulas: formulas.to_vec(), ..showing(series, &[Aspect::Contacts, Aspect::Waits]) }
}

/// A series of which this is shown, without formulas and promise.
pub(crate) fn showing(series: &Series, aspects: &[Aspect]) -> SeriesSettings {
    SeriesSettings {
        series: series.clone(),
        aspects: aspects.iter().copied().collect(),
        formulas: Vec::new(),
        target: 0.8,
        promise: None,
    }
}

/// Arrived, and ended so after that many seconds; answered ones are then handled for five times as long.
pub(crate) fn counters(contacts: &[(Outcome, Option<u32>)]) -> Counters {
    let at = EPOCH.0;
    let seconds = |seconds| Seconds::new(seconds).unwrap();
    let mut events = Vec::new();
    for &(outcome, wait) in contacts {
        events.push(Event::Arrived { at });
        events.push(Event::Concluded { at, outcome, wait: wait.map(seconds) });
        if outcome == Outcome::Answered {
            events.push(Event::Handled { at, seconds: wait.map(|wait| seconds(5 * wait)) });
        }
    }
    observed(&events)
}

/// What these events count, by the promise of a service without settings.
pub(crate) fn observed(events: &[Event]) -> Counters {
    let mut hour = OpenCell::default();
    events.iter().for_each(|&event| hour.add(event));
    let mut counters = Counters::default();
    counters.observe(&hour.seal(), &Service::default());
    counters
}

/// The lines of a family, without its heading.
pub(crate) fn lines(text: &str, family: &str) -> String {
    let lines = text.lines().filter(|line| line.starts_with(family));
    lines.collect::<Vec<_>>().join("\n")
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
