//! What is done to a ledger while processes are ended: each begins with a ledger that is ready, and ends with a step.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use jono_ledger::Extent;

use super::{facts, trial::Trial};
use crate::{jono::Jono, ledger, sample};

/// The step that is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Count the document.
    Ingest {
        /// Whether it takes the place of what was counted.
        replace: bool,
    },
    /// Start the counters.
    Serve,
}

/// A ledger to begin with, a step, and what must come of it.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) step: Step,
    pub(super) binary: PathBuf,
    /// Holds the configuration, the document, and a folder for each ledger.
    pub(super) dir: PathBuf,
    pub(super) batch_mib: String,
    /// The source whose document it is.
    pub(super) source: &'static str,
    /// What the dump must tell.
    told: &'static str,
    /// What an uninterrupted run dumps.
    pub(super) expected: String,
    /// How long that run took.
    pub(super) lasts: Duration,
}

/// What the document held when the ledger was made ready.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    /// The document up to the middle.
    Half,
    /// A document that begins like it.
    Other,
    All,
}

impl Scenario {
    pub(super) fn all(binary: &Path, dir: &Path, calls: u64, seed: u64) -> anyhow::Result<Vec<Self>> {
        let arguments = sample::Arguments { calls, seed, rejects: 0.001, ..sample::Arguments::default() };
        let log = sample::bytes(&arguments)?;
        let plain = Step::Ingest { replace: false };
        let replacing = Step::Ingest { replace: true };
        let of_log = [
            ("a new log", Before::Nothing, false, plain),
            ("a grown log", Before::Half, false, plain),
            ("a rewritten log", Before::Other, false, replacing),
            ("a new log, counters started", Before::Nothing, true, plain),
            ("counters of a counted log", Before::All, false, Step::Serve),
        ];
        let of_log = of_log.map(|(name, before, counters, step)| {
            (name, (facts::LOG, "answered="), log.clone(), before, counters, step)
        });
        let other = facts::DOCUMENTS.iter().flat_map(|facts| {
            let document = (facts.write)(seed);
            let ([new, grown, replaced], of) = (facts.names, (facts.source, facts.told));
            [
                (new, of, document.clone(), Before::Nothing, true, plain),
                (grown, of, document.clone(), Before::Half, true, plain),
                (replaced, of, document, Before::Other, true, replacing),
            ]
        });
        of_log
            .into_iter()
            .chain(other)
            .enumerate()
            .map(|(index, (name, (source, told), document, before, counters, step))| {
                let scenario = Self {
                    name,
                    step,
                    source,
                    told,
                    binary: binary.to_owned(),
                    dir: dir.join(index.to_string()),
                    // A handful of commits, whatever the size.
                    batch_mib: ((document.len() >> 20) / 4).max(1).to_string(),
                    expected: String::new(),
                    lasts: Duration::ZERO,
                };
                scenario
                    .ready(&document, before, counters)
                    .with_context(|| format!("{name} cannot be made ready"))
            })
            .collect()
    }

    /// Makes the ledger to begin with, and finds out what must come of it.
    fn ready(self, log: &[u8], before: Before, counters: bool) -> anyhow::Result<Self> {
        fs::create_dir_all(self.base())?;
        fs::write(self.dir.join("jono.toml"), facts::CONFIG)?;
        let base = Trial::at(&self, self.base());
        let middle = log.len() / 2;
        let counted = match before {
            Before::Nothing => Vec::new(),
            Before::Half => log[..middle].to_vec(),
            Before::Other => {
                let last = log.iter().rposition(|&byte| byte == b'\n').context("the document has no line")?;
                let line = log[..last].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
                // Without its last line, and with another line in the middle.
                [&log[..middle], b"\n", &log[middle..line]].concat()
            }
            Before::All => log.to_vec(),
        };
        if !counted.is_empty() {
            fs::write(self.log(), &counted)?;
            base.finish_ingest(false)?;
        }
        fs::write(self.log(), log)?;
        if counters {
            base.serve(None)?;
        }
        let whole = Trial::new(&self, "whole")?;
        let begun = Instant::now();
        whole.finish()?;
        let lasts = begun.elapsed();
        let expected = ledger::dump(whole.jono.ledger(), Extent::All)?;
        ensure!(expected.contains(self.told), "nothing that was counted tells {:?}", self.told);
        Ok(Self { expected, lasts, ..self })
    }

    /// Where the ledger to begin with is.
    pub(super) fn base(&self) -> PathBuf {
        self.dir.join("base")
    }

    /// The document.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("document")
    }

    pub(super) fn jono(&self, folder: &Path) -> Jono {
        Jono::new(&self.binary, &self.dir.join("jono.toml"), &folder.join("jono.ledger"))
    }
}
