//! The bulletin: its figures as they may be told, and the ways to write it.

use crate::{
    disclosure,
    facts::{Change, Facts},
    figure::Figure,
};

/// A language of the bulletin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Finnish.
    Finnish,
    /// Swedish.
    Swedish,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Finnish, Self::Swedish, Self::English];

    /// Its code (ISO 639-1).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Finnish => "fi",
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }
}

/// How a bulletin is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A page that needs nothing beside itself.
    Html,
    /// Markdown, for mail and for other publishing systems.
    Markdown,
    /// Plain text, for mail.
    Text,
    /// Everything as data, a figure with its id each.
    Json,
    /// The figures as a table.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Html, Self::Markdown, Self::Text, Self::Json, Self::Csv];

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// What it is over HTTP.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// The bulletin of one period.
#[derive(Debug, Clone)]
pub struct Bulletin {
    facts: Facts,
    figures: Vec<Figure>,
}

impl Bulletin {
    /// Makes the bulletin of what is known. What must not be told is not in it.
    pub fn new(facts: Facts) -> Self {
        let withheld = disclosure::withheld(&facts);
        let figures = facts.readings.iter().map(|reading| {
            let figure = Figure::new(reading.clone(), false);
            let is_withheld = withheld.contains(&figure.id);
            Figure::new(reading.clone(), is_withheld)
        });
        Self { figures: figures.collect(), facts }
    }

    /// Everything that it tells, in the order of the facts.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// What it tells otherwise than the revision before it.
    pub fn changes(&self) -> Vec<Change> {
        Vec::new()
    }

    /// Writes it.
    pub fn write(&self, _language: Language, _format: Format) -> String {
        self.facts.period.to_string()
    }
}
