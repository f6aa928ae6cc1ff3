//! `jono revisions`: which tallies and figures changed after they were first told, when, and by which document.

use std::{io::Write, process::ExitCode};

use anyhow::Context;
use jiff::civil::Date;
use jono_domain::{Basis, Measure, Period, Zone};
use jono_ledger::{Ledger, Revision, RevisionFilter};
use serde::Serialize;

use crate::{
    Global,
    answer::{self, Format},
    table,
};

/// Arguments of `jono revisions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only values of this measure.
    #[arg(long, value_name = "MEASURE")]
    measure: Option<Measure>,
    /// Only values of spans that share a day with this period.
    #[arg(long, value_name = "PERIOD")]
    period: Option<Period>,
    /// Only changes that were made on this day or later.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// How the changes are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

/// A change as it is written; numbers are told as they were stated.
#[derive(Debug, Serialize)]
struct Row {
    changed: String,
    basis: Basis,
    period: String,
    channel: &'static str,
    unit: String,
    service: String,
    measure: String,
    before: Option<String>,
    after: Option<String>,
    source: String,
    document: String,
}

impl Row {
    fn new(revision: &Revision, zone: &Zone) -> Self {
        Self {
            changed: zone.rfc3339(revision.at),
            basis: revision.basis,
            period: revision.span.to_string(),
            channel: revision.series.channel.as_str(),
            unit: revision.series.unit.to_string(),
            service: revision.series.service.to_string(),
            measure: revision.measure.name().to_owned(),
            before: revision.before.map(|value| value.to_string()),
            after: revision.after.map(|value| value.to_string()),
            source: revision.source.to_string(),
            document: revision.document.clone(),
        }
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let filter = RevisionFilter {
        measure: arguments.measure.clone(),
        within: arguments.period,
        since: arguments.since.map(|day| config.zone.day_start(day)),
    };
    let revisions = ledger.revisions(&filter)?;
    let rows: Vec<_> = revisions.iter().map(|revision| Row::new(revision, &config.zone)).collect();
    answer::write(arguments.format, &COLUMNS, &rows, |out| write_table(out, &rows))?;
    Ok(ExitCode::SUCCESS)
}

fn write_table(out: &mut dyn Write, rows: &[Row]) -> std::io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "Nothing that was told has changed.");
    }
    let mut revisions = table::new(&[
        "changed", "basis", "period", "channel", "unit", "service", "measure", "before", "after", "document",
    ]);
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "withdrawn".to_owned());
    for row in rows {
        revisions.add_row([
            row.changed.clone(),
            row.basis.to_string(),
            row.period.clone(),
            row.channel.to_owned(),
            row.unit.clone(),
            row.service.clone(),
            row.measure.clone(),
            value(&row.before),
            value(&row.after),
            row.document.clone(),
        ]);
    }
    writeln!(out, "{}", table::finish(revisions, &[7, 8]))
}

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 11] = [
    "changed", "basis", "period", "channel", "unit", "service", "measure", "before", "after", "source",
    "document",
];
