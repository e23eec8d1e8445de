//! Source lists maintained by others: their configuration, and the last good copy of each.

use super::{HostAccess, Slug, retry};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// A source list that feeds.toml names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceList {
    /// Its address.
    pub url: Url,
    /// The refresh interval.
    pub refresh: Duration,
    /// The access settings of its host.
    pub access: HostAccess,
}

impl SourceList {
    /// Returns the instant of its next fetch.
    pub fn due(&self, copy: Option<&ListCopy>, now: DateTime<Utc>) -> DateTime<Utc> {
        let Some(copy) = copy else { return now };
        // A list that has shrunk is not fetched early: its size is judged over three regular
        // fetches, not within an hour or two.
        let failed = copy.last_error.is_some() && copy.shrunk.is_none();
        let pause = if failed { retry::failed_list(self.refresh) } else { self.refresh };
        // An attempt in the future was made under a wrong clock.
        if copy.tried > now {
            return now;
        }
        copy.tried + TimeDelta::from_std(pause).unwrap_or(TimeDelta::days(1))
    }
}

/// The stored state of a source list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCopy {
    /// Its address.
    pub url: Url,
    /// The sources of the last good copy, in its order.
    pub rows: Vec<ListedSource>,
    /// Rows of the last good copy that cannot be used, each with its line number.
    pub rejected_rows: Vec<String>,
    /// The ids of all addresses that the list has ever contained. They are permanent.
    pub ids: BTreeMap<String, Slug>,
    /// The time when the last good copy was fetched or confirmed as unchanged.
    pub fetched: Option<DateTime<Utc>>,
    /// The time of the last fetch, successful or not.
    pub tried: DateTime<Utc>,
    /// The reason why the last fetch was not applied, in a sentence.
    pub last_error: Option<String>,
    /// A much shorter list that was fetched since the last good copy.
    pub shrunk: Option<ShrunkList>,
}

/// A source in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSource {
    /// The line of the list on which the source begins, counted from 1.
    pub line: usize,
    /// Its id.
    pub id: Slug,
    /// Its keys and values, as in a `[[source]]` table.
    pub keys: Vec<(String, String)>,
}

/// A list from which most sources disappeared in one fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShrunkList {
    /// The BLAKE3 hash of its sorted addresses.
    pub addresses_hash: String,
    /// The number of consecutive fetches that returned it.
    pub times: u32,
}
