//! Decides what to do with a document: recognised by its content, never by a guess.
//!
//! | content | append (a log) | replace (a table) |
//! |---|---|---|
//! | what was counted, and nothing more | nothing changes | nothing changes |
//! | what was counted, and more | goes on | goes on if each row stands for itself; else it is read anew |
//! | anything else, under a known name | as below | replaces the one of that name |
//! | begins alike, then differs or is shorter | refused | refused if each row stands for itself; else a new document |
//! | begins otherwise | a new document | a new document |
//!
//! Logs begin alike with the same first line, tables with the same header and first row.
//!
//! Options choose where the table says *refused*, and `--reread` replaces what is recognised.

use std::num::NonZero;

use jono_domain::{Document, Keep};
use jono_ingest::{Input, InputError, Prefix};
use jono_ledger::Outlook;
use thiserror::Error;

/// What the caller has decided beforehand.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Choices {
    /// A file that begins like one that was counted and then differs: it replaces that one.
    #[arg(long, conflicts_with = "as_new")]
    pub(crate) replace: bool,
    /// A file that begins like one that was counted and then differs: it is another one.
    #[arg(long)]
    pub(crate) as_new: bool,
    /// Count again what was counted before, by the rules of today, in place of the old counts.
    #[arg(long)]
    pub(crate) reread: bool,
    /// Count an unterminated last line too: nothing more will be written to it.
    #[arg(long = "final")]
    pub(crate) take_last: bool,
    /// How much of a document a commit covers at most. Little of it gives a small log many commits, and a test many
    /// instants to end the process at.
    #[arg(long, value_name = "MIB", hide = true)]
    pub(crate) batch_mib: Option<NonZero<u32>>,
    /// Parse by so many threads, instead of by as many as there are cores.
    #[arg(long, value_name = "N", hide = true)]
    pub(crate) threads: Option<NonZero<u32>>,
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
        "it begins like {other}, of which {bytes} bytes were counted, but is shorter or differs within them; \
         if it is that one rewritten, use --replace; if it is another one, --as-new"
    )]
    Differs {
        /// The document.
        other: String,
        /// How much of it was counted.
        bytes: u64,
    },
    /// Several documents could be meant.
    #[error("it could replace any of {others}; give it the name of one with --name")]
    Ambiguous {
        /// The documents.
        others: String,
    },
}

/// Compares an input with what the ledger knows. `goes_on` says that its format can go on in the middle.
pub(crate) fn plan(
    input: &Input,
    outlook: Outlook,
    keep: Keep,
    goes_on: bool,
    choices: Choices,
) -> Result<Result<Plan, Refusal>, InputError> {
    let Outlook { mut candidates, alike, same_name, .. } = outlook;
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
            Prefix::Longer if choices.reread || !goes_on || !document.position.terminated => {
                return Ok(Ok(Plan::Replace(document.clone())));
            }
            Prefix::Longer => return Ok(Ok(Plan::Grow(document.clone()))),
        }
    }
    Ok(match (keep, same_name) {
        (_, _) if choices.as_new => Ok(Plan::New),
        (Keep::Replace, Some(document)) => Ok(Plan::Replace(document)),
        (Keep::Replace, None) => among(&alike, None, choices),
        (Keep::Append, same_name) => among(&candidates, same_name, choices),
    })
}

/// What to do with an input that begins like those, and is none of them.
fn among(others: &[Document], same_name: Option<Document>, choices: Choices) -> Result<Plan, Refusal> {
    match others {
        [] => Ok(Plan::New),
        [document] if choices.replace => Ok(Plan::Replace(document.clone())),
        _ if choices.replace => match same_name.filter(|same| others.contains(same)) {
            Some(document) => Ok(Plan::Replace(document)),
            None => Err(Refusal::Ambiguous {
                others: others.iter().map(|document| document.name.as_str()).collect::<Vec<_>>().join(", "),
            }),
        },
        [document, ..] => {
            Err(Refusal::Differs { other: document.name.clone(), bytes: document.position.bytes })
        }
    }
}
