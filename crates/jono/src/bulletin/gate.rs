//! What stands against publishing a bulletin: a period that is not over, a feed that has not told of all of it, a survey
//! round to which answers may still come. Whoever publishes all the same says so, and the bulletin tells it.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use jono_bulletin::{Accepted, Facts};
use jono_domain::{Grain, Need, Period, SourceName, UnixSeconds};
use jono_ledger::{Ledger, LedgerError};

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
    let Some(last_workday) = period.dates().filter(|day| config.calendar.is_workday(*day)).max() else {
        return Ok(objections);
    };
    let told = told_until(config, ledger)?;
    let active_since = period.first().saturating_sub(ACTIVE.days());
    let is_required = |source: &SourceName| match &config.bulletin.required {
        Some(required) => required.contains(source),
        None => told.get(source).is_some_and(|until| *until >= active_since),
    };
    let is_stale = |source: &SourceName| told.get(source).is_none_or(|until| *until < last_workday);
    let stale = config.sources.iter().map(|source| &source.name);
    objections.extend(
        stale.filter(|source| is_required(source) && is_stale(source)).cloned().map(Accepted::StaleFeed),
    );
    Ok(objections)
}

/// The last day of which each source has told anything.
fn told_until(config: &Config, ledger: &Ledger) -> Result<BTreeMap<SourceName, Date>, LedgerError> {
    let mut told = BTreeMap::new();
    let mut note = |source: SourceName, day: Date| {
        let until = told.entry(source).or_insert(day);
        *until = day.max(*until);
    };
    for counted in ledger.documents()?.into_iter().filter(|counted| counted.replaced_by.is_none()) {
        if let Some(events) = counted.document.events {
            let last = UnixSeconds::saturating(events.end.get() - 1);
            note(counted.document.source, config.zone.date(last));
        }
    }
    for (source, span) in ledger.stated_until()? {
        note(source, span.last());
    }
    Ok(told)
}

/// What objections are called on the command line.
pub(crate) const WORDS: [&str; 3] = ["period-not-over", "open-round", "stale-feed"];

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
