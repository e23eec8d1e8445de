//! Deletes stale files: documents of a format that is not published any more, of archives that are
//! not kept any more, or of a feed that has become private or public. Nothing rewrites them, so
//! withdrawn articles would stay in them.
//!
//! After a run, the folders contain for each feed the documents of its current formats and archives
//! only. The files of a removed feed stay for `keep_gone`, but only until an article is withdrawn,
//! because nothing would remove the article from them. Archives that are unknown to a lost and
//! restarted store stay as long as no article was withdrawn.

use super::{PublishReport, archives};
use bantin_core::{Feed, Site, Slug};
use bantin_publish::files::{self, ReplaceOutcome};
use bantin_publish::{document_name, page_name};
use bantin_store::{Store, StoreError};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The margin before a feed's removal in which withdrawals count as later. The last publication
/// with the feed may be older than its removal, by at most the longest pause of a publishing
/// process; a day is longer.
const MARGIN: TimeDelta = TimeDelta::days(1);

/// The files of a name, and their folder.
#[derive(Debug, Default)]
struct KeptFiles {
    folder: PathBuf,
    files: BTreeSet<String>,
    /// The newest archive in the store, if the feed keeps archives.
    newest: Option<u32>,
}

impl KeptFiles {
    /// Whether a document is an archive that the store does not know: the store was lost and
    /// created again beside old documents. They are the only copy of their articles.
    fn is_orphaned_archive(&self, document: &str) -> bool {
        let number = document.split('.').nth(1).and_then(|number| number.parse::<u32>().ok());
        self.newest.zip(number).is_some_and(|(newest, number)| number > newest)
    }
}

/// The files of feeds on disk, by name.
#[derive(Debug, Default)]
pub(super) struct FeedFileNames(BTreeMap<String, KeptFiles>);

impl FeedFileNames {
    /// Adds the names of a feed, with its archives from 1 to `newest`.
    pub(super) fn add(&mut self, site: &Site, feed: &Feed, newest: Option<u32>) {
        // A private feed has one name.
        let former = feed.aliases.iter().filter(|_| !feed.is_private());
        for id in std::iter::once(&feed.id).chain(former) {
            let documents = feed.formats.iter().map(|format| document_name(id, *format));
            let archives = archives::names(id, feed, newest);
            let files = documents.chain(archives).chain([page_name(id)]).collect();
            let newest = feed.history.archive.then(|| newest.unwrap_or(0));
            self.0
                .insert(id.to_string(), KeptFiles { folder: site.folder_of(feed), files, newest });
        }
        for id in feed.aliases.iter().filter(|_| feed.is_private()) {
            self.0.entry(id.to_string()).or_default();
        }
    }

    /// Adds names without a feed if an article was withdrawn since: their documents were written
    /// before that.
    async fn add_former_names(&mut self, store: &Store) -> Result<(), StoreError> {
        for former in store.former_feeds().await?.into_iter().filter(|former| !former.cleared) {
            if store.has_withdrawn_since(former.removed_at - MARGIN).await? {
                self.0.entry(former.name.to_string()).or_default();
            }
        }
        Ok(())
    }
}

/// Deletes stale files. `withdrawn`: whether any article was ever withdrawn.
pub(super) async fn sweep(
    store: &Store,
    site: &Site,
    mut names: FeedFileNames,
    withdrawn: bool,
    report: &mut PublishReport,
) -> Result<(), StoreError> {
    names.add_former_names(store).await?;
    let folders = [site.output.clone(), site.private_folder()];
    let swept = tokio::task::spawn_blocking(move || {
        let mut results = Vec::new();
        for folder in folders {
            let is_stale = |feed: &str, document: &str| {
                let kept = names.0.get(feed)?;
                let is_known = kept.files.contains(document)
                    || !withdrawn && kept.is_orphaned_archive(document);
                Some(kept.folder != folder || !is_known)
            };
            match files::documents(&folder) {
                Ok(found) => {
                    let stale = found.into_iter().filter(|(feed, document)| {
                        feed.parse::<Slug>().is_ok() && is_stale(feed, document) == Some(true)
                    });
                    let removed = stale.map(|(_, document)| files::remove(&folder, &document));
                    results.extend(removed.map(|removed| removed.map_err(|e| e.to_string())));
                }
                Err(error) => results.push(Err(error.to_string())),
            }
        }
        results.retain(|result| *result != Ok(ReplaceOutcome::Unchanged));
        results
    });
    report.count(swept.await);
    Ok(())
}
