//! The pages of a visit: brought home, kept, and made articles of.

use super::{Line, panicked};
use crate::extract::{self, ExtractError};
use crate::fetch::{FetchError, Request, Response, shown};
use crate::model::{Article, Draft, FieldChoices, Key, NextPage, Source, Teaser};
use crate::normalize::publication::{self, Dated};
use crate::normalize::{self, Rejection};
use crate::page::{Page, Said, SoftError, Validators, soft_error};
use crate::store::{Claim, KeptPage, Store, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use url::Url;

/// What a look remembers of the visits before.
pub enum Memory {
    /// Nothing, and nothing is kept: `bantin try`.
    None,
    /// The store, in the visit of this claim.
    Store(Store, Claim),
}

/// An article, and what is known of its date.
pub(super) struct Made {
    /// The article.
    pub(super) article: Article,
    /// The dates that can be believed, the best first.
    pub(super) dates: Vec<Dated>,
    /// When the page came that it was made of.
    pub(super) fetched: DateTime<Utc>,
}

/// Makes an article of a page, or of a teaser that brings everything. An error is a reason, in a sentence.
pub(super) async fn make(
    line: &Line,
    source: &Arc<Source>,
    page: Option<Page>,
    teaser: &Teaser,
    first_seen: DateTime<Utc>,
) -> Result<Made, String> {
    let (source, teaser) = (source.clone(), teaser.clone());
    let address = shown(&teaser.url);
    let fetched = page.as_ref().map_or_else(|| line.clock.now(), |page| page.fetched);
    let made = parse(line, move || {
        let draft = match &page {
            Some(page) => draft(page, Some(&teaser), &source, &mut FieldChoices::default())
                .map_err(|e| e.to_string())?,
            None => extract::draft_of_teaser(&teaser),
        };
        let dates = publication::believable(&draft.dates, source.zone, first_seen, draft.fetched);
        let article = normalize::article(draft, &source, &teaser.key, first_seen);
        Ok::<_, String>(Made { article: article.map_err(|e| e.to_string())?, dates, fetched })
    });
    match made.await {
        Ok(Ok(made)) => Ok(made),
        Ok(Err(reason)) => Err(format!("{address}: {reason}")),
        Err(panic) => Err(format!("{address}: reading it panicked, a fault of bantin's: {panic}")),
    }
}

/// Why a page gives no article.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It has no address that readers could follow.
    #[error("{0} is no http(s) address")]
    NotWeb(Url),
    /// It is something else than what was asked for.
    #[error(transparent)]
    SoftError(#[from] SoftError),
    /// There is none on it.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// It is none.
    #[error(transparent)]
    Normalize(#[from] Rejection),
}

impl ReadError {
    /// What is known of an article that is none because there is nothing to read in it.
    pub fn known(&self) -> Option<&Article> {
        match self {
            Self::Normalize(Rejection::NoBody(article)) => Some(article),
            _ => None,
        }
    }
}

/// Reads the article on a page. An error is a reason, in a sentence.
pub fn read(
    page: &Page,
    teaser: Option<&Teaser>,
    key: &Key,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> Result<Article, ReadError> {
    read_with(page, teaser, key, source, first_seen, &mut FieldChoices::default())
}

/// The same with choices that may be explained.
pub(super) fn read_with(
    page: &Page,
    teaser: Option<&Teaser>,
    key: &Key,
    source: &Source,
    first_seen: DateTime<Utc>,
    choices: &mut FieldChoices,
) -> Result<Article, ReadError> {
    let draft = draft(page, teaser, source, choices)?;
    Ok(normalize::article_with(draft, source, key, first_seen, choices)?)
}

/// Drafts the article on a page.
fn draft(
    page: &Page,
    teaser: Option<&Teaser>,
    source: &Source,
    choices: &mut FieldChoices,
) -> Result<Draft, ReadError> {
    let promised = teaser.and_then(|teaser| teaser.title.as_deref());
    if let Some(error) = soft_error::of(page, promised) {
        return Err(error.into());
    }
    Ok(extract::draft_with(page, teaser, &source.article, choices)?)
}

/// Runs work for a core off the threads that wait for the network. An error is what a panic said.
pub(super) async fn parse<T: Send + 'static>(
    line: &Line,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    // The semaphore is never closed; were it, the work would only be unbounded.
    let _turn = line.parsers.acquire().await.ok();
    tokio::task::spawn_blocking(work).await.map_err(panicked)
}

/// Brings a page home: from this visit's own pages where it was interrupted, else from its host; and keeps it.
pub(super) async fn bring(
    line: &Line,
    source: &Source,
    memory: &Memory,
    url: &Url,
    validators: Option<&Validators>,
    teaser: Option<&Teaser>,
) -> Result<Result<Response, FetchError>, StoreError> {
    if let Some(page) = kept(line, source, memory, url).await? {
        return Ok(Ok(Response::Page(page)));
    }
    let response = fetch(line, source, url, validators).await;
    if let Ok(Response::Page(page)) = &response {
        keep(memory, page, teaser).await?;
    }
    Ok(response)
}

/// The page that this visit fetched before it was interrupted.
pub(super) async fn kept(
    line: &Line,
    source: &Source,
    memory: &Memory,
    url: &Url,
) -> Result<Option<Page>, StoreError> {
    let Memory::Store(store, claim) = memory else { return Ok(None) };
    let Some(kept) = store.kept_page(claim, url).await? else { return Ok(None) };
    Ok(unpacked(line, source, kept).await)
}

/// A page of the store as it came, for the source that it belongs to; nothing where its coding cannot be undone.
pub async fn unpacked(line: &Line, source: &Source, kept: KeptPage) -> Option<Page> {
    let bytes = line.fetcher.decode(&kept.wire, kept.coding).await.ok()?;
    Some(Page {
        asked: kept.asked,
        url: kept.url,
        media: kept.media,
        told: source.charset,
        wire: kept.wire,
        coding: kept.coding,
        bytes,
        fetched: kept.fetched,
        validators: kept.validators,
        said: Said::default(),
    })
}

/// Asks the host of a source for a page.
pub async fn fetch(
    line: &Line,
    source: &Source,
    url: &Url,
    validators: Option<&Validators>,
) -> Result<Response, FetchError> {
    ask(line, source, url, validators, None).await
}

/// The same for a page of a listing, by whatever asks for it.
pub(super) async fn turn_to(
    line: &Line,
    source: &Source,
    memory: &Memory,
    next: &NextPage,
) -> Result<Result<Response, FetchError>, StoreError> {
    let name = next.name();
    if let Some(page) = kept(line, source, memory, &name).await? {
        return Ok(Ok(Response::Page(page)));
    }
    let mut response = ask(line, source, next.url(), None, next.form()).await;
    if let Ok(Response::Page(page)) = &mut response {
        // All pages of a form have one address, and each has to be kept.
        page.asked = name;
        keep(memory, page, None).await?;
    }
    Ok(response)
}

async fn ask(
    line: &Line,
    source: &Source,
    url: &Url,
    validators: Option<&Validators>,
    form: Option<&[(String, String)]>,
) -> Result<Response, FetchError> {
    let folder = source.folder.as_ref();
    let request = Request { url, access: &source.access, folder, validators, form };
    let mut response = line.fetcher.get(request).await;
    if let Ok(Response::Page(page)) = &mut response {
        page.told = source.charset;
    }
    response
}

/// Keeps a page, where there is a store.
pub(super) async fn keep(
    memory: &Memory,
    page: &Page,
    teaser: Option<&Teaser>,
) -> Result<(), StoreError> {
    match memory {
        Memory::Store(store, claim) => store.keep_page(claim, page, teaser).await,
        Memory::None => Ok(()),
    }
}
