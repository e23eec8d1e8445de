//! Under which heading of the page an item stands.

use super::super::plain;
use super::place::words;
use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html};
use std::collections::{HashMap, HashSet};

/// A longer text is no heading, in characters.
const LONGEST: usize = 80;
/// How far above its heading the element is that holds a list too.
const NEAR: usize = 5;
/// Words of a class or id that name a heading.
const WORDS: [&str; 7] = ["title", "heading", "header", "tieude", "caption", "folder", "head"];

/// The headings of the items that begin with these elements.
pub(super) fn of_items(tree: &Html, tops: &HashSet<NodeId>) -> HashMap<NodeId, String> {
    let mut found = HashMap::new();
    let mut current: Option<(String, Vec<NodeId>)> = None;
    let mut pending: Option<(NodeId, String)> = None;
    let mut inside: Option<NodeId> = None;
    for edge in tree.root_element().traverse() {
        match edge {
            Edge::Open(node) if inside.is_none() => {
                if tops.contains(&node.id()) {
                    // What holds an item is not the heading of it.
                    pending = None;
                    inside = Some(node.id());
                    if let Some((heading, around)) = &current
                        && node.ancestors().any(|ancestor| around.contains(&ancestor.id()))
                    {
                        found.insert(node.id(), heading.clone());
                    }
                } else if pending.is_none() {
                    pending = ElementRef::wrap(node)
                        .and_then(heading)
                        .map(|heading| (node.id(), heading));
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

/// The text of an element that is a heading.
fn heading(element: ElementRef<'_>) -> Option<String> {
    let value = element.value();
    let is_tag =
        matches!(value.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "caption");
    let named = || {
        let names = [element.attr("class"), element.attr("id")];
        let mut names = names.into_iter().flatten().flat_map(words);
        value.name() != "a" && names.any(|word| WORDS.contains(&word.as_str()))
    };
    if !is_tag && !named() {
        return None;
    }
    let mut length = 0;
    for text in element.text().take(40) {
        length += text.trim().chars().count();
        if length > LONGEST {
            return None;
        }
    }
    plain::of_element(element)
        .filter(|text| text.chars().count() <= LONGEST && text.chars().any(char::is_alphabetic))
}
