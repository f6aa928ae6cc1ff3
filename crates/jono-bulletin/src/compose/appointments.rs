//! Days to the first free appointment, by channel and unit.

use jono_domain::{
    Basis,
    Channel::{self, PhoneAppointment, VisitAppointment},
    UnitId,
};

use super::{
    or_nothing,
    rows::{cell, column},
    stated,
};
use crate::{
    block::{Arg, Block, Row, Table, say},
    figure::Figure,
    known::{Known, says_something},
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (channel, statement, none, table) in [
        (PhoneAppointment, "appointments-phone", "appointments-phone-none", "appointments-phone-table"),
        (VisitAppointment, "appointments-visit", "appointments-visit-none", "appointments-visit-table"),
    ] {
        let published = at(known, channel, &known.facts.organisation);
        let figures = known.whole(channel, "appointment_lead", known.facts.period);
        for figure in published.into_iter().chain(figures) {
            if figure.reading.value.is_some() {
                let sentence =
                    say(statement).with("period", Arg::In(figure.reading.period)).with("lead", &figure.id);
                blocks.push(stated(known, sentence, figure));
            }
        }
        // None at all is no number.
        for share in known.whole(channel, "appointment_available_ratio", known.facts.period) {
            if share.reading.value.is_some_and(|value| value.numerator() == Some(0)) {
                blocks.push(stated(known, say(none).with("period", Arg::In(known.facts.period)), share));
            }
        }
        blocks.extend(by_unit(known, channel, table).map(Block::Table));
    }
    let mut blocks = or_nothing(blocks);
    blocks.push(Block::Note(say("appointments-note")));
    blocks
}

fn at<'a>(known: &Known<'a>, channel: Channel, unit: &UnitId) -> Option<&'a Figure> {
    known.published_at(channel, "appointment_lead", unit, known.facts.period)
}

fn by_unit(known: &Known<'_>, channel: Channel, caption: &'static str) -> Option<Table> {
    let period = known.facts.period;
    let mut rows = Vec::new();
    let mut has_published = false;
    for (depth, unit) in known.units() {
        let first = |measure| known.unit(channel, measure, unit, period).into_iter().next();
        let published = at(known, channel, unit);
        let (lead, share) = (first("appointment_lead"), first("appointment_available_ratio"));
        if ![published, lead, share].into_iter().flatten().any(says_something) {
            continue;
        }
        has_published |= published.is_some();
        let is_none =
            share.and_then(|share| share.reading.value).is_some_and(|value| value.numerator() == Some(0));
        let days = if is_none { Some(say("appointments-none").into()) } else { cell(lead) };
        rows.push(Row {
            depth,
            name: known.unit_name(unit),
            cells: vec![cell(published), days, cell(share)],
        });
    }
    let mut columns = vec![
        column("column-unit"),
        say("column-days").with("basis", super::rows::basis_name(Basis::Published)).into(),
        say("column-days").with("basis", super::rows::basis_name(Basis::Counted)).into(),
        column("column-available"),
    ];
    if !has_published {
        columns.remove(1);
        rows.iter_mut().for_each(|row| drop(row.cells.remove(0)));
    }
    (!rows.is_empty()).then(|| Table {
        caption: say(caption).with("period", Arg::Period(period)),
        columns,
        rows,
    })
}
