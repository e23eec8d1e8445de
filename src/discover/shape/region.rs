//! How far an item reaches: from one link of a list to the next.

use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::HashMap;

/// More nodes than this beside a link are not of its item.
const MOST_BESIDE: usize = 12;

/// The nodes of one item, in the order of the page.
pub(super) struct Region<'a> {
    /// The item's number, as the caller counts.
    pub(super) item: usize,
    /// Its nodes, siblings.
    pub(super) nodes: Vec<NodeRef<'a, Node>>,
}

/// Whose links an element holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    One(usize),
    Several,
}

/// Which elements hold links of one item alone.
pub(super) struct Owners(HashMap<NodeId, Owner>);

impl Owners {
    /// Looks at links and the numbers of the items that they lead to.
    pub(super) fn of<'a>(links: impl Iterator<Item = (ElementRef<'a>, usize)>) -> Self {
        let mut owners: HashMap<NodeId, Owner> = HashMap::new();
        for (link, item) in links {
            let mut is_shared = false;
            for node in std::iter::once(*link).chain(link.ancestors()) {
                let before = owners.get(&node.id()).copied();
                match before {
                    // All above it is shared too.
                    Some(Owner::Several) => break,
                    Some(Owner::One(other)) if other != item || is_shared => {
                        is_shared = true;
                        owners.insert(node.id(), Owner::Several);
                    }
                    Some(Owner::One(_)) => {}
                    None => {
                        let owner = if is_shared { Owner::Several } else { Owner::One(item) };
                        owners.insert(node.id(), owner);
                    }
                }
            }
        }
        Self(owners)
    }

    /// Whether an element may hold this item's links, and holds no other's.
    fn allow(&self, node: NodeId, item: usize) -> bool {
        self.0.get(&node).is_none_or(|owner| *owner == Owner::One(item))
    }
}

/// The highest element around a link that holds no link of another item.
fn top_of<'a>(link: ElementRef<'a>, item: usize, owners: [&Owners; 2]) -> NodeRef<'a, Node> {
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
    owners: [&Owners; 2],
) -> Vec<Region<'a>> {
    let mut tops: Vec<(NodeRef<'a, Node>, usize)> = Vec::new();
    for (link, item) in links {
        let top = top_of(*link, *item, owners);
        if tops.last().is_none_or(|(last, _)| last.id() != top.id()) {
            tops.push((top, *item));
        }
    }
    let mut regions: Vec<Region<'a>> = Vec::new();
    let mut usual = 0;
    for (at, (top, item)) in tops.iter().enumerate() {
        let mut nodes = vec![*top];
        let parent = top.parent().map(|parent| parent.id());
        let next = tops.get(at + 1).map(|(next, _)| *next);
        let shares = |other: NodeRef<'a, Node>| other.parent().map(|p| p.id()) == parent;
        let next = next.filter(|next| shares(*next));
        let is_list = next.is_some()
            || at.checked_sub(1).and_then(|at| tops.get(at)).is_some_and(|(top, _)| shares(*top));
        if is_list {
            let beside =
                top.next_siblings().take_while(|node| Some(node.id()) != next.map(|n| n.id()));
            let beside: Vec<_> = beside.take(MOST_BESIDE + 1).collect();
            match next {
                // Beyond the last item stands what is no item; it is given what the others have.
                None => nodes.extend(beside.into_iter().take(usual)),
                Some(_) if beside.len() <= MOST_BESIDE => {
                    usual = beside.len();
                    nodes.extend(beside);
                }
                Some(_) => {}
            }
        }
        regions.push(Region { item: *item, nodes });
    }
    regions
}
