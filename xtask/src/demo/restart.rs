//! `jono serve` is ended and started again. No counter may be another than before: Prometheus would take all of a
//! counter that fell for an increase.

use std::time::Duration;

use anyhow::ensure;

use super::{pages, stage::Stage};
use crate::{http, prometheus::Prometheus, wait};

/// What Prometheus may not have seen fall.
const COUNTERS: [&str; 9] = [
    "jono_arrivals_total",
    "jono_contacts_total",
    "jono_wait_seconds_bucket",
    "jono_wait_seconds_count",
    "jono_wait_seconds_sum",
    "jono_handling_seconds_bucket",
    "jono_handling_seconds_count",
    "jono_handling_seconds_sum",
    "jono_service_level_contacts_total",
];

/// Restarts, and looks at both sides; gives what serves now, and a sentence.
pub(super) fn check(stage: Stage, prometheus: &Prometheus) -> anyhow::Result<(Stage, String)> {
    let before = http::get(&stage.url("/metrics"))?;
    let stage = stage.restarted()?;
    let after = http::get(&stage.url("/metrics"))?;
    let (before, after) = (before.text()?, after.text()?);
    let changed: Vec<_> = pages::counted(before).zip(pages::counted(after)).filter(|(b, a)| b != a).collect();
    let first = &changed[..changed.len().min(5)];
    ensure!(changed.is_empty(), "a restart changed what is shown: {first:?}");
    let samples = pages::counted(before).count();
    ensure!(samples == pages::counted(after).count(), "a restart changed which samples are shown");

    wait::until("Prometheus does not notice the restart", Duration::from_secs(30), || {
        let noticed = prometheus.query("changes(process_start_time_seconds{job=\"jono\"}[10m]) > 0")?;
        Ok((!noticed.is_empty()).then_some(()))
    })?;
    for counter in COUNTERS {
        let fallen = prometheus.query(&format!("resets({counter}[10m]) > 0"))?;
        ensure!(fallen.is_empty(), "Prometheus saw {counter} fall at the restart: {fallen:?}");
        ensure!(!prometheus.query(counter)?.is_empty(), "{counter} is gone since the restart");
    }
    Ok((stage, format!("after SIGTERM and a restart all {samples} samples are what they were")))
}
