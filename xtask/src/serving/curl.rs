//! Requests by curl, whose TLS is another than ours.

use std::{process::Command, time::Duration};

use anyhow::{Context, ensure};

/// What came back.
#[derive(Debug)]
pub(super) struct Fetched {
    /// Zero if there was an answer at all; else which of curl's errors it was.
    pub(super) exit: i32,
    /// Zero without an answer.
    pub(super) status: u16,
    pub(super) body: String,
    /// From the attempt to connect to the last byte.
    pub(super) took: Duration,
    /// What curl says about an error.
    said: String,
}

/// Runs curl on an address.
pub(super) fn fetch(url: &str, arguments: &[&str]) -> anyhow::Result<Fetched> {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--noproxy", "*", "--max-time", "10"]);
    curl.args(["--write-out", "\n%{http_code} %{time_total}"]).args(arguments).arg(url);
    let output = curl.output().context("cannot run curl")?;
    let exit = output.status.code().context("curl was killed")?;
    let out = String::from_utf8(output.stdout).context("the answer is no UTF-8")?;
    let (body, figures) = out.rsplit_once('\n').context("curl told no figures")?;
    let (status, seconds) = figures.split_once(' ').context("curl told other figures")?;
    Ok(Fetched {
        exit,
        status: status.parse().with_context(|| format!("curl told a status {status}"))?,
        took: Duration::from_secs_f64(
            seconds.parse().with_context(|| format!("curl told a time {seconds}"))?,
        ),
        body: body.to_owned(),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

impl Fetched {
    /// Fails unless it was answered with that status.
    pub(super) fn expect(self, what: &str, status: u16) -> anyhow::Result<Self> {
        let Self { exit, status: found, body, said, .. } = &self;
        ensure!(*exit == 0 && *found == status, "{what}: {status} expected, but got {found}: {body}{said}");
        Ok(self)
    }

    /// Fails if there was an answer.
    pub(super) fn expect_refused(self, what: &str) -> anyhow::Result<Self> {
        ensure!(self.exit != 0 && self.status == 0, "{what}: answered with {}: {}", self.status, self.body);
        Ok(self)
    }
}
