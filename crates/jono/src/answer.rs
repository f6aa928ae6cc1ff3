//! How the answers of a command are written: for people as a table, for programs as CSV or JSON.

use std::io::Write;

use clap::ValueEnum;
use serde::Serialize;

/// How an answer is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Table,
    Csv,
    Json,
}

/// Writes rows, of which `columns` are the keys, in their order; `table` writes them for people.
pub(crate) fn write<Row: Serialize>(
    format: Format,
    columns: &[&str],
    rows: &[Row],
    table: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> anyhow::Result<()> {
    // Written at once, so that a failure is that of the output and of nothing else.
    let mut told = Vec::new();
    match format {
        Format::Table => table(&mut told)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut told, rows)?;
            writeln!(told)?;
        }
        Format::Csv => {
            // Also without rows there are columns.
            let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(&mut told);
            csv.write_record(columns)?;
            rows.iter().try_for_each(|row| csv.serialize(row))?;
            csv.flush()?;
        }
    }
    std::io::stdout().lock().write_all(&told)?;
    Ok(())
}
