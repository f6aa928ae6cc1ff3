//! What a dashboard consists of, in words of its own; [`render`](super::render) makes Grafana's of them.

use serde_json::{Value, json};

use super::words::Text;

/// One question of one kind of person.
#[derive(Debug)]
pub(crate) struct Dashboard {
    /// Behind `jono-` the uid, and the name of the file.
    pub(crate) name: &'static str,
    pub(crate) title: Text,
    pub(crate) about: Text,
    /// From when on it looks, when it is opened.
    pub(crate) from: &'static str,
    /// How often it looks again.
    pub(crate) refresh: &'static str,
    pub(crate) variables: Vec<Variable>,
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) rows: Vec<Row>,
}

/// What can be chosen above the panels; several, and all.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) label: Text,
    /// The label's values are those of these series.
    pub(crate) of: String,
    /// Only carried along, for the dashboards that links lead to.
    pub(crate) hidden: bool,
}

/// A mark over all panels.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) name: Text,
    pub(crate) text: Text,
    pub(crate) expr: String,
    pub(crate) step: &'static str,
}

/// Panels under a heading.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) title: Text,
    pub(crate) panels: Vec<Panel>,
}

/// What values are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Contacts, lines, series: written in full.
    Count,
    Seconds,
    /// 0–1, shown as per cent.
    Share,
    Days,
    Score,
    Bytes,
    /// How many a minute, also less than one.
    PerMinute,
    /// Milliseconds since 1970.
    Time,
    /// Words by a mapping.
    Word,
}

impl Unit {
    /// What Grafana calls it.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Count => "locale",
            Self::Seconds => "s",
            Self::Share => "percentunit",
            Self::Days => "suffix:d",
            Self::PerMinute => "suffix:/min",
            Self::Score | Self::Word => "none",
            Self::Bytes => "bytes",
            Self::Time => "dateTimeAsIso",
        }
    }

    pub(crate) const fn decimals(self) -> Option<u8> {
        match self {
            Self::Count | Self::Word => Some(0),
            Self::Share | Self::Days | Self::Seconds | Self::Bytes => Some(1),
            Self::Score => Some(2),
            Self::PerMinute | Self::Time => None,
        }
    }
}

/// How a panel shows.
#[derive(Debug)]
pub(crate) enum Kind {
    Lines,
    /// Weeks: bars, one part above the other.
    Bars,
    Stat,
    Table(Vec<Column>),
    /// Over the words of a column.
    BarChart(Vec<Column>),
    Heatmap,
    States,
}

impl Kind {
    pub(crate) const fn plugin(&self) -> &'static str {
        match self {
            Self::Lines | Self::Bars => "timeseries",
            Self::Stat => "stat",
            Self::Table(_) => "table",
            Self::BarChart(_) => "barchart",
            Self::Heatmap => "heatmap",
            Self::States => "state-timeline",
        }
    }
}

/// A column of a table: a label, or a target's value.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) from: From,
    pub(crate) title: Text,
    pub(crate) unit: Unit,
    pub(crate) words: Vec<Word>,
}

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Label(&'static str),
    /// The target's place.
    Value(usize),
}

/// What a value is called, and its colour beside the word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) value: &'static str,
    pub(crate) text: Text,
    pub(crate) color: Option<&'static str>,
}

/// A value with a word.
pub(crate) const fn word(value: &'static str, text: Text, color: &'static str) -> Word {
    Word { value, text, color: Some(color) }
}

/// A value with a word, in no colour.
pub(crate) const fn plain(value: &'static str, text: Text) -> Word {
    Word { value, text, color: None }
}

/// A column of a label.
pub(crate) const fn label(name: &'static str, title: Text) -> Column {
    Column { from: From::Label(name), title, unit: Unit::Word, words: Vec::new() }
}

/// A column of a target's values.
pub(crate) const fn value(target: usize, title: Text, unit: Unit) -> Column {
    Column { from: From::Value(target), title, unit, words: Vec::new() }
}

impl Column {
    pub(crate) fn words(mut self, words: &[Word]) -> Self {
        self.words = words.to_vec();
        self
    }
}

/// A query of a panel.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) expr: String,
    pub(crate) legend: Text,
    pub(crate) instant: bool,
    /// What differs from the panel's own looks, by Grafana's names.
    pub(crate) looks: Vec<(&'static str, Value)>,
}

impl Target {
    /// Another kind of value, on an axis of its own.
    pub(crate) fn right(mut self, unit: Unit, title: &'static str) -> Self {
        self.looks.extend([
            ("unit", json!(unit.id())),
            ("custom.axisPlacement", json!("right")),
            ("custom.axisLabel", json!(title)),
            ("decimals", json!(unit.decimals())),
            ("custom.stacking", json!({ "mode": "none", "group": "A" })),
        ]);
        if unit == Unit::Share {
            self.looks.extend([("min", json!(0)), ("max", json!(1))]);
        }
        self.line()
    }

    /// A line, also among bars.
    pub(crate) fn line(mut self) -> Self {
        self.looks.extend([
            ("custom.drawStyle", json!("line")),
            ("custom.fillOpacity", json!(0)),
            ("custom.lineWidth", json!(2)),
            ("custom.showPoints", json!("always")),
            ("custom.stacking", json!({ "mode": "none", "group": "A" })),
        ]);
        self
    }

    /// A dashed line: what is compared with, such as a target or the year before.
    pub(crate) fn dashed(mut self) -> Self {
        self = self.line();
        self.looks.extend([
            ("custom.lineStyle", json!({ "fill": "dash", "dash": [10, 10] })),
            // A week without neighbours is a point, or it is not seen.
            ("custom.showPoints", json!("auto")),
        ]);
        self
    }

    /// Steps from one value to the next.
    pub(crate) fn steps(mut self) -> Self {
        self.looks.push(("custom.lineInterpolation", json!("stepAfter")));
        self
    }
}

/// A panel.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) kind: Kind,
    pub(crate) title: Text,
    pub(crate) about: Text,
    pub(crate) none: Text,
    pub(crate) unit: Unit,
    pub(crate) targets: Vec<Target>,
    pub(crate) words: Vec<Word>,
    pub(crate) max: Option<f64>,
    pub(crate) min: Option<f64>,
    /// The shortest step.
    pub(crate) interval: Option<&'static str>,
    /// How far it looks back, whatever the dashboard does.
    pub(crate) back: Option<&'static str>,
    /// The column of a table that it is sorted by, and whether the highest come first.
    pub(crate) first: Option<(usize, bool)>,
    pub(crate) size: (u32, u32),
}

impl Panel {
    pub(crate) fn new(kind: Kind, title: Text, unit: Unit) -> Self {
        let size = match kind {
            Kind::Stat => (6, 4),
            Kind::Table(_) => (24, 9),
            _ => (12, 9),
        };
        let (min, max) = match unit {
            Unit::Share => (Some(0.0), Some(1.0)),
            Unit::Score => (Some(0.0), Some(10.0)),
            Unit::Time | Unit::Word => (None, None),
            Unit::Count | Unit::Seconds | Unit::Days | Unit::PerMinute | Unit::Bytes => (Some(0.0), None),
        };
        Self {
            kind,
            title,
            about: super::words::same(""),
            none: super::words::word::NO_HISTORY,
            unit,
            targets: Vec::new(),
            words: Vec::new(),
            max,
            min,
            interval: None,
            back: None,
            first: None,
            size,
        }
    }

    /// The formula, and where it is defined.
    pub(crate) const fn about(mut self, about: Text) -> Self {
        self.about = about;
        self
    }

    /// What is shown when there is nothing to show.
    pub(crate) const fn none(mut self, none: Text) -> Self {
        self.none = none;
        self
    }

    pub(crate) fn words(mut self, words: &[Word]) -> Self {
        self.words = words.to_vec();
        self
    }

    /// Points a week apart, at Thursdays; looked at over a year where the dashboard itself shows hours.
    pub(crate) const fn weekly(mut self, back: Option<&'static str>) -> Self {
        self.interval = Some("1w");
        self.back = back;
        self.none(super::words::word::NO_WEEKS)
    }

    pub(crate) const fn every(mut self, interval: &'static str) -> Self {
        self.interval = Some(interval);
        self
    }

    /// From midnight on, while the dashboard shows what is relative to now.
    pub(crate) const fn today(mut self) -> Self {
        self.back = Some("now/d");
        self
    }

    /// Over the last days, while the dashboard shows what is relative to now.
    pub(crate) const fn recent(mut self) -> Self {
        self.back = Some("now-2d");
        self
    }

    /// The highest of a column of a table come first.
    pub(crate) const fn highest_first(mut self, column: usize) -> Self {
        self.first = Some((column, true));
        self
    }

    /// The lowest of a column of a table come first.
    pub(crate) const fn lowest_first(mut self, column: usize) -> Self {
        self.first = Some((column, false));
        self
    }

    pub(crate) const fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// One more query.
    pub(crate) fn target(self, expr: impl Into<String>, legend: Text) -> Self {
        self.with(expr, legend, |target| target)
    }

    /// One more query, with looks of its own.
    pub(crate) fn with(
        mut self,
        expr: impl Into<String>,
        legend: Text,
        change: impl FnOnce(Target) -> Target,
    ) -> Self {
        let instant = matches!(self.kind, Kind::Stat | Kind::Table(_) | Kind::BarChart(_));
        self.targets.push(change(Target { expr: expr.into(), legend, instant, looks: Vec::new() }));
        self
    }
}
