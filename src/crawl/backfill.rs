//! A backfill: a walk back through the pages of a listing, for what was published before a source was first visited.
//!
//! It is not a visit: the schedule, health and withdrawals are not moved. Each page of the listing ends in one transaction, with
//! its articles and with the way to the next page, so that an interrupted walk resumes there; what had come of the page under
//! way is kept, and not fetched again.

mod page;
mod walk;

use super::budget::CrawlBudget;
use super::{Crawl, CrawlContext};
use bantin_core::{RetryAdvice, Source};
use bantin_fetch::FetchError;
use bantin_store::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;
use walk::BackfillWalk;

/// How far a backfill goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct BackfillRange {
    /// To the page of this number.
    pub pages: Option<usize>,
    /// To articles of this instant; older ones are left out.
    pub since: Option<DateTime<Utc>>,
    /// From the first page, although an earlier backfill came further.
    pub afresh: bool,
}

/// What a backfill met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackfillCounts {
    /// Items on the pages.
    pub items: usize,
    /// New articles.
    pub new: usize,
    /// Items that were known.
    pub known: usize,
    /// News at the top of the first page, which the next visit fetches.
    pub news: usize,
    /// Items older than what is wanted.
    pub older: usize,
    /// Items that are not articles, or cannot be used.
    pub refused: usize,
    /// Items whose pages are no longer there (404, 410).
    pub gone: usize,
    /// Items that the next run fetches: this one ended before.
    pub left: usize,
    /// Items whose pages did not come.
    pub missed: usize,
}

/// The progress of a backfill.
#[derive(Debug, Clone, Copy)]
pub enum BackfillStep {
    /// A page of the listing has come, and so many articles are fetched.
    Page(usize, usize),
    /// One of them is done.
    Article,
    /// The page is done; what was met on it.
    Done(usize, BackfillCounts),
    /// The site rejects the form of the last backfill, and this one begins at the first page again.
    Replayed,
}

/// Why a backfill ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackfillEnd {
    /// All pages that were wanted are done.
    Pages,
    /// Two pages in a row hold older items only.
    Since,
    /// The last page is done: nothing leads further.
    Last,
    /// A page shows the items of an earlier one.
    Again,
    /// A page without items came, or none; what came, in a sentence.
    Empty(String),
    /// Saved pages cannot answer the form that leads further.
    Form,
    /// No page of an article could be read for a long time.
    Unreadable,
    /// No page of an article was there for a long time.
    Gone,
    /// The process stops.
    Stopped,
    /// The site rejects the form that leads further; its answer, in a sentence.
    FormRefused(String),
    /// The host is left alone until then: its budget is used up, its quiet hours have begun, it asked for a rest.
    Resting(String, DateTime<Utc>),
    /// The host does not answer as it should; why, in a sentence.
    Host(String),
}

impl BackfillEnd {
    /// How a backfill ends whose host answered with this error instead of a page.
    fn of(error: &FetchError, now: DateTime<Utc>) -> Self {
        match error.advice() {
            RetryAdvice::RetryAfter(pause) => Self::Resting(error.to_string(), now + pause),
            _ => Self::Host(error.to_string()),
        }
    }

    /// Whether it came as far as it should.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Pages | Self::Since | Self::Last | Self::Again | Self::Empty(_))
    }
}

/// What a backfill gave.
#[derive(Debug, Clone)]
pub struct BackfillReport {
    /// How many pages were done when it began.
    pub from: usize,
    /// How many are done now.
    pub pages: usize,
    /// What was met on those in between.
    pub counts: BackfillCounts,
    /// Why articles were refused or did not come: the first of the reasons.
    pub reasons: Vec<String>,
    /// Why it ended.
    pub ended: BackfillEnd,
}

/// Walks back through the listing of a source, from where the last backfill ended.
pub async fn backfill(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    wanted: BackfillRange,
    stop: &watch::Receiver<bool>,
    tell: &mut (dyn FnMut(BackfillStep) + Send),
) -> Result<BackfillReport, StoreError> {
    let mut afresh = wanted.afresh;
    let mut replayed = false;
    loop {
        let now = context.clock.now();
        let begun = store.begin_backfill(source, afresh, now).await?;
        let cache = Some((store.clone(), begun.claim.clone()));
        let crawl = Crawl { context, source, cache: &cache, stop, first_seen: begun.claim.started };
        let from = begun.pages.len();
        let mut walk = BackfillWalk {
            crawl,
            store,
            wanted,
            tell: &mut *tell,
            is_settled: store.is_settled(source.id()).await?,
            claim: begun.claim.clone(),
            budget: CrawlBudget::of_backfill(),
            shown: HashSet::new(),
            counts: BackfillCounts::default(),
            reasons: Vec::new(),
            before: from,
            pages: begun.pages,
        };
        let ended = walk.walk().await?;
        let BackfillWalk { pages, counts, reasons, .. } = walk;
        let got_nowhere = from > 0 && pages.len() == from;
        let last = pages.last().and_then(|page| page.next.as_ref());
        let is_by_form = last.is_some_and(|next| next.form().is_some());
        let is_answered = matches!(
            ended,
            BackfillEnd::Again | BackfillEnd::Empty(_) | BackfillEnd::FormRefused(_)
        );
        // The state of a form lasts as long as the site likes: then its pages are turned once more, and what is known is not fetched.
        if got_nowhere && is_by_form && is_answered && !replayed {
            tell(BackfillStep::Replayed);
            (afresh, replayed) = (true, true);
            continue;
        }
        let from = if replayed { 0 } else { from };
        return Ok(BackfillReport { from, pages: pages.len(), counts, reasons, ended });
    }
}

impl BackfillCounts {
    /// What was counted since an earlier count.
    fn minus(self, before: Self) -> Self {
        Self {
            items: self.items - before.items,
            new: self.new - before.new,
            known: self.known - before.known,
            news: self.news - before.news,
            older: self.older - before.older,
            refused: self.refused - before.refused,
            gone: self.gone - before.gone,
            left: self.left - before.left,
            missed: self.missed - before.missed,
        }
    }
}
