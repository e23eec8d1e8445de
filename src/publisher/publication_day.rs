//! The publication day. Tombstones and ages of articles count from its start, so that documents
//! depend on the store and not on the clock.
//!
//! It is kept in the store. The process that publishes advances it at midnight in Viet Nam. The
//! counter of changes advances only if a tombstone or an article reaches an age limit, or if the
//! day goes back: a day that lies more than one day ahead was started by a wrong clock, and is
//! replaced with a warning.

use bantin_core::{Condition, Feed};
use bantin_store::{AgeLimits, Store, StoreError};
use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::collections::BTreeSet;

/// Returns the start of the day of an instant, in Viet Nam.
pub fn midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let date = now.with_timezone(&Ho_Chi_Minh).date_naive();
    let midnight = Ho_Chi_Minh.from_local_datetime(&date.and_time(NaiveTime::MIN)).earliest();
    midnight.map_or(now, |midnight| midnight.to_utc())
}

/// Advances the publication day to that of an instant. For the process that publishes.
pub async fn begin_day(
    store: &Store,
    feeds: &[Feed],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tombstones: BTreeSet<_> = feeds.iter().map(|feed| feed.history.tombstones).collect();
    let conditions = feeds.iter().flat_map(|feed| &feed.query.conditions);
    let ages: BTreeSet<_> = conditions.flat_map(Condition::ages).collect();
    let ends = AgeLimits {
        tombstones: tombstones.into_iter().collect(),
        ages: ages.into_iter().collect(),
    };
    store.begin_day(midnight(now), ends).await
}

#[cfg(test)]
mod tests {
    use super::midnight;

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        let begins = |now: &str| midnight(now.parse().unwrap()).to_rfc3339();
        assert_eq!(begins("2026-11-20T16:59:59Z"), "2026-11-19T17:00:00+00:00");
        assert_eq!(begins("2026-11-20T17:00:00Z"), "2026-11-20T17:00:00+00:00");
    }
}
