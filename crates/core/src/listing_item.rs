//! Listings and their items.

use super::{ArticleKey, FirstSource, HubLinks, ListingProfile, RawAttachment, RawHtml};
use serde::Serialize;
use url::Url;

/// A news item from a listing page, a feed or a folder.
// The field names are those in the output of `explain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListingItem {
    /// The article's address.
    pub url: Url,
    /// The key that identifies it among the source's articles.
    pub key: ArticleKey,
    /// The title, one line of plain text.
    pub title: Option<String>,
    /// The date, verbatim.
    pub date: Option<String>,
    /// The lead, plain text.
    pub summary: Option<String>,
    /// The image next to it.
    pub image: Option<Url>,
    /// The full body, if the item contains it (feeds).
    pub content: Option<RawHtml>,
    /// The author (feeds).
    pub author: Option<String>,
    /// Categories (feeds).
    #[serde(rename = "topics")]
    pub tags: Vec<String>,
    /// Enclosures (feeds).
    pub attachments: Vec<RawAttachment>,
    /// The language, if the item or its feed declares it.
    pub language: Option<String>,
    /// A value that changes with the page, verbatim: `lastmod` of a sitemap, or size and time of a
    /// saved file. It is part of the fingerprint, and is not used as a date of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The original source of an entry in an aggregate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_source: Option<FirstSource>,
    /// The source that the first source credits (`Nguồn:`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// All images of an entry in an aggregate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Url>,
}

impl ListingItem {
    /// Creates an item that is only a link.
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

    /// The fingerprint of all that the listing shows. If it differs, the article's page is fetched
    /// again.
    pub fn fingerprint(&self) -> String {
        // A date without a year is relative to now (`3 giờ trước`), so it changes while the article
        // does not.
        let date = self.date.as_deref().filter(|date| has_year(date));
        super::fingerprint::of_item(self, date)
    }
}

/// Whether a date contains a year of four digits.
fn has_year(date: &str) -> bool {
    date.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 4)
}

/// The contents of a listing page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Its items in page order; each article appears once.
    pub items: Vec<ListingItem>,
    /// Unusable items.
    pub skipped: Vec<SkippedItem>,
    /// The locations of the items, if they were found without selectors.
    pub profile: ListingProfile,
    /// The hubs and the own address (`rel="self"`) that a feed document declares.
    pub advertised: HubLinks,
    /// The number of further copies of items that were merged into them.
    pub merged: usize,
}

/// An unusable item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedItem {
    /// The item's content, shortened.
    pub item: String,
    /// The reason why it cannot be used.
    pub why: String,
}
