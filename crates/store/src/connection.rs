//! One connection to the file, on a thread of its own, which runs the requested transactions in the
//! order of their requests.
//!
//! Requests that wait at the same time share one transaction of the file (group commit): locks,
//! changed pages and flushes to the disk then cost once for all of them. Each request sees the
//! changes of those before it. A request that fails is undone alone; no request is answered before
//! the shared transaction has ended.

use crate::StoreError;
use crate::error::{TransactionError, explain};
use rusqlite::{Connection, Transaction, TransactionBehavior, ffi};
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// The maximum number of requests in one shared transaction: others must be able to write, too.
const MAX_SHARED: usize = 64;

/// The result of a request, boxed: one type for all, so that this module is compiled once.
pub(crate) type BoxedResult<E> = Result<Box<dyn Any + Send>, E>;
/// The work of one transaction.
pub(crate) type TransactionWork =
    Box<dyn FnOnce(&Transaction<'_>) -> BoxedResult<TransactionError> + Send>;

/// The access of a transaction to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads one consistent snapshot.
    Read,
    /// Reads beside writes, and briefly.
    ReadBriefly,
    /// Writes; a power failure may undo it.
    Write,
    /// Writes; the changes are on disk on return.
    WriteDurably,
}

impl Access {
    fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::ReadBriefly)
    }
}

/// Requested work, and where its result is sent.
struct Request {
    work: Work,
    result: oneshot::Sender<BoxedResult<StoreError>>,
}

enum Work {
    Transaction(Access, TransactionWork),
    /// Copies the journal into the file, and empties it.
    EmptyJournal,
    /// Calls a function with the connection outside of a transaction.
    #[cfg(test)]
    Configure(Configure),
}

#[cfg(test)]
type Configure = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection and its thread. When it is dropped, it runs all requests first.
pub(crate) struct ConnectionThread {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl ConnectionThread {
    /// Starts the thread of a connection to the file at `path`.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(crate) fn start(path: PathBuf, db: Connection) -> Result<Self, StoreError> {
        let (requests, waiting) = mpsc::channel();
        let thread = thread::Builder::new().name("store".to_owned());
        let thread = thread.spawn(move || answer(&path, db, &waiting));
        let thread = Some(thread.map_err(|error| StoreError::Worker(error.to_string()))?);
        Ok(Self { requests: Some(requests), thread })
    }

    /// Runs one transaction.
    pub(crate) async fn transact(
        &self,
        access: Access,
        work: TransactionWork,
    ) -> BoxedResult<StoreError> {
        self.request(Work::Transaction(access, work)).await
    }

    /// Copies the journal into the file, and empties it, unless another process reads it.
    pub(crate) async fn empty_journal(&self) -> Result<(), StoreError> {
        self.request(Work::EmptyJournal).await.map(|_| ())
    }

    /// Calls a function with the connection.
    #[cfg(test)]
    pub(crate) async fn configure(&self, configure: Configure) {
        self.request(Work::Configure(configure)).await.unwrap();
    }

    async fn request(&self, work: Work) -> BoxedResult<StoreError> {
        let (result, answered) = oneshot::channel();
        let ended = || StoreError::Worker("it has ended".to_owned());
        let requests = self.requests.as_ref().ok_or_else(ended)?;
        requests.send(Request { work, result }).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

impl Drop for ConnectionThread {
    fn drop(&mut self) {
        self.requests = None;
        // The last connection to close copies the journal into the file, so the process must wait.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers requests until there is none left and no sender.
fn answer(path: &Path, mut db: Connection, requests: &mpsc::Receiver<Request>) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Ok(request) = requests.recv() else { return };
            waiting.push_back(request);
        }
        waiting.extend(requests.try_iter());
        answer_next(path, &mut db, &mut waiting);
    }
}

/// Answers the first of the waiting requests, and those that can share its transaction.
fn answer_next(path: &Path, db: &mut Connection, waiting: &mut VecDeque<Request>) {
    let shared = waiting.iter().take(MAX_SHARED).map_while(|request| match request.work {
        Work::Transaction(access, _) => Some(access),
        _ => None,
    });
    let shared: Vec<Access> = shared.collect();
    if shared.is_empty() {
        let Some(Request { work, result }) = waiting.pop_front() else { return };
        // The caller may be gone.
        let _ = result.send(outside(db, work).map_err(|error| explain(path, error)));
        return;
    }
    let is_durable = shared.contains(&Access::WriteDurably);
    let answers = match set_durable(db, is_durable) {
        Ok(()) => transact(db, waiting, &shared),
        Err(error) => fail_writes(db, waiting, shared.len(), false, &error),
    };
    if is_durable {
        // After an error, too. If this fails, the next ones are only slower.
        let _ = db.pragma_update(None, "synchronous", "NORMAL");
    }
    for (result, answer) in answers {
        let _ = result.send(answer.map_err(|error| explain(path, error)));
    }
}

fn set_durable(db: &Connection, is_durable: bool) -> Result<(), TransactionError> {
    if is_durable {
        db.pragma_update(None, "synchronous", "FULL")?;
    }
    Ok(())
}

/// Results that are not sent yet.
type Answers = Vec<(oneshot::Sender<BoxedResult<StoreError>>, BoxedResult<TransactionError>)>;

/// Runs the first waiting requests, which have these kinds of access, in one transaction; or fewer.
fn transact(db: &Connection, waiting: &mut VecDeque<Request>, shared: &[Access]) -> Answers {
    let is_read = shared.iter().all(|access| access.is_read());
    let is_alone = shared.len() == 1;
    let behavior =
        if is_read { TransactionBehavior::Deferred } else { TransactionBehavior::Immediate };
    let transaction = match Transaction::new_unchecked(db, behavior) {
        Ok(transaction) => transaction,
        Err(error) => return fail_writes(db, waiting, shared.len(), is_read, &error.into()),
    };
    let mut answers = Answers::new();
    for access in shared {
        let Some(Request { work: Work::Transaction(_, work), result }) = waiting.pop_front() else {
            break;
        };
        let (done, is_intact) = match is_alone || access.is_read() {
            true => (run(&transaction, work), true),
            false => run_in_savepoint(&transaction, work),
        };
        let is_whole = is_intact && !transaction.is_autocommit() && !(is_alone && done.is_err());
        answers.push((result, done));
        if !is_whole {
            // Dropping the transaction undoes it, unless SQLite has: the disk is full, for example.
            let cause = answers.iter().rev().find_map(|(_, done)| done.as_ref().err());
            let cause = cause.map_or_else(undone, alike);
            fail_all(&mut answers, &cause);
            return answers;
        }
    }
    if let Err(error) = transaction.commit() {
        fail_all(&mut answers, &error.into());
    }
    answers
}

/// Runs work that changes nothing if it fails. The second value is false if that could not be
/// ensured, so that the whole transaction must be undone.
fn run_in_savepoint(
    transaction: &Transaction<'_>,
    work: TransactionWork,
) -> (BoxedResult<TransactionError>, bool) {
    let execute = |sql: &str| transaction.prepare_cached(sql)?.execute(());
    if let Err(error) = execute("SAVEPOINT request") {
        return (Err(error.into()), true);
    }
    let done = run(transaction, work);
    let end: &[&str] = if done.is_ok() {
        &["RELEASE request"]
    } else {
        &["ROLLBACK TO request", "RELEASE request"]
    };
    match end.iter().try_for_each(|sql| execute(sql).map(|_| ())) {
        Ok(()) => (done, true),
        Err(error) => (done.and(Err(error.into())), false),
    }
}

fn run(transaction: &Transaction<'_>, work: TransactionWork) -> BoxedResult<TransactionError> {
    // The changes of work that panics are undone, and the connection stays usable.
    let done = catch_unwind(AssertUnwindSafe(|| work(transaction)));
    done.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        Err(TransactionError::Ours(StoreError::Worker(format!("it panicked: {text}"))))
    })
}

fn outside(db: &mut Connection, work: Work) -> BoxedResult<TransactionError> {
    match work {
        Work::Transaction(..) => {}
        Work::EmptyJournal => db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?,
        #[cfg(test)]
        Work::Configure(configure) => configure(db),
    }
    Ok(Box::new(()))
}

/// Fails the first `count` requests, which have all waited for a transaction that could not begin.
/// The reads among them run in one of their own: another process may be writing, on which they do
/// not depend.
fn fail_writes(
    db: &Connection,
    waiting: &mut VecDeque<Request>,
    count: usize,
    reads_fail: bool,
    cause: &TransactionError,
) -> Answers {
    let (mut reads, mut answers) = (VecDeque::new(), Answers::new());
    for request in waiting.drain(..count.min(waiting.len())) {
        match request.work {
            Work::Transaction(access, _) if access.is_read() && !reads_fail => {
                reads.push_back(request);
            }
            _ => answers.push((request.result, Err(alike(cause)))),
        }
    }
    if !reads.is_empty() {
        let shared = vec![Access::ReadBriefly; reads.len()];
        answers.extend(transact(db, &mut reads, &shared));
    }
    answers
}

/// Fails the requests that had succeeded in a transaction that was undone.
fn fail_all(answers: &mut Answers, cause: &TransactionError) {
    for (_, done) in answers.iter_mut().filter(|(_, done)| done.is_ok()) {
        *done = Err(alike(cause));
    }
}

/// The error of a request whose transaction was undone because of another one.
fn alike(cause: &TransactionError) -> TransactionError {
    match cause {
        TransactionError::Sqlite(rusqlite::Error::SqliteFailure(code, text)) => {
            TransactionError::Sqlite(rusqlite::Error::SqliteFailure(*code, text.clone()))
        }
        _ => undone(),
    }
}

fn undone() -> TransactionError {
    let code = ffi::Error::new(ffi::SQLITE_ABORT_ROLLBACK);
    TransactionError::Sqlite(rusqlite::Error::SqliteFailure(code, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A connection to an empty table whose values are unique.
    fn connection() -> (tempfile::TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.sqlite");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.execute_batch("CREATE TABLE number (value INTEGER UNIQUE)").unwrap();
        (folder, path, db)
    }

    fn insert(value: i64) -> TransactionWork {
        Box::new(move |db| {
            db.execute("INSERT INTO number VALUES (?1)", [value])?;
            Ok(Box::new(value))
        })
    }

    /// Inserts a value, then fails.
    fn fail(value: i64) -> TransactionWork {
        Box::new(move |db| {
            db.execute("INSERT INTO number VALUES (?1)", [value])?;
            Err(TransactionError::Ours(StoreError::LeaseLost))
        })
    }

    fn panic(value: i64) -> TransactionWork {
        Box::new(move |db| {
            db.execute("INSERT INTO number VALUES (?1)", [value])?;
            panic!("out of bounds")
        })
    }

    type Answer = oneshot::Receiver<BoxedResult<StoreError>>;

    fn request(access: Access, work: TransactionWork) -> (Request, Answer) {
        let (result, answer) = oneshot::channel();
        (Request { work: Work::Transaction(access, work), result }, answer)
    }

    /// Runs these works together. Returns their results, and the values in the file.
    fn together(works: Vec<TransactionWork>) -> (Vec<BoxedResult<StoreError>>, Vec<i64>) {
        let (_folder, path, mut db) = connection();
        let requests = works.into_iter().map(|work| request(Access::Write, work));
        let (mut waiting, answers): (VecDeque<Request>, Vec<Answer>) = requests.unzip();
        while !waiting.is_empty() {
            answer_next(&path, &mut db, &mut waiting);
        }
        let answers = answers.into_iter().map(|mut answer| answer.try_recv().unwrap());
        (answers.collect(), values(&Connection::open(&path).unwrap()))
    }

    fn values(db: &Connection) -> Vec<i64> {
        let mut select = db.prepare("SELECT value FROM number ORDER BY rowid").unwrap();
        select.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn what_fails_is_undone_and_the_others_stay() {
        let (answers, values) = together(vec![insert(1), fail(2), panic(3), insert(1), insert(4)]);
        assert_eq!(values, [1, 4]);
        let failed: Vec<String> = answers
            .iter()
            .map(|done| done.as_ref().err().map(ToString::to_string))
            .map(Option::unwrap_or_default)
            .collect();
        assert_eq!([&failed[0], &failed[4]], ["", ""]);
        assert!(failed[1].contains("lease"), "{failed:?}");
        assert!(failed[2].contains("out of bounds"), "{failed:?}");
        assert!(failed[3].contains("UNIQUE"), "{failed:?}");
    }

    #[test]
    fn one_that_fails_alone_is_undone() {
        for work in [fail(1), panic(1)] {
            let (answers, values) = together(vec![work]);
            assert!(answers[0].is_err() && values.is_empty());
        }
    }

    #[test]
    fn a_transaction_that_sqlite_undoes_fails_those_that_shared_it_and_no_later_one() {
        let give_up: TransactionWork = Box::new(|db| {
            db.execute("INSERT OR ROLLBACK INTO number VALUES (1)", ())?;
            Ok(Box::new(()))
        });
        let (answers, values) = together(vec![insert(1), give_up, insert(2)]);
        assert!(answers[0].is_err() && answers[1].is_err() && answers[2].is_ok());
        assert_eq!(values, [2]);
    }

    #[test]
    fn what_cannot_be_undone_alone_is_undone_with_the_others() {
        let without_savepoint: TransactionWork = Box::new(|db| {
            db.execute_batch("INSERT INTO number VALUES (2); RELEASE request")?;
            Err(TransactionError::Ours(StoreError::LeaseLost))
        });
        let (answers, values) = together(vec![insert(1), without_savepoint, insert(3)]);
        assert!(answers[0].is_err() && answers[1].is_err() && answers[2].is_ok());
        assert_eq!(values, [3]);
    }

    #[test]
    fn requests_that_wait_share_a_transaction_which_is_durable_if_one_of_them_must_be() {
        let (_folder, path, mut db) = connection();
        let synchronous: fn() -> TransactionWork = || {
            Box::new(|db| {
                let level: i64 = db.query_row("PRAGMA synchronous", (), |row| row.get(0))?;
                Ok(Box::new(level))
            })
        };
        db.pragma_update(None, "synchronous", "NORMAL").unwrap();
        let requests = [Access::Write, Access::WriteDurably, Access::Write]
            .map(|access| request(access, synchronous()));
        let (mut waiting, answers): (VecDeque<Request>, Vec<Answer>) = requests.into_iter().unzip();
        answer_next(&path, &mut db, &mut waiting);
        assert!(waiting.is_empty());
        for mut answer in answers {
            let level = answer.try_recv().unwrap().unwrap().downcast::<i64>().unwrap();
            assert_eq!(*level, 2);
        }
        let level: i64 = db.query_row("PRAGMA synchronous", (), |row| row.get(0)).unwrap();
        assert_eq!(level, 1);
    }

    #[test]
    fn a_read_does_not_fail_with_the_writes_that_it_waits_with() {
        let (_folder, path, mut db) = connection();
        db.busy_timeout(std::time::Duration::ZERO).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let count: TransactionWork = Box::new(|db| {
            let count: i64 = db.query_row("SELECT count(*) FROM number", (), |row| row.get(0))?;
            Ok(Box::new(count))
        });
        let requests =
            [(Access::Write, insert(1)), (Access::ReadBriefly, count), (Access::Write, insert(2))]
                .map(|(access, work)| request(access, work));
        let (mut waiting, mut answers): (VecDeque<Request>, Vec<Answer>) =
            requests.into_iter().unzip();
        // All have waited for as long, so no write waits again.
        answer_next(&path, &mut db, &mut waiting);
        assert!(waiting.is_empty());
        assert!(answers[1].try_recv().unwrap().is_ok());
        for place in [0, 2] {
            let refused = answers[place].try_recv().unwrap().unwrap_err();
            assert!(refused.is_local(), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_thread_runs_all_requests_before_it_ends() {
        let (_folder, path, db) = connection();
        let thread = Arc::new(ConnectionThread::start(path.clone(), db).unwrap());
        let requests = (0..200).map(|value| {
            let thread = thread.clone();
            tokio::spawn(async move { thread.transact(Access::Write, insert(value)).await.is_ok() })
        });
        for done in requests.collect::<Vec<_>>() {
            assert!(done.await.unwrap());
        }
        drop(thread);
        assert_eq!(values(&Connection::open(&path).unwrap()).len(), 200);
        assert!(!path.with_extension("sqlite-wal").exists());
    }
}
