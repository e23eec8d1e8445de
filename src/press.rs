//! From the store to `output/`: the only file that knows how articles become documents on disk.
//!
//! Each feed is a pure function of the store. A document that cannot be made, does not pass its own strict reading, or
//! cannot be written leaves the old one where it is, and the other documents go on.

mod archives;
mod day;
mod gone;
mod stale;
mod topics;

pub use day::{begin_day, midnight};
pub use gone::clear_out;

use crate::model::{Article, Feed, Format, Query, Site, Slug, Standing, Tombstone};
use crate::publish::files::{self, Replaced};
use crate::publish::{self, Document};
use crate::store::{Issue, Store, StoreError};
use std::path::Path;
use std::sync::Arc;

/// How many of the newest articles the index page shows.
const ON_THE_INDEX: usize = 30;

/// What one run of the press did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edition {
    /// The counter of changes up to which the store was published.
    pub changes: i64,
    /// Documents that were written.
    pub written: usize,
    /// Documents that were already so.
    pub unchanged: usize,
    /// Feeds without an article yet, but for those of a matrix: nothing is written for them.
    pub empty: Vec<Slug>,
    /// What could not be published, a sentence each.
    pub problems: Vec<String>,
}

/// Publishes all feeds as the store is now, after the topics of its articles were brought up to date. The feeds carry the tags that the store gave them.
pub async fn publish(store: &Store, site: &Site, feeds: &[Feed]) -> Result<Edition, StoreError> {
    let classified = topics::bring_up_to_date(store, &site.topics).await?;
    let mut edition = Edition { changes: store.changes().await?, ..Edition::default() };
    edition.problems.extend(classified.err());
    let origins = Arc::new(store.origins().await?);
    let site = Arc::new(site.clone());
    let mut published = Vec::new();
    archives::erase(store, &site, &origins, feeds).await?;
    let mut marks = Vec::new();
    let mut names = stale::Names::default();
    for feed in feeds {
        let (of, on, by) = (feed.clone(), site.clone(), origins.clone());
        let fits = move |articles: &[Article], tombstones: &[Tombstone]| {
            publish::fitting(&of, &on, &by, articles, tombstones)
        };
        let mut issue = store.issue(feed, fits).await?;
        // The archives first: whoever sees the document that leads to them finds them.
        match archives::make(store, &site, &origins, feed, &mut issue).await? {
            Some(problem) => edition.problems.push(problem),
            None => marks.extend(issue.mark.take()),
        }
        archives::print(store, &site, &origins, feed, &issue.archives, &mut edition).await?;
        names.add(&site, feed, &issue.archives);
        if issue.articles.is_empty() {
            // Of a matrix most are empty in the beginning, and nobody waits for each of them.
            if feed.folders.is_empty() {
                edition.empty.push(feed.id.clone());
            }
            // An empty feed is never written; but what was withdrawn must not stay in an old document either.
            if store.has_withdrawn(&feed.query).await? {
                let names = std::iter::once(&feed.id).chain(&feed.formerly).cloned();
                for id in names.collect::<Vec<_>>() {
                    let folder = site.folder_of(feed);
                    edition.count(tokio::task::spawn_blocking(move || remove(&folder, &id)).await);
                }
            }
            continue;
        }
        if !feed.is_private() {
            published.push(feed.clone());
        }
        let (feed, site, origins) = (feed.clone(), site.clone(), origins.clone());
        let printed = tokio::task::spawn_blocking(move || {
            let Issue { articles, archives, tombstones, .. } = issue;
            let newest = archives.last().map(|archive| archive.number);
            let standing = Standing::Current { newest, tombstones };
            let documents = publish::documents(&feed, &site, &origins, &articles, &standing);
            documents.iter().flat_map(|document| print_feed(&site, document, &feed)).collect()
        });
        edition.count(printed.await);
    }
    stale::sweep(store, &site, names, &mut edition).await?;
    let withdrawn = store.has_withdrawn(&Query::default()).await?;
    if published.is_empty() && !withdrawn && !feeds.iter().any(Feed::is_private) {
        // An old index of feeds is better than an empty one: the store may have been lost.
        return Ok(edition);
    }
    let newest = newest(store, feeds).await?;
    let printed = tokio::task::spawn_blocking(move || {
        let documents = publish::overview(&site, &published, &origins, &newest);
        let pack = site.precompress;
        let documents = documents.iter();
        documents.map(|document| print(&site.output, &document.name, document, pack)).collect()
    });
    edition.count(printed.await);
    store.mark(marks).await?;
    Ok(edition)
}

/// The articles on the index page: the newest of all, or of those that everybody may read.
async fn newest(store: &Store, feeds: &[Feed]) -> Result<Vec<Article>, StoreError> {
    if !feeds.iter().any(Feed::is_private) {
        return store.select(&Query::default(), ON_THE_INDEX).await;
    }
    let mut newest: Vec<Article> = Vec::new();
    for feed in feeds.iter().filter(|feed| !feed.is_private()) {
        newest.extend(store.select(&feed.query, ON_THE_INDEX.min(feed.limit)).await?);
    }
    newest.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    newest.dedup_by(|a, b| a.id == b.id);
    newest.truncate(ON_THE_INDEX);
    Ok(newest)
}

/// Writes a document of a feed under its name, and under the names that the feed had before: a reader who knows an old
/// address, of a web server that knows no redirects, still gets every article, and the new address in it.
///
/// A private feed has one name, in its own folder, where no web server packs or serves it.
fn print_feed(site: &Site, document: &Document, feed: &Feed) -> Vec<Result<Replaced, String>> {
    let folder = site.folder_of(feed);
    if feed.is_private() {
        return vec![print(&folder, &document.name, document, false)];
    }
    let ending = document.name.strip_prefix(feed.id.as_str()).unwrap_or_default();
    let former = feed.formerly.iter().map(|id| format!("{id}{ending}"));
    std::iter::once(document.name.clone())
        .chain(former)
        .map(|name| print(&folder, &name, document, site.precompress))
        .collect()
}

/// Removes all documents of a name.
fn remove(folder: &Path, id: &Slug) -> Vec<Result<Replaced, String>> {
    let endings = Format::ALL.iter().map(|format| format.extension()).chain(["html"]);
    endings
        .map(|ending| files::remove(folder, &format!("{id}.{ending}")).map_err(|e| e.to_string()))
        .collect()
}

/// Writes a document that passes its own strict reading.
fn print(folder: &Path, name: &str, document: &Document, pack: bool) -> Result<Replaced, String> {
    publish::verify(document).map_err(|unfit| {
        format!("{name} is not published, and the old one stays: {unfit}; please report this")
    })?;
    files::replace_packed(folder, name, &document.bytes, pack).map_err(|error| error.to_string())
}

impl Edition {
    /// Counts what became of some documents.
    fn count(&mut self, printed: Result<Vec<Result<Replaced, String>>, tokio::task::JoinError>) {
        match printed {
            Ok(results) => {
                for result in results {
                    match result {
                        Ok(Replaced::Written) => self.written += 1,
                        Ok(Replaced::Unchanged) => self.unchanged += 1,
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            Err(panic) => {
                self.problems.push(format!("publishing panicked, a fault of bantin's: {panic}"))
            }
        }
    }
}
