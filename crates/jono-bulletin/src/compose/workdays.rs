//! What came per working day, where the periods that are compared have not as many of them.

use jono_domain::{Basis, Channel, Grain, Period, Value};

use super::{
    rows::by_basis,
    stated,
    trend::{Trend, trend},
};
use crate::{
    block::{Arg, Block, Sentence, say},
    figure::Figure,
    known::Known,
};

/// How much came per working day, beside the period before and the year before that have more or fewer of them.
pub(super) fn per_workday(
    known: &Known<'_>,
    channel: Channel,
    sentence: &'static str,
    basis: Basis,
) -> Option<Block> {
    let period = known.facts.period;
    let at = |period| by_basis(&known.whole(channel, "contacts_per_workday", period), basis);
    let told = |figure: &&Figure| figure.reading.value.is_some();
    let now = at(period).filter(told)?;
    let others = [period.previous(), period.year_ago()].into_iter().flatten();
    let others = others.filter(|&other| !are_alike(known, now, other));
    let comparisons: Vec<_> =
        others.filter_map(at).filter(told).map(|other| said(other, trend(now, other))).collect();
    if comparisons.is_empty() {
        return None;
    }
    let said = [vec![say(sentence).with("now", &now.id)], comparisons].concat();
    Some(stated(known, say("sentences").with("all", Arg::Sentences(said)), now))
}

/// That it is more than another, less or unchanged; of periods that have not as many working days only what the other was.
pub(super) fn compared(known: &Known<'_>, now: &Figure, other: &Figure) -> Sentence {
    let is_fair = are_alike(known, now, other.reading.period);
    said(other, if is_fair { trend(now, other) } else { Trend::Unknown })
}

fn said(other: &Figure, trend: Trend) -> Sentence {
    say("contacts-compared")
        .with("other", &other.id)
        .with("period", Arg::In(other.reading.period))
        .with("trend", Arg::Word(trend.word()))
}

/// Whether the periods of two figures are known to have as many working days. Of months only what is reckoned by them tells.
fn are_alike(known: &Known<'_>, now: &Figure, other: Period) -> bool {
    let period = now.reading.period;
    if period.grain() == Some(Grain::Week) {
        let workdays = |week| known.short_week(week).map(|short| short.workdays);
        return workdays(period) == workdays(other);
    }
    let Some(channel) = now.reading.channel else { return false };
    let workdays = |month| {
        let mut figures = known.whole(channel, "contacts_per_workday", month).into_iter();
        figures.find_map(|figure| figure.reading.value.and_then(Value::denominator))
    };
    workdays(period).is_some_and(|days| Some(days) == workdays(other))
}
