//! Service level against the target: the formula is named with its time, its target and its share.

use jono_domain::{Channel::Phone, Formula, Value};

use super::{
    or_nothing,
    rows::{cell, column},
    stated,
    trend::trend,
};
use crate::{
    block::{Arg, Block, Row, Table, say},
    figure::Figure,
    known::{Known, says_something},
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let period = known.facts.period;
    let mut blocks = Vec::new();
    for now in known.whole(Phone, "service_level", period) {
        if now.reading.value.is_none() {
            continue;
        }
        let ago = period.year_ago().map(|ago| known.whole(Phone, "service_level", ago)).unwrap_or_default();
        let ago =
            ago.into_iter().find(|ago| ago.reading.basis == now.reading.basis && ago.reading.value.is_some());
        let sentence = match ago {
            None => say("service-level-now").with("period", Arg::In(period)).with("now", &now.id),
            Some(ago) => say("service-level-before")
                .with("period", Arg::In(period))
                .with("now", &now.id)
                .with("before", &ago.id)
                .with("trend", Arg::Word(trend(now, ago).word())),
        };
        blocks.push(stated(known, sentence, now));
    }
    blocks.extend(by_service(known).map(Block::Table));
    let mut blocks = or_nothing(blocks);
    blocks.push(Block::Note(say("service-level-note")));
    blocks
}

fn by_service(known: &Known<'_>) -> Option<Table> {
    let period = known.facts.period;
    let mut rows = Vec::new();
    for (id, service) in &known.facts.services {
        let first = |measure| known.service(Phone, measure, id, period).into_iter().next();
        let (level, rate) = (first("service_level"), first("answer_rate"));
        if ![level, rate].into_iter().flatten().any(says_something) {
            continue;
        }
        let formula = say(formula(service.formula))
            .with("within", Arg::Duration(service.within.get()))
            .with("short", Arg::Duration(service.short.get()));
        let reached = level.and_then(|level| reached(level, service.target));
        rows.push(Row {
            depth: 0,
            name: known.service_name(id),
            cells: vec![
                cell(level),
                Some(Arg::Share(service.target)),
                reached.map(|reached| say(if reached { "target-reached" } else { "target-missed" }).into()),
                Some(formula.into()),
                cell(rate),
            ],
        });
    }
    let columns = [
        "column-service",
        "column-level",
        "column-target",
        "column-reached",
        "column-formula",
        "column-answer-rate",
    ];
    (!rows.is_empty()).then(|| Table {
        caption: say("service-level-table").with("period", Arg::Period(period)),
        columns: columns.map(column).into(),
        rows,
    })
}

/// Whether a level is at least its target, by what is told of it: one decimal of a percent.
fn reached(level: &Figure, target: f64) -> Option<bool> {
    match level.reading.value? {
        Value::Quotient { .. } | Value::Published { .. } => {
            let shown = crate::told::Told::new(level).shown?;
            Some(shown >= jono_domain::Decimal::try_from(target).ok()?)
        }
        Value::Count(_) | Value::Percentile { .. } => None,
    }
}

fn formula(formula: Formula) -> &'static str {
    match formula {
        Formula::AnsweredOfOffered => "formula-answered-of-offered",
        Formula::AnsweredOfOfferedLessShort => "formula-answered-of-offered-less-short",
        Formula::AnsweredOfAnswered => "formula-answered-of-answered",
        Formula::HandledOfOffered => "formula-handled-of-offered",
        Formula::AnswerRate => "formula-answer-rate",
    }
}
