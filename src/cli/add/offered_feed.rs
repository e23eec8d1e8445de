//! The feed that a page offers (`<link rel="alternate">`), and the listing items that it lacks.

use super::{AddSubject, FetchedSubject, fetch_subject, listing};
use crate::cli::ConfigOption;
use crate::config::edit::NewSource;
use crate::crawl::CrawlContext;
use bantin_core::Listing;
use bantin_page::plain;
use bantin_read::discover::kind;
use std::collections::HashSet;
use std::io::Write;
use url::Url;

/// The number of feeds of a page that are fetched until one can be parsed.
const MAX_TRIED: usize = 2;
/// A feed with fewer items than the listing's number divided by this is not offered.
const MIN_PART: usize = 4;

/// The first usable feed that a listing offers, as a source.
pub(super) async fn feed(
    config: &ConfigOption,
    context: &CrawlContext,
    fetched: &FetchedSubject,
    new: &NewSource,
) -> Option<(NewSource, FetchedSubject)> {
    let AddSubject::News(news) = &fetched.subject else { return None };
    let offers = kind::offers(&fetched.page).filter(|(kind, _)| kind.offered_instead.is_none());
    for (kind, url) in offers.take(MAX_TRIED) {
        let mut offered = NewSource { url, kind: listing(None), ..new.clone() };
        match fetch_subject(config, context, &mut offered).await {
            Ok(of_feed) if offered.kind.name == kind.name => {
                let items = of_feed.subject.listing().items.len();
                if items * MIN_PART >= news.listing.items.len() {
                    return Some((offered, of_feed));
                }
                tracing::info!("{} has only {items} items and is not offered", offered.url);
            }
            Ok(_) => tracing::info!("{} is linked as a feed, but is not a feed", offered.url),
            Err(error) => tracing::info!("{} is linked as a feed: {error:#}", offered.url),
        }
    }
    None
}

/// Reports the feed, and the number of listing items that it lacks.
pub(super) fn report_offered_feed(
    out: &mut impl Write,
    url: &Url,
    listing: &Listing,
    feed: &Listing,
) -> std::io::Result<()> {
    let titles = |listing: &Listing| -> HashSet<String> {
        listing.items.iter().filter_map(|item| item.title.as_deref().map(plain::fold)).collect()
    };
    let addresses: HashSet<&str> = feed.items.iter().map(|item| path(&item.url)).collect();
    let known = titles(feed);
    let is_missing = |item: &&bantin_core::ListingItem| {
        let title = item.title.as_deref().map(plain::fold);
        !addresses.contains(path(&item.url)) && title.is_none_or(|title| !known.contains(&title))
    };
    let missing = listing.items.iter().filter(is_missing).count();
    let (items, listed) = (feed.items.len(), listing.items.len());
    write!(out, "the page offers a feed, {url}, with {items} items; ")?;
    match missing {
        0 => writeln!(out, "it has all {listed} items of the listing. --feed adds it\n"),
        _ => writeln!(
            out,
            "the listing has more: {missing} of its {listed} items are not in the feed. --feed adds the feed nevertheless\n"
        ),
    }
}

/// The part of an address that is the same with http and https, with and without `www.`.
fn path(url: &Url) -> &str {
    let text = url.as_str();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}
