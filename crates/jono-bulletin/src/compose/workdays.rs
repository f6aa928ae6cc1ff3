//! What came per working day, where the periods that are compared have not as many of them.

use jono_domain::{Basis, Channel, Value};

use super::{rows::by_basis, stated, trend::trend};
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
    let workdays = |figure: &Figure| figure.reading.value.and_then(Value::denominator);
    let now = at(period)?;
    let of_now = workdays(now)?;
    let others = [period.previous(), period.year_ago()].into_iter().flatten().filter_map(at);
    let others = others.filter(|other| workdays(other).is_some_and(|days| days != of_now));
    let comparisons: Vec<_> = others.map(|other| compared(now, other)).collect();
    if comparisons.is_empty() {
        return None;
    }
    let said = [vec![say(sentence).with("now", &now.id)], comparisons].concat();
    Some(stated(known, say("sentences").with("all", Arg::Sentences(said)), now))
}

/// That it is more than another, less or unchanged.
pub(super) fn compared(now: &Figure, other: &Figure) -> Sentence {
    say("contacts-compared")
        .with("other", &other.id)
        .with("period", Arg::In(other.reading.period))
        .with("trend", Arg::Word(trend(now, other).word()))
}
