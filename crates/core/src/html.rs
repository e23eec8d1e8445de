//! HTML before and after sanitizing: two types that cannot be confused.

use ammonia::{Builder, UrlRelative};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Unsanitized HTML from others. It is never published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RawHtml(pub String);

/// Sanitized HTML: a short list of elements, absolute http(s) URLs, no scripts.
///
/// There are three ways to make one: [`CleanHtml::sanitize`]; deserialization, which rejects HTML
/// that sanitizing would change; and [`CleanHtml::from_store`], which a test restricts to the
/// store. The caller limits the nesting of foreign HTML before it sanitizes or deserializes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// The elements allowed in an article. `div`, `span`, `font` and the like carry no meaning and
    /// are unwrapped.
    pub const ELEMENTS: [&str; 37] = [
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

    /// Removes every element, attribute and URL that is not on the lists.
    pub fn sanitize(html: &str) -> Self {
        Self(SANITIZER.clean(html).to_string())
    }

    /// Wraps HTML that was sanitized before it was stored. Only the store may call it, to read
    /// articles.
    pub fn from_store(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for CleanHtml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let html = String::deserialize(deserializer)?;
        let clean = Self::sanitize(&html);
        if clean.0 == html { Ok(clean) } else { Err(D::Error::custom("the HTML is not sanitized")) }
    }
}

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sanitizer = Builder::empty();
    sanitizer
        .tags(HashSet::from(CleanHtml::ELEMENTS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt"])),
            ("li", HashSet::from(["value"])),
            ("ol", HashSet::from(["start", "type", "reversed"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None);
    sanitizer
});
