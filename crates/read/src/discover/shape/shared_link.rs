//! Articles that share one link: six notices that all link to one page or to one file.
//!
//! The links of one teaser lead to one page too: its picture, its title, its lead and "Xem thêm".
//! They differ from notices in that only one of them has a title, or that the other teasers have as
//! many. Links that share a page and look alike, with different titles, get keys of their own:
//! variants of the shared key by title.

use super::super::{is_same_title, plain};
use super::links::{HEADLINE, PageLink, words_in};
use super::title::is_generic_label;
use bantin_core::ArticleKey;
use bantin_page::plain::fold;
use ego_tree::NodeId;
use std::collections::{HashMap, HashSet};

/// Maximum length of a title, in bytes.
const MAX_LENGTH: usize = 900;
/// The minimum number of short titles that share a link; fewer may be labels of one item.
const MIN_SHORT: usize = 3;
/// Of two texts with one link, one that has more than 3/2 times the words of the other is a lead.
const MAX_RATIO: usize = 3;
/// Maximum number of titles with one link that are compared; a link of more is that of a menu.
const MAX_TITLES: usize = 500;

/// Gives links to one page that are the titles of different articles keys of their own, and the
/// links beside them the key of their title.
pub(super) fn tell_apart(links: &mut [PageLink<'_>]) {
    let shared = shared_titles(links);
    if shared.is_empty() {
        return;
    }
    let keys: HashSet<ArticleKey> =
        shared.keys().filter_map(|place| Some(links.get(*place)?.key.clone())).collect();
    // The title of each element that contains links with one title only.
    let mut titles: HashMap<NodeId, Option<&String>> = HashMap::new();
    for (place, title) in &shared {
        let Some(link) = links.get(*place) else { continue };
        for node in std::iter::once(*link.element).chain(link.element.ancestors()) {
            let known = titles.entry(node.id()).or_insert(Some(title));
            *known = known.filter(|known| *known == title);
        }
    }
    for link in links.iter_mut().filter(|link| keys.contains(&link.key)) {
        let above = std::iter::once(*link.element).chain(link.element.ancestors());
        let nearest = above.into_iter().find_map(|node| titles.get(&node.id()).copied());
        if let Some(Some(title)) = nearest {
            link.key = link.key.variant(title);
        }
    }
}

/// The titles of different articles that share a link with others, by the position of the link.
fn shared_titles(links: &[PageLink<'_>]) -> HashMap<usize, String> {
    let mut places: HashMap<(u64, &ArticleKey), Vec<usize>> = HashMap::new();
    for (place, link) in links.iter().enumerate() {
        places.entry((link.path, &link.key)).or_default().push(place);
    }
    let mut counts: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut found = Vec::new();
    for ((path, _), places) in &places {
        // Most links are the only one to their page.
        let titled = if places.len() > 1 { titled(links, places) } else { Vec::new() };
        counts.entry(*path).or_default().push(count(&titled).max(1));
        if count(&titled) > 1 && titled.len() <= MAX_TITLES {
            found.push((*path, titled));
        }
    }
    for counts in counts.values_mut() {
        counts.sort_unstable();
    }
    let mut shared = HashMap::new();
    for (path, titled) in found {
        let Some(counts) = counts.get(&path) else { continue };
        let usual = counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or_default();
        let is_usual = counts.len() > 1 && count(&titled) <= MIN_SHORT && usual >= count(&titled);
        if !is_usual && are_articles(links, &titled) {
            shared.extend(titled);
        }
    }
    shared
}

/// The links with a text that may be a title, folded; copies and beginnings of a title have the same.
fn titled(links: &[PageLink<'_>], places: &[usize]) -> Vec<(usize, String)> {
    let mut titled: Vec<(usize, String)> = Vec::new();
    for place in places {
        let text = links.get(*place).and_then(|link| plain::of_element(link.element));
        let is_title = |text: &String| {
            text.len() <= MAX_LENGTH && words_in(text) > 1 && !is_generic_label(text)
        };
        let Some(text) = text.filter(is_title) else { continue };
        let title = fold(&text);
        let known = titled.iter().take(MAX_TITLES).find(|(_, known)| is_same_title(known, &title));
        let title = known.map_or(title, |(_, known)| known.clone());
        titled.push((*place, title));
    }
    titled
}

/// The number of different titles.
fn count(titled: &[(usize, String)]) -> usize {
    titled.iter().map(|(_, title)| title).collect::<HashSet<_>>().len()
}

/// Whether titles with one link are those of different articles: headlines in elements of their own,
/// or several short titles.
fn are_articles(links: &[PageLink<'_>], titled: &[(usize, String)]) -> bool {
    let parents: HashSet<Option<NodeId>> = titled
        .iter()
        .filter_map(|(place, _)| links.get(*place))
        .map(|link| link.element.parent().map(|parent| parent.id()))
        .collect();
    let headlines: HashSet<&String> = titled
        .iter()
        .filter(|(_, title)| words_in(title) >= HEADLINE)
        .map(|(_, title)| title)
        .collect();
    let words = || titled.iter().map(|(_, title)| words_in(title));
    let is_lead =
        words().max().zip(words().min()).is_some_and(|(most, least)| 2 * most > MAX_RATIO * least);
    match (parents.len(), headlines.len(), count(titled)) {
        (1, headlines, _) => headlines >= MIN_SHORT,
        (_, headlines, 2) => headlines == 2 && !is_lead,
        _ => true,
    }
}
