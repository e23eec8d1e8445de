//! The state that all crawls share: network, clock, limits, and the per-host state of all
//! processes.

use super::parsers::Parsers;
use bantin_core::clock::Clock;
use bantin_core::{PermitDecision, RobotsRecord, SlotRequest};
use bantin_fetch::{Fetcher, HostLimiter};
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use std::time::Duration;

/// The network, the clock and the limits of crawls.
pub struct CrawlContext {
    /// The HTTP client.
    pub fetcher: Fetcher,
    /// The time source of visits.
    pub clock: Clock,
    /// The time limits of visits.
    pub limits: VisitLimits,
    /// The permits for parsing pages.
    pub parsers: Parsers,
}

/// The time limits of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitLimits {
    /// After this, no further page is fetched; the others wait for the next visit.
    pub fetching: Duration,
    /// After this the visit is aborted.
    pub total: Duration,
    /// The lifetime of a claim if the process dies; longer than `total`.
    pub lease: Duration,
}

impl Default for VisitLimits {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        // A page that starts last may wait ten minutes for its request slot, and two for its body.
        Self { fetching: minutes(10), total: minutes(25), lease: minutes(30) }
    }
}

/// Per-host politeness state in the store, which every process obeys.
pub struct SharedHosts(pub Store);

impl HostLimiter for SharedHosts {
    fn request_permit<'a>(
        &'a self,
        wanted: &'a SlotRequest,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<PermitDecision, String>> {
        Box::pin(async move { in_words(self.0.request_permit(wanted, now).await) })
    }

    fn release<'a>(
        &'a self,
        places: &'a [String],
        holder: &'a str,
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { in_words(self.0.release_permit(places, holder, free_from).await) })
    }

    fn robots<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Option<RobotsRecord>, String>> {
        Box::pin(async move { in_words(self.0.robots(site).await) })
    }

    fn store_robots<'a>(
        &'a self,
        site: &'a str,
        robots: RobotsRecord,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { in_words(self.0.keep_robots(site, robots).await) })
    }
}

fn in_words<T>(result: Result<T, StoreError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}
