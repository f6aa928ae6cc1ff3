//! How fast `/metrics` follows a change: of everything, and of one series among many.

use std::time::Instant;

use jono_domain::{
    Aspect, Cell, Counters, Event, Formula, HourStart, OpenCell, Outcome, Seconds, Series, Service,
    UnixSeconds,
};
use jono_exporter::{Build, Exposition, SeriesSettings, Settings};

use super::{
    Arguments,
    spread::{Spread, known},
    text::markdown,
};

pub(super) fn run(arguments: &Arguments) {
    let mut exposition = Exposition::new(Settings::new(HourStart(UnixSeconds::MIN), Build::new("bench")));
    let mut all = Vec::new();
    // As many series as it takes; each is a few dozen samples.
    while exposition.publish().samples() < arguments.samples {
        let more: Vec<_> = (all.len()..all.len() + 100).map(series).collect();
        let settings = more.iter().map(|series| SeriesSettings {
            series: series.clone(),
            aspects: [Aspect::Contacts, Aspect::Waits].into(),
            formulas: vec![Formula::AnsweredOfOffered],
            target: 0.8,
            promise: None,
        });
        exposition.declare(&settings.collect::<Vec<_>>());
        all.extend(more);
    }
    let (mut whole, mut one) = (Vec::new(), Vec::new());
    for round in 0..arguments.rounds.max(1) {
        let counters = |number: usize| counters(number + round);
        let changed: Vec<_> =
            all.iter().enumerate().map(|(at, series)| (series.clone(), counters(at))).collect();
        exposition.apply(&changed).expect("every series was declared");
        let started = Instant::now();
        let bytes = exposition.publish().bytes();
        whole.push(bytes as f64 / 1e6 / started.elapsed().as_secs_f64());

        let changed = [(all[round % all.len()].clone(), counters(round + 1000))];
        let started = Instant::now();
        exposition.apply(&changed).expect("every series was declared");
        exposition.publish();
        one.push(started.elapsed().as_secs_f64() * 1e6);
    }
    let snapshot = exposition.publish();
    let size = format!("{} samples, {:.1} MB", snapshot.samples(), snapshot.bytes() as f64 / 1e6);
    let rows = vec![
        [size.clone(), "every series changed".to_owned(), format!("{} MB/s", known(Spread::of(whole)))],
        [size, "one series changed".to_owned(), format!("{} µs", known(Spread::of(one)))],
    ];
    println!("{}", markdown(["/metrics", "after", "rendered"], &rows));
}

fn series(number: usize) -> Series {
    Series {
        channel: jono_domain::Channel::Phone,
        unit: format!("unit-{number:05}").parse().expect("a good name"),
        service: "service".parse().expect("a good name"),
    }
}

fn counters(number: usize) -> Counters {
    let mut open = OpenCell::default();
    for call in 0..50 {
        let wait = Seconds::new(((number * 31 + call * 17) % 900) as u32).expect("in range");
        open.add(Event::Concluded { at: UnixSeconds::MIN, outcome: Outcome::Answered, wait: Some(wait) });
    }
    let cell: Cell = open.seal();
    let mut counters = Counters::default();
    counters.observe(&cell, &Service::default());
    counters
}
