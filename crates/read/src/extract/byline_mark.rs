//! The elements around a byline: signatures and sources have names for them.

use super::byline_shape::{is_capital_name, is_whole_name, without_role};
use super::lines::TextLine;
use crate::{names, person};
use bantin_page::Dom;
use scraper::node::Element;

/// Parts of the names of elements for signatures, and of their classes and ids.
const SIGNATURES: [&str; 6] = ["ky-ten", "kyten", "ky_ten", "but-danh", "butdanh", "signature"];
/// Those of elements for sources and bylines.
pub(super) const BYLINES: [&str; 5] = ["source", "nguon", "byline", "author", "tacgia"];

/// Whether the line below a body is the signature of its author, by its form, place or element.
pub(super) fn may_sign(dom: &Dom, line: &TextLine) -> bool {
    // `Phan Ái Liên, Chủ tịch Hội Phụ nữ xã`
    let text = without_role(&line.text);
    let is_one = |name: &str| names::is_person(name) && person::name_fault(name, false).is_none();
    let mut names = text.split([',', '-', '–']).flat_map(|part| part.split(" và "));
    let is_name = names.all(|name| is_one(name.trim()));
    names::is_initials(&line.text)
        || is_name && (is_marked(dom, line, &SIGNATURES) || line.is_right_aligned)
        || is_capital_name(&line.text)
            && (line.is_right_aligned || is_marked(dom, line, &SIGNATURES))
        || is_whole_name(text)
}

/// Whether an element near a line has one of these words in its name, class or id.
pub(super) fn is_marked(dom: &Dom, line: &TextLine, words: &[&str]) -> bool {
    let says = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.split(['-', '_']).any(|word| matches!(word, "ky" | "sig" | "sign"))
            || words.iter().any(|word| lower.contains(word))
    };
    elements_around(dom, line).any(|element| {
        says(element.name()) || element.id().is_some_and(says) || element.classes().any(says)
    })
}

/// The elements around a line, innermost first.
fn elements_around<'a>(dom: &'a Dom, line: &TextLine) -> impl Iterator<Item = &'a Element> {
    const NEAR: usize = 3;
    let node = line.nodes.first().and_then(|id| dom.tree().tree.get(*id));
    let around = node.into_iter().flat_map(|node| node.ancestors()).take(NEAR);
    around.filter_map(|node| node.value().as_element())
}
