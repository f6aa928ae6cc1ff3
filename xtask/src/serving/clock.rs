//! The machine's clock is set back by an hour, and later right again: no call is lost, and no counter falls.

use std::{process::Command, time::Duration};

use anyhow::ensure;
use jiff::ToSpan;

use super::{
    Outcome,
    place::{Place, today},
    scrape::Scrape,
    server::Server,
    writer::Writer,
};
use crate::{system, wait};

const RECORDS: &str = "jono_source_records_total{source=\"pbx\"}";
const LATE: &str = "jono_late_events_total{source=\"pbx\"}";
/// Every call is three lines and three events: it came, was answered, and was over.
const EVENTS: u64 = 3;
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    if let Err(missing) = system::FAKETIME.ensure() {
        return Ok(Outcome::Skipped(format!("{missing:#}")));
    }
    let serve = place.jono.command("serve");
    // By its library alone: the program would stay between us and jono, and keep signals to itself.
    let mut back = place.jono.command("serve");
    back.env("LD_PRELOAD", "/usr/$LIB/faketime/libfaketime.so.1").env("FAKETIME", "-1h");
    // A monotonic clock is never set.
    back.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");

    let mut calls = 0;
    let right = serve_a_while(place, &serve, 0, &mut calls)?;
    let set_back = serve_a_while(place, &back, -3600, &mut calls)?;
    set_back.ensure_not_below(&right)?;
    let again = serve_a_while(place, &serve, 0, &mut calls)?;
    again.ensure_not_below(&set_back)?;

    let (shown, late) = (again.sum("jono_arrivals_total"), again.count(LATE)?);
    ensure!(
        shown * EVENTS + late == calls * EVENTS,
        "of {calls} calls {shown} are shown, and {late} events are called late: some are missing"
    );
    let today = today()?;
    // An hour ago it may have been yesterday.
    let period = format!("{}..{today}", today.checked_sub(1.day())?);
    let found = place.count("arrivals", "numerator", &period)?;
    ensure!(found == calls, "readings have {found} of {calls} calls");
    Ok(Outcome::Passed(vec![
        ("calls, all in the ledger", calls.to_string()),
        ("shown by counters", shown.to_string()),
        ("events called late", late.to_string()),
    ]))
}

/// Serves while calls come, until all of them are counted; adds how many came, and gives what was shown.
fn serve_a_while(place: &Place, serve: &Command, ahead: i64, calls: &mut u64) -> anyhow::Result<Scrape> {
    let server = Server::start_by(place, serve)?;
    let writer = Writer::start(&place.log(), Duration::from_millis(50), ahead)?;
    let before = *calls;
    wait::until("calls are not counted", PATIENCE, || {
        Ok((server.scrape()?.count(RECORDS)? >= (before + 10) * EVENTS).then_some(()))
    })?;
    *calls += writer.stop()?;
    let scrape = wait::until("the last calls are not counted", PATIENCE, || {
        let scrape = server.scrape()?;
        Ok((scrape.count(RECORDS)? == *calls * EVENTS).then_some(scrape))
    })?;
    server.stop()?;
    Ok(scrape)
}
