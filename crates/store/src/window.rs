//! The selection of the articles that a feed shows from the newest matching ones, and the window of
//! candidates that is kept, so that the next selection reads only the articles that were touched
//! since.

use crate::selection::MAX_CONDITION_SCAN;
use crate::{ArticleRowId, ChangeCount};
use bantin_core::{Article, ArticleQuery, FeedConfig, Origin, Slug};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The number of candidates to search, in multiples of the feed's limit, for articles of sources
/// that have few: it bounds the cost of a feed that one source fills.
const REACH: usize = 20;

/// Returns the maximum number of matching articles from which a feed is selected.
pub(crate) fn bound(feed: &FeedConfig) -> usize {
    let reach = feed.limit.saturating_mul(REACH);
    if feed.query.conditions.is_empty() { reach } else { reach.max(MAX_CONDITION_SCAN) }
}

/// The properties of an article that the selection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedCandidate {
    /// Its row.
    pub(crate) row: ArticleRowId,
    /// The time of its arrival or last revision, in milliseconds since 1970.
    pub(crate) changed: i64,
    /// The agency's date, in milliseconds since 1970.
    pub(crate) published: i64,
    pub(crate) id: Box<str>,
    pub(crate) source: Box<str>,
    /// Whether it meets the conditions of the feed. It always matches the rest of the query.
    pub(crate) meets_conditions: bool,
}

impl FeedCandidate {
    /// Returns the sort key of candidates, the newest first.
    fn order(&self) -> (Reverse<i64>, Reverse<i64>, &str) {
        (Reverse(self.changed), Reverse(self.published), &self.id)
    }
}

/// The newest articles that match the query of a feed, consecutively, as far as a selection read
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedWindow {
    rows: Vec<FeedCandidate>,
    /// Whether the window contains all matching articles.
    is_complete: bool,
}

/// An article that changed since a value of the counter of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedArticle {
    /// Its row.
    pub row: ArticleRowId,
    /// The current version of the article.
    pub article: Article,
    /// Whether documents may show it: it is neither withdrawn nor an undated article from a
    /// backfill.
    pub is_current: bool,
    /// See [`FeedCandidate`].
    pub(crate) changed: i64,
    pub(crate) published: i64,
}

/// The changes in the store since a value of the counter, read in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreChanges {
    /// The current counter of changes.
    pub changes: ChangeCount,
    /// The beginning of the publication day.
    pub day: Option<DateTime<Utc>>,
    /// The touched articles; `None` if everything must be published again, because too many were
    /// touched, one of them cannot be read or was erased, or the caller has no earlier value of the
    /// counter.
    pub touched: Option<Vec<TouchedArticle>>,
}

impl TouchedArticle {
    /// Whether the article matches the sources, provinces, agencies and topics of a query: its own
    /// source, or one that carries it.
    pub fn matches_query(&self, query: &ArticleQuery, origins: &BTreeMap<Slug, Origin>) -> bool {
        let has_topic = query.topics.is_empty()
            || query.topics.iter().any(|one| self.article.topics.contains(one));
        let is_of = |source: &Slug| query.is_of_source(source, origins.get(source));
        has_topic && self.article.sources().any(is_of)
    }
}

/// A selection in progress. Candidates are considered one by one, the newest first: each source
/// gets its share, and more if the others do not fill the rest.
pub(crate) struct FeedSelection {
    limit: usize,
    share: usize,
    counts: HashMap<Box<str>, usize>,
    chosen: Vec<ArticleRowId>,
    beyond: Vec<ArticleRowId>,
}

impl FeedSelection {
    pub(crate) fn new(feed: &FeedConfig) -> Self {
        let alone = feed.query.sources.len() == 1;
        Self {
            limit: feed.limit,
            share: if alone { feed.limit } else { feed.history.max_per_source },
            counts: HashMap::new(),
            chosen: Vec::new(),
            beyond: Vec::new(),
        }
    }

    /// Whether no further candidate can be selected.
    pub(crate) fn is_full(&self) -> bool {
        self.chosen.len() >= self.limit
    }

    /// Considers the next candidate.
    pub(crate) fn consider(&mut self, candidate: &FeedCandidate) {
        if !candidate.meets_conditions {
            return;
        }
        let count = self.counts.entry(candidate.source.clone()).or_default();
        *count += 1;
        let chosen = if *count <= self.share { &mut self.chosen } else { &mut self.beyond };
        chosen.push(candidate.row);
    }

    /// Ends the selection and returns the rows of the selected articles.
    pub(crate) fn end(mut self) -> Vec<ArticleRowId> {
        self.beyond.truncate(self.limit.saturating_sub(self.chosen.len()));
        self.chosen.append(&mut self.beyond);
        self.chosen
    }
}

impl FeedWindow {
    /// Creates a window of these candidates, the newest first; `is_complete` is true if no other
    /// article matches.
    pub(crate) fn new(rows: Vec<FeedCandidate>, is_complete: bool) -> Self {
        Self { rows, is_complete }
    }

    /// Returns the number of articles in the window.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the window contains no article.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether an article is in the window and meets the conditions of the feed.
    pub fn contains(&self, article: ArticleRowId) -> bool {
        self.rows.iter().any(|row| row.row == article && row.meets_conditions)
    }

    /// Whether an article is in the window.
    pub fn has_candidate(&self, article: ArticleRowId) -> bool {
        self.rows.iter().any(|row| row.row == article)
    }

    /// Returns the rows of the articles that the feed shows.
    pub fn chosen(&self, feed: &FeedConfig) -> Vec<ArticleRowId> {
        self.choose(feed).0.end()
    }

    /// Returns the window updated with touched articles; each is given with whether the query of
    /// the feed matches it now and whether it meets the conditions.
    ///
    /// Returns `None` if the store must be queried, because too much of the window is gone.
    pub fn merge_touched(
        &self,
        feed: &FeedConfig,
        touched: &[(&TouchedArticle, bool, bool)],
    ) -> Option<Self> {
        let rows: HashSet<ArticleRowId> = touched.iter().map(|(article, ..)| article.row).collect();
        let kept = self.rows.iter().filter(|kept| !rows.contains(&kept.row));
        let mut rows: Vec<FeedCandidate> = kept.cloned().collect();
        let end = self.rows.last();
        for (article, found, holds) in touched {
            let candidate = FeedCandidate {
                row: article.row,
                changed: article.changed,
                published: article.published,
                id: article.article.id.as_str().into(),
                source: article.article.source.as_str().into(),
                meets_conditions: *holds,
            };
            // Beyond the end of the window, articles that are not in it may precede this one.
            let in_sight =
                self.is_complete || end.is_some_and(|end| candidate.order() <= end.order());
            if *found && article.is_current && in_sight {
                rows.push(candidate);
            }
        }
        rows.sort_by(|a, b| a.order().cmp(&b.order()));
        let bound = bound(feed);
        let mut after = Self { is_complete: self.is_complete && rows.len() <= bound, rows };
        after.rows.truncate(bound);
        let (choice, looked) = after.choose(feed);
        if choice.is_full() {
            after.is_complete &= looked == after.rows.len();
            after.rows.truncate(looked);
            return Some(after);
        }
        (after.is_complete || after.rows.len() == bound).then_some(after)
    }

    /// Returns the selection and the number of candidates that were considered for it.
    fn choose(&self, feed: &FeedConfig) -> (FeedSelection, usize) {
        let mut choice = FeedSelection::new(feed);
        let mut looked = 0;
        for row in &self.rows {
            if choice.is_full() {
                break;
            }
            looked += 1;
            choice.consider(row);
        }
        (choice, looked)
    }
}
