//! What the workspace does to itself: `cargo xtask <command>`, one module per command.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people at a terminal")]

mod alerts;
mod bench;
mod bulletin;
mod channels;
mod check;
mod chromium;
mod crash;
mod dashboards;
mod demo;
mod deploy;
mod docs;
mod documents;
mod draw;
mod follow;
mod history;
mod http;
mod jono;
mod ledger;
mod oracle;
mod prometheus;
mod promql;
mod sample;
mod serving;
mod system;
mod table;
mod tidy;
mod wait;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// What the workspace does to itself.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Check the alerts: rules, tests, runbooks, metrics; and whether the tests notice changed rules.
    Alerts(alerts::Arguments),
    /// Measure how fast counting and rendering are.
    Bench(bench::Arguments),
    /// Make the demo's bulletin, and hold it in a real browser against what a page owes its readers.
    Bulletin(bulletin::Arguments),
    /// Write the demo's documents of service points, appointments, call backs and surveys: the same seed, the same bytes.
    Channels(channels::Arguments),
    /// Check everything that must hold, as continuous integration does.
    Check(check::Arguments),
    /// End processes at every named point and at random, and compare what they left.
    Crash(crash::Arguments),
    /// Write Grafana's dashboards, or hold each panel against a real Prometheus.
    Dashboards(dashboards::Arguments),
    /// Count, serve and scrape an organisation's calls, to look around in.
    Demo(demo::Arguments),
    /// Write what of deploy is made from something else, or give every file of it to its parser.
    Deploy(deploy::Arguments),
    /// Compare every figure of a log with those that awk counts.
    Oracle(oracle::Arguments),
    /// Write the pages that are made from code.
    Docs(docs::Arguments),
    /// Recognise documents whatever happened to their files: grown, renamed, compressed, cut, rewritten.
    Documents(documents::Arguments),
    /// Follow a log that is rotated in every way, kill who follows it, and compare the counts.
    Follow(follow::Arguments),
    /// Give a real Prometheus the past, and compare what it says of it.
    History(history::Arguments),
    /// Write an Asterisk queue log of any size: the same seed, the same bytes.
    Sample(sample::Arguments),
    /// Serve while history is loaded, disks fill, clocks turn, crowds come and certificates end.
    Serving(serving::Arguments),
    /// Check what compilers do not: who depends on whom, and what files may be called and contain.
    Tidy,
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Alerts(arguments) => alerts::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Bulletin(arguments) => bulletin::run(&arguments),
        Command::Channels(arguments) => channels::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Crash(arguments) => crash::run(&arguments),
        Command::Dashboards(arguments) => dashboards::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Deploy(arguments) => deploy::run(&arguments),
        Command::Oracle(arguments) => oracle::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Documents(arguments) => documents::run(&arguments),
        Command::Follow(arguments) => follow::run(&arguments),
        Command::History(arguments) => history::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Serving(arguments) => serving::run(&arguments),
        Command::Tidy => tidy::run(),
    };
    match result {
        Ok(code) => code,
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Command::command().debug_assert();
    }
}
