//! The budget of a crawl: pages, time, and an early end if the host fails.

use super::CrawlContext;
use super::plan::TaskPurpose;
use super::run::{PageOutcome, PageResult};
use bantin_core::{RetryAdvice, Source, retry};
use bantin_fetch::FetchError;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The pages and the time that a crawl has left.
#[derive(Debug)]
pub(super) struct CrawlBudget {
    begun: Instant,
    fetching: Duration,
    pages: usize,
    is_used: bool,
    /// The maximum numbers of consecutive rejected and of consecutive missing pages.
    limits: (usize, usize),
    failed: usize,
    rejected: usize,
    gone: usize,
    end: Option<RunEnd>,
}

/// The reason why a run ended before its last task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunEnd {
    /// The process stops.
    Stopped,
    /// The pages or the time of the visit are used up.
    Spent,
    /// The host asked for a pause, or failed too often in a row; the last result has the details.
    Host,
    /// This machine lacks something for requests; the last result has the details.
    Machine,
    /// Too many consecutive pages were rejected.
    Rejected,
    /// Too many consecutive pages are gone.
    Gone,
}

impl CrawlBudget {
    /// The budget of a visit whose listing was just fetched.
    pub(super) fn of_visit(context: &CrawlContext, source: &Source) -> Self {
        Self::new(source.max_pages, context.limits.fetching, (usize::MAX, usize::MAX))
    }

    /// The budget of a backfill: as long as the host answers, and as its pages are articles.
    pub(super) fn of_backfill() -> Self {
        let limits = (retry::MAX_REJECTED_IN_A_ROW, retry::MAX_GONE_IN_A_ROW);
        Self::new(usize::MAX, Duration::MAX, limits)
    }

    fn new(pages: usize, fetching: Duration, limits: (usize, usize)) -> Self {
        let (begun, is_used, end) = (Instant::now(), false, None);
        let (failed, rejected, gone) = (0, 0, 0);
        Self { begun, fetching, pages, is_used, limits, failed, rejected, gone, end }
    }

    /// Ends the crawl early if its first pages are all rejected: for a listing of which no item is
    /// a known article, and which may be a menu.
    pub(super) fn stop_early_without_articles(&mut self) {
        self.limits.0 = self.limits.0.min(retry::MAX_REJECTED_AT_FIRST);
    }

    /// The number of pages that may still be fetched.
    pub(super) fn remaining(&self) -> usize {
        // A late visit still fetches one page; otherwise a crowded host would only ever serve its
        // listing.
        let is_late = self.is_used && self.begun.elapsed() > self.fetching;
        if self.end.is_some() || is_late { 0 } else { self.pages }
    }

    /// Takes one page of the budget, if one is left.
    pub(super) fn take(&mut self) -> bool {
        let may = self.remaining() > 0;
        self.pages = self.pages.saturating_sub(usize::from(may));
        self.is_used |= may;
        may
    }

    /// The reason to fetch no further page, if the results so far give one.
    pub(super) fn end(&self) -> Option<RunEnd> {
        self.end
    }

    /// Counts the result of a page.
    pub(super) fn count(&mut self, result: &PageResult, source: &Source) {
        let PageResult { task, outcome, .. } = result;
        // The page of a known article existed before.
        let was_there = matches!(task.purpose, TaskPurpose::Revisit(_));
        match outcome {
            PageOutcome::Failed(error) if error.is_local() => {
                self.end = Some(RunEnd::Machine);
                return;
            }
            PageOutcome::Failed(error) if was_there || !is_page_fault(error) => {
                self.count_failed(error, &task.item.url, source);
                return;
            }
            PageOutcome::Failed(_) => self.rejected += 1,
            PageOutcome::Extracted(_) => (self.failed, self.rejected, self.gone) = (0, 0, 0),
            PageOutcome::Unchanged => self.failed = 0,
            PageOutcome::Gone(_) => (self.failed, self.gone) = (0, self.gone + 1),
            PageOutcome::Rejected(_) | PageOutcome::Replaced(_) | PageOutcome::Held(..) => {
                (self.failed, self.rejected) = (0, self.rejected + 1);
            }
        }
        let (rejected, gone) = self.limits;
        if self.rejected >= rejected {
            self.end = Some(RunEnd::Rejected);
        } else if self.gone >= gone {
            self.end = Some(RunEnd::Gone);
        }
    }

    fn count_failed(&mut self, error: &FetchError, url: &Url, source: &Source) {
        // A failure of another host says nothing about this one, and a page that robots.txt forbids
        // was not requested.
        if url.host() != source.url.host() || matches!(error, FetchError::Disallowed { .. }) {
            return;
        }
        self.failed += 1;
        let wants_rest =
            matches!(error.advice(), RetryAdvice::RetryAfter(_) | RetryAdvice::AskAgency);
        if wants_rest || self.failed >= retry::MAX_FAILED_IN_A_ROW {
            self.end = Some(RunEnd::Host);
        }
    }
}

/// Whether a failed fetch is permanent and a property of the page, not of its host. A TLS failure
/// is one of the host.
pub(super) fn is_page_fault(error: &FetchError) -> bool {
    matches!(error.advice(), RetryAdvice::SkipPage | RetryAdvice::AskOperator)
        && !matches!(error, FetchError::Tls { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crawl::plan::PageTask;
    use bantin_core::{ArticleKey, ListingItem};
    use chrono::DateTime;

    /// Counts pages: `.` an article, `x` not an article, `g` gone, `u` unchanged, `5` a failure,
    /// `4` a page that fails for good, `r` a host that wants a pause, `o` another host's failure.
    #[track_caller]
    fn check(mut budget: CrawlBudget, pages: &str, expected: Option<RunEnd>) {
        let source = bantin_testing::source("a");
        for page in pages.chars() {
            assert_eq!(budget.end(), None, "{pages} ends too early");
            let url: Url = match page {
                'o' => "https://other.example/tin/1".parse().unwrap(),
                _ => source.url.join("/tin/1").unwrap(),
            };
            let failed = |code, seconds: Option<u64>| {
                let (url, retry_after) = (url.to_string(), seconds.map(Duration::from_secs));
                PageOutcome::Failed(FetchError::Status { url, code, retry_after })
            };
            let outcome = match page {
                '.' => {
                    let dates = crate::crawl::shared_timestamp::DateEvidence {
                        dates: Vec::new(),
                        fetched: DateTime::UNIX_EPOCH,
                    };
                    let article = bantin_testing::article("a", 1, DateTime::UNIX_EPOCH);
                    let agreement = bantin_core::PageAgreement::Agrees;
                    let made =
                        crate::crawl::extraction::ExtractedPage::new(article, dates, agreement);
                    PageOutcome::Extracted(Box::new(made))
                }
                'x' => PageOutcome::Rejected(String::new()),
                'g' => PageOutcome::Gone(404),
                'u' => PageOutcome::Unchanged,
                '4' => failed(422, None),
                'r' => failed(503, Some(600)),
                _ => failed(500, None),
            };
            let item = ListingItem::of(url, ArticleKey::kept("/tin/1".to_owned()));
            let task = PageTask::new(item, None, DateTime::UNIX_EPOCH);
            let result = PageResult { task, outcome, at: DateTime::UNIX_EPOCH };
            budget.count(&result, &source);
        }
        assert_eq!(budget.end(), expected, "{pages}");
    }

    fn of_visit(pages: usize) -> CrawlBudget {
        CrawlBudget::new(pages, Duration::from_secs(600), (usize::MAX, usize::MAX))
    }

    #[test]
    fn a_host_that_fails_three_times_in_a_row_or_wants_a_pause_is_left_alone() {
        check(of_visit(50), "555", Some(RunEnd::Host));
        check(of_visit(50), "55.55x55g55u55", None);
        check(of_visit(50), "55o4ooo", None);
        check(of_visit(50), ".r", Some(RunEnd::Host));
        check(of_visit(50), &"xg4".repeat(200), None);
    }

    #[test]
    fn a_backfill_ends_where_nothing_can_be_read_or_all_is_gone() {
        let backfill = CrawlBudget::of_backfill;
        check(backfill(), &"x".repeat(30), Some(RunEnd::Rejected));
        check(backfill(), &"x4".repeat(15), Some(RunEnd::Rejected));
        check(backfill(), &("x".repeat(29) + "." + &"x".repeat(29)), None);
        check(backfill(), &"g".repeat(100), Some(RunEnd::Gone));
        check(backfill(), &("g".repeat(99) + "."), None);
        check(backfill(), "g55g5", None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_visit_takes_its_pages_and_one_however_late_it_is() {
        let mut budget = of_visit(2);
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
        let mut late = of_visit(2);
        tokio::time::advance(Duration::from_secs(601)).await;
        assert_eq!([late.take(), late.take()], [true, false]);
        assert_eq!(late.remaining(), 0);
    }
}
