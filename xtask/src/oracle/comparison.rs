//! One question, asked of both, by one grain, of every queue or of all together.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
};

use anyhow::Context;
use jono_domain::period::Grain;
use serde_json::Value;

use super::{
    awk::{Awk, Figures},
    question::Question,
    setting::{Promise, Setting},
};
use crate::jono::Jono;

/// What is compared.
#[derive(Debug)]
pub(super) struct Comparison {
    pub(super) question: Question,
    pub(super) grain: Grain,
    /// All queues as one, instead of each.
    pooled: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) rows: usize,
    pub(super) differing: usize,
    /// Where awk saw anything.
    pub(super) periods: BTreeSet<String>,
    /// The first differences, in full.
    pub(super) first: Vec<String>,
}

/// What all queues together are called.
const ALL: &str = "all";
/// How many differences are told of one comparison.
const TOLD: usize = 5;
/// What is also compared hour by hour: some of every kind, since a year has many hours.
const HOURLY: [&str; 8] = [
    "arrivals",
    "contacts",
    "abandoned",
    "handled",
    "wait_mean",
    "wait_p50",
    "queued_wait_p90",
    "handling_p90",
];

impl Comparison {
    /// The columns of the table.
    pub(super) const COLUMNS: [&str; 4] = ["weeks", "weeks, pooled", "days", "hours"];

    pub(super) fn column(&self) -> &'static str {
        let [weeks, pooled, days, hours] = Self::COLUMNS;
        match self.grain {
            Grain::Hour => hours,
            Grain::Day => days,
            _ if self.pooled => pooled,
            _ => weeks,
        }
    }

    /// Everything, in the order of the table.
    pub(super) fn all(
        jono: &Jono,
        awk: &Awk,
        setting: &Setting,
        dir: &Path,
    ) -> anyhow::Result<Vec<(Self, Found)>> {
        let opinion = Opinion::new(awk, setting, dir)?;
        let mut asked = Vec::new();
        for question in Question::all() {
            let one = |grain, pooled| Self { question: question.clone(), grain, pooled };
            asked.extend([one(Grain::Week, false), one(Grain::Week, true)]);
            if !question.on_promise {
                asked.push(one(Grain::Day, false));
            }
            if HOURLY.contains(&question.name.as_str()) {
                asked.push(one(Grain::Hour, false));
            }
        }
        in_parallel(asked, |comparison| comparison.compare(jono, &opinion, setting))
    }

    fn compare(&self, jono: &Jono, opinion: &Opinion, setting: &Setting) -> anyhow::Result<Found> {
        let figures = opinion.of(self);
        let (first, last) = figures.span()?;
        // Hours are asked for by their days.
        let (first, last) = match self.grain {
            Grain::Hour => opinion.days.span()?,
            _ => (first, last),
        };
        let period = format!("{first}..{last}");
        let mut arguments =
            vec!["--measure", &self.question.measure, "--period", &period, "--by", self.grain.as_str()];
        if let Some(formula) = self.question.formula {
            arguments.extend(["--formula", formula]);
        }
        if self.pooled {
            arguments.extend(["--channel", ALL, "--unit", ALL, "--service", ALL]);
        }
        let rows = jono.readings(&arguments)?;
        let mut missing: BTreeSet<_> = figures.keys().collect();
        let mut found = Found {
            periods: figures.keys().map(|(period, _)| period.to_owned()).collect(),
            ..Found::default()
        };
        for row in &rows {
            self.compare_row(row, figures, setting, &mut missing, &mut found)?;
        }
        for (period, queue) in missing {
            found.differs(format!("{period} {queue}: jono has no such row"));
        }
        Ok(found)
    }

    fn compare_row<'a>(
        &self,
        row: &'a Value,
        figures: &Figures,
        setting: &'a Setting,
        missing: &mut BTreeSet<(&'a str, &'a str)>,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        let text = |key: &str| row[key].as_str().with_context(|| format!("a row without {key}"));
        let (period, unit, service) = (text("period")?, text("unit")?, text("service")?);
        let queue = if self.pooled { Some(ALL) } else { setting.queue(unit, service) };
        found.rows += 1;
        let Some(queue) = queue else {
            found.differs(format!("{period}: no queue is counted under {unit} and {service}"));
            return Ok(());
        };
        let counted = missing.remove(&(period, queue));
        // Before the first event and after the last one nothing is known, which is not zero.
        let (first, last) = figures.span()?;
        if !counted && !(first..=last).contains(&period) && row["value"].is_null() {
            return Ok(());
        }
        if let Some(difference) = self.question.difference(figures, period, queue, row) {
            found.differs(difference);
        }
        Ok(())
    }
}

impl Found {
    fn differs(&mut self, difference: String) {
        self.differing += 1;
        if self.first.len() < TOLD {
            self.first.push(difference);
        }
    }
}

/// All that awk has to say.
struct Opinion {
    weeks: Figures,
    /// The sums over queues.
    added_up: Figures,
    /// Of a log in which all queues have one name: their percentiles do not add up.
    pooled: Figures,
    days: Figures,
    hours: Figures,
}

impl Opinion {
    fn new(awk: &Awk, setting: &Setting, dir: &Path) -> anyhow::Result<Self> {
        let pooled = dir.join("pooled");
        let log = fs::read(awk.log()?).context("cannot read the log")?;
        fs::write(&pooled, with_one_queue(&log)).context("cannot write the pooled log")?;
        let pooled = awk.reading(&pooled);
        // Awk knows one promise at a time.
        let promises: BTreeSet<_> = setting.places().map(|(_, place)| place.promise).collect();
        let mut asked: Vec<_> = promises.iter().map(|&promise| (awk, Grain::Week, promise)).collect();
        asked.push((&pooled, Grain::Week, Promise::DEFAULT));
        asked.push((awk, Grain::Day, Promise::DEFAULT));
        asked.push((awk, Grain::Hour, Promise::DEFAULT));
        let mut answers: Vec<_> = in_parallel(asked, |(awk, grain, promise)| awk.figures(*grain, *promise))?
            .into_iter()
            .map(|(_, figures)| figures)
            .collect();
        let rest = answers.split_off(promises.len());
        let mut weeks = Figures::default();
        for (queue, place) in setting.places() {
            let by_promise = promises.iter().zip(&answers).find(|(promise, _)| **promise == place.promise);
            weeks.take(by_promise.expect("every promise was asked for").1, queue);
        }
        let [pooled, days, hours] = <[Figures; 3]>::try_from(rest).expect("three more were asked for");
        Ok(Self { added_up: weeks.added_up(ALL), weeks, pooled, days, hours })
    }

    fn of(&self, comparison: &Comparison) -> &Figures {
        match comparison.grain {
            Grain::Hour => &self.hours,
            Grain::Day => &self.days,
            _ if !comparison.pooled => &self.weeks,
            // What is promised differs from queue to queue, so only sums of each can be right.
            _ if comparison.question.adds_up => &self.added_up,
            _ => &self.pooled,
        }
    }
}

/// The log with one name in place of every queue's; lines that belong to none stay as they are.
fn with_one_queue(log: &[u8]) -> Vec<u8> {
    let mut pooled = Vec::with_capacity(log.len());
    for line in log.split_inclusive(|&byte| byte == b'\n') {
        let mut fields = line.split(|&byte| byte == b'|');
        let (at, call, queue) = (fields.next(), fields.next(), fields.next());
        match (at, call, queue) {
            (Some(at), Some(call), Some(queue))
                if !matches!(queue, b"" | b"NONE") && fields.next().is_some() =>
            {
                let before = at.len() + call.len() + 2;
                pooled.extend_from_slice(&line[..before]);
                pooled.extend_from_slice(ALL.as_bytes());
                pooled.extend_from_slice(&line[before + queue.len()..]);
            }
            _ => pooled.extend_from_slice(line),
        }
    }
    pooled
}

/// Does everything, as many at a time as there are cores, and keeps the order.
fn in_parallel<T: Send, R: Send>(
    tasks: Vec<T>,
    work: impl Fn(&T) -> anyhow::Result<R> + Sync,
) -> anyhow::Result<Vec<(T, R)>> {
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let cores = thread::available_parallelism().map_or(1, Into::into);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((place, task)) = next else { return anyhow::Ok(done) };
            let result = work(&task)?;
            done.push((place, task, result));
        }
    };
    let mut done = Vec::new();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            done.extend(worker.join().expect("a worker does not panic")?);
        }
        anyhow::Ok(())
    })?;
    done.sort_unstable_by_key(|(place, ..)| *place);
    Ok(done.into_iter().map(|(_, task, result)| (task, result)).collect())
}
