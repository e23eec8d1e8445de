//! Converts the results of a run into the changes that a visit makes in the store. Pure.
//!
//! A page that is not an article (rejected by extraction, or permanently by its host) is skipped
//! for fifteen minutes, then twice as long after each rejection. It delays no other page. A page
//! that could not be fetched makes the visit incomplete.

use super::plan::{PageTask, TaskPurpose};
use super::run::{PageOutcome, PageResult, RunReport};
use super::shared_timestamp::{DateEvidence, replace_shared};
use bantin_core::{ArticleKey, RetryAdvice, Source, VisitCounts, retry, schedule};
use bantin_fetch::FetchError;
use bantin_store::{
    FetchedArticle, ListedArticle, PageCheck, PageStatus, RejectedPage, VisitResult,
};
use chrono::{DateTime, Utc};

/// The changes that the pages of a crawl make in the store.
#[derive(Debug)]
pub(super) struct CrawlEffect {
    /// The part that is committed.
    pub(super) visit: VisitResult,
    /// The numbers of rejected, failed and waiting pages.
    pub(super) tally: VisitCounts,
    /// Warnings for the operator, a sentence each.
    pub(super) warnings: Vec<String>,
    /// The number of pages that were fetched for the first time and rejected.
    pub(super) misread: usize,
    /// The last page that a firewall refused.
    pub(super) blocked: Option<FetchError>,
    /// The evidence for the dates of the articles, in their order.
    dates: Vec<DateEvidence>,
}

/// Adds the changes that follow from the results of a run to those of its plan.
pub(super) fn apply(mut effect: CrawlEffect, source: &Source, run: RunReport) -> CrawlEffect {
    for result in run.results {
        let PageTask { key, first_seen, .. } = &result.task;
        let young = schedule::revisit(source.revisits, key, *first_seen, result.at);
        let since = follow_up_since(&result);
        let doubted = since.and_then(|since| schedule::revisit_doubted(key, since, result.at));
        let revisit_at = young.into_iter().chain(doubted).min();
        effect.add(source, result, revisit_at);
    }
    for task in run.remaining {
        effect.tally.waiting += 1;
        effect.without_article(&task);
    }
    effect
}

/// The rejection of a page that is held back.
pub(super) fn held_back(result: &PageResult) -> Option<RejectedPage> {
    let PageOutcome::Held(reason, evidence) = &result.outcome else { return None };
    Some(RejectedPage {
        key: result.task.item.key.clone(),
        fingerprint: result.task.item.fingerprint(),
        reason: reason.clone(),
        evidence: Some(evidence.clone()),
        until: None,
    })
}

/// The instant since which the article of a result is doubted, or its page is held back: then the
/// page is fetched again. A refused page does not end that.
fn follow_up_since(result: &PageResult) -> Option<DateTime<Utc>> {
    let refusal = result.task.refusal.as_ref();
    match (&result.outcome, &result.task.purpose) {
        (PageOutcome::Extracted(made), _) => made.doubted_since,
        (PageOutcome::Held(..), _) => refusal.and_then(|held| held.since).or(Some(result.at)),
        (_, TaskPurpose::Revisit(due)) => due.doubted_since.or(refusal.and_then(|held| held.since)),
        _ => None,
    }
}

impl CrawlEffect {
    /// Creates an effect without changes, at an instant.
    pub(super) fn none(now: DateTime<Utc>) -> Self {
        let (visit, tally) = (VisitResult::unchanged(now, now), VisitCounts::default());
        Self { visit, tally, warnings: Vec::new(), misread: 0, blocked: None, dates: Vec::new() }
    }

    /// Records that a known article is listed, if it has a rank there.
    pub(super) fn list(&mut self, key: &ArticleKey, rank: Option<usize>) {
        self.visit.listed.extend(rank.map(|rank| ListedArticle { key: key.clone(), rank }));
    }

    /// Schedules another reading of the listing at an instant, even if it is unchanged.
    pub(super) fn read_again(&mut self, at: DateTime<Utc>) {
        self.visit.reread_at = Some(self.visit.reread_at.map_or(at, |earliest| earliest.min(at)));
    }

    /// Replaces dates that the articles share with their site's clock. `is_first`: whether the
    /// source was not visited before.
    pub(super) fn replace_shared_dates(&mut self, is_first: bool) {
        let articles = self.visit.articles.iter_mut().map(|arrived| &mut arrived.article);
        let mut dated: Vec<_> = articles.zip(&self.dates).collect();
        self.warnings.extend(replace_shared(&mut dated, is_first));
    }

    /// Ignores missing pages if several are missing and none exists: the site is out of order.
    /// `found_pages`: whether the crawl fetched other pages.
    pub(super) fn ignore_outage(&mut self, found_pages: bool) {
        let is_there = |checked: &PageCheck| matches!(checked.status, PageStatus::Same);
        let VisitResult { articles, checked, .. } = &mut self.visit;
        if found_pages || !articles.is_empty() || checked.iter().any(is_there) {
            return;
        }
        let is_gone = |checked: &&mut PageCheck| matches!(checked.status, PageStatus::Gone(_));
        let gone: Vec<_> = checked.iter_mut().filter(is_gone).collect();
        if gone.len() > 1 {
            self.warnings.push(format!(
                "the pages of {} articles are gone, and no page exists; this looks like a fault of the site, so published articles stay",
                gone.len()
            ));
            gone.into_iter().for_each(|checked| checked.status = PageStatus::Unclear);
        }
    }

    fn add(&mut self, source: &Source, result: PageResult, revisit_at: Option<DateTime<Utc>>) {
        let reason = result.reason();
        let PageResult { task, outcome, at } = result;
        match (outcome, &task.purpose) {
            (PageOutcome::Extracted(made), _) => {
                self.dates.push(made.dates);
                self.visit.articles.push(FetchedArticle {
                    known: made.known,
                    differs_from: made.differs_from,
                    canonical: made.canonical,
                    body_hash: made.body_hash,
                    doubted_since: made.doubted_since,
                    is_date_corrected: made.is_date_corrected,
                    article: made.article,
                    fingerprint: task.item.fingerprint(),
                    teaser_title: task.item.title,
                    url: task.item.url,
                    rank: task.rank,
                    revisit_at: revisit_at.filter(|_| source.kind.fetches_articles()),
                    min_edit: source.min_edit,
                });
            }
            (outcome, TaskPurpose::Revisit(_)) => {
                if let (PageOutcome::Held(_, evidence), Some(until)) = (&outcome, revisit_at) {
                    self.visit.rejected.push(RejectedPage {
                        key: task.key.clone(),
                        fingerprint: task.item.fingerprint(),
                        reason: reason.clone(),
                        evidence: Some(evidence.clone()),
                        until: Some(until),
                    });
                }
                let (found, warning) = page_status(outcome, reason);
                self.warnings.extend(warning);
                self.visit.checked.push(PageCheck { key: task.key, status: found, revisit_at });
            }
            (PageOutcome::Unchanged, _) => self.without_article(&task),
            // Whether the page exists is checked again; then its listing is read again.
            (PageOutcome::Gone(code), TaskPurpose::Changed) => {
                self.list(&task.key, task.rank);
                self.read_again(at);
                self.visit.checked.push(PageCheck {
                    key: task.key,
                    status: PageStatus::Gone(code),
                    revisit_at,
                });
            }
            (PageOutcome::Gone(_), TaskPurpose::New) if task.rank.is_none() => {
                self.visit.given_up.push(task.item.key);
            }
            (PageOutcome::Gone(_), TaskPurpose::New) => self.reject(&task, reason, None),
            (PageOutcome::Held(_, evidence), _) => {
                self.reject(&task, reason, Some(evidence));
            }
            (PageOutcome::Rejected(_) | PageOutcome::Replaced(_), _) => {
                self.misread += usize::from(task.refusal.is_none());
                self.reject(&task, reason, None);
            }
            // A permanent failure is a property of the page, and blocks no other page.
            (PageOutcome::Failed(error), _)
                if matches!(error.advice(), RetryAdvice::SkipPage | RetryAdvice::AskOperator) =>
            {
                self.reject(&task, reason, None);
            }
            (PageOutcome::Failed(error), _) => {
                self.tally.failed += 1;
                self.warnings.push(reason);
                self.without_article(&task);
                self.blocked = Some(error)
                    .filter(|error| error.advice() == RetryAdvice::AskAgency)
                    .or(self.blocked.take());
            }
        }
    }

    /// Rejects the page of an item, with the fingerprint of content that may be accepted later.
    fn reject(&mut self, task: &PageTask, reason: String, evidence: Option<String>) {
        self.tally.rejected += 1;
        self.warnings.push(reason.clone());
        let (key, fingerprint) = (task.item.key.clone(), task.item.fingerprint());
        let until = None;
        self.visit.rejected.push(RejectedPage { key, fingerprint, reason, evidence, until });
        if task.purpose == TaskPurpose::Changed {
            self.read_again(self.visit.finished + retry::rejected_page(1));
        }
        self.without_article(task);
    }

    /// Handles an item without an extracted article: a known one counts as listed, a new one stays
    /// pending.
    fn without_article(&mut self, task: &PageTask) {
        match task.purpose {
            TaskPurpose::New => self.visit.pending.push(task.item.clone()),
            TaskPurpose::Changed => self.list(&task.key, task.rank),
            TaskPurpose::Revisit(_) => {}
        }
    }
}

/// The status of an article whose page was fetched again without a new version, and a warning for
/// the operator.
fn page_status(outcome: PageOutcome, reason: String) -> (PageStatus, Option<String>) {
    match outcome {
        PageOutcome::Unchanged | PageOutcome::Extracted(_) => (PageStatus::Same, None),
        PageOutcome::Gone(code) => (PageStatus::Gone(code), None),
        PageOutcome::Failed(error)
            if matches!(error.advice(), RetryAdvice::RetryAfter(_) | RetryAdvice::RetryLater) =>
        {
            (PageStatus::Later, Some(format!("{reason}; a later visit fetches it again")))
        }
        PageOutcome::Failed(_)
        | PageOutcome::Rejected(_)
        | PageOutcome::Held(..)
        | PageOutcome::Replaced(_) => {
            (PageStatus::Unclear, Some(format!("{reason}; the published article stays")))
        }
    }
}

#[cfg(test)]
mod tests;
