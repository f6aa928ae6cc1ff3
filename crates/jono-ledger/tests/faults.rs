//! Ends a process at every named point of a commit, and proves that starting again gives what an uninterrupted
//! run gives. The process that is ended is this test program, started once more for one of its tests.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are part of the test")]

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jono_domain::{
    Batch, Channel, Digest, Event, HourStart, Keep, Lines, OpenCell, OpenState, Opening, Poll, Position,
    Reason, RecentCall, Reject, Score, Scores, Sealed, Seen, Series, Service, Tally, UnixSeconds, Zone,
};
use jono_ledger::{Extent, Ledger, NewDocument, NewEdition, Observed, Page, Target, fault};

const LEDGER: &str = "JONO_TEST_LEDGER";

fn open(path: &Path) -> Ledger {
    Ledger::create(path, &Zone::utc()).unwrap()
}

fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

fn document(name: &str, keep: Keep) -> NewDocument {
    let source = "helpdesk".parse().unwrap();
    NewDocument { source, name: name.to_owned(), keep, head: Digest(7), beginning: None, rules: Digest(1) }
}

/// One arrival an hour, a reject, and one of everything else that a batch brings: the batch that ends at `bytes`.
fn batch(bytes: u64) -> Batch {
    let time = at(1_591_599_600 + 3600 * i64::try_from(bytes).unwrap());
    let mut cell = OpenCell::default();
    cell.add(Event::Arrived { at: time });
    let mut lines = Lines { events: 1, ..Lines::default() };
    lines.rejected[Reason::BadTime.index()] = 1;
    let series = Series {
        channel: Channel::Phone,
        unit: "espoo".parse().unwrap(),
        service: "advice".parse().unwrap(),
    };
    let mut scores = Scores::default();
    scores.add(Score::new(9).unwrap());
    Batch {
        series: vec![series.clone()],
        cells: vec![(0, HourStart(time), Sealed::from(&cell.seal()))],
        scores: vec![(series.clone(), "2020-Q2".parse().unwrap(), scores)],
        polls: vec![Poll { series: series.clone(), at: time, seen: Seen::Closed }],
        openings: vec![Opening {
            channel: series.channel,
            unit: series.unit,
            first_day: "2020-06-01".parse().unwrap(),
            last_day: None,
            state: if bytes.is_multiple_of(2) { OpenState::Open } else { OpenState::Closed },
            hours: None,
        }],
        calls: vec![RecentCall { key: bytes, at: time }],
        events: Some(time..at(time.get() + 1)),
        lines,
        rejects: vec![Reject { reason: Reason::BadTime, position: bytes, line: b"x".to_vec() }],
        ..Batch::empty(Position { bytes, chain: [0; 32], tail: Digest(bytes.into()), terminated: true })
    }
}

/// The same batch, with how many contacts there were in some spans.
fn stating(bytes: u64, counts: &[(&str, u64)]) -> Batch {
    let mut batch = batch(bytes);
    let tallies = counts.iter().map(|&(span, count)| Tally {
        series: batch.series[0].clone(),
        measure: "contacts".parse().unwrap(),
        span: span.parse().unwrap(),
        count,
    });
    batch.tallies = tallies.collect();
    batch
}

/// Brings the ledger as far as it should be, from wherever it is: a log of three batches that loses its end, then
/// the start of counting, then a table that is written and written anew, then an edition and its revision.
fn run(path: &Path) {
    let mut ledger = open(path);
    let source = "helpdesk".parse().unwrap();
    let log = ledger.outlook(&source, Digest(7), None, "queue_log").unwrap();
    let (target, done) = match log.same_name {
        Some(known) => (Target::Grow { id: known.id, from: known.position.bytes }, known.position.bytes),
        None => (Target::New { document: document("queue_log", Keep::Append), latest: log.latest }, 0),
    };
    let mut writer = ledger.write(target, log.epoch, at(0)).unwrap();
    (done + 1..=3).for_each(|bytes| writer.commit(&batch(bytes), Observed::default()).unwrap());
    writer.finish().unwrap();

    let id = ledger.latest_named(&source, "queue_log").unwrap().unwrap().id;
    ledger.note_gap(id, at(0)).unwrap();

    let epoch = HourStart(batch(2).events.unwrap().start);
    ledger.start_counting(epoch, |_, cell, counters| counters.observe(cell, &Service::default())).unwrap();

    let observed = Observed { late: 1, overflow: 2, ..Observed::default() };
    let table = ledger.outlook(&source, Digest(7), None, "calls.csv").unwrap();
    let new = document("calls.csv", Keep::Replace);
    let known = table.same_name.unwrap_or_else(|| {
        let target = Target::New { document: new.clone(), latest: table.latest };
        let mut writer = ledger.write(target, Some(epoch), at(0)).unwrap();
        writer.commit(&stating(10, &[("2020-W24", 5), ("2020-W25", 6)]), observed).unwrap();
        writer.finish().unwrap();
        ledger.outlook(&source, Digest(7), None, "calls.csv").unwrap().same_name.unwrap()
    });
    if known.position.bytes == 10 {
        let target = Target::Replace { old: known.id, from: 10, document: new };
        let mut writer = ledger.write(target, Some(epoch), at(0)).unwrap();
        writer.commit(&stating(11, &[("2020-W25", 7)]), observed).unwrap();
        writer.commit(&stating(12, &[("2020-W26", 8)]), observed).unwrap();
        writer.finish().unwrap();
    }
    publish(&mut ledger);
}

/// Publishes what is missing of two revisions, each with two pages.
fn publish(ledger: &mut Ledger) {
    let period = "2020-W24".parse().unwrap();
    let done = ledger.edition(period, None).unwrap().map_or(0, |edition| edition.head.revision);
    for revision in done + 1..=2 {
        let page = |language: &str| Page {
            language: language.to_owned(),
            format: "html".to_owned(),
            body: vec![b'x'; 20_000],
        };
        let pages = vec![page("fi"), page("sv")];
        let edition = NewEdition { period, revision, at: at(0), embargo: None, facts: vec![b'{'], pages };
        assert_eq!(ledger.publish(&edition).unwrap(), revision);
    }
}

fn dump(path: &Path) -> String {
    let mut out = Vec::new();
    let ledger = open(path);
    ledger.dump(Extent::All, &mut out).unwrap();
    assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
    String::from_utf8(out).unwrap()
}

#[test]
#[ignore = "the process that is ended; started by the other test"]
fn ended() {
    run(&PathBuf::from(env::var_os(LEDGER).expect("started by the other test")));
}

#[test]
fn wherever_a_process_is_ended_nothing_is_lost_or_counted_twice() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole");
    run(&whole);
    let expected = dump(&whole);
    for point in fault::POINTS {
        let mut times = 0;
        loop {
            times += 1;
            let path = dir.path().join(format!("{point}-{times}"));
            let status = Command::new(env::current_exe().unwrap())
                .args(["--exact", "ended", "--ignored"])
                .env(LEDGER, &path)
                .env("FAULT_POINT", format!("{point}:{times}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            run(&path);
            assert_eq!(dump(&path), expected, "ended at {point}, the {times}. time");
            if status.success() {
                break;
            }
        }
        assert!(times > 1, "{point} is never reached");
    }
}
