//! A feed at one instant: the data that its documents have in common, in strings that all formats
//! can write.

use super::archive::archive_name;
use super::entry::{EntryCredit, FeedEntry, local, published};
use super::xml_text::{self, line, title, uri};
use super::{document_name, page_name};
use bantin_core::{
    Article, ArticleQuery, ContentMode, DocumentKind, Feed, FeedFormat, Origin, Site, Slug,
    Tombstone,
};
use chrono::{DateTime, FixedOffset};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// The last change of each source's entries, by the source's tag.
type LastChanges = BTreeMap<String, DateTime<FixedOffset>>;

/// A feed and its entries. There is at least one entry.
#[derive(Debug)]
pub(super) struct FeedView<'a> {
    pub(super) feed: &'a Feed,
    kind: &'a DocumentKind,
    /// The URL at which `output/` is served; ends with a slash.
    pub(super) base: String,
    /// The hubs at which readers can subscribe to the documents.
    pub(super) hubs: Vec<String>,
    pub(super) site_title: String,
    pub(super) tag: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) language: String,
    pub(super) rights: Option<String>,
    /// The last change of an entry or tombstone. It is the date of the documents, because the clock
    /// would change them at each run.
    pub(super) updated: DateTime<FixedOffset>,
    /// The entries, the newest first.
    pub(super) entries: Vec<FeedEntry>,
    /// The last change of each source's entries, by the source's tag.
    changes: LastChanges,
}

impl<'a> FeedView<'a> {
    /// A feed with its articles; `None` without articles.
    pub(super) fn new(
        feed: &'a Feed,
        site: &Site,
        origins: &BTreeMap<Slug, Origin>,
        articles: &[Article],
        kind: &'a DocumentKind,
    ) -> Option<Self> {
        let mut entries = entries(site, origins, &feed.query, articles);
        if feed.content == ContentMode::Summary {
            entries.iter_mut().for_each(|entry| entry.html.clear());
        }
        let (updated, changes) = dates(&entries, kind)?;
        let title = feed_title(feed);
        let description = Some(line(&feed.description)).filter(|text| !text.is_empty());
        Some(Self {
            feed,
            kind,
            base: uri(&site.base_url),
            hubs: site.hubs().filter(|_| !feed.is_private()).map(|hub| uri(&hub)).collect(),
            site_title: line(&site.title),
            tag: line(&feed.tag),
            description: description.unwrap_or_else(|| title.clone()),
            title,
            language: xml_text::language(&feed.language),
            rights: Some(line(&feed.rights)).filter(|text| !text.is_empty()),
            updated,
            entries,
            changes,
        })
    }

    /// The address of the feed in a format.
    pub(super) fn address(&self, format: FeedFormat) -> String {
        match self.kind {
            DocumentKind::Current { .. } => self.current(format),
            DocumentKind::Archive { number, .. } => self.archive(*number, format),
        }
    }

    /// The address of the document that readers subscribe to.
    fn current(&self, format: FeedFormat) -> String {
        format!("{}{}", self.base, document_name(&self.feed.id, format))
    }

    fn archive(&self, number: u32, format: FeedFormat) -> String {
        format!("{}{}", self.base, archive_name(&self.feed.id, number, format))
    }

    /// Whether it is an archive.
    pub(super) fn is_archive(&self) -> bool {
        matches!(self.kind, DocumentKind::Archive { .. })
    }

    /// The addresses of the other documents of the feed, by link relation (RFC 5005 section 4).
    /// Empty for a feed without archives.
    pub(super) fn history(&self, format: FeedFormat) -> Vec<(&'static str, String)> {
        let (previous, next) = match self.kind {
            DocumentKind::Current { newest: None, .. } => return Vec::new(),
            DocumentKind::Current { newest: Some(newest), .. } => (Some(*newest), None),
            DocumentKind::Archive { number, has_next } => (
                number.checked_sub(1).filter(|previous| *previous > 0),
                Some(number.saturating_add(1)).filter(|_| *has_next),
            ),
        };
        let archive =
            |relation, number: Option<u32>| Some((relation, self.archive(number?, format)));
        std::iter::once(("current", self.current(format)))
            .chain(archive("prev-archive", previous))
            .chain(archive("next-archive", next))
            .collect()
    }

    /// The tombstones: the id of a withdrawn article, and the instant of its withdrawal.
    pub(super) fn tombstones(&self) -> Vec<(String, DateTime<FixedOffset>)> {
        let stones = tombstones(self.kind).iter();
        stones.map(|stone| (line(&stone.id), local(stone.at, stone.zone))).collect()
    }

    /// The address of the feed's HTML page.
    pub(super) fn page(&self) -> String {
        format!("{}{}", self.base, page_name(&self.feed.id))
    }

    /// The last change of the entries of a source.
    pub(super) fn changed(&self, credit: &EntryCredit) -> DateTime<FixedOffset> {
        self.changes.get(&credit.tag).copied().unwrap_or(self.updated)
    }
}

fn tombstones(kind: &DocumentKind) -> &[Tombstone] {
    match kind {
        DocumentKind::Current { tombstones, .. } => tombstones,
        DocumentKind::Archive { .. } => &[],
    }
}

/// The last change of a document, by its entries and tombstones, and of the entries of each source,
/// by its tag. `None` without entries.
fn dates(
    entries: &[FeedEntry],
    kind: &DocumentKind,
) -> Option<(DateTime<FixedOffset>, LastChanges)> {
    let newest = entries.iter().map(|entry| entry.updated).max()?;
    let withdrawn = tombstones(kind).iter().map(|stone| local(stone.at, stone.zone)).max();
    let updated = withdrawn.map_or(newest, |withdrawn| withdrawn.max(newest));
    let mut changes = LastChanges::new();
    for entry in entries {
        let Some(credit) = &entry.credit else { continue };
        let newest = changes.entry(credit.tag.clone()).or_insert(entry.updated);
        *newest = entry.updated.max(*newest);
    }
    Some((updated, changes))
}

/// Converts articles to entries: the newest first, each id once, independent of the input's order.
pub(super) fn entries(
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    query: &ArticleQuery,
    articles: &[Article],
) -> Vec<FeedEntry> {
    let mut sorted: Vec<&Article> = articles.iter().collect();
    sorted.sort_by_key(|article| {
        (Reverse(published(article)), &article.id, Reverse(article.revision))
    });
    let mut known = HashSet::new();
    sorted.retain(|article| known.insert(&article.id));
    sorted.into_iter().map(|article| FeedEntry::new(article, origins, query, site)).collect()
}

/// The title of a feed, or its name if the title has no visible character.
pub(super) fn feed_title(feed: &Feed) -> String {
    Some(title(&feed.title)).filter(|text| !text.is_empty()).unwrap_or_else(|| feed.id.to_string())
}
