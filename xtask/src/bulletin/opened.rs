//! A page as it is opened: it complains of nothing, asks nobody for anything, and says in which language it is.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::{findings::Findings, stage::Html};
use crate::{
    chromium::{Chromium, Event},
    http,
};

/// What a page says of itself. Every link that names another place is one that a reader may follow, and no request.
const HEAD: &str = r#"({
    language: document.documentElement.lang,
    title: document.title,
    scripts: document.scripts.length,
    icon: document.querySelector('link[rel~="icon"]')?.href ?? '',
})"#;

/// Where it leads to, other places in itself aside.
const LINKS: &str = "[...new Set([...document.links].map(link => link.href.split('#')[0]))]";

/// Opens it in both colour schemes, and goes where its links lead on this machine.
pub(super) fn check(
    chromium: &Chromium,
    html: &Html,
    url: &str,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let mut page = chromium.page()?;
    page.open(url)?;
    let mut remarks = wrong_with(&page.evaluate(HEAD)?, html.language, url);
    let links: Vec<String> = serde_json::from_value(page.evaluate(LINKS)?)?;
    let broken = links.iter().filter(|link| leads_nowhere(link));
    remarks.extend(broken.map(|link| format!("the link to {link} leads nowhere")));
    let mut backgrounds = BTreeSet::new();
    for colours in ["light", "dark"] {
        page.show("screen", colours)?;
        let background = page.evaluate("getComputedStyle(document.body).backgroundColor")?;
        backgrounds.insert(background.to_string());
    }
    if backgrounds.len() < 2 {
        remarks.push(format!("it has one background, {}, for light and dark", Value::from_iter(backgrounds)));
    }
    remarks.extend(page.events().iter().filter_map(|event| wrong(event, url)));
    let requests = page.events().iter().filter(|event| event.method == "Network.requestWillBeSent").count();
    let scheme = url.split(':').next().unwrap_or_default();
    findings.add(
        &format!("opened by {scheme}"),
        html.language,
        format!("{requests} request, {} links", links.len()),
        remarks,
    );
    Ok(())
}

fn leads_nowhere(link: &str) -> bool {
    if let Some(path) = link.strip_prefix("file://") {
        return !Path::new(path).is_file();
    }
    link.starts_with("http://127.") && !http::get(link).is_ok_and(|shown| shown.status == 200)
}

fn wrong_with(head: &Value, language: &str, url: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    if head["language"] != language {
        remarks.push(format!("it says that its language is {}", head["language"]));
    }
    if head["title"] == "" {
        remarks.push("it has no title".to_owned());
    }
    if head["scripts"] != 0 {
        remarks.push(format!("it has {} scripts", head["scripts"]));
    }
    // Whoever serves a page without an icon of its own is asked for one.
    let icon = head["icon"].as_str().unwrap_or_default();
    if !icon.starts_with("data:") {
        remarks.push(format!("its icon is {icon:?} and not in itself, so that a browser asks {url} for one"));
    }
    remarks
}

/// Why something that happened should not have.
fn wrong(Event { method, params }: &Event, url: &str) -> Option<String> {
    let is_one_of = |value: &Value, words: &[&str]| words.iter().any(|word| value == word);
    match method.as_str() {
        "Runtime.consoleAPICalled" => is_one_of(&params["type"], &["error", "warning", "assert"])
            .then(|| format!("its console says {}", params["args"])),
        "Runtime.exceptionThrown" => Some(format!("an exception: {}", params["exceptionDetails"])),
        "Log.entryAdded" => {
            let entry = &params["entry"];
            is_one_of(&entry["level"], &["error", "warning"])
                .then(|| format!("chromium says {} {}", entry["text"], entry["url"]))
        }
        "Audits.issueAdded" => Some(format!("chromium finds {}", params["issue"])),
        "Network.requestWillBeSent" => {
            let asked = params["request"]["url"].as_str().unwrap_or_default();
            let leaves = asked != url && !asked.starts_with("data:");
            leaves.then(|| format!("it asks for {asked}"))
        }
        "Network.loadingFailed" => {
            Some(format!("something is not loaded: {} {}", params["type"], params["errorText"]))
        }
        "Network.responseReceived" => {
            let status = params["response"]["status"].as_u64().unwrap_or(0);
            (status >= 400).then(|| format!("{} answers {status}", params["response"]["url"]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(method: &str, params: Value) -> String {
        super::wrong(&Event { method: method.to_owned(), params }, "file:///a.html").unwrap_or_default()
    }

    #[test]
    fn what_should_not_happen() {
        let asked = |url| json!({ "request": { "url": url } });
        insta::assert_snapshot!(wrong("Network.requestWillBeSent", asked("https://a.test/b.css")), @"it asks for https://a.test/b.css");
        assert_eq!(wrong("Network.requestWillBeSent", asked("file:///a.html")), "");
        assert_eq!(wrong("Network.requestWillBeSent", asked("data:image/svg+xml,a")), "");
        let said = json!({ "entry": { "level": "error", "text": "refused", "url": "a" } });
        insta::assert_snapshot!(wrong("Log.entryAdded", said), @r#"chromium says "refused" "a""#);
        let said = json!({ "entry": { "level": "info", "text": "hello" } });
        assert_eq!(wrong("Log.entryAdded", said), "");
        assert_eq!(wrong("Page.loadEventFired", json!({})), "");
    }

    #[test]
    fn what_a_page_says_of_itself() {
        let head =
            json!({ "language": "sv", "title": "", "scripts": 1, "icon": "https://a.test/favicon.ico" });
        assert_eq!(wrong_with(&head, "fi", "https://a.test/").len(), 4);
        let head = json!({ "language": "fi", "title": "Tiedote", "scripts": 0, "icon": "data:," });
        assert_eq!(wrong_with(&head, "fi", "https://a.test/").len(), 0);
    }
}
