//! Detection of the next page of a listing. Pure functions; nothing here makes requests.
//!
//! The candidates of an HTML page, most reliable first: `rel=next`; the number after the current
//! one in a row of page numbers ([`page_numbers`], on the elements that [`pager`] collects); a link
//! that is labelled "next" and leads to the same listing ([`address`]). A pager that submits the
//! page's form (ASP.NET) yields the fields that a browser would send ([`form`]). Feeds have the
//! links of RFC 5005, and JSON Feed has `next_url`.

mod address;
mod form;
mod page_numbers;
mod pager;
#[cfg(test)]
mod tests;

use super::{DiscoverError, kind};
use bantin_core::{ListingItem, NextPage, SourceKind};
use bantin_page::{Dom, Page};
use pager::{PagerAction, PagerElement};
use scraper::ElementRef;
use std::collections::HashSet;
use url::Url;

/// Maximum number of pagers tried per page: each may require filling a form.
const MAX_TRIED: usize = 16;

/// The position of a page in its listing, and the pages already read.
pub struct ListingPosition<'a> {
    /// The number of the page in its listing, from 1.
    pub number: usize,
    /// The items of the page.
    pub items: &'a [ListingItem],
    /// The names ([`NextPage::name`]) of the pages already read, including this one; none of them
    /// can be the next.
    pub read: &'a HashSet<Url>,
}

/// The page that follows a page of a source of this kind; `None` if it is the last one, or if no
/// next page is found.
pub fn next(
    page: &Page,
    kind: &SourceKind,
    position: &ListingPosition<'_>,
) -> Result<Option<NextPage>, DiscoverError> {
    let is_next = |next: &NextPage| {
        // Form fields may contain session state, so they are sent only to the page's own origin.
        let is_elsewhere = match next {
            NextPage::Get(url) => !address::same_site(&page.url, url),
            NextPage::Post { url, .. } => url.origin() != page.url.origin(),
        };
        let (own, name) = (address::without_fragment(&page.url), next.name());
        !is_elsewhere && (next.form().is_some() || name != own) && !position.read.contains(&name)
    };
    kind::reader(kind).next(page, position, &is_next)
}

/// The next page of an API whose address counts pages or items.
pub(super) fn next_by_count(page: &Page, position: &ListingPosition<'_>) -> Option<NextPage> {
    address::incremented(&page.url, position.items.len()).map(NextPage::Get)
}

/// The next page of a WordPress API.
pub(super) fn next_of_posts(page: &Page, position: &ListingPosition<'_>) -> NextPage {
    NextPage::Get(address::next_posts_page(&page.url, position.number))
}

/// The next page according to the pager of an HTML page.
pub(super) fn next_of_html(
    page: &Page,
    position: &ListingPosition<'_>,
    is_next: &dyn Fn(&NextPage) -> bool,
) -> Result<Option<NextPage>, DiscoverError> {
    let dom = page.dom()?;
    let base = dom.base(&page.url);
    if let Some(next) = related(&dom, &base).map(NextPage::Get).find(|next| is_next(next)) {
        return Ok(Some(next));
    }
    let signs = pager::read(&dom, &base);
    let items: HashSet<Url> =
        position.items.iter().map(|item| address::without_fragment(&item.url)).collect();
    let made = |action: &PagerAction<'_>| match action {
        PagerAction::Get(url) => Some(NextPage::Get(url.clone())),
        PagerAction::Submit(submission) => form::fill(&dom, submission, &base),
    };
    let rows = page_numbers::rows(&signs, &page.url, &items);
    let mut has_pager = false;
    for row in rows.iter().take(MAX_TRIED) {
        has_pager = true;
        match row.after_current(&page.url, position.number) {
            page_numbers::FollowingPage::Action(action) => {
                if let Some(next) = made(action).filter(is_next) {
                    return Ok(Some(next));
                }
            }
            // The row ends with the current page: other "next" links belong to something else.
            page_numbers::FollowingPage::End => return Ok(None),
            page_numbers::FollowingPage::Unknown => {}
        }
    }
    let called = labelled_next(&signs, &page.url, &items);
    has_pager |= !called.is_empty();
    if let Some(next) =
        called.into_iter().take(MAX_TRIED).filter_map(made).find(|next| is_next(next))
    {
        return Ok(Some(next));
    }
    if has_pager {
        return Ok(None);
    }
    Ok(address::incremented(&page.url, 0).map(NextPage::Get).filter(is_next))
}

/// The targets of `link` and `a` elements with `rel=next` (HTML, section 4.6.6).
fn related<'a>(dom: &'a Dom, base: &'a Url) -> impl Iterator<Item = Url> + 'a {
    let elements = dom.tree().root_element().descendants().filter_map(ElementRef::wrap);
    let named = elements.filter(|element| {
        let relations = element.attr("rel").unwrap_or_default();
        let is_next = relations.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("next"));
        is_next && matches!(element.value().name(), "a" | "link")
    });
    named.filter_map(|element| super::address::resolve(element.attr("href")?, base).ok())
}

/// The elements that are labelled "next" and lead to another page of the same listing, most
/// reliable first. Among equals the last comes first, because a pager is below its list.
fn labelled_next<'s, 'd>(
    signs: &'s [PagerElement<'d>],
    page: &Url,
    items: &HashSet<Url>,
) -> Vec<&'s PagerAction<'d>> {
    let mut found: Vec<(u8, &PagerAction<'_>)> = Vec::new();
    for sign in signs.iter().rev() {
        let (Some(sureness), Some(action)) = (sign.next_rank(), sign.action.as_ref()) else {
            continue;
        };
        let leads_on = match action {
            PagerAction::Get(url) => address::is_other_page(page, url) && !items.contains(url),
            // A button labelled only `>` may belong to an image slider.
            PagerAction::Submit(_) => sureness < pager::ARROW,
        };
        if leads_on {
            found.push((sureness, action));
        }
    }
    found.sort_by_key(|(sureness, _)| *sureness);
    found.into_iter().map(|(_, action)| action).collect()
}
