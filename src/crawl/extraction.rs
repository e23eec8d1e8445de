//! From a page that was fetched to the article on it.

use super::plan::{PageTask, TaskPurpose};
use super::run::PageOutcome;
use super::shared_timestamp::DateEvidence;
use super::{Crawl, CrawlContext};
use bantin_core::{Article, ArticleKey, Draft, FieldChoices, ListingItem, Source};
use bantin_page::{Page, SoftError, soft_error};
use bantin_read::extract::{self, ExtractError};
use bantin_read::normalize::{self, Rejection, publication};
use chrono::{DateTime, Utc};
use tokio::task::JoinError;
use url::Url;

/// An article that was made of a page, and what is known of its date.
#[derive(Debug)]
pub(super) struct ExtractedPage {
    pub(super) article: Article,
    pub(super) dates: DateEvidence,
}

/// Why a page gives no article.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Its address is one that readers cannot follow.
    #[error("{0} is no http(s) address")]
    NotWeb(Url),
    /// It is another page than the one that was requested.
    #[error(transparent)]
    SoftError(#[from] SoftError),
    /// No article was found on it.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// What was found is not an article.
    #[error(transparent)]
    Normalize(#[from] Rejection),
    /// Reading it panicked.
    #[error(transparent)]
    Panicked(#[from] PanicMessage),
}

impl ReadError {
    /// What is known of an article that was rejected because there is nothing to read in it.
    pub fn known(&self) -> Option<&Article> {
        match self {
            Self::Normalize(Rejection::NoBody(article)) => Some(article),
            _ => None,
        }
    }
}

/// A panic, by its message.
#[derive(Debug, thiserror::Error)]
#[error("reading it panicked, a fault of bantin's: {0}")]
pub struct PanicMessage(pub(super) String);

impl From<JoinError> for PanicMessage {
    fn from(error: JoinError) -> Self {
        if !error.is_panic() {
            return Self(error.to_string());
        }
        let payload = error.into_panic();
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Self(text.unwrap_or_else(|| "without a word".to_owned()))
    }
}

impl CrawlContext {
    /// Runs work for a core off the threads that wait for the network.
    ///
    /// # Errors
    /// Those of the work, and its panic.
    pub(super) async fn parse<T: Send + 'static, E: From<PanicMessage> + Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        // The semaphore is never closed; were it, the work would only be unbounded.
        let _permit = self.parsers.acquire().await.ok();
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|panic| Err(PanicMessage::from(panic).into()))
    }
}

impl Crawl<'_> {
    /// Makes an article of the page of a task, or of its item where that brings everything.
    pub(super) async fn extract(&self, page: Option<Page>, task: &PageTask) -> PageOutcome {
        let (source, item) = (self.source.clone(), task.item.clone());
        // A changed item makes a new article, which the store compares with the known one. Whatever key a known article is
        // listed under since, its page belongs to it.
        let (key, first_seen) = match &task.purpose {
            TaskPurpose::Revisit(_) => (task.key.clone(), task.first_seen),
            TaskPurpose::New | TaskPurpose::Changed => (item.key.clone(), self.first_seen),
        };
        let fetched = page.as_ref().map_or_else(|| self.now(), |page| page.fetched);
        let made = self.context.parse(move || {
            let draft = match &page {
                Some(page) => draft(page, Some(&item), &source, &mut FieldChoices::default())?,
                None => extract::draft_of_teaser(&item),
            };
            let dates =
                publication::trusted_dates(&draft.dates, source.zone, first_seen, draft.fetched);
            let article = normalize::article(draft, &source, &key, first_seen)?;
            Ok::<_, ReadError>(ExtractedPage { article, dates: DateEvidence { dates, fetched } })
        });
        match made.await {
            Ok(made) => PageOutcome::Extracted(Box::new(made)),
            Err(error) => PageOutcome::Rejected(error.to_string()),
        }
    }
}

/// Reads the article on a page.
pub fn read(
    page: &Page,
    item: Option<&ListingItem>,
    key: &ArticleKey,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> Result<Article, ReadError> {
    read_with(page, item, key, source, first_seen, &mut FieldChoices::default())
}

/// The same, recording all that is considered.
pub(super) fn read_with(
    page: &Page,
    item: Option<&ListingItem>,
    key: &ArticleKey,
    source: &Source,
    first_seen: DateTime<Utc>,
    choices: &mut FieldChoices,
) -> Result<Article, ReadError> {
    let draft = draft(page, item, source, choices)?;
    Ok(normalize::article_with(draft, source, key, first_seen, choices)?)
}

/// Drafts the article on a page.
fn draft(
    page: &Page,
    item: Option<&ListingItem>,
    source: &Source,
    choices: &mut FieldChoices,
) -> Result<Draft, ReadError> {
    let promised = item.and_then(|item| item.title.as_deref());
    if let Some(error) = soft_error::of(page, promised) {
        return Err(error.into());
    }
    Ok(extract::draft_with(page, item, &source.article, choices)?)
}
