//! What a bulletin says, and in which order: a file a section.

mod about;
mod appointments;
mod callbacks;
mod contacts;
mod lead;
mod lines;
mod names;
mod notices;
mod online;
mod openings;
mod outlook;
mod rows;
mod satisfaction;
mod service_level;
mod short_weeks;
pub(crate) mod trend;
mod visits;
mod waiting;
mod workdays;

use jono_domain::Grain;

use crate::{
    block::{Arg, Block, Document, Section, Sentence, say},
    facts::Change,
    figure::Figure,
    known::Known,
};

/// Everything that a bulletin says.
pub(crate) fn document(known: &Known<'_>, changes: &[Change]) -> Document {
    let sections = [
        ("notices", notices::blocks(known)),
        ("waiting", waiting::blocks(known)),
        ("appointments", appointments::blocks(known)),
        ("visits", visits::blocks(known)),
        ("contacts", contacts::blocks(known)),
        ("service-level", service_level::blocks(known)),
        ("callbacks", callbacks::blocks(known)),
        ("openings", openings::blocks(known)),
        ("online", online::blocks(known)),
        ("satisfaction", satisfaction::blocks(known)),
        ("outlook", outlook::blocks(known)),
        ("about", about::blocks(known)),
    ];
    let is_month = known.facts.period.grain() == Some(Grain::Month);
    let title = |id| if is_month && id == "contacts" { "contacts-title-months" } else { title(id) };
    let section = |(id, blocks)| Section { id, title: say(title(id)), blocks };
    Document {
        title: say("title").with("period", Arg::Dated(known.facts.period)),
        organisation: known.unit_name(&known.facts.organisation),
        status: about::status(known, changes),
        leads: lead::topics(known),
        sections: sections.into_iter().map(section).collect(),
    }
}

/// What a section is called.
fn title(id: &str) -> &'static str {
    match id {
        "notices" => "notices-title",
        "waiting" => "waiting-title",
        "appointments" => "appointments-title",
        "visits" => "visits-title",
        "contacts" => "contacts-title",
        "service-level" => "service-level-title",
        "callbacks" => "callbacks-title",
        "openings" => "openings-title",
        "online" => "online-title",
        "satisfaction" => "satisfaction-title",
        "outlook" => "outlook-title",
        _ => "about-title",
    }
}

/// A statement of a figure, with its mark.
fn stated(known: &Known<'_>, sentence: Sentence, figure: &Figure) -> Block {
    Block::Statement(sentence, Some(known.mark(figure)))
}

/// Why a figure has no value: that it is withheld, or closed.
fn no_value(known: &Known<'_>, what: &'static str, figure: &Figure) -> Block {
    let period = Arg::Period(figure.reading.period);
    stated(
        known,
        say("no-value").with("what", say(what)).with("period", period).with("now", &figure.id),
        figure,
    )
}

/// That something is not known, where nothing of it is.
fn or_nothing(blocks: Vec<Block>) -> Vec<Block> {
    let is_empty = |block: &Block| matches!(block, Block::Note(_));
    if blocks.iter().all(is_empty) { vec![Block::Statement(say("nothing-known"), None)] } else { blocks }
}
