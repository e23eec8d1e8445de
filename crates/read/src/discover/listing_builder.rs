//! Deduplication of listing items by article.
//!
//! Listings of agencies show an article two or three times: with a picture, with a lead, and again
//! under "Tin đã đưa" with its date. The copies are merged: each fills the fields that another
//! lacks.

use super::shortened;
use bantin_core::{ArticleKey, Listing, ListingItem, SkippedItem};
use std::collections::HashMap;
use std::fmt;

/// Maximum number of categories that duplicates of an item can add. No article has that many, and
/// comparing each with a hundred thousand others takes hours.
const MAX_TAGS: usize = 100;

/// Collects items into a listing.
#[derive(Default)]
pub(super) struct ListingBuilder {
    listing: Listing,
    positions: HashMap<ArticleKey, usize>,
}

impl ListingBuilder {
    /// Adds an item. If its article is already listed, fills the fields that are missing there.
    pub(super) fn add(&mut self, item: ListingItem) {
        let place = self.positions.get(&item.key);
        if let Some(known) = place.and_then(|place| self.listing.items.get_mut(*place)) {
            complete(known, item);
        } else {
            self.positions.insert(item.key.clone(), self.listing.items.len());
            self.listing.items.push(item);
        }
    }

    /// Records an item that cannot be used, with the reason.
    pub(super) fn skip(&mut self, item: impl fmt::Display, why: impl fmt::Display) {
        self.listing.skipped.push(SkippedItem { item: shortened(item), why: why.to_string() });
    }

    /// Returns the listing.
    pub(super) fn finish(self) -> Listing {
        self.listing
    }

    /// Returns the listing without the articles that have no title anywhere on the page; they are
    /// reported as skipped.
    pub(super) fn titled(self) -> Listing {
        let Listing { items, mut skipped, profile, advertised } = self.listing;
        let (items, bare): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.title.is_some());
        skipped.extend(bare.into_iter().map(|item| {
            SkippedItem {
                item: shortened(item.url),
                why: "it has no title: its link has no text, no `title` and no image with an `alt`"
                    .to_owned(),
            }
        }));
        Listing { items, skipped, profile, advertised }
    }
}

/// Fills missing fields of a listing item from another item of the same article.
fn complete(known: &mut ListingItem, other: ListingItem) {
    let cut_short =
        known.title.as_deref().is_some_and(|title| title.ends_with('…') || title.ends_with("..."));
    if cut_short && other.title.is_some() {
        known.title = other.title;
    } else {
        known.title = known.title.take().or(other.title);
    }
    known.date = known.date.take().or(other.date);
    known.summary = known.summary.take().or(other.summary);
    known.image = known.image.take().or(other.image);
    known.content = known.content.take().or(other.content);
    known.author = known.author.take().or(other.author);
    known.language = known.language.take().or(other.language);
    known.version = known.version.take().or(other.version);
    for tag in other.tags {
        if known.tags.len() < MAX_TAGS && !known.tags.contains(&tag) {
            known.tags.push(tag);
        }
    }
    for file in other.attachments {
        if !known.attachments.iter().any(|known| known.url == file.url) {
            known.attachments.push(file);
        }
    }
}
