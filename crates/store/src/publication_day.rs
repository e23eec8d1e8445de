//! The publication day, from which the ages of tombstones and articles are counted.
//!
//! Tombstones end by this day and not by the clock, so that publishing is a function of the store.
//! The process that publishes advances it at midnight in Viet Nam.

use crate::changes::changed;
use crate::columns::{instant, millis};
use crate::error::TransactionError;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::time::Duration;

/// The age limits that are counted from the publication day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgeLimits {
    /// The times for which feeds publish tombstones.
    pub tombstones: Vec<Duration>,
    /// The maximum ages of articles in feeds.
    pub ages: Vec<Duration>,
}

impl Store {
    /// Advances the publication day to the one that began at `midnight`.
    ///
    /// It never goes back, except from a day that is more than one ahead, which only a wrong clock
    /// can have set. The counter of changes advances only if a tombstone or an article reaches an
    /// age limit, or if the day goes back.
    pub async fn begin_day(
        &self,
        midnight: DateTime<Utc>,
        ends: AgeLimits,
    ) -> Result<(), StoreError> {
        self.write(move |db| begin_day(db, midnight, &ends)).await
    }
}

/// Returns the beginning of the publication day.
pub(crate) fn day(db: &Transaction<'_>) -> Result<Option<DateTime<Utc>>, TransactionError> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'publication_day'";
    let day: Option<i64> = db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(day.map(instant))
}

fn begin_day(
    db: &Transaction<'_>,
    midnight: DateTime<Utc>,
    ends: &AgeLimits,
) -> Result<(), TransactionError> {
    let before = day(db)?;
    // It goes back only from a day that a wrong clock must have set.
    let is_wrong = before.is_some_and(|before| before > midnight + TimeDelta::days(1));
    if let Some(before) = before.filter(|_| is_wrong) {
        tracing::warn!(
            "the publication day of the store was {before} and is now {midnight}, because the system clock was or is wrong; tombstones and \
             ages are counted from the new day"
        );
    } else if before.is_some_and(|before| before >= midnight) {
        return Ok(());
    }
    db.execute(
        "INSERT INTO meta (name, value) VALUES ('publication_day', ?1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [millis(midnight).to_string()],
    )?;
    if is_wrong {
        return changed(db);
    }
    for (column, lengths) in [("withdrawn", &ends.tombstones), ("published", &ends.ages)] {
        let sql =
            format!("SELECT EXISTS (SELECT 1 FROM article WHERE {column} >= ?1 AND {column} < ?2)");
        let mut reached = db.prepare_cached(&sql)?;
        for length in lengths {
            let from = before.map_or(i64::MIN, |before| millis(before - span(*length)));
            if reached.query_row((from, millis(midnight - span(*length))), |row| row.get(0))? {
                return changed(db);
            }
        }
    }
    Ok(())
}

/// Converts a length of time; one that is too long becomes about a hundred years.
pub(crate) fn span(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::days(36_500))
}
