//! The text of `/metrics`, kept prepared.
//!
//! The text is a list of blocks, each some series of one family. Names with their labels are written once, when a
//! series is declared; [`apply`](Exposition::apply) sets values; [`publish`](Exposition::publish) renders the
//! blocks in which a value changed, and swaps the new list in. Work follows what changed, not what there is, and
//! a scrape hands out blocks without looking at them.
//!
//! There is no clock in here. Values are absolute, so applying the same twice is harmless; when to publish, and
//! for how long a new series is shown at zero, is the caller's business ([`Exposition::scraped`] helps).

mod group;
mod gzip;
mod section;
mod snapshot;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jono_domain::{Counters, Formula, HourStart, LineCounts, Series, SourceName};
use thiserror::Error;

pub(crate) use self::group::Slots;
pub use self::snapshot::{Published, Snapshot};
use self::{group::labels, section::Section};
use crate::{
    buckets::Buckets,
    metrics::{Configured, OF_EXPORTER, OF_SERIES, OF_SOURCE, State},
};

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

/// What an exposition is made with, and keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The hour from which counters count.
    pub epoch: HourStart,
    /// The running build.
    pub build: Build,
    /// The limits of the histograms' buckets.
    pub buckets: Buckets,
}

impl Settings {
    /// With the default buckets.
    pub fn new(epoch: HourStart, build: Build) -> Self {
        Self { epoch, build, buckets: Buckets::default() }
    }
}

/// A series to be shown, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSettings {
    /// Which.
    pub series: Series,
    /// The formulas by which its service level is shown: usually its service's own alone.
    pub formulas: Vec<Formula>,
    /// The share of contacts, 0-1, that is to meet the promise.
    pub target: f64,
}

/// Counters came for a series of which nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("series {0} was not declared")]
pub struct Undeclared(pub Series);

/// The writing side: everything that is shown, and which of it changed since the last time.
#[derive(Debug)]
pub struct Exposition {
    settings: Settings,
    declared: BTreeMap<Series, SeriesSettings>,
    of_series: Vec<Section<Series>>,
    of_source: Vec<Section<SourceName>>,
    of_exporter: Vec<Section<()>>,
    /// The number of the snapshot that shows, or will show, the series declared last.
    newest: u64,
    published: Published,
}

impl Exposition {
    /// One without series; published at once.
    pub fn new(settings: Settings) -> Self {
        let mut exposition = Self {
            settings,
            declared: BTreeMap::new(),
            of_series: OF_SERIES.iter().map(|&(family, _)| Section::new(family)).collect(),
            of_source: OF_SOURCE.iter().map(|&(family, _)| Section::new(family)).collect(),
            of_exporter: OF_EXPORTER.iter().map(|&(family, _)| Section::new(family)).collect(),
            newest: 0,
            published: Published::new(),
        };
        let (state, of_exporter) = (exposition.settings.state(0), &mut exposition.of_exporter);
        for (section, (_, samples)) in of_exporter.iter_mut().zip(OF_EXPORTER) {
            section.insert((), "", |slots| samples(&state, slots));
        }
        exposition.publish();
        exposition
    }

    /// Shows series, at zero. One that is shown already with the same settings is left alone; with other settings
    /// it starts anew, and its counters are to be applied before the next publication.
    pub fn declare(&mut self, all: &[SeriesSettings]) {
        for settings in all {
            let formulas: BTreeSet<_> = settings.formulas.iter().copied().collect();
            let settings = SeriesSettings { formulas: formulas.into_iter().collect(), ..settings.clone() };
            if self.declared.get(&settings.series) == Some(&settings) {
                continue;
            }
            let Series { channel, unit, service } = &settings.series;
            let labels = labels(&[
                ("channel", channel.as_str()),
                ("unit", unit.as_str()),
                ("service", service.as_str()),
            ]);
            let configured = Configured { settings: &settings, buckets: &self.settings.buckets };
            let zero = Counters::default();
            for (section, (_, samples)) in self.of_series.iter_mut().zip(OF_SERIES) {
                section.insert(settings.series.clone(), &labels, |slots| samples(&configured, &zero, slots));
            }
            self.declared.insert(settings.series.clone(), settings);
            self.newest = self.published.load().number() + 1;
        }
        let state = self.settings.state(self.declared.len());
        for (section, (_, samples)) in self.of_exporter.iter_mut().zip(OF_EXPORTER) {
            section.update(&(), |slots| samples(&state, slots));
        }
    }

    /// Whether a series is shown.
    pub fn is_declared(&self, series: &Series) -> bool {
        self.declared.contains_key(series)
    }

    /// Sets what series have counted so far, not what they counted more. Changes nothing if one is undeclared.
    pub fn apply(&mut self, all: &[(Series, Counters)]) -> Result<(), Undeclared> {
        if let Some((series, _)) = all.iter().find(|(series, _)| !self.is_declared(series)) {
            return Err(Undeclared(series.clone()));
        }
        for (series, counters) in all {
            let configured = Configured { settings: &self.declared[series], buckets: &self.settings.buckets };
            for (section, (_, samples)) in self.of_series.iter_mut().zip(OF_SERIES) {
                section.update(series, |slots| samples(&configured, counters, slots));
            }
        }
        Ok(())
    }

    /// Sets what has been read from a source so far. A source is shown from its first call on; call it with no
    /// lines for every source that is configured.
    pub fn source(&mut self, source: &SourceName, lines: &LineCounts) {
        for (section, (_, samples)) in self.of_source.iter_mut().zip(OF_SOURCE) {
            if !section.update(source, |slots| samples(lines, slots)) {
                let labels = labels(&[("source", source.as_str())]);
                section.insert(source.clone(), &labels, |slots| samples(lines, slots));
            }
        }
    }

    /// Renders what changed and shows it to every reader from now on. When nothing changed, neither does the
    /// snapshot, and what it has been compressed to is kept.
    pub fn publish(&mut self) -> Arc<Snapshot> {
        let rendered =
            render(&mut self.of_series) + render(&mut self.of_source) + render(&mut self.of_exporter);
        if rendered > 0 {
            let mut pages: Vec<_> = self.of_series.iter().map(Section::page).collect();
            pages.extend(self.of_source.iter().map(Section::page));
            pages.extend(self.of_exporter.iter().map(Section::page));
            pages.sort_unstable_by_key(|page| page.family.name);
            self.published.replace(Snapshot::new(pages, self.declared.len()));
        }
        self.published.load()
    }

    /// Whether every series that is declared has been in a scrape, at zero or more.
    ///
    /// An increase is seen from zero only, so a series first seen in the data is declared, published, and its
    /// counters are best held back until this is true, or until nobody can be expected to come.
    pub fn scraped(&self) -> bool {
        self.published.scraped() >= self.newest
    }

    /// The reading side, for a server.
    pub fn published(&self) -> Published {
        self.published.clone()
    }
}

impl Settings {
    fn state(&self, series: usize) -> State<'_> {
        State { build: &self.build, epoch: self.epoch.0.get(), series }
    }
}

fn render<K: Ord>(sections: &mut [Section<K>]) -> usize {
    sections.iter_mut().map(Section::render).sum()
}
