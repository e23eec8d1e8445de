//! The store in one SQLite file: connections, transactions, migrations.

pub(super) mod archives;
pub(super) mod articles;
pub(super) mod backfill;
pub(super) mod changes;
mod damage;
mod edit_distance;
pub(super) mod exchange;
pub(super) mod feed_names;
pub(super) mod followed;
pub(super) mod hosts;
pub(super) mod lookup;
pub(super) mod pages;
pub(super) mod pending;
pub(super) mod repeated;
pub(super) mod revisits;
pub(super) mod rules;
pub(super) mod source_lists;
pub(super) mod sources;
pub(super) mod tag;
pub(super) mod topics;
pub(super) mod visits;
pub(super) mod websub;
pub(super) mod withdrawals;

use super::StoreError;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What brings the store from one shape to the next, oldest first. Never changed once released, only added to.
pub(super) const MIGRATIONS: [&str; 12] = [
    include_str!("../migrations/1.sql"),
    include_str!("../migrations/2.sql"),
    include_str!("../migrations/3.sql"),
    include_str!("../migrations/4.sql"),
    include_str!("../migrations/5.sql"),
    include_str!("../migrations/6.sql"),
    include_str!("../migrations/7.sql"),
    include_str!("../migrations/8.sql"),
    include_str!("../migrations/9.sql"),
    include_str!("../migrations/10.sql"),
    include_str!("../migrations/11.sql"),
    include_str!("../migrations/12.sql"),
];

/// How long a transaction waits for another process.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store in one file: one connection that writes, one that reads.
#[derive(Clone)]
pub struct SqliteStore {
    path: PathBuf,
    // A std mutex: it is only ever held on a blocking thread, and never across an await.
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

/// Why a transaction ended: what SQLite says, or a reason of ours.
#[derive(Debug)]
pub(super) enum TransactionError {
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

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sqlite({})", self.path.display())
    }
}

impl SqliteStore {
    /// Opens the file, making it and its folder where they are missing.
    pub(super) fn open(path: PathBuf) -> Result<Self, StoreError> {
        let failed = |e: TransactionError| explain(&path, e);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| {
                failed(TransactionError::Sqlite(rusqlite::Error::InvalidPath(PathBuf::from(
                    e.to_string(),
                ))))
            })?;
        }
        let mut writer = connect(&path).map_err(failed)?;
        migrate(&path, &mut writer)?;
        let reader = connect(&path).map_err(failed)?;
        Ok(Self {
            path,
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(Mutex::new(reader)),
        })
    }

    /// Runs one transaction that may change the store.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.transact(&self.writer, TransactionBehavior::Immediate, "NORMAL", work).await
    }

    /// Runs one transaction that is on the disk, not only on its way there, when it returns.
    pub(super) async fn write_durably<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.transact(&self.writer, TransactionBehavior::Immediate, "FULL", work).await
    }

    /// Runs one transaction that only reads: all of it sees the same state.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.transact(&self.reader, TransactionBehavior::Deferred, "NORMAL", work).await
    }

    /// Empties the journal, which holds what was overwritten. What others read just now is left to the next time.
    pub(super) async fn forget(&self) -> Result<(), StoreError> {
        let (writer, path) = (self.writer.clone(), self.path.clone());
        let done = tokio::task::spawn_blocking(move || {
            let db = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let empty = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            empty.map_err(|e| explain(&path, e.into()))
        });
        done.await.map_err(|e| StoreError::Worker(e.to_string()))?
    }

    async fn transact<T: Send + 'static>(
        &self,
        connection: &Arc<Mutex<Connection>>,
        behavior: TransactionBehavior,
        synchronous: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (connection, path) = (connection.clone(), self.path.clone());
        let done = tokio::task::spawn_blocking(move || {
            // A panic in a transaction rolls it back when it is dropped; the connection stays good.
            let mut db = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let run = || -> Result<T, TransactionError> {
                db.pragma_update(None, "synchronous", synchronous)?;
                let transaction = db.transaction_with_behavior(behavior)?;
                let result = work(&transaction)?;
                transaction.commit()?;
                Ok(result)
            };
            run().map_err(|e| explain(&path, e))
        });
        done.await.map_err(|e| StoreError::Worker(e.to_string()))?
    }
}

fn connect(path: &Path) -> Result<Connection, TransactionError> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    // What is erased one day may have been overwritten before: nothing that is deleted stays in the file.
    db.pragma_update(None, "secure_delete", "ON")?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

fn migrate(path: &Path, db: &mut Connection) -> Result<(), StoreError> {
    let mut run = || -> Result<Option<usize>, TransactionError> {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let found = found as usize;
        if found > MIGRATIONS.len() {
            return Ok(Some(found));
        }
        for migration in MIGRATIONS.iter().skip(found) {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
        )?;
        transaction.commit()?;
        Ok(None)
    };
    match run().map_err(|e| explain(path, e))? {
        Some(found) => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: MIGRATIONS.len() })
        }
        None => Ok(()),
    }
}

/// What an operator is told.
fn explain(path: &Path, failed: TransactionError) -> StoreError {
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

/// The counter of changes.
pub(super) fn changes(db: &Transaction<'_>) -> Result<i64, TransactionError> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'changes'";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Moves the counter of changes.
fn changed(db: &Transaction<'_>) -> Result<(), TransactionError> {
    let sql = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'";
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// An instant as it is stored.
fn millis(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis()
}

/// An instant as it was stored.
fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// An instant of a row, where there is one.
fn maybe_instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(instant))
}

/// A value out of text that was checked when it was written.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    what: &'static str,
    text: &str,
) -> Result<T, TransactionError> {
    text.parse().map_err(|e: T::Err| TransactionError::Corrupt(what, e.to_string()))
}
