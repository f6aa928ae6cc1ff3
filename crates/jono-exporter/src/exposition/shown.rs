//! All families of the prepared text, and the subjects that each has samples of.

use jono_domain::{Series, SourceName, UnitId};

use super::{
    group::Slots,
    section::{Page, Section},
};
use crate::metrics::{
    Metric, OF_AGENTS, OF_EXPORTER, OF_LIVE, OF_SERIES, OF_SOURCE, OF_UNIT, OfAgents, OfExporter, OfLive,
    OfSeries, OfSource, OfUnit,
};

/// Everything that is shown.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) series: Subjects<Series, OfSeries>,
    pub(super) live: Subjects<Series, OfLive>,
    pub(super) sources: Subjects<SourceName, OfSource>,
    pub(super) agents: Subjects<SourceName, OfAgents>,
    pub(super) units: Subjects<UnitId, OfUnit>,
    pub(super) exporter: Subjects<(), OfExporter>,
}

impl Shown {
    /// No subjects yet.
    pub(super) fn new() -> Self {
        Self {
            series: Subjects::new(OF_SERIES),
            live: Subjects::new(OF_LIVE),
            sources: Subjects::new(OF_SOURCE),
            agents: Subjects::new(OF_AGENTS),
            units: Subjects::new(OF_UNIT),
            exporter: Subjects::new(OF_EXPORTER),
        }
    }

    /// Renders what changed; says whether anything did.
    pub(super) fn render(&mut self) -> bool {
        let Self { series, live, sources, agents, units, exporter } = self;
        let counted = series.render() | sources.render();
        let observed = live.render() | agents.render();
        let told = units.render() | exporter.render();
        counted | observed | told
    }

    /// The families as they were rendered last, ascending by name.
    pub(super) fn pages(&self) -> Vec<Page<'_>> {
        let Self { series, live, sources, agents, units, exporter } = self;
        let counted = series.pages().chain(sources.pages());
        let observed = live.pages().chain(agents.pages());
        let told = units.pages().chain(exporter.pages());
        let mut pages: Vec<_> = counted.chain(observed).chain(told).collect();
        pages.sort_unstable_by_key(|page| page.family.name);
        pages
    }

    /// How many samples there are, rendered or not.
    pub(super) fn samples(&self) -> usize {
        let Self { series, live, sources, agents, units, exporter } = self;
        let counted = series.samples() + sources.samples();
        let observed = live.samples() + agents.samples();
        let told = units.samples() + exporter.samples();
        counted + observed + told
    }
}

/// The families that have the same subjects, each with the function that puts its samples.
#[derive(Debug)]
pub(super) struct Subjects<K, Samples>(Vec<(Section<K>, Samples)>);

impl<K: Ord + Clone, Samples: Copy> Subjects<K, Samples> {
    fn new(metrics: &[Metric<Samples>]) -> Self {
        Self(metrics.iter().map(|&(family, samples)| (Section::new(family), samples)).collect())
    }

    /// Adds a subject, or replaces it. `labels` are its own, rendered; `put` calls a family's function.
    pub(super) fn insert(&mut self, subject: &K, labels: &str, put: impl Fn(Samples, &mut Slots<'_>)) {
        for (section, samples) in &mut self.0 {
            section.insert(subject.clone(), labels, |slots| put(*samples, slots));
        }
    }

    /// Takes the values of a subject anew; says whether there is such a subject.
    pub(super) fn update(&mut self, subject: &K, put: impl Fn(Samples, &mut Slots<'_>)) -> bool {
        self.0.iter_mut().fold(false, |known, (section, samples)| {
            section.update(subject, |slots| put(*samples, slots)) | known
        })
    }

    /// Takes all subjects away.
    pub(super) fn clear(&mut self) {
        self.0.iter_mut().for_each(|(section, _)| section.clear());
    }

    fn render(&mut self) -> bool {
        self.0.iter_mut().fold(false, |changed, (section, _)| section.render() | changed)
    }

    fn pages(&self) -> impl Iterator<Item = Page<'_>> {
        self.0.iter().map(|(section, _)| section.page())
    }

    fn samples(&self) -> usize {
        self.0.iter().map(|(section, _)| section.samples()).sum()
    }
}
