//! The headings of lists, compared with the name of the page and with the usual headings of boxes
//! beside the news.

use super::group::{GroupFeatures, GroupItem, LinkGroup};
use super::heading;
use super::page_name::PageNames;
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
/// Folded parts of the headings of lists that continue the news.
const MORE: [&str; 10] = [
    "tin khac",
    "bai khac",
    "bai viet khac",
    "tin cu hon",
    "cac tin da dua",
    "tin da dang",
    "tin tiep theo",
    "more news",
    "other news",
    "older",
];
/// Minimum similarity of a list's titles to headlines; the links of other lists may be headings.
const MIN_TITLES: f32 = 0.55;
/// Sets the features that depend on the heading of each list.
pub(super) fn mark(groups: &mut Vec<LinkGroup>, dom: &Dom, page: &Url, names: &PageNames) {
    let lists = || groups.iter().filter(|group| group.features.titles >= MIN_TITLES);
    let tops: HashSet<NodeId> =
        lists().flat_map(|group| &group.items).map(|item| item.top).collect();
    let headings = heading::of_items(dom.tree(), &tops, names);
    // A front page shows the news of all sections.
    let is_section = page.query().is_some() || page.path().trim_matches('/').contains(['/', '-']);
    let lists = groups.iter_mut().filter(|group| is_section && group.features.titles >= MIN_TITLES);
    let beside: Vec<LinkGroup> =
        lists.filter_map(|group| split_off_boxes(group, &headings, names)).collect();
    for group in groups.iter_mut().filter(|group| group.features.titles >= MIN_TITLES) {
        let mut counts: HashMap<&String, usize> = HashMap::new();
        for heading in group.items.iter().filter_map(|item| headings.get(&item.top)) {
            *counts.entry(heading).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count);
        let Some((heading, count)) = most else { continue };
        if count * 2 <= group.items.len() {
            continue;
        }
        let folded = fold(heading);
        let has = |words: &[&str]| f32::from(u8::from(words.iter().any(|w| folded.contains(w))));
        group.features.has_side_heading = has(&SIDE);
        group.features.has_more_heading = has(&MORE);
        group.features.is_named = f32::from(u8::from(names.contains(folded.trim())));
        let is_own = group.features.is_named + group.features.has_more_heading > 0.5;
        group.features.has_other_heading = f32::from(u8::from(is_section && !is_own));
    }
    groups.extend(beside);
}

/// Takes the items of other boxes out of a list that has some below the name of the page: one
/// template may write the news and the boxes beside them. Of two boxes, both may be the news.
fn split_off_boxes(
    group: &mut LinkGroup,
    headings: &HashMap<NodeId, String>,
    names: &PageNames,
) -> Option<LinkGroup> {
    /// Minimum number of items below the name of the page.
    const MIN_ITEMS: usize = 3;
    /// Minimum number of other boxes.
    const MIN_BOXES: usize = 2;
    let heading = |item: &GroupItem| Some(fold(headings.get(&item.top)?).trim().to_owned());
    let is_own =
        |heading: &str| names.contains(heading) || MORE.iter().any(|word| heading.contains(word));
    let headings: Vec<Option<String>> = group.items.iter().map(heading).collect();
    let named = headings.iter().flatten().filter(|heading| names.contains(heading));
    let others: HashSet<&String> = headings.iter().flatten().filter(|h| !is_own(h)).collect();
    if named.count() < MIN_ITEMS || others.len() < MIN_BOXES {
        return None;
    }
    let is_other = headings.iter().map(|heading| heading.as_ref().is_some_and(|h| !is_own(h)));
    let items = std::mem::take(&mut group.items).into_iter().zip(is_other);
    let (beside, own): (Vec<_>, Vec<_>) = items.partition(|(_, is_other)| *is_other);
    let of = |items: Vec<(GroupItem, bool)>| items.into_iter().map(|(item, _)| item).collect();
    group.items = of(own);
    let beside: Vec<GroupItem> = of(beside);
    let features = |items: &[GroupItem]| GroupFeatures {
        items: group.features.items.min(items.len() as f32),
        ..group.features
    };
    let features = (features(&group.items), features(&beside));
    group.features = features.0;
    Some(LinkGroup {
        path: group.path,
        leaf: group.leaf,
        selector: group.selector.clone(),
        family: group.family,
        items: beside,
        features: GroupFeatures { has_other_heading: 1.0, ..features.1 },
    })
}
