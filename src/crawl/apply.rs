//! From the results of a run to what its visit changes in the store. Pure.

use super::plan::{PageTask, TaskPurpose};
use super::run::{PageOutcome, PageResult, RunReport};
use super::shared_timestamp::{DateEvidence, replace_shared};
use bantin_core::schedule;
use bantin_core::{ArticleKey, RetryAdvice, Source, VisitCounts};
use bantin_fetch::FetchError;
use bantin_store::{
    FetchedArticle, ListedArticle, PageCheck, PageStatus, RejectedPage, VisitResult,
};
use chrono::{DateTime, Utc};

/// What the pages of a crawl change in the store.
#[derive(Debug)]
pub(super) struct CrawlEffect {
    /// What is committed.
    pub(super) visit: VisitResult,
    /// The numbers of rejected, failed and waiting pages.
    pub(super) tally: VisitCounts,
    /// What an operator should know, a sentence each.
    pub(super) warnings: Vec<String>,
    /// How many pages came for the first time and are not articles.
    pub(super) misread: usize,
    /// The last page that a firewall withheld.
    pub(super) blocked: Option<FetchError>,
    /// The evidence for the dates of the articles, in their order.
    dates: Vec<DateEvidence>,
}

/// What the results of a run change, on top of what its plan does.
pub(super) fn apply(mut effect: CrawlEffect, source: &Source, run: RunReport) -> CrawlEffect {
    for result in run.results {
        let PageTask { key, first_seen, .. } = &result.task;
        let revisit_at = schedule::revisit(source.revisits, key, *first_seen, result.at);
        effect.add(source, result, revisit_at);
    }
    for task in run.left {
        effect.tally.waiting += 1;
        effect.without_article(&task);
    }
    effect
}

impl CrawlEffect {
    /// Nothing, at an instant.
    pub(super) fn none(now: DateTime<Utc>) -> Self {
        let (visit, tally) = (VisitResult::unchanged(now, now), VisitCounts::default());
        Self { visit, tally, warnings: Vec::new(), misread: 0, blocked: None, dates: Vec::new() }
    }

    /// A known article is listed, where it has a place there.
    pub(super) fn list(&mut self, key: &ArticleKey, rank: Option<usize>) {
        self.visit.seen.extend(rank.map(|rank| ListedArticle { key: key.clone(), rank }));
    }

    /// The listing is read again at an instant, although it be the same.
    pub(super) fn read_again(&mut self, at: DateTime<Utc>) {
        self.visit.look_at = Some(self.visit.look_at.map_or(at, |earliest| earliest.min(at)));
    }

    /// Replaces dates that the articles share with their site's clock. `is_first`: the source was never visited before.
    pub(super) fn replace_shared_dates(&mut self, is_first: bool) {
        let articles = self.visit.articles.iter_mut().map(|arrived| &mut arrived.article);
        let mut dated: Vec<_> = articles.zip(&self.dates).collect();
        self.warnings.extend(replace_shared(&mut dated, is_first));
    }

    /// Concludes nothing from pages that are gone, where several are and none is there: the site is out of order.
    /// `found_pages`: the crawl found other pages.
    pub(super) fn doubt_an_outage(&mut self, found_pages: bool) {
        let is_there = |asked: &PageCheck| matches!(asked.found, PageStatus::Same);
        let VisitResult { articles, asked, .. } = &mut self.visit;
        if found_pages || !articles.is_empty() || asked.iter().any(is_there) {
            return;
        }
        let is_gone = |asked: &&mut PageCheck| matches!(asked.found, PageStatus::Gone(_));
        let gone: Vec<_> = asked.iter_mut().filter(is_gone).collect();
        if gone.len() > 1 {
            self.warnings.push(format!(
                "the pages of {} articles are gone and no page is there; that is taken for a fault of the site, and what was published stays",
                gone.len()
            ));
            gone.into_iter().for_each(|asked| asked.found = PageStatus::Unclear);
        }
    }

    fn add(&mut self, source: &Source, result: PageResult, revisit_at: Option<DateTime<Utc>>) {
        let reason = result.reason();
        let PageResult { task, outcome, at } = result;
        match (outcome, &task.purpose) {
            (PageOutcome::Extracted(made), _) => {
                self.dates.push(made.dates);
                self.visit.articles.push(FetchedArticle {
                    article: made.article,
                    teaser: task.item.fingerprint(),
                    teaser_title: task.item.title,
                    url: task.item.url,
                    rank: task.rank,
                    revisit_at: revisit_at.filter(|_| source.kind.follows()),
                    min_edit: source.min_edit,
                });
            }
            (outcome, TaskPurpose::Revisit(_)) => {
                let (found, warning) = found(outcome, reason);
                self.warnings.extend(warning);
                self.visit.asked.push(PageCheck { key: task.key, found, revisit_at });
            }
            (PageOutcome::Unchanged, _) => self.without_article(&task),
            // Whether it is there is asked again; then its listing is read again.
            (PageOutcome::Gone(code), TaskPurpose::Changed) => {
                self.list(&task.key, task.rank);
                self.read_again(at);
                self.visit.asked.push(PageCheck {
                    key: task.key,
                    found: PageStatus::Gone(code),
                    revisit_at,
                });
            }
            (PageOutcome::Gone(_), TaskPurpose::New) if task.rank.is_none() => {
                self.visit.given_up.push(task.item.key);
            }
            (PageOutcome::Gone(_), TaskPurpose::New) => self.reject(&task, reason),
            (PageOutcome::Rejected(_) | PageOutcome::Replaced(_), _) => {
                self.misread += usize::from(!task.was_rejected);
                self.reject(&task, reason);
            }
            // What will not pass by itself is a property of the page, and holds up no other.
            (PageOutcome::Failed(error), _)
                if matches!(error.advice(), RetryAdvice::SkipPage | RetryAdvice::AskOperator) =>
            {
                self.reject(&task, reason);
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

    /// The page of an item is not an article.
    fn reject(&mut self, task: &PageTask, reason: String) {
        self.tally.rejected += 1;
        self.warnings.push(reason.clone());
        let (key, teaser) = (task.item.key.clone(), task.item.fingerprint());
        self.visit.rejected.push(RejectedPage { key, teaser, reason });
        self.without_article(task);
    }

    /// No article was made of an item: a known one is listed, a new one waits for it.
    fn without_article(&mut self, task: &PageTask) {
        match task.purpose {
            TaskPurpose::New => self.visit.pending.push(task.item.clone()),
            TaskPurpose::Changed => self.list(&task.key, task.rank),
            TaskPurpose::Revisit(_) => {}
        }
    }
}

/// What a page says of its article that was fetched again and gave nothing new, and what an operator should know.
fn found(outcome: PageOutcome, reason: String) -> (PageStatus, Option<String>) {
    match outcome {
        PageOutcome::Unchanged | PageOutcome::Extracted(_) => (PageStatus::Same, None),
        PageOutcome::Gone(code) => (PageStatus::Gone(code), None),
        PageOutcome::Failed(error)
            if matches!(error.advice(), RetryAdvice::RetryAfter(_) | RetryAdvice::RetryLater) =>
        {
            (PageStatus::Later, Some(format!("{reason}; it is asked for at a later visit")))
        }
        PageOutcome::Failed(_) | PageOutcome::Rejected(_) | PageOutcome::Replaced(_) => {
            (PageStatus::Unclear, Some(format!("{reason}; what was published of it stays")))
        }
    }
}

#[cfg(test)]
mod tests;
