//! The state of hosts: request slots, the requests of the day, and robots.txt.
//!
//! A request needs the slots of its host and of each of its addresses. The slots are in the store,
//! so that all processes obey them. A slot that its holder does not release expires.

use crate::columns::{instant, maybe_instant, millis};
use crate::error::TransactionError;
use crate::{Store, StoreError};
use bantin_core::clock_guard::TOLERANCE;
use bantin_core::{PermitDecision, RobotsRecord, SlotRequest, end_of_day, retry};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction, named_params};

/// The time after which a robots.txt that is not requested any more is deleted.
const ROBOTS_KEPT: TimeDelta = TimeDelta::days(60);

/// The pause of a host whose slot was granted while the clock was ahead: longer than most delays
/// and requests.
const PAUSE_OF_WRONG_CLOCK: TimeDelta = TimeDelta::seconds(10);

impl Store {
    /// Acquires the request slots of a host and its addresses, all or none, until they are released
    /// or expire.
    pub async fn request_permit(
        &self,
        wanted: &SlotRequest,
        now: DateTime<Utc>,
    ) -> Result<PermitDecision, StoreError> {
        let wanted = wanted.clone();
        self.write(move |db| request_permit(db, &wanted, now)).await
    }

    /// Releases request slots if `holder` still has them. In any case the next request may not
    /// begin before `free_from`.
    pub async fn release_permit(
        &self,
        keys: &[String],
        holder: &str,
        free_from: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (keys, holder) = (keys.to_vec(), holder.to_owned());
        self.write(move |db| release_permit(db, &keys, &holder, free_from)).await
    }

    /// Moves slots back that were granted by this process while its clock was ahead by `error`.
    pub async fn move_permits_back(
        &self,
        error: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(move |db| move_permits_back(db, error, now)).await
    }

    /// Returns the stored robots.txt of a site (`https://host:port`).
    pub async fn robots(&self, site: &str) -> Result<Option<RobotsRecord>, StoreError> {
        let site = site.to_owned();
        self.read_briefly(move |db| robots(db, &site)).await
    }

    /// Stores the robots.txt of a site.
    pub async fn keep_robots(&self, site: &str, robots: RobotsRecord) -> Result<(), StoreError> {
        let site = site.to_owned();
        self.write(move |db| keep_robots(db, &site, &robots)).await
    }
}

fn request_permit(
    db: &Transaction<'_>,
    wanted: &SlotRequest,
    now: DateTime<Utc>,
) -> Result<PermitDecision, TransactionError> {
    let mut free_from = now;
    let mut find = db.prepare_cached(
        "SELECT max(free_from, ifnull(held_until, 0)), granted FROM turn WHERE place = ?1",
    )?;
    for key in &wanted.keys {
        let row: Option<(i64, i64)> =
            find.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((free, granted)) = row else { continue };
        let (free, granted) = (instant(free), instant(granted));
        let is_wrong = granted > now + TOLERANCE || free > now + retry::MAX_PAUSE + TOLERANCE;
        free_from = free_from.max(if is_wrong { shorten(db, key, now)? } else { free });
    }
    if free_from > now {
        return Ok(PermitDecision::DeniedUntil(free_from));
    }
    let day_end = end_of_day(now);
    let asked: u32 = db
        .prepare_cached("SELECT requests FROM turn WHERE place = ?1 AND day_end = ?2")?
        .query_row((&wanted.host, millis(day_end)), |row| row.get(0))
        .optional()?
        .unwrap_or_default();
    if wanted.max_per_day.is_some_and(|most| asked >= most) {
        return Ok(PermitDecision::BudgetExhausted(day_end));
    }
    let held_until = now + TimeDelta::from_std(wanted.hold).unwrap_or(TimeDelta::minutes(5));
    let mut hold = db.prepare_cached(
        "INSERT INTO turn (place, free_from, held_until, holder, day_end, requests, granted)
         VALUES (:place, :now, :held_until, :holder, :day_end, :requests, :now)
         ON CONFLICT (place) DO UPDATE SET held_until = excluded.held_until, holder = excluded.holder,
             granted = excluded.granted,
             day_end = CASE WHEN :is_host THEN excluded.day_end ELSE day_end END,
             requests = CASE WHEN :is_host THEN excluded.requests ELSE requests END",
    )?;
    for key in &wanted.keys {
        // A host may be named by its address, so one slot can be both.
        let is_host = *key == wanted.host && wanted.max_per_day.is_some();
        let requests = if is_host { asked + 1 } else { 0 };
        hold.execute(named_params! {
            ":place": key,
            ":now": millis(now),
            ":held_until": millis(held_until),
            ":holder": wanted.holder,
            ":day_end": millis(day_end),
            ":requests": requests,
            ":is_host": is_host,
        })?;
    }
    Ok(PermitDecision::Granted)
}

/// Shortens the pause of a slot that was granted while the clock was ahead, and returns its end. It
/// does not end at once: a request of another process may be in progress.
fn shorten(
    db: &Transaction<'_>,
    key: &str,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, TransactionError> {
    let end = now + PAUSE_OF_WRONG_CLOCK;
    db.prepare_cached(
        "UPDATE turn SET free_from = min(free_from, ?2), held_until = min(held_until, ?2), granted = ?3
         WHERE place = ?1",
    )?
    .execute((key, millis(end), millis(now)))?;
    Ok(end)
}

fn move_permits_back(
    db: &Transaction<'_>,
    error: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached(
        "UPDATE turn SET granted = granted - ?1, free_from = free_from - ?1, held_until = held_until - ?1
         WHERE granted > ?2",
    )?
    .execute((error.num_milliseconds(), millis(now + TOLERANCE)))?;
    Ok(())
}

fn release_permit(
    db: &Transaction<'_>,
    keys: &[String],
    holder: &str,
    free_from: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let mut free = db.prepare_cached(
        "UPDATE turn SET held_until = CASE WHEN holder = ?2 THEN NULL ELSE held_until END,
             free_from = max(free_from, ?3) WHERE place = ?1",
    )?;
    for key in keys {
        free.execute((key, holder, millis(free_from)))?;
    }
    Ok(())
}

fn robots(db: &Transaction<'_>, site: &str) -> Result<Option<RobotsRecord>, TransactionError> {
    let found = db
        .prepare_cached("SELECT file, answered, tried, trouble FROM robots WHERE site = ?1")?
        .query_row([site], |row| {
            let file = row.get::<_, Option<Vec<u8>>>("file")?.map(Bytes::from);
            Ok(RobotsRecord {
                response: file.zip(maybe_instant(row, "answered")?),
                tried: instant(row.get("tried")?),
                last_error: row.get("trouble")?,
            })
        })
        .optional()?;
    Ok(found)
}

fn keep_robots(
    db: &Transaction<'_>,
    site: &str,
    robots: &RobotsRecord,
) -> Result<(), TransactionError> {
    let (file, answered) =
        robots.response.as_ref().map(|(file, at)| (file.as_ref(), millis(*at))).unzip();
    db.prepare_cached(
        "INSERT INTO robots (site, file, answered, tried, trouble) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (site) DO UPDATE SET file = excluded.file, answered = excluded.answered,
             tried = excluded.tried, trouble = excluded.trouble",
    )?
    .execute((site, file, answered, millis(robots.tried), &robots.last_error))?;
    db.prepare_cached("DELETE FROM robots WHERE tried < ?1")?
        .execute([millis(robots.tried - ROBOTS_KEPT)])?;
    Ok(())
}
