//! The headings of lists, compared with the name of the page and with the usual headings of boxes
//! beside the news.

use super::group::{self, GroupFeatures, GroupItem, LinkGroup};
use super::heading::{self, Headings};
use super::links::words_in;
use super::page_name::PageNames;
use super::periods;
use bantin_core::ArticleKey;
use bantin_page::Dom;
use bantin_page::plain::fold;
use ego_tree::NodeId;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Folded parts of the headings of boxes that repeat news or lead elsewhere.
const SIDE: [&str; 14] = [
    "doc nhieu",
    "xem nhieu",
    "quan tam nhieu",
    "binh luan nhieu",
    "chia se nhieu",
    "tin lien quan",
    "bai viet lien quan",
    "co the ban quan tam",
    "most read",
    "most viewed",
    "most popular",
    "popular posts",
    "related",
    "recommended",
];
/// Folded parts of the headings of boxes that show no news. They may be the content of a page with
/// such a name, or blocks of a front page.
const NO_NEWS: [&str; 19] = [
    "lich xet xu",
    "lich hoc",
    "lich truc",
    "lich kham",
    "thoi khoa bieu",
    "thong bao",
    "van ban",
    "lien ket",
    "website",
    "lich tiep",
    "lich cong tac",
    "lich lam viec",
    "lay y kien",
    "thu tuc hanh chinh",
    "hoi dap",
    "thu vien",
    "hinh anh",
    "video",
    "chuyen muc",
];
/// Folded parts of the headings of lists that continue the news.
pub(super) const MORE: [&str; 15] = [
    "tin khac",
    "bai khac",
    "bai viet khac",
    "thong tin khac",
    "tin cu",
    "bai cu",
    "da dua",
    "tin da dang",
    "bai da dang",
    "tin tiep theo",
    "them cac bai viet",
    "more articles",
    "more news",
    "other news",
    "older",
];
/// Minimum similarity of a list's titles to headlines; the links of other lists may be headings.
const MIN_TITLES: f32 = 0.55;

/// Sets the features that depend on the heading of each list.
pub(super) fn mark(groups: &mut Vec<LinkGroup>, dom: &Dom, page: &Url, names: &PageNames) {
    let lists = || groups.iter().filter(|group| group.features.titles >= MIN_TITLES);
    let items = lists().flat_map(|group| &group.items);
    let tops: HashMap<NodeId, &ArticleKey> = items.map(|item| (item.top, &item.key)).collect();
    let Headings { names: headings, periods, linked } = heading::of_items(dom.tree(), &tops);
    for group in groups.iter_mut() {
        if links_to_sections(group, &linked, dom) {
            group.features.in_navigation = 1.0;
        }
        periods::add_dates(&mut group.items, &periods);
        group.features.dates = group::share_of_dated(&group.items);
    }
    // A front page shows the news of all sections.
    let is_section = page.query().is_some() || page.path().trim_matches('/').contains(['/', '-']);
    *groups = std::mem::take(groups)
        .into_iter()
        .flat_map(|group| boxes_of(group, &headings, page, is_section))
        .collect();
    for group in groups.iter_mut().filter(|group| group.features.titles >= MIN_TITLES) {
        mark_heading(group, &headings, names, is_section);
    }
}

/// Sets the features of one list.
fn mark_heading(
    group: &mut LinkGroup,
    headings: &HashMap<NodeId, String>,
    names: &PageNames,
    is_section: bool,
) {
    let mut counts: HashMap<&String, usize> = HashMap::new();
    for heading in group.items.iter().filter_map(|item| headings.get(&item.top)) {
        *counts.entry(heading).or_default() += 1;
    }
    let is_most = |count: usize| count * 2 > group.items.len();
    let is_own = |heading: &str| names.contains(heading.trim()) || has_any(heading, &MORE);
    let others = counts.iter().filter(|(heading, _)| !is_own(&fold(heading)));
    let is_other = is_section && is_most(others.map(|(_, count)| count).sum());
    group.features.has_other_heading = f32::from(u8::from(is_other));
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let Some((heading, _)) = most.filter(|(_, count)| is_most(*count)) else { return };
    let folded = fold(heading);
    let has = |words| f32::from(u8::from(has_any(&folded, words)));
    let no_news = if is_other { has(&NO_NEWS) } else { 0.0 };
    group.features.has_side_heading = has(&SIDE).max(no_news);
    group.features.has_more_heading = has(&MORE);
    if has_any(&folded, &MORE) {
        // Themes name it as they name the box below an article: `related`.
        (group.features.in_sidebar, group.features.in_navigation) = (0.0, 0.0);
    }
    group.features.is_named = f32::from(u8::from(names.contains(folded.trim())));
    group.heading = Some(heading.clone());
}

fn has_any(heading: &str, words: &[&str]) -> bool {
    words.iter().any(|words| heading.contains(words))
}

/// The boxes of a list, told apart by their headings: one template may write the news and the boxes
/// beside them. Items without heading stay together, as do the blocks of a front page, except those
/// with links to other sites.
fn boxes_of(
    mut group: LinkGroup,
    headings: &HashMap<NodeId, String>,
    page: &Url,
    is_section: bool,
) -> Vec<LinkGroup> {
    /// Minimum average number of items of a box.
    const MIN_ITEMS: usize = 3;
    /// Minimum number of the boxes of a menu.
    const MIN_SUBMENUS: usize = 3;
    if group.features.titles < MIN_TITLES {
        return vec![group];
    }
    let heading = |item: &GroupItem| headings.get(&item.top).map(|heading| fold(heading));
    let group_len = group.items.len();
    let is_menu_like = is_menu_like(&group);
    let mut boxes: Vec<(Option<String>, Vec<GroupItem>)> = Vec::new();
    for item in std::mem::take(&mut group.items) {
        let heading = heading(&item);
        match boxes.iter_mut().find(|(of, _)| *of == heading) {
            Some((_, items)) => items.push(item),
            None => boxes.push((heading, vec![item])),
        }
    }
    // A heading above each item is a part of the item.
    let is_split = boxes.len() > 1 && group_len >= boxes.len() * MIN_ITEMS;
    let is_menu = is_split && boxes.len() >= MIN_SUBMENUS && is_menu_like;
    if is_menu {
        group.features.in_navigation = 1.0;
    }
    if !is_split || is_menu {
        boxes = vec![(None, boxes.into_iter().flat_map(|(_, items)| items).collect())];
    } else if !is_section {
        let is_foreign = |items: &[GroupItem]| group::features(items, page).foreign > 0.5;
        let (links, own): (Vec<_>, Vec<_>) =
            boxes.into_iter().partition(|(_, items)| is_foreign(items));
        let own = own.into_iter().flat_map(|(_, items)| items).collect();
        boxes = std::iter::once((None, own)).chain(links).collect();
    }
    if let [(_, items)] = boxes.as_mut_slice() {
        items.sort_by_key(|item| item.order);
        group.items.append(items);
        return vec![group];
    }
    let one = |(_, mut items): (Option<String>, Vec<GroupItem>)| {
        items.sort_by_key(|item| item.order);
        LinkGroup {
            path: group.path,
            leaf: group.leaf,
            heading: None,
            selector: group.selector.clone(),
            family: group.family,
            features: GroupFeatures {
                has_family: group.features.has_family,
                was_news: group.features.was_news,
                ..group::features(&items, page)
            },
            items,
        }
    };
    boxes.into_iter().filter(|(_, items)| !items.is_empty()).map(one).collect()
}

/// Whether the items of a list are the headings of boxes, which link to sections.
fn links_to_sections(group: &LinkGroup, linked: &HashSet<NodeId>, dom: &Dom) -> bool {
    const MAX_WORDS: usize = 5;
    /// Number of levels from a link to the element that begins its box.
    const NEAR: usize = 3;
    let features = &group.features;
    let begins_box = |item: &GroupItem| {
        let top = dom.tree().tree.get(item.top);
        let mut near = top.into_iter().flat_map(|top| std::iter::once(top).chain(top.ancestors()));
        near.by_ref().take(NEAR).any(|node| linked.contains(&node.id()))
    };
    let is_short = |item: &GroupItem| {
        item.content.title.as_deref().is_some_and(|title| words_in(title) <= MAX_WORDS)
    };
    features.dates + features.summaries + features.images < 0.1
        && group.items.iter().all(|item| is_short(item) && begins_box(item))
}

/// Whether the boxes of a template list the parts of sections, and no news: many of their titles have
/// few words, and they show nothing else.
fn is_menu_like(group: &LinkGroup) -> bool {
    const MAX_WORDS: usize = 3;
    let features = &group.features;
    let is_short = |item: &&GroupItem| {
        item.content.title.as_deref().is_none_or(|title| words_in(title) <= MAX_WORDS)
    };
    features.dates + features.summaries + features.images + features.headings < 0.2
        && group.items.iter().filter(is_short).count() * 5 >= group.items.len()
}
