//! The elements that a selector matches: of a body in several pieces, all of them.

use super::body_boilerplate;
use bantin_core::{CssSelector, Provenance};
use bantin_page::{Dom, plain};
use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

/// The HTML of the elements that a selector matches, in page order; `None` if they contain no text,
/// image or link.
///
/// The operator's selector takes every match; a platform's takes the first one and its further
/// pieces.
pub(super) fn html(dom: &Dom, selector: &CssSelector, from: &Provenance) -> Option<String> {
    let every = matches!(from, Provenance::Selector(_));
    let mut found: Vec<ElementRef<'_>> = Vec::new();
    for element in dom.tree().select(selector.compiled()) {
        // An element inside a match is already in its HTML.
        let last = found.last().map(|last| last.id());
        if last.is_some_and(|last| element.ancestors().any(|above| above.id() == last)) {
            continue;
        }
        if shows_content(element) {
            found.push(element);
        }
    }
    if !every && found.len() > 1 {
        let is_beside =
            |element: &ElementRef<'_>| element.ancestors().any(body_boilerplate::is_sidebar);
        if !found.iter().all(is_beside) {
            found.retain(|element| !is_beside(element));
        }
        let rest = found.split_first().map_or(1, |(first, rest)| pieces(*first, rest));
        found.truncate(rest);
    }
    // Keep the element's own tag: a match may be a paragraph.
    (!found.is_empty()).then(|| found.iter().map(ElementRef::html).collect())
}

/// Whether an element shows a text, an image or a link.
fn shows_content(element: ElementRef<'_>) -> bool {
    element.descendants().any(|node| match node.value() {
        Node::Text(text) => !plain::is_blank(&text.text),
        Node::Element(element) => matches!(element.name(), "img" | "a"),
        _ => false,
    })
}

/// The number of matches that are pieces of one text: some sites put the lead, or each part between
/// two advertisements, into its own element. A heading or an `article` between two matches, and the
/// end of an `article` or of a list's entry around the first one, end the text.
fn pieces(first: ElementRef<'_>, rest: &[ElementRef<'_>]) -> usize {
    let mut rest = rest.iter().map(|piece| piece.id());
    let (mut count, mut next) = (1, rest.next());
    let mut node = Some(*first);
    let is_item = |node: NodeRef<'_, Node>| {
        node.value().as_element().is_some_and(|e| matches!(e.name(), "article" | "li" | "tr"))
    };
    let begins_other = |node: NodeRef<'_, Node>| {
        let name = node.value().as_element().map_or("", |element| element.name());
        matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "article")
    };
    while let (Some(at), Some(piece)) = (node, next) {
        // Past the element: to its next sibling, or to that of an element around it.
        let mut left = at;
        let behind = loop {
            match (left.next_sibling(), left.parent()) {
                (Some(sibling), _) => break Some(sibling),
                (None, Some(above)) if !is_item(above) => left = above,
                _ => break None,
            }
        };
        let Some(mut behind) = behind else { break };
        // Down to the next piece.
        while behind.id() != piece && !begins_other(behind) {
            let Some(below) = behind.first_child() else { break };
            behind = below;
        }
        if begins_other(behind) {
            break;
        }
        if behind.id() == piece {
            (count, next) = (count + 1, rest.next());
        }
        node = Some(behind);
    }
    count
}
