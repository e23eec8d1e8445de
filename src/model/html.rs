//! HTML before and after cleaning: two types, so that one cannot be taken for the other.

use serde::Serialize;

/// HTML as a stranger wrote it. It is never published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RawHtml(pub String);

/// HTML that [`crate::normalize`] has cleaned: our short list of elements, absolute http(s) URLs, no script.
///
/// There is no way to make one by accident: `vouched` is called by the cleaner and by the store that
/// reads back what the cleaner made, and a house test holds it to these two.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Takes HTML that the cleaner has made.
    pub(crate) fn from_cleaner(html: String) -> Self {
        Self(html)
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
