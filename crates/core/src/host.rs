//! Per-host politeness state: permits of requests, the daily budget, and robots.txt.

use bytes::Bytes;
use chrono::{DateTime, Days, NaiveTime, Utc};
use std::time::Duration;

/// A request for a permit to send one request to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRequest {
    /// The host's name.
    pub host: String,
    /// Its name and its addresses, sorted, without duplicates. The permit covers all of them.
    pub keys: Vec<String>,
    /// A unique name of the requester.
    pub holder: String,
    /// The maximum time that the permit may be held. A permit that is not released expires then.
    pub hold: Duration,
    /// The maximum number of requests to the host per day, from midnight to midnight UTC. `None`
    /// for a request that is not counted: a WebSub message, because strangers could use up the
    /// budget of pages.
    pub max_per_day: Option<u32>,
}

/// The answer to a [`SlotRequest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermitDecision {
    /// The permit is granted. Send the request, then release the permit.
    Granted,
    /// The permit is denied; it may be free from this instant on.
    DeniedUntil(DateTime<Utc>),
    /// The permit is denied: the daily budget of the host is used up until this instant.
    BudgetExhausted(DateTime<Utc>),
}

/// Returns the end of an instant's day (UTC).
pub fn end_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1));
    tomorrow.map_or(DateTime::<Utc>::MAX_UTC, |day| day.and_time(NaiveTime::MIN).and_utc())
}

/// The stored robots.txt of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsRecord {
    /// The last response and its time; an empty file if the site has no robots.txt.
    pub response: Option<(Bytes, DateTime<Utc>)>,
    /// The time of the last fetch, successful or not.
    pub tried: DateTime<Utc>,
    /// The reason why the last fetch failed.
    pub last_error: Option<String>,
}
