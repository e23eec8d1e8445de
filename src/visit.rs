//! One visit to one source: the only file that knows the order of the stages.
//!
//! A visit looks at the listing, fetches the pages of what is new, and ends in one transaction. Whatever happens inside it,
//! it ends in a typed outcome: a panic or a hang is its own end and nobody else's.

mod again;
mod alone;
mod backfill;
mod explain;
mod listing;
mod look;
mod missing;
mod pages;
mod same_minute;
mod sitemaps;

pub use again::Again;
pub use alone::{nobody, read_alone, saved};
pub use backfill::{Backfilled, Counts, Ended, Step, Wanted as WantedBackfill, backfill};
pub use explain::explain;
pub use look::{Blind, Look, Seen, Unchanged, look};
pub use pages::{Memory, ReadError, fetch, read, unpacked};
pub use sitemaps::listed;

use crate::clock::Clock;
use crate::discover::kind;
use crate::fetch::{Fetcher, Hosts, shown};
use crate::health::Verdict;
use crate::model::{Advertised, Advice, Failure, Outcome, RobotsTxt, Source, Stage, Turn, Wanted};
use crate::schedule;
use crate::store::{Change, Claim, Store, StoreError, Visit};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use url::Url;

/// A visit during which the process ended so often may be what ends it: it is given up.
const MOST_CUTS: u32 = 2;

/// For how long a feed is believed to stay as it is whose hub would tell otherwise. The schedule has its own mind too.
const FOLLOWED: Duration = Duration::from_secs(6 * 3600);

/// What a visit works with.
pub struct Line {
    /// The way to the network.
    pub fetcher: Fetcher,
    /// The time of visits.
    pub clock: Clock,
    /// How long visits may take.
    pub limits: Limits,
    /// How many pages are parsed at once: parsing is work for a core, and there are only so many.
    pub parsers: Semaphore,
}

/// What is known of hosts lies in the store, so that every process obeys it.
pub struct SharedHosts(pub Store);

impl Hosts for SharedHosts {
    fn take<'a>(
        &'a self,
        wanted: &'a Wanted,
        now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Turn, String>> {
        Box::pin(async move { said(self.0.take_turn(wanted, now).await) })
    }

    fn give_back<'a>(
        &'a self,
        places: &'a [String],
        holder: &'a str,
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { said(self.0.give_turn_back(places, holder, free_from).await) })
    }

    fn robots<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Option<RobotsTxt>, String>> {
        Box::pin(async move { said(self.0.robots(site).await) })
    }

    fn keep_robots<'a>(
        &'a self,
        site: &'a str,
        robots: RobotsTxt,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { said(self.0.keep_robots(site, robots).await) })
    }
}

fn said<T>(result: Result<T, StoreError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// How long a visit may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this no further page is begun; the rest waits for the next visit.
    pub fetching: Duration,
    /// After this the visit is ended as it is.
    pub whole: Duration,
    /// How long a source stays ours if we die without a word; longer than `whole`.
    pub lease: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        // A page that is begun at the last moment may wait ten minutes for its turn, and two for its bytes.
        Self { fetching: minutes(10), whole: minutes(25), lease: minutes(30) }
    }
}

/// How a visit ended, for logs and summaries.
#[derive(Debug, Clone)]
pub struct Report {
    /// The source.
    pub source: Arc<Source>,
    /// How it ended.
    pub outcome: Outcome,
    /// What became of each article that was looked at.
    pub changes: Vec<Change>,
    /// What an operator should know although the visit went on, a sentence each.
    pub warnings: Vec<String>,
    /// When the source is due again.
    pub next_visit: DateTime<Utc>,
    /// Where its feed can be subscribed to; nothing where it was not read, or its fields could not be seen.
    pub advertised: Option<Advertised>,
}

/// Visits a source that was claimed. `None` where we were told to stop before it was over: then the claim is given back,
/// and the next claim resumes the visit with the pages that it has.
pub async fn visit(
    line: &Arc<Line>,
    store: &Store,
    source: &Arc<Source>,
    claim: &Claim,
    stop: &watch::Receiver<bool>,
) -> Result<Option<Report>, StoreError> {
    let memory = Memory::Store(store.clone(), claim.clone());
    let state = store.state(source.id(), line.clock.now()).await?;
    let seen = {
        let (line, source, stop, state) =
            (line.clone(), source.clone(), stop.clone(), state.clone());
        let whole = line.limits.whole;
        if claim.cut_short >= MOST_CUTS {
            Err(Blind::Failed(Failure {
                stage: Stage::Panic,
                message: "the process ended twice while this visit was under way; its pages are not tried again until the \
                          next visit. The system's log may say why it ended"
                    .to_owned(),
                advice: Advice::RetryLater,
            }))
        } else {
            guarded(whole, async move { look(&line, &source, &memory, state, &stop).await }).await
        }
    };
    let finished = line.clock.now();
    let mut visit = Visit::unchanged(finished, finished);
    let mut warnings = Vec::new();
    // When the listing came, and for how long its host says that it stays as it is.
    let mut fresh = None;
    let mut advertised = None;
    match seen {
        Ok(Seen::Unchanged(unchanged)) => {
            let Unchanged { validators, said, received, again } = *unchanged;
            fresh = said.fresh_for.map(|fresh_for| (received, fresh_for));
            visit.moved_to = said.moved_to;
            visit.validators = Some(validators);
            visit.articles = again.articles;
            visit.asked = again.asked;
            warnings = again.warnings;
        }
        Ok(Seen::Look(look)) => {
            let look = *look;
            warnings = look.warnings;
            visit.outcome = Outcome::Visited(look.tally);
            visit.incomplete = look.tally.failed + look.tally.waiting > 0;
            visit.validators = Some(look.validators);
            if !visit.incomplete {
                fresh = look.said.fresh_for.map(|fresh_for| (look.received, fresh_for));
            }
            visit.moved_to = look.said.moved_to;
            // Of other kinds than feeds it says nothing, and what was followed ends.
            advertised = Some(match kind::of(&source.kind).names_hubs {
                true => look.said.advertised.or(look.listing.advertised.clone()),
                false => Advertised::default(),
            });
            // Whatever the day is like: what is listed now may have left the listing when it is better.
            visit.pending = look.pending;
            visit.given_up = look.given_up;
            match look.verdict {
                verdict @ (Verdict::Healthy | Verdict::Suspicious(_)) => {
                    if let Verdict::Suspicious(why) = verdict {
                        warnings.push(why);
                    }
                    warnings.extend(look.again.warnings);
                    visit.articles = look.articles;
                    visit.articles.extend(look.again.articles);
                    visit.asked = look.again.asked;
                    visit.look_at = look.look_at;
                    visit.seen = look.seen;
                    visit.missing = look.missing;
                    visit.learned = Some(look.listing.learned);
                    visit.rejected = look.rejected;
                    visit.held = look.held;
                }
                Verdict::Broken(why) => {
                    let message = format!("{why}; what was published stays. {}", see(source));
                    visit.outcome = failed(Stage::Health, message, Advice::AskOperator);
                    visit.validators = None;
                }
            }
        }
        Err(Blind::Failed(failure)) => visit.outcome = Outcome::Failed(failure),
        Err(Blind::Stopped) => {
            store.release(claim).await?;
            return Ok(None);
        }
        Err(Blind::Store(error)) => {
            // The store may be back for the end of the visit: a full disk that was emptied, a busy file that is free.
            visit.outcome = failed(Stage::Store, error.to_string(), Advice::RetryLater);
        }
    }
    let failures = if visit.outcome.is_success() { 0 } else { state.failures + 1 };
    visit.next_visit = schedule::next_visit(source, &visit.outcome, failures, finished);
    if visit.outcome.is_success() {
        // Its hub tells of news: it is visited slowly, and not never, for the day on which the hub forgets us.
        if !visit.incomplete && store.is_followed(source.id(), finished).await? {
            fresh = Some((finished, FOLLOWED));
        }
        let until = fresh.map(|(received, fresh_for)| {
            schedule::fresh_until(source, received, fresh_for, finished)
        });
        visit.next_visit = until.map_or(visit.next_visit, |until| visit.next_visit.max(until));
        warnings.extend(visit.moved_to.as_ref().map(|to| moved(source, to)));
    }
    let next_visit = visit.next_visit;
    let (changes, outcome) = store.commit(claim, visit).await?;
    warnings.extend(changes.iter().filter_map(told));
    Ok(Some(Report { source: source.clone(), outcome, changes, warnings, next_visit, advertised }))
}

/// What an operator is told of a listing that has moved for good.
fn moved(source: &Source, to: &Url) -> String {
    let (from, to) = (shown(&source.url), shown(to));
    format!("{from} has moved permanently to {to}; write that into url of {}", source.id())
}

/// What an operator is told of an article that left the feeds, or came back into them.
fn told(change: &Change) -> Option<String> {
    match change {
        Change::Withdrawn { id, title, reason } => {
            Some(format!("{title:?} ({id}) is withdrawn from all feeds: {reason}"))
        }
        Change::Returned { id, title } => {
            Some(format!("{title:?} ({id}) is there again at the agency, and published again"))
        }
        _ => None,
    }
}

/// Runs the inside of a visit so that its panic, or its hang, ends nothing but itself.
async fn guarded(
    whole: Duration,
    inside: impl Future<Output = Result<Seen, Blind>> + Send + 'static,
) -> Result<Seen, Blind> {
    let mut task = tokio::spawn(inside);
    match tokio::time::timeout(whole, &mut task).await {
        Ok(Ok(seen)) => seen,
        Ok(Err(panic)) => {
            let message = format!(
                "the visit panicked, which is a fault of bantin's: {}; please report it with the page",
                panicked(panic)
            );
            Err(Blind::Failed(Failure { stage: Stage::Panic, message, advice: Advice::RetryLater }))
        }
        Err(_) => {
            task.abort();
            let message = format!("the visit took longer than {} s as a whole", whole.as_secs());
            Err(Blind::Failed(Failure {
                stage: Stage::Timeout,
                message,
                advice: Advice::RetryLater,
            }))
        }
    }
}

/// What a panic said.
fn panicked(error: tokio::task::JoinError) -> String {
    if !error.is_panic() {
        return error.to_string();
    }
    let payload = error.into_panic();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a word".to_owned())
}

fn failed(stage: Stage, message: String, advice: Advice) -> Outcome {
    Outcome::Failed(Failure { stage, message, advice })
}

/// Where an operator finds what to send to the agency.
fn letter(source: &Source) -> String {
    format!("`bantin try {}` prints a letter to the agency", source.id())
}

/// Where an operator looks next.
fn see(source: &Source) -> String {
    format!("`bantin try {}` shows what a visit sees now", source.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_its_own_visit_only() {
        let seen = guarded(Duration::from_secs(5), async { panic!("index out of bounds") }).await;
        let Err(Blind::Failed(failure)) = seen else { panic!("{seen:?}") };
        assert_eq!((failure.stage, failure.advice), (Stage::Panic, Advice::RetryLater));
        assert!(failure.message.contains("index out of bounds"), "{}", failure.message);
    }

    #[tokio::test(start_paused = true)]
    async fn a_visit_that_hangs_is_ended() {
        let seen = guarded(Duration::from_secs(900), std::future::pending()).await;
        let Err(Blind::Failed(failure)) = seen else { panic!("{seen:?}") };
        assert_eq!(failure.stage, Stage::Timeout);
    }
}
