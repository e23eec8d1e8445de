//! Whose turn it is at a host.

use super::{Failed, instant, millis};
use crate::store::HostTurn;
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::time::Duration;

/// Takes the turn at all places, or none.
pub(in super::super) fn take(
    db: &Transaction<'_>,
    places: &[String],
    now: DateTime<Utc>,
    hold: Duration,
) -> Result<HostTurn, Failed> {
    let mut free_from = now;
    let mut find = db.prepare_cached("SELECT free_from, held_until FROM turn WHERE place = ?1")?;
    for place in places {
        let row: Option<(i64, Option<i64>)> =
            find.query_row([place], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if let Some((free, held)) = row {
            free_from = free_from.max(instant(free)).max(held.map_or(now, instant));
        }
    }
    if free_from > now {
        return Ok(HostTurn::After(free_from));
    }
    let held_until = now + TimeDelta::from_std(hold).unwrap_or(TimeDelta::minutes(5));
    let mut hold = db.prepare_cached(
        "INSERT INTO turn (place, free_from, held_until) VALUES (?1, ?2, ?3)
         ON CONFLICT (place) DO UPDATE SET held_until = excluded.held_until",
    )?;
    for place in places {
        hold.execute((place, millis(now), millis(held_until)))?;
    }
    Ok(HostTurn::Yours)
}

/// Gives the turn back.
pub(in super::super) fn give_back(
    db: &Transaction<'_>,
    places: &[String],
    free_from: DateTime<Utc>,
) -> Result<(), Failed> {
    let mut free = db.prepare_cached(
        "UPDATE turn SET held_until = NULL, free_from = max(free_from, ?2) WHERE place = ?1",
    )?;
    for place in places {
        free.execute((place, millis(free_from)))?;
    }
    Ok(())
}
