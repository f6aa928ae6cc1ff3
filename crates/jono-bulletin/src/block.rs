//! What a bulletin is composed of, in no language: sentences by name with what is filled in, tables, charts. A number is
//! always referred to by its [`FigureId`].

use jiff::civil::{Date, DateTime};
use jono_domain::{Basis, Names, Period, State, Value};

use crate::figure::FigureId;

/// Everything that a bulletin says.
pub(crate) struct Document {
    /// What it is of, and when.
    pub(crate) title: Sentence,
    /// Whose it is.
    pub(crate) organisation: Arg,
    /// How far it can be relied on: edition, corrections.
    pub(crate) status: Vec<Block>,
    /// What is told first.
    pub(crate) leads: Vec<Topic>,
    /// The rest, in order.
    pub(crate) sections: Vec<Section>,
}

/// What is told first about one matter.
pub(crate) struct Topic {
    /// The matter.
    pub(crate) name: Sentence,
    /// Its statements: those in a group are of the same.
    pub(crate) groups: Vec<Vec<Lead>>,
}

/// A number that is told first.
pub(crate) struct Lead {
    /// The number.
    pub(crate) value: FigureId,
    /// When, a year before, how it was printed.
    pub(crate) details: Vec<Sentence>,
    /// Where it comes from.
    pub(crate) mark: Mark,
}

/// A part with a heading of its own.
pub(crate) struct Section {
    /// Its name, by which it can be linked to.
    pub(crate) id: &'static str,
    /// What it is called.
    pub(crate) title: Sentence,
    /// What it says.
    pub(crate) blocks: Vec<Block>,
}

/// A piece of a section.
pub(crate) enum Block {
    /// Something that is stated, and where its numbers come from.
    Statement(Sentence, Option<Mark>),
    /// What belongs to a statement, table or chart as a reservation or explanation.
    Note(Sentence),
    /// Several statements of a kind.
    List(Vec<Sentence>),
    /// Numbers in rows.
    Table(Table),
    /// Numbers as lines over time, and in a table too.
    Chart(Chart),
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// By counting, by tallies, or as published.
    Basis(Basis),
    /// From nobody, though by the ways of that basis: a demonstration.
    Generated(Basis),
}

/// A sentence by its name, and what is filled in.
#[derive(Debug, Clone)]
pub(crate) struct Sentence {
    pub(crate) name: &'static str,
    pub(crate) args: Vec<(&'static str, Arg)>,
}

/// The sentence of that name.
pub(crate) fn say(name: &'static str) -> Sentence {
    Sentence { name, args: Vec::new() }
}

impl Sentence {
    /// With this filled in.
    pub(crate) fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.push((name, arg.into()));
        self
    }
}

/// What is filled in.
#[derive(Debug, Clone)]
pub(crate) enum Arg {
    /// A figure's value, or its state where it has none. Its number is `$<name>-n` beside, for plurals.
    Figure(FigureId),
    /// Of how many a figure is.
    Of(FigureId),
    /// A figure's interval.
    Interval(FigureId),
    /// A whole number that is no figure, such as of units in a list.
    Number(u64),
    /// A share that is no figure, such as a target.
    Share(f64),
    /// Seconds that are no figure, such as a promise.
    Duration(u32),
    /// What somebody is called, or else their id.
    Name(Names, String),
    /// A text as it stands.
    Text(String),
    /// A figure as it was told by the revision before, and its state there.
    Earlier(FigureId, Value, State),
    /// A period by its name.
    Period(Period),
    /// The same, always with its year.
    Dated(Period),
    /// Within a period.
    In(Period),
    /// A day.
    Date(Date),
    /// A time of a day.
    Time(DateTime),
    /// What a sentence chooses its words by, not shown.
    Word(&'static str),
    /// A sentence within a sentence.
    Say(Box<Sentence>),
    /// Several, with *and* between the last two.
    All(Vec<Arg>),
    /// Several, with commas between them.
    Listed(Vec<Arg>),
    /// Hours of a week, in the notation of openings.
    Hours(String),
    /// Sentences one after another.
    Sentences(Vec<Sentence>),
}

impl From<Sentence> for Arg {
    fn from(sentence: Sentence) -> Self {
        Self::Say(Box::new(sentence))
    }
}

impl From<&FigureId> for Arg {
    fn from(id: &FigureId) -> Self {
        Self::Figure(id.clone())
    }
}

/// Numbers in rows.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// What it shows.
    pub(crate) caption: Sentence,
    /// Its columns; the first is of the rows' names.
    pub(crate) columns: Vec<Arg>,
    /// Its rows, each cell beneath a column.
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// How far beneath the top it is, in a tree; 0 where there is none.
    pub(crate) depth: usize,
    /// Its name.
    pub(crate) name: Arg,
    /// The rest of it; `None` is an empty cell.
    pub(crate) cells: Vec<Option<Arg>>,
}

/// Lines over time, in panels one above the other.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    /// What it shows.
    pub(crate) title: Sentence,
    /// The points in time, from left to right.
    pub(crate) times: Vec<When>,
    /// The panels, from the top.
    pub(crate) panels: Vec<Panel>,
    /// The same numbers.
    pub(crate) tables: Vec<Table>,
}

/// A point in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    pub(crate) period: Period,
    /// Whether it is a short week.
    pub(crate) is_short: bool,
    /// Whether the one a year before was.
    pub(crate) was_short: bool,
}

/// Lines that have a scale in common.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    /// What it shows.
    pub(crate) title: Sentence,
    /// Its lines, the most important first.
    pub(crate) lines: Vec<Line>,
    /// Whether its scale begins at zero.
    pub(crate) from_zero: bool,
}

/// One line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// What it is called.
    pub(crate) name: Sentence,
    /// Whether it is of a year before, and so drawn apart.
    pub(crate) is_before: bool,
    /// A figure for each point in time; `None` leaves a gap.
    pub(crate) points: Vec<Option<FigureId>>,
}
