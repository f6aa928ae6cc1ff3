//! `cargo xtask tidy`: what compilers do not check, a sentence for each violation.
//!
//! Whether generated files are up to date is checked where they are generated.

mod dependencies;
mod files;
mod links;
mod places;

use std::{fmt, fs, process::ExitCode};

use anyhow::Context;

use crate::workspace;

/// Prints every violation, and fails if there is one.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let tree = Tree::read()?;
    let mut violations = dependencies::check(&dependencies::read()?);
    violations.extend(files::check(&tree));
    violations.extend(places::check(&tree));
    violations.extend(links::check(&tree));
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    if violations.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} to tidy up", violations.len());
    Ok(ExitCode::FAILURE)
}

/// Something to tidy up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    /// From 1; `None` is the file as a whole.
    line: Option<usize>,
    sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.sentence),
            None => write!(f, "{}: {}", self.path, self.sentence),
        }
    }
}

/// A file of the workspace.
#[derive(Debug)]
struct File {
    /// From the root, with slashes.
    path: String,
    bytes: Vec<u8>,
}

impl File {
    fn is(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }

    /// The lines of a text, counted from 1; none of anything else.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let text = std::str::from_utf8(&self.bytes).unwrap_or_default();
        text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    fn violation(&self, line: Option<usize>, sentence: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, sentence: sentence.into() }
    }
}

/// Every file of the workspace that is tracked or would be.
#[derive(Debug)]
struct Tree(Vec<File>);

impl Tree {
    fn read() -> anyhow::Result<Self> {
        let read = |path: String| {
            let bytes = fs::read(workspace::root().join(&path));
            Ok(File { bytes: bytes.with_context(|| format!("cannot read {path}"))?, path })
        };
        workspace::files()?.into_iter().map(read).collect::<anyhow::Result<_>>().map(Self)
    }

    /// Whether there is such a file, or a folder with files in it.
    fn has(&self, path: &str) -> bool {
        let inside = |file: &File| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        path.is_empty() || self.0.iter().any(|file| file.path == path || inside(file))
    }
}

#[cfg(test)]
impl Tree {
    fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).into(), bytes: (*text).into() };
        Self(files.iter().map(file).collect())
    }
}

#[cfg(test)]
fn listed(violations: &[Violation]) -> String {
    violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("\n")
}
