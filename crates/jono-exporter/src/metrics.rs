//! The families that are made of what was counted, one file each. A family is its line here, its entry in the
//! [`mod@catalogue`], and one function that names and values all samples of one subject: the names
//! are kept the first time, the values are taken whenever they may have changed.

mod agents;
mod arrivals;
mod contacts;
mod exporter;
mod handling;
mod live;
mod service_level;
mod source;
mod units;
mod wait;

use jono_domain::{Agents, Counters, LiveQueue, SourceCounts};

use crate::{
    buckets::Buckets,
    catalogue::{self, Family},
    exposition::{Build, SeriesSettings, Slots, UnitInfo},
};

/// A family with samples for each subject.
pub(crate) type Metric<Samples> = (&'static Family, Samples);

/// Puts the samples of one series.
pub(crate) type OfSeries = fn(&Configured<'_>, &Counters, &mut Slots<'_>);
/// Puts the samples of one series with a live view.
pub(crate) type OfLive = fn(&LiveQueue, &mut Slots<'_>);
/// Puts the samples of one source.
pub(crate) type OfSource = fn(&SourceCounts, &mut Slots<'_>);
/// Puts the samples of one source with a live view.
pub(crate) type OfAgents = fn(&Agents, &mut Slots<'_>);
/// Puts the samples of one unit.
pub(crate) type OfUnit = fn(&UnitInfo, &mut Slots<'_>);
/// Puts the samples of the exporter itself.
pub(crate) type OfExporter = fn(&State<'_>, &mut Slots<'_>);

/// What the configuration says about a series.
pub(crate) struct Configured<'a> {
    pub(crate) settings: &'a SeriesSettings,
    pub(crate) buckets: &'a Buckets,
}

/// What the exporter says about itself.
pub(crate) struct State<'a> {
    pub(crate) build: &'a Build,
    pub(crate) epoch: i64,
    pub(crate) series: usize,
    pub(crate) refused: usize,
}

/// The families of a series.
pub(crate) const OF_SERIES: &[Metric<OfSeries>] = &[
    (catalogue::ARRIVALS, arrivals::samples),
    (catalogue::CONTACTS, contacts::samples),
    (catalogue::HANDLING, handling::samples),
    (catalogue::LEVEL, service_level::samples),
    (catalogue::TARGET, service_level::target),
    (catalogue::WAIT, wait::samples),
];

/// The families of a series with a live view.
pub(crate) const OF_LIVE: &[Metric<OfLive>] = &[
    (catalogue::LONGEST_WAITING, live::longest),
    (catalogue::LOST, live::lost),
    (catalogue::WAITING, live::waiting),
];

/// The families of a source.
pub(crate) const OF_SOURCE: &[Metric<OfSource>] = &[
    (catalogue::CORRECTIONS, source::corrections),
    (catalogue::GAPS, source::gaps),
    (catalogue::LATE, source::late),
    (catalogue::OVERFLOW, source::overflow),
    (catalogue::RECORDS, source::records),
    (catalogue::REJECTS, source::rejects),
];

/// The families of a source with a live view.
pub(crate) const OF_AGENTS: &[Metric<OfAgents>] = &[(catalogue::AGENTS, agents::samples)];

/// The families of a unit.
pub(crate) const OF_UNIT: &[Metric<OfUnit>] = &[(catalogue::UNIT_INFO, units::samples)];

/// The families of the exporter itself.
pub(crate) const OF_EXPORTER: &[Metric<OfExporter>] = &[
    (catalogue::BUILD_INFO, exporter::build_info),
    (catalogue::EPOCH, exporter::epoch),
    (catalogue::REFUSED, exporter::refused),
    (catalogue::SERIES, exporter::series),
];
