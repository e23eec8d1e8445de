//! Backfills a source: walks back through the pages of its listing, for articles that were
//! published before the first visit.
//!
//! A backfill is not a visit: it has no lease, and does not affect schedule, health or withdrawals.
//! A file lock per source (`lock.rs`) prevents two concurrent backfills. Each page of the listing
//! ends in one transaction, with its articles and the request for the next page, so that an
//! interrupted walk resumes there. Pages that were fetched for an unfinished listing page are kept,
//! and not fetched again.
//!
//! If the next page is requested by a form and the site rejects the form's stored fields, the walk
//! starts again at the first page, without fetching known articles.

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

/// The range of a backfill.
#[derive(Debug, Clone, Copy, Default)]
pub struct BackfillRange {
    /// Up to the listing page with this number.
    pub pages: Option<usize>,
    /// Back to articles of this instant; older ones are skipped.
    pub since: Option<DateTime<Utc>>,
    /// Whether to restart at the first page, even if an earlier backfill got further.
    pub afresh: bool,
}

/// The counts of a backfill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BackfillCounts {
    /// Items on the pages.
    pub items: usize,
    /// New articles.
    pub new: usize,
    /// Items that are known already.
    pub known: usize,
    /// News at the top of the first page; left to the next visit.
    pub news: usize,
    /// Items older than requested.
    pub older: usize,
    /// Items that are not articles, or are unusable.
    pub refused: usize,
    /// Items whose pages do not exist any more (404, 410).
    pub gone: usize,
    /// Items left to the next run.
    pub postponed: usize,
    /// Items whose pages could not be fetched.
    pub missed: usize,
}

/// The progress of a backfill.
#[derive(Debug, Clone, Copy)]
pub enum BackfillStep {
    /// A page of the listing was read, and so many articles are fetched.
    Page(usize, usize),
    /// One of them is done.
    Article,
    /// The page is done, with these counts.
    Done(usize, BackfillCounts),
    /// The site rejects the form of the last backfill, so this one begins at the first page again.
    Replayed,
}

/// The reason for the end of a backfill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackfillEnd {
    /// All requested pages are done.
    Pages,
    /// Two consecutive pages contain only older items.
    Since,
    /// The last page is done: there is no next page.
    Last,
    /// A page repeats the items of an earlier one.
    Repeated,
    /// The page is empty or missing; details in a sentence.
    Empty(String),
    /// Saved pages cannot answer the form that leads to the next page.
    Form,
    /// Too many consecutive pages could not be read as articles.
    Unreadable,
    /// Too many consecutive pages of articles are gone.
    Gone,
    /// The process stops.
    Stopped,
    /// The site rejects the form that leads to the next page; its answer, in a sentence.
    FormRefused(String),
    /// The host is not requested before an instant: its budget is spent, it has quiet hours, or it
    /// asked for a pause.
    Resting(String, DateTime<Utc>),
    /// The host failed; the reason, in a sentence.
    Host(String),
}

impl BackfillEnd {
    /// The end of a backfill whose host failed with this error.
    fn of(error: &FetchError, now: DateTime<Utc>) -> Self {
        match error.advice() {
            RetryAdvice::RetryAfter(pause) => Self::Resting(error.to_string(), now + pause),
            _ => Self::Host(error.to_string()),
        }
    }

    /// Whether the backfill reached its goal.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Pages | Self::Since | Self::Last | Self::Repeated | Self::Empty(_))
    }
}

/// The result of a backfill.
#[derive(Debug, Clone)]
pub struct BackfillReport {
    /// The number of listing pages that earlier runs have done.
    pub earlier_pages: usize,
    /// The number of listing pages that are done now.
    pub pages: usize,
    /// The counts of the pages in between.
    pub counts: BackfillCounts,
    /// The first reasons for rejected and failed pages of articles.
    pub reasons: Vec<String>,
    /// The reason for its end.
    pub ended: BackfillEnd,
}

/// Walks back through the listing of a source, from where the last backfill ended.
pub async fn backfill(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    range: BackfillRange,
    stop: &watch::Receiver<bool>,
    on_step: &mut (dyn FnMut(BackfillStep) + Send),
) -> Result<BackfillReport, StoreError> {
    let mut afresh = range.afresh;
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
            range,
            on_step: &mut *on_step,
            is_settled: store.is_settled(source.id()).await?,
            claim: begun.claim.clone(),
            budget: CrawlBudget::of_backfill(),
            listed: HashSet::new(),
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
            BackfillEnd::Repeated | BackfillEnd::Empty(_) | BackfillEnd::FormRefused(_)
        );
        // The site decides how long the state of a form is valid. After that, its pages are walked
        // again, without fetching known articles.
        if got_nowhere && is_by_form && is_answered && !replayed {
            on_step(BackfillStep::Replayed);
            (afresh, replayed) = (true, true);
            continue;
        }
        let from = if replayed { 0 } else { from };
        return Ok(BackfillReport {
            earlier_pages: from,
            pages: pages.len(),
            counts,
            reasons,
            ended,
        });
    }
}

impl BackfillCounts {
    /// The counts since an earlier count.
    fn minus(self, before: Self) -> Self {
        Self {
            items: self.items - before.items,
            new: self.new - before.new,
            known: self.known - before.known,
            news: self.news - before.news,
            older: self.older - before.older,
            refused: self.refused - before.refused,
            gone: self.gone - before.gone,
            postponed: self.postponed - before.postponed,
            missed: self.missed - before.missed,
        }
    }
}
