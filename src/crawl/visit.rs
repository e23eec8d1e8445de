//! One visit to one source: it is crawled, and what it found is committed in one transaction.
//!
//! Every visit ends in a typed outcome. A panic or a hang inside it ends that visit only.

use super::CrawlContext;
use super::extraction::PanicMessage;
use super::findings::{VisitError, VisitFindings, crawl};
use bantin_core::schedule;
use bantin_core::{HubLinks, RetryAdvice, Source, VisitFailure, VisitOutcome, VisitStage, retry};
use bantin_fetch::redacted;
use bantin_store::{ArticleChange, SourceState, Store, StoreError, VisitClaim, VisitResult};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Freshness lifetime of a feed whose hub reports its news. The schedule has limits of its own.
const FOLLOWED: Duration = Duration::from_secs(6 * 3600);

/// How a visit ended, for logs and summaries.
#[derive(Debug, Clone)]
pub struct VisitReport {
    /// The source.
    pub source: Arc<Source>,
    /// How it ended.
    pub outcome: VisitOutcome,
    /// What became of each article that was made.
    pub changes: Vec<ArticleChange>,
    /// What an operator should know although the visit went on, a sentence each.
    pub warnings: Vec<String>,
    /// When the source is due again.
    pub next_visit: DateTime<Utc>,
    /// Where its feed can be subscribed to; nothing where it was not read, or its fields could not be seen.
    pub advertised: Option<HubLinks>,
}

/// Visits a source that was claimed. `None` where the process stops before the visit is over: then the claim is released, and
/// the next claim resumes the visit from its kept pages.
pub async fn visit(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    claim: &VisitClaim,
    stop: &watch::Receiver<bool>,
) -> Result<Option<VisitReport>, StoreError> {
    let state = store.state(source.id(), context.clock.now()).await?;
    let failures = state.failures;
    let crawled = crawl_claimed(context, store, source, claim, state, stop).await;
    let finished = context.clock.now();
    let failed = |failure| VisitFindings::failed(failure, finished);
    let VisitFindings { visit, mut warnings, mut fresh, advertised, .. } = match crawled {
        Ok(findings) => findings,
        Err(VisitError::Failed(failure)) => failed(failure),
        // The store may be back for the end of the visit: a full disk that was emptied, a busy file that is free.
        Err(VisitError::Store(error)) => {
            let message = error.to_string();
            failed(VisitFailure {
                stage: VisitStage::Store,
                message,
                advice: RetryAdvice::RetryLater,
            })
        }
        Err(VisitError::Stopped) => {
            store.release(claim).await?;
            return Ok(None);
        }
    };
    let mut visit = VisitResult { finished, ..visit };
    let failures = if visit.outcome.is_success() { 0 } else { failures + 1 };
    visit.next_visit = schedule::next_visit(source, &visit.outcome, failures, finished);
    if visit.outcome.is_success() {
        // Its hub reports news: it is visited slowly, but still, for the day on which the hub forgets the subscription.
        if !visit.incomplete && store.is_followed(source.id(), finished).await? {
            fresh = Some((finished, FOLLOWED));
        }
        let until = fresh.map(|(received, fresh_for)| {
            schedule::fresh_until(source, received, fresh_for, finished)
        });
        visit.next_visit = until.map_or(visit.next_visit, |until| visit.next_visit.max(until));
        if let Some(to) = &visit.moved_to {
            let (from, to, id) = (redacted(&source.url), redacted(to), source.id());
            warnings
                .push(format!("{from} has moved permanently to {to}; write that into url of {id}"));
        }
    }
    let next_visit = visit.next_visit;
    let (changes, outcome) = store.commit(claim, visit).await?;
    warnings.extend(changes.iter().filter_map(told));
    Ok(Some(VisitReport {
        source: source.clone(),
        outcome,
        changes,
        warnings,
        next_visit,
        advertised,
    }))
}

/// Crawls the source of a claim, in a task of its own.
async fn crawl_claimed(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    claim: &VisitClaim,
    state: SourceState,
    stop: &watch::Receiver<bool>,
) -> Result<VisitFindings, VisitError> {
    if claim.cut_short >= retry::MAX_INTERRUPTED_VISITS {
        let message = "the process ended twice while this visit was under way; its pages are not tried again until the \
             next visit. The system's log may say why it ended";
        return Err(VisitError::failed(
            VisitStage::Panic,
            message.to_owned(),
            RetryAdvice::RetryLater,
        ));
    }
    let whole = context.limits.whole;
    let cache = Some((store.clone(), claim.clone()));
    let (context, source, stop) = (context.clone(), source.clone(), stop.clone());
    guarded(whole, async move { crawl(&context, &source, &cache, state, &stop).await }).await
}

/// An article that left the feeds, or came back into them.
fn told(change: &ArticleChange) -> Option<String> {
    match change {
        ArticleChange::Withdrawn { id, title, reason } => {
            Some(format!("{title:?} ({id}) is withdrawn from all feeds: {reason}"))
        }
        ArticleChange::Returned { id, title } => {
            Some(format!("{title:?} ({id}) is there again at the agency, and published again"))
        }
        _ => None,
    }
}

/// Runs a crawl so that its panic, or its hang, ends nothing but itself.
async fn guarded(
    whole: Duration,
    crawl: impl Future<Output = Result<VisitFindings, VisitError>> + Send + 'static,
) -> Result<VisitFindings, VisitError> {
    let mut task = tokio::spawn(crawl);
    let Ok(joined) = tokio::time::timeout(whole, &mut task).await else {
        task.abort();
        let message = format!("the visit took longer than {} s as a whole", whole.as_secs());
        return Err(VisitError::failed(VisitStage::Timeout, message, RetryAdvice::RetryLater));
    };
    joined.unwrap_or_else(|error| {
        let message = format!(
            "the visit panicked, which is a fault of bantin's: {}; please report it with the page",
            PanicMessage::from(error).0
        );
        Err(VisitError::failed(VisitStage::Panic, message, RetryAdvice::RetryLater))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_its_own_visit_only() {
        let crawled = guarded(Duration::from_secs(5), async { panic!("index out of bounds") });
        let Err(VisitError::Failed(failure)) = crawled.await else { panic!("it did not fail") };
        assert_eq!((failure.stage, failure.advice), (VisitStage::Panic, RetryAdvice::RetryLater));
        assert!(failure.message.contains("index out of bounds"), "{}", failure.message);
    }

    #[tokio::test(start_paused = true)]
    async fn a_visit_that_hangs_is_ended() {
        let crawled = guarded(Duration::from_secs(900), std::future::pending()).await;
        let Err(VisitError::Failed(failure)) = crawled else { panic!("{crawled:?}") };
        assert_eq!(failure.stage, VisitStage::Timeout);
    }
}
