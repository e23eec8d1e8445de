//! Sitemaps and indexes of them (sitemaps.org 0.9), news sitemaps, and lists of addresses.
//!
//! A sitemap names all pages of a site, up to 50,000 in a file, and a file may be an index of others. So [`SitemapSet`] gathers over
//! several documents, which somebody else brings, and keeps the newest articles only. `lastmod` is when a page was changed, for whatever
//! reason: it orders, it makes a known article worth another look, and it is never an article's date. That is `news:publication_date`
//! alone.

mod article_choice;
mod order;
mod read;

use super::listing_builder::ListingBuilder;
use super::{DiscoverError, address, kind, plain};
use article_choice::SiteSections;
use bantin_core::{ArticleKey, Listing, ListingItem, RegexPattern, SkippedItem, Source};
use bantin_page::Page;
use chrono::{DateTime, TimeDelta, Utc};
use order::ModifiedTime;
use read::{SitemapForm, SitemapItem};
use std::cmp::Reverse;
use std::collections::HashSet;
use url::Url;

/// How many sitemaps of an index a visit asks for.
const MAX_CHILDREN: usize = 20;
/// The newest articles that are listed: those of days, even of a large site; what is older is no news.
const MAX_ARTICLES: usize = 200;
/// The most that a news sitemap may hold by its own rules, all of the last two days.
const MAX_NEWS: usize = 1000;
/// A change further ahead was noted by a wrong clock, or is none.
const AHEAD: TimeDelta = TimeDelta::days(2);

/// Why a page is no sitemap that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SitemapError {
    /// It is something else: a web page, a feed.
    #[error(
        "the answer is no sitemap: it begins with <{0}>; look whether the address still leads to a sitemap, or write kind = \"feed\" or \"listing\" if it is one"
    )]
    Foreign(String),
    /// It is neither XML nor a list of addresses.
    #[error(
        "the answer is neither a sitemap in XML nor a list of addresses; look whether the address still leads to a sitemap"
    )]
    NoText,
    /// It names nothing.
    #[error("the sitemap names no page")]
    Empty,
    /// It is an index, and nothing that it names brings an address.
    #[error(
        "no sitemap that the index names brings an address (those of categories, people and fixed pages, and the index itself, are left out); name the sitemap of its articles in `url`"
    )]
    NoSitemaps,
    /// Its elements are nested too deep.
    #[error(
        "the sitemap nests its elements more than {} deep, as only sitemaps built to do harm do",
        read::MAX_DEPTH
    )]
    TooDeep,
    /// It defines entities of its own.
    #[error(
        "the sitemap defines entities of its own (a DOCTYPE with an internal subset), which can be made to exhaust a reader; ask the agency to leave the DOCTYPE out"
    )]
    Entities,
    /// No address looks like that of an article.
    #[error(
        "none of the {addresses} addresses of the sitemap {why}; the first is {first}; write into `match` what the addresses of its articles have in them, a regular expression"
    )]
    NoArticles {
        /// How many there are.
        addresses: usize,
        /// The first one.
        first: String,
        /// What is missing.
        why: &'static str,
    },
}

/// A sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildSitemap {
    /// Where it is.
    pub url: Url,
    /// When it was changed last, at the latest.
    pub modified: Option<DateTime<Utc>>,
    /// From when on it may have been changed.
    since: Option<DateTime<Utc>>,
}

/// An article that a sitemap names.
#[derive(Debug)]
struct SitemapEntry {
    teaser: ListingItem,
    is_news: bool,
    /// What orders it among the others.
    newest: Option<DateTime<Utc>>,
}

/// What the sitemaps of a source name, as it is gathered.
#[derive(Debug, Default)]
pub struct SitemapSet {
    entries: Vec<SitemapEntry>,
    children: Vec<ChildSitemap>,
    /// The children that were named already.
    named: HashSet<Url>,
    /// How many children were handed out.
    asked: usize,
    /// How many pages there are, articles or not.
    pages: usize,
    first: Option<String>,
    skipped: Vec<SkippedItem>,
    /// Whether an index does not tell when a child was changed.
    is_undated: bool,
}

impl SitemapSet {
    /// Takes in a document.
    ///
    /// # Errors
    /// [`SitemapError`], and [`DiscoverError::Page`] where it is no text; what was taken in before stays.
    pub fn add_document(&mut self, page: &Page, source: &Source) -> Result<(), DiscoverError> {
        let text = page.text()?.text;
        let document = read::read(&text)?;
        drop(text);
        if document.items.is_empty() {
            return Err(SitemapError::Empty.into());
        }
        if !document.whole {
            self.skipped.push(SkippedItem {
                item: super::shortened(&page.url),
                why: "the sitemap ends in the middle; what it names up to there is taken"
                    .to_owned(),
            });
        }
        let matching = kind::reader(&source.kind).matching();
        match document.form {
            SitemapForm::Index => self.add_index(document.items, page, matching),
            SitemapForm::Pages => self.add_pages(document.items, page, source, matching),
        }
        Ok(())
    }

    /// The next sitemap to be brought, the newest first; none after [`MAX_CHILDREN`].
    pub fn next_child(&mut self) -> Option<ChildSitemap> {
        if self.asked >= MAX_CHILDREN || self.children.is_empty() {
            return None;
        }
        self.asked += 1;
        Some(self.children.remove(0))
    }

    /// Whether an unchanged index says that nothing has changed: not where it does not tell when its sitemaps were changed.
    pub fn reports_changes(&self) -> bool {
        !self.is_undated
    }

    /// The listing of what was gathered, the newest first.
    ///
    /// # Errors
    /// [`SitemapError::NoArticles`] and [`SitemapError::NoSitemaps`].
    pub fn listing(self, source: &Source) -> Result<Listing, DiscoverError> {
        if self.entries.is_empty() && self.pages == 0 {
            return Err(SitemapError::NoSitemaps.into());
        }
        if self.entries.is_empty() {
            let why = match kind::reader(&source.kind).matching() {
                Some(_) => "has in it what `match` says",
                None => "looks like that of an article",
            };
            let (addresses, first) = (self.pages, self.first.unwrap_or_default());
            return Err(SitemapError::NoArticles { addresses, first, why }.into());
        }
        let mut gathering = ListingBuilder::default();
        self.entries.into_iter().for_each(|entry| gathering.add(entry.teaser));
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
            if self.named.insert(url.clone()) {
                let modified = item
                    .modified
                    .as_deref()
                    .and_then(|text| modified_of_sitemap(text, page.fetched));
                self.is_undated |= modified.is_none();
                let (modified, since) = (modified.map(|m| m.to), modified.map(|m| m.from));
                children.push(ChildSitemap { url, modified, since });
            }
        }
        // Who says what the addresses of articles look like has them looked for everywhere.
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
        // More are not asked for, and an index may name 50,000.
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
        // When a sitemap was made orders its articles among those of others no better than their places do; but it is not older than
        // what some of them have beside it.
        let orders = pages.iter().any(|(item, _)| item.modified.is_some() && !is_of_sitemap(item));
        for (mut item, url) in pages {
            let modified = modified_of_item(item.modified.as_deref(), page);
            let modified = modified.filter(|_| orders || !is_of_sitemap(&item));
            if is_of_sitemap(&item) {
                item.modified = None;
            }
            let key = ArticleKey::of_page(&url, home);
            self.entries.push(entry(item, url, key, modified, page));
        }
        // Each page in its own order, where no date tells.
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
        /// A sitemap that is wrong as a whole is told by the first of its items.
        const ENOUGH: usize = 10;
        if self.skipped.len() < ENOUGH {
            let item = super::shortened(&item.address);
            self.skipped.push(SkippedItem { item, why: why.to_string() });
        }
    }
}

/// When something was changed, where that can be believed.
fn modified_of_sitemap(text: &str, fetched: DateTime<Utc>) -> Option<ModifiedTime> {
    order::modified(text).filter(|modified| modified.from <= fetched + AHEAD)
}

/// The same of what an item says on a page.
fn modified_of_item(text: Option<&str>, page: &Page) -> Option<ModifiedTime> {
    text.and_then(|text| modified_of_sitemap(text, page.fetched))
}

fn entry(
    item: SitemapItem,
    url: Url,
    key: ArticleKey,
    modified: Option<ModifiedTime>,
    page: &Page,
) -> SitemapEntry {
    let published = modified_of_item(item.published.as_deref(), page);
    let image = item.image.as_deref().and_then(|image| address::resolve(image, &page.url).ok());
    let teaser = ListingItem {
        title: item.title.as_deref().and_then(plain::line),
        date: item.published,
        image,
        language: item.language,
        version: item.modified,
        ..ListingItem::of(url, key)
    };
    let newest = published.or(modified).map(|modified| modified.from);
    SitemapEntry { teaser, is_news: item.is_news, newest }
}

/// Whether a page is a sitemap, an index of them or a list of addresses, by what it holds.
pub fn is_sitemap(page: &Page) -> bool {
    /// The root stands within so many characters.
    const WITHIN: usize = 1000;
    let Ok(decoded) = page.text() else { return false };
    let start: String = decoded.text.chars().take(WITHIN).collect();
    is_start_of_one(&start) || is_list_of_addresses(&decoded.text)
}

/// Whether a text is addresses and nothing else, one a line. A single one may be anything.
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

/// Whether a text begins as a sitemap or an index of them does.
pub(super) fn is_start_of_one(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_root =
        |name: &str| text.contains(&format!("<{name}")) || text.contains(&format!(":{name}"));
    (is_root("urlset") || is_root("sitemapindex"))
        && text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).starts_with('<')
        && !text.contains("<html")
}

#[cfg(test)]
mod tests;
