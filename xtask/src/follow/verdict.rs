//! Holds what was counted while the log was followed against what a fresh ledger counts of all that was written.

use std::{fs, ops::RangeInclusive, path::Path, time::Duration};

use anyhow::{Context, bail};
use jiff::civil::Date;
use jono_domain::Outcome;
use jono_ledger::Extent;
use serde_json::Value;

use super::watch::{self, Pages};
use crate::{
    jono::{Jono, Started, start_serving},
    ledger, wait,
};

/// Everything that is asked of both ledgers, hour by hour.
const MEASURES: [&str; 8] = [
    "arrivals",
    "contacts",
    "handled",
    "short",
    "wait_mean",
    "queued_wait_mean",
    "handling_mean",
    "service_level",
];
/// How many differences are told of each comparison.
const TOLD: usize = 5;

/// What came of the comparison.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// How many figures were held against each other.
    pub(super) compared: u64,
    /// What is wrong; nothing, if all is well.
    pub(super) wrong: Vec<String>,
}

/// Counts everything that was written, and compares. `page` is what was shown when it had been followed to its end.
pub(super) fn judge(
    followed: &Jono,
    binary: &Path,
    dir: &Path,
    page: &str,
    days: RangeInclusive<Date>,
) -> anyhow::Result<Verdict> {
    let all = Jono::new(binary, &dir.join("jono.toml"), &dir.join("all.ledger"));
    let mut verdict = Verdict::default();
    let expected = counters(&all, dir, page)?;
    verdict.compare("/metrics", &watch::counts(page), &expected);
    let totals = |jono: &Jono| {
        let dump = ledger::dump(jono.ledger(), Extent::Facts)?;
        let (_, totals) = dump.split_once("\ntotals\n").context("a dump has totals")?;
        anyhow::Ok(totals.to_owned())
    };
    let (mut found, mut expected) = (totals(followed)?, totals(&all)?);
    verdict.unit_contacts(take_unit_contacts(&mut found)?, take_unit_contacts(&mut expected)?);
    verdict.compare("the totals of the ledger", &found, &expected);
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    for measure in MEASURES.into_iter().chain(outcomes) {
        let period = format!("{}..{}", days.start(), days.end());
        let rows = |jono: &Jono| {
            let rows = jono.readings(&["--measure", measure, "--period", &period, "--by", "hour"])?;
            anyhow::Ok(rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"))
        };
        verdict.compare(&format!("{measure} by hour"), &rows(followed)?, &rows(&all)?);
    }
    for gauge in ["jono_source_gaps_total", "jono_source_behind_bytes"] {
        verdict.insist(watch::value(page, gauge, "") == 0, || format!("{gauge} is not 0 in the end"));
    }
    verdict
        .insist(watch::value(page, "jono_source_up", "") == 1, || "the source is down in the end".to_owned());
    verdict.read_logs(dir)?;
    Ok(verdict)
}

/// Takes the numbers of unit contacts out of totals, and adds them up.
fn take_unit_contacts(totals: &mut String) -> anyhow::Result<u64> {
    let mut sum = 0;
    while let Some((before, rest)) = totals.split_once(UNIT_CONTACTS) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        sum += rest[..digits].parse::<u64>().context("unit contacts are a number")?;
        *totals = format!("{before}{}", &rest[digits..]);
    }
    Ok(sum)
}

/// How unit contacts are written in a dump.
const UNIT_CONTACTS: &str = " unit_contacts=";

/// The counters of a ledger that counts everything after they have been started, as `jono serve` shows them.
fn counters(all: &Jono, dir: &Path, page: &str) -> anyhow::Result<String> {
    let mut serve = all.command("serve");
    let serving = match start_serving(serve.arg("--no-follow"), &dir.join("serve-all.log"))? {
        Started::Listening(serving) => serving,
        Started::Ended { status, said } => bail!("jono serve ended with {status}:\n{said}"),
    };
    let file = dir.join("all");
    all.ingest(&[file.to_str().context("the folder's path is no text")?])?;
    let (pages, found) = (Pages::new(), watch::counts(page));
    let mut expected = String::new();
    // It sees the commits of others within moments. What stays different is told.
    let equal = wait::until("the counters", Duration::from_secs(5), || {
        expected = watch::counts(&pages.get(serving.address)?);
        Ok((expected == found).then_some(()))
    });
    if equal.is_err() {
        expected = watch::counts(&pages.get(serving.address)?);
    }
    serving.stop()?;
    Ok(expected)
}

impl Verdict {
    /// Compares texts of one figure a line.
    fn compare(&mut self, what: &str, found: &str, expected: &str) {
        self.compared += expected.lines().count() as u64;
        self.insist(!expected.is_empty(), || format!("{what}: there is nothing to compare"));
        let (found, expected): (Vec<_>, Vec<_>) = (found.lines().collect(), expected.lines().collect());
        let pairs = (0..found.len().max(expected.len())).map(|row| (found.get(row), expected.get(row)));
        let different: Vec<_> = pairs.filter(|(found, expected)| found != expected).collect();
        self.insist(different.is_empty(), || format!("{what}: {} rows differ", different.len()));
        for (found, expected) in different.iter().take(TOLD) {
            let told = |row: Option<&&str>| row.map_or("nothing", |row| *row).to_owned();
            self.wrong.push(format!("  found    {}\n  expected {}", told(*found), told(*expected)));
        }
    }

    /// A call is known again within one document, so one that enters before a rotation and after it is one contact
    /// more than where the log was never rotated. Few do, and none is ever missing.
    fn unit_contacts(&mut self, found: u64, expected: u64) {
        self.compared += 1;
        let is_near = (expected..=expected + expected / 1000).contains(&found);
        self.insist(expected > 0 && is_near, || format!("unit contacts: {found}, expected {expected}"));
    }

    fn insist(&mut self, holds: bool, wrong: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(wrong());
        }
    }

    /// Nothing in the logs of `jono serve` may be an error, nor tell of a document that was refused.
    fn read_logs(&mut self, dir: &Path) -> anyhow::Result<()> {
        for file in fs::read_dir(dir)? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            if !name.starts_with("serve-") {
                continue;
            }
            // A process that is killed may leave half a line.
            let log = String::from_utf8_lossy(&fs::read(file.path())?).into_owned();
            let bad = log
                .lines()
                .filter(|line| line.contains("\"level\":\"ERROR\"") || line.contains("begins like"));
            self.wrong.extend(bad.take(TOLD).map(|line| format!("{name}: {line}")));
        }
        Ok(())
    }
}
