//! How far the bulletin can be relied on, what changed since it was first published, and what its words mean.

use jono_domain::State;

use super::names;
use crate::{
    block::{Arg, Block, Row, Table, say},
    facts::{Accepted, Change, Edition, Revision},
    known::Known,
};

/// How many changed figures are listed.
const MOST_CHANGES: usize = 100;

/// The edition, and corrections.
pub(super) fn status(known: &Known<'_>, changes: &[Change]) -> Vec<Block> {
    let facts = known.facts;
    let compiled = Arg::Time(facts.compiled);
    let mut blocks = Vec::new();
    if facts.generated {
        blocks.push(Block::Note(say("generated")));
    }
    match &facts.edition {
        Edition::Draft => blocks.push(Block::Note(say("draft").with("compiled", compiled))),
        Edition::Final(revision) => {
            let number = Arg::Number(u64::from(revision.number));
            blocks.push(Block::Note(say("final").with("number", number).with("compiled", compiled)));
            blocks.extend(details(known, revision));
            if !revision.earlier.is_empty() {
                blocks.extend(corrections(known, revision, changes));
            }
        }
    }
    blocks
}

fn details(known: &Known<'_>, revision: &Revision) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(until) = revision.embargo {
        blocks.push(Block::Note(say("embargo").with("until", Arg::Time(until))));
    }
    let accepted = revision.accepted.iter().map(|accepted| match accepted {
        Accepted::PeriodNotOver => say("accepted-not-over").with("period", Arg::Period(known.facts.period)),
        Accepted::OpenRound(round) => say("accepted-open-round").with("round", Arg::Period(*round)),
        Accepted::StaleFeed(source) => say("accepted-stale").with("source", Arg::Text(source.to_string())),
    });
    blocks.extend(accepted.map(Block::Note));
    blocks
}

fn corrections(known: &Known<'_>, revision: &Revision, changes: &[Change]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let note = [&revision.note.fi, &revision.note.sv, &revision.note.en];
    if note.into_iter().any(Option::is_some) {
        let note = Arg::Name(revision.note.clone(), String::new());
        blocks.push(Block::Note(say("correction").with("note", note)));
    }
    let row = |change: &Change| {
        let after = known.figure(&change.figure).map(|_| Arg::Figure(change.figure.clone()));
        let state = if change.was_open { State::Provisional } else { State::Final };
        let before = change.before.map(|before| Arg::Earlier(change.figure.clone(), before, state));
        let untold = || Some(Arg::from(say("not-told")));
        let name = known.figure(&change.figure).map(|figure| names::figure(known, figure));
        Row {
            depth: 0,
            name: name.unwrap_or_else(|| Arg::Text(change.figure.to_string())),
            cells: vec![before.or_else(untold), after.or_else(untold)],
        }
    };
    let of_numbers: Vec<_> = changes.iter().filter(|change| change.is_of_number).collect();
    let rows: Vec<_> = of_numbers.iter().take(MOST_CHANGES).map(|change| row(change)).collect();
    let columns = ["column-figure", "column-was", "column-is"].map(|name| say(name).into()).into();
    if changes.iter().any(|change| !change.is_of_number && change.was_open) {
        blocks.push(Block::Note(say("stars-gone")));
    }
    if rows.is_empty() {
        blocks.push(Block::Note(say("no-changes")));
    } else {
        let caption = say("changes").with("count", Arg::Number(of_numbers.len() as u64));
        blocks.push(Block::Table(Table { caption, columns, rows }));
    }
    blocks
}

/// What the words mean.
pub(super) fn blocks(_known: &Known<'_>) -> Vec<Block> {
    let marks = ["about-published", "about-counted", "about-tallied", "about-generated"].map(say).into();
    let states = ["about-withheld", "about-closed", "about-unavailable", "about-reserves", "about-star"]
        .map(say)
        .into();
    let rules = ["about-calls", "about-weeks", "about-trends", "about-rounding"].map(say).into();
    vec![Block::List(marks), Block::List(states), Block::List(rules)]
}
