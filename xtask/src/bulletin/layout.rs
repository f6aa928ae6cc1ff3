//! A page in narrow and wide windows: nothing reaches beyond them, no text is cut, no label covers another, and what can be
//! touched is large enough; also with the wider spacing that a reader may want (WCAG 1.4.10, 1.4.12, 2.5.8).

use serde_json::Value;

use super::{
    NARROW, WINDOW,
    findings::{Findings, Views},
    stage::Html,
};
use crate::chromium::{Chromium, Window};

/// What does not fit, as `layout.js` sees it.
const SEEN: &str = include_str!("layout.js");
/// The narrow window again, as a window of 1280 pixels is that is enlarged to 400 %.
const ENLARGED: Window = Window { width: 320, height: 256, scale: 4 };
const TABLET: Window = Window { width: 768, height: 1024, scale: 1 };

/// The least that a page must bear (WCAG 1.4.12).
const SPACING: &str = "{
    const style = document.createElement('style');
    style.textContent = `
        * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
        p { margin-block-end: 2em !important; }`;
    document.head.append(style);
}";

/// Looks at it in every window, with its closed parts closed and open, as it is and with wider spacing.
pub(super) fn check(chromium: &Chromium, html: &Html, findings: &mut Findings) -> anyhow::Result<()> {
    let mut page = chromium.page()?;
    page.open(&html.file_url())?;
    let mut views = Views::default();
    let mut least = f64::INFINITY;
    for spacing in ["", ", wider spacing"] {
        if !spacing.is_empty() {
            page.evaluate(SPACING)?;
        }
        for window in [NARROW, ENLARGED, TABLET, WINDOW] {
            page.resize(window)?;
            for opened in [false, true] {
                let open =
                    format!("document.querySelectorAll('details').forEach(part => part.open = {opened})");
                page.evaluate(&open)?;
                page.drawn()?;
                let seen = page.evaluate(SEEN)?;
                let zoom = if window.scale == 1 { "" } else { " at 400 %" };
                let parts = if opened { ", all open" } else { "" };
                views.add(&format!("{}{zoom}{parts}{spacing}", window.width), remarks(&seen));
                least = seen["smallest"].as_f64().unwrap_or(least).min(least);
            }
        }
    }
    let charts = if least.is_finite() { format!(", labels of {least:.1} px") } else { String::new() };
    let told = format!("{} views from 320 px on{charts}", views.count());
    findings.add("layout", html.language, told, views.into_remarks());
    Ok(())
}

fn remarks(seen: &Value) -> Vec<String> {
    let lines = seen["remarks"].as_array().into_iter().flatten();
    lines.map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}
