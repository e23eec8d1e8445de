//! What is owed to a host: its turn, its budget, and its robots.txt.

use bytes::Bytes;
use chrono::{DateTime, Days, NaiveTime, Utc};
use std::time::Duration;

/// The turn that a request wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRequest {
    /// The host's name.
    pub host: String,
    /// Its name and its addresses, sorted, each once.
    pub places: Vec<String>,
    /// Who wants it: a name that no other request has.
    pub holder: String,
    /// How long it may be held.
    pub hold: Duration,
    /// The most requests to the host in a day, from midnight to midnight UTC. None for what is no request for a page: it takes
    /// nothing from what those may be, because strangers could use it up.
    pub most_a_day: Option<u32>,
}

/// The answer to who wants a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPermit {
    /// It is taken: ask the host, then give the turn back.
    Yours,
    /// Nothing is taken; it may be free from then on.
    After(DateTime<Utc>),
    /// Nothing is taken: the host was asked as often as it may be in a day, which ends then.
    Spent(DateTime<Utc>),
}

/// When the day of an instant ends.
pub fn end_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1));
    tomorrow.map_or(DateTime::<Utc>::MAX_UTC, |day| day.and_time(NaiveTime::MIN).and_utc())
}

/// What is kept of a site's robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsRecord {
    /// The last answer and when it came; an empty file where the site has none.
    pub answer: Option<(Bytes, DateTime<Utc>)>,
    /// When it was last asked for.
    pub tried: DateTime<Utc>,
    /// Why the last try gave no answer.
    pub trouble: Option<String>,
}
