//! The real `jono`, built and run as a user runs it.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::workspace;

/// A binary with a configuration and a ledger.
#[derive(Debug, Clone)]
pub(crate) struct Jono {
    binary: PathBuf,
    config: PathBuf,
    ledger: PathBuf,
}

/// Builds the binary; the development profile, so that it shares its dependencies with the tests.
pub(crate) fn build(features: &[&str]) -> anyhow::Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "jono"]).current_dir(workspace::root());
    let mut target = workspace::target()?;
    if !features.is_empty() {
        // Another place, so that the two do not rebuild each other in turn.
        target.push("with-features");
        cargo.arg("--target-dir").arg(&target).args(["--features", &features.join(",")]);
    }
    ensure!(cargo.status().context("cannot run cargo")?.success(), "jono does not build");
    Ok(target.join("debug/jono"))
}

impl Jono {
    pub(crate) fn new(binary: &Path, config: &Path, ledger: &Path) -> Self {
        Self { binary: binary.to_owned(), config: config.to_owned(), ledger: ledger.to_owned() }
    }

    pub(crate) fn ledger(&self) -> &Path {
        &self.ledger
    }

    /// A subcommand, ready to be run or changed.
    pub(crate) fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(subcommand).arg("--config.file").arg(&self.config).arg("--ledger").arg(&self.ledger);
        command
    }

    /// Runs a subcommand that must succeed, and gives what it wrote.
    pub(crate) fn run(&self, subcommand: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(subcommand).args(arguments).output().context("cannot run jono")?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "jono {subcommand} {arguments:?} failed:\n{out}{err}");
        Ok(out.into_owned())
    }

    /// Counts files, and gives the summary.
    pub(crate) fn ingest(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let summary = self.run("ingest", &[&["--format", "json"], arguments].concat())?;
        serde_json::from_str(&summary).context("the summary of jono ingest is no JSON")
    }

    /// Asks a question, and gives the rows.
    pub(crate) fn readings(&self, arguments: &[&str]) -> anyhow::Result<Vec<Value>> {
        let rows = self.run("readings", &[&["--format", "json"], arguments].concat())?;
        serde_json::from_str(&rows).context("the rows of jono readings are no JSON")
    }

    /// Starts serving on a free port of the loopback; its log goes to a file.
    pub(crate) fn serve(&self, log: &Path) -> anyhow::Result<Serving> {
        self.serve_at(ANY_PORT, log)
    }

    /// Starts serving at an address; its log goes to a file.
    pub(crate) fn serve_at(&self, address: SocketAddr, log: &Path) -> anyhow::Result<Serving> {
        self.serve_by(&[], address, log)
    }

    /// Starts serving at an address, with more arguments; its log goes to a file.
    pub(crate) fn serve_by(
        &self,
        arguments: &[&str],
        address: SocketAddr,
        log: &Path,
    ) -> anyhow::Result<Serving> {
        match start_serving_at(self.command("serve").args(arguments), address, log)? {
            Started::Listening(serving) => Ok(serving),
            Started::Ended { status, said } => {
                bail!("jono serve ended before it listened ({status}):\n{said}")
            }
        }
    }
}

/// What became of a `jono serve` that was started.
#[derive(Debug)]
pub(crate) enum Started {
    /// It serves.
    Listening(Serving),
    /// It ended before that.
    Ended {
        /// How.
        status: ExitStatus,
        /// What it logged until then.
        said: String,
    },
}

/// Starts a prepared `jono serve` on a free port of the loopback, and waits until it listens or has ended.
pub(crate) fn start_serving(serve: &mut Command, log: &Path) -> anyhow::Result<Started> {
    start_serving_at(serve, ANY_PORT, log)
}

/// The loopback, and whichever port is free.
const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn start_serving_at(serve: &mut Command, address: SocketAddr, log: &Path) -> anyhow::Result<Started> {
    let mut child = serve
        .args(["--web.listen-address", &address.to_string(), "--log.format", "json"])
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run jono serve")?;
    let mut lines = BufReader::new(child.stderr.take().context("jono serve has no log")?).lines();
    let mut log = fs::File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut said = String::new();
    for line in &mut lines {
        let line = line?;
        said.push_str(&line);
        said.push('\n');
        if let Some(address) = listening(&line) {
            // The rest of the log must be read, or the process would block on writing it.
            thread::spawn(move || {
                for line in lines.map_while(Result::ok) {
                    let _ = std::io::Write::write_all(&mut log, format!("{line}\n").as_bytes());
                }
            });
            return Ok(Started::Listening(Serving { child, address }));
        }
    }
    Ok(Started::Ended { status: child.wait()?, said })
}

fn listening(line: &str) -> Option<SocketAddr> {
    let line: Value = serde_json::from_str(line).ok()?;
    let fields = &line["fields"];
    (fields["message"] == "listening").then(|| fields["address"].as_str()?.parse().ok())?
}

/// A running `jono serve`; ended when dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Serving {
    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.child.try_wait().context("jono serve cannot be watched")
    }

    /// By which the kernel knows it.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it ever held, in KiB, as the kernel remembers.
    pub(crate) fn peak(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        peak.context("the kernel tells no peak")?.parse().context("the peak is no number")
    }

    /// Asks it to stop as an operator would, and waits; it must end well.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &pid]).status()?.success(), "cannot signal jono serve");
        let status = self.child.wait()?;
        ensure!(status.success(), "jono serve ended with {status} after SIGTERM");
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
