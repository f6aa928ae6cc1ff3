//! What a bulletin may tell, and how it is found.

use std::collections::BTreeMap;

use jono_domain::{Basis, Channel, Names, Period, ServiceId, State, UnitId};

use crate::{
    block::{Arg, Mark},
    facts::{Facts, ShortWeek},
    figure::{Figure, FigureId},
};

/// Of whom and what: channel, unit, service, measure.
type Series = (Channel, UnitId, Option<ServiceId>, String);

/// The figures of a bulletin, as they may be told, and the facts that are no figures.
pub(crate) struct Known<'a> {
    pub(crate) facts: &'a Facts,
    figures: &'a [Figure],
    by_id: BTreeMap<&'a FigureId, &'a Figure>,
    by_series: BTreeMap<Series, BTreeMap<Period, Vec<&'a Figure>>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(facts: &'a Facts, figures: &'a [Figure]) -> Self {
        let mut by_series = BTreeMap::<_, BTreeMap<_, Vec<_>>>::new();
        for figure in figures {
            let reading = &figure.reading;
            if let (Some(channel), Some(unit)) = (reading.channel, &reading.unit) {
                let measure = reading.measure.name().to_owned();
                let series = (channel, unit.clone(), reading.service.clone(), measure);
                by_series.entry(series).or_default().entry(reading.period).or_default().push(figure);
            }
        }
        Self { facts, figures, by_id: figures.iter().map(|figure| (&figure.id, figure)).collect(), by_series }
    }

    /// Every figure, in the order of the facts.
    pub(crate) fn figures(&self) -> &'a [Figure] {
        self.figures
    }

    /// A figure by its id.
    pub(crate) fn figure(&self, id: &FigureId) -> Option<&'a Figure> {
        self.by_id.get(id).copied()
    }

    /// What is counted or tallied of all services of a unit together, a figure for each basis.
    pub(crate) fn unit(
        &self,
        channel: Channel,
        measure: &str,
        unit: &UnitId,
        period: Period,
    ) -> Vec<&'a Figure> {
        self.series(channel, measure, unit, None, period)
    }

    /// What is counted or tallied of the organisation, a figure for each basis.
    pub(crate) fn whole(&self, channel: Channel, measure: &str, period: Period) -> Vec<&'a Figure> {
        self.unit(channel, measure, &self.facts.organisation, period)
    }

    /// What is counted or tallied of one of the organisation's services.
    pub(crate) fn service(
        &self,
        channel: Channel,
        measure: &str,
        service: &ServiceId,
        period: Period,
    ) -> Vec<&'a Figure> {
        self.series(channel, measure, &self.facts.organisation, Some(service), period)
    }

    fn series(
        &self,
        channel: Channel,
        measure: &str,
        unit: &UnitId,
        service: Option<&ServiceId>,
        period: Period,
    ) -> Vec<&'a Figure> {
        let series = (channel, unit.clone(), service.cloned(), measure.to_owned());
        let found = self.by_series.get(&series).and_then(|periods| periods.get(&period));
        let mut found: Vec<_> =
            found.into_iter().flatten().copied().filter(|figure| !is_published(figure)).collect();
        found.sort_by_key(|figure| figure.reading.basis);
        found
    }

    /// What was published of a unit, the span that ends last at the end. Of several services together with one span
    /// the one that has a printed label counts, or else the first: no two of them are added.
    pub(crate) fn published(&self, channel: Channel, measure: &str, unit: &UnitId) -> Vec<&'a Figure> {
        let mut found = BTreeMap::new();
        for figure in self.figures.iter().filter(|figure| is_published(figure)) {
            let reading = &figure.reading;
            let fits = reading.channel == Some(channel)
                && reading.unit.as_ref() == Some(unit)
                && reading.measure.name() == measure;
            if fits {
                let span = (reading.period.last(), reading.period.first());
                let place = found.entry(span).or_insert(figure);
                if place.reading.label.is_none() && reading.label.is_some() {
                    *place = figure;
                }
            }
        }
        found.into_values().collect()
    }

    /// What was published of a unit for exactly that span.
    pub(crate) fn published_at(
        &self,
        channel: Channel,
        measure: &str,
        unit: &UnitId,
        span: Period,
    ) -> Option<&'a Figure> {
        let all = self.published(channel, measure, unit);
        all.into_iter().find(|figure| {
            (figure.reading.period.first(), figure.reading.period.last()) == (span.first(), span.last())
        })
    }

    /// Where a figure comes from, as it is marked.
    pub(crate) fn mark(&self, figure: &Figure) -> Mark {
        if self.facts.generated && figure.reading.label.is_none() {
            Mark::Generated(figure.reading.basis)
        } else {
            Mark::Basis(figure.reading.basis)
        }
    }

    /// What a unit or area is called.
    pub(crate) fn unit_name(&self, id: &UnitId) -> Arg {
        let entries = || self.facts.units.iter().chain(&self.facts.areas).filter(|unit| unit.id == *id);
        let last = self.facts.period.last();
        let unit = entries().find(|unit| unit.holds(last)).or_else(|| entries().next());
        Arg::Name(unit.map_or_else(Names::default, |unit| unit.names.clone()), id.to_string())
    }

    /// What a service is called.
    pub(crate) fn service_name(&self, id: &ServiceId) -> Arg {
        let service = self.facts.services.get(id);
        Arg::Name(service.map_or_else(Names::default, |service| service.names.clone()), id.to_string())
    }

    /// The units in the order of the tree, each with how deep it is; those that are in no tree after everything else.
    pub(crate) fn units(&self) -> Vec<(usize, &'a UnitId)> {
        let mut order = Vec::new();
        self.below(None, 0, &mut order);
        for unit in &self.facts.units {
            if order.iter().all(|(_, id)| **id != unit.id) {
                order.push((0, &unit.id));
            }
        }
        order
    }

    fn below(&self, parent: Option<&UnitId>, depth: usize, order: &mut Vec<(usize, &'a UnitId)>) {
        let last = self.facts.period.last();
        let children = self
            .facts
            .units
            .iter()
            .filter(|unit| unit.parent.as_ref() == parent && unit.members.is_empty() && unit.holds(last));
        for child in children {
            if order.iter().all(|(_, id)| **id != child.id) {
                order.push((depth, &child.id));
                self.below(Some(&child.id), depth + 1, order);
            }
        }
    }

    /// Why a week is short, if it is.
    pub(crate) fn short_week(&self, period: Period) -> Option<&'a ShortWeek> {
        self.facts.short_weeks.iter().find(|short| short.week == period)
    }
}

/// Whether a figure was published as it is.
pub(crate) fn is_published(figure: &Figure) -> bool {
    figure.reading.basis == Basis::Published
}

/// Whether anything can be shown of a figure: a value, or a state that says more than that nothing is known.
pub(crate) fn says_something(figure: &Figure) -> bool {
    figure.reading.value.is_some() || figure.reading.state != State::Unavailable
}
