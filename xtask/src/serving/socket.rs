//! What systemd does: it hands over a socket that it listens on already, and is told when a service is ready.

use std::{
    fs::{self, File},
    os::unix::net::UnixDatagram,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};

use super::{Outcome, place::Place, process::OwnProcess, server::Server};
use crate::{http, prometheus::free_address, system, wait};

const ACTIVATE: &str = "systemd-socket-activate";
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn play(place: &Place) -> anyhow::Result<Outcome> {
    let told = notified(place)?;
    let told = ("told to systemd", told.join(", "));
    if system::find(ACTIVATE).is_none() {
        println!("socket: {ACTIVATE} is not there; Debian's package systemd has it");
        return Ok(Outcome::Passed(vec![told, ("handed over", "not tried".to_owned())]));
    }
    activated(place)?;
    Ok(Outcome::Passed(vec![told, ("handed over", "a listening socket".to_owned())]))
}

/// What is told from start to stop, with a reload between; the first word of each.
fn notified(place: &Place) -> anyhow::Result<Vec<String>> {
    let path = place.path("notify");
    let socket = UnixDatagram::bind(&path).context("cannot make a socket")?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut told = Vec::new();
    let mut expect = |word: &str| -> anyhow::Result<()> {
        let mut message = [0; 1024];
        let length = socket.recv(&mut message).with_context(|| format!("systemd is not told {word}"))?;
        let message = String::from_utf8_lossy(&message[..length]).into_owned();
        ensure!(message.lines().any(|line| line == word), "systemd is told {message:?} instead of {word}");
        // A reload without this is none for a service of type notify-reload.
        let timed = message.lines().any(|line| line.starts_with("MONOTONIC_USEC="));
        ensure!(word != "RELOADING=1" || timed, "systemd is not told when the reload began: {message:?}");
        told.push(word.to_owned());
        Ok(())
    };
    let mut serve = place.jono.command("serve");
    serve.env("NOTIFY_SOCKET", &path);
    let server = Server::start_by(place, &serve)?;
    expect("READY=1")?;
    server.signal("HUP")?;
    expect("RELOADING=1")?;
    expect("READY=1")?;
    server.stop()?;
    expect("STOPPING=1")?;
    Ok(told)
}

/// Whether a socket that was handed over answers.
fn activated(place: &Place) -> anyhow::Result<()> {
    let address = free_address(0)?;
    let log = place.path("activated.log");
    let serve = place.jono.command("serve");
    let mut activate = Command::new(ACTIVATE);
    activate.arg(format!("--listen={address}")).arg(serve.get_program()).args(serve.get_args());
    activate.arg("--web.systemd-socket").stdin(Stdio::null()).stderr(File::create(&log)?);
    let mut activated = OwnProcess::start(&mut activate)?;
    // The first attempts may come before anybody listens; the first that connects starts jono.
    wait::until("a socket that was handed over does not answer", PATIENCE, || {
        let said = || fs::read_to_string(&log).unwrap_or_default();
        if let Some(status) = activated.ended()? {
            anyhow::bail!("jono serve ended with {status}:\n{}", said());
        }
        let metrics = http::get(&format!("http://{address}/metrics"));
        Ok(metrics.is_ok_and(|metrics| metrics.status == 200).then_some(()))
    })?;
    activated.terminate()
}
