//! A walk back through the pages of a listing, for what was published before a source was first visited.
//!
//! It is no visit: nothing that the timetable, health or withdrawals look at is moved. Each page of the listing ends in one
//! transaction, with its articles and with the way to the next page, so that a walk that is interrupted anywhere goes on there;
//! what had come of the page under way is kept, and not asked for again.

use super::Line;
use super::again::follows;
use super::listing;
use super::pages::{Memory, bring, make, parse, turn_to};
use super::same_minute::{self, Clue};
use crate::discover::kind;
use crate::discover::paging::{self, Place};
use crate::discover::{self, DiscoverError};
use crate::fetch::{FetchError, Response, shown};
use crate::model::{Advice, Field, Key, Listing, NextPage, Provenance, Source, Teaser};
use crate::normalize::date;
use crate::page::{Page, SoftError, soft_error};
use crate::store::{Arrived, Change, Claim, Store, StoreError, WalkedPage};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;
use url::Url;

/// No listing is walked further: its pages are made up by its site.
const MOST_PAGES: usize = 20_000;
/// So many pages of articles that fail one after the other leave their host alone.
const FAILURES_IN_A_ROW: usize = 3;
/// So many refused articles one after the other are no accident, and each costs the agency a request.
const REFUSED_IN_A_ROW: usize = 30;
/// So many articles that are gone, one after the other, and their agency has cleaned up, or its listing leads to the wrong place.
const GONE_IN_A_ROW: usize = 100;
/// So many reasons are told of refused articles, and no more.
const MOST_REASONS: usize = 10;

/// How far a walk shall go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// To the page of this number.
    pub pages: Option<usize>,
    /// To articles of this instant; older ones are left out.
    pub since: Option<DateTime<Utc>>,
    /// From the first page, although an earlier walk came further.
    pub afresh: bool,
}

/// What a walk met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Items on the pages.
    pub items: usize,
    /// New articles.
    pub new: usize,
    /// Items that were known.
    pub known: usize,
    /// News at the top of the first page, which the next visit brings.
    pub news: usize,
    /// Items older than what is wanted.
    pub older: usize,
    /// Items that are no article, or cannot be used.
    pub refused: usize,
    /// Items whose pages are no longer there (404, 410).
    pub gone: usize,
    /// Items that the next run asks for: this one ended before.
    pub left: usize,
    /// Items whose pages did not come.
    pub missed: usize,
}

/// What is told while a walk is under way.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// A page of the listing has come, and so many articles are fetched.
    Page(usize, usize),
    /// One of them is done with.
    Article,
    /// The page is done; what was met on it.
    Done(usize, Counts),
    /// The site does not answer to the form of the last walk, and the walk begins at the first page again.
    Replayed,
}

/// Why a walk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// All pages that were wanted are done.
    Pages,
    /// Two pages in a row hold older items only.
    Since,
    /// The last page is done: nothing leads further.
    Last,
    /// A page shows the items of an earlier one.
    Again,
    /// A page without items came, or none; what is there, in a sentence.
    Empty(String),
    /// Saved pages cannot answer the form that leads further.
    Form,
    /// No page of an article could be read for a long time.
    Unreadable,
    /// No page of an article was there for a long time.
    Gone,
    /// We were told to stop.
    Stopped,
    /// The site does not take the form that leads further; what it answers, in a sentence.
    FormRefused(String),
    /// The host is left alone until then: its budget is used up, its quiet hours have begun, it asked for a rest.
    Resting(String, DateTime<Utc>),
    /// The host does not answer as it should; why, in a sentence.
    Host(String),
}

impl Ended {
    /// Whether it came as far as it should.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Pages | Self::Since | Self::Last | Self::Again | Self::Empty(_))
    }
}

/// What a walk gave.
#[derive(Debug, Clone)]
pub struct Backfilled {
    /// How many pages were done when it began.
    pub from: usize,
    /// How many are done now.
    pub pages: usize,
    /// What was met on those in between.
    pub counts: Counts,
    /// Why articles were refused or did not come: the first of the reasons.
    pub reasons: Vec<String>,
    /// Why it ended.
    pub ended: Ended,
}

/// Walks back through the listing of a source, from where the last walk ended.
pub async fn backfill(
    line: &Arc<Line>,
    store: &Store,
    source: &Arc<Source>,
    wanted: Wanted,
    stop: &watch::Receiver<bool>,
    tell: &mut (dyn FnMut(Step) + Send),
) -> Result<Backfilled, StoreError> {
    let mut afresh = wanted.afresh;
    let mut replayed = false;
    loop {
        let now = line.clock.now();
        let begun = store.begin_backfill(source, afresh, now).await?;
        let memory = Memory::Store(store.clone(), begun.claim.clone());
        let from = begun.pages.len();
        let mut walk = Walk {
            line,
            store,
            source,
            wanted,
            stop,
            tell: &mut *tell,
            is_settled: store.is_settled(source.id()).await?,
            claim: begun.claim,
            memory,
            shown: HashSet::new(),
            failures_in_a_row: 0,
            refused_in_a_row: 0,
            gone_in_a_row: 0,
            counts: Counts::default(),
            reasons: Vec::new(),
            before: from,
            pages: begun.pages,
        };
        let ended = walk.walk().await?;
        let Walk { pages, counts, reasons, .. } = walk;
        let got_nowhere = from > 0 && pages.len() == from;
        let last = pages.last().and_then(|page| page.next.as_ref());
        let is_by_form = last.is_some_and(|next| next.form().is_some());
        let is_answered = matches!(ended, Ended::Again | Ended::Empty(_) | Ended::FormRefused(_));
        // The state of a form lasts as long as the site likes: then its pages are turned once more, and what is known is not fetched.
        if got_nowhere && is_by_form && is_answered && !replayed {
            tell(Step::Replayed);
            (afresh, replayed) = (true, true);
            continue;
        }
        let from = if replayed { 0 } else { from };
        return Ok(Backfilled { from, pages: pages.len(), counts, reasons, ended });
    }
}

/// A walk under way.
struct Walk<'a> {
    line: &'a Arc<Line>,
    store: &'a Store,
    source: &'a Arc<Source>,
    wanted: Wanted,
    stop: &'a watch::Receiver<bool>,
    tell: &'a mut (dyn FnMut(Step) + Send),
    /// Whether what is new at the top of the listing is news.
    is_settled: bool,
    claim: Claim,
    memory: Memory,
    /// The items of the pages of this run: what stands on every page tells nothing of its age.
    shown: HashSet<Key>,
    failures_in_a_row: usize,
    refused_in_a_row: usize,
    gone_in_a_row: usize,
    counts: Counts,
    reasons: Vec<String>,
    /// How many of the pages are of earlier runs.
    before: usize,
    pages: Vec<WalkedPage>,
}

/// Articles that were made of items, and the items that are left.
#[derive(Default)]
struct Made {
    articles: Vec<Arrived>,
    missed: Vec<Teaser>,
    dates: Vec<DateTime<Utc>>,
    /// Why the walk ends here, where it does: what is made is kept, and what is left is among the missed.
    ended: Option<Ended>,
}

/// The items of a page without an article.
#[derive(Default)]
struct Sorted {
    /// Those that are asked for now.
    wanted: Vec<Teaser>,
    /// Those that are older than what is wanted now; another run may want them.
    older: Vec<Teaser>,
}

/// Why a walk goes no further: its end, or the store's failure.
enum Halt {
    End(Ended),
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Ended> for Halt {
    fn from(ended: Ended) -> Self {
        Self::End(ended)
    }
}

impl Walk<'_> {
    async fn walk(&mut self) -> Result<Ended, StoreError> {
        match self.on().await {
            Ok(ended) | Err(Halt::End(ended)) => Ok(ended),
            Err(Halt::Store(error)) => Err(error),
        }
    }

    async fn on(&mut self) -> Result<Ended, Halt> {
        self.ask_for_missed().await?;
        loop {
            if *self.stop.borrow() {
                return Ok(Ended::Stopped);
            }
            let done = self.pages.len();
            if done >= self.wanted.pages.unwrap_or(MOST_PAGES) {
                return Ok(Ended::Pages);
            }
            if self.wanted.since.is_some_and(|since| self.are_older(since)) {
                return Ok(Ended::Since);
            }
            let next = match self.pages.last() {
                None => NextPage::Get(self.source.url.clone()),
                Some(last) => match &last.next {
                    Some(next) => next.clone(),
                    None => return Ok(Ended::Last),
                },
            };
            self.page(next, done + 1).await?;
        }
    }

    /// Whether the last two pages hold older items only. A page without dates tells nothing.
    fn are_older(&self, since: DateTime<Utc>) -> bool {
        let mut last = self.pages.iter().rev().take(2);
        let is_older = |page: &WalkedPage| page.newest.is_some_and(|newest| newest < since);
        self.pages.len() >= 2 && last.all(is_older)
    }

    /// Asks for what did not come in earlier runs, or was older than they wanted.
    async fn ask_for_missed(&mut self) -> Result<(), Halt> {
        for place in 0..self.pages.len() {
            let Some(page) = self.pages.get(place).filter(|page| !page.missed.is_empty()) else {
                continue;
            };
            let mut page = page.clone();
            let now = self.line.clock.now();
            let missed = std::mem::take(&mut page.missed);
            let Sorted { wanted, older } = self.sorted(missed, page.number, now);
            if wanted.is_empty() {
                continue;
            }
            let made = self.articles(wanted).await?;
            page.missed = made.missed.into_iter().chain(older).collect();
            page.newest = page.newest.into_iter().chain(made.dates).max();
            self.commit(&page, made.articles).await?;
            if let Some(kept) = self.pages.get_mut(place) {
                *kept = page;
            }
            if let Some(ended) = made.ended {
                return Err(ended.into());
            }
        }
        Ok(())
    }

    /// One page of the listing, from its request to the end of its transaction.
    async fn page(&mut self, next: NextPage, number: usize) -> Result<(), Halt> {
        let before = self.counts;
        let page = self.bring(&next, number).await?;
        let (listing, following) = self.read(page, &next, number).await?;
        let items = fingerprint(&listing);
        if self.is_shown_again(&items, &next) {
            self.end_here(&next).await?;
            return Err(Ended::Again.into());
        }
        let fresh: Vec<Teaser> = listing
            .teasers
            .iter()
            .filter(|teaser| !self.shown.contains(&teaser.key))
            .cloned()
            .collect();
        let Sorted { wanted, older } = self.wanted_of(&listing, number).await?;
        (self.tell)(Step::Page(number, wanted.len()));
        let made = self.articles(wanted).await?;
        let now = self.line.clock.now();
        let read = |teaser: &Teaser| self.date_of(teaser, now);
        let told: Vec<DateTime<Utc>> = fresh.iter().filter_map(read).collect();
        let keys = fresh.iter().map(|teaser| teaser.key.clone()).collect();
        // The pages of articles tell more than a listing without dates.
        let known = match told.is_empty() {
            true => self.store.dates(self.source.id(), keys).await?,
            false => Vec::new(),
        };
        self.shown.extend(fresh.into_iter().map(|teaser| teaser.key));
        let page = WalkedPage {
            number,
            name: next.name(),
            items,
            newest: told.into_iter().chain(known).chain(made.dates).max(),
            missed: made.missed.into_iter().chain(older).collect(),
            next: following,
        };
        self.commit(&page, made.articles).await?;
        self.pages.push(page);
        (self.tell)(Step::Done(number, self.counts.minus(before)));
        made.ended.map_or(Ok(()), |ended| Err(ended.into()))
    }

    /// Whether a page shows what an earlier one showed because the listing has no more of them.
    ///
    /// News that came in between moves everything down: since an earlier run by any number of pages, and while this one is under
    /// way by one at the most. So a page of an earlier run may come again, and that before it once.
    fn is_shown_again(&self, items: &str, asked: &NextPage) -> bool {
        let is_same = |page: &WalkedPage| page.items == items;
        // A site that does not take a form shows its first page.
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

    /// Remembers that nothing follows the last page. Of a form it is not known: a later run may be given another state.
    async fn end_here(&mut self, asked: &NextPage) -> Result<(), StoreError> {
        let Some(last) = self.pages.last_mut().filter(|_| asked.form().is_none()) else {
            return Ok(());
        };
        last.next = None;
        let last = last.clone();
        self.commit(&last, Vec::new()).await
    }

    /// The page that a request leads to.
    async fn bring(&self, next: &NextPage, number: usize) -> Result<Page, Halt> {
        let is_form = next.form().is_some();
        if is_form && self.source.folder.is_some() {
            return Err(Ended::Form.into());
        }
        let mut answer = turn_to(self.line, self.source, &self.memory, next).await?;
        if let Ok(Response::Gone(_)) = &answer
            && number == 1
            && let Some(url) = listing::elsewhere(self.source)
        {
            answer = turn_to(self.line, self.source, &self.memory, &NextPage::Get(url)).await?;
        }
        match answer {
            Ok(Response::Page(page)) => Ok(page),
            Ok(Response::Gone(absence)) if number > 1 => {
                let why = format!("{} is not there ({})", shown(next.url()), absence.status());
                Err(Ended::Empty(why).into())
            }
            Ok(Response::Gone(_) | Response::Unchanged(..)) => {
                Err(Ended::Host(format!("{} shows no page", shown(next.url()))).into())
            }
            Err(error @ FetchError::Status { retry_after: None, .. }) if is_form => {
                Err(Ended::FormRefused(error.to_string()).into())
            }
            Err(FetchError::Status { code, .. })
                if number > 1 && kind::of(&self.source.kind).status_past_end == Some(code) =>
            {
                Err(Ended::Last.into())
            }
            Err(error) => Err(self.ended_by(&error).into()),
        }
    }

    /// The items of a page, and what follows it.
    async fn read(
        &self,
        page: Page,
        asked: &NextPage,
        number: usize,
    ) -> Result<(Listing, Option<NextPage>), Halt> {
        enum Unread {
            SoftError(SoftError),
            Discover(DiscoverError),
        }
        let source = self.source.clone();
        let mut read: HashSet<Url> = self.pages.iter().map(|page| page.name.clone()).collect();
        read.insert(asked.name());
        let parsed = parse(self.line, move || {
            if let Some(error) = soft_error::of(&page, None) {
                return Err(Unread::SoftError(error));
            }
            let listing = discover::teasers(&page, &source).map_err(Unread::Discover)?;
            let place = Place { number, teasers: &listing.teasers, read: &read };
            let next = paging::next(&page, &source.kind, &place).map_err(Unread::Discover)?;
            Ok((listing, next))
        });
        let place = shown(asked.url());
        let ended = match parsed.await {
            Ok(Ok(read)) => return Ok(read),
            Ok(Err(Unread::SoftError(error))) if asked.form().is_some() => {
                Ended::FormRefused(format!("{place}: {error}"))
            }
            Ok(Err(Unread::SoftError(error))) => Ended::Host(format!("{place}: {error}")),
            Ok(Err(Unread::Discover(error)))
                if number > 1 && error.advice() == Advice::AskOperator =>
            {
                Ended::Empty(format!("{place}: {error}"))
            }
            Ok(Err(Unread::Discover(error))) => Ended::Host(format!("{place}: {error}")),
            Err(panic) => {
                Ended::Host(format!("{place}: reading it panicked, a fault of bantin's: {panic}"))
            }
        };
        Err(ended.into())
    }

    /// The items of a page that are worth a request.
    async fn wanted_of(&mut self, listing: &Listing, number: usize) -> Result<Sorted, StoreError> {
        let teasers = &listing.teasers;
        let items = teasers.iter().map(|t| (t.key.clone(), t.url.clone())).collect();
        let known = self.store.known(self.source.id(), items).await?;
        let is_known =
            |teaser: &Teaser| known.get(&teaser.key).is_some_and(|known| known.article.is_some());
        let now = self.line.clock.now();
        self.counts.items += teasers.len();
        self.counts.refused += listing.skipped.len();
        // What stands above all that is known came after the last visit. It is news, and has to arrive as such.
        let news = match teasers.iter().position(is_known) {
            _ if number > 1 || !self.is_settled => 0,
            Some(place) => place,
            None => teasers.len(),
        };
        self.counts.news += news;
        let (known, unknown): (Vec<_>, Vec<_>) =
            teasers.iter().skip(news).cloned().partition(is_known);
        self.counts.known += known.len();
        let sorted = self.sorted(unknown, number, now);
        self.counts.older += sorted.older.len();
        Ok(sorted)
    }

    /// Items of a page by whether they are wanted by this run.
    fn sorted(&self, teasers: Vec<Teaser>, number: usize, now: DateTime<Utc>) -> Sorted {
        let is_behind = self.wanted.pages.is_some_and(|pages| number > pages);
        let is_older = |teaser: &Teaser| {
            let since = self.wanted.since.zip(self.date_of(teaser, now));
            is_behind || since.is_some_and(|(since, date)| date < since)
        };
        let (older, wanted) = teasers.into_iter().partition(is_older);
        Sorted { wanted, older }
    }

    /// Makes articles of items, which are asked for one after the other, until the walk has to end.
    async fn articles(&mut self, teasers: Vec<Teaser>) -> Result<Made, Halt> {
        let mut made = Made::default();
        let mut clues = Vec::new();
        let first_seen = self.claim.started;
        let mut teasers = teasers.into_iter();
        for teaser in teasers.by_ref() {
            let asked = match self.asked(&teaser).await {
                Ok(asked) => asked,
                Err(Halt::Store(error)) => return Err(error.into()),
                Err(Halt::End(ended)) => {
                    made.ended = Some(ended);
                    self.counts.left += 1;
                    made.missed.push(teaser);
                    break;
                }
            };
            let read = match asked {
                Asked::Page(page) => {
                    let page = page.map(|page| *page);
                    make(self.line, self.source, page, &teaser, first_seen).await
                }
                Asked::Refused(why) => Err(why),
                Asked::Gone(why) => {
                    self.counts.gone += 1;
                    self.gone_in_a_row += 1;
                    self.give_reason(why);
                    (self.tell)(Step::Article);
                    if self.gone_in_a_row >= GONE_IN_A_ROW {
                        made.ended = Some(Ended::Gone);
                        break;
                    }
                    continue;
                }
                Asked::Missed(why) => {
                    self.counts.missed += 1;
                    self.give_reason(why);
                    made.missed.push(teaser);
                    continue;
                }
            };
            (self.tell)(Step::Article);
            match read {
                Ok(read) => {
                    (self.refused_in_a_row, self.gone_in_a_row) = (0, 0);
                    clues.push(Clue::of(&read));
                    made.articles.push(Arrived {
                        article: read.article,
                        teaser: teaser.fingerprint(),
                        teaser_title: teaser.title.clone(),
                        url: teaser.url.clone(),
                        // It has no place on the listing of the last visit.
                        rank: None,
                        revisit_at: None,
                        least_change: self.source.least_change,
                    });
                }
                Err(why) => {
                    self.counts.refused += 1;
                    self.refused_in_a_row += 1;
                    self.give_reason(why);
                    if self.refused_in_a_row >= REFUSED_IN_A_ROW {
                        made.ended = Some(Ended::Unreadable);
                        break;
                    }
                }
            }
        }
        if made.ended.is_some() {
            self.counts.left += teasers.len();
            made.missed.extend(teasers);
        }
        let articles = made.articles.iter_mut().map(|arrived| &mut arrived.article);
        let mut dated: Vec<_> = articles.zip(&clues).collect();
        let warnings = same_minute::settle(&mut dated, true);
        warnings.into_iter().for_each(|warning| self.give_reason(warning));
        let has_date = |arrived: &&Arrived| {
            let from = arrived.article.provenance.get(&Field::Published);
            from.is_some_and(|from| *from != Provenance::FirstSeen)
        };
        made.dates = made.articles.iter().filter(has_date).map(|a| a.article.published).collect();
        // A listing shows the newest first; the store numbers articles in the order in which they came.
        made.articles.reverse();
        Ok(made)
    }

    /// The page of an item, where its articles have pages.
    async fn asked(&mut self, teaser: &Teaser) -> Result<Asked, Halt> {
        if *self.stop.borrow() {
            return Err(Ended::Stopped.into());
        }
        if !follows(self.source) {
            return Ok(Asked::Page(None));
        }
        let url = &teaser.url;
        let error = match bring(self.line, self.source, &self.memory, url, None, Some(teaser))
            .await?
        {
            Ok(Response::Page(page)) => {
                self.failures_in_a_row = 0;
                return Ok(Asked::Page(Some(Box::new(page))));
            }
            Ok(Response::Gone(absence)) => {
                self.failures_in_a_row = 0;
                return Ok(Asked::Gone(format!("{} is gone ({})", shown(url), absence.status())));
            }
            Ok(Response::Unchanged(..)) => {
                return Ok(Asked::Missed(format!("{} came without a page", shown(url))));
            }
            Err(error) => error,
        };
        let is_own = url.host() == self.source.url.host();
        match error.advice() {
            Advice::RetryAfter(_) | Advice::AskAgency if is_own => {
                Err(self.ended_by(&error).into())
            }
            Advice::SkipPage | Advice::AskOperator if !matches!(error, FetchError::Tls { .. }) => {
                Ok(Asked::Refused(error.to_string()))
            }
            _ => {
                self.failures_in_a_row += usize::from(is_own);
                if self.failures_in_a_row >= FAILURES_IN_A_ROW {
                    return Err(Ended::Host(error.to_string()).into());
                }
                Ok(Asked::Missed(error.to_string()))
            }
        }
    }

    async fn commit(
        &mut self,
        page: &WalkedPage,
        articles: Vec<Arrived>,
    ) -> Result<(), StoreError> {
        let now = self.line.clock.now();
        let changes = self.store.commit_backfill(&self.claim, page.clone(), articles, now).await?;
        self.counts.new += changes.iter().filter(|c| matches!(c, Change::New(_))).count();
        Ok(())
    }

    /// How the walk ends whose host gave this instead of a page.
    fn ended_by(&self, error: &FetchError) -> Ended {
        match error.advice() {
            Advice::RetryAfter(pause) => {
                Ended::Resting(error.to_string(), self.line.clock.now() + pause)
            }
            _ => Ended::Host(error.to_string()),
        }
    }

    fn date_of(&self, teaser: &Teaser, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let written = teaser.date.as_deref()?;
        date::read(written, self.source.zone, now).ok().map(|(at, _)| at)
    }

    fn give_reason(&mut self, why: String) {
        if self.reasons.len() < MOST_REASONS {
            self.reasons.push(why);
        }
    }
}

/// What came of asking for the page of an item.
enum Asked {
    Page(Option<Box<Page>>),
    Refused(String),
    Gone(String),
    Missed(String),
}

impl Counts {
    /// What came after an earlier count.
    fn minus(self, before: Self) -> Self {
        Self {
            items: self.items - before.items,
            new: self.new - before.new,
            known: self.known - before.known,
            news: self.news - before.news,
            older: self.older - before.older,
            refused: self.refused - before.refused,
            gone: self.gone - before.gone,
            left: self.left - before.left,
            missed: self.missed - before.missed,
        }
    }
}

/// A fingerprint of what is on a page, whatever its order.
fn fingerprint(listing: &Listing) -> String {
    let mut keys: Vec<&str> = listing.teasers.iter().map(|teaser| teaser.key.as_str()).collect();
    keys.sort_unstable();
    blake3::hash(keys.join("\n").as_bytes()).to_hex().to_string()
}
