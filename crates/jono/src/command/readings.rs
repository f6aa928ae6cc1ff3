//! `jono readings`: asks the ledger a question, and writes the answers as a table, CSV or JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Write,
    process::ExitCode,
};

use anyhow::Context;
use clap::ValueEnum;
use jono_domain::{
    Basis, Channel, Dimension, Formula, Grain, Label, Measure, Period, Reading, ServiceId, State, UnitId,
    Value, Zone, id::ALL,
};
use jono_ledger::Ledger;
use serde::Serialize;

use crate::{
    Global,
    answer::{self, Format},
    bulletin::frozen::Frozen,
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
    /// Beside each, the same a year before: of an ISO week the one of the same number, of a day the same day of that
    /// week. A week 53 has none.
    #[arg(long)]
    year_ago: bool,
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
    let dimension = measure.dimension();
    let periods = match arguments.by {
        None => vec![arguments.period],
        Some(grain) => arguments.period.split(grain, &config.zone)?,
    };
    let bases = match arguments.basis {
        None => vec![Basis::Counted, Basis::Tallied, Basis::Published],
        Some(basis) => vec![basis.into()],
    };
    let with_year_ago = periods.iter().filter(|_| arguments.year_ago);
    let before: BTreeSet<_> = with_year_ago.filter_map(|period| period.year_ago()).collect();
    let asked: Vec<_> = periods
        .iter()
        .copied()
        .chain(before.into_iter().filter(|period| !periods.contains(period)))
        .collect();
    if bases.contains(&Basis::Counted) {
        asked.iter().for_each(|period| ledger.remember(*period));
    }
    // All of the answer is what one commit left, even if others commit meanwhile.
    let readings = ledger.at_one_instant(|ledger| {
        let question = Question::new(&config, ledger, &arguments.who, measure, clock::now())?;
        let mut readings = Vec::new();
        let frozen = Frozen::of(ledger, &asked)?;
        for basis in bases {
            let answers = question.ask(ledger, basis, &asked)?;
            readings.extend(answers.into_iter().map(|reading| frozen.judge(reading)));
        }
        anyhow::Ok(readings)
    })?;
    let known: BTreeMap<_, _> =
        readings.iter().map(|reading| (subject(reading.period, reading), reading)).collect();
    let row = |reading: &Reading| {
        let year_ago = arguments.year_ago.then(|| {
            let before = reading.period.year_ago();
            YearAgo::new(before, before.and_then(|before| known.get(&subject(before, reading)).copied()))
        });
        Row { year_ago, ..Row::new(reading, &config.zone) }
    };
    let rows: Vec<_> = readings.iter().filter(|reading| periods.contains(&reading.period)).map(row).collect();
    let mut columns = COLUMNS.to_vec();
    if arguments.year_ago {
        columns.extend(YEAR_AGO);
    }
    answer::write(arguments.format, &columns, &rows, |out| write_table(out, &rows, dimension))?;
    Ok(ExitCode::SUCCESS)
}

/// What a reading is found by.
type Subject = (Period, Option<Channel>, Option<UnitId>, Option<ServiceId>, Basis);

fn subject(period: Period, reading: &Reading) -> Subject {
    (period, reading.channel, reading.unit.clone(), reading.service.clone(), reading.basis)
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
    label: Option<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year_ago: Option<YearAgo>,
}

/// The same a year before, as it is written.
#[derive(Serialize)]
struct YearAgo {
    period: Option<String>,
    value: Option<Number>,
    numerator: Option<u128>,
    denominator: Option<u64>,
    state: State,
}

impl YearAgo {
    fn new(period: Option<Period>, reading: Option<&Reading>) -> Self {
        let value = reading.and_then(|reading| reading.value);
        Self {
            period: period.map(|period| period.to_string()),
            value: value.map(Number::from),
            numerator: value.and_then(Value::numerator),
            denominator: value.and_then(Value::denominator),
            state: reading.map_or(State::Unavailable, |reading| reading.state),
        }
    }
}

/// A value without a needless fraction.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Number {
    Whole(u128),
    Fraction(f64),
}

impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(count) => count as f64,
            Self::Fraction(value) => value,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(count) => write!(f, "{count}"),
            Self::Fraction(value) => write!(f, "{value:.4}"),
        }
    }
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
            label: reading.label.clone(),
            year_ago: None,
        }
    }

    /// How much it changed in a year: of ratios and scores the difference, of everything else the share by which it grew.
    fn change(&self, dimension: Dimension) -> String {
        let before = self.year_ago.as_ref().and_then(|before| before.value);
        let Some((now, before)) = self.value.zip(before) else { return String::new() };
        let (now, before) = (now.as_f64(), before.as_f64());
        match dimension {
            Dimension::Ratio | Dimension::Score => format!("{:+.4}", now - before),
            _ if before == 0.0 => String::new(),
            Dimension::Count | Dimension::Mean | Dimension::Seconds => {
                format!("{:+.1} %", (now / before - 1.0) * 100.0)
            }
        }
    }
}

fn write_table(out: &mut dyn Write, rows: &[Row], dimension: Dimension) -> std::io::Result<()> {
    // Few measures are estimates, few values were printed anywhere, and few questions are of two years.
    let has_intervals = rows.iter().any(|row| row.low.is_some());
    let has_labels = rows.iter().any(|row| row.label.is_some());
    let has_years = rows.iter().any(|row| row.year_ago.is_some());
    let mut columns = vec!["period", "channel", "unit", "service", "measure", "value", "of"];
    columns.extend(has_intervals.then_some("95 % interval"));
    columns.extend(["state", "basis"]);
    columns.extend(has_labels.then_some("label"));
    columns.extend(has_years.then_some(["year ago", "change"]).into_iter().flatten());
    let mut readings = table::new(&columns);
    let known = |value: Option<Number>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    for row in rows {
        let mut cells: Vec<_> =
            [&row.period, &row.channel, &row.unit, &row.service, &row.measure].map(String::clone).into();
        cells.push(known(row.value));
        cells.push(row.denominator.map_or_else(String::new, |of| of.to_string()));
        if has_intervals {
            let interval = row.low.zip(row.high).map(|(low, high)| format!("{low:.2}–{high:.2}"));
            cells.push(interval.unwrap_or_default());
        }
        cells.extend([row.state.to_string(), row.basis.to_string()]);
        if has_labels {
            cells.push(row.label.as_ref().map_or_else(String::new, ToString::to_string));
        }
        if let Some(before) = &row.year_ago {
            cells.extend([known(before.value), row.change(dimension)]);
        }
        readings.add_row(cells);
    }
    let behind = columns.len() - 1;
    let right = if has_years { vec![5, 6, behind - 1, behind] } else { vec![5, 6] };
    writeln!(out, "{}", table::finish(readings, &right))
}

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 15] = [
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
    "label",
];

/// The columns of the year before, behind those.
const YEAR_AGO: [&str; 5] =
    ["year_ago_period", "year_ago_value", "year_ago_numerator", "year_ago_denominator", "year_ago_state"];
