//! Groups of links with the same path as lists: their items, and the features that distinguish news
//! from other lists.

use super::super::{plain, platform};
use super::item::{self, ItemContent};
use super::links::{PageLink, words_in};
use super::region::{ItemRegion, LinkOwners, regions};
use super::section::PageSection;
use super::title::{is_generic_label, is_number};
use bantin_core::{ArticleKey, ListingProfile, is_document, is_document_number};
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::{HashMap, HashSet};
use url::Url;

/// Endings of files that are neither web pages nor documents.
const MEDIA: [&str; 6] = [".jpg", ".jpeg", ".png", ".gif", ".mp3", ".mp4"];

/// An item of a list.
pub(super) struct GroupItem {
    pub(super) url: Url,
    pub(super) key: ArticleKey,
    pub(super) content: ItemContent,
    /// The position of its first link among the links of the page.
    pub(super) order: usize,
    /// The first element of its region.
    pub(super) top: NodeId,
    /// The section of the page that contains its first link.
    pub(super) section: PageSection,
}

/// A list of links with the same path.
pub(super) struct LinkGroup {
    /// The hash of the path of its links.
    pub(super) path: u64,
    /// The hash of the last steps of the path.
    pub(super) leaf: u64,
    /// A CSS selector that matches its links.
    pub(super) selector: String,
    /// The family of content management systems whose rules match its links.
    pub(super) family: Option<&'static str>,
    /// The heading above most of its items.
    pub(super) heading: Option<String>,
    pub(super) items: Vec<GroupItem>,
    pub(super) features: GroupFeatures,
}

/// The features of a list; each is a share of its items, from 0 to 1, unless noted otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GroupFeatures {
    /// The number of different articles.
    pub(super) items: f32,
    /// The average similarity of the titles to headlines.
    pub(super) titles: f32,
    pub(super) headings: f32,
    pub(super) dates: f32,
    pub(super) summaries: f32,
    pub(super) images: f32,
    /// Addresses with a slug or a number.
    pub(super) slugs: f32,
    pub(super) foreign: f32,
    pub(super) files: f32,
    /// Addresses of videos and albums.
    pub(super) media: f32,
    pub(super) in_navigation: f32,
    pub(super) in_sidebar: f32,
    pub(super) in_pager: f32,
    /// The average number of letters of an item outside of its links.
    pub(super) prose: f32,
    /// Titles that are those of numbered documents.
    pub(super) documents: f32,
    /// 1 if the rules of a family match its links.
    pub(super) has_family: f32,
    /// 1 if the list was news at the last visit.
    pub(super) was_news: f32,
    /// The number of different articles, divided by the number of items.
    pub(super) distinct: f32,
    /// 1 if its heading is that of a box with other news: `Tin đọc nhiều`.
    pub(super) has_side_heading: f32,
    /// 1 if its heading announces more of the same news: `Các tin khác`.
    pub(super) has_more_heading: f32,
    /// 1 if its heading is the name of the page.
    pub(super) is_named: f32,
    /// 1 if it has another heading, which announces nothing more of the same news.
    pub(super) has_other_heading: f32,
}

/// Reads the items of the links with the same path.
pub(super) fn read(
    links: &[&PageLink<'_>],
    all: &ArticleNumbers<'_>,
    page: &Url,
    base: &Url,
    before: &ListingProfile,
) -> LinkGroup {
    let links = &without_secondary(&without_fields(links, all));
    let numbered: Vec<_> =
        links.iter().filter_map(|link| Some((link.element, *all.of_key.get(&link.key)?))).collect();
    let is_alone = numbered.iter().all(|(_, item)| Some(item) == numbered.first().map(|(_, i)| i));
    let own_owners;
    let owners = if is_alone {
        [&all.owners, &all.headlines]
    } else {
        own_owners = LinkOwners::of(numbered.iter().copied());
        [&own_owners, &all.headlines]
    };
    let mut first_of: HashMap<usize, &PageLink<'_>> = HashMap::new();
    for link in links {
        if let Some(number) = all.of_key.get(&link.key) {
            first_of.entry(*number).or_insert(link);
        }
    }
    let mut items = Vec::new();
    for ItemRegion { item, nodes } in regions(&numbered, owners) {
        let Some(link) = first_of.get(&item) else { continue };
        let Some(own) = all.elements.get(&item) else { continue };
        // The node with the link: a date or a mark may stand before it.
        let around = || std::iter::once(*link.element).chain(link.element.ancestors());
        let has_link = |node: &&NodeRef<'_, Node>| around().any(|above| above.id() == node.id());
        let Some(top) = nodes.iter().find(has_link).or(nodes.first()) else { continue };
        items.push(GroupItem {
            url: link.url.clone(),
            key: link.key.clone(),
            order: link.order,
            top: top.id(),
            section: link.section,
            content: item::read(&nodes, own, base),
        });
    }
    let items = without_menu(items, links);
    let first = links.first();
    let selector = first.map(|link| selector_of(link.element)).unwrap_or_default();
    let family = family(links);
    let marks = GroupFeatures {
        has_family: f32::from(u8::from(family.is_some())),
        was_news: f32::from(u8::from(before.knows(&selector))),
        ..features(&items, page)
    };
    LinkGroup {
        path: first.map(|link| link.path).unwrap_or_default(),
        leaf: first.map(|link| link.leaf).unwrap_or_default(),
        selector,
        family,
        heading: None,
        items,
        features: marks,
    }
}

/// The items without those of a menu, if menu and news are lists of the same form: titles of few words
/// without dates and leads, below an element of their own.
fn without_menu(items: Vec<GroupItem>, links: &[&PageLink<'_>]) -> Vec<GroupItem> {
    /// Minimum number of items of a menu, and of the news.
    const MIN_ITEMS: usize = 3;
    /// Maximum average similarity of the titles of a menu to headlines.
    const MAX_TITLES: f32 = 0.5;
    let Some(tree) = links.first().map(|link| link.element.tree()) else { return items };
    let list = |item: &GroupItem| tree.get(item.top)?.parent().map(|parent| parent.id());
    let mut lists: HashMap<Option<NodeId>, Vec<&GroupItem>> = HashMap::new();
    for item in &items {
        lists.entry(list(item)).or_default().push(item);
    }
    let is_dated = |items: &[&GroupItem]| {
        let dated = items.iter().filter(|item| item.content.date.is_some()).count();
        items.len() >= MIN_ITEMS && dated * 5 >= items.len() * 3
    };
    let is_menu = |items: &[&GroupItem]| {
        let titles: f32 = items.iter().map(|item| headline(item.content.title.as_deref())).sum();
        items.len() >= MIN_ITEMS
            && items.iter().all(|i| i.content.date.is_none() && i.content.summary.is_none())
            && titles / count(items.len()) < MAX_TITLES
    };
    let menus: HashSet<Option<NodeId>> = match lists.values().any(|items| is_dated(items)) {
        true => lists.iter().filter(|(_, items)| is_menu(items)).map(|(id, _)| *id).collect(),
        false => HashSet::new(),
    };
    let kept: Vec<bool> = items.iter().map(|item| !menus.contains(&list(item))).collect();
    items.into_iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(item, _)| item).collect()
}

/// The links without those to the fields of articles, if most of the others are the pictures of
/// articles that headlines elsewhere name.
fn without_fields<'a, 'b>(
    links: &[&'b PageLink<'a>],
    all: &ArticleNumbers<'_>,
) -> Vec<&'b PageLink<'a>> {
    let is_named = |link: &PageLink<'_>| {
        all.of_key.get(&link.key).is_some_and(|item| all.named.contains(item))
    };
    let has_text = |link: &PageLink<'_>| link.element.text().any(|text| !text.trim().is_empty());
    let pictures = links.iter().filter(|link| !has_text(link));
    let pictures: HashSet<&ArticleKey> = pictures.map(|link| &link.key).collect();
    let named = links.iter().filter(|link| pictures.contains(&link.key) && is_named(link)).count();
    let has_fields = named * 2 >= links.len() && !links.iter().any(|link| link.headline);
    // An article without a picture has its title elsewhere.
    let mut own: HashMap<&ArticleKey, usize> = HashMap::new();
    for link in links {
        *own.entry(&link.key).or_default() += 1;
    }
    let is_elsewhere = |link: &PageLink<'_>| {
        let item = all.of_key.get(&link.key).and_then(|item| all.elements.get(item));
        item.map(HashSet::len) > own.get(&link.key).copied()
    };
    let is_own = |link: &PageLink<'_>| pictures.contains(&link.key) || is_elsewhere(link);
    links.iter().filter(|link| !has_fields || is_own(link)).copied().collect()
}

/// The links without those to the sections, authors and files of articles. Such links lead from many
/// items to one page, or are short and beside the only headline of each item, or are buttons that
/// load the files (`Tải về`) of named articles.
fn without_secondary<'a, 'b>(links: &[&'b PageLink<'a>]) -> Vec<&'b PageLink<'a>> {
    /// The maximum number of files of an article.
    const MAX_FILES: usize = 3;
    let mut counts: HashMap<&ArticleKey, usize> = HashMap::new();
    let mut beside: HashMap<NodeId, (usize, usize)> = HashMap::new();
    for link in links {
        *counts.entry(&link.key).or_default() += 1;
        if let Some(parent) = link.element.parent() {
            let (headlines, others) = beside.entry(parent.id()).or_default();
            *if link.headline { headlines } else { others } += 1;
        }
    }
    let mut sorted: Vec<usize> = counts.values().copied().collect();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(1);
    let single =
        beside.values().filter(|(headlines, others)| *headlines == 1 && *others > 0).count();
    let is_mixed = single > 1 && single * 2 > beside.len();
    let text = |link: &PageLink<'_>| plain::of_element(link.element);
    let names = |link: &PageLink<'_>| link.headline || text(link).is_some_and(|t| is_number(&t));
    let named: HashSet<&ArticleKey> =
        links.iter().filter(|link| names(link)).map(|link| &link.key).collect();
    let is_button = |link: &PageLink<'_>| {
        !named.contains(&link.key)
            && (is_file(&link.url) || text(link).is_none_or(|text| is_generic_label(&text)))
    };
    let buttons: HashSet<NodeId> =
        links.iter().filter(|link| is_button(link)).map(|link| link.element.id()).collect();
    let alternates = alternates(links);
    let has_names = named.len() * MAX_FILES >= buttons.len();
    let is_primary = |link: &&&PageLink<'_>| {
        let often = counts.get(&link.key).is_some_and(|count| *count >= usual * 3);
        let parent = link.element.parent().and_then(|parent| beside.get(&parent.id()));
        let is_beside = is_mixed && parent.is_some_and(|(headlines, _)| *headlines == 1);
        let is_button = has_names && buttons.contains(&link.element.id());
        let is_section = alternates && !link.headline;
        !often && !is_button && !is_section && (!is_beside || named.contains(&link.key))
    };
    links.iter().filter(is_primary).copied().collect()
}

/// Whether every second link is a headline: the others name the section of each article.
fn alternates(links: &[&PageLink<'_>]) -> bool {
    /// Minimum number of articles.
    const MIN_ARTICLES: usize = 4;
    let first = links.first().is_some_and(|link| link.headline);
    let is_turn = |(at, link): (usize, &&PageLink<'_>)| link.headline == (first == (at % 2 == 0));
    links.len() >= 2 * MIN_ARTICLES
        && links.len().is_multiple_of(2)
        && links.iter().enumerate().all(is_turn)
}

/// The family that matches at least four fifths of the first 20 links.
fn family(links: &[&PageLink<'_>]) -> Option<&'static str> {
    let looked: Vec<_> =
        links.iter().take(20).map(|link| platform::of_link(link.element)).collect();
    let first = looked.iter().copied().flatten().next()?;
    let known = looked.iter().filter(|family| **family == Some(first)).count();
    (known * 5 >= looked.len() * 4).then_some(first)
}

/// The last steps to a link, as a CSS selector.
pub(super) fn selector_of(link: ElementRef<'_>) -> String {
    let mut steps: Vec<String> = Vec::new();
    for element in std::iter::once(link).chain(link.ancestors().filter_map(ElementRef::wrap)) {
        let name = element.value().name();
        let class = element.attr("class").unwrap_or_default().split_whitespace().find(|class| {
            class.starts_with(|c: char| c.is_ascii_alphabetic())
                && class.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'))
        });
        steps.push(class.map_or(name.to_owned(), |class| format!("{name}.{class}")));
        if steps.len() == 4 || name == "body" || (class.is_some() && steps.len() > 1) {
            break;
        }
    }
    steps.reverse();
    steps.join(" > ")
}

/// The articles that a page links, numbered.
pub(super) struct ArticleNumbers<'a> {
    pub(super) of_key: HashMap<&'a ArticleKey, usize>,
    /// The links to each article.
    pub(super) elements: HashMap<usize, HashSet<NodeId>>,
    /// The article whose links each element of the page contains.
    owners: LinkOwners,
    /// Like `owners`, for headlines only.
    headlines: LinkOwners,
    /// The articles of headlines.
    named: HashSet<usize>,
}

impl<'a> ArticleNumbers<'a> {
    /// Numbers the articles of these links.
    pub(super) fn of(links: &'a [PageLink<'a>]) -> Self {
        let mut of_key = HashMap::new();
        let mut elements: HashMap<usize, HashSet<NodeId>> = HashMap::new();
        for link in links {
            let next = of_key.len();
            let number = *of_key.entry(&link.key).or_insert(next);
            elements.entry(number).or_default().insert(link.element.id());
        }
        let numbered = |link: &PageLink<'a>| Some((link.element, *of_key.get(&link.key)?));
        let owners = LinkOwners::of(links.iter().filter_map(numbered));
        let headlines =
            LinkOwners::of(links.iter().filter(|link| link.headline).filter_map(numbered));
        let named = links.iter().filter(|link| link.headline);
        let named = named.filter_map(|link| of_key.get(&link.key).copied()).collect();
        Self { of_key, elements, owners, headlines, named }
    }
}

/// The features that the items alone have.
pub(super) fn features(items: &[GroupItem], page: &Url) -> GroupFeatures {
    let share = |is: &dyn Fn(&GroupItem) -> bool| {
        ratio(items.iter().filter(|item| is(item)).count(), items.len())
    };
    let keys: HashSet<&ArticleKey> = items.iter().map(|item| &item.key).collect();
    let titles: f32 = items.iter().map(|item| headline(item.content.title.as_deref())).sum();
    let prose: usize = items.iter().map(|item| item.content.prose.min(400)).sum();
    GroupFeatures {
        items: f32::from(u16::try_from(keys.len()).unwrap_or(u16::MAX)),
        titles: titles / count(items.len()),
        headings: share(&|item| item.content.heading),
        dates: share_of_dated(items),
        summaries: share(&|item| item.content.summary.is_some()),
        images: share(&|item| item.content.image.is_some()),
        slugs: share(&|item| is_article_like(&item.url)),
        foreign: items.iter().map(|item| foreignness(&item.url, page)).sum::<f32>()
            / count(items.len()),
        files: share(&|item| is_file(&item.url)),
        media: share(&|item| is_media(&item.url)),
        in_navigation: share(&|item| item.section.is_navigation),
        in_sidebar: share(&|item| item.section.is_sidebar),
        in_pager: share(&|item| item.section.is_pager),
        prose: count(prose) / count(items.len()),
        documents: share(&|item| item.content.title.as_deref().is_some_and(is_numbered)),
        distinct: ratio(keys.len(), items.len()),
        has_family: 0.0,
        was_news: 0.0,
        has_side_heading: 0.0,
        has_other_heading: 0.0,
        has_more_heading: 0.0,
        is_named: 0.0,
    }
}

/// The share of items with a date.
pub(super) fn share_of_dated(items: &[GroupItem]) -> f32 {
    ratio(items.iter().filter(|item| item.content.date.is_some()).count(), items.len())
}

fn count(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX)).max(1.0)
}

fn ratio(part: usize, whole: usize) -> f32 {
    if part == 0 { 0.0 } else { count(part) / count(whole) }
}

/// 0 on the page's own host, 0.25 on another host of the same registered domain, else 1.
fn foreignness(url: &Url, page: &Url) -> f32 {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let (Some(host), Some(home)) = (host(url), host(page)) else { return 1.0 };
    if host == home {
        return 0.0;
    }
    if registered(&host) == registered(&home) { 0.25 } else { 1.0 }
}

/// The registered domain of a host: the last two labels, or three below `gov.vn` and the like.
fn registered(host: &str) -> String {
    let names: Vec<&str> = host.rsplit('.').collect();
    let second = names.get(1).copied().unwrap_or_default();
    let is_shared = matches!(second, "gov" | "com" | "edu" | "org" | "net" | "co" | "ac");
    names.into_iter().take(if is_shared { 3 } else { 2 }).collect::<Vec<_>>().join(".")
}

/// The similarity of a title to a headline: 0 for one word, 1 from six words on.
fn headline(title: Option<&str>) -> f32 {
    let Some(title) = title.filter(|title| !is_generic_label(title)) else { return 0.0 };
    ((count(words_in(title).max(1)) - 1.0) / 5.0).min(1.0)
}

/// Whether a title begins with the number of a document, and the words before it.
fn is_numbered(title: &str) -> bool {
    title.split_whitespace().take(6).any(is_document_number)
}

/// Whether an address looks like that of an article: a slug of several words, a long number, an id
/// in the query.
pub(in super::super) fn is_article_like(url: &Url) -> bool {
    let last = url
        .path_segments()
        .and_then(|mut parts| parts.rfind(|part| !part.is_empty()))
        .unwrap_or_default();
    let dashes = last.matches(['-', '_', '+']).count() + last.matches("%20").count();
    let digits = last.chars().filter(char::is_ascii_digit).count();
    let number = url.query_pairs().any(|(name, value)| {
        let is_id = name.to_ascii_lowercase().ends_with("id");
        value.chars().filter(char::is_ascii_digit).count() * 2 > value.len()
            && (is_id || value.len() > 1)
    });
    dashes >= 3 || digits >= 4 || number || bantin_core::text::date::in_path(url.path()).is_some()
}

/// Whether an address is that of a video or an album.
pub(in super::super) fn is_media(url: &Url) -> bool {
    const WORDS: [&str; 12] = [
        "video",
        "videos",
        "clip",
        "media",
        "multimedia",
        "gallery",
        "album",
        "albums",
        "thu-vien-anh",
        "thu-vien-video",
        "thuvienanh",
        "thuvienvideo",
    ];
    let Some(parts) = url.path_segments() else { return false };
    let parts: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    let folders = parts.split_last().map(|(_, folders)| folders).unwrap_or_default();
    folders.iter().any(|folder| WORDS.contains(&folder.as_str()))
}

pub(in super::super) fn is_file(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    is_document(&path) || MEDIA.iter().any(|ending| path.ends_with(ending))
}
