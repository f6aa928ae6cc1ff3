//! The demo's ledger, and the bulletin that is made of it: in every language and format, as a draft.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use super::PERIOD;
use crate::{
    jono::{self, Jono},
    workspace,
};

/// The languages in which there is one.
pub(super) const LANGUAGES: [&str; 3] = ["fi", "sv", "en"];
/// The formats in which there is one.
const FORMATS: [&str; 5] = ["html", "md", "txt", "json", "csv"];

/// The demo, counted into a fresh ledger.
pub(super) struct Stage {
    pub(super) jono: Jono,
    folder: TempDir,
}

/// The bulletin in every language and format.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) list: Vec<Html>,
    folder: PathBuf,
}

/// The page of a language.
#[derive(Debug)]
pub(super) struct Html {
    pub(super) language: &'static str,
    path: PathBuf,
}

impl Stage {
    /// Counts the documents of `deploy/demo`.
    pub(super) fn set() -> anyhow::Result<Self> {
        let binary = jono::build(&[])?;
        let folder = tempfile::Builder::new().prefix("jono-bulletin-").tempdir();
        let folder = folder.context("there is no room for temporary files")?;
        let jono = Jono::new(&binary, &config(), &folder.path().join("demo.ledger"));
        jono.run("ingest", &[])?;
        Ok(Self { jono, folder })
    }

    /// A file in its folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the bulletin as a user does; each document must be there, and the same on standard output.
    pub(super) fn pages(&self) -> anyhow::Result<Pages> {
        let folder = self.file("bulletin");
        let output = folder.to_str().context("the folder's path is no text")?;
        self.jono.run("bulletin", &["--period", PERIOD, "--output", output])?;
        let pages = Pages::of(&folder)?;
        for language in LANGUAGES {
            for format in FORMATS {
                let asked = ["--period", PERIOD, "--language", language, "--format", format];
                let written = pages.document(language, format)?;
                ensure!(!written.is_empty(), "the bulletin in {language} as {format} is empty");
                // The others say when they were compiled.
                if format == "csv" {
                    let said = self.jono.run("bulletin", &asked)?;
                    ensure!(said == written, "jono bulletin {asked:?} says other things than it writes");
                }
            }
        }
        Ok(pages)
    }
}

/// The configuration that people get.
pub(super) fn config() -> PathBuf {
    workspace::root().join("deploy/demo/jono.toml")
}

impl Pages {
    /// Those that `jono bulletin --output` wrote into a folder.
    pub(super) fn of(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize().with_context(|| format!("{} is not there", folder.display()))?;
        let html = |language| Html { language, path: folder.join(format!("{language}/{PERIOD}.html")) };
        let list: Vec<_> = LANGUAGES.map(html).into();
        for Html { path, .. } in &list {
            ensure!(path.is_file(), "{} is not there", path.display());
        }
        Ok(Self { list, folder })
    }

    /// A document in another format.
    pub(super) fn document(&self, language: &str, extension: &str) -> anyhow::Result<String> {
        let path = self.folder.join(format!("{language}/{PERIOD}.{extension}"));
        fs::read_to_string(&path).with_context(|| format!("{} is not there", path.display()))
    }
}

impl Html {
    /// Its address as a file.
    pub(super) fn file_url(&self) -> String {
        format!("file://{}", self.path.display())
    }
}
