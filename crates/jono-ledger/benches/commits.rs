//! What a commit costs by how many cells it changes, in a ledger that holds them already.
//!
//! `cargo bench -p jono-ledger`; on the disk of the temporary folder, which decides most of it.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jono_domain::{
    Batch, Channel, Digest, Event, Keep, Lines, OpenCell, Outcome, Position, Seconds, Series, UnixSeconds,
    Zone,
};
use jono_ledger::{Ledger, NewDocument, Observed, Target};

const DIRTY: [usize; 3] = [1, 100, 10_000];

fn batch(dirty: usize, zone: &Zone, number: u64) -> Batch {
    let at = UnixSeconds::new(1_591_599_600).expect("in range");
    let next = UnixSeconds::new(at.get() + 1).expect("in range");
    let hour = zone.hour(at).start();
    let series = |place: usize| Series {
        channel: Channel::Phone,
        unit: format!("unit-{place:05}").parse().expect("a good name"),
        service: "service".parse().expect("a good name"),
    };
    let cell = |place: usize| {
        let mut open = OpenCell::default();
        let wait = Seconds::new(((number * 37 + place as u64) % 900) as u32).expect("in range");
        open.add(Event::Concluded { at, outcome: Outcome::Answered, wait: Some(wait) });
        (place, hour, open.seal())
    };
    Batch {
        series: (0..dirty).map(series).collect(),
        cells: (0..dirty).map(cell).collect(),
        events: Some(at..next),
        lines: Lines { events: dirty as u64, ..Lines::default() },
        ..Batch::empty(Position {
            bytes: number,
            chain: [0; 32],
            tail: Digest(number.into()),
            terminated: true,
        })
    }
}

fn commits(criterion: &mut Criterion) {
    let zone = Zone::utc();
    let mut group = criterion.benchmark_group("commit");
    for dirty in DIRTY {
        let folder = tempfile::tempdir().expect("there is room");
        let mut ledger = Ledger::create(&folder.path().join("bench.ledger"), &zone).expect("there is room");
        let document = NewDocument {
            source: "bench".parse().expect("a good name"),
            name: "bench".to_owned(),
            keep: Keep::Append,
            head: Digest(0),
            rules: Digest(0),
        };
        let target = Target::New { document, latest: None };
        let mut writer = ledger.write(target, None, UnixSeconds::MIN).expect("nobody else writes");
        let mut number = 0;
        group.throughput(Throughput::Elements(dirty as u64)).sample_size(20);
        group.bench_function(BenchmarkId::from_parameter(dirty), |bench| {
            bench.iter_batched(
                || {
                    number += 1;
                    batch(dirty, &zone, number)
                },
                |batch| writer.commit(&batch, Observed::default()).expect("nobody else writes"),
                criterion::BatchSize::PerIteration,
            );
        });
        writer.finish().expect("nobody else writes");
    }
    group.finish();
}

criterion_group!(benches, commits);
criterion_main!(benches);
