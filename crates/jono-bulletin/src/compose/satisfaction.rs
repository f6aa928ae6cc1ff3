//! Satisfaction by survey round, channel and unit: the score with its answers, interval and star.

use jono_domain::{
    Basis,
    Channel::{self, Phone, PhoneAppointment, ServicePoint},
    Grain, Period,
};

use super::{
    or_nothing,
    rows::{basis_name, by_basis, cell, column, without_empty_columns},
    stated,
};
use crate::{
    ask::{ROUNDS, up_to},
    block::{Arg, Block, Chart, Line, Panel, Row, Table, When, say},
    figure::Figure,
    known::{Known, is_published, says_something},
};

/// The channels that are asked about, with the words for each.
const CHANNELS: [(Channel, &str); 3] = [
    (ServicePoint, "channel-service-point"),
    (Phone, "channel-phone"),
    (PhoneAppointment, "channel-phone-appointment"),
];

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let mut blocks = vec![];
    for (channel, name) in CHANNELS {
        if let Some(figure) = newest(known, channel).filter(|figure| figure.of.is_some()) {
            let sentence = say(if figure.reading.value.is_none() {
                "score-few"
            } else if figure.reading.interval.is_some() {
                "score-interval"
            } else {
                "score-alone"
            });
            let mut sentence =
                sentence.with("channel", say(name)).with("round", Arg::Period(figure.reading.period));
            sentence = sentence.with("score", &figure.id).with("of", Arg::Of(figure.id.clone()));
            if figure.reading.interval.is_some() {
                sentence = sentence.with("interval", Arg::Interval(figure.id.clone()));
            }
            blocks.push(stated(known, sentence, figure));
        }
    }
    blocks.extend(chart(known).map(Block::Chart));
    for (channel, name) in CHANNELS {
        blocks.extend(by_unit(known, channel, name).map(Block::Table));
    }
    if blocks.is_empty() {
        return or_nothing(blocks);
    }
    blocks.insert(0, Block::Note(say("satisfaction-question")));
    if known.figures().iter().any(Figure::is_open) {
        blocks.push(Block::Note(say("satisfaction-star")));
    }
    blocks.push(Block::Note(say("satisfaction-note")));
    blocks
}

fn rounds(known: &Known<'_>) -> Vec<Period> {
    up_to(Period::of(Grain::Quarter, known.facts.period.last()), ROUNDS)
}

fn of_round<'a>(known: &Known<'a>, channel: Channel, round: Period, basis: Basis) -> Option<&'a Figure> {
    if basis == Basis::Published {
        return known.published_at(channel, "score", &known.facts.organisation, round);
    }
    by_basis(&known.whole(channel, "score", round), basis).filter(|figure| says_something(figure))
}

/// The newest round of which anything is known, what is counted before what was published.
fn newest<'a>(known: &Known<'a>, channel: Channel) -> Option<&'a Figure> {
    rounds(known).into_iter().rev().find_map(|round| {
        let of = |basis| of_round(known, channel, round, basis);
        of(Basis::Counted).or_else(|| of(Basis::Tallied)).or_else(|| of(Basis::Published))
    })
}

fn chart(known: &Known<'_>) -> Option<Chart> {
    let rounds = rounds(known);
    let mut panels = Vec::new();
    let mut tables = Vec::new();
    for (channel, name) in CHANNELS {
        let mut lines = Vec::new();
        let mut columns = vec![column("column-round")];
        let mut rows: Vec<_> =
            rounds.iter().map(|&round| Row { depth: 0, name: Arg::Period(round), cells: vec![] }).collect();
        for basis in [Basis::Published, Basis::Counted] {
            let found: Vec<_> = rounds.iter().map(|&round| of_round(known, channel, round, basis)).collect();
            if found.iter().all(Option::is_none) {
                continue;
            }
            columns.push(basis_name(basis).into());
            columns.push(column("column-answers"));
            for (row, figure) in rows.iter_mut().zip(&found) {
                row.cells.push(cell(*figure));
                row.cells.push(
                    figure.filter(|figure| figure.of.is_some()).map(|figure| Arg::Of(figure.id.clone())),
                );
            }
            let told = |figure: &Figure| figure.reading.value.map(|_| figure.id.clone());
            let points = found.iter().map(|figure| figure.and_then(told)).collect();
            lines.push(Line { name: basis_name(basis), is_before: false, points });
        }
        if !lines.is_empty() {
            panels.push(Panel { title: say(name), lines, from_zero: false });
            rows.retain(|row| row.cells.iter().any(Option::is_some));
            tables.push(without_empty_columns(Table { caption: say(name), columns, rows }));
        }
    }
    let times = rounds.into_iter().map(|period| When { period, is_short: false, was_short: false }).collect();
    (!panels.is_empty()).then(|| Chart { title: say("satisfaction-chart"), times, panels, tables })
}

fn by_unit(known: &Known<'_>, channel: Channel, name: &'static str) -> Option<Table> {
    let round = Period::of(Grain::Quarter, known.facts.period.last());
    let last = round.previous()?;
    let mut rows = Vec::new();
    let mut shown = round;
    for round in [round, last] {
        shown = round;
        for (depth, unit) in known.units() {
            let counted =
                known.unit(channel, "score", unit, round).into_iter().find(|figure| says_something(figure));
            let figure = counted.or_else(|| known.published_at(channel, "score", unit, round));
            let Some(figure) = figure.filter(|figure| says_something(figure) || is_published(figure)) else {
                continue;
            };
            let of = figure.of.map(|_| Arg::Of(figure.id.clone()));
            let interval = figure.reading.interval.map(|_| Arg::Interval(figure.id.clone()));
            rows.push(Row {
                depth,
                name: known.unit_name(unit),
                cells: vec![cell(Some(figure)), of, interval],
            });
        }
        if !rows.is_empty() {
            break;
        }
    }
    let columns = ["column-unit", "column-score", "column-answers", "column-interval"].map(column).into();
    let caption = say("satisfaction-units").with("channel", say(name)).with("round", Arg::Period(shown));
    (!rows.is_empty()).then(|| without_empty_columns(Table { caption, columns, rows }))
}
