//! Reading a page with an explanation of how it was read.

use super::extraction::{ReadError, read_traced};
use crate::extract::ExtractError;
use crate::model::{Article, Explanation, Key, Refusal, Source, Teaser, Trace};
use crate::page::{Page, SoftError};
use chrono::{DateTime, Utc};

/// Reads the article on a page, and explains how.
pub fn explain(
    page: &Page,
    item: Option<&Teaser>,
    key: &Key,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> (Result<Article, Refusal>, Explanation) {
    let trace = Trace::on();
    let article = read_traced(page, item, key, source, first_seen, &trace);
    (article.map_err(|error| refusal(&error)), trace.explanation())
}

fn refusal(error: &ReadError) -> Refusal {
    let known: Option<&SoftError> = match error {
        ReadError::SoftError(error) => Some(error),
        ReadError::Extract(ExtractError::SoftError { error, .. }) => Some(error),
        _ => None,
    };
    Refusal {
        rule: known.map(|error| error.kind.name()),
        evidence: known.map(|error| error.evidence.clone()),
        message: error.to_string(),
    }
}
