//! The keys of an operator's file of platform rules.

use super::super::deserialize::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Extraction rules for a family of content management systems, in a file that `platforms` names.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Platform")]
pub(in crate::config) struct PlatformKeys {
    /// The name of the family: a-z, 0-9 and hyphens. A family with the name of an embedded one replaces it.
    #[schemars(
        required,
        example = "cong-xa",
        regex(pattern = "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$")
    )]
    pub(in crate::config) name: Option<Spanned<String>>,
    /// Prefixes of `<meta name="generator">` on pages of the family, compared without case.
    #[schemars(example = ["MyPortal"])]
    pub(in crate::config) generator: Option<Vec<Spanned<String>>>,
    /// CSS selectors of marks: a page with an element that matches one of them may be of this family.
    #[schemars(example = ["[id$=_pnHide]"])]
    pub(in crate::config) marks: Option<Vec<Spanned<String>>>,
    /// Selectors for the fields of an article's page.
    pub(in crate::config) article: Option<Spanned<PlatformArticle>>,
}

/// CSS selectors for each field of an article, in order of preference; the first that finds something is used.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct PlatformArticle {
    /// The title.
    #[schemars(example = ["h1.title"])]
    pub(in crate::config) title: Option<Vec<Spanned<String>>>,
    /// The lead, if it is outside the body.
    #[schemars(example = [".lead"])]
    pub(in crate::config) summary: Option<Vec<Spanned<String>>>,
    /// The body.
    #[schemars(example = ["[class^=ExternalClass]"])]
    pub(in crate::config) body: Option<Vec<Spanned<String>>>,
    /// The date.
    #[schemars(example = ["td.Time"])]
    pub(in crate::config) date: Option<Vec<Spanned<String>>>,
    /// The author.
    #[schemars(example = [".author"])]
    pub(in crate::config) author: Option<Vec<Spanned<String>>>,
    /// The line that names the source.
    #[schemars(example = ["[id$=_pnNguontin]"])]
    pub(in crate::config) source: Option<Vec<Spanned<String>>>,
    /// Links to files.
    #[schemars(example = ["a.fileAttack"])]
    pub(in crate::config) attachment: Option<Vec<Spanned<String>>>,
    /// Elements to remove from the body.
    #[schemars(example = [".share"])]
    pub(in crate::config) remove: Option<Vec<Spanned<String>>>,
}
