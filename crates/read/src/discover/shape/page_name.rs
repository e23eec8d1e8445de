//! The names by which a page calls itself: in its title, headings, breadcrumb, links and address.

use super::super::plain;
use bantin_page::Dom;
use bantin_page::plain::fold;
use scraper::ElementRef;
use std::collections::HashSet;
use url::Url;

/// Minimum length of a page's name; a shorter one occurs by chance.
const MIN_NAME: usize = 4;
/// Minimum number of words of an address that a longer heading continues.
const MIN_BEGINNING: usize = 3;
/// Maximum number of elements that name the page.
const MAX_NAMED: usize = 5;
/// Maximum number of links of a breadcrumb, and of elements in it.
const MAX_CRUMBS: usize = 6;
const MAX_PARTS: usize = 30;

/// The names of a page, folded.
pub(super) struct PageNames {
    names: HashSet<String>,
    /// The segments of its path, without extension.
    segments: Vec<String>,
}

impl PageNames {
    /// The names of the page at `page`.
    pub(super) fn of(dom: &Dom, page: &Url) -> Self {
        let named = |name: &'static str| {
            let named = elements(dom).filter(move |element| element.value().name() == name);
            named.take(MAX_NAMED).filter_map(name_of)
        };
        // Some systems make the heading of each box an `<h1>`.
        let headings: Vec<String> = named("h1").collect();
        let headings = headings.into_iter().filter(|_| named("h1").count() == 1);
        let texts: Vec<String> = named("title").chain(headings).collect();
        let parts = texts.iter().flat_map(|text| text.split(['|', '-', '–', '—', '»', ':', '/']));
        let folded = parts
            .map(str::to_owned)
            .chain(texts.iter().cloned())
            .chain(own_links(dom, page))
            .chain(breadcrumb(dom))
            .map(|part| fold(&part).trim().to_owned());
        let stem = |segment: &str| segment.split('.').next().unwrap_or_default().to_lowercase();
        Self {
            names: folded.filter(|name| name.chars().count() >= MIN_NAME).collect(),
            segments: page.path_segments().into_iter().flatten().map(stem).collect(),
        }
    }

    /// Whether a folded heading is the name of the page.
    pub(super) fn contains(&self, heading: &str) -> bool {
        let words: Vec<&str> =
            heading.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let slug = words.join("-");
        // Systems cut the slugs of long names.
        let begins = |segment: &String| {
            segment.matches('-').count() + 1 >= MIN_BEGINNING
                && slug.strip_prefix(segment.as_str()).is_some_and(|rest| rest.starts_with('-'))
        };
        self.names.contains(heading)
            || words.len() > 1 && self.segments.contains(&slug)
            || self.segments.last().is_some_and(begins)
    }
}

/// The texts of the links of a page to itself.
fn own_links(dom: &Dom, page: &Url) -> impl Iterator<Item = String> {
    let base = dom.base(page);
    // Most links do not even have the last words of the address.
    let last = page.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let leads_here = move |element: &ElementRef<'_>| {
        let href = element.value().attr("href").filter(|href| !href.trim().is_empty());
        let is_page = |url: Url| url.path() == page.path() && url.query() == page.query();
        element.value().name() == "a"
            && href.is_some_and(|href| !href.starts_with('#') && href.contains(&last))
            && href.and_then(|href| base.join(href).ok()).is_some_and(is_page)
    };
    elements(dom).filter(leads_here).take(MAX_NAMED).filter_map(name_of)
}

/// The last part of the breadcrumb: of a short row that begins with a link to the front page.
fn breadcrumb(dom: &Dom) -> Option<String> {
    let is_home = |link: &ElementRef<'_>| {
        link.value().name() == "a"
            && plain::of_element(*link)
                .is_some_and(|text| matches!(fold(&text).trim(), "trang chu" | "home"))
    };
    let row = |link: ElementRef<'_>| {
        let around = link.ancestors().take(3).filter_map(ElementRef::wrap);
        let mut rows = around.filter(|row| row.text().any(|text| !is_home_text(text)));
        let row = rows.next()?;
        let elements = row.descendent_elements().take(MAX_PARTS + 1);
        let (mut links, mut parts) = (0, 0);
        for element in elements {
            parts += 1;
            links += usize::from(element.value().name() == "a");
        }
        let begins = row.text().find(|text| !text.trim().is_empty()).is_some_and(is_home_text);
        let is_row = links <= MAX_CRUMBS && parts <= MAX_PARTS && begins;
        let trimmed =
            |text: &str| Some(trim(text)).filter(|text| !text.is_empty()).map(str::to_owned);
        is_row.then(|| row.text().filter_map(trimmed).last()).flatten()
    };
    elements(dom).filter(is_home).take(MAX_NAMED).find_map(row)
}

/// Whether a text of a breadcrumb is empty, a separator, or the name of the front page.
fn is_home_text(text: &str) -> bool {
    matches!(fold(trim(text)).as_str(), "" | "trang chu" | "home")
}

/// A part of a breadcrumb without separators.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

fn elements(dom: &Dom) -> impl Iterator<Item = ElementRef<'_>> {
    dom.tree().root_element().descendent_elements()
}

fn name_of(element: ElementRef<'_>) -> Option<String> {
    plain::of_element(element).filter(|text| text.chars().count() < 300)
}
