//! An index of the names in a page, built in one walk, by which most platform selectors can be
//! skipped.
//!
//! Sixteen families have more than a hundred selectors, and each would walk the whole page to match
//! nothing.

use bantin_core::CssSelector;
use bantin_page::Dom;
use std::collections::HashSet;

/// The attributes that rules use; values of others are not indexed.
const INDEXED_ATTRIBUTES: [&str; 5] = ["id", "class", "href", "itemprop", "data-role"];

/// The ids, classes and some attribute values of a page.
#[derive(Debug, Default)]
pub(super) struct PageIndex<'a> {
    classes: HashSet<&'a str>,
    /// The values of each attribute of [`INDEXED_ATTRIBUTES`].
    values: [HashSet<&'a str>; INDEXED_ATTRIBUTES.len()],
    /// The content of `<meta name="generator">`.
    pub(super) generator: Option<&'a str>,
}

/// A class or attribute value without which a selector cannot match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SelectorRequirement<'s> {
    Class(&'s str),
    Attribute { name: usize, operator: char, value: &'s str },
}

impl<'a> PageIndex<'a> {
    /// Indexes a page.
    pub(super) fn of(dom: &'a Dom) -> Self {
        let mut index = Self::default();
        for node in dom.tree().root_element().descendants() {
            let Some(element) = node.value().as_element() else { continue };
            if element.name() == "meta" {
                let name = element.attr("name");
                if name.is_some_and(|name| name.eq_ignore_ascii_case("generator")) {
                    index.generator = index.generator.or(element.attr("content").map(str::trim));
                }
                continue;
            }
            for (name, value) in element.attrs() {
                let kept = INDEXED_ATTRIBUTES.iter().position(|kept| *kept == name);
                let Some(values) = kept.and_then(|kept| index.values.get_mut(kept)) else {
                    continue;
                };
                // The classes of a repeated value are already indexed.
                if values.insert(value) && name == "class" {
                    index.classes.extend(value.split_ascii_whitespace());
                }
            }
        }
        index
    }

    /// Whether a selector may match on the page; `false` is definite.
    pub(super) fn may_match(&self, selector: &CssSelector) -> bool {
        needed(selector.as_str()).all(|needed| match needed {
            SelectorRequirement::Class(class) => self.classes.contains(class),
            SelectorRequirement::Attribute { name, operator, value } => {
                let Some(values) = self.values.get(name) else { return true };
                match operator {
                    '=' => values.contains(value),
                    '^' => values.iter().any(|has| has.starts_with(value)),
                    '$' => values.iter().any(|has| has.ends_with(value)),
                    '*' => values.iter().any(|has| has.contains(value)),
                    _ => true,
                }
            }
        })
    }
}

/// The requirements of a selector; none if it has more than names and attributes.
fn needed(written: &str) -> impl Iterator<Item = SelectorRequirement<'_>> {
    // A list has alternatives, a function may negate its argument, an escape stands for another
    // letter, and spaces inside brackets would be read as part of the name.
    let plain = !written.contains([',', ':', '\\', '(']) && !written.contains("[ ");
    let mut rest = if plain { written } else { "" };
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(['#', '.', '['])?;
            let (mark, after) = rest.get(at..)?.split_at_checked(1)?;
            if mark == "[" {
                let (inside, behind) = after.split_once(']')?;
                rest = behind;
                if let Some(needed) = attribute(inside) {
                    return Some(needed);
                }
                continue;
            }
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
            let (name, behind) = after.split_at_checked(end)?;
            rest = behind;
            return Some(if mark == "#" {
                SelectorRequirement::Attribute { name: 0, operator: '=', value: name }
            } else {
                SelectorRequirement::Class(name)
            });
        }
    })
}

/// The requirement of `name^=value`, the inside of brackets.
fn attribute(inside: &str) -> Option<SelectorRequirement<'_>> {
    let (name, value) = inside.split_once('=')?;
    let bare = name.trim_end_matches(['^', '$', '*', '~', '|']);
    let operator = name.get(bare.len()..)?.chars().next().unwrap_or('=');
    let name = INDEXED_ATTRIBUTES.iter().position(|kept| *kept == bare)?;
    let value = value.trim();
    let quoted =
        ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    // A case flag may follow the quotes.
    let value = quoted.or_else(|| (!value.contains(['"', '\'', ' '])).then_some(value))?;
    (!value.is_empty()).then_some(SelectorRequirement::Attribute { name, operator, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::SafeHtml;

    const PAGE: &str = "<meta name=Generator content=' Nuke Viet '><div id=main><p class='a b-c' id=ctl00_g_1_pnHide>x</p>\
        <a href='/wp-content/x.PDF' data-role=title itemprop=url>y</a><span class='ExternalClassA1 z'></span></div>";

    fn dom() -> Dom {
        Dom::parse(&SafeHtml::check(PAGE.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn what_a_page_lacks_is_not_looked_for() {
        let dom = dom();
        let index = PageIndex::of(&dom);
        assert_eq!(index.generator, Some("Nuke Viet"));
        for written in [
            "#other p",
            ".c",
            ".a.d",
            "[id$=_pnShow]",
            "[id^=pn]",
            "[class^=Internal]",
            "a[href*='/sites/']",
            "[data-role=sapo]",
            "div > .b",
            "[href$='.pdf']",
        ] {
            assert!(!index.may_match(&written.parse().unwrap()), "{written}");
        }
    }

    /// A matching selector of any form is never skipped.
    #[test]
    fn what_matches_is_looked_for() {
        let dom = dom();
        let index = PageIndex::of(&dom);
        for written in [
            "#main p",
            ".a",
            ".b-c.a",
            "p.a#ctl00_g_1_pnHide",
            "[id$=_pnHide]",
            "[id^='ctl00']",
            "[id*=\"_g_\"]",
            "[class^=ExternalClass]",
            "a[href*='/wp-content/']",
            "[data-role=title]",
            ".none, .a",
            "p:not(.none)",
            "div:has(.a)",
            "[class~=b-c]",
            "[href$='.pdf' i]",
            "[ id = main ]",
            "[id]",
            "*",
            "[rel=none], a",
            "div > p.a + a",
            ".\\61",
            "[itemprop=url]",
        ] {
            let selector: CssSelector = written.parse().unwrap();
            assert!(dom.tree().select(selector.compiled()).next().is_some(), "{written}");
            assert!(index.may_match(&selector), "{written}");
        }
    }
}
