//! Contacts by week and channel, with the share of calls answered over them; short weeks marked and named.

use jono_domain::Channel::{Phone, ServicePoint};

use super::{
    lines::{chart_of, is_too_short, marked, times, week_table},
    no_value, or_nothing,
    rows::by_basis,
    short_weeks, stated,
    trend::trend,
    workdays::{compared, per_workday},
};
use crate::{
    block::{Arg, Block, Chart, Line, Panel, say},
    figure::Figure,
    known::{Known, says_something},
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for now in known.whole(Phone, "contacts", known.facts.period) {
        if now.reading.value.is_some() {
            blocks.extend(statements(known, now));
        } else if says_something(now) {
            blocks.push(no_value(known, "panel-calls", now));
        }
    }
    for rate in known.whole(Phone, "answer_rate", known.facts.period) {
        blocks.extend(answer_rate(known, rate));
    }
    blocks.extend(short_weeks::blocks(known));
    blocks.extend(chart(known).map(Block::Chart));
    let mut blocks = or_nothing(blocks);
    blocks.push(Block::Note(say("contacts-note")));
    blocks
}

fn statements(known: &Known<'_>, now: &Figure) -> Vec<Block> {
    let period = known.facts.period;
    let mut blocks = Vec::new();
    let at = |measure, period| {
        let found = by_basis(&known.whole(Phone, measure, period), now.reading.basis);
        found.filter(|figure| figure.reading.value.is_some())
    };
    let pairs = [
        period.previous().and_then(|last| at("contacts", last)),
        period.year_ago().and_then(|ago| at("contacts", ago)),
    ];
    let mut said = vec![say("contacts-now").with("period", Arg::In(period)).with("now", &now.id)];
    said.extend(pairs.into_iter().flatten().map(|other| compared(known, now, other)));
    blocks.push(stated(known, say("sentences").with("all", Arg::Sentences(said)), now));
    blocks.extend(per_workday(known, Phone, "calls-per-workday", now.reading.basis));
    blocks
}

fn answer_rate(known: &Known<'_>, now: &Figure) -> Option<Block> {
    if now.reading.value.is_none() {
        return says_something(now).then(|| no_value(known, "panel-answer-rate", now));
    }
    let of = |period| by_basis(&known.whole(Phone, "answer_rate", period), now.reading.basis);
    let ago = known.facts.period.year_ago().and_then(of).filter(|ago| ago.reading.value.is_some());
    let sentence = match ago {
        None => say("answer-rate").with("now", &now.id),
        Some(ago) => say("answer-rate-before")
            .with("now", &now.id)
            .with("before", &ago.id)
            .with("trend", Arg::Word(trend(now, ago).word())),
    };
    Some(stated(known, sentence, now))
}

fn chart(known: &Known<'_>) -> Option<Chart> {
    let periods = times(known);
    let calls = chart_of(known, Phone, "contacts", &periods, true);
    let rates = chart_of(known, Phone, "answer_rate", &periods, true);
    let visits = chart_of(known, ServicePoint, "contacts", &periods, false);
    let per_day = chart_of(known, Phone, "contacts_per_workday", &periods, false);
    let panels =
        [("panel-visits", visits, true), ("panel-calls", calls, true), ("panel-answer-rate", rates, false)];
    let mut tables = Vec::new();
    let mut shown = Vec::new();
    for (title, lines, from_zero) in panels {
        if is_too_short(known, &lines) {
            continue;
        }
        let per_day = if title == "panel-calls" { per_day.as_slice() } else { &[] };
        let beside = per_day
            .iter()
            .cloned()
            .map(|line| Line { name: say("line-per-workday").with("line", line.name), ..line });
        let columns: Vec<_> = lines.iter().cloned().chain(beside).collect();
        tables.push(week_table(known, say(title), &columns, &periods));
        shown.push(Panel { title: say(title), lines, from_zero });
    }
    let times = marked(known, &periods);
    (!shown.is_empty()).then(|| Chart { title: say("contacts-chart"), times, panels: shown, tables })
}
