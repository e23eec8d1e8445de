//! Reads the article on a page: checks for soft errors, extracts and normalizes.

use crate::extract::{self, ExtractError};
use crate::normalize::{self, Rejection};
use bantin_core::{ArticleKey, Draft, FieldChoices, ListingItem, NewArticle, Source};
use bantin_page::{Page, SoftError, soft_error};
use chrono::{DateTime, Utc};
use url::Url;

/// The reason why a page gives no article.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The address is not http(s).
    #[error("{0} is not an http(s) address")]
    NotWeb(Url),
    /// The site served a different page than the requested one.
    #[error(transparent)]
    SoftError(#[from] SoftError),
    /// No article was found on it.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The extracted fields do not make an article.
    #[error(transparent)]
    Normalize(#[from] Rejection),
}

impl ReadError {
    /// The fields of an article that was rejected because it has no content.
    pub fn rejected_article(&self) -> Option<&NewArticle> {
        match self {
            Self::Normalize(Rejection::NoBody(article)) => Some(article),
            _ => None,
        }
    }
}

/// Reads the article on a page. `item` is the listing item that led to the page, if any.
///
/// # Errors
/// A [`ReadError`], if the page gives no article.
pub fn read(
    page: &Page,
    item: Option<&ListingItem>,
    key: &ArticleKey,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> Result<NewArticle, ReadError> {
    read_with(page, item, key, source, first_seen, &mut FieldChoices::default())
}

/// Like [`read`], and records all candidates in `choices`.
///
/// # Errors
/// The errors of [`read`].
pub fn read_with(
    page: &Page,
    item: Option<&ListingItem>,
    key: &ArticleKey,
    source: &Source,
    first_seen: DateTime<Utc>,
    choices: &mut FieldChoices,
) -> Result<NewArticle, ReadError> {
    let draft = draft(page, item, source, choices)?;
    Ok(normalize::article_with(draft, source, key, first_seen, choices)?)
}

/// The fields of the article on a page, each with its provenance, before they are normalized.
///
/// # Errors
/// A [`ReadError`], if the page is not the one that its item describes, or contains no article.
pub fn draft(
    page: &Page,
    item: Option<&ListingItem>,
    source: &Source,
    choices: &mut FieldChoices,
) -> Result<Draft, ReadError> {
    let promised = item.and_then(|item| item.title.as_deref());
    if let Some(error) = soft_error::of(page, promised) {
        return Err(error.into());
    }
    let agency = source.origin.agency.as_ref().map(|agency| agency.name.as_str());
    let names: Vec<&str> = agency.into_iter().chain([source.origin.title.as_str()]).collect();
    Ok(extract::draft_of_site(page, item, &source.article, &names, choices)?)
}
