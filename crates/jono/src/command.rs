//! The subcommands, one file each.

pub(crate) mod backfill;
pub(crate) mod bulletin;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod ingest;
pub(crate) mod readings;
pub(crate) mod reconcile;
pub(crate) mod revisions;
pub(crate) mod serve;

/// An error with all its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let message = next.to_string();
        if !text.ends_with(&message) {
            text = format!("{text}: {message}");
        }
        cause = next.source();
    }
    text
}
