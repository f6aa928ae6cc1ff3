//! Keeps `jono serve` serving, or ends it again and again.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

use anyhow::{Context, bail};

use super::{chance::Chance, shared::Shared, watch::Pages};
use crate::jono::{Jono, Serving};

/// Who follows the log.
pub(super) struct Keeper<'a> {
    jono: &'a Jono,
    dir: &'a Path,
    shared: &'a Shared,
    chance: Chance,
    pages: Pages,
    serving: Option<Serving>,
    /// When to kill it, or to start it if it is down.
    next: Instant,
    starts: u64,
    beside: Option<Ingest>,
    pub(super) kills: u64,
    pub(super) ingests: u64,
}

impl<'a> Keeper<'a> {
    pub(super) fn start(
        jono: &'a Jono,
        dir: &'a Path,
        shared: &'a Shared,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let mut keeper = Self {
            jono,
            dir,
            shared,
            chance: Chance::new(!seed),
            pages: Pages::new(),
            serving: None,
            next: Instant::now(),
            starts: 0,
            beside: None,
            kills: 0,
            ingests: 0,
        };
        keeper.ensure_serving()?;
        Ok(keeper)
    }

    /// Starts it if it was killed; one that ended by itself is an error.
    pub(super) fn ensure_serving(&mut self) -> anyhow::Result<()> {
        if let Some(serving) = &mut self.serving {
            return match serving.ended()? {
                Some(status) => bail!("jono serve ended by itself, with {status}"),
                None => Ok(()),
            };
        }
        let serving = self.jono.serve(&self.log("serve"))?;
        self.shared.set_address(Some(serving.address));
        self.serving = Some(serving);
        Ok(())
    }

    /// Does what is due: kills it, starts it, or lets another process count the same file.
    pub(super) fn disturb(&mut self) -> anyhow::Result<()> {
        if self.beside.as_mut().is_some_and(Ingest::has_ended) {
            self.beside = None;
        }
        if self.beside.is_none() && self.chance.one_in(50) {
            self.beside = Some(Ingest::start(self.jono, self.dir, &self.log("ingest"))?);
            self.ingests += 1;
        }
        if Instant::now() < self.next {
            return Ok(());
        }
        if self.serving.is_none() {
            self.ensure_serving()?;
            self.next = Instant::now() + self.chance.moment(1000, 5000);
            return Ok(());
        }
        self.shared.set_address(None);
        self.serving = None;
        self.kills += 1;
        if self.chance.one_in(3) {
            self.kill_early()?;
        }
        // Mostly it is back at once; now and then the log is rotated meanwhile.
        let down = if self.chance.one_in(3) { 6000 } else { 200 };
        self.next = Instant::now() + self.chance.moment(0, down);
        Ok(())
    }

    /// Kills one that may not even listen.
    fn kill_early(&mut self) -> anyhow::Result<()> {
        let log = File::create(self.log("serve"))?;
        let mut serve = self.jono.command("serve");
        serve.args(["--web.listen-address", "127.0.0.1:0", "--log.format", "json"]);
        let mut child = serve.stderr(log).spawn().context("cannot run jono serve")?;
        thread::sleep(self.chance.moment(0, 300));
        child.kill()?;
        child.wait()?;
        self.kills += 1;
        Ok(())
    }

    /// What it shows.
    pub(super) fn page(&mut self) -> anyhow::Result<String> {
        let serving = self.serving.as_ref().context("jono does not serve")?;
        self.pages.get(serving.address)
    }

    /// Ends it as an operator would, after everybody else.
    pub(super) fn end(mut self) -> anyhow::Result<()> {
        self.beside = None;
        self.shared.set_address(None);
        self.serving.take().context("jono does not serve")?.stop()
    }

    fn log(&mut self, what: &str) -> PathBuf {
        self.starts += 1;
        self.dir.join(format!("{what}-{}.log", self.starts))
    }
}

/// A `jono ingest` of the log; killed when dropped. It may find the log renamed or truncated under its hands, and so
/// may fail: what it leaves in the ledger is what counts.
struct Ingest(Child);

impl Ingest {
    fn start(jono: &Jono, dir: &Path, log: &Path) -> anyhow::Result<Self> {
        let log = fs::File::create(log)?;
        let mut ingest: Command = jono.command("ingest");
        ingest.arg(dir.join("queue_log")).stdout(log.try_clone()?).stderr(log).stdin(Stdio::null());
        Ok(Self(ingest.spawn().context("cannot run jono ingest")?))
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Ingest {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
