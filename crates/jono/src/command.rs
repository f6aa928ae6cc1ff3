//! The subcommands, one file each.

pub(crate) mod check;
pub(crate) mod ingest;
pub(crate) mod readings;
pub(crate) mod serve;
