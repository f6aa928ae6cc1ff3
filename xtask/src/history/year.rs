//! A generated year, imported in blocks: Prometheus and `jono readings` agree on every local day.

use std::{fs, path::Path, time::Instant};

use anyhow::ensure;

use super::{
    days::{self, Span},
    import::{self, Imported, LABELS, MATCHER},
};
use crate::{
    http,
    jono::Jono,
    prometheus::{Prometheus, free_address},
    sample,
};

const YEAR: Span = Span { period: "2020", days: 366, end: "2020-12-31T22:00:00Z" };

pub(super) fn check(binary: &Path, folder: &Path, calls: u64) -> anyhow::Result<()> {
    let jono = days::generated(binary, folder, sample::Arguments { calls, ..sample::Arguments::default() })?;
    let imported = Imported::new(&jono, &LABELS, folder)?;
    println!("{}\n", imported.table("a year of calls"));
    let prometheus = start(folder)?;
    let started = Instant::now();
    println!("{}\n", days::ensure_equal(&jono, &prometheus, &YEAR)?);
    println!(
        "Prometheus and jono readings agree on every day, in {:.0} s.\n",
        started.elapsed().as_secs_f64()
    );
    repair(&jono, prometheus, folder)
}

/// One that may be told to delete.
fn start(folder: &Path) -> anyhow::Result<Prometheus> {
    let config = folder.join("prometheus.yml");
    fs::write(&config, "scrape_configs: []\n")?;
    Prometheus::start_with(&config, folder, free_address(0)?, &["--web.enable-admin-api"])
}

/// June is deleted and imported again, as after a correction: the same days, each once.
fn repair(jono: &Jono, prometheus: Prometheus, folder: &Path) -> anyhow::Result<()> {
    // Behind the first instant of the month, which is the last one's end as well.
    let of_june = format!("count(last_over_time(jono_arrivals_total{{{MATCHER}}}[29d] @ 1593550799))");
    ensure!(!prometheus.query(&of_june)?.is_empty(), "there is no June to be deleted");
    let admin = |what: &str, query: &[(&str, &str)]| {
        http::post(&prometheus.url(&format!("/api/v1/admin/tsdb/{what}")), query)
    };
    // From 1 June at 00:00 in Helsinki to the last millisecond of the month.
    let all = format!("{{{MATCHER}}}");
    let june = [("match[]", all.as_str()), ("start", "1590958800"), ("end", "1593550799.999")];
    let deleted = admin("delete_series", &june)?;
    ensure!(deleted.status == 204, "Prometheus does not delete: {}", deleted.status);
    let cleaned = admin("clean_tombstones", &[])?;
    ensure!(cleaned.status == 204, "Prometheus does not clean up: {}", cleaned.status);
    ensure!(prometheus.query(&of_june)?.is_empty(), "June is still there");
    drop(prometheus);
    import::make_blocks(&folder.join("history"), &folder.join("prometheus"), &["2020-06.om"])?;
    let prometheus = start(folder)?;
    days::ensure_equal(jono, &prometheus, &YEAR)?;
    println!("June was deleted and imported again: every day of the year is equal again.\n");
    Ok(())
}
