//! A real Chromium without windows, told what to do by its `DevTools` protocol.
//!
//! [`page`] is one of its pages: what it is told, and what it tells; [`pdf`] looks at what it prints.

mod page;
pub(crate) mod pdf;

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use tempfile::TempDir;

pub(crate) use self::page::{Event, Page, Window};
use crate::{http, wait};

/// It starts in about a second; a busy machine takes longer.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to end by itself.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// It runs as root too, draws by the processor, and asks nobody but the pages it is given: whatever else it might want
/// to look up has no address.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
];

/// A running Chromium; ended when dropped.
#[derive(Debug)]
pub(crate) struct Chromium {
    child: Child,
    address: SocketAddr,
    /// What it remembers; gone with it.
    #[expect(dead_code, reason = "it is held, not read")]
    profile: TempDir,
}

impl Chromium {
    /// Starts one, and waits until it can be told what to do.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let profile = tempfile::Builder::new().prefix("jono-chromium-").tempdir();
        let profile = profile.context("there is no room for temporary files")?;
        let (log, port_file) =
            (profile.path().join("chromium.log"), profile.path().join("DevToolsActivePort"));
        let file = fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut chromium = Command::new("chromium");
        chromium.args(FLAGS).arg(format!("--user-data-dir={}", profile.path().display())).arg("about:blank");
        let child = chromium.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn();
        // From here on whatever fails ends it.
        let mut started = Self {
            child: child.context("cannot run chromium")?,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            profile,
        };
        let port = wait::until("chromium does not get ready", PATIENCE, || {
            let ended = started.child.try_wait().context("chromium cannot be watched")?;
            ensure!(ended.is_none(), "chromium ended by itself:\n{}", last_words(&log));
            Ok(port(&port_file))
        })?;
        started.address.set_port(port);
        Ok(started)
    }

    /// A new page with nothing in it, which tells of all that happens in it.
    pub(crate) fn page(&self) -> anyhow::Result<Page> {
        let opened = http::put(&format!("http://{}/json/new?about:blank", self.address))?.json()?;
        let url = opened["webSocketDebuggerUrl"].as_str().context("chromium opens no page")?;
        let stream = TcpStream::connect(self.address).context("chromium does not listen any more")?;
        Page::new(url, stream)
    }

    /// What it calls itself, such as `Chrome/130.0.1.2`.
    pub(crate) fn version(&self) -> anyhow::Result<String> {
        let version = http::get(&format!("http://{}/json/version", self.address))?.json()?;
        Ok(version["Browser"].as_str().context("chromium has no version")?.to_owned())
    }
}

/// The first line of the file that it writes once it listens.
fn port(file: &Path) -> Option<u16> {
    fs::read_to_string(file).ok()?.lines().next()?.parse().ok()
}

fn last_words(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}

impl Drop for Chromium {
    /// Asks it to end, so that its own children go with it; it is killed if it does not.
    fn drop(&mut self) {
        let mut kill = Command::new("kill");
        let _ = kill.args(["-TERM", &self.child.id().to_string()]).status();
        let ended = wait::until("chromium does not end", LAST_WORDS, || Ok(self.child.try_wait()?));
        if ended.is_err() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
