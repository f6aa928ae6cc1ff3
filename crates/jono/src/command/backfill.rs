//! `jono backfill`: writes the past as files that `promtool` makes blocks of, one a local month, or sends it to a store by
//! remote write, so that a Prometheus already knows what was before it.

mod remote;

use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jono_domain::UnixSeconds;
use jono_exporter::CommonLabels;
use jono_ledger::Ledger;

use crate::{
    Global, clock,
    config::Config,
    history::{Folder, History, Month, MonthPast, Written},
    table,
};

/// How long before now history ends: younger samples a Prometheus still holds in memory, and a block beside them makes
/// it lose some at its next start.
const REST: i64 = 3 * 3600;

/// Arguments of `jono backfill`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("to").required(true).args(["output", "remote_write"]))]
pub(crate) struct Arguments {
    /// Where to write files: a folder that is empty, or not there yet.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    remote: remote::Remote,
    /// A label of every sample, as the scrape gives it: job and instance are needed; may be repeated.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label, conflicts_with = "no_labels")]
    labels: Vec<(String, String)>,
    /// Write samples without job and instance, for a store that adds its own.
    #[arg(long)]
    no_labels: bool,
    /// The first local day; without it, the first of which anything is known.
    #[arg(long, value_name = "DATE", value_parser = first_day)]
    from: Option<Date>,
    /// The last local day; without it, up to the hour in which the counters of `jono serve` begin, and never to less than
    /// three hours ago.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

/// A day with one before it that has a name.
fn first_day(text: &str) -> Result<Date, String> {
    let day: Date = text.parse().map_err(|_| "write a day such as 2020-06-01".to_owned())?;
    let known = jiff::civil::date(1971, 1, 1)..=jiff::civil::date(2285, 12, 31);
    if known.contains(&day) {
        Ok(day)
    } else {
        Err("nothing is known of days before 1971 or after 2285".to_owned())
    }
}

/// `NAME=VALUE`.
fn label(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, such as job=jono")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let labels = arguments.common_labels()?;
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let (limit, why) = Arguments::limit(&config, &ledger)?;
    let until = arguments.until(&config, (limit, why))?;
    let started = Instant::now();
    let from = arguments.from.map(|day| config.zone.day_start(day));
    let nothing =
        "the ledger knows nothing of that time: count documents first, or choose another --from or --until";
    if let Some(output) = &arguments.output {
        let mut folder = Folder::new(output)?;
        let mut written = Vec::new();
        each_month(&config, &ledger, from, until, |month, past| {
            written.extend(folder.write(month, past, &config.buckets, &labels)?);
            Ok(())
        })?;
        ensure!(!written.is_empty(), nothing);
        folder.finish(&written, &config.zone)?;
        tell(&mut std::io::stdout().lock(), output, &written, started)?;
        writeln!(std::io::stdout().lock(), "{}", arguments.ends(&config, &ledger, until)?)?;
    } else {
        let (mut store, until) = arguments.remote.store(arguments.from, until, arguments.until.is_some())?;
        // It may be the end of a run before, and the counters may have begun since.
        ensure!(
            until <= limit,
            "history ended at {} when it was begun, and now it may end at {} at the latest ({why}): name another file for --resume, and delete in the store what was sent",
            config.zone.rfc3339(until),
            config.zone.rfc3339(limit)
        );
        each_month(&config, &ledger, from, until, |month, past| {
            store.write(month, past, &config.buckets, &labels)
        })?;
        ensure!(store.sent.requests + store.sent.skipped > 0, nothing);
        remote::tell(&mut std::io::stdout().lock(), store.sent, started)?;
        writeln!(std::io::stdout().lock(), "\n{}", arguments.ends(&config, &ledger, until)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn common_labels(&self) -> anyhow::Result<CommonLabels> {
        let missing: Vec<_> = ["job", "instance"]
            .into_iter()
            .filter(|needed| self.labels.iter().all(|(name, _)| name != needed))
            .map(|needed| format!("--label {needed}=…"))
            .collect();
        ensure!(
            self.no_labels || missing.is_empty(),
            "a scrape adds the labels job and instance, and without the same ones history is of other series: give {} as \
             the scrape configuration has it, or say --no-labels",
            missing.join(" and ")
        );
        Ok(CommonLabels::new(&self.labels)?)
    }

    /// Where history may end at the latest, and why: the start of an hour.
    fn limit(config: &Config, ledger: &Ledger) -> anyhow::Result<(UnixSeconds, &'static str)> {
        let rest = UnixSeconds::saturating(clock::now().get() - REST);
        Ok(match ledger.epoch()? {
            Some(epoch) if epoch.0 <= rest => {
                (epoch.0, "from then on jono serve counts, and Prometheus scrapes it")
            }
            _ => (
                config.zone.hour(rest).start().0,
                "younger samples a running Prometheus still holds in memory, and blocks beside them make it lose some at its next start",
            ),
        })
    }

    /// Where it ended, and what is missing behind it.
    fn ends(&self, config: &Config, ledger: &Ledger, until: UnixSeconds) -> anyhow::Result<String> {
        let ends = format!("It ends at {}.", config.zone.rfc3339(until));
        Ok(match ledger.epoch()? {
            Some(epoch) if until < epoch.0 && self.until.is_none() => format!(
                "{ends} The counters of jono serve begin at {}: what lies between is missing. Three hours after that, history can reach as far; write it then.",
                config.zone.rfc3339(epoch.0)
            ),
            _ => ends,
        })
    }

    /// Where history ends: the start of an hour.
    fn until(&self, config: &Config, (limit, why): (UnixSeconds, &str)) -> anyhow::Result<UnixSeconds> {
        let Some(last) = self.until else { return Ok(limit) };
        let until = config.zone.days(last, last).end;
        ensure!(
            until <= limit,
            "--until {last} is too late: history ends at {} at the latest ({why}); choose an earlier day, or leave --until out",
            config.zone.rfc3339(limit)
        );
        Ok(until)
    }
}

/// Hands on every month, all of what one commit left, even if others commit meanwhile.
fn each_month(
    config: &Config,
    ledger: &Ledger,
    from: Option<UnixSeconds>,
    until: UnixSeconds,
    mut write: impl FnMut(&Month, &MonthPast) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    History::remember(config, ledger, from, until)?;
    ledger.at_one_instant(|ledger| {
        let history = History::new(config, ledger, from, until)?;
        let months = history.months();
        let progress = ProgressBar::new(months.len() as u64);
        let style = ProgressStyle::with_template("{wide_bar} {pos} of {len} months {msg} {eta} left");
        progress.set_style(style.context("the progress bar has a bad template")?);
        if !std::io::stderr().is_terminal() {
            progress.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        for month in months {
            progress.set_message(month.name());
            write(&month, &history.month(&month)?)?;
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(())
    })
}

fn tell(out: &mut dyn Write, output: &Path, written: &[Written], started: Instant) -> anyhow::Result<()> {
    let samples = written.iter().map(|file| file.samples).sum();
    let bytes: u64 = written.iter().map(|file| file.bytes).sum();
    let mut summary = table::new(&["months", "samples", "MB", "seconds"]);
    summary.add_row([
        table::count(written.len() as u64),
        table::count(samples),
        format!("{:.1}", bytes as f64 / 1e6),
        format!("{:.1}", started.elapsed().as_secs_f64()),
    ]);
    writeln!(out, "{}\n", table::finish(summary, &[0, 1, 2, 3]))?;
    let script = output.join("import.sh");
    writeln!(out, "Import it with: sh {} promtool DATA_DIRECTORY_OF_PROMETHEUS", script.display())?;
    Ok(())
}
