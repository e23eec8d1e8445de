//! A foreign feed with all of its items as written, for tools that display it: nothing is merged or
//! dropped.

use super::person::{self, FeedPerson};
use super::{EntryAddress, EntryText, RawEntry, address, entry_address, parse};
use crate::discover::{DiscoverError, date_order};
use bantin_core::RawHtml;
use bantin_page::Page;
use url::Url;

/// A feed of another publisher.
#[derive(Debug, Clone)]
pub struct ForeignFeed {
    /// The title, as plain text.
    pub title: Option<String>,
    /// The address of its site.
    pub url: Option<Url>,
    /// The description.
    pub description: Option<RawHtml>,
    /// The language (BCP 47), as written.
    pub language: Option<String>,
    /// The date of the last change, as written.
    pub updated: Option<String>,
    /// The author of the feed.
    pub author: Option<FeedPerson>,
    /// The items, in feed order.
    pub items: Vec<ForeignItem>,
}

/// An item of a foreign feed.
#[derive(Debug, Clone)]
pub struct ForeignItem {
    /// The id, as written.
    pub id: Option<String>,
    /// The address of its article.
    pub url: Option<Url>,
    /// The reason why it has no address.
    pub fault: Option<String>,
    /// The title, as plain text; without one, the first sentence of the text.
    pub title: Option<String>,
    /// The date, as written.
    pub date: Option<String>,
    /// The date of the last change, as written.
    pub updated: Option<String>,
    /// The author; of several, the names of all.
    pub author: Option<FeedPerson>,
    /// The summary.
    pub summary: Option<RawHtml>,
    /// The full text.
    pub content: Option<RawHtml>,
    /// The categories, as named by the site.
    pub tags: Vec<String>,
    /// The attached files: their addresses and lengths in bytes.
    pub files: Vec<(Url, Option<u64>)>,
    /// The image.
    pub image: Option<Url>,
    /// The base of relative addresses in its texts.
    pub base: Url,
}

/// Reads the feed on a page.
///
/// # Errors
/// The page is not a feed.
pub fn foreign(page: &Page) -> Result<ForeignFeed, DiscoverError> {
    let (head, mut entries) = parse(page)?;
    date_order::settle(entries.iter_mut().map(|entry| &mut entry.date));
    let site = head.site(&page.url);
    let link = head.link.as_deref();
    Ok(ForeignFeed {
        title: head.title.as_ref().and_then(EntryText::title),
        url: link.and_then(|link| address::resolve(link, &page.url).ok()),
        description: head.description.map(|markup| RawHtml(markup.html(None))),
        language: head.language,
        updated: head.date,
        author: author(head.authors),
        items: entries.into_iter().map(|entry| item(entry, &page.url, &site)).collect(),
    })
}

/// One author with the names of all.
fn author(people: Vec<FeedPerson>) -> Option<FeedPerson> {
    let name = person::names(&people);
    let first = people.into_iter().next()?;
    Some(FeedPerson { name, ..first })
}

fn item(entry: RawEntry, page: &Url, site: &Url) -> ForeignItem {
    let found = entry_address::of(&entry, page, site);
    let base = entry.base.clone().unwrap_or_else(|| page.clone());
    let resolve = |written: &str| address::resolve(written, &base).ok();
    let files = entry.files.iter().filter_map(|file| Some((resolve(&file.url)?, file.length)));
    let title = entry.title.as_ref().and_then(EntryText::title);
    ForeignItem {
        files: files.collect(),
        image: entry.image.as_deref().and_then(resolve),
        fault: found.as_ref().err().cloned(),
        url: found.ok().map(|address| EntryAddress::url(&address).clone()),
        title: title.or_else(|| entry.first_words()),
        id: entry.id,
        date: entry.date,
        updated: entry.updated,
        author: author(entry.authors),
        summary: entry.summary.map(|markup| RawHtml(markup.html(None))),
        content: entry.content.map(|markup| RawHtml(markup.html(None))),
        tags: entry.tags,
        base,
    }
}
