//! The extraction rules in use, and what depends on them: pages that other rules rejected.

use super::{TransactionError, millis, parsed};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};

/// So many pages of a source are requested again at once.
const AT_ONCE: i32 = 5;
/// The pause between two such groups.
const PAUSE: TimeDelta = TimeDelta::minutes(30);

/// Records the version of the rules in use. Pages that others rejected are held back no longer than
/// until their group is due.
pub(in super::super) fn adopt(
    db: &Transaction<'_>,
    version: u32,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let known: Option<String> = db
        .prepare_cached("SELECT value FROM meta WHERE name = 'rules_version'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let known: Option<u32> =
        known.map(|text| parsed("the version of the extraction rules", &text)).transpose()?;
    if known == Some(version) {
        return Ok(());
    }
    if known.is_some() {
        release(db, now)?;
    }
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES ('rules_version', ?1)")?
        .execute([version.to_string()])?;
    Ok(())
}

fn release(db: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), TransactionError> {
    let mut select = db.prepare(
        "SELECT source, key, row_number() OVER (PARTITION BY source ORDER BY again, key) - 1 FROM rejection",
    )?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rejected: Vec<(String, String, i32)> = rows.collect::<Result<_, _>>()?;
    let mut update =
        db.prepare("UPDATE rejection SET again = min(again, ?3) WHERE source = ?1 AND key = ?2")?;
    for (source, key, place) in rejected {
        update.execute((source, key, millis(now + PAUSE * (place / AT_ONCE))))?;
    }
    Ok(())
}
