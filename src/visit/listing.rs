//! What a visit asks for first, and where else it is when it is not there.

use super::Line;
use super::pages::{self, Memory};
use crate::discover::kind;
use crate::fetch::{FetchError, Response, shown};
use crate::model::Source;
use crate::page::Validators;
use crate::store::StoreError;
use url::Url;

/// Brings the listing of a source home.
///
/// A WordPress site without permalinks has its API at another address, and answers 404 at the usual one.
pub(super) async fn bring(
    line: &Line,
    source: &Source,
    memory: &Memory,
    validators: Option<&Validators>,
) -> Result<Result<Response, FetchError>, StoreError> {
    let first = pages::bring(line, source, memory, &source.url, validators, None).await?;
    match (elsewhere(source), &first) {
        (Some(url), Ok(Response::Gone(_))) => {
            pages::bring(line, source, memory, &url, validators, None).await
        }
        _ => Ok(first),
    }
}

/// Where the listing of a source is when it is not at its address.
pub(super) fn elsewhere(source: &Source) -> Option<Url> {
    (kind::of(&source.kind).other_address)(&source.url)
}

/// What an operator is told where the listing is at none of its addresses.
pub(super) fn gone(source: &Source) -> String {
    format!("{} is gone (404 or 410); {}", shown(&source.url), kind::of(&source.kind).gone_hint)
}
