//! Rules for families of content management systems, as `platforms/README.md` describes them.

use super::CssSelector;
use serde::Deserialize;
use std::sync::Arc;

/// A family and where the fields of its articles are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformRules {
    /// Its name in a provenance.
    pub name: String,
    /// Beginnings of `<meta name="generator">`, in any case.
    #[serde(default)]
    pub generator: Vec<String>,
    /// A page that has one of these may be of the family.
    #[serde(default)]
    pub marks: Vec<CssSelector>,
    /// Its selectors.
    pub article: PlatformSelectors,
}

/// Selectors for each field, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformSelectors {
    /// The title.
    pub title: Vec<CssSelector>,
    /// The lead.
    pub summary: Vec<CssSelector>,
    /// The body.
    pub body: Vec<CssSelector>,
    /// The date.
    pub date: Vec<CssSelector>,
    /// The author.
    pub author: Vec<CssSelector>,
    /// The source line.
    pub source: Vec<CssSelector>,
    /// Links to files.
    pub attachment: Vec<CssSelector>,
    /// What is cut out of the body.
    pub remove: Vec<CssSelector>,
}

/// Which families' rules are tried on the pages of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformChoice {
    /// The operator's families, which go before the embedded ones.
    pub own: Arc<[PlatformRules]>,
    /// The one that the pages are of, where the operator says so.
    pub of: PlatformName,
}

/// What the operator says of the family of a source's pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PlatformName {
    /// Nothing: each page is recognised by what it holds.
    #[default]
    Unsaid,
    /// They are of this family.
    As(String),
    /// They are of none.
    Without,
}
