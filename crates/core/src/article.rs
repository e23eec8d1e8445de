//! Articles: [`NewArticle`] before the store has it, [`Article`] after.

use super::{ArticleKey, CleanHtml, FirstSource, Provenance, PublicUrl, Slug};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::ser::{Error, SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// An article as normalization makes it from a draft: all that the agency published, and where each
/// field was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArticle {
    /// The source that it was found in.
    pub source: Slug,
    /// The key that identifies it within its source.
    pub key: ArticleKey,
    /// The address for readers.
    pub url: PublicUrl,
    /// The title: plain text, one line, never empty.
    pub title: String,
    /// The lead or summary, plain text.
    pub summary: Option<String>,
    /// The body as sanitized HTML. Empty if the article consists of attachments only.
    pub html: CleanHtml,
    /// The body as plain text, one line per block.
    pub text: String,
    /// The author.
    pub author: Option<String>,
    /// The source that the agency credits (`Nguồn:`).
    pub source_line: Option<String>,
    /// The instant of publication by the agency, or of the first sighting. A revision never changes
    /// it.
    pub published: DateTime<Utc>,
    /// The precision of `published`.
    pub precision: DatePrecision,
    /// The agency's time zone.
    pub zone: Tz,
    /// The instant of the last real change of title or text. For a new article it equals
    /// `published`, or is the date that the feed gives.
    pub updated: DateTime<Utc>,
    /// The language tag (BCP 47).
    pub language: String,
    /// The images of the body in document order, the lead image first.
    pub images: Vec<Image>,
    /// The attached files.
    pub attachments: Vec<Attachment>,
    /// The agency's own categories and keywords, verbatim.
    pub tags: Vec<String>,
    /// The original source, if an aggregate republished the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_source: Option<FirstSource>,
    /// Where each field was found.
    pub provenance: BTreeMap<ArticleField, Provenance>,
    /// The BLAKE3 hash of title and text, 32 hexadecimal digits. Articles that readers would
    /// consider the same have the same hash.
    pub hash: String,
    /// The start of the first visit that found it.
    pub first_seen: DateTime<Utc>,
}

impl NewArticle {
    /// Whether the agency gave the date, and it is not merely the instant of the first sighting.
    pub fn is_dated(&self) -> bool {
        self.provenance.get(&ArticleField::Published) != Some(&Provenance::FirstSeen)
    }

    /// Its day of publication, in the agency's time zone.
    pub fn day(&self) -> NaiveDate {
        self.day_of(self.published)
    }

    /// The day of an instant, in the agency's time zone.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.zone).date_naive()
    }
}

/// A stored article: what the agency published, and what only the store can add. It dereferences to
/// its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The permanent `tag:` URI (RFC 4151), the same in every feed and format.
    pub id: String,
    /// What the agency published, as of the last revision.
    pub content: NewArticle,
    /// The topics that the rules found ([`Topic::id`](super::Topic::id)), the most certain first;
    /// empty until the rules have run. They are derived, so they neither change `updated` nor make
    /// a revision.
    pub topics: Vec<Slug>,
    /// The other sources that show it at the same address.
    pub carriers: Vec<Slug>,
    /// The start of the latest visit that found it.
    pub last_seen: DateTime<Utc>,
    /// The revision: 1 for the first text, incremented with each real change.
    pub revision: u32,
}

impl Article {
    /// Its source, and then the sources that carry it.
    pub fn sources(&self) -> impl Iterator<Item = &Slug> {
        std::iter::once(&self.content.source).chain(&self.carriers)
    }
}

impl Deref for Article {
    type Target = NewArticle;

    fn deref(&self) -> &NewArticle {
        &self.content
    }
}

impl DerefMut for Article {
    fn deref_mut(&mut self) -> &mut NewArticle {
        &mut self.content
    }
}

impl Serialize for Article {
    /// Writes one flat object. The order of its keys is permanent: the id first, and the topics
    /// after the tags.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let content = serde_json::to_value(&self.content).map_err(S::Error::custom)?;
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("id", &self.id)?;
        for (key, value) in content.as_object().into_iter().flatten() {
            object.serialize_entry(key, value)?;
            if key == "tags" {
                object.serialize_entry("topics", &self.topics)?;
            }
        }
        object.serialize_entry("last_seen", &self.last_seen)?;
        object.serialize_entry("revision", &self.revision)?;
        if !self.carriers.is_empty() {
            object.serialize_entry("carriers", &self.carriers)?;
        }
        object.end()
    }
}

/// A field of an article that has a provenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleField {
    /// [`NewArticle::url`]
    Url,
    /// [`NewArticle::title`]
    Title,
    /// [`NewArticle::summary`]
    Summary,
    /// [`NewArticle::html`] and [`NewArticle::text`]
    Body,
    /// [`NewArticle::author`]
    Author,
    /// [`NewArticle::source_line`]
    SourceLine,
    /// [`NewArticle::published`]
    Published,
    /// [`NewArticle::language`]
    Language,
}

/// The precision of an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatePrecision {
    /// Only the day is known; the instant is its start.
    Day,
    /// The minute is known.
    Minute,
    /// The second is known.
    Second,
}

/// An image of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its address.
    pub url: PublicUrl,
    /// Its alternative text, or its caption.
    pub alt: Option<String>,
}

/// A file attached to an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its address.
    pub url: PublicUrl,
    /// Its title on the page.
    pub title: Option<String>,
    /// Its media type, as declared or guessed from its extension.
    pub media_type: Option<String>,
    /// Its length in bytes, if the page declares it.
    pub length: Option<u64>,
}
