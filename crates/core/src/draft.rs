//! Drafts: what extraction found on a page, before normalization.

use super::{Extracted, FirstSource, RawHtml};
use chrono::{DateTime, Utc};
use serde::Serialize;
use url::Url;

/// The fields of an article as found on its page, each with its provenance. Nothing is sanitized
/// yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The address that the page was fetched from, after redirects.
    pub url: Url,
    /// The canonical address that the page declares.
    pub canonical: Option<Extracted<Url>>,
    /// The title.
    pub title: Option<Extracted<String>>,
    /// The lead or summary.
    pub summary: Option<Extracted<String>>,
    /// The body without title, byline and boilerplate.
    pub body: Option<Extracted<RawHtml>>,
    /// The author's line, without its label.
    pub author: Option<Extracted<String>>,
    /// The source line, without its label.
    pub source_line: Option<Extracted<String>>,
    /// Texts that contain the date, best first. The first one that can be parsed and is plausible
    /// is taken.
    pub dates: Vec<Extracted<String>>,
    /// The time when the page was fetched; `None` if nothing was fetched for the draft.
    pub fetched: Option<DateTime<Utc>>,
    /// The language.
    pub language: Option<Extracted<String>>,
    /// Images outside the body.
    pub images: Vec<Extracted<Url>>,
    /// Files outside the body.
    pub attachments: Vec<Extracted<RawAttachment>>,
    /// The page's own categories and keywords.
    pub tags: Vec<Extracted<String>>,
    /// The original source, if an aggregate republished the article.
    pub first_source: Option<FirstSource>,
    /// Whether the page is the one that its listing item announced.
    pub agreement: PageAgreement,
}

/// Whether a page is the one that its listing item announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageAgreement {
    /// It shows the item's title, or has its words in the text.
    Agrees,
    /// Neither is certain: there is no item, its title has few words, or the page is little more
    /// than a picture or a file.
    Unclear,
    /// It shows something else.
    Disagrees,
}

impl Draft {
    /// Creates an empty draft of the page at `url`.
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
            agreement: PageAgreement::Unclear,
        }
    }
}

/// A file outside the body, as the page declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawAttachment {
    /// Its address.
    pub url: Url,
    /// Its title on the page.
    pub title: Option<String>,
    /// Its media type, if declared.
    pub media_type: Option<String>,
    /// Its length in bytes, if declared.
    pub length: Option<u64>,
}
