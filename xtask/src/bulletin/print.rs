//! A page on paper: some sheets of A4, dark on white whatever its reader likes on a screen, with every figure on it.

use super::{findings::Findings, stage::Html};
use crate::chromium::{Chromium, pdf::Pdf};

/// How many sheets a bulletin may have.
const SHEETS: std::ops::RangeInclusive<usize> = 2..=12;

/// The figures that are on the page and not on paper, and whether the paper is light.
const SEEN: &str = "(() => {
    const all = [...document.querySelectorAll('[data-figure]')];
    const id = element => element.dataset.figure;
    const printed = new Set(all.filter(element => element.checkVisibility({ visibilityProperty: true })).map(id));
    const parts = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);
    const transparent = parts.length === 4 && parts[3] === 0;
    return {
        figures: printed.size,
        missing: [...new Set(all.map(id))].filter(figure => !printed.has(figure)),
        light: transparent || Math.min(...parts.slice(0, 3)) > 230,
    };
})()";

/// Prints it.
pub(super) fn check(chromium: &Chromium, html: &Html, findings: &mut Findings) -> anyhow::Result<()> {
    let mut page = chromium.page()?;
    page.open(&html.file_url())?;
    page.show("print", "dark")?;
    let seen = page.evaluate(SEEN)?;
    let mut remarks: Vec<_> = seen["missing"].as_array().into_iter().flatten().collect();
    let more = remarks.len().saturating_sub(5);
    remarks.truncate(5);
    let mut remarks: Vec<_> = remarks.iter().map(|id| format!("the figure {id} is not on paper")).collect();
    if more > 0 {
        remarks.push(format!("{more} more figures are not on paper"));
    }
    if seen["light"] != true {
        remarks.push("who likes dark pages gets dark paper".to_owned());
    }
    let bytes = page.pdf()?;
    let pdf = Pdf(&bytes);
    if !SHEETS.contains(&pdf.pages()) {
        remarks.push(format!("it has {} sheets, and not {SHEETS:?}", pdf.pages()));
    }
    if !pdf.is_a4() {
        remarks.push("it is not on A4".to_owned());
    }
    if !pdf.is_tagged() {
        remarks.push("the document does not say what is a heading".to_owned());
    }
    let told = format!("{} sheets of A4, {} figures", pdf.pages(), seen["figures"]);
    findings.add("print", html.language, told, remarks);
    Ok(())
}
