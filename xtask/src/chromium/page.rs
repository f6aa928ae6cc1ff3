//! One page: commands go to it one after another, and what it tells meanwhile is kept until somebody asks.

use std::{
    io::ErrorKind,
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Longer than anything takes that a page is told here.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long is listened at a time.
const INTERVAL: Duration = Duration::from_millis(100);

/// A page of [`Chromium`](super::Chromium); closed when dropped.
#[derive(Debug)]
pub(crate) struct Page {
    socket: WebSocket<TcpStream>,
    /// How many commands it was given.
    commands: u64,
    events: Vec<Event>,
}

/// Something that happened in a page.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Such as `Network.requestWillBeSent`.
    pub(crate) method: String,
    /// What there is to say about it.
    pub(crate) params: Value,
}

/// How large a window is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// In CSS pixels.
    pub(crate) width: u32,
    /// In CSS pixels.
    pub(crate) height: u32,
    /// Pixels of the screen for each of them.
    pub(crate) scale: u32,
}

impl Page {
    pub(super) fn new(url: &str, stream: TcpStream) -> anyhow::Result<Self> {
        stream.set_nodelay(true)?;
        let (socket, _) = tungstenite::client(url, stream).context("chromium does not talk")?;
        socket.get_ref().set_read_timeout(Some(INTERVAL))?;
        let mut page = Self { socket, commands: 0, events: Vec::new() };
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            page.call(&format!("{domain}.enable"), json!({}))?;
        }
        // They would take from the width of a window.
        page.call("Emulation.setScrollbarsHidden", json!({ "hidden": true }))?;
        Ok(page)
    }

    /// Gives a command, and waits for its answer.
    #[expect(clippy::needless_pass_by_value, reason = "it is written where it is given")]
    pub(crate) fn call(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.commands += 1;
        let command = json!({ "id": self.commands, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string())).context("chromium does not listen any more")?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let Some(mut said) = self.hear()? else { continue };
            if said["id"] == self.commands {
                ensure!(said["error"].is_null(), "{method} failed: {}", said["error"]);
                return Ok(said["result"].take());
            }
            self.keep(said);
        }
        bail!("{method}: waited {} s in vain", PATIENCE.as_secs())
    }

    /// Opens an address, and waits until all of it is there and drawn.
    pub(crate) fn open(&mut self, url: &str) -> anyhow::Result<()> {
        let loaded =
            |events: &[Event]| events.iter().filter(|event| event.method == "Page.loadEventFired").count();
        let before = loaded(&self.events);
        let navigated = self.call("Page.navigate", json!({ "url": url }))?;
        ensure!(navigated["errorText"].is_null(), "{url} cannot be opened: {}", navigated["errorText"]);
        let deadline = Instant::now() + PATIENCE;
        while loaded(&self.events) == before {
            ensure!(Instant::now() < deadline, "{url} is never loaded");
            if let Some(said) = self.hear()? {
                self.keep(said);
            }
        }
        self.drawn()
    }

    /// Waits until what changed is drawn.
    pub(crate) fn drawn(&mut self) -> anyhow::Result<()> {
        let twice =
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.evaluate(twice).map(drop)
    }

    /// What an expression of JavaScript gives, promises waited for; it must be JSON.
    pub(crate) fn evaluate(&mut self, expression: &str) -> anyhow::Result<Value> {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", params)?;
        ensure!(answer["exceptionDetails"].is_null(), "an expression failed: {}", answer["exceptionDetails"]);
        Ok(answer["result"]["value"].take())
    }

    /// Everything that it told since it was opened.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    /// The window that it is seen in.
    pub(crate) fn resize(&mut self, window: Window) -> anyhow::Result<()> {
        let Window { width, height, scale } = window;
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", params)?;
        self.drawn()
    }

    /// What it is shown on, such as `screen` or `print`, and which colours its reader likes, `light` or `dark`.
    pub(crate) fn show(&mut self, medium: &str, colours: &str) -> anyhow::Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": medium, "features": features }))?;
        self.drawn()
    }

    /// Presses the key that goes on to whatever can be used next.
    pub(crate) fn press_tab(&mut self) -> anyhow::Result<()> {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
            self.call("Input.dispatchKeyEvent", key)?;
        }
        Ok(())
    }

    /// All of it as a picture (PNG), however long it is.
    pub(crate) fn screenshot(&mut self) -> anyhow::Result<Vec<u8>> {
        let params = json!({ "format": "png", "captureBeyondViewport": true });
        self.bytes("Page.captureScreenshot", params)
    }

    /// Prints it on A4, as the page itself wishes.
    pub(crate) fn pdf(&mut self) -> anyhow::Result<Vec<u8>> {
        let params = json!({
            "paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true, "preferCSSPageSize": true,
            "generateTaggedPDF": true, "generateDocumentOutline": true,
        });
        self.bytes("Page.printToPDF", params)
    }

    fn bytes(&mut self, method: &str, params: Value) -> anyhow::Result<Vec<u8>> {
        let answer = self.call(method, params)?;
        let data = answer["data"].as_str().with_context(|| format!("{method} gave nothing"))?;
        BASE64_STANDARD.decode(data).with_context(|| format!("{method} gave no bytes"))
    }

    /// The next thing that it says, if it says anything for now.
    fn hear(&mut self) -> anyhow::Result<Option<Value>> {
        match self.socket.read() {
            Ok(Message::Text(text)) => {
                Ok(Some(serde_json::from_str(&text).context("chromium talks no JSON")?))
            }
            Ok(_) => Ok(None),
            Err(tungstenite::Error::Io(why)) if is_silence(why.kind()) => Ok(None),
            Err(why) => Err(why).context("chromium went away"),
        }
    }

    fn keep(&mut self, mut said: Value) {
        if let Some(method) = said["method"].as_str().map(str::to_owned) {
            self.events.push(Event { method, params: said["params"].take() });
        }
    }
}

fn is_silence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

impl Drop for Page {
    fn drop(&mut self) {
        let close = json!({ "id": self.commands + 1, "method": "Page.close" });
        let _ = self.socket.send(Message::text(close.to_string()));
        let _ = self.socket.close(None);
    }
}
