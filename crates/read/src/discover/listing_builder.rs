//! Deduplication of listing items by article.
//!
//! Listings of agencies show an article two or three times: with a picture, with a lead, and again
//! under "Tin đã đưa" with its date. The copies are merged: each fills the fields that another
//! lacks.
//!
//! An address that items with different titles share identifies none of them (six notices that
//! link to one page). Each of them gets a key of its own, a variant of the shared one: by its
//! fragment if it has one, otherwise by its title, and by its date if the titles are equal too.

use super::{date_order, shape, shortened};
use bantin_core::{HostAccess, Listing, ListingItem, SkippedItem};
use bantin_page::plain;
use chrono::{DateTime, NaiveDate};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// Maximum number of categories that duplicates of an item can add. No article has that many, and
/// comparing each with a hundred thousand others takes hours.
const MAX_TAGS: usize = 100;

/// Maximum number of items with one key that an item is compared with. Beyond it, only equal titles
/// count as copies.
const MAX_COMPARED: usize = 32;
/// Maximum memory of the items of a listing, in bytes, unless its document is a large one: it is in
/// memory as long as the visit takes. A feed of a hundred complete articles needs a megabyte.
const MAX_SIZE: usize = 6 << 20;
/// Maximum number of reported items that cannot be used.
const MAX_SKIPPED: usize = 1000;

/// Collects items into a listing.
#[derive(Default)]
pub(super) struct ListingBuilder {
    listing: Listing,
    /// The positions of the items of each key, by its form.
    positions: HashMap<String, Vec<usize>>,
    /// The items with a fragment, by position.
    fragments: HashMap<usize, String>,
    /// The memory of the items.
    size: usize,
    /// The size of the document, if it is larger than a page.
    document: usize,
    /// The number of items left out because of their size.
    omitted: usize,
}

impl ListingBuilder {
    /// For the items of a document of this size in bytes. Those of one that is larger than a page
    /// may need as much memory more.
    pub(super) fn of_document(size: usize) -> Self {
        let document = if size > HostAccess::MAX_PAGE { size } else { 0 };
        Self { document, ..Self::default() }
    }

    /// The maximum memory of the items.
    fn max_size(&self) -> usize {
        MAX_SIZE + self.document
    }

    /// Adds an item. If its article is already listed, fills the fields that are missing there.
    pub(super) fn add(&mut self, item: ListingItem) {
        if !self.has_room(&item) {
            return;
        }
        let place = self.positions.get(item.key.form().as_ref()).and_then(|places| places.first());
        if let Some(known) = place.and_then(|place| self.listing.items.get_mut(*place)) {
            complete(known, item);
            self.listing.merged += 1;
        } else {
            self.push(item);
        }
    }

    /// Adds an item that is beside the others in one list: with another title, it is another
    /// article, even at the same address. `fragment`: that of its link, if it has one.
    pub(super) fn add_beside(&mut self, item: ListingItem, fragment: Option<&str>) {
        if !self.has_room(&item) {
            return;
        }
        let places = self.positions.get(item.key.form().as_ref());
        let mut places = places.into_iter().flatten().take(MAX_COMPARED);
        let copy = places.find(|place| {
            let places = (self.fragments.get(place).map(String::as_str), fragment);
            let is_elsewhere = matches!(places, (Some(one), Some(two)) if one != two);
            let known = self.listing.items.get(**place);
            known.is_some_and(|known| !is_elsewhere && is_copy(known, &item))
        });
        match copy.copied().and_then(|place| self.listing.items.get_mut(place)) {
            Some(known) => {
                complete(known, item);
                self.listing.merged += 1;
            }
            None => {
                let place = self.push(item);
                self.fragments.extend(fragment.map(|fragment| (place, fragment.to_owned())));
            }
        }
    }

    /// Whether there is room for an item, which then counts.
    fn has_room(&mut self, item: &ListingItem) -> bool {
        let size = item_size(item);
        let fits = self.size + size <= self.max_size();
        self.size += if fits { size } else { 0 };
        self.omitted += usize::from(!fits);
        fits
    }

    /// Appends an item, and returns its position.
    fn push(&mut self, item: ListingItem) -> usize {
        let place = self.listing.items.len();
        self.positions.entry(item.key.form().into_owned()).or_default().push(place);
        self.listing.items.push(item);
        place
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
        date_order::settle(self.listing.items.iter_mut().map(|item| &mut item.date));
        let shared: Vec<Vec<usize>> =
            self.positions.drain().map(|(_, places)| places).filter(|p| p.len() > 1).collect();
        for places in shared {
            self.tell_apart(&places);
        }
        if self.omitted > 0 {
            self.listing.skipped.push(SkippedItem {
                item: format!("{} items", self.omitted),
                why: format!(
                    "the items of a listing may have {} MiB together",
                    self.max_size() >> 20
                ),
            });
        }
        self.listing
    }

    /// Gives each of several items with one key a key of its own.
    fn tell_apart(&mut self, places: &[usize]) {
        let titles: Vec<String> = places.iter().map(|place| self.title_at(*place)).collect();
        let mut seen = HashSet::new();
        let repeated: HashSet<&String> =
            titles.iter().filter(|title| !seen.insert(*title)).collect();
        let mut keys = HashSet::new();
        for (place, title) in places.iter().zip(&titles) {
            let Some(item) = self.listing.items.get_mut(*place) else { continue };
            if let Some(fragment) = self.fragments.get(place) {
                item.url.set_fragment(Some(fragment));
                item.key = item.key.variant(&format!("#{fragment}"));
            } else if repeated.contains(title) {
                let date = item.date.as_deref().unwrap_or_default();
                item.key = item.key.variant(&format!("{title}\n{date}"));
            } else {
                item.key = item.key.variant(title);
            }
            // Nothing is left that tells them apart.
            if !keys.insert(item.key.clone()) {
                item.key = item.key.variant(&format!("{title}\n{place}"));
            }
        }
    }

    /// The title of an item, folded; without a title, what else it shows.
    fn title_at(&self, place: usize) -> String {
        let Some(item) = self.listing.items.get(place) else { return String::new() };
        let shown = item.title.as_ref().or(item.summary.as_ref()).or(item.date.as_ref());
        shown.map(|shown| plain::fold(shown)).unwrap_or_default()
    }

    /// Returns the listing without the articles that have no title anywhere on the page; they are
    /// reported as skipped.
    pub(super) fn titled(self) -> Listing {
        let Listing { items, mut skipped, profile, advertised, merged } = self.finish();
        let (items, bare): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.title.is_some());
        skipped.extend(bare.into_iter().map(|item| {
            SkippedItem {
                item: shortened(item.url),
                why: "it has no title: its link has no text, no `title` and no image with an `alt`"
                    .to_owned(),
            }
        }));
        Listing { items, skipped, profile, advertised, merged }
    }
}

/// Whether two items with one key are copies of one item: their titles are the same, one is the
/// other cut short, or one has none. Copies with one title have dates of the same day.
fn is_copy(known: &ListingItem, other: &ListingItem) -> bool {
    let (Some(known_title), Some(title)) = (&known.title, &other.title) else { return true };
    let (known_title, title) = (plain::fold(known_title), plain::fold(title));
    if known_title == title {
        let days = [known, other].map(|item| item.date.as_deref().and_then(day_of));
        return !matches!(days, [Some(one), Some(two)] if one != two);
    }
    is_same_title(&known_title, &title)
}

/// Whether two folded titles are the same, or one is the other cut short.
pub fn is_same_title(one: &str, other: &str) -> bool {
    let is_start = |short: &str, long: &str| {
        let stem = short.trim_end_matches(['.', '…', ' ']);
        stem.len() < short.len() && stem.len() >= 12 && long.starts_with(stem)
    };
    one == other || is_start(one, other) || is_start(other, one)
}

/// The day of a date: in a form for machines (RFC 3339 or RFC 2822), or as listings show it.
fn day_of(date: &str) -> Option<NaiveDate> {
    let date = date.trim();
    let at = DateTime::parse_from_rfc3339(date).or_else(|_| DateTime::parse_from_rfc2822(date));
    at.ok().map(|at| at.date_naive()).or_else(|| shape::day_in(date))
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

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_core::ArticleKey;

    fn item(title: &str, date: &str) -> ListingItem {
        let url: url::Url = "https://xa.example/thong-bao".parse().unwrap();
        let date = Some(date.to_owned()).filter(|date| !date.is_empty());
        let key = ArticleKey::of_page(&url, &url);
        ListingItem { title: Some(title.to_owned()), date, ..ListingItem::of(url, key) }
    }

    /// Adds items as `title|date|fragment` to one list; returns the titles and the numbers of
    /// different keys and of merged copies.
    #[track_caller]
    fn check(items: &[&str], titles: &[&str], merged: usize) -> Vec<String> {
        let mut builder = ListingBuilder::default();
        for written in items {
            let parts: Vec<&str> = written.split('|').chain(["", ""]).take(3).collect();
            let [title, date, fragment] = parts.try_into().unwrap();
            builder.add_beside(item(title, date), Some(fragment).filter(|f| !f.is_empty()));
        }
        let listing = builder.finish();
        let found: Vec<_> = listing.items.iter().filter_map(|item| item.title.as_deref()).collect();
        assert_eq!((found.as_slice(), listing.merged), (titles, merged), "{items:?}");
        let keys: Vec<_> = listing.items.iter().map(|item| item.key.to_string()).collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len(), "{keys:?}");
        keys
    }

    #[test]
    fn items_with_different_titles_at_one_address_are_told_apart() {
        let notices = ["Nghỉ tết", "Cắt điện", "Tuyển dụng", "Họp dân", "Tiêm chủng", "Thu thuế"];
        let keys = check(&notices, &notices, 0);
        // A new one on top changes the key of no other.
        let more =
            ["Mới", "Nghỉ tết", "Cắt điện", "Tuyển dụng", "Họp dân", "Tiêm chủng", "Thu thuế"];
        assert_eq!(check(&more, &more, 0)[1..], keys);
        assert!(
            keys.iter().all(|key| ArticleKey::kept(key.clone()).shared() == Some("/thong-bao"))
        );
        let weeks = ["Lịch tuần 45", "Lịch tuần 46"];
        check(&weeks, &weeks, 0);
    }

    #[test]
    fn equal_titles_are_told_apart_by_fragment_or_day() {
        check(&["Lịch||tuan-1", "Lịch||tuan-2"], &["Lịch", "Lịch"], 0);
        check(
            &["Lịch|2026-02-01T09:00:00+07:00", "Lịch|2026-02-08T09:00:00+07:00"],
            &["Lịch"; 2],
            0,
        );
        check(&["Lịch|2026-02-01T09:00:00+07:00", "Lịch|2026-02-01T11:00:00+07:00"], &["Lịch"], 1);
        check(&["Lịch||tuan-1", "Lịch", "LỊCH||tuan-1"], &["Lịch"], 2);
    }

    #[test]
    fn days_as_listings_show_them_tell_equal_titles_apart() {
        check(&["Lịch|05/11/2026", "Lịch|12/11/2026", "Lịch|Ngày 12/11/2026"], &["Lịch"; 2], 1);
        check(&["Lịch|05/11/2026", "Lịch|"], &["Lịch"], 1);
    }

    #[test]
    fn copies_of_an_item_are_merged() {
        let long = "Hội nghị tổng kết công tác dân tộc";
        check(&["Hội nghị tổng kết công…", long], &[long], 1);
        check(&[long, "Hội nghị tổng kết công..."], &[long], 1);
        check(&[long, "HỘI NGHỊ tổng kết công tác dân tộc"], &[long], 1);
        assert_eq!(check(&[long], &[long], 0), ["/thong-bao"]);
    }
}
