//! Rules for CMS families; `platforms/README.md` describes their format.

use super::CssSelector;
use serde::Deserialize;
use std::sync::Arc;

/// The rules for a CMS family: how to recognize its pages and where their fields are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformRules {
    /// Its name, used in provenances.
    pub name: String,
    /// Prefixes of `<meta name="generator">`, ignoring case.
    #[serde(default)]
    pub generator: Vec<String>,
    /// Selectors; a page that matches one of them may belong to the family.
    #[serde(default)]
    pub marks: Vec<CssSelector>,
    /// Its selectors.
    pub article: PlatformSelectors,
}

/// Selectors for each field, best first.
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
    /// Elements to remove from the body.
    pub remove: Vec<CssSelector>,
}

/// The platform rules that are tried on the pages of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformChoice {
    /// The operator's own families, which take precedence over the embedded ones.
    pub own: Arc<[PlatformRules]>,
    /// The operator's choice of the family.
    pub setting: PlatformSetting,
}

/// The family of a source's pages, as the operator configured it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PlatformSetting {
    /// Not configured: the family is detected for each page.
    #[default]
    Detect,
    /// The pages are of this family.
    Family(String),
    /// The pages are of no family.
    Disabled,
}
