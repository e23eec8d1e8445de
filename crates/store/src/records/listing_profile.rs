//! The record of a learned listing layout.

use super::{Record, StoredValue};
use bantin_core::{ListingProfile, ProfiledList};
use serde::{Deserialize, Serialize};

/// [`ListingProfile`]
#[derive(Serialize, Deserialize)]
pub(crate) struct ListingProfileRecord {
    lists: Vec<NewsListRecord>,
    elsewhere: usize,
}

/// [`ProfiledList`]
#[derive(Serialize, Deserialize)]
struct NewsListRecord {
    selector: String,
    items: usize,
    evidence: String,
}

impl Record for ListingProfileRecord {}

impl StoredValue for ListingProfile {
    type Record = ListingProfileRecord;
}

impl From<&ListingProfile> for ListingProfileRecord {
    fn from(profile: &ListingProfile) -> Self {
        let list = |list: &ProfiledList| NewsListRecord {
            selector: list.selector.clone(),
            items: list.items,
            evidence: list.evidence.clone(),
        };
        Self { lists: profile.lists.iter().map(list).collect(), elsewhere: profile.elsewhere }
    }
}

impl From<ListingProfileRecord> for ListingProfile {
    fn from(record: ListingProfileRecord) -> Self {
        let list = |NewsListRecord { selector, items, evidence }| ProfiledList {
            selector,
            items,
            evidence,
        };
        Self { lists: record.lists.into_iter().map(list).collect(), elsewhere: record.elsewhere }
    }
}
