//! The same series with the timestamps of the past: for a [`Sink`], be it OpenMetrics text that `promtool` makes blocks
//! of, or requests that other stores are sent ([`crate::remote_write`]).
//!
//! Names, labels and values come from the same functions as `/metrics`, so that what is imported and what is scraped
//! are the same series. A counter begins at zero where its stretch does, has what it counted one millisecond before
//! the end of each hour, and falls back to zero where a stretch ends for good: the next count after it is an increase.
//!
//! Which hours there are, and what is known of whom, is the caller's to say.

mod labels;
mod sink;

use std::{collections::BTreeMap, ops::Range};

use jono_domain::{Aspect, Basis, Counters, HourStart, Series, UnixSeconds, zone::Hour};

pub use self::{
    labels::{BadLabel, CommonLabels},
    sink::{Moment, OpenMetrics, Sink},
};
use crate::{
    buckets::Buckets,
    catalogue::{Family, Kind},
    exposition::{Figures, Group, SeriesSettings, Slots, labels as rendered, labels_of, labels_of_basis},
    metrics::{Configured, Metric, OF_FIGURES, OfSeries, of_series},
};

/// Since when, and until when, something is known of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// From the start of an hour to the end of one.
    pub span: Range<UnixSeconds>,
    /// Whether nothing follows it, here or in a later file: counters fall back to zero at its end.
    pub closes: bool,
}

/// What a series counted.
#[derive(Debug, Clone)]
pub struct SeriesPast {
    /// Which, and how it is shown.
    pub settings: SeriesSettings,
    /// What each hour counted; none is an hour without anything.
    pub hours: BTreeMap<HourStart, Counters>,
    /// What is shown of it, and for how long: stretches that ascend and do not touch.
    pub stretches: BTreeMap<Aspect, Vec<Stretch>>,
}

/// What is known of a week or a month, and for how long that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct FiguresPast {
    /// The week or the month after it.
    pub shown: Range<UnixSeconds>,
    /// Its figures.
    pub figures: Figures,
}

/// Hands samples to a sink.
#[derive(Debug)]
pub struct Backfill<'a, S> {
    out: S,
    buckets: &'a Buckets,
    common: &'a CommonLabels,
    samples: u64,
}

impl<'a, S: Sink> Backfill<'a, S> {
    /// Nothing yet; every sample will have the labels besides its own.
    pub const fn new(out: S, buckets: &'a Buckets, common: &'a CommonLabels) -> Self {
        Self { out, buckets, common, samples: 0 }
    }

    /// Writes every counter and histogram that is made of what was counted. `hours` ascend, and are all there are
    /// between the first and the last.
    pub fn counters(&mut self, hours: &[Hour], all: &[SeriesPast]) -> Result<(), S::Error> {
        let mut metrics: Vec<_> = Aspect::ALL
            .into_iter()
            .flat_map(|aspect| of_series(aspect).iter().map(move |metric| (aspect, *metric)))
            .filter(|(_, (family, _))| family.kind != Kind::Gauge)
            .collect();
        metrics.sort_unstable_by_key(|(_, (family, _))| family.name);
        for (aspect, (family, samples)) in metrics {
            let mut headed = false;
            for past in all {
                let Some(stretches) = past.stretches.get(&aspect) else { continue };
                self.of_family((family, samples), past, stretches, hours, &mut headed)?;
            }
        }
        Ok(())
    }

    fn of_family(
        &mut self,
        (family, samples): Metric<OfSeries>,
        past: &SeriesPast,
        stretches: &[Stretch],
        hours: &[Hour],
        headed: &mut bool,
    ) -> Result<(), S::Error> {
        let configured = Configured { settings: &past.settings, buckets: self.buckets };
        let labels = self.common.and(&labels_of(&past.settings.series));
        let zero = Counters::default();
        let group = Group::new(family, &labels, |slots| samples(&configured, &zero, slots));
        let names: Vec<_> = group.names().collect();
        if names.is_empty() {
            return Ok(());
        }
        // Of each stretch its hours, and what had been counted at the end of each of them.
        let mut all = Vec::new();
        for stretch in stretches {
            let within =
                |hour: &&Hour| stretch.span.start <= hour.start().0 && hour.end() <= stretch.span.end;
            let hours: Vec<_> = hours.iter().filter(within).collect();
            if hours.is_empty() {
                continue;
            }
            // What is counted of an hour adds up, slot by slot: whole numbers far below 2^53.
            let (mut sum, mut more) = (vec![0.0; names.len()], Vec::new());
            let mut sums = Vec::with_capacity(names.len() * hours.len());
            for hour in &hours {
                if let Some(counters) = past.hours.get(&hour.start()) {
                    more.clear();
                    samples(&configured, counters, &mut Slots::of_values(&mut more));
                    sum.iter_mut().zip(&more).for_each(|(sum, more)| *sum += more);
                }
                sums.extend_from_slice(&sum);
            }
            all.push((stretch, hours, sums));
        }
        if all.is_empty() {
            return Ok(());
        }
        self.head(family, headed)?;
        for metric in metrics(family, &names) {
            let slots = || metric.clone().map(|slot| (slot, names[slot]));
            for (stretch, hours, sums) in &all {
                slots().for_each(|(_, name)| self.sample(name, 0.0, Moment::At(stretch.span.start)));
                for (hour, sums) in hours.iter().zip(sums.chunks_exact(names.len())) {
                    slots()
                        .for_each(|(slot, name)| self.sample(name, sums[slot], Moment::Before(hour.end())));
                }
                if stretch.closes {
                    slots().for_each(|(_, name)| self.sample(name, 0.0, Moment::At(stretch.span.end)));
                }
            }
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the figures of weeks and months, at the start of each sixth hour in which they are shown. How far they could be
    /// relied on is not told of the past.
    pub fn figures(
        &mut self,
        hours: &[Hour],
        all: &BTreeMap<(Series, Basis), Vec<FiguresPast>>,
    ) -> Result<(), S::Error> {
        for &(family, samples) in OF_FIGURES {
            let mut headed = false;
            for ((series, basis), periods) in all {
                let labels = self.common.and(&labels_of_basis(series, *basis));
                for period in periods {
                    let group = Group::new(family, &labels, |slots| samples(&period.figures, slots));
                    let known = || group.names().zip(group.values()).filter(|(_, value)| !value.is_nan());
                    if known().next().is_none() {
                        continue;
                    }
                    self.head(family, &mut headed)?;
                    for hour in hours.iter().filter(|hour| is_told(period, hour.start().0)) {
                        known().for_each(|(name, value)| {
                            self.sample(name, *value, Moment::At(hour.start().0));
                        });
                    }
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    /// Ends it, and says how many samples there were.
    pub fn finish(mut self) -> Result<u64, S::Error> {
        self.out.finish()?;
        Ok(self.samples)
    }

    /// Begins a family, once.
    fn head(&mut self, family: &Family, headed: &mut bool) -> Result<(), S::Error> {
        if std::mem::replace(headed, true) { Ok(()) } else { self.out.family(family) }
    }

    fn sample(&mut self, name: &str, value: f64, at: Moment) {
        self.out.sample(name, value, at);
        self.samples += 1;
    }

    fn flush(&mut self) -> Result<(), S::Error> {
        self.out.flush()
    }
}

/// How often a figure is told that is the same for a week or a month, in seconds: those who look back, look back for longer.
const TOLD_EVERY: i64 = 6 * 3600;

fn is_told(period: &FiguresPast, at: UnixSeconds) -> bool {
    period.shown.contains(&at) && (at.get() - period.shown.start.get()) % TOLD_EVERY == 0
}

/// The slots of each metric: a histogram's belong together at every time, any other is one by itself.
fn metrics(family: &Family, names: &[&str]) -> Vec<Range<usize>> {
    let count = format!("{}_count", family.name);
    let mut metrics = Vec::new();
    let mut start = 0;
    for (slot, name) in names.iter().enumerate() {
        if family.kind != Kind::Histogram || name.starts_with(&count) {
            metrics.push(start..slot + 1);
            start = slot + 1;
        }
    }
    metrics
}

#[cfg(test)]
mod tests;
