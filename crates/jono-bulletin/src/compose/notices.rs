//! What the organisation has to say itself.

use crate::{
    block::{Arg, Block, say},
    known::Known,
};

pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let holds = |last: Option<jiff::civil::Date>| last.is_none_or(|last| known.facts.period.first() <= last);
    let notices = known.facts.notices.iter().filter(|notice| holds(notice.last_day));
    let said: Vec<_> = notices
        .map(|notice| {
            let text = Arg::Name(notice.text.clone(), String::new());
            match notice.last_day {
                Some(last) => say("notice-until").with("text", text).with("last", Arg::Date(last)),
                None => say("notice").with("text", text),
            }
        })
        .collect();
    if said.is_empty() { vec![Block::Statement(say("notices-none"), None)] } else { vec![Block::List(said)] }
}
