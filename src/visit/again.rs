//! Asking again for the pages of known articles: young ones, for corrections.
//!
//! What is new goes first; what is left of the visit's pages and time is spent here.

use super::pages::{Memory, fetch, keep, kept, make};
use super::{Blind, Line};
use crate::fetch::{FetchError, Response};
use crate::model::{Advice, Article, Key, Kind, Source, Teaser};
use crate::schedule;
use crate::store::{Arrived, Asked, Due, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// After this many pages in a row that could not be fetched, the host is left alone until the next visit.
const FAILURES_IN_A_ROW: usize = 3;
/// A line of a text with this many characters is in no other article.
const TELLING_LINE: usize = 40;

/// What a visit may still ask for.
#[derive(Debug)]
pub(super) struct Budget {
    begun: tokio::time::Instant,
    fetching: Duration,
    pages: usize,
    failures_in_a_row: usize,
    leave_alone: bool,
}

impl Budget {
    /// The budget of a visit that begins now.
    pub(super) fn of(line: &Line, source: &Source) -> Self {
        Self {
            begun: tokio::time::Instant::now(),
            fetching: line.limits.fetching,
            pages: source.most_pages,
            failures_in_a_row: 0,
            leave_alone: false,
        }
    }

    /// How many pages may still be asked for.
    pub(super) fn left(&self) -> usize {
        let late = self.begun.elapsed() > self.fetching;
        if self.leave_alone || late { 0 } else { self.pages }
    }

    /// Takes one page, where there is one left.
    pub(super) fn take(&mut self) -> bool {
        let may = self.left() > 0;
        self.pages = self.pages.saturating_sub(usize::from(may));
        may
    }

    /// The host answered.
    pub(super) fn answered(&mut self) {
        self.failures_in_a_row = 0;
    }

    /// A page could not be fetched, and may be another time.
    pub(super) fn failed(&mut self, error: &FetchError, url: &Url, source: &Source) {
        // Another host's trouble is not this one's.
        if url.host() == source.url.host() {
            self.failures_in_a_row += 1;
            let told = matches!(error.advice(), Advice::RetryAfter(_));
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

/// Looks at the pages of young articles. `read` are those whose pages this visit has read already, `teasers` what is listed.
pub(super) async fn again(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    budget: &mut Budget,
    stop: &watch::Receiver<bool>,
    teasers: &[Teaser],
    read: &[Key],
) -> Result<Again, Blind> {
    let mut again = Again::default();
    let now = line.clock.now();
    for due in young(source, memory, now, budget.left() + read.len()).await? {
        if read.contains(&due.key) {
            continue;
        }
        if *stop.borrow() {
            return Err(Blind::Stopped);
        }
        if !budget.take() {
            break;
        }
        let revisit_at = schedule::revisit(source.revisits, &due.key, due.first_seen, now);
        let listed = teasers.iter().find(|teaser| teaser.key == due.key);
        match look(line, source, memory, budget, &due, listed).await? {
            Looked::Article(article, teaser) => again.articles.push(Arrived {
                article: *article,
                teaser: teaser.fingerprint(),
                teaser_title: teaser.title.clone(),
                url: teaser.url.clone(),
                listed: listed.is_some(),
                revisit_at,
            }),
            Looked::Same => again.asked.push(Asked { key: due.key, revisit_at }),
            Looked::Nothing(why) => {
                again.warnings.push(format!("{why}; what was published of it stays"));
                again.asked.push(Asked { key: due.key, revisit_at });
            }
        }
    }
    Ok(again)
}

/// Young articles whose pages are due.
async fn young(
    source: &Source,
    memory: &Memory,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Due>, StoreError> {
    let Memory::Store(store, _) = memory else { return Ok(Vec::new()) };
    if source.revisits.times == 0 || !follows(source) {
        return Ok(Vec::new());
    }
    // A visit comes when its slot does: the last look may be late, but not by more than the whole span.
    let within = TimeDelta::from_std(source.revisits.within).unwrap_or(TimeDelta::days(30));
    store.due(source.id(), now - within * 2, now, limit).await
}

/// Whether each article of a source has a page that is fetched.
pub(super) fn follows(source: &Source) -> bool {
    !matches!(source.kind, Kind::Feed { follow: false })
}

/// What a page shows that was asked for again.
enum Looked {
    /// The article, and the teaser that it was made with.
    Article(Box<Article>, Box<Teaser>),
    /// The same page as before.
    Same,
    /// Nothing to rely on; why, in a sentence.
    Nothing(String),
}

/// Asks for the page of a known article.
async fn look(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    budget: &mut Budget,
    due: &Due,
    listed: Option<&Teaser>,
) -> Result<Looked, StoreError> {
    let teaser = match listed.or(due.teaser.as_ref()) {
        Some(teaser) => teaser.clone(),
        None => Teaser::of(due.url.clone(), due.key.clone()),
    };
    let (page, is_kept) = match kept(line, memory, &teaser.url).await? {
        Some(page) => (page, true),
        None => {
            // What a host gave with another address says nothing of this one.
            let validators = due.validators.as_ref().filter(|_| due.url == teaser.url);
            match fetch(line, source, &teaser.url, validators).await {
                Ok(Response::Page(page)) => (page, false),
                Ok(Response::Unchanged(_)) => return Ok(Looked::Same),
                Ok(Response::Gone(_)) => {
                    return Ok(Looked::Nothing(format!("{} is gone (404 or 410)", due.url)));
                }
                Err(error) => {
                    budget.failed(&error, &teaser.url, source);
                    return Ok(Looked::Nothing(error.to_string()));
                }
            }
        }
    };
    budget.answered();
    match make(line, source, Some(page.clone()), &teaser, due.first_seen).await {
        Ok(article) if is_same_article(due, &article) => {
            // A page that shows something else must not stand in the place of the one that the article was made from.
            if !is_kept {
                keep(memory, &page, Some(&teaser)).await?;
            }
            Ok(Looked::Article(Box::new(article), Box::new(teaser)))
        }
        Ok(article) => Ok(Looked::Nothing(format!(
            "{} shows {:?} now, nothing of {:?}",
            due.url, article.title, due.title
        ))),
        Err(why) => Ok(Looked::Nothing(why)),
    }
}

/// Whether a page that was asked for without a new teaser shows the article still: a home page or a notice in its place has
/// neither its title nor a line of its text.
fn is_same_article(known: &Due, found: &Article) -> bool {
    let is_telling = |line: &&str| line.chars().count() >= TELLING_LINE;
    known.title == found.title
        || known.text.lines().filter(is_telling).any(|line| found.text.lines().any(|l| l == line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_article_is_told_from_another_page() {
        let line =
            "Sáng nay, cơ quan đã tổ chức hội nghị lần thứ 7 với sự tham dự của đông đảo đại biểu.";
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        let known = Due {
            key: Key::kept("/tin/7".to_owned()),
            url: "https://a.example/tin/7".parse().unwrap(),
            validators: None,
            teaser: None,
            title: "Tin số 7".to_owned(),
            text: format!("Mở đầu\n{line}"),
            first_seen: now,
        };
        let found = |title: &str, text: &str| {
            let article = crate::testing::article("a", 7, now);
            Article { title: title.to_owned(), text: text.to_owned(), ..article }
        };
        assert!(is_same_article(&known, &found("Tin số 7", "Viết lại từ đầu")));
        assert!(is_same_article(&known, &found("Tin số 7 (đã sửa)", line)));
        assert!(!is_same_article(&known, &found("Trang chủ", "Mở đầu\nTin khác")));
    }
}
