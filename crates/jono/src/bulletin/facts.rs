//! Answers what a bulletin asks: readings of the organisation, its units and its services, and all that was published of
//! the same measures.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use jiff::{ToSpan, civil::Date};
use jono_bulletin::{Ask, By, Earlier, Edition, Facts, FigureId, ShortWeek, asks, facts::DAYS_AHEAD};
use jono_domain::{
    Basis, Channel, Grain, Measure, Need, Period, Reading, ServiceId, State, Unit, UnitId, UnixSeconds, Value,
};
use jono_ledger::{EditionHead, Ledger, Stated};

use super::{frozen::Frozen, publish};
use crate::{
    config::Config,
    question::{Question, Who, published_state},
};

/// For how many days before a period published values are looked back, beside survey rounds: a year and a month.
const LOOK_BACK: i64 = 400;

/// How many days around a period the bulletins of others are looked at: units are told of for two weeks, and of months.
const AROUND: i64 = 62;

/// How many working days a week has that is not short.
const FULL_WEEK: u32 = 5;

/// Everything that the bulletin of a period is made from, as a draft; all of it is what one commit left.
pub(crate) fn gather(
    config: &Config,
    ledger: &Ledger,
    period: Period,
    now: UnixSeconds,
) -> anyhow::Result<Facts> {
    let organisation = config.bulletin.organisation.clone().context(
        "whose bulletin is it? There is no single unit at the top; write organisation = \"…\" under [bulletin]",
    )?;
    let asks = asks(period);
    for asked in asks.iter().flat_map(|ask| &ask.periods) {
        ledger.remember(*asked);
    }
    let readings = ledger.at_one_instant(|ledger| {
        let mut readings = Vec::new();
        for ask in &asks {
            readings.extend(answers(config, ledger, &organisation, ask, now)?);
        }
        readings.extend(published(config, ledger, &organisation, &asks, period)?);
        anyhow::Ok(readings)
    })?;
    // What the bulletins of other periods froze is final, or revised since.
    let others: Vec<_> =
        asks.iter().flat_map(|ask| &ask.periods).filter(|one| **one != period).copied().collect();
    let frozen = Frozen::of(ledger, &others)?;
    let readings: Vec<_> = readings.into_iter().map(|reading| frozen.judge(reading)).collect();
    let (first, last) = (period.first(), period.last());
    let until = last.saturating_add(DAYS_AHEAD.days());
    let holds = |opening: &jono_domain::Opening| {
        opening.first_day <= until && opening.last_day.is_none_or(|last| first <= last)
    };
    let openings = ledger.openings()?.into_iter().map(|(_, opening)| opening).filter(holds);
    let there = |unit: &&Unit| unit.holds(last);
    Ok(Facts {
        version: Facts::VERSION,
        organisation,
        period,
        edition: Edition::Draft,
        compiled: config.zone.local(now),
        time_zone: config.zone.name().to_owned(),
        generated: config.bulletin.generated,
        units: config.units.entries().filter(there).cloned().collect(),
        areas: config.areas.entries().filter(there).cloned().collect(),
        services: config.services().clone(),
        short_weeks: short_weeks(config, &readings),
        elsewhere: elsewhere(ledger, period, &readings)?,
        readings: once(readings),
        notices: config.bulletin.notices(first, last),
        openings: openings.collect(),
    })
}

/// What the published bulletins of the periods around this one told and withheld of the same figures: of weeks and months
/// that tell of the same units. Every revision that was shown is read, since everybody may have kept it.
fn elsewhere(ledger: &Ledger, period: Period, readings: &[Reading]) -> anyhow::Result<Vec<Earlier>> {
    let (back, ahead) =
        (period.first().saturating_sub(AROUND.days()), period.last().saturating_add(AROUND.days()));
    let is_around = |head: &EditionHead| {
        head.period != period && head.period.first() <= ahead && back <= head.period.last()
    };
    let own: BTreeSet<_> = readings.iter().map(FigureId::of).collect();
    let mut elsewhere = Vec::new();
    for head in ledger.editions_seen()?.into_iter().filter(is_around) {
        let Some(frozen) = publish::frozen(ledger, head.period, Some(head.revision))? else { continue };
        let mut earlier = publish::told_by(frozen);
        earlier.told.retain(|id, _| own.contains(id));
        earlier.withheld.retain(|id| own.contains(id));
        earlier.open.clear();
        if !earlier.told.is_empty() {
            elsewhere.push(earlier);
        }
    }
    Ok(elsewhere)
}

/// What was counted and tallied, of everybody of whom anything is known.
fn answers(
    config: &Config,
    ledger: &Ledger,
    organisation: &UnitId,
    ask: &Ask,
    now: UnixSeconds,
) -> anyhow::Result<Vec<Reading>> {
    let channel = ask.channel;
    let who = match ask.by {
        By::Organisation => vec![Who::all_of(channel, organisation)],
        By::Service => vec![Who::services_of(channel, organisation)],
        By::Unit => {
            let inner = inner(config, ask.periods.last().map_or(Date::MAX, |period| period.last()));
            inner.iter().map(|unit| Who::all_of(channel, unit)).chain([Who::units(channel)]).collect()
        }
    };
    let mut readings = Vec::new();
    for who in &who {
        let question = Question::new(config, ledger, who, ask.measure.clone(), now)?;
        for basis in [Basis::Counted, Basis::Tallied] {
            readings.extend(question.ask(ledger, basis, &ask.periods)?);
        }
    }
    let is_told = |reading: &Reading| reading.value.is_some() || reading.state == State::Closed;
    let known: BTreeSet<_> = readings.iter().filter(|reading| is_told(reading)).map(subject).collect();
    // Whoever never served so has nothing to tell; a unit that no one configured has no name to be told by.
    let is_named = |reading: &Reading| reading.unit.as_ref().is_none_or(|unit| config.units.contains(unit));
    readings.retain(|reading| known.contains(&subject(reading)) && is_named(reading));
    Ok(readings)
}

/// Whom a reading speaks of.
type Subject = (Option<Channel>, Option<UnitId>, Option<ServiceId>, Basis);

fn subject(reading: &Reading) -> Subject {
    (reading.channel, reading.unit.clone(), reading.service.clone(), reading.basis)
}

/// The units that have others beneath them on a day, or sum them.
fn inner(config: &Config, day: Date) -> BTreeSet<UnitId> {
    let entries = || config.units.entries().filter(|unit| unit.holds(day));
    let parents = entries().filter_map(|unit| unit.parent.clone());
    parents.chain(entries().filter(|unit| !unit.members.is_empty()).map(|unit| unit.id.clone())).collect()
}

/// Each reading once: a unit with others beneath it has one with them, and one of its own.
fn once(readings: Vec<Reading>) -> Vec<Reading> {
    let mut seen = BTreeSet::new();
    let is_new = |reading: &Reading| seen.insert(FigureId::of(reading));
    readings.into_iter().filter(is_new).collect()
}

/// What was published of the measures and channels that are asked, over spans that begin in the period or before; of
/// rounds alone those that end later belong to it.
fn published(
    config: &Config,
    ledger: &Ledger,
    organisation: &UnitId,
    asks: &[Ask],
    period: Period,
) -> anyhow::Result<Vec<Reading>> {
    let mut channels = BTreeMap::<&Measure, BTreeSet<Channel>>::new();
    let mut first_asked = BTreeMap::<&Measure, Date>::new();
    for ask in asks {
        channels.entry(&ask.measure).or_default().insert(ask.channel);
        let begins = ask.periods.iter().map(|period| period.first()).min().unwrap_or(period.first());
        let first = first_asked.entry(&ask.measure).or_insert(begins);
        *first = begins.min(*first);
    }
    let mut readings = Vec::new();
    for (measure, channels) in channels {
        let back = period.first().saturating_sub(LOOK_BACK.days()).min(first_asked[measure]);
        let within = Period::days(back, period.last()).context("the period ends before it begins")?;
        let is_round = measure.need() == Need::Scores;
        let stated = ledger.stated(Basis::Published, std::slice::from_ref(measure), within)?;
        // Of the organisation and of areas all that may still be said; of a unit what the others are asked about.
        let is_asked = |stated: &Stated| {
            stated.series.unit == *organisation
                || config.areas.contains(&stated.series.unit)
                || asks.iter().any(|ask| ask.measure == *measure && ask.periods.contains(&stated.span))
        };
        let is_shown = |stated: &Stated| {
            channels.contains(&stated.series.channel)
                && (is_round || (stated.span.last() <= period.last() && is_asked(stated)))
        };
        readings.extend(stated.into_iter().filter(is_shown).map(reading));
    }
    Ok(readings)
}

/// A published value as a reading of its own span.
fn reading(stated: Stated) -> Reading {
    let state = published_state(&stated);
    let Stated { series, measure, span, value, of, label, .. } = stated;
    Reading {
        period: span,
        channel: Some(series.channel),
        unit: Some(series.unit),
        service: Some(series.service),
        measure,
        value: Some(Value::Published { value, of }),
        interval: None,
        state,
        basis: Basis::Published,
        label,
    }
}

/// The weeks that readings speak of which have fewer than five working days.
fn short_weeks(config: &Config, readings: &[Reading]) -> Vec<ShortWeek> {
    let is_week = |period: &Period| period.grain() == Some(Grain::Week);
    let weeks: BTreeSet<_> = readings.iter().map(|reading| reading.period).filter(is_week).collect();
    let short = weeks.into_iter().map(|week| (week, config.calendar.workdays(week)));
    let short = short.filter(|(_, workdays)| *workdays < FULL_WEEK);
    short
        .map(|(week, workdays)| {
            let closed = week.dates().take(5).filter(|day| !config.calendar.is_workday(*day));
            let named = |day: Date| (day, config.calendar.holiday(day).map(str::to_owned));
            ShortWeek { week, workdays, holidays: closed.map(named).collect() }
        })
        .collect()
}
