//! Folds the events of a chunk into cells: a row of cells for each local hour, one for each queue.
//!
//! A log is nearly in the order of time, so the row in use is kept at hand, and an event costs a comparison with
//! its hour's bounds and one addition. Queue names are looked up once and are numbers from then on.

use std::{collections::BTreeMap, ops::Range};

use hashbrown::HashMap;
use jono_domain::{
    CallbackPromise, Channel, Event, Figure, Hour, HourStart, Lines, OpenCell, Opening, Period, Poll,
    PollKind, Reason, RecentCall, Reject, Route, Router, Score, Scores, Series, ServiceId, Tally, UnitId,
    UnixSeconds, Zone,
    reject::{MAX_SAMPLE_BYTES, MAX_SAMPLES},
};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// What a line alone does not say.
#[derive(Debug, Clone)]
pub struct Context {
    /// The service's own zone, whose hours are counted.
    pub zone: Zone,
    /// The zone of times that are written without one.
    pub log_zone: Zone,
    /// Which queue belongs to whom.
    pub router: Router,
    /// What becomes of queues that no route knows.
    pub unrouted: Unrouted,
    /// What is promised to those who are to be called back, by service.
    pub promises: BTreeMap<ServiceId, CallbackPromise>,
    /// Nothing can have happened after this.
    pub until: UnixSeconds,
}

impl Context {
    /// The time, if something can have happened then.
    pub(crate) fn happened(&self, at: UnixSeconds) -> Result<UnixSeconds, Reason> {
        if at > self.until { Err(Reason::InTheFuture) } else { Ok(at) }
    }
}

/// Queues that no route knows are counted under a unit named for them, so that nothing is lost; names that appear
/// without end are not given a unit each.
#[derive(Debug, Clone, Default)]
pub struct Unrouted {
    /// The unrouted units that exist already.
    pub known: std::collections::BTreeSet<UnitId>,
    /// How many there may be; the rest is counted together as [`Unrouted::overflow`].
    pub limit: usize,
}

impl Unrouted {
    /// The series of queues of a channel beyond the limit.
    ///
    /// # Panics
    /// Never: the name is a good one.
    pub fn overflow(channel: Channel) -> Series {
        Series { channel, ..Series::unrouted("other_queues".parse().expect("a good name")) }
    }

    /// The series itself, or the overflow if it is an unrouted one too many.
    pub(crate) fn admit(&mut self, series: &Series) -> Option<Series> {
        if !series.is_unrouted() || self.known.contains(&series.unit) {
            return None;
        }
        if self.known.len() >= self.limit {
            return Some(Self::overflow(series.channel));
        }
        self.known.insert(series.unit.clone());
        None
    }
}

/// A queue's number in one [`Fold`].
#[derive(Debug, Clone, Copy)]
pub struct Queue(usize);

/// What the format hands its findings to.
pub struct Fold<'a> {
    context: &'a Context,
    names: HashMap<Box<[u8]>, Queue, foldhash::fast::RandomState>,
    numbers: HashMap<Series, Queue, foldhash::fast::RandomState>,
    series: Vec<Series>,
    /// Of each series, what tells its unit apart.
    units: Vec<u64>,
    rows: Vec<Row>,
    /// The row of the last event.
    current: usize,
    chunk: Folded,
}

struct Row {
    hour: Hour,
    cells: Vec<OpenCell>,
}

/// A call that entered a queue. Whether it entered the unit for the first time is told by the calls before it.
pub(crate) struct Entry {
    /// The queue's place in [`Folded::series`].
    pub(crate) queue: usize,
    pub(crate) hour: HourStart,
    pub(crate) call: RecentCall,
}

/// What came of a chunk.
#[derive(Default)]
pub(crate) struct Folded {
    pub(crate) cells: Vec<(Series, HourStart, OpenCell)>,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) scores: HashMap<(Series, Period), Scores, foldhash::fast::RandomState>,
    pub(crate) polls: HashMap<(Series, PollKind), Poll, foldhash::fast::RandomState>,
    pub(crate) openings: Vec<Opening>,
    /// In the order of the lines.
    pub(crate) entries: Vec<Entry>,
    /// Of the entries, if there are any.
    pub(crate) series: Vec<Series>,
    pub(crate) lines: Lines,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) events: Option<Range<UnixSeconds>>,
    /// Whether more text could mean something else than what was read.
    pub(crate) is_open: bool,
}

impl Folded {
    /// Of two polls of one time, the later one in the document is the newer one.
    pub(crate) fn keep_newest(&mut self, poll: Poll) {
        let kept = self.polls.entry((poll.series.clone(), poll.seen.kind())).or_insert_with(|| poll.clone());
        if poll.at >= kept.at {
            *kept = poll;
        }
    }
}

impl<'a> Fold<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self {
            context,
            names: HashMap::default(),
            numbers: HashMap::default(),
            series: Vec::new(),
            units: Vec::new(),
            rows: Vec::new(),
            current: 0,
            chunk: Folded::default(),
        }
    }

    /// What a line alone does not say.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The number of the queue with that name.
    #[inline]
    pub fn queue(&mut self, name: &[u8]) -> Result<Queue, Reason> {
        match self.names.get(name) {
            Some(&queue) => Ok(queue),
            None => self.new_queue(name),
        }
    }

    #[cold]
    fn new_queue(&mut self, name: &[u8]) -> Result<Queue, Reason> {
        let text = std::str::from_utf8(name).map_err(|_| Reason::BadQueue)?;
        let route = self.context.router.route(text).map_err(|_| Reason::BadQueue)?;
        let (Route::Routed(series) | Route::Unrouted(series)) = route;
        let queue = self.series(&series);
        self.names.insert(name.into(), queue);
        Ok(queue)
    }

    /// The number of that series.
    pub fn series(&mut self, series: &Series) -> Queue {
        if let Some(&queue) = self.numbers.get(series) {
            return queue;
        }
        let queue = Queue(self.series.len());
        self.series.push(series.clone());
        // A call is told apart by channel and unit, whatever the service.
        self.units.push(xxh3_64(format!("{}/{}", series.channel, series.unit).as_bytes()));
        self.numbers.insert(series.clone(), queue);
        queue
    }

    /// The number of the series that rows with that key are of, which is understood the first time only. A source has
    /// rows with keys or rows that name queues, not both.
    pub(crate) fn named(
        &mut self,
        key: &[u8],
        series: impl FnOnce() -> Result<Series, Reason>,
    ) -> Result<Queue, Reason> {
        if let Some(&queue) = self.names.get(key) {
            return Ok(queue);
        }
        let queue = self.series(&series()?);
        self.names.insert(key.into(), queue);
        Ok(queue)
    }

    /// The series of that number.
    pub(crate) fn series_of(&self, queue: Queue) -> &Series {
        &self.series[queue.0]
    }

    /// Counts an event of a queue, and its line.
    #[inline]
    pub fn event(&mut self, queue: Queue, event: Event) {
        self.count(queue, event);
        self.row();
    }

    /// Counts an event of a queue; the line, which may tell of several, is counted by [`Fold::row`].
    #[inline]
    pub fn count(&mut self, queue: Queue, event: Event) {
        let at = event.at();
        if !self.rows.get(self.current).is_some_and(|row| row.hour.contains(at)) {
            self.turn_to(at);
        }
        let cells = &mut self.rows[self.current].cells;
        if cells.len() <= queue.0 {
            cells.resize_with(queue.0 + 1, OpenCell::default);
        }
        cells[queue.0].add(event);
        if !event.covers() {
            return;
        }
        let end = UnixSeconds::saturating(at.get() + 1);
        match &mut self.chunk.events {
            Some(events) => {
                events.start = events.start.min(at);
                events.end = events.end.max(end);
            }
            None => self.chunk.events = Some(at..end),
        }
    }

    #[cold]
    fn turn_to(&mut self, at: UnixSeconds) {
        self.current = self.rows.iter().rposition(|row| row.hour.contains(at)).unwrap_or_else(|| {
            self.rows.push(Row { hour: self.context.zone.hour(at), cells: Vec::new() });
            self.rows.len() - 1
        });
    }

    /// Takes an additive count; the row that it stands in is counted by [`Fold::row`].
    pub fn tally(&mut self, tally: Tally) {
        self.chunk.tallies.push(tally);
    }

    /// Takes a published value; the row that it stands in is counted by [`Fold::row`].
    pub fn figure(&mut self, figure: Figure) {
        self.chunk.figures.push(figure);
    }

    /// Notes that a call entered a queue, after its arrival was counted. `id` tells the calls of a unit apart; one
    /// without is no other.
    #[inline]
    pub fn enter(&mut self, queue: Queue, at: UnixSeconds, id: Option<&[u8]>) {
        let Some(row) = self.rows.get_mut(self.current).filter(|row| row.hour.contains(at)) else { return };
        let Some(id) = id else {
            row.cells[queue.0].enter();
            return;
        };
        let (hour, unit) = (row.hour.start(), self.units[queue.0]);
        self.chunk.entries.push(Entry {
            queue: queue.0,
            hour,
            call: RecentCall { key: xxh3_64_with_seed(id, unit), at },
        });
    }

    /// Takes a score of a survey round; the row is counted by [`Fold::row`].
    pub fn score(&mut self, series: &Series, round: Period, score: Score) {
        self.chunk.scores.entry((series.clone(), round)).or_default().add(score);
    }

    /// Counts a poll, and keeps it if it is the newest; the row is counted by [`Fold::row`].
    pub fn poll(&mut self, poll: Poll) {
        let queue = self.series(&poll.series);
        self.count(queue, Event::Polled { at: poll.at, seen: poll.seen });
        self.chunk.keep_newest(poll);
    }

    /// Takes an opening; the row is counted by [`Fold::row`].
    pub fn opening(&mut self, opening: Opening) {
        self.chunk.openings.push(opening);
    }

    /// Says that the end of what was read could mean something else if more followed.
    pub(crate) fn leave_open(&mut self) {
        self.chunk.is_open = true;
    }

    /// Counts a row that gave what it should.
    pub fn row(&mut self) {
        self.chunk.lines.events += 1;
    }

    /// Counts a line that carries nothing to count, under its event's name.
    #[inline]
    pub fn ignore(&mut self, name: &str) {
        self.chunk.lines.ignore(name, 1);
    }

    /// Counts a line that gave no event, and keeps a sample of it.
    #[cold]
    pub fn reject(&mut self, reason: Reason, position: u64, line: &[u8]) {
        let reason = if line.contains(&0) { Reason::Binary } else { reason };
        let rejected = &mut self.chunk.lines.rejected[reason.index()];
        *rejected += 1;
        if *rejected <= MAX_SAMPLES as u64 {
            let line = line[..line.len().min(MAX_SAMPLE_BYTES)].to_vec();
            self.chunk.rejects.push(Reject { reason, position, line });
        }
    }

    /// Hands on what was folded, and is ready for the next chunk.
    pub(crate) fn finish(&mut self) -> Folded {
        let mut folded = std::mem::take(&mut self.chunk);
        if !folded.entries.is_empty() {
            folded.series.clone_from(&self.series);
            // Many chunks may wait for their turn.
            folded.entries.shrink_to_fit();
        }
        for row in self.rows.drain(..) {
            let cells = row.cells.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty());
            folded.cells.extend(cells.map(|(at, cell)| (self.series[at].clone(), row.hour.start(), cell)));
        }
        folded
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Nothing but what every reading has.
    pub(crate) fn context() -> Context {
        Context {
            zone: Zone::utc(),
            log_zone: Zone::utc(),
            router: Router::default(),
            unrouted: Unrouted::default(),
            promises: BTreeMap::new(),
            until: UnixSeconds::MAX,
        }
    }

    /// What was found by reading outside of any batch, and the reading's own result.
    pub(crate) fn folded<T>(read: impl FnOnce(&mut Fold<'_>) -> T) -> (T, Folded) {
        let context = context();
        let mut fold = Fold::new(&context);
        let result = read(&mut fold);
        (result, fold.finish())
    }
}
