//! The families that are made of what was counted, one file each. A family is its line here, its entry in the
//! [`mod@catalogue`], and one function that names and values all samples of one subject: the names
//! are kept the first time, the values are taken whenever they may have changed.

mod arrivals;
mod contacts;
mod exporter;
mod handling;
mod service_level;
mod source;
mod wait;

use jono_domain::{Counters, LineCounts};

use crate::{
    buckets::Buckets,
    catalogue::{self, Family},
    exposition::{Build, SeriesSettings, Slots},
};

/// A family with samples for each subject.
pub(crate) type Metric<Samples> = (&'static Family, Samples);

/// Puts the samples of one series.
pub(crate) type OfSeries = fn(&Configured<'_>, &Counters, &mut Slots<'_>);
/// Puts the samples of one source.
pub(crate) type OfSource = fn(&LineCounts, &mut Slots<'_>);
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

/// The families of a source.
pub(crate) const OF_SOURCE: &[Metric<OfSource>] =
    &[(catalogue::RECORDS, source::records), (catalogue::REJECTS, source::rejects)];

/// The families of the exporter itself.
pub(crate) const OF_EXPORTER: &[Metric<OfExporter>] = &[
    (catalogue::BUILD_INFO, exporter::build_info),
    (catalogue::EPOCH, exporter::epoch),
    (catalogue::SERIES, exporter::series),
];
