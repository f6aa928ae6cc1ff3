//! A folder with a configuration, a ledger and logs.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use anyhow::{Context, ensure};
use jono_ledger::Extent;
use serde_json::Value;

use crate::{jono::Jono, ledger};

const CONFIG: &str = "\
time_zone = \"Europe/Helsinki\"
[[source]]
name = \"pbx\"
format = \"queue_log\"
";

pub(super) struct Place {
    binary: PathBuf,
    dir: PathBuf,
    pub(super) jono: Jono,
    /// A log of whole lines.
    pub(super) log: Vec<u8>,
    /// Another, that begins with another line.
    pub(super) other: Vec<u8>,
}

impl Place {
    pub(super) fn new(binary: &Path, dir: &Path, log: &[u8], other: &[u8]) -> anyhow::Result<Self> {
        fs::create_dir(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let jono = Jono::new(binary, &dir.join("jono.toml"), &dir.join("jono.ledger"));
        let (log, other) = (log.to_vec(), other.to_vec());
        let place = Self { binary: binary.to_owned(), dir: dir.to_owned(), jono, log, other };
        place.configure("")?;
        Ok(place)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The configuration, with more at its end.
    pub(super) fn configure(&self, more: &str) -> anyhow::Result<()> {
        self.write("jono.toml", format!("{CONFIG}{more}").as_bytes())
    }

    pub(super) fn write(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        fs::write(self.path(name), content).with_context(|| format!("cannot write {name}"))
    }

    /// The log up to the end of the line that holds this share of it, in thousandths.
    pub(super) fn part(&self, share: usize) -> &[u8] {
        let about = self.log.len() * share / 1000;
        let end = self.log[about..].iter().position(|&byte| byte == b'\n');
        end.map_or(&self.log, |end| &self.log[..=about + end])
    }

    /// `jono ingest`, in the folder.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.jono.command("ingest");
        command.args(["--format", "json", "--batch-mib", "1"]).args(arguments).current_dir(&self.dir);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        self.command(arguments).spawn().context("cannot run jono")
    }

    /// Counts, and gives the outcome of the first document and all that was written.
    pub(super) fn ingest(&self, arguments: &[&str]) -> anyhow::Result<(Value, String)> {
        done(&self.command(arguments).output()?)
    }

    /// Counts, and insists on the outcome.
    pub(super) fn expect(&self, outcome: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let (document, _) = self.ingest(arguments)?;
        ensure!(document["outcome"] == outcome, "{arguments:?} is {}, not {outcome}", document["outcome"]);
        Ok(())
    }

    /// Counts what comes through a pipe, and insists on the outcome.
    pub(super) fn expect_piped(&self, outcome: &str, content: &[u8]) -> anyhow::Result<()> {
        let mut child = self.command(&["-"]).stdin(Stdio::piped()).spawn()?;
        child.stdin.take().context("no pipe")?.write_all(content)?;
        let (document, _) = done(&child.wait_with_output()?)?;
        ensure!(document["outcome"] == outcome, "standard input is {}, not {outcome}", document["outcome"]);
        Ok(())
    }

    /// Counts, and insists on a refusal with these words.
    pub(super) fn refused(&self, arguments: &[&str], words: &str) -> anyhow::Result<()> {
        refused(&self.command(arguments).output()?, words)
    }

    /// What the ledger holds; it must agree with itself.
    pub(super) fn facts(&self) -> anyhow::Result<String> {
        ledger::dump(self.jono.ledger(), Extent::Facts)
    }

    /// The same folder with another ledger, that knows nothing yet.
    pub(super) fn fresh(&self) -> anyhow::Result<Self> {
        let ledger = self.path("fresh.ledger");
        for file in ["fresh.ledger", "fresh.ledger-wal", "fresh.ledger-shm", "fresh.ledger.rejects"] {
            if self.path(file).exists() {
                fs::remove_file(self.path(file))?;
            }
        }
        Ok(self.with_ledger(&ledger))
    }

    /// The same folder with its ledger somewhere else.
    pub(super) fn with_ledger(&self, ledger: &Path) -> Self {
        let jono = Jono::new(&self.binary, &self.path("jono.toml"), ledger);
        let (log, other) = (self.log.clone(), self.other.clone());
        Self { binary: self.binary.clone(), dir: self.dir.clone(), jono, log, other }
    }

    /// Insists that the ledger holds what a fresh one holds that counts these files.
    pub(super) fn equals_fresh(&self, files: &[&str]) -> anyhow::Result<()> {
        let fresh = self.fresh()?;
        fresh.ingest(files)?;
        self.equals(&fresh.facts()?)
    }

    /// Insists on what the ledger holds.
    pub(super) fn equals(&self, expected: &str) -> anyhow::Result<()> {
        let found = self.facts()?;
        let mut lines = found.lines().zip(expected.lines());
        let differing = lines.find(|(found, expected)| found != expected);
        if let Some((found, expected)) = differing {
            anyhow::bail!("the ledger differs: found {found}, expected {expected}");
        }
        ensure!(found.len() == expected.len(), "the ledger holds more or less than it should");
        Ok(())
    }
}

/// The first document of a run that must succeed, and its messages.
pub(super) fn done(output: &Output) -> anyhow::Result<(Value, String)> {
    let said = said(output);
    ensure!(output.status.success(), "jono ingest failed with {}: {said}", output.status);
    let summary: Value = serde_json::from_slice(&output.stdout).context("the summary is no JSON")?;
    Ok((summary["documents"][0].clone(), said))
}

/// Insists that a run failed with a sentence.
pub(super) fn refused(output: &Output, words: &str) -> anyhow::Result<()> {
    let said = said(output);
    ensure!(output.status.code() == Some(1), "it ended with {}, not 1: {said}", output.status);
    ensure!(said.contains(words), "the words {words:?} are not in: {said}");
    Ok(())
}

fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}
