//! Writes JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>). Data without a field of the
//! standard is in `_bantin`.

use super::entry::{CategoryTerm, EntryCategory, EntryCredit, EntryMedia, FeedEntry};
use super::feed_view::FeedView;
use bantin_core::{ContentMode, FeedFormat};
use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::Serialize;

/// The value of `version`.
pub(super) const VERSION: &str = "https://jsonfeed.org/version/1.1";

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    description: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<JsonHub<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _bantin: Option<FeedExtension<'a>>,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonHub<'a> {
    r#type: &'static str,
    url: &'a str,
}

/// The extension of a feed.
#[derive(Serialize)]
struct FeedExtension<'a> {
    rights: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    authors: [JsonAuthor<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<JsonAttachment<'a>>,
    _bantin: ItemExtension<'a>,
}

#[derive(Serialize)]
struct JsonAuthor<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct JsonAttachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// The extension of an item.
#[derive(Serialize)]
struct ItemExtension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<JsonSource<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    province: Option<&'a CategoryTerm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<&'a CategoryTerm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_line: Option<&'a str>,
    /// The categories with their schemes, which `tags` cannot express, for entries whose first
    /// source is another feed.
    #[serde(skip_serializing_if = "<[EntryCategory]>::is_empty")]
    categories: &'a [EntryCategory],
    /// The other sources that show the article at the same address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carriers: Vec<JsonSource<'a>>,
    revision: u32,
}

#[derive(Serialize)]
struct JsonSource<'a> {
    id: &'a str,
    name: &'a str,
    title: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
}

pub(super) fn write(view: &FeedView<'_>) -> Vec<u8> {
    let feed = JsonFeed {
        version: VERSION,
        title: &view.title,
        home_page_url: view.page(),
        feed_url: view.address(FeedFormat::Json),
        description: &view.description,
        language: &view.language,
        hubs: view.hubs.iter().map(|url| JsonHub { r#type: "WebSub", url }).collect(),
        _bantin: view.rights.as_deref().map(|rights| FeedExtension { rights }),
        items: view.entries.iter().map(|entry| item(entry, view)).collect(),
    };
    // No value here is a map with keys other than strings, so this cannot fail; an empty document
    // would not pass `verify`.
    let mut bytes = serde_json::to_vec_pretty(&feed).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn item<'a>(entry: &'a FeedEntry, view: &FeedView<'_>) -> JsonItem<'a> {
    let is_full = view.feed.content == ContentMode::Full;
    // The standard requires one of the two.
    let text = || entry.summary.as_deref().unwrap_or(&entry.title);
    let credit = entry.credit.as_ref();
    JsonItem {
        id: &entry.id,
        url: &entry.url,
        title: &entry.title,
        content_html: is_full.then_some(entry.html.as_str()),
        content_text: (!is_full).then(text),
        summary: entry.summary.as_deref(),
        image: entry.pictures.first().map(|picture| picture.url.as_str()),
        date_published: date(entry.published),
        date_modified: date(entry.updated),
        authors: [JsonAuthor { name: &entry.author }],
        tags: entry.categories.iter().map(|category| category.label.as_str()).collect(),
        language: entry.foreign_language(&view.language),
        attachments: entry.files.iter().map(attachment).collect(),
        _bantin: ItemExtension {
            source: credit.map(JsonSource::of),
            province: credit.and_then(|credit| credit.province.as_ref()),
            agency: credit.and_then(|credit| credit.agency.as_ref()),
            source_line: entry.source_line.as_deref(),
            categories: if entry.is_gathered { &entry.categories } else { &[] },
            carriers: entry.carriers.iter().map(JsonSource::of).collect(),
            revision: entry.revision,
        },
    }
}

impl<'a> JsonSource<'a> {
    fn of(credit: &'a EntryCredit) -> Self {
        Self {
            id: &credit.tag,
            name: &credit.name,
            title: &credit.title,
            url: &credit.home,
            feed_url: credit.feed.as_deref(),
            rights: credit.rights.as_deref(),
        }
    }
}

fn attachment(file: &EntryMedia) -> JsonAttachment<'_> {
    JsonAttachment {
        url: &file.url,
        mime_type: file.any_type(),
        title: file.title.as_deref(),
        size_in_bytes: file.length,
    }
}

fn date(instant: DateTime<FixedOffset>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}
