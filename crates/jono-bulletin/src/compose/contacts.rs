//! Contacts by week and channel, with the share of calls answered over them; short weeks marked and named.

use jono_domain::{
    Basis,
    Channel::{self, Phone, ServicePoint},
    Grain, Period,
};

use super::{
    no_value, or_nothing,
    rows::{basis_name, by_basis, cell, column},
    short_weeks, stated,
    trend::trend,
    visits::without_empty_columns,
};
use crate::{
    ask::{PERIODS_OF_CHARTS, up_to},
    block::{Arg, Block, Chart, Line, Panel, Row, Sentence, Table, When, say},
    figure::{Figure, FigureId},
    known::{Known, says_something},
};

/// How many values of one basis make a line, where another basis tells of the same weeks.
const FEWEST_POINTS: usize = 6;

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
    said.extend(pairs.into_iter().flatten().map(|other| {
        say("contacts-compared")
            .with("other", &other.id)
            .with("period", Arg::In(other.reading.period))
            .with("trend", Arg::Word(trend(now, other).word()))
    }));
    blocks.push(stated(known, say("sentences").with("all", Arg::Sentences(said)), now));
    // Weeks of four days are compared with weeks of five by working day.
    let last = period.previous();
    let is_short = |period: Option<Period>| period.is_some_and(|period| known.short_week(period).is_some());
    if (is_short(Some(period)) || is_short(last))
        && let Some(now) = at("contacts_per_workday", period)
        && let Some(last) = last.and_then(|last| at("contacts_per_workday", last))
    {
        let sentence = say("contacts-per-workday")
            .with("now", &now.id)
            .with("last", &last.id)
            .with("last-period", Arg::In(last.reading.period))
            .with("trend", Arg::Word(trend(now, last).word()));
        blocks.push(stated(known, sentence, now));
    }
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
        if lines.is_empty() {
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

/// Periods with the marks of short weeks.
pub(super) fn marked(known: &Known<'_>, periods: &[Period]) -> Vec<When> {
    let is_short = |period: Period| known.short_week(period).is_some();
    let when = |&period: &Period| When {
        period,
        is_short: is_short(period),
        was_short: period.year_ago().is_some_and(is_short),
    };
    periods.iter().map(when).collect()
}

/// The periods of a chart, from the first of which anything is known, of it or of the one a year before.
pub(super) fn times(known: &Known<'_>) -> Vec<Period> {
    let mut all = up_to(known.facts.period, PERIODS_OF_CHARTS);
    let is_known = |period: Period| {
        let figures =
            || [ServicePoint, Phone].into_iter().flat_map(|channel| known.whole(channel, "contacts", period));
        figures().any(|figure| figure.reading.value.is_some())
    };
    let first = all.iter().position(|&period| is_known(period) || period.year_ago().is_some_and(is_known));
    all.split_off(first.unwrap_or_default())
}

/// A line for each basis, and for the same of a year before. A basis that tells of few periods, all of which another tells
/// of as well, makes no line.
pub(super) fn chart_of(
    known: &Known<'_>,
    channel: Channel,
    measure: &'static str,
    periods: &[Period],
    with_year_ago: bool,
) -> Vec<Line> {
    let point = |period: Period, basis| {
        let figure = by_basis(&known.whole(channel, measure, period), basis);
        figure.filter(|figure| says_something(figure)).map(|figure| figure.id.clone())
    };
    let is_value = |id: &FigureId| known.figure(id).is_some_and(|figure| figure.reading.value.is_some());
    let line = |basis: Basis, is_before: bool| {
        let period = |period: Period| if is_before { period.year_ago() } else { Some(period) };
        let points: Vec<Option<FigureId>> =
            periods.iter().map(|&one| period(one).and_then(|one| point(one, basis))).collect();
        let name = say("line").with("basis", basis_name(basis));
        let name = name.with("when", say(if is_before { "year-before" } else { "this-year" }));
        Line { name, is_before, points }
    };
    let mut lines = Vec::new();
    let years: &[bool] = if with_year_ago { &[false, true] } else { &[false] };
    for &is_before in years {
        let all = [line(Basis::Counted, is_before), line(Basis::Tallied, is_before)];
        for (index, one) in all.iter().enumerate() {
            let other = &all[1 - index];
            let count = one.points.iter().flatten().filter(|id| is_value(id)).count();
            let is_alone =
                one.points.iter().zip(&other.points).any(|(one, other)| one.is_some() && other.is_none());
            if count > 0 && (count >= FEWEST_POINTS || is_alone) {
                lines.push(one.clone());
            }
        }
    }
    lines
}

/// The numbers of lines, a row a period; short weeks of either year are marked.
pub(super) fn week_table(known: &Known<'_>, caption: Sentence, lines: &[Line], periods: &[Period]) -> Table {
    let is_weeks = known.facts.period.grain() == Some(Grain::Week);
    let first = column(if is_weeks { "column-week" } else { "column-month" });
    let mut columns = vec![first];
    columns.extend(lines.iter().map(|line| Arg::from(line.name.clone())));
    columns.push(column("column-short"));
    let rows = periods.iter().enumerate().filter_map(|(index, &period)| {
        let figures: Vec<_> =
            lines.iter().map(|line| line.points[index].as_ref().and_then(|id| known.figure(id))).collect();
        figures.iter().any(Option::is_some).then(|| {
            let mut cells: Vec<_> = figures.into_iter().map(cell).collect();
            cells.push(short_weeks::cell(known, period));
            Row { depth: 0, name: Arg::Period(period), cells }
        })
    });
    without_empty_columns(Table { caption, columns, rows: rows.collect() })
}
