//! What promtool says about a scrape: every remark is a failure.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use anyhow::{Context, ensure};

/// Checks the form of a scrape, and how its metrics are named.
pub(crate) fn check(scrape: &str) -> anyhow::Result<()> {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run promtool")?;
    let mut stdin = promtool.stdin.take().context("promtool takes no input")?;
    // It says nothing before it has read everything, so neither side waits for the other.
    let sent = stdin.write_all(scrape.as_bytes());
    drop(stdin);
    let output = promtool.wait_with_output().context("promtool cannot be waited for")?;
    let remarks = [output.stdout, output.stderr].concat();
    let remarks = String::from_utf8_lossy(&remarks);
    ensure!(
        output.status.success() && remarks.trim().is_empty(),
        "promtool check metrics ({}):\n{}",
        output.status,
        remarks.trim()
    );
    sent.context("promtool did not read the scrape")
}
