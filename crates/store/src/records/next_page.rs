//! The record of a backfill's request for the next page of a listing.

use super::{Record, StoredValue, parsed};
use bantin_core::NextPage;
use serde::{Deserialize, Serialize};

/// [`NextPage`]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum NextPageRecord {
    Get(String),
    Post { url: String, fields: Vec<(String, String)> },
}

impl Record for NextPageRecord {
    // Programs that wrote version 1 read the first key as the method and reject a second key.
    const HAS_VERSION: bool = false;
}

impl StoredValue for NextPage {
    type Record = NextPageRecord;
}

impl From<&NextPage> for NextPageRecord {
    fn from(next: &NextPage) -> Self {
        match next {
            NextPage::Get(url) => Self::Get(url.to_string()),
            NextPage::Post { url, fields } => {
                Self::Post { url: url.to_string(), fields: fields.clone() }
            }
        }
    }
}

impl TryFrom<NextPageRecord> for NextPage {
    type Error = String;

    fn try_from(record: NextPageRecord) -> Result<Self, String> {
        Ok(match record {
            NextPageRecord::Get(url) => Self::Get(parsed("url", &url)?),
            NextPageRecord::Post { url, fields } => {
                Self::Post { url: parsed("url", &url)?, fields }
            }
        })
    }
}
