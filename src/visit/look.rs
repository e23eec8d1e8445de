//! A look at a source: its listing, and the pages of what is not known.

use super::pages::{Memory, bring, make, parse};
use super::{Line, see};
use crate::discover;
use crate::fetch::{FetchError, Response, shown};
use crate::model::{Advice, Failure, Key, Kind, Listing, Source, Stage, Tally, Teaser};
use crate::page::Validators;
use crate::store::{Arrived, Known, Refused, SourceState, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// No page that is no article is held back for longer.
const LONGEST_HOLD: TimeDelta = TimeDelta::hours(24);
/// After this many pages in a row that could not be fetched, the host is left alone until the next visit.
const FAILURES_IN_A_ROW: usize = 3;

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
        Err(error) => return Err(fetch_failed(&error)),
    };
    let validators = page.validators.clone();
    let listing = {
        let source = source.clone();
        parse(line, move || discover::teasers(&page, &source)).await
    };
    let listing = match listing {
        Ok(Ok(listing)) => listing,
        Ok(Err(error)) => {
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
                Err(error) if matches!(error.advice(), Advice::SkipPage | Advice::AskOperator) => {
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

fn fetch_failed(error: &FetchError) -> Blind {
    let (message, advice) = (error.to_string(), error.advice());
    Blind::Failed(Failure { stage: Stage::Fetch, message, advice })
}
