//! What is told first: waiting time, days to an appointment, visits. A published value comes first as it was printed, and
//! beside it, each as a statement of its own, what is counted or tallied of the same.

use jiff::{ToSpan as _, civil::Date};
use jono_domain::{Channel, Grain, Label, Period, State, Value};

use super::trend::trend;
use crate::{
    ask::MONTHS,
    block::{Arg, Lead, Sentence, Topic, say},
    figure::Figure,
    known::Known,
};

/// How many days before the period's end the span of a published value may have ended.
const NEWEST_DAYS: i64 = 35;

pub(super) fn topics(known: &Known<'_>) -> Vec<Topic> {
    let waiting = newest(known, Channel::Phone, "wait_mean");
    let appointments = newest(known, Channel::PhoneAppointment, "appointment_lead");
    let topics = [
        ("lead-waiting", vec![waiting]),
        ("lead-appointments", vec![appointments]),
        ("lead-visits", visits(known)),
    ];
    topics
        .into_iter()
        .map(|(name, groups)| {
            (name, groups.into_iter().filter(|leads| !leads.is_empty()).collect::<Vec<_>>())
        })
        .filter(|(_, groups)| !groups.is_empty())
        .map(|(name, groups)| Topic { name: say(name), groups })
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
fn visits(known: &Known<'_>) -> Vec<Vec<Lead>> {
    let organisation = &known.facts.organisation;
    let period = known.facts.period;
    let last = period.last();
    let mut groups = Vec::new();
    let mut is_told = false;
    for (measure, earliest) in
        [("contacts_weekly_mean", first_of_months(last)), ("contacts", last.saturating_sub(13.days()))]
    {
        for figure in known.published(Channel::ServicePoint, measure, organisation) {
            let span = figure.reading.period;
            if is_within(span.first(), earliest, last) && span.last() <= last {
                let own = std::iter::once(lead(known, figure, None));
                groups.push(own.chain(twins(known, measure, span)).collect());
                is_told |= span == period;
            }
        }
    }
    if !is_told {
        // What is told is of a week, so of a month it is the mean of its weeks.
        let is_month = period.grain() == Some(Grain::Month);
        groups.push(twins(known, if is_month { "contacts_weekly_mean" } else { "contacts" }, period));
    }
    groups
}

/// What is tallied or counted of the same. Where both are told they are of different service points: here is the one of more
/// visits, and in its section are both.
fn twins(known: &Known<'_>, measure: &'static str, period: Period) -> Vec<Lead> {
    let figures = known.whole(Channel::ServicePoint, measure, period);
    let told = figures.into_iter().filter(|figure| is_told(figure));
    let visits = |figure: &Figure| figure.reading.value.map_or(0.0, Value::as_f64);
    let most = told.max_by(|a, b| visits(a).total_cmp(&visits(b)));
    most.map(|figure| lead(known, figure, None)).into_iter().collect()
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
    let is_mean =
        reading.measure.name() == "contacts_weekly_mean" && reading.period.grain() == Some(Grain::Month);
    let when = say(if is_mean { "lead-weekly-mean" } else { "lead-when" });
    let mut details = vec![when.with("period", Arg::Period(reading.period))];
    if let Some(label) = &reading.label {
        details.push(printed(label));
    }
    if let Some(before) = before.filter(|before| before.reading.value.is_some()) {
        let trend = if reading.value.is_some() { trend(figure, before).word() } else { "unknown" };
        let said = say("lead-before").with("before", &before.id).with("trend", Arg::Word(trend));
        details.push(match &before.reading.label {
            Some(label) => say("labelled").with("said", said).with("label", printed(label)),
            None => said,
        });
    }
    Lead { value: figure.id.clone(), details, mark: known.mark(figure) }
}

fn printed(label: &Label) -> Sentence {
    say("printed").with("label", Arg::Text(label.as_str().to_owned()))
}
