//! The state per host that all processes share: permits, daily request counts and robots.txt.
//!
//! One request at a time is sent to a host and to an address, with a delay after each, whichever
//! process sends it. Many agencies of a province share one small server under many names. So a
//! permit has several keys, the name and the addresses, and is taken for all of them. The store
//! implements [`HostLimiter`] for all processes that share it; [`LocalHostLimiter`] serves commands
//! without a store. The queue of this process is in `request_queue`.

use bantin_core::clock_guard::TOLERANCE;
use bantin_core::{PermitDecision, RobotsRecord, SlotRequest, end_of_day, retry};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Grants permits for requests to hosts, counts them per day, and stores robots.txt files.
pub trait HostLimiter: Send + Sync {
    /// Takes the permit for all keys of `wanted`, or for none.
    ///
    /// An unreleased permit expires after its `hold`, because its holder may have crashed.
    fn request_permit<'a>(
        &'a self,
        wanted: &'a SlotRequest,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<PermitDecision, String>>;

    /// Releases `keys`, if `holder` still has them. In any case they are free from `free_from` on
    /// at the earliest.
    fn release<'a>(
        &'a self,
        keys: &'a [String],
        holder: &'a str,
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>>;

    /// The stored robots.txt of a site (`https://host:port`).
    fn robots<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Option<RobotsRecord>, String>>;

    /// Stores the robots.txt of a site.
    fn store_robots<'a>(
        &'a self,
        site: &'a str,
        robots: RobotsRecord,
    ) -> BoxFuture<'a, Result<(), String>>;
}

/// A [`HostLimiter`] in memory, for the requests of this process only.
#[derive(Debug, Default)]
pub struct LocalHostLimiter(Mutex<LocalHosts>);

#[derive(Debug, Default)]
struct LocalHosts {
    keys: HashMap<String, LocalHostState>,
    robots: HashMap<String, RobotsRecord>,
}

#[derive(Debug, Clone, Default)]
struct LocalHostState {
    free_from: DateTime<Utc>,
    permit: Option<(String, DateTime<Utc>)>,
    /// The end of the counted day, and the number of requests in it.
    today: (DateTime<Utc>, u32),
}

impl LocalHostLimiter {
    fn hosts(&self) -> MutexGuard<'_, LocalHosts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostLimiter for LocalHostLimiter {
    fn request_permit<'a>(
        &'a self,
        wanted: &'a SlotRequest,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<PermitDecision, String>> {
        let mut hosts = self.hosts();
        let free = |state: &LocalHostState| {
            state.permit.as_ref().map_or(state.free_from, |(_, until)| state.free_from.max(*until))
        };
        let taken = wanted.keys.iter().filter_map(|key| hosts.keys.get(key)).map(free).max();
        let end = end_of_day(now);
        let today = hosts.keys.get(&wanted.host).map_or((end, 0), |state| state.today);
        let count = if today.0 == end { today.1 } else { 0 };
        // A longer pause was set by a clock that was ahead.
        let decision =
            match taken.filter(|free| *free > now && *free <= now + retry::MAX_PAUSE + TOLERANCE) {
                Some(free) => PermitDecision::DeniedUntil(free),
                None if wanted.max_per_day.is_some_and(|most| count >= most) => {
                    PermitDecision::BudgetExhausted(end)
                }
                None => {
                    let until = add_saturating(now, wanted.hold);
                    for name in &wanted.keys {
                        let state = hosts.keys.entry(name.clone()).or_default();
                        state.permit = Some((wanted.holder.clone(), until));
                        if *name == wanted.host && wanted.max_per_day.is_some() {
                            state.today = (end, count + 1);
                        }
                    }
                    PermitDecision::Granted
                }
            };
        Box::pin(async move { Ok(decision) })
    }

    fn release<'a>(
        &'a self,
        keys: &'a [String],
        holder: &'a str,
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>> {
        let mut hosts = self.hosts();
        for place in keys {
            let place = hosts.keys.entry(place.clone()).or_default();
            place.free_from = place.free_from.max(free_from);
            place.permit = place.permit.take().filter(|(other, _)| other != holder);
        }
        Box::pin(async { Ok(()) })
    }

    fn robots<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Option<RobotsRecord>, String>> {
        let robots = self.hosts().robots.get(site).cloned();
        Box::pin(async { Ok(robots) })
    }

    fn store_robots<'a>(
        &'a self,
        site: &'a str,
        robots: RobotsRecord,
    ) -> BoxFuture<'a, Result<(), String>> {
        self.hosts().robots.insert(site.to_owned(), robots);
        Box::pin(async { Ok(()) })
    }
}

/// Adds `pause` to an instant, up to the last representable one.
pub(super) fn add_saturating(instant: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(pause)
        .ok()
        .and_then(|pause| instant.checked_add_signed(pause))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn keys(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_owned).collect()
    }

    /// A permit request for an address and a name, valid for a minute.
    fn wanted(names: &str, holder: &str) -> SlotRequest {
        let keys = keys(names);
        SlotRequest {
            host: keys.last().unwrap().clone(),
            keys,
            holder: holder.to_owned(),
            hold: Duration::from_secs(60),
            max_per_day: Some(3),
        }
    }

    #[tokio::test]
    async fn a_turn_is_taken_at_all_places_or_at_none() {
        let hosts = LocalHostLimiter::default();
        let take =
            async |names, second| hosts.request_permit(&wanted(names, "1"), at(second)).await;
        assert_eq!(take("1.1.1.1 a.vn", 0).await, Ok(PermitDecision::Granted));
        assert_eq!(take("1.1.1.1 b.vn", 1).await, Ok(PermitDecision::DeniedUntil(at(60))));
        assert_eq!(take("2.2.2.2 b.vn", 1).await, Ok(PermitDecision::Granted));
        hosts.release(&keys("1.1.1.1 a.vn"), "1", at(5)).await.unwrap();
        assert_eq!(take("1.1.1.1 c.vn", 4).await, Ok(PermitDecision::DeniedUntil(at(5))));
        assert_eq!(take("1.1.1.1 c.vn", 5).await, Ok(PermitDecision::Granted));
    }

    #[tokio::test]
    async fn a_turn_whose_taker_died_lapses_and_is_not_given_back_over_the_next() {
        let hosts = LocalHostLimiter::default();
        let take =
            async |holder, second| hosts.request_permit(&wanted("a.vn", holder), at(second)).await;
        assert_eq!(take("1", 0).await, Ok(PermitDecision::Granted));
        assert_eq!(take("2", 60).await, Ok(PermitDecision::Granted));
        hosts.release(&keys("a.vn"), "1", at(61)).await.unwrap();
        assert_eq!(take("3", 62).await, Ok(PermitDecision::DeniedUntil(at(120))));
        hosts.release(&keys("a.vn"), "2", at(70)).await.unwrap();
        assert_eq!(take("3", 70).await, Ok(PermitDecision::Granted));
    }

    #[tokio::test]
    async fn a_host_is_asked_so_often_a_day_and_no_more() {
        const DAY: i64 = 24 * 60 * 60;
        let hosts = LocalHostLimiter::default();
        let take = async |second| {
            let turn =
                hosts.request_permit(&wanted("1.1.1.1 a.vn", "1"), at(second)).await.unwrap();
            hosts.release(&keys("1.1.1.1 a.vn"), "1", at(second)).await.unwrap();
            turn
        };
        for second in [0, 1, DAY - 2] {
            assert_eq!(take(second).await, PermitDecision::Granted);
            // A request that does not count uses none of the budget.
            let message = SlotRequest { max_per_day: None, ..wanted("1.1.1.1 a.vn", "3") };
            assert_eq!(
                hosts.request_permit(&message, at(second)).await,
                Ok(PermitDecision::Granted)
            );
            hosts.release(&message.keys, "3", at(second)).await.unwrap();
        }
        assert_eq!(take(DAY - 1).await, PermitDecision::BudgetExhausted(at(DAY)));
        let neighbour = hosts.request_permit(&wanted("1.1.1.1 b.vn", "2"), at(DAY - 1)).await;
        assert_eq!(neighbour, Ok(PermitDecision::Granted), "an address has no budget");
        hosts.release(&keys("1.1.1.1 b.vn"), "2", at(DAY - 1)).await.unwrap();
        assert_eq!(take(DAY).await, PermitDecision::Granted);
    }
}
