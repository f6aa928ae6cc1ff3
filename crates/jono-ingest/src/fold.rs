//! Folds the events of a chunk into cells: one for each queue and local hour.
//!
//! A log is nearly in the order of time, so the hour in use is kept at hand, and an event costs a comparison with its bounds
//! and a note. Queue names are looked up once and are numbers from then on. What was noted of a chunk is put in order cell
//! by cell, and handed on in the form in which it is stored.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use hashbrown::HashMap;
use jono_domain::{
    CallbackPromise, Channel, Event, Figure, Hour, HourStart, Lines, Notes, Opening, Period, Poll, PollKind,
    Reason, RecentCall, Reject, Route, Router, Score, Scores, Seconds, Series, ServiceId, Step, Tally,
    UnitId, UnixSeconds, Zone,
    reject::{MAX_SAMPLE_BYTES, MAX_SAMPLES},
};
use twox_hash::XxHash3_64;

use crate::{
    field::Field,
    names::{Key, Names},
};

/// By then, it is 1970 in every zone.
const FIRST_NIGHT_ENDS: UnixSeconds = UnixSeconds::saturating(86_400);

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
    /// The time, if something can have happened then: by now, and on a day that there are periods of.
    pub(crate) fn happened(&self, at: UnixSeconds) -> Result<UnixSeconds, Reason> {
        if at > self.until {
            return Err(Reason::InTheFuture);
        }
        // West of Greenwich, 1970 begins some hours after the first second.
        if at < FIRST_NIGHT_ENDS && self.zone.date(at).year() < 1970 {
            return Err(Reason::BadTime);
        }
        Ok(at)
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

/// Few names of queues have more words of eight bytes.
const QUEUE_WORDS: usize = 4;

/// A queue's number in one [`Fold`].
#[derive(Debug, Clone, Copy)]
pub struct Queue(u32);

/// What the format hands its findings to.
pub struct Fold<'a> {
    context: &'a Context,
    names: Names<Queue, QUEUE_WORDS>,
    /// The numbers of texts that tell channels, units and services, from one.
    texts: Names<u32, QUEUE_WORDS>,
    /// The queue of each three of them, together as one number.
    by_texts: HashMap<u128, Queue, foldhash::fast::RandomState>,
    numbers: HashMap<Series, Queue, foldhash::fast::RandomState>,
    series: Vec<Series>,
    /// The same, to be handed on: chunks in which no series is new share one.
    shared: Arc<[Series]>,
    /// Of each series, its place when all are sorted; as long as `shared`.
    ranks: Vec<u32>,
    /// Of each series, what tells its unit apart.
    units: Vec<u64>,
    rows: Rows,
    /// The row of the last event.
    current: usize,
    notes: Notes,
    /// The cells that the notes are of, in the order in which they were first met.
    open: Vec<(HourStart, Queue)>,
    /// From the first to the last event that covers its time; the other way around before there is any.
    events: (UnixSeconds, UnixSeconds),
    chunk: Folded,
}

struct Row {
    hour: Hour,
    /// By queue, the number of its cell in `open`, or [`NO_CELL`].
    cells: Vec<u32>,
}

const NO_CELL: u32 = u32::MAX;

/// The rows that there are, each found by a time in its hour: events that are in no order turn from hour to hour.
struct Rows {
    all: Vec<Row>,
    by_start: HashMap<HourStart, usize, foldhash::fast::RandomState>,
    /// By full hours of UTC, of which every 64th shares a place: the row that was last found there. It may be of another hour
    /// or gone, so it is asked.
    recent: [usize; 64],
}

impl Rows {
    fn new() -> Self {
        Self { all: Vec::new(), by_start: HashMap::default(), recent: [0; 64] }
    }

    /// The row of that number, if it is of that time's hour.
    #[inline(always)]
    fn get(&self, row: usize, at: UnixSeconds) -> Option<&Row> {
        self.all.get(row).filter(|row| row.hour.contains(at))
    }

    /// The number of the row of that time's hour; a new one, if there is none.
    fn find(&mut self, at: UnixSeconds, zone: &Zone) -> usize {
        let place = at.get().div_euclid(3600).rem_euclid(64) as usize;
        let recent = self.recent[place];
        if self.get(recent, at).is_some() {
            return recent;
        }
        let hour = zone.hour(at);
        let found = *self.by_start.entry(hour.start()).or_insert_with(|| {
            self.all.push(Row { hour, cells: Vec::new() });
            self.all.len() - 1
        });
        self.recent[place] = found;
        found
    }

    fn clear(&mut self) {
        self.all.clear();
        self.by_start.clear();
    }
}

/// A call that entered a queue. Whether it entered the unit for the first time is told by the calls before it.
pub(crate) struct Entry {
    /// The [`Piece::number`] of its cell.
    pub(crate) cell: u32,
    pub(crate) call: RecentCall,
}

/// What a chunk says of one cell; of a long one, part of it.
pub(crate) struct Piece {
    pub(crate) hour: HourStart,
    /// The place of its series in [`Folded::series`].
    pub(crate) series: u32,
    /// What the entries of calls know it by.
    pub(crate) number: u32,
    /// Where its stored form is in [`Folded::bodies`].
    pub(crate) body: Range<u32>,
    /// How many events made it.
    pub(crate) events: u64,
}

/// What came of a chunk.
#[derive(Default)]
pub(crate) struct Folded {
    /// By hour, then series.
    pub(crate) cells: Vec<Piece>,
    pub(crate) bodies: Vec<u8>,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) scores: HashMap<(Series, Period), Scores, foldhash::fast::RandomState>,
    pub(crate) polls: HashMap<(Series, PollKind), Poll, foldhash::fast::RandomState>,
    pub(crate) openings: Vec<Opening>,
    /// In the order of the lines.
    pub(crate) entries: Vec<Entry>,
    /// The series of the cells, in no order. Chunks of one thread share them, as long as no new one appears.
    pub(crate) series: Arc<[Series]>,
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
            names: Names::with_room_for(64),
            texts: Names::with_room_for(64),
            by_texts: HashMap::default(),
            numbers: HashMap::default(),
            series: Vec::new(),
            shared: Arc::default(),
            ranks: Vec::new(),
            units: Vec::new(),
            rows: Rows::new(),
            current: 0,
            notes: Notes::default(),
            open: Vec::new(),
            events: NO_EVENTS,
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
        match self.known(Key::of(name), || name) {
            Some(queue) => Ok(queue),
            None => self.new_queue(name),
        }
    }

    /// The number of the queue with that name and key, if it was met before.
    #[inline(always)]
    pub(crate) fn known<'n>(&self, key: Key<QUEUE_WORDS>, name: impl Fn() -> &'n [u8]) -> Option<Queue> {
        self.names.get(key, name)
    }

    #[cold]
    pub(crate) fn new_queue(&mut self, name: &[u8]) -> Result<Queue, Reason> {
        let text = std::str::from_utf8(name).map_err(|_| Reason::BadQueue)?;
        let route = self.context.router.route(text).map_err(|_| Reason::BadQueue)?;
        let (Route::Routed(series) | Route::Unrouted(series)) = route;
        let queue = self.series(&series);
        self.names.insert(name, queue);
        Ok(queue)
    }

    /// The number of that series.
    pub fn series(&mut self, series: &Series) -> Queue {
        if let Some(&queue) = self.numbers.get(series) {
            return queue;
        }
        let queue = Queue(self.series.len() as u32);
        self.series.push(series.clone());
        // A call is told apart by channel and unit, whatever the service.
        self.units.push(XxHash3_64::oneshot(format!("{}/{}", series.channel, series.unit).as_bytes()));
        self.numbers.insert(series.clone(), queue);
        queue
    }

    /// The number of the series that rows with those texts for channel, unit and service are of, which is understood the
    /// first time only. What is the same in every row has no text. The texts alone say whose a row is, so all rows of a fold
    /// must be of one source.
    #[inline]
    pub(crate) fn told_by(
        &mut self,
        texts: [Option<Field<'_>>; 3],
        series: impl FnOnce() -> Result<Series, Reason>,
    ) -> Result<Queue, Reason> {
        let numbers = texts.map(|text| match text {
            Some(text) => self.texts.get(text.key(), || text.bytes()),
            None => Some(0),
        });
        if let [Some(channel), Some(unit), Some(service)] = numbers
            && let Some(&queue) = self.by_texts.get(&together([channel, unit, service]))
        {
            return Ok(queue);
        }
        let queue = self.series(&series()?);
        let numbers = texts.map(|text| text.map_or(0, |text| self.number_of(text)));
        self.by_texts.insert(together(numbers), queue);
        Ok(queue)
    }

    /// The number of a text, which gets one if it has none.
    fn number_of(&mut self, text: Field<'_>) -> u32 {
        self.texts.get(text.key(), || text.bytes()).unwrap_or_else(|| {
            let number = self.texts.len() as u32 + 1;
            self.texts.insert(text.bytes(), number);
            number
        })
    }

    /// The series of that number.
    pub(crate) fn series_of(&self, queue: Queue) -> &Series {
        &self.series[queue.0 as usize]
    }

    /// Counts an event of a queue, and its line.
    #[inline]
    pub fn event(&mut self, queue: Queue, event: Event) {
        self.count(queue, event);
        self.row();
    }

    /// Counts an event of a queue; the line, which may tell of several, is counted by [`Fold::row`].
    #[inline(always)]
    pub fn count(&mut self, queue: Queue, event: Event) {
        let at = event.at();
        let cell = self.cell(queue, at);
        self.notes.add(cell, event);
        if event.covers() {
            self.cover(at);
        }
    }

    /// Counts a step of a contact, and its line.
    #[inline(always)]
    pub(crate) fn step(&mut self, queue: Queue, at: UnixSeconds, step: Step, seconds: Option<Seconds>) {
        let cell = self.cell(queue, at);
        self.notes.add_step(cell, step, seconds);
        self.cover(at);
        self.row();
    }

    #[inline(always)]
    fn cover(&mut self, at: UnixSeconds) {
        let (first, last) = self.events;
        self.events = (first.min(at), last.max(at));
    }

    /// The number of the cell of a queue at that time.
    #[inline(always)]
    fn cell(&mut self, queue: Queue, at: UnixSeconds) -> u32 {
        if let Some(row) = self.rows.get(self.current, at)
            && let Some(&cell) = row.cells.get(queue.0 as usize)
            && cell != NO_CELL
            && !self.notes.is_full()
        {
            return cell;
        }
        self.turn_to(queue, at)
    }

    #[cold]
    fn turn_to(&mut self, queue: Queue, at: UnixSeconds) -> u32 {
        if self.notes.is_full() {
            self.seal();
        }
        if self.rows.get(self.current, at).is_none() {
            self.current = self.rows.find(at, &self.context.zone);
        }
        let row = &mut self.rows.all[self.current];
        let place = queue.0 as usize;
        if row.cells.len() <= place {
            row.cells.resize(self.series.len(), NO_CELL);
        }
        if row.cells[place] == NO_CELL {
            row.cells[place] = self.open.len() as u32;
            self.open.push((row.hour.start(), queue));
        }
        row.cells[place]
    }

    /// Makes pieces of all that was noted.
    fn seal(&mut self) {
        let Folded { cells, bodies, .. } = &mut self.chunk;
        let (before, mut start) = (cells.len() as u32, bodies.len() as u32);
        let open = &self.open;
        self.notes.seal(open.len() as u32, bodies, |cell, events, bodies| {
            let (hour, Queue(series)) = open[cell as usize];
            let end = bodies.len() as u32;
            cells.push(Piece { hour, series, number: before + cell, body: start..end, events });
            start = end;
        });
        self.open.clear();
        self.rows.clear();
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
        let Some(row) = self.rows.get(self.current, at) else { return };
        let cell = row.cells[queue.0 as usize];
        let Some(id) = id else {
            self.notes.enter(cell);
            return;
        };
        let key = XxHash3_64::oneshot_with_seed(self.units[queue.0 as usize], id);
        let cell = self.chunk.cells.len() as u32 + cell;
        self.chunk.entries.push(Entry { cell, call: RecentCall { key, at } });
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
    pub fn ignore(&mut self, name: &str) {
        self.ignore_several(name, 1);
    }

    /// Counts so many lines that carry nothing to count, under their event's name.
    pub(crate) fn ignore_several(&mut self, name: &str, lines: u64) {
        self.chunk.lines.ignore(name, lines);
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
        self.seal();
        let mut folded = std::mem::take(&mut self.chunk);
        if self.shared.len() < self.series.len() {
            self.shared = self.series.as_slice().into();
            let mut sorted: Vec<_> = (0..self.series.len()).collect();
            sorted.sort_unstable_by_key(|&at| &self.series[at]);
            self.ranks.resize(sorted.len(), 0);
            (0..).zip(sorted).for_each(|(rank, at)| self.ranks[at] = rank);
        }
        folded.series = self.shared.clone();
        folded.cells.sort_by_key(|piece| (piece.hour, self.ranks[piece.series as usize]));
        // Many chunks may wait for their turn.
        folded.entries.shrink_to_fit();
        let (first, last) = std::mem::replace(&mut self.events, NO_EVENTS);
        folded.events = (first <= last).then(|| first..UnixSeconds::saturating(last.get() + 1));
        folded
    }
}

/// Three numbers as one.
#[inline]
fn together(numbers: [u32; 3]) -> u128 {
    numbers.into_iter().fold(0, |together, number| together << u32::BITS | u128::from(number))
}

/// Nothing is before its first or after its last event.
const NO_EVENTS: (UnixSeconds, UnixSeconds) = (UnixSeconds::MAX, UnixSeconds::MIN);

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

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

    #[test]
    fn what_lies_before_all_periods_has_not_happened() {
        let happened = |zone: &str, at| {
            let context = Context { zone: Zone::new(zone).unwrap(), ..context() };
            context.happened(UnixSeconds::new(at).unwrap()).map(UnixSeconds::get)
        };
        assert_eq!(happened("America/New_York", 0), Err(Reason::BadTime));
        assert_eq!(happened("America/New_York", 5 * 3600 - 1), Err(Reason::BadTime));
        assert_eq!(happened("America/New_York", 5 * 3600), Ok(5 * 3600));
        assert_eq!(happened("Europe/Helsinki", 0), Ok(0));
    }

    /// What was found by reading outside of any batch, and the reading's own result.
    pub(crate) fn folded<T>(read: impl FnOnce(&mut Fold<'_>) -> T) -> (T, Folded) {
        let context = context();
        let mut fold = Fold::new(&context);
        let result = read(&mut fold);
        (result, fold.finish())
    }

    proptest! {
        #[test]
        fn each_event_is_counted_in_its_own_hour(
            name in prop::sample::select(vec!["Europe/Helsinki", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
            // Days on which clocks are changed, and days far from them.
            times in prop::collection::vec((-200..200_i64, 0..3600_i64, 0..3_u8), 0..200),
        ) {
            let zone = Zone::new(name).unwrap();
            let context = Context { zone: zone.clone(), ..context() };
            let mut fold = Fold::new(&context);
            // Twice: nothing of the first chunk may stay.
            for _ in 0..2 {
                let mut expected = BTreeMap::new();
                for &(hour, second, queue) in &times {
                    let at = UnixSeconds::new(1_585_443_600 + hour * 3600 + second).unwrap();
                    let name = format!("queue-{queue}");
                    let number = fold.queue(name.as_bytes()).unwrap();
                    fold.event(number, Event::Arrived { at });
                    *expected.entry((zone.hour(at).start(), name)).or_insert(0) += 1;
                }
                let folded = fold.finish();
                let mut counted = BTreeMap::new();
                for Piece { hour, series, events, .. } in &folded.cells {
                    let name = folded.series[*series as usize].unit.to_string();
                    *counted.entry((*hour, name)).or_insert(0) += events;
                }
                prop_assert_eq!(counted, expected);
            }
        }
    }
}
