//! One page of a listing in a backfill: its request, its items, and the request for the next page.

use super::BackfillEnd;
use super::walk::{BackfillWalk, WalkHalt};
use crate::crawl::listing::{ListingError, elsewhere};
use crate::crawl::pages::FetchOutcome;
use bantin_core::{Listing, NextPage, RetryAdvice};
use bantin_fetch::{FetchError, redacted};
use bantin_page::{Page, soft_error};
use bantin_read::discover;
use bantin_read::discover::kind;
use bantin_read::discover::paging::{self, ListingPosition};
use std::collections::HashSet;
use url::Url;

impl BackfillWalk<'_> {
    /// Fetches the page of a request.
    pub(super) async fn fetch(&self, next: &NextPage, number: usize) -> Result<Page, WalkHalt> {
        let is_form = next.form().is_some();
        let source = self.crawl.source;
        if is_form && source.folder.is_some() {
            return Err(WalkHalt::End(BackfillEnd::Form));
        }
        let mut outcome = self.crawl.fetch_next(next).await?;
        if let FetchOutcome::Gone(_) = outcome
            && number == 1
            && let Some(url) = elsewhere(source)
        {
            outcome = self.crawl.fetch_next(&NextPage::Get(url)).await?;
        }
        let address = redacted(next.url());
        Err(WalkHalt::End(match outcome {
            FetchOutcome::Page(page) => return Ok(*page),
            FetchOutcome::Gone(code) if number > 1 => {
                BackfillEnd::Empty(format!("{address} does not exist ({code})"))
            }
            FetchOutcome::Gone(_) | FetchOutcome::Unchanged(..) => {
                BackfillEnd::Host(format!("{address} was answered without a page"))
            }
            FetchOutcome::Failed(error @ FetchError::Status { retry_after: None, .. })
                if is_form =>
            {
                BackfillEnd::FormRefused(error.to_string())
            }
            FetchOutcome::Failed(FetchError::Status { code, .. })
                if number > 1 && kind::definition(&source.kind).status_past_end == Some(code) =>
            {
                BackfillEnd::Last
            }
            FetchOutcome::Failed(error) => BackfillEnd::of(&error, self.crawl.now()),
        }))
    }

    /// Reads the items of a page, and the request for the next one.
    pub(super) async fn read(
        &self,
        page: Page,
        asked: &NextPage,
        number: usize,
    ) -> Result<(Listing, Option<NextPage>), WalkHalt> {
        let source = self.crawl.source.clone();
        let mut read: HashSet<Url> = self.pages.iter().map(|page| page.name.clone()).collect();
        read.insert(asked.name());
        let length = page.bytes.len();
        let parsed = self.crawl.context.parsers.run(length, move || {
            if let Some(error) = soft_error::of(&page, None) {
                return Err(ListingError::SoftError(error));
            }
            let listing = discover::items(&page, &source)?;
            let position = ListingPosition { number, items: &listing.items, read: &read };
            let next = paging::next(&page, &source.kind, &position)?;
            Ok((listing, next))
        });
        parsed.await.map_err(|error| {
            let why = format!("{}: {error}", redacted(asked.url()));
            WalkHalt::End(match error {
                ListingError::SoftError(_) if asked.form().is_some() => {
                    BackfillEnd::FormRefused(why)
                }
                ListingError::Discover(error)
                    if number > 1 && error.advice() == RetryAdvice::AskOperator =>
                {
                    BackfillEnd::Empty(why)
                }
                _ => BackfillEnd::Host(why),
            })
        })
    }
}

/// A fingerprint of the items of a page, independent of their order.
pub(super) fn fingerprint(listing: &Listing) -> String {
    let mut keys: Vec<&str> = listing.items.iter().map(|item| item.key.as_str()).collect();
    keys.sort_unstable();
    blake3::hash(keys.join("\n").as_bytes()).to_hex().to_string()
}
