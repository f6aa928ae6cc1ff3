//! `cargo xtask docs`: writes the pages that are made from code; `--check` tells which are stale.

use std::{fs, process::ExitCode};

use anyhow::Context;

use crate::workspace;

/// What to do with the pages.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a page is not what would be written
    #[arg(long)]
    check: bool,
}

/// A page of the project, and what makes it.
type Page = (&'static str, fn() -> String);

const PAGES: &[Page] =
    &[("docs/metrics.md", jono_exporter::markdown), ("docs/events.schema.json", events_schema)];

/// The JSON Schema of jono's own format.
fn events_schema() -> String {
    format!("{:#}\n", jono_ingest::source::events::schema())
}

/// Writes or checks all pages.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut stale = 0;
    for (path, make) in PAGES {
        let file = workspace::root().join(path);
        let page = make();
        if fs::read_to_string(&file).is_ok_and(|written| written == page) {
            continue;
        }
        if arguments.check {
            stale += 1;
            eprintln!("{path} is stale; run: cargo xtask docs");
        } else {
            fs::write(&file, page).with_context(|| format!("cannot write {path}"))?;
            println!("{path} written");
        }
    }
    Ok(if stale == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
