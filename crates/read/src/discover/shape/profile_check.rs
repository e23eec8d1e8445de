//! Reading of a page with the layout learned at the last visit: only the known lists of news, and
//! other lists with the same articles, are read.
//!
//! The whole page is read again if a known list is missing or has lost more than half of its items,
//! or if other lists have more headlines than before (by more than [`MAX_MORE`]).

use super::group::{self, ArticleNumbers, LinkGroup, selector_of};
use super::links::PageLink;
use super::page_name::PageNames;
use super::{naming, selection};
use bantin_core::{ArticleKey, ListingProfile};
use bantin_page::Dom;
use std::collections::{HashMap, HashSet};
use url::Url;

/// A known list is the same list if it still has at least 1/`MIN_PART` of its items.
const MIN_PART: usize = 2;
/// Tolerated increase of headlines outside of the known lists; more may be a new list.
const MAX_MORE: usize = 2;

/// The lists of the page and the indices of its news, if the layout from `before` still applies.
pub(super) fn read(
    links: &[PageLink<'_>],
    dom: &Dom,
    page: &Url,
    base: &Url,
    names: &PageNames,
    before: &ListingProfile,
) -> Option<(Vec<LinkGroup>, Vec<usize>)> {
    if before.lists.is_empty() {
        return None;
    }
    let mut paths: HashMap<u64, Vec<&PageLink<'_>>> = HashMap::new();
    for link in links {
        paths.entry(link.path).or_default().push(link);
    }
    let (known, others): (Vec<_>, Vec<_>) = paths.into_values().partition(|links| {
        links.first().is_some_and(|link| before.knows(&selector_of(link.element)))
    });
    let keys: HashSet<&ArticleKey> = known.iter().flatten().map(|link| &link.key).collect();
    let shows_them = |links: &Vec<&PageLink<'_>>| links.iter().any(|link| keys.contains(&link.key));
    let mut looked: Vec<_> =
        known.into_iter().chain(others.into_iter().filter(shows_them)).collect();
    looked.sort_by_key(|links| links.first().map(|link| link.order));
    let numbers = ArticleNumbers::of(links);
    let mut groups: Vec<LinkGroup> =
        looked.iter().map(|links| group::read(links, &numbers, page, base, before)).collect();
    naming::mark(&mut groups, dom, page, names);
    let chosen = selection::choose(&groups, dom.tree());
    let taken: Vec<&LinkGroup> = chosen.iter().filter_map(|at| groups.get(*at)).collect();
    let is_there = |selector: &str, items: usize| {
        let now: usize =
            taken.iter().filter(|group| group.selector == selector).map(|g| g.items.len()).sum();
        now * MIN_PART >= items && now > 0
    };
    let still_applies = before.lists.iter().all(|list| is_there(&list.selector, list.items))
        && taken.iter().all(|group| before.knows(&group.selector))
        && elsewhere(links, &taken) <= before.elsewhere + MAX_MORE;
    still_applies.then_some((groups, chosen))
}

/// The number of pages that headlines outside of these lists link to.
pub(super) fn elsewhere(links: &[PageLink<'_>], taken: &[&LinkGroup]) -> usize {
    let known: HashSet<&ArticleKey> =
        taken.iter().flat_map(|group| &group.items).map(|item| &item.key).collect();
    let others = links.iter().filter(|link| link.headline && !known.contains(&link.key));
    others.map(|link| &link.key).collect::<HashSet<_>>().len()
}
