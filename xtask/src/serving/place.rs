//! A folder with a configuration, a ledger, and a log that somebody writes to.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use jiff::{Timestamp, civil::Date};
use jono_domain::Outcome;

use crate::{
    jono::Jono,
    prometheus::{Prometheus, free_address},
};

/// The zone of all scenarios.
const ZONE: &str = "Europe/Helsinki";

pub(super) struct Place {
    dir: PathBuf,
    binary: PathBuf,
    /// Whether to take all the time it needs.
    pub(super) big: bool,
    pub(super) jono: Jono,
}

impl Place {
    /// With the smallest configuration that follows [`Place::log`].
    pub(super) fn new(binary: &Path, dir: &Path, big: bool) -> anyhow::Result<Self> {
        fs::create_dir(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let jono = Jono::new(binary, &dir.join("jono.toml"), &dir.join("jono.ledger"));
        let place = Self { dir: dir.to_owned(), binary: binary.to_owned(), big, jono };
        place.write("queue_log", "")?;
        place.configure("")?;
        Ok(place)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The log that is followed.
    pub(super) fn log(&self) -> PathBuf {
        self.path("queue_log")
    }

    pub(super) fn write(&self, name: &str, content: &str) -> anyhow::Result<()> {
        fs::write(self.path(name), content).with_context(|| format!("cannot write {name}"))
    }

    /// The configuration, with more at its end: first of all, more about the source.
    pub(super) fn configure(&self, more: &str) -> anyhow::Result<()> {
        self.write("jono.toml", &configuration(ZONE, more))
    }

    /// The same configuration with another ledger.
    pub(super) fn jono_with(&self, ledger: &str) -> Jono {
        Jono::new(&self.binary, &self.path("jono.toml"), &self.path(ledger))
    }

    /// A Prometheus that scrapes every second, by these entries of `scrape_configs`.
    pub(super) fn prometheus(&self, jobs: &str) -> anyhow::Result<Prometheus> {
        let config = format!("global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n{jobs}");
        self.write("prometheus.yml", &config)?;
        Prometheus::start(&self.path("prometheus.yml"), &self.dir, free_address(0)?)
    }

    /// How many events the ledger has of a period: arrivals, conclusions, and contacts that were handled.
    pub(super) fn events(&self, period: &str) -> anyhow::Result<u64> {
        let mut events = self.count("arrivals", "numerator", period)?;
        for outcome in Outcome::ALL {
            events += self.count(outcome.as_str(), "numerator", period)?;
        }
        Ok(events + self.count("handling_mean", "denominator", period)?)
    }

    /// One part of a measure, added up over all series.
    pub(super) fn count(&self, measure: &str, part: &str, period: &str) -> anyhow::Result<u64> {
        let rows = self.jono.readings(&["--measure", measure, "--period", period])?;
        Ok(rows.iter().filter_map(|row| row[part].as_u64()).sum())
    }
}

/// The local day.
pub(super) fn today() -> anyhow::Result<Date> {
    Ok(Timestamp::now().in_tz(ZONE)?.date())
}

/// A configuration of one source, in a zone.
pub(super) fn configuration(zone: &str, more: &str) -> String {
    format!(
        "time_zone = \"{zone}\"\n\n[[source]]\nname = \"pbx\"\nformat = \"queue_log\"\npaths = [\"queue_log\"]\n{more}"
    )
}

/// Fails unless nobody has seen a counter fall.
pub(super) fn ensure_never_fell(prometheus: &Prometheus) -> anyhow::Result<()> {
    let names = prometheus.query("group by (__name__) ({__name__=~\"jono_.+_(total|bucket|count|sum)\"})")?;
    ensure!(!names.is_empty(), "Prometheus has no counters");
    // One name at a time: without their names, samples of several would be the same.
    for name in names.iter().map(|sample| sample.label("__name__")) {
        let fallen = prometheus.query(&format!("resets({name}[1h]) > 0"))?;
        ensure!(fallen.is_empty(), "Prometheus saw {name} fall: {fallen:?}");
    }
    Ok(())
}
