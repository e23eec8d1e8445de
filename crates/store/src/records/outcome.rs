//! The record of the outcome of a visit.

use super::{Record, StoredValue};
use bantin_core::{RetryAdvice, VisitCounts, VisitFailure, VisitOutcome, VisitStage};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// [`VisitOutcome`]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub(crate) enum OutcomeRecord {
    Unchanged,
    Visited(TallyRecord),
    Failed(FailureRecord),
}

/// [`VisitCounts`]
#[derive(Serialize, Deserialize)]
pub(crate) struct TallyRecord {
    items: usize,
    skipped: usize,
    new: usize,
    revised: usize,
    rejected: usize,
    failed: usize,
    waiting: usize,
}

/// [`VisitFailure`]
#[derive(Serialize, Deserialize)]
pub(crate) struct FailureRecord {
    stage: StageRecord,
    message: String,
    advice: AdviceRecord,
}

/// [`VisitStage`], as a word.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StageRecord {
    Fetch,
    Discover,
    Health,
    Store,
    Timeout,
    Panic,
}

/// [`RetryAdvice`]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AdviceRecord {
    RetryLater,
    RetryAfter(DurationRecord),
    SkipPage,
    AskOperator,
    AskAgency,
}

/// [`Duration`]
#[derive(Serialize, Deserialize)]
struct DurationRecord {
    secs: u64,
    nanos: u32,
}

impl Record for OutcomeRecord {}

impl StoredValue for VisitOutcome {
    type Record = OutcomeRecord;
}

impl From<&VisitOutcome> for OutcomeRecord {
    fn from(outcome: &VisitOutcome) -> Self {
        match outcome {
            VisitOutcome::Unchanged => Self::Unchanged,
            VisitOutcome::Visited(tally) => {
                let VisitCounts { items, skipped, new, revised, rejected, failed, waiting } =
                    *tally;
                let tally = TallyRecord { items, skipped, new, revised, rejected, failed, waiting };
                Self::Visited(tally)
            }
            VisitOutcome::Failed(failure) => Self::Failed(FailureRecord {
                stage: failure.stage.into(),
                message: failure.message.clone(),
                advice: failure.advice.into(),
            }),
        }
    }
}

impl From<OutcomeRecord> for VisitOutcome {
    fn from(record: OutcomeRecord) -> Self {
        match record {
            OutcomeRecord::Unchanged => Self::Unchanged,
            OutcomeRecord::Visited(tally) => {
                let TallyRecord { items, skipped, new, revised, rejected, failed, waiting } = tally;
                Self::Visited(VisitCounts {
                    items,
                    skipped,
                    new,
                    revised,
                    rejected,
                    failed,
                    waiting,
                })
            }
            OutcomeRecord::Failed(failure) => Self::Failed(VisitFailure {
                stage: failure.stage.into(),
                message: failure.message,
                advice: failure.advice.into(),
            }),
        }
    }
}

impl From<VisitStage> for StageRecord {
    fn from(stage: VisitStage) -> Self {
        match stage {
            VisitStage::Fetch => Self::Fetch,
            VisitStage::Discover => Self::Discover,
            VisitStage::Health => Self::Health,
            VisitStage::Store => Self::Store,
            VisitStage::Timeout => Self::Timeout,
            VisitStage::Panic => Self::Panic,
        }
    }
}

impl From<StageRecord> for VisitStage {
    fn from(record: StageRecord) -> Self {
        match record {
            StageRecord::Fetch => Self::Fetch,
            StageRecord::Discover => Self::Discover,
            StageRecord::Health => Self::Health,
            StageRecord::Store => Self::Store,
            StageRecord::Timeout => Self::Timeout,
            StageRecord::Panic => Self::Panic,
        }
    }
}

impl From<RetryAdvice> for AdviceRecord {
    fn from(advice: RetryAdvice) -> Self {
        match advice {
            RetryAdvice::RetryLater => Self::RetryLater,
            RetryAdvice::RetryAfter(pause) => {
                let (secs, nanos) = (pause.as_secs(), pause.subsec_nanos());
                Self::RetryAfter(DurationRecord { secs, nanos })
            }
            RetryAdvice::SkipPage => Self::SkipPage,
            RetryAdvice::AskOperator => Self::AskOperator,
            RetryAdvice::AskAgency => Self::AskAgency,
        }
    }
}

impl From<AdviceRecord> for RetryAdvice {
    fn from(record: AdviceRecord) -> Self {
        match record {
            AdviceRecord::RetryLater => Self::RetryLater,
            AdviceRecord::RetryAfter(DurationRecord { secs, nanos }) => {
                let pause = Duration::from_secs(secs);
                Self::RetryAfter(pause.saturating_add(Duration::from_nanos(nanos.into())))
            }
            AdviceRecord::SkipPage => Self::SkipPage,
            AdviceRecord::AskOperator => Self::AskOperator,
            AdviceRecord::AskAgency => Self::AskAgency,
        }
    }
}
