//! What the text of `/metrics` costs after a change, by how many series changed, of a thousand.
//!
//! `cargo bench -p jono-exporter`

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jono_domain::{
    Aspect, Cell, Channel, Counters, Event, Formula, HourStart, OpenCell, Outcome, Seconds, Series, Service,
    UnixSeconds,
};
use jono_exporter::{Build, Exposition, SeriesSettings, Settings};

const SERIES: usize = 1000;
const CHANGED: [usize; 3] = [1, 32, SERIES];

fn series(number: usize) -> Series {
    Series {
        channel: Channel::Phone,
        unit: format!("unit-{number:04}").parse().expect("a good name"),
        service: "service".parse().expect("a good name"),
    }
}

fn calls() -> Cell {
    let mut open = OpenCell::default();
    for wait in [3, 20, 45, 90, 400] {
        let wait = Some(Seconds::new(wait).expect("in range"));
        open.add(Event::Concluded { at: UnixSeconds::MIN, outcome: Outcome::Answered, wait });
    }
    open.seal()
}

fn texts(criterion: &mut Criterion) {
    let mut exposition = Exposition::new(Settings::new(HourStart(UnixSeconds::MIN), Build::new("bench")));
    let settings = |number| SeriesSettings {
        series: series(number),
        aspects: [Aspect::Contacts, Aspect::Waits].into(),
        formulas: vec![Formula::AnsweredOfOffered],
        target: 0.8,
        promise: None,
    };
    exposition.declare(&(0..SERIES).map(settings).collect::<Vec<_>>());
    exposition.publish();
    let (calls, service) = (calls(), Service::default());
    let mut counted: Vec<_> = (0..SERIES).map(|number| (series(number), Counters::default())).collect();
    let mut group = criterion.benchmark_group("set and render");
    for changed in CHANGED {
        group.bench_function(BenchmarkId::from_parameter(changed), |bench| {
            bench.iter(|| {
                counted[..changed].iter_mut().for_each(|(_, counters)| counters.observe(&calls, &service));
                exposition.apply(&counted[..changed]).expect("every series was declared");
                exposition.publish().bytes()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, texts);
criterion_main!(benches);
