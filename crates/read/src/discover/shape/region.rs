//! How far an item reaches: from one link of a list to the next.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::HashMap;

/// More nodes than this beside a link are not of its item.
const MAX_BESIDE: usize = 12;

/// The nodes of one item, in the order of the page.
pub(super) struct ItemRegion<'a> {
    /// The item's number, as the caller counts.
    pub(super) item: usize,
    /// Its nodes, siblings.
    pub(super) nodes: Vec<NodeRef<'a, Node>>,
}

/// Whose links an element holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkOwner {
    One(usize),
    Several,
}

/// Which elements hold links of one item alone.
pub(super) struct LinkOwners(HashMap<NodeId, LinkOwner>);

impl LinkOwners {
    /// Looks at links and the numbers of the items that they lead to.
    pub(super) fn of<'a>(links: impl Iterator<Item = (ElementRef<'a>, usize)>) -> Self {
        let mut owners: HashMap<NodeId, LinkOwner> = HashMap::new();
        for (link, item) in links {
            let mut is_shared = false;
            for node in std::iter::once(*link).chain(link.ancestors()) {
                let before = owners.get(&node.id()).copied();
                match before {
                    // All above it is shared too.
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

    /// Whether an element may hold this item's links, and holds no other's.
    fn allow(&self, node: NodeId, item: usize) -> bool {
        self.0.get(&node).is_none_or(|owner| *owner == LinkOwner::One(item))
    }
}

/// The highest element around a link that holds no link of another item.
fn top_of<'a>(link: ElementRef<'a>, item: usize, owners: [&LinkOwners; 2]) -> NodeRef<'a, Node> {
    let mut top = *link;
    for node in link.ancestors() {
        let is_own = owners.iter().all(|owners| owners.allow(node.id(), item));
        if !is_own
            || !node.value().as_element().is_some_and(|e| !matches!(e.name(), "body" | "html"))
        {
            break;
        }
        top = node;
    }
    top
}

/// The regions of a list's links: each link's top, and what stands between it and the next one under the same parent.
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
    tops.chunk_by(|a, b| parent(a) == parent(b)).flat_map(|tops| run(tops, owners)).collect()
}

/// The regions of items that are siblings, each with what stands between them.
fn run<'a>(tops: &[(NodeRef<'a, Node>, usize)], owners: [&LinkOwners; 2]) -> Vec<ItemRegion<'a>> {
    let alone =
        |(top, item): &(NodeRef<'a, Node>, usize)| ItemRegion { item: *item, nodes: vec![*top] };
    let ([(first, _), (second, _), ..], Some((last, _))) = (tops, tops.last()) else {
        return tops.iter().map(alone).collect();
    };
    // What holds a headline of another item is not beside this one, whatever list that is in.
    let is_free = |node: &NodeRef<'a, Node>, item: usize| {
        owners.iter().all(|owners| owners.allow(node.id(), item))
    };
    // A date may stand before its item: then something like it stands before the first, and nothing after the last.
    let is_leading = before(*first).is_some()
        && before(*first) == before(*second)
        && after(*last) != after(*first);
    let mut regions: Vec<ItemRegion<'a>> = tops.iter().map(alone).collect();
    let mut usual = 0;
    for at in 1..tops.len() {
        let (Some((from, from_item)), Some((to, to_item))) = (tops.get(at - 1), tops.get(at))
        else {
            break;
        };
        let nodes: Vec<_> = if is_leading {
            let nodes = to.prev_siblings().take_while(|node| node.id() != from.id());
            let mut nodes: Vec<_> =
                nodes.take_while(|node| is_free(node, *to_item)).take(MAX_BESIDE + 1).collect();
            nodes.reverse();
            nodes
        } else {
            let nodes = from.next_siblings().take_while(|node| node.id() != to.id());
            nodes.take_while(|node| is_free(node, *from_item)).take(MAX_BESIDE + 1).collect()
        };
        if nodes.len() > MAX_BESIDE {
            continue;
        }
        usual = nodes.len();
        let place = if is_leading { at } else { at - 1 };
        let Some(region) = regions.get_mut(place) else { break };
        if is_leading {
            region.nodes.splice(0..0, nodes);
        } else {
            region.nodes.extend(nodes);
        }
    }
    // The one at the end is given what the others have: beyond it stands what is no item.
    if is_leading {
        let mut nodes: Vec<_> = first.prev_siblings().take(usual).collect();
        nodes.reverse();
        if let Some(region) = regions.first_mut() {
            region.nodes.splice(0..0, nodes);
        }
    } else if let Some(region) = regions.last_mut() {
        region.nodes.extend(last.next_siblings().take(usual));
    }
    regions
}

/// What stands right before a node, as a tag with its class; `None` where nothing does.
fn before(node: NodeRef<'_, Node>) -> Option<(&str, Option<&str>)> {
    node.prev_siblings().find_map(visit_node)
}

/// The same for what stands right after it.
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
