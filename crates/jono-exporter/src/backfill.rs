//! The same series with the timestamps of the past: OpenMetrics text that `promtool` makes blocks of.
//!
//! Names, labels and values come from the same functions as `/metrics`, so that what is imported and what is scraped
//! are the same series. A counter begins at zero where its stretch does, has what it counted one millisecond before
//! the end of each hour, and falls back to zero where a stretch ends for good: the next count after it is an increase.
//!
//! Which hours there are, and what is known of whom, is the caller's to say.

mod labels;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    ops::Range,
};

use jono_domain::{Aspect, Basis, Counters, HourStart, Series, UnixSeconds, zone::Hour};

pub use self::labels::{BadLabel, CommonLabels};
use crate::{
    buckets::Buckets,
    catalogue::{Family, Kind},
    exposition::{
        Figures, Group, SeriesSettings, Slots, labels as rendered, labels_of, labels_of_basis, put_value,
    },
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
    /// What is shown of it, and for how long.
    pub stretches: BTreeMap<Aspect, Stretch>,
}

/// What is known of a week or a month, and for how long that is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct FiguresPast {
    /// The week or the month after it.
    pub shown: Range<UnixSeconds>,
    /// Its figures.
    pub figures: Figures,
}

/// Writes one file.
#[derive(Debug)]
pub struct Backfill<'a, W> {
    out: W,
    buckets: &'a Buckets,
    common: &'a CommonLabels,
    samples: u64,
    text: Vec<u8>,
}

impl<'a, W: Write> Backfill<'a, W> {
    /// An empty file; every sample will have the labels besides its own.
    pub const fn new(out: W, buckets: &'a Buckets, common: &'a CommonLabels) -> Self {
        Self { out, buckets, common, samples: 0, text: Vec::new() }
    }

    /// Writes every counter and histogram that is made of what was counted. `hours` ascend, and are all there are
    /// between the first and the last.
    pub fn counters(&mut self, hours: &[Hour], all: &[SeriesPast]) -> io::Result<()> {
        let mut metrics: Vec<_> = Aspect::ALL
            .into_iter()
            .flat_map(|aspect| of_series(aspect).iter().map(move |metric| (aspect, *metric)))
            .filter(|(_, (family, _))| family.kind != Kind::Gauge)
            .collect();
        metrics.sort_unstable_by_key(|(_, (family, _))| family.name);
        for (aspect, (family, samples)) in metrics {
            let mut headed = false;
            for past in all {
                let Some(stretch) = past.stretches.get(&aspect) else { continue };
                self.of_family((family, samples), past, stretch, hours, &mut headed)?;
            }
        }
        Ok(())
    }

    fn of_family(
        &mut self,
        (family, samples): Metric<OfSeries>,
        past: &SeriesPast,
        stretch: &Stretch,
        hours: &[Hour],
        headed: &mut bool,
    ) -> io::Result<()> {
        let configured = Configured { settings: &past.settings, buckets: self.buckets };
        let labels = self.common.and(&labels_of(&past.settings.series));
        let zero = Counters::default();
        let group = Group::new(family, &labels, |slots| samples(&configured, &zero, slots));
        let names: Vec<_> = group.names().collect();
        let within = |hour: &&Hour| stretch.span.start <= hour.start().0 && hour.end() <= stretch.span.end;
        let hours: Vec<_> = hours.iter().filter(within).collect();
        if names.is_empty() || hours.is_empty() {
            return Ok(());
        }
        self.head(family, headed)?;
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
        for metric in metrics(family, &names) {
            let slots = || metric.clone().map(|slot| (slot, names[slot]));
            slots().for_each(|(_, name)| self.sample(name, 0.0, Moment::At(stretch.span.start)));
            for (hour, sums) in hours.iter().zip(sums.chunks_exact(names.len())) {
                slots().for_each(|(slot, name)| self.sample(name, sums[slot], Moment::Before(hour.end())));
            }
            if stretch.closes {
                slots().for_each(|(_, name)| self.sample(name, 0.0, Moment::At(stretch.span.end)));
            }
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the figures of weeks and months, at the start of each hour in which they are shown. How far they could be
    /// relied on is not told of the past.
    pub fn figures(
        &mut self,
        hours: &[Hour],
        all: &BTreeMap<(Series, Basis), Vec<FiguresPast>>,
    ) -> io::Result<()> {
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
                    for hour in hours.iter().filter(|hour| period.shown.contains(&hour.start().0)) {
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

    /// Ends the file, and says how many samples it has.
    pub fn finish(mut self) -> io::Result<u64> {
        self.out.write_all(b"# EOF\n")?;
        self.out.flush()?;
        Ok(self.samples)
    }

    /// The lines above a family's samples, once. `OpenMetrics` names a counter without the end of its samples' names.
    fn head(&mut self, family: &Family, headed: &mut bool) -> io::Result<()> {
        if std::mem::replace(headed, true) {
            return Ok(());
        }
        let name = match family.kind {
            Kind::Counter => family.name.trim_end_matches("_total"),
            Kind::Gauge | Kind::Histogram => family.name,
        };
        write!(self.out, "# HELP {name} {}\n# TYPE {name} {}\n", family.help, family.kind.as_str())
    }

    fn sample(&mut self, name: &str, value: f64, at: Moment) {
        self.text.extend_from_slice(name.as_bytes());
        put_value(&mut self.text, value);
        self.text.push(b' ');
        match at {
            Moment::At(at) => put_value(&mut self.text, at.get() as f64),
            Moment::Before(end) => {
                put_value(&mut self.text, (end.get() - 1) as f64);
                self.text.extend_from_slice(b".999");
            }
        }
        self.text.push(b'\n');
        self.samples += 1;
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }
}

/// When a sample is of.
#[derive(Clone, Copy)]
enum Moment {
    At(UnixSeconds),
    /// One millisecond before.
    Before(UnixSeconds),
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
