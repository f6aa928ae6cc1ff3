//! `jono reconcile`: where what jono counted, what others tallied and what they published differ. Each stays what it is;
//! which of them is right is for people to find out.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::ExitCode,
};

use anyhow::Context;
use jono_domain::{Basis, Measure, Period, Reading, Value, id::ALL};
use jono_ledger::Ledger;
use serde::Serialize;

use crate::{
    Global,
    answer::{self, Format},
    clock,
    config::Config,
    question::{Question, Who},
    table,
};

/// Arguments of `jono reconcile`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only this measure; without it, every one that was tallied or published.
    #[arg(long, value_name = "MEASURE")]
    measure: Option<Measure>,
    /// Only spans within this period: 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B.
    #[arg(long, value_name = "PERIOD")]
    period: Option<Period>,
    #[command(flatten)]
    who: Who,
    /// How much values may differ and still agree, as a share of the larger: 0.01 for 1 %.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    tolerance: f64,
    /// How the differences are written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a share from 0 to 1, such as 0.01 for 1 %".to_owned())
}

/// Values of one measure, series and span that differ.
#[derive(Debug, Serialize)]
struct Difference {
    period: String,
    channel: String,
    unit: String,
    service: String,
    measure: String,
    counted: Option<f64>,
    tallied: Option<f64>,
    published: Option<f64>,
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    // All sides are compared as one commit left them.
    let (compared, differences) = ledger.at_one_instant(|ledger| compare(&config, ledger, arguments))?;
    answer::write(arguments.format, &COLUMNS, &differences, |out| write_table(out, compared, &differences))?;
    Ok(ExitCode::SUCCESS)
}

/// How many values are known from more than one side, and those that differ.
fn compare(
    config: &Config,
    ledger: &Ledger,
    arguments: &Arguments,
) -> anyhow::Result<(usize, Vec<Difference>)> {
    let (mut compared, mut differences) = (0, Vec::new());
    for measure in measures(ledger, arguments)? {
        let periods = spans(ledger, &measure, arguments.period)?;
        let question = Question::new(config, ledger, &arguments.who, measure, clock::now())?;
        let mut rows = BTreeMap::new();
        for basis in [Basis::Counted, Basis::Tallied, Basis::Published] {
            for reading in question.ask(ledger, basis, &periods)? {
                let values: &mut [Option<f64>; 3] = rows.entry(key(&reading)).or_default();
                values[basis as usize] = reading.value.map(Value::as_f64);
            }
        }
        for (key, values) in rows {
            let known: Vec<f64> = values.iter().flatten().copied().collect();
            compared += usize::from(known.len() > 1);
            if !agree(&known, arguments.tolerance) {
                differences.push(difference(key, values));
            }
        }
    }
    Ok((compared, differences))
}

/// What can be compared: everything stated, and what can be made of tallies.
fn measures(ledger: &Ledger, arguments: &Arguments) -> anyhow::Result<BTreeSet<Measure>> {
    if let Some(measure) = &arguments.measure {
        return Ok(BTreeSet::from([measure.clone()]));
    }
    let stated: BTreeSet<_> = ledger.stated_measures()?.into_iter().map(|(_, measure)| measure).collect();
    let asked = Measure::names().filter_map(|name| name.parse::<Measure>().ok());
    let made_of_tallies = asked.filter(|measure| {
        let tallies = measure.tallied_by();
        // Per working day the same counts would be compared once more.
        measure.per().is_none() && !tallies.is_empty() && tallies.iter().all(|tally| stated.contains(tally))
    });
    Ok(made_of_tallies.chain(stated.iter().cloned()).collect())
}

/// The spans over which a measure, or what it is made of, was stated.
fn spans(ledger: &Ledger, measure: &Measure, within: Option<Period>) -> anyhow::Result<Vec<Period>> {
    let all = "1970..2285".parse().expect("it is a period");
    let within = within.unwrap_or(all);
    let mut spans = BTreeSet::new();
    for stated in ledger.stated(Basis::Tallied, &measure.tallied_by(), within)? {
        spans.insert(stated.span);
    }
    for stated in ledger.stated(Basis::Published, std::slice::from_ref(measure), within)? {
        spans.insert(stated.span);
    }
    spans.retain(|span| within.first() <= span.first() && span.last() <= within.last());
    Ok(spans.into_iter().collect())
}

/// What values of the several bases have in common.
type Key = (Period, String, String, String, Measure);

fn key(reading: &Reading) -> Key {
    let or_all = |name: Option<String>| name.unwrap_or_else(|| ALL.to_owned());
    (
        reading.period,
        or_all(reading.channel.map(|channel| channel.to_string())),
        or_all(reading.unit.as_ref().map(ToString::to_string)),
        or_all(reading.service.as_ref().map(ToString::to_string)),
        reading.measure.clone(),
    )
}

/// Whether values are the same, but for the last bit of a division, or for so large a share.
fn agree(values: &[f64], tolerance: f64) -> bool {
    let largest = values.iter().copied().fold(0.0, f64::max);
    let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
    values.len() < 2 || largest - smallest <= largest * tolerance.max(1e-12)
}

fn difference(key: Key, [counted, tallied, published]: [Option<f64>; 3]) -> Difference {
    let (period, channel, unit, service, measure) = key;
    Difference {
        period: period.to_string(),
        channel,
        unit,
        service,
        measure: measure.name().to_owned(),
        counted,
        tallied,
        published,
    }
}

fn write_table(out: &mut dyn Write, compared: usize, rows: &[Difference]) -> std::io::Result<()> {
    if !rows.is_empty() {
        let mut differences = table::new(&COLUMNS);
        let shown = |value: Option<f64>| match value {
            None => "–".to_owned(),
            Some(whole) if whole.fract() == 0.0 => format!("{whole}"),
            Some(value) => format!("{value:.4}"),
        };
        for row in rows {
            let names = [&row.period, &row.channel, &row.unit, &row.service, &row.measure];
            let values = [row.counted, row.tallied, row.published].map(shown);
            differences.add_row(names.into_iter().cloned().chain(values));
        }
        writeln!(out, "{}", table::finish(differences, &[5, 6, 7]))?;
    }
    let (compared, differ) = (table::count(compared as u64), table::count(rows.len() as u64));
    writeln!(out, "{compared} values are known from more than one side; {differ} of them differ.")
}

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 8] =
    ["period", "channel", "unit", "service", "measure", "counted", "tallied", "published"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_agrees() {
        assert!(agree(&[3.0], 0.0) && agree(&[0.1 + 0.2, 0.3], 0.0) && agree(&[0.0, 0.0], 0.0));
        assert!(!agree(&[3.0, 4.0], 0.0) && agree(&[99.5, 100.0], 0.01) && !agree(&[98.0, 100.0], 0.01));
    }
}
