//! `jono`: customer-service statistics, from call logs to Prometheus.
//!
//! This crate joins the stages: configuration, command line, and the way from an input to the ledger and from the
//! ledger to its faces. What is counted, and how, is `jono-domain`'s business.

mod answer;
mod bulletin;
mod clock;
mod command;
mod config;
mod feed;
mod files;
mod history;
mod pipeline;
mod plan;
mod publish;
mod question;
mod table;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    Layer as _, filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// Customer-service statistics: from call logs to Prometheus, exactly.
#[derive(Debug, Parser)]
#[command(name = "jono", version, propagate_version = true, max_term_width = 110)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
struct Global {
    /// The configuration.
    #[arg(
        long = "config.file",
        value_name = "PATH",
        default_value = "jono.toml",
        global = true,
        help_heading = "Everywhere"
    )]
    config: PathBuf,
    /// Where counts are kept, instead of where the configuration says.
    #[arg(long, value_name = "PATH", global = true, help_heading = "Everywhere")]
    ledger: Option<PathBuf>,
    /// Log only messages of this severity or above.
    #[arg(
        long = "log.level",
        value_name = "LEVEL",
        default_value = "info",
        global = true,
        help_heading = "Everywhere"
    )]
    log_level: LevelFilter,
    /// How log messages are written.
    #[arg(
        long = "log.format",
        value_name = "FORMAT",
        default_value = "text",
        global = true,
        help_heading = "Everywhere"
    )]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count documents into the ledger.
    Ingest(command::ingest::Arguments),
    /// Ask the ledger a question.
    Readings(command::readings::Arguments),
    /// Follow the sources and serve /metrics.
    Serve(command::serve::Arguments),
    /// Write the bulletin of a week or month.
    Bulletin(command::bulletin::Arguments),
    /// Give the past to Prometheus or another store, as files or by remote write.
    Backfill(command::backfill::Arguments),
    /// Show where counted, tallied and published values differ.
    Reconcile(command::reconcile::Arguments),
    /// Show whether the scores of two survey rounds differ.
    Compare(command::compare::Arguments),
    /// Show which tallies and figures changed after they were first told, and when.
    Revisions(command::revisions::Arguments),
    /// Check the configuration, and read its sources without counting anything.
    Check(command::check::Arguments),
    /// Print what a shell needs to complete jono's commands.
    Completions(command::completions::Arguments),
    /// Print the manual page, or write one for each command.
    Man(command::completions::ManArguments),
}

impl Global {
    /// The configuration, with what the command line says instead.
    fn load(&self) -> anyhow::Result<config::Config> {
        let mut config = config::Config::load(&self.config)?;
        if let Some(ledger) = &self.ledger {
            config.ledger.clone_from(ledger);
        }
        Ok(config)
    }

    fn start_logging(&self) {
        // What goes over the wire is not told at any level: there are passwords in it.
        let wire =
            ["ureq", "ureq_proto", "rustls"].map(|target| (target, self.log_level.min(LevelFilter::INFO)));
        let told = Targets::new().with_default(self.log_level).with_targets(wire);
        let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let log = match self.log_format {
            LogFormat::Text => log.with_target(false).with_ansi(std::io::stderr().is_terminal()).boxed(),
            LogFormat::Json => log.json().boxed(),
        };
        tracing_subscriber::registry().with(log.with_filter(told)).init();
    }
}

fn main() -> ExitCode {
    let Arguments { global, command } = Arguments::parse();
    global.start_logging();
    let result = match command {
        Command::Ingest(arguments) => command::ingest::run(&global, &arguments),
        Command::Readings(arguments) => command::readings::run(&global, &arguments),
        Command::Serve(arguments) => command::serve::run(&global, &arguments),
        Command::Bulletin(arguments) => command::bulletin::run(&global, &arguments),
        Command::Backfill(arguments) => command::backfill::run(&global, &arguments),
        Command::Reconcile(arguments) => command::reconcile::run(&global, &arguments),
        Command::Compare(arguments) => command::compare::run(&global, &arguments),
        Command::Revisions(arguments) => command::revisions::run(&global, &arguments),
        Command::Check(arguments) => command::check::run(&global, &arguments),
        Command::Completions(arguments) => command::completions::run(&arguments),
        Command::Man(arguments) => command::completions::man(&arguments),
    };
    match result {
        Ok(code) => code,
        // Whoever reads our output has gone away, as `head` does: nothing is wrong.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "this is the one place where errors are told")]
            {
                eprintln!("jono: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    kinds.map(std::io::Error::kind).any(|kind| kind == std::io::ErrorKind::BrokenPipe)
}
