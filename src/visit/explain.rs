//! A page that is read for somebody who asks how.

use super::pages::{ReadError, read_traced};
use crate::extract::ExtractError;
use crate::model::{Article, Explanation, Key, Refusal, Source, Teaser, Trace};
use crate::page::{Page, SoftError};
use chrono::{DateTime, Utc};

/// Reads the article on a page, and tells how.
pub fn explain(
    page: &Page,
    teaser: Option<&Teaser>,
    key: &Key,
    source: &Source,
    first_seen: DateTime<Utc>,
) -> (Result<Article, Refusal>, Explanation) {
    let trace = Trace::on();
    let article = read_traced(page, teaser, key, source, first_seen, &trace);
    (article.map_err(|error| refusal(&error)), trace.explanation())
}

fn refusal(error: &ReadError) -> Refusal {
    let known: Option<&SoftError> = match error {
        ReadError::SoftError(error) => Some(error),
        ReadError::Extract(ExtractError::SoftError { error, .. }) => Some(error),
        ReadError::NotWeb(_) | ReadError::Extract(_) | ReadError::Normalize(_) => None,
    };
    Refusal {
        rule: known.map(|error| error.kind.name()),
        evidence: known.map(|error| error.evidence.clone()),
        message: error.to_string(),
    }
}
