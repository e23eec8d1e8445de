//! Publishes the articles of the store as documents in `output/`. Only this module knows the steps
//! from articles to documents on disk.
//!
//! Each feed is a pure function of the store. If a document cannot be rendered, fails the strict
//! check before it is written, or cannot be written, the old one stays, and the other documents are
//! published.

mod archives;
mod publication_day;
mod publish_cache;
mod removed_feeds;
mod stale_documents;
#[cfg(test)]
mod tests;
mod topics;

pub use publication_day::{begin_day, midnight};
pub use removed_feeds::delete_removed_feeds;

use bantin_core::{
    Article, ArticleQuery, DocumentKind, Feed, FeedFormat, Origin, Site, Slug, Tombstone,
};
use bantin_publish::files::{self, FileStamp, ReplaceOutcome};
use bantin_publish::{self as publish, Document};
use bantin_store::{
    ArchiveWatermark, ArticleRowId, ChangeCount, FeedContents, PublishedFeed, Store, StoreError,
};
use chrono::{DateTime, Utc};
use publish_cache::{CachedFeed, FeedAction, NewestArticle, OverviewDocuments, PublishCache};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// The maximum number of articles on the index page, which shows the newest.
const ON_THE_INDEX: usize = 30;

/// The maximum number of publication runs of one command while the store keeps changing. A process
/// that keeps changing it longer has a daemon that publishes.
const MAX_RUNS: usize = 10;

/// The result of a publication run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishReport {
    /// The counter of changes up to which the store was published.
    pub changes: ChangeCount,
    /// Documents that were written.
    pub written: usize,
    /// Documents that were up to date.
    pub unchanged: usize,
    /// Feeds without an article so far, except those of a matrix: no document is written for them.
    pub empty: Vec<Slug>,
    /// Failures, one sentence each.
    pub problems: Vec<String>,
}

/// Publishes feeds, and caches the last run. For one store and one process; a new publisher has an
/// empty cache and renders every document.
#[derive(Debug, Default)]
pub struct Publisher {
    cache: PublishCache,
    rules: topics::CachedClassifier,
}

/// Advances the publication day, and re-publishes until the store is unchanged: another process may
/// have changed it during a run.
pub async fn publish_all(
    store: &Store,
    site: &Site,
    feeds: &[Feed],
    now: DateTime<Utc>,
) -> Result<PublishReport, StoreError> {
    begin_day(store, feeds, now).await?;
    let mut publisher = Publisher::default();
    let mut report = publisher.publish(store, site, feeds).await?;
    for _ in 1..MAX_RUNS {
        if store.changes().await? == report.changes {
            break;
        }
        let next = publisher.publish(store, site, feeds).await?;
        report = PublishReport { written: report.written + next.written, ..next };
    }
    Ok(report)
}

/// The state that the documents of one run share.
struct Run<'a> {
    store: &'a Store,
    site: Arc<Site>,
    origins: Arc<BTreeMap<Slug, Origin>>,
    report: PublishReport,
    marks: Vec<ArchiveWatermark>,
    /// The names of the files that the feeds have.
    names: stale_documents::FeedFileNames,
}

impl Publisher {
    /// Publishes all feeds from the current store, after updating the topics of its articles. The
    /// feeds carry the tags that the store gave them.
    pub async fn publish(
        &mut self,
        store: &Store,
        site: &Site,
        feeds: &[Feed],
    ) -> Result<PublishReport, StoreError> {
        let classified = topics::classify_pending(store, &site.topics, &mut self.rules).await?;
        // A failed run leaves an empty cache.
        let cache = std::mem::take(&mut self.cache);
        let since = store.changes_since(cache.changes).await?;
        let changes = since.changes;
        let origins = Arc::new(store.origins().await?);
        let site = Arc::new(site.clone());
        let (mut cache, touched) = cache.retain_valid(&site, &origins, since);
        let problems = classified.into_iter().collect();
        let report = PublishReport { changes, problems, ..PublishReport::default() };
        archives::erase(store, &site, &origins, feeds).await?;
        let (marks, names) = (Vec::new(), stale_documents::FeedFileNames::default());
        let mut run = Run { store, site: site.clone(), origins, report, marks, names };
        cache.check_files(feeds);
        let mut kept = Vec::with_capacity(feeds.len());
        let mut published = Vec::new();
        for feed in feeds {
            let (is_empty, known) = match cache.next(feed, &touched) {
                FeedAction::UpToDate(known) => {
                    known.keep_documents(&mut run.report);
                    run.names.add(&site, feed, known.newest_archive);
                    (known.is_empty, Some(*known))
                }
                FeedAction::Publish(known) => run.publish_feed(feed, known).await?,
            };
            if !is_empty && !feed.is_private() {
                published.push(feed.clone());
            }
            kept.extend(known);
        }
        let withdrawn = store.has_withdrawn(&ArticleQuery::default()).await?;
        let names = std::mem::take(&mut run.names);
        stale_documents::sweep(store, &site, names, withdrawn, &mut run.report).await?;
        if published.is_empty() && !withdrawn && !feeds.iter().any(|feed| feed.is_private()) {
            // The store may be empty because it was lost, so the old index of feeds is kept.
            return Ok(run.report);
        }
        let newest = newest(store, feeds, &mut kept).await?;
        cache.overview = run.overview(published, newest, cache.overview.take()).await;
        if !run.marks.is_empty() {
            store.set_watermarks(run.marks).await?;
        }
        self.cache = cache.after(&site, changes, kept);
        Ok(run.report)
    }
}

impl Run<'_> {
    /// Renders the documents of a feed. Returns whether the feed is empty, and its cache entry:
    /// `None` after a failure.
    async fn publish_feed(
        &mut self,
        feed: &Feed,
        known: Option<PublishedFeed>,
    ) -> Result<(bool, Option<CachedFeed>), StoreError> {
        let problems = self.report.problems.len();
        let (of, on, by) = (feed.clone(), self.site.clone(), self.origins.clone());
        let fits = move |articles: &[Article], tombstones: &[Tombstone]| {
            publish::count_fitting(&of, &on, &by, articles, tombstones)
        };
        let mut contents = self.store.changed_feed_contents(feed, known, fits).await?;
        // Archives first: a reader who sees the document that links to them finds them.
        match archives::build_archives(self.store, &self.site, &self.origins, feed, &mut contents)
            .await?
        {
            Some(problem) => self.report.problems.push(problem),
            None => self.marks.extend(contents.watermark.take()),
        }
        let Self { store, site, origins, report, .. } = self;
        archives::write_archives(store, site, origins, feed, &contents.archives, report).await?;
        self.names.add(&self.site, feed, contents.newest_archive());
        let is_empty = contents.articles.is_empty();
        let mut cached = CachedFeed {
            feed: feed.clone(),
            window: std::mem::take(&mut contents.window),
            tombstones: contents.tombstones.iter().map(|stone| stone.id.clone()).collect(),
            newest_archive: contents.newest_archive(),
            is_empty,
            documents: 0,
            file_stamps: Vec::new(),
            newest: None,
        };
        if is_empty {
            self.empty(feed).await?;
        } else {
            let (feed, site, origins) = (feed.clone(), self.site.clone(), self.origins.clone());
            let outcomes = tokio::task::spawn_blocking(move || {
                let newest = contents.newest_archive();
                let FeedContents { articles, tombstones, .. } = contents;
                let standing = DocumentKind::Current { newest, tombstones };
                let documents = publish::documents(&feed, &site, &origins, &articles, &standing);
                documents.iter().flat_map(|document| write_feed(&site, document, &feed)).collect()
            });
            cached.documents = self.report.count(outcomes.await);
        }
        if self.report.problems.len() > problems {
            return Ok((is_empty, None));
        }
        cached.file_stamps = file_stamps(&self.site, feed);
        Ok((is_empty, Some(cached)))
    }

    /// Handles an empty feed. It is not written, but a withdrawn article must not stay in an old
    /// document.
    async fn empty(&mut self, feed: &Feed) -> Result<(), StoreError> {
        // Most feeds of a matrix are empty at first, and listing them does not help the operator.
        if feed.folders.is_empty() {
            self.report.empty.push(feed.id.clone());
        }
        // For feeds with topics or conditions, the former content of a document cannot be computed.
        let places =
            ArticleQuery { topics: Vec::new(), conditions: Vec::new(), ..feed.query.clone() };
        if self.store.has_withdrawn(&places).await? {
            let names = std::iter::once(&feed.id).chain(&feed.aliases).cloned();
            for id in names.collect::<Vec<_>>() {
                let folder = self.site.folder_of(feed);
                self.report.count(tokio::task::spawn_blocking(move || remove(&folder, &id)).await);
            }
        }
        Ok(())
    }

    /// Renders the documents about all feeds, unless their input and their files are unchanged.
    async fn overview(
        &mut self,
        feeds: Vec<Feed>,
        newest: Vec<Article>,
        known: Option<OverviewDocuments>,
    ) -> Option<OverviewDocuments> {
        let is_same = |known: &OverviewDocuments| {
            known.feeds == feeds
                && known.newest == newest
                && known.file_stamps.iter().all(FileStamp::is_current)
        };
        if let Some(known) = known.filter(is_same) {
            self.report.unchanged += known.file_stamps.len();
            return Some(known);
        }
        let problems = self.report.problems.len();
        let (site, origins) = (self.site.clone(), self.origins.clone());
        let made = tokio::task::spawn_blocking(move || {
            let documents = publish::overview(&site, &feeds, &origins, &newest);
            let print = |document: &Document| {
                write_document(&site.output, &document.name, document, site.precompress)
            };
            let outcomes = documents.iter().map(print).collect();
            let file_stamps =
                documents.iter().map(|document| FileStamp::stamp_of(&site.output, &document.name));
            (outcomes, OverviewDocuments { file_stamps: file_stamps.collect(), feeds, newest })
        });
        let (outcomes, overview) = match made.await {
            Ok((outcomes, overview)) => (Ok(outcomes), Some(overview)),
            Err(panic) => (Err(panic), None),
        };
        self.report.count(outcomes);
        overview.filter(|_| self.report.problems.len() == problems)
    }
}

/// The articles of the index page: the newest of all feeds, or of the public ones only.
async fn newest(
    store: &Store,
    feeds: &[Feed],
    kept: &mut [CachedFeed],
) -> Result<Vec<Article>, StoreError> {
    if !feeds.iter().any(|feed| feed.is_private()) {
        return store.select(&ArticleQuery::default(), ON_THE_INDEX).await;
    }
    let mut newest: Vec<NewestArticle> = Vec::new();
    let mut known: HashMap<Slug, &mut CachedFeed> =
        kept.iter_mut().map(|known| (known.feed.id.clone(), known)).collect();
    for feed in feeds.iter().filter(|feed| !feed.is_private()) {
        let mut known = known.get_mut(&feed.id);
        let cached = known.as_mut().and_then(|known| known.newest.clone());
        let of_feed = match cached {
            Some(of_feed) => of_feed,
            None => {
                let found = store.newest(&feed.query, ON_THE_INDEX.min(feed.limit)).await?;
                let found = found.into_iter();
                found.map(|(row, article)| (article.published, article.id, row)).collect()
            }
        };
        newest.extend(of_feed.iter().cloned());
        if let Some(known) = known {
            known.newest = Some(of_feed);
        }
    }
    newest.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    newest.dedup_by(|a, b| a.1 == b.1);
    newest.truncate(ON_THE_INDEX);
    let rows: Vec<ArticleRowId> = newest.into_iter().map(|(_, _, row)| row).collect();
    Ok(store.articles_by_row(&rows).await?.into_iter().map(|(_, article)| article).collect())
}

/// The state of a feed's documents on disk, including missing ones.
fn file_stamps(site: &Site, feed: &Feed) -> Vec<FileStamp> {
    let folder = site.folder_of(feed);
    let former = feed.aliases.iter().filter(|_| !feed.is_private());
    let names = std::iter::once(&feed.id).chain(former);
    names
        .flat_map(|id| endings().map(move |ending| format!("{id}.{ending}")))
        .map(|name| FileStamp::stamp_of(&folder, &name))
        .collect()
}

/// The file name endings of a feed's documents.
fn endings() -> impl Iterator<Item = &'static str> {
    FeedFormat::ALL.iter().map(|format| format.extension()).chain(["html"])
}

/// Writes a document of a feed under its name and its former names: on a web server without
/// redirects, a reader with an old address still gets every article, and the new address.
///
/// A private feed has one name, in its own folder, which no web server packs or serves.
fn write_feed(
    site: &Site,
    document: &Document,
    feed: &Feed,
) -> Vec<Result<ReplaceOutcome, String>> {
    let folder = site.folder_of(feed);
    if feed.is_private() {
        return vec![write_document(&folder, &document.name, document, false)];
    }
    let ending = document.name.strip_prefix(feed.id.as_str()).unwrap_or_default();
    let former = feed.aliases.iter().map(|id| format!("{id}{ending}"));
    std::iter::once(document.name.clone())
        .chain(former)
        .map(|name| write_document(&folder, &name, document, site.precompress))
        .collect()
}

/// Removes all documents of a name.
fn remove(folder: &Path, id: &Slug) -> Vec<Result<ReplaceOutcome, String>> {
    endings()
        .map(|ending| files::remove(folder, &format!("{id}.{ending}")).map_err(|e| e.to_string()))
        .collect()
}

/// Writes a document that passes the strict check.
fn write_document(
    folder: &Path,
    name: &str,
    document: &Document,
    pack: bool,
) -> Result<ReplaceOutcome, String> {
    publish::verify(document).map_err(|unfit| {
        format!("{name} failed the strict check before publication and was not written: {unfit}")
    })?;
    files::replace_packed(folder, name, &document.bytes, pack).map_err(|error| error.to_string())
}

impl PublishReport {
    /// Counts the results of writing. Returns how many documents are up to date.
    fn count(
        &mut self,
        outcomes: Result<Vec<Result<ReplaceOutcome, String>>, tokio::task::JoinError>,
    ) -> usize {
        let before = self.written + self.unchanged;
        match outcomes {
            Ok(results) => {
                for result in results {
                    match result {
                        Ok(ReplaceOutcome::Written) => self.written += 1,
                        Ok(ReplaceOutcome::Unchanged) => self.unchanged += 1,
                        Err(problem) => self.problems.push(problem),
                    }
                }
            }
            Err(panic) => {
                self.problems.push(format!("publishing panicked, a bug in bantin: {panic}"))
            }
        }
        self.written + self.unchanged - before
    }
}
