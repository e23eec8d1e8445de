//! The record that everything before makes and everything after uses.

use super::{ArticleKey, CleanHtml, FirstSource, Provenance, PublicUrl, Slug};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One article of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Article {
    /// The permanent `tag:` URI (RFC 4151), the same in every feed and format. Empty until the store gives it.
    pub id: String,
    /// The source that it came from.
    pub source: Slug,
    /// What tells it from the source's other articles.
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
    /// Who wrote it.
    pub author: Option<String>,
    /// What the agency names as its source (`Nguồn:`).
    pub source_line: Option<String>,
    /// When the agency published it, or when it was first seen; never changed afterwards by itself.
    pub published: DateTime<Utc>,
    /// How exact `published` is.
    pub precision: DatePrecision,
    /// The zone in which the agency's clock hangs.
    pub zone: Tz,
    /// When title or text last really changed; begins as `published`.
    pub updated: DateTime<Utc>,
    /// BCP 47.
    pub language: String,
    /// The images of the body, in its order, the leading one first.
    pub images: Vec<Image>,
    /// The files that come with it.
    pub attachments: Vec<Attachment>,
    /// What the agency calls its own categories and keywords, as it writes them.
    pub tags: Vec<String>,
    /// What the rules find it to be about ([`Topic::id`](super::Topic::id)), the surest first. Empty until the press has had it found:
    /// it is derived, so it neither moves `updated` nor makes a revision.
    pub topics: Vec<Slug>,
    /// Where it was first published, where an aggregate brought it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_source: Option<FirstSource>,
    /// Where each field was found.
    pub provenance: BTreeMap<ArticleField, Provenance>,
    /// BLAKE3 of title and text, 32 hexadecimal digits: what a reader would call the same article has the same.
    pub hash: String,
    /// The visit that saw it first.
    pub first_seen: DateTime<Utc>,
    /// The newest visit that saw it.
    pub last_seen: DateTime<Utc>,
    /// 1 for the first text, one more for each real change.
    pub revision: u32,
}

/// A field of an article that has a provenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleField {
    /// [`Article::url`]
    Url,
    /// [`Article::title`]
    Title,
    /// [`Article::summary`]
    Summary,
    /// [`Article::html`] and [`Article::text`]
    Body,
    /// [`Article::author`]
    Author,
    /// [`Article::source_line`]
    SourceLine,
    /// [`Article::published`]
    Published,
    /// [`Article::language`]
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
    /// Where it is.
    pub url: PublicUrl,
    /// Its alternative text, or its caption.
    pub alt: Option<String>,
}

/// A file that comes with an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Where it is.
    pub url: PublicUrl,
    /// What the page calls it.
    pub title: Option<String>,
    /// Its media type, as told or by its extension.
    pub media_type: Option<String>,
    /// Its length in bytes, where it was told.
    pub length: Option<u64>,
}
