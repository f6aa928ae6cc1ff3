//! How a bulletin is written: what it says in a language, and a file for each format that lays it out.

pub(crate) mod csv;
pub(crate) mod data;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod svg;
pub(crate) mod text;

use jono_domain::{Grain, Measure, Period};

use crate::{
    block::{self, Arg, Block, Document, Mark},
    figure::FigureId,
    known::Known,
    language::Language,
    told::Told,
    words::{Run, Runs, Words},
};

/// A bulletin in a language, ready to be laid out.
pub(crate) struct Page<'a> {
    pub(crate) language: Language,
    pub(crate) words: Words<'a>,
    pub(crate) title: Runs,
    pub(crate) organisation: Runs,
    pub(crate) status: Vec<Piece>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) sections: Vec<Section>,
}

/// What is told first about one matter.
pub(crate) struct Topic {
    pub(crate) name: Runs,
    pub(crate) groups: Vec<Vec<Lead>>,
}

/// A number that is told first.
pub(crate) struct Lead {
    pub(crate) value: Runs,
    pub(crate) details: Vec<Runs>,
    pub(crate) mark: Marked,
}

/// A part with a heading.
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) title: Runs,
    pub(crate) pieces: Vec<Piece>,
}

/// A mark, and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct Marked {
    pub(crate) mark: Mark,
    pub(crate) text: String,
}

/// A piece of a section.
pub(crate) enum Piece {
    Statement(Runs, Option<Marked>),
    Note(Runs),
    List(Vec<Runs>),
    Table(Table),
    Chart(Chart),
}

/// Numbers in rows.
pub(crate) struct Table {
    pub(crate) caption: Runs,
    pub(crate) columns: Vec<Runs>,
    pub(crate) rows: Vec<Row>,
}

/// One row.
pub(crate) struct Row {
    /// How far beneath the top it is, in a tree.
    pub(crate) depth: usize,
    pub(crate) name: Runs,
    pub(crate) cells: Vec<Runs>,
}

/// Lines over time.
pub(crate) struct Chart {
    pub(crate) title: Runs,
    pub(crate) times: Vec<Time>,
    pub(crate) panels: Vec<Panel>,
    pub(crate) tables: Vec<Table>,
    /// What the bands are, if there are any.
    pub(crate) bands: Option<String>,
    /// What its tables are called.
    pub(crate) numbers: String,
}

/// A point in time.
pub(crate) struct Time {
    pub(crate) name: String,
    /// So short that it fits beneath an axis.
    pub(crate) tick: String,
    pub(crate) is_short: bool,
    pub(crate) was_short: bool,
}

/// Lines that have a scale in common.
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) from_zero: bool,
    pub(crate) measure: Option<Measure>,
}

/// One line.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) is_before: bool,
    pub(crate) points: Vec<Option<Point>>,
}

/// A point of a line.
pub(crate) struct Point {
    pub(crate) value: f64,
    pub(crate) text: String,
    pub(crate) figure: FigureId,
}

impl<'a> Page<'a> {
    /// What a document says in a language.
    pub(crate) fn new(document: &Document, known: &'a Known<'a>, language: Language) -> Self {
        let words = Words::new(language, known);
        let speaker = Speaker { words: &words, known };
        let section = |section: &block::Section| Section {
            id: section.id,
            title: words.say(&section.title),
            pieces: section.blocks.iter().map(|block| speaker.piece(block)).collect(),
        };
        Self {
            title: words.say(&document.title),
            organisation: words.fill(&document.organisation),
            status: document.status.iter().map(|block| speaker.piece(block)).collect(),
            topics: document.leads.iter().map(|topic| speaker.topic(topic)).collect(),
            sections: document.sections.iter().map(section).collect(),
            language,
            words,
        }
    }
}

/// Turns blocks into pieces.
struct Speaker<'a> {
    words: &'a Words<'a>,
    known: &'a Known<'a>,
}

impl Speaker<'_> {
    fn piece(&self, block: &Block) -> Piece {
        match block {
            Block::Statement(sentence, mark) => {
                Piece::Statement(self.words.say(sentence), mark.map(|mark| self.marked(mark)))
            }
            Block::Note(sentence) => Piece::Note(self.words.say(sentence)),
            Block::List(sentences) => Piece::List(sentences.iter().map(|one| self.words.say(one)).collect()),
            Block::Table(table) => Piece::Table(self.table(table)),
            Block::Chart(chart) => Piece::Chart(self.chart(chart)),
        }
    }

    fn marked(&self, mark: Mark) -> Marked {
        Marked { mark, text: self.words.mark(mark) }
    }

    fn topic(&self, topic: &block::Topic) -> Topic {
        let lead = |lead: &block::Lead| {
            let mut details: Vec<_> = lead.details.iter().map(|one| self.words.say(one)).collect();
            if let Some(first) = details.first_mut() {
                capitalise(first);
            }
            Lead {
                value: self.words.fill(&Arg::Figure(lead.value.clone())),
                details,
                mark: self.marked(lead.mark),
            }
        };
        let groups = topic.groups.iter().map(|group| group.iter().map(lead).collect());
        Topic { name: self.words.say(&topic.name), groups: groups.collect() }
    }

    fn table(&self, table: &block::Table) -> Table {
        let row = |row: &block::Row| Row {
            depth: row.depth,
            name: self.heading(&row.name),
            cells: row.cells.iter().map(|cell| self.cell(cell.as_ref())).collect(),
        };
        Table {
            caption: self.words.say(&table.caption),
            columns: table.columns.iter().map(|column| self.heading(column)).collect(),
            rows: table.rows.iter().map(row).collect(),
        }
    }

    fn cell(&self, cell: Option<&Arg>) -> Runs {
        cell.map_or_else(Vec::new, |cell| self.words.fill(cell))
    }

    /// What heads a row or column: with a capital, unless it is somebody's name.
    fn heading(&self, arg: &Arg) -> Runs {
        let mut runs = self.words.fill(arg);
        if !matches!(arg, Arg::Name(..) | Arg::Text(_)) {
            capitalise(&mut runs);
        }
        runs
    }

    fn chart(&self, chart: &block::Chart) -> Chart {
        let has_bands = chart.times.iter().any(|time| time.is_short || time.was_short);
        let time = |when: &block::When| Time {
            name: self.words.text(&block::say("lead-when").with("period", Arg::Period(when.period))),
            tick: tick(when.period),
            is_short: when.is_short,
            was_short: when.was_short,
        };
        Chart {
            title: self.words.say(&chart.title),
            times: chart.times.iter().map(time).collect(),
            panels: chart.panels.iter().map(|panel| self.panel(panel)).collect(),
            tables: chart.tables.iter().map(|table| self.table(table)).collect(),
            bands: has_bands.then(|| self.words.word("marked-short")),
            numbers: self.words.word("numbers"),
        }
    }

    fn panel(&self, panel: &block::Panel) -> Panel {
        let ids = panel.lines.iter().flat_map(|line| line.points.iter().flatten());
        let measure =
            ids.filter_map(|id| self.known.figure(id)).map(|figure| figure.reading.measure.clone()).next();
        let line = |line: &block::Line| Line {
            name: self.words.text(&line.name),
            is_before: line.is_before,
            points: line.points.iter().map(|id| self.point(id.as_ref()?)).collect(),
        };
        Panel {
            title: self.words.text(&panel.title),
            lines: panel.lines.iter().map(line).collect(),
            from_zero: panel.from_zero,
            measure,
        }
    }

    fn point(&self, id: &FigureId) -> Option<Point> {
        let figure = self.known.figure(id)?;
        let value = rust_decimal::prelude::ToPrimitive::to_f64(&Told::new(figure).shown?)?;
        Some(Point { value, text: self.words.figure(figure), figure: id.clone() })
    }
}

/// The first letter large, of what does not begin with a figure.
fn capitalise(runs: &mut [Run]) {
    let Some(first) = runs.iter_mut().find(|run| !run.text.is_empty()).filter(|run| run.figure.is_none())
    else {
        return;
    };
    let mut letters = first.text.chars();
    if let Some(letter) = letters.next() {
        first.text = letter.to_uppercase().chain(letters).collect();
    }
}

/// A period so short that it fits beneath an axis.
fn tick(period: Period) -> String {
    let first = period.first();
    match period.grain() {
        Some(Grain::Week) => first.iso_week_date().week().to_string(),
        Some(Grain::Month) => first.month().to_string(),
        Some(Grain::Quarter) => format!("Q{}/{:02}", (first.month() - 1) / 3 + 1, first.year() % 100),
        _ => period.to_string(),
    }
}

/// What is said of a sentence's figures, each once.
pub(crate) fn figures_of(runs: &[Run]) -> Vec<&FigureId> {
    let mut ids: Vec<&FigureId> = Vec::new();
    for id in runs.iter().filter_map(|run| run.figure.as_ref()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}
