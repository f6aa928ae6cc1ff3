//! What a cell costs: filled and sealed, merged, encoded and decoded, by how many contacts it has.
//!
//! `cargo bench -p jono-domain`

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jono_domain::{Cell, Event, OpenCell, Outcome, Seconds, UnixSeconds};

const CONTACTS: [u32; 3] = [3, 30, 300];

/// Contacts of an hour, waits and handling times spread as people's are: many short, few long.
fn open(contacts: u32, seed: u32) -> OpenCell {
    let mut open = OpenCell::default();
    let at = UnixSeconds::MIN;
    let mut number = seed;
    let mut seconds = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let share = number >> 22;
        Seconds::new(share * share / 900).expect("in range")
    };
    for _ in 0..contacts {
        open.add(Event::Arrived { at });
        open.add(Event::Concluded { at, outcome: Outcome::Answered, wait: Some(seconds()) });
        open.add(Event::Handled { at, seconds: Some(seconds()) });
    }
    open
}

fn cells(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cell");
    for contacts in CONTACTS {
        let id = |name: &str| BenchmarkId::new(name, contacts);
        group.bench_function(id("fill and seal"), |bench| {
            bench.iter(|| open(black_box(contacts), 1).seal());
        });
        let (one, other) = (open(contacts, 1).seal(), open(contacts, 2).seal());
        group.bench_function(id("merge"), |bench| {
            let merge = |mut cell: Cell| {
                cell.merge(black_box(&other));
                cell
            };
            bench.iter_batched(|| one.clone(), merge, BatchSize::SmallInput);
        });
        let mut bytes = Vec::new();
        one.encode(&mut bytes);
        group.bench_function(id("encode"), |bench| {
            let mut out = Vec::new();
            bench.iter(|| {
                out.clear();
                black_box(&one).encode(&mut out);
            });
        });
        group.bench_function(id("decode"), |bench| {
            bench.iter(|| Cell::decode(black_box(&bytes)).expect("it was encoded"));
        });
    }
    group.finish();
}

criterion_group!(benches, cells);
criterion_main!(benches);
