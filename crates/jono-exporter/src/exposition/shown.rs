//! All families of the prepared text, and the subjects that each has samples of.

use std::collections::BTreeMap;

use jono_domain::{Aspect, Basis, Channel, Poll, Series, SourceName, UnitId};

use super::{
    group::Slots,
    section::{Page, Section},
    settings::UnitInfo,
    values::{CalendarNow, Figures, OnlineShare, OpenNow, SurveyRound},
};
use crate::metrics::{
    Metric, OF_AGENTS, OF_APPOINTMENT, OF_CALENDAR, OF_EXPORTER, OF_FIGURE_STATES, OF_FIGURES, OF_LIVE,
    OF_OFFICE, OF_ONLINE, OF_OPEN, OF_PENDING, OF_POINTS, OF_ROUND, OF_SOURCE, OF_UNIT, OfAgents, OfExporter,
    OfLive, OfPending, OfSeries, OfSource, OfTold, ServicePoints, of_series,
};

/// Everything that is shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// By [`Aspect`].
    counted: [Subjects<Series, OfSeries>; Aspect::ALL.len()],
    pub(super) live: Subjects<Series, OfLive>,
    pub(super) pending: Subjects<Series, OfPending>,
    pub(super) sources: Subjects<SourceName, OfSource>,
    pub(super) agents: Subjects<SourceName, OfAgents>,
    pub(super) exporter: Subjects<(), OfExporter>,
    pub(super) offices: Listed<Series, Poll>,
    pub(super) appointments: Listed<Series, Poll>,
    pub(super) rounds: Listed<(Series, Basis), SurveyRound>,
    pub(super) online: Listed<UnitId, OnlineShare>,
    pub(super) points: Listed<Channel, ServicePoints>,
    pub(super) open: Listed<(Channel, UnitId), OpenNow>,
    pub(super) units: Listed<UnitId, UnitInfo>,
    pub(super) calendar: Listed<(), CalendarNow>,
    pub(super) figures: Listed<(Series, Basis), Figures>,
    pub(super) figure_states: Listed<(Series, Basis), Figures>,
}

impl Shown {
    /// No subjects yet.
    pub(super) fn new() -> Self {
        Self {
            counted: Aspect::ALL.map(|aspect| Subjects::new(of_series(aspect))),
            live: Subjects::new(OF_LIVE),
            pending: Subjects::new(OF_PENDING),
            sources: Subjects::new(OF_SOURCE),
            agents: Subjects::new(OF_AGENTS),
            exporter: Subjects::new(OF_EXPORTER),
            offices: Listed::new(OF_OFFICE),
            appointments: Listed::new(OF_APPOINTMENT),
            rounds: Listed::new(OF_ROUND),
            online: Listed::new(OF_ONLINE),
            points: Listed::new(OF_POINTS),
            open: Listed::new(OF_OPEN),
            units: Listed::new(OF_UNIT),
            calendar: Listed::new(OF_CALENDAR),
            figures: Listed::new(OF_FIGURES),
            figure_states: Listed::new(OF_FIGURE_STATES),
        }
    }

    /// What is counted of series, of one aspect.
    pub(super) const fn counted(&mut self, aspect: Aspect) -> &mut Subjects<Series, OfSeries> {
        &mut self.counted[aspect as usize]
    }

    /// Renders what changed; says whether anything did.
    pub(super) fn render(&mut self) -> bool {
        let Self {
            counted,
            live,
            pending,
            sources,
            agents,
            exporter,
            offices,
            appointments,
            rounds,
            online,
            points,
            open,
            units,
            calendar,
            figures,
            figure_states,
        } = self;
        let one_by_one: [&mut dyn Families; 5] = [live, pending, sources, agents, exporter];
        let listed: [&mut dyn Families; 10] =
            [offices, appointments, rounds, online, points, open, units, calendar, figures, figure_states];
        let counted = counted.iter_mut().map(|subjects| subjects as &mut dyn Families);
        counted.chain(one_by_one).chain(listed).fold(false, |changed, families| families.render() | changed)
    }

    /// The families as they were rendered last, ascending by name.
    pub(super) fn pages(&self) -> Vec<Page<'_>> {
        let mut pages: Vec<_> = self.all().flat_map(Families::pages).collect();
        pages.sort_unstable_by_key(|page| page.family.name);
        pages
    }

    /// How many samples there are, rendered or not.
    pub(super) fn samples(&self) -> usize {
        self.all().map(Families::samples).sum()
    }

    fn all(&self) -> impl Iterator<Item = &dyn Families> {
        let Self {
            counted,
            live,
            pending,
            sources,
            agents,
            exporter,
            offices,
            appointments,
            rounds,
            online,
            points,
            open,
            units,
            calendar,
            figures,
            figure_states,
        } = self;
        let one_by_one: [&dyn Families; 5] = [live, pending, sources, agents, exporter];
        let listed: [&dyn Families; 10] =
            [offices, appointments, rounds, online, points, open, units, calendar, figures, figure_states];
        counted.iter().map(|subjects| subjects as &dyn Families).chain(one_by_one).chain(listed)
    }
}

/// Families, whatever their subjects are.
trait Families {
    /// Renders what changed; says whether anything did.
    fn render(&mut self) -> bool;
    /// The families as they were rendered last.
    fn pages(&self) -> Vec<Page<'_>>;
    /// How many samples there are, rendered or not.
    fn samples(&self) -> usize;
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

    /// Takes a subject away, if there is such a one.
    pub(super) fn remove(&mut self, subject: &K) {
        self.0.iter_mut().for_each(|(section, _)| section.remove(subject));
    }
}

impl<K: Ord + Clone, Samples: Copy> Families for Subjects<K, Samples> {
    fn render(&mut self) -> bool {
        self.0.iter_mut().fold(false, |changed, (section, _)| section.render() | changed)
    }

    fn pages(&self) -> Vec<Page<'_>> {
        self.0.iter().map(|(section, _)| section.page()).collect()
    }

    fn samples(&self) -> usize {
        self.0.iter().map(|(section, _)| section.samples()).sum()
    }
}

/// Families whose subjects are told as a whole each time, with what was told last.
#[derive(Debug)]
pub(super) struct Listed<K, V> {
    told: BTreeMap<K, V>,
    subjects: Subjects<K, OfTold<V>>,
}

impl<K: Ord + Clone, V: PartialEq> Listed<K, V> {
    fn new(metrics: &[Metric<OfTold<V>>]) -> Self {
        Self { told: BTreeMap::new(), subjects: Subjects::new(metrics) }
    }

    /// Shows these subjects and no others; what is the same as before is left alone. `labels` are a subject's own,
    /// rendered.
    pub(super) fn show(&mut self, told: BTreeMap<K, V>, labels: impl Fn(&K) -> String) {
        let gone = self.told.keys().filter(|subject| !told.contains_key(subject));
        gone.for_each(|subject| self.subjects.remove(subject));
        for (subject, value) in &told {
            if self.told.get(subject) != Some(value) {
                self.subjects.insert(subject, &labels(subject), |samples, slots| samples(value, slots));
            }
        }
        self.told = told;
    }
}

impl<K: Ord + Clone, V> Families for Listed<K, V> {
    fn render(&mut self) -> bool {
        self.subjects.render()
    }

    fn pages(&self) -> Vec<Page<'_>> {
        self.subjects.pages()
    }

    fn samples(&self) -> usize {
        self.subjects.samples()
    }
}
