//! Articles to documents: RSS, Atom, JSON Feed, OPML and HTML pages.
//!
//! Everything but [`files`] is a pure function of its arguments: it reads no clock, so equal articles give equal bytes
//! on every node and after every restart. Which articles are in a feed is chosen before they come here.
//!
//! - `xml_text` makes a string fit to be written, `edition` and `entry` turn a feed and its articles into such strings,
//!   and one file for each format writes them. [`verify`] reads a document again before [`files`] puts it in place.

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

pub use length::fitting;
pub use verify::{InvalidDocument, verify};

use bantin_core::{Article, DocumentKind, Feed, FeedFormat, Origin, Site, Slug};
use feed_view::FeedView;
use std::collections::BTreeMap;

/// The name of the page that lists all feeds.
pub const INDEX: &str = "index.html";
/// The name of the list of all feeds for feed readers.
pub const OPML: &str = "feeds.opml";
/// The media type of HTML pages.
const HTML: &str = "text/html";
/// The media type of OPML, by custom: none is registered.
const OPML_TYPE: &str = "text/x-opml";

/// One file of what is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its plain file name.
    pub name: String,
    /// Its media type, without parameters. All documents are UTF-8.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The documents of a feed: one in each of its formats, and its HTML page. The order of `articles` means nothing.
///
/// `standing` is what lies behind them, of a subscription document. All articles given are published, so
/// that they are no more than [`fitting`] tells. Where there
/// are none, there are no documents: an empty feed would take the place of a good one.
pub fn documents(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    standing: &DocumentKind,
) -> Vec<Document> {
    let Some(edition) = FeedView::new(feed, site, origins, articles, standing) else {
        return Vec::new();
    };
    let mut in_formats = formats(&edition);
    let page =
        Document { name: page_name(&feed.id), media_type: HTML, bytes: html::feed_page(&edition) };
    in_formats.push(page);
    in_formats
}

/// The document of each format.
fn formats(edition: &FeedView<'_>) -> Vec<Document> {
    let document = |format: &FeedFormat| Document {
        name: document_name(&edition.feed.id, *format),
        media_type: format.media_type(),
        bytes: match format {
            FeedFormat::Rss => rss::write(edition),
            FeedFormat::Atom => atom::write(edition),
            FeedFormat::Json => json_feed::write(edition),
        },
    };
    edition.feed.formats.iter().map(document).collect()
}

/// The documents about all feeds: the index page, with the articles of `newest`, and the OPML list.
pub fn overview(
    site: &Site,
    feeds: &[Feed],
    origins: &BTreeMap<Slug, Origin>,
    newest: &[Article],
) -> Vec<Document> {
    let entries = feed_view::entries(site, origins, newest);
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
