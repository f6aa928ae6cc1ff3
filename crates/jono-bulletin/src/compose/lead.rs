//! What is told first: waiting time, days to an appointment, visits. A published value comes first as it was printed, and
//! beside it, each as a statement of its own, what is counted or tallied of the same.

use jiff::{ToSpan as _, civil::Date};
use jono_domain::{Channel, Grain, Period, State};

use super::trend::trend;
use crate::{
    block::{Arg, Lead, Topic, say},
    figure::Figure,
    known::Known,
};

/// How many days before the period's end the span of a published value may have ended.
const NEWEST_DAYS: i64 = 35;
/// Of how many months before the period's end published means are told.
const MONTHS: usize = 7;

pub(super) fn topics(known: &Known<'_>) -> Vec<Topic> {
    let waiting = newest(known, Channel::Phone, "wait_mean");
    let appointments = newest(known, Channel::PhoneAppointment, "appointment_lead");
    let topics =
        [("lead-waiting", waiting), ("lead-appointments", appointments), ("lead-visits", visits(known))];
    topics
        .into_iter()
        .filter(|(_, leads)| !leads.is_empty())
        .map(|(name, leads)| Topic { name: say(name), leads })
        .collect()
}

/// The newest published value, and after it what is counted or tallied of the period.
fn newest(known: &Known<'_>, channel: Channel, measure: &'static str) -> Vec<Lead> {
    let facts = known.facts;
    let last = facts.period.last();
    let earliest = last.saturating_sub(NEWEST_DAYS.days());
    let published = known.published(channel, measure, &facts.organisation);
    let published =
        published.into_iter().rev().find(|figure| is_within(figure.reading.period.last(), earliest, last));
    let mut leads = Vec::new();
    if let Some(figure) = published {
        let before = figure.reading.period.year_ago();
        let before = before.and_then(|span| known.published_at(channel, measure, &facts.organisation, span));
        leads.push(lead(known, figure, before));
    }
    let ago = facts.period.year_ago();
    for figure in known.whole(channel, measure, facts.period) {
        let before = ago.map(|ago| known.whole(channel, measure, ago)).unwrap_or_default();
        let before = before.into_iter().find(|before| before.reading.basis == figure.reading.basis);
        if is_told(figure) {
            leads.push(lead(known, figure, before));
        }
    }
    leads
}

/// Published means of the last months, then the last weeks, each with what is tallied or counted of the same.
fn visits(known: &Known<'_>) -> Vec<Lead> {
    let organisation = &known.facts.organisation;
    let last = known.facts.period.last();
    let channel = Channel::ServicePoint;
    let mut leads = Vec::new();
    for (measure, earliest) in
        [("contacts_weekly_mean", first_of_months(last)), ("contacts", last.saturating_sub(13.days()))]
    {
        for figure in known.published(channel, measure, organisation) {
            let span = figure.reading.period;
            if is_within(span.first(), earliest, last) && span.last() <= last {
                leads.push(lead(known, figure, None));
                leads.extend(twins(known, measure, span));
            }
        }
        let is_told_already = leads.iter().any(|lead| {
            known.figure(&lead.value).is_some_and(|figure| figure.reading.period == known.facts.period)
        });
        if measure == "contacts" && !is_told_already {
            leads.extend(twins(known, measure, known.facts.period));
        }
    }
    leads
}

fn twins(known: &Known<'_>, measure: &'static str, period: Period) -> Vec<Lead> {
    let figures = known.whole(Channel::ServicePoint, measure, period);
    figures.into_iter().filter(|figure| is_told(figure)).map(|figure| lead(known, figure, None)).collect()
}

fn first_of_months(last: Date) -> Date {
    let months = i32::try_from(MONTHS).unwrap_or_default();
    last.first_of_month().saturating_sub(months.months())
}

fn is_within(day: Date, earliest: Date, last: Date) -> bool {
    earliest <= day && day <= last
}

fn is_told(figure: &Figure) -> bool {
    figure.reading.value.is_some() || matches!(figure.reading.state, State::Closed | State::Suppressed)
}

fn lead(known: &Known<'_>, figure: &Figure, before: Option<&Figure>) -> Lead {
    let reading = &figure.reading;
    let when =
        if reading.measure.name() == "contacts_weekly_mean" && reading.period.grain() == Some(Grain::Month) {
            "lead-weekly-mean"
        } else {
            "lead-when"
        };
    let mut details = vec![say(when).with("period", Arg::Period(reading.period))];
    if let Some(label) = &reading.label {
        details.push(say("printed").with("label", Arg::Text(label.as_str().to_owned())));
    }
    if let Some(before) = before.filter(|before| before.reading.value.is_some()) {
        let trend = if reading.value.is_some() { trend(figure, before).word() } else { "unknown" };
        details.push(say("lead-before").with("before", &before.id).with("trend", Arg::Word(trend)));
        if let Some(label) = &before.reading.label {
            details.push(say("printed").with("label", Arg::Text(label.as_str().to_owned())));
        }
    }
    Lead { value: figure.id.clone(), details, mark: known.mark(figure) }
}
