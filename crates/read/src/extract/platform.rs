//! Detects the CMS family of a page, and holds the embedded rules for the families:
//! `platforms/*.toml`.
//!
//! The rules are data, so that a new family is a new file. An operator's own rules take precedence.
//! `platforms/README.md` describes the format.

mod index;
#[cfg(test)]
mod tests;

use bantin_core::{CssSelector, PlatformChoice, PlatformRules, PlatformSetting};
use bantin_page::Dom;
use index::PageIndex;
use std::sync::LazyLock;

/// The rule files, in the order in which they are tried: narrower families first.
const FILES: [&str; 16] = [
    include_str!("../../platforms/sharepoint-2010-lacviet.toml"),
    include_str!("../../platforms/girc.toml"),
    include_str!("../../platforms/spwebpartmanager.toml"),
    include_str!("../../platforms/molisa.toml"),
    include_str!("../../platforms/moet.toml"),
    include_str!("../../platforms/cema.toml"),
    include_str!("../../platforms/nukeviet.toml"),
    include_str!("../../platforms/vnpt-eportal.toml"),
    include_str!("../../platforms/liferay.toml"),
    include_str!("../../platforms/mediacdn.toml"),
    include_str!("../../platforms/mojoportal.toml"),
    include_str!("../../platforms/wordpress.toml"),
    include_str!("../../platforms/joomla.toml"),
    include_str!("../../platforms/drupal.toml"),
    include_str!("../../platforms/dnn.toml"),
    include_str!("../../platforms/sharepoint-2013.toml"),
];

static EMBEDDED: LazyLock<Vec<PlatformRules>> = LazyLock::new(|| {
    // Skip a file that cannot be parsed; a test parses them all.
    FILES.iter().filter_map(|text| toml::from_str(text).ok()).collect()
});

/// The names of the embedded families, in the order in which they are tried.
pub fn names<'a>() -> impl Iterator<Item = &'a str> {
    EMBEDDED.iter().map(|platform| platform.name.as_str())
}

/// Detects the family of a page: the first whose body selector matches, or else the first whose
/// title selector does.
pub fn recognize<'a>(dom: &Dom, platforms: &'a PlatformChoice) -> Option<&'a PlatformRules> {
    let all = || platforms.own.iter().chain(EMBEDDED.iter());
    match &platforms.setting {
        PlatformSetting::Disabled => return None,
        PlatformSetting::Family(name) => return all().find(|platform| platform.name == *name),
        PlatformSetting::Detect => {}
    }
    let index = PageIndex::of(dom);
    let generator = index.generator.unwrap_or_default();
    let finds = |selector: &CssSelector| index.may_match(selector) && shows(dom, selector);
    let is_there = |selector: &CssSelector| {
        index.may_match(selector) && dom.tree().select(selector.compiled()).next().is_some()
    };
    let mut titled = None;
    for platform in all() {
        let named = platform.generator.iter().any(|name| {
            generator.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        if !named && !platform.marks.iter().any(is_there) {
            continue;
        }
        if platform.article.body.iter().any(finds) {
            return Some(platform);
        }
        if titled.is_none() && platform.article.title.iter().any(finds) {
            titled = Some(platform);
        }
    }
    titled
}

/// Whether any match of a selector has text or a picture.
fn shows(dom: &Dom, selector: &CssSelector) -> bool {
    dom.tree().select(selector.compiled()).any(|element| {
        element.descendants().any(|node| match node.value() {
            scraper::Node::Text(text) => !text.text.trim().is_empty(),
            scraper::Node::Element(element) => element.name() == "img",
            _ => false,
        })
    })
}
