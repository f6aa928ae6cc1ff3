//! `cargo xtask bulletin`: the demo's bulletin, made by the real binary, opened in a real browser, and held against what a
//! page owes its readers and a figure owes its sources.
//!
//! Reading order: [`stage`] makes it; [`opened`], [`axe`], [`layout`], [`keyboard`] and [`mod@print`] look at its pages in
//! Chromium; [`figures`] compares its numbers on every surface; [`listener`] is what `jono serve` shows of it, and [`load`]
//! how much of that; [`screenshots`] are for people; [`years`] is run by itself, to see what five years of history take.

mod axe;
mod figures;
mod findings;
mod keyboard;
mod layout;
mod listener;
mod load;
mod opened;
mod print;
mod screenshots;
mod stage;
mod years;

use std::{num::NonZero, path::PathBuf, process::ExitCode};

use self::{
    findings::Findings,
    stage::{Pages, Stage},
};
use crate::{
    chromium::{Chromium, Window},
    system, wait,
};

/// What to look at.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Look at the pages in this folder instead, and at nothing else
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// Beside that, write pictures of all of them into this folder, and what is printed
    #[arg(long, value_name = "FOLDER")]
    screenshots: Option<PathBuf>,
    #[command(flatten)]
    readers: load::Readers,
    /// Only make bulletins from so many years of --queues queues, and tell what that takes
    #[arg(long, value_name = "N", conflicts_with = "files")]
    years: Option<i16>,
    /// How many queues those years have
    #[arg(long, value_name = "N", default_value = "50", requires = "years")]
    queues: NonZero<u16>,
    /// About how many calls arrive over those years
    #[arg(long, value_name = "N", default_value_t = 200_000, requires = "years")]
    calls: u64,
}

/// A usual window.
const WINDOW: Window = Window { width: 1280, height: 800, scale: 1 };
/// The narrowest that a page has to fit (WCAG 1.4.10).
const NARROW: Window = Window { width: 320, height: 640, scale: 1 };

/// The period of the bulletin.
const PERIOD: &str = "2020-W24";

/// Makes it, looks at it, and prints what was looked at; fails if anything is to be said against it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    wait::heed_interrupts()?;
    if let Some(years) = arguments.years {
        years::run(arguments.calls, years, arguments.queues)?;
        return Ok(ExitCode::SUCCESS);
    }
    system::CHROMIUM.ensure()?;
    let mut findings = Findings::begin();
    let looked = look(arguments, &mut findings);
    println!("\n{}\n", findings.table());
    for remark in findings.remarks() {
        println!("{remark}");
    }
    looked?;
    Ok(if findings.remarks().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Everything that is looked at, in its order.
fn look(arguments: &Arguments, findings: &mut Findings) -> anyhow::Result<()> {
    let axe = axe::source()?;
    let stage = if arguments.files.is_none() { Some(Stage::set()?) } else { None };
    let pages = match (&arguments.files, &stage) {
        (Some(folder), _) => Pages::of(folder)?,
        (None, Some(stage)) => stage.pages()?,
        (None, None) => unreachable!("without files there is a stage"),
    };
    let chromium = Chromium::start()?;
    println!("{} opens the bulletin", chromium.version()?);
    if let Some(folder) = &arguments.screenshots {
        screenshots::write(&chromium, &pages, folder)?;
    }
    findings.restart();
    for page in &pages.list {
        opened::check(&chromium, page, &page.file_url(), findings)?;
        axe::check(&chromium, page, &axe, findings)?;
        layout::check(&chromium, page, findings)?;
        keyboard::check(&chromium, page, findings)?;
        print::check(&chromium, page, findings)?;
    }
    if let Some(stage) = &stage {
        figures::check(&chromium, stage, &pages, findings)?;
        listener::check(&chromium, stage, &arguments.readers, findings)?;
    }
    Ok(())
}
