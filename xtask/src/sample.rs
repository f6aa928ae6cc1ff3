//! `cargo xtask sample`: an Asterisk queue log of any size, made by simulating the queues.
//!
//! Lines are in the order of time, as Asterisk writes them. The same arguments give the same bytes on any machine.
//! Memory is bounded by the calls in progress and the hours of the span, not by the size of the log.
//!
//! Reading order: [`calendar`] says when people call, [`queue`] who answers, [`simulation`] lets it happen,
//! [`log`] writes it down, [`damage`] spoils some of it.

mod calendar;
pub(crate) mod contacts;
mod damage;
mod log;
mod queue;
mod simulation;

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    num::NonZero,
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, ensure};
use clap::{Args, FromArgMatches};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

use self::{calendar::Calendar, simulation::Simulation};

/// The log is handed to the system in pieces of about this size.
const CHUNK: usize = 1 << 20;

/// What to simulate.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// About how many calls arrive over the whole span
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) calls: u64,
    /// The same seed gives the same bytes, on any machine
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The first local day
    #[arg(long, value_name = "DATE", default_value = "2020-01-01")]
    pub(crate) from: Date,
    /// The last local day; a year is written unless this or --days is given
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    pub(crate) until: Option<Date>,
    /// How many local days
    #[arg(long, value_name = "D")]
    pub(crate) days: Option<NonZero<u16>>,
    /// How many queues; the first is the busiest
    #[arg(long, value_name = "Q", default_value_t = NonZero::new(6).expect("not zero"))]
    pub(crate) queues: NonZero<u16>,
    /// The time zone of the opening hours
    #[arg(long, value_name = "NAME", default_value = "Europe/Helsinki")]
    pub(crate) zone: String,
    /// Open from this local hour to that one, on workdays
    #[arg(long, value_name = "FROM-TO", default_value = "8-18")]
    pub(crate) open: calendar::Open,
    /// Mix in malformed lines, as this share of all lines; the other lines stay as they are
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(crate) rejects: f64,
    /// Write every event that any version of Asterisk writes, old forms included, so that a small log shows all
    #[arg(long)]
    pub(crate) all_events: bool,
    /// Where to write; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
}

/// Writes the log.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut simulation = arguments.simulation()?;
    let to_stdout = arguments.out.as_os_str() == "-";
    let mut out: Box<dyn Write> = if to_stdout {
        Box::new(io::stdout().lock())
    } else {
        let file = File::create(&arguments.out);
        Box::new(file.with_context(|| format!("cannot create {}", arguments.out.display()))?)
    };
    let begun = Instant::now();
    match write(&mut simulation, &mut out) {
        // Whoever reads has seen enough, as `head` does.
        Err(why) if to_stdout && why.kind() == ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
        result => result.with_context(|| format!("cannot write {}", arguments.out.display()))?,
    }
    if !to_stdout {
        let (lines, seconds) = (simulation.lines(), begun.elapsed().as_secs_f64());
        eprintln!("{lines} lines in {seconds:.2} s, {:.0} lines/s", lines as f64 / seconds);
    }
    Ok(ExitCode::SUCCESS)
}

impl Default for Arguments {
    /// What the command line means where it says nothing.
    fn default() -> Self {
        let command = Self::augment_args(clap::Command::new("sample"));
        let said = command.get_matches_from(["sample"]);
        Self::from_arg_matches(&said).expect("every argument has a default")
    }
}

impl Arguments {
    fn simulation(&self) -> anyhow::Result<Simulation> {
        ensure!(
            (0.0..=0.5).contains(&self.rejects),
            "--rejects {} is not a share from 0 to 0.5",
            self.rejects
        );
        let zone = TimeZone::get(&self.zone)
            .with_context(|| format!("--zone {} is no time zone of the IANA database", self.zone))?;
        let end = match (self.until, self.days) {
            (Some(last), _) => last.tomorrow(),
            (None, Some(days)) => self.from.checked_add(i64::from(days.get()).days()),
            (None, None) => self.from.checked_add(1.year()),
        };
        let end = end.context("the span ends beyond the calendar")?;
        ensure!(self.from < end, "the span ends before it begins on {}", self.from);
        // Beyond these years the epoch has no ten digits, or the computed holidays are no longer meant.
        ensure!(self.from.year() >= 2002 && end.year() <= 2200, "the span is not within 2002 to 2200");
        let calendar = Calendar::new(self.from, end, &zone, self.open)?;
        Ok(Simulation::new(calendar, self.queues, self.calls, self.seed)
            .with_every_event(self.all_events)
            .with_rejects(self.rejects, self.seed))
    }
}

/// The log as bytes: for logs that are small.
pub(crate) fn bytes(arguments: &Arguments) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut arguments.simulation()?, &mut bytes)?;
    Ok(bytes)
}

fn write(simulation: &mut Simulation, out: &mut dyn Write) -> io::Result<()> {
    // Hidden by itself where standard error is no terminal.
    let progress = ProgressBar::new(simulation.span()).with_style(
        ProgressStyle::with_template("{wide_bar} {percent} % {msg} {eta} left").expect("a valid template"),
    );
    let mut buffer = Vec::with_capacity(CHUNK + CHUNK / 4);
    while simulation.fill(&mut buffer, CHUNK) {
        out.write_all(&buffer)?;
        buffer.clear();
        progress.set_position(simulation.passed());
        progress.set_message(format!("{} lines", simulation.lines()));
    }
    progress.finish_and_clear();
    out.flush()
}

#[cfg(test)]
mod tests;
