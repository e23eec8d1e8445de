//! Walks through the listing in a backfill: page after page, with the articles of each.
//!
//! Each listing page ends in one transaction with its articles, the items that are left (not
//! answered, older than requested, or after the end of the walk) and the request for the next page.
//! Its pages are kept under a negative visit number, which no visit has. Articles arrive by their
//! own dates; those without a date go into archives only, because a document would show them as of
//! today. News at the top of the first page is left to the next visit, so that it arrives as news.

use super::page::fingerprint;
use super::{BackfillCounts, BackfillEnd, BackfillRange, BackfillStep};
use crate::crawl::Crawl;
use crate::crawl::apply::{CrawlEffect, apply, held_back};
use crate::crawl::budget::{CrawlBudget, RunEnd, is_page_fault};
use crate::crawl::findings::{give_new_keys, titles};
use crate::crawl::plan::PageTask;
use crate::crawl::run::{PageOutcome, PageResult, RunReport};
use bantin_core::text::date;
use bantin_core::{ArticleField, ArticleKey, Listing, ListingItem, NextPage, Provenance};
use bantin_store::{
    ArticleChange, FetchedArticle, ItemIdentity, RejectedPage, Store, StoreError, VisitClaim,
    WalkedPage,
};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// The maximum number of pages; a longer listing is generated endlessly.
const MAX_PAGES: usize = 20_000;
/// The maximum number of reported reasons for rejected articles.
const MAX_REASONS: usize = 10;

/// A running backfill.
pub(super) struct BackfillWalk<'a> {
    pub(super) crawl: Crawl<'a>,
    pub(super) store: &'a Store,
    pub(super) range: BackfillRange,
    pub(super) on_step: &'a mut (dyn FnMut(BackfillStep) + Send),
    /// Whether new items at the top of the listing are news.
    pub(super) is_settled: bool,
    pub(super) claim: VisitClaim,
    pub(super) budget: CrawlBudget,
    /// The items of the pages of this run. An item that is on every page says nothing about a
    /// page's age.
    pub(super) listed: HashSet<ArticleKey>,
    pub(super) counts: BackfillCounts,
    pub(super) reasons: Vec<String>,
    /// The number of pages that belong to earlier runs.
    pub(super) before: usize,
    pub(super) pages: Vec<WalkedPage>,
}

/// The results of the items of a page.
struct FetchedItems {
    articles: Vec<FetchedArticle>,
    /// Items whose pages were not fetched, or failed.
    missed: Vec<ListingItem>,
    dates: Vec<DateTime<Utc>>,
    /// Pages that are held back; they are among the missed.
    held: Vec<RejectedPage>,
    /// The reason to end the walk here, if there is one: articles so far are stored, and the other
    /// items are among the missed.
    ended: Option<BackfillEnd>,
}

/// The reason for the end of a walk: its regular end, or a failure of the store.
#[derive(Debug, thiserror::Error)]
pub(super) enum WalkHalt {
    #[error("{0:?}")]
    End(BackfillEnd),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackfillWalk<'_> {
    /// Walks until it ends.
    pub(super) async fn walk(&mut self) -> Result<BackfillEnd, StoreError> {
        match self.walk_on().await {
            Ok(ended) | Err(WalkHalt::End(ended)) => Ok(ended),
            Err(WalkHalt::Store(error)) => Err(error),
        }
    }

    async fn walk_on(&mut self) -> Result<BackfillEnd, WalkHalt> {
        self.fetch_missed().await?;
        loop {
            if self.crawl.is_stopping() {
                return Ok(BackfillEnd::Stopped);
            }
            let done = self.pages.len();
            if done >= self.range.pages.unwrap_or(MAX_PAGES) {
                return Ok(BackfillEnd::Pages);
            }
            if self.range.since.is_some_and(|since| self.are_older(since)) {
                return Ok(BackfillEnd::Since);
            }
            let next = match self.pages.last() {
                None => NextPage::Get(self.crawl.source.url.clone()),
                Some(last) => match &last.next {
                    Some(next) => next.clone(),
                    None => return Ok(BackfillEnd::Last),
                },
            };
            self.page(next, done + 1).await?;
        }
    }

    /// Whether the last two pages contain only older items. A page without dates does not count as
    /// older.
    fn are_older(&self, since: DateTime<Utc>) -> bool {
        let mut last = self.pages.iter().rev().take(2);
        let is_older = |page: &WalkedPage| page.newest.is_some_and(|newest| newest < since);
        self.pages.len() >= 2 && last.all(is_older)
    }

    /// Fetches items that failed in earlier runs, or were older than those runs requested.
    async fn fetch_missed(&mut self) -> Result<(), WalkHalt> {
        for place in 0..self.pages.len() {
            let Some(page) = self.pages.get(place).filter(|page| !page.missed.is_empty()) else {
                continue;
            };
            let mut page = page.clone();
            let missed = std::mem::take(&mut page.missed);
            let (wanted, older) = self.split(missed, page.number);
            if wanted.is_empty() {
                continue;
            }
            let fetched = self.fetch_articles(wanted).await?;
            page.missed = fetched.missed.into_iter().chain(older).collect();
            page.newest = page.newest.into_iter().chain(fetched.dates).max();
            self.commit(&page, fetched.articles, fetched.held).await?;
            if let Some(kept) = self.pages.get_mut(place) {
                *kept = page;
            }
            if let Some(ended) = fetched.ended {
                return Err(WalkHalt::End(ended));
            }
        }
        Ok(())
    }

    /// One page of the listing, from its request to the end of its transaction.
    async fn page(&mut self, next: NextPage, number: usize) -> Result<(), WalkHalt> {
        let before = self.counts;
        let page = self.fetch(&next, number).await?;
        let (listing, following) = self.read(page, &next, number).await?;
        let items = fingerprint(&listing);
        if self.is_shown_again(&items, &next) {
            self.end_here(&next).await?;
            return Err(WalkHalt::End(BackfillEnd::Repeated));
        }
        let is_fresh = |item: &&ListingItem| !self.listed.contains(&item.key);
        let fresh: Vec<ListingItem> = listing.items.iter().filter(is_fresh).cloned().collect();
        let (wanted, older) = self.plan(&listing, number).await?;
        (self.on_step)(BackfillStep::Page(number, wanted.len()));
        let fetched = self.fetch_articles(wanted).await?;
        let dates: Vec<DateTime<Utc>> =
            fresh.iter().filter_map(|item| self.date_of(item)).collect();
        let keys: Vec<ArticleKey> = fresh.into_iter().map(|item| item.key).collect();
        // The pages of articles are better evidence than a listing without dates.
        let known = match dates.is_empty() {
            true => self.store.dates(self.crawl.source.id(), keys.clone()).await?,
            false => Vec::new(),
        };
        self.listed.extend(keys);
        let page = WalkedPage {
            number,
            name: next.name(),
            items,
            newest: dates.into_iter().chain(known).chain(fetched.dates).max(),
            missed: fetched.missed.into_iter().chain(older).collect(),
            next: following,
        };
        self.commit(&page, fetched.articles, fetched.held).await?;
        self.pages.push(page);
        (self.on_step)(BackfillStep::Done(number, self.counts.minus(before)));
        fetched.ended.map_or(Ok(()), |ended| Err(WalkHalt::End(ended)))
    }

    /// Whether a page repeats an earlier one because the listing has no more items.
    ///
    /// News that was published in between moves all items down: by any number of pages since an
    /// earlier run, and by at most one page during this run. So a page of an earlier run may
    /// repeat, and the one before it once.
    fn is_shown_again(&self, items: &str, asked: &NextPage) -> bool {
        let is_same = |page: &WalkedPage| page.items == items;
        // A site that rejects a form shows its first page.
        if asked.form().is_some() && self.pages.first().is_some_and(is_same) {
            return true;
        }
        let of_run = self.pages.get(self.before..).unwrap_or_default();
        match of_run.iter().filter(|page| is_same(page)).count() {
            0 => false,
            1 => !of_run.last().is_some_and(is_same),
            _ => true,
        }
    }

    /// Stores that no page follows the last one. For a form this is uncertain: a later run may get
    /// another state.
    async fn end_here(&mut self, asked: &NextPage) -> Result<(), StoreError> {
        let Some(last) = self.pages.last_mut().filter(|_| asked.form().is_none()) else {
            return Ok(());
        };
        last.next = None;
        let last = last.clone();
        self.commit(&last, Vec::new(), Vec::new()).await
    }

    /// The items of a page whose articles are fetched now, and those older than this run requests.
    async fn plan(
        &mut self,
        listing: &Listing,
        number: usize,
    ) -> Result<(Vec<ListingItem>, Vec<ListingItem>), StoreError> {
        let items = &listing.items;
        let identities = items.iter().map(ItemIdentity::from).collect();
        let known = self.store.known_items(self.crawl.source.id(), identities).await?;
        let is_known =
            |item: &ListingItem| known.get(&item.key).is_some_and(|known| known.article.is_some());
        self.counts.items += items.len();
        self.counts.refused += listing.skipped.len();
        // An item above all known ones is newer than the last visit. It is news, and has to arrive
        // as such.
        let news = match items.iter().position(is_known) {
            _ if number > 1 || !self.is_settled => 0,
            Some(place) => place,
            None => items.len(),
        };
        self.counts.news += news;
        let (known, unknown): (Vec<_>, Vec<_>) =
            items.iter().skip(news).cloned().partition(is_known);
        self.counts.known += known.len();
        let (wanted, older) = self.split(unknown, number);
        self.counts.older += older.len();
        Ok((wanted, older))
    }

    /// Splits the items of a page into those that this run requests, and older ones.
    fn split(
        &self,
        items: Vec<ListingItem>,
        number: usize,
    ) -> (Vec<ListingItem>, Vec<ListingItem>) {
        let is_behind = self.range.pages.is_some_and(|pages| number > pages);
        let is_older = |item: &ListingItem| {
            let since = self.range.since.zip(self.date_of(item));
            is_behind || since.is_some_and(|(since, date)| date < since)
        };
        items.into_iter().partition(|item| !is_older(item))
    }

    /// Extracts the articles of items, one after the other, until the walk has to end.
    async fn fetch_articles(
        &mut self,
        mut items: Vec<ListingItem>,
    ) -> Result<FetchedItems, StoreError> {
        let identities = items.iter().map(ItemIdentity::from).collect();
        let mut known = self.store.known_items(self.crawl.source.id(), identities).await?;
        give_new_keys(items.iter_mut(), &mut known);
        let listed = titles(items.iter().filter_map(|item| item.title.as_deref()));
        let task = |item: ListingItem| {
            let refusal = known.remove(&item.key).and_then(|known| known.refused);
            let task = PageTask::new(item, None, self.crawl.first_seen);
            PageTask { refusal, listed: listed.clone(), ..task }
        };
        let tasks = items.into_iter().map(task).collect();
        let on_step = &mut *self.on_step;
        let mut observe = |_: &PageResult| on_step(BackfillStep::Article);
        let RunReport { mut results, remaining: left, end } =
            self.crawl.run(tasks, &mut self.budget, &mut observe).await?;
        self.crawl.refuse_shared_bodies(&mut results).await?;
        self.crawl.settle_declared(&mut results).await?;
        // The page that the host did not send is left to the next run.
        let last = results.pop_if(|_| matches!(end, Some(RunEnd::Host | RunEnd::Machine)));
        let is_made = |result: &PageResult| matches!(result.outcome, PageOutcome::Extracted(_));
        let (made, others): (Vec<_>, Vec<_>) = results.into_iter().partition(is_made);
        let held_before: HashSet<_> = made.iter().filter_map(held_before).collect();
        let held = others.iter().filter_map(held_back).collect();
        let mut missed: Vec<_> = others.into_iter().filter_map(|other| self.count(other)).collect();
        let run = RunReport { results: made, ..RunReport::default() };
        let none = CrawlEffect::none(self.crawl.now());
        let mut effect = apply(none, self.crawl.source, run);
        let ended = match end {
            None | Some(RunEnd::Spent) => None,
            Some(RunEnd::Stopped) => Some(BackfillEnd::Stopped),
            Some(RunEnd::Rejected) => Some(BackfillEnd::Unreadable),
            Some(RunEnd::Gone) => Some(BackfillEnd::Gone),
            Some(RunEnd::Host | RunEnd::Machine) => {
                last.as_ref().and_then(|last| match &last.outcome {
                    PageOutcome::Failed(error) => Some(BackfillEnd::of(error, self.crawl.now())),
                    _ => None,
                })
            }
        };
        self.counts.postponed += left.len() + usize::from(last.is_some());
        let left = last.into_iter().map(|last| last.task).chain(left);
        missed.extend(left.map(|task| task.item));
        effect.replace_shared_dates(true);
        effect.warnings.drain(..).for_each(|warning| self.give_reason(warning));
        let has_date = |arrived: &&FetchedArticle| {
            let from = arrived.article.provenance.get(&ArticleField::Published);
            from.is_some_and(|from| *from != Provenance::FirstSeen)
        };
        let articles = effect.visit.articles;
        let dates = articles.iter().filter(has_date).map(|a| a.article.published).collect();
        // Backfilled articles are old and need no revisits, except for a better page.
        let old = |arrived: FetchedArticle| match held_before.contains(&arrived.article.key) {
            true => arrived,
            false => FetchedArticle { revisit_at: None, ..arrived },
        };
        // A listing shows the newest first; the store numbers articles in the order in which they
        // arrive.
        let articles = articles.into_iter().rev().map(old).collect();
        Ok(FetchedItems { articles, missed, dates, held, ended })
    }

    /// Counts a page without an extracted article. Returns its item if a later run has to fetch it.
    fn count(&mut self, result: PageResult) -> Option<ListingItem> {
        self.give_reason(result.reason());
        match &result.outcome {
            PageOutcome::Gone(_) => self.counts.gone += 1,
            PageOutcome::Held(..) => {
                self.counts.postponed += 1;
                return Some(result.task.item);
            }
            PageOutcome::Rejected(_) | PageOutcome::Replaced(_) => self.counts.refused += 1,
            PageOutcome::Failed(error) if is_page_fault(error) => self.counts.refused += 1,
            PageOutcome::Failed(_) | PageOutcome::Unchanged | PageOutcome::Extracted(_) => {
                self.counts.missed += 1;
                return Some(result.task.item);
            }
        }
        None
    }

    async fn commit(
        &mut self,
        page: &WalkedPage,
        articles: Vec<FetchedArticle>,
        held: Vec<RejectedPage>,
    ) -> Result<(), StoreError> {
        let now = self.crawl.now();
        let changes =
            self.store.commit_backfill(&self.claim, page.clone(), articles, held, now).await?;
        self.counts.new += changes.iter().filter(|c| matches!(c, ArticleChange::New(_))).count();
        Ok(())
    }

    fn date_of(&self, item: &ListingItem) -> Option<DateTime<Utc>> {
        let written = item.date.as_deref()?;
        date::read(written, self.crawl.source.zone, self.crawl.now()).ok().map(|(at, _)| at)
    }

    fn give_reason(&mut self, why: String) {
        if self.reasons.len() < MAX_REASONS {
            self.reasons.push(why);
        }
    }
}

/// The key of an article whose page was held back by an earlier run, or is doubted by this one.
fn held_before(result: &PageResult) -> Option<ArticleKey> {
    let PageOutcome::Extracted(made) = &result.outcome else { return None };
    let was_held = result.task.refusal.as_ref().is_some_and(|refusal| refusal.evidence.is_some());
    let is_doubted = made.doubted_since.is_some() && (was_held || made.page.is_none());
    is_doubted.then(|| made.article.key.clone())
}
