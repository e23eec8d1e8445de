//! The parts of an article that are stored as JSON: date precision, images, attachments,
//! provenance, first source.

use super::{Record, StoredValue, maybe_parsed, parsed};
use bantin_core::{
    ArticleField, Attachment, DatePrecision, FirstSource, Image, Provenance, PublicUrl, RawCategory,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// [`DatePrecision`], as a word.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PrecisionRecord {
    Day,
    Minute,
    Second,
}

impl Record for PrecisionRecord {
    const HAS_VERSION: bool = false;
}

impl StoredValue for DatePrecision {
    type Record = PrecisionRecord;
}

impl From<&DatePrecision> for PrecisionRecord {
    fn from(precision: &DatePrecision) -> Self {
        match precision {
            DatePrecision::Day => Self::Day,
            DatePrecision::Minute => Self::Minute,
            DatePrecision::Second => Self::Second,
        }
    }
}

impl From<PrecisionRecord> for DatePrecision {
    fn from(record: PrecisionRecord) -> Self {
        match record {
            PrecisionRecord::Day => Self::Day,
            PrecisionRecord::Minute => Self::Minute,
            PrecisionRecord::Second => Self::Second,
        }
    }
}

/// [`Image`]
#[derive(Serialize, Deserialize)]
pub(crate) struct ImageRecord {
    url: String,
    alt: Option<String>,
}

impl Record for ImageRecord {
    const HAS_VERSION: bool = false;
}

impl StoredValue for Image {
    type Record = ImageRecord;
}

impl From<&Image> for ImageRecord {
    fn from(image: &Image) -> Self {
        Self { url: image.url.as_str().to_owned(), alt: image.alt.clone() }
    }
}

impl TryFrom<ImageRecord> for Image {
    type Error = String;

    fn try_from(record: ImageRecord) -> Result<Self, String> {
        Ok(Self { url: parsed("url", &record.url)?, alt: record.alt })
    }
}

/// [`Attachment`]
#[derive(Serialize, Deserialize)]
pub(crate) struct AttachmentRecord {
    url: String,
    title: Option<String>,
    media_type: Option<String>,
    length: Option<u64>,
}

impl Record for AttachmentRecord {
    const HAS_VERSION: bool = false;
}

impl StoredValue for Attachment {
    type Record = AttachmentRecord;
}

impl From<&Attachment> for AttachmentRecord {
    fn from(file: &Attachment) -> Self {
        Self {
            url: file.url.as_str().to_owned(),
            title: file.title.clone(),
            media_type: file.media_type.clone(),
            length: file.length,
        }
    }
}

impl TryFrom<AttachmentRecord> for Attachment {
    type Error = String;

    fn try_from(record: AttachmentRecord) -> Result<Self, String> {
        let AttachmentRecord { url, title, media_type, length } = record;
        Ok(Self { url: parsed("url", &url)?, title, media_type, length })
    }
}

/// The provenance of each field of an article: field names, each with its [`Provenance`] as text.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ProvenanceRecord(BTreeMap<FieldRecord, String>);

/// [`ArticleField`], as a word. The order of the variants is the order on disk.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldRecord {
    Url,
    Title,
    Summary,
    Body,
    Author,
    SourceLine,
    Published,
    Language,
}

impl Record for ProvenanceRecord {
    const HAS_VERSION: bool = false;
}

impl StoredValue for BTreeMap<ArticleField, Provenance> {
    type Record = ProvenanceRecord;
}

impl From<&BTreeMap<ArticleField, Provenance>> for ProvenanceRecord {
    fn from(provenance: &BTreeMap<ArticleField, Provenance>) -> Self {
        Self(provenance.iter().map(|(field, from)| ((*field).into(), from.to_string())).collect())
    }
}

impl TryFrom<ProvenanceRecord> for BTreeMap<ArticleField, Provenance> {
    type Error = String;

    fn try_from(record: ProvenanceRecord) -> Result<Self, String> {
        let entry = |(field, from): (FieldRecord, String)| {
            Ok((ArticleField::from(field), parsed::<Provenance>("provenance", &from)?))
        };
        record.0.into_iter().map(entry).collect()
    }
}

impl From<ArticleField> for FieldRecord {
    fn from(field: ArticleField) -> Self {
        match field {
            ArticleField::Url => Self::Url,
            ArticleField::Title => Self::Title,
            ArticleField::Summary => Self::Summary,
            ArticleField::Body => Self::Body,
            ArticleField::Author => Self::Author,
            ArticleField::SourceLine => Self::SourceLine,
            ArticleField::Published => Self::Published,
            ArticleField::Language => Self::Language,
        }
    }
}

impl From<FieldRecord> for ArticleField {
    fn from(record: FieldRecord) -> Self {
        match record {
            FieldRecord::Url => Self::Url,
            FieldRecord::Title => Self::Title,
            FieldRecord::Summary => Self::Summary,
            FieldRecord::Body => Self::Body,
            FieldRecord::Author => Self::Author,
            FieldRecord::SourceLine => Self::SourceLine,
            FieldRecord::Published => Self::Published,
            FieldRecord::Language => Self::Language,
        }
    }
}

/// [`FirstSource`]
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstSourceRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    categories: Vec<CategoryRecord>,
}

/// [`RawCategory`]
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryRecord {
    scheme: String,
    term: String,
    label: String,
}

impl Record for FirstSourceRecord {
    // Programs that wrote version 1 reject unknown keys.
    const HAS_VERSION: bool = false;
}

impl StoredValue for FirstSource {
    type Record = FirstSourceRecord;
}

impl From<&FirstSource> for FirstSourceRecord {
    fn from(first: &FirstSource) -> Self {
        let address = |url: &Option<PublicUrl>| url.as_ref().map(|url| url.as_str().to_owned());
        let category = |category: &RawCategory| CategoryRecord {
            scheme: category.scheme.clone(),
            term: category.term.clone(),
            label: category.label.clone(),
        };
        Self {
            entry: first.entry.clone(),
            id: first.id.clone(),
            title: first.title.clone(),
            home: address(&first.home),
            feed: address(&first.feed),
            rights: first.rights.clone(),
            updated: first.updated,
            categories: first.categories.iter().map(category).collect(),
        }
    }
}

impl TryFrom<FirstSourceRecord> for FirstSource {
    type Error = String;

    fn try_from(record: FirstSourceRecord) -> Result<Self, String> {
        let category = |CategoryRecord { scheme, term, label }| RawCategory { scheme, term, label };
        Ok(Self {
            entry: record.entry,
            id: record.id,
            title: record.title,
            home: maybe_parsed("home", record.home.as_deref())?,
            feed: maybe_parsed("feed", record.feed.as_deref())?,
            rights: record.rights,
            updated: record.updated,
            categories: record.categories.into_iter().map(category).collect(),
        })
    }
}
