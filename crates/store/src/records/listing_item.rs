//! The record of a listing item.

use super::article::FirstSourceRecord;
use super::{Record, StoredValue, maybe_parsed, parsed};
use bantin_core::{ArticleKey, ListingItem, RawAttachment, RawHtml};
use serde::{Deserialize, Serialize};
use url::Url;

/// [`ListingItem`]
#[derive(Serialize, Deserialize)]
pub(crate) struct TeaserRecord {
    url: String,
    key: String,
    title: Option<String>,
    date: Option<String>,
    summary: Option<String>,
    image: Option<String>,
    content: Option<String>,
    author: Option<String>,
    /// [`ListingItem::tags`], under its former name.
    topics: Vec<String>,
    attachments: Vec<EnclosureRecord>,
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_source: Option<FirstSourceRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_line: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pictures: Vec<String>,
}

/// [`RawAttachment`]
#[derive(Serialize, Deserialize)]
struct EnclosureRecord {
    url: String,
    title: Option<String>,
    media_type: Option<String>,
    length: Option<u64>,
}

impl Record for TeaserRecord {}

impl StoredValue for ListingItem {
    type Record = TeaserRecord;
}

impl From<&ListingItem> for TeaserRecord {
    fn from(item: &ListingItem) -> Self {
        let file = |file: &RawAttachment| EnclosureRecord {
            url: file.url.to_string(),
            title: file.title.clone(),
            media_type: file.media_type.clone(),
            length: file.length,
        };
        Self {
            url: item.url.to_string(),
            key: item.key.to_string(),
            title: item.title.clone(),
            date: item.date.clone(),
            summary: item.summary.clone(),
            image: item.image.as_ref().map(Url::to_string),
            content: item.content.as_ref().map(|RawHtml(html)| html.clone()),
            author: item.author.clone(),
            topics: item.tags.clone(),
            attachments: item.attachments.iter().map(file).collect(),
            language: item.language.clone(),
            version: item.version.clone(),
            first_source: item.first_source.as_ref().map(FirstSourceRecord::from),
            source_line: item.source_line.clone(),
            pictures: item.pictures.iter().map(Url::to_string).collect(),
        }
    }
}

impl TryFrom<TeaserRecord> for ListingItem {
    type Error = String;

    fn try_from(record: TeaserRecord) -> Result<Self, String> {
        let file = |EnclosureRecord { url, title, media_type, length }| {
            let url = parsed("attachments", &url)?;
            Ok::<_, String>(RawAttachment { url, title, media_type, length })
        };
        Ok(Self {
            url: parsed("url", &record.url)?,
            key: ArticleKey::kept(record.key),
            title: record.title,
            date: record.date,
            summary: record.summary,
            image: maybe_parsed("image", record.image.as_deref())?,
            content: record.content.map(RawHtml),
            author: record.author,
            tags: record.topics,
            attachments: record.attachments.into_iter().map(file).collect::<Result<_, _>>()?,
            language: record.language,
            version: record.version,
            first_source: record.first_source.map(TryInto::try_into).transpose()?,
            source_line: record.source_line,
            pictures: record
                .pictures
                .iter()
                .map(|url| parsed("pictures", url))
                .collect::<Result<_, _>>()?,
        })
    }
}
