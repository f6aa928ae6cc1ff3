//! Thousands connect and say nothing, or next to nothing: whoever scrapes must not notice.

mod visitors;

use std::{
    env,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;

pub(super) use self::visitors::Visitors;
use super::{
    Outcome,
    certificates::{self, AUTHORITY},
    curl::fetch,
    place::Place,
    process::OwnProcess,
    scrape::Scrape,
    server::Server,
    times::Times,
};

/// How often is scraped.
const INTERVAL: Duration = Duration::from_millis(100);
/// How many visitors a process has: fewer than a process may open files.
const SHARE: usize = 900;

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    certificates::found(place)?;
    certificates::issue(place, "server")?;
    place.write("web.yml", "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n")?;
    let [plain, plain_memory] = scraped(place, false).context("without TLS")?;
    let [tls, tls_memory] = scraped(place, true).context("with TLS")?;
    Ok(Outcome::Passed(vec![
        ("connections wanted at once", wanted(place).to_string()),
        ("plain: scrape p50 / p99 / max", plain),
        ("plain: memory, connections at most", plain_memory),
        ("TLS: scrape p50 / p99 / max", tls),
        ("TLS: memory, connections at most", tls_memory),
    ]))
}

fn wanted(place: &Place) -> usize {
    if place.big { 10_000 } else { 500 }
}

/// Scrapes a server with a crowd at its door; gives what scrapes took, and what the server took.
fn scraped(place: &Place, tls: bool) -> anyhow::Result<[String; 2]> {
    let mut serve = place.jono.command("serve");
    let authority = place.path(AUTHORITY).display().to_string();
    if tls {
        serve.arg("--web.config.file").arg(place.path("web.yml"));
    }
    let server = Server::start_by(place, &serve)?;
    let scheme = if tls { "https" } else { "http" };
    let url = format!("{scheme}://{}/metrics", server.address());
    let crowd = gather(&server, wanted(place), tls)?;

    let lasts = Duration::from_secs(if place.big { 60 } else { 8 });
    let begun = Instant::now();
    let (mut times, mut memory, mut files) = (Times::default(), 0.0_f64, 0.0_f64);
    while begun.elapsed() < lasts {
        let fetched = fetch(&url, &["--cacert", &authority])?;
        let fetched = fetched.expect(&format!("scrape {} beside the crowd", times.len() + 1), 200)?;
        times.push(fetched.took);
        let scrape = Scrape::new(&fetched.body);
        memory = memory.max(scrape.number("process_resident_memory_bytes")?);
        files = files.max(scrape.number("process_open_fds")?);
        thread::sleep(INTERVAL.saturating_sub(fetched.took));
    }
    drop(crowd);
    server.stop()?;
    Ok([times.told(), format!("{:.1} MB, {files} open files", memory / 1e6)])
}

/// Starts the processes that connect.
fn gather(server: &Server, wanted: usize, tls: bool) -> anyhow::Result<Vec<OwnProcess>> {
    let xtask = env::current_exe().context("xtask cannot find itself")?;
    let shares = (0..wanted).step_by(SHARE).map(|from| SHARE.min(wanted - from));
    let start = |share: usize| {
        let mut visit = Command::new(&xtask);
        visit.args(["serving", "--of", &server.address().to_string(), "--connections", &share.to_string()]);
        visit.args(tls.then_some("--tls")).stdin(Stdio::null());
        OwnProcess::start(&mut visit)
    };
    shares.map(start).collect()
}
