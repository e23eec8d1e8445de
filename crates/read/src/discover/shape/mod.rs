//! Detection of news on a page without selectors: groups of similar links, and a choice of those
//! that look like news.
//!
//! [`links`] collects the links with their paths of tags and classes. Links with the same path form
//! a [`group`]; articles that share a link are told apart by title ([`shared_link`]). An item's
//! [`region`] extends from its link up to the last element without links of other items, and over
//! the siblings up to the next item; [`item`] reads its content there.
//!
//! [`heading`] assigns the headings of the page to the items, and [`naming`] splits lists into boxes by
//! them and compares them with the names of the page ([`page_name`]). [`column`] finds the lists in
//! the column of the main one. [`selection`] ranks the lists by their [`score`], from features:
//! headline-like titles, dates, leads, addresses, position on the page, rules of content management
//! systems. The list with the best score is the main one. Lists with similar quality are added
//! unless they are side boxes. A page where no list scores high enough is an error, never an empty
//! listing.
//!
//! The result includes its evidence: [`Listing::profile`](bantin_core::Listing) and
//! [`PageNews::lists`]. The store keeps the learned layout of each source, and the next visit tries
//! it first ([`profile_check`]). A page with its news in none of the known lists was redesigned.

mod address_pattern;
mod column;
mod group;
mod heading;
mod item;
mod links;
mod naming;
mod page_name;
mod periods;
mod profile_check;
mod region;
mod score;
mod section;
mod selection;
mod shared_link;
mod state;
mod title;

use super::listing_builder::ListingBuilder;
use super::news::{NewsList, PageNews};
use super::{DiscoverError, plain, shortened};
use bantin_core::text::date;
use bantin_core::{ArticleKey, ListingItem, ListingProfile, ProfiledList};
use bantin_page::plain::fold;
use bantin_page::{Dom, Page, PageError};
use chrono::NaiveDate;
use group::{ArticleNumbers, GroupItem, LinkGroup};
pub(super) use group::{is_article_like, is_file, is_media};
pub(super) use item::{ItemContent, read as read_item};
use links::{PageLink, RejectedLink};
use page_name::PageNames;
use state::PageData;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Maximum number of lists that are read; the others on a page are menus.
const MAX_GROUPS: usize = 40;
/// Number of characters within which the root element of a feed must appear.
const FEED_WITHIN: usize = 1000;
/// Minimum number of headline-like links without a target page that is worth reporting.
const MIN_REJECTED: usize = 3;

/// Finds the news on a page of the site at `home`: all of it, or the items below the heading
/// `list`. If the layout in `before` still applies, only its lists are read.
pub(super) fn read(
    page: &Page,
    home: &Url,
    list: Option<&str>,
    before: &ListingProfile,
) -> Result<PageNews, DiscoverError> {
    let html = page.html()?;
    let start: String = html.as_str().chars().take(FEED_WITHIN).collect();
    let start = start.to_ascii_lowercase();
    let is_feed = !start.contains("<html")
        && ["<rss", "<feed", "<rdf"].iter().any(|mark| start.contains(mark));
    let is_sitemap = super::sitemap::begins_like_sitemap(&start);
    let dom = Dom::parse(&html).map_err(PageError::from)?;
    let found = of_dom(&dom, &page.url, home, list, before);
    found.map_err(|error| match error {
        DiscoverError::NoNews { .. } if is_feed => {
            DiscoverError::OtherKind { what: "a feed", kind: "feed" }
        }
        DiscoverError::NoNews { .. } if is_sitemap => {
            DiscoverError::OtherKind { what: "a sitemap", kind: "sitemap" }
        }
        error => error,
    })
}

/// The day in the path of an address.
pub(super) fn day_of(url: &Url) -> Option<NaiveDate> {
    date::in_path(url.path())
}

/// The day that a text shows.
pub(super) fn day_in(text: &str) -> Option<NaiveDate> {
    date::find(text).map(|found| found.day)
}

fn of_dom(
    dom: &Dom,
    page: &Url,
    home: &Url,
    list: Option<&str>,
    before: &ListingProfile,
) -> Result<PageNews, DiscoverError> {
    let mut links = links::collect(dom, page, home);
    shared_link::tell_apart(&mut links.usable);
    let base = dom.base(page);
    let names = PageNames::of(dom, page);
    // A requested heading is searched for on the whole page.
    let again = if list.is_none() {
        profile_check::read(&links.usable, dom, page, &base, &names, before)
    } else {
        None
    };
    let (groups, chosen) =
        again.unwrap_or_else(|| groups_of_news(&links, dom, page, &base, &names, before));
    let offered: Vec<bool> =
        groups.iter().map(|group| selection::is_selectable(&group.features)).collect();
    for (at, group) in groups.iter().enumerate() {
        tracing::debug!(
            chosen = chosen.contains(&at), links = %group.selector, items = group.items.len(), "{}", selection::evidence(group)
        );
    }
    let mut news = Vec::new();
    let mut others = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let is_chosen = chosen.contains(&at);
        if is_chosen || offered.get(at) == Some(&true) {
            news.extend(group.items.iter().map(|item| (item, is_chosen)));
        }
        others.extend(&group.items);
    }
    news.sort_by_key(|(item, _)| item.order);
    let tops = news.iter().map(|(item, _)| (item.top, &item.key)).collect();
    let headings = heading::of_items(dom.tree(), &tops).names;
    let lists = lists(&news, &headings);
    let wanted = list.map(|list| requested_heading(list, &lists)).transpose()?;
    let is_taken = |item: &GroupItem, is_chosen: bool| match &wanted {
        Some(wanted) => headings.get(&item.top) == Some(wanted),
        None => is_chosen,
    };
    let taken: Vec<&GroupItem> = news
        .iter()
        .filter(|(item, chosen)| is_taken(item, *chosen))
        .map(|(item, _)| *item)
        .collect();
    let mut builder = ListingBuilder::default();
    // Other copies of an article may have fields that it lacks in the news.
    let known: HashSet<&ArticleKey> = taken.iter().map(|item| &item.key).collect();
    for item in
        taken.iter().copied().chain(others.into_iter().filter(|item| known.contains(&item.key)))
    {
        builder.add(listing_item(item));
    }
    let data = if known.is_empty() { PageData::All } else { PageData::Structured };
    for item in state::read(dom, data, &base, page, home) {
        if known.is_empty() || known.contains(&item.key) {
            builder.add(item);
        }
    }
    let paths: HashSet<u64> =
        chosen.iter().filter_map(|at| groups.get(*at)).map(|group| group.path).collect();
    for refused in links.refused.iter().filter(|refused| paths.contains(&refused.path)) {
        if let Some(text) = plain::of_element(refused.element) {
            builder.skip(text, &refused.why);
        }
    }
    let mut listing = builder.titled();
    if listing.items.is_empty() {
        return Err(DiscoverError::NoNews { why: missing_news_reason(&links.refused) });
    }
    let chosen: Vec<&LinkGroup> = chosen.iter().filter_map(|at| groups.get(*at)).collect();
    listing.profile = ListingProfile {
        elsewhere: profile_check::elsewhere(&links.usable, &chosen),
        lists: chosen.into_iter().map(listing_profile).collect(),
    };
    Ok(PageNews { listing, lists })
}

/// All groups of links, and the indices of those selected as news.
fn groups_of_news(
    links: &links::PageLinks<'_>,
    dom: &Dom,
    page: &Url,
    base: &Url,
    names: &PageNames,
    before: &ListingProfile,
) -> (Vec<LinkGroup>, Vec<usize>) {
    let groups_by = |path| {
        let mut groups = groups_by(&links.usable, path, page, base, before);
        naming::mark(&mut groups, dom, page, names);
        groups
    };
    let groups = groups_by(|link| link.path);
    let chosen = selection::choose(&groups, dom.tree());
    if !chosen.is_empty() {
        return (groups, chosen);
    }
    // Each item may have its own class.
    let others = groups_by(|link| link.tags);
    let chosen = selection::choose(&others, dom.tree());
    if !chosen.is_empty() {
        return (others, chosen);
    }
    let documents = selection::list_of_documents(&groups, before);
    (groups, documents)
}

/// The links of each path as a list, those with the most text first.
fn groups_by(
    links: &[PageLink<'_>],
    path: fn(&PageLink<'_>) -> u64,
    page: &Url,
    base: &Url,
    before: &ListingProfile,
) -> Vec<LinkGroup> {
    let numbers = ArticleNumbers::of(links);
    let mut paths: HashMap<u64, Vec<&PageLink<'_>>> = HashMap::new();
    for link in links {
        paths.entry(path(link)).or_default().push(link);
    }
    let mut paths: Vec<Vec<&PageLink<'_>>> = paths.into_values().collect();
    paths.sort_by_cached_key(|links| {
        (std::cmp::Reverse(weight(links)), links.first().map(|link| link.order))
    });
    paths.truncate(MAX_GROUPS);
    paths.iter().map(|links| group::read(links, &numbers, page, base, before)).collect()
}

fn listing_profile(group: &LinkGroup) -> ProfiledList {
    ProfiledList {
        selector: group.selector.clone(),
        items: group.items.len(),
        evidence: selection::evidence(group),
    }
}

/// The items by heading, in page order.
fn lists(
    news: &[(&GroupItem, bool)],
    headings: &HashMap<ego_tree::NodeId, String>,
) -> Vec<NewsList> {
    let mut lists: Vec<NewsList> = Vec::new();
    let mut known: HashSet<(Option<&String>, &ArticleKey)> = HashSet::new();
    let mut place: HashMap<Option<&String>, usize> = HashMap::new();
    for (item, is_chosen) in news {
        let heading = headings.get(&item.top);
        let Some(title) = &item.content.title else { continue };
        let at = *place.entry(heading).or_insert_with(|| {
            lists.push(NewsList {
                heading: heading.cloned(),
                items: 0,
                first: title.clone(),
                taken: false,
            });
            lists.len() - 1
        });
        if let Some(list) = lists.get_mut(at) {
            list.items += usize::from(known.insert((heading, &item.key)));
            list.taken |= is_chosen;
        }
    }
    lists
}

/// The requested heading as written on the page: the same text, else the only heading that contains
/// it.
fn requested_heading(list: &str, lists: &[NewsList]) -> Result<String, DiscoverError> {
    let headings: Vec<&String> = lists.iter().filter_map(|list| list.heading.as_ref()).collect();
    let folded = fold(list);
    let same = headings.iter().find(|heading| fold(heading) == folded).copied();
    let holding: Vec<_> =
        headings.iter().filter(|heading| fold(heading).contains(&folded)).collect();
    match (same, holding.as_slice()) {
        (Some(heading), _) => Ok(heading.clone()),
        (None, [heading]) => Ok((**heading).clone()),
        _ => Err(DiscoverError::NoList {
            list: list.to_owned(),
            headings: headings
                .iter()
                .map(|heading| format!("{heading:?}"))
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// The likely reason for missing news: headline-like links that do not lead to a page.
fn missing_news_reason(refused: &[RejectedLink<'_>]) -> String {
    let texts = refused
        .iter()
        .filter_map(|refused| Some((plain::of_element(refused.element)?, &refused.why)));
    let headlines: Vec<_> = texts.filter(|(text, _)| text.split_whitespace().count() > 3).collect();
    match headlines.as_slice() {
        [(first, why), ..] if headlines.len() >= MIN_REJECTED => format!(
            ": {} links that read like headlines lead to no page; the first, {:?}: {why}",
            headlines.len(),
            shortened(first)
        ),
        _ => String::new(),
    }
}

fn listing_item(item: &GroupItem) -> ListingItem {
    let shown = &item.content;
    let in_path = || date::in_path(item.url.path()).map(|day| day.to_string());
    ListingItem {
        title: shown.title.clone(),
        date: shown.date.clone().or_else(in_path),
        summary: shown.summary.clone(),
        image: shown.image.clone(),
        ..ListingItem::of(item.url.clone(), item.key.clone())
    }
}

/// The amount of text in the links of a path: a list of news has the most.
fn weight(links: &[&PageLink<'_>]) -> usize {
    links.iter().map(|link| 1 + link.element.text().map(str::len).sum::<usize>().min(150)).sum()
}

#[cfg(test)]
mod box_tests;
#[cfg(test)]
mod hero_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod tests;
