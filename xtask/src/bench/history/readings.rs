//! A year by week of every queue: the first question after counting, and later ones, beside DuckDB.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::Past;
use crate::{
    bench::{
        Arguments, Setting, process,
        spread::known,
        text::markdown,
        totals::Totals,
        turns::{Candidate, Measured, Run, in_turn},
    },
    jono::Jono,
};

/// As `jono readings` takes it: the last year.
const YEAR: &str = "2023";
/// What is asked, and what DuckDB answers it by.
const MEASURES: [(&str, &str); 4] = [
    ("arrivals", "readings_arrivals.sql"),
    ("answer_rate", "readings_answer_rate.sql"),
    ("wait_mean", "readings_wait_mean.sql"),
    ("wait_p90", "readings_wait_p90.sql"),
];

pub(super) fn run(
    arguments: &Arguments,
    setting: &Setting,
    past: &[Past<'_>],
    facts: Option<&Path>,
) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for (measure, script) in MEASURES {
        let (mut firsts, mut candidates) = (Vec::new(), Vec::new());
        for past in past {
            let jono = past.copied("", measure)?;
            firsts.push(ask(&jono, measure)?.seconds * 1e3);
            candidates.push(Candidate::new(past.name, move || ask(&jono, measure)));
        }
        candidates.extend(facts.and_then(|facts| setting.peers.duckdb(script, facts)));
        let measured = in_turn(&format!("{measure} of {YEAR} by week"), arguments.rounds, candidates)?;
        for (place, one) in measured.iter().enumerate() {
            let first = firsts.get(place).map(|first| format!("{first:.0}"));
            rows.push(asked(measure, one, first, &measured[0]));
        }
    }
    let header = [
        "`jono readings`, a year by week, all series",
        "by",
        "the first question, ms",
        "later, ms",
        "peak MiB",
        "times jono's",
    ];
    println!("{}", markdown(header, &rows));
    println!("DuckDB asks a Parquet file of all calls, ordered by time.\n");
    Ok(())
}

fn asked(measure: &str, one: &Measured, first: Option<String>, jono: &Measured) -> [String; 6] {
    let later = one.seconds().map(|seconds| seconds.map(|seconds| seconds * 1e3));
    let name = one.name.clone();
    [measure.to_owned(), name, known(first), known(later), known(one.peak_mib()), known(one.times(jono))]
}

/// A question, and the sums over its answers.
fn ask(jono: &Jono, measure: &str) -> anyhow::Result<Run> {
    let mut readings = jono.command("readings");
    readings.args(["--measure", measure, "--period", YEAR, "--by", "week"]);
    let (run, told) = process::run(readings.args(["--basis", "counted", "--format", "json"]))?;
    let rows: Vec<Value> = serde_json::from_str(&told).context("the rows of jono readings are no JSON")?;
    ensure!(!rows.is_empty(), "there are no readings of {measure}");
    let sum = |key: &str| rows.iter().filter_map(|row| row[key].as_u64()).sum();
    let is_percentile = measure.ends_with("_p90");
    let totals = Totals::from([
        ("denominators", sum("denominator")),
        ("numerators", sum("numerator")),
        ("percentiles", if is_percentile { sum("value") } else { 0 }),
    ]);
    Ok(Run { totals, ..run })
}
