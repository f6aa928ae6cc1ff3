//! Decides what to do with a document: recognised by its content, never by a guess.
//!
//! | content | append (a log) | replace (a table) |
//! |---|---|---|
//! | what was counted, and nothing more | nothing changes | nothing changes |
//! | what was counted, and more | goes on | goes on |
//! | begins with another line | a new document | replaces the one of the same name |
//! | begins with the same line, then differs or is shorter | refused | replaces the one of the same name |
//!
//! Options choose where the table says *refused*, and `--reread` replaces what is recognised.

use jono_domain::{Document, Keep};
use jono_ingest::{Input, InputError, Prefix};
use jono_ledger::Outlook;
use thiserror::Error;

/// What the caller has decided beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Choices {
    /// What differs replaces what was counted.
    pub(crate) replace: bool,
    /// What differs is another document.
    pub(crate) as_new: bool,
    /// What is recognised is counted anew, by the rules of today.
    pub(crate) reread: bool,
    /// An unterminated last line is counted.
    pub(crate) take_last: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Nothing: it was counted already.
    Same(Document),
    /// Go on where it was left.
    Grow(Document),
    /// Count it.
    New,
    /// Take this one's counts back, and count it.
    Replace(Document),
}

/// A document that cannot be told apart from another.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    /// It begins like a document that was counted, and then differs.
    #[error(
        "{name} begins like {other}, of which {bytes} bytes were counted, but is shorter or differs within them; \
         if it is that log rewritten, use --replace; if it is another log, --as-new"
    )]
    Differs {
        /// The input.
        name: String,
        /// The document.
        other: String,
        /// How much of it was counted.
        bytes: u64,
    },
    /// Several documents could be meant.
    #[error("--replace: {name} could replace any of {others}; give it the name of one with --name")]
    Ambiguous {
        /// The input.
        name: String,
        /// The documents.
        others: String,
    },
}

/// Compares an input with what the ledger knows.
pub(crate) fn plan(
    input: &Input,
    name: &str,
    outlook: Outlook,
    keep: Keep,
    choices: Choices,
) -> Result<Result<Plan, Refusal>, InputError> {
    let Outlook { mut candidates, same_name, .. } = outlook;
    // A last line that was counted unterminated may have been cut: then even the first line may have another hash.
    if let Some(cut) = same_name.as_ref().filter(|document| !document.position.terminated)
        && !candidates.contains(cut)
    {
        candidates.push(cut.clone());
    }
    for document in &candidates {
        match input.compare(&document.position)? {
            Prefix::Different => {}
            Prefix::Same if choices.reread => return Ok(Ok(Plan::Replace(document.clone()))),
            Prefix::Same => return Ok(Ok(Plan::Same(document.clone()))),
            Prefix::Longer if choices.reread || !document.position.terminated => {
                return Ok(Ok(Plan::Replace(document.clone())));
            }
            Prefix::Longer => return Ok(Ok(Plan::Grow(document.clone()))),
        }
    }
    Ok(match (keep, same_name) {
        (_, _) if choices.as_new => Ok(Plan::New),
        (Keep::Replace, Some(document)) => Ok(Plan::Replace(document)),
        (Keep::Replace, None) => Ok(Plan::New),
        (Keep::Append, Some(document)) if choices.replace => Ok(Plan::Replace(document)),
        (Keep::Append, _) => match candidates.as_slice() {
            [] => Ok(Plan::New),
            [document] if choices.replace => Ok(Plan::Replace(document.clone())),
            others if choices.replace => Err(Refusal::Ambiguous {
                name: name.to_owned(),
                others: others.iter().map(|document| document.name.as_str()).collect::<Vec<_>>().join(", "),
            }),
            [document, ..] => Err(Refusal::Differs {
                name: name.to_owned(),
                other: document.name.clone(),
                bytes: document.position.bytes,
            }),
        },
    })
}
