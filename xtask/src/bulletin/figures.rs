//! Every figure of the bulletin on every surface: its data in three languages, its table, its pages, what `jono readings`
//! answers to the same question, and what `/metrics` shows in the week after.
//!
//! [`told`] is a figure as data; [`shown`] is what pages show of it, [`asked`] what readings say, [`exposed`] what gauges
//! say.

mod asked;
mod exposed;
mod shown;
mod told;

use std::collections::BTreeMap;

use anyhow::ensure;

use self::told::Told;
use super::{
    findings::Findings,
    stage::{LANGUAGES, Pages, Stage},
};
use crate::chromium::Chromium;

/// Figures by their ids.
type Figures = BTreeMap<String, Told>;

/// Compares all of them, as data in Finnish, with all else.
pub(super) fn check(
    chromium: &Chromium,
    stage: &Stage,
    pages: &Pages,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let figures = told::of_json(&pages.document(LANGUAGES[0], "json")?)?;
    ensure!(figures.values().any(|figure| figure.value.is_some()), "the bulletin tells no figure");
    for language in LANGUAGES {
        let surfaces = [
            ("json", told::of_json(&pages.document(language, "json")?)?),
            ("csv", told::of_csv(&pages.document(language, "csv")?)?),
        ];
        for (format, others) in surfaces {
            let remarks = differences(&figures, &others);
            findings.add(
                &format!("figures as {format}"),
                language,
                format!("{} figures", others.len()),
                remarks,
            );
        }
    }
    shown::check(chromium, pages, &figures, findings)?;
    asked::check(&stage.jono, &figures, findings)?;
    exposed::check(stage, &figures, findings)
}

/// Where two of the same differ.
fn differences(figures: &Figures, others: &Figures) -> Vec<String> {
    let ids = figures.keys().chain(others.keys().filter(|id| !figures.contains_key(*id)));
    ids.filter(|id| figures.get(*id) != others.get(*id))
        .map(|id| {
            let told = |figure: Option<&Told>| figure.map_or_else(|| "nothing".to_owned(), Told::summary);
            format!("{id} is {} and {}", told(figures.get(id)), told(others.get(id)))
        })
        .collect()
}
