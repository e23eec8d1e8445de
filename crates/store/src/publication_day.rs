//! The publication day, from which tombstones and ages of articles count.

use crate::changes::changed;
use crate::columns::{instant, millis};
use crate::error::TransactionError;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, Transaction};
use std::time::Duration;

/// Ages that count from the publication day: of tombstones, and of articles in feeds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgeLimits {
    /// How long tombstones are published.
    pub tombstones: Vec<Duration>,
    /// The maximum ages of articles.
    pub ages: Vec<Duration>,
}

impl Store {
    /// Advances the publication day, from which tombstones and ages count, to the one that began
    /// at `midnight`.
    ///
    /// It never goes back, except from a day more than one ahead, which only a wrong clock can
    /// have begun. The counter of changes advances where something ends with the new day.
    pub async fn begin_day(
        &self,
        midnight: DateTime<Utc>,
        ends: AgeLimits,
    ) -> Result<(), StoreError> {
        self.write(move |db| begin_day(db, midnight, &ends)).await
    }
}

/// When the publication day began.
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
    // It never goes back, but for a day that only a wrong clock can have begun.
    let is_wrong = before.is_some_and(|before| before > midnight + TimeDelta::days(1));
    if let Some(before) = before.filter(|_| is_wrong) {
        tracing::warn!(
            "the publication day of the store was {before}, and is {midnight} now: the clock was or is wrong; tombstones and ages count \
             from the day that it shows now"
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

/// A length of time; one that no calendar holds is a long one.
pub(crate) fn span(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::days(36_500))
}
