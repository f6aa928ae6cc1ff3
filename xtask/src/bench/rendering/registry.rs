//! The `prometheus` crate: a registry that gathers, and the encoder of its text.

use prometheus::{
    Encoder, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry,
    TextEncoder,
};

use super::samples::{Buckets, Family, Kind, Labels};

/// The metrics, and what each counts in a round.
pub(super) struct Metrics {
    registry: Registry,
    counters: Vec<(IntCounter, u64)>,
    histograms: Vec<(Histogram, Buckets)>,
}

impl Metrics {
    /// The same samples; they have counted one round.
    pub(super) fn new(families: &[Family]) -> anyhow::Result<Self> {
        let mut metrics = Self { registry: Registry::new(), counters: Vec::new(), histograms: Vec::new() };
        for Family { name, help, kind } in families {
            match kind {
                Kind::Counter(samples) => {
                    let family = IntCounterVec::new(Opts::new(name, help), &names(samples))?;
                    metrics.registry.register(Box::new(family.clone()))?;
                    let shown = samples
                        .iter()
                        .map(|(labels, value)| (family.with_label_values(&values(labels)), *value));
                    metrics.counters.extend(shown);
                }
                Kind::Gauge(samples) => {
                    let family = GaugeVec::new(Opts::new(name, help), &names(samples))?;
                    metrics.registry.register(Box::new(family.clone()))?;
                    for (labels, value) in samples {
                        family.with_label_values(&values(labels)).set(*value);
                    }
                }
                Kind::Histogram(samples) => {
                    let limits = samples.first().map_or(&[][..], |(_, buckets)| buckets);
                    let limits = limits.iter().map(|(limit, _)| *limit).filter(|limit| limit.is_finite());
                    let opts = HistogramOpts::new(name, help).buckets(limits.collect());
                    let family = HistogramVec::new(opts, &names(samples))?;
                    metrics.registry.register(Box::new(family.clone()))?;
                    let shown = samples.iter().map(|(labels, buckets)| {
                        (family.with_label_values(&values(labels)), buckets.clone())
                    });
                    metrics.histograms.extend(shown);
                }
            }
        }
        metrics.count();
        Ok(metrics)
    }

    /// Counts a round.
    pub(super) fn count(&mut self) {
        self.counters.iter().for_each(|(counter, value)| counter.inc_by(*value));
        for (histogram, buckets) in &self.histograms {
            for (limit, count) in buckets {
                (0..*count).for_each(|_| histogram.observe(*limit));
            }
        }
    }

    pub(super) fn render(&self) -> anyhow::Result<String> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8(text)?)
    }
}

/// All samples of a family have the same labels.
fn names<T>(samples: &[(Labels, T)]) -> Vec<&str> {
    samples
        .first()
        .map_or_else(Vec::new, |(labels, _)| labels.iter().map(|(name, _)| name.as_str()).collect())
}

fn values(labels: &Labels) -> Vec<&str> {
    labels.iter().map(|(_, value)| value.as_str()).collect()
}
