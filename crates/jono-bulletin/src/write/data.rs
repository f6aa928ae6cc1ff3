//! A figure as data: the columns that JSON and CSV have in common.

use jono_domain::{Decimal, Dimension};
use serde::Serialize;

use crate::{figure::Figure, known::Known, told::Told};

/// Its names, in order.
pub(crate) const COLUMNS: [&str; 16] = [
    "id",
    "channel",
    "unit",
    "service",
    "measure",
    "formula",
    "period",
    "value",
    "of",
    "low",
    "high",
    "state",
    "basis",
    "generated",
    "label",
    "unit_of_value",
];

/// A figure as data. Values are of the measure's base unit, with a point, rounded as [`Told`] says.
#[derive(Debug, Serialize)]
pub(crate) struct Datum<'a> {
    id: &'a str,
    channel: Option<&'static str>,
    unit: Option<&'a str>,
    service: Option<&'a str>,
    measure: &'a str,
    formula: Option<&'static str>,
    period: String,
    value: Option<Number>,
    of: Option<u64>,
    low: Option<Number>,
    high: Option<Number>,
    state: &'static str,
    basis: &'static str,
    generated: bool,
    label: Option<String>,
    unit_of_value: &'static str,
}

/// A decimal number as JSON and CSV write one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) Decimal);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use rust_decimal::prelude::ToPrimitive as _;
        match self.0.to_u64().filter(|_| self.0.fract().is_zero()) {
            Some(whole) => serializer.serialize_u64(whole),
            None => serializer.serialize_f64(self.0.to_f64().unwrap_or(f64::NAN)),
        }
    }
}

impl<'a> Datum<'a> {
    pub(crate) fn new(known: &Known<'_>, figure: &'a Figure) -> Self {
        let reading = &figure.reading;
        let told = Told::new(figure);
        Self {
            id: figure.id.as_str(),
            channel: reading.channel.map(jono_domain::Channel::as_str),
            unit: reading.unit.as_ref().map(jono_domain::UnitId::as_str),
            service: reading.service.as_ref().map(jono_domain::ServiceId::as_str),
            measure: reading.measure.name(),
            formula: reading.measure.formula().map(jono_domain::Formula::as_str),
            period: reading.period.to_string(),
            value: told.value.map(Number),
            of: told.of,
            low: told.low.map(Number),
            high: told.high.map(Number),
            state: reading.state.as_str(),
            basis: reading.basis.as_str(),
            generated: known.facts.generated && reading.label.is_none(),
            label: reading.label.as_ref().map(|label| label.as_str().to_owned()),
            unit_of_value: match reading.measure.dimension() {
                Dimension::Count | Dimension::Mean => "count",
                Dimension::Ratio => "ratio",
                Dimension::Seconds => "seconds",
                Dimension::Score => "score",
            },
        }
    }

    /// The same with texts that no spreadsheet takes for a formula.
    pub(crate) fn for_spreadsheets(self) -> Self {
        Self { label: self.label.map(|label| harmless(&label)), ..self }
    }
}

/// A text that no spreadsheet takes for a formula: one that begins like one is quoted as spreadsheets do (OWASP, *CSV
/// Injection*).
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
