//! Assignment of items to the headings of the page.

use super::super::plain;
use super::section::words;
use super::title::is_generic_label;
use bantin_page::dom::text_without;
use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};
use std::collections::{HashMap, HashSet};

/// Maximum characters of a heading.
const MAX_LENGTH: usize = 80;
/// Maximum number of nodes of a heading.
const MAX_PARTS: usize = 200;
/// Maximum number of levels from a heading up to the element that also contains its list.
const NEAR: usize = 5;
/// Words of a class or id that identify a heading.
const WORDS: [&str; 7] = ["title", "heading", "header", "tieude", "caption", "folder", "head"];

/// The headings of the items that begin with these elements.
pub(super) fn of_items(tree: &Html, tops: &HashSet<NodeId>) -> HashMap<NodeId, String> {
    let tabs = tabs(tree);
    let mut found = HashMap::new();
    let mut current: Option<(String, Vec<NodeId>)> = None;
    let mut pending: Option<(NodeId, String)> = None;
    let mut inside: Option<NodeId> = None;
    for edge in tree.root_element().traverse() {
        match edge {
            Edge::Open(node) if inside.is_none() => {
                if tops.contains(&node.id()) {
                    // An element that contains an item is not its heading.
                    pending = None;
                    inside = Some(node.id());
                    if let Some((heading, around)) = &current
                        && node.ancestors().any(|ancestor| around.contains(&ancestor.id()))
                    {
                        found.insert(node.id(), heading.clone());
                    }
                } else if let Some(element) = ElementRef::wrap(node) {
                    if let Some(name) = element.attr("id").and_then(|id| tabs.get(id)) {
                        current = Some((name.clone(), vec![node.id()]));
                    }
                    // The actual heading may be inside a box with links to more.
                    if pending.is_none() || is_tag(element) {
                        pending = heading(element).map(|heading| (node.id(), heading)).or(pending);
                    }
                }
            }
            Edge::Close(node) => {
                if inside == Some(node.id()) {
                    inside = None;
                }
                if let Some((_, heading)) = pending.take_if(|(id, _)| *id == node.id()) {
                    let around = node.ancestors().take(NEAR).map(|ancestor| ancestor.id());
                    current = Some((heading, around.collect()));
                }
            }
            Edge::Open(_) => {}
        }
    }
    found
}

/// The names of page parts that are shown on a click: links to `#part`.
fn tabs(tree: &Html) -> HashMap<&str, String> {
    let links = tree.root_element().descendent_elements().filter(|e| e.value().name() == "a");
    links
        .filter_map(|link| {
            let part = link.attr("href")?.strip_prefix('#').filter(|part| !part.is_empty())?;
            Some((part, plain::of_element(link).filter(|text| text.chars().count() <= MAX_LENGTH)?))
        })
        .collect()
}

fn is_tag(element: ElementRef<'_>) -> bool {
    let name = element.value().name();
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "caption")
}

/// The text of a heading element, without links to more.
fn heading(element: ElementRef<'_>) -> Option<String> {
    let value = element.value();
    let named = || {
        let names = [element.attr("class"), element.attr("id")];
        let mut names = names.into_iter().flatten().flat_map(words);
        value.name() != "a" && names.any(|word| WORDS.contains(&word.as_str()))
    };
    if !is_tag(element) && !named() {
        return None;
    }
    if element.descendants().take(MAX_PARTS + 1).count() > MAX_PARTS {
        return None;
    }
    let mut length = 0;
    for text in element.text().take(40) {
        length += text.trim().chars().count();
        if length > MAX_LENGTH {
            return None;
        }
    }
    let links = element.descendent_elements().skip(1).filter(|e| e.value().name() == "a");
    let more =
        links.filter(|link| plain::of_element(*link).is_none_or(|text| is_generic_label(&text)));
    let cut: HashSet<NodeId> = more.map(|link| link.id()).collect();
    plain::line(&text_without(element, &cut))
        .filter(|text| text.chars().count() <= MAX_LENGTH && text.chars().any(char::is_alphabetic))
}
