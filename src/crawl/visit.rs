//! One visit to one source: crawls it, and commits the findings in one transaction.
//!
//! Every page is kept in the store on arrival, before it is parsed. A visit that is interrupted by
//! a signal or a crash is resumed by the next claim of its source, which does not fetch these pages
//! again; `first_seen` is the instant at which the visit began. If the process ended twice during a
//! visit, the visit may be the cause, and is given up until the next slot. Every visit ends in a
//! typed outcome. A panic or a hang inside it ends that visit only.

use super::CrawlContext;
use super::extraction::PanicMessage;
use super::findings::{VisitError, VisitFindings, crawl};
use bantin_core::schedule;
use bantin_core::{HubLinks, RetryAdvice, Source, VisitFailure, VisitOutcome, VisitStage, retry};
use bantin_fetch::redacted;
use bantin_store::{ArticleChange, SourceState, Store, VisitClaim, VisitResult};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Freshness lifetime of a feed whose hub reports its news. The schedule has its own limits.
const FOLLOWED: Duration = Duration::from_secs(6 * 3600);

/// The result of a visit, for logs and summaries.
#[derive(Debug, Clone)]
pub struct VisitReport {
    /// The source.
    pub source: Arc<Source>,
    /// The outcome.
    pub outcome: VisitOutcome,
    /// The change of each extracted article.
    pub changes: Vec<ArticleChange>,
    /// Warnings of a visit that succeeded, a sentence each.
    pub warnings: Vec<String>,
    /// When the source is due again.
    pub next_visit: DateTime<Utc>,
    /// The hubs of its feed; absent if the listing was not read, or its header fields are unknown.
    pub advertised: Option<HubLinks>,
}

/// Visits a source that was claimed. Returns `None` if the process stops during the visit: then the
/// claim is released, and the next claim resumes the visit from its kept pages.
///
/// # Errors
/// The store failed, or this machine lacks something for requests. If [`VisitError::is_local`], the
/// source is as before, and the caller must release the claim.
pub async fn visit(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    claim: &VisitClaim,
    stop: &watch::Receiver<bool>,
) -> Result<Option<VisitReport>, VisitError> {
    let state = store.state(source.id(), context.clock.now()).await?;
    let failures = state.failures;
    let crawled = crawl_claimed(context, store, source, claim, state, stop).await;
    let finished = context.clock.now();
    let failed = |failure| VisitFindings::failed(failure, finished);
    let VisitFindings { visit, mut warnings, mut freshness, advertised, .. } = match crawled {
        Ok(findings) => findings,
        Err(VisitError::Failed(failure)) => failed(failure),
        Err(error) if error.is_local() => return Err(error),
        Err(error @ (VisitError::Store(_) | VisitError::Machine(_))) => {
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
        // Its hub reports news. It is still visited, rarely, in case the hub forgets the
        // subscription.
        if !visit.incomplete && store.is_followed(source.id(), finished).await? {
            freshness = Some((finished, FOLLOWED));
        }
        let until = freshness.map(|(received, fresh_for)| {
            schedule::fresh_until(source, received, fresh_for, finished)
        });
        visit.next_visit = until.map_or(visit.next_visit, |until| visit.next_visit.max(until));
        if let Some(to) = &visit.moved_to {
            let (from, to, id) = (redacted(&source.url), redacted(to), source.id());
            warnings.push(format!(
                "{from} has moved permanently to {to}; change url of {id} to that address"
            ));
        }
    }
    let next_visit = visit.next_visit;
    let (changes, outcome) = store.commit(claim, visit).await?;
    warnings.extend(changes.iter().filter_map(warning));
    warnings.extend(moved(&changes));
    Ok(Some(VisitReport {
        source: source.clone(),
        outcome,
        changes,
        warnings,
        next_visit,
        advertised,
    }))
}

/// Crawls the source of a claim, in its own task.
async fn crawl_claimed(
    context: &Arc<CrawlContext>,
    store: &Store,
    source: &Arc<Source>,
    claim: &VisitClaim,
    state: SourceState,
    stop: &watch::Receiver<bool>,
) -> Result<VisitFindings, VisitError> {
    if claim.cut_short >= retry::MAX_INTERRUPTED_VISITS {
        let message = "the process ended twice during this visit, which may be the cause; its pages are not fetched again until the \
             next visit. See the system log for why the process ended";
        return Err(VisitError::failed(
            VisitStage::Panic,
            message.to_owned(),
            RetryAdvice::RetryLater,
        ));
    }
    let total = context.limits.total;
    let cache = Some((store.clone(), claim.clone()));
    let (context, source, stop) = (context.clone(), source.clone(), stop.clone());
    guarded(total, async move { crawl(&context, &source, &cache, state, &stop).await }).await
}

/// The warning about an article that left the feeds, or returned to them.
fn warning(change: &ArticleChange) -> Option<String> {
    match change {
        ArticleChange::Withdrawn { id, title, reason } => {
            Some(format!("{title:?} ({id}) is withdrawn from all feeds: {reason}"))
        }
        ArticleChange::Returned { id, title } => {
            Some(format!("{title:?} ({id}) is back at the agency, and published again"))
        }
        _ => None,
    }
}

/// The warning about articles that are at new addresses.
fn moved(changes: &[ArticleChange]) -> Option<String> {
    let addresses = changes.iter().filter_map(|change| match change {
        ArticleChange::Moved(url) => Some(url),
        _ => None,
    });
    let first = addresses.clone().next()?;
    Some(format!(
        "{} known articles are at new addresses, for example {}; they keep their ids, and readers see nothing new",
        addresses.count(),
        redacted(first)
    ))
}

/// Runs a crawl so that its panic or hang does not affect others.
async fn guarded(
    whole: Duration,
    crawl: impl Future<Output = Result<VisitFindings, VisitError>> + Send + 'static,
) -> Result<VisitFindings, VisitError> {
    let mut task = tokio::spawn(crawl);
    let Ok(joined) = tokio::time::timeout(whole, &mut task).await else {
        task.abort();
        let message = format!(
            "the visit took longer than {} s; the next visit continues with the pages that are stored",
            whole.as_secs()
        );
        return Err(VisitError::failed(VisitStage::Timeout, message, RetryAdvice::RetryLater));
    };
    joined.unwrap_or_else(|error| {
        let message = format!(
            "the visit panicked, which is a bug in bantin: {}; please report it with the page",
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
