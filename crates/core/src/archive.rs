//! The past of a feed: archives (RFC 5005) and tombstones of withdrawn articles (RFC 6721).

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// The policy for the past of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivePolicy {
    /// Whether entries that leave the current document are published in archives.
    pub archive: bool,
    /// The maximum number of entries of one source in a document, if entries of others fill the
    /// rest.
    pub max_per_source: usize,
    /// The time for which a withdrawal is published as a tombstone, in whole days counted from the
    /// publication day.
    pub tombstones: Duration,
}

/// The kind of a feed document, with what links it to other documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentKind {
    /// The document that readers subscribe to.
    Current {
        /// The number of the newest archive, if there is one.
        newest: Option<u32>,
        /// The recently withdrawn articles of the feed.
        tombstones: Vec<Tombstone>,
    },
    /// An archive, which is rendered once and then stays the same.
    Archive {
        /// Its number, counted from 1; higher numbers are newer.
        number: u32,
        /// Whether the next archive is certain to exist.
        has_next: bool,
    },
}

/// A notice that an article was withdrawn (`at:deleted-entry` of RFC 6721).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The article's id.
    pub id: String,
    /// The time of the withdrawal.
    pub at: DateTime<Utc>,
    /// The time zone of the article's dates.
    pub zone: Tz,
}

impl Default for DocumentKind {
    /// The document of a feed without archives and tombstones.
    fn default() -> Self {
        Self::Current { newest: None, tombstones: Vec::new() }
    }
}

impl Default for ArchivePolicy {
    fn default() -> Self {
        let tombstones = Duration::from_secs(90 * 86_400);
        Self { archive: true, max_per_source: 25, tombstones }
    }
}
