//! Rules for families of content management systems, as `platforms/README.md` describes them.

use super::Selector;
use serde::Deserialize;
use std::sync::Arc;

/// A family and where the fields of its articles are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Its name in a provenance.
    pub name: String,
    /// Beginnings of `<meta name="generator">`, in any case.
    #[serde(default)]
    pub generator: Vec<String>,
    /// A page that has one of these may be of the family.
    #[serde(default)]
    pub marks: Vec<Selector>,
    /// Its selectors.
    pub article: PlatformArticle,
}

/// Selectors for each field, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformArticle {
    /// The title.
    pub title: Vec<Selector>,
    /// The lead.
    pub summary: Vec<Selector>,
    /// The body.
    pub body: Vec<Selector>,
    /// The date.
    pub date: Vec<Selector>,
    /// The author.
    pub author: Vec<Selector>,
    /// The source line.
    pub source: Vec<Selector>,
    /// Links to files.
    pub attachment: Vec<Selector>,
    /// What is cut out of the body.
    pub remove: Vec<Selector>,
}

/// Which families' rules are tried on the pages of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platforms {
    /// The operator's families, which go before the embedded ones.
    pub own: Arc<[Platform]>,
    /// The one that the pages are of, where the operator says so.
    pub of: Named,
}

/// What the operator says of the family of a source's pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Named {
    /// Nothing: each page is recognised by what it holds.
    #[default]
    Unsaid,
    /// They are of this family.
    As(String),
    /// They are of none.
    Without,
}
