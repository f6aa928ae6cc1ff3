//! What tests share: a ledger in a directory of its own, and batches that say in one line what they hold.

use std::collections::BTreeMap;

use jono_domain::{
    Basis, Batch, Channel, Counters, Digest, DocumentId, Event, Figure, HourStart, Keep, Lines, OpenCell,
    Opening, Outcome, Poll, Position, Reason, RecentCall, Reject, Score, Scores, Sealed, Seconds, Seen,
    Series, Service, SourceName, Tally, UnixSeconds, Zone, cell::Cell,
};
use tempfile::TempDir;

use crate::{Extent, Ledger, NewDocument, Observed, Target, WriteError};

/// Monday 2020-06-08 at 10:00 in Helsinki.
pub(crate) const MONDAY: i64 = 1_591_599_600;

pub(crate) fn helsinki() -> Zone {
    Zone::new("Europe/Helsinki").unwrap()
}

pub(crate) fn at(seconds: i64) -> UnixSeconds {
    UnixSeconds::new(seconds).unwrap()
}

pub(crate) fn source() -> SourceName {
    "helpdesk".parse().unwrap()
}

pub(crate) fn series(unit: &str) -> Series {
    Series { channel: Channel::Phone, unit: unit.parse().unwrap(), service: "advice".parse().unwrap() }
}

pub(crate) fn document(name: &str) -> NewDocument {
    let (head, rules) = (Digest(7), Digest(1));
    NewDocument { source: source(), name: name.to_owned(), keep: Keep::Append, head, beginning: None, rules }
}

pub(crate) fn position(bytes: u64) -> Position {
    Position { bytes, chain: [bytes as u8; 32], tail: Digest(u128::from(bytes)), terminated: true }
}

/// A ledger and the directory that it lives in.
pub(crate) struct Home {
    pub(crate) dir: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("jono.ledger")
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::create(&self.path(), &helsinki()).unwrap()
    }
}

/// Answered calls as (unit, time, wait), folded into a batch that ends at `bytes`.
pub(crate) fn batch(bytes: u64, calls: &[(&str, i64, u32)]) -> Batch {
    let zone = helsinki();
    let mut units = Vec::new();
    let mut open = BTreeMap::<(HourStart, usize), OpenCell>::new();
    for &(unit, time, wait) in calls {
        let place = units.iter().position(|&known| known == unit).unwrap_or_else(|| {
            units.push(unit);
            units.len() - 1
        });
        let (outcome, wait) = (Outcome::Answered, Some(Seconds::new(wait).unwrap()));
        let event = Event::Concluded { at: at(time), outcome, wait };
        open.entry((zone.hour(at(time)).start(), place)).or_default().add(event);
    }
    let first = calls.iter().map(|call| call.1).min();
    let last = calls.iter().map(|call| call.1).max();
    Batch {
        series: units.into_iter().map(series).collect(),
        cells: open
            .into_iter()
            .map(|((hour, place), cell)| (place, hour, Sealed::from(&cell.seal())))
            .collect(),
        events: first.zip(last).map(|(first, last)| at(first)..at(last + 1)),
        lines: Lines { events: calls.len() as u64, ..Lines::default() },
        ..Batch::empty(position(bytes))
    }
}

/// The same, with rejected lines of one reason.
pub(crate) fn rejecting(mut batch: Batch, reason: Reason, lines: &[&str]) -> Batch {
    batch.lines.rejected[reason.index()] += lines.len() as u64;
    batch.rejects.extend(lines.iter().enumerate().map(|(place, line)| Reject {
        reason,
        position: place as u64,
        line: line.as_bytes().to_vec(),
    }));
    batch
}

/// The same, with statements such as `tallied espoo contacts 2020-W24 812`.
pub(crate) fn stating(mut batch: Batch, statements: &[impl AsRef<str>]) -> Batch {
    for statement in statements {
        let words: Vec<_> = statement.as_ref().split(' ').collect();
        let [basis, unit, measure, span, value] = words[..] else { panic!("{words:?}") };
        let (series, measure, span) = (series(unit), measure.parse().unwrap(), span.parse().unwrap());
        if basis == Basis::Tallied.as_str() {
            batch.tallies.push(Tally { series, measure, span, count: value.parse().unwrap() });
        } else {
            let (value, of, provisional) = (value.parse().unwrap(), Some(20), true);
            batch.figures.push(Figure { series, measure, span, value, of, provisional, label: None });
        }
    }
    batch
}

/// The same, with what was said or seen, such as `score espoo 2020-Q2 9`, `poll espoo 10 open 4 600 -`,
/// `opening espoo 2020-06-01..2020-06-30 open Mo-Fr 09:00-16:00` or `call 7 10`. It is put into the order of batches.
pub(crate) fn having(mut batch: Batch, things: &[impl AsRef<str>]) -> Batch {
    let mut scores = BTreeMap::<_, Scores>::new();
    let mut polls = BTreeMap::<_, Poll>::new();
    for thing in things {
        let words: Vec<_> = thing.as_ref().splitn(5, ' ').collect();
        match words[..] {
            ["score", unit, round, score] => {
                let score = Score::new(score.parse().unwrap()).unwrap();
                scores.entry((series(unit), round.parse().unwrap())).or_default().add(score);
            }
            ["poll", unit, time, ref seen @ ..] => {
                let poll =
                    Poll { series: series(unit), at: at(time.parse().unwrap()), seen: self::seen(seen) };
                let kept = polls.entry((series(unit), poll.seen.kind())).or_insert_with(|| poll.clone());
                if poll.at >= kept.at {
                    *kept = poll;
                }
            }
            ["opening", unit, days, state, ref hours @ ..] => {
                let (first, last) = days.split_once("..").unwrap();
                batch.openings.push(Opening {
                    channel: Channel::Phone,
                    unit: unit.parse().unwrap(),
                    first_day: first.parse().unwrap(),
                    last_day: (!last.is_empty()).then(|| last.parse().unwrap()),
                    state: state.parse().unwrap(),
                    hours: hours.first().map(|hours| hours.parse().unwrap()),
                });
            }
            ["call", key, time] => {
                batch.calls.push(RecentCall { key: key.parse().unwrap(), at: at(time.parse().unwrap()) });
            }
            _ => panic!("{words:?}"),
        }
    }
    batch.scores = scores.into_iter().map(|((series, round), scores)| (series, round, scores)).collect();
    batch.polls = polls.into_values().collect();
    batch
}

fn seen(words: &[&str]) -> Seen {
    let number = |word: &str| (word != "-").then(|| word.parse().unwrap());
    let words: Vec<_> = words.iter().flat_map(|words| words.split(' ')).collect();
    match words[..] {
        ["open", waiting, wait, desks] => {
            let wait = number(wait).map(|wait| Seconds::new(wait).unwrap());
            Seen::Office { waiting: number(waiting), wait, desks: number(desks) }
        }
        ["closed"] => Seen::Closed,
        ["free", days] => Seen::Appointment { days: number(days).unwrap() },
        ["none"] => Seen::NoAppointment,
        _ => panic!("{words:?}"),
    }
}

/// What a cell adds to its series' counters.
pub(crate) fn judge(_: &Series, cell: &Cell, counters: &mut Counters) {
    counters.observe(cell, &Service::default());
}

impl Ledger {
    /// Commits batches to one target and finishes.
    pub(crate) fn put(
        &mut self,
        target: Target,
        batches: &[Batch],
    ) -> Result<Option<DocumentId>, WriteError> {
        let epoch = self.epoch()?;
        let mut writer = self.write(target, epoch, at(MONDAY))?;
        batches.iter().try_for_each(|batch| writer.commit(batch, Observed::default()))?;
        let written = writer.finish()?;
        assert!(written.warning.is_none(), "{:?}", written.warning);
        Ok(written.id)
    }

    /// Commits batches to a new document.
    pub(crate) fn add(&mut self, name: &str, batches: &[Batch]) -> DocumentId {
        let latest = self.outlook(&source(), Digest(7), None, name).unwrap().latest;
        self.put(Target::New { document: document(name), latest }, batches).unwrap().unwrap()
    }

    pub(crate) fn dumped(&self, extent: Extent) -> String {
        let mut out = Vec::new();
        self.dump(extent, &mut out).unwrap();
        assert_eq!(self.verify().unwrap(), Vec::<String>::new());
        String::from_utf8(out).unwrap()
    }
}
