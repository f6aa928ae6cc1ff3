//! What `jono serve` shows to everybody: what was published, and nothing else; on a listener of its own.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, ensure};
use jiff::{Timestamp, ToSpan};

use super::{
    PERIOD,
    findings::Findings,
    load, opened,
    stage::{LANGUAGES, Pages, Stage},
};
use crate::{
    chromium::Chromium,
    http::{self, Response},
    jono::{Serving, Started, start_serving},
    prometheus::free_address,
    wait,
};

/// The zone of the demo, in which embargoes are written.
const ZONE: &str = "Europe/Helsinki";
/// A week whose embargo does not end here: the newest of all.
const HIDDEN: &str = "2020-W25";
/// A week whose embargo ends meanwhile, after so many seconds.
const SOON: (&str, i64) = ("2020-W23", 12);
const PATIENCE: Duration = Duration::from_mins(1);

/// How each document is asked for, and what it is.
const KINDS: [(&str, &str); 5] = [
    ("", "text/html"),
    (".md", "text/markdown"),
    (".txt", "text/plain"),
    (".json", "application/json"),
    (".csv", "text/csv"),
];

/// A `jono serve` with both listeners.
struct Served {
    serving: Serving,
    public: SocketAddr,
}

/// Publishes bulletins, serves them, and looks at what everybody sees.
pub(super) fn check(
    chromium: &Chromium,
    stage: &Stage,
    readers: &load::Readers,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let published = publish(stage)?;
    let served = Served::start(stage)?;
    let pages = Pages::of(&published)?;
    for language in LANGUAGES {
        let remarks = documents(&served, &pages, language)?;
        findings.add("public pages", language, format!("{} documents", KINDS.len()), remarks);
    }
    for html in &pages.list {
        opened::check(chromium, html, &served.public(&format!("/{}/{PERIOD}", html.language)), findings)?;
    }
    let remarks = apart(&served)?;
    findings.add("public pages", "all", "apart from /metrics, hidden by embargoes", remarks);
    load::measure(served.public, &format!("/fi/{PERIOD}"), readers, findings)?;
    served.serving.stop()
}

/// Three bulletins: of which one is hidden, and one shown soon. Where the pages of the first are.
fn publish(stage: &Stage) -> anyhow::Result<std::path::PathBuf> {
    let embargo = |seconds: i64| {
        let end = Timestamp::now().in_tz(ZONE)?.checked_add(seconds.seconds())?;
        anyhow::Ok(end.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    };
    let (hidden, soon) = (embargo(24 * 3600)?, embargo(SOON.1)?);
    let finals: [(&str, &[&str]); 3] =
        [(PERIOD, &[]), (HIDDEN, &["--embargo", &hidden]), (SOON.0, &["--embargo", &soon])];
    // Answers to the survey of the quarter may still come, which whoever publishes accepts.
    for (period, more) in finals {
        stage
            .jono
            .run("bulletin", &[&["--period", period, "--final", "--accept", "open-round"], more].concat())?;
    }
    let folder = stage.file("published");
    let output = folder.to_str().context("the folder's path is no text")?;
    stage.jono.run("bulletin", &["--period", PERIOD, "--output", output])?;
    Ok(folder)
}

impl Served {
    fn start(stage: &Stage) -> anyhow::Result<Self> {
        let public = free_address(0)?;
        let mut serve = stage.jono.command("serve");
        serve.args(["--no-follow", "--bulletin.listen-address", &public.to_string()]);
        let serving = match start_serving(&mut serve, &stage.file("public.log"))? {
            Started::Listening(serving) => serving,
            Started::Ended { status, said } => anyhow::bail!("jono serve ended ({status}):\n{said}"),
        };
        wait::until("bulletins are not served", PATIENCE, || {
            let shown = http::get(&format!("http://{public}/fi/{PERIOD}"));
            Ok(shown.is_ok_and(|shown| shown.status == 200).then_some(()))
        })?;
        Ok(Self { serving, public })
    }

    fn public(&self, path: &str) -> String {
        format!("http://{}{path}", self.public)
    }
}

/// Each document as it was published, with its headers; and again only if it is another one.
fn documents(served: &Served, pages: &Pages, language: &str) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    for (extension, kind) in KINDS {
        let path = format!("/{language}/{PERIOD}{extension}");
        let url = served.public(&path);
        let shown = http::get(&url)?;
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                remarks.push(format!("{path}: {what}"));
            }
        };
        expect(shown.status == 200, &format!("it answers {}", shown.status));
        let format = if extension.is_empty() { "html" } else { &extension[1..] };
        let written = pages.document(language, format)?;
        expect(shown.bytes() == written.as_bytes(), "it is not what was published");
        headers(&shown, kind, &mut expect);
        let tag = shown.header("etag").unwrap_or_default().to_owned();
        let same = http::get_unless(&url, &tag)?;
        expect(same.status == 304 && same.bytes().is_empty(), "it comes again though it is the same");
        expect(
            http::get_unless(&url, "\"another\"")?.status == 200,
            "it does not come though it is another one",
        );
        let head = http::head(&url)?;
        expect(head.status == 200 && head.bytes().is_empty(), "its head is not to be had");
        expect(head.header("etag") == Some(&tag), "its head has another tag");
        let posted = http::post(&url, &[])?;
        expect(posted.status == 405 && posted.header("allow").is_some(), "it takes what is posted");
    }
    Ok(remarks)
}

fn headers(shown: &Response, kind: &str, expect: &mut impl FnMut(bool, &str)) {
    let header = |name| shown.header(name).unwrap_or_default();
    expect(header("content-type").starts_with(kind), &format!("it is called {}", header("content-type")));
    let policy = header("content-security-policy");
    expect(policy.contains("default-src 'none'"), &format!("its policy is {policy:?}"));
    expect(!policy.contains("script-src") && !policy.contains("unsafe-eval"), "its policy lets scripts run");
    expect(header("x-content-type-options") == "nosniff", "browsers may guess what it is");
    let framed =
        policy.contains("frame-ancestors 'none'") || header("x-frame-options").eq_ignore_ascii_case("deny");
    expect(framed, "others may show it as theirs, in a frame");
    expect(!header("referrer-policy").is_empty(), "it does not say what others learn of its readers");
    expect(header("etag").starts_with('"') || header("etag").starts_with("W/\""), "it has no tag");
    expect(!header("cache-control").is_empty(), "it does not say how long it may be kept");
}

/// What is elsewhere is not here, and the other way round; what may not be seen yet is not seen.
fn apart(served: &Served) -> anyhow::Result<Vec<String>> {
    let mut remarks = Vec::new();
    let own = |path: &str| format!("http://{}{path}", served.serving.address);
    let absent = [
        served.public("/metrics"),
        served.public("/-/healthy"),
        served.public("/-/reload"),
        served.public("/de/2020-W24"),
        served.public("/fi/2020-W26"),
        served.public("/fi/../metrics"),
        served.public(&format!("/fi/{HIDDEN}")),
        served.public(&format!("/sv/{HIDDEN}.json")),
        own(&format!("/fi/{PERIOD}")),
    ];
    for url in absent {
        let status = http::get(&url)?.status;
        if status != 404 {
            remarks.push(format!("{url} answers {status}, and not 404"));
        }
    }
    ensure!(http::get(&own("/metrics"))?.status == 200, "the metrics are gone");
    for path in ["/", "/fi/", "/sv/", "/en/"] {
        // The client follows where it is led.
        let shown = http::get(&served.public(path))?;
        if shown.status != 200 || !String::from_utf8_lossy(shown.bytes()).contains(PERIOD) {
            remarks.push(format!("{path} answers {}, and does not lead to {PERIOD}", shown.status));
        }
    }
    wait::until(&format!("the embargo of {} does not end", SOON.0), PATIENCE, || {
        Ok((http::get(&served.public(&format!("/fi/{}", SOON.0)))?.status == 200).then_some(()))
    })?;
    Ok(remarks)
}
