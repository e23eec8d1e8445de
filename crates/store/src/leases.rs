//! Leases: the claims of workers on sources, and the times at which sources are due.
//!
//! An interrupted visit is resumed by the next claim of its source: its stored pages are not
//! requested again, and `started` stays the same.

use crate::columns::{instant, millis, number_in_columns, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError, clock_repair};
use bantin_core::{Slug, retry};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::time::Duration;

/// The number of a visit; negative for a backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub(crate) i64);

number_in_columns!(VisitId);

/// A claim of a source for a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitClaim {
    /// The number of the visit.
    pub visit: VisitId,
    /// The source.
    pub source: Slug,
    /// The worker that holds the claim.
    pub worker: String,
    /// When the visit began. It is the `first_seen` of the articles that the visit finds, even
    /// after an interruption.
    pub started: DateTime<Utc>,
    /// The number of times that the process died during this visit.
    pub cut_short: u32,
}

impl Store {
    /// Ends all leases, and shortens pauses that only a wrong clock can have set.
    ///
    /// Must be called only by the process that holds the lock on the state folder, when it starts:
    /// no worker with a lease is alive then.
    pub async fn end_leases(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| end_leases(db, now)).await
    }

    /// Claims up to `limit` due sources, the longest due first, each until its lease expires.
    pub async fn claim_due(
        &self,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<VisitClaim>, StoreError> {
        let worker = worker.to_owned();
        self.write(move |db| claim_due(db, now, &worker, lease, limit)).await
    }

    /// Claims one source, due or not. Returns `None` if another worker has claimed it or feeds.toml
    /// does not name it.
    pub async fn claim(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<VisitClaim>, StoreError> {
        let (source, worker) = (source.clone(), worker.to_owned());
        self.write(move |db| claim(db, &source, now, &worker, lease)).await
    }

    /// Releases a source without ending its visit; the next claim resumes it.
    pub async fn release(&self, claim: &VisitClaim) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.write(move |db| release(db, &claim)).await
    }

    /// Releases all sources of a worker without ending their visits, because the process is
    /// shutting down.
    pub async fn release_all(&self, worker: &str) -> Result<(), StoreError> {
        let worker = worker.to_owned();
        self.write(move |db| release_all(db, &worker)).await
    }

    /// Returns the time at which the next source without a lease is due.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read_briefly(next_due).await
    }
}

fn end_leases(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    // A worker that released its source is no longer recorded in it.
    db.execute(
        "UPDATE visit SET cut_short = cut_short + 1
         WHERE id IN (SELECT lease_visit FROM source WHERE lease_worker IS NOT NULL)",
        [],
    )?;
    db.execute("UPDATE source SET lease_worker = NULL, lease_until = NULL", [])?;
    db.execute("UPDATE turn SET held_until = NULL", [])?;
    clock_repair::pauses(db, now)
}

fn claim_due(
    db: &Transaction<'_>,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
    limit: usize,
) -> Result<Vec<VisitClaim>, TransactionError> {
    let due: Vec<String> = db
        .prepare_cached(
            "SELECT id FROM source WHERE active = 1 AND next_visit <= ?1
                 AND (lease_until IS NULL OR lease_until <= ?1)
             ORDER BY next_visit, id LIMIT ?2",
        )?
        .query_map((millis(now), i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    due.iter()
        .map(|id| begin_visit(db, &parsed("the name of a source", id)?, now, worker, lease))
        .collect()
}

fn claim(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
) -> Result<Option<VisitClaim>, TransactionError> {
    let free: bool = db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?1 AND active = 1
                 AND (lease_until IS NULL OR lease_until <= ?2))",
        )?
        .query_row((source.as_str(), millis(now)), |row| row.get(0))?;
    if free { begin_visit(db, source, now, worker, lease).map(Some) } else { Ok(None) }
}

fn begin_visit(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
    worker: &str,
    lease: Duration,
) -> Result<VisitClaim, TransactionError> {
    // The lease of the previous worker expired.
    db.prepare_cached(
        "UPDATE visit SET cut_short = cut_short + 1
         WHERE id = (SELECT lease_visit FROM source WHERE id = ?1 AND lease_worker IS NOT NULL)",
    )?
    .execute([source.as_str()])?;
    // A visit that was not committed is resumed: its pages are stored already.
    let begun: Option<(VisitId, i64, u32)> = db
        .prepare_cached(
            "SELECT visit.id, visit.started, visit.cut_short FROM source JOIN visit ON visit.id = source.lease_visit
             WHERE source.id = ?1 AND visit.finished IS NULL AND visit.started BETWEEN ?2 AND ?3",
        )?
        .query_row((source.as_str(), millis(now - retry::RESUMABLE), millis(now)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let (visit, started, cut_short) = match begun {
        Some((visit, started, cut_short)) => (visit, instant(started), cut_short),
        None => {
            db.prepare_cached("INSERT INTO visit (source, started) VALUES (?1, ?2)")?
                .execute((source.as_str(), millis(now)))?;
            (VisitId(db.last_insert_rowid()), now, 0)
        }
    };
    let until = now + TimeDelta::from_std(lease).unwrap_or(TimeDelta::hours(1));
    db.prepare_cached(
        "UPDATE source SET lease_worker = ?2, lease_until = ?3, lease_visit = ?4 WHERE id = ?1",
    )?
    .execute((source.as_str(), worker, millis(until), visit))?;
    Ok(VisitClaim { visit, source: source.clone(), worker: worker.to_owned(), started, cut_short })
}

fn release(db: &Transaction<'_>, claim: &VisitClaim) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE source SET lease_worker = NULL, lease_until = NULL
         WHERE id = ?1 AND lease_worker = ?2 AND lease_visit = ?3",
    )?
    .execute((claim.source.as_str(), &claim.worker, claim.visit))?;
    Ok(())
}

fn release_all(db: &Transaction<'_>, worker: &str) -> Result<(), TransactionError> {
    let sql = "UPDATE source SET lease_worker = NULL, lease_until = NULL WHERE lease_worker = ?1";
    db.prepare_cached(sql)?.execute([worker])?;
    Ok(())
}

fn next_due(db: &Transaction<'_>) -> Result<Option<DateTime<Utc>>, TransactionError> {
    let sql = "SELECT min(max(next_visit, ifnull(lease_until, 0))) FROM source WHERE active = 1";
    let next: Option<i64> = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(next.map(instant))
}
