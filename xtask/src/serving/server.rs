//! A `jono serve` that can be signalled.

use std::{fs, net::SocketAddr, process::Command};

use anyhow::{Context, bail, ensure};

use super::{place::Place, scrape::Scrape};
use crate::{
    http,
    jono::{Serving, Started, start_serving},
};

/// Ended when dropped.
pub(super) struct Server {
    serving: Serving,
    pid: String,
}

impl Server {
    /// Serves the place on a free port of the loopback.
    pub(super) fn start(place: &Place) -> anyhow::Result<Self> {
        Self::start_by(place, &place.jono.command("serve"))
    }

    /// The same by a command of one's own.
    pub(super) fn start_by(place: &Place, serve: &Command) -> anyhow::Result<Self> {
        let pid = place.path("jono.pid");
        let mut shell = Command::new("sh");
        // The shell becomes the command, so the number that it writes is that of what is to be signalled.
        shell.args(["-c", "echo $$ > \"$0\"; exec \"$@\""]).arg(&pid);
        shell.arg(serve.get_program()).args(serve.get_args()).current_dir(place.dir());
        shell.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        match start_serving(&mut shell, &place.path("serve.log"))? {
            Started::Listening(serving) => {
                let pid = fs::read_to_string(&pid).context("jono serve wrote no number")?.trim().to_owned();
                Ok(Self { serving, pid })
            }
            Started::Ended { status, said } => {
                bail!("jono serve ended before it listened ({status}):\n{said}")
            }
        }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// The address of a page, without TLS.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// What is shown now.
    pub(super) fn scrape(&self) -> anyhow::Result<Scrape> {
        Ok(Scrape::new(http::get(&self.url("/metrics"))?.text()?))
    }

    /// Sends a signal, such as `HUP`.
    pub(super) fn signal(&self, name: &str) -> anyhow::Result<()> {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid]).status()?;
        ensure!(sent.success(), "cannot send {name} to jono serve");
        Ok(())
    }

    /// Asks it to stop as an operator would; it must end well.
    pub(super) fn stop(self) -> anyhow::Result<()> {
        self.serving.stop()
    }

    /// An entry of Prometheus' `scrape_configs`, with more at its end.
    pub(super) fn job(&self, name: &str, more: &str) -> String {
        format!("- job_name: {name}\n  static_configs:\n  - targets: [\"{}\"]\n{more}", self.address())
    }
}
