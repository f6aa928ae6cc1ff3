//! jono's prepared text, of as many series as give the samples that are asked for.

use std::time::Instant;

use jono_domain::{
    Aspect, Cell, Channel, Counters, Event, Formula, HourStart, OpenCell, Outcome, Seconds, Series, Service,
    UnixSeconds,
};
use jono_exporter::{Build, Exposition, SeriesSettings, Settings};

/// Limits of buckets, so that whoever knows the buckets knows the seconds.
const WAITS: [u32; 6] = [10, 20, 30, 60, 120, 300];
/// Calls that a series counts at once.
const CALLS: usize = 50;
/// So many series have counts of their own; the others have the same as one of them.
const KINDS: usize = 7;

/// What is shown, and what each series has counted so far.
pub(super) struct Shown {
    exposition: Exposition,
    counted: Vec<(Series, Counters)>,
    /// What each kind of series counts in a round.
    round: Vec<Cell>,
}

impl Shown {
    /// So many samples, or a few more; every series has counted one round.
    pub(super) fn new(samples: usize) -> Self {
        let settings = Settings {
            max_series: usize::MAX,
            ..Settings::new(HourStart(UnixSeconds::MIN), Build::new("bench"))
        };
        let mut shown = Self {
            exposition: Exposition::new(settings),
            counted: Vec::new(),
            round: (0..KINDS).map(cell).collect(),
        };
        let step = if samples < 10_000 { 1 } else { 100 };
        while shown.exposition.publish().samples() < samples {
            let from = shown.counted.len();
            let more: Vec<_> = (from..from + step).map(series).collect();
            let settings: Vec<_> = more.iter().cloned().map(settings_of).collect();
            shown.exposition.declare(&settings);
            shown.counted.extend(more.into_iter().map(|series| (series, Counters::default())));
        }
        shown.count_all();
        shown
    }

    /// Every series counts a round; the seconds of setting values, and those of rendering.
    pub(super) fn count_all(&mut self) -> (f64, f64) {
        self.count(self.counted.len());
        let started = Instant::now();
        self.set(self.counted.len());
        let set = started.elapsed().as_secs_f64();
        let started = Instant::now();
        self.exposition.publish();
        (set, started.elapsed().as_secs_f64())
    }

    /// The first few series count a round; the seconds of setting and rendering.
    pub(super) fn count_some(&mut self, few: usize) -> f64 {
        self.count(few);
        let started = Instant::now();
        self.set(few);
        self.exposition.publish();
        started.elapsed().as_secs_f64()
    }

    fn count(&mut self, few: usize) {
        let service = Service::default();
        for (number, (_, counters)) in self.counted[..few].iter_mut().enumerate() {
            counters.observe(&self.round[number % KINDS], &service);
        }
    }

    fn set(&mut self, few: usize) {
        self.exposition.apply(&self.counted[..few]).expect("every series was declared");
    }

    /// What a scrape is given.
    pub(super) fn text(&self) -> String {
        self.exposition.published().load().text()
    }

    pub(super) fn series(&self) -> usize {
        self.counted.len()
    }

    /// How many samples there are, and bytes of text.
    pub(super) fn size(&self) -> (usize, u64) {
        let snapshot = self.exposition.published().load();
        (snapshot.samples(), snapshot.bytes() as u64)
    }
}

fn settings_of(series: Series) -> SeriesSettings {
    SeriesSettings {
        series,
        aspects: [Aspect::Contacts, Aspect::Waits].into(),
        formulas: vec![Formula::AnsweredOfOffered],
        target: 0.8,
        promise: None,
    }
}

fn series(number: usize) -> Series {
    Series {
        channel: Channel::Phone,
        unit: format!("unit-{number:05}").parse().expect("a good name"),
        service: "service".parse().expect("a good name"),
    }
}

fn cell(kind: usize) -> Cell {
    let mut open = OpenCell::default();
    for call in 0..CALLS {
        let wait = Seconds::new(WAITS[(kind + call * 5) % WAITS.len()]).expect("in range");
        open.add(Event::Concluded { at: UnixSeconds::MIN, outcome: Outcome::Answered, wait: Some(wait) });
    }
    open.seal()
}
