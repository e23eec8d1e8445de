//! A look at a source: its listing, and the pages of what is not known.

use super::again::{Again, Budget, Round, follows};
use super::listing;
use super::missing;
use super::pages::{Memory, bring, make, parse};
use super::same_minute::{self, Clue};
use super::sitemaps;
use super::{Line, letter, see};
use crate::discover::{self, kind};
use crate::fetch::{FetchError, Response, shown};
use crate::health::{self, Verdict};
use crate::model::{Advice, Failure, Key, Listing, Source, Stage, Tally, Teaser};
use crate::page::{Said, SoftError, Validators, soft_error};
use crate::schedule;
use crate::store::{
    Arrived, Asked, Found, Known, KnownArticle, Listed, Refused, SourceState, StoreError,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};
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
    pub seen: Vec<Listed>,
    /// Articles that are missing on the listing, although older ones are on it.
    pub missing: Vec<Key>,
    /// Pages that are no articles.
    pub rejected: Vec<Refused>,
    /// Items that were refused lately, and not asked for.
    pub held: Vec<Key>,
    /// Items that have no article yet.
    pub pending: Vec<Teaser>,
    /// Items that left the listing before they had an article, and whose pages are gone.
    pub given_up: Vec<Key>,
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
    /// What the host says of the listing.
    pub said: Said,
    /// When the listing came.
    pub received: DateTime<Utc>,
    /// What an operator should know, a sentence each.
    pub warnings: Vec<String>,
}

/// What a look at a source showed whose listing is the same as at the last visit.
#[derive(Debug)]
pub struct Unchanged {
    /// What to show the host next time.
    pub validators: Validators,
    /// What the host says of its answer.
    pub said: Said,
    /// When it came.
    pub received: DateTime<Utc>,
    /// Known articles whose pages were asked for again.
    pub again: Again,
}

/// How a look ended.
#[derive(Debug)]
pub enum Seen {
    /// The listing is the same as at the last visit.
    Unchanged(Box<Unchanged>),
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
    if *stop.borrow() {
        return Err(Blind::Stopped);
    }
    let first_seen = match memory {
        Memory::None => line.clock.now(),
        Memory::Store(_, claim) => claim.started,
    };
    let page = match listing::bring(line, source, memory, state.validators.as_ref()).await? {
        Ok(Response::Page(page)) => page,
        Ok(Response::Unchanged(validators, said)) => {
            let received = line.clock.now();
            let mut budget = Budget::of(line, source);
            let (teasers, missing, read) = (&[], &[], &[]);
            let found_pages = false;
            let round = Round { line, source, memory, stop, teasers, missing, read, found_pages };
            let again = round.again(&mut budget).await?;
            return Ok(Seen::Unchanged(Box::new(Unchanged { validators, said, received, again })));
        }
        Ok(Response::Gone(_)) => {
            let message = format!("{}. {}", listing::gone(source), see(source));
            return Err(Blind::Failed(Failure {
                stage: Stage::Fetch,
                message,
                advice: Advice::AskOperator,
            }));
        }
        Err(error) => return Err(fetch_failed(&error, source)),
    };
    let mut budget = Budget::of(line, source);
    let (mut validators, said, received) =
        (page.validators.clone(), page.said.clone(), page.fetched);
    let mut of_sitemaps = Vec::new();
    let listing = if kind::of(&source.kind).is_index {
        let found = sitemaps::listing(line, source, memory, stop, page).await?;
        if !found.tells_changes {
            validators = Validators::default();
        }
        of_sitemaps = found.warnings;
        found.listing
    } else {
        let (source, before) = (source.clone(), state.learned.clone());
        parse(line, move || match soft_error::of(&page, None) {
            Some(error) => Err(error),
            None => Ok(discover::teasers_again(&page, &source, &before)),
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
        missing: Vec::new(),
        rejected: Vec::new(),
        held: Vec::new(),
        pending: Vec::new(),
        given_up: Vec::new(),
        look_at: None,
        again: Again::default(),
        verdict: Verdict::Healthy,
        validators,
        said,
        received,
        warnings: listing
            .skipped
            .iter()
            .map(|s| format!("{:?} is no item: {}", s.item, s.why))
            .chain(of_sitemaps)
            .collect(),
        listing,
    };
    if let Some((now, before)) = look.listing.learned.moved(&state.learned) {
        look.warnings.push(format!(
            "the news of {} stand elsewhere on the page than at the last visit: now {} at `{}`, before {} at `{}`; the site \
             may have a new face. {}",
            source.id(),
            now.items,
            now.selector,
            before.items,
            before.selector,
            see(source)
        ));
    }
    let Covered { here, read, misread } =
        articles(line, source, memory, first_seen, &mut budget, stop, &mut look).await?;
    // A listing shows the newest first; the store numbers articles in the order in which they came.
    look.articles.reverse();
    let made = look.articles.len();
    look.verdict = health::judge(&state.items, &look.tally, made, misread);
    if look.verdict == Verdict::Healthy {
        let last = last_listing(source, memory).await?;
        match missing::missing(&last, &here) {
            Ok(missing) => look.missing = missing,
            Err(redesign) => look.warnings.push(redesign),
        }
    }
    if !matches!(look.verdict, Verdict::Broken(_)) {
        let (teasers, missing) = (&look.listing.teasers[..], &look.missing[..]);
        let (read, found_pages) = (&read, made > 0);
        let round = Round { line, source, memory, stop, teasers, missing, read, found_pages };
        look.again.add(round.again(&mut budget).await?);
    }
    Ok(Seen::Look(Box::new(look)))
}

/// Which articles a listing has told of.
struct Covered {
    /// Those that it lists, under whichever key.
    here: HashSet<Key>,
    /// Those whose pages were asked for.
    read: Vec<Key>,
    /// How many pages came for the first time and could not be read.
    misread: usize,
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
) -> Result<Covered, Blind> {
    let mut teasers = std::mem::take(&mut look.listing.teasers);
    let listed = teasers.len();
    teasers.extend(left(source, memory, &teasers, line.clock.now()).await?);
    let known = known(source, memory, &teasers).await?;
    let known_keys = known.values().filter_map(|known| known.article.as_ref().map(|a| &a.key));
    let here = known_keys.chain(teasers.iter().map(|teaser| &teaser.key)).cloned().collect();
    let (mut read, mut misread, mut blocked) = (Vec::new(), 0, None);
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    let mut clues = Vec::new();
    for (place, teaser) in teasers.iter().enumerate() {
        let rank = (place < listed).then_some(place);
        let fingerprint = teaser.fingerprint();
        let now = line.clock.now();
        // What is held for longer than a day was noted by a wrong clock.
        let holds = |until: DateTime<Utc>| now < until && until - now <= LONGEST_HOLD;
        let Some(Known { article, refused }) = known.get(&teaser.key) else {
            new.push((rank, teaser, fingerprint, None));
            continue;
        };
        if let Some(article) = article {
            if article.teaser == fingerprint {
                look.see(article, rank);
                continue;
            }
            // Whether it is still there is asked for first; then its listing is looked at again.
            if article.is_gone {
                look.see(article, rank);
                look.look_again(now);
                continue;
            }
            let same_title = teaser.title.as_ref().is_none_or(|title| *title == article.title);
            if let Some(again) = article.again.filter(|again| same_title && holds(*again)) {
                look.see(article, rank);
                look.look_again(again);
                continue;
            }
        }
        if refused.as_ref().is_some_and(|(t, until)| *t == fingerprint && holds(*until)) {
            look.tally.rejected += 1;
            look.held.push(teaser.key.clone());
            look.wait_for(teaser, article.as_ref());
            article.iter().for_each(|article| look.see(article, rank));
            continue;
        }
        match article {
            Some(article) => changed.push((rank, teaser, fingerprint, Some(article))),
            None => new.push((rank, teaser, fingerprint, None)),
        }
    }
    for (rank, teaser, fingerprint, article) in new.into_iter().chain(changed) {
        if *stop.borrow() {
            return Err(Blind::Stopped);
        }
        // Whether there was anything to make an article of.
        let mut came = true;
        let made = if follows(source) {
            if !budget.take() {
                look.tally.waiting += 1;
                look.wait_for(teaser, article);
                article.iter().for_each(|article| look.see(article, rank));
                continue;
            }
            read.push(article.map_or(&teaser.key, |article| &article.key).clone());
            match bring(line, source, memory, &teaser.url, None, Some(teaser)).await? {
                Ok(Response::Page(page)) => {
                    budget.answered();
                    make(line, source, Some(page), teaser, first_seen).await
                }
                Ok(Response::Unchanged(..)) => {
                    article.iter().for_each(|article| look.see(article, rank));
                    continue;
                }
                Ok(Response::Gone(absence)) => {
                    budget.answered();
                    if let Some(article) = article {
                        let now = line.clock.now();
                        look.see(article, rank);
                        look.look_again(now);
                        let found = Found::Gone(absence.status());
                        let since = article.first_seen;
                        let revisit_at =
                            schedule::revisit(source.revisits, &article.key, since, now);
                        look.again.asked.push(Asked {
                            key: article.key.clone(),
                            found,
                            revisit_at,
                        });
                        continue;
                    }
                    if rank.is_none() {
                        look.given_up.push(teaser.key.clone());
                        continue;
                    }
                    came = false;
                    Err(format!("{} is gone ({})", shown(&teaser.url), absence.status()))
                }
                // What will not pass by itself is a property of the page, and holds up no other.
                Err(error) if matches!(error.advice(), Advice::SkipPage | Advice::AskOperator) => {
                    // But for a host that cannot be spoken to.
                    if matches!(error, FetchError::Tls { .. }) {
                        budget.failed(&error, &teaser.url, source);
                    }
                    came = false;
                    Err(error.to_string())
                }
                Err(error) => {
                    look.tally.failed += 1;
                    look.wait_for(teaser, article);
                    look.warnings.push(error.to_string());
                    budget.failed(&error, &teaser.url, source);
                    if error.advice() == Advice::AskAgency {
                        blocked = Some(error);
                    }
                    article.iter().for_each(|article| look.see(article, rank));
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
                clues.push(Clue::of(&made));
                look.articles.push(Arrived {
                    article: made.article,
                    teaser: fingerprint,
                    teaser_title: teaser.title.clone(),
                    url: teaser.url.clone(),
                    rank,
                    revisit_at: revisit_at.filter(|_| follows(source)),
                    least_change: source.least_change,
                });
            }
            Err(reason) => {
                let is_first = known.get(&teaser.key).is_none_or(|known| known.refused.is_none());
                misread += usize::from(came && is_first);
                look.tally.rejected += 1;
                look.wait_for(teaser, article);
                look.warnings.push(reason.clone());
                article.iter().for_each(|article| look.see(article, rank));
                look.rejected.push(Refused {
                    key: teaser.key.clone(),
                    teaser: fingerprint,
                    reason,
                });
            }
        }
    }
    teasers.truncate(listed);
    look.listing.teasers = teasers;
    let made = look.articles.iter_mut().map(|arrived| &mut arrived.article);
    let mut dated: Vec<_> = made.zip(&clues).collect();
    look.warnings.extend(same_minute::settle(&mut dated, known.is_empty()));
    match blocked {
        // The listing alone is let through: nothing is learnt until the agency opens its pages.
        Some(error) if look.articles.is_empty() => Err(fetch_failed(&error, source)),
        _ => Ok(Covered { here, read, misread }),
    }
}

/// The articles of the last listing, of a source whose listing tells what is there.
async fn last_listing(source: &Source, memory: &Memory) -> Result<Vec<Key>, StoreError> {
    match memory {
        // A feed without pages has nothing to ask for.
        Memory::Store(store, _) if follows(source) && kind::of(&source.kind).shows_withdrawals => {
            store.listing(source.id()).await
        }
        _ => Ok(Vec::new()),
    }
}

impl Look {
    /// A known article is listed, where it has a place there.
    fn see(&mut self, article: &KnownArticle, rank: Option<usize>) {
        self.seen.extend(rank.map(|rank| Listed { key: article.key.clone(), rank }));
    }

    /// An item has no article yet, where there is none from before.
    fn wait_for(&mut self, teaser: &Teaser, article: Option<&KnownArticle>) {
        if article.is_none() {
            self.pending.push(teaser.clone());
        }
    }

    /// The listing has to be looked at again at an instant, although it be the same.
    fn look_again(&mut self, at: DateTime<Utc>) {
        self.look_at = Some(self.look_at.map_or(at, |look_at| look_at.min(at)));
    }
}

/// The items that have left the listing before they had an article.
async fn left(
    source: &Source,
    memory: &Memory,
    listed: &[Teaser],
    now: DateTime<Utc>,
) -> Result<Vec<Teaser>, StoreError> {
    let Memory::Store(store, _) = memory else { return Ok(Vec::new()) };
    let listed: HashSet<&Key> = listed.iter().map(|teaser| &teaser.key).collect();
    let pending = store.pending(source.id(), now).await?;
    Ok(pending.into_iter().filter(|teaser| !listed.contains(&teaser.key)).collect())
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

pub(super) fn fetch_failed(error: &FetchError, source: &Source) -> Blind {
    let (mut message, advice) = (error.to_string(), error.advice());
    if let Some(next) = sitemaps::too_large(error, source) {
        message = format!("{message}; {next}");
    }
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
