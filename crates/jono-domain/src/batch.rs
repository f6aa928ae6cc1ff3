//! What reading a stretch of a document hands on: a finished value, folded, ready to be committed.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    cell::Sealed,
    document::{Digest, Position},
    event::UnixSeconds,
    figure::{Figure, Tally},
    id::Series,
    opening::Opening,
    period::Period,
    poll::Poll,
    reject::{Reason, Reject},
    score::Scores,
    window::RecentCall,
    zone::HourStart,
};

/// The lines of a stretch: every one gave an event, was rejected, or is ignored by design.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines that gave an event.
    pub events: u64,
    /// Lines that the format knows to carry nothing to count, by the event's name. Unknown names are among them;
    /// names beyond the first [`MAX_IGNORED_NAMES`] are counted together as [`OTHER`].
    pub ignored: BTreeMap<String, u64>,
    /// Rejected lines, by [`Reason::index`].
    pub rejected: [u64; Reason::ALL.len()],
}

/// How many lines there were of each kind, without the names of those ignored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines that gave an event.
    pub events: u64,
    /// Lines ignored by design.
    pub ignored: u64,
    /// Rejected lines, by [`Reason::index`].
    pub rejected: [u64; Reason::ALL.len()],
}

impl LineCounts {
    /// All lines.
    pub fn total(&self) -> u64 {
        self.events + self.ignored + self.rejected.iter().sum::<u64>()
    }
}

/// Everything that is counted about a source for those who watch it. None of it ever falls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceCounts {
    /// Its lines.
    pub lines: LineCounts,
    /// Events that are in the store and not in the counters, because their hour was before the epoch or beyond the
    /// horizon when they were read.
    pub late: u64,
    /// Documents that were replaced: what the old one had counted was taken back, and counters never follow that.
    pub corrections: u64,
    /// Events of queues beyond the cap on queues without a route.
    pub overflow: u64,
    /// Times that the end of a document was not found any more: what was written to it last may be missing.
    pub gaps: u64,
}

/// How many names of ignored events are counted apart.
pub const MAX_IGNORED_NAMES: usize = 100;

/// The name under which ignored events beyond the cap are counted.
pub const OTHER: &str = "(other)";

impl Lines {
    /// Lines ignored by design.
    pub fn total_ignored(&self) -> u64 {
        self.ignored.values().sum()
    }

    /// Lines rejected for any reason.
    pub fn total_rejected(&self) -> u64 {
        self.rejected.iter().sum()
    }

    /// All lines.
    pub fn total(&self) -> u64 {
        self.events + self.total_ignored() + self.total_rejected()
    }

    /// Counts ignored lines under a name.
    pub fn ignore(&mut self, name: &str, count: u64) {
        if let Some(known) = self.ignored.get_mut(name) {
            *known += count;
        } else if self.ignored.len() < MAX_IGNORED_NAMES {
            self.ignored.insert(name.to_owned(), count);
        } else {
            *self.ignored.entry(OTHER.to_owned()).or_default() += count;
        }
    }

    /// Rejected lines by reason, those that occurred.
    pub fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL
            .iter()
            .map(|&reason| (reason, self.rejected[reason.index()]))
            .filter(|&(_, count)| count > 0)
    }

    /// Adds those of another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        for (name, &count) in &other.ignored {
            self.ignore(name, count);
        }
        for (mine, theirs) in self.rejected.iter_mut().zip(&other.rejected) {
            *mine += theirs;
        }
    }
}

/// A stretch of one document, folded: from the position before it to `position`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// How far the document has been counted once this is committed.
    pub position: Position,
    /// The hash of the last whole block before the position, if it was read: by that, and the bytes behind it, the document is
    /// told from others without reading all of it.
    pub last_block: Option<Digest>,
    /// The series of the cells, in the order in which they were first seen.
    pub series: Vec<Series>,
    /// Each cell with its place in `series` and its hour, ascending by hour, then by place; no pair twice.
    pub cells: Vec<(usize, HourStart, Sealed)>,
    /// Additive counts over their own spans; no series, measure and span twice.
    pub tallies: Vec<Tally>,
    /// Published values; no series, measure and span twice.
    pub figures: Vec<Figure>,
    /// Scores by survey round, which is a quarter; ascending, no series and round twice.
    pub scores: Vec<(Series, Period, Scores)>,
    /// The newest poll of each series and kind; ascending by series and kind, none twice.
    pub polls: Vec<Poll>,
    /// Openings as they were published, in the order of the document.
    pub openings: Vec<Opening>,
    /// The calls that entered a unit, in the order of the document; those that no [`CallWindow`] would remember are
    /// left out.
    ///
    /// [`CallWindow`]: crate::window::CallWindow
    pub calls: Vec<RecentCall>,
    /// From the first event to the second after the last, of those that [cover](crate::Event::covers) their time; `None`
    /// without such events.
    pub events: Option<Range<UnixSeconds>>,
    /// The lines.
    pub lines: Lines,
    /// The first rejects of each reason, at most [`crate::reject::MAX_SAMPLES`] each.
    pub rejects: Vec<Reject>,
}

impl Batch {
    /// A stretch with nothing in it.
    pub fn empty(position: Position) -> Self {
        Self {
            position,
            last_block: None,
            series: Vec::new(),
            cells: Vec::new(),
            tallies: Vec::new(),
            figures: Vec::new(),
            scores: Vec::new(),
            polls: Vec::new(),
            openings: Vec::new(),
            calls: Vec::new(),
            events: None,
            lines: Lines::default(),
            rejects: Vec::new(),
        }
    }
}
