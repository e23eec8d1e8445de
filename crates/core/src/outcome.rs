//! Outcomes of visits.

use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// The outcome of a visit to a source. Every visit ends in one of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum VisitOutcome {
    /// The listing has not changed since the last visit.
    Unchanged,
    /// The listing was read, and the pages of its articles were fetched.
    Visited(VisitCounts),
    /// The visit failed; published articles stay as they are.
    Failed(VisitFailure),
}

impl VisitOutcome {
    /// The word shown to operators in tables and logs: `ok`, `unchanged`, `partial`, `failed`,
    /// `blocked` or `redesigned`.
    ///
    /// The store and JSON use different words, which are permanent.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Visited(tally) if tally.failed + tally.rejected > 0 => "partial",
            Self::Visited(_) => "ok",
            Self::Failed(failure) => failure.word(),
        }
    }

    /// Whether the visit did not fail: the listing was read, or has not changed.
    pub fn is_success(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// The counts of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct VisitCounts {
    /// Items on the listing.
    pub items: usize,
    /// Skipped items of the listing, without a usable link or title.
    pub skipped: usize,
    /// Articles that were not known before.
    pub new: usize,
    /// Known articles whose title or text has really changed.
    pub revised: usize,
    /// Pages that gave no article: empty, boilerplate only, unreadable.
    pub rejected: usize,
    /// Pages that could not be fetched; the next visit tries them again.
    pub failed: usize,
    /// Pages left for the next visit, because the number of pages per visit is limited.
    pub waiting: usize,
}

/// A failed visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitFailure {
    /// The part of the visit that failed.
    pub stage: VisitStage,
    /// The error and what to do, in sentences.
    pub message: String,
    /// The retry advice for the schedule.
    pub advice: RetryAdvice,
}

impl VisitFailure {
    /// The word of [`VisitOutcome::word`]: `blocked` if the agency refuses requests, `redesigned`
    /// if the site was redesigned, otherwise `failed`.
    fn word(&self) -> &'static str {
        match (self.advice, self.stage) {
            (RetryAdvice::AskAgency, _) => "blocked",
            (_, VisitStage::Health) => "redesigned",
            _ => "failed",
        }
    }
}

/// A part of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStage {
    /// Fetching the listing.
    Fetch,
    /// Finding the items of a listing, and the articles on their pages.
    Discover,
    /// Comparison with earlier visits: items or their pages have disappeared.
    Health,
    /// Storing the findings.
    Store,
    /// The visit exceeded its time limit.
    Timeout,
    /// A bug in bantin: the visit panicked.
    Panic,
}

impl fmt::Display for VisitStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fetch => "fetch",
            Self::Discover => "discover",
            Self::Health => "health",
            Self::Store => "store",
            Self::Timeout => "timeout",
            Self::Panic => "panic",
        })
    }
}

/// What the schedule does after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAdvice {
    /// The error may be temporary: back off and retry.
    RetryLater,
    /// The host requested a pause; retry after it.
    RetryAfter(Duration),
    /// The error is permanent for this page; other pages are not affected.
    SkipPage,
    /// The operator has to change feeds.toml or the machine. Retries continue with growing pauses.
    AskOperator,
    /// The site refuses our requests, and only the agency can change that; `bantin try` prints a
    /// letter to it. Retries continue with growing pauses.
    AskAgency,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_one_word_for_people() {
        #[track_caller]
        fn check(outcome: VisitOutcome, word: &str) {
            assert_eq!(outcome.word(), word, "{outcome:?}");
        }
        let counts = VisitCounts { items: 9, new: 2, ..VisitCounts::default() };
        check(VisitOutcome::Unchanged, "unchanged");
        check(VisitOutcome::Visited(counts), "ok");
        check(VisitOutcome::Visited(VisitCounts { waiting: 3, ..counts }), "ok");
        check(VisitOutcome::Visited(VisitCounts { skipped: 1, ..counts }), "ok");
        check(VisitOutcome::Visited(VisitCounts { failed: 1, ..counts }), "partial");
        check(VisitOutcome::Visited(VisitCounts { rejected: 1, ..counts }), "partial");
        let pause = Duration::from_secs(60);
        for (stage, word) in [
            (VisitStage::Fetch, "failed"),
            (VisitStage::Discover, "failed"),
            (VisitStage::Health, "redesigned"),
            (VisitStage::Store, "failed"),
            (VisitStage::Timeout, "failed"),
            (VisitStage::Panic, "failed"),
        ] {
            for (advice, word) in [
                (RetryAdvice::RetryLater, word),
                (RetryAdvice::RetryAfter(pause), word),
                (RetryAdvice::SkipPage, word),
                (RetryAdvice::AskOperator, word),
                (RetryAdvice::AskAgency, "blocked"),
            ] {
                let failure = VisitFailure { stage, message: String::new(), advice };
                check(VisitOutcome::Failed(failure), word);
            }
        }
    }
}
