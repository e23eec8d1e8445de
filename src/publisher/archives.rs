//! Archives of feeds (RFC 5005). Articles that leave the documents of a feed go into archives.
//! These are rendered once, kept packed in the store with the revisions of their articles, and
//! written to disk from there: `output/` can be deleted.
//!
//! A document shows the newest articles by `changed`: their arrival, or their last revision. Each
//! source has a share of it; others fill the rest. An article that matches the feed, is in
//! no archive in its current revision, and is not shown must be archived. The publisher makes
//! archives of these, a `limit` at a time and the oldest first, and fills the last with the oldest
//! of the shown ones. An entry may be in both an archive and the current document; a reader
//! that merges by id gets each entry once.
//!
//! The store needs the articles that do not fit into a document, so the number that fits is
//! computed before anything is written (`crates/publish/src/length.rs`). Only articles that were
//! touched since the feed's watermark are examined (the table `touched`, filled by triggers), and
//! once a day all of them. Only `withdraw --erase` changes a finished archive: the next run cuts
//! the entry out of its bytes.

use super::PublishReport;
use bantin_core::{Feed, FeedFormat, Origin, Site, Slug};
use bantin_publish as publish;
use bantin_publish::archive::{archive, archive_name, without_entries};
use bantin_publish::files;
use bantin_store::{
    ArchiveDocuments, ArchiveErasure, ArchiveSummary, FeedContents, Store, StoreError,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The formats of archives.
const FORMATS: [FeedFormat; 2] = [FeedFormat::Atom, FeedFormat::Rss];

/// Makes archives of the articles that left a feed, and adds them to its contents. A failure is
/// returned as a sentence; its articles stay in the store and are retried.
pub(super) async fn build_archives(
    store: &Store,
    site: &Arc<Site>,
    origins: &Arc<BTreeMap<Slug, Origin>>,
    feed: &Feed,
    contents: &mut FeedContents,
) -> Result<Option<String>, StoreError> {
    let mut left = contents.to_archive.as_slice();
    while !left.is_empty() {
        let number = contents.newest_archive().unwrap_or(0).saturating_add(1);
        let (page, _) = left.split_at(left.len().min(feed.limit.max(1)));
        let mut found = store.articles_by_row(page).await?;
        let articles: Vec<_> = found.iter().map(|(_, article)| article.clone()).collect();
        let fit = publish::count_fitting(feed, site, origins, &articles, &[]);
        // The first article that does not fit starts the next archive. An article that was
        // withdrawn in the meantime does not.
        let rest = found.get(fit).and_then(|(row, _)| page.iter().position(|at| at == row));
        left = left.split_at(rest.unwrap_or(page.len())).1;
        found.truncate(fit);
        let versions = found.iter().map(|(row, article)| (*row, article.revision)).collect();
        let followed = !left.is_empty();
        let (of, on, by) = (feed.clone(), site.clone(), origins.clone());
        let made = tokio::task::spawn_blocking(move || {
            let articles: Vec<_> = articles.into_iter().take(fit).collect();
            let documents = archive(&of, &on, &by, &articles, number, followed)?;
            let unfit = documents.iter().find_map(|document| publish::verify(document).err());
            Some(unfit.map_or(Ok(documents), Err))
        });
        let [atom, rss] = match made.await {
            Ok(None) => continue,
            Ok(Some(Ok(documents))) => documents.map(|document| document.bytes),
            Ok(Some(Err(unfit))) => {
                return Ok(Some(format!("an archive is not stored: {unfit}")));
            }
            Err(panic) => {
                return Ok(Some(format!(
                    "making an archive of {} panicked, which is a bug in bantin: {panic}",
                    feed.id
                )));
            }
        };
        let length = |bytes: &Vec<u8>| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let archive = ArchiveSummary { number, atom: length(&atom), rss: length(&rss) };
        store.keep_archive(&feed.id, number, versions, ArchiveDocuments { atom, rss }).await?;
        contents.archives.push(archive);
    }
    contents.to_archive.clear();
    Ok(None)
}

/// Writes the archives of a feed that are not on disk, under all its names.
pub(super) async fn write_archives(
    store: &Store,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    feed: &Feed,
    archives: &[ArchiveSummary],
    report: &mut PublishReport,
) -> Result<(), StoreError> {
    let folder = site.folder_of(feed);
    // A private feed has one name, and its archives are not packed.
    let former = feed.aliases.iter().filter(|_| !feed.is_private());
    let ids: Vec<&Slug> = std::iter::once(&feed.id).chain(former).collect();
    let pack = site.precompress && !feed.is_private();
    for archive in archives {
        let mut texts = None;
        for format in FORMATS.into_iter().filter(|format| feed.formats.contains(format)) {
            let length = if format == FeedFormat::Atom { archive.atom } else { archive.rss };
            for id in &ids {
                let name = archive_name(id, archive.number, format);
                if files::is_on_disk(&folder, &name, length, pack) {
                    report.unchanged += 1;
                    continue;
                }
                if texts.is_none() {
                    texts = match store.archive(&feed.id, archive.number).await {
                        Err(StoreError::Corrupt { .. }) => {
                            Some(rebuild_archive(store, site, origins, feed, archive.number).await?)
                        }
                        found => found?,
                    };
                }
                let Some(text) = &texts else { continue };
                let bytes = if format == FeedFormat::Atom { &text.atom } else { &text.rss };
                let (folder, bytes) = (folder.clone(), bytes.clone());
                let put = tokio::task::spawn_blocking(move || {
                    let put = files::replace_packed(&folder, &name, &bytes, pack);
                    vec![put.map_err(|e| e.to_string())]
                });
                report.count(put.await);
            }
        }
    }
    Ok(())
}

/// The names of a feed's archives on disk, under one of its names.
pub(super) fn names(id: &Slug, feed: &Feed, newest: Option<u32>) -> Vec<String> {
    let formats = FORMATS.into_iter().filter(|format| feed.formats.contains(format));
    let of = |format| (1..=newest.unwrap_or(0)).map(move |n| archive_name(id, n, format));
    formats.flat_map(of).collect()
}

/// Renders an archive again that cannot be read in the store, from the current state of its
/// articles.
async fn rebuild_archive(
    store: &Store,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    feed: &Feed,
    number: u32,
) -> Result<ArchiveDocuments, StoreError> {
    let rows = store.archived_rows(&feed.id, number).await?;
    let articles: Vec<_> =
        store.articles_by_row(&rows).await?.into_iter().map(|(_, a)| a).collect();
    let followed = store.archives(&feed.id).await?.last().is_some_and(|last| last.number > number);
    let made = archive(feed, site, origins, &articles, number, followed);
    let [atom, rss] = made.map(|made| made.map(|document| document.bytes)).unwrap_or_default();
    tracing::warn!(
        "archive {number} of feed {} could not be read in the store, and was rendered again; restore a backup if this happens to more archives",
        feed.id
    );
    let text = ArchiveDocuments { atom, rss };
    let ids = Vec::new();
    let remade = ArchiveErasure { feed: feed.id.clone(), number, ids, text: Some(text.clone()) };
    store.erased(remade).await?;
    Ok(text)
}

/// Cuts erased articles out of the archives that contain them.
pub(super) async fn erase(
    store: &Store,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    feeds: &[Feed],
) -> Result<(), StoreError> {
    while let Some(mut erasure) = store.erasure().await? {
        let feed = feeds.iter().find(|feed| feed.id == erasure.feed);
        if let (None, Some(feed)) = (&erasure.text, feed) {
            erasure.text = Some(rebuild_archive(store, site, origins, feed, erasure.number).await?);
        }
        // The unreadable archive of a removed feed is replaced by an empty one.
        let text = erasure.text.unwrap_or_default();
        let text = ArchiveDocuments {
            atom: without_entries(&text.atom, &erasure.ids),
            rss: without_entries(&text.rss, &erasure.ids),
        };
        store.erased(ArchiveErasure { text: Some(text), ..erasure }).await?;
    }
    Ok(())
}
