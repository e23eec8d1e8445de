//! From a page that was fetched to the article on it.

use super::plan::{PageTask, TaskPurpose};
use super::run::PageOutcome;
use super::shared_timestamp::DateEvidence;
use super::{Crawl, CrawlContext};
use bantin_core::{FieldChoices, NewArticle};
use bantin_page::Page;
use bantin_read::normalize::{self, publication};
use bantin_read::{ReadError, draft, extract};
use tokio::task::JoinError;

/// An article that was made of a page, and what is known of its date.
#[derive(Debug)]
pub(super) struct ExtractedPage {
    pub(super) article: NewArticle,
    pub(super) dates: DateEvidence,
}

/// Why a page, or an item that brings everything, gives no article.
#[derive(Debug, thiserror::Error)]
enum ExtractionError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Panicked(#[from] PanicMessage),
}

/// A panic, by its message.
#[derive(Debug, thiserror::Error)]
#[error("reading it panicked, a fault of bantin's: {0}")]
pub(super) struct PanicMessage(pub(super) String);

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
            let article =
                normalize::article(draft, &source, &key, first_seen).map_err(ReadError::from)?;
            Ok::<_, ExtractionError>(ExtractedPage {
                article,
                dates: DateEvidence { dates, fetched },
            })
        });
        match made.await {
            Ok(made) => PageOutcome::Extracted(Box::new(made)),
            Err(error) => PageOutcome::Rejected(error.to_string()),
        }
    }
}
