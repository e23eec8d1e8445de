//! Sitemaps, sitemap indexes (sitemaps.org 0.9), news sitemaps, and lists of addresses.
//!
//! A sitemap lists all pages of a site, up to 50,000 per file, and a file may be an index of
//! others. [`SitemapSet`] therefore collects several documents, which the caller fetches: at most
//! [`MAX_CHILDREN`] of an index, and none that, by the index's date, has not changed since it was
//! stored. Each document is read as a stream and only its newest articles are kept, so a site of
//! 50,000 pages costs the memory of one file.
//!
//! `lastmod` is the time of the last change, for whatever reason. It sorts the articles and
//! triggers a revisit of a known one: as [`ListingItem::version`] it is part of the item's
//! fingerprint. It is never an article's date; only `news:publication_date` is.
//!
//! An index without dates of change stays the same when its sitemaps change, so its validators are
//! not stored ([`SitemapSet::reports_changes`]).

mod article_choice;
mod order;
mod read;

use super::listing_builder::ListingBuilder;
use super::{DiscoverError, address, feed, kind, plain};
use article_choice::SiteSections;
use bantin_core::{ArticleKey, Listing, ListingItem, RegexPattern, SkippedItem, Source};
use bantin_page::Page;
use chrono::{DateTime, TimeDelta, Utc};
use order::ModifiedTime;
use read::{SitemapForm, SitemapItem};
use std::cmp::Reverse;
use std::collections::HashSet;
use url::Url;

/// Maximum size of a sitemap in bytes, decoded: that of the protocol.
pub const MAX_SITEMAP: usize = 50 << 20;
/// Maximum number of sitemaps of an index per visit.
const MAX_CHILDREN: usize = 20;
/// Maximum number of listed articles, newest first. They cover days even on a large site; anything
/// older is not news.
const MAX_ARTICLES: usize = 200;
/// Maximum number of articles of a news sitemap, by its specification; all are from the last two
/// days.
const MAX_NEWS: usize = 1000;
/// The number of entries from which the older ones are dropped: most of a large sitemap.
const MANY: usize = 8 * (MAX_ARTICLES + MAX_NEWS);
/// Maximum time by which a change may be ahead of our clock. A later one comes from a wrong clock,
/// or is not a change.
const AHEAD: TimeDelta = TimeDelta::days(2);

/// The reason why a page is not a readable sitemap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SitemapError {
    /// It is another document, such as a web page or a feed.
    #[error(
        "the answer is not a sitemap: it begins with <{0}>; check whether the address still leads to a sitemap, or write kind = \"feed\" or \"listing\" if it is one"
    )]
    Foreign(String),
    /// It is neither XML nor a list of addresses.
    #[error(
        "the answer is neither a sitemap in XML nor a list of addresses; check whether the address still leads to a sitemap"
    )]
    NoText,
    /// It lists nothing.
    #[error("the sitemap lists no page")]
    Empty,
    /// It is an index, and none of its sitemaps contains an address.
    #[error(
        "no sitemap of the index contains an address (those of categories, people and fixed pages, and the index itself, are skipped); set `url` to the sitemap of its articles"
    )]
    NoSitemaps,
    /// Its elements are nested too deeply.
    #[error(
        "the sitemap nests its elements more than {} deep, as only hostile sitemaps do",
        read::MAX_DEPTH
    )]
    TooDeep,
    /// It defines its own entities.
    #[error(
        "the sitemap defines its own entities (a DOCTYPE with an internal subset), which can exhaust a parser; ask the agency to remove the DOCTYPE"
    )]
    Entities,
    /// No address looks like that of an article.
    #[error(
        "none of the {addresses} addresses of the sitemap {why}; the first is {first}; set `match` to a regular expression that matches the addresses of its articles"
    )]
    NoArticles {
        /// The number of addresses.
        addresses: usize,
        /// The first address.
        first: String,
        /// The condition that no address meets.
        why: &'static str,
    },
}

/// A sitemap that an index lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSitemap {
    /// The address.
    pub url: Url,
    /// The latest possible time of its last change.
    pub modified: Option<DateTime<Utc>>,
    /// The earliest possible time of its last change.
    since: Option<DateTime<Utc>>,
}

/// An article that a sitemap lists.
#[derive(Debug)]
struct SitemapEntry {
    item: ListingItem,
    is_news: bool,
    /// The time that sorts it among the others.
    newest: Option<DateTime<Utc>>,
}

/// The articles of a source's sitemaps, collected document by document.
#[derive(Debug, Default)]
pub struct SitemapSet {
    entries: Vec<SitemapEntry>,
    children: Vec<ChildSitemap>,
    /// The children that were already listed.
    listed_children: HashSet<Url>,
    /// The number of children handed out.
    requested: usize,
    /// The number of pages, articles or not.
    pages: usize,
    first: Option<String>,
    skipped: Vec<SkippedItem>,
    /// Whether an index omits the date of change of a child.
    is_undated: bool,
}

impl SitemapSet {
    /// Adds a document.
    ///
    /// # Errors
    /// A [`SitemapError`], or [`DiscoverError::Page`] if it cannot be decoded; documents added
    /// before are kept.
    pub fn add_document(&mut self, page: &Page, source: &Source) -> Result<(), DiscoverError> {
        let text = feed::text_of(page)?;
        let document = read::read(&text)?;
        drop(text);
        if document.items.is_empty() {
            return Err(SitemapError::Empty.into());
        }
        if !document.is_complete {
            self.skipped.push(SkippedItem {
                item: super::shortened(&page.url),
                why: "the sitemap ends in the middle; the items before that are used".to_owned(),
            });
        }
        let matching = kind::reader(&source.kind).matching();
        match document.form {
            SitemapForm::Index => self.add_index(document.items, page, matching),
            SitemapForm::Pages => self.add_pages(document.items, page, source, matching),
        }
        Ok(())
    }

    /// The next sitemap to fetch, newest first; `None` after [`MAX_CHILDREN`].
    pub fn next_child(&mut self) -> Option<ChildSitemap> {
        if self.requested >= MAX_CHILDREN || self.children.is_empty() {
            return None;
        }
        self.requested += 1;
        Some(self.children.remove(0))
    }

    /// Whether an unchanged index means that nothing changed: not if it omits dates of change.
    pub fn reports_changes(&self) -> bool {
        !self.is_undated
    }

    /// The listing of the collected articles, newest first.
    ///
    /// # Errors
    /// [`SitemapError::NoArticles`] or [`SitemapError::NoSitemaps`].
    pub fn listing(self, source: &Source) -> Result<Listing, DiscoverError> {
        if self.entries.is_empty() && self.pages == 0 {
            return Err(SitemapError::NoSitemaps.into());
        }
        if self.entries.is_empty() {
            let why = match kind::reader(&source.kind).matching() {
                Some(_) => "matches `match`",
                None => "looks like that of an article",
            };
            let (addresses, first) = (self.pages, self.first.unwrap_or_default());
            return Err(SitemapError::NoArticles { addresses, first, why }.into());
        }
        let mut gathering = ListingBuilder::default();
        self.entries.into_iter().for_each(|entry| gathering.add(entry.item));
        let mut listing = gathering.finish();
        listing.skipped = self.skipped;
        Ok(listing)
    }

    fn add_index(&mut self, items: Vec<SitemapItem>, page: &Page, matching: Option<&RegexPattern>) {
        let mut children = Vec::new();
        for item in items {
            let url = match address::of_item(&item.address, &page.url, &page.url) {
                Ok(url) => url,
                Err(why) => {
                    self.skip(&item, why);
                    continue;
                }
            };
            if self.listed_children.insert(url.clone()) {
                let modified = item
                    .modified
                    .as_deref()
                    .and_then(|text| modified_of_sitemap(text, page.fetched));
                self.is_undated |= modified.is_none();
                let (modified, since) = (modified.map(|m| m.to), modified.map(|m| m.from));
                children.push(ChildSitemap { url, modified, since });
            }
        }
        // With `match`, articles are searched for in all sitemaps.
        if matching.is_none()
            && children.iter().any(|child| !article_choice::is_secondary(&child.url))
        {
            children.retain(|child| !article_choice::is_secondary(&child.url));
        }
        self.children.extend(children);
        self.children.sort_by_cached_key(|child| {
            let number = order::number(&child.url);
            Reverse((article_choice::is_news(&child.url), child.since, number))
        });
        // No more are fetched, and an index may list 50,000.
        self.children.truncate(MAX_CHILDREN);
    }

    fn add_pages(
        &mut self,
        items: Vec<SitemapItem>,
        page: &Page,
        source: &Source,
        matching: Option<&RegexPattern>,
    ) {
        self.pages += items.len();
        let of_sitemap = order::shared(items.iter().map(|item| item.modified.as_deref()));
        let of_sitemap = of_sitemap.map(str::to_owned);
        let is_of_sitemap =
            |item: &SitemapItem| item.modified.is_some() && item.modified == of_sitemap;
        let mut pages = Vec::new();
        for item in items {
            self.first.get_or_insert_with(|| item.address.clone());
            match address::resolve(&item.address, &page.url) {
                Ok(url) => pages.push((item, url)),
                Err(why) => self.skip(&item, why),
            }
        }
        let sections = SiteSections::of(pages.iter().map(|(_, url)| url));
        if order::is_oldest_first(pages.iter().map(|(_, url)| url)) {
            pages.reverse();
        }
        let home = source.origin.home.as_url();
        pages.retain(|(item, url)| match matching {
            Some(matching) => matching.is_in(url.as_str()),
            None => item.is_news || sections.is_article(url),
        });
        // The creation date of a sitemap sorts its articles among those of others no better than
        // their positions do; but it is not older than the changes of items beside it.
        let orders = pages.iter().any(|(item, _)| item.modified.is_some() && !is_of_sitemap(item));
        for (mut item, url) in pages {
            let modified = modified_of_item(item.modified.as_deref(), page);
            let modified = modified.filter(|_| orders || !is_of_sitemap(&item));
            if is_of_sitemap(&item) {
                item.modified = None;
            }
            let key = ArticleKey::of_page(&url, home);
            self.entries.push(entry(item, url, key, modified, page));
            if self.entries.len() >= MANY {
                self.keep_newest();
            }
        }
        self.keep_newest();
    }

    /// Drops the entries beyond the maximum numbers.
    fn keep_newest(&mut self) {
        // A stable sort: pages without dates keep the order of their sitemap.
        self.entries.sort_by_key(|entry| Reverse(entry.newest));
        let (mut articles, mut news) = (0, 0);
        self.entries.retain(|entry| {
            let (count, most) =
                if entry.is_news { (&mut news, MAX_NEWS) } else { (&mut articles, MAX_ARTICLES) };
            *count += 1;
            *count <= most
        });
    }

    fn skip(&mut self, item: &SitemapItem, why: address::AddressError) {
        /// Maximum number of reported items: the first ones describe a sitemap that is wrong as a
        /// whole.
        const ENOUGH: usize = 10;
        if self.skipped.len() < ENOUGH {
            let item = super::shortened(&item.address);
            self.skipped.push(SkippedItem { item, why: why.to_string() });
        }
    }
}

/// The time of a change, if it is plausible.
fn modified_of_sitemap(text: &str, fetched: DateTime<Utc>) -> Option<ModifiedTime> {
    order::modified(text).filter(|modified| modified.from <= fetched + AHEAD)
}

/// Like [`modified_of_sitemap`], for the optional date of an item.
fn modified_of_item(text: Option<&str>, page: &Page) -> Option<ModifiedTime> {
    text.and_then(|text| modified_of_sitemap(text, page.fetched))
}

fn entry(
    listed: SitemapItem,
    url: Url,
    key: ArticleKey,
    modified: Option<ModifiedTime>,
    page: &Page,
) -> SitemapEntry {
    let published = modified_of_item(listed.published.as_deref(), page);
    let image = listed.image.as_deref().and_then(|image| address::resolve(image, &page.url).ok());
    let item = ListingItem {
        title: listed.title.as_deref().and_then(plain::line),
        date: listed.published,
        image,
        language: listed.language,
        version: listed.modified,
        ..ListingItem::of(url, key)
    };
    let newest = published.or(modified).map(|modified| modified.from);
    SitemapEntry { item, is_news: listed.is_news, newest }
}

/// Whether a page is a sitemap, a sitemap index or a list of addresses, by its content.
pub fn is_sitemap(page: &Page) -> bool {
    /// Number of characters within which the root element must appear.
    const WITHIN: usize = 1000;
    let Ok(decoded) = page.text() else { return false };
    let start: String = decoded.text.chars().take(WITHIN).collect();
    begins_like_sitemap(&start) || is_list_of_addresses(&decoded.text)
}

/// Whether a text consists of addresses only, one per line. A single one may be anything.
fn is_list_of_addresses(text: &str) -> bool {
    let lines = || {
        let lines = text.trim_start_matches('\u{FEFF}').lines().map(str::trim);
        lines.filter(|line| !line.is_empty())
    };
    let is_address = |line: &str| {
        let is_web = line.starts_with("http://") || line.starts_with("https://");
        is_web && !line.contains(char::is_whitespace)
    };
    lines().nth(1).is_some() && lines().all(is_address)
}

/// Whether a text begins like a sitemap or a sitemap index.
pub(super) fn begins_like_sitemap(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_root =
        |name: &str| text.contains(&format!("<{name}")) || text.contains(&format!(":{name}"));
    (is_root("urlset") || is_root("sitemapindex"))
        && text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with('<')
        && !text.contains("<html")
}

#[cfg(test)]
mod tests;
