//! How a visit ended.

use super::{Record, Stored};
use crate::model::{Advice, Failure, Outcome, Stage, Tally};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// [`Outcome`]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub(in crate::store) enum OutcomeRecord {
    Unchanged,
    Visited(TallyRecord),
    Failed(FailureRecord),
}

/// [`Tally`]
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct TallyRecord {
    items: usize,
    skipped: usize,
    new: usize,
    revised: usize,
    rejected: usize,
    failed: usize,
    waiting: usize,
}

/// [`Failure`]
#[derive(Serialize, Deserialize)]
pub(in crate::store) struct FailureRecord {
    stage: StageRecord,
    message: String,
    advice: AdviceRecord,
}

/// [`Stage`], a word.
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

/// [`Advice`]
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

impl Stored for Outcome {
    type Record = OutcomeRecord;
}

impl From<&Outcome> for OutcomeRecord {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Visited(tally) => {
                let Tally { items, skipped, new, revised, rejected, failed, waiting } = *tally;
                let tally = TallyRecord { items, skipped, new, revised, rejected, failed, waiting };
                Self::Visited(tally)
            }
            Outcome::Failed(failure) => Self::Failed(FailureRecord {
                stage: failure.stage.into(),
                message: failure.message.clone(),
                advice: failure.advice.into(),
            }),
        }
    }
}

impl From<OutcomeRecord> for Outcome {
    fn from(record: OutcomeRecord) -> Self {
        match record {
            OutcomeRecord::Unchanged => Self::Unchanged,
            OutcomeRecord::Visited(tally) => {
                let TallyRecord { items, skipped, new, revised, rejected, failed, waiting } = tally;
                Self::Visited(Tally { items, skipped, new, revised, rejected, failed, waiting })
            }
            OutcomeRecord::Failed(failure) => Self::Failed(Failure {
                stage: failure.stage.into(),
                message: failure.message,
                advice: failure.advice.into(),
            }),
        }
    }
}

impl From<Stage> for StageRecord {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Fetch => Self::Fetch,
            Stage::Discover => Self::Discover,
            Stage::Health => Self::Health,
            Stage::Store => Self::Store,
            Stage::Timeout => Self::Timeout,
            Stage::Panic => Self::Panic,
        }
    }
}

impl From<StageRecord> for Stage {
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

impl From<Advice> for AdviceRecord {
    fn from(advice: Advice) -> Self {
        match advice {
            Advice::RetryLater => Self::RetryLater,
            Advice::RetryAfter(pause) => {
                let (secs, nanos) = (pause.as_secs(), pause.subsec_nanos());
                Self::RetryAfter(DurationRecord { secs, nanos })
            }
            Advice::SkipPage => Self::SkipPage,
            Advice::AskOperator => Self::AskOperator,
            Advice::AskAgency => Self::AskAgency,
        }
    }
}

impl From<AdviceRecord> for Advice {
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
