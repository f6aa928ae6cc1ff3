//! A ledger whose counters began today: old calls are in its readings, and not one is in its counters, which would
//! show years of calls as one jump. The landing page says so.

use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;

use super::stage::{Stage, ZONE, demo, url};
use crate::{http, jono::Jono, wait};

/// The families that count calls.
const COUNTERS: [&str; 5] = [
    "jono_arrivals_total",
    "jono_contacts_total",
    "jono_wait_seconds",
    "jono_handling_seconds",
    "jono_service_level_contacts_total",
];

/// Serves an empty ledger by the same configuration, counts the calls into it, and looks; gives a sentence.
pub(super) fn check(stage: &Stage) -> anyhow::Result<String> {
    let config = demo().join("jono.toml");
    let jono = Jono::new(&stage.binary, &config, &stage.file("newer.ledger"));
    let serving = jono.serve(&stage.file("newer.log"))?;
    let logs = ["calls-2019.log.gz", "calls-2020.log"].map(|log| demo().join(log).display().to_string());
    let [then, now] = &logs;
    jono.ingest(&["--source", "exchange", then, now])?;

    let metrics = url(serving.address, "/metrics");
    let scrape = wait::until("the commit is not shown", Duration::from_secs(30), || {
        let scrape = http::get(&metrics)?.text()?.to_owned();
        let read = scrape
            .lines()
            .find_map(|line| line.strip_prefix("jono_source_records_total{source=\"exchange\"} "));
        Ok((read.is_some_and(|lines| lines != "0")).then_some(scrape))
    })?;
    let samples: Vec<_> =
        scrape.lines().filter(|line| COUNTERS.iter().any(|counter| line.starts_with(counter))).collect();
    let counting: Vec<_> = samples.iter().filter(|sample| !sample.ends_with(" 0")).copied().collect();
    ensure!(!samples.is_empty(), "there are no counters");
    ensure!(counting.is_empty(), "old calls were counted as if they came today:\n{}", counting.join("\n"));

    let landing = http::get(&url(serving.address, "/"))?;
    let landing = landing.text()?;
    for reason in ["Why is a counter zero?", "Counters count from", "at most 24 hours old", &hour(&scrape)?] {
        ensure!(landing.contains(reason), "the landing page does not say {reason:?}");
    }
    let arrivals = jono.readings(&[
        "--measure",
        "arrivals",
        "--period",
        "2019..2020",
        "--unit",
        "kela",
        "--service",
        "all",
    ])?;
    let arrivals = arrivals.first().and_then(|row| row["numerator"].as_u64()).unwrap_or_default();
    ensure!(arrivals > 0, "the old calls are not in the readings");
    serving.stop()?;
    Ok(format!(
        "a ledger that counts from today has {arrivals} old calls in its readings, and all {} samples of its counters \
         at 0; the landing page says why",
        samples.len()
    ))
}

/// The local hour from which a scrape says that its counters count, as the landing page writes it.
fn hour(scrape: &str) -> anyhow::Result<String> {
    let epoch = scrape.lines().find_map(|line| line.strip_prefix("jono_counters_epoch_timestamp_seconds "));
    let epoch = epoch.context("a scrape does not say from when its counters count")?.parse()?;
    let hour = Timestamp::from_second(epoch)?.in_tz(ZONE)?;
    Ok(hour.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}
