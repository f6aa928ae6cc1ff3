//! The batches of one document, in its order: several, or one of what is understood as a whole.

mod ahead;
mod blockwise;
mod in_order;
mod lines;
mod rows;
mod stretches;
mod whole;

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use hashbrown::HashMap;
use jono_domain::{
    Batch, CallWindow, CellSum, Digest, Figure, HourStart, Lines, Opening, Period, Poll, PollKind, Position,
    Reason, RecentCall, Reject, Scores, Sealed, Series, Tally, UnixSeconds, reject::MAX_SAMPLES,
};
use thiserror::Error;

use self::{ahead::Ahead, blockwise::BlockBatches, whole::WholeBatch};
pub(crate) use self::{
    stretches::{each_stretch, heading},
    whole::MAX_BYTES,
};
use crate::{
    fold::{Context, Entry, Folded, Piece, Unrouted},
    input::{Input, InputError},
    source::{Format, Split},
    table::Refused,
};

/// How a document is read.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many threads parse; what is understood as a whole is read by one.
    pub threads: usize,
    /// How many bytes a batch covers at most, in whole blocks; fewer where they hold many hours of many queues.
    pub batch_bytes: u64,
    /// Whether an unterminated last line is counted. If not, it is left pending.
    pub take_last: bool,
}

impl Default for Options {
    /// As many threads as there are cores, 128 MiB a batch, the last line pending.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, Into::into);
        Self { threads, batch_bytes: 128 << 20, take_last: false }
    }
}

/// Reading ended early. All batches before it are good.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The input failed.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A worker ended without a result; its own message is above this one.
    #[error("a reading thread ended early")]
    Worker,
    /// It has not the form of a document of this format; there is no batch before it.
    #[error("it cannot be understood, and what was counted of it before stays")]
    Refused {
        /// The input.
        name: String,
        /// Why.
        #[source]
        why: Refused,
    },
}

/// Where reading is gone on from.
#[derive(Debug, Clone)]
pub struct Resume {
    /// The end of what has been counted.
    pub position: Position,
    /// The calls that entered before it.
    pub calls: CallWindow,
}

/// The batches of one document, in order.
pub struct Batches(Ahead);

enum Manner {
    Blocks(Box<BlockBatches>),
    Whole(Option<WholeBatch>),
    Refused(Option<ReadError>),
}

impl Batches {
    /// Starts reading at the beginning, or where `from` says, if its format [goes on](Format::goes_on).
    pub fn new(
        input: &Input,
        format: &Arc<dyn Format>,
        context: &Arc<Context>,
        from: Option<Resume>,
        options: Options,
    ) -> Result<Self, InputError> {
        let manner = match format.split() {
            Split::Lines(_) => {
                Manner::Blocks(Box::new(lines::batches(input, format, context, from, options)?))
            }
            Split::Rows(table) => match rows::batches(input, format, table, context, from, options)? {
                Ok(batches) => Manner::Blocks(Box::new(batches)),
                Err(why) => Manner::Refused(Some(ReadError::Refused { name: input.name().to_owned(), why })),
            },
            Split::Whole(_) => Manner::Whole(Some(WholeBatch::new(input, format, context, from)?)),
        };
        Ok(Self(Ahead::new(manner).map_err(|source| input.failed(source))?))
    }

    /// How many bytes of an unterminated last line were left; known once the last batch has been handed on.
    pub fn pending_bytes(&self) -> u64 {
        self.0.pending_bytes()
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl Manner {
    fn next(&mut self) -> Option<Result<Batch, ReadError>> {
        match self {
            Self::Blocks(batches) => batches.next(),
            Self::Whole(batch) => batch.take().map(WholeBatch::read),
            Self::Refused(why) => why.take().map(Err),
        }
    }

    fn pending_bytes(&self) -> u64 {
        match self {
            Self::Blocks(batches) => batches.pending_bytes(),
            Self::Whole(_) | Self::Refused(_) => 0,
        }
    }
}

/// A batch being put together.
#[derive(Default)]
struct Pending {
    series: Vec<Series>,
    numbers: HashMap<Series, usize, foldhash::fast::RandomState>,
    /// Of the series that chunks bring, their numbers here, or [`NO_NUMBER`] as long as no cell is of them.
    brought: Vec<(Arc<[Series]>, Vec<usize>)>,
    cells: Vec<PendingCell>,
    /// By hour, then number, the place in `cells`, or [`NO_CELL`].
    hours: HashMap<HourStart, Vec<u32>, foldhash::fast::RandomState>,
    /// The stored forms of all pieces.
    bodies: Vec<u8>,
    /// Empty, between one cell and the next.
    sum: CellSum,
    /// Pieces behind the first of their cell: its place, and where they are in `bodies`.
    more: Vec<(u32, Range<usize>)>,
    tallies: Vec<Tally>,
    figures: Vec<Figure>,
    scores: BTreeMap<(Series, Period), Scores>,
    polls: BTreeMap<(Series, PollKind), Poll>,
    openings: Vec<Opening>,
    calls: Vec<RecentCall>,
    events: Option<Range<UnixSeconds>>,
    lines: Lines,
    rejects: Vec<Reject>,
    /// How many there are of each reason.
    sampled: [usize; Reason::ALL.len()],
}

/// A cell of which there is at least one piece.
struct PendingCell {
    hour: HourStart,
    number: usize,
    /// Where the first piece is in the bodies.
    first: Range<usize>,
    /// Of all pieces.
    events: u64,
}

const NO_NUMBER: usize = usize::MAX;
const NO_CELL: u32 = u32::MAX;

impl Pending {
    /// Adds what came of a chunk. `calls` are those that entered before it.
    fn merge(&mut self, folded: Folded, unrouted: &mut Unrouted, calls: &mut CallWindow) {
        let mut entered = vec![0; folded.cells.len()];
        for &Entry { cell, call } in &folded.entries {
            if calls.enter(call) {
                entered[cell as usize] += 1;
                self.calls.push(call);
                // The rest no window would remember.
                if self.calls.len() >= 2 * CallWindow::CALLS {
                    self.calls.drain(..CallWindow::CALLS);
                }
            }
        }
        self.merge_cells(&folded, &entered, unrouted);
        // All unrouted series that fit have been admitted with their cells.
        let mut admitted = |series: Series| unrouted.admit(&series).unwrap_or(series);
        for ((series, round), scores) in folded.scores {
            self.scores.entry((admitted(series), round)).or_default().merge(&scores);
        }
        for ((series, kind), poll) in folded.polls {
            let poll = Poll { series: admitted(series), ..poll };
            let kept = self.polls.entry((poll.series.clone(), kind)).or_insert_with(|| poll.clone());
            if poll.at >= kept.at {
                *kept = poll;
            }
        }
        self.tallies.extend(folded.tallies);
        self.figures.extend(folded.figures);
        self.openings.extend(folded.openings);
        self.lines.merge(&folded.lines);
        if let Some(events) = folded.events {
            let all = self.events.get_or_insert_with(|| events.clone());
            *all = all.start.min(events.start)..all.end.max(events.end);
        }
        for reject in folded.rejects {
            let sampled = &mut self.sampled[reject.reason.index()];
            if *sampled < MAX_SAMPLES {
                *sampled += 1;
                self.rejects.push(reject);
            }
        }
    }

    /// Adds the cells of a chunk, each with the calls that entered its unit there, by the numbers of its pieces.
    ///
    /// They come by hour, then series: which unrouted queues fit below the limit must not depend on which thread saw what.
    fn merge_cells(&mut self, folded: &Folded, entered: &[u64], unrouted: &mut Unrouted) {
        let Folded { cells, bodies, series, .. } = folded;
        let mut brought = self.brought(series);
        for of_hour in cells.chunk_by(|a, b| a.hour == b.hour) {
            let hour = of_hour[0].hour;
            let mut row = self.hours.remove(&hour).unwrap_or_default();
            for Piece { series: at, number: piece, body, events, .. } in of_hour {
                let number = &mut brought[*at as usize];
                if *number == NO_NUMBER {
                    let series = &series[*at as usize];
                    *number = self.number(unrouted.admit(series).unwrap_or_else(|| series.clone()));
                }
                if row.len() <= *number {
                    row.resize(self.series.len(), NO_CELL);
                }
                let (body, start) = (&bodies[body.start as usize..body.end as usize], self.bodies.len());
                let added = self.sum.entered(body, entered[*piece as usize], &mut self.bodies);
                added.expect("it was sealed by the fold");
                let body = start..self.bodies.len();
                let place = &mut row[*number];
                if *place == NO_CELL {
                    *place = self.cells.len() as u32;
                    self.cells.push(PendingCell { hour, number: *number, first: body, events: *events });
                } else {
                    self.cells[*place as usize].events += events;
                    self.more.push((*place, body));
                }
            }
            self.hours.insert(hour, row);
        }
        self.brought.push((series.clone(), brought));
    }

    /// The numbers here of the series that a chunk brings; put back, they are known for the next such chunk.
    fn brought(&mut self, series: &Arc<[Series]>) -> Vec<usize> {
        if let Some(at) = self.brought.iter().position(|(known, _)| Arc::ptr_eq(known, series)) {
            return self.brought.swap_remove(at).1;
        }
        // Those of a thread that has met another series since do not come again.
        if self.brought.len() > 64 {
            self.brought.clear();
        }
        vec![NO_NUMBER; series.len()]
    }

    fn number(&mut self, series: Series) -> usize {
        if let Some(&number) = self.numbers.get(&series) {
            return number;
        }
        let number = self.series.len();
        self.series.push(series.clone());
        self.numbers.insert(series, number);
        number
    }

    /// The cells, each with its place among the series and its hour, ascending by hour, then by place.
    fn sealed(&mut self) -> Vec<(usize, HourStart, Sealed)> {
        // Of one cell, they stay in the order of the document.
        self.more.sort_by_key(|&(place, _)| place);
        for more in self.more.chunk_by(|a, b| a.0 == b.0) {
            let first = &mut self.cells[more[0].0 as usize].first;
            let pieces = std::iter::once(&*first).chain(more.iter().map(|(_, body)| body));
            for piece in pieces {
                self.sum.add(&self.bodies[piece.clone()]).expect("it was sealed by the fold");
            }
            let start = self.bodies.len();
            self.sum.seal(&mut self.bodies);
            *first = start..self.bodies.len();
        }
        let bodies = Arc::new(std::mem::take(&mut self.bodies));
        self.cells.sort_unstable_by_key(|cell| (cell.hour, cell.number));
        let sealed = |PendingCell { hour, number, first, events }| {
            (number, hour, Sealed::within(&bodies, first, events))
        };
        std::mem::take(&mut self.cells).into_iter().map(sealed).collect()
    }

    fn into_batch(mut self, position: Position, last_block: Option<Digest>) -> Batch {
        let forgotten = self.calls.len().saturating_sub(CallWindow::CALLS);
        Batch {
            position,
            last_block,
            cells: self.sealed(),
            series: self.series,
            tallies: self.tallies,
            figures: self.figures,
            scores: self
                .scores
                .into_iter()
                .map(|((series, round), scores)| (series, round, scores))
                .collect(),
            polls: self.polls.into_values().collect(),
            openings: self.openings,
            calls: self.calls.split_off(forgotten),
            events: self.events,
            lines: self.lines,
            rejects: self.rejects,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet, VecDeque};

    use jono_domain::{Cell, Event, OpenCell, Outcome, Router, Seconds, Zone};
    use proptest::prelude::*;

    use super::*;
    use crate::{input::Prefix, source::queue_log::QueueLog};

    fn context(limit: usize) -> Arc<Context> {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let route = ("it-*".parse().unwrap(), Series::unrouted("it".parse().unwrap()));
        Arc::new(Context {
            log_zone: zone.clone(),
            zone,
            router: Router::new(vec![route]),
            unrouted: Unrouted { known: BTreeSet::new(), limit },
            promises: BTreeMap::new(),
            until: jono_domain::UnixSeconds::MAX,
        })
    }

    fn queue_log() -> Arc<dyn Format> {
        Arc::new(QueueLog)
    }

    fn input(text: &[u8]) -> Input {
        Input::spool("test", text).unwrap()
    }

    /// Everything counted of a text, and where it ended.
    #[derive(Debug, Default, PartialEq)]
    struct Counted {
        cells: BTreeMap<(String, i64), Cell>,
        lines: Lines,
        events: Option<Range<UnixSeconds>>,
        calls: Vec<RecentCall>,
    }

    impl Counted {
        fn add(&mut self, batch: &Batch) {
            for (number, hour, cell) in &batch.cells {
                let key = (batch.series[*number].unit.to_string(), hour.0.get());
                self.cells.entry(key).or_default().merge(&cell.open());
            }
            self.lines.merge(&batch.lines);
            self.calls.extend(&batch.calls);
            if let Some(events) = batch.events.clone() {
                let all = self.events.get_or_insert_with(|| events.clone());
                *all = all.start.min(events.start)..all.end.max(events.end);
            }
        }
    }

    fn count(text: &[u8], from: Option<Resume>, options: Options) -> (Counted, Vec<Position>) {
        let mut counted = Counted::default();
        let input = input(text);
        let batches = Batches::new(&input, &queue_log(), &context(1000), from, options).unwrap();
        let mut positions = Vec::new();
        for batch in batches {
            let batch = batch.unwrap();
            assert!(input.holds(&batch.position, batch.last_block).unwrap());
            counted.add(&batch);
            positions.push(batch.position);
        }
        (counted, positions)
    }

    /// The oracle: what the definitions say, without any of the machinery.
    fn naive(text: &[u8]) -> Counted {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let (mut counted, mut recent) = (Counted::default(), NaiveCalls::default());
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let mut lines: Vec<&[u8]> = text.split(|&b| b == b'\n').collect();
        if lines.last().is_some_and(|last| last.is_empty()) {
            lines.pop();
        }
        for line in lines {
            match naive_line(line) {
                Err(reason) => {
                    let reason = if line.contains(&0) { Reason::Binary } else { reason };
                    counted.lines.rejected[reason.index()] += 1;
                }
                Ok(None) => counted.lines.ignore("x", 1),
                Ok(Some((queue, call, event))) => {
                    counted.lines.events += 1;
                    let unit = if queue.starts_with("it-") { "it" } else { queue };
                    let key = (unit.to_owned(), zone.hour(event.at()).start().0.get());
                    let mut one = OpenCell::default();
                    one.add(event);
                    if let (Event::Arrived { at }, false) = (event, matches!(call, b"" | b"NONE"))
                        && recent.enters(unit, call, at.get())
                    {
                        one.enter();
                    }
                    counted.cells.entry(key).or_default().merge(&one.seal());
                    let (start, end) = (event.at(), UnixSeconds::saturating(event.at().get() + 1));
                    let all = counted.events.get_or_insert(start..end);
                    *all = all.start.min(start)..all.end.max(end);
                }
            }
        }
        counted
    }

    /// The calls that entered last, with when, the newest at the end.
    #[derive(Default)]
    struct NaiveCalls(VecDeque<(String, Vec<u8>, i64)>);

    impl NaiveCalls {
        /// Whether the call is a contact more of the unit.
        fn enters(&mut self, unit: &str, call: &[u8], at: i64) -> bool {
            let mut newest = self.0.iter().rev();
            let last = newest.find(|(other, id, _)| other == unit && id == call).map(|(.., at)| *at);
            let is_new = last.is_none_or(|last| (at - last).abs() > 4 * 3600);
            if is_new {
                self.0.push_back((unit.to_owned(), call.to_owned(), at));
                if self.0.len() > CallWindow::CALLS {
                    self.0.pop_front();
                }
            }
            is_new
        }
    }

    /// The queue, the call's id, and what happened.
    type NaiveEvent<'a> = (&'a str, &'a [u8], Event);

    fn naive_line(line: &[u8]) -> Result<Option<NaiveEvent<'_>>, Reason> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() > crate::MAX_LINE_BYTES {
            return Err(Reason::LineTooLong);
        }
        let fields: Vec<&[u8]> = line.split(|&b| b == b'|').collect();
        if fields.len() < 5 {
            return Err(Reason::TooFewFields);
        }
        let text =
            |at: usize| fields.get(at).map_or("", |field| std::str::from_utf8(field).unwrap_or("\u{1}"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(text(0)) || text(0).len() > 10 {
            return Err(Reason::BadTime);
        }
        let at = UnixSeconds::new(text(0).parse().unwrap()).unwrap();
        let number = |at: usize| -> Result<Seconds, Reason> {
            match text(at) {
                "" => Err(Reason::MissingValue),
                digits if all_digits(digits) => digits
                    .parse::<u32>()
                    .ok()
                    .and_then(|value| Seconds::new(value).ok())
                    .ok_or(Reason::OutOfRange),
                other if other.strip_prefix('-').is_some_and(all_digits) => Err(Reason::Negative),
                _ => Err(Reason::NotANumber),
            }
        };
        let done = |outcome, wait| Event::Concluded { at, outcome, wait: Some(wait) };
        let event = match text(4) {
            "ENTERQUEUE" => Event::Arrived { at },
            "CONNECT" => done(Outcome::Answered, number(5)?),
            "ABANDON" => done(Outcome::Abandoned, number(7)?),
            "COMPLETEAGENT" => Event::Handled { at, seconds: Some(number(6)?) },
            name => {
                let good = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
                return if good && name.starts_with(|c: char| c.is_ascii_uppercase()) {
                    Ok(None)
                } else {
                    Err(Reason::BadEvent)
                };
            }
        };
        match text(2) {
            queue if queue.parse::<jono_domain::UnitId>().is_err() || queue == "NONE" => {
                Err(Reason::BadQueue)
            }
            queue => Ok(Some((queue, fields[1], event))),
        }
    }

    fn same(mut seen: Counted, naive: &Counted) {
        seen.calls.clear();
        let ignored = seen.lines.total_ignored();
        seen.lines.ignored = BTreeMap::new();
        if ignored > 0 {
            seen.lines.ignore("x", ignored);
        }
        assert_eq!(&seen, naive);
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let queue = prop::sample::select(vec!["it-1", "it-2", "hr", "Jono Ä", "NONE", "", "all"]);
        let value = prop_oneof![
            (0..2000_u32).prop_map(|n| n.to_string()),
            prop::sample::select(vec!["", "-4", "x", "99999999999", "4294967296"]).prop_map(str::to_owned),
        ];
        let event = prop::sample::select(vec![
            "ENTERQUEUE",
            "CONNECT",
            "ABANDON",
            "COMPLETEAGENT",
            "RINGNOANSWER",
            "no",
            "",
        ]);
        let call = prop_oneof![
            6 => (0..4_u32).prop_map(|n| format!("1603.{n}")),
            1 => prop::sample::select(vec!["", "NONE"]).prop_map(str::to_owned),
        ];
        let agent = prop_oneof![4 => Just(4_usize), 1 => 0..150_usize].prop_map(|len| "N".repeat(len));
        let values = prop::collection::vec(value, 0..5);
        let good = (1_603_500_000..1_603_700_000_i64, call, queue, agent, event, values).prop_map(
            |(at, call, queue, agent, event, values)| {
                format!("{at}|{call}|{queue}|{agent}|{event}|{}", values.join("|")).into_bytes()
            },
        );
        let end = prop::sample::select(vec![&b""[..], b"\r"]);
        let hostile = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            Just(vec![0; 200]),
            Just(b"1603500000|1.1|it-1|NONE|ENTERQUEUE||\xff\xfe|1".to_vec()),
            Just([b"1603500000|1.1|it-1|NONE|ENTERQUEUE||".as_slice(), &[b'|'; 500]].concat()),
        ];
        (prop_oneof![8 => good, 1 => hostile], end).prop_map(|(line, end)| {
            let line: Vec<u8> = line.into_iter().filter(|&b| b != b'\n').collect();
            [&line, end, b"\n"].concat()
        })
    }

    /// Repeats lines until they fill that many bytes, with overlong ones in between.
    fn fill(lines: &[Vec<u8>], bytes: usize, overlong: &[usize]) -> Vec<u8> {
        let mut text = Vec::with_capacity(bytes);
        let mut overlong = overlong.iter();
        while text.len() < bytes {
            lines.iter().for_each(|line| text.extend_from_slice(line));
            if let Some(&len) = overlong.next() {
                text.extend(std::iter::repeat_n(b'z', len));
                text.push(b'\n');
            }
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn every_line_is_counted_as_a_naive_reader_counts_it(
            lines in prop::collection::vec(line(), 1..60),
            bytes in prop_oneof![Just(0_usize), 1..100_000_usize, 2_000_000..5_000_000_usize],
            overlong in prop::collection::vec(prop_oneof![65_530..65_545_usize, 1_000_000..3_000_000_usize], 0..3),
            threads in 1..4_usize,
            cut in any::<prop::sample::Index>(),
            mark in any::<bool>(),
        ) {
            let mut text = if mark { "\u{feff}".as_bytes().to_vec() } else { vec![] };
            text.extend(fill(&lines, bytes.max(1), &overlong));
            let naive_whole = naive(&text);
            let options = Options { threads, batch_bytes: 1 << 20, take_last: false };
            let (whole, positions) = count(&text, None, options);
            same(whole, &naive_whole);
            let end = *positions.last().unwrap();
            prop_assert_eq!(end.bytes, text.len() as u64);
            prop_assert_eq!(input(&text).compare(&end).unwrap(), Prefix::Same);

            // Cut anywhere, then grown: what is read of both parts is what is read at once.
            let part = &text[..cut.index(text.len())];
            let (mut parts, positions) = count(part, None, options);
            if let Some(position) = positions.last() {
                prop_assert!(part.len() as u64 - position.bytes == part.iter().rev().take_while(|&&b| b != b'\n').count() as u64);
                prop_assert_eq!(input(&text).compare(position).unwrap(), Prefix::Longer);
                // What entered before the cut is known as the batches told it.
                let calls = CallWindow::new(parts.calls.iter().copied());
                let (rest, _) = count(&text, Some(Resume { position: *position, calls }), options);
                parts.lines.merge(&rest.lines);
                for (key, cell) in &rest.cells {
                    parts.cells.entry(key.clone()).or_default().merge(cell);
                }
                parts.events = naive_whole.events.clone();
                same(parts, &naive_whole);
                // Any other byte before the position is another document.
                let mut other = text.clone();
                other[cut.index(position.bytes as usize)] ^= 1;
                prop_assert_eq!(input(&other).compare(position).unwrap(), Prefix::Different);
            }
        }

        #[test]
        fn an_unterminated_last_line_counts_when_it_may(line in line(), take_last: bool) {
            let text = [line.as_slice(), b"1603500000|1.1|hr|NONE|ENTERQUEUE"].concat();
            let (counted, positions) = count(&text, None, Options { take_last, ..Options::default() });
            let terminated = if take_last { text.as_slice() } else { line.as_slice() };
            same(counted, &naive(terminated));
            prop_assert_eq!(positions[0].bytes, terminated.len() as u64);
            prop_assert_eq!(positions[0].terminated, !take_last);
        }
    }

    #[test]
    fn the_last_whole_block_tells_a_document_from_others() {
        let text = fill(&[b"1603500000|1.1|hr|NONE|ENTERQUEUE\n".to_vec()], 3_500_000, &[]);
        let options = Options { threads: 2, batch_bytes: 1 << 20, take_last: false };
        let batches = Batches::new(&input(&text), &queue_log(), &context(3), None, options).unwrap();
        let ends: Vec<_> = batches.map(|batch| batch.unwrap()).map(|b| (b.position, b.last_block)).collect();
        assert_eq!(
            ends.iter().map(|(_, block)| block.is_some()).collect::<Vec<_>>(),
            [false, true, true, true]
        );
        for (position, last_block) in ends {
            let block = (position.bytes >> 20 << 20) as usize;
            let holds_with = |changed: usize| {
                let mut text = [text.as_slice(), b"more"].concat();
                text[changed] ^= 1;
                input(&text).holds(&position, last_block).unwrap()
            };
            assert!(!holds_with(position.bytes as usize - 1) && holds_with(position.bytes as usize));
            if last_block.is_some() {
                assert!(!holds_with(block - 1) && !holds_with(block - (1 << 20)));
            }
        }
    }

    #[test]
    fn queues_without_end_are_counted_together() {
        let lines = (0..20).map(|n| format!("1603500000|1.1|queue{n}|NONE|ENTERQUEUE\n"));
        let text = lines.collect::<Vec<_>>().concat();
        let batches =
            Batches::new(&input(text.as_bytes()), &queue_log(), &context(3), None, Options::default());
        let batch = batches.unwrap().next().unwrap().unwrap();
        let arrived: Vec<_> = batch
            .cells
            .iter()
            .map(|(at, _, cell)| (batch.series[*at].unit.to_string(), cell.open().arrived))
            .collect();
        let names = ["queue0", "queue1", "queue10", "other_queues"];
        assert_eq!(arrived, names.map(|name| (name.to_owned(), if name == "other_queues" { 17 } else { 1 })));
    }

    #[test]
    fn a_compressed_file_that_breaks_off_counts_as_far_as_it_goes() {
        use std::io::Write;
        let text = fill(&[b"1603500000|1.1|hr|NONE|ENTERQUEUE\n".to_vec()], 3_000_000, &[]);
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&text).unwrap();
        let mut packed = encoder.finish().unwrap();
        packed.truncate(packed.len() * 2 / 3);
        let mut batches =
            Batches::new(&input(&packed), &queue_log(), &context(3), None, Options::default()).unwrap();
        let results: Vec<_> = batches.by_ref().collect();
        assert!((1..34).contains(&batches.pending_bytes()), "{}", batches.pending_bytes());
        let [Ok(batch), Err(error)] = results.as_slice() else { panic!("{results:?}") };
        assert!(batch.lines.events > 1000 && batch.lines.total() == batch.lines.events);
        insta::assert_snapshot!(error, @"cannot read test any further");
        assert_eq!(input(&text).compare(&batch.position).unwrap(), Prefix::Longer);
    }
}
