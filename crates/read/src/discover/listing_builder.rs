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

/// Maximum memory of the items of a listing, in bytes: it is in memory as long as the visit takes.
/// A feed of a hundred complete articles needs a megabyte.
const MAX_SIZE: usize = 6 << 20;
/// Maximum number of reported items that cannot be used.
const MAX_SKIPPED: usize = 1000;

/// Collects items into a listing.
#[derive(Default)]
pub(super) struct ListingBuilder {
    listing: Listing,
    positions: HashMap<ArticleKey, usize>,
    /// The memory of the items.
    size: usize,
    /// The number of items left out because of their size.
    omitted: usize,
}

impl ListingBuilder {
    /// Adds an item. If its article is already listed, fills the fields that are missing there.
    pub(super) fn add(&mut self, item: ListingItem) {
        let size = item_size(&item);
        if self.size + size > MAX_SIZE {
            self.omitted += 1;
            return;
        }
        self.size += size;
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
        if self.listing.skipped.len() >= MAX_SKIPPED {
            return;
        }
        self.listing.skipped.push(SkippedItem { item: shortened(item), why: why.to_string() });
    }

    /// Returns the listing.
    pub(super) fn finish(mut self) -> Listing {
        if self.omitted > 0 {
            self.listing.skipped.push(SkippedItem {
                item: format!("{} items", self.omitted),
                why: format!("the items of a listing may have {} MiB together", MAX_SIZE >> 20),
            });
        }
        self.listing
    }

    /// Returns the listing without the articles that have no title anywhere on the page; they are
    /// reported as skipped.
    pub(super) fn titled(self) -> Listing {
        let Listing { items, mut skipped, profile, advertised } = self.finish();
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

/// The memory of an item in bytes, with that of its address and key.
fn item_size(item: &ListingItem) -> usize {
    let ListingItem { url, key, content, summary, title, author, tags, attachments, .. } = item;
    let texts = [title, summary, author].into_iter().flatten().map(String::len);
    let texts = texts.chain(tags.iter().map(|tag| tag.len() + size_of::<String>()));
    let addresses = 2 * url.as_str().len() + 2 * key.as_str().len();
    let content = content.as_ref().map_or(0, |content| content.0.len());
    let files = attachments.len() * 256;
    size_of::<ListingItem>() + addresses + content + files + texts.sum::<usize>()
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
