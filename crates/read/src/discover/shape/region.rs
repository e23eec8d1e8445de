//! Regions of a list's items: from one link to the next.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::HashMap;

/// Maximum number of nodes beside a link that belong to its item.
const MAX_BESIDE: usize = 12;

/// The nodes of one item, in page order.
pub(super) struct ItemRegion<'a> {
    /// The number of the item.
    pub(super) item: usize,
    /// The nodes, which are siblings.
    pub(super) nodes: Vec<NodeRef<'a, Node>>,
}

/// The item or items whose links an element contains.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkOwner {
    One(usize),
    Several,
}

/// A map from elements to the items whose links they contain.
pub(super) struct LinkOwners(HashMap<NodeId, LinkOwner>);

impl LinkOwners {
    /// Builds the map from links and the numbers of their items.
    pub(super) fn of<'a>(links: impl Iterator<Item = (ElementRef<'a>, usize)>) -> Self {
        let mut owners: HashMap<NodeId, LinkOwner> = HashMap::new();
        for (link, item) in links {
            let mut is_shared = false;
            for node in std::iter::once(*link).chain(link.ancestors()) {
                let before = owners.get(&node.id()).copied();
                match before {
                    // All elements above it are shared, too.
                    Some(LinkOwner::Several) => break,
                    Some(LinkOwner::One(other)) if other != item || is_shared => {
                        is_shared = true;
                        owners.insert(node.id(), LinkOwner::Several);
                    }
                    Some(LinkOwner::One(_)) => {}
                    None => {
                        let owner =
                            if is_shared { LinkOwner::Several } else { LinkOwner::One(item) };
                        owners.insert(node.id(), owner);
                    }
                }
            }
        }
        Self(owners)
    }

    /// Whether an element contains no link of another item.
    fn allow(&self, node: NodeId, item: usize) -> bool {
        self.0.get(&node).is_none_or(|owner| *owner == LinkOwner::One(item))
    }
}

/// The highest element around a link without links of other items.
fn top_of<'a>(link: ElementRef<'a>, item: usize, owners: [&LinkOwners; 2]) -> NodeRef<'a, Node> {
    let mut top = *link;
    for node in link.ancestors() {
        let is_own = owners.iter().all(|owners| owners.allow(node.id(), item));
        if !is_own || node.value().as_element().is_none_or(|e| matches!(e.name(), "body" | "html"))
        {
            break;
        }
        top = node;
    }
    top
}

/// The regions of a list's links: the top element of each link, and the nodes up to the next one
/// under the same parent.
pub(super) fn regions<'a>(
    links: &[(ElementRef<'a>, usize)],
    owners: [&LinkOwners; 2],
) -> Vec<ItemRegion<'a>> {
    let mut tops: Vec<(NodeRef<'a, Node>, usize)> = Vec::new();
    for (link, item) in links {
        let top = top_of(*link, *item, owners);
        if tops.last().is_none_or(|(last, _)| last.id() != top.id()) {
            tops.push((top, *item));
        }
    }
    let parent = |(top, _): &(NodeRef<'a, Node>, usize)| top.parent().map(|parent| parent.id());
    tops.chunk_by(|a, b| parent(a) == parent(b))
        .flat_map(|tops| sibling_regions(tops, owners))
        .collect()
}

/// The regions of sibling items, with the nodes between them.
fn sibling_regions<'a>(
    tops: &[(NodeRef<'a, Node>, usize)],
    owners: [&LinkOwners; 2],
) -> Vec<ItemRegion<'a>> {
    let alone =
        |(top, item): &(NodeRef<'a, Node>, usize)| ItemRegion { item: *item, nodes: vec![*top] };
    let ([(first, _), (second, _), ..], Some((last, _))) = (tops, tops.last()) else {
        return tops.iter().map(alone).collect();
    };
    // A node with a headline of another item, of any list, does not belong to this item.
    let is_free = |node: &NodeRef<'a, Node>, item: usize| {
        owners.iter().all(|owners| owners.allow(node.id(), item))
    };
    // A date may precede its item: then a similar node precedes the first item, and none follows
    // the last.
    let between = second.prev_siblings().find(|node| visit_node(*node).is_some());
    let is_leading = between.is_some_and(|node| node.id() != first.id())
        && before(*first).is_some()
        && before(*first) == before(*second)
        && after(*last) != after(*first);
    let mut regions: Vec<ItemRegion<'a>> = tops.iter().map(alone).collect();
    let mut usual = 0;
    let (mut has_first_line, mut has_last_line) = (false, false);
    for at in 1..tops.len() {
        let (Some((from, from_item)), Some((to, to_item))) = (tops.get(at - 1), tops.get(at))
        else {
            break;
        };
        if let Some(NodesOnLines { first: own, second: next }) = on_lines(from, to)
            && own.iter().all(|node| is_free(node, *from_item))
            && next.iter().all(|node| is_free(node, *to_item))
        {
            add_behind(&mut regions, at - 1, own);
            add_before(&mut regions, at, next);
            // The first and the last item have lines like the others.
            if at == 1 {
                let line = first.prev_siblings().take_while(|node| !is_break(*node));
                let line = line.take(MAX_BESIDE).filter(|node| is_free(node, *from_item));
                add_before(&mut regions, 0, reversed(line));
                has_first_line = true;
            }
            if at + 1 == tops.len() {
                let line = last.next_siblings().take_while(|node| !is_break(*node));
                let line = line.take(MAX_BESIDE).filter(|node| is_free(node, *to_item));
                add_behind(&mut regions, at, line.collect());
                has_last_line = true;
            }
            continue;
        }
        let nodes: Vec<_> = if is_leading {
            let nodes = to.prev_siblings().take_while(|node| node.id() != from.id());
            reversed(nodes.take_while(|node| is_free(node, *to_item)).take(MAX_BESIDE + 1))
        } else {
            let nodes = from.next_siblings().take_while(|node| node.id() != to.id());
            nodes.take_while(|node| is_free(node, *from_item)).take(MAX_BESIDE + 1).collect()
        };
        if nodes.len() > MAX_BESIDE {
            continue;
        }
        usual = nodes.len();
        match is_leading {
            true => add_before(&mut regions, at, nodes),
            false => add_behind(&mut regions, at - 1, nodes),
        }
    }
    // The first or last item gets as many outer nodes as the others; further ones are not its own.
    if is_leading && !has_first_line {
        add_before(&mut regions, 0, reversed(first.prev_siblings().take(usual)));
    } else if !is_leading && !has_last_line {
        add_behind(&mut regions, tops.len() - 1, last.next_siblings().take(usual).collect());
    }
    regions
}

/// Nodes in page order that were walked backwards.
fn reversed<'a>(nodes: impl Iterator<Item = NodeRef<'a, Node>>) -> Vec<NodeRef<'a, Node>> {
    let mut nodes: Vec<_> = nodes.collect();
    nodes.reverse();
    nodes
}

fn add_before<'a>(regions: &mut [ItemRegion<'a>], at: usize, nodes: Vec<NodeRef<'a, Node>>) {
    if let Some(region) = regions.get_mut(at) {
        region.nodes.splice(0..0, nodes);
    }
}

fn add_behind<'a>(regions: &mut [ItemRegion<'a>], at: usize, nodes: Vec<NodeRef<'a, Node>>) {
    if let Some(region) = regions.get_mut(at) {
        region.nodes.extend(nodes);
    }
}

/// The nodes between two items.
struct NodesOnLines<'a> {
    /// Those on the line of the first item.
    first: Vec<NodeRef<'a, Node>>,
    /// Those on the line of the second.
    second: Vec<NodeRef<'a, Node>>,
}

/// The nodes between two items, those on the line of the first and those on the line of the second,
/// if one break separates the lines: `<a>…</a> (12/5)<br>[13/5] <a>…</a>`.
fn on_lines<'a>(from: &NodeRef<'a, Node>, to: &NodeRef<'a, Node>) -> Option<NodesOnLines<'a>> {
    let between = from.next_siblings().take_while(|node| node.id() != to.id());
    let between: Vec<_> = between.take(MAX_BESIDE + 1).collect();
    if between.len() > MAX_BESIDE {
        return None;
    }
    let is_content = |node: &NodeRef<'a, Node>| visit_node(*node).is_some() && !is_break(*node);
    let first = between.iter().position(|node| is_break(*node))?;
    let last = between.iter().rposition(|node| is_break(*node))?;
    let is_one = !between.get(first..=last)?.iter().any(is_content);
    is_one.then(|| NodesOnLines {
        first: between.get(..first).unwrap_or_default().to_vec(),
        second: between.get(last + 1..).unwrap_or_default().to_vec(),
    })
}

fn is_break(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| element.name() == "br")
}

/// The tag and class of the node before a node; `None` for the first.
fn before(node: NodeRef<'_, Node>) -> Option<(&str, Option<&str>)> {
    node.prev_siblings().find_map(visit_node)
}

/// Like [`before`], for the node after it.
fn after(node: NodeRef<'_, Node>) -> Option<(&str, Option<&str>)> {
    node.next_siblings().find_map(visit_node)
}

fn visit_node(node: NodeRef<'_, Node>) -> Option<(&str, Option<&str>)> {
    match node.value() {
        Node::Element(element) => Some((element.name(), element.attr("class"))),
        Node::Text(text) => (!text.text.trim().is_empty()).then_some(("", None)),
        _ => None,
    }
}
