//! The address of a feed entry's article: its page, or, for an entry without a page (a podcast, a
//! decision that is a file, a notice that is only text), the best place to send readers to.

use super::RawEntry;
use crate::discover::address;
use url::Url;

/// Texts that templates write into an empty field.
const PLACEHOLDERS: [&str; 7] = ["n/a", "na", "null", "none", "undefined", "-", "about:blank"];

/// The address of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::discover) enum EntryAddress {
    /// The page of the article.
    Page(Url),
    /// A related address. It is not the article's page: the entry itself is the article.
    Related(Url),
}

impl EntryAddress {
    /// The URL.
    pub(super) fn url(&self) -> &Url {
        let (Self::Page(url) | Self::Related(url)) = self;
        url
    }
}

/// Finds the address of an entry, or the reason why it cannot be used. `page`: the feed; `site`:
/// the site that it belongs to.
pub(super) fn of(entry: &RawEntry, page: &Url, site: &Url) -> Result<EntryAddress, String> {
    if entry.is_truncated {
        return Err("the feed ends in the middle of it".to_owned());
    }
    let base = entry.base.as_ref().unwrap_or(page);
    let id = entry.id.as_deref().filter(|_| entry.id_is_link);
    let mut failure = "it has neither a link nor a guid that is one".to_owned();
    for written in entry.links.iter().map(String::as_str).chain(id) {
        match address::of_item(written, base, page) {
            Ok(url) => return Ok(EntryAddress::Page(url)),
            Err(error) => failure = error.to_string(),
        }
    }
    if !entry.has_text() {
        return Err(failure + ", and no text");
    }
    let guid = entry.id.as_deref().filter(|id| is_web(id));
    let file = entry.files.iter().find(|file| !file.is_image).map(|file| file.url.as_str());
    let related = [guid, file, entry.comments.as_deref()].into_iter().flatten();
    let related = related.filter(|written| !is_placeholder(written));
    let url =
        related.filter_map(|written| base.join(written).ok()).find(|url| is_web(url.as_str()));
    Ok(EntryAddress::Related(url.unwrap_or_else(|| site.clone())))
}

/// Whether an id is the address of a page: a web address, or a path if the feed declares its ids
/// as permanent links.
pub(super) fn is_address(id: &str, is_permanent_link: bool) -> bool {
    is_web(id) || (is_permanent_link || id.starts_with('/')) && !id.contains(char::is_whitespace)
}

/// Whether a text stands for an empty field.
pub(super) fn is_placeholder(written: &str) -> bool {
    let written = written.trim();
    written.is_empty() || PLACEHOLDERS.iter().any(|known| known.eq_ignore_ascii_case(written))
}

fn is_web(text: &str) -> bool {
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}
