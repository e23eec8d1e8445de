//! What stands among the text of a guessed body and is no text of it: boxes of links, invitations, other articles.

use super::dates;
use super::generic;
use super::labels;
use super::lines::{self, Line};
use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};
use std::collections::{HashMap, HashSet};

/// Words in classes and ids of what stands beside an article, whole or between hyphens and capitals.
const BESIDE: [&str; 36] = [
    "comment",
    "comments",
    "related",
    "sidebar",
    "disqus",
    "newsletter",
    "promo",
    "recommend",
    "recommended",
    "recommendations",
    "popular",
    "trending",
    "mostread",
    "share",
    "sharing",
    "social",
    "advert",
    "advertisement",
    "sponsored",
    "outbrain",
    "taboola",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "subscribe",
    "signup",
    "readmore",
    "bio",
    "lienquan",
    "tinkhac",
    "binhluan",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
];

/// Whether an element is named as something that stands beside articles.
pub(super) fn is_beside(node: NodeRef<'_, Node>) -> bool {
    let Some(element) = node.value().as_element() else { return false };
    if matches!(element.name(), "aside") {
        return true;
    }
    if matches!(element.name(), "body" | "html") {
        return false;
    }
    let names = element.attr("id").into_iter().chain(element.attr("class"));
    names.flat_map(words).any(|word| BESIDE.contains(&word.to_ascii_lowercase().as_str()))
}

/// The words of a class or an id: `relatedNews box-share` holds `related`, `News`, `box` and `share`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut before = None;
        let end = rest.char_indices().find_map(|(at, c)| {
            let turns =
                c.is_ascii_uppercase() && before.is_some_and(|b: char| b.is_ascii_lowercase());
            before = Some(c);
            (turns || !c.is_ascii_alphanumeric()).then_some(at)
        });
        let (word, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// What stands below an element.
#[derive(Default, Clone, Copy)]
struct Below {
    /// Characters, of all and of links.
    length: usize,
    linked: usize,
    /// Characters of long lines.
    long: usize,
    links: usize,
}

/// Cuts the boxes out of a guessed body that hold nothing but links, or say by their names that they stand beside it.
pub(super) fn cut_boxes(tree: &mut Html) {
    let lines = lines::lines(*tree.root_element());
    let mut all: HashMap<NodeId, Below> = HashMap::new();
    let mut total = 0;
    for line in &lines {
        let long = if generic::is_text(line) { line.length() } else { 0 };
        total += long;
        let Some(node) = line.nodes.last().and_then(|id| tree.tree.get(*id)) else { continue };
        for above in node.ancestors() {
            let below = all.entry(above.id()).or_default();
            below.length += line.length();
            below.linked += line.linked.min(line.length());
            below.long += long;
            below.links += usize::from(line.leads_away());
        }
    }
    let mut cut = Vec::new();
    for node in tree.root_element().descendants() {
        let Some(element) = node.value().as_element() else { continue };
        let Some(below) = all.get(&node.id()) else { continue };
        let is_box = matches!(
            element.name(),
            "div" | "section" | "ul" | "ol" | "dl" | "aside" | "form" | "article" | "p" | "span"
        );
        if !is_box || below.long * 4 > total {
            continue;
        }
        let beside = is_beside(node);
        let links = matches!(element.name(), "div" | "section" | "ul" | "ol" | "article")
            && below.links >= 2
            && below.linked * 2 > below.length
            && !leads_to_files(node);
        if beside || links {
            cut.push(node.id());
        }
    }
    for id in cut {
        if let Some(mut node) = tree.tree.get_mut(id) {
            node.detach();
        }
    }
}

/// Whether a link below an element leads to a document.
fn leads_to_files(node: NodeRef<'_, Node>) -> bool {
    node.descendants()
        .filter_map(|node| node.value().as_element()?.attr("href"))
        .any(super::beside::is_file)
}

/// The lines of a guessed body that are no text of it.
pub(super) fn lines_to_cut(lines: &[Line]) -> Vec<&Line> {
    let mut cut = Vec::new();
    let paragraphs = lines.iter().filter(|line| generic::is_text(line)).count();
    let Some(first) = lines.iter().position(generic::is_text) else { return cut };
    let last = lines.iter().rposition(generic::is_text).unwrap_or(first);
    // Dates and names over the text.
    cut.extend(lines.iter().take(first).filter(|line| {
        !line.caption
            && (dates::holds_date(&line.text) || line.leads_away() || labels::is_credit(&line.text))
    }));
    cut.extend(lines.iter().filter(|line| labels::is_invitation(&line.text)));
    // Links to other articles between the paragraphs.
    let lone = |line: &&Line| line.leads_away() && line.linked * 20 >= line.length() * 19;
    let lonely: Vec<&Line> = lines.iter().filter(lone).collect();
    if lonely.len() * 2 < paragraphs {
        cut.extend(lonely);
    }
    // Cards of other articles at the end: links with no more than two lines between them.
    let mut cards = None;
    let mut count = 0;
    let mut between = 0;
    for (place, line) in lines.iter().enumerate().rev() {
        if line.leads_away() && line.length() >= 20 {
            between = 0;
            count += 1;
            cards = Some(place);
        } else {
            between += 1;
            if between > 2 || line.length() > 250 {
                break;
            }
        }
    }
    if let Some(start) = cards.filter(|start| count >= 3 && *start > first) {
        cut.extend(lines.iter().skip(start));
    }
    // What a gallery says once for its small and once for its large pictures.
    let mut said = HashSet::new();
    const REPEATED: usize = 60;
    cut.extend(
        lines.iter().filter(|line| line.length() >= REPEATED && !said.insert(line.text.as_str())),
    );
    let _ = last;
    cut
}
