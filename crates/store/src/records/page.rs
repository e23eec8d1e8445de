//! The records of a page's metadata: media type, content coding, validators.

use super::{Record, StoredValue};
use bantin_page::{ContentCoding, MediaType, Validators};
use serde::{Deserialize, Serialize};

/// [`MediaType`]
#[derive(Serialize, Deserialize)]
pub(crate) struct MediaTypeRecord {
    essence: String,
    charset: Option<String>,
}

impl Record for MediaTypeRecord {}

impl StoredValue for MediaType {
    type Record = MediaTypeRecord;
}

impl From<&MediaType> for MediaTypeRecord {
    fn from(media: &MediaType) -> Self {
        Self { essence: media.essence.clone(), charset: media.charset.clone() }
    }
}

impl From<MediaTypeRecord> for MediaType {
    fn from(MediaTypeRecord { essence, charset }: MediaTypeRecord) -> Self {
        Self { essence, charset }
    }
}

/// [`ContentCoding`], as a word.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CodingRecord {
    Identity,
    Gzip,
    Deflate,
    Br,
}

impl Record for CodingRecord {
    const HAS_VERSION: bool = false;
}

impl StoredValue for ContentCoding {
    type Record = CodingRecord;
}

impl From<&ContentCoding> for CodingRecord {
    fn from(coding: &ContentCoding) -> Self {
        match coding {
            ContentCoding::Identity => Self::Identity,
            ContentCoding::Gzip => Self::Gzip,
            ContentCoding::Deflate => Self::Deflate,
            ContentCoding::Br => Self::Br,
        }
    }
}

impl From<CodingRecord> for ContentCoding {
    fn from(record: CodingRecord) -> Self {
        match record {
            CodingRecord::Identity => Self::Identity,
            CodingRecord::Gzip => Self::Gzip,
            CodingRecord::Deflate => Self::Deflate,
            CodingRecord::Br => Self::Br,
        }
    }
}

/// [`Validators`]
#[derive(Serialize, Deserialize)]
pub(crate) struct ValidatorsRecord {
    etag: Option<String>,
    last_modified: Option<String>,
    wire_hash: Option<String>,
}

impl Record for ValidatorsRecord {}

impl StoredValue for Validators {
    type Record = ValidatorsRecord;
}

impl From<&Validators> for ValidatorsRecord {
    fn from(validators: &Validators) -> Self {
        let Validators { etag, last_modified, wire_hash } = validators.clone();
        Self { etag, last_modified, wire_hash }
    }
}

impl From<ValidatorsRecord> for Validators {
    fn from(record: ValidatorsRecord) -> Self {
        let ValidatorsRecord { etag, last_modified, wire_hash } = record;
        Self { etag, last_modified, wire_hash }
    }
}
