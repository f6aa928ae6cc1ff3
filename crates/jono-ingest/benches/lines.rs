//! What a line of a queue log costs: found, understood and folded, by one thread, without a store.
//!
//! `cargo bench -p jono-ingest`

use std::{fmt::Write, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jono_domain::{Router, UnixSeconds, Zone};
use jono_ingest::{Batches, Context, Form, Format, Input, Options, Unrouted, format};

const CALLS: u64 = 20_000;
const QUEUES: u64 = 50;

/// Answered calls, a second apart.
fn log() -> String {
    let mut log = String::new();
    for call in 0..CALLS {
        let (entered, queue, wait) = (1_591_599_600 + call, call * 7 % QUEUES, call % 600);
        let id = format!("{entered}.{call}");
        let (answered, ended) = (entered + wait, entered + wait + 120);
        let written = write!(
            log,
            "{entered}|{id}|queue-{queue:02}|NONE|ENTERQUEUE||5550001234|1\n\
             {answered}|{id}|queue-{queue:02}|Agent/1127|CONNECT|{wait}|{id}|6\n\
             {ended}|{id}|queue-{queue:02}|Agent/1127|COMPLETECALLER|{wait}|120|1\n"
        );
        written.expect("a string takes everything");
    }
    log
}

fn lines(criterion: &mut Criterion) {
    let log = log();
    let input = Input::spool("bench", log.as_bytes()).expect("there is room");
    let Ok(Form::Plain(form)) = format("queue_log") else { panic!("the format is a plain one") };
    let form: Arc<dyn Format> = form();
    let zone = Zone::new("Europe/Helsinki").expect("it is bundled");
    let context = Arc::new(Context {
        log_zone: zone.clone(),
        zone,
        router: Router::new(Vec::new()),
        unrouted: Unrouted { limit: 1000, ..Unrouted::default() },
        promises: std::collections::BTreeMap::new(),
        until: UnixSeconds::MAX,
    });
    let options = Options { threads: 1, take_last: true, ..Options::default() };
    let mut group = criterion.benchmark_group("queue log");
    group.throughput(Throughput::Elements(3 * CALLS)).sample_size(20);
    group.bench_function("lines to cells", |bench| {
        bench.iter(|| {
            let batches = Batches::new(&input, &form, &context, None, options).expect("it can be read");
            batches.map(|batch| batch.expect("it can be read").cells.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
