//! The cache of the last publication run, so that the next run renders only documents that may have
//! changed.
//!
//! A document depends on the site, its feed, the published data of sources, the publication day,
//! and articles. All inputs other than articles are compared as a whole. If one of them differs, if
//! a folder has changed since, if an article was erased, or if more than a thousand were touched,
//! the whole cache is dropped. In doubt a document is rendered: that costs time, and its bytes
//! decide whether it is written.
//!
//! Otherwise the publisher reads the articles that were touched since the last run. The store's
//! triggers fill `touched`; they are made of the table of an article's columns, so they watch a new
//! column too. A feed that none of the touched articles concerns is skipped: nothing is selected,
//! rendered or compared.
//!
//! The cache keeps the *window* of each feed: the newest articles that its selection examined.
//! Touched articles are merged into the window, and the store is queried only if the window has
//! lost too many articles. `once` and a starting daemon have an empty cache.

use super::PublishReport;
use bantin_core::{Article, ConditionSubject, Feed, Origin, Site, Slug};
use bantin_publish::files::{FileStamp, modified_at};
use bantin_store::{
    ArticleRowId, ChangeCount, FeedWindow, PublishedFeed, StoreChanges, TouchedArticle,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// The number of feeds whose files are checked on disk in each run, in rotation. Files that are
/// added to a folder or removed from it are noticed at once; this check finds files that were
/// changed in place.
const FILE_CHECKS_PER_RUN: usize = 8;
/// The maximum number of articles in the windows of all feeds together. Feeds beyond it are
/// rendered in each run.
const MAX_ROWS: usize = 500_000;

/// The cached state of the last run.
#[derive(Debug, Default)]
pub(super) struct PublishCache {
    site: Option<Arc<Site>>,
    origins: Arc<BTreeMap<Slug, Origin>>,
    day: Option<DateTime<Utc>>,
    /// The counter of changes of the store that all of this describes.
    pub(super) changes: Option<ChangeCount>,
    pub(super) feeds: HashMap<Slug, CachedFeed>,
    pub(super) overview: Option<OverviewDocuments>,
    folders: [Option<DateTime<Utc>>; 2],
    /// The index of the feed whose files are checked next.
    next_check: usize,
}

/// A feed as it was last published.
#[derive(Debug)]
pub(super) struct CachedFeed {
    pub(super) feed: Feed,
    pub(super) window: FeedWindow,
    /// The ids of withdrawn articles whose tombstones are in its documents.
    pub(super) tombstones: HashSet<String>,
    /// The number of the newest archive on disk; all before it are there too.
    pub(super) newest_archive: Option<u32>,
    pub(super) is_empty: bool,
    /// The number of its documents.
    pub(super) documents: usize,
    pub(super) file_stamps: Vec<FileStamp>,
    /// Its newest articles for the index page, if that is made from the articles of each feed.
    pub(super) newest: Option<Vec<NewestArticle>>,
}

/// An article that the index page may show: its date, its id, its row.
pub(super) type NewestArticle = (DateTime<Utc>, String, ArticleRowId);

/// The documents about all feeds.
#[derive(Debug)]
pub(super) struct OverviewDocuments {
    pub(super) feeds: Vec<Feed>,
    pub(super) newest: Vec<Article>,
    pub(super) file_stamps: Vec<FileStamp>,
}

/// The action for a feed.
#[derive(Debug)]
pub(super) enum FeedAction {
    /// No action: its documents are up to date.
    UpToDate(Box<CachedFeed>),
    /// Its documents are rendered, with the cached state of the feed.
    Publish(Option<PublishedFeed>),
}

impl PublishCache {
    /// Returns the part of the cache that is still valid for this site, these sources and this day,
    /// and the articles that were touched since.
    pub(super) fn retain_valid(
        self,
        site: &Arc<Site>,
        origins: &Arc<BTreeMap<Slug, Origin>>,
        since: StoreChanges,
    ) -> (Self, Vec<TouchedArticle>) {
        let is_valid = self.site.as_deref() == Some(site)
            && self.origins == *origins
            && self.day == since.day
            && self.folders == folders(site);
        let (cache, touched) = match since.touched {
            Some(touched) if is_valid => (self, touched),
            _ => (Self::default(), Vec::new()),
        };
        let (site, origins, day) = (Some(site.clone()), origins.clone(), since.day);
        (Self { site, origins, day, ..cache }, touched)
    }

    /// Checks the files of some feeds on disk, and drops the feeds whose files have changed or are
    /// missing.
    pub(super) fn check_files(&mut self, feeds: &[Feed]) {
        let looked_for =
            feeds.iter().cycle().skip(self.next_check).take(FILE_CHECKS_PER_RUN.min(feeds.len()));
        for feed in looked_for {
            let is_so = |known: &CachedFeed| known.file_stamps.iter().all(FileStamp::is_current);
            if self.feeds.get(&feed.id).is_some_and(|known| !is_so(known)) {
                self.feeds.remove(&feed.id);
            }
        }
        self.next_check =
            (self.next_check + FILE_CHECKS_PER_RUN).checked_rem(feeds.len()).unwrap_or(0);
    }

    /// Returns the action for a feed, given the touched articles.
    pub(super) fn next(&mut self, feed: &Feed, touched: &[TouchedArticle]) -> FeedAction {
        let known = self.feeds.remove(&feed.id).filter(|known| known.feed == *feed);
        match known.zip(self.changes) {
            Some((known, changes)) => known.next(touched, &self.origins, self.day, changes),
            None => FeedAction::Publish(None),
        }
    }

    /// Returns the cache after a run that read the store at this value of its counter.
    pub(super) fn after(
        mut self,
        site: &Site,
        changes: ChangeCount,
        feeds: Vec<CachedFeed>,
    ) -> Self {
        self.changes = Some(changes);
        self.folders = folders(site);
        let mut rows = 0;
        let within = feeds.into_iter().filter(|known| {
            rows += known.window.len();
            rows <= MAX_ROWS
        });
        self.feeds = within.map(|known| (known.feed.id.clone(), known)).collect();
        self
    }
}

/// The last modification of the folders of documents.
fn folders(site: &Site) -> [Option<DateTime<Utc>>; 2] {
    [modified_at(&site.output), modified_at(&site.private_folder())]
}

impl CachedFeed {
    fn next(
        mut self,
        touched: &[TouchedArticle],
        origins: &BTreeMap<Slug, Origin>,
        day: Option<DateTime<Utc>>,
        changes: ChangeCount,
    ) -> FeedAction {
        let query = &self.feed.query;
        let (mut affected, mut is_concerned) = (Vec::new(), false);
        for one in touched {
            let origin = origins.get(&one.article.source);
            let province = origin.and_then(|origin| origin.province.as_ref());
            let province = province.map(|province| province.slug.as_str());
            let agency = origin.and_then(|origin| origin.agency.as_ref());
            let agency = agency.map(|agency| agency.slug.as_str());
            let is_found = one.matches_query(query, origins);
            let listed = self.newest.iter().flatten().any(|(_, _, row)| *row == one.row);
            let is_late = self.is_empty && !one.is_current;
            let has_entry = listed || is_late || self.tombstones.contains(&one.article.id);
            if !is_found && !has_entry && !self.window.has_candidate(one.row) {
                continue;
            }
            let asked = ConditionSubject::of(&one.article, province, agency, day);
            let holds = is_found && query.conditions.iter().all(|one| one.holds(&asked));
            is_concerned |= holds || has_entry || self.window.contains(one.row);
            affected.push((one, is_found, holds));
        }
        if affected.is_empty() {
            return FeedAction::UpToDate(Box::new(self));
        }
        match self.window.merge_touched(&self.feed, &affected) {
            // Touched articles that do not meet its conditions have changed the window, not the
            // selection.
            Some(window)
                if !is_concerned && window.chosen(&self.feed) == self.window.chosen(&self.feed) =>
            {
                (self.window, self.newest) = (window, None);
                FeedAction::UpToDate(Box::new(self))
            }
            window => FeedAction::Publish(Some(PublishedFeed {
                changes,
                window,
                newest_archive: self.newest_archive,
            })),
        }
    }

    /// Counts its documents as unchanged.
    pub(super) fn keep_documents(&self, report: &mut PublishReport) {
        report.unchanged += self.documents;
        if self.is_empty && self.feed.folders.is_empty() {
            report.empty.push(self.feed.id.clone());
        }
    }
}
