//! Assignment of items to the headings of the page.

use super::super::plain;
use super::page_name::PageNames;
use super::section::words;
use super::title::is_generic_label;
use bantin_page::dom::text_without;
use bantin_page::plain::fold;
use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Html, Node};
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
pub(super) fn of_items(
    tree: &Html,
    tops: &HashSet<NodeId>,
    names: &PageNames,
) -> HashMap<NodeId, String> {
    let tabs = tabs(tree);
    let form = HeadingForm::of(tree, tops, names);
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
                        pending =
                            heading(element, form).map(|heading| (node.id(), heading)).or(pending);
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

/// The tag and class of the headings of a page whose classes do not tell what they are.
#[derive(Clone, Copy, PartialEq, Eq)]
struct HeadingForm<'a> {
    tag: &'a str,
    class: &'a str,
}

impl<'a> HeadingForm<'a> {
    /// The form of the element that begins a box with some of the items by the name of the page.
    fn of(tree: &'a Html, tops: &HashSet<NodeId>, names: &PageNames) -> Option<Self> {
        let mut counts: HashMap<NodeId, usize> = HashMap::new();
        for top in tops.iter().filter_map(|top| tree.tree.get(*top)) {
            top.ancestors().for_each(|above| *counts.entry(above.id()).or_default() += 1);
        }
        let begins_box = |element: ElementRef<'_>| {
            let around = element.ancestors().take(2).find_map(|above| counts.get(&above.id()));
            around.is_some_and(|count| *count < tops.len()) && begins_parent(element)
        };
        let candidates = counts.keys().filter_map(|around| tree.tree.get(*around));
        let first = |node: NodeRef<'a, Node>| node.children().find_map(ElementRef::wrap);
        let candidates = candidates.filter_map(first).flat_map(|element| {
            std::iter::once(element).chain(element.children().find_map(ElementRef::wrap))
        });
        let is_name = |element: &ElementRef<'_>| {
            element.descendants().take(MAX_PARTS).count() < MAX_PARTS
                && plain::of_element(*element).is_some_and(|text| {
                    text.chars().count() <= MAX_LENGTH && names.contains(fold(&text).trim())
                })
        };
        let named = candidates.filter(|element| begins_box(*element) && is_name(element));
        named.filter_map(Self::from).min_by_key(|form| (form.tag, form.class))
    }

    fn from(element: ElementRef<'a>) -> Option<Self> {
        let class = element.attr("class").map(str::trim).filter(|class| !class.is_empty())?;
        Some(Self { tag: element.value().name(), class }).filter(|form| form.tag != "a")
    }
}

/// Whether no text precedes an element in its parent.
fn begins_parent(element: ElementRef<'_>) -> bool {
    let text = |node: NodeRef<'_, Node>| match node.value() {
        Node::Text(text) => !text.trim().is_empty(),
        _ => ElementRef::wrap(node).is_some_and(|e| e.text().any(|text| !text.trim().is_empty())),
    };
    !element.prev_siblings().any(text)
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
fn heading(element: ElementRef<'_>, form: Option<HeadingForm<'_>>) -> Option<String> {
    let value = element.value();
    let named = || {
        let names = [element.attr("class"), element.attr("id")];
        let mut names = names.into_iter().flatten().flat_map(words);
        value.name() != "a" && names.any(|word| WORDS.contains(&word.as_str()))
    };
    if !is_tag(element)
        && !named()
        && form.is_none_or(|form| HeadingForm::from(element) != Some(form))
    {
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
