//! Fetches pages, and keeps them in the store on arrival: an interrupted crawl resumes from its
//! kept pages.

use super::{Crawl, CrawlContext};
use bantin_core::{ListingItem, NextPage, Source};
use bantin_fetch::{FetchError, Request, Response, body};
use bantin_page::{CacheHints, ContentCoding, Page, Validators};
use bantin_read::discover::{self, kind};
use bantin_store::{KeptPage, Store, StoreError, VisitClaim};
use url::Url;

/// The cache of a crawl's pages: the store, for the visit of a claim. Absent in a preview, which
/// reads and writes no state.
pub type PageCache = Option<(Store, VisitClaim)>;

/// The outcome of a request.
pub(super) enum FetchOutcome {
    /// A page.
    Page(Box<Page>),
    /// The page is unchanged since the last request.
    Unchanged(Validators, Box<CacheHints>),
    /// The page does not exist; the status code.
    Gone(u16),
    /// The request failed.
    Failed(FetchError),
}

impl From<Result<Response, FetchError>> for FetchOutcome {
    fn from(result: Result<Response, FetchError>) -> Self {
        match result {
            Ok(Response::Page(page)) => Self::Page(Box::new(page)),
            Ok(Response::Unchanged(validators, hints)) => Self::Unchanged(validators, hints.into()),
            Ok(Response::Gone(absence)) => Self::Gone(absence.status()),
            Err(error) => Self::Failed(error),
        }
    }
}

impl Crawl<'_> {
    /// Returns a page: the one that this crawl kept before it was interrupted, otherwise from its
    /// host. A fetched page is kept.
    pub(super) async fn fetch(
        &self,
        url: &Url,
        validators: Option<&Validators>,
    ) -> Result<FetchOutcome, StoreError> {
        self.fetch_as(url, url, validators, None).await
    }

    /// The same for a page of a listing, by any kind of request. The pages of a form share one
    /// address, so each is kept under its request's name.
    pub(super) async fn fetch_next(&self, next: &NextPage) -> Result<FetchOutcome, StoreError> {
        self.fetch_as(&next.name(), next.url(), None, next.form()).await
    }

    async fn fetch_as(
        &self,
        name: &Url,
        url: &Url,
        validators: Option<&Validators>,
        form: Option<&[(String, String)]>,
    ) -> Result<FetchOutcome, StoreError> {
        if let Some(page) = self.kept(name).await? {
            return Ok(FetchOutcome::Page(Box::new(page)));
        }
        let max = max_document(self.source);
        let outcome = request(self.context, self.source, url, validators, form, max).await;
        let mut outcome = FetchOutcome::from(outcome);
        if let FetchOutcome::Page(page) = &mut outcome {
            if form.is_some() {
                page.requested = name.clone();
            }
            self.keep(page, None).await?;
        }
        Ok(outcome)
    }

    /// The page that this crawl kept before it was interrupted.
    pub(super) async fn kept(&self, url: &Url) -> Result<Option<Page>, StoreError> {
        let Some((store, claim)) = self.cache else { return Ok(None) };
        let Some(kept) = store.kept_page(claim, url).await? else { return Ok(None) };
        Ok(decode_kept_page(self.context, self.source, kept).await)
    }

    /// Keeps a page, if there is a store.
    pub(super) async fn keep(
        &self,
        page: &Page,
        item: Option<&ListingItem>,
    ) -> Result<(), StoreError> {
        let Some((store, claim)) = self.cache else { return Ok(()) };
        let of_page = page.clone();
        let packed = tokio::task::spawn_blocking(move || body::packed(&of_page)).await;
        match packed.ok().flatten() {
            Some(wire) => {
                let packed = Page { wire, coding: ContentCoding::Gzip, ..page.clone() };
                store.keep_page(claim, &packed, item).await
            }
            None => store.keep_page(claim, page, item).await,
        }
    }
}

/// A kept page of a source in its original form; `None` if its content coding cannot be decoded.
pub async fn decode_kept_page(
    context: &CrawlContext,
    source: &Source,
    kept: KeptPage,
) -> Option<Page> {
    let bytes = context.fetcher.decode(&kept.wire, kept.coding, max_document(source)).await.ok()?;
    Some(Page {
        requested: kept.requested,
        url: kept.url,
        media: kept.media,
        charset: source.charset,
        wire: kept.wire,
        coding: kept.coding,
        bytes,
        fetched: kept.fetched,
        validators: kept.validators,
        cache_hints: CacheHints::default(),
    })
}

/// Requests a page from the host of a source.
pub async fn fetch(
    context: &CrawlContext,
    source: &Source,
    url: &Url,
) -> Result<Response, FetchError> {
    request(context, source, url, None, None, max_document(source)).await
}

/// The maximum size of a document that lists the articles of a source, in bytes.
fn max_document(source: &Source) -> usize {
    match kind::definition(&source.kind).is_index {
        true => discover::MAX_SITEMAP,
        false => source.access.max_document,
    }
}

/// The same as a conditional request, or as a form, for a document of up to `max_bytes` if that is
/// more than a page may have.
pub(super) async fn request(
    context: &CrawlContext,
    source: &Source,
    url: &Url,
    validators: Option<&Validators>,
    form: Option<&[(String, String)]>,
    max_bytes: usize,
) -> Result<Response, FetchError> {
    let folder = source.folder.as_ref();
    let request = Request { url, access: &source.access, folder, validators, form };
    let mut response = context.fetcher.get_document(request, max_bytes).await;
    if let Ok(Response::Page(page)) = &mut response {
        page.charset = source.charset;
    }
    response
}
