//! The original source of an entry that an aggregate republished (RFC 4287 section 4.2.11).

use super::PublicUrl;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The original source of an entry: the feed that contained it before an aggregate republished it.
/// Fields that the aggregate does not give are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstSource {
    /// The id of the entry in that feed, an absolute URI. Every later publisher keeps it (RFC 4287
    /// section 4.2.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The permanent id of the original source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its page for readers (`rel="alternate"`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<PublicUrl>,
    /// Its own feed (`rel="self"`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<PublicUrl>,
    /// The copyright statement for its entries, in its own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// The time of the entry's last change in that feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<DateTime<Utc>>,
    /// The categories of the entry that have a scheme (RFC 4287 section 4.2.2), whether found by
    /// the source or given by the agency.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<RawCategory>,
}

/// A category of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCategory {
    /// A URI that identifies the scheme.
    pub scheme: String,
    /// The term, for programs.
    pub term: String,
    /// The label, for readers.
    pub label: String,
}

impl FirstSource {
    /// Whether it contains nothing that identifies the source.
    pub fn is_nameless(&self) -> bool {
        self.id.is_none() && self.title.is_none() && self.home.is_none() && self.feed.is_none()
    }

    /// Returns the category whose scheme ends with `kind`, for example `province`, as bantin writes
    /// it.
    pub fn category(&self, kind: &str) -> Option<&RawCategory> {
        self.categories.iter().find(|category| {
            let kind = category.scheme.rsplit_once(':').filter(|(_, last)| *last == kind);
            kind.is_some_and(|(authority, _)| authority.starts_with("tag:"))
        })
    }
}
