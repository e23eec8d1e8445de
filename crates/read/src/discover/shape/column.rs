//! The column of the page that contains the main list of news: the largest element around the list
//! without menus, footers or side boxes. Other lists in this column, such as a block with the lead
//! stories above the list or `Các tin khác` below it, belong to the news; lists outside are judged
//! by their own features. Bare links need more: to be inside the main list (the further headlines
//! of each of its blocks), or a heading that announces more news.

use super::group::{GroupFeatures, LinkGroup};
use super::score::is_richer;
use ego_tree::NodeId;
use scraper::Html;
use std::collections::{HashMap, HashSet};

/// Minimum number of links of a menu.
const MIN_MENU: f32 = 4.0;
/// Maximum average similarity of a menu's texts to headlines.
const MAX_MENU_TITLES: f32 = 0.65;
/// Minimum similarity of the titles of a list in the column to headlines.
const MIN_TITLES: f32 = 0.5;

/// The same for a list of bare links.
const MIN_BARE_TITLES: f32 = 0.75;

/// Returns, for each list, whether it is in the column of the list with index `main`, and shows
/// news.
pub(super) fn lists_of_column(groups: &[LinkGroup], main: usize, tree: &Html) -> Vec<bool> {
    let mut member = vec![false; groups.len()];
    let Some(main) = groups.get(main) else { return member };
    let (Some(list), Some(column)) = (common_ancestor(main, tree), column(groups, main, tree))
    else {
        return member;
    };
    for (group, member) in groups.iter().zip(&mut member) {
        let features = &group.features;
        let is_inside = || Column(list).contains_most(group, tree);
        let is_list = features.titles >= MIN_BARE_TITLES && features.distinct > 0.5;
        let is_more = || features.has_more_heading > 0.5 || is_inside();
        let is_enough = !is_bare(features) || (is_list && is_more());
        // The headings of blocks link to sections.
        let is_section = features.slugs * 2.0 < main.features.slugs;
        *member = !is_other(features, &main.features)
            && is_news(features)
            && is_enough
            && !is_section
            && column.contains_most(group, tree);
    }
    member
}

/// An element and the lists around which it was chosen.
struct Column(NodeId);

impl Column {
    /// Whether most items of a list are in the column.
    fn contains_most(&self, group: &LinkGroup, tree: &Html) -> bool {
        let is_inside = |top: NodeId| {
            top == self.0
                || tree
                    .tree
                    .get(top)
                    .is_some_and(|node| node.ancestors().any(|above| above.id() == self.0))
        };
        let inside = group.items.iter().filter(|item| is_inside(item.top)).count();
        inside * 5 >= group.items.len() * 4 && inside > 0
    }
}

/// The largest element around a list that contains no list that is certainly no news. An alien list
/// inside the main list itself, such as the tags of each item, does not count.
fn column(groups: &[LinkGroup], main: &LinkGroup, tree: &Html) -> Option<Column> {
    let start = common_ancestor(main, tree)?;
    let others = groups.iter().filter(|group| {
        let is_alien = group.path != main.path && is_alien(&group.features)
            || is_other(&group.features, &main.features);
        is_alien && !Column(start).contains_most(group, tree)
    });
    let mut alien: HashSet<NodeId> = HashSet::new();
    for item in others.flat_map(|group| &group.items) {
        let Some(node) = tree.tree.get(item.top) else { continue };
        for above in std::iter::once(node).chain(node.ancestors()) {
            if !alien.insert(above.id()) {
                break;
            }
        }
    }
    let around = tree.tree.get(start)?;
    let is_page = |name: &str| matches!(name, "body" | "html" | "form");
    let free = std::iter::once(around).chain(around.ancestors()).take_while(|node| {
        node.value().as_element().is_some_and(|element| !is_page(element.name()))
            && (node.id() == start || !alien.contains(&node.id()))
    });
    free.last().map(|node| Column(node.id()))
}

/// The lowest element that contains all items of a list; for one item, the element around it.
fn common_ancestor(group: &LinkGroup, tree: &Html) -> Option<NodeId> {
    let mut counts: HashMap<NodeId, usize> = HashMap::new();
    for item in &group.items {
        let node = tree.tree.get(item.top)?;
        node.ancestors().for_each(|above| *counts.entry(above.id()).or_default() += 1);
    }
    let first = tree.tree.get(group.items.first()?.top)?;
    let all = group.items.len();
    first.ancestors().find(|above| counts.get(&above.id()) == Some(&all)).map(|above| above.id())
}

/// Whether a list on the page of a section is below the heading of another one, unlike the main list.
/// A main list without any heading may be the lead stories above a longer list.
pub(super) fn is_other(features: &GroupFeatures, main: &GroupFeatures) -> bool {
    let is_unlike = main.has_other_heading < 0.5 && main.items >= features.items;
    features.has_other_heading > 0.5
        && (main.is_named > 0.5 || is_unlike)
        && !is_richer(features, main)
}

/// Whether a list is certainly no news: a menu, a footer, links to other sites, a side box.
fn is_alien(features: &GroupFeatures) -> bool {
    let is_bare = features.dates + features.summaries + features.headings < 0.2;
    let is_menu = features.items >= MIN_MENU && features.titles < MAX_MENU_TITLES && is_bare;
    let is_elsewhere = is_menu
        || features.in_navigation > 0.5
        || features.in_sidebar > 0.5
        || features.has_side_heading > 0.5
        || (features.foreign > 0.5 && features.items >= 2.0);
    is_elsewhere && features.in_pager < 0.5
}

/// Whether a list shows nothing but titles.
pub(super) fn is_bare(features: &GroupFeatures) -> bool {
    features.dates.max(features.summaries).max(features.headings) < 0.5
}

/// Whether a list in the column shows news, and not files, videos or remarks about them.
fn is_news(features: &GroupFeatures) -> bool {
    features.titles >= MIN_TITLES
        && (features.items >= 2.0 || !is_bare(features))
        && !is_alien(features)
        && features.foreign < 0.5
        && features.files < 0.5
        && features.media < 0.7
        && features.documents < 0.5
}
