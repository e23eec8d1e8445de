//! The parts of a page that its server sends after the rest, and scripts put into their places.
//!
//! React's servers send a part that was not ready as a hidden `div` with an id such as `S:0`, and a
//! call that moves it: `$RC("B:0","S:0")` to a boundary, `$RS("S:1","P:1")` to a gap inside another
//! part. Both places are `template` elements; a saved page may have lost the calls, but the numbers
//! usually agree. Without the moves, a page may hide its whole text.

use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{Html, Node};
use std::collections::HashMap;

/// Whether the source of a page has parts that scripts put into their places.
pub(super) fn has_parts(html: &str) -> bool {
    html.contains("<div hidden id=\"S:")
}

/// Whether an element is such a part. One without a place stays where it is, and is visible.
pub(super) fn is_part(element: &Element) -> bool {
    element.attr("hidden").is_some() && element.id().is_some_and(|id| id.starts_with("S:"))
}

/// Puts the parts into their places.
pub(super) fn place(tree: &mut Html) {
    let (mut ids, mut moves) = (HashMap::new(), Vec::new());
    for node in tree.tree.root().descendants() {
        let Some(element) = node.value().as_element() else { continue };
        if let Some(id) = element.attr("id").filter(|id| id.get(1..2) == Some(":")) {
            ids.entry(id.to_owned()).or_insert(node.id());
        }
        if element.name() == "script" {
            let code = node.children().filter_map(|child| child.value().as_text());
            code.for_each(|code| moves.extend(calls(&code.text)));
        }
    }
    // Without calls, a number has one gap or one boundary.
    let mut numbers: Vec<&str> = ids.keys().filter_map(|id| id.strip_prefix("S:")).collect();
    numbers.sort_unstable();
    let is_moved = |part: &str| moves.iter().any(|(moved, _)| moved == part);
    let unmoved = numbers.into_iter().filter(|number| !is_moved(&format!("S:{number}")));
    let unmoved: Vec<(String, String)> = unmoved
        .flat_map(|number| {
            ["P", "B"].map(|kind| (format!("S:{number}"), format!("{kind}:{number}")))
        })
        .collect();
    moves.extend(unmoved);
    for (part, place) in moves {
        if let (Some(part), Some(place)) = (ids.get(&part), ids.get(&place)) {
            replace(tree, *part, *place);
        }
    }
}

/// The moves in a script: each part with its place.
fn calls(code: &str) -> Vec<(String, String)> {
    let call = |rest: &str| {
        let mut strings = rest.split('"');
        let first = strings.next()?.to_owned();
        strings.next().filter(|between| *between == ",")?;
        Some((first, strings.next()?.to_owned()))
    };
    let boundary = code.split("$RC(\"").skip(1).filter_map(call);
    let boundary = boundary.map(|(place, part)| (part, place));
    code.split("$RS(\"").skip(1).filter_map(call).chain(boundary).collect()
}

/// Moves the content of a part in front of a place, and removes the place with the placeholder
/// behind it, which ends with a comment.
fn replace(tree: &mut Html, part: NodeId, place: NodeId) {
    let is_end = |node: &NodeRef<'_, Node>| {
        node.value().as_comment().is_some_and(|comment| comment.comment.starts_with("/$"))
    };
    let Some(from) = tree.tree.get(part) else { return };
    let content: Vec<NodeId> = from.children().map(|child| child.id()).collect();
    let Some(to) = tree.tree.get(place).filter(|to| to.parent().is_some()) else { return };
    // A part is never moved into itself.
    if to.ancestors().any(|above| above.id() == part) {
        return;
    }
    let has_end = to.next_siblings().any(|node| is_end(&node));
    let placeholder = to.next_siblings().take_while(|node| has_end && !is_end(node));
    let mut surplus: Vec<NodeId> = placeholder.map(|node| node.id()).collect();
    surplus.extend([place, part]);
    if let Some(mut to) = tree.tree.get_mut(place) {
        for id in content {
            to.insert_id_before(id);
        }
    }
    for id in surplus {
        if let Some(mut node) = tree.tree.get_mut(id) {
            node.detach();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml, dom::text_of};

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let mut dom = Dom::parse(&SafeHtml::check(body.to_owned()).unwrap()).unwrap();
        assert!(has_parts(body), "{body}");
        place(dom.tree_mut());
        assert_eq!(text_of(dom.tree().root_element()), expected, "{body}");
    }

    #[test]
    fn parts_come_to_their_places() {
        let boundary =
            "<h1>Tin</h1><!--$?--><template id=B:0></template><p>Đang tải</p><!--/$--><p>Hết</p>";
        check(
            &format!(
                "{boundary}<div hidden id=\"S:0\"><p>Một</p><p>Hai</p></div><script>$RC(\"B:0\",\"S:0\")</script>"
            ),
            "Tin\nMột\nHai\nHết",
        );
        check(&format!("{boundary}<div hidden id=\"S:0\"><p>Một</p></div>"), "Tin\nMột\nHết");
        // A gap in a part, and numbers that differ.
        check(
            &format!(
                "{boundary}<div hidden id=\"S:1f\"><p>Một</p><template id=P:2></template></div>\
                 <div hidden id=\"S:2\"><p>Hai</p></div>\
                 <script>$RS(\"S:2\",\"P:2\");$RC(\"B:0\",\"S:1f\")</script>"
            ),
            "Tin\nMột\nHai\nHết",
        );
        // A place that does not exist, and a place inside of its part.
        check("<div hidden id=\"S:0\">Một</div><script>$RC(\"B:9\",\"S:0\")</script>", "Một");
        check(
            "<div hidden id=\"S:0\">Một<template id=P:0></template></div><script>$RS(\"S:0\",\"P:0\")</script>",
            "Một",
        );
    }
}
