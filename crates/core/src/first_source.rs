//! Where an entry that came by an aggregate was first published (RFC 4287 section 4.2.11).

use super::PublicUrl;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The first source of an entry: the feed that it was in before somebody gathered it. What an aggregate does not tell is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstSource {
    /// The id that the entry has there, an absolute URI. Whoever publishes the entry again keeps it (RFC 4287 section 4.2.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The permanent id of the first source.
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
    /// What may be done with its entries, in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// When the entry last changed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<DateTime<Utc>>,
    /// The categories of the entry that have a scheme (RFC 4287 section 4.2.2): what the first source found or was told.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub categories: Vec<RawCategory>,
}

/// A category of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCategory {
    /// A URI that names the kind.
    pub scheme: String,
    /// What machines call it.
    pub term: String,
    /// What readers call it.
    pub label: String,
}

impl FirstSource {
    /// Whether nothing names it.
    pub fn is_nameless(&self) -> bool {
        self.id.is_none() && self.title.is_none() && self.home.is_none() && self.feed.is_none()
    }

    /// The category whose scheme ends with a word of ours, `province` for instance, as a bantin writes it.
    pub fn category(&self, kind: &str) -> Option<&RawCategory> {
        self.categories.iter().find(|category| {
            let kind = category.scheme.rsplit_once(':').filter(|(_, last)| *last == kind);
            kind.is_some_and(|(authority, _)| authority.starts_with("tag:"))
        })
    }
}
