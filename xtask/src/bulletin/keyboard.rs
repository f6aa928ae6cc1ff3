//! A page without a mouse: each press of the key for it goes on to the next thing that can be used, and that can be seen.

use serde_json::Value;

use super::{
    NARROW, WINDOW,
    findings::{Findings, Views},
    stage::Html,
};
use crate::chromium::Chromium;

/// What can be used, in the order in which it is written, as `keyboard.js` sees it.
const USABLE: &str = include_str!("keyboard.js");
/// Where the key has led to.
const HERE: &str = "whereTheFocusIs()";

/// Goes through all of it in both windows and colour schemes.
pub(super) fn check(chromium: &Chromium, html: &Html, findings: &mut Findings) -> anyhow::Result<()> {
    let (mut views, mut most) = (Views::default(), 0);
    for window in [WINDOW, NARROW] {
        for colours in ["light", "dark"] {
            let mut page = chromium.page()?;
            page.resize(window)?;
            page.show("screen", colours)?;
            page.open(&html.file_url())?;
            let usable = page.evaluate(USABLE)?;
            let mut remarks = strings(&usable["remarks"]);
            let count = usable["count"].as_u64().unwrap_or(0);
            most = most.max(count);
            for expected in 0..count {
                page.press_tab()?;
                page.drawn()?;
                let here = page.evaluate(HERE)?;
                if here["index"] != expected {
                    let name = &here["name"];
                    remarks.push(format!("press {} of {count} leads out of order, to {name}", expected + 1));
                    break;
                }
                remarks.extend(strings(&here["remarks"]));
            }
            views.add(&format!("{} {colours}", window.width), remarks);
        }
    }
    findings.add("keyboard", html.language, format!("{most} things in order"), views.into_remarks());
    Ok(())
}

fn strings(lines: &Value) -> Vec<String> {
    let lines = lines.as_array().into_iter().flatten();
    lines.map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}
