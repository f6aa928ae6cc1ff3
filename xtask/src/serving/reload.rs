//! The configuration is read anew while serving: a good one takes effect and keeps what was counted, a bad one
//! changes nothing.

use std::time::Duration;

use anyhow::ensure;

use super::{
    Outcome,
    curl::fetch,
    place::{Place, configuration},
    scrape::Scrape,
    server::Server,
    writer::{self, QUEUE},
};
use crate::wait;

const SUCCESSFUL: &str = "jono_config_last_reload_successful";
const PATIENCE: Duration = Duration::from_secs(30);

/// A queue without a route, until one is configured.
const OTHER: &str = "ajanvaraus";

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    let first = [(QUEUE, "neuvonta", "tuki")];
    place.configure(&routes(&first))?;
    let server = Server::start(place)?;
    writer::write(&place.log(), QUEUE, 5)?;
    let before = shown(&server, 5)?;

    let more = [first[0], (OTHER, "toimisto", "ajat")];
    place.configure(&format!("{}[buckets.phone]\nwait = [7, 77]\n", routes(&more)))?;
    server.signal("HUP")?;
    let bucket = |scrape: &Scrape| scrape.counters().any(|(sample, _)| sample.contains("le=\"7.0\""));
    let after = wait::until("SIGHUP has no effect", PATIENCE, || Ok(Some(server.scrape()?).filter(bucket)))?;
    ensure!(after.value(SUCCESSFUL) == Some("1"), "a good configuration is called unsuccessful");
    ensure!(
        !after.counters().any(|(sample, _)| sample.contains("le=\"20.0\"")),
        "old buckets are still shown"
    );
    kept(&before, &after, |sample| !sample.contains("_bucket"))?;

    writer::write(&place.log(), OTHER, 3)?;
    let routed = shown(&server, 8)?;
    let arrivals = "jono_arrivals_total{channel=\"phone\",unit=\"toimisto\",service=\"ajat\"}";
    ensure!(routed.value(arrivals) == Some("3"), "the new route has no calls");
    kept(&after, &routed, |sample| !sample.contains("toimisto"))?;

    let post = || fetch(&server.url("/-/reload"), &["--request", "POST"]);
    place.configure("pahts = \"queue_log\"\n")?;
    let broken = post()?.expect("a configuration with a mistake", 500)?;
    ensure!(broken.body.contains("pahts"), "the refusal does not say what is wrong: {}", broken.body);
    let refused = server.scrape()?;
    ensure!(refused.value(SUCCESSFUL) == Some("0"), "{SUCCESSFUL} does not show the mistake");
    kept(&routed, &refused, |_| true)?;

    place.configure(&routes(&more))?;
    post()?.expect("the mended configuration", 200)?;
    ensure!(server.scrape()?.value(SUCCESSFUL) == Some("1"), "{SUCCESSFUL} does not show that all is well");
    fetch(&server.url("/-/reload"), &[])?.expect("a reload by GET", 405)?;

    place.write("jono.toml", &configuration("Europe/Stockholm", &routes(&more)))?;
    let moved = post()?.expect("another time zone", 500)?;
    ensure!(moved.body.contains("time_zone"), "the refusal does not say what is wrong: {}", moved.body);
    let last = server.scrape()?;
    kept(&routed, &last, |sample| !sample.contains("_bucket"))?;
    server.stop()?;
    let samples = last.counters().count();
    Ok(Outcome::Passed(vec![("samples of counters, kept", samples.to_string())]))
}

/// Which queue belongs to which unit and service.
fn routes(routes: &[(&str, &str, &str)]) -> String {
    let route = |(queue, unit, service): &(&str, &str, &str)| {
        format!("[[source.route]]\nqueue = \"{queue}\"\nunit = \"{unit}\"\nservice = \"{service}\"\n")
    };
    let names = |(_, unit, service): &(&str, &str, &str)| {
        format!("[[unit]]\nid = \"{unit}\"\n[[service]]\nid = \"{service}\"\n")
    };
    routes.iter().map(route).chain(routes.iter().map(names)).collect()
}

/// Waits until so many arrivals are shown.
fn shown(server: &Server, arrivals: u64) -> anyhow::Result<Scrape> {
    wait::until(&format!("{arrivals} arrivals are not shown"), PATIENCE, || {
        let scrape = server.scrape()?;
        Ok((scrape.sum("jono_arrivals_total") == arrivals).then_some(scrape))
    })
}

/// Fails unless these counters are what they were.
fn kept(before: &Scrape, after: &Scrape, of: impl Fn(&str) -> bool) -> anyhow::Result<()> {
    for (sample, value) in before.counters().filter(|(sample, _)| of(sample)) {
        let now = after.value(sample);
        ensure!(now == Some(value), "{sample} was {value}, and now is {}", now.unwrap_or("gone"));
    }
    Ok(())
}
