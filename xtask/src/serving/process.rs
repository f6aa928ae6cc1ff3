//! A process beside `jono serve`.

use std::process::{Child, Command, ExitStatus};

use anyhow::{Context, ensure};

/// Ended when dropped.
pub(super) struct OwnProcess(Child);

impl OwnProcess {
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        Ok(Self(command.spawn().with_context(|| format!("cannot run {program}"))?))
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.0.try_wait().context("a process cannot be watched")
    }

    /// Asks it to stop, and waits; it must end well.
    pub(super) fn terminate(mut self) -> anyhow::Result<()> {
        let sent = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        ensure!(sent.success(), "cannot signal a process");
        let status = self.0.wait()?;
        ensure!(status.success(), "a process ended with {status} after SIGTERM");
        Ok(())
    }
}

impl Drop for OwnProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
