//! Parsers of foreign feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0 (RFC 4287), JSON Feed 1.x.
//!
//! [`bantin_page`] decodes the text, so the document's own encoding declaration is ignored.
//! [`rss`], [`atom`] and [`json`] parse the formats into [`RawEntry`]s, and this module converts
//! those to listing items. Dates stay as written, except those that [`date_order`]
//! rewrites.

mod atom;
mod entry_address;
mod first_source;
mod foreign_feed;
mod json;
mod json_repair;
mod opml;
mod paged;
mod person;
mod rss;
mod stream;
pub(super) mod tree;

pub(super) use entry_address::EntryAddress;
pub use foreign_feed::{ForeignFeed, ForeignItem, foreign};
pub use opml::{OpmlOutline, outlines};
pub(super) use paged::next;
pub use person::FeedPerson;

use super::listing_builder::ListingBuilder;
use super::{DiscoverError, address, escaping, plain, references};
use crate::first_sentence;
use bantin_core::{
    ArticleKey, FirstSource, HostAccess, HubLinks, Listing, ListingItem, RawAttachment, RawHtml,
    Source,
};
use bantin_page::Page;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Maximum characters of a lead; a longer description is the article's text.
const MAX_LEAD: usize = 500;
/// Maximum number of files and of people of an entry, because each is compared with the others.
const MAX_PER_ITEM: usize = 100;

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
    /// It is truncated before its first item, or a list of feeds without any.
    #[error("the document has no items, or ends before the first of them")]
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
    /// The addresses of the article, as written, best first.
    pub(super) links: Vec<String>,
    /// Whether the id may be used as the address.
    pub(super) id_is_link: bool,
    /// The address of the comments on it, as written.
    pub(super) comments: Option<String>,
    pub(super) title: Option<EntryText>,
    pub(super) date: Option<String>,
    /// The date of the last change.
    pub(super) updated: Option<String>,
    pub(super) summary: Option<EntryText>,
    pub(super) content: Option<EntryText>,
    pub(super) image: Option<String>,
    pub(super) authors: Vec<FeedPerson>,
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

impl RawEntry {
    /// Whether it says anything itself.
    fn has_text(&self) -> bool {
        let mut texts = self.title.iter().chain(&self.content).chain(&self.summary);
        texts.any(|text| text.plain(usize::MAX).is_some())
    }

    /// The first sentence of its text: the headline of an entry that has none.
    fn first_words(&self) -> Option<String> {
        let text = self.summary.as_ref().or(self.content.as_ref())?;
        first_sentence::of_html(&text.clone().html(None))
    }

    /// Orders its two texts: the content is the longer one. A text without words or media is
    /// dropped.
    fn order_texts(&mut self) {
        self.content = self.content.take().filter(EntryText::says_something);
        self.summary = self.summary.take().filter(EntryText::says_something);
        let (Some(content), Some(summary)) = (&self.content, &self.summary) else { return };
        let length = |text: &EntryText| text.plain(usize::MAX).map_or(0, |text| text.len());
        // Without its markup no text is longer.
        if content.written().len() < summary.written().len() && length(content) < length(summary) {
            std::mem::swap(&mut self.content, &mut self.summary);
        }
    }
}

/// A text and its markup.
#[derive(Debug, Clone)]
pub(super) enum EntryText {
    Plain(String),
    Html(String),
}

impl EntryText {
    /// HTML as a feed contains it: escaped too often, or encoded in Base64.
    fn of_html(html: String) -> Self {
        Self::Html(escaping::peeled(escaping::without_base64(html.into()).into_owned()))
    }

    /// A text that is declared as plain: it is HTML all the same if it has markup.
    fn of_plain(text: String) -> Self {
        let peeled = escaping::peeled(text.clone());
        if escaping::has_markup(&peeled) { Self::Html(peeled) } else { Self::Plain(text) }
    }

    /// The text as written.
    fn written(&self) -> &str {
        let (Self::Plain(text) | Self::Html(text)) = self;
        text
    }

    /// Whether it has words or media.
    fn says_something(&self) -> bool {
        const MEDIA: [&str; 6] = ["<img", "<video", "<audio", "<iframe", "<object", "<embed"];
        match self {
            Self::Plain(text) => plain::line(text).is_some(),
            Self::Html(html) => {
                has_words(html)
                    || MEDIA.iter().any(|tag| html.contains(tag))
                    || plain::of_html(html).is_some()
            }
        }
    }

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
            Self::Plain(text) => plain::line(text).map(escaping::without_references),
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

/// Whether HTML has a letter or digit outside of tags and references: a short way to see that it
/// says something.
fn has_words(html: &str) -> bool {
    let mut outside = html.split('<').enumerate().map(|(number, piece)| match number {
        0 => piece,
        _ => piece.split_once('>').map_or("", |(_, text)| text),
    });
    outside.any(|text| text.split('&').next().is_some_and(|t| t.contains(char::is_alphanumeric)))
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
    authors: Vec<FeedPerson>,
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
    /// The site of a feed: its link, else the host that serves it.
    fn site(&self, page: &Url) -> Url {
        let link = self.link.as_deref().and_then(|link| address::of_item(link, page, page).ok());
        link.or_else(|| page.join("/").ok()).unwrap_or_else(|| page.clone())
    }

    /// The hubs and the feed's own address, as absolute addresses.
    fn advertised(&self, page: &Url) -> HubLinks {
        let absolute = |text: &String| page.join(text).ok().filter(|url| url.has_host());
        HubLinks {
            hubs: self.hubs.iter().filter_map(absolute).take(MAX_HUBS).collect(),
            topic: self.self_url.as_ref().and_then(absolute),
        }
    }
}

/// Parses the feed on a page: its metadata and its items, of which a valid feed may have none.
fn parse(page: &Page) -> Result<(FeedHead, Vec<RawEntry>), DiscoverError> {
    let text = text_of(page)?;
    let base = page.cache_hints.base.as_ref().unwrap_or(&page.url);
    let (head, mut entries) = parse_text(&text, base, true)?;
    for entry in &mut entries {
        entry.id = entry.id.take().filter(|id| !entry_address::is_placeholder(id));
        entry.links.retain(|link| !entry_address::is_placeholder(link));
        entry.order_texts();
    }
    Ok((head, entries))
}

/// The text of a page; that of a large document is not copied.
pub(super) fn text_of(page: &Page) -> Result<Cow<'_, str>, DiscoverError> {
    let is_large = page.bytes.len() > HostAccess::MAX_PAGE;
    match std::str::from_utf8(&page.bytes) {
        Ok(text) if is_large => Ok(Cow::Borrowed(text)),
        _ => Ok(Cow::Owned(page.text()?.text)),
    }
}

/// Parses a document. `is_outermost`: a web page may show the source of a feed as its text.
fn parse_text(
    text: &str,
    page: &Url,
    is_outermost: bool,
) -> Result<(FeedHead, Vec<RawEntry>), FeedError> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if text.starts_with('{') {
        return json::read(text);
    }
    let text = references::with_bare_brackets_escaped(text);
    if text.len() > HostAccess::MAX_PAGE {
        return stream::parse(&text, page);
    }
    let document = tree::parse(&text)?;
    let root = document.feed().unwrap_or(&document);
    let (head, entries) = match &*root.name {
        "rss" | "rdf:rdf" | "channel" => (rss::head(root), rss::read(root, page)),
        "feed" => (atom::head(root), atom::read(root, page)),
        other => {
            let foreign = FeedError::Foreign(other.to_owned());
            let shown = document.text().filter(|_| is_outermost).filter(|text| shows_feed(text));
            return shown.map_or(Err(foreign), |shown| parse_text(&shown, page, false));
        }
    };
    require_items((head, entries), root)
}

/// Refuses a feed that ends before its first item: its items are missing.
fn require_items(
    read: (FeedHead, Vec<RawEntry>),
    root: &tree::XmlElement<'_>,
) -> Result<(FeedHead, Vec<RawEntry>), FeedError> {
    if read.1.is_empty() && !root.is_complete { Err(FeedError::Empty) } else { Ok(read) }
}

/// Whether a text is the source of a feed.
fn shows_feed(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    let begins = ["<?xml", "<rss", "<feed", "<rdf:rdf"].iter().any(|tag| text.starts_with(tag));
    begins && ["<rss", "<feed", "<rdf:rdf"].iter().any(|tag| text.contains(tag))
}

/// Reads the items of a feed.
pub(super) fn read(page: &Page, source: &Source) -> Result<Listing, DiscoverError> {
    let (head, entries) = parse(page)?;
    let site = head.site(&page.url);
    let addressed = entries.into_iter().map(|entry| {
        let url = entry_address::of(&entry, &page.url, &site);
        (entry, url)
    });
    let gathering = ListingBuilder::of_document(page.bytes.len());
    let listing = gathered(gathering, addressed, &page.url, source.origin.home.as_url());
    Ok(Listing { advertised: head.advertised(&page.url), ..listing })
}

/// The listing of entries, each with its address or the reason why it has none. Relative addresses
/// are resolved against `page`.
pub(super) fn listing(
    entries: impl Iterator<Item = (RawEntry, Result<EntryAddress, String>)>,
    page: &Url,
    home: &Url,
) -> Listing {
    gathered(ListingBuilder::default(), entries, page, home)
}

fn gathered(
    mut gathering: ListingBuilder,
    entries: impl Iterator<Item = (RawEntry, Result<EntryAddress, String>)>,
    page: &Url,
    home: &Url,
) -> Listing {
    let mut usable = Vec::new();
    for (entry, address) in entries {
        match address {
            Ok(address) => usable.push((entry, address)),
            Err(why) => gathering.skip(describe(&entry), why),
        }
    }
    let shared = shared_ids(&usable, home);
    for (entry, address) in usable {
        let id = entry.id.as_deref().filter(|id| !shared.contains(*id));
        let fragment = match &address {
            EntryAddress::Page(_) => {
                let id = entry.id.as_ref().filter(|_| entry.id_is_link);
                entry.links.first().or(id).and_then(|link| address::fragment(link))
            }
            EntryAddress::Related(_) => None,
        };
        let fragment = fragment.map(str::to_owned);
        let key = key_of(&entry, &address, id, home);
        let kept = id.and_then(first_source::uri);
        let (EntryAddress::Page(url) | EntryAddress::Related(url)) = address;
        let mut item = listing_item(entry, url, key, page);
        if let Some(first) = &mut item.first_source {
            first.entry = kept;
        }
        gathering.add_beside(item, fragment.as_deref());
    }
    gathering.finish()
}

/// The key of an entry. One without a page has a variant of the key of its address, whatever that
/// is: what is there must not be taken for its page.
fn key_of(entry: &RawEntry, address: &EntryAddress, id: Option<&str>, home: &Url) -> ArticleKey {
    match (address, id) {
        (EntryAddress::Page(_), Some(id)) => ArticleKey::of_guid(id),
        (EntryAddress::Page(url), None) => ArticleKey::of_page(url, home),
        (EntryAddress::Related(_), Some(id)) => ArticleKey::of_guid(id).variant(id),
        (EntryAddress::Related(url), None) => {
            let title = entry.title.as_ref().and_then(EntryText::title);
            let told = title.or_else(|| entry.summary.as_ref()?.plain(usize::MAX));
            let told = told.or_else(|| entry.content.as_ref()?.plain(usize::MAX));
            let told = told.map(|told| bantin_page::plain::fold(&told)).unwrap_or_default();
            ArticleKey::of_page(url, home).variant(&told)
        }
    }
}

/// The ids that identify no article: those that several articles share, and positions in the feed.
/// Some feeds give every item the id of the site; treating those as one article would lose all but
/// the first. Others number their items from the top at each fetch.
fn shared_ids(entries: &[(RawEntry, EntryAddress)], home: &Url) -> HashSet<String> {
    let ids = || entries.iter().map(|(entry, _)| entry.id.as_deref().unwrap_or_default());
    let is_counted = |from: usize| (from..).zip(ids()).all(|(n, id)| id == n.to_string());
    if entries.len() > 1 && (is_counted(0) || is_counted(1)) {
        return ids().map(str::to_owned).collect();
    }
    let mut pages: HashMap<&str, &Url> = HashMap::new();
    let mut shared = HashSet::new();
    for (entry, address) in entries {
        let Some(id) = entry.id.as_deref() else { continue };
        let url = address.url();
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
        author: person::names(&entry.authors),
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
    title
        .or_else(|| entry.links.first().cloned())
        .or_else(|| entry.id.clone())
        .or_else(|| entry.first_words())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
