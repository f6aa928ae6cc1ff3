//! Killing processes at random moments.

use std::{os::unix::process::ExitStatusExt, process::Child, thread, time::Duration};

use anyhow::{Context, bail, ensure};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{
    Tally, facts,
    scenario::{Scenario, Step},
    trial::Trial,
};

/// The signal of `Child::kill`, the same everywhere.
const KILLED: i32 = 9;
/// How many are killed at most before one is let finish.
const ROW: u64 = 3;
/// How often a process may be done before it is killed, until the moments are not what they should be.
const MISSES: u64 = 50;

/// Who is there when a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Nobody else; its successors may be killed, too.
    Alone,
    /// Another process that counts the same file, and must bring it to its end.
    BesideAnother,
}

impl Way {
    /// The ways that make sense of a scenario.
    pub(super) fn of(scenario: &Scenario) -> Vec<(&Scenario, Self)> {
        match scenario.step {
            Step::Serve => Vec::new(),
            // A small table is counted between two moments; where it can be ended has been swept.
            Step::Ingest { .. } if scenario.source != facts::LOG => Vec::new(),
            Step::Ingest { .. } => [Self::Alone, Self::BesideAnother].map(|way| (scenario, way)).into(),
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Alone => "killed",
            Self::BesideAnother => "killed beside another",
        }
    }
}

/// Kills so many processes. One that was done before it was killed does not count, but what it left is compared.
pub(super) fn all(scenario: &Scenario, way: Way, kills: u64, seed: u64) -> anyhow::Result<Tally> {
    let Step::Ingest { replace } = scenario.step else { return Ok(Tally::default()) };
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut tally = Tally::default();
    while tally.ended < kills {
        ensure!(
            tally.dumps < MISSES * kills,
            "{}: hardly any process is slow enough to be killed",
            scenario.name
        );
        let trial = Trial::new(scenario, &format!("kill-{way:?}-{}", tally.dumps))?;
        tally.dumps += 1;
        let wrong = match way {
            Way::Alone => {
                let row = (1 + chance.next_u64() % ROW).min(kills - tally.ended);
                alone(trial, replace, row, &mut chance, &mut tally)?
            }
            Way::BesideAnother => beside_another(trial, replace, &mut chance, &mut tally)?,
        };
        tally.wrong.extend(wrong);
    }
    Ok(tally)
}

/// Kills up to so many in a row, then lets one finish.
fn alone(
    trial: Trial<'_>,
    replace: bool,
    row: u64,
    chance: &mut impl Rng,
    tally: &mut Tally,
) -> anyhow::Result<Option<String>> {
    let mut moments = Vec::new();
    for _ in 0..row {
        let mut process = trial.ingest(replace).spawn().context("cannot run jono")?;
        tally.runs += 1;
        let moment = moment(&trial, chance);
        thread::sleep(moment);
        if !kill(&mut process)? {
            // Nothing is left to be done, so nobody after it could be killed in the middle of anything.
            break;
        }
        tally.ended += 1;
        moments.push(format!("{:.1}", moment.as_secs_f64() * 1e3));
    }
    tally.runs += 1;
    trial.judge(&format!("after [{}] ms", moments.join(", ")))
}

/// Kills one of two. What the other leaves must be the whole: nobody comes after it.
fn beside_another(
    trial: Trial<'_>,
    replace: bool,
    chance: &mut impl Rng,
    tally: &mut Tally,
) -> anyhow::Result<Option<String>> {
    let start = || trial.ingest(replace).spawn().context("cannot run jono");
    let (mut first, mut second) = (start()?, start()?);
    tally.runs += 2;
    let moment = moment(&trial, chance);
    let (killed, other) = if chance.next_u64().is_multiple_of(2) {
        (&mut first, &mut second)
    } else {
        (&mut second, &mut first)
    };
    thread::sleep(moment);
    let killed = kill(killed);
    // Whatever became of the one, the other is waited for.
    let status = other.wait()?;
    tally.ended += u64::from(killed?);
    trial.judge_left_by_another(status, &format!("beside another after {:.1} ms", moment.as_secs_f64() * 1e3))
}

/// Any moment of an uninterrupted run is as likely as any other.
fn moment(trial: &Trial<'_>, chance: &mut impl Rng) -> Duration {
    let lasts = trial.lasts().as_micros() as u64;
    Duration::from_micros(chance.next_u64() % lasts.max(1))
}

/// Whether it was killed, instead of being done before. One that failed by itself is an error.
fn kill(process: &mut Child) -> anyhow::Result<bool> {
    process.kill()?;
    let status = process.wait()?;
    match status.signal() {
        Some(KILLED) => Ok(true),
        _ if status.success() => Ok(false),
        _ => bail!("before it was killed, jono ended with {status}"),
    }
}
