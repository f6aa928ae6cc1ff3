//! TLS, users and client certificates, as curl, openssl and a real Prometheus see them.

use std::time::Duration;

use anyhow::ensure;

use super::{
    Outcome,
    certificates::{self, AUTHORITY},
    curl::{Fetched, fetch},
    place::Place,
    server::Server,
};
use crate::{prometheus::Prometheus, wait};

/// A password, and what bcrypt makes of it.
const PASSWORD: &str = "open-sesame";
const HASH: &str = "$2y$10$3TtWqRkqkW8Zp0nM5xkHbusgV37Uq78wOoYCSCmx0TL23LLPPXdxa";
const CREDENTIALS: &str = "prometheus:open-sesame";
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    certificates::found(place)?;
    for name in ["server", "client"] {
        certificates::issue(place, name)?;
    }
    place.write("web.yml", &web(""))?;
    let mut serve = place.jono.command("serve");
    serve.arg("--web.config.file").arg(place.path("web.yml"));
    let server = Server::start_by(place, &serve)?;

    let authority = place.path(AUTHORITY).display().to_string();
    let ask = |arguments: &[&str]| -> anyhow::Result<Fetched> {
        let url = format!("https://{}/metrics", server.address());
        fetch(&url, &[&["--cacert", &authority], arguments].concat())
    };
    let good = ask(&["--user", CREDENTIALS])?.expect("the right password", 200)?;
    ask(&["--user", "prometheus:close-sesame"])?.expect("a wrong password", 401)?;
    ask(&["--user", "nobody:open-sesame"])?.expect("an unknown user", 401)?;
    ask(&[])?.expect("no password", 401)?;
    // curl's own library must be willing, or nothing would be asked.
    let old = ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", "--user", CREDENTIALS];
    ask(&old)?.expect_refused("TLS 1.1")?;
    let plain = fetch(&server.url("/metrics"), &["--user", CREDENTIALS])?;
    ensure!(plain.status != 200, "a request without TLS was answered");

    let prometheus = place.prometheus(&jobs(place, &server))?;
    up(&prometheus, "knows", "1")?;
    up(&prometheus, "stranger", "0")?;

    certificates::issue(place, "server")?;
    wait::until("a renewed certificate is not taken", PATIENCE, || {
        Ok(certificates::is_shown(place, "server", server.address())?.then_some(()))
    })?;
    ask(&["--user", CREDENTIALS])?.expect("the right password after the renewal", 200)?;

    let require = "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.crt\n";
    place.write("web.yml", &web(require))?;
    wait::until("clients without a certificate are let in", PATIENCE, || {
        Ok((ask(&["--user", CREDENTIALS])?.exit != 0).then_some(()))
    })?;
    let [certificate, key] = ["client.crt", "client.key"].map(|name| place.path(name).display().to_string());
    let known = ["--cert", &certificate, "--key", &key];
    ask(&[&known[..], &["--user", CREDENTIALS]].concat())?.expect("a client with a certificate", 200)?;
    ask(&known)?.expect("a certificate without a password", 401)?;
    // A connection lasts from scrape to scrape, and those that were let in before stay: this one connects anew.
    drop(prometheus);
    let prometheus = place.prometheus(&jobs(place, &server))?;
    up(&prometheus, "certified", "1")?;
    up(&prometheus, "knows", "0")?;
    server.stop()?;
    Ok(Outcome::Passed(vec![(
        "a scrape by TLS and password",
        format!("{:.1} ms", good.took.as_secs_f64() * 1e3),
    )]))
}

fn web(more: &str) -> String {
    format!(
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n{more}basic_auth_users:\n  prometheus: {HASH}\n"
    )
}

/// One who has the password, one who has not, and one who has a certificate, too.
fn jobs(place: &Place, server: &Server) -> String {
    let file = |name: &str| place.path(name).display().to_string();
    let trust = format!("  scheme: https\n  tls_config:\n    ca_file: {}\n", file(AUTHORITY));
    let certificate =
        format!("    cert_file: {}\n    key_file: {}\n", file("client.crt"), file("client.key"));
    let password = format!("  basic_auth:\n    username: prometheus\n    password: {PASSWORD}\n");
    [
        server.job("knows", &format!("{trust}{password}")),
        server.job("stranger", &trust),
        server.job("certified", &format!("{trust}{certificate}{password}")),
    ]
    .concat()
}

/// Waits until Prometheus finds a job up, or down.
fn up(prometheus: &Prometheus, job: &str, up: &str) -> anyhow::Result<()> {
    wait::until(&format!("up of {job} does not become {up}"), PATIENCE, || {
        let found = prometheus.query(&format!("up{{job=\"{job}\"}}"))?;
        Ok(found.first().is_some_and(|sample| sample.value == up).then_some(()))
    })
}
