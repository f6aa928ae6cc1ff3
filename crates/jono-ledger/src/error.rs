//! What can go wrong, in sentences that say what to do next. Which of SQLite's many codes means which is decided
//! here and nowhere else.

use std::path::PathBuf;

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::ledger::BUSY_TIMEOUT;

/// Why a ledger was not opened. Nothing in the file was changed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// There is no file.
    #[error("there is no ledger at {}; `jono ingest` makes one", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a directory.
    #[error("{} is a directory; name a file in it, such as {}", path.display(), path.join("jono.ledger").display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// The directory that the ledger was to be made in does not exist.
    #[error("there is no directory {}; make it, or name another place for the ledger", directory.display())]
    NoDirectory {
        /// What is missing.
        directory: PathBuf,
    },
    /// The file is something else, and stays as it is.
    #[error(
        "{} is no ledger of jono, or its beginning is damaged; name another file, or restore it from a backup",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program made it.
    #[error(
        "the ledger {} has schema {found}, and this jono knows them up to {known}; use the jono that wrote it, or \
         a newer one",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema's version.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// Its hours are those of another zone.
    #[error(
        "the ledger {} counts by the hours of {pinned}, not of {asked}; configure {pinned}, or name another ledger",
        path.display()
    )]
    Zone {
        /// The file.
        path: PathBuf,
        /// The zone it was made with.
        pinned: String,
        /// The zone it was to be opened with.
        asked: String,
    },
    /// The operating system did not let it be opened.
    #[error(
        "cannot open the ledger {}; check that this user may read and write it, and its directory",
        path.display()
    )]
    Denied {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It was found, and cannot be used.
    #[error("cannot use the ledger {}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: LedgerError,
    },
}

/// Why the ledger did not do what it was asked. Nothing is ever half done.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// What was to be kept could not be packed.
    #[error("it could not be packed")]
    Packing(#[source] std::io::Error),
    /// It holds what no version of this program wrote.
    #[error(
        "the ledger is damaged: {0}; restore it from a backup, or move it away and count the documents anew"
    )]
    Damaged(String),
    /// No room is left.
    #[error("the ledger's disk is full; nothing is half written: make room and try again")]
    Full(#[source] rusqlite::Error),
    /// Reading is allowed, writing is not.
    #[error("the ledger cannot be written; give this user the right to write the file and its directory")]
    Unwritable(#[source] rusqlite::Error),
    /// Another process did not finish in time.
    #[error(
        "another process has kept the ledger locked for {} seconds; try again when it is done",
        BUSY_TIMEOUT.as_secs()
    )]
    Busy(#[source] rusqlite::Error),
    /// The disk did not do what it was asked.
    #[error("the ledger's disk failed; nothing is half written: check the disk, then try again")]
    Disk(#[source] rusqlite::Error),
    /// SQLite refused for a reason that should not occur.
    #[error("the ledger could not do this, which is a fault in jono: please report it")]
    Refused(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, SqliteFailure, Utf8Error,
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => match error {
                SqliteFailure(_, Some(what)) => Self::Damaged(what),
                other => Self::Damaged(other.to_string()),
            },
            Some(ErrorCode::DiskFull) => Self::Full(error),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::Unwritable(error)
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error),
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error),
            Some(_) => Self::Refused(error),
            None => match error {
                FromSqlConversionFailure(..)
                | IntegralValueOutOfRange(..)
                | InvalidColumnType(..)
                | Utf8Error(..) => Self::Damaged(error.to_string()),
                _ => Self::Refused(error),
            },
        }
    }
}

/// Why a commit was refused. Nothing of it was kept.
#[derive(Debug, Error)]
pub enum WriteError {
    /// What the caller planned with is no longer so: another process wrote meanwhile.
    #[error("another process wrote to the ledger meanwhile; plan this document again")]
    Conflict,
    /// The ledger could not be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}
