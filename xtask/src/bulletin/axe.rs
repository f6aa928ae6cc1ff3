//! axe-core, which knows what people who see or hear differently stumble over; it comes from npm's registry, and nothing of
//! it is kept here.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::{
    NARROW, WINDOW,
    findings::{Findings, Views},
    stage::Html,
};
use crate::{
    chromium::{Chromium, Page, Window},
    system, workspace,
};

/// Its version.
const VERSION: &str = "4.14.1";
/// By which rules it judges: WCAG up to 2.2 AA, and what else is known to be good.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// In which windows and colours.
const VIEWS: [(Window, &str); 4] = [(WINDOW, "light"), (WINDOW, "dark"), (NARROW, "light"), (NARROW, "dark")];

/// Its text, fetched if need be.
pub(super) fn source() -> anyhow::Result<String> {
    let folder = workspace::target()?.join("tools");
    let file = folder.join(format!("axe-core-{VERSION}.min.js"));
    if !file.exists() {
        fetch(&folder, &file)?;
    }
    fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))
}

/// npm compares what comes with what the registry says of it.
fn fetch(tools: &Path, file: &Path) -> anyhow::Result<()> {
    system::NPM.ensure()?;
    fs::create_dir_all(tools).with_context(|| format!("cannot make {}", tools.display()))?;
    let folder = tempfile::Builder::new().prefix("axe-core-").tempdir_in(tools)?;
    let run = |command: &mut Command| {
        let output = command.current_dir(folder.path()).output();
        let output = output.with_context(|| format!("cannot run {command:?}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{command:?} failed:\n{}", said.trim());
        anyhow::Ok(())
    };
    println!("fetching axe-core {VERSION}");
    let package = format!("axe-core@{VERSION}");
    run(Command::new("npm").args(["pack", "--silent", &package])).context("axe-core cannot be fetched")?;
    let archive = format!("axe-core-{VERSION}.tgz");
    run(Command::new("tar").args(["-xzf", &archive, "package/axe.min.js"]))?;
    fs::rename(folder.path().join("package/axe.min.js"), file).context("axe-core cannot be kept")
}

/// Has it judge a page in every window and colour scheme.
pub(super) fn check(
    chromium: &Chromium,
    html: &Html,
    source: &str,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let mut page = chromium.page()?;
    page.open(&html.file_url())?;
    page.evaluate(&format!("{source}; true"))?;
    let (mut views, mut passed, mut undecided) = (Views::default(), 0, BTreeSet::new());
    for (window, colours) in VIEWS {
        page.resize(window)?;
        page.show("screen", colours)?;
        let judged = judge(&mut page)?;
        views.add(&format!("{} {colours}", window.width), nodes(&judged["violations"]));
        passed = judged["passes"].as_array().map_or(0, Vec::len).max(passed);
        let rules = judged["incomplete"].as_array().into_iter().flatten();
        undecided.extend(rules.map(|rule| {
            let count = rule["nodes"].as_array().map_or(0, Vec::len);
            format!("{} ({count})", rule["id"].as_str().unwrap_or_default())
        }));
    }
    let undecided =
        if undecided.is_empty() { "none".to_owned() } else { Vec::from_iter(undecided).join(", ") };
    let told = format!("{} views: {passed} rules passed, undecided: {undecided}", views.count());
    findings.add("axe-core", html.language, told, views.into_remarks());
    Ok(())
}

/// What it says of the page as it is now. Closed parts are opened: what is in them is read too.
fn judge(page: &mut Page) -> anyhow::Result<Value> {
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")?;
    let options = json!({
        "runOnly": { "type": "tag", "values": TAGS },
        "rules": { "target-size": { "enabled": true } },
        "resultTypes": ["violations", "incomplete"],
    });
    page.evaluate(&format!("axe.run(document, {options})"))
}

/// Each element that a rule was broken by: the rule, where it is explained, and how the element is found.
fn nodes(rules: &Value) -> Vec<String> {
    let of_rule = |rule: &Value| {
        let words = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
        let help = words("helpUrl");
        let help = help.split('?').next().unwrap_or_default().to_owned();
        let named = format!("{}: {} ({help})", words("id"), words("help"));
        let nodes = rule["nodes"].as_array().cloned().unwrap_or_default();
        nodes.into_iter().map(move |node| {
            let summary = node["failureSummary"].as_str().unwrap_or_default().replace('\n', " ");
            format!("{named} at {}: {summary}", node["target"])
        })
    };
    rules.as_array().into_iter().flatten().flat_map(of_rule).collect()
}
