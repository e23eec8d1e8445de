//! `kind = "feed"`: an RSS, Atom or JSON feed.

use super::keys::shared::FOLLOW;
use super::{KindDefinition, KindReader, RecognizedPage, SourceAddresses};
use crate::discover::paging::ListingPosition;
use crate::discover::{DiscoverError, feed};
use bantin_core::{
    KeyValue, Listing, ListingItem, ListingProfile, NextPage, Source, SourceFolder, ValueError,
};
use bantin_page::{Dom, Page, plain};
use scraper::Selector;
use url::Url;

/// Number of characters within which the root element of a feed must appear.
const ROOT_WITHIN: usize = 1000;
/// Minimum bytes of an item's text that is the whole article.
const MIN_WHOLE: usize = 1000;

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "feed",
    doc: "An RSS, Atom or JSON feed.",
    what: "a feed",
    items: "items of a feed",
    keys: &[&FOLLOW],
    build: |values, _| {
        Some(Box::new(FeedKindReader { follow: values.truth(&FOLLOW) == Some(true) }))
    },
    names_hubs: true,
    recognize: |page| Ok(is_feed(page).then(RecognizedPage::default)),
    suggest,
    offered,
    too_large_hint: Some(
        "write max_document with the size of the feed in bytes in its source, if bantin may use three times as much memory",
    ),
    not_offered: "the page offers no feed that can be read; without --feed its listing is used",
    ..KindDefinition::DEFAULTS
};

struct FeedKindReader {
    follow: bool,
}

impl KindReader for FeedKindReader {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        _: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        feed::read(page, source)
    }

    fn next(
        &self,
        page: &Page,
        position: &ListingPosition<'_>,
        is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        Ok(feed::next(page, position.number)?.map(NextPage::Get).filter(is_next))
    }

    fn follows(&self) -> bool {
        self.follow
    }

    fn addresses(
        &self,
        url: &Url,
        _: Option<&SourceFolder>,
    ) -> Result<SourceAddresses, ValueError> {
        Ok(SourceAddresses { feed: Some(url.clone()), ..SourceAddresses::of_document(url) })
    }
}

/// Whether the content of a page is an RSS, Atom or JSON feed.
fn is_feed(page: &Page) -> bool {
    let Ok(decoded) = page.text() else { return false };
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let start: String = text.chars().take(ROOT_WITHIN).collect::<String>().to_ascii_lowercase();
    let is_xml = ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| start.contains(root));
    let is_json = text.starts_with('{') && text.contains("jsonfeed.org/version/");
    (is_xml && !start.contains("<html")) || is_json
}

/// Suggests fetching the pages if most items contain less than an article.
fn suggest(listing: &Listing) -> Vec<(&'static str, KeyValue)> {
    let is_whole =
        |item: &&ListingItem| item.content.as_ref().is_some_and(|html| html.0.len() >= MIN_WHOLE);
    let follows = listing.items.iter().filter(is_whole).count() * 2 < listing.items.len();
    follows.then_some((FOLLOW.name, KeyValue::Truth(true))).into_iter().collect()
}

/// The feeds that a page links with `<link rel="alternate">`, except those of comments.
fn offered(page: &Page) -> Vec<Url> {
    let Ok(html) = page.html() else { return Vec::new() };
    let Ok(dom) = Dom::parse(&html) else { return Vec::new() };
    let Ok(selector) = Selector::parse("link[rel~=alternate i][type][href]") else {
        return Vec::new();
    };
    let base = dom.base(&page.url);
    let feeds = dom.tree().select(&selector).filter(|link| {
        let media = link.attr("type").unwrap_or_default().to_ascii_lowercase();
        let title = plain::fold(link.attr("title").unwrap_or_default());
        let is_feed =
            ["rss+xml", "atom+xml", "feed+json"].iter().any(|known| media.contains(known));
        is_feed && !["comment", "binh luan", "phan hoi"].iter().any(|word| title.contains(word))
    });
    let mut urls: Vec<Url> =
        feeds.filter_map(|link| base.join(link.attr("href")?.trim()).ok()).collect();
    urls.retain(|url| matches!(url.scheme(), "http" | "https"));
    urls.dedup();
    urls
}
