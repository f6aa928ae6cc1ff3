//! From the ledger to `/metrics`: what any process commits is shown.
//!
//! The ledger is asked several times a second whether another process has written, which costs a look at a page in
//! memory; only then are the counters that changed read and set.

use std::{
    os::unix::fs::MetadataExt,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use jono_domain::{Cell, Counters, Formula, HourStart, LineCounts, Series, UnixSeconds};
use jono_exporter::{Build, Exposition, Facts, SeriesSettings, Settings, Status};
use jono_ledger::{Ledger, Seq, Shown};

use crate::{clock, config::Config};

/// How often the ledger is looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long counters of a series first seen in the data wait for its zero to be fetched.
const PATIENCE: Duration = Duration::from_mins(2);

/// Which file that is: its device and inode.
fn identity(path: &Path) -> std::io::Result<(u64, u64)> {
    path.metadata().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Keeps an exposition up to date with a ledger.
pub(crate) struct Publisher<'a> {
    config: &'a Config,
    ledger: Ledger,
    exposition: Exposition,
    status: Status,
    epoch: HourStart,
    seq: Seq,
    /// The ledger's file, whatever its name becomes.
    file: (u64, u64),
    /// When a commit was last seen.
    changed: Option<UnixSeconds>,
    version: i64,
    /// Counters of new series, held back until somebody has fetched their zero: Prometheus sees an increase only
    /// from one sample to the next.
    held: Vec<(Series, Counters)>,
    held_since: Instant,
}

impl<'a> Publisher<'a> {
    /// Starts the counters, if no `serve` did before, and shows everything there is.
    pub(crate) fn new(config: &'a Config, mut ledger: Ledger) -> anyhow::Result<Self> {
        let since = config.counters.since.unwrap_or_else(clock::now);
        let judge = |series: &Series, cell: &Cell, counters: &mut Counters| {
            counters.observe(cell, config.service(&series.service));
        };
        let epoch = ledger.start_counting(config.zone.hour(since).start(), judge)?;
        let build = Build {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: option_env!("JONO_REVISION").map(str::to_owned),
            rust_version: None,
        };
        let settings = Settings { epoch, build, buckets: config.buckets.clone() };
        let file = identity(ledger.path()).context("the ledger's file is gone")?;
        let status = Status::not_ready("the counters are being read", Facts::default());
        let mut publisher = Self {
            config,
            version: ledger.version()?,
            ledger,
            exposition: Exposition::new(settings),
            status,
            epoch,
            seq: Seq::default(),
            changed: None,
            file,
            held: Vec::new(),
            held_since: Instant::now(),
        };
        publisher.declare(&config.configured_series());
        for source in &config.sources {
            publisher.exposition.source(&source.name, &LineCounts::default());
        }
        let shown = publisher.ledger.shown_since(Seq::default())?;
        publisher.declare(&shown.counters.iter().map(|(series, _)| series.clone()).collect::<Vec<_>>());
        publisher.show(&shown)?;
        publisher.status.set_ready();
        Ok(publisher)
    }

    pub(crate) fn published(&self) -> jono_exporter::Published {
        self.exposition.published()
    }

    pub(crate) fn status(&self) -> Status {
        self.status.clone()
    }

    /// The hour from which counters count.
    pub(crate) fn epoch(&self) -> String {
        self.config.zone.rfc3339(self.epoch.0)
    }

    /// Follows the ledger until told to stop, or until the one who would tell is gone.
    pub(crate) fn run(mut self, stop: &Receiver<()>) {
        let mut failing = false;
        while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(INTERVAL) {
            match self.look() {
                Ok(()) if failing => {
                    tracing::info!("the ledger can be read again");
                    self.status.set_ready();
                    failing = false;
                }
                Ok(()) => {}
                Err(error) if failing => {
                    tracing::debug!(error = format!("{error:#}"), "the ledger still cannot be read");
                }
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the ledger cannot be read; metrics stay as they were"
                    );
                    self.status.set_not_ready(format!("the ledger cannot be read: {error:#}"));
                    failing = true;
                }
            }
        }
    }

    fn look(&mut self) -> anyhow::Result<()> {
        self.release()?;
        // An open file outlives its name: counts that others commit to a new one would never be seen.
        let now = identity(self.ledger.path()).context("its file is gone; restart jono serve")?;
        ensure!(now == self.file, "another file has taken its place; restart jono serve");
        let version = self.ledger.version()?;
        if version == self.version {
            return Ok(());
        }
        let mut shown = self.ledger.shown_since(self.seq)?;
        let (known, new): (Vec<_>, _) =
            std::mem::take(&mut shown.counters).into_iter().partition(|(series, _)| self.is_shown(series));
        if !new.is_empty() {
            let series: Vec<_> = new.iter().map(|(series, _)| series.clone()).collect();
            self.declare(&series);
            self.held.retain(|(series, _)| !new.iter().any(|(newer, _)| newer == series));
            self.held.extend(new);
            self.held_since = Instant::now();
        }
        if shown.seq > self.seq {
            self.changed = Some(clock::now());
        }
        self.show(&Shown { counters: known, ..shown })?;
        self.version = version;
        Ok(())
    }

    /// Whether a series is shown, and its counts are not held back.
    fn is_shown(&self, series: &Series) -> bool {
        self.exposition.is_declared(series) && !self.held.iter().any(|(held, _)| held == series)
    }

    fn release(&mut self) -> anyhow::Result<()> {
        if !self.held.is_empty() && (self.exposition.scraped() || self.held_since.elapsed() > PATIENCE) {
            let held = std::mem::take(&mut self.held);
            self.exposition.apply(&held).context("a series was not declared")?;
            self.exposition.publish();
        }
        Ok(())
    }

    fn show(&mut self, shown: &Shown) -> anyhow::Result<()> {
        self.exposition.apply(&shown.counters).context("a series was not declared")?;
        for (source, lines) in &shown.lines {
            self.exposition.source(source, lines);
        }
        self.exposition.publish();
        self.seq = shown.seq;
        self.status.set_facts(self.facts());
        Ok(())
    }

    fn declare(&mut self, series: &[Series]) {
        let settings = series.iter().map(|series| {
            let service = self.config.service(&series.service);
            let mut formulas: Vec<Formula> = self.config.formulas.clone();
            formulas.push(service.formula);
            SeriesSettings { series: series.clone(), formulas, target: service.target }
        });
        self.exposition.declare(&settings.collect::<Vec<_>>());
    }

    fn facts(&self) -> Facts {
        let horizon = self.config.counters.horizon.map(|seconds| format!("{} hours", seconds / 3600));
        Facts {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            epoch: self.epoch(),
            horizon,
            last_commit: self.changed.map(|at| self.config.zone.rfc3339(at)),
        }
    }
}
