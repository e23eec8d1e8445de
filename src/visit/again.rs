//! Asking again for the pages of known articles: young ones, for corrections, and those that may be gone.
//!
//! What is new goes first; what is left of the visit's pages and time is spent here.

use super::pages::{Memory, fetch, keep, kept, make};
use super::{Blind, Line};
use crate::discover::kind;
use crate::fetch::{FetchError, Response, shown};
use crate::model::{Advice, Article, Field, Key, Provenance, Source, Teaser};
use crate::schedule;
use crate::store::{Arrived, Asked, Due, Found, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// After this many pages in a row that could not be fetched, the host is left alone until the next visit.
const FAILURES_IN_A_ROW: usize = 3;
/// How many articles a visit asks for at most, to see whether they are still there.
const CONFIRMATIONS: usize = 3;
/// A line of a text with this many characters is hardly in another article.
const TELLING_LINE: usize = 40;

/// What a visit may still ask for.
#[derive(Debug)]
pub(super) struct Budget {
    begun: tokio::time::Instant,
    fetching: Duration,
    pages: usize,
    taken: usize,
    failures_in_a_row: usize,
    leave_alone: bool,
}

impl Budget {
    /// The budget of a visit whose listing has come now.
    pub(super) fn of(line: &Line, source: &Source) -> Self {
        Self {
            begun: tokio::time::Instant::now(),
            fetching: line.limits.fetching,
            pages: source.most_pages,
            taken: 0,
            failures_in_a_row: 0,
            leave_alone: false,
        }
    }

    /// How many pages may still be asked for.
    pub(super) fn left(&self) -> usize {
        // However long it waited, a visit brings a page: else a crowded host would be asked for listings only.
        let late = self.taken > 0 && self.begun.elapsed() > self.fetching;
        if self.leave_alone || late { 0 } else { self.pages }
    }

    /// Takes one page, where there is one left.
    pub(super) fn take(&mut self) -> bool {
        let may = self.left() > 0;
        self.pages = self.pages.saturating_sub(usize::from(may));
        self.taken += usize::from(may);
        may
    }

    /// The host answered.
    pub(super) fn answered(&mut self) {
        self.failures_in_a_row = 0;
    }

    /// A page could not be fetched.
    pub(super) fn failed(&mut self, error: &FetchError, url: &Url, source: &Source) {
        // Another host's trouble is not this one's, and what our own rules forbid was not asked for.
        if url.host() == source.url.host() && !matches!(error, FetchError::Disallowed { .. }) {
            self.failures_in_a_row += 1;
            let told = matches!(error.advice(), Advice::RetryAfter(_) | Advice::AskAgency);
            self.leave_alone |= told || self.failures_in_a_row >= FAILURES_IN_A_ROW;
        }
    }
}

/// What came of asking again.
#[derive(Debug, Default)]
pub struct Again {
    /// Articles as their pages are now.
    pub articles: Vec<Arrived>,
    /// Articles whose pages gave nothing new.
    pub asked: Vec<Asked>,
    /// What an operator should know, a sentence each.
    pub warnings: Vec<String>,
}

impl Again {
    /// Where several pages are gone and none is there, it is the site's pages that are out of order.
    fn doubt_an_outage(&mut self, found_pages: bool) {
        let is_gone = |asked: &&mut Asked| matches!(asked.found, Found::Gone(_));
        let is_there = |asked: &Asked| matches!(asked.found, Found::Same);
        if found_pages || !self.articles.is_empty() || self.asked.iter().any(is_there) {
            return;
        }
        let gone: Vec<_> = self.asked.iter_mut().filter(is_gone).collect();
        if gone.len() > 1 {
            let count = gone.len();
            gone.into_iter().for_each(|asked| asked.found = Found::Unclear);
            self.warnings.push(format!(
                "the pages of {count} articles are gone and no page is there; that is taken for a fault of the site, and what was published stays"
            ));
        }
    }

    /// Takes in what came of more of it.
    pub(super) fn add(&mut self, more: Self) {
        self.articles.extend(more.articles);
        self.asked.extend(more.asked);
        self.warnings.extend(more.warnings);
    }
}

/// All that a round over known articles goes by.
pub(super) struct Round<'a> {
    pub(super) line: &'a Line,
    pub(super) source: &'a Arc<Source>,
    pub(super) memory: &'a Memory,
    pub(super) stop: &'a watch::Receiver<bool>,
    /// What is listed.
    pub(super) teasers: &'a [Teaser],
    /// Articles that are missing on the listing now.
    pub(super) missing: &'a [Key],
    /// Articles whose pages this visit has asked for already.
    pub(super) read: &'a [Key],
    /// Whether any of those is there.
    pub(super) found_pages: bool,
}

/// Why a page is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Young,
    Doubted,
}

impl Round<'_> {
    /// Asks for the pages of doubted articles, a few, and of young ones.
    pub(super) async fn again(&self, budget: &mut Budget) -> Result<Again, Blind> {
        let mut again = Again::default();
        let now = self.line.clock.now();
        let doubted = self.doubted(now).await?;
        let young = young(self.source, self.memory, now, budget.left() + self.read.len()).await?;
        let doubted = doubted.into_iter().map(|due| (due, Why::Doubted));
        for (due, why) in doubted.chain(young.into_iter().map(|due| (due, Why::Young))) {
            let asked = |found: &Asked| found.key == due.key;
            if self.read.contains(&due.key) || again.asked.iter().any(asked) {
                continue;
            }
            if *self.stop.borrow() {
                return Err(Blind::Stopped);
            }
            if !budget.take() {
                break;
            }
            self.ask(&due, why, budget, &mut again).await?;
        }
        again.doubt_an_outage(self.found_pages);
        Ok(again)
    }

    /// Asks for one page.
    async fn ask(
        &self,
        due: &Due,
        why: Why,
        budget: &mut Budget,
        again: &mut Again,
    ) -> Result<(), StoreError> {
        let now = self.line.clock.now();
        let revisit_at = schedule::revisit(self.source.revisits, &due.key, due.first_seen, now);
        let rank = self.teasers.iter().position(|teaser| teaser.key == due.key);
        let listed = rank.and_then(|rank| self.teasers.get(rank));
        let address = shown(&due.url);
        let found = match self.look(budget, due, why, listed).await? {
            Looked::Article(article, teaser) => {
                again.articles.push(Arrived {
                    article: *article,
                    teaser: teaser.fingerprint(),
                    teaser_title: teaser.title.clone(),
                    url: teaser.url.clone(),
                    rank,
                    revisit_at,
                    least_change: self.source.least_change,
                });
                return Ok(());
            }
            Looked::Later(reason) => {
                again.warnings.push(format!("{reason}; it is asked for at a later visit"));
                Found::Later
            }
            Looked::Same => Found::Same,
            Looked::Gone(code) => {
                tracing::info!(source = %self.source.id(), "{address} is gone ({code})");
                Found::Gone(code)
            }
            Looked::Unclear(reason) => {
                again.warnings.push(format!("{reason}; what was published of it stays"));
                Found::Unclear
            }
        };
        again.asked.push(Asked { key: due.key.clone(), found, revisit_at });
        Ok(())
    }

    /// Articles of which it is not known whether they are still there.
    async fn doubted(&self, now: DateTime<Utc>) -> Result<Vec<Due>, StoreError> {
        match self.memory {
            Memory::Store(store, _) if follows(self.source) => {
                store.doubted(self.source.id(), self.missing, now, CONFIRMATIONS).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Asks for the page of a known article.
    async fn look(
        &self,
        budget: &mut Budget,
        due: &Due,
        why: Why,
        listed: Option<&Teaser>,
    ) -> Result<Looked, StoreError> {
        let Self { line, source, memory, .. } = *self;
        let teaser = match listed.or(due.teaser.as_ref()) {
            Some(teaser) => teaser.clone(),
            None => Teaser::of(due.url.clone(), due.key.clone()),
        };
        let (page, is_kept) = match kept(line, source, memory, &teaser.url).await? {
            Some(page) => (page, true),
            None => {
                // What a host gave with another address says nothing of this one; and whether an article is there is seen by
                // its page only.
                let may_show = due.url == teaser.url && why == Why::Young;
                let validators = due.validators.as_ref().filter(|_| may_show);
                let response = fetch(line, source, &teaser.url, validators).await;
                if response.is_ok() {
                    budget.answered();
                }
                match response {
                    Ok(Response::Page(page)) => (page, false),
                    Ok(Response::Unchanged(..)) => return Ok(Looked::Same),
                    Ok(Response::Gone(absence)) => return Ok(Looked::Gone(absence.status())),
                    Err(error) => {
                        budget.failed(&error, &teaser.url, source);
                        let passes =
                            matches!(error.advice(), Advice::RetryAfter(_) | Advice::RetryLater);
                        let looked = if passes { Looked::Later } else { Looked::Unclear };
                        return Ok(looked(error.to_string()));
                    }
                }
            }
        };
        let made = make(line, source, Some(page.clone()), &teaser, due.first_seen).await;
        let article = match made.map(|made| made.article) {
            // It may have been listed under another key since.
            Ok(article) => Article { key: due.key.clone(), ..article },
            Err(reason) => return Ok(Looked::Unclear(reason)),
        };
        let home = source.origin.home.as_url();
        let moved = Key::of_page(&page.url, home) != Key::of_page(&teaser.url, home);
        if !is_same_article(due, listed, &article, moved) {
            let (address, now, before) = (shown(&due.url), &article.title, &due.title);
            return Ok(Looked::Unclear(format!("{address} shows {now:?}, nothing of {before:?}")));
        }
        // A page that shows something else must not stand in the place of the one that the article was made from.
        if !is_kept {
            keep(memory, &page, Some(&teaser)).await?;
        }
        Ok(Looked::Article(Box::new(article), Box::new(teaser)))
    }
}

/// Young articles whose pages are due.
async fn young(
    source: &Source,
    memory: &Memory,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Due>, StoreError> {
    let Memory::Store(store, _) = memory else { return Ok(Vec::new()) };
    // A saved page does not correct itself.
    let saved = kind::of(&source.kind).is_saved;
    if source.revisits.times == 0 || saved || !follows(source) {
        return Ok(Vec::new());
    }
    // A visit comes when its slot does: the last look may be late, but not by more than the whole span.
    let within = TimeDelta::from_std(source.revisits.within).unwrap_or(TimeDelta::days(30));
    store.due(source.id(), now - within * 2, now, limit).await
}

/// Whether each article of a source has a page that is fetched.
pub(super) fn follows(source: &Source) -> bool {
    source.kind.follows()
}

/// What a page shows that was asked for again.
enum Looked {
    /// Nothing, for a reason that passes by itself; why, in a sentence.
    Later(String),
    /// The article, and the teaser that it was made with.
    Article(Box<Article>, Box<Teaser>),
    /// The same page as before.
    Same,
    /// No page; the status code.
    Gone(u16),
    /// Nothing to rely on; why, in a sentence.
    Unclear(String),
}

/// Whether a page that was asked for again shows the article still. A home page in its place may show its title and its lead,
/// but not half of its text; only a text too short to tell goes by the title, where the page has not `moved`.
fn is_same_article(known: &Due, listed: Option<&Teaser>, found: &Article, moved: bool) -> bool {
    let is_telling = |line: &&str| line.chars().count() >= TELLING_LINE;
    let telling: Vec<&str> = known.text.lines().filter(is_telling).collect();
    if telling.len() >= 2 {
        let here: HashSet<&str> = found.text.lines().collect();
        return telling.iter().filter(|line| here.contains(*line)).count() * 2 >= telling.len();
    }
    // A title that was taken from the teaser says nothing of the page.
    let shows_title = found.provenance.get(&Field::Title) != Some(&Provenance::Teaser);
    let is_listed = listed.is_some_and(|teaser| teaser.title.as_ref() == Some(&found.title));
    !moved && shows_title && (known.title == found.title || is_listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_article_is_told_from_another_page() {
        let [one, two, three] = ["nhất", "hai", "ba"].map(|nth| {
            format!(
                "Hội nghị lần thứ {nth} với sự tham dự của đông đảo đại biểu các sở, ban, ngành."
            )
        });
        let check = |text: &str, title: &str, now: &str, moved: bool, expected: bool| {
            let article = crate::testing::article("a", 7, DateTime::UNIX_EPOCH);
            let known = Due {
                key: article.key.clone(),
                url: article.url.as_url().clone(),
                validators: None,
                teaser: None,
                title: article.title.clone(),
                text: text.to_owned(),
                first_seen: article.first_seen,
            };
            let found = Article { title: title.to_owned(), text: now.to_owned(), ..article };
            let same = is_same_article(&known, None, &found, moved);
            assert_eq!(same, expected, "{title}: {now}");
        };
        let whole = format!("{one}\n{two}\n{three}");
        let corrected = format!("{one}\n{three}\nMột câu khác");
        check(&whole, "Tin số 7 (đã sửa)", &corrected, true, true);
        check(&whole, "Tin số 7", &format!("Tin số 7\n{one}\nTin số 8"), false, false);
        check("Tin vắn.", "Tin số 7", "Tin vắn, đã sửa.", false, true);
        check("Tin vắn.", "Tin số 7", "Tin vắn.", true, false);
        check(&one, "Trang chủ", &one, false, false);
    }
}
