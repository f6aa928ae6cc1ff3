//! What the configuration says about what is shown.

use std::collections::BTreeSet;

use jono_domain::{Aspect, Formula, HourStart, Seconds, Series, UnitId};

use crate::buckets::Buckets;

/// What is known about the running build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// The version, such as `1.2.0`.
    pub version: String,
    /// The commit it was built from, if known.
    pub revision: Option<String>,
    /// The compiler it was built with, if known.
    pub rust_version: Option<String>,
}

impl Build {
    /// A build of which only the version is known.
    pub fn new(version: impl Into<String>) -> Self {
        Self { version: version.into(), revision: None, rust_version: None }
    }
}

/// What an exposition is made with, and keeps until it is rebuilt.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The hour from which counters count.
    pub epoch: HourStart,
    /// The running build.
    pub build: Build,
    /// The limits of the histograms' buckets.
    pub buckets: Buckets,
    /// The most series that are shown; each is a few dozen time series to Prometheus.
    pub max_series: usize,
}

impl Settings {
    /// The most series that are shown unless the configuration says otherwise.
    pub const MAX_SERIES: usize = 100_000;

    /// With the default buckets and cap.
    pub fn new(epoch: HourStart, build: Build) -> Self {
        Self { epoch, build, buckets: Buckets::default(), max_series: Self::MAX_SERIES }
    }
}

/// A series to be shown, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSettings {
    /// Which.
    pub series: Series,
    /// What is shown of it.
    pub aspects: BTreeSet<Aspect>,
    /// The formulas by which its service level is shown: usually its service's own alone. For [`Aspect::Waits`].
    pub formulas: Vec<Formula>,
    /// The share of contacts, 0-1, that is to meet the promise. For [`Aspect::Waits`].
    pub target: f64,
    /// Within how long after acceptance a customer is to be called back; `None` if nothing is promised, or not any
    /// more. For [`Aspect::Callbacks`].
    pub promise: Option<Seconds>,
}

/// A unit's place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitInfo {
    /// Which.
    pub unit: UnitId,
    /// The unit it is part of; `None` at the top.
    pub parent: Option<UnitId>,
    /// What kind of unit it is.
    pub level: String,
}
