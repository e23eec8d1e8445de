//! The body of a page that nothing is known of: where the long lines are.
//!
//! Every long line speaks for the elements around it, the nearer the more; what stands in comments, side bars and lists of
//! other articles speaks softly. The element that the most speaks for holds the article, alone or with siblings of its
//! kind: some sites set each chapter, or each piece between two advertisements, in a box of its own.

use super::beside;
use super::body::Place;
use super::clutter;
use super::lines::Line;
use crate::model::RawHtml;
use crate::page::{Dom, plain};
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::{HashMap, HashSet};

/// From here on a line is a sentence and not a link or a heading.
const LONG_LINE: usize = 70;
/// What a long line says for the elements around it, from the inside out, in sixths.
const SHARES: [usize; 4] = [6, 5, 3, 2];
/// How far up siblings of one kind are looked for.
const CLIMB: usize = 5;

/// Finds the body of a page whose furniture has been cut, and whose lines are given. Nothing where there is no long line.
pub(super) fn body(dom: &Dom, lines: &[Line], heading: Option<usize>) -> Option<RawHtml> {
    let weights = weigh(dom, lines, heading);
    // Of equal weights the first on the page, so that the same page gives the same body every day.
    let all = dom.tree().root_element().descendants();
    let weighed = all.filter_map(|node| {
        Some((node, weights.get(&node.id())?.score)).filter(|(_, score)| *score > 0)
    });
    let (best, _) = weighed.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    let best = around(dom, lines, heading, best);
    let pieces = with_siblings(best, &weights);
    let mut html = String::new();
    for piece in pieces {
        html.push_str(&ElementRef::wrap(piece)?.html());
    }
    Some(RawHtml(html))
}

/// The element around the text that holds little more than it, and not its title: a first line in a box of its own, an
/// address, a signature, a file.
fn around<'a>(
    dom: &Dom,
    lines: &[Line],
    heading: Option<usize>,
    best: NodeRef<'a, Node>,
) -> NodeRef<'a, Node> {
    /// So many lines above the text stands what is set as its title.
    const ABOVE: usize = 6;
    let stands_in = |line: &Line, element: NodeRef<'_, Node>| {
        let node = line.nodes.last().and_then(|id| dom.tree().tree.get(*id));
        node.into_iter().flat_map(|node| node.ancestors()).any(|above| above.id() == element.id())
    };
    let Some(first) = lines.iter().position(|line| stands_in(line, best)) else { return best };
    let length: usize = lines.iter().filter(|line| stands_in(line, best)).map(Line::length).sum();
    let above = || lines.iter().enumerate().take(first).skip(first.saturating_sub(ABOVE));
    let set_as_title = || above().find(|(_, line)| line.display || line.heading);
    let title = heading.filter(|heading| *heading < first);
    let title = title.or_else(|| set_as_title().map(|(place, _)| place));
    let outers = best.ancestors().filter(|above| is_container(*above)).take(CLIMB);
    let fits = |outer: &NodeRef<'_, Node>| {
        let (mut more, mut links) = (0, 0);
        for (place, line) in lines.iter().enumerate() {
            if !stands_in(line, *outer) || stands_in(line, best) {
                continue;
            }
            if title.is_some_and(|title| place <= title) {
                return false;
            }
            more += line.length();
            links +=
                if line.file || line.is_address() { 0 } else { line.linked.min(line.length()) };
        }
        more * 3 <= length && links * 3 <= more
    };
    outers.take_while(fits).last().unwrap_or(best)
}

/// The paragraphs between the title and a body: the lead, where it stands apart. In Viet Nam (*sapo*) it begins the article;
/// elsewhere it says it once more.
pub(super) fn lead<'a>(lines: &'a [Line], place: &Place) -> Vec<&'a Line> {
    /// So many lines stand between them at most.
    const BETWEEN: usize = 12;
    let Some((title, (first, _))) = place.title.zip(place.body) else { return Vec::new() };
    if first > title + BETWEEN {
        return Vec::new();
    }
    let between = lines.iter().take(first).skip(title + 1);
    between.filter(|line| is_text(line) && beside::is_vietnamese(&line.text)).collect()
}

/// Whether there is a sentence among lines beside their title, which is given folded.
pub(super) fn has_text(lines: &[Line], title: Option<&str>) -> bool {
    let is_title = |line: &Line| title == Some(plain::fold(&line.text).as_str());
    lines.iter().any(|line| is_text(line) && !is_title(line))
}

/// Whether a line is a sentence or more, and none that leads elsewhere.
pub(super) fn is_text(line: &Line) -> bool {
    !line.caption && line.length() >= LONG_LINE && line.linked * 3 < line.length()
}

/// What the long lines say for an element.
#[derive(Default)]
struct Weight {
    score: usize,
    /// The length of the long lines below it.
    long: usize,
}

fn weigh(dom: &Dom, lines: &[Line], heading: Option<usize>) -> HashMap<NodeId, Weight> {
    let mut all: HashMap<NodeId, usize> = HashMap::new();
    let mut total = 0;
    for line in lines.iter().filter(|line| is_text(line)) {
        total += line.length();
        let node = line.nodes.last().and_then(|id| dom.tree().tree.get(*id));
        for above in node.iter().flat_map(|node| node.ancestors()) {
            *all.entry(above.id()).or_default() += line.length();
        }
    }
    // A name on what holds half of the page says how the page is built.
    let beside: HashSet<NodeId> = all
        .iter()
        .filter(|(_, long)| **long * 2 < total)
        .filter_map(|(id, _)| {
            dom.tree().tree.get(*id).filter(|node| clutter::is_beside(*node)).map(|_| *id)
        })
        .collect();
    let mut weights: HashMap<NodeId, Weight> = HashMap::new();
    // The `article` that the title stands in is the one that it is the title of.
    let titled = heading.and_then(|heading| lines.get(heading)?.nodes.last()).and_then(|id| dom.tree().tree.get(*id));
    let owner = titled.and_then(|node| {
        let is_article = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|element| element.name() == "article");
        node.ancestors().find(is_article).map(|article| article.id())
    });
    // What stands under a heading that is a link tells of another article.
    let mut of_other = false;
    for (place, line) in lines.iter().enumerate() {
        if line.heading {
            of_other = line.is_linked();
        }
        if !is_text(line) {
            continue;
        }
        let Some(node) = line.nodes.last().and_then(|id| dom.tree().tree.get(*id)) else {
            continue;
        };
        let over = heading.is_some_and(|heading| place < heading);
        let owned = owner.is_some_and(|owner| node.ancestors().any(|above| above.id() == owner));
        let softly = node.ancestors().any(|above| beside.contains(&above.id()));
        let length = match (softly, over || of_other) {
            (true, _) => line.length() / 8,
            (_, true) => line.length() / 3,
            _ if owned => line.length() * 2,
            _ => line.length(),
        };
        let mut shares = SHARES.iter();
        for above in node.ancestors().filter(|above| is_container(*above)) {
            let weight = weights.entry(above.id()).or_default();
            weight.score += shares.next().map_or(0, |share| length * share / 6);
            weight.long += length;
        }
    }
    weights
}

fn is_container(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| {
        matches!(element.name(), "div" | "td" | "article" | "section" | "main" | "body" | "center")
    })
}

/// An element, or it and its siblings where others of its kind hold text too.
fn with_siblings<'a>(
    best: NodeRef<'a, Node>,
    weights: &HashMap<NodeId, Weight>,
) -> Vec<NodeRef<'a, Node>> {
    let long = |node: NodeRef<'_, Node>| weights.get(&node.id()).map_or(0, |weight| weight.long);
    let kind = |node: NodeRef<'_, Node>| {
        let element = node.value().as_element()?;
        let class = element.attr("class").unwrap_or_default();
        Some((element.name().to_owned(), class.to_owned()))
    };
    let climbed: Vec<_> =
        std::iter::once(best).chain(best.ancestors()).filter(|n| is_container(*n)).collect();
    let mut pieces = vec![best];
    for node in climbed.into_iter().take(CLIMB) {
        // Articles side by side are several.
        let is_piece = |(name, class): &(String, String)| name != "article" && !class.is_empty();
        let Some(own) = kind(node).filter(is_piece) else { continue };
        let Some(parent) = node.parent() else { break };
        let alike: Vec<_> = parent
            .children()
            .filter(|other| {
                other.id() == node.id() || (long(*other) > 0 && kind(*other).as_ref() == Some(&own))
            })
            .collect();
        let rest = alike.iter().filter(|other| other.id() != node.id()).map(|other| long(*other));
        if rest.sum::<usize>() * 8 >= long(node) {
            pieces = alike;
        }
    }
    pieces
}
