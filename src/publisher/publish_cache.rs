//! What the press remembers of its last run, so that the next one makes only the documents that may be others now.
//!
//! A document depends on the site, its feed, all that readers are told of sources, the publication day, and articles. What is not an
//! article is compared as a whole: where any of it is another one, all is forgotten, as it is where a folder has changed since. Of
//! articles those are looked at that were touched since. Whatever is in doubt is made anew: that costs time, and its bytes decide
//! whether it is written.

use super::PublishReport;
use bantin_core::{Article, ConditionSubject, Feed, Origin, Site, Slug};
use bantin_publish::files::{FileStamp, moved_at};
use bantin_store::{
    ArticleRowId, ChangeCount, FeedWindow, PublishedFeed, StoreChanges, TouchedArticle,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// How many feeds are looked for on the disk in each run, in turn. What comes into a folder or leaves it is noticed at once; this is for
/// files that were changed where they lie.
const LOOKED_FOR: usize = 8;
/// The most articles that windows of all feeds remember together. Feeds beyond that are made anew in each run.
const MAX_ROWS: usize = 500_000;

/// The last run.
#[derive(Debug, Default)]
pub(super) struct PublishCache {
    site: Option<Arc<Site>>,
    origins: Arc<BTreeMap<Slug, Origin>>,
    day: Option<DateTime<Utc>>,
    /// The counter of changes that all of it is true of.
    pub(super) changes: Option<ChangeCount>,
    pub(super) feeds: HashMap<Slug, CachedFeed>,
    pub(super) overview: Option<OverviewDocuments>,
    folders: [Option<DateTime<Utc>>; 2],
    /// The feed that is looked for next, by its place in the list.
    turn: usize,
}

/// A feed as it was printed.
#[derive(Debug)]
pub(super) struct CachedFeed {
    pub(super) feed: Feed,
    pub(super) window: FeedWindow,
    /// The ids of withdrawn articles that its documents tell of.
    pub(super) tombstones: HashSet<String>,
    /// The newest archive that is laid out, with all before it.
    pub(super) archive: Option<u32>,
    pub(super) is_empty: bool,
    /// How many documents there are.
    pub(super) documents: usize,
    pub(super) laid: Vec<FileStamp>,
    /// Its newest articles for the index page, where each feed is asked for them.
    pub(super) newest: Option<Vec<NewestArticle>>,
}

/// An article that the index page may show: its date, its id, its row.
pub(super) type NewestArticle = (DateTime<Utc>, String, ArticleRowId);

/// The documents about all feeds.
#[derive(Debug)]
pub(super) struct OverviewDocuments {
    pub(super) feeds: Vec<Feed>,
    pub(super) newest: Vec<Article>,
    pub(super) laid: Vec<FileStamp>,
}

/// What is to be done for a feed.
#[derive(Debug)]
pub(super) enum FeedAction {
    /// Nothing: its documents are as they would be made.
    Rest(Box<CachedFeed>),
    /// Its documents are made anew, with what is known of it.
    Print(Option<PublishedFeed>),
}

impl PublishCache {
    /// What is still true, of this site, these sources and this moment; and the articles that were touched since.
    pub(super) fn still(
        self,
        site: &Arc<Site>,
        origins: &Arc<BTreeMap<Slug, Origin>>,
        since: StoreChanges,
    ) -> (Self, Vec<TouchedArticle>) {
        let is_true = self.site.as_deref() == Some(site)
            && self.origins == *origins
            && self.day == since.day
            && self.folders == folders(site);
        let (memory, moved) = match since.moved {
            Some(moved) if is_true => (self, moved),
            _ => (Self::default(), Vec::new()),
        };
        let (site, origins, day) = (Some(site.clone()), origins.clone(), since.day);
        (Self { site, origins, day, ..memory }, moved)
    }

    /// The feeds that are looked for on the disk in this run: those that are not found as they were laid there are forgotten.
    pub(super) fn check_files(&mut self, feeds: &[Feed]) {
        let looked_for = feeds.iter().cycle().skip(self.turn).take(LOOKED_FOR.min(feeds.len()));
        for feed in looked_for {
            let is_so = |known: &CachedFeed| known.laid.iter().all(FileStamp::is_current);
            if self.feeds.get(&feed.id).is_some_and(|known| !is_so(known)) {
                self.feeds.remove(&feed.id);
            }
        }
        self.turn = (self.turn + LOOKED_FOR).checked_rem(feeds.len()).unwrap_or(0);
    }

    /// What is to be done for a feed, after these articles were touched.
    pub(super) fn next(&mut self, feed: &Feed, moved: &[TouchedArticle]) -> FeedAction {
        let known = self.feeds.remove(&feed.id).filter(|known| known.feed == *feed);
        match known.zip(self.changes) {
            Some((known, changes)) => known.next(moved, &self.origins, self.day, changes),
            None => FeedAction::Print(None),
        }
    }

    /// What is remembered after a run that saw the store at a number of changes.
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

/// When files last came into the folders of documents or left them.
fn folders(site: &Site) -> [Option<DateTime<Utc>>; 2] {
    [moved_at(&site.output), moved_at(&site.private_folder())]
}

impl CachedFeed {
    fn next(
        mut self,
        moved: &[TouchedArticle],
        origins: &BTreeMap<Slug, Origin>,
        day: Option<DateTime<Utc>>,
        changes: ChangeCount,
    ) -> FeedAction {
        let query = &self.feed.query;
        let (mut touched, mut is_concerned) = (Vec::new(), false);
        for one in moved {
            let origin = origins.get(&one.article.source);
            let province = origin.and_then(|origin| origin.province.as_ref());
            let province = province.map(|province| province.slug.as_str());
            let agency = origin.and_then(|origin| origin.agency.as_ref());
            let agency = agency.map(|agency| agency.slug.as_str());
            let is_found = one.is_found(query, province, agency);
            let listed = self.newest.iter().flatten().any(|(_, _, row)| *row == one.row);
            let is_late = self.is_empty && !one.is_current;
            let is_told = listed || is_late || self.tombstones.contains(&one.article.id);
            if !is_found && !is_told && !self.window.found(one.row) {
                continue;
            }
            let asked = ConditionSubject::of(&one.article, province, agency, day);
            let holds = is_found && query.conditions.iter().all(|one| one.holds(&asked));
            is_concerned |= holds || is_told || self.window.contains(one.row);
            touched.push((one, is_found, holds));
        }
        if touched.is_empty() {
            return FeedAction::Rest(Box::new(self));
        }
        match self.window.after(&self.feed, &touched) {
            // Articles that its conditions keep out have moved others.
            Some(window)
                if !is_concerned && window.chosen(&self.feed) == self.window.chosen(&self.feed) =>
            {
                (self.window, self.newest) = (window, None);
                FeedAction::Rest(Box::new(self))
            }
            window => {
                FeedAction::Print(Some(PublishedFeed { changes, window, newest: self.archive }))
            }
        }
    }

    /// Says in an edition that its documents stay.
    pub(super) fn keep_documents(&self, edition: &mut PublishReport) {
        edition.unchanged += self.documents;
        if self.is_empty && self.feed.folders.is_empty() {
            edition.empty.push(self.feed.id.clone());
        }
    }
}
