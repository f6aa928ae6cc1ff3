//! `cargo xtask demo`: an organisation's calls counted, served, and read by a real Prometheus.
//!
//! People look around until they press Ctrl-C; `--once` looks itself and fails if anything is not as it should be.
//! Everything is kept in a temporary folder, and whatever was started is ended.
//!
//! Reading order: [`stage`] starts everything, [`weeks`] and [`channels`] show what a person would ask first,
//! [`documents`] counts that by itself, [`pages`], [`newcomer`], [`restart`] and [`newer_ledger`] are what `--once` checks beside the counts.

mod channels;
mod documents;
mod newcomer;
mod newer_ledger;
mod pages;
mod restart;
mod stage;
mod weeks;

use std::{ops::RangeInclusive, process::ExitCode};

use anyhow::{Context, ensure};

use self::stage::Stage;
use crate::{
    http,
    prometheus::{Prometheus, comparison, promtool},
    system, wait,
};

/// The years of the demo's calls.
const YEARS: RangeInclusive<i16> = 2019..=2020;

/// How to look at it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Check everything by real requests, then end; on free ports
    #[arg(long)]
    once: bool,
}

/// Shows the demo, or checks it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    wait::heed_interrupts()?;
    let installed = system::PROMETHEUS.ensure();
    if arguments.once {
        installed?;
        check()?;
    } else {
        if let Err(missing) = &installed {
            println!("{missing:#}; the demo goes on without it.\n");
        }
        show(installed.is_ok())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(with_prometheus: bool) -> anyhow::Result<()> {
    let mut stage = Stage::set(9727)?;
    println!("{}\n", weeks::table(&stage.jono)?);
    let scrape = http::get(&stage.url("/metrics"))?;
    println!("{}\n", channels::table(&channels::said(&stage.jono, scrape.text()?, stage::today()?)?));
    let mut prometheus = None;
    if with_prometheus {
        println!("Prometheus is given the history of both years, which takes about a minute …\n");
        let (started, imported) = stage.prometheus(9090)?;
        println!("{imported}\n");
        prometheus = Some(started);
    }
    println!("  {}  what jono serves", stage.url("/"));
    println!("  {}  the counters", stage.url("/metrics"));
    println!(
        "  {}  the bulletin of week 24 of 2020, in Finnish; /sv/ and /en/ too",
        stage.bulletin_url("/fi/")
    );
    if let Some(prometheus) = &prometheus {
        let query = "graph?g0.tab=0&g0.range_input=3w&g0.end_input=2020-06-22&g0.step_input=3600\
                     &g0.expr=sum by (unit) (max_over_time(jono_contacts_total{outcome=\"answered\"}[65m]))";
        let query = query.replace(' ', "%20").replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        println!(
            "  {}  Prometheus: calls answered in June 2020, by unit",
            prometheus.url(&format!("/{query}"))
        );
    }
    println!("\nAsk more of the same ledger, such as\n\n  {}\n", stage.question());
    println!("Ctrl-C ends everything, and leaves nothing behind.");
    wait::until_interrupted(|| {
        stage.ensure_serving()?;
        prometheus.as_mut().map_or(Ok(()), Prometheus::ensure_running)
    })
}

fn check() -> anyhow::Result<()> {
    let stage = Stage::set(0)?;
    println!("{}\n", weeks::table(&stage.jono)?);

    let scrape = pages::check(&stage)?;
    let today = stage::today()?;
    let lines = channels::said(&stage.jono, &scrape, today)?;
    println!("{}\n", channels::table(&lines));
    let differing: Vec<_> =
        lines.iter().zip(documents::counted(today)?).filter(|(line, other)| *line != other).collect();
    ensure!(differing.is_empty(), "jono and the documents differ: {differing:#?}");
    println!("the documents say the same, counted by their delimiters alone\n");
    promtool::check(&scrape).context("the scrape has not the form it should have")?;
    println!("the pages answer, plain and compressed, and promtool has no remark on /metrics\n");

    let (prometheus, imported) = stage.prometheus(0)?;
    println!("{imported}\n");
    stage::scraped(&prometheus)?;
    let period = format!("{}..{}", YEARS.start(), stage::today()?.year());
    let compare = |stage: &Stage| comparison::compare(&prometheus, &stage.jono, YEARS, stage::ZONE, &period);
    let compared = compare(&stage)?;
    println!("{}\n\nPrometheus and jono readings have the same counts\n", comparison::told(&compared));

    println!("{}", newcomer::check(&stage, &prometheus)?);
    let (stage, restarted) = restart::check(stage, &prometheus)?;
    // Once more, with the new queue among them.
    compare(&stage)?;
    println!("{restarted}, and with history equal to readings again");
    println!("{}\n", newer_ledger::check(&stage)?);
    stage.end()
}
