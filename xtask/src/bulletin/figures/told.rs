//! A figure as data.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use jono_domain::{Dimension, Measure};
use serde::Deserialize;
use serde_json::Value;

use super::Figures;

/// In seconds.
pub(super) const DAY: f64 = 86_400.0;

/// What JSON and CSV say of a figure. Whatever else they say is for people.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Told {
    pub(super) channel: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) service: Option<String>,
    pub(super) measure: String,
    pub(super) formula: Option<String>,
    pub(super) period: String,
    pub(super) basis: String,
    pub(super) state: String,
    pub(super) value: Option<f64>,
    pub(super) of: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) label: Option<String>,
}

/// The figures of a bulletin in JSON.
pub(super) fn of_json(text: &str) -> anyhow::Result<Figures> {
    let mut bulletin: Value = serde_json::from_str(text).context("the bulletin is no JSON")?;
    let Value::Array(figures) = bulletin["figures"].take() else {
        anyhow::bail!("the bulletin in JSON has no figures")
    };
    let mut all = Figures::new();
    for figure in figures {
        let id = figure["id"].as_str().context("a figure has no id")?.to_owned();
        let told: Told = serde_json::from_value(figure).with_context(|| format!("{id} has another form"))?;
        ensure!(all.insert(id.clone(), told).is_none(), "{id} is told twice");
    }
    Ok(all)
}

/// The figures of a bulletin in CSV; an empty field is nothing.
pub(super) fn of_csv(text: &str) -> anyhow::Result<Figures> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut all = Figures::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let mut row = row.context("a row of the bulletin's table has another form")?;
        row.retain(|_, field| !field.is_empty());
        let id = row.remove("id").context("a row of the bulletin's table has no id")?;
        let text = |key: &str| row.get(key).cloned();
        let needed = |key: &str| text(key).with_context(|| format!("{id} has no {key} in the table"));
        let number = |key: &str| -> anyhow::Result<Option<f64>> {
            let parse = |field: String| field.parse().with_context(|| format!("{key} of {id} is {field}"));
            text(key).map(parse).transpose()
        };
        let told = Told {
            channel: text("channel"),
            unit: text("unit"),
            service: text("service"),
            measure: needed("measure")?,
            formula: text("formula"),
            period: needed("period")?,
            basis: needed("basis")?,
            state: needed("state")?,
            value: number("value")?,
            of: number("of")?,
            low: number("low")?,
            high: number("high")?,
            label: text("label"),
        };
        ensure!(all.insert(id.clone(), told).is_none(), "{id} is in the table twice");
    }
    Ok(all)
}

impl Told {
    /// What it is a number of.
    pub(super) fn dimension(&self) -> anyhow::Result<Dimension> {
        let measure: Measure = self.measure.parse()?;
        Ok(measure.dimension())
    }

    /// Whether people count it in days, where data count it in seconds.
    pub(super) fn is_in_days(&self) -> bool {
        self.measure.starts_with("appointment_lead")
    }

    /// By how much what is shown may differ from what is known, since it is rounded.
    pub(super) fn rounding_when_shown(&self) -> anyhow::Result<f64> {
        let half = match self.dimension()? {
            Dimension::Count => 0.0,
            Dimension::Ratio => 0.000_5,
            Dimension::Seconds if self.is_in_days() => 0.05 * DAY,
            Dimension::Seconds => 0.5,
            Dimension::Mean if self.value.is_some_and(|value| value >= 100.0) => 0.5,
            Dimension::Mean | Dimension::Score => 0.05,
        };
        Ok(half + 1e-6)
    }

    /// The same of what is told in data: what was published is told as it was.
    pub(super) fn rounding(&self) -> anyhow::Result<f64> {
        if self.basis == "published" { Ok(1e-9) } else { self.rounding_when_shown() }
    }

    /// For people.
    pub(super) fn summary(&self) -> String {
        let number = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        let [value, of, low, high] = [self.value, self.of, self.low, self.high].map(number);
        format!("{value} of {of} ({low}–{high}) {}", self.state)
    }
}
