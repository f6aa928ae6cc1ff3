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
    let log = stage.file("newcomer.log");
    fs::write(&log, (0..CALLS).map(call).collect::<String>()).context("cannot write a log")?;
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

/// A call that is answered after five seconds and lasts a minute.
fn call(number: u32) -> String {
    let at = 1_592_805_600 + u64::from(number) * 100;
    let (answered, ended) = (at + 5, at + 65);
    format!(
        "{at}|{at}.1|{QUEUE}|NONE|ENTERQUEUE||0295555555|1\n\
         {answered}|{at}.1|{QUEUE}|Agent/1|CONNECT|5|{at}.2|3\n\
         {ended}|{at}.1|{QUEUE}|Agent/1|COMPLETECALLER|5|60|1\n"
    )
}
