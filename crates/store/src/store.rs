//! The store: one SQLite file, its connections and transactions. Its methods stand beside their
//! SQL.

use crate::error::{TransactionError, explain};
use crate::{StoreError, migrations};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a transaction waits for another process.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The store in the state folder: one connection that writes, one that reads. All clones are the
/// same store.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    // A std mutex: it is locked on blocking threads only, and never across an await.
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

/// The work of one transaction, whatever it returns: one type for all, so that [`Store::transact`]
/// is compiled once.
type TransactionWork =
    Box<dyn FnOnce(&Transaction<'_>) -> Result<Box<dyn Any + Send>, TransactionError> + Send>;

/// What a transaction does to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// It reads, and sees one state throughout.
    Read,
    /// It writes; a power failure may undo it.
    Write,
    /// It writes, and is on the disk when it returns.
    WriteDurably,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

impl Store {
    /// Opens the store in the state folder, creates both where they are missing, and migrates it to
    /// the newest schema.
    ///
    /// # Errors
    /// [`StoreError::Newer`] where a later version wrote the file; it is not touched.
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
        let reader = connect(&path).map_err(failed)?;
        Ok(Self {
            path,
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(Mutex::new(reader)),
        })
    }

    /// Runs one transaction that reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::Read, boxed(work)).await)
    }

    /// Runs one transaction that may write.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::Write, boxed(work)).await)
    }

    /// Runs one transaction that may write and is on the disk when it returns.
    pub(crate) async fn write_durably<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
    ) -> Result<T, StoreError> {
        unboxed(self.transact(Access::WriteDurably, boxed(work)).await)
    }

    /// Empties the journal, which contains what was overwritten. What another process reads just
    /// now is left to the next time.
    pub(crate) async fn empty_journal(&self) -> Result<(), StoreError> {
        let (writer, path) = (self.writer.clone(), self.path.clone());
        let done = tokio::task::spawn_blocking(move || {
            let db = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let empty = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            empty.map_err(|e| explain(&path, e.into()))
        });
        done.await.map_err(|e| StoreError::Worker(e.to_string()))?
    }

    async fn transact(
        &self,
        access: Access,
        work: TransactionWork,
    ) -> Result<Box<dyn Any + Send>, StoreError> {
        let (connection, behavior, synchronous) = match access {
            Access::Read => (&self.reader, TransactionBehavior::Deferred, "NORMAL"),
            Access::Write => (&self.writer, TransactionBehavior::Immediate, "NORMAL"),
            Access::WriteDurably => (&self.writer, TransactionBehavior::Immediate, "FULL"),
        };
        let (connection, path) = (connection.clone(), self.path.clone());
        let done = tokio::task::spawn_blocking(move || {
            // A panic rolls the transaction back when it is dropped; the connection stays good.
            let mut db = connection.lock().unwrap_or_else(PoisonError::into_inner);
            run(&mut db, behavior, synchronous, work).map_err(|e| explain(&path, e))
        });
        done.await.map_err(|e| StoreError::Worker(e.to_string()))?
    }
}

fn run(
    db: &mut Connection,
    behavior: TransactionBehavior,
    synchronous: &'static str,
    work: TransactionWork,
) -> Result<Box<dyn Any + Send>, TransactionError> {
    db.pragma_update(None, "synchronous", synchronous)?;
    let transaction = db.transaction_with_behavior(behavior)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

fn boxed<T: Send + 'static>(
    work: impl FnOnce(&Transaction<'_>) -> Result<T, TransactionError> + Send + 'static,
) -> TransactionWork {
    Box::new(move |db| Ok(Box::new(work(db)?)))
}

fn unboxed<T: 'static>(result: Result<Box<dyn Any + Send>, StoreError>) -> Result<T, StoreError> {
    // Impossible: the work that `boxed` made returns a `T`.
    let other_type = |_| StoreError::Worker("it returned a value of another type".to_owned());
    result?.downcast().map(|value| *value).map_err(other_type)
}

fn connect(path: &Path) -> Result<Connection, TransactionError> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "foreign_keys", "ON")?;
    // What is erased one day may have been overwritten before: nothing that is deleted stays in the
    // file.
    db.pragma_update(None, "secure_delete", "ON")?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}
