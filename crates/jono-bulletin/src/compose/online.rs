//! The share of applications made online, by area and month.

use jono_domain::{Channel::Online, Grain, Period};

use super::{
    or_nothing,
    rows::{column, row},
    stated,
};
use crate::{
    block::{Arg, Block, Table, say},
    figure::Figure,
    known::Known,
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let facts = known.facts;
    let is_told =
        |period: Period| period.grain() == Some(Grain::Month) && period.last() <= facts.period.last();
    let newest = facts
        .readings
        .iter()
        .filter(|reading| {
            reading.channel == Some(Online) && reading.value.is_some() && is_told(reading.period)
        })
        .map(|reading| reading.period)
        .max();
    let Some(month) = newest else { return or_nothing(Vec::new()) };
    let months = [Some(month), month.previous(), month.year_ago()];
    let mut areas: Vec<_> = facts.areas.iter().collect();
    areas.sort_by_key(|area| (std::cmp::Reverse(area.kind), &area.id));
    areas.sort_by_key(|area| depth(known, area.parent.as_ref()));
    areas.dedup_by_key(|area| &area.id);
    let find = |unit, month: Option<Period>| -> Option<&Figure> {
        month.and_then(|month| known.published_at(Online, "online_ratio", unit, month))
    };
    let mut blocks = Vec::new();
    if let Some(top) = areas.first()
        && let Some(share) = find(&top.id, Some(month))
    {
        let sentence = say("online-share").with("area", known.unit_name(&top.id)).with("share", &share.id);
        let sentence = sentence.with("month", Arg::In(month));
        let ago = find(&top.id, month.year_ago());
        blocks.push(match ago {
            None => stated(known, sentence.with("has-before", Arg::Word("no")), share),
            Some(ago) => {
                stated(known, sentence.with("has-before", Arg::Word("yes")).with("before", &ago.id), share)
            }
        });
    }
    let rows: Vec<_> = areas
        .iter()
        .filter_map(|area| row(known.unit_name(&area.id), &months.map(|month| find(&area.id, month))))
        .collect();
    if !rows.is_empty() {
        let mut columns = vec![column("column-area")];
        columns.extend(months.map(|month| month.map_or_else(|| column("column-before"), Arg::Period)));
        let table = Table { caption: say("online-table"), columns, rows };
        blocks.push(Block::Table(super::rows::without_empty_columns(table)));
    }
    or_nothing(blocks)
}

fn depth(known: &Known<'_>, parent: Option<&jono_domain::UnitId>) -> usize {
    let mut depth = 0;
    let mut next = parent;
    while let Some(id) = next
        && depth < known.facts.areas.len()
    {
        depth += 1;
        next = known.facts.areas.iter().find(|area| area.id == *id).and_then(|area| area.parent.as_ref());
    }
    depth
}
