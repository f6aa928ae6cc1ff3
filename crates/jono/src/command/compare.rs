//! `jono compare`: whether the scores of two survey rounds differ, or only seem to.
//!
//! A score is a mean of those who answered, so two rounds differ only if the interval of their difference excludes
//! zero, and never while one of them is provisional.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    process::ExitCode,
};

use anyhow::Context;
use jono_domain::{Measure, Period, Scores, id::ALL};
use jono_ledger::Ledger;
use serde::Serialize;

use crate::{
    Global,
    answer::{self, Format},
    clock,
    question::{Group, Pool, Question, Who},
    table,
};

/// Arguments of `jono compare`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The survey round, such as 2020-Q2; a year pools its rounds.
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// The round that it is compared with, such as 2019-Q2.
    #[arg(long, value_name = "PERIOD")]
    against: Period,
    #[command(flatten)]
    who: Who,
    /// How the answer is written.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

/// What can be said of two rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Higher,
    Lower,
    /// What differs may be chance.
    NoDifference,
    /// One of them may still change.
    Provisional,
    /// One of them has too few answers, or none.
    TooFew,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NoDifference => "no_difference",
            Self::Provisional => "provisional",
            Self::TooFew => "too_few",
        }
    }
}

/// A comparison as it is written.
#[derive(Debug, Serialize)]
struct Row {
    channel: String,
    unit: String,
    service: String,
    score: Option<f64>,
    responses: u64,
    against_score: Option<f64>,
    against_responses: u64,
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    verdict: Verdict,
}

impl Row {
    fn new((channel, unit, service): &Group, this: Pool, other: Pool) -> Self {
        let or_all = |name: Option<String>| name.unwrap_or_else(|| ALL.to_owned());
        let mean = |scores: Scores| (scores.count() > 0).then(|| scores.sum() as f64 / scores.count() as f64);
        let (score, against_score) = (mean(this.scores), mean(other.scores));
        let difference = this.scores.differs(&other.scores);
        let verdict = match difference {
            _ if this.scores.count().min(other.scores.count()) < Scores::FEWEST => Verdict::TooFew,
            _ if this.is_provisional || other.is_provisional => Verdict::Provisional,
            Some(difference) if difference.by > 0.0 => Verdict::Higher,
            Some(_) => Verdict::Lower,
            None => Verdict::NoDifference,
        };
        // The interval is told where the verdict rests on it.
        let interval = difference
            .filter(|_| matches!(verdict, Verdict::Higher | Verdict::Lower))
            .map(|difference| difference.interval);
        Self {
            channel: or_all(channel.map(|channel| channel.to_string())),
            unit: or_all(unit.as_ref().map(ToString::to_string)),
            service: or_all(service.as_ref().map(ToString::to_string)),
            score,
            responses: this.scores.count(),
            against_score,
            against_responses: other.scores.count(),
            difference: score.zip(against_score).map(|(score, against)| score - against),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
            verdict,
        }
    }
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let measure: Measure = "score".parse()?;
    let (this, other) = ledger.at_one_instant(|ledger| {
        let question = Question::new(&config, ledger, &arguments.who, measure, clock::now())?;
        let this = question.scores(ledger, arguments.period)?;
        anyhow::Ok((this, question.scores(ledger, arguments.against)?))
    })?;
    let groups: BTreeSet<_> = this.keys().chain(other.keys()).collect();
    let of = |pools: &BTreeMap<Group, Pool>, group: &Group| pools.get(group).copied().unwrap_or_default();
    let rows: Vec<_> =
        groups.into_iter().map(|group| Row::new(group, of(&this, group), of(&other, group))).collect();
    answer::write(arguments.format, &COLUMNS, &rows, |out| write_table(out, arguments, &rows))?;
    Ok(ExitCode::SUCCESS)
}

fn write_table(out: &mut dyn Write, arguments: &Arguments, rows: &[Row]) -> std::io::Result<()> {
    let Arguments { period, against, .. } = arguments;
    if rows.is_empty() {
        return writeln!(out, "Nobody answered in {period} or {against}.");
    }
    let (this, other) = (period.to_string(), against.to_string());
    let mut compared = table::new(&[
        "channel",
        "unit",
        "service",
        &this,
        "n",
        &other,
        "n",
        "difference",
        "95 % interval",
        "verdict",
    ]);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
    for row in rows {
        let interval =
            row.low.zip(row.high).map_or_else(String::new, |(low, high)| format!("{low:.2} to {high:.2}"));
        compared.add_row([
            row.channel.clone(),
            row.unit.clone(),
            row.service.clone(),
            number(row.score),
            row.responses.to_string(),
            number(row.against_score),
            row.against_responses.to_string(),
            number(row.difference),
            interval,
            row.verdict.as_str().to_owned(),
        ]);
    }
    writeln!(out, "{}", table::finish(compared, &[3, 4, 5, 6, 7]))
}

/// The columns, which are also the keys in JSON.
const COLUMNS: [&str; 11] = [
    "channel",
    "unit",
    "service",
    "score",
    "responses",
    "against_score",
    "against_responses",
    "difference",
    "low",
    "high",
    "verdict",
];
