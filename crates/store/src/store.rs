//! The connections and transactions of the store, which is one SQLite file. The methods of
//! [`Store`] are defined next to their SQL, in the file of their subject.

use crate::columns::millis;
use crate::connection::{Access, BoxedResult, ConnectionThread, TransactionWork};
use crate::error::{TransactionError, explain};
use crate::{StoreError, migrations};
use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The time that a transaction waits for a lock of another process.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The store in the state folder: one connection for writing and short reads, one for long reads.
/// Clones share the connections.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: Arc<ConnectionThread>,
    reader: Arc<ConnectionThread>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

impl Store {
    /// Opens the store in the state folder and migrates it to the newest schema. Creates the folder
    /// and the file if they are missing.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a later version wrote the file, which is then left untouched.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("bantin.sqlite");
        let opened = tokio::task::spawn_blocking(move || Self::open_file(path)).await;
        opened.map_err(|e| StoreError::Worker(e.to_string()))?
    }

    fn open_file(path: PathBuf) -> Result<Self, StoreError> {
        let failed = |e: TransactionError| explain(&path, e);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| {
                failed(TransactionError::Sqlite(rusqlite::Error::InvalidPath(PathBuf::from(
                    e.to_string(),
                ))))
            })?;
        }
        let mut writer = connect(&path).map_err(failed)?;
        migrations::migrate(&path, &mut writer)?;
        // What a failed request has overwritten in a shared transaction is kept for undoing it:
        // not in a file, whose folder may be full or read-only.
        writer.pragma_update(None, "temp_store", "MEMORY").map_err(|error| failed(error.into()))?;
        let reader = connect(&path).map_err(failed)?;
        Self::new(path, writer, reader)
    }

    fn new(path: PathBuf, writer: Connection, reader: Connection) -> Result<Self, StoreError> {
        let start = |db| ConnectionThread::start(path.clone(), db).map(Arc::new);
        let (writer, reader) = (start(writer)?, start(reader)?);
        Ok(Self { path, writer, reader })
    }

    /// Opens the store in the state folder for a command that only reads. If it cannot be opened
    /// for writing, because its disk is full or read-only, it is opened without.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub async fn open_for_reading(folder: &Path) -> Result<Self, StoreError> {
        match Self::open(folder).await {
            Err(error) if error.is_local() => {
                let path = folder.join("bantin.sqlite");
                let opened = tokio::task::spawn_blocking(move || Self::open_read_only(path)).await;
                // The first error says what is wrong with the disk.
                opened.ok().flatten().ok_or(error)
            }
            opened => opened,
        }
    }

    fn open_read_only(path: PathBuf) -> Option<Self> {
        let (writer, reader) = (read_only(&path)?, read_only(&path)?);
        Self::new(path, writer, reader).ok()
    }

    /// Writes a value to the disk, to test whether that is possible.
    ///
    /// # Errors
    /// The reason why the store cannot be written.
    pub async fn test_write(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (name, value) VALUES ('tested', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.write_durably(move |db| {
            db.execute(sql, [millis(now).to_string()])?;
            Ok(())
        })
        .await
    }

    /// Runs one read transaction.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::Read, boxed(work)).await)
    }

    /// Runs a short read in the order of the writes, on their connection: SQLite empties the page
    /// cache of every other connection after a write.
    pub(crate) async fn read_briefly<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::ReadBriefly, boxed(work)).await)
    }

    /// Runs one write transaction.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::Write, boxed(work)).await)
    }

    /// Runs one write transaction, whose changes are on disk on return.
    pub(crate) async fn write_durably<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::WriteDurably, boxed(work)).await)
    }

    /// Empties the journal, which contains overwritten content. A part that another process is
    /// reading remains until the next call.
    pub(crate) async fn empty_journal(&self) -> Result<(), StoreError> {
        self.writer.empty_journal().await
    }

    /// Reports each statement that ends from now on.
    #[cfg(test)]
    pub(crate) async fn trace(&self, report: fn(rusqlite::trace::TraceEvent<'_>)) {
        use rusqlite::trace::TraceEventCodes;
        for connection in [&self.writer, &self.reader] {
            let trace = move |db: &mut Connection| {
                db.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(report)).unwrap();
            };
            connection.configure(Box::new(trace)).await;
        }
    }

    async fn transact(&self, access: Access, work: TransactionWork) -> BoxedResult<StoreError> {
        let connection = match access {
            Access::Read => &self.reader,
            Access::ReadBriefly | Access::Write | Access::WriteDurably => &self.writer,
        };
        connection.transact(access, work).await
    }
}

fn boxed<T: Send + 'static>(
    work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
) -> TransactionWork {
    Box::new(move |db| Ok(Box::new(work(db)?)))
}

fn unboxed<T: 'static>(result: BoxedResult<StoreError>) -> Result<T, StoreError> {
    // Impossible: the work from `boxed` returns a `T`.
    let other_type = |_| StoreError::Worker("it returned a value of another type".to_owned());
    result?.downcast().map(|value| *value).map_err(other_type)
}

/// Opens a file for reading only. If the files beside it that SQLite shares between processes are
/// missing and cannot be made, it is read as a file that does not change.
pub(crate) fn read_only(path: &Path) -> Option<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let open = |name: PathBuf| -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(name, flags)?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        // The file is opened by the first statement.
        db.query_row("SELECT count(*) FROM source", [], |_| Ok(()))?;
        Ok(db)
    };
    if let Ok(db) = open(path.to_owned()) {
        return Some(db);
    }
    let journal = path.with_extension("sqlite-wal");
    let is_complete = std::fs::metadata(journal).map_or(true, |journal| journal.len() == 0);
    let mut uri = url::Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    uri.set_query(Some("immutable=1"));
    is_complete.then(|| open(PathBuf::from(uri.as_str())).ok()).flatten()
}

fn connect(path: &Path) -> Result<Connection, TransactionError> {
    let db = Connection::open(path)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    // Old versions of an article that is erased later may have been deleted before: `secure_delete`
    // overwrites all deleted content in the file.
    db.pragma_update(None, "secure_delete", "ON")?;
    // Otherwise SQLite prepares a statement again whenever other values are bound to it, if it has
    // considered a partial index. The plans do not depend on the values.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(db)
}
