//! The items of a listing.

use super::{ArticleKey, FirstSource, HubLinks, ListingProfile, RawAttachment, RawHtml};
use serde::Serialize;
use url::Url;

/// One news item as a listing page, a feed or a folder shows it.
// `explain` prints it under these names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListingItem {
    /// Where the article is.
    pub url: Url,
    /// What tells it from the source's other articles.
    pub key: ArticleKey,
    /// The title, one line of plain text.
    pub title: Option<String>,
    /// The date as it is written.
    pub date: Option<String>,
    /// The lead, plain text.
    pub summary: Option<String>,
    /// The image beside it.
    pub image: Option<Url>,
    /// The whole body, where the item brings it (feeds).
    pub content: Option<RawHtml>,
    /// The author (feeds).
    pub author: Option<String>,
    /// Categories (feeds).
    #[serde(rename = "topics")]
    pub tags: Vec<String>,
    /// Enclosures (feeds).
    pub attachments: Vec<RawAttachment>,
    /// The language, where the item or its feed tells it.
    pub language: Option<String>,
    /// What changes when the page does, as it is written: the last change that a sitemap tells, the size and the time of a saved file. It is
    /// no date of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where an entry of an aggregate was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_source: Option<FirstSource>,
    /// What the first source names as its own source (`Nguồn:`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// The images that come with an entry of an aggregate, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Url>,
}

impl ListingItem {
    /// A teaser that is no more than a link.
    pub fn of(url: Url, key: ArticleKey) -> Self {
        Self {
            url,
            key,
            title: None,
            date: None,
            summary: None,
            image: None,
            content: None,
            author: None,
            tags: Vec::new(),
            attachments: Vec::new(),
            language: None,
            version: None,
            first_source: None,
            source_line: None,
            pictures: Vec::new(),
        }
    }

    /// A fingerprint of all that the listing shows: when it differs, the article is worth another look.
    pub fn fingerprint(&self) -> String {
        // A date without a year counts from now (`3 giờ trước`), and changes while nothing does.
        let date = self.date.as_deref().filter(|date| has_year(date));
        super::fingerprint::of_teaser(self, date)
    }
}

/// Whether a date names a year in full.
fn has_year(date: &str) -> bool {
    date.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 4)
}

/// What a listing page holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Its items in the order of the page, each article once.
    pub teasers: Vec<ListingItem>,
    /// Items that could not be used.
    pub skipped: Vec<SkippedItem>,
    /// Where they stood, where nobody had said it.
    pub learned: ListingProfile,
    /// The hubs and the own address that the document of a feed names.
    pub advertised: HubLinks,
}

/// An item that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedItem {
    /// What the item shows, shortened.
    pub item: String,
    /// Why it cannot be used.
    pub why: String,
}
