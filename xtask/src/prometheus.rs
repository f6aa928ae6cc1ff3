//! A real Prometheus that reads what jono serves: started, asked, and ended.
//!
//! [`ranges`] asks as a panel does; [`comparison`] holds its answers against `jono readings`; [`promtool`] judges the form of a scrape.

pub(crate) mod comparison;
pub(crate) mod promtool;
pub(crate) mod ranges;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::{http, wait};

/// It starts in about a second; a busy machine takes longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running Prometheus; ended when dropped.
#[derive(Debug)]
pub(crate) struct Prometheus {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

/// One sample of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sample {
    labels: Value,
    /// As written, so that nothing is rounded here.
    pub(crate) value: String,
}

impl Prometheus {
    /// Starts one that keeps its samples in the folder, and waits until it is ready.
    pub(crate) fn start(config: &Path, folder: &Path, address: SocketAddr) -> anyhow::Result<Self> {
        Self::start_with(config, folder, address, &[])
    }

    /// The same, with more flags.
    pub(crate) fn start_with(
        config: &Path,
        folder: &Path,
        address: SocketAddr,
        flags: &[&str],
    ) -> anyhow::Result<Self> {
        let log = folder.join("prometheus.log");
        let file = fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = Command::new("prometheus")
            .arg("--config.file")
            .arg(config)
            .arg("--storage.tsdb.path")
            .arg(folder.join("prometheus"))
            .arg(format!("--web.listen-address={address}"))
            .arg("--storage.tsdb.retention.time=10y")
            .args(flags)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("cannot run prometheus")?;
        let mut started = Self { child, address, log };
        wait::until("prometheus does not get ready", PATIENCE, || {
            started.ensure_running()?;
            let ready = http::get(&started.url("/-/ready"));
            Ok(ready.is_ok_and(|ready| ready.status == 200).then_some(()))
        })?;
        Ok(started)
    }

    /// Fails with its last words if it has ended by itself.
    pub(crate) fn ensure_running(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait().context("prometheus cannot be watched")? {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let last = log.lines().rev().take(5).collect::<Vec<_>>().into_iter().rev();
            bail!("prometheus ended with {status}:\n{}", last.collect::<Vec<_>>().join("\n"));
        }
        Ok(())
    }

    /// The address of one of its pages.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What a query answers now.
    pub(crate) fn query(&self, promql: &str) -> anyhow::Result<Vec<Sample>> {
        samples(promql, &self.ask(promql, "vector")?)
    }

    /// What a query answers at a time.
    pub(crate) fn query_at(&self, promql: &str, seconds: i64) -> anyhow::Result<Vec<Sample>> {
        let time = seconds.to_string();
        samples(promql, &self.ask_with(&[("query", promql), ("time", &time)], "vector")?)
    }

    /// All samples that a range such as `up[5m]` selects of its one series, as scraped; none without a series.
    pub(crate) fn samples(&self, range: &str) -> anyhow::Result<Vec<String>> {
        let result = self.ask(range, "matrix")?;
        ensure!(result.len() <= 1, "{range} selects {} series", result.len());
        let pairs = result.iter().filter_map(|entry| entry["values"].as_array()).flatten();
        let values = pairs.map(|pair| pair[1].as_str().map(str::to_owned)).collect::<Option<_>>();
        values.with_context(|| format!("{range} gave no samples"))
    }

    fn ask(&self, promql: &str, kind: &str) -> anyhow::Result<Vec<Value>> {
        self.ask_with(&[("query", promql)], kind)
    }

    fn ask_with(&self, asked: &[(&str, &str)], kind: &str) -> anyhow::Result<Vec<Value>> {
        let mut answer = http::get_with(&self.url("/api/v1/query"), asked)?.json()?;
        let promql = asked[0].1;
        ensure!(answer["status"] == "success", "Prometheus refused {promql}: {}", answer["error"]);
        ensure!(answer["data"]["resultType"] == kind, "{promql} gave no {kind}");
        match answer["data"]["result"].take() {
            Value::Array(result) => Ok(result),
            other => bail!("{promql} gave {other}"),
        }
    }
}

fn samples(promql: &str, result: &[Value]) -> anyhow::Result<Vec<Sample>> {
    let sample = |entry: &Value| {
        let value = entry["value"][1].as_str()?.to_owned();
        Some(Sample { labels: entry["metric"].clone(), value })
    };
    result.iter().map(sample).collect::<Option<_>>().with_context(|| format!("{promql} gave no samples"))
}

impl Sample {
    /// A label; empty without it, as in `PromQL`.
    pub(crate) fn label(&self, name: &str) -> String {
        self.labels[name].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Prometheus {
    /// Its samples are thrown away with it, so it need not end in good order.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// That port of the loopback if it is free, else any.
pub(crate) fn free_address(preferred: u16) -> anyhow::Result<SocketAddr> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = bind(preferred).or_else(|_| bind(0)).context("the loopback has no free port")?;
    listener.local_addr().context("a port without a number")
}
