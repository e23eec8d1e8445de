//! Fetches and reads the listing of a source. [`super::sitemaps`] follows a sitemap index.
//!
//! A soft error (another page, sent with status 200 in place of the listing) fails the visit.

use super::extraction::PanicMessage;
use super::findings::VisitError;
use super::pages::FetchOutcome;
use super::{Crawl, letter_hint, sitemaps, try_hint};
use bantin_core::{Listing, ListingProfile, RetryAdvice, Source, VisitStage};
use bantin_fetch::{FetchError, redacted};
use bantin_page::{Page, SoftError, Validators, soft_error};
use bantin_read::discover::{self, DiscoverError, kind};
use bantin_store::StoreError;
use url::Url;

/// A listing that was read.
pub(super) struct ReadListing {
    pub(super) listing: Listing,
    /// The validators for the next request, if an unchanged listing means that nothing has changed.
    pub(super) validators: Validators,
    /// Warnings for the operator, a sentence each.
    pub(super) warnings: Vec<String>,
}

/// A listing that could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ListingError {
    #[error(transparent)]
    Crawl(#[from] VisitError),
    #[error(transparent)]
    Panicked(#[from] PanicMessage),
    #[error(transparent)]
    SoftError(#[from] SoftError),
    #[error(transparent)]
    Discover(#[from] DiscoverError),
}

impl Crawl<'_> {
    /// Fetches the listing.
    ///
    /// A WordPress site without permalinks has its API at another address, and answers 404 at the
    /// usual one.
    pub(super) async fn fetch_listing(
        &self,
        validators: Option<&Validators>,
    ) -> Result<FetchOutcome, StoreError> {
        match (self.fetch(&self.source.url, validators).await?, elsewhere(self.source)) {
            (FetchOutcome::Gone(_), Some(url)) => self.fetch(&url, validators).await,
            (outcome, _) => Ok(outcome),
        }
    }

    /// Reads the listing on a page. `before` is the layout of the last visit; `had_items`: whether
    /// earlier visits found items.
    pub(super) async fn read_listing(
        &self,
        page: Page,
        before: &ListingProfile,
        had_items: bool,
    ) -> Result<ReadListing, VisitError> {
        let read = if kind::definition(&self.source.kind).is_index {
            self.read_sitemaps(page).await
        } else {
            let (validators, source) = (page.validators.clone(), self.source.clone());
            let before = before.clone();
            let length = page.bytes.len();
            let listing =
                self.context.parsers.run(length, move || match soft_error::of(&page, None) {
                    Some(error) => Err(ListingError::SoftError(error)),
                    None => Ok(discover::items_with_profile(&page, &source, &before)?),
                });
            let listing = listing.await;
            listing.map(|listing| ReadListing { listing, validators, warnings: Vec::new() })
        };
        read.map_err(|error| unreadable(error, self.source, had_items))
    }
}

/// The second address of a listing, for kinds that have one.
pub(super) fn elsewhere(source: &Source) -> Option<Url> {
    (kind::definition(&source.kind).other_address)(&source.url)
}

/// The listing is missing at all of its addresses.
pub(super) fn listing_gone(source: &Source) -> VisitError {
    let (url, next) = (redacted(&source.url), try_hint(source));
    let hint = kind::definition(&source.kind).gone_hint;
    let message = format!("{url} is gone (404 or 410); {hint}. {next}");
    VisitError::failed(VisitStage::Fetch, message, RetryAdvice::AskOperator)
}

/// The listing shows the sections of the site in the place of its news.
pub(super) fn shows_labels(source: &Source) -> VisitError {
    let message = format!(
        "the listing shows short labels without dates, and none of its known articles; it may be a menu now, and \
         published articles stay. {}",
        try_hint(source)
    );
    VisitError::failed(VisitStage::Health, message, RetryAdvice::AskOperator)
}

/// The listing, or all pages that it leads to, could not be fetched.
pub(super) fn fetch_failed(error: FetchError, source: &Source) -> VisitError {
    if error.is_local() {
        return VisitError::Machine(error);
    }
    let message = sitemaps::failure(&error, source);
    if error.is_refusal() {
        let message = format!("{message}. {}", letter_hint(source));
        return VisitError::failed(VisitStage::Fetch, message, RetryAdvice::AskAgency);
    }
    VisitError::failed(VisitStage::Fetch, message, error.advice())
}

/// The listing was fetched and cannot be read. `had_items`: earlier visits could read it.
fn unreadable(error: ListingError, source: &Source, had_items: bool) -> VisitError {
    match error {
        ListingError::Crawl(error) => error,
        ListingError::Panicked(PanicMessage(panic)) => VisitError::failed(
            VisitStage::Panic,
            format!(
                "reading the listing panicked, which is a bug in bantin: {panic}; please report it with the page"
            ),
            RetryAdvice::RetryLater,
        ),
        // Another page was sent in its place, with status 200.
        ListingError::SoftError(error) => {
            let advice = error.kind.advice();
            let is_blocked = advice == RetryAdvice::AskAgency;
            let next = if is_blocked { letter_hint(source) } else { try_hint(source) };
            let message = format!("{error}. It came in place of {}. {next}", redacted(&source.url));
            VisitError::failed(VisitStage::Fetch, message, advice)
        }
        ListingError::Discover(error) => {
            let message = format!("{error}. {}", try_hint(source));
            let lost_items = had_items && error.advice() == RetryAdvice::AskOperator;
            let stage = if lost_items { VisitStage::Health } else { VisitStage::Discover };
            VisitError::failed(stage, message, error.advice())
        }
    }
}
