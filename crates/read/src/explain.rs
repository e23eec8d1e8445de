//! Reading a page with an explanation of how it was read.

use crate::article::{ReadError, read_with};
use crate::extract::ExtractError;
use bantin_core::{
    ArticleKey, Explanation, FieldChoices, ListingItem, NewArticle, PageRejection, Source,
};
use bantin_page::{Page, SoftError, plain};
use chrono::{DateTime, Utc};

/// Reads the article on a page, and explains how.
pub fn explain(
    page: &Page,
    item: Option<&ListingItem>,
    key: &ArticleKey,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> (Result<NewArticle, PageRejection>, Explanation) {
    let mut choices = FieldChoices::explained(plain::fold);
    let article = read_with(page, item, key, source, first_seen, &mut choices);
    (article.map_err(|error| refusal(&error)), choices.into_explanation())
}

fn refusal(error: &ReadError) -> PageRejection {
    let known: Option<&SoftError> = match error {
        ReadError::SoftError(error) => Some(error),
        ReadError::Extract(ExtractError::SoftError { error, .. }) => Some(error),
        _ => None,
    };
    PageRejection {
        rule: known.map(|error| error.kind.name()),
        evidence: known.map(|error| error.evidence.clone()),
        message: error.to_string(),
    }
}
