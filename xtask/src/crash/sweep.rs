//! Ending a step at every named point, every time that it is passed.

use jono_ledger::fault;

use super::{Tally, scenario::Scenario, trial::Trial};

/// Up to here every time is swept; beyond, every half as many more.
const EVERY: u64 = 12;

#[derive(Debug, Default)]
pub(super) struct Swept {
    pub(super) tally: Tally,
    /// The points that were passed at all.
    pub(super) passed: Vec<&'static str>,
    /// Those that were passed too often to sweep every time.
    pub(super) sampled: Vec<(&'static str, u64)>,
}

pub(super) fn all(scenario: &Scenario) -> anyhow::Result<Swept> {
    let mut swept = Swept::default();
    for point in fault::POINTS {
        let mut nth = 1;
        loop {
            let trial = Trial::new(scenario, &format!("{point}-{nth}"))?;
            let ended = trial.ended_by(&format!("{point}:{nth}"))?;
            swept.tally.runs += 1;
            if !ended {
                // It was not passed so often, and this run was one more that nothing interrupted.
                swept.tally.wrong.extend(trial.judge(&format!("never at {point}, the {nth}. time"))?);
                swept.tally.dumps += 1;
                swept.tally.runs += 1;
                break;
            }
            swept.tally.wrong.extend(trial.judge(&format!("at {point}, the {nth}. time"))?);
            swept.tally.ended += 1;
            swept.tally.runs += 1;
            swept.tally.dumps += 1;
            if nth == 1 {
                swept.passed.push(point);
            }
            if nth == EVERY {
                swept.sampled.push((point, EVERY));
            }
            nth = if nth < EVERY { nth + 1 } else { nth + nth / 2 };
        }
    }
    Ok(swept)
}
