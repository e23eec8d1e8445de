//! Extracts the article of a fetched page, or of an item that is complete.

use super::plan::{PageTask, TaskPurpose};
use super::run::PageOutcome;
use super::shared_timestamp::DateEvidence;
use super::{Crawl, shared_body};
use bantin_core::{ArticleKey, FieldChoices, ListingItem, NewArticle, PageAgreement};
use bantin_page::Page;
use bantin_read::normalize::{self, publication};
use bantin_read::{ReadError, draft, extract};
use chrono::{DateTime, Utc};
use tokio::task::JoinError;
use url::Url;

/// An extracted article, with the evidence for its date.
#[derive(Debug)]
pub(super) struct ExtractedPage {
    pub(super) article: NewArticle,
    pub(super) dates: DateEvidence,
    /// Whether the page is the one that the listing item announced.
    pub(super) agreement: PageAgreement,
    /// The address of the page, after redirects; `None` for a complete item of a feed.
    pub(super) page: Option<Url>,
    /// The key of the known article that it is.
    pub(super) known: Option<ArticleKey>,
    /// The key of a known article that it is not, although they share an address or a number.
    pub(super) differs_from: Option<ArticleKey>,
    /// The key of the address that the page declares, if it may be that of the article.
    pub(super) canonical: Option<ArticleKey>,
    /// Since when the page is doubted.
    pub(super) doubted_since: Option<DateTime<Utc>>,
    /// The fingerprint of the body of its page, if no other article can have it.
    pub(super) body_hash: Option<String>,
    /// Whether title and text are those of the known article.
    pub(super) is_unchanged: bool,
    /// Whether the agency corrected the date of the known article.
    pub(super) is_date_corrected: bool,
}

impl ExtractedPage {
    /// An extracted article that was not compared with a known one yet.
    pub(super) fn new(article: NewArticle, dates: DateEvidence, agreement: PageAgreement) -> Self {
        Self {
            body_hash: shared_body::body_hash(&article),
            article,
            dates,
            agreement,
            page: None,
            known: None,
            differs_from: None,
            canonical: None,
            doubted_since: None,
            is_unchanged: false,
            is_date_corrected: false,
        }
    }
}

/// A page, or a complete item, that cannot be made an article.
#[derive(Debug, thiserror::Error)]
enum ExtractionError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Panicked(#[from] PanicMessage),
}

/// A panic, with its message.
#[derive(Debug, thiserror::Error)]
#[error("reading the page panicked, which is a bug in bantin: {0}; please report it with the page")]
pub struct PanicMessage(pub(super) String);

impl From<JoinError> for PanicMessage {
    fn from(error: JoinError) -> Self {
        if !error.is_panic() {
            return Self(error.to_string());
        }
        let payload = error.into_panic();
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Self(text.unwrap_or_else(|| "no message".to_owned()))
    }
}

impl Crawl<'_> {
    /// Extracts the article of a task, from its page or from an item that is complete.
    pub(super) async fn extract(&self, page: Option<Page>, task: &PageTask) -> PageOutcome {
        let (source, item) = (self.source.clone(), task.item.clone());
        // A changed item gives a new article, which the store compares with the known one. The page
        // of a known article belongs to it, even if it is listed under another key now.
        let (key, first_seen) = match &task.purpose {
            TaskPurpose::Revisit(_) => (task.key.clone(), task.first_seen),
            TaskPurpose::New | TaskPurpose::Changed => (item.key.clone(), self.first_seen),
        };
        let is_complete = !self.follows() && item.key.shared().is_none();
        let fetched = page.as_ref().map_or_else(|| self.now(), |page| page.fetched);
        let length = page.as_ref().map_or_else(|| content_length(&item), |page| page.bytes.len());
        let address = page.as_ref().map(|page| page.url.clone());
        let made = self.context.parsers.run(length, move || {
            let draft = match &page {
                Some(page) => draft(page, Some(&item), &source, &mut FieldChoices::default())?,
                None if is_complete => extract::draft_of_item(&item),
                None => extract::draft_as_listed(&item),
            };
            // An item is what it announces.
            let agreement = page.as_ref().map_or(PageAgreement::Agrees, |_| draft.agreement);
            let dates =
                publication::trusted_dates(&draft.dates, source.zone, first_seen, draft.fetched);
            let article =
                normalize::article(draft, &source, &key, first_seen).map_err(ReadError::from)?;
            let dates = DateEvidence { dates, fetched };
            let made = ExtractedPage::new(article, dates, agreement);
            Ok::<_, ExtractionError>(ExtractedPage { page: address, ..made })
        });
        match made.await {
            Ok(made) => PageOutcome::Extracted(Box::new(made)),
            Err(error) => PageOutcome::Rejected(error.to_string()),
        }
    }
}

/// The length of the content of an item that is complete, in bytes.
fn content_length(item: &ListingItem) -> usize {
    item.content.as_ref().map_or(0, |content| content.0.len())
}
