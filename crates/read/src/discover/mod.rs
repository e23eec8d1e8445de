//! Extraction of news items from a fetched page.
//!
//! [`listing`] reads an HTML page with the operator's selectors, [`shape`] an HTML page without
//! selectors, [`feed`] a foreign RSS, Atom or JSON feed, [`sitemap`] a sitemap, [`json`] and
//! [`wordpress`] the answers of APIs, and [`files`] a folder of saved pages. [`kind`] selects the
//! reader of a source. Each article is listed once ([`listing_builder`]), with an address that can
//! be requested ([`address`]). [`paging`] finds the next page of a listing. Nothing here makes
//! requests, and dates are not parsed: they are passed on as written.

mod address;
mod data;
mod date_order;
mod escaping;
mod feed;
mod files;
mod guess;
mod json;
pub mod kind;
mod listing;
mod listing_builder;
mod news;
pub mod paging;
mod plain;
mod platform;
mod references;
mod shape;
mod simple_html;
mod sitemap;
mod wordpress;

use bantin_core::{Listing, ListingProfile, RetryAdvice, Slug, Source};
use bantin_page::{CharsetError, Page, PageError};
use std::fmt;
use url::Url;

pub use data::DataError;
pub use feed::{FeedError, FeedPerson, ForeignFeed, ForeignItem, OpmlOutline, foreign, outlines};
pub use guess::{PathGuess, guess, is_json};
pub use listing_builder::is_same_title;
pub use news::{NewsList, PageNews};
pub(crate) use plain::first_line;
pub use sitemap::{ChildSitemap, MAX_SITEMAP, SitemapError, SitemapSet, is_sitemap};

/// The reason why no item was found on a page. Except for a valid feed without items, an empty
/// listing is an error: a redesigned site looks empty too, and that must not change what is
/// published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The bytes cannot be decoded as a page.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The item selector matches nothing.
    #[error(
        "nothing on the page matches the item selector `{selector}`; if the site was redesigned, locate its items with `bantin try {source_id}`"
    )]
    NoItems {
        /// The selector.
        selector: String,
        /// The source.
        source_id: Slug,
    },
    /// Items were found, but none of them leads to an article.
    #[error(
        "none of the {items} items can be used; the first, {first:?}: {why}; see them with `bantin try {source_id}`"
    )]
    NothingUsable {
        /// The number of items.
        items: usize,
        /// The text of the first one.
        first: String,
        /// The reason why the first one cannot be used.
        why: String,
        /// The source.
        source_id: Slug,
    },
    /// The page is not a readable feed.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The answer of an API cannot be parsed, or does not contain the configured items.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The page is not a readable sitemap.
    #[error(transparent)]
    Sitemap(#[from] SitemapError),
    /// No list on the page looks like news.
    #[error(
        "no list of news was found on the page{why}; name the element that contains one item with `select = {{ item = \"...\" }}` in feeds.toml"
    )]
    NoNews {
        /// The likely reason, preceded by a colon; empty if unknown.
        why: String,
    },
    /// The page is not a listing but something that has its own kind.
    #[error(
        "the page is not a listing: it is {what}; write kind = \"{kind}\" in feeds.toml, or let `bantin add` do it"
    )]
    OtherKind {
        /// The name of the detected document type.
        what: &'static str,
        /// The kind to write in feeds.toml.
        kind: &'static str,
    },
    /// No list is below the requested heading.
    #[error(
        "the page has no list below a heading {list:?}; its headings are: {headings}; `bantin discover` shows the lists"
    )]
    NoList {
        /// The heading.
        list: String,
        /// The headings of the page.
        headings: String,
    },
    /// The WARC file contains no page of the site.
    #[error(
        "the WARC file {file} contains no HTML page below {site} with status 200; correct base_url, which must name the archived site"
    )]
    NoPages {
        /// The file.
        file: String,
        /// The site.
        site: String,
    },
    /// The folder contains no saved page.
    #[error(
        "the folder at {folder} contains no saved page: no file named .html, .htm, .xhtml or .aspx"
    )]
    NoFiles {
        /// The folder's address.
        folder: String,
    },
}

impl From<CharsetError> for DiscoverError {
    fn from(error: CharsetError) -> Self {
        Self::Page(error.into())
    }
}

impl DiscoverError {
    /// The action that the scheduler should take.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            // Cut or garbled in transit, or empty overnight: the next visit may read it whole.
            Self::Page(_)
            | Self::Feed(FeedError::Empty | FeedError::Truncated)
            | Self::Sitemap(SitemapError::Empty)
            | Self::Data(DataError::NoJson(_) | DataError::Refused { .. }) => {
                RetryAdvice::RetryLater
            }
            Self::NoItems { .. }
            | Self::NothingUsable { .. }
            | Self::NoNews { .. }
            | Self::NoList { .. }
            | Self::OtherKind { .. }
            | Self::Feed(_)
            | Self::Data(_)
            | Self::Sitemap(_)
            | Self::NoPages { .. }
            | Self::NoFiles { .. } => RetryAdvice::AskOperator,
        }
    }
}

/// Finds the news items on a page of a source, in page order, each article once.
///
/// Only that of a valid feed may be empty; items that cannot be used are listed in it with the
/// reason.
pub fn items(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    items_with_profile(page, source, &ListingProfile::default())
}

/// Like [`items`], for a page that was read before: the learned layout is tried first.
pub fn items_with_profile(
    page: &Page,
    source: &Source,
    before: &ListingProfile,
) -> Result<Listing, DiscoverError> {
    usable(kind::reader(&source.kind).read(page, source, before)?, source)
}

/// Rejects a listing whose items were all skipped.
fn usable(listing: Listing, source: &Source) -> Result<Listing, DiscoverError> {
    match (listing.items.as_slice(), listing.skipped.first()) {
        ([], Some(skipped)) => Err(DiscoverError::NothingUsable {
            items: listing.skipped.len(),
            first: skipped.item.clone(),
            why: skipped.why.clone(),
            source_id: source.id().clone(),
        }),
        _ => Ok(listing),
    }
}

/// Finds the news on a page of the site at `home` without selectors: all of it, or the items below
/// the heading `list`.
pub fn news(page: &Page, home: &Url, list: Option<&str>) -> Result<PageNews, DiscoverError> {
    by_shape(page, home, list, &ListingProfile::default())
}

fn by_shape(
    page: &Page,
    home: &Url,
    list: Option<&str>,
    before: &ListingProfile,
) -> Result<PageNews, DiscoverError> {
    shape::read(page, home, list, before).map_err(|error| match error {
        DiscoverError::NoNews { .. } if is_json(page) => {
            DiscoverError::OtherKind { what: "JSON", kind: "json" }
        }
        error => error,
    })
}

/// Maximum characters of an item in a message: enough to find it on the page.
const SHOWN: usize = 80;

/// Shortens a text to one that fits into a line of a report.
fn shortened(text: impl fmt::Display) -> String {
    let text = text.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod sample {
    //! Pages and sources for the tests of this stage.

    use bantin_core::*;
    use bantin_page::{ContentCoding, MediaType, Page, Validators};
    use std::time::Duration;

    /// A page at `url` with this body.
    pub(super) fn page(url: &str, media: &str, body: impl Into<Vec<u8>>) -> Page {
        let url: url::Url = url.parse().unwrap();
        let bytes = bytes::Bytes::from(body.into());
        Page {
            requested: url.clone(),
            url,
            media: MediaType::read(media),
            charset: None,
            wire: bytes.clone(),
            coding: ContentCoding::Identity,
            bytes,
            fetched: chrono::DateTime::UNIX_EPOCH,
            validators: Validators::default(),
            cache_hints: bantin_page::CacheHints::default(),
        }
    }

    /// A kind of source with these texts as its settings.
    pub(super) fn kind(name: &str, settings: &[(&'static str, &str)]) -> SourceKind {
        let values = settings.iter().map(|(key, text)| (*key, KeyValue::Text((*text).to_owned())));
        super::kind::named(name).unwrap().with(&values.collect()).unwrap()
    }

    /// A source whose site is at `home`.
    pub(super) fn source(home: &str, kind: SourceKind) -> Source {
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        Source {
            origin: SourceInfo {
                id: "ban-dan-toc".parse().unwrap(),
                title: "Ban Dân tộc".to_owned(),
                home: home.parse().unwrap(),
                feed: None,
                province: None,
                agency: None,
                language: "vi".to_owned(),
                rights: None,
            },
            aliases: Vec::new(),
            url: home.parse().unwrap(),
            folder: None,
            kind,
            charset: None,
            article: ArticleSelectors::default(),
            timetable: CronSchedule::parse("@hourly", zone).unwrap(),
            zone,
            access: HostAccess {
                delay: Duration::ZERO,
                timeout: Duration::from_secs(10),
                ..HostAccess::default()
            },
            max_pages: 20,
            revisits: bantin_core::RevisitPolicy {
                times: 2,
                within: Duration::from_secs(48 * 3600),
            },
            min_edit: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{items, sample};
    use bantin_core::SourceKind;
    use serde_json::Value;
    use std::path::Path;

    /// Reads a page of a sample site and compares addresses and titles with samples/expected.json.
    #[track_caller]
    fn check(site: &str, home: &str, url: &str, media: &str, body: Vec<u8>, kind: SourceKind) {
        let is_files = kind.name() == "files";
        let mut source = sample::source(home, kind);
        source.url = url.parse().unwrap();
        let listing = items(&sample::page(url, media, body), &source).unwrap();
        assert_eq!(listing.skipped, []);
        let found: Vec<_> =
            listing.items.iter().map(|t| (t.url.as_str(), t.title.as_deref())).collect();
        let truth: Value = serde_json::from_slice(&file("expected.json")).unwrap();
        let articles = truth[site].as_array().unwrap();
        let expected: Vec<_> = articles
            .iter()
            .map(|article| (article["url"].as_str().unwrap(), article["title"].as_str()))
            .map(|(url, title)| (url, title.filter(|_| !is_files)))
            .collect();
        assert_eq!(found, expected);
    }

    fn file(path: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(path))
            .unwrap()
    }

    fn listing(item: &str, title: Option<&str>) -> SourceKind {
        let title = title.map(|title| ("select.title", title));
        let settings: Vec<_> = [("select.item", item)].into_iter().chain(title).collect();
        sample::kind("listing", &settings)
    }

    #[test]
    fn the_samples_hold_what_they_promise() {
        check(
            "ban-dan-toc",
            "https://bandantoc.lamdong.example/",
            "https://bandantoc.lamdong.example/tin-tuc/default.aspx",
            "text/html",
            file("ban-dan-toc/tin-tuc/default.aspx"),
            listing("ul.dfwp-list > li", None),
        );
        check(
            "so-van-hoa",
            "https://sovanhoa.hue.example/",
            "https://sovanhoa.hue.example/tin-tuc/",
            "text/html",
            file("so-van-hoa/tin-tuc/index.html"),
            listing("article.post", Some("h2.entry-title a")),
        );
        check(
            "cong-thong-tin",
            "https://dienbien.example/",
            "https://dienbien.example/rss/tin-tuc.rss",
            "application/rss+xml",
            file("cong-thong-tin/rss/tin-tuc.rss"),
            sample::kind("feed", &[]),
        );
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/luu-tru");
        let mut names: Vec<String> = std::fs::read_dir(archive)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        check(
            "luu-tru",
            "https://sokhcn.angiang.example/luu-tru/",
            "https://sokhcn.angiang.example/luu-tru/",
            "inode/directory",
            names.join("\n").into_bytes(),
            sample::kind("files", &[]),
        );
    }
}
