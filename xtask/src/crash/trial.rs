//! One ledger on which a step is run, ended, and run again.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, anyhow, bail, ensure};
use jono_ledger::Extent;

use super::scenario::{Scenario, Step};
use crate::{
    jono::{Jono, Started, start_serving},
    ledger,
};

/// The signal of `abort`, the same everywhere.
const ABORTED: i32 = 6;

pub(super) struct Trial<'a> {
    scenario: &'a Scenario,
    folder: PathBuf,
    pub(super) jono: Jono,
}

impl<'a> Trial<'a> {
    /// In a folder that is there.
    pub(super) fn at(scenario: &'a Scenario, folder: PathBuf) -> Self {
        Self { scenario, jono: scenario.jono(&folder), folder }
    }

    /// With a copy of the ledger to begin with.
    pub(super) fn new(scenario: &'a Scenario, name: &str) -> anyhow::Result<Self> {
        let folder = scenario.dir.join(name);
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        for file in fs::read_dir(scenario.base())? {
            let file = file?;
            fs::copy(file.path(), folder.join(file.file_name()))?;
        }
        Ok(Self::at(scenario, folder))
    }

    /// `jono ingest`, ready to be started.
    pub(super) fn ingest(&self, replace: bool) -> Command {
        let mut ingest = self.jono.command("ingest");
        ingest.arg(self.scenario.log()).args(["--source", self.scenario.source]);
        ingest.args(["--batch-mib", &self.scenario.batch_mib]);
        ingest.args(replace.then_some("--replace")).current_dir(&self.folder);
        // What it says is kept with the ledger, for the day on which it fails.
        let said = fs::File::options().create(true).append(true).open(self.said());
        ingest.stdout(Stdio::null()).stderr(said.map_or_else(|_| Stdio::null(), Stdio::from));
        ingest
    }

    /// Where the processes of this trial say what is wrong.
    fn said(&self) -> PathBuf {
        self.folder.join("said.log")
    }

    /// Whether a fault ended the step; if not, it was done.
    pub(super) fn ended_by(&self, fault: &str) -> anyhow::Result<bool> {
        let Step::Ingest { replace } = self.scenario.step else { return self.serve(Some(fault)) };
        let status = self.ingest(replace).env("FAULT_POINT", fault).status().context("cannot run jono")?;
        ensure!(status.success() || status.signal() == Some(ABORTED), "at {fault}, jono ended with {status}");
        Ok(!status.success())
    }

    /// Runs the step to its end.
    pub(super) fn finish(&self) -> anyhow::Result<()> {
        match self.scenario.step {
            Step::Ingest { replace } => self.finish_ingest(replace),
            Step::Serve => self.serve(None).map(|_| ()),
        }
    }

    pub(super) fn finish_ingest(&self, replace: bool) -> anyhow::Result<()> {
        let output = self.ingest(replace).stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "after it was ended, jono ingest fails:\n{out}{err}");
        Ok(())
    }

    /// Serves for a moment; whether a fault ended it before that.
    pub(super) fn serve(&self, fault: Option<&str>) -> anyhow::Result<bool> {
        let mut serve = self.jono.command("serve");
        serve.current_dir(&self.folder).envs(fault.map(|fault| ("FAULT_POINT", fault)));
        match start_serving(&mut serve, &self.folder.join("serve.log"))? {
            Started::Listening(serving) => serving.stop().map(|()| false),
            Started::Ended { status, .. } if status.signal() == Some(ABORTED) && fault.is_some() => Ok(true),
            Started::Ended { status, said } => bail!("jono serve ended with {status}:\n{said}"),
        }
    }

    /// How long the step takes if nobody interrupts it.
    pub(super) fn lasts(&self) -> Duration {
        self.scenario.lasts
    }

    /// What is wrong with the ledger, after the step was finished; a right one is removed.
    pub(super) fn judge(self, ended: &str) -> anyhow::Result<Option<String>> {
        let finished = self.finish();
        self.compare(finished, ended)
    }

    /// The same where another process, that ended so, was to finish the step.
    pub(super) fn judge_left_by_another(
        self,
        status: ExitStatus,
        ended: &str,
    ) -> anyhow::Result<Option<String>> {
        let finished = if status.success() { Ok(()) } else { Err(self.failed(status)) };
        self.compare(finished, ended)
    }

    fn failed(&self, status: ExitStatus) -> anyhow::Error {
        let said = fs::read_to_string(self.said()).unwrap_or_default();
        anyhow!("the other ended with {status}:\n{said}")
    }

    fn compare(self, finished: anyhow::Result<()>, ended: &str) -> anyhow::Result<Option<String>> {
        let wrong = match finished.and_then(|()| ledger::dump(self.jono.ledger(), Extent::All)) {
            Err(why) => format!("{why:#}"),
            Ok(found) if found != self.scenario.expected => difference(&found, &self.scenario.expected),
            Ok(_) => {
                fs::remove_dir_all(&self.folder)?;
                return Ok(None);
            }
        };
        let (name, ledger) = (self.scenario.name, self.jono.ledger().display());
        Ok(Some(format!("{name}, ended {ended}: {ledger}\n{wrong}")))
    }
}

/// The first line that differs.
fn difference(found: &str, expected: &str) -> String {
    let mut lines = found.lines().zip(expected.lines());
    match lines.find(|(found, expected)| found != expected) {
        Some((found, expected)) => format!("  found    {found}\n  expected {expected}"),
        None => "  one is longer than the other".to_owned(),
    }
}
