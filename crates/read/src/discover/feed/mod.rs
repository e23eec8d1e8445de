//! Parsers of foreign feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), JSON Feed 1.x.
//!
//! [`bantin_page`] decodes the text, so the document's own encoding declaration is ignored.
//! [`rss`], [`atom`] and [`json`] parse the formats into [`RawEntry`]s, and this module converts
//! those to listing items. Dates stay as written, except those that [`date_order`]
//! rewrites.

mod atom;
mod first_source;
mod foreign_feed;
mod json;
mod json_repair;
mod opml;
mod paged;
mod rss;
pub(super) mod tree;

pub use foreign_feed::{ForeignFeed, ForeignItem, foreign};
pub use opml::{OpmlOutline, outlines};
pub(super) use paged::next;

use super::listing_builder::ListingBuilder;
use super::{DiscoverError, address, date_order, plain, references};
use bantin_core::{
    ArticleKey, FirstSource, HubLinks, Listing, ListingItem, RawAttachment, RawHtml, Source,
};
use bantin_page::Page;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Maximum characters of a lead; a longer description is the article's text.
const MAX_LEAD: usize = 500;

/// Maximum number of items, each of which needs a kilobyte. Those after it are ignored: the newest
/// come first, and the longest feed seen has 2,000.
pub(super) const MAX_ITEMS: usize = 10_000;

/// Maximum number of hubs. One is enough; a feed with hundreds is hostile.
const MAX_HUBS: usize = 4;

/// The reason why a page is not a readable feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// It is another document, such as a web page or a sitemap.
    #[error(
        "the answer is not a feed: it begins with <{0}>; check whether the address still leads to a feed"
    )]
    Foreign(String),
    /// It is neither XML nor a JSON Feed.
    #[error(
        "the answer is neither XML nor a JSON Feed; check whether the address still leads to a feed"
    )]
    NoXml,
    /// It begins like JSON but is not a valid JSON Feed.
    #[error("the answer is not a JSON Feed: {0}")]
    NoJson(String),
    /// It has no items.
    #[error("the feed has no items")]
    Empty,
    /// It is a list of feeds that ends before its end tag, so an unknown number is missing.
    #[error(
        "the list ends in the middle, without </opml>; it was truncated in transit or by its author"
    )]
    Truncated,
    /// Its elements are nested too deeply.
    #[error(
        "the feed nests its elements more than {} deep, as only hostile feeds do",
        tree::MAX_DEPTH
    )]
    TooDeep,
    /// It has too many elements.
    #[error(
        "the feed has more than {} elements or {MAX_ITEMS} items, or needs far more memory than feeds of its length",
        tree::MAX_ELEMENTS
    )]
    TooMany,
    /// It defines its own entities.
    #[error(
        "the feed defines its own entities (a DOCTYPE with an internal subset), which can exhaust a parser; ask the agency to remove the DOCTYPE"
    )]
    Entities,
}

/// The fields of a feed item, independent of the format.
#[derive(Debug, Default)]
pub(super) struct RawEntry {
    /// The id in the feed.
    pub(super) id: Option<String>,
    /// The address of the article, as written.
    pub(super) link: Option<String>,
    /// Whether the id may be used as the address.
    pub(super) id_is_link: bool,
    pub(super) title: Option<EntryText>,
    pub(super) date: Option<String>,
    pub(super) summary: Option<EntryText>,
    pub(super) content: Option<EntryText>,
    pub(super) image: Option<String>,
    pub(super) author: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) files: Vec<RawEnclosure>,
    pub(super) language: Option<String>,
    /// The feed in which it was first published, if that is another one.
    pub(super) first_source: Option<FirstSource>,
    /// The source that the original publisher credited.
    pub(super) source_line: Option<String>,
    /// The base of its relative addresses.
    pub(super) base: Option<Url>,
    /// Whether the document ended inside it.
    pub(super) is_truncated: bool,
}

/// A text and its markup.
#[derive(Debug, Clone)]
pub(super) enum EntryText {
    Plain(String),
    Html(String),
}

impl EntryText {
    /// The text on one line, if it has at most `most` characters.
    fn plain(&self, most: usize) -> Option<String> {
        match self {
            Self::Plain(text) => {
                plain::line(text).filter(|text| most == usize::MAX || text.chars().count() <= most)
            }
            Self::Html(html) => plain::of_html_within(html, most),
        }
    }

    fn title(&self) -> Option<String> {
        match self {
            Self::Plain(text) => plain::line(text),
            Self::Html(html) => plain::of_title(html),
        }
    }

    /// Converts the text to HTML. A base other than the page's (XML Base) is prepended as `<base>`.
    fn html(self, base: Option<&Url>) -> String {
        let html = match self {
            Self::Plain(text) => {
                text.lines().filter_map(plain::line).fold(String::new(), |html, line| {
                    html + "<p>" + &quick_xml::escape::partial_escape(line) + "</p>"
                })
            }
            Self::Html(html) => html,
        };
        match base {
            Some(base) => {
                format!("<base href=\"{}\">{html}", quick_xml::escape::escape(base.as_str()))
            }
            None => html,
        }
    }
}

/// A file attached to an item.
#[derive(Debug, Default)]
pub(super) struct RawEnclosure {
    url: String,
    title: Option<String>,
    media_type: Option<String>,
    length: Option<u64>,
    is_image: bool,
}

/// The metadata of a feed, as written.
#[derive(Debug, Default)]
struct FeedHead {
    title: Option<EntryText>,
    /// The address of its site.
    link: Option<String>,
    description: Option<EntryText>,
    language: Option<String>,
    date: Option<String>,
    /// The addresses of its WebSub hubs.
    hubs: Vec<String>,
    /// Its own address.
    self_url: Option<String>,
}

impl FeedHead {
    /// The hubs and the feed's own address, as absolute addresses.
    fn advertised(&self, page: &Url) -> HubLinks {
        let absolute = |text: &String| page.join(text).ok().filter(|url| url.has_host());
        HubLinks {
            hubs: self.hubs.iter().filter_map(absolute).take(MAX_HUBS).collect(),
            topic: self.self_url.as_ref().and_then(absolute),
        }
    }
}

/// Parses the feed on a page: its metadata and its items.
fn parse(page: &Page) -> Result<(FeedHead, Vec<RawEntry>), DiscoverError> {
    let text = page.text()?.text;
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let (head, mut entries) = if text.starts_with('{') {
        json::read(text)?
    } else {
        let text = references::with_bare_brackets_escaped(text);
        let root = tree::parse(&text)?;
        match &*root.name {
            "rss" | "rdf:rdf" | "channel" => (rss::head(&root), rss::read(&root, &page.url)),
            "feed" => (atom::head(&root), atom::read(&root, &page.url)),
            other => return Err(FeedError::Foreign(other.to_owned()).into()),
        }
    };
    if entries.is_empty() {
        return Err(FeedError::Empty.into());
    }
    date_order::settle(entries.iter_mut().map(|entry| &mut entry.date));
    Ok((head, entries))
}

/// Reads the items of a feed.
pub(super) fn read(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    let (head, entries) = parse(page)?;
    let addressed = entries.into_iter().map(|entry| {
        let url = address_of(&entry, &page.url);
        (entry, url)
    });
    let listing = listing(addressed, &page.url, source.origin.home.as_url());
    Ok(Listing { advertised: head.advertised(&page.url), ..listing })
}

/// The listing of entries, each with its address or the reason why it has none. Relative addresses
/// are resolved against `page`.
pub(super) fn listing(
    entries: impl Iterator<Item = (RawEntry, Result<Url, String>)>,
    page: &Url,
    home: &Url,
) -> Listing {
    let mut gathering = ListingBuilder::default();
    let mut usable = Vec::new();
    for (entry, url) in entries {
        match url {
            Ok(url) => usable.push((entry, url)),
            Err(why) => gathering.skip(describe(&entry), why),
        }
    }
    let shared = shared_ids(&usable, home);
    for (entry, url) in usable {
        let link = entry.link.as_deref().or(entry.id.as_deref().filter(|_| entry.id_is_link));
        let fragment = link.and_then(address::fragment).map(str::to_owned);
        let id = entry.id.as_deref().filter(|id| !shared.contains(*id));
        let key = id.map_or_else(|| ArticleKey::of_page(&url, home), ArticleKey::of_guid);
        let kept = id.and_then(first_source::uri);
        let mut item = listing_item(entry, url, key, page);
        if let Some(first) = &mut item.first_source {
            first.entry = kept;
        }
        gathering.add_beside(item, fragment.as_deref());
    }
    gathering.finish()
}

/// The address of an entry's article, or the reason why it cannot be used.
fn address_of(entry: &RawEntry, page: &Url) -> Result<Url, String> {
    if entry.is_truncated {
        return Err("the feed ends in the middle of it".to_owned());
    }
    let id = entry.id.as_deref().filter(|_| entry.id_is_link);
    let mut failure = "it has neither a link nor a guid that is one".to_owned();
    for written in entry.link.as_deref().into_iter().chain(id) {
        match address::of_item(written, entry.base.as_ref().unwrap_or(page), page) {
            Ok(url) => return Ok(url),
            Err(error) => failure = error.to_string(),
        }
    }
    Err(failure)
}

/// The ids that identify no article: those that several articles share, and positions in the feed.
/// Some feeds give every item the id of the site; treating those as one article would lose all but
/// the first. Others number their items from the top at each fetch.
fn shared_ids(entries: &[(RawEntry, Url)], home: &Url) -> HashSet<String> {
    let ids = || entries.iter().map(|(entry, _)| entry.id.as_deref().unwrap_or_default());
    let is_counted = |from: usize| (from..).zip(ids()).all(|(n, id)| id == n.to_string());
    if entries.len() > 1 && (is_counted(0) || is_counted(1)) {
        return ids().map(str::to_owned).collect();
    }
    let mut pages: HashMap<&str, &Url> = HashMap::new();
    let mut shared = HashSet::new();
    for (entry, url) in entries {
        let Some(id) = entry.id.as_deref() else { continue };
        let first = *pages.entry(id).or_insert(url);
        if first != url && ArticleKey::of_page(first, home) != ArticleKey::of_page(url, home) {
            shared.insert(id.to_owned());
        }
    }
    shared
}

fn listing_item(entry: RawEntry, url: Url, key: ArticleKey, page: &Url) -> ListingItem {
    let base = entry.base.as_ref().unwrap_or(page);
    let resolve = |written: &str| address::resolve(written, base).ok();
    let other_base = Some(base).filter(|base| *base != page);
    let (images, files): (Vec<_>, Vec<_>) = entry.files.into_iter().partition(|file| file.is_image);
    let image = entry.image.into_iter().chain(images.into_iter().map(|file| file.url));
    let mut images = image.filter_map(|written| resolve(&written));
    let image = images.next();
    let is_gathered = entry.first_source.is_some();
    let pictures = images.filter(|_| is_gathered).collect();
    let attachments = files.into_iter().filter_map(|file| {
        let url = resolve(&file.url)?;
        Some(RawAttachment {
            url,
            title: file.title,
            media_type: file.media_type,
            length: file.length,
        })
    });
    let most = if entry.content.is_some() { usize::MAX } else { MAX_LEAD };
    let summary = entry.summary.as_ref().and_then(|summary| summary.plain(most));
    ListingItem {
        title: entry.title.as_ref().and_then(EntryText::title),
        date: entry.date,
        summary,
        image,
        content: entry.content.or(entry.summary).map(|markup| RawHtml(markup.html(other_base))),
        author: entry.author.as_deref().and_then(person),
        tags: entry.tags,
        attachments: attachments.collect(),
        language: entry.language,
        source_line: entry.source_line.filter(|_| is_gathered),
        first_source: entry.first_source,
        pictures,
        ..ListingItem::of(url, key)
    }
}

/// The text that names an entry in a report.
fn describe(entry: &RawEntry) -> String {
    let title = entry.title.as_ref().and_then(EntryText::title);
    title.or_else(|| entry.link.clone()).or_else(|| entry.id.clone()).unwrap_or_default()
}

/// The name of a person in `mail (name)` (RSS 2.0), `name <mail>` or a bare name. A bare mail
/// address is not a name.
fn person(written: &str) -> Option<String> {
    let is_mail = |text: &str| text.contains('@') && !text.trim().contains(char::is_whitespace);
    let name = match written.split_once(['(', '<']) {
        Some((mail, name)) if is_mail(mail) => name.trim_end().trim_end_matches([')', '>']),
        Some((name, mail)) if is_mail(mail) => name,
        _ => written,
    };
    plain::line(name).filter(|name| !is_mail(name))
}

#[cfg(test)]
mod tests;
