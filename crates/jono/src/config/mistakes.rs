//! Mistakes in a configuration, gathered with their places, told all at once.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use thiserror::Error;
use toml_edit::{Document, Item};

/// A configuration that cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}; name one with --config.file", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The layers do not fit together.
    #[error("cannot combine {} with the environment variables JONO_*", path.display())]
    Layers {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: config::ConfigError,
    },
    /// It says things that cannot be meant.
    #[error("{}", List(.0))]
    Mistakes(Vec<Mistake>),
}

/// One mistake and its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    path: PathBuf,
    /// Line and column, from 1; `None` for what an environment variable says, or nothing does.
    place: Option<(usize, usize)>,
    key: String,
    message: String,
}

struct List<'a>(&'a [Mistake]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        writeln!(f, "the configuration has {count} mistake{}", if count == 1 { "" } else { "s" })?;
        for (index, mistake) in self.0.iter().enumerate() {
            let separator = if index + 1 == count { "" } else { "\n" };
            write!(f, "  {mistake}{separator}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        if self.key.is_empty() {
            write!(f, ": {}", self.message)
        } else {
            write!(f, ": {}: {}", self.key, self.message)
        }
    }
}

/// The mistakes found so far in one file.
pub(crate) struct Mistakes<'a> {
    path: &'a Path,
    text: &'a str,
    document: Document<&'a str>,
    found: Vec<Mistake>,
}

impl<'a> Mistakes<'a> {
    /// Parses the file for the places of its keys; a file that is no TOML is refused here.
    pub(super) fn new(path: &'a Path, text: &'a str) -> Result<Self, ConfigError> {
        let document = Document::parse(text).map_err(|error| {
            let place = error.span().map(|span| place(text, span.start));
            let message = error.message().to_owned();
            ConfigError::Mistakes(vec![Mistake { path: path.to_owned(), place, key: String::new(), message }])
        })?;
        Ok(Self { path, text, document, found: Vec::new() })
    }

    /// Notes a mistake at a key such as `source[0].route[1].unit`.
    pub(super) fn add(&mut self, key: &str, message: String) {
        let place = locate(self.document.as_item(), key).map(|at| place(self.text, at));
        self.found.push(Mistake { path: self.path.to_owned(), place, key: key.to_owned(), message });
    }

    /// Notes an error at a key; passes a good value on.
    pub(super) fn note<T, E: fmt::Display>(&mut self, key: &str, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.add(key, error.to_string())).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The value, unless there was a mistake.
    pub(super) fn none_or<T>(mut self, value: Option<T>) -> Result<T, ConfigError> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            _ => {
                self.found.sort_by_key(|mistake| mistake.place);
                Err(ConfigError::Mistakes(self.found))
            }
        }
    }
}

/// Where a key's value begins, or the nearest table around it that the file has.
fn locate(mut item: &Item, key: &str) -> Option<usize> {
    let mut found = None;
    for step in key.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        let next = match step.parse::<usize>() {
            Ok(index) => item.get(index),
            Err(_) => item.get(step),
        };
        let Some(next) = next else { break };
        item = next;
        found = item.span().map(|span| span.start).or(found);
    }
    found
}

/// Line and column, from 1, of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at.min(text.len())];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}
