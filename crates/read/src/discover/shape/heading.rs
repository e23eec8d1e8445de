//! Assignment of items to the headings of the page.

use super::super::plain;
use super::naming::MORE;
use super::section::words;
use super::title::is_generic_label;
use bantin_core::ArticleKey;
use bantin_core::text::date;
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

/// The headings of items, by the first element of each item.
#[derive(Default)]
pub(super) struct Headings {
    /// The names of lists.
    pub(super) names: HashMap<NodeId, String>,
    /// The days and months of items: `Thứ Sáu, 19/04/2024`, `Tháng 5/2022`.
    pub(super) periods: HashMap<NodeId, String>,
    /// The elements with an item that begin a box with several.
    pub(super) linked: HashSet<NodeId>,
}

/// The headings of the items that begin with these elements. A heading applies within the nearest
/// element around it that contains items, up to the next heading there.
pub(super) fn of_items(tree: &Html, tops: &HashMap<NodeId, &ArticleKey>) -> Headings {
    let tabs = tabs(tree);
    let counts = counts(tree, tops);
    let firsts = first_texts(tree, tops, &counts);
    let is_item = |node: &NodeId| tops.contains_key(node) || counts.contains_key(node);
    let (linked, heads): (HashSet<NodeId>, HashSet<NodeId>) = firsts.into_iter().partition(is_item);
    let mut found = Headings { linked, ..Headings::default() };
    let mut open: Vec<(NodeId, String)> = Vec::new();
    let mut periods: Vec<(NodeId, String)> = Vec::new();
    let mut pending: Option<(NodeId, String)> = None;
    let mut inside: Option<NodeId> = None;
    let begin = |scope: NodeId, heading: String, open: &mut Vec<(NodeId, String)>| {
        open.retain(|(other, _)| *other != scope);
        open.push((scope, heading));
    };
    for edge in tree.root_element().traverse() {
        match edge {
            Edge::Open(node) if inside.is_none() => {
                if tops.contains_key(&node.id()) {
                    // An element that contains an item is not its heading.
                    pending = None;
                    inside = Some(node.id());
                    if let Some((_, heading)) = open.last() {
                        found.names.insert(node.id(), heading.clone());
                    }
                    if let Some((_, period)) = periods.last() {
                        found.periods.insert(node.id(), period.clone());
                    }
                } else if let Some(element) = ElementRef::wrap(node) {
                    if let Some(name) = element.attr("id").and_then(|id| tabs.get(id)) {
                        begin(node.id(), name.clone(), &mut open);
                    }
                    // The actual heading may be inside a box with links to more.
                    if pending.is_none() || is_tag(element) {
                        pending = heading(element, &heads)
                            .map(|heading| (node.id(), heading))
                            .or(pending);
                    }
                }
            }
            Edge::Close(node) => {
                if inside == Some(node.id()) {
                    inside = None;
                }
                for open in [&mut open, &mut periods] {
                    open.retain(|(scope, _)| *scope != node.id());
                }
                if let Some((_, heading)) = pending.take_if(|(id, _)| *id == node.id()) {
                    let mut around = node.ancestors().take(NEAR).map(|ancestor| ancestor.id());
                    if let Some(scope) = around.find(|scope| counts.contains_key(scope)) {
                        let open = if is_period(&heading) { &mut periods } else { &mut open };
                        begin(scope, heading, open);
                    }
                }
            }
            Edge::Open(_) => {}
        }
    }
    found
}

/// Whether a heading is a day or a month.
fn is_period(heading: &str) -> bool {
    /// The words of a month that is written in Vietnamese.
    const WORDS: [&str; 4] = ["thang", "nam", "month", "year"];
    let folded = fold(heading);
    let mut words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_month = |word: &str| WORDS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit());
    date::find(heading).is_some_and(|found| found.other_letters() <= 12)
        || folded.contains(|c: char| c.is_ascii_digit()) && words.all(is_month)
}

/// The items in an element.
struct ItemCount<'a> {
    items: usize,
    first: &'a ArticleKey,
    /// Whether they are of different articles.
    is_several: bool,
}

/// Counts the items in each element.
fn counts<'a>(
    tree: &Html,
    tops: &HashMap<NodeId, &'a ArticleKey>,
) -> HashMap<NodeId, ItemCount<'a>> {
    let mut counts: HashMap<NodeId, ItemCount<'a>> = HashMap::new();
    for (top, key) in tops {
        let above = tree.tree.get(*top).into_iter().flat_map(|top| top.ancestors());
        for node in above {
            let new = || ItemCount { items: 0, first: key, is_several: false };
            let count = counts.entry(node.id()).or_insert_with(new);
            count.items += 1;
            count.is_several |= count.first != *key;
        }
    }
    counts
}

/// The elements that begin a box with some of the items: its heading, whatever its class is, or an
/// item.
fn first_texts(
    tree: &Html,
    tops: &HashMap<NodeId, &ArticleKey>,
    counts: &HashMap<NodeId, ItemCount<'_>>,
) -> HashSet<NodeId> {
    let is_box =
        |(_, count): &(&NodeId, &ItemCount<'_>)| count.is_several && count.items < tops.len();
    let first_text = |node: &NodeId| {
        let first = tree.tree.get(*node)?.children().find(|child| has_text(*child))?;
        first.value().is_element().then(|| first.id())
    };
    counts.iter().filter(is_box).filter_map(|(node, _)| first_text(node)).collect()
}

/// Whether an element shows nothing but a link of one word, or the path to the page.
fn is_button(element: ElementRef<'_>) -> bool {
    let Some(text) = plain::of_element(element) else { return true };
    let mut links = element.descendent_elements().filter(|inner| inner.value().name() == "a");
    let is_linked = links.any(|link| plain::of_element(link).as_ref() == Some(&text));
    is_linked && !text.contains(' ') || fold(&text).starts_with("trang chu")
}

/// Whether a row of a table has several cells: the names of its columns.
fn names_columns(node: NodeRef<'_, Node>) -> bool {
    let rows = node.children().find(|child| has_text(*child));
    match node.value().as_element().map(|element| element.name()) {
        Some("thead") => rows.is_some_and(names_columns),
        Some("tr") => node.children().filter(|cell| has_text(*cell)).count() > 1,
        _ => false,
    }
}

/// Whether a node has letters or digits. Of a large one, only the beginning is read: it has some.
fn has_text(node: NodeRef<'_, Node>) -> bool {
    let mut read = 0;
    let mut inside = node.descendants();
    inside.any(|inner| {
        read += 1;
        read > MAX_PARTS
            || matches!(inner.value(), Node::Text(text) if text.chars().any(char::is_alphanumeric))
    })
}

/// The names of page parts that are shown on a click: links to `#part`. The arrows of a carousel are
/// no names.
fn tabs(tree: &Html) -> HashMap<&str, String> {
    let links = tree.root_element().descendent_elements().filter(|e| e.value().name() == "a");
    links
        .filter_map(|link| {
            let part = link.attr("href")?.strip_prefix('#').filter(|part| !part.is_empty())?;
            let moves =
                ["data-slide", "data-bs-slide"].iter().any(|name| link.attr(name).is_some());
            let is_name = |text: &String| {
                text.chars().count() <= MAX_LENGTH && text.contains(char::is_alphabetic)
            };
            Some((part, plain::of_element(link).filter(|text| is_name(text) && !moves)?))
        })
        .collect()
}

fn is_tag(element: ElementRef<'_>) -> bool {
    let name = element.value().name();
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "caption")
}

/// Whether an element of any kind announces more of the news above it: `Các tin khác:`.
fn announces_more(element: ElementRef<'_>) -> bool {
    /// Maximum length of such a text, in bytes.
    const MAX_BYTES: usize = 60;
    const MAX_WORDS: usize = 5;
    let mut text = String::new();
    for piece in element.text() {
        text.push_str(piece.trim_start());
        if text.len() > MAX_BYTES {
            return false;
        }
    }
    let folded = fold(text.trim_matches(|c: char| !c.is_alphanumeric()));
    folded.split(' ').count() <= MAX_WORDS && MORE.iter().any(|words| folded.ends_with(words))
}

/// The text of a heading element, without links to more.
fn heading(element: ElementRef<'_>, heads: &HashSet<NodeId>) -> Option<String> {
    let value = element.value();
    let named = || {
        let names = [element.attr("class"), element.attr("id")];
        let mut names = names.into_iter().flatten().flat_map(words);
        value.name() != "a" && names.any(|word| WORDS.contains(&word.as_str()))
    };
    if !is_tag(element) && !named() && !heads.contains(&element.id()) && !announces_more(element) {
        return None;
    }
    if element.descendants().take(MAX_PARTS + 1).count() > MAX_PARTS || names_columns(*element) {
        return None;
    }
    // A button at the start of a box: `RSS`.
    if heads.contains(&element.id()) && !is_tag(element) && !named() && is_button(element) {
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
