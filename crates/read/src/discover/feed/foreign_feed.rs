//! A foreign feed as it is: nothing joined, nothing left out, for those who want to see what it holds.

use super::{RawEntry, address, address_of, parts, person};
use crate::discover::DiscoverError;
use crate::discover::feed::EntryText;
use bantin_core::RawHtml;
use bantin_page::Page;
use url::Url;

/// A feed of somebody else.
#[derive(Debug, Clone)]
pub struct ForeignFeed {
    /// Its title, plain.
    pub title: Option<String>,
    /// The address of its site.
    pub url: Option<Url>,
    /// What it says that it is.
    pub description: Option<RawHtml>,
    /// Its language (BCP 47), as written.
    pub language: Option<String>,
    /// When it changed, as written.
    pub updated: Option<String>,
    /// Its items, in its order.
    pub items: Vec<ForeignItem>,
}

/// An item of a feed of somebody else.
#[derive(Debug, Clone)]
pub struct ForeignItem {
    /// Its id, as written.
    pub id: Option<String>,
    /// The address of its article.
    pub url: Option<Url>,
    /// Why there is none.
    pub fault: Option<String>,
    /// Its title, plain.
    pub title: Option<String>,
    /// Its date, as written.
    pub date: Option<String>,
    /// The name of its author.
    pub author: Option<String>,
    /// What it says in short.
    pub summary: Option<RawHtml>,
    /// All that it says.
    pub content: Option<RawHtml>,
    /// What its site calls its subject.
    pub tags: Vec<String>,
    /// The addresses of the files that come with it.
    pub files: Vec<Url>,
    /// What relative addresses in its texts are relative to.
    pub base: Url,
}

/// Reads the feed on a page.
///
/// # Errors
/// It is none, or holds no item: a sentence that says what it is.
pub fn foreign(page: &Page) -> Result<ForeignFeed, DiscoverError> {
    let (head, entries) = parts(page)?;
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
