//! Why the store failed, and what the operator can do about it.

use bantin_core::Slug;
use std::path::{Path, PathBuf};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("{path}: {error}{hint}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
        /// What to do.
        hint: &'static str,
    },
    /// The file was written by a later version.
    #[error(
        "{path} was written by a newer bantin (its format is {found}, this one reads up to {known}); install that version again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// A value in it was written by a later version.
    #[error(
        "{path}: {what} has the layout of a newer bantin (version {found}, this one reads up to {known}); nothing of it was changed; install that version again"
    )]
    LaterRecord {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Its version.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// What is in it cannot be read.
    #[error("{path}: {what} cannot be read: {why}; restore it from a backup, or report this")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Somebody else has the source now.
    #[error(
        "the visit took longer than its lease, and another worker has the source now; nothing of it was kept"
    )]
    LeaseLost,
    /// The name is taken by another source or feed.
    #[error(
        "{kind} {id:?} cannot take over {formerly:?}: both have articles or subscribers of their own; remove it from `aliases`"
    )]
    NameTaken {
        /// `source` or `feed`.
        kind: &'static str,
        /// The new name.
        id: Slug,
        /// The old one.
        formerly: Slug,
    },
    /// No article has this id.
    #[error("no article has the id {0:?}; `bantin export` lists them")]
    NoSuchArticle(String),
    /// The thread of the store ended.
    #[error("the store's worker ended: {0}")]
    Worker(String),
}

/// Why a transaction ended: what SQLite says, or a reason of ours.
#[derive(Debug)]
pub(crate) enum TransactionError {
    Sqlite(rusqlite::Error),
    Ours(StoreError),
    Corrupt(&'static str, String),
    LaterRecord { what: &'static str, found: u64, known: u64 },
}

impl From<rusqlite::Error> for TransactionError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for TransactionError {
    fn from(error: StoreError) -> Self {
        Self::Ours(error)
    }
}

/// What an operator is told.
pub(crate) fn explain(path: &Path, failed: TransactionError) -> StoreError {
    use rusqlite::ErrorCode as Code;
    match failed {
        TransactionError::Ours(error) => error,
        TransactionError::Corrupt(what, why) => {
            StoreError::Corrupt { path: path.to_owned(), what, why }
        }
        TransactionError::LaterRecord { what, found, known } => {
            StoreError::LaterRecord { path: path.to_owned(), what, found, known }
        }
        TransactionError::Sqlite(error) => {
            let hint = match error.sqlite_error_code() {
                Some(Code::DiskFull) => ": make room on the disk; nothing was lost",
                Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => {
                    ": the state folder must be writable for the user that bantin runs as"
                }
                Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
                    ": another process holds the store; `bantin status` and the lock file say which"
                }
                Some(Code::DatabaseCorrupt | Code::NotADatabase) => {
                    ": the file is damaged or no SQLite file; restore it from a backup"
                }
                _ => "",
            };
            StoreError::Sqlite { path: path.to_owned(), error, hint }
        }
    }
}
