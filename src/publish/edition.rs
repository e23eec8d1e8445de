//! A feed at one moment: what its documents have in common, in strings that are fit to be written.

use super::entry::{Credit, Entry};
use super::xml_text::{line, title, uri};
use super::{document_name, page_name};
use crate::model::{Article, Feed, Format, Origin, Site, Slug};
use chrono::{DateTime, FixedOffset};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// A feed and its entries. There is at least one entry.
#[derive(Debug)]
pub(super) struct Edition<'a> {
    pub(super) feed: &'a Feed,
    /// Where readers find `output/`; ends with a slash.
    pub(super) base: String,
    /// The hubs at which readers can subscribe to the documents.
    pub(super) hubs: Vec<String>,
    pub(super) site_title: String,
    pub(super) tag: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) language: String,
    /// When an entry last changed: what the documents are dated with, because the clock would make each one new.
    pub(super) updated: DateTime<FixedOffset>,
    /// The newest first.
    pub(super) entries: Vec<Entry>,
    /// When an entry of a source last changed, by the source's tag.
    changes: BTreeMap<String, DateTime<FixedOffset>>,
}

impl<'a> Edition<'a> {
    /// A feed with its articles; nothing where there are none.
    pub(super) fn new(
        feed: &'a Feed,
        site: &Site,
        origins: &BTreeMap<Slug, Origin>,
        articles: &[Article],
    ) -> Option<Self> {
        let entries = entries(site, origins, articles);
        let updated = entries.iter().map(|entry| entry.updated).max()?;
        let mut changes: BTreeMap<String, DateTime<FixedOffset>> = BTreeMap::new();
        for entry in &entries {
            let Some(credit) = &entry.credit else { continue };
            let newest = changes.entry(credit.tag.clone()).or_insert(entry.updated);
            *newest = entry.updated.max(*newest);
        }
        let title = feed_title(feed);
        let description = Some(line(&feed.description)).filter(|text| !text.is_empty());
        Some(Self {
            feed,
            base: uri(&site.base_url),
            hubs: site.hubs().map(|hub| uri(&hub)).collect(),
            site_title: line(&site.title),
            tag: line(&feed.tag),
            description: description.unwrap_or_else(|| title.clone()),
            title,
            language: line(&feed.language),
            updated,
            entries,
            changes,
        })
    }

    /// The address of the feed in a format.
    pub(super) fn address(&self, format: Format) -> String {
        format!("{}{}", self.base, document_name(&self.feed.id, format))
    }

    /// The address of the feed's HTML page.
    pub(super) fn page(&self) -> String {
        format!("{}{}", self.base, page_name(&self.feed.id))
    }

    /// When an entry of a source last changed.
    pub(super) fn changed(&self, credit: &Credit) -> DateTime<FixedOffset> {
        self.changes.get(&credit.tag).copied().unwrap_or(self.updated)
    }
}

/// Articles as entries: the newest first, each id once, whatever order they come in.
pub(super) fn entries(
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
) -> Vec<Entry> {
    let mut sorted: Vec<&Article> = articles.iter().collect();
    sorted.sort_by_key(|article| {
        (Reverse(article.published), &article.id, Reverse(article.revision))
    });
    let mut known = HashSet::new();
    sorted.retain(|article| known.insert(&article.id));
    sorted
        .into_iter()
        .map(|article| Entry::new(article, origins.get(&article.source), site))
        .collect()
}

/// The title of a feed, or its name where the title is nothing that can be seen.
pub(super) fn feed_title(feed: &Feed) -> String {
    Some(title(&feed.title)).filter(|text| !text.is_empty()).unwrap_or_else(|| feed.id.to_string())
}
