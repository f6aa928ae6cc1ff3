//! The units, as systemd reads them.

use std::{fs, process::Command};

use anyhow::{Context, ensure};

use crate::workspace;

const UNITS: [&str; 2] = ["jono.service", "jono.socket"];
/// Exposure that is more than this is a step back; 10 is none hidden, 0 everything.
const MOST: f64 = 1.0;

/// Checks the units, and tells what `systemd-analyze security` says of the service.
pub(super) fn check() -> anyhow::Result<String> {
    let folder = tempfile::tempdir().context("no folder for units")?;
    for unit in UNITS {
        let text = fs::read_to_string(workspace::root().join("deploy/systemd").join(unit))
            .with_context(|| format!("cannot read {unit}"))?;
        // Neither the binary nor its page need be installed where this is checked.
        let text =
            text.replace("/usr/local/bin/jono", "/bin/true").replace("Documentation=man:jono(1)\n", "");
        fs::write(folder.path().join(unit), text).with_context(|| format!("cannot write {unit}"))?;
    }
    let analyze = |arguments: &[&str]| -> anyhow::Result<String> {
        let mut command = Command::new("systemd-analyze");
        let output = command.args(arguments).current_dir(folder.path()).output();
        let output = output.context("cannot run systemd-analyze")?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).trim().to_owned();
        ensure!(output.status.success(), "systemd-analyze {}:\n{said}", arguments.join(" "));
        Ok(said)
    };
    let remarks = analyze(&["verify", "./jono.service", "./jono.socket"])?;
    ensure!(remarks.is_empty(), "systemd-analyze verify:\n{remarks}");
    let said = analyze(&["security", "--offline=true", "--no-pager", "./jono.service"])?;
    let overall = said.lines().find_map(|line| line.split_once("jono.service:"));
    let (_, overall) = overall.context("systemd-analyze security has no overall exposure")?;
    let score = overall.split_whitespace().next().and_then(|score| score.parse::<f64>().ok());
    let score = score.context("the exposure is no number")?;
    ensure!(score <= MOST, "the service is exposed by {score}, more than {MOST}");
    Ok(format!("the service's exposure by systemd-analyze is {score} of 10"))
}
