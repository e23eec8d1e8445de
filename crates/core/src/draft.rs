//! What extraction found on a page, before it is made an article.

use super::{Extracted, FirstSource, RawHtml};
use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

/// The fields of an article as they stand on the page, each with its provenance. Nothing is clean yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The address that the page was fetched from, after redirects.
    pub url: Url,
    /// The address that the page names as its own.
    pub canonical: Option<Extracted<Url>>,
    /// The title.
    pub title: Option<Extracted<String>>,
    /// The lead or summary.
    pub summary: Option<Extracted<String>>,
    /// The body, without title, byline and chrome.
    pub body: Option<Extracted<RawHtml>>,
    /// The author's line, without its label.
    pub author: Option<Extracted<String>>,
    /// The source line, without its label.
    pub source_line: Option<Extracted<String>>,
    /// Texts that hold the date, the best first; the first that can be read and believed wins.
    pub dates: Vec<Extracted<String>>,
    /// When the page was fetched that this was found on, where it was one.
    pub fetched: Option<DateTime<Utc>>,
    /// The language.
    pub language: Option<Extracted<String>>,
    /// Images beside the body.
    pub images: Vec<Extracted<Url>>,
    /// Files beside the body.
    pub attachments: Vec<Extracted<RawAttachment>>,
    /// What the page calls its own categories and keywords.
    pub tags: Vec<Extracted<String>>,
    /// Where it was first published, where an aggregate brought it.
    pub first_source: Option<FirstSource>,
}

impl Draft {
    /// A draft of the page at `url` with nothing found.
    pub fn empty(url: Url) -> Self {
        Self {
            url,
            canonical: None,
            title: None,
            summary: None,
            body: None,
            author: None,
            source_line: None,
            dates: Vec::new(),
            fetched: None,
            language: None,
            images: Vec::new(),
            attachments: Vec::new(),
            tags: Vec::new(),
            first_source: None,
        }
    }
}

/// A file beside the body, as the page names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawAttachment {
    /// Where it is.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
    /// Its media type, where it was told.
    pub media_type: Option<String>,
    /// Its length in bytes, where it was told.
    pub length: Option<u64>,
}
