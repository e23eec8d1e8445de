//! Renders articles as documents: RSS, Atom, JSON Feed, OPML and HTML pages.
//!
//! Everything except [`files`] is a pure function of the store's articles and the plan. No function
//! reads the clock: `updated` of a feed is that of its newest entry or tombstone. So a restart, a
//! second node or a second run gives the same bytes, and unchanged bytes are not written again. The
//! articles of a feed are selected by the caller.
//!
//! - `xml_text` makes strings legal for all formats, `feed_view` and `entry` convert a feed and its
//!   articles to such strings, and one file per format writes them. [`verify`] parses a document
//!   again before [`files`] writes it to disk.

pub mod archive;
mod atom;
mod entry;
mod feed_view;
pub mod files;
mod folders;
mod html;
mod json_feed;
mod length;
mod opml;
pub mod packing;
mod rss;
#[cfg(test)]
mod tests;
mod verify;
mod xml_text;

pub use length::count_fitting;
pub use verify::{InvalidDocument, verify};

use bantin_core::{Article, ArticleQuery, DocumentKind, Feed, FeedFormat, Origin, Site, Slug};
use feed_view::FeedView;
use std::collections::BTreeMap;

/// The file name of the page that lists all feeds.
pub const INDEX: &str = "index.html";
/// The file name of the OPML list of all feeds, for feed readers.
pub const OPML: &str = "feeds.opml";
/// The media type of HTML pages.
const HTML: &str = "text/html";
/// The customary media type of OPML; none is registered.
const OPML_TYPE: &str = "text/x-opml";

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its plain file name.
    pub name: String,
    /// Its media type, without parameters. All documents are UTF-8.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Renders the documents of a feed: one in each of its formats, and its HTML page. The order of
/// `articles` is irrelevant.
///
/// `kind` is the kind of the documents, with the archives and tombstones that a subscription
/// document refers to. All given articles are published, so there must be at most as many as
/// [`count_fitting`] returns. Without articles there are no documents: an empty feed would replace
/// a good one.
pub fn documents(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    kind: &DocumentKind,
) -> Vec<Document> {
    let Some(view) = FeedView::new(feed, site, origins, articles, kind) else {
        return Vec::new();
    };
    let mut in_formats = formats(&view);
    let page =
        Document { name: page_name(&feed.id), media_type: HTML, bytes: html::feed_page(&view) };
    in_formats.push(page);
    in_formats
}

fn formats(view: &FeedView<'_>) -> Vec<Document> {
    let document = |format: &FeedFormat| Document {
        name: document_name(&view.feed.id, *format),
        media_type: format.media_type(),
        bytes: match format {
            FeedFormat::Rss => rss::write(view),
            FeedFormat::Atom => atom::write(view),
            FeedFormat::Json => json_feed::write(view),
        },
    };
    view.feed.formats.iter().map(document).collect()
}

/// Renders the documents about all feeds: the index page, with the articles of `newest`, and the
/// OPML list.
pub fn overview(
    site: &Site,
    feeds: &[Feed],
    origins: &BTreeMap<Slug, Origin>,
    newest: &[Article],
) -> Vec<Document> {
    let entries = feed_view::entries(site, origins, &ArticleQuery::default(), newest);
    vec![
        Document {
            name: INDEX.to_owned(),
            media_type: HTML,
            bytes: html::index_page(site, feeds, &entries),
        },
        Document { name: OPML.to_owned(), media_type: OPML_TYPE, bytes: opml::write(site, feeds) },
    ]
}

/// The file name of a feed in a format.
pub fn document_name(feed: &Slug, format: FeedFormat) -> String {
    format!("{feed}.{}", format.extension())
}

/// The file name of a feed's HTML page.
pub fn page_name(feed: &Slug) -> String {
    format!("{feed}.html")
}
