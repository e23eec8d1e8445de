//! An article, before the store has it ([`NewArticle`]) and after ([`Article`]).

use super::{ArticleKey, CleanHtml, FirstSource, Provenance, PublicUrl, Slug};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::ser::{Error, SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// What normalization makes of a draft: all that an agency says in an article, and where each field
/// was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewArticle {
    /// The source that it came from.
    pub source: Slug,
    /// The key that tells it from the other articles of its source.
    pub key: ArticleKey,
    /// The address for readers.
    pub url: PublicUrl,
    /// The title: plain text, one line, never empty.
    pub title: String,
    /// The lead or summary, plain text.
    pub summary: Option<String>,
    /// The body as clean HTML. Empty where the article is only its attachments.
    pub html: CleanHtml,
    /// The body as plain text, a line a block.
    pub text: String,
    /// The author.
    pub author: Option<String>,
    /// What the agency names as its source (`Nguồn:`).
    pub source_line: Option<String>,
    /// When the agency published it, or when it was first seen. A revision never changes it.
    pub published: DateTime<Utc>,
    /// How exact `published` is.
    pub precision: DatePrecision,
    /// The agency's time zone.
    pub zone: Tz,
    /// When title or text last really changed; of a new article, the same as `published`, or what
    /// the feed says.
    pub updated: DateTime<Utc>,
    /// The language tag (BCP 47).
    pub language: String,
    /// The images of the body, in its order, the leading one first.
    pub images: Vec<Image>,
    /// The files that come with it.
    pub attachments: Vec<Attachment>,
    /// The agency's own categories and keywords, as it writes them.
    pub tags: Vec<String>,
    /// Where it was first published, where an aggregate republished it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_source: Option<FirstSource>,
    /// Where each field was found.
    pub provenance: BTreeMap<ArticleField, Provenance>,
    /// BLAKE3 of title and text, 32 hexadecimal digits: two articles that readers would call the
    /// same have the same hash.
    pub hash: String,
    /// When the first visit that saw it began.
    pub first_seen: DateTime<Utc>,
}

/// The record that the store keeps: what an agency says, and what only the store can say of it. It
/// reads like its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The permanent `tag:` URI (RFC 4151), the same in every feed and format.
    pub id: String,
    /// What the agency says, as of the last revision.
    pub content: NewArticle,
    /// The topics that the rules found ([`Topic::id`](super::Topic::id)), the surest first; none
    /// while they have not run. They are derived, so they neither change `updated` nor make a
    /// revision.
    pub topics: Vec<Slug>,
    /// When the newest visit that saw it began.
    pub last_seen: DateTime<Utc>,
    /// 1 for the first text, one more for each real change.
    pub revision: u32,
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
    /// One flat object. Its keys have one order for ever: the id first, and the topics after the
    /// tags.
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

/// How exact an instant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatePrecision {
    /// Only the day is known; the instant is its first.
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

/// A file that comes with an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its address.
    pub url: PublicUrl,
    /// Its title on the page.
    pub title: Option<String>,
    /// Its media type, as declared or by its extension.
    pub media_type: Option<String>,
    /// Its length in bytes, where the page declares it.
    pub length: Option<u64>,
}
