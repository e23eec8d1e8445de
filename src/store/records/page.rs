//! What is known of a page beside its bytes: media type, coding, validators.

use super::{Record, Stored};
use crate::page::{Coding, MediaType, Validators};
use serde::{Deserialize, Serialize};

/// [`MediaType`]
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct MediaTypeRecord {
    essence: String,
    charset: Option<String>,
}

impl Record for MediaTypeRecord {}

impl Stored for MediaType {
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

/// [`Coding`], a word.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::store) enum CodingRecord {
    Identity,
    Gzip,
    Deflate,
    Br,
}

impl Record for CodingRecord {
    const IS_MARKED: bool = false;
}

impl Stored for Coding {
    type Record = CodingRecord;
}

impl From<&Coding> for CodingRecord {
    fn from(coding: &Coding) -> Self {
        match coding {
            Coding::Identity => Self::Identity,
            Coding::Gzip => Self::Gzip,
            Coding::Deflate => Self::Deflate,
            Coding::Br => Self::Br,
        }
    }
}

impl From<CodingRecord> for Coding {
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
pub(in crate::store) struct ValidatorsRecord {
    etag: Option<String>,
    last_modified: Option<String>,
    wire_hash: Option<String>,
}

impl Record for ValidatorsRecord {}

impl Stored for Validators {
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
