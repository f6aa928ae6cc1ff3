//! Folds the events of a chunk into cells: a row of cells for each local hour, one for each queue.
//!
//! A log is nearly in the order of time, so the row in use is kept at hand, and an event costs a comparison with
//! its hour's bounds and one addition. Queue names are looked up once and are numbers from then on.

use std::ops::Range;

use hashbrown::HashMap;
use jono_domain::{
    Event, Figure, Hour, HourStart, Lines, OpenCell, Reason, Reject, Route, Router, Series, Tally, UnitId,
    UnixSeconds, Zone,
    reject::{MAX_SAMPLE_BYTES, MAX_SAMPLES},
};

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
    /// The series of queues beyond the limit.
    ///
    /// # Panics
    /// Never: the name is a good one.
    pub fn overflow() -> Series {
        Series::unrouted("other_queues".parse().expect("a good name"))
    }

    /// The series itself, or the overflow if it is an unrouted one too many.
    pub(crate) fn admit(&mut self, series: &Series) -> Option<Series> {
        if !series.is_unrouted() || self.known.contains(&series.unit) {
            return None;
        }
        if self.known.len() >= self.limit {
            return Some(Self::overflow());
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
    series: Vec<Series>,
    rows: Vec<Row>,
    /// The row of the last event.
    current: usize,
    chunk: Folded,
}

struct Row {
    hour: Hour,
    cells: Vec<OpenCell>,
}

/// What came of a chunk.
#[derive(Default)]
pub(crate) struct Folded {
    pub(crate) cells: Vec<(Series, HourStart, OpenCell)>,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) lines: Lines,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) events: Option<Range<UnixSeconds>>,
}

impl<'a> Fold<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Self {
            context,
            names: HashMap::default(),
            series: Vec::new(),
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
        let queue = Queue(self.series.len());
        self.series.push(series);
        self.names.insert(name.into(), queue);
        Ok(queue)
    }

    /// Counts an event of a queue, and its line.
    #[inline]
    pub fn event(&mut self, queue: Queue, event: Event) {
        let at = event.at();
        if !self.rows.get(self.current).is_some_and(|row| row.hour.contains(at)) {
            self.turn_to(at);
        }
        let cells = &mut self.rows[self.current].cells;
        if cells.len() <= queue.0 {
            cells.resize_with(queue.0 + 1, OpenCell::default);
        }
        cells[queue.0].add(event);
        self.chunk.lines.events += 1;
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

    /// What was found by reading outside of any batch, and the reading's own result.
    pub(crate) fn folded<T>(read: impl FnOnce(&mut Fold<'_>) -> T) -> (T, Folded) {
        let context = Context {
            zone: Zone::utc(),
            log_zone: Zone::utc(),
            router: Router::default(),
            unrouted: Unrouted::default(),
        };
        let mut fold = Fold::new(&context);
        let result = read(&mut fold);
        (result, fold.finish())
    }
}
