//! Years of history are loaded into the ledger of a server that has today's traffic: readings have all of it, and
//! counters move by what happens now and by nothing else, or Prometheus would show years of calls as one day's.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, ensure};
use jiff::ToSpan;

use super::{
    Outcome,
    place::{Place, ensure_never_fell, today},
    process::OwnProcess,
    server::Server,
    writer::Writer,
};
use crate::{sample, wait};

/// What the history and the live calls are counted in.
const COUNTERS: [&str; 2] = ["jono_arrivals_total", "jono_contacts_total"];
const LATE: &str = "jono_late_events_total{source=\"pbx\"}";
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    let today = today()?;
    let until = today.checked_sub(2.days())?;
    let (years, calls) = if place.big { (5, 330_000) } else { (1, 20_000) };
    let from = until.checked_sub(years.years())?;
    let history = place.path("history.log");
    sample::run(&sample::Arguments {
        calls,
        from,
        until: Some(until),
        queues: 4.try_into().context("no queue")?,
        out: history.clone(),
        ..Default::default()
    })?;
    let bytes = history.metadata()?.len();

    let writer = Writer::start(&place.log(), Duration::from_millis(400), 0)?;
    let server = Server::start(place)?;
    let prometheus = place.prometheus(&server.job("jono", ""))?;
    let scraped = |counter: &str| -> anyhow::Result<u64> {
        let sum = prometheus.query(&format!("sum({counter})"))?;
        Ok(sum.first().and_then(|sum| sum.value.parse().ok()).unwrap_or_default())
    };
    wait::until("Prometheus sees no live calls", PATIENCE, || {
        Ok((scraped(COUNTERS[0])? >= 5 && scraped(COUNTERS[1])? >= 5).then_some(()))
    })?;
    let before = server.scrape()?;
    ensure!(before.count(LATE)? == 0, "something was late before there was any history");

    let mut ingest = place.jono.command("ingest");
    let mut ingest = OwnProcess::start(ingest.arg(&history).stdout(Stdio::null()))?;
    let (mut looks, mut most_behind) = (0_u32, 0);
    let status = wait::until("the history is not loaded", Duration::from_mins(10), || {
        let scrape = server.scrape()?;
        let now = writer.calls();
        for counter in COUNTERS {
            let shown = scrape.sum(counter);
            ensure!(shown <= now, "{counter} is {shown} when {now} calls have come: history was counted");
            most_behind = most_behind.max(now - shown);
        }
        scrape.ensure_not_below(&before)?;
        looks += 1;
        ingest.ended()
    })?;
    ensure!(status.success(), "jono ingest ended with {status}");

    let calls = writer.stop()?;
    let late = wait::until("not all is shown that was counted", PATIENCE, || {
        let scrape = server.scrape()?;
        let late = scrape.count(LATE)?;
        Ok((late > 0 && COUNTERS.iter().all(|counter| scrape.sum(counter) == calls)).then_some(late))
    })?;
    wait::until("Prometheus does not see the last live calls", PATIENCE, || {
        Ok((scraped(COUNTERS[0])? == calls && scraped(COUNTERS[1])? == calls).then_some(()))
    })?;
    ensure_never_fell(&prometheus)?;
    for counter in COUNTERS {
        let increase = prometheus.query(&format!("sum(increase({counter}[1h]))"))?;
        let increase = increase.first().context("there is no increase")?.value.parse::<f64>()?;
        // The counters themselves were equal. Prometheus extrapolates beyond the first and the last sample, and these
        // are seconds apart; one event of history in a hundred would still be seen.
        ensure!(increase <= calls as f64 * 2.0 + 10.0, "{counter} increased by {increase} in {calls} calls");
    }
    let events = place.events(&format!("{from}..{until}"))?;
    ensure!(late == events, "{late} events were late, but the history has {events}");
    ensure!(place.count("arrivals", "numerator", &today.to_string())? == calls, "live calls are missing");
    server.stop()?;
    Ok(Outcome::Passed(vec![
        ("history", format!("{:.1} MB", bytes as f64 / 1e6)),
        ("events of history, all late", events.to_string()),
        ("live calls, all counted", calls.to_string()),
        ("scrapes while it was loaded", looks.to_string()),
        ("live calls not yet shown, at most", most_behind.to_string()),
    ]))
}
