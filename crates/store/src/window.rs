//! Which articles a feed shows, chosen from the newest that match; and what of that choice can be kept, so that the next one asks the
//! store for nothing but what was touched since.

use crate::selection::FURTHEST;
use crate::{ArticleRowId, ChangeCount};
use bantin_core::{Article, ArticleQuery, Feed, Slug};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// How many newest articles are looked through for those of sources that have few, in document lengths: a feed that one source
/// fills costs no more than that.
const REACH: usize = 20;

/// How many of the newest articles that its query finds a feed is chosen from, at most.
pub(crate) fn bound(feed: &Feed) -> usize {
    let reach = feed.limit.saturating_mul(REACH);
    if feed.query.conditions.is_empty() { reach } else { reach.max(FURTHEST) }
}

/// An article as the choice for a feed sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedCandidate {
    /// Its row.
    pub(crate) row: ArticleRowId,
    /// When it came as something to read anew, in milliseconds since 1970.
    pub(crate) changed: i64,
    /// The agency's date, in milliseconds since 1970.
    pub(crate) published: i64,
    pub(crate) id: Box<str>,
    pub(crate) source: Box<str>,
    /// Whether the conditions of the feed hold of it. The rest of its query does.
    pub(crate) holds: bool,
}

impl FeedCandidate {
    /// The order of candidates, the newest first.
    fn order(&self) -> (Reverse<i64>, Reverse<i64>, &str) {
        (Reverse(self.changed), Reverse(self.published), &self.id)
    }
}

/// The newest articles that the query of a feed finds, as far as they were looked at for a choice, without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedWindow {
    rows: Vec<FeedCandidate>,
    /// Whether there are no others.
    whole: bool,
}

/// An article that was touched since a time, whatever it was that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedArticle {
    /// Its row.
    pub row: ArticleRowId,
    /// The article as it is now.
    pub article: Article,
    /// Whether documents may show it: it is not withdrawn, and no undated article of a backfill.
    pub is_current: bool,
    /// As a choice sees it.
    pub(crate) changed: i64,
    pub(crate) published: i64,
}

/// What moved in the store since a number of changes. All of it is seen at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreChanges {
    /// The counter of changes now.
    pub changes: ChangeCount,
    /// When the publication day began.
    pub day: Option<DateTime<Utc>>,
    /// The articles that were touched. Absent where that does not tell what is to be published anew: there are too many of them, one
    /// of them cannot be read or was erased, or there is no number to begin with.
    pub moved: Option<Vec<TouchedArticle>>,
}

impl TouchedArticle {
    /// Whether the sources, provinces, agencies and topics of a query find the article. The terms are those of its source.
    pub fn is_found(
        &self,
        query: &ArticleQuery,
        province: Option<&str>,
        agency: Option<&str>,
    ) -> bool {
        fn within(list: &[Slug], name: Option<&str>) -> bool {
            list.is_empty() || list.iter().any(|one| Some(one.as_str()) == name)
        }
        within(&query.sources, Some(self.article.source.as_str()))
            && within(&query.provinces, province)
            && within(&query.agencies, agency)
            && (query.topics.is_empty()
                || query.topics.iter().any(|one| self.article.topics.contains(one)))
    }
}

/// A choice that is being made, from one candidate after the other, the newest first: those of one source up to its share, and beyond
/// it where the others do not fill the rest.
pub(crate) struct FeedSelection {
    limit: usize,
    share: usize,
    counts: HashMap<Box<str>, usize>,
    chosen: Vec<ArticleRowId>,
    beyond: Vec<ArticleRowId>,
}

impl FeedSelection {
    pub(crate) fn new(feed: &Feed) -> Self {
        let alone = feed.query.sources.len() == 1;
        Self {
            limit: feed.limit,
            share: if alone { feed.limit } else { feed.history.max_per_source },
            counts: HashMap::new(),
            chosen: Vec::new(),
            beyond: Vec::new(),
        }
    }

    /// Whether no further candidate can be chosen.
    pub(crate) fn is_full(&self) -> bool {
        self.chosen.len() >= self.limit
    }

    /// Takes the next candidate.
    pub(crate) fn consider(&mut self, candidate: &FeedCandidate) {
        if !candidate.holds {
            return;
        }
        let count = self.counts.entry(candidate.source.clone()).or_default();
        *count += 1;
        let chosen = if *count <= self.share { &mut self.chosen } else { &mut self.beyond };
        chosen.push(candidate.row);
    }

    /// The rows of what was chosen.
    pub(crate) fn end(mut self) -> Vec<ArticleRowId> {
        self.beyond.truncate(self.limit.saturating_sub(self.chosen.len()));
        self.chosen.append(&mut self.beyond);
        self.chosen
    }
}

impl FeedWindow {
    /// A window of these candidates, the newest first. `whole` says that there are no others.
    pub(crate) fn new(rows: Vec<FeedCandidate>, whole: bool) -> Self {
        Self { rows, whole }
    }

    /// How many articles it remembers.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it remembers none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether an article was in the feed, as far as it is remembered.
    pub fn contains(&self, article: ArticleRowId) -> bool {
        self.rows.iter().any(|row| row.row == article && row.holds)
    }

    /// Whether the query of the feed found an article, as far as it is remembered.
    pub fn found(&self, article: ArticleRowId) -> bool {
        self.rows.iter().any(|row| row.row == article)
    }

    /// The rows of what the feed shows.
    pub fn chosen(&self, feed: &Feed) -> Vec<ArticleRowId> {
        self.choose(feed).0.end()
    }

    /// The window after articles were touched, each with whether the query of the feed finds it now and whether its conditions hold.
    /// Nothing where only the store can tell, because too much of it has gone.
    pub fn after(&self, feed: &Feed, moved: &[(&TouchedArticle, bool, bool)]) -> Option<Self> {
        let touched: HashSet<ArticleRowId> = moved.iter().map(|(moved, ..)| moved.row).collect();
        let kept = self.rows.iter().filter(|row| !touched.contains(&row.row));
        let mut rows: Vec<FeedCandidate> = kept.cloned().collect();
        let end = self.rows.last();
        for (moved, found, holds) in moved {
            let candidate = FeedCandidate {
                row: moved.row,
                changed: moved.changed,
                published: moved.published,
                id: moved.article.id.as_str().into(),
                source: moved.article.source.as_str().into(),
                holds: *holds,
            };
            // Beyond the end others may lie before it.
            let in_sight = self.whole || end.is_some_and(|end| candidate.order() <= end.order());
            if *found && moved.is_current && in_sight {
                rows.push(candidate);
            }
        }
        rows.sort_by(|a, b| a.order().cmp(&b.order()));
        let bound = bound(feed);
        let mut after = Self { whole: self.whole && rows.len() <= bound, rows };
        after.rows.truncate(bound);
        let (choice, looked) = after.choose(feed);
        if choice.is_full() {
            after.whole &= looked == after.rows.len();
            after.rows.truncate(looked);
            return Some(after);
        }
        (after.whole || after.rows.len() == bound).then_some(after)
    }

    /// The choice, and how many candidates were looked at for it.
    fn choose(&self, feed: &Feed) -> (FeedSelection, usize) {
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
