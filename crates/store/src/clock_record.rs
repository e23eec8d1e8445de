//! What later processes must know about the system clock: the newest instant that the store has
//! seen, and the last finding that the clock is wrong.

use crate::columns::{instant, millis};
use crate::error::TransactionError;
use crate::{Store, StoreError};
use bantin_core::clock_guard::ClockRecord;
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// The number of latest visits among which the newest instant is looked up. A few of them may have
/// been made with `--now`.
const LATEST: i64 = 1000;

impl Store {
    /// Returns the newest instant at which a visit began or ended.
    pub async fn newest_instant(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(newest).await
    }

    /// Returns the last finding that the system clock is wrong; `None` if it is trusted.
    pub async fn clock_record(&self) -> Result<Option<ClockRecord>, StoreError> {
        self.read(clock_record).await
    }

    /// Stores the finding that the system clock is wrong, or deletes it.
    pub async fn keep_clock_record(&self, record: Option<ClockRecord>) -> Result<(), StoreError> {
        self.write(move |db| keep(db, record)).await
    }
}

pub(crate) fn newest(db: &Transaction<'_>) -> Result<Option<DateTime<Utc>>, TransactionError> {
    let sql = "SELECT max(max(started, ifnull(finished, 0)))
               FROM (SELECT started, finished FROM visit ORDER BY id DESC LIMIT ?1)";
    let newest: Option<i64> = db.prepare_cached(sql)?.query_row([LATEST], |row| row.get(0))?;
    Ok(newest.map(instant))
}

fn clock_record(db: &Transaction<'_>) -> Result<Option<ClockRecord>, TransactionError> {
    let found = db.prepare_cached("SELECT time, system, hosts FROM clock")?.query_row([], |row| {
        let (time, system) = (instant(row.get(0)?), instant(row.get(1)?));
        Ok(ClockRecord { time, system, hosts: row.get(2)? })
    });
    Ok(found.optional()?)
}

fn keep(db: &Transaction<'_>, record: Option<ClockRecord>) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM clock")?.execute([])?;
    if let Some(record) = record {
        db.prepare_cached("INSERT INTO clock (id, time, system, hosts) VALUES (1, ?1, ?2, ?3)")?
            .execute((millis(record.time), millis(record.system), record.hosts))?;
    }
    Ok(())
}
