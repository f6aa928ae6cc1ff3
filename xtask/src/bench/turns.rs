//! Candidates at the same work, in turn, round after round: what slows the machine for a while slows all of them.

use anyhow::{Context, ensure};

use super::{spread::Spread, totals::Totals};

/// What a run took, and what it found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Wall time.
    pub(crate) seconds: f64,
    /// User and system time of all threads; in steps of 10 ms where the kernel tells it.
    pub(crate) processor_seconds: Option<f64>,
    /// The most memory that the process ever held.
    pub(crate) peak_kib: Option<u64>,
    pub(crate) totals: Totals,
}

/// One who does the work.
pub(crate) struct Candidate<'a> {
    pub(crate) name: String,
    run: Box<dyn FnMut() -> anyhow::Result<Run> + 'a>,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(name: impl Into<String>, run: impl FnMut() -> anyhow::Result<Run> + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// One who has done it, a run for each round.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) runs: Vec<Run>,
}

impl Measured {
    fn spread(&self, figure: impl Fn(&Run) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.runs.iter().filter_map(figure))
    }

    pub(crate) fn seconds(&self) -> Option<Spread> {
        self.spread(|run| Some(run.seconds))
    }

    pub(crate) fn processor_seconds(&self) -> Option<Spread> {
        self.spread(|run| run.processor_seconds)
    }

    pub(crate) fn peak_mib(&self) -> Option<Spread> {
        self.spread(|run| run.peak_kib.map(|kib| kib as f64 / 1024.0))
    }

    /// How many times as long as another it took, round by round.
    pub(crate) fn times(&self, other: &Self) -> Option<Spread> {
        let rounds = self.runs.iter().zip(&other.runs);
        Spread::of(rounds.map(|(run, other)| run.seconds / other.seconds))
    }
}

/// Runs each once a round; fails if any run's totals are not those of the first of its round.
pub(crate) fn in_turn(
    work: &str,
    rounds: usize,
    mut candidates: Vec<Candidate<'_>>,
) -> anyhow::Result<Vec<Measured>> {
    let mut measured: Vec<_> = candidates
        .iter()
        .map(|candidate| Measured { name: candidate.name.clone(), runs: Vec::new() })
        .collect();
    let rounds = rounds.max(1);
    for round in 1..=rounds {
        let mut first: Option<(String, Totals)> = None;
        for (candidate, measured) in candidates.iter_mut().zip(&mut measured) {
            let name = &candidate.name;
            let run = (candidate.run)().with_context(|| format!("{work}: {name}"))?;
            eprintln!("{work}: {name}, {round} of {rounds}: {:.3} s", run.seconds);
            let (of, expected) = first.get_or_insert_with(|| (name.clone(), run.totals.clone()));
            let differences = expected.differences(&run.totals);
            ensure!(differences.is_empty(), "{work}: {of} and {name} differ: {}", differences.join("; "));
            measured.runs.push(run);
        }
    }
    Ok(measured)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate<const N: usize>(name: &str, seconds: [f64; N], arrivals: u64) -> Candidate<'static> {
        let mut seconds = seconds.into_iter();
        Candidate::new(name, move || {
            let seconds = seconds.next().context("no round is left")?;
            Ok(Run { seconds, totals: [("arrivals", arrivals)].into(), ..Run::default() })
        })
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let candidates = vec![candidate("fast", [1.0, 2.0], 7), candidate("slow", [3.0, 8.0], 7)];
        let measured = in_turn("counting", 2, candidates).unwrap();
        insta::assert_snapshot!(measured[1].times(&measured[0]).unwrap(), @"4.00 (3.00–4.00)");
        insta::assert_snapshot!(measured[0].seconds().unwrap(), @"2.00 (1.00–2.00)");
    }

    #[test]
    fn who_counts_otherwise_is_told() {
        let candidates = vec![candidate("one", [1.0], 7), candidate("other", [1.0], 8)];
        let refused = in_turn("counting", 1, candidates).unwrap_err();
        insta::assert_snapshot!(refused, @"counting: one and other differ: arrivals 7 and 8");
    }
}
