//! What the caller says about itself while it runs: whether it is ready, and what the landing page shows.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};

/// What the landing page tells, as text that is ready to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The version of the program.
    pub version: String,
    /// The hour from which counters count, in the service's own zone.
    pub epoch: String,
    /// How old a call may be to be counted, such as `24 hours`; `None`: any age from the epoch on.
    pub horizon: Option<String>,
    /// The last commit to the ledger; `None` before the first.
    pub last_commit: Option<String>,
}

/// Shared between the caller, who sets it, and the server, which shows it. Clones are the same.
#[derive(Debug, Clone)]
pub struct Status(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Why not; `None` when ready.
    unready: ArcSwapOption<String>,
    facts: ArcSwap<Facts>,
}

impl Status {
    /// Not ready yet, for a reason that a person reads.
    pub fn not_ready(reason: impl Into<String>, facts: Facts) -> Self {
        let unready = ArcSwapOption::from_pointee(reason.into());
        Self(Arc::new(Inner { unready, facts: ArcSwap::from_pointee(facts) }))
    }

    /// From now on it is ready.
    pub fn set_ready(&self) {
        self.0.unready.store(None);
    }

    /// From now on it is not, for a reason that a person reads.
    pub fn set_not_ready(&self, reason: impl Into<String>) {
        self.0.unready.store(Some(Arc::new(reason.into())));
    }

    /// Replaces the facts.
    pub fn set_facts(&self, facts: Facts) {
        self.0.facts.store(Arc::new(facts));
    }

    /// Why it is not ready; `None` when it is.
    pub fn unready(&self) -> Option<Arc<String>> {
        self.0.unready.load_full()
    }

    /// The facts set last.
    pub fn facts(&self) -> Arc<Facts> {
        self.0.facts.load_full()
    }
}
