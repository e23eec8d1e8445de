//! Why the store failed, and what the operator can do about it.

use bantin_core::Slug;
use std::path::{Path, PathBuf};

/// An operation of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite failed.
    #[error("{path}: {error}{hint}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's error.
        error: rusqlite::Error,
        /// What to do.
        hint: &'static str,
    },
    /// A later version wrote the file.
    #[error(
        "{path} was written by a newer bantin (its format is {found}, this one reads up to {known}); install that version again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema of the file.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// A later version wrote a value in the file.
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
    /// A value in the file cannot be read.
    #[error("{path}: {what} cannot be read: {why}; restore it from a backup, or report this")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Another worker has the source now.
    #[error(
        "the visit took longer than its lease, and another worker has the source now; nothing of it was kept"
    )]
    LeaseLost,
    /// A former name belongs to another source or feed.
    #[error(
        "{kind} {id:?} cannot take over {formerly:?}: both have articles or subscribers of their own; remove it from `aliases`"
    )]
    NameTaken {
        /// `source` or `feed`.
        kind: &'static str,
        /// The new name.
        id: Slug,
        /// The former name.
        formerly: Slug,
    },
    /// No article has this id.
    #[error("no article has the id {0:?}; `bantin export` lists them")]
    NoSuchArticle(String),
    /// The blocking task of the store panicked or was cancelled.
    #[error("the store's worker ended: {0}")]
    Worker(String),
}

/// A failed transaction. `Corrupt` names the value that cannot be read, and why.
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

/// The error for the operator: with the path of the file, and a hint what to do.
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
                    ": the file is damaged, or is not a SQLite file; restore it from a backup"
                }
                _ => "",
            };
            StoreError::Sqlite { path: path.to_owned(), error, hint }
        }
    }
}
