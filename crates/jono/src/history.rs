//! The past as `/metrics` would have shown it: what each series counted in each hour of a month, and what was known of
//! each week and month in the one after it.
//!
//! A month is gathered, written and forgotten before the next, so that memory does not grow with the years.

mod figures;
mod folder;
mod resume;
mod store;

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;
use jono_domain::{
    Aspect, Basis, Cell, Counters, Grain, HourStart, Period, Series, UnixSeconds, Zone, zone::Hour,
};
use jono_exporter::{FiguresPast, SeriesPast, SeriesSettings, Stretch};
use jono_ledger::{Coverage, Ledger, LedgerError, SeriesKey};

use self::figures::KnownFigures;
pub(crate) use self::{
    figures::{LastFigures, days_of_figures, last_figures},
    folder::{Folder, Written},
    resume::{Of, Resume},
    store::{Sent, Store},
};
use crate::{clock, config::Config, publish};

/// What is known of the time before some instant.
pub(crate) struct History<'a> {
    config: &'a Config,
    ledger: &'a Ledger,
    /// From the first hour to be written to the end.
    span: Range<UnixSeconds>,
    shown: Vec<(Option<SeriesKey>, SeriesSettings)>,
    coverage: BTreeMap<Aspect, BTreeMap<SeriesKey, Coverage>>,
    figures: KnownFigures<'a>,
}

/// A local month, or what lies in the span of it.
#[derive(Debug, Clone)]
pub(crate) struct Month {
    period: Period,
    pub(crate) span: Range<UnixSeconds>,
    pub(crate) hours: Vec<Hour>,
    is_last: bool,
}

impl Month {
    /// As in `2020-06`.
    pub(crate) fn name(&self) -> String {
        self.period.to_string()
    }
}

/// What is known of a month.
pub(crate) struct MonthPast {
    pub(crate) series: Vec<SeriesPast>,
    pub(crate) figures: BTreeMap<(Series, Basis), Vec<FiguresPast>>,
}

impl<'a> History<'a> {
    /// Adds up and remembers what the figures will ask for, which cannot be done at one instant.
    pub(crate) fn remember(
        config: &Config,
        ledger: &Ledger,
        from: Option<UnixSeconds>,
        until: UnixSeconds,
    ) -> Result<(), LedgerError> {
        let first = match from {
            Some(from) => Some(from),
            None => first_event(&coverage(ledger)?),
        };
        if let Some(first) = first.filter(|first| *first < until)
            && let Some(days) = days_of_figures(config.zone.date(first), config.zone.date(until))
        {
            ledger.remember(days);
        }
        Ok(())
    }

    /// All that the ledger knows of the time from `from`, or from the first thing that it knows, until `until`.
    pub(crate) fn new(
        config: &'a Config,
        ledger: &'a Ledger,
        from: Option<UnixSeconds>,
        until: UnixSeconds,
    ) -> anyhow::Result<Self> {
        let coverage = coverage(ledger)?;
        let figures = KnownFigures::new(config, ledger, figures::BASES, clock::now())?;
        let first = [from.or_else(|| first_event(&coverage)), figures.first()?.filter(|_| from.is_none())];
        let first = first.into_iter().flatten().min().unwrap_or(until).min(until);
        let start = config.zone.day_start(config.zone.date(first));
        let shown = shown(config, ledger)?;
        Ok(Self { config, ledger, span: start..until, shown, coverage, figures })
    }

    /// The months, in order.
    pub(crate) fn months(&self) -> Vec<Month> {
        let zone = &self.config.zone;
        let mut months = Vec::new();
        let mut at = self.span.start;
        while at < self.span.end {
            let period = Period::of(Grain::Month, zone.date(at));
            let end = period.bounds(zone).end.min(self.span.end);
            months.push(Month {
                period,
                hours: hours(&(at..end), zone),
                span: at..end,
                is_last: end == self.span.end,
            });
            at = end;
        }
        months
    }

    /// What is known of a month.
    pub(crate) fn month(&self, month: &Month) -> anyhow::Result<MonthPast> {
        let mut cells = self.ledger.hourly(&month.span)?;
        let series = self.shown.iter().filter_map(|(key, settings)| {
            let cells = key.and_then(|key| cells.remove(&key)).unwrap_or_default();
            let stretches = settings.aspects.iter().filter_map(|aspect| {
                let covered = key.and_then(|key| self.coverage.get(aspect)?.get(&key));
                let stretches = self.stretches(*aspect, covered, &cells, month);
                (!stretches.is_empty()).then_some((*aspect, stretches))
            });
            let stretches: BTreeMap<_, _> = stretches.collect();
            let service = self.config.service(&settings.series.service);
            let observed = |(hour, cell): (HourStart, Cell)| {
                let mut counters = Counters::default();
                counters.observe(&cell, service);
                (hour, counters)
            };
            let hours = cells.into_iter().map(observed).collect();
            (!stretches.is_empty()).then(|| SeriesPast { settings: settings.clone(), hours, stretches })
        });
        let series = series.collect();
        Ok(MonthPast { series, figures: self.figures.shown_in(&month.span)? })
    }

    /// The local days of a month on which an aspect of a series is known: while its sources told of it, and where
    /// anything is counted. A promise may be due after the last event.
    fn stretches(
        &self,
        aspect: Aspect,
        covered: Option<&Coverage>,
        cells: &BTreeMap<HourStart, Cell>,
        month: &Month,
    ) -> Vec<Stretch> {
        let zone = &self.config.zone;
        let day = |at: UnixSeconds| zone.days(zone.date(at), zone.date(at));
        let last = |end: UnixSeconds| UnixSeconds::saturating(end.get() - 1);
        let covered = covered.map_or(&[][..], Coverage::spans);
        let covered = covered.iter().map(|span| day(span.start).start..day(last(span.end)).end);
        let counted = cells.iter().filter(|(_, cell)| cell.aspects().contains(&aspect));
        let known = Coverage::new(covered.chain(counted.map(|(hour, _)| day(hour.0))));
        let within =
            known.spans().iter().filter(|span| span.start < month.span.end && month.span.start < span.end);
        let stretch = |span: &Range<UnixSeconds>| Stretch {
            span: span.start.max(month.span.start)..span.end.min(month.span.end),
            closes: month.is_last || span.end <= month.span.end,
        };
        within.map(stretch).collect()
    }
}

/// The local hours of a span, of which the last may be cut.
fn hours(span: &Range<UnixSeconds>, zone: &Zone) -> Vec<Hour> {
    let next = |hour: &Hour| Some(zone.hour(hour.end()));
    std::iter::successors(Some(zone.hour(span.start)), next)
        .take_while(|hour| hour.start().0 < span.end)
        .collect()
}

/// When each aspect of each series is covered.
fn coverage(ledger: &Ledger) -> Result<BTreeMap<Aspect, BTreeMap<SeriesKey, Coverage>>, LedgerError> {
    Aspect::ALL.into_iter().map(|aspect| Ok((aspect, ledger.coverage(aspect)?))).collect()
}

fn first_event(coverage: &BTreeMap<Aspect, BTreeMap<SeriesKey, Coverage>>) -> Option<UnixSeconds> {
    let first = |covered: &Coverage| Some(covered.spans().first()?.start);
    coverage.values().flat_map(BTreeMap::values).filter_map(first).min()
}

/// The series that `/metrics` would show, and how: the configured ones first, as far as the cap allows.
fn shown(config: &Config, ledger: &Ledger) -> Result<Vec<(Option<SeriesKey>, SeriesSettings)>, LedgerError> {
    let totals = ledger.totals()?;
    let known = ledger.series()?;
    let keys: BTreeMap<_, _> = known.iter().map(|(key, series)| (series, *key)).collect();
    let today: Date = config.zone.date(clock::now());
    let configured = config.configured_series();
    let counted =
        known.iter().filter(|(key, series)| totals.contains_key(key) && !configured.contains(series));
    let all = configured.iter().chain(counted.map(|(_, series)| series)).take(config.limits.series);
    let settings = all.map(|series| {
        let key = keys.get(series).copied();
        let mut aspects = key.and_then(|key| totals.get(&key)).map(Cell::aspects).unwrap_or_default();
        if configured.contains(series) {
            aspects.extend(publish::usual(series));
        }
        (key, publish::series_settings(config, series, aspects, today))
    });
    Ok(settings.collect())
}
