//! A foreign feed with all of its items as written, for tools that display it: nothing is merged or
//! dropped.

use super::{RawEntry, address, address_of, parse, person};
use crate::discover::DiscoverError;
use crate::discover::feed::EntryText;
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
    /// The title, as plain text.
    pub title: Option<String>,
    /// The date, as written.
    pub date: Option<String>,
    /// The name of the author.
    pub author: Option<String>,
    /// The summary.
    pub summary: Option<RawHtml>,
    /// The full text.
    pub content: Option<RawHtml>,
    /// The categories, as named by the site.
    pub tags: Vec<String>,
    /// The addresses of the attached files.
    pub files: Vec<Url>,
    /// The base of relative addresses in its texts.
    pub base: Url,
}

/// Reads the feed on a page.
///
/// # Errors
/// The page is not a feed, or contains no item.
pub fn foreign(page: &Page) -> Result<ForeignFeed, DiscoverError> {
    let (head, entries) = parse(page)?;
    let link = head.link.as_deref();
    Ok(ForeignFeed {
        title: head.title.as_ref().and_then(EntryText::title),
        url: link.and_then(|link| address::resolve(link, &page.url).ok()),
        description: head.description.map(|markup| RawHtml(markup.html(None))),
        language: head.language,
        updated: head.date,
        items: entries.into_iter().map(|entry| item(entry, page)).collect(),
    })
}

fn item(entry: RawEntry, page: &Page) -> ForeignItem {
    let found = address_of(&entry, &page.url);
    let base = entry.base.clone().unwrap_or_else(|| page.url.clone());
    let files = entry.files.iter().filter_map(|file| address::resolve(&file.url, &base).ok());
    ForeignItem {
        files: files.collect(),
        fault: found.as_ref().err().cloned(),
        url: found.ok(),
        id: entry.id,
        title: entry.title.as_ref().and_then(EntryText::title),
        date: entry.date,
        author: entry.author.as_deref().and_then(person),
        summary: entry.summary.map(|markup| RawHtml(markup.html(None))),
        content: entry.content.map(|markup| RawHtml(markup.html(None))),
        tags: entry.tags,
        base,
    }
}
