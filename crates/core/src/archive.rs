//! The past of a feed: its archives (RFC 5005) and the articles that were withdrawn (RFC 6721).

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// How much of its past a feed keeps in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivePolicy {
    /// Whether what leaves its documents is found in archives.
    pub archive: bool,
    /// The most entries of one source in a document, as long as others have entries for the rest.
    pub max_per_source: usize,
    /// How long readers are told that an article was withdrawn, in whole days from the publication day on.
    pub tombstones: Duration,
}

/// Which document of a feed is written, and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentKind {
    /// The document that readers subscribe to.
    Current {
        /// The number of the newest archive, where there is one.
        newest: Option<u32>,
        /// Articles of the feed that were withdrawn lately.
        tombstones: Vec<Tombstone>,
    },
    /// An archive, which is made once and stays.
    Archive {
        /// Its number, from 1; the one before it is older.
        number: u32,
        /// Whether the next one is sure to be there.
        followed: bool,
    },
}

/// That an article was withdrawn (`at:deleted-entry` of RFC 6721).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The article's id.
    pub id: String,
    /// When it was withdrawn.
    pub at: DateTime<Utc>,
    /// The zone of the article's dates.
    pub zone: Tz,
}

impl Default for DocumentKind {
    /// The document of a feed without a past.
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
