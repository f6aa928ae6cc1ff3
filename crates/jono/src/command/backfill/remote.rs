//! `jono backfill --remote-write`: to which store, how it is asked, and what is told in the end.

use std::{
    io::Write,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use jiff::{SignedDuration, civil::Date};
use jono_domain::UnixSeconds;
use jono_exporter::{Client, HttpConfig};

use crate::{
    history::{Of, Resume, Sent, Store},
    table,
};

/// Arguments of `jono backfill` for stores that are sent samples.
#[derive(Debug, clap::Args)]
pub(super) struct Remote {
    /// Send history by Prometheus' remote write to this address, as `http://HOST:9090/api/v1/write`.
    #[arg(id = "remote_write", long = "remote-write", value_name = "URL")]
    url: Option<String>,
    /// A file that remembers what the store has acknowledged: the same command with the same file goes on where it ended.
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    resume: Option<PathBuf>,
    /// How long one request is tried again while the store is not reached or overloaded.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, conflicts_with = "output")]
    retry_for: Duration,
    /// Who we are and whom we trust, as promtool takes it: `basic_auth`, `authorization`, `tls_config`.
    #[arg(long = "http.config.file", value_name = "FILE", conflicts_with = "output")]
    http_config: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|duration| duration.try_into().ok());
    parsed.ok_or_else(|| "write a time such as 30s, 5m or 1h".to_owned())
}

impl Remote {
    /// The store, and where history ends.
    pub(super) fn store(
        &self,
        from: Option<Date>,
        until: UnixSeconds,
        ends_as_asked: bool,
    ) -> anyhow::Result<(Store, UnixSeconds)> {
        let url = self.url.as_deref().context("give --output or --remote-write")?;
        let config = match &self.http_config {
            None => HttpConfig::default(),
            Some(path) => HttpConfig::open(path)?,
        };
        let client = Client::new(url, config, concat!("jono/", env!("CARGO_PKG_VERSION")).to_owned())?;
        let from = from.map(|day| day.to_string()).unwrap_or_default();
        let of = Of { url: url.to_owned(), from, until };
        let (resume, until) = match &self.resume {
            None => (None, until),
            Some(path) => {
                let (resume, until) = Resume::open(path, of, ends_as_asked)?;
                (Some(resume), until)
            }
        };
        let (stop, stopped) = mpsc::channel();
        let asked = AtomicBool::new(false);
        let handler = move || {
            if asked.swap(true, Ordering::Relaxed) {
                // Asked twice: not even the answer is waited for.
                std::process::exit(130);
            }
            let _ = stop.send(());
        };
        ctrlc::set_handler(handler).context("interrupts cannot be heeded")?;
        Ok((Store::new(client, resume, self.retry_for, stopped), until))
    }
}

/// What was sent.
pub(super) fn tell(out: &mut dyn Write, sent: Sent, started: Instant) -> anyhow::Result<()> {
    let seconds = started.elapsed().as_secs_f64();
    let mut summary =
        table::new(&["requests", "skipped", "retried", "samples", "MB", "seconds", "samples/s"]);
    summary.add_row([
        table::count(sent.requests),
        table::count(sent.skipped),
        table::count(sent.retried),
        table::count(sent.samples),
        format!("{:.1}", sent.bytes as f64 / 1e6),
        format!("{seconds:.1}"),
        format!("{:.0}", sent.samples as f64 / seconds.max(0.001)),
    ]);
    writeln!(out, "{}", table::finish(summary, &[0, 1, 2, 3, 4, 5, 6]))?;
    Ok(())
}
