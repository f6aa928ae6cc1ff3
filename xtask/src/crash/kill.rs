//! Killing processes at random moments.

use std::{thread, time::Duration};

use anyhow::Context;
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{
    Tally,
    scenario::{Scenario, Step},
    trial::Trial,
};

/// Who is there when a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Nobody else.
    Alone,
    /// Another process that counts the same file.
    BesideAnother,
}

impl Way {
    /// The ways that make sense of a scenario.
    pub(super) fn of(scenario: &Scenario) -> Vec<(&Scenario, Self)> {
        match scenario.step {
            Step::Serve => Vec::new(),
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

/// Kills so many processes, up to three in a row before one is let finish.
pub(super) fn all(scenario: &Scenario, way: Way, kills: u64, seed: u64) -> anyhow::Result<Tally> {
    let Step::Ingest { replace } = scenario.step else { return Ok(Tally::default()) };
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut tally = Tally::default();
    let mut left = kills;
    while left > 0 {
        let row = (1 + chance.next_u64() % 3).min(left);
        left -= row;
        let trial = Trial::new(scenario, &format!("kill-{way:?}-{left}"))?;
        let mut moments = Vec::new();
        for _ in 0..row {
            let lasts = scenario.lasts.as_micros() as u64;
            let moment = Duration::from_micros(chance.next_u64() % lasts.max(1));
            let start = || trial.ingest(replace).spawn().context("cannot run jono");
            let other = if way == Way::BesideAnother { Some(start()?) } else { None };
            let mut killed = start()?;
            thread::sleep(moment);
            killed.kill()?;
            tally.ended += u64::from(!killed.wait()?.success());
            tally.runs += 1;
            if let Some(mut other) = other {
                let status = other.wait()?;
                tally.runs += 1;
                if !status.success() {
                    tally.wrong.push(format!("{}: the other process ended with {status}", scenario.name));
                    tally.dumps += 1;
                }
            }
            moments.push(format!("{:.1}", moment.as_secs_f64() * 1e3));
        }
        tally.wrong.extend(trial.judge(&format!("after {} ms", moments.join(", ")))?);
        tally.runs += 1;
        tally.dumps += 1;
    }
    Ok(tally)
}
