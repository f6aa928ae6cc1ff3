//! What stands against publishing a bulletin: a period that is not over, a feed that has not told of all of it, a survey
//! round to which answers may still come. Whoever publishes all the same says so, and the bulletin tells it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan, civil::Date};
use jono_bulletin::{Accepted, Bulletin, Facts, Figure};
use jono_domain::{Basis, Grain, Need, Period, SourceName, UnixSeconds};
use jono_ledger::{EditionHead, Ledger, LedgerError};

use super::publish;
use crate::config::Config;

/// For how many days before a period a feed must have told of something to be expected to tell of the period.
const ACTIVE: i64 = 28;

/// Everything that stands against publishing.
pub(crate) fn objections(
    config: &Config,
    ledger: &Ledger,
    facts: &Facts,
    now: UnixSeconds,
) -> Result<Vec<Accepted>, LedgerError> {
    let period = facts.period;
    let is_over = period.bounds(&config.zone).end <= now;
    let mut objections: Vec<_> = (!is_over).then_some(Accepted::PeriodNotOver).into_iter().collect();
    let round = Period::of(Grain::Quarter, period.last());
    let tells_scores = facts
        .readings
        .iter()
        .any(|reading| reading.measure.need() == Need::Scores && reading.period == round);
    if tells_scores && config.survey.is_provisional(round, config.zone.date(now)) {
        objections.push(Accepted::OpenRound(round));
    }
    let workdays: Vec<_> = period.dates().filter(|day| config.calendar.is_workday(*day)).collect();
    let told = days_told(config, ledger, period)?;
    let is_told = |source: &SourceName, day: &Date| told.get(source).is_some_and(|days| days.contains(day));
    let is_stale = |source: &SourceName| {
        if let Some(required) = &config.bulletin.required {
            return required.contains(source) && !workdays.iter().all(|day| is_told(source, day));
        }
        // Not everybody has something to tell each day, but whoever told of the weeks before goes on.
        let is_active = told.get(source).is_some_and(|days| days.range(..period.first()).next().is_some());
        is_active && !workdays.last().is_none_or(|day| is_told(source, day))
    };
    let sources = config.sources.iter().map(|source| &source.name);
    objections.extend(sources.filter(|source| is_stale(source)).cloned().map(Accepted::StaleFeed));
    Ok(objections)
}

/// The days of a period, and of the weeks before it, of which each source told anything.
fn days_told(
    config: &Config,
    ledger: &Ledger,
    period: Period,
) -> Result<BTreeMap<SourceName, BTreeSet<Date>>, LedgerError> {
    let since = period.first().saturating_sub(ACTIVE.days());
    let Some(within) = Period::days(since, period.last()) else { return Ok(BTreeMap::new()) };
    let mut told = BTreeMap::<_, BTreeSet<_>>::new();
    for (source, hours) in ledger.hours_told(&within.bounds(&config.zone))? {
        told.entry(source).or_default().extend(hours.into_iter().map(|hour| config.zone.date(hour.0)));
    }
    for (source, spans) in ledger.stated_spans(within)? {
        let days = spans.into_iter().flat_map(Period::dates);
        told.entry(source).or_default().extend(days.filter(|day| (since..=period.last()).contains(day)));
    }
    Ok(told)
}

/// What objections are called on the command line.
pub(crate) const WORDS: [&str; 4] = ["period-not-over", "open-round", "stale-feed", EXPOSED];

/// That a withheld count can be learned from what is public already. It is not told by the bulletin: it would help whoever looks
/// for it.
pub(crate) const EXPOSED: &str = "exposed";

/// What of a bulletin's own period another one would tell before it is shown, as a sentence that says what to do: of the one that is
/// to be shown from then on, or of another that is held back. Whatever is public already is told by anybody.
pub(crate) fn told_early(
    config: &Config,
    ledger: &Ledger,
    bulletin: &Bulletin,
    shown_from: UnixSeconds,
    now: UnixSeconds,
) -> anyhow::Result<Option<String>> {
    let period = bulletin.period();
    let told = |head: &EditionHead| {
        let facts = publish::frozen(ledger, head.period, Some(head.revision))?;
        anyhow::Ok(facts.map(|facts| publish::told_by(facts).told).unwrap_or_default())
    };
    let shown = ledger.editions_told(now)?;
    for head in ledger.editions_seen()?.iter().filter(|head| head.period != period && !head.is_told(now)) {
        let Some(until) = head.embargo.filter(|until| *until != shown_from) else { continue };
        let told_by_it = told(head)?;
        let of_both = shown.iter().filter(|shown| [period, head.period].contains(&shown.period));
        let public = of_both.map(told).collect::<Result<Vec<_>, _>>()?;
        // Whichever is shown later has figures of its own to hold back.
        let of = if shown_from < until { head.period } else { period };
        let is_early = |figure: &&Figure| {
            let Figure { id, reading, .. } = figure;
            reading.period == of
                && reading.basis != Basis::Published
                && reading.value.is_some()
                && told_by_it.get(id).is_some_and(Option::is_some)
                && !public.iter().any(|told| told.get(id) == Some(&reading.value))
        };
        let Some(figure) = bulletin.figures().iter().find(is_early) else { continue };
        let (other, id, until) = (head.period, &figure.id, config.zone.local(until));
        return Ok(Some(if of == period {
            format!(
                "that of {other} is shown from {until} on, and tells {id} of this one before; move its embargo first"
            )
        } else {
            format!(
                "that of {other} is held back until {until}, and this one would tell {id} of it before; hold it back as long by \
                 --embargo {until}"
            )
        }));
    }
    Ok(None)
}

/// What an objection is called on the command line.
pub(crate) const fn word(objection: &Accepted) -> &'static str {
    match objection {
        Accepted::PeriodNotOver => WORDS[0],
        Accepted::OpenRound(_) => WORDS[1],
        Accepted::StaleFeed(_) => WORDS[2],
    }
}

/// The reason as a sentence.
pub(crate) fn sentence(objection: &Accepted) -> String {
    match objection {
        Accepted::PeriodNotOver => "the period is not over".to_owned(),
        Accepted::OpenRound(round) => format!("answers may still come to the survey round {round}"),
        Accepted::StaleFeed(source) => {
            format!("source {source} has not told of all working days of the period")
        }
    }
}
