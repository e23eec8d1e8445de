//! The record of the copy of a remote list of sources.

use super::{Record, StoredValue, parsed};
use bantin_core::{ListCopy, ListedSource, ShrunkList};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// [`ListCopy`]
#[derive(Serialize, Deserialize)]
pub(crate) struct ListCopyRecord {
    url: String,
    rows: Vec<ListedSourceRecord>,
    refused: Vec<String>,
    ids: BTreeMap<String, String>,
    fetched: Option<DateTime<Utc>>,
    tried: DateTime<Utc>,
    trouble: Option<String>,
    shrunk: Option<ShrunkListRecord>,
}

/// [`ListedSource`]
#[derive(Serialize, Deserialize)]
struct ListedSourceRecord {
    line: usize,
    id: String,
    keys: Vec<(String, String)>,
}

/// [`ShrunkList`]
#[derive(Serialize, Deserialize)]
struct ShrunkListRecord {
    addresses: String,
    times: u32,
}

impl Record for ListCopyRecord {}

impl StoredValue for ListCopy {
    type Record = ListCopyRecord;
}

impl From<&ListCopy> for ListCopyRecord {
    fn from(copy: &ListCopy) -> Self {
        let row = |row: &ListedSource| ListedSourceRecord {
            line: row.line,
            id: row.id.to_string(),
            keys: row.keys.clone(),
        };
        let shrunk = |list: &ShrunkList| ShrunkListRecord {
            addresses: list.addresses_hash.clone(),
            times: list.times,
        };
        Self {
            url: copy.url.to_string(),
            rows: copy.rows.iter().map(row).collect(),
            refused: copy.rejected_rows.clone(),
            ids: copy.ids.iter().map(|(url, id)| (url.clone(), id.to_string())).collect(),
            fetched: copy.fetched,
            tried: copy.tried,
            trouble: copy.last_error.clone(),
            shrunk: copy.shrunk.as_ref().map(shrunk),
        }
    }
}

impl TryFrom<ListCopyRecord> for ListCopy {
    type Error = String;

    fn try_from(record: ListCopyRecord) -> Result<Self, String> {
        let row = |ListedSourceRecord { line, id, keys }| {
            Ok::<_, String>(ListedSource { line, id: parsed("id", &id)?, keys })
        };
        let id = |(url, id): (String, String)| Ok::<_, String>((url, parsed("ids", &id)?));
        let shrunk =
            |ShrunkListRecord { addresses, times }| ShrunkList { addresses_hash: addresses, times };
        Ok(Self {
            url: parsed("url", &record.url)?,
            rows: record.rows.into_iter().map(row).collect::<Result<_, _>>()?,
            rejected_rows: record.refused,
            ids: record.ids.into_iter().map(id).collect::<Result<_, _>>()?,
            fetched: record.fetched,
            tried: record.tried,
            last_error: record.trouble,
            shrunk: record.shrunk.map(shrunk),
        })
    }
}
