//! Two generated months, sent by remote write to a Prometheus that scrapes and so has samples of today: killed in the
//! middle, gone on with, and equal to `jono readings` on every local day.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use jiff::civil::date;

use super::{
    days::{self, Span},
    import::{LABELS, MATCHER, ensure_whole},
};
use crate::{
    jono::Jono,
    prometheus::{Prometheus, free_address},
    sample, wait,
};

/// One of the days has 25 hours, and counters restart in between.
const MONTHS: Span = Span { period: "2020-10..2020-11", days: 61, end: "2020-11-30T22:00:00Z" };
/// It is killed when so many requests were acknowledged.
const KILLED_AFTER: usize = 5;
/// A request takes far less.
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn check(binary: &Path, folder: &Path, calls: u64) -> anyhow::Result<()> {
    let calls = sample::Arguments {
        calls: calls / 6,
        from: date(2020, 10, 1),
        until: Some(date(2020, 11, 30)),
        ..sample::Arguments::default()
    };
    let jono = days::generated(binary, folder, calls)?;
    let prometheus = receiver(folder)?;
    let resume = folder.join("sent");
    let url = prometheus.url("/api/v1/write");
    let send = || {
        let mut command = jono.command("backfill");
        command.args(["--remote-write", &url, "--resume"]).arg(&resume).args(LABELS);
        command
    };
    let started = Instant::now();
    let mut first = send().stdout(Stdio::null()).spawn().context("cannot run jono backfill")?;
    let acknowledged =
        || fs::read_to_string(&resume).map_or(0, |text| text.lines().count().saturating_sub(1));
    let waited = wait::until("jono backfill sends nothing", PATIENCE, || {
        Ok((acknowledged() >= KILLED_AFTER).then_some(()))
    });
    first.kill().context("jono backfill cannot be killed")?;
    let killed = first.wait()?;
    waited?;
    ensure!(
        !killed.success(),
        "jono backfill ended before it could be killed: let it send more with --calls"
    );
    let before = acknowledged();
    let second = send().output().context("cannot run jono backfill")?;
    let said = [second.stdout, second.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    ensure!(second.status.success(), "jono backfill did not go on:\n{said}");
    println!("{}\n", said.trim_end());
    ensure_all_is_there(&jono, &prometheus, folder)?;
    println!(
        "Killed after {before} of {} requests, gone on with; {:.0} s in all.\n",
        acknowledged(),
        started.elapsed().as_secs_f64()
    );
    println!("{}\n", days::ensure_equal(&jono, &prometheus, &MONTHS)?);
    Ok(())
}

/// A Prometheus that takes samples of any age, and has some of now.
fn receiver(folder: &Path) -> anyhow::Result<Prometheus> {
    let (config, address) = (folder.join("prometheus.yml"), free_address(0)?);
    let text = format!(
        "global: {{scrape_interval: 1s}}\n\
         scrape_configs: [{{job_name: itself, static_configs: [{{targets: [\"{address}\"]}}]}}]\n\
         storage: {{tsdb: {{out_of_order_time_window: 10y}}}}\n"
    );
    fs::write(&config, text)?;
    let prometheus =
        Prometheus::start_with(&config, folder, address, &["--web.enable-remote-write-receiver"])?;
    wait::until("prometheus does not scrape itself", PATIENCE, || {
        Ok((!prometheus.query("up == 1")?.is_empty()).then_some(()))
    })?;
    Ok(prometheus)
}

/// As many samples as `--output` writes.
fn ensure_all_is_there(jono: &Jono, prometheus: &Prometheus, folder: &Path) -> anyhow::Result<()> {
    let output = folder.join("history");
    let mut backfill = jono.command("backfill");
    let written = backfill.arg("--output").arg(&output).args(LABELS).stdout(Stdio::null()).status();
    ensure!(written.context("cannot run jono backfill")?.success(), "jono backfill --output failed");
    let expected = ensure_whole(&output)?;
    // Counts lose the name, so each name is counted by itself.
    // Figures of these months are shown as those of a year ago until the end of 2021.
    let range = format!("{{{MATCHER}}}[500d] @ 1643000000");
    let mut found = 0;
    for sample in prometheus.query(&format!("count by (__name__) (last_over_time({range}))"))? {
        let counted =
            prometheus.query(&format!("sum(count_over_time({}{range}))", sample.label("__name__")))?;
        found += counted.first().context("a metric has no samples")?.value.parse::<u64>()?;
    }
    ensure!(found == expected, "Prometheus has {found} samples, and files would have {expected}");
    println!("Prometheus has {found} samples, as many as --output writes.");
    Ok(())
}
