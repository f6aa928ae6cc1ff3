//! What was counted week by week or month by month: lines over the periods of a chart, and the table of the same numbers.

use jono_domain::{
    Basis,
    Channel::{self, Phone, ServicePoint},
    Grain, Period,
};

use super::{
    rows::{basis_name, by_basis, cell, column, without_empty_columns},
    short_weeks,
};
use crate::{
    ask::{periods_of_charts, up_to},
    block::{Arg, Line, Row, Sentence, Table, When, say},
    figure::FigureId,
    known::{Known, says_something},
};

/// How many values of one basis make a line, where another basis tells of the same weeks.
const FEWEST_POINTS: usize = 6;

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
    let mut all = up_to(known.facts.period, periods_of_charts(known.facts.period));
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
        let name = name.with("when", say(if is_before { "line-before" } else { "line-now" }));
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

/// Whether there are no two values to draw a line between.
pub(super) fn is_too_short(known: &Known<'_>, lines: &[Line]) -> bool {
    let is_value = |id: &&FigureId| known.figure(id).is_some_and(|figure| figure.reading.value.is_some());
    let longest = lines.iter().map(|line| line.points.iter().flatten().filter(is_value).count()).max();
    longest.unwrap_or(0) < 2
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
