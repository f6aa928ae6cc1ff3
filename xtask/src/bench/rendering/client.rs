//! The `prometheus-client` crate: a registry that is encoded as `OpenMetrics`.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family as Labelled, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::samples::{Buckets, Family, Kind, Labels};

/// The metrics, and what each counts in a round.
pub(super) struct Metrics {
    registry: Registry,
    counters: Vec<(Counter, u64)>,
    histograms: Vec<(Histogram, Buckets)>,
}

impl Metrics {
    /// The same samples; they have counted one round.
    pub(super) fn new(families: &[Family]) -> Self {
        let mut metrics =
            Self { registry: Registry::default(), counters: Vec::new(), histograms: Vec::new() };
        for Family { name, help, kind } in families {
            match kind {
                Kind::Counter(samples) => {
                    let family = Labelled::<Labels, Counter>::default();
                    // The library adds what it takes off here.
                    let name = name.strip_suffix("_total").unwrap_or(name);
                    metrics.registry.register(name, help, family.clone());
                    let shown =
                        samples.iter().map(|(labels, value)| (family.get_or_create_owned(labels), *value));
                    metrics.counters.extend(shown);
                }
                Kind::Gauge(samples) => {
                    let family = Labelled::<Labels, Gauge<f64, AtomicU64>>::default();
                    metrics.registry.register(name, help, family.clone());
                    for (labels, value) in samples {
                        family.get_or_create_owned(labels).set(*value);
                    }
                }
                Kind::Histogram(samples) => {
                    let limits = samples.first().map_or(&[][..], |(_, buckets)| buckets);
                    let limits: Vec<_> = limits.iter().map(|(limit, _)| *limit).collect();
                    let made =
                        move || Histogram::new(limits.iter().copied().filter(|limit| limit.is_finite()));
                    let family = Labelled::<Labels, Histogram, _>::new_with_constructor(made);
                    metrics.registry.register(name, help, family.clone());
                    let shown = samples
                        .iter()
                        .map(|(labels, buckets)| (family.get_or_create_owned(labels), buckets.clone()));
                    metrics.histograms.extend(shown);
                }
            }
        }
        metrics.count();
        metrics
    }

    /// Counts a round.
    pub(super) fn count(&mut self) {
        for (counter, value) in &self.counters {
            counter.inc_by(*value);
        }
        for (histogram, buckets) in &self.histograms {
            for (limit, count) in buckets {
                (0..*count).for_each(|_| histogram.observe(*limit));
            }
        }
    }

    pub(super) fn render(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
