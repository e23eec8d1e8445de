//! Reads the listing of a source that is a sitemap. An index names further sitemaps, which are
//! fetched one after the other.
//!
//! A sitemap that is unchanged since the last visit, according to its index, is read from the
//! store. Others are requested conditionally. An index names at most twenty sitemaps that are
//! followed. Validators of an index without dates of change are not kept, because an unchanged
//! index proves nothing then.

use super::extraction::PanicMessage;
use super::findings::VisitError;
use super::listing::{ListingError, ReadListing, fetch_failed};
use super::pages::{FetchOutcome, decode_kept_page};
use super::{Crawl, CrawlContext};
use bantin_core::{Listing, RetryAdvice, SkippedItem, Source, retry};
use bantin_fetch::{BodyError, FetchError, redacted};
use bantin_page::{Page, Validators, soft_error};
use bantin_read::discover::{ChildSitemap, SitemapSet, kind};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::Instant;

/// The outcome of a sitemap that an index names.
enum ChildPage {
    Page(Box<Page>),
    Failed(FetchError),
    /// The status code.
    Gone(u16),
    /// It is unchanged, and the stored copy is not readable.
    Lost,
}

impl Crawl<'_> {
    /// Reads the sitemap on a page, and those that it names.
    pub(super) async fn read_sitemaps(&self, page: Page) -> Result<ReadListing, ListingError> {
        let begun = Instant::now();
        let validators = page.validators.clone();
        let (mut sitemaps, first) = self.gather(SitemapSet::default(), page).await?;
        first?;
        let (mut came, mut failures, mut last_error) = (0, 0, None);
        let mut warnings = Vec::new();
        while let Some(child) = sitemaps.next_child() {
            if self.is_stopping() {
                return Err(VisitError::Stopped.into());
            }
            // The articles' pages need time as well.
            let is_late = begun.elapsed() > self.context.limits.fetching / 2;
            if failures >= retry::MAX_FAILED_IN_A_ROW || is_late {
                let why = match failures {
                    0 => "the visit has no more time",
                    _ => "the host does not send them",
                };
                let address = redacted(&child.url);
                warnings.push(format!(
                    "{address} and the sitemaps after it are left for the next visit: {why}"
                ));
                break;
            }
            let address = redacted(&child.url);
            let (why, error) = match self.child_page(&child).await? {
                ChildPage::Page(page) => {
                    failures = 0;
                    let taken;
                    (sitemaps, taken) = self.gather(sitemaps, *page).await?;
                    match taken {
                        Ok(()) => came += 1,
                        Err(error) => warnings.push(format!("{address}: {error}")),
                    }
                    continue;
                }
                ChildPage::Failed(error) if error.is_local() => {
                    return Err(VisitError::Machine(error).into());
                }
                ChildPage::Failed(error) => (failure(&error, self.source), Some(error)),
                ChildPage::Gone(code) => {
                    (format!("the index names {address}, which is gone ({code})"), None)
                }
                ChildPage::Lost => (
                    format!(
                        "{address} is unchanged, and its stored copy cannot be read; the next visit fetches it again"
                    ),
                    None,
                ),
            };
            warnings.push(why);
            let advice = error.as_ref().map(FetchError::advice);
            let wants_rest =
                matches!(advice, Some(RetryAdvice::RetryAfter(_) | RetryAdvice::AskAgency));
            failures += if wants_rest { retry::MAX_FAILED_IN_A_ROW } else { 1 };
            last_error = error;
        }
        if let (0, Some(error)) = (came, last_error) {
            return Err(fetch_failed(error, self.source).into());
        }
        // An unchanged index proves that nothing has changed only if it reports changes, and all of
        // it was read.
        let tells_changes = warnings.is_empty() && sitemaps.reports_changes();
        let validators = if tells_changes { validators } else { Validators::default() };
        Ok(ReadListing { listing: sitemaps.listing(self.source)?, validators, warnings })
    }

    async fn gather(
        &self,
        mut sitemaps: SitemapSet,
        page: Page,
    ) -> Result<(SitemapSet, Result<(), ListingError>), PanicMessage> {
        let (source, length) = (self.source.clone(), page.bytes.len());
        let work = move || {
            let taken = match soft_error::of(&page, None) {
                Some(error) => Err(error.into()),
                None => sitemaps.add_document(&page, &source).map_err(ListingError::from),
            };
            Ok((sitemaps, taken))
        };
        self.context.parsers.run(length, work).await
    }

    /// Returns a sitemap of an index: from the store if it is unchanged.
    async fn child_page(&self, child: &ChildSitemap) -> Result<ChildPage, VisitError> {
        let url = &child.url;
        let last = match self.store() {
            Some(store) => store.last_page(self.source.id(), url).await?,
            None => None,
        };
        if let (Some(last), Some(modified)) = (&last, child.modified)
            && modified < last.fetched
            && self.kept(url).await?.is_none()
            && let Some(page) = decode_kept_page(self.context, self.source, last.clone()).await
        {
            return Ok(ChildPage::Page(Box::new(page)));
        }
        let validators = last.as_ref().map(|last| last.validators.clone());
        Ok(match self.fetch(url, validators.as_ref()).await? {
            FetchOutcome::Page(page) => ChildPage::Page(page),
            FetchOutcome::Gone(code) => ChildPage::Gone(code),
            FetchOutcome::Failed(error) => ChildPage::Failed(error),
            FetchOutcome::Unchanged(..) => match last {
                Some(last) => decode_kept_page(self.context, self.source, last)
                    .await
                    .map_or(ChildPage::Lost, |page| ChildPage::Page(Box::new(page))),
                None => ChildPage::Lost,
            },
        })
    }
}

/// Reads the listing of the sitemap on a page, for a source that is proposed by `add`. The error is
/// a sentence.
pub async fn listed(
    context: &CrawlContext,
    source: &Arc<Source>,
    page: Page,
) -> Result<Listing, String> {
    let (_never, stop) = watch::channel(false);
    let (cache, first_seen) = (&None, context.clock.now());
    let crawl = Crawl { context, source, cache, stop: &stop, first_seen };
    let read = crawl.read_sitemaps(page).await.map_err(|error| error.to_string())?;
    let (item, mut listing) = (redacted(&source.url), read.listing);
    let warnings = read.warnings.into_iter().map(|why| SkippedItem { item: item.clone(), why });
    listing.skipped.extend(warnings);
    Ok(listing)
}

/// A failed fetch, with advice if it is a sitemap.
pub(super) fn failure(error: &FetchError, source: &Source) -> String {
    match too_large(error, source) {
        Some(next) => format!("{error}; {next}"),
        None => error.to_string(),
    }
}

/// Advice for a document that is too large; `None` for other errors, or if nothing helps.
fn too_large(error: &FetchError, source: &Source) -> Option<&'static str> {
    let FetchError::Body { cause: BodyError::TooLarge { .. }, .. } = error else { return None };
    kind::definition(&source.kind).too_large_hint
}
