//! What leaves the documents of a feed goes into archives; these are made once, kept in the store, and laid out from there.

use super::Edition;
use crate::model::{Feed, Format, Origin, Site, Slug};
use crate::publish;
use crate::publish::archive::{archive, archive_name, without};
use crate::publish::files::{self, Replaced};
use crate::store::{Archive, ArchiveText, Issue, Store, StoreError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The formats that archives have.
const FORMATS: [Format; 2] = [Format::Atom, Format::Rss];

/// Makes archives of what has left a feed, and puts them into the issue. What cannot be made is said; it stays in the store, and is
/// tried again.
pub(super) async fn make(
    store: &Store,
    site: &Arc<Site>,
    origins: &Arc<BTreeMap<Slug, Origin>>,
    feed: &Feed,
    issue: &mut Issue,
) -> Result<Option<String>, StoreError> {
    let mut pages = issue.left.chunks(feed.limit.max(1)).peekable();
    while let Some(places) = pages.next() {
        let number = issue.newest().unwrap_or(0).saturating_add(1);
        let found = store.at(places).await?;
        let versions = found.iter().map(|(place, article)| (*place, article.revision)).collect();
        let followed = pages.peek().is_some();
        let (of, on, by) = (feed.clone(), site.clone(), origins.clone());
        let made = tokio::task::spawn_blocking(move || {
            let articles: Vec<_> = found.into_iter().map(|(_, article)| article).collect();
            let documents = archive(&of, &on, &by, &articles, number, followed)?;
            let unfit = documents.iter().find_map(|document| publish::verify(document).err());
            Some(unfit.map_or(Ok(documents), Err))
        });
        let [atom, rss] = match made.await {
            Ok(None) => continue,
            Ok(Some(Ok(documents))) => documents.map(|document| document.bytes),
            Ok(Some(Err(unfit))) => {
                return Ok(Some(format!("an archive is not made: {unfit}")));
            }
            Err(panic) => {
                return Ok(Some(format!(
                    "making an archive of {} panicked, a fault of bantin's: {panic}",
                    feed.id
                )));
            }
        };
        let length = |bytes: &Vec<u8>| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let archive = Archive { number, atom: length(&atom), rss: length(&rss) };
        store.keep_archive(&feed.id, number, versions, ArchiveText { atom, rss }).await?;
        issue.archives.push(archive);
    }
    issue.left.clear();
    Ok(None)
}

/// Lays out the archives of a feed that are not on disk, under all its names.
pub(super) async fn print(
    store: &Store,
    site: &Site,
    feed: &Feed,
    archives: &[Archive],
    edition: &mut Edition,
) -> Result<(), StoreError> {
    let folder = site.folder_of(feed);
    // A private feed has one name, and nobody packs it.
    let former = feed.formerly.iter().filter(|_| !feed.is_private());
    let ids: Vec<&Slug> = std::iter::once(&feed.id).chain(former).collect();
    let pack = site.precompress && !feed.is_private();
    for archive in archives {
        let mut texts = None;
        for format in FORMATS.into_iter().filter(|format| feed.formats.contains(format)) {
            let length = if format == Format::Atom { archive.atom } else { archive.rss };
            for id in &ids {
                let name = archive_name(id, archive.number, format);
                if files::has_length(&folder, &name, length) {
                    edition.unchanged += 1;
                    continue;
                }
                if texts.is_none() {
                    texts = store.archive(&feed.id, archive.number).await?;
                }
                let Some(text) = &texts else { continue };
                let bytes = if format == Format::Atom { &text.atom } else { &text.rss };
                let (folder, bytes) = (folder.clone(), bytes.clone());
                let put = tokio::task::spawn_blocking(move || {
                    let put = files::replace_packed(&folder, &name, &bytes, pack);
                    vec![put.map_err(|e| e.to_string())]
                });
                edition.count(put.await);
            }
        }
    }
    Ok(())
}

/// Takes articles that were erased out of the archives that hold them.
pub(super) async fn erase(store: &Store) -> Result<(), StoreError> {
    while let Some(mut erasure) = store.erasure().await? {
        erasure.text.atom = without(&erasure.text.atom, &erasure.ids);
        erasure.text.rss = without(&erasure.text.rss, &erasure.ids);
        store.erased(erasure).await?;
    }
    Ok(())
}

/// Removes the archives of a name from the disk.
pub(super) fn remove(
    output: &Path,
    id: &Slug,
    archives: &[Archive],
) -> Vec<Result<Replaced, String>> {
    let names = archives
        .iter()
        .flat_map(|archive| FORMATS.map(|format| archive_name(id, archive.number, format)));
    names.map(|name| files::remove(output, &name).map_err(|e| e.to_string())).collect()
}
