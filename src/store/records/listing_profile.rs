//! Where the news of a page stood.

use super::{Record, Stored};
use crate::model::{Learned, LearnedList};
use serde::{Deserialize, Serialize};

/// [`Learned`]
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct ListingProfileRecord {
    lists: Vec<NewsListRecord>,
    elsewhere: usize,
}

/// [`LearnedList`]
#[derive(Serialize, Deserialize)]
struct NewsListRecord {
    selector: String,
    items: usize,
    evidence: String,
}

impl Record for ListingProfileRecord {}

impl Stored for Learned {
    type Record = ListingProfileRecord;
}

impl From<&Learned> for ListingProfileRecord {
    fn from(learned: &Learned) -> Self {
        let list = |list: &LearnedList| NewsListRecord {
            selector: list.selector.clone(),
            items: list.items,
            evidence: list.evidence.clone(),
        };
        Self { lists: learned.lists.iter().map(list).collect(), elsewhere: learned.elsewhere }
    }
}

impl From<ListingProfileRecord> for Learned {
    fn from(record: ListingProfileRecord) -> Self {
        let list = |NewsListRecord { selector, items, evidence }| LearnedList {
            selector,
            items,
            evidence,
        };
        Self { lists: record.lists.into_iter().map(list).collect(), elsewhere: record.elsewhere }
    }
}
