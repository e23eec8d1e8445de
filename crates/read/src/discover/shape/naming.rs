//! The headings of lists, compared with the name of the page and with the usual headings of boxes
//! beside the news.

use super::super::plain;
use super::group::{GroupFeatures, GroupItem, LinkGroup};
use super::heading;
use bantin_page::Dom;
use bantin_page::plain::fold;
use ego_tree::NodeId;
use scraper::ElementRef;
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
/// Minimum length of a page's name; a shorter one occurs by chance.
const MIN_NAME: usize = 4;

/// The names of a page, folded.
struct PageNames {
    names: HashSet<String>,
    /// The segments of its path, without extension.
    segments: Vec<String>,
}

impl PageNames {
    fn contains(&self, heading: &str) -> bool {
        let words: Vec<&str> =
            heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let slug = words.join("-");
        self.names.contains(heading) || words.len() > 1 && self.segments.contains(&slug)
    }
}

/// Sets the features that depend on the heading of each list.
pub(super) fn mark(groups: &mut Vec<LinkGroup>, dom: &Dom, page: &Url) {
    let lists = || groups.iter().filter(|group| group.features.titles >= MIN_TITLES);
    let tops: HashSet<NodeId> =
        lists().flat_map(|group| &group.items).map(|item| item.top).collect();
    let headings = heading::of_items(dom.tree(), &tops);
    let names = names(dom, page);
    // A front page shows the news of all sections.
    let is_section = page.query().is_some() || page.path().trim_matches('/').contains(['/', '-']);
    let lists = groups.iter_mut().filter(|group| is_section && group.features.titles >= MIN_TITLES);
    let beside: Vec<LinkGroup> =
        lists.filter_map(|group| split_off_boxes(group, &headings, &names)).collect();
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

/// The names of the page: the parts of its `<title>`, its `h1`, the texts of its links to itself, and
/// the words of its address.
fn names(dom: &Dom, page: &Url) -> PageNames {
    /// The maximum number of elements that name the page.
    const MAX_NAMED: usize = 5;
    let elements = || dom.tree().root_element().descendent_elements();
    let named = elements().filter(|element| matches!(element.value().name(), "title" | "h1"));
    let texts: Vec<String> = named.take(MAX_NAMED).filter_map(name_of).collect();
    let parts = texts.iter().flat_map(|text| text.split(['|', '-', '–', '—', '»', ':', '/']));
    let base = dom.base(page);
    // Most links do not even have the last words of the address.
    let last = page.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let leads_here = |element: &ElementRef<'_>| {
        let href = element.value().attr("href").filter(|href| !href.trim().is_empty());
        let is_page = |url: Url| url.path() == page.path() && url.query() == page.query();
        element.value().name() == "a"
            && href.is_some_and(|href| !href.starts_with('#') && href.contains(last))
            && href.and_then(|href| base.join(href).ok()).is_some_and(is_page)
    };
    let own = elements().filter(leads_here).take(MAX_NAMED).filter_map(name_of);
    let folded = parts.map(str::to_owned).chain(texts.iter().cloned()).chain(own);
    let folded = folded.map(|part| fold(&part).trim().to_owned());
    let stem = |segment: &str| segment.split('.').next().unwrap_or_default().to_lowercase();
    PageNames {
        names: folded.filter(|name| name.chars().count() >= MIN_NAME).collect(),
        segments: page.path_segments().into_iter().flatten().map(stem).collect(),
    }
}

fn name_of(element: ElementRef<'_>) -> Option<String> {
    plain::of_element(element).filter(|text| text.chars().count() < 300)
}
