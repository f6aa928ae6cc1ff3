//! Which service points are open, reduced or closed, and what changes in the coming weeks.

use std::collections::BTreeMap;

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};
use jono_domain::{Channel, Grain, OpenState, Opening, Openings, Period, UnitId};

use super::{or_nothing, rows::column};
use crate::{
    block::{Arg, Block, Row, Table, say},
    facts::DAYS_AHEAD,
    known::Known,
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let openings = Openings::new(known.facts.openings.clone());
    let day = last_workday(known);
    let mut states = openings.states(day);
    // Who is not open on that day of the week, and is on another, is open less than usual.
    for ((channel, unit), state) in &mut states {
        let is_open =
            |day| openings.state(*channel, unit, day).is_some_and(|state| state != OpenState::Closed);
        if *state == OpenState::Closed && Period::of(Grain::Week, day).dates().any(is_open) {
            *state = OpenState::Reduced;
        }
    }
    let of = |state: OpenState| -> Vec<&UnitId> {
        let points = states.iter().filter(|((channel, _), _)| *channel == Channel::ServicePoint);
        points.filter(|(_, found)| **found == state).map(|((_, unit), _)| unit).collect()
    };
    let [open, reduced, closed] = OpenState::ALL.map(of);
    let mut blocks = Vec::new();
    if !states.is_empty() {
        let count = |units: &[&UnitId]| Arg::Number(units.len() as u64);
        let sentence = say("openings-now").with("day", Arg::Date(day)).with("open", count(&open));
        let sentence = sentence.with("reduced", count(&reduced)).with("closed", count(&closed));
        blocks.push(Block::Statement(sentence, None));
    }
    let names = |units: &[&UnitId]| Arg::All(units.iter().map(|unit| known.unit_name(unit)).collect());
    let mut lists = Vec::new();
    if !reduced.is_empty() {
        lists.push(say("openings-reduced").with("units", names(&reduced)));
    }
    if !closed.is_empty() {
        lists.push(say("openings-closed").with("units", names(&closed)));
    }
    if !lists.is_empty() {
        blocks.push(Block::List(lists));
    }
    if !states.is_empty() {
        blocks.push(coming(known));
    }
    or_nothing(blocks)
}

/// The last day of the period on which offices work.
fn last_workday(known: &Known<'_>) -> Date {
    let period = known.facts.period;
    let is_free = |day: Date| {
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        is_weekend
            || known.facts.short_weeks.iter().any(|short| short.holidays.iter().any(|(free, _)| *free == day))
    };
    let days: Vec<_> = period.dates().collect();
    days.into_iter().rev().find(|day| !is_free(*day)).unwrap_or(period.last())
}

/// What begins in the weeks after the period: the same for several units in one row.
fn coming(known: &Known<'_>) -> Block {
    let last = known.facts.period.last();
    let until = last.saturating_add(DAYS_AHEAD.days());
    let is_coming = |opening: &&Opening| {
        opening.channel == Channel::ServicePoint && last < opening.first_day && opening.first_day <= until
    };
    let mut groups = BTreeMap::<_, Vec<&UnitId>>::new();
    for opening in known.facts.openings.iter().filter(is_coming) {
        let hours = opening.hours.as_ref().map(ToString::to_string);
        let when = (opening.first_day, opening.last_day.unwrap_or(Date::MAX), opening.state, hours);
        groups.entry(when).or_default().push(&opening.unit);
    }
    if groups.is_empty() {
        return Block::Statement(say("openings-no-changes"), None);
    }
    let rows = groups.into_iter().map(|((first, last, state, hours), units)| {
        let when = match last {
            Date::MAX => say("from-day").with("first", Arg::Date(first)),
            last => say("from-to").with("first", Arg::Date(first)).with("last", Arg::Date(last)),
        };
        let mut how = say("opening").with("state", say(state_name(state)));
        how = how.with("has-hours", Arg::Word(if hours.is_some() { "yes" } else { "no" }));
        how = how.with("hours", hours.map_or(Arg::Text(String::new()), Arg::Hours));
        let names = Arg::All(units.iter().map(|unit| known.unit_name(unit)).collect());
        Row { depth: 0, name: when.into(), cells: vec![Some(how.into()), Some(names)] }
    });
    Block::Table(Table {
        caption: say("openings-coming"),
        columns: ["column-when", "column-opening", "column-units"].map(column).into(),
        rows: rows.collect(),
    })
}

fn state_name(state: OpenState) -> &'static str {
    match state {
        OpenState::Open => "open-open",
        OpenState::Reduced => "open-reduced",
        OpenState::Closed => "open-closed",
    }
}
