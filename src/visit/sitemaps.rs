//! The listing of a source that is a sitemap: an index names further ones, which are brought here, in their host's turn.
//!
//! A sitemap that was not changed since it was fetched last, by the word of its index, is not asked for: the store has it. Any other is
//! asked for conditionally.

use super::Line;
use super::look::{Blind, fetch_failed};
use super::pages::{Memory, bring, kept, parse, unpacked};
use crate::discover::{Child, DiscoverError, Sitemaps, kind};
use crate::fetch::{BodyError, FetchError, Response, shown};
use crate::model::{Advice, Listing, Skipped, Source};
use crate::page::{Page, SoftError, soft_error};
use std::sync::Arc;
use tokio::sync::watch;

/// After this many sitemaps in a row that could not be fetched, the host is left alone.
const FAILURES_IN_A_ROW: usize = 3;

/// What came of a page that was read as a listing: a panic, another page in its place, or what it holds.
pub(super) type Read = Result<Result<Result<Listing, DiscoverError>, SoftError>, String>;

/// The listing of the sitemaps of a source.
pub(super) struct Found {
    pub(super) listing: Read,
    /// Whether an answer that the first sitemap is unchanged says that nothing has changed.
    pub(super) tells_changes: bool,
    /// What an operator should know, a sentence each.
    pub(super) warnings: Vec<String>,
}

/// Reads the sitemap on a page, and what it names further.
pub(super) async fn listing(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    stop: &watch::Receiver<bool>,
    page: Page,
) -> Result<Found, Blind> {
    let begun = tokio::time::Instant::now();
    let mut found =
        Found { listing: Err(String::new()), tells_changes: true, warnings: Vec::new() };
    let (mut sitemaps, first) = match take(line, source, Sitemaps::default(), page).await {
        Ok(taken) => taken,
        Err(panic) => return Ok(Found { listing: Err(panic), ..found }),
    };
    match first {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Ok(Found { listing: Ok(Ok(Err(error))), ..found }),
        Err(error) => return Ok(Found { listing: Ok(Err(error)), ..found }),
    }
    let (mut came, mut failures, mut last_error) = (0, 0, None);
    let mut is_complete = true;
    while let Some(child) = sitemaps.next_child() {
        if *stop.borrow() {
            return Err(Blind::Stopped);
        }
        // The articles' pages want their time too.
        if failures >= FAILURES_IN_A_ROW || begun.elapsed() > line.limits.fetching / 2 {
            is_complete = false;
            found.warnings.push(format!(
                "{} and the sitemaps after it are left for the next visit: {}",
                shown(&child.url),
                if failures > 0 {
                    "the host does not give them"
                } else {
                    "the visit has no more time"
                }
            ));
            break;
        }
        let page = match child_page(line, source, memory, &child).await? {
            Ok(page) => page,
            Err(error) => {
                failures += if error.wants_rest() { FAILURES_IN_A_ROW } else { 1 };
                is_complete = false;
                found.warnings.push(told(&error, source, &child));
                last_error = error.into_fetch();
                continue;
            }
        };
        failures = 0;
        let (with_it, taken) = match take(line, source, sitemaps, page).await {
            Ok(taken) => taken,
            Err(panic) => return Ok(Found { listing: Err(panic), ..found }),
        };
        sitemaps = with_it;
        let why = match taken {
            Ok(Ok(())) => {
                came += 1;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        is_complete = false;
        found.warnings.push(format!("{}: {why}", shown(&child.url)));
    }
    if let (0, Some(error)) = (came, last_error) {
        return Err(fetch_failed(&error, source));
    }
    found.tells_changes = is_complete && sitemaps.tells_changes();
    found.listing = Ok(Ok(sitemaps.listing(source)));
    Ok(found)
}

/// The listing of a source that is no source yet, of which a page is here; its further sitemaps are asked for. An error is a sentence.
pub async fn listed(line: &Line, source: &Arc<Source>, page: Page) -> Result<Listing, String> {
    let (_keep, stop) = watch::channel(false);
    let found = listing(line, source, &Memory::None, &stop, page).await;
    let Found { listing, warnings, .. } = found.map_err(|error| error.to_string())?;
    let listing = listing?.map_err(|error| error.to_string())?;
    let mut listing = listing.map_err(|error| error.to_string())?;
    let item = shown(&source.url);
    let told = warnings.into_iter().map(|why| Skipped { item: item.clone(), why });
    listing.skipped.extend(told);
    Ok(listing)
}

/// What was gathered, and what came of one document more. An error is what a panic said.
type Taken = (Sitemaps, Result<Result<(), DiscoverError>, SoftError>);

async fn take(
    line: &Line,
    source: &Arc<Source>,
    mut sitemaps: Sitemaps,
    page: Page,
) -> Result<Taken, String> {
    let source = source.clone();
    parse(line, move || match soft_error::of(&page, None) {
        Some(error) => (sitemaps, Err(error)),
        None => {
            let taken = sitemaps.take(&page, &source);
            (sitemaps, Ok(taken))
        }
    })
    .await
}

/// Why a sitemap of an index did not come.
enum Missing {
    Failed(FetchError),
    Gone(u16),
    /// It is unchanged, and what the store kept of it cannot be read.
    Lost,
}

impl Missing {
    /// Whether the host wants to be left alone.
    fn wants_rest(&self) -> bool {
        let Self::Failed(error) = self else { return false };
        matches!(error.advice(), Advice::RetryAfter(_) | Advice::AskAgency)
    }

    fn into_fetch(self) -> Option<FetchError> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Gone(_) | Self::Lost => None,
        }
    }
}

/// Brings a sitemap of an index home: out of the store, where it is as it was.
async fn child_page(
    line: &Line,
    source: &Arc<Source>,
    memory: &Memory,
    child: &Child,
) -> Result<Result<Page, Missing>, Blind> {
    let url = &child.url;
    let last = match memory {
        Memory::Store(store, _) => store.last_page(source.id(), url).await?,
        Memory::None => None,
    };
    if let (Some(last), Some(modified)) = (&last, child.modified)
        && modified < last.fetched
        && kept(line, source, memory, url).await?.is_none()
        && let Some(page) = unpacked(line, source, last.clone()).await
    {
        return Ok(Ok(page));
    }
    let validators = last.as_ref().map(|last| last.validators.clone());
    let response = bring(line, source, memory, url, validators.as_ref(), None).await?;
    Ok(match response {
        Ok(Response::Page(page)) => Ok(page),
        Ok(Response::Gone(absence)) => Err(Missing::Gone(absence.status())),
        Ok(Response::Unchanged(..)) => match last {
            Some(last) => unpacked(line, source, last).await.ok_or(Missing::Lost),
            None => Err(Missing::Lost),
        },
        Err(error) => Err(Missing::Failed(error)),
    })
}

fn told(missing: &Missing, source: &Source, child: &Child) -> String {
    let address = shown(&child.url);
    match missing {
        Missing::Failed(error) => {
            let size = too_large(error, source).map(|next| format!("; {next}")).unwrap_or_default();
            format!("{error}{size}")
        }
        Missing::Gone(code) => format!("the index names {address}, which is gone ({code})"),
        Missing::Lost => format!(
            "{address} is unchanged, and what the store kept of it cannot be read; it is asked for at the next visit"
        ),
    }
}

/// What to do about a document that is too large; nothing where that is not what is wrong, or nothing can be done.
pub(super) fn too_large(error: &FetchError, source: &Source) -> Option<&'static str> {
    let FetchError::Body { cause: BodyError::TooLarge { .. }, .. } = error else { return None };
    kind::of(&source.kind).too_large_hint
}
