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
    /// The listing was read and its articles were looked at.
    Visited(VisitCounts),
    /// Nothing was learnt; what is published stays as it is.
    Failed(VisitFailure),
}

impl VisitOutcome {
    /// One word for tables and the store.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Visited(tally) if tally.failed + tally.rejected > 0 => "incomplete",
            Self::Visited(_) => "visited",
            Self::Failed(failure) if failure.advice == RetryAdvice::AskAgency => "blocked",
            Self::Failed(_) => "failed",
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

/// Why nothing was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VisitFailure {
    /// Where the visit ended.
    pub stage: VisitStage,
    /// What went wrong and what to do, in sentences.
    pub message: String,
    /// What the schedule does now.
    pub advice: RetryAdvice,
}

/// A part of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStage {
    /// Fetching the listing.
    Fetch,
    /// Finding the items.
    Discover,
    /// Judging whether the site is broken.
    Health,
    /// Storing the findings.
    Store,
    /// The visit took too long as a whole.
    Timeout,
    /// A fault of ours: the visit panicked.
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

/// What the schedule should do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAdvice {
    /// It may pass by itself: back off and try again.
    RetryLater,
    /// The host said when to come back.
    RetryAfter(Duration),
    /// This page will not get better by itself; the others may go on.
    SkipPage,
    /// Somebody has to change feeds.toml, or talk to the agency. It is still tried again, seldom.
    AskOperator,
    /// Somebody keeps us out, and only the agency can change that: there is a letter to send. It is still tried again, seldom.
    AskAgency,
}
