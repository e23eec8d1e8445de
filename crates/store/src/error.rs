//! Errors of the store, with instructions for the operator.

use bantin_core::Slug;
use std::path::{Path, PathBuf};

/// A failed operation of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite reported an error.
    #[error("{path}: {error}{hint}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's error.
        error: rusqlite::Error,
        /// The action for the operator; may be empty.
        hint: &'static str,
    },
    /// A later version wrote the file.
    #[error(
        "{path} was written by a newer bantin (its format is {found}, this one reads up to {known}); install that version again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema version of the file.
        found: usize,
        /// The newest schema version that this program reads.
        known: usize,
    },
    /// A later version wrote a value in the file.
    #[error(
        "{path}: {what} was written by a newer bantin (version {found}, this one reads up to {known}); it was left unchanged; install that version again"
    )]
    LaterRecord {
        /// The file.
        path: PathBuf,
        /// The kind of value.
        what: &'static str,
        /// Its version in the file.
        found: u64,
        /// The newest version that this program reads.
        known: u64,
    },
    /// A value in the file cannot be read.
    #[error("{path}: {what} cannot be read: {why}; restore it from a backup, or report this")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The kind of value.
        what: &'static str,
        /// The reason.
        why: String,
    },
    /// Another worker has claimed the source.
    #[error(
        "the visit took longer than its lease, and another worker has claimed the source; its results were discarded"
    )]
    LeaseLost,
    /// A former name belongs to another source or feed.
    #[error(
        "{kind} {id:?} cannot take over {alias:?}: both have articles or subscribers of their own; remove it from `aliases`"
    )]
    NameTaken {
        /// `source` or `feed`.
        kind: &'static str,
        /// The new name.
        id: Slug,
        /// The former name.
        alias: Slug,
    },
    /// No article has this id.
    #[error("no article has the id {0:?}; `bantin export` lists them")]
    NoSuchArticle(String),
    /// A thread of the store has ended, or its work panicked.
    #[error("the store's worker thread failed: {0}")]
    Worker(String),
}

impl StoreError {
    /// Whether the cause is this machine, and passes: a full or read-only disk, a failing disk, no
    /// memory or file handles, a lock of another process.
    pub fn is_local(&self) -> bool {
        use rusqlite::ErrorCode as Code;
        let Self::Sqlite { error, .. } = self else { return false };
        matches!(error, rusqlite::Error::InvalidPath(_))
            || matches!(
                error.sqlite_error_code(),
                Some(
                    Code::DiskFull
                        | Code::SystemIoFailure
                        | Code::ReadOnly
                        | Code::CannotOpen
                        | Code::PermissionDenied
                        | Code::OutOfMemory
                        | Code::DatabaseBusy
                        | Code::DatabaseLocked
                )
            )
    }
}

/// A failed transaction. `Corrupt` contains the kind of the unreadable value, and the reason.
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

/// Converts a failed transaction to the error for the operator: adds the path of the file and a
/// hint.
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
                Some(Code::DiskFull) => ": free some space on the disk; no data was lost",
                Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => {
                    ": the state folder must be writable for the user that bantin runs as, on a disk that is not read-only"
                }
                Some(Code::SystemIoFailure) => {
                    ": the disk or the file system of the state folder failed, or is full; check it and the system log"
                }
                Some(Code::OutOfMemory) => ": this machine has no memory left",
                Some(Code::DatabaseBusy | Code::DatabaseLocked) => {
                    ": another process has locked the store; `bantin status` and the lock file show which one"
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
