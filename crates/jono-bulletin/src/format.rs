//! How a bulletin is written.

use std::str::FromStr;

use thiserror::Error;

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

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no format of the bulletin; the formats are {list}", list = Format::ALL.map(Format::extension).join(", "))]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        let known = Self::ALL.into_iter().find(|known| known.extension() == word);
        known.ok_or_else(|| UnknownFormat(word.to_owned()))
    }
}
