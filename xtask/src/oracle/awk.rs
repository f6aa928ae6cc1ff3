//! What `queue_log.awk` counts of a log.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use jono_domain::period::Grain;

use super::{ZONE, setting::Promise};
use crate::workspace;

/// Awk, about to read one log.
#[derive(Debug, Clone)]
pub(super) struct Awk {
    script: PathBuf,
    log: PathBuf,
}

/// Lines by what became of them.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) all: u64,
    pub(super) events: u64,
    pub(super) rejects: u64,
    pub(super) ignored: u64,
}

/// The figures of every period and queue that had any.
#[derive(Debug, Default)]
pub(super) struct Figures {
    columns: Vec<String>,
    rows: BTreeMap<(String, String), Vec<u64>>,
}

impl Awk {
    pub(super) fn new(log: &Path) -> anyhow::Result<Self> {
        let script = workspace::root().join("xtask/src/oracle/queue_log.awk");
        ensure!(script.exists(), "{} is missing", script.display());
        Ok(Self { script, log: log.to_owned() })
    }

    /// The log as an argument.
    pub(super) fn log(&self) -> anyhow::Result<&str> {
        self.log.to_str().with_context(|| format!("{} is no text", self.log.display()))
    }

    /// The same awk, reading another log.
    pub(super) fn reading(&self, log: &Path) -> Self {
        Self { script: self.script.clone(), log: log.to_owned() }
    }

    /// The output with these variables set.
    pub(super) fn csv(&self, variables: &[String]) -> anyhow::Result<String> {
        let mut awk = Command::new("awk");
        // A log may hold bytes that are no text.
        awk.env("LC_ALL", "C").env("TZ", ZONE).arg("-f").arg(&self.script);
        variables.iter().for_each(|variable| {
            awk.args(["-v", variable]);
        });
        let output = awk.arg(&self.log).output().context("cannot run awk")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "awk failed: {}", errors.trim());
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(super) fn lines(&self) -> anyhow::Result<Lines> {
        let csv = self.csv(&["report=lines".to_owned()])?;
        let counts = csv.lines().nth(1).context("awk counted no lines")?.split(',').map(str::parse);
        match counts.collect::<Result<Vec<_>, _>>()?.as_slice() {
            &[all, events, rejects, ignored] => Ok(Lines { all, events, rejects, ignored }),
            other => anyhow::bail!("awk counted {} kinds of lines, not four", other.len()),
        }
    }

    /// Every queue that anything is counted of.
    pub(super) fn queues(&self) -> anyhow::Result<BTreeSet<String>> {
        let all = Figures::parse(&self.csv(&["by=all".to_owned()])?)?;
        Ok(all.rows.into_keys().map(|(_, queue)| queue).collect())
    }

    pub(super) fn figures(&self, by: Grain, promise: Promise) -> anyhow::Result<Figures> {
        let Promise { within, short } = promise;
        Figures::parse(&self.csv(&[format!("by={by}"), format!("T={within}"), format!("S={short}")])?)
    }
}

impl Figures {
    fn parse(csv: &str) -> anyhow::Result<Self> {
        let mut lines = csv.lines();
        let header = lines.next().context("awk printed nothing")?;
        let columns: Vec<_> = header.split(',').skip(2).map(str::to_owned).collect();
        let mut rows = BTreeMap::new();
        for line in lines {
            let (period, rest) = line.split_once(',').context("a row without a queue")?;
            // A queue's name may have commas; the figures have none.
            let mut fields: Vec<_> = rest.rsplitn(columns.len() + 1, ',').collect();
            fields.reverse();
            let [queue, figures @ ..] = fields.as_slice() else { continue };
            ensure!(figures.len() == columns.len(), "awk printed a row of another length: {line}");
            // A percentile of nobody is empty. How many there were stands beside it, and is zero.
            let figures = figures.iter().map(|figure| if figure.is_empty() { Ok(0) } else { figure.parse() });
            let figures =
                figures.collect::<Result<_, _>>().with_context(|| format!("not all numbers: {line}"))?;
            rows.insert((period.to_owned(), (*queue).to_owned()), figures);
        }
        Ok(Self { columns, rows })
    }

    /// A figure; zero where awk saw nothing.
    pub(super) fn get(&self, period: &str, queue: &str, column: &str) -> u64 {
        let place = self.columns.iter().position(|name| name == column).expect("awk has such a column");
        self.rows.get(&(period.to_owned(), queue.to_owned())).map_or(0, |row| row[place])
    }

    /// Takes the rows of one queue from other figures.
    pub(super) fn take(&mut self, other: &Self, queue: &str) {
        self.columns.clone_from(&other.columns);
        let of_queue = other.rows.iter().filter(|((_, of), _)| of == queue);
        self.rows.extend(of_queue.map(|(key, row)| (key.clone(), row.clone())));
    }

    /// All queues as one of that name. Counts and sums add up; what does not is not to be asked for.
    pub(super) fn added_up(&self, queue: &str) -> Self {
        let mut rows = BTreeMap::<_, Vec<u64>>::new();
        for ((period, _), row) in &self.rows {
            let sum =
                rows.entry((period.clone(), queue.to_owned())).or_insert_with(|| vec![0; self.columns.len()]);
            sum.iter_mut().zip(row).for_each(|(sum, figure)| *sum += figure);
        }
        Self { columns: self.columns.clone(), rows }
    }

    /// Periods and queues that had anything.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows.keys().map(|(period, queue)| (period.as_str(), queue.as_str()))
    }

    /// The first and the last period that had anything.
    pub(super) fn span(&self) -> anyhow::Result<(&str, &str)> {
        let periods = || self.rows.keys().map(|(period, _)| period.as_str());
        periods().next().zip(periods().next_back()).context("the log holds nothing to count")
    }
}
