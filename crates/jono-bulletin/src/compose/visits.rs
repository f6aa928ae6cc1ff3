//! Visits to service points: this week and the last, months as means of their weeks, the shape of the year.

use jono_domain::{Basis, Channel::ServicePoint, Grain, Period};

use super::{
    lines::{chart_of, is_too_short, marked, times, week_table},
    no_value, or_nothing,
    rows::{basis_name, by_basis, column, row, without_empty_columns, without_untold_columns},
    stated,
    workdays::{compared, per_workday},
};
use crate::{
    block::{Arg, Block, Chart, Panel, Row, Table, say},
    figure::Figure,
    known::{Known, says_something},
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for now in known.whole(ServicePoint, "contacts", known.facts.period) {
        blocks.extend(statement(known, now));
        blocks.extend(per_workday(known, ServicePoint, "visits-per-workday", now.reading.basis));
    }
    blocks.extend(chart(known).map(Block::Chart));
    blocks.extend(months(known).map(Block::Table));
    for basis in [Basis::Tallied, Basis::Counted] {
        blocks.extend(by_unit(known, basis).map(Block::Table));
    }
    let mut blocks = or_nothing(blocks);
    blocks.push(Block::Note(say("visits-note")));
    blocks
}

fn statement(known: &Known<'_>, now: &Figure) -> Option<Block> {
    let period = known.facts.period;
    let basis = now.reading.basis;
    if now.reading.value.is_none() {
        return says_something(now).then(|| no_value(known, "panel-visits", now));
    }
    let at = |period| by_basis(&known.whole(ServicePoint, "contacts", period), basis);
    let told = |figure: &&Figure| figure.reading.value.is_some();
    let last = period.previous().and_then(at).filter(told);
    let ago = period.year_ago().and_then(at).filter(told);
    let mut said = vec![say("visits-now").with("period", Arg::In(period)).with("now", &now.id)];
    said.extend([last, ago].into_iter().flatten().map(|other| compared(known, now, other)));
    Some(stated(known, say("sentences").with("all", Arg::Sentences(said)), now))
}

fn chart(known: &Known<'_>) -> Option<Chart> {
    let periods = times(known);
    let lines = chart_of(known, ServicePoint, "contacts", &periods, true);
    if is_too_short(known, &lines) {
        return None;
    }
    let tables = vec![week_table(known, say("visits-chart"), &lines, &periods)];
    let panel = Panel { title: say("panel-visits"), lines, from_zero: true };
    Some(Chart { title: say("visits-chart"), times: marked(known, &periods), panels: vec![panel], tables })
}

/// A month's mean of weeks.
fn months(known: &Known<'_>) -> Option<Table> {
    let organisation = &known.facts.organisation;
    let mut all: Vec<Period> = known
        .facts
        .readings
        .iter()
        .filter(|reading| {
            reading.measure.name() == "contacts_weekly_mean" && reading.unit.as_ref() == Some(organisation)
        })
        .map(|reading| reading.period)
        .filter(|period| period.grain() == Some(Grain::Month))
        .collect();
    all.sort();
    all.dedup();
    let rows: Vec<_> = all
        .into_iter()
        .filter_map(|month| {
            let figures = known.whole(ServicePoint, "contacts_weekly_mean", month);
            let published = known.published_at(ServicePoint, "contacts_weekly_mean", organisation, month);
            let of = |basis| by_basis(&figures, basis);
            row(Arg::Period(month), &[published, of(Basis::Tallied), of(Basis::Counted)])
        })
        .collect();
    let bases = [Basis::Published, Basis::Tallied, Basis::Counted];
    let columns = std::iter::once(column("column-month")).chain(bases.map(|basis| basis_name(basis).into()));
    let table = Table { caption: say("visits-months"), columns: columns.collect(), rows };
    (!table.rows.is_empty()).then(|| without_empty_columns(table))
}

fn by_unit(known: &Known<'_>, basis: Basis) -> Option<Table> {
    let period = known.facts.period;
    let last = period.previous();
    let month = known
        .facts
        .readings
        .iter()
        .filter(|reading| {
            reading.measure.name() == "contacts_weekly_mean" && reading.basis != Basis::Published
        })
        .map(|reading| reading.period)
        .max();
    let rows: Vec<_> = known
        .units()
        .into_iter()
        .filter_map(|(depth, unit)| {
            let of = |measure, period| by_basis(&known.unit(ServicePoint, measure, unit, period), basis);
            let cells = [
                of("contacts", period),
                last.and_then(|last| of("contacts", last)),
                month.and_then(|month| of("contacts_weekly_mean", month)),
            ];
            Some(Row { depth, ..row(known.unit_name(unit), &cells)? })
        })
        .collect();
    let mut columns = vec![column("column-unit"), Arg::Period(period)];
    columns.push(last.map_or_else(|| column("column-before"), Arg::Period));
    let mean = |month| say("column-weekly-mean").with("month", Arg::Period(month)).into();
    columns.push(month.map_or_else(|| column("column-before"), mean));
    let caption = say("visits-units").with("basis", basis_name(basis));
    without_untold_columns(known, Table { caption, columns, rows })
}
