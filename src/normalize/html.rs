//! HTML out of foreign hands made clean: the only maker of [`CleanHtml`].
//!
//! The page's tree is written anew with our own short list of elements ([`write`]): what is not on the list is unwrapped or
//! dropped, every address is made absolute and looked at after that. Then ammonia, which trusts nobody's writer, reads
//! the result with the same list. Cleaning what is clean changes nothing.

mod kind;
mod piece;
mod write;

use crate::model::{CleanHtml, RawHtml};
use crate::page::{Dom, SafeHtml, ScanError};
use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use url::Url;

/// Elements that may stand in an article. `div`, `span`, `font` and the like say nothing and are unwrapped.
const ELEMENTS: [&str; 37] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];
/// Cleans HTML of the page at `page`, whose links are relative to that, or to the `<base>` that the HTML brings along.
pub fn clean(raw: &RawHtml, page: &Url) -> Result<CleanHtml, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(raw.0.clone())?);
    let written = write::article(&dom, &dom.base(page))?;
    Ok(CleanHtml::vouched(GUARD.clean(&written).to_string()))
}

/// The text of clean HTML, a line a block.
pub fn text(clean: &CleanHtml) -> Result<String, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(clean.as_str().to_owned())?);
    Ok(crate::page::plain::lines(&crate::page::dom::text_of(dom.tree().root_element())))
}

/// The images of clean HTML, in their order: (address, alternative text).
pub fn images(clean: &CleanHtml) -> Result<Vec<(String, String)>, ScanError> {
    let dom = Dom::parse(&SafeHtml::check(clean.as_str().to_owned())?);
    let images = dom.tree().root_element().descendants().filter_map(|node| {
        let image = node.value().as_element().filter(|element| element.name() == "img")?;
        Some((image.attr("src")?.to_owned(), image.attr("alt").unwrap_or_default().to_owned()))
    });
    Ok(images.collect())
}

static GUARD: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut guard = Builder::empty();
    guard
        .tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    guard
});

#[cfg(test)]
mod tests;
