//! `jono readings`: asks the ledger a question, and writes the answers as a table, CSV or JSON.

use std::{io::Write, process::ExitCode};

use anyhow::Context;
use clap::ValueEnum;
use jono_domain::{Basis, Formula, Grain, Measure, Period, Reading, State, Value, Zone, id::ALL};
use jono_ledger::Ledger;
use serde::Serialize;

use crate::{
    Global,
    answer::{self, Format},
    clock,
    question::{Question, Who, grain},
    table,
};

/// Arguments of `jono readings`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is asked, such as `arrivals`, `answer_rate`, `service_level`, `wait_mean` or `wait_p90`.
    #[arg(long, value_name = "MEASURE")]
    measure: Measure,
    /// About when: 2020-W24, 2020-06, 2020-Q2, 2020, 2020-06-08, or A..B (both included).
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// A row for each of these in the period; weeks are those whose Thursday lies in it.
    #[arg(long, value_name = "GRAIN", value_parser = grain)]
    by: Option<Grain>,
    #[command(flatten)]
    who: Who,
    /// By which formula a service level is counted, instead of each service's own.
    #[arg(long, value_name = "FORMULA")]
    formula: Option<Formula>,
    /// Only readings of this basis; without it, of all three.
    #[arg(long, value_name = "BASIS")]
    basis: Option<BasisName>,
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum BasisName {
    /// Counted event by event.
    Counted,
    /// Added up from counts over longer spans.
    Tallied,
    /// Published as it is.
    Published,
}

impl From<BasisName> for Basis {
    fn from(name: BasisName) -> Self {
        match name {
            BasisName::Counted => Self::Counted,
            BasisName::Tallied => Self::Tallied,
            BasisName::Published => Self::Published,
        }
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let measure = match arguments.formula {
        None => arguments.measure.clone(),
        Some(formula) => arguments.measure.by_formula(formula).with_context(|| {
            format!("--formula is for service levels; {} has none", arguments.measure.name())
        })?,
    };
    let periods = match arguments.by {
        None => vec![arguments.period],
        Some(grain) => arguments.period.split(grain, &config.zone)?,
    };
    let bases = match arguments.basis {
        None => vec![Basis::Counted, Basis::Tallied, Basis::Published],
        Some(basis) => vec![basis.into()],
    };
    if bases.contains(&Basis::Counted) {
        periods.iter().for_each(|period| ledger.remember(*period));
    }
    // All of the answer is what one commit left, even if others commit meanwhile.
    let readings = ledger.at_one_instant(|ledger| {
        let question = Question::new(&config, ledger, &arguments.who, measure, clock::now())?;
        let mut readings = Vec::new();
        for basis in bases {
            readings.extend(question.ask(ledger, basis, &periods)?);
        }
        anyhow::Ok(readings)
    })?;
    let rows: Vec<_> = readings.iter().map(|reading| Row::new(reading, &config.zone)).collect();
    answer::write(arguments.format, &COLUMNS, &rows, |out| write_table(out, &rows))?;
    Ok(ExitCode::SUCCESS)
}

/// A reading as it is written.
#[derive(Serialize)]
struct Row {
    period: String,
    start: String,
    end: String,
    channel: String,
    unit: String,
    service: String,
    measure: String,
    value: Option<Number>,
    numerator: Option<u128>,
    denominator: Option<u64>,
    low: Option<f64>,
    high: Option<f64>,
    state: State,
    basis: Basis,
}

/// A value without a needless fraction.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Number {
    Whole(u128),
    Fraction(f64),
}

impl From<Value> for Number {
    fn from(value: Value) -> Self {
        match value {
            Value::Count(count) => Self::Whole(count),
            Value::Percentile { value, .. } => Self::Whole(value.into()),
            Value::Published { value: published, .. } if published.fract().is_zero() => {
                u128::try_from(published).map_or(Self::Fraction(value.as_f64()), Self::Whole)
            }
            Value::Quotient { .. } | Value::Published { .. } => Self::Fraction(value.as_f64()),
        }
    }
}

impl Row {
    fn new(reading: &Reading, zone: &Zone) -> Self {
        let bounds = reading.period.bounds(zone);
        let or_all = |name: Option<String>| name.unwrap_or_else(|| ALL.to_owned());
        Self {
            period: reading.period.to_string(),
            start: zone.rfc3339(bounds.start),
            end: zone.rfc3339(bounds.end),
            channel: or_all(reading.channel.map(|channel| channel.to_string())),
            unit: or_all(reading.unit.as_ref().map(ToString::to_string)),
            service: or_all(reading.service.as_ref().map(ToString::to_string)),
            measure: reading.measure.name().to_owned(),
            value: reading.value.map(Number::from),
            numerator: reading.value.and_then(Value::numerator),
            denominator: reading.value.and_then(Value::denominator),
            low: reading.interval.map(|interval| interval.low),
            high: reading.interval.map(|interval| interval.high),
            state: reading.state,
            basis: reading.basis,
        }
    }
}

fn write_table(out: &mut dyn Write, rows: &[Row]) -> std::io::Result<()> {
    let mut columns =
        vec!["period", "channel", "unit", "service", "measure", "value", "of", "state", "basis"];
    // Few measures are estimates.
    let has_intervals = rows.iter().any(|row| row.low.is_some());
    if has_intervals {
        columns.insert(INTERVAL, "95 % interval");
    }
    let mut readings = table::new(&columns);
    for row in rows {
        let names = [&row.period, &row.channel, &row.unit, &row.service, &row.measure].map(String::clone);
        let value = match row.value {
            None => "–".to_owned(),
            Some(Number::Whole(count)) => count.to_string(),
            Some(Number::Fraction(value)) => format!("{value:.4}"),
        };
        let of = row.denominator.map_or_else(String::new, |of| of.to_string());
        let interval =
            row.low.zip(row.high).map_or_else(String::new, |(low, high)| format!("{low:.2}–{high:.2}"));
        let mut cells: Vec<_> =
            names.into_iter().chain([value, of, row.state.to_string(), row.basis.to_string()]).collect();
        if has_intervals {
            cells.insert(INTERVAL, interval);
        }
        readings.add_row(cells);
    }
    writeln!(out, "{}", table::finish(readings, &[5, 6]))
}

/// Where the interval stands in the table: behind what the value is of.
const INTERVAL: usize = 7;

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 14] = [
    "period",
    "start",
    "end",
    "channel",
    "unit",
    "service",
    "measure",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "state",
    "basis",
];
