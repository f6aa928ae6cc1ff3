//! Waiting time in the phone queue, now and a year before.

use jono_domain::{Channel::Phone, State};

use super::{
    or_nothing,
    rows::{column, row},
    stated,
    trend::trend,
};
use crate::{
    block::{Arg, Block, Table, say},
    figure::Figure,
    known::Known,
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let period = known.facts.period;
    let ago = period.year_ago();
    let mut blocks = Vec::new();
    let whole = |measure, period| known.whole(Phone, measure, period).into_iter().next();
    if let Some(now) = whole("wait_mean", period) {
        let before =
            ago.and_then(|ago| whole("wait_mean", ago)).filter(|before| before.reading.value.is_some());
        blocks.push(mean(known, now, before));
    }
    if let (Some(half), Some(most)) = (whole("wait_p50", period), whole("wait_p90", period))
        && half.reading.value.is_some()
        && most.reading.value.is_some()
    {
        let sentence = say("waiting-percentiles").with("half", &half.id).with("most", &most.id);
        blocks.push(stated(known, sentence, half));
    }
    blocks.extend(by_service(known).map(Block::Table));
    let mut blocks = or_nothing(blocks);
    blocks.push(Block::Note(say("waiting-note")));
    blocks
}

fn mean(known: &Known<'_>, now: &Figure, before: Option<&Figure>) -> Block {
    let period = Arg::In(known.facts.period);
    let sentence = match (now.reading.value, before) {
        (None, _) => say("waiting-unknown").with("period", period).with("now", &now.id),
        (Some(_), None) => say("waiting-mean").with("period", period).with("now", &now.id),
        (Some(_), Some(before)) => say("waiting-mean-before")
            .with("period", period)
            .with("now", &now.id)
            .with("before", &before.id)
            .with("trend", Arg::Word(trend(now, before).word())),
    };
    stated(known, sentence, now)
}

fn by_service(known: &Known<'_>) -> Option<Table> {
    let period = known.facts.period;
    let ago = period.year_ago();
    let rows: Vec<_> = known
        .facts
        .services
        .keys()
        .filter_map(|service| {
            let of = |period| known.service(Phone, "wait_mean", service, period).into_iter().next();
            let (now, before) = (of(period), ago.and_then(of));
            let is_known = |figure: &Figure| figure.reading.state != State::Unavailable;
            now.filter(|now| is_known(now)).or(before.filter(|before| is_known(before)))?;
            row(known.service_name(service), &[now, before])
        })
        .collect();
    let mut columns = vec![column("column-service"), Arg::Period(period)];
    columns.push(ago.map_or_else(|| column("column-year-before"), Arg::Period));
    (!rows.is_empty()).then(|| Table { caption: say("waiting-table"), columns, rows })
}
