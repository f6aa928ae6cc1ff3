//! `jono readings`: asks the ledger a question, and writes the answers as a table, CSV or JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    ops::Range,
    process::ExitCode,
    str::FromStr,
};

use anyhow::{Context, bail};
use clap::ValueEnum;
use jono_domain::{
    Basis, Cell, Channel, Formula, Grain, Measure, Period, Reading, Scope, Series, ServiceId, State, Sum,
    UnitId, UnixSeconds, Value, Zone, id::ALL,
};
use jono_ledger::{Ledger, SeriesKey};
use serde::Serialize;

use crate::{Global, config::Config, table};

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
    /// One channel, or `all` for their sum; without it, a row for each.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<Choice<Channel>>,
    /// One unit with all beneath it, or `all` for their sum; without it, a row for each.
    #[arg(long, value_name = "UNIT")]
    unit: Option<Choice<UnitId>>,
    /// One service, or `all` for their sum; without it, a row for each.
    #[arg(long, value_name = "SERVICE")]
    service: Option<Choice<ServiceId>>,
    /// By which formula a service level is counted, instead of each service's own.
    #[arg(long, value_name = "FORMULA")]
    formula: Option<Formula>,
    /// Only readings of this basis.
    #[arg(long, value_name = "BASIS")]
    basis: Option<BasisName>,
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BasisName {
    Counted,
    Tallied,
    Published,
}

fn grain(name: &str) -> Result<Grain, String> {
    let list = || Grain::ALL.map(Grain::as_str).join(", ");
    Grain::ALL
        .into_iter()
        .find(|grain| grain.as_str() == name)
        .ok_or_else(|| format!("write one of {}", list()))
}

/// One of several, or all together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice<T> {
    All,
    One(T),
}

impl<T: FromStr> FromStr for Choice<T> {
    type Err = T::Err;
    fn from_str(name: &str) -> Result<Self, T::Err> {
        if name == ALL { Ok(Self::All) } else { name.parse().map(Self::One) }
    }
}

/// What a row speaks of; `None` is all together.
type Group = (Option<Channel>, Option<UnitId>, Option<ServiceId>);

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let mut ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let measure = match arguments.formula {
        None => arguments.measure.clone(),
        Some(formula) => arguments.measure.by_formula(formula).with_context(|| {
            format!("--formula is for service_level; {} has none", arguments.measure.name())
        })?,
    };
    let periods = match arguments.by {
        None => vec![arguments.period],
        Some(grain) => arguments.period.split(grain, &config.zone)?,
    };
    let readings = match arguments.basis {
        None | Some(BasisName::Counted) => {
            Question::new(&config, &ledger, arguments, measure)?.ask(&mut ledger, &periods)?
        }
        Some(BasisName::Tallied | BasisName::Published) => Vec::new(),
    };
    let rows = readings.iter().map(|reading| Row::new(reading, &config.zone));
    // Written at once, so that a failure is that of the output and of nothing else.
    let mut told = Vec::new();
    write(&mut told, arguments.format, rows)?;
    std::io::stdout().lock().write_all(&told)?;
    Ok(ExitCode::SUCCESS)
}

/// A question about some series.
struct Question<'a> {
    config: &'a Config,
    measure: Measure,
    /// The leaf series, each with its number in the ledger if it has one.
    leaves: BTreeMap<Series, Option<SeriesKey>>,
    channel: Option<&'a Choice<Channel>>,
    unit: Option<&'a Choice<UnitId>>,
    service: Option<&'a Choice<ServiceId>>,
    /// From the first to the last event of the sources that feed a series.
    coverage: BTreeMap<SeriesKey, Range<UnixSeconds>>,
}

impl<'a> Question<'a> {
    fn new(
        config: &'a Config,
        ledger: &Ledger,
        arguments: &'a Arguments,
        measure: Measure,
    ) -> anyhow::Result<Self> {
        let mut leaves: BTreeMap<_, _> =
            config.configured_series().into_iter().map(|series| (series, None)).collect();
        leaves.extend(ledger.series()?.into_iter().map(|(key, series)| (series, Some(key))));
        let question = Self {
            config,
            measure,
            leaves,
            channel: arguments.channel.as_ref(),
            unit: arguments.unit.as_ref(),
            service: arguments.service.as_ref(),
            coverage: ledger.coverage()?,
        };
        question.check_names()?;
        Ok(question)
    }

    /// A name that neither the configuration nor the ledger has is a mistake, not an empty answer.
    fn check_names(&self) -> anyhow::Result<()> {
        if let Some(Choice::One(unit)) = self.unit
            && !self.config.units.contains(unit)
            && self.leaves.keys().all(|series| series.unit != *unit)
        {
            let configured = self.config.units.entries().map(|entry| entry.id.as_str());
            let counted = self.leaves.keys().map(|series| series.unit.as_str());
            bail!("no unit is called {unit}; the units are: {}", list(configured.chain(counted)));
        }
        if let Some(Choice::One(service)) = self.service
            && self.leaves.keys().all(|series| series.service != *service)
        {
            let known = self.leaves.keys().map(|series| series.service.as_str());
            bail!("no service is called {service}; the services are: {}", list(known));
        }
        Ok(())
    }

    fn ask(&self, ledger: &mut Ledger, periods: &[Period]) -> anyhow::Result<Vec<Reading>> {
        let mut readings = Vec::new();
        for &period in periods {
            let mut groups = BTreeMap::<Group, Gathered>::new();
            // Where the tree changes within the period, each part follows the tree of its own days.
            for part in self.parts(period) {
                let members = self.members(part.first());
                let wanted =
                    members.iter().filter_map(|(_, series)| self.leaves[*series]).collect::<BTreeSet<_>>();
                let cells = ledger.cells(part, &wanted)?;
                for (group, series) in members {
                    let gathered = groups.entry(group).or_default();
                    self.gather(series, part, &cells, gathered);
                }
            }
            let period_readings =
                groups.into_iter().map(|(group, gathered)| self.reading(period, group, &gathered));
            readings.extend(period_readings);
        }
        Ok(readings)
    }

    fn parts(&self, period: Period) -> Vec<Period> {
        let changes = match self.unit {
            Some(Choice::One(_)) => self.config.units.changes(period.first(), period.last()),
            Some(Choice::All) | None => BTreeSet::new(),
        };
        if changes.is_empty() {
            return vec![period];
        }
        let starts = std::iter::once(period.first()).chain(changes.iter().copied());
        let ends = changes.iter().filter_map(|day| day.yesterday().ok()).chain([period.last()]);
        starts.zip(ends).filter_map(|(first, last)| Period::days(first, last)).collect()
    }

    /// The leaf series that the rows are made of on a day, each with its row.
    fn members(&self, day: jiff::civil::Date) -> Vec<(Group, &Series)> {
        let under = match self.unit {
            Some(Choice::One(unit)) => Some(self.config.units.parts(unit, Scope::Total, day)),
            Some(Choice::All) | None => None,
        };
        let is = |series: &Series| {
            !matches!(self.channel, Some(Choice::One(channel)) if *channel != series.channel)
                && !matches!(self.service, Some(Choice::One(service)) if *service != series.service)
                && under.as_ref().is_none_or(|units| units.contains(&series.unit))
        };
        let members = self.leaves.keys().filter(|series| is(series));
        members.map(|series| (self.group(series), series)).collect()
    }

    fn group(&self, series: &Series) -> Group {
        fn label<T: Clone>(choice: Option<&Choice<T>>, own: &T) -> Option<T> {
            match choice {
                None => Some(own.clone()),
                Some(Choice::All) => None,
                Some(Choice::One(named)) => Some(named.clone()),
            }
        }
        (
            label(self.channel, &series.channel),
            label(self.unit, &series.unit),
            label(self.service, &series.service),
        )
    }

    fn gather(
        &self,
        series: &Series,
        part: Period,
        cells: &BTreeMap<SeriesKey, Cell>,
        gathered: &mut Gathered,
    ) {
        let Some(key) = self.leaves[series] else { return };
        let bounds = part.bounds(&self.config.zone);
        let covered = self.coverage.get(&key);
        gathered.covered |=
            covered.is_some_and(|events| events.start < bounds.end && bounds.start < events.end);
        if let Some(cell) = cells.get(&key) {
            self.measure.add(cell, self.config.service(&series.service), &mut gathered.sum);
        }
    }

    fn reading(&self, period: Period, (channel, unit, service): Group, gathered: &Gathered) -> Reading {
        let value = self.measure.value(&gathered.sum).filter(|_| gathered.covered);
        let state = if value.is_some() { State::Provisional } else { State::Unavailable };
        Reading {
            period,
            channel,
            unit,
            service,
            measure: self.measure.clone(),
            value,
            state,
            basis: Basis::Counted,
        }
    }
}

/// What was gathered for one row.
#[derive(Default)]
struct Gathered {
    sum: Sum,
    /// Whether any of its sources reported in the period.
    covered: bool,
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
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
            Value::Seconds { seconds, .. } => Self::Whole(seconds.into()),
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
            state: reading.state,
            basis: reading.basis,
        }
    }
}

fn write(out: &mut dyn Write, format: Format, rows: impl Iterator<Item = Row>) -> anyhow::Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &rows.collect::<Vec<_>>())?;
            writeln!(out)?;
        }
        Format::Csv => {
            let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(out);
            csv.write_record(COLUMNS)?;
            for row in rows {
                csv.serialize(row)?;
            }
            csv.flush()?;
        }
        Format::Table => {
            let mut readings =
                table::new(&["period", "channel", "unit", "service", "measure", "value", "of", "state"]);
            for row in rows {
                let value = match row.value {
                    None => "–".to_owned(),
                    Some(Number::Whole(count)) => count.to_string(),
                    Some(Number::Fraction(value)) => format!("{value:.4}"),
                };
                let of = row.denominator.map_or_else(String::new, |of| of.to_string());
                let state = row.state.to_string();
                readings.add_row([
                    row.period,
                    row.channel,
                    row.unit,
                    row.service,
                    row.measure,
                    value,
                    of,
                    state,
                ]);
            }
            writeln!(out, "{}", table::finish(readings, &[5, 6]))?;
        }
    }
    Ok(())
}

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 12] = [
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
    "state",
    "basis",
];
