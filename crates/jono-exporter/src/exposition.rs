//! The text of `/metrics`, kept prepared.
//!
//! The text is a list of blocks, each some subjects of one family. Names with their labels are written once, when a
//! subject is first shown; [`apply`](Exposition::apply) and its siblings set values;
//! [`publish`](Exposition::publish) renders the blocks in which a value changed, and swaps the new list in. Work
//! follows what changed, not what there is, and a scrape hands out blocks without looking at them.
//!
//! There is no clock in here. Values are absolute, so applying the same twice is harmless; when to publish, and
//! for how long a new series is shown at zero, is the caller's business ([`Exposition::scraped`] helps).

mod gauges;
mod group;
mod gzip;
mod section;
mod settings;
mod shown;
mod snapshot;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jono_domain::{Aspect, Basis, Counters, Series, SourceCounts, SourceName};
use thiserror::Error;

pub(crate) use self::group::{Group, Slots, labels, put_value};
use self::shown::Shown;
pub use self::{
    settings::{Build, SeriesSettings, Settings, UnitInfo},
    snapshot::{Published, Snapshot},
    values::{CalendarNow, Figure, Figures, OnlineShare, OpenNow, PendingCallbacks, SurveyRound},
};
use crate::{
    metrics::{Configured, State},
    telemetry::Telemetry,
};

/// Something came for a series of which nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("series {0} was not declared")]
pub struct Undeclared(pub Series);

/// The writing side: everything that is shown, and which of it changed since the last time.
#[derive(Debug)]
pub struct Exposition {
    settings: Settings,
    declared: BTreeMap<Series, SeriesSettings>,
    /// Declared beyond the cap, and not shown.
    refused: BTreeSet<Series>,
    shown: Shown,
    /// The number of the snapshot that shows, or will show, the series declared last.
    newest: u64,
    published: Published,
}

impl Exposition {
    /// One without series; published at once.
    pub fn new(settings: Settings) -> Self {
        let mut exposition = Self::unpublished(settings, Published::new());
        exposition.publish();
        exposition
    }

    /// Starts anew with other settings: nothing is shown any more until it is declared or set again, and nothing is
    /// declared. Readers see nothing of this before the next publication, and go on to read what is published.
    pub fn rebuild(&mut self, settings: Settings) {
        *self = Self::unpublished(settings, self.published());
    }

    fn unpublished(settings: Settings, published: Published) -> Self {
        let mut exposition = Self {
            settings,
            declared: BTreeMap::new(),
            refused: BTreeSet::new(),
            shown: Shown::new(),
            newest: 0,
            published,
        };
        let state = exposition.settings.state(0, 0);
        exposition.shown.exporter.insert(&(), "", |samples, slots| samples(&state, slots));
        exposition
    }

    /// Shows series, at zero, and says how many it refuses because as many are shown as may be: whatever comes for
    /// those is taken and not shown. Of one that is shown already with the same settings, the aspects that it shows are
    /// left alone, and only others begin at zero; with other settings it starts anew, and its counters are to be
    /// applied before the next publication.
    pub fn declare(&mut self, all: &[SeriesSettings]) -> usize {
        let mut refused = 0;
        for settings in all {
            let formulas: BTreeSet<_> = settings.formulas.iter().copied().collect();
            let settings = SeriesSettings { formulas: formulas.into_iter().collect(), ..settings.clone() };
            let series = &settings.series;
            let before = self.declared.get(series);
            match before {
                Some(same) if *same == settings => continue,
                None if self.declared.len() >= self.settings.max_series => {
                    self.refused.insert(series.clone());
                    refused += 1;
                    continue;
                }
                _ => {}
            }
            let others =
                |settings: &SeriesSettings| SeriesSettings { aspects: BTreeSet::new(), ..settings.clone() };
            let same = before.filter(|before| others(before) == others(&settings));
            let kept: BTreeSet<_> =
                same.map(|before| &before.aspects & &settings.aspects).unwrap_or_default();
            let configured = Configured { settings: &settings, buckets: &self.settings.buckets };
            let (labels, zero) = (labels_of(series), Counters::default());
            // What is kept stays as it is: a counter that fell back to zero would be taken for a restart.
            for aspect in Aspect::ALL.into_iter().filter(|aspect| !kept.contains(aspect)) {
                let counted = self.shown.counted(aspect);
                if settings.aspects.contains(&aspect) {
                    counted.insert(series, &labels, |samples, slots| samples(&configured, &zero, slots));
                } else {
                    counted.remove(series);
                }
            }
            self.declared.insert(series.clone(), settings);
            self.newest = self.published.load().number() + 1;
        }
        let state = self.settings.state(self.declared.len(), self.refused.len());
        self.shown.exporter.update(&(), |samples, slots| samples(&state, slots));
        refused
    }

    /// Whether a series was declared, be it shown or refused.
    pub fn is_declared(&self, series: &Series) -> bool {
        self.declared.contains_key(series) || self.refused.contains(series)
    }

    fn require(&self, series: &Series) -> Result<(), Undeclared> {
        if self.is_declared(series) { Ok(()) } else { Err(Undeclared(series.clone())) }
    }

    /// Sets what series have counted so far, not what they counted more. Changes nothing if one is undeclared.
    pub fn apply(&mut self, all: &[(Series, Counters)]) -> Result<(), Undeclared> {
        all.iter().try_for_each(|(series, _)| self.require(series))?;
        for (series, counters) in all {
            let Some(settings) = self.declared.get(series) else { continue };
            let configured = Configured { settings, buckets: &self.settings.buckets };
            for &aspect in &settings.aspects {
                let counted = self.shown.counted(aspect);
                counted.update(series, |samples, slots| samples(&configured, counters, slots));
            }
        }
        Ok(())
    }

    /// Sets what has been read from a source so far. A source is shown from its first call on; call it with no
    /// counts for every source that is configured.
    pub fn source(&mut self, source: &SourceName, counts: &SourceCounts) {
        if !self.shown.sources.update(source, |samples, slots| samples(counts, slots)) {
            let labels = labels(&[("source", source.as_str())]);
            self.shown.sources.insert(source, &labels, |samples, slots| samples(counts, slots));
        }
    }

    /// Renders what changed and shows it to every reader from now on. When nothing changed, neither does the
    /// snapshot, and what it has been compressed to is kept.
    pub fn publish(&mut self) -> Arc<Snapshot> {
        if self.shown.render() {
            self.published.replace(Snapshot::new(self.shown.pages(), self.declared.len()));
        }
        self.published.load()
    }

    /// How many samples the next publication shows: what Prometheus calls its series. One that is absent now is not
    /// counted, and neither is what a server adds to each scrape: a few dozen, and five for each source.
    pub fn samples(&self) -> usize {
        self.shown.samples()
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

    /// Where the process tells about its own work; every server of [`Exposition::published`] shows it.
    pub fn telemetry(&self) -> Telemetry {
        self.published.telemetry().clone()
    }
}

impl Settings {
    fn state(&self, series: usize, refused: usize) -> State<'_> {
        State { build: &self.build, epoch: self.epoch.0.get(), series, refused }
    }
}

/// The labels of a series, rendered.
pub(crate) fn labels_of(series: &Series) -> String {
    let Series { channel, unit, service } = series;
    labels(&[("channel", channel.as_str()), ("unit", unit.as_str()), ("service", service.as_str())])
}

/// The labels of a series by one basis, rendered.
pub(crate) fn labels_of_basis(Series { channel, unit, service }: &Series, basis: Basis) -> String {
    labels(&[
        ("channel", channel.as_str()),
        ("unit", unit.as_str()),
        ("service", service.as_str()),
        ("basis", basis.as_str()),
    ])
}
