//! Crawls a source: fetches its listing, the pages of new and changed items, and the pages of known
//! articles that are due.
//!
//! A page that could not be fetched, or did not fit into the visit, makes the visit incomplete: the
//! next visit reads the listing even if its host reports it as unchanged.

use super::apply::{CrawlEffect, apply};
use super::budget::{CrawlBudget, RunEnd};
use super::listing::{self, ReadListing};
use super::moved::MovedArticles;
use super::pages::{FetchOutcome, PageCache};
use super::plan::{PageTask, TaskPurpose, plan_items, plan_revisits};
use super::run::{PageOutcome, PageResult};
use super::{Crawl, CrawlContext, missing, moved, shared_body, shared_title, try_hint};
use crate::health::{self, HealthVerdict};
use bantin_core::text::date;
use bantin_core::{
    ArticleKey, HubLinks, Listing, ListingItem, ListingProfile, RetryAdvice, Source, VisitCounts,
    VisitFailure, VisitOutcome, VisitStage,
};
use bantin_fetch::{FetchError, redacted};
use bantin_page::CacheHints;
use bantin_page::plain::fold;
use bantin_read::discover::kind;
use bantin_store::{DueArticle, ItemIdentity, KnownItem, SourceState, StoreError, VisitResult};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// The maximum number of doubted articles whose pages one visit fetches.
const MAX_DOUBTED: usize = 3;

/// The result of a crawl.
#[derive(Debug)]
pub struct VisitFindings {
    /// The listing; absent if it is unchanged since the last visit.
    pub listing: Option<Listing>,
    /// The part that is committed. Its next visit is not set yet.
    pub visit: VisitResult,
    /// Warnings for the operator, a sentence each.
    pub warnings: Vec<String>,
    /// The instant at which the listing was fetched, and its freshness lifetime.
    pub freshness: Option<(DateTime<Utc>, Duration)>,
    /// The hubs of the feed; absent if the listing was not read.
    pub advertised: Option<HubLinks>,
}

/// A failed crawl.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The source failed.
    #[error("{}", .0.message)]
    Failed(VisitFailure),
    /// The process stops; the next start resumes the visit.
    #[error("stopped before the visit ended")]
    Stopped,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This machine could not make a request, whatever the source.
    #[error(transparent)]
    Machine(FetchError),
}

impl VisitError {
    /// Whether the cause is this machine: then the visit is not booked on the source.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Machine(_) => true,
            Self::Store(error) => error.is_local(),
            Self::Failed(_) | Self::Stopped => false,
        }
    }

    /// A failure of the source at a stage.
    pub(super) fn failed(stage: VisitStage, message: String, advice: RetryAdvice) -> Self {
        Self::Failed(VisitFailure { stage, message, advice })
    }
}

impl VisitFindings {
    /// The findings of a failed visit.
    pub(super) fn failed(failure: VisitFailure, now: DateTime<Utc>) -> Self {
        let visit = VisitResult {
            outcome: VisitOutcome::Failed(failure),
            ..VisitResult::unchanged(now, now)
        };
        Self { listing: None, visit, warnings: Vec::new(), freshness: None, advertised: None }
    }
}

/// Crawls a source: fetches its listing, and the pages of new, changed and due articles.
pub async fn crawl(
    context: &CrawlContext,
    source: &Arc<Source>,
    cache: &PageCache,
    state: SourceState,
    stop: &watch::Receiver<bool>,
) -> Result<VisitFindings, VisitError> {
    let started = cache.as_ref().map(|(_, claim)| claim.started);
    let first_seen = started.unwrap_or_else(|| context.clock.now());
    let crawl = Crawl { context, source, cache, stop, first_seen };
    if crawl.is_stopping() {
        return Err(VisitError::Stopped);
    }
    let page = match crawl.fetch_listing(state.validators.as_ref()).await? {
        FetchOutcome::Page(page) => *page,
        FetchOutcome::Unchanged(validators, hints) => {
            let received = crawl.now();
            let mut budget = CrawlBudget::of_visit(context, source);
            let revisits = crawl.revisit(&mut budget, &[], &[], HashSet::new(), false).await?;
            let (validators, moved_to) = (Some(validators), hints.moved_to);
            return Ok(VisitFindings {
                listing: None,
                visit: VisitResult { validators, moved_to, ..revisits.visit },
                warnings: revisits.warnings,
                freshness: hints.fresh_for.map(|fresh_for| (received, fresh_for)),
                advertised: None,
            });
        }
        FetchOutcome::Gone(_) => return Err(listing::listing_gone(source)),
        FetchOutcome::Failed(error) => return Err(listing::fetch_failed(error, source)),
    };
    let mut budget = CrawlBudget::of_visit(context, source);
    let (hints, received) = (page.cache_hints.clone(), page.fetched);
    let mut read = crawl.read_listing(page, &state.profile, !state.items.is_empty()).await?;
    let warnings = listing_warnings(source, &read, &state.profile);
    let mut effect = crawl.items(&mut read.listing, &state, &mut budget).await?;
    effect.warnings.splice(0..0, warnings);
    Ok(findings(source, read, hints, received, effect))
}

/// Warnings about a listing that was read.
fn listing_warnings(source: &Source, read: &ReadListing, before: &ListingProfile) -> Vec<String> {
    let skipped = read.listing.skipped.iter();
    let skipped = skipped.map(|s| format!("{:?} is not a usable item: {}", s.item, s.why));
    let moved = read.listing.profile.find_redesign(before).map(|(now, before)| {
        let (id, next) = (source.id(), try_hint(source));
        let (now, at, before, was_at) =
            (now.items, &now.selector, before.items, &before.selector);
        format!(
            "the news of {id} moved on the page since the last visit: {before} items at `{was_at}` before, {now} at `{at}` \
             now; the site may have been redesigned. {next}"
        )
    });
    skipped.chain(read.warnings.iter().cloned()).chain(moved).collect()
}

/// The findings of a crawl whose listing was read.
fn findings(
    source: &Source,
    read: ReadListing,
    hints: CacheHints,
    received: DateTime<Utc>,
    effect: CrawlEffect,
) -> VisitFindings {
    let CrawlEffect { mut visit, tally, warnings, .. } = effect;
    visit.moved_to = hints.moved_to;
    visit.incomplete = tally.failed + tally.waiting > 0;
    if let VisitOutcome::Unchanged = visit.outcome {
        visit.outcome = VisitOutcome::Visited(tally);
        visit.validators = Some(read.validators);
        visit.profile = Some(read.listing.profile.clone());
    }
    // Only feeds name hubs; for other kinds, a subscription ends.
    let advertised = match kind::definition(&source.kind).names_hubs {
        true => hints.advertised.or(read.listing.advertised.clone()),
        false => HubLinks::default(),
    };
    VisitFindings {
        freshness: hints.fresh_for.filter(|_| !visit.incomplete).map(|span| (received, span)),
        visit,
        warnings,
        advertised: Some(advertised),
        listing: Some(read.listing),
    }
}

impl Crawl<'_> {
    /// Fetches the pages that a listing links to, and judges the health of the site. `history`: the
    /// item counts of earlier listings.
    async fn items(
        &self,
        listing: &mut Listing,
        state: &SourceState,
        budget: &mut CrawlBudget,
    ) -> Result<CrawlEffect, VisitError> {
        let (history, home) = (state.items.as_slice(), self.source.origin.home.as_url());
        let (pending, mut known) = self.stored(&mut listing.items, &state.volatile).await?;
        let is_settled = !history.is_empty();
        let moved = self.add_moved(&listing.items, &mut known, is_settled).await?;
        let items = &listing.items;
        // The rejections of a listing that no article proves; it may be a menu.
        let unproven = rejections_of_unproven(items, &known);
        if unproven.is_some() {
            budget.stop_early_without_articles();
        }
        let (mut tasks, effect) =
            plan_items(listing, &pending, &known, self.first_seen, self.now());
        // Most of the listing moved; a few bulletins in the place of others are no redesign.
        let count = moved.articles.len();
        let is_redesign = count >= moved::REDESIGN && count * 2 >= items.len();
        describe_listing(&mut tasks, items, is_redesign);
        let (mut effect, fetched) = self.apply(tasks, effect, budget).await?;
        let learned = moved.confirm(items, &mut effect.visit.articles, home);
        effect.visit.volatile =
            learned.map(|names| state.volatile.union(&names).cloned().collect());
        effect.replace_shared_dates(known.is_empty());
        let titles = effect
            .visit
            .articles
            .iter()
            .map(|fetched| (fetched.article.title.as_str(), fetched.teaser_title.as_deref()));
        effect.warnings.extend(shared_title::warnings(titles));
        let made = effect.visit.articles.len();
        if let Some(error) = effect.blocked.take_if(|_| made == 0) {
            // Only the listing is served: the visit fails until the agency opens its pages.
            return Err(listing::fetch_failed(error, self.source));
        }
        // A listing shows the newest first; the store numbers articles in the order in which they
        // arrive.
        effect.visit.articles.reverse();
        effect.tally =
            VisitCounts { items: items.len(), skipped: listing.skipped.len(), ..effect.tally };
        let misread = effect.misread + unproven.unwrap_or_default();
        match health::judge(history, &effect.tally, made, misread) {
            HealthVerdict::Broken(why) => {
                if unproven.is_none() {
                    // The pages of a redesigned site stay evidence for the next visit.
                    effect.visit.rejected.clear();
                }
                effect.visit = broken(self.source, effect.visit, &why, !history.is_empty());
                return Ok(effect);
            }
            HealthVerdict::Suspicious(why) => effect.warnings.push(why),
            HealthVerdict::Healthy => {
                let of_known = known.values().filter_map(|known| known.article.as_ref());
                let keys = items.iter().chain(&pending).map(|item| &item.key);
                let here = of_known.map(|article| &article.key).chain(keys).cloned().collect();
                match missing::missing(&self.last_listing().await?, &here) {
                    Ok(missing) => effect.visit.missing = missing,
                    Err(redesign) => effect.warnings.push(redesign),
                }
            }
        }
        let missing = &effect.visit.missing;
        let revisits = self.revisit(budget, items, missing, fetched, made > 0).await?;
        effect.visit.articles.extend(revisits.visit.articles);
        effect.visit.checked.extend(revisits.visit.checked);
        effect.visit.rejected.extend(revisits.visit.rejected);
        effect.warnings.extend(revisits.warnings);
        Ok(effect)
    }

    /// Runs tasks. Returns their changes, and the articles whose pages were fetched.
    async fn apply(
        &self,
        tasks: Vec<PageTask>,
        effect: CrawlEffect,
        budget: &mut CrawlBudget,
    ) -> Result<(CrawlEffect, HashSet<ArticleKey>), VisitError> {
        let mut run = self.run(tasks, budget, &mut |result| self.log_gone(result)).await?;
        if run.end == Some(RunEnd::Stopped) {
            return Err(VisitError::Stopped);
        }
        if run.end == Some(RunEnd::Machine)
            && let Some(PageOutcome::Failed(error)) = run.results.pop().map(|last| last.outcome)
        {
            return Err(VisitError::Machine(error));
        }
        self.refuse_shared_bodies(&mut run.results).await?;
        self.settle_declared(&mut run.results).await?;
        let fetched = run.results.iter().map(|result| result.task.key.clone()).collect();
        Ok((apply(effect, self.source, run), fetched))
    }

    /// Refuses pages that have the text of an article with another title.
    pub(super) async fn refuse_shared_bodies(
        &self,
        results: &mut [PageResult],
    ) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        let bodies = shared_body::bodies(results);
        let stored = store.articles_of_bodies(self.source.id(), bodies).await?;
        for place in shared_body::refuse_shared_bodies(results, stored) {
            if let Some(result) = results.get_mut(place)
                && let PageOutcome::Extracted(made) = &result.outcome
            {
                result.outcome = self.as_listed(&result.task, made).await;
            }
        }
        Ok(())
    }

    /// Fetches the pages of some doubted articles, and of young ones, with the rest of the budget.
    ///
    /// `fetched` are the articles whose pages this crawl has fetched already; `found_pages`: some
    /// of these exist.
    async fn revisit(
        &self,
        budget: &mut CrawlBudget,
        listed: &[ListingItem],
        missing: &[ArticleKey],
        fetched: HashSet<ArticleKey>,
        found_pages: bool,
    ) -> Result<CrawlEffect, VisitError> {
        let doubted = self.doubted(missing).await?;
        let young = self.young(budget.remaining() + fetched.len()).await?;
        let mut tasks = plan_revisits(doubted, young, listed, &fetched);
        if let Some(store) = self.store().filter(|_| !tasks.is_empty()) {
            let last = store.last_listed(self.source.id()).await?;
            let shown = listed.iter().filter_map(|item| item.title.as_deref());
            let titles = titles(shown.chain(last.iter().map(|left| left.article.title.as_str())));
            tasks.iter_mut().for_each(|task| task.listed = titles.clone());
        }
        let (mut effect, _) = self.apply(tasks, CrawlEffect::none(self.now()), budget).await?;
        effect.ignore_outage(found_pages);
        Ok(effect)
    }

    /// Logs that the page of a known article is gone.
    fn log_gone(&self, result: &PageResult) {
        if let (PageOutcome::Gone(code), TaskPurpose::Revisit(due)) =
            (&result.outcome, &result.task.purpose)
        {
            let address = redacted(&due.url);
            tracing::info!(source = %self.source.id(), "{address} is gone ({code})");
        }
    }

    /// Articles that may be withdrawn, and whose pages are due.
    async fn doubted(&self, missing: &[ArticleKey]) -> Result<Vec<DueArticle>, StoreError> {
        match self.store().filter(|_| self.follows()) {
            Some(store) => store.doubted(self.source.id(), missing, self.now(), MAX_DOUBTED).await,
            None => Ok(Vec::new()),
        }
    }

    /// Young articles whose pages are due.
    async fn young(&self, limit: usize) -> Result<Vec<DueArticle>, StoreError> {
        let revisits = self.source.revisits;
        // Saved pages never change.
        let is_saved = kind::definition(&self.source.kind).is_saved;
        let may_change = revisits.times > 0 && self.follows() && !is_saved;
        let Some(store) = self.store().filter(|_| may_change) else { return Ok(Vec::new()) };
        // A visit starts at its slot: the last revisit may be late, but not by more than the whole
        // span.
        let within = TimeDelta::from_std(revisits.within).unwrap_or(TimeDelta::days(30));
        let now = self.now();
        store.due(self.source.id(), now - within * 2, now, limit).await
    }

    /// The articles of the last listing, if the source lists all of its recent articles.
    async fn last_listing(&self) -> Result<Vec<ArticleKey>, StoreError> {
        // A feed without pages has nothing to fetch again.
        let shows_all = self.follows() && kind::definition(&self.source.kind).shows_withdrawals;
        match self.store().filter(|_| shows_all) {
            Some(store) => store.listing(self.source.id()).await,
            None => Ok(Vec::new()),
        }
    }

    /// The pending items that are not on the listing, and the stored state of both. Gives the items
    /// the keys of their articles.
    async fn stored(
        &self,
        items: &mut [ListingItem],
        volatile: &BTreeSet<String>,
    ) -> Result<(Vec<ListingItem>, HashMap<ArticleKey, KnownItem>), StoreError> {
        let home = self.source.origin.home.as_url();
        moved::remove_volatile(items, volatile, home);
        let mut pending = self.pending(items).await?;
        moved::remove_volatile(&mut pending, volatile, home);
        let mut known = self.known(items.iter().chain(&pending)).await?;
        give_new_keys(items.iter_mut().chain(&mut pending), &mut known);
        // An item that waits under a new key is listed under its old one.
        let keys: HashSet<&ArticleKey> = items.iter().map(|item| &item.key).collect();
        pending.retain(|item| !keys.contains(&item.key));
        Ok((pending, known))
    }

    /// The items that left the listing before they became an article.
    async fn pending(&self, listed: &[ListingItem]) -> Result<Vec<ListingItem>, StoreError> {
        let Some(store) = self.store() else { return Ok(Vec::new()) };
        let listed: HashSet<&ArticleKey> = listed.iter().map(|item| &item.key).collect();
        let pending = store.pending(self.source.id(), self.now()).await?;
        Ok(pending.into_iter().filter(|item| !listed.contains(&item.key)).collect())
    }

    /// Adds the known articles whose items have new keys, and returns them.
    async fn add_moved(
        &self,
        items: &[ListingItem],
        known: &mut HashMap<ArticleKey, KnownItem>,
        is_settled: bool,
    ) -> Result<MovedArticles, VisitError> {
        let has_article =
            |item: &ListingItem| known.get(&item.key).is_some_and(|known| known.article.is_some());
        let Some(store) = self.store().filter(|_| !items.iter().all(has_article)) else {
            return Ok(MovedArticles::default());
        };
        let last = store.last_listed(self.source.id()).await?;
        if is_settled && moved::shows_labels(items, known, &last) {
            return Err(listing::shows_labels(self.source));
        }
        let pairs = moved::pairs(items, known, &last, self.source.zone, self.now());
        let volatile = moved::volatile(items, known, &pairs);
        let articles = pairs.iter().map(|(_, left)| left.article.key.clone()).collect();
        for (place, left) in pairs {
            let Some(item) = items.get(place) else { continue };
            let found = known.entry(item.key.clone()).or_default();
            found.article.get_or_insert_with(|| left.article.clone());
        }
        Ok(MovedArticles { articles, volatile })
    }

    async fn known<'i>(
        &self,
        items: impl Iterator<Item = &'i ListingItem>,
    ) -> Result<HashMap<ArticleKey, KnownItem>, StoreError> {
        let Some(store) = self.store() else { return Ok(HashMap::new()) };
        let (zone, now) = (self.source.zone, self.now());
        let day = |date: &str| {
            Some(date::read(date, zone, now).ok()?.0.with_timezone(&zone).date_naive())
        };
        let identity = |item: &ListingItem| ItemIdentity {
            day: item.date.as_deref().and_then(day),
            ..ItemIdentity::from(item)
        };
        store.known_items(self.source.id(), items.map(identity).collect()).await
    }
}

/// Gives new keys to items whose own keys are those of other articles.
pub(super) fn give_new_keys<'i>(
    items: impl Iterator<Item = &'i mut ListingItem>,
    known: &mut HashMap<ArticleKey, KnownItem>,
) {
    for item in items {
        let Some(found) = known.remove(&item.key) else { continue };
        if let Some(key) = &found.new_key {
            item.key = key.clone();
        }
        known.insert(item.key.clone(), KnownItem { new_key: None, ..found });
    }
}

/// Adds to tasks the facts about their listing.
fn describe_listing(tasks: &mut [PageTask], items: &[ListingItem], is_redesign: bool) {
    let titles = titles(items.iter().filter_map(|item| item.title.as_deref()));
    let shared = shared_addresses(items);
    for task in tasks {
        task.shares_page = task.item.key.shared().is_some() && shared.contains(&task.item.url);
        task.is_redesign = is_redesign;
        task.listed = titles.clone();
    }
}

/// The addresses that several items of a listing have.
fn shared_addresses(items: &[ListingItem]) -> HashSet<Url> {
    let mut seen = HashSet::new();
    items.iter().map(|item| &item.url).filter(|url| !seen.insert(*url)).cloned().collect()
}

/// The folded titles of a listing.
pub(super) fn titles<'t>(titles: impl Iterator<Item = &'t str>) -> Arc<HashSet<String>> {
    Arc::new(titles.map(fold).collect())
}

/// The number of pages of a listing that earlier visits rejected, if none of its items is a known
/// article.
fn rejections_of_unproven(
    items: &[ListingItem],
    known: &HashMap<ArticleKey, KnownItem>,
) -> Option<usize> {
    let known = || items.iter().filter_map(|item| known.get(&item.key));
    let is_rejected = |known: &&KnownItem| {
        known.refused.as_ref().is_some_and(|refused| refused.evidence.is_none())
    };
    known().all(|known| known.article.is_none()).then(|| known().filter(is_rejected).count())
}

/// Converts a visit into a failed one that changes no published article. Items without an article
/// stay pending: they may have left the listing by the time it is readable again. Rejections stay
/// as well, so that the next visit does not request the pages of a menu again.
///
/// A site without any earlier item was not redesigned: then the stage is [`VisitStage::Discover`].
fn broken(source: &Source, visit: VisitResult, why: &str, had_items: bool) -> VisitResult {
    let message = format!("{why}; published articles stay. {}", try_hint(source));
    let stage = if had_items { VisitStage::Health } else { VisitStage::Discover };
    let failure = VisitFailure { stage, message, advice: RetryAdvice::AskOperator };
    VisitResult {
        outcome: VisitOutcome::Failed(failure),
        pending: visit.pending,
        given_up: visit.given_up,
        rejected: visit.rejected,
        ..VisitResult::unchanged(visit.finished, visit.next_visit)
    }
}
