//! A queue that nobody configured appears while all is running: Prometheus must see its zero before its first count,
//! or `increase()` would never know of it.

use std::{fs, time::Duration};

use anyhow::{Context, ensure};

use super::stage::Stage;
use crate::{prometheus::Prometheus, wait};

const QUEUE: &str = "kriisipuhelin";
const CALLS: u32 = 3;

/// Counts such a log, and looks at what was scraped; gives a sentence.
pub(super) fn check(stage: &Stage, prometheus: &Prometheus) -> anyhow::Result<String> {
    let epoch = stage.epoch()?;
    let log = stage.file("newcomer.log");
    fs::write(&log, (0..CALLS).map(|number| call(epoch + i64::from(number))).collect::<String>())
        .context("cannot write a log")?;
    let log = log.to_str().context("the temporary folder is no UTF-8")?;
    stage.jono.ingest(&["--source", "exchange", log])?;
    let range = format!("jono_arrivals_total{{unit=\"{QUEUE}\",service=\"unrouted\"}}[5m]");
    let last = CALLS.to_string();
    let samples = wait::until("the new queue does not show its calls", Duration::from_secs(30), || {
        let samples = prometheus.samples(&range)?;
        Ok((samples.last() == Some(&last)).then_some(samples))
    })?;
    ensure!(samples.iter().all(|sample| *sample == "0" || *sample == last), "in between: {samples:?}");
    ensure!(samples[0] == "0", "a new series was first scraped with a count: {samples:?}");
    Ok(format!("a queue that appeared while serving was scraped at 0 first, then at {last}"))
}

/// A call that is answered at once and lasts no second: it is over, however young the hour is.
fn call(at: i64) -> String {
    format!(
        "{at}|{at}.1|{QUEUE}|NONE|ENTERQUEUE||0295555555|1\n\
         {at}|{at}.1|{QUEUE}|Agent/1|CONNECT|0|{at}.2|3\n\
         {at}|{at}.1|{QUEUE}|Agent/1|COMPLETECALLER|0|0|1\n"
    )
}
