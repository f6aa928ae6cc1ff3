//! What the demo consists of: a fresh ledger with the documents of `deploy/demo`, and those who serve and scrape it.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use jiff::{Timestamp, civil::Date};
use tempfile::TempDir;

use crate::{
    history::import::Imported,
    http,
    jono::{self, Jono, Serving},
    prometheus::{Prometheus, free_address},
    wait, workspace,
};

/// The period of the bulletin that the demo publishes: that of the statistics of June 2020.
pub(super) const BULLETIN: &str = "2020-W24";
/// The zone of the demo.
pub(super) const ZONE: &str = "Europe/Helsinki";
/// The last day of history; later there are only comparisons with a year before.
const LAST_DAY: &str = "2020-12-31";
/// Where the delivered configurations say that jono listens.
const DELIVERED: &str = "127.0.0.1:9727";

/// A jono that serves the demo. Fields are dropped in order: who writes to the folder ends before it goes.
pub(super) struct Stage {
    pub(super) jono: Jono,
    pub(super) binary: PathBuf,
    serving: Serving,
    /// Where bulletins are served.
    bulletins: SocketAddr,
    folder: TempDir,
}

impl Stage {
    /// Counts the documents into a fresh ledger, publishes the bulletin, and serves both; on that port and the next one if
    /// they are free.
    pub(super) fn set(port: u16) -> anyhow::Result<Self> {
        let binary = jono::build(&[])?;
        let folder = tempfile::Builder::new().prefix("jono-demo-").tempdir();
        let folder = folder.context("there is no room for temporary files")?;
        let jono = Jono::new(&binary, &demo().join("jono.toml"), &folder.path().join("demo.ledger"));
        println!("{}", jono.run("ingest", &[])?);
        // The survey round of the demo stays open for ever.
        jono.run("bulletin", &["--period", BULLETIN, "--final", "--accept", "open-round"])?;
        let bulletins = free_address(if port == 0 { 0 } else { port + 1 })?;
        let serving = serve(&jono, free_address(port)?, bulletins, &folder.path().join("serve.log"))?;
        Ok(Self { jono, binary, serving, bulletins, folder })
    }

    /// The address of a page of bulletins.
    pub(super) fn bulletin_url(&self, path: &str) -> String {
        url(self.bulletins, path)
    }

    /// A file in the folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The address of a page.
    pub(super) fn url(&self, path: &str) -> String {
        url(self.serving.address, path)
    }

    /// A Prometheus by the delivered configuration, on that port if it is free; it knows the history of the demo. And what
    /// that took.
    pub(super) fn prometheus(&self, port: u16) -> anyhow::Result<(Prometheus, String)> {
        let past = ["--label", "job=jono", "--label", "instance=demo", "--until", LAST_DAY];
        let imported = Imported::new(&self.jono, &past, self.folder.path())?;
        let delivered = demo().join("prometheus.yml");
        let text = fs::read_to_string(&delivered);
        let text = text.with_context(|| format!("cannot read {}", delivered.display()))?;
        let target = format!("{DELIVERED:?}");
        ensure!(text.matches(&target).count() == 1, "{} has no target {target}", delivered.display());
        let config = self.file("prometheus.yml");
        fs::write(&config, text.replace(DELIVERED, &self.serving.address.to_string()))?;
        let prometheus = Prometheus::start(&config, self.folder.path(), free_address(port)?)?;
        Ok((prometheus, imported.table("2019 and 2020")))
    }

    /// When the counters on `/metrics` begin, in seconds since 1970.
    pub(super) fn epoch(&self) -> anyhow::Result<i64> {
        let scrape = http::get(&self.url("/metrics"))?;
        let line = scrape
            .text()?
            .lines()
            .find_map(|line| line.strip_prefix("jono_counters_epoch_timestamp_seconds "));
        line.context("a scrape does not say from when its counters count")?.parse().context("that is no time")
    }

    /// A command to try next.
    pub(super) fn question(&self) -> String {
        format!(
            "{} readings --config.file deploy/demo/jono.toml --ledger {} \\\n    --measure service_level --period 2020-W24 --by day --unit kela --service all",
            self.binary.display(),
            self.jono.ledger().display()
        )
    }

    pub(super) fn ensure_serving(&mut self) -> anyhow::Result<()> {
        match self.serving.ended()? {
            Some(status) => bail!("jono serve ended with {status}"),
            None => Ok(()),
        }
    }

    /// The same after `jono serve` was ended as an operator would, and started again where it was.
    pub(super) fn restarted(self) -> anyhow::Result<Self> {
        let address = self.serving.address;
        self.serving.stop()?;
        let log = self.folder.path().join("serve-again.log");
        let serving = serve(&self.jono, address, self.bulletins, &log)?;
        Ok(Self { serving, ..self })
    }

    /// Ends it as an operator would; it must end well.
    pub(super) fn end(self) -> anyhow::Result<()> {
        self.serving.stop()
    }
}

/// Serves metrics at one address and bulletins at another.
fn serve(jono: &Jono, address: SocketAddr, bulletins: SocketAddr, log: &Path) -> anyhow::Result<Serving> {
    jono.serve_by(&["--bulletin.listen-address", &bulletins.to_string()], address, log)
}

/// The local day.
pub(super) fn today() -> anyhow::Result<Date> {
    Ok(Timestamp::now().in_tz(ZONE)?.date())
}

/// The folder that people get.
pub(super) fn demo() -> PathBuf {
    workspace::root().join(Path::new("deploy/demo"))
}

pub(super) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}

/// Waits until Prometheus has read everything once.
pub(super) fn scraped(prometheus: &Prometheus) -> anyhow::Result<()> {
    wait::until("Prometheus does not find jono up", Duration::from_secs(30), || {
        let up = prometheus.query("up{job=\"jono\"}")?;
        Ok((up.len() == 1 && up[0].value == "1").then_some(()))
    })
}
