//! What is kept: articles, the state of sources, the pages they came from and the history of visits.
//!
//! The interface speaks of the domain only. SQLite is the one store now; it is an enum so that another can stand beside
//! it without a trait object. Everything that changes what readers see happens in one transaction
//! ([`Store::commit`], [`Store::withdraw`]) and moves one counter ([`Store::changes`]), by which the process that publishes
//! notices the work of others.

#[cfg(test)]
mod conformance;
mod followed;
mod record;
mod records;
mod sqlite;
mod websub;
mod window;

pub use record::{
    AgeLimits, ArchiveDocuments, ArchiveErasure, ArchiveSummary, ArchiveWatermark, ArticleBatch,
    ArticleChange, ArticleLookup, BackfillState, DueArticle, ExportedArticle, FeedContents,
    FetchedArticle, FormerFeed, ImportOutcome, ImportedArticle, ItemVersion, KeptPage,
    KnownArticle, KnownItem, ListedArticle, PageCheck, PageStatus, PublishedFeed, RejectedPage,
    SourceReport, SourceState, StoredArticle, UnclassifiedArticle, UnreadItem, VisitClaim,
    VisitResult, WalkedPage, Withdrawal,
};

pub use followed::FollowedFeed;
pub use websub::{
    DeliveryFault, HubDocuments, HubIntent, HubLimits, HubMode, IntentOutcome, PendingDelivery,
    PendingPing,
};
pub use window::{FeedWindow, StoreChanges, TouchedArticle};

use bantin_core::{
    Article, ArticleKey, ArticleQuery, Feed, HostPermit, ListCopy, ListingItem, Origin,
    RobotsRecord, SlotRequest, Slug, Source, Tombstone, VisitOutcome,
};
use bantin_page::{Page, Validators};
use chrono::{DateTime, Utc};
use records::ExtractionConfig;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How many articles are looked at for a feed whose conditions SQL cannot ask: one that hardly any article meets must not read
/// the whole store at each publication.
const FURTHEST: usize = 5_000;

/// The store. Cheap to clone: all clones are the same store.
#[derive(Debug, Clone)]
pub enum Store {
    /// A SQLite file in the state folder.
    Sqlite(sqlite::SqliteStore),
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("{path}: {error}{hint}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
        /// What to do.
        hint: &'static str,
    },
    /// The file was written by a later version.
    #[error(
        "{path} was written by a newer bantin (its format is {found}, this one reads up to {known}); install that version again"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// A value in it was written by a later version.
    #[error(
        "{path}: {what} has the layout of a newer bantin (version {found}, this one reads up to {known}); nothing of it was changed; install that version again"
    )]
    LaterRecord {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Its version.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// What is in it cannot be read.
    #[error("{path}: {what} cannot be read: {why}; restore it from a backup, or report this")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which value.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Somebody else has the source now.
    #[error(
        "the visit took longer than its lease, and another worker has the source now; nothing of it was kept"
    )]
    LeaseLost,
    /// The name is taken by another source or feed.
    #[error(
        "{kind} {id:?} cannot take over {formerly:?}: both have articles or subscribers of their own; remove it from `aliases`"
    )]
    NameTaken {
        /// `source` or `feed`.
        kind: &'static str,
        /// The new name.
        id: Slug,
        /// The old one.
        formerly: Slug,
    },
    /// No article has this id.
    #[error("no article has the id {0:?}; `bantin export` lists them")]
    NoSuchArticle(String),
    /// The thread of the store ended.
    #[error("the store's worker ended: {0}")]
    Worker(String),
}

impl Store {
    /// Opens the store in the state folder, making both where they are missing, and brings it to today's shape.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("bantin.sqlite");
        let opened = tokio::task::spawn_blocking(move || sqlite::SqliteStore::open(path)).await;
        Ok(Self::Sqlite(opened.map_err(|e| StoreError::Worker(e.to_string()))??))
    }

    /// The authority of all ids: `wanted` where none was written yet, for ever after what was written then.
    pub async fn authority(&self, wanted: &str) -> Result<String, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let wanted = wanted.to_owned();
        sqlite.write(move |db| sqlite::sources::authority(db, &wanted)).await
    }

    /// Takes over what feeds.toml says of sources and feeds, renames those that have a new name, and gives each its
    /// permanent tag. New sources are due at once.
    pub async fn apply(
        &self,
        sources: &[Arc<Source>],
        feeds: &[Feed],
        now: DateTime<Utc>,
    ) -> Result<Vec<Feed>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (sources, feeds) = (sources.to_vec(), feeds.to_vec());
        sqlite.write(move |db| sqlite::sources::apply(db, &sources, feeds, now)).await
    }

    /// Records which version of the extraction rules is in use. Where it was another one, pages that
    /// those rules rejected are requested again by the next visits, a few at a time; validators,
    /// layouts and backfills stay.
    pub async fn adopt_rules(&self, version: u32, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| sqlite::rules::adopt(db, version, now)).await
    }

    /// The names of all feeds that ever were.
    pub async fn feeds(&self) -> Result<Vec<Slug>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::sources::feeds).await
    }

    /// Takes over the names that feeds have and had. Gives those that left since the last time.
    pub async fn update_feed_names(
        &self,
        feeds: &[Feed],
        now: DateTime<Utc>,
    ) -> Result<Vec<FormerFeed>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feeds = feeds.to_vec();
        sqlite.write(move |db| sqlite::feed_names::update_names(db, &feeds, now)).await
    }

    /// The names that feeds had and none has now.
    pub async fn former_feeds(&self) -> Result<Vec<FormerFeed>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::feed_names::former_names).await
    }

    /// Keeps that the documents of a former feed were taken away.
    pub async fn cleared(&self, name: &Slug) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let name = name.clone();
        sqlite.write(move |db| sqlite::feed_names::cleared(db, &name)).await
    }

    /// All sources that ever were, by name.
    pub async fn origins(&self) -> Result<BTreeMap<Slug, Origin>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::sources::origins).await
    }

    /// Ends all leases. Only for the process that holds the lock on the state folder, when it starts: whoever had a lease
    /// then is dead.
    pub async fn end_leases(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| sqlite::visits::end_leases(db, now)).await
    }

    /// Takes up to `limit` sources that are due, the longest due first, each until the lease ends.
    pub async fn claim_due(
        &self,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<VisitClaim>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let worker = worker.to_owned();
        sqlite.write(move |db| sqlite::visits::claim_due(db, now, &worker, lease, limit)).await
    }

    /// Takes one source whether it is due or not; `None` where somebody else has it or it is not in feeds.toml.
    pub async fn claim(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<VisitClaim>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, worker) = (source.clone(), worker.to_owned());
        sqlite.write(move |db| sqlite::visits::claim(db, &source, now, &worker, lease)).await
    }

    /// Gives a source back without an end of its visit: the next claim resumes it.
    pub async fn release(&self, claim: &VisitClaim) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let claim = claim.clone();
        sqlite.write(move |db| sqlite::visits::release(db, &claim)).await
    }

    /// Gives back all sources that a worker has, without an end of their visits: the process is ending in order.
    pub async fn release_all(&self, worker: &str) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let worker = worker.to_owned();
        sqlite.write(move |db| sqlite::visits::release_all(db, &worker)).await
    }

    /// When the next source is due, of those that nobody has.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::visits::next_due).await
    }

    /// What is known of a source.
    pub async fn state(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
    ) -> Result<SourceState, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::visits::state(db, &source, now)).await
    }

    /// Keeps a page on its arrival.
    pub async fn keep_page(
        &self,
        claim: &VisitClaim,
        page: &Page,
        teaser: Option<&ListingItem>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (claim, page, teaser) = (claim.clone(), page.clone(), teaser.cloned());
        sqlite.write(move |db| sqlite::pages::keep(db, &claim, &page, teaser.as_ref())).await
    }

    /// The page that this visit fetched from an address before it was interrupted.
    pub async fn kept_page(
        &self,
        claim: &VisitClaim,
        asked: &Url,
    ) -> Result<Option<KeptPage>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (visit, asked) = (claim.visit, asked.clone());
        sqlite.read(move |db| sqlite::pages::kept(db, visit, &asked)).await
    }

    /// The newest page of an address that a source has fetched, in whichever visit.
    pub async fn last_page(
        &self,
        source: &Slug,
        asked: &Url,
    ) -> Result<Option<KeptPage>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, asked) = (source.clone(), asked.clone());
        sqlite.read(move |db| sqlite::lookup::last_page(db, &source, &asked)).await
    }

    /// The items that were listed within the last week and have no article yet.
    pub async fn pending(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
    ) -> Result<Vec<ListingItem>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::pending::pending(db, &source, now)).await
    }

    /// What is known of the items of a listing.
    pub async fn known(
        &self,
        source: &Slug,
        items: Vec<(ArticleKey, Url)>,
    ) -> Result<HashMap<ArticleKey, KnownItem>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::articles::known(db, &source, &items)).await
    }

    /// Up to `limit` known articles whose pages are due for another look, of those that were first seen after `since`; the
    /// longest due first.
    pub async fn due(
        &self,
        source: &Slug,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DueArticle>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::revisits::due(db, &source, since, now, limit)).await
    }

    /// The articles of the last listing that was read, in its order.
    pub async fn listing(&self, source: &Slug) -> Result<Vec<ArticleKey>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::withdrawals::listing(db, &source)).await
    }

    /// Up to `limit` articles whose pages are asked for to see whether they are still there: those that are due, the longest
    /// due first, and then those that are `missing` now.
    pub async fn doubted(
        &self,
        source: &Slug,
        missing: &[ArticleKey],
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<DueArticle>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, missing) = (source.clone(), missing.to_vec());
        sqlite.read(move |db| sqlite::withdrawals::doubted(db, &source, &missing, now, limit)).await
    }

    /// Ends a visit: its articles, its source's state and its history in one transaction, durable when it returns.
    ///
    /// Refused where the lease was lost. Gives what became of each article, and the outcome with its numbers.
    pub async fn commit(
        &self,
        claim: &VisitClaim,
        visit: VisitResult,
    ) -> Result<(Vec<ArticleChange>, VisitOutcome), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let claim = claim.clone();
        sqlite.write_durably(move |db| sqlite::visits::commit(db, &claim, visit)).await
    }

    /// Begins the backfill of a source, or continues the one that was begun with the same extraction
    /// config; `afresh` forgets that one.
    pub async fn begin_backfill(
        &self,
        source: &Source,
        afresh: bool,
        now: DateTime<Utc>,
    ) -> Result<BackfillState, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, config) = (source.id().clone(), ExtractionConfig::from(source));
        sqlite.write(move |db| sqlite::backfill::begin(db, &source, config, afresh, now)).await
    }

    /// Ends one page of a backfill: its articles, and what follows it, in one transaction, durable when it returns. Nothing
    /// else of the source moves: it is no visit. Its articles arrive by their own dates.
    pub async fn commit_backfill(
        &self,
        claim: &VisitClaim,
        page: WalkedPage,
        articles: Vec<FetchedArticle>,
        now: DateTime<Utc>,
    ) -> Result<Vec<ArticleChange>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let claim = claim.clone();
        sqlite
            .write_durably(move |db| sqlite::backfill::commit(db, &claim, &page, &articles, now))
            .await
    }

    /// The agency's own dates of those of these articles that are known.
    pub async fn dates(
        &self,
        source: &Slug,
        keys: Vec<ArticleKey>,
    ) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::backfill::dates(db, &source, &keys)).await
    }

    /// Whether the first listing of a source has been read to its end: what is new on it since is news.
    pub async fn is_settled(&self, source: &Slug) -> Result<bool, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let source = source.clone();
        sqlite.read(move |db| sqlite::backfill::is_settled(db, &source)).await
    }

    /// The newest arrivals that match, the newest first. Withdrawn articles are not among them.
    pub async fn select(
        &self,
        query: &ArticleQuery,
        limit: usize,
    ) -> Result<Vec<Article>, StoreError> {
        let found = self.newest(query, limit).await?;
        Ok(found.into_iter().map(|(_, article)| article).collect())
    }

    /// The same, each with its place in the store.
    pub async fn newest(
        &self,
        query: &ArticleQuery,
        limit: usize,
    ) -> Result<Vec<(i64, Article)>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let query = query.clone();
        sqlite.read(move |db| sqlite::articles::select(db, &query, limit)).await
    }

    /// Whether any article that matches was withdrawn.
    pub async fn has_withdrawn(&self, query: &ArticleQuery) -> Result<bool, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let query = query.clone();
        sqlite.read(move |db| sqlite::articles::has_withdrawn(db, &query)).await
    }

    /// Whether any article was withdrawn at this instant or later.
    pub async fn has_withdrawn_since(&self, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| sqlite::articles::has_withdrawn_since(db, since)).await
    }

    /// What a feed shows now, and what of it goes into archives. `fits` says how many of the articles that it may show, the newest
    /// changes first, fit into a document.
    pub async fn feed_contents(
        &self,
        feed: &Feed,
        fits: impl FnOnce(&[Article], &[Tombstone]) -> usize + Send + 'static,
    ) -> Result<FeedContents, StoreError> {
        self.changed_feed_contents(feed, None, fits).await
    }

    /// The same for one who knows what was printed of the feed before. The archives that are printed are not among those of the issue.
    pub async fn changed_feed_contents(
        &self,
        feed: &Feed,
        printed: Option<PublishedFeed>,
        fits: impl FnOnce(&[Article], &[Tombstone]) -> usize + Send + 'static,
    ) -> Result<FeedContents, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feed = feed.clone();
        sqlite
            .read(move |db| sqlite::archives::feed_contents(db, &feed, printed.as_ref(), fits))
            .await
    }

    /// What moved since a number of changes; without one, where the store stands.
    pub async fn since(&self, changes: Option<i64>) -> Result<StoreChanges, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| sqlite::changes::since(db, changes)).await
    }

    /// The articles at places of the store, in the order of the places, each with its own.
    pub async fn at(&self, places: &[i64]) -> Result<Vec<(i64, Article)>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let places = places.to_vec();
        sqlite.read(move |db| sqlite::archives::read(db, &places)).await
    }

    /// Keeps a new archive of a feed for ever, with the places and revisions of the articles that are in it.
    pub async fn keep_archive(
        &self,
        feed: &Slug,
        number: u32,
        versions: Vec<(i64, u32)>,
        text: ArchiveDocuments,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feed = feed.clone();
        let keep = move |db: &rusqlite::Transaction<'_>| {
            sqlite::archives::keep(db, &feed, number, &versions, &text)
        };
        sqlite.write_durably(keep).await
    }

    /// The archives of a feed, the oldest first.
    pub async fn archives(&self, feed: &Slug) -> Result<Vec<ArchiveSummary>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feed = feed.clone();
        sqlite.read(move |db| sqlite::archives::archives(db, &feed)).await
    }

    /// The documents of an archive.
    pub async fn archive(
        &self,
        feed: &Slug,
        number: u32,
    ) -> Result<Option<ArchiveDocuments>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feed = feed.clone();
        sqlite.read(move |db| sqlite::archives::text(db, &feed, number)).await
    }

    /// The places of the articles that are in an archive.
    pub async fn archived_rows(&self, feed: &Slug, number: u32) -> Result<Vec<i64>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let feed = feed.clone();
        sqlite.read(move |db| sqlite::archives::archived_rows(db, &feed, number)).await
    }

    /// Remembers up to where the articles of feeds are in archives. Were it lost, more would be looked at, and the same found.
    pub async fn set_watermarks(&self, marks: Vec<ArchiveWatermark>) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| sqlite::archives::set_watermarks(db, &marks)).await
    }

    /// An archive that still holds erased articles.
    pub async fn erasure(&self) -> Result<Option<ArchiveErasure>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::archives::erasure).await
    }

    /// Replaces an archive with what is left of it, and forgets what was.
    pub async fn erased(&self, erasure: ArchiveErasure) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write_durably(move |db| sqlite::archives::erase(db, &erasure)).await?;
        sqlite.forget().await
    }

    /// Advances the publication day, from which tombstones and ages count, to the one that began at `midnight`. It never goes back, but
    /// for one that lies more than a day ahead. Where something ends by it, the counter of changes moves.
    pub async fn begin_day(
        &self,
        midnight: DateTime<Utc>,
        ends: AgeLimits,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write(move |db| sqlite::archives::begin_day(db, midnight, &ends)).await
    }

    /// Up to `limit` articles in the order of the store, after a place in it, with those that were withdrawn.
    pub async fn after(&self, place: i64, limit: usize) -> Result<ArticleBatch, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| sqlite::exchange::after(db, place, limit)).await
    }

    /// Takes in articles of another store, in one transaction, and tells what became of each.
    pub async fn import_articles(
        &self,
        articles: Vec<ImportedArticle>,
        now: DateTime<Utc>,
    ) -> Result<Vec<ImportOutcome>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write_durably(move |db| sqlite::exchange::import_articles(db, &articles, now)).await
    }

    /// Up to `limit` articles whose text is new, or whose topics were found by other rules than those of this version; of their
    /// texts the first `characters`.
    pub async fn unclassified(
        &self,
        version: &str,
        limit: usize,
        characters: usize,
    ) -> Result<Vec<UnclassifiedArticle>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let version = version.to_owned();
        loop {
            let of = version.clone();
            let ask = move |db: &rusqlite::Transaction<'_>| {
                sqlite::topics::unclassified(db, &of, limit, characters)
            };
            let (found, unread) = sqlite.read(ask).await?;
            if unread.is_empty() {
                return Ok(found);
            }
            // They would stand in the way of the others for ever.
            let of = version.clone();
            sqlite.write(move |db| sqlite::topics::pass_over(db, &of, &unread)).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
    }

    /// Keeps the topics that the rules of a version found. Neither `updated` nor the revision of an article moves.
    pub async fn classify(
        &self,
        version: &str,
        found: Vec<(UnclassifiedArticle, Vec<Slug>)>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let version = version.to_owned();
        sqlite.write(move |db| sqlite::topics::classify(db, &version, &found)).await
    }

    /// The article of an id, of its unique beginning, or of an address that it was listed under; also a withdrawn one.
    pub async fn find(&self, name: &str) -> Result<ArticleLookup, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let name = name.to_owned();
        sqlite.read(move |db| sqlite::lookup::find(db, &name)).await
    }

    /// What is known of an item of a source that has no article: it waits, or its page was refused.
    pub async fn unread(
        &self,
        source: &Slug,
        key: &ArticleKey,
        url: &Url,
    ) -> Result<Option<UnreadItem>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (source, key, url) = (source.clone(), key.clone(), url.clone());
        sqlite.read(move |db| sqlite::lookup::unread(db, &source, &key, &url)).await
    }

    /// Takes an article out of every feed, for ever, and writes down why. Gives its title.
    pub async fn withdraw(
        &self,
        id: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (id, reason) = (id.to_owned(), reason.to_owned());
        sqlite.write_durably(move |db| sqlite::articles::withdraw(db, &id, &reason, now)).await
    }

    /// Withdraws an article and takes its content out of the store, for ever; its id and its addresses stay. Gives its title.
    pub async fn erase(
        &self,
        id: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (id, reason) = (id.to_owned(), reason.to_owned());
        let erase =
            move |db: &rusqlite::Transaction<'_>| sqlite::articles::erase(db, &id, &reason, now);
        let title = sqlite.write_durably(erase).await?;
        sqlite.forget().await?;
        Ok(title)
    }

    /// A number that moves with everything that changes what readers see.
    pub async fn changes(&self) -> Result<i64, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(sqlite::changes).await
    }

    /// The state of every source, by name.
    pub async fn report(&self, now: DateTime<Utc>) -> Result<Vec<SourceReport>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.read(move |db| sqlite::visits::report(db, now)).await
    }

    /// Takes the turn at all places of `wanted` (a host and its addresses) at once, until it is given back or its time is
    /// over.
    pub async fn request_permit(
        &self,
        wanted: &SlotRequest,
        now: DateTime<Utc>,
    ) -> Result<HostPermit, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let wanted = wanted.clone();
        sqlite.write(move |db| sqlite::hosts::request_permit(db, &wanted, now)).await
    }

    /// Gives a turn back, where `holder` still has it; the next one may begin at `free_from`.
    pub async fn release_permit(
        &self,
        places: &[String],
        holder: &str,
        free_from: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let (places, holder) = (places.to_vec(), holder.to_owned());
        sqlite.write(move |db| sqlite::hosts::release_permit(db, &places, &holder, free_from)).await
    }

    /// The robots.txt that is kept of a site (`https://host:port`).
    pub async fn robots(&self, site: &str) -> Result<Option<RobotsRecord>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let site = site.to_owned();
        sqlite.read(move |db| sqlite::hosts::robots(db, &site)).await
    }

    /// What is known of a list of sources.
    pub async fn source_list(
        &self,
        url: &Url,
    ) -> Result<Option<(ListCopy, Validators)>, StoreError> {
        let Self::Sqlite(sqlite) = self;
        let url = url.clone();
        sqlite.read(move |db| sqlite::source_lists::one(db, &url)).await
    }

    /// Keeps what is known of a list of sources.
    pub async fn keep_source_list(
        &self,
        copy: ListCopy,
        validators: Validators,
    ) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        sqlite.write_durably(move |db| sqlite::source_lists::keep(db, &copy, &validators)).await
    }

    /// What the store in the state folder knows of all lists of sources, for whoever reads feeds.toml: nothing is made or
    /// changed, and it is nothing where there is no store.
    pub fn source_lists(folder: &Path) -> Result<Vec<ListCopy>, StoreError> {
        sqlite::source_lists::all(&folder.join("bantin.sqlite"))
    }

    /// Keeps the robots.txt of a site.
    pub async fn keep_robots(&self, site: &str, robots: RobotsRecord) -> Result<(), StoreError> {
        let Self::Sqlite(sqlite) = self;
        let site = site.to_owned();
        sqlite.write(move |db| sqlite::hosts::keep_robots(db, &site, &robots)).await
    }
}
