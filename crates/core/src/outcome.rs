//! How a visit ended.

use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// How a visit to a source ended. Every visit ends in one of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum VisitOutcome {
    /// The listing is the same as at the last visit.
    Unchanged,
    /// The listing was read, and the pages of its articles were fetched.
    Visited(VisitCounts),
    /// The visit failed; published articles stay as they are.
    Failed(VisitFailure),
}

impl VisitOutcome {
    /// The word that operators read in tables and logs: `ok`, `unchanged`, `partial`, `failed`, `blocked` or `redesigned`.
    ///
    /// The store and JSON have words of their own, which stay as they are.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Visited(tally) if tally.failed + tally.rejected > 0 => "partial",
            Self::Visited(_) => "ok",
            Self::Failed(failure) => failure.word(),
        }
    }

    /// Whether the source answered as it should.
    pub fn is_success(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// What a visit found, in articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct VisitCounts {
    /// Items on the listing.
    pub items: usize,
    /// Of these, items without a usable link or title.
    pub skipped: usize,
    /// Articles not known before.
    pub new: usize,
    /// Known articles whose title or text really changed.
    pub revised: usize,
    /// Pages that could not be made an article: empty, boilerplate, unreadable.
    pub rejected: usize,
    /// Pages that could not be fetched; they are tried again at the next visit.
    pub failed: usize,
    /// Pages left for the next visit, because one visit fetches only so many.
    pub waiting: usize,
}

/// Why a visit failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitFailure {
    /// Where the visit ended.
    pub stage: VisitStage,
    /// What went wrong and what to do, in sentences.
    pub message: String,
    /// What the schedule does now.
    pub advice: RetryAdvice,
}

impl VisitFailure {
    /// The word of [`VisitOutcome::word`]: the agency refuses requests, the site was redesigned, or anything else.
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
    /// Comparing the site with its history: it has lost its items, or their pages, since earlier visits.
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
    /// The host named a pause; retry after it.
    RetryAfter(Duration),
    /// The error is permanent for this page; other pages are not affected.
    SkipPage,
    /// The operator has to change feeds.toml or the machine. Retries continue with growing pauses.
    AskOperator,
    /// The site refuses our requests, and only the agency can change that: `bantin try` prints a letter to it. Retries
    /// continue with growing pauses.
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
