//! A look at a source: its listing, and the pages of what is not known.

use super::again::{Again, Budget, again, follows};
use super::pages::{Memory, bring, make, parse};
use super::{Line, see};
use crate::discover;
use crate::fetch::{FetchError, Response, shown};
use crate::health::{self, Verdict};
use crate::model::{Advice, Failure, Key, Listing, Source, Stage, Tally, Teaser};
use crate::page::Validators;
use crate::schedule;
use crate::store::{Arrived, Known, Refused, SourceState, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// No page that is no article is held back for longer.
const LONGEST_HOLD: TimeDelta = TimeDelta::hours(24);

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
    /// From when on the listing is looked at again although it be the same: a change on it was put off.
    pub look_at: Option<DateTime<Utc>>,
    /// Known articles whose pages were asked for again.
    pub again: Again,
    /// Whether it looks like a normal day.
    pub verdict: Verdict,
    /// The numbers.
    pub tally: Tally,
    /// What to show the host next time.
    pub validators: Validators,
    /// What an operator should know, a sentence each.
    pub warnings: Vec<String>,
}

/// What a look at a source showed whose listing is the same as at the last visit.
#[derive(Debug)]
pub struct Unchanged {
    /// What to show the host next time.
    pub validators: Validators,
    /// Known articles whose pages were asked for again.
    pub again: Again,
}

/// How a look ended.
#[derive(Debug)]
pub enum Seen {
    /// The listing is the same as at the last visit.
    Unchanged(Unchanged),
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
    let mut budget = Budget::of(line, source);
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
        Ok(Response::Unchanged(validators)) => {
            let again = again(line, source, memory, &mut budget, stop, &[], &[]).await?;
            return Ok(Seen::Unchanged(Unchanged { validators, again }));
        }
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
        look_at: None,
        again: Again::default(),
        verdict: Verdict::Healthy,
        validators,
        warnings: listing
            .skipped
            .iter()
            .map(|s| format!("{:?} is no item: {}", s.item, s.why))
            .collect(),
        listing,
    };
    articles(line, source, memory, first_seen, &mut budget, stop, &mut look).await?;
    // A listing shows the newest first; the store numbers articles in the order in which they came.
    look.articles.reverse();
    let (made, refused) = (look.articles.len(), look.rejected.len());
    look.verdict = health::judge(&state.items, &look.tally, made, refused);
    if !matches!(look.verdict, Verdict::Broken(_)) {
        let read: Vec<Key> = look.articles.iter().map(|a| a.article.key.clone()).collect();
        let teasers = &look.listing.teasers;
        look.again = again(line, source, memory, &mut budget, stop, teasers, &read).await?;
    }
    Ok(Seen::Look(Box::new(look)))
}

/// Makes articles of what is on a listing and not known: first of what is new, then of what has changed.
async fn articles(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    first_seen: DateTime<Utc>,
    budget: &mut Budget,
    stop: &watch::Receiver<bool>,
    look: &mut Look,
) -> Result<(), Blind> {
    let known = known(source, memory, &look.listing.teasers).await?;
    let teasers = std::mem::take(&mut look.listing.teasers);
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for teaser in &teasers {
        let fingerprint = teaser.fingerprint();
        let now = line.clock.now();
        // What is held for longer than a day was noted by a wrong clock.
        let holds = |until: DateTime<Utc>| now < until && until - now <= LONGEST_HOLD;
        let Some(Known { article, refused }) = known.get(&teaser.key) else {
            new.push((teaser, fingerprint, None));
            continue;
        };
        if let Some(article) = article {
            if article.teaser == fingerprint {
                look.seen.push(article.key.clone());
                continue;
            }
            let same_title = teaser.title.as_ref().is_none_or(|title| *title == article.title);
            if let Some(again) = article.again.filter(|again| same_title && holds(*again)) {
                look.seen.push(article.key.clone());
                look.look_at = Some(look.look_at.map_or(again, |look_at| look_at.min(again)));
                continue;
            }
        }
        if refused.as_ref().is_some_and(|(t, until)| *t == fingerprint && holds(*until)) {
            look.tally.rejected += 1;
            look.held.push(teaser.key.clone());
            continue;
        }
        match article {
            Some(article) => changed.push((teaser, fingerprint, Some(article))),
            None => new.push((teaser, fingerprint, None)),
        }
    }
    for (teaser, fingerprint, article) in new.into_iter().chain(changed) {
        if *stop.borrow() {
            return Err(Blind::Stopped);
        }
        let made = if follows(source) {
            if !budget.take() {
                look.tally.waiting += 1;
                continue;
            }
            match bring(line, source, memory, &teaser.url, None, Some(teaser)).await? {
                Ok(Response::Page(page)) => {
                    budget.answered();
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
                    budget.failed(&error, &teaser.url, source);
                    continue;
                }
            }
        } else {
            make(line, source, None, teaser, first_seen).await
        };
        match made {
            Ok(made) => {
                let (key, since) = match article {
                    Some(article) => (&article.key, article.first_seen),
                    None => (&teaser.key, first_seen),
                };
                let revisit_at = schedule::revisit(source.revisits, key, since, line.clock.now());
                look.articles.push(Arrived {
                    article: made,
                    teaser: fingerprint,
                    teaser_title: teaser.title.clone(),
                    url: teaser.url.clone(),
                    listed: true,
                    revisit_at: revisit_at.filter(|_| follows(source)),
                });
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
