//! One visit to one source: the only file that knows the order of the stages.
//!
//! A visit looks at the listing, fetches the pages of what is new, and ends in one transaction. Whatever happens inside it,
//! it ends in a typed outcome: a panic or a hang is its own end and nobody else's.

use crate::clock::Clock;
use crate::discover;
use crate::extract;
use crate::fetch::{FetchError, Fetcher, Hosts, Request, Response, shown};
use crate::health::{self, Verdict};
use crate::model::{
    Advice, Article, Failure, Key, Kind, Listing, Outcome, RobotsTxt, Source, Stage, Tally, Teaser,
    Turn, Wanted,
};
use crate::normalize;
use crate::page::{Page, SoftError, Validators, soft_error};
use crate::schedule;
use crate::store::{Arrived, Change, Claim, Known, Refused, SourceState, Store, StoreError, Visit};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use url::Url;

/// No page that is no article is held back for longer.
const LONGEST_HOLD: TimeDelta = TimeDelta::hours(24);
/// After this many pages in a row that could not be fetched, the host is left alone until the next visit.
const FAILURES_IN_A_ROW: usize = 3;

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
        Box::pin(async move { told(self.0.take_turn(wanted, now).await) })
    }

    fn give_back<'a>(
        &'a self,
        places: &'a [String],
        holder: &'a str,
        free_from: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { told(self.0.give_turn_back(places, holder, free_from).await) })
    }

    fn robots<'a>(&'a self, site: &'a str) -> BoxFuture<'a, Result<Option<RobotsTxt>, String>> {
        Box::pin(async move { told(self.0.robots(site).await) })
    }

    fn keep_robots<'a>(
        &'a self,
        site: &'a str,
        robots: RobotsTxt,
    ) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { told(self.0.keep_robots(site, robots).await) })
    }
}

fn told<T>(result: Result<T, StoreError>) -> Result<T, String> {
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
}

/// What a look at a source showed.
#[derive(Debug)]
pub struct Look {
    /// The items of the listing, and those that cannot be used.
    pub listing: Listing,
    /// The articles made, the oldest first.
    pub articles: Vec<Arrived>,
    /// Known articles that are still listed.
    pub seen: Vec<Key>,
    /// Pages that are no articles.
    pub rejected: Vec<Refused>,
    /// Items that were refused lately, and not asked for.
    pub held: Vec<Key>,
    /// The numbers.
    pub tally: Tally,
    /// What to show the host next time.
    pub validators: Validators,
    /// What an operator should know, a sentence each.
    pub warnings: Vec<String>,
}

/// How a look ended.
#[derive(Debug)]
pub enum Seen {
    /// The listing is the same as at the last visit.
    Unchanged(Validators),
    /// It was read.
    Look(Box<Look>),
}

/// Why a look gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Blind {
    /// The source failed.
    #[error("{}", .0.message)]
    Failed(Failure),
    /// We are stopping; the visit is resumed when we are back.
    #[error("stopped before the visit was over")]
    Stopped,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a look remembers of the visits before.
pub enum Memory {
    /// Nothing, and nothing is kept: `bantin try`.
    None,
    /// The store, in the visit of this claim.
    Store(Store, Claim),
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
        guarded(whole, async move { look(&line, &source, &memory, state, &stop).await }).await
    };
    let finished = line.clock.now();
    let mut visit = Visit {
        finished,
        outcome: Outcome::Unchanged,
        validators: None,
        incomplete: false,
        next_visit: finished,
        articles: Vec::new(),
        seen: Vec::new(),
        rejected: Vec::new(),
        held: Vec::new(),
    };
    let mut warnings = Vec::new();
    match seen {
        Ok(Seen::Unchanged(validators)) => visit.validators = Some(validators),
        Ok(Seen::Look(look)) => {
            let look = *look;
            warnings = look.warnings;
            visit.outcome = Outcome::Visited(look.tally);
            visit.incomplete = look.tally.failed + look.tally.waiting > 0;
            visit.validators = Some(look.validators);
            match health::judge(&state.items, &look.tally, look.articles.len(), look.rejected.len())
            {
                verdict @ (Verdict::Healthy | Verdict::Suspicious(_)) => {
                    if let Verdict::Suspicious(why) = verdict {
                        warnings.push(why);
                    }
                    visit.articles = look.articles;
                    visit.seen = look.seen;
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
    let next_visit = visit.next_visit;
    let (changes, outcome) = store.commit(claim, visit).await?;
    Ok(Some(Report { source: source.clone(), outcome, changes, warnings, next_visit }))
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

/// Looks at a source: its listing, and the pages of what is not known.
pub async fn look(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    state: SourceState,
    stop: &watch::Receiver<bool>,
) -> Result<Seen, Blind> {
    let begun = tokio::time::Instant::now();
    if *stop.borrow() {
        return Err(Blind::Stopped);
    }
    let first_seen = match memory {
        Memory::None => line.clock.now(),
        Memory::Store(_, claim) => claim.started,
    };
    let page = match bring(line, source, memory, &source.url, state.validators.as_ref(), None)
        .await?
    {
        Ok(Response::Page(page)) => page,
        Ok(Response::Unchanged(validators)) => return Ok(Seen::Unchanged(validators)),
        Ok(Response::Gone(_)) => {
            let message = format!(
                "{} is gone (404 or 410); look for the listing's new address and write it into url. {}",
                shown(&source.url),
                see(source)
            );
            return Err(Blind::Failed(Failure {
                stage: Stage::Fetch,
                message,
                advice: Advice::AskOperator,
            }));
        }
        Err(error) => return Err(fetch_failed(&error, source)),
    };
    let validators = page.validators.clone();
    let listing = {
        let source = source.clone();
        parse(line, move || match soft_error::of(&page, None) {
            Some(error) => Err(error),
            None => Ok(discover::teasers(&page, &source)),
        })
        .await
    };
    let listing = match listing {
        Ok(Ok(Ok(listing))) => listing,
        Ok(Err(error)) => return Err(listing_is_none(&error, source)),
        Ok(Ok(Err(error))) => {
            let message = format!("{error}. {}", see(source));
            let advice = error.advice();
            return Err(Blind::Failed(Failure { stage: Stage::Discover, message, advice }));
        }
        Err(panic) => {
            let message = format!("reading the listing panicked, a fault of bantin's: {panic}");
            return Err(Blind::Failed(Failure {
                stage: Stage::Panic,
                message,
                advice: Advice::RetryLater,
            }));
        }
    };
    let mut look = Look {
        tally: Tally {
            items: listing.teasers.len(),
            skipped: listing.skipped.len(),
            ..Tally::default()
        },
        articles: Vec::new(),
        seen: Vec::new(),
        rejected: Vec::new(),
        held: Vec::new(),
        validators,
        warnings: listing
            .skipped
            .iter()
            .map(|s| format!("{:?} is no item: {}", s.item, s.why))
            .collect(),
        listing,
    };
    articles(line, source, memory, (first_seen, begun), stop, &mut look).await?;
    // A listing shows the newest first; the store numbers articles in the order in which they came.
    look.articles.reverse();
    Ok(Seen::Look(Box::new(look)))
}

/// Makes articles of what is on a listing and not known.
async fn articles(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    (first_seen, begun): (DateTime<Utc>, tokio::time::Instant),
    stop: &watch::Receiver<bool>,
    look: &mut Look,
) -> Result<(), Blind> {
    let teasers = std::mem::take(&mut look.listing.teasers);
    let known = known(source, memory, &teasers).await?;
    let (mut fetched, mut failures_in_a_row, mut leave_alone) = (0, 0, false);
    for teaser in &teasers {
        let fingerprint = teaser.fingerprint();
        if let Some(Known { article, refused }) = known.get(&teaser.key) {
            if article.as_ref() == Some(&fingerprint) {
                look.seen.push(teaser.key.clone());
                continue;
            }
            let now = line.clock.now();
            // What is held for longer than a day was noted by a wrong clock.
            let holds = |until: DateTime<Utc>| now < until && until - now <= LONGEST_HOLD;
            if refused.as_ref().is_some_and(|(t, until)| *t == fingerprint && holds(*until)) {
                look.tally.rejected += 1;
                look.held.push(teaser.key.clone());
                continue;
            }
        }
        if *stop.borrow() {
            return Err(Blind::Stopped);
        }
        let follow = !matches!(source.kind, Kind::Feed { follow: false });
        let made = if follow {
            let late = begun.elapsed() > line.limits.fetching;
            if leave_alone || late || fetched >= source.most_pages {
                look.tally.waiting += 1;
                continue;
            }
            fetched += 1;
            match bring(line, source, memory, &teaser.url, None, Some(teaser)).await? {
                Ok(Response::Page(page)) => {
                    failures_in_a_row = 0;
                    make(line, source, Some(page), teaser, first_seen).await
                }
                Ok(Response::Unchanged(_)) => continue,
                Ok(Response::Gone(_)) => {
                    Err(format!("{} is gone (404 or 410)", shown(&teaser.url)))
                }
                // What will not pass by itself is a property of the page, and holds up no other.
                Err(error)
                    if matches!(
                        error.advice(),
                        Advice::SkipPage | Advice::AskOperator | Advice::AskAgency
                    ) =>
                {
                    Err(error.to_string())
                }
                Err(error) => {
                    look.tally.failed += 1;
                    look.warnings.push(error.to_string());
                    // Another host's trouble is not this one's.
                    if teaser.url.host() == source.url.host() {
                        failures_in_a_row += 1;
                        let told = matches!(error.advice(), Advice::RetryAfter(_));
                        leave_alone |= told || failures_in_a_row >= FAILURES_IN_A_ROW;
                    }
                    continue;
                }
            }
        } else {
            make(line, source, None, teaser, first_seen).await
        };
        match made {
            Ok(article) => {
                let url = teaser.url.clone();
                look.articles.push(Arrived { article, teaser: fingerprint, url });
            }
            Err(reason) => {
                look.tally.rejected += 1;
                look.warnings.push(reason.clone());
                look.rejected.push(Refused {
                    key: teaser.key.clone(),
                    teaser: fingerprint,
                    reason,
                });
            }
        }
    }
    look.listing.teasers = teasers;
    Ok(())
}

async fn known(
    source: &Source,
    memory: &Memory,
    teasers: &[Teaser],
) -> Result<HashMap<Key, Known>, StoreError> {
    match memory {
        Memory::None => Ok(HashMap::new()),
        Memory::Store(store, _) => {
            let items = teasers.iter().map(|t| (t.key.clone(), t.url.clone())).collect();
            store.known(source.id(), items).await
        }
    }
}

/// Makes an article of a page, or of a teaser that brings everything. An error is a reason, in a sentence.
async fn make(
    line: &Line,
    source: &Arc<Source>,
    page: Option<Page>,
    teaser: &Teaser,
    first_seen: DateTime<Utc>,
) -> Result<Article, String> {
    let (source, teaser) = (source.clone(), teaser.clone());
    let address = shown(&teaser.url);
    let made = parse(line, move || {
        let draft = match &page {
            Some(page) => {
                if let Some(error) = soft_error::of(page, teaser.title.as_deref()) {
                    return Err(error.to_string());
                }
                extract::draft(page, Some(&teaser), &source.article).map_err(|e| e.to_string())?
            }
            None => extract::draft_of_teaser(&teaser),
        };
        normalize::article(draft, &source, &teaser.key, first_seen).map_err(|e| e.to_string())
    });
    match made.await {
        Ok(Ok(article)) => Ok(article),
        Ok(Err(reason)) => Err(format!("{address}: {reason}")),
        Err(panic) => Err(format!("{address}: reading it panicked, a fault of bantin's: {panic}")),
    }
}

/// Runs work for a core off the threads that wait for the network. An error is what a panic said.
async fn parse<T: Send + 'static>(
    line: &Line,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    // The semaphore is never closed; were it, the work would only be unbounded.
    let _turn = line.parsers.acquire().await.ok();
    tokio::task::spawn_blocking(work).await.map_err(panicked)
}

/// Brings a page home: from this visit's own pages where it was interrupted, else from its host; and keeps it.
async fn bring(
    line: &Line,
    source: &Source,
    memory: &Memory,
    url: &Url,
    validators: Option<&Validators>,
    teaser: Option<&Teaser>,
) -> Result<Result<Response, FetchError>, StoreError> {
    if let Memory::Store(store, claim) = memory
        && let Some(kept) = store.kept_page(claim, url).await?
    {
        if let Ok(bytes) = line.fetcher.decode(&kept.wire, kept.coding).await {
            return Ok(Ok(Response::Page(Page {
                asked: kept.asked,
                url: kept.url,
                media: kept.media,
                told: source.charset,
                wire: kept.wire,
                coding: kept.coding,
                bytes,
                fetched: kept.fetched,
                validators: kept.validators,
            })));
        }
    }
    let folder = source.folder.as_ref();
    let mut response =
        line.fetcher.get(Request { url, access: &source.access, folder, validators }).await;
    let Ok(Response::Page(page)) = &mut response else { return Ok(response) };
    page.told = source.charset;
    if let Memory::Store(store, claim) = memory {
        store.keep_page(claim, page, teaser).await?;
    }
    Ok(response)
}

fn fetch_failed(error: &FetchError, source: &Source) -> Blind {
    let (mut message, advice) = (error.to_string(), error.advice());
    if advice == Advice::AskAgency {
        message = format!("{message}. {}", letter(source));
    }
    Blind::Failed(Failure { stage: Stage::Fetch, message, advice })
}

/// Something else came in place of the listing, with status 200.
fn listing_is_none(error: &SoftError, source: &Source) -> Blind {
    let advice = error.kind.advice();
    let next = if advice == Advice::AskAgency { letter(source) } else { see(source) };
    let message = format!("{error}. It came in place of {}. {next}", shown(&source.url));
    Blind::Failed(Failure { stage: Stage::Fetch, message, advice })
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
