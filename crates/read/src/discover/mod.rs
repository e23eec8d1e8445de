//! From a page that was fetched to the news items on it.
//!
//! [`listing`] reads an HTML page by the operator's selectors, [`shape`] one that nobody described, [`feed`] a foreign RSS,
//! Atom or JSON feed, [`sitemap`] a sitemap, [`json`] and [`wordpress`] the answers of APIs, [`files`] a folder of saved pages; [`kind`] says which of them reads a source. Each article comes out once
//! ([`gather`]), with an address that can be asked for ([`address`]). What page of a listing follows another is told by [`paging`]. Nothing here fetches, and no
//! date is understood here: it is handed on as it is written.

mod address;
mod data;
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
mod shape;
mod simple_html;
mod sitemap;
mod wordpress;

use bantin_core::{Listing, ListingProfile, RetryAdvice, Slug, Source};
use bantin_page::{CharsetError, Page, PageError};
use std::fmt;
use url::Url;

pub use data::DataError;
pub use feed::{FeedError, ForeignFeed, ForeignItem, OpmlOutline, foreign, outlines};
pub use guess::{PathGuess, guess, is_json};
pub use news::{NewsList, PageNews};
pub use sitemap::{ChildSitemap, SitemapError, SitemapSet, is_sitemap};

/// Why no item was found on a page. An empty listing is always an error, because it looks like one on the day that a
/// site is redesigned, and what is published must not change for that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// The bytes cannot be read as a page.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The selector of the items matches nothing.
    #[error(
        "nothing on the page matches the item selector `{selector}`; if the site has a new face, find its items with `bantin try {source_id}`"
    )]
    NoItems {
        /// The selector.
        selector: String,
        /// The source.
        source_id: Slug,
    },
    /// There are items, and not one of them leads to an article.
    #[error(
        "none of the {items} items can be used; the first, {first:?}: {why}; see them with `bantin try {source_id}`"
    )]
    NothingUsable {
        /// How many there are.
        items: usize,
        /// What the first one shows.
        first: String,
        /// Why the first one cannot be used.
        why: String,
        /// The source.
        source_id: Slug,
    },
    /// The page is no feed that can be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The answer of an API cannot be read, or has other items than were named.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The page is no sitemap that can be read.
    #[error(transparent)]
    Sitemap(#[from] SitemapError),
    /// No list on the page looks like news.
    #[error(
        "nothing on the page looks like a list of news{why}; name the element that holds one item with `select = {{ item = \"...\" }}` in feeds.toml"
    )]
    NoNews {
        /// What is known of the reason, after a colon.
        why: String,
    },
    /// The page is something else than a listing, which has a kind of its own.
    #[error(
        "the page is no listing: it is {what}; write kind = \"{kind}\" in feeds.toml, or let `bantin add` do it"
    )]
    OtherKind {
        /// What it is.
        what: &'static str,
        /// The kind in feeds.toml.
        kind: &'static str,
    },
    /// No list stands below the heading that was asked for.
    #[error(
        "no list on the page stands below a heading {list:?}; its headings are: {headings}; `bantin discover` shows the lists"
    )]
    NoList {
        /// The heading.
        list: String,
        /// Those that there are.
        headings: String,
    },
    /// The WARC file holds no page of the site.
    #[error(
        "the WARC file {file} holds no HTML page below {site} that was answered with status 200; correct base_url, which names the site that the file is of"
    )]
    NoPages {
        /// The file.
        file: String,
        /// The site.
        site: String,
    },
    /// The folder holds no saved page.
    #[error(
        "the folder at {folder} holds no saved page: no file named .html, .htm, .xhtml or .aspx"
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
    /// What the schedule should do now.
    pub fn advice(&self) -> RetryAdvice {
        match self {
            // Cut or garbled on the way, or empty for the night: the next visit may find it whole.
            Self::Page(_)
            | Self::Feed(FeedError::Empty | FeedError::CutOff)
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

/// Finds the news items on a page of a source, in the order of the page, each article once.
///
/// The listing is never empty; items that cannot be used are named in it with the reason.
pub fn items(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    items_with_profile(page, source, &ListingProfile::default())
}

/// The same of a page that was read before: what was learned then is looked for first.
pub fn items_with_profile(
    page: &Page,
    source: &Source,
    before: &ListingProfile,
) -> Result<Listing, DiscoverError> {
    usable(kind::reader(&source.kind).read(page, source, before)?, source)
}

/// A listing with an item that can be used.
fn usable(listing: Listing, source: &Source) -> Result<Listing, DiscoverError> {
    match (listing.teasers.as_slice(), listing.skipped.first()) {
        ([], Some(skipped)) => Err(DiscoverError::NothingUsable {
            items: listing.skipped.len(),
            first: skipped.item.clone(),
            why: skipped.why.clone(),
            source_id: source.id().clone(),
        }),
        _ => Ok(listing),
    }
}

/// Finds the news on a page of the site at `home` whose items nobody described: all of it, or what stands below the heading
/// `list`.
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

/// How much of an item is shown where it is named: enough to find it on the page.
const SHOWN: usize = 80;

/// A text short enough for a line of a report.
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
            asked: url.clone(),
            url,
            media: MediaType::read(media),
            told: None,
            wire: bytes.clone(),
            coding: ContentCoding::Identity,
            bytes,
            fetched: chrono::DateTime::UNIX_EPOCH,
            validators: Validators::default(),
            said: bantin_page::CacheHints::default(),
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
            formerly: Vec::new(),
            url: home.parse().unwrap(),
            folder: None,
            kind,
            charset: None,
            article: ArticleSelectors::default(),
            timetable: CronSchedule::parse("@hourly", zone).unwrap(),
            zone,
            access: HostAccess {
                gap: Duration::ZERO,
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
            listing.teasers.iter().map(|t| (t.url.as_str(), t.title.as_deref())).collect();
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
