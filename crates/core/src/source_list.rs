//! Lists of sources that somebody else keeps: where they are, and the last good copy of each.

use super::{HostAccess, Slug, retry};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// A list that feeds.toml names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceList {
    /// Its address.
    pub url: Url,
    /// How long a copy is good for.
    pub refresh: Duration,
    /// How its host is treated.
    pub access: HostAccess,
}

impl SourceList {
    /// When it is asked for again.
    pub fn due(&self, copy: Option<&ListCopy>, now: DateTime<Utc>) -> DateTime<Utc> {
        let Some(copy) = copy else { return now };
        // A list that has shrunk is judged by how it is at three of its own times, not within an hour or two.
        let failed = copy.trouble.is_some() && copy.shrunk.is_none();
        let pause = if failed { retry::failed_list(self.refresh) } else { self.refresh };
        copy.tried + TimeDelta::from_std(pause).unwrap_or(TimeDelta::days(1))
    }
}

/// What is known of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCopy {
    /// Its address.
    pub url: Url,
    /// The sources of the last good copy, in its order.
    pub rows: Vec<ListedSource>,
    /// Rows of the last good copy that cannot be used, each with its line.
    pub refused: Vec<String>,
    /// The ids of all addresses that it ever named; they are permanent.
    pub ids: BTreeMap<String, Slug>,
    /// When the last good copy was fetched, or found to be the same.
    pub fetched: Option<DateTime<Utc>>,
    /// When it was last asked for.
    pub tried: DateTime<Utc>,
    /// Why the last fetch changed nothing, in a sentence.
    pub trouble: Option<String>,
    /// The much shorter list that was fetched since.
    pub shrunk: Option<ShrunkList>,
}

/// A source in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSource {
    /// The line of the list on which it begins, counted from 1.
    pub line: usize,
    /// Its id.
    pub id: Slug,
    /// Its keys, as a `[[source]]` would write them.
    pub keys: Vec<(String, String)>,
}

/// A list that has lost most of its sources at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShrunkList {
    /// BLAKE3 of the addresses in it, sorted.
    pub addresses: String,
    /// At how many fetches in a row it was so.
    pub times: u32,
}
