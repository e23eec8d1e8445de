//! The headings of lists, compared with the name of the page and with the usual headings of boxes
//! beside the news.

use super::super::plain;
use super::group::LinkGroup;
use super::heading;
use bantin_page::Dom;
use bantin_page::plain::fold;
use ego_tree::NodeId;
use scraper::ElementRef;
use std::collections::{HashMap, HashSet};

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
/// Minimum length of a page's name; a shorter one occurs by chance.
const MIN_NAME: usize = 4;

/// Sets the features that depend on the heading of each list.
pub(super) fn mark(groups: &mut [LinkGroup], dom: &Dom) {
    let lists = || groups.iter().filter(|group| group.features.titles >= MIN_TITLES);
    let tops: HashSet<NodeId> =
        lists().flat_map(|group| &group.items).map(|item| item.top).collect();
    let headings = heading::of_items(dom.tree(), &tops);
    let names = names(dom);
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
    }
}

/// The folded names of the page: the parts of its `<title>`, and its `h1`.
fn names(dom: &Dom) -> HashSet<String> {
    let elements = dom.tree().root_element().descendent_elements();
    let named = elements.filter(|element| matches!(element.value().name(), "title" | "h1"));
    let texts: Vec<String> = named.take(5).filter_map(name_of).collect();
    let parts = texts.iter().flat_map(|text| text.split(['|', '-', '–', '—', '»', ':', '/']));
    let folded = parts.map(|part| fold(part).trim().to_owned());
    folded.filter(|name| name.chars().count() >= MIN_NAME).collect()
}

fn name_of(element: ElementRef<'_>) -> Option<String> {
    plain::of_element(element).filter(|text| text.chars().count() < 300)
}
