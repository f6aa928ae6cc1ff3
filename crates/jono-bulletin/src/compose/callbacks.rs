//! Callbacks and their promise; after the end of a trial it is closed.

use jiff::ToSpan as _;
use jono_domain::{Channel::Callback, State};

use super::{
    or_nothing,
    rows::{column, row},
    stated,
    trend::trend,
};
use crate::{
    block::{Arg, Block, Table, say},
    facts::DAYS_AHEAD,
    known::Known,
};

/// What is shown, with the name of its row.
const ROWS: [(&str, &str); 7] = [
    ("callbacks_offered", "callbacks-offered"),
    ("callbacks_accepted", "callbacks-accepted"),
    ("callbacks_reached", "callbacks-reached"),
    ("promises_due", "promises-due"),
    ("promises_kept", "promises-kept"),
    ("promises_late", "promises-late"),
    ("promise_kept_ratio", "promise-kept-ratio"),
];

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let period = known.facts.period;
    let mut blocks = Vec::new();
    let mut is_over = false;
    for (id, service) in &known.facts.services {
        let Some(promise) = service.callback else { continue };
        let within = Arg::Duration(promise.within.get());
        let until = period.last().saturating_add(DAYS_AHEAD.days());
        let sentence = match (promise.first_day, promise.last_day) {
            (Some(first), _) if until < first => continue,
            (_, Some(last)) if last < period.first() => {
                is_over = true;
                say("callback-over").with("last", Arg::Date(last))
            }
            (Some(first), Some(last)) => {
                say("callback-trial-of").with("first", Arg::Date(first)).with("last", Arg::Date(last))
            }
            (None, Some(last)) => say("callback-trial").with("last", Arg::Date(last)),
            (Some(first), None) if period.last() < first => {
                say("callback-from").with("first", Arg::Date(first))
            }
            (_, None) => say("callback-promise"),
        };
        blocks.push(Block::Statement(
            sentence.with("service", known.service_name(id)).with("within", within),
            None,
        ));
    }
    let of = |measure, period| known.whole(Callback, measure, period).into_iter().next();
    let last = period.previous();
    if let Some(kept) = of("promise_kept_ratio", period).filter(|kept| kept.reading.value.is_some()) {
        let last = last.and_then(|last| of("promise_kept_ratio", last));
        let trend = last.map_or("unknown", |last| trend(kept, last).word());
        let sentence = say("callback-kept").with("period", Arg::In(period)).with("kept", &kept.id);
        blocks.push(stated(known, sentence.with("trend", Arg::Word(trend)), kept));
    }
    let is_closed =
        || of("callbacks_offered", period).is_some_and(|offered| offered.reading.state == State::Closed);
    if !is_over && is_closed() {
        blocks.push(Block::Statement(say("callbacks-closed").with("period", Arg::In(period)), None));
    }
    let rows: Vec<_> = ROWS
        .iter()
        .filter_map(|(measure, name)| {
            row(say(name).into(), &[of(measure, period), last.and_then(|last| of(measure, last))])
        })
        .collect();
    if !rows.is_empty() {
        let mut columns = vec![column("column-callbacks"), Arg::Period(period)];
        columns.push(last.map_or_else(|| column("column-before"), Arg::Period));
        blocks.push(Block::Table(Table { caption: say("callbacks-table"), columns, rows }));
        blocks.push(Block::Note(say("callbacks-note")));
    }
    or_nothing(blocks)
}
