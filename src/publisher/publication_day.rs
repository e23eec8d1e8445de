//! The publication day: what ages in documents counts from its beginning, so that they depend on the store and on no clock.

use bantin_core::{Condition, Feed};
use bantin_store::{AgeLimits, Store, StoreError};
use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Ho_Chi_Minh;
use std::collections::BTreeSet;

/// When the day of an instant began, in Viet Nam.
pub fn midnight(now: DateTime<Utc>) -> DateTime<Utc> {
    let date = now.with_timezone(&Ho_Chi_Minh).date_naive();
    let midnight = Ho_Chi_Minh.from_local_datetime(&date.and_time(NaiveTime::MIN)).earliest();
    midnight.map_or(now, |midnight| midnight.to_utc())
}

/// Begins the day of an instant. For the process that publishes; the day never goes back.
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
