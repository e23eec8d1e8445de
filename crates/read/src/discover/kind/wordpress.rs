//! `kind = "wordpress"`: the REST API of a WordPress site.

use super::keys::shared::FOLLOW;
use super::{KindDefinition, KindReader, RecognizedPage, SourceAddresses};
use crate::discover::paging::{ListingPosition, next_of_posts};
use crate::discover::{DiscoverError, is_json, wordpress};
use bantin_core::{Listing, ListingProfile, NextPage, Source, SourceFolder, ValueError, WordPress};
use bantin_page::{Dom, Page};
use scraper::Selector;
use url::Url;

/// The link relation of the site's API (developer.wordpress.org/rest-api, Discovery).
const RELATION: &str = "https://api.w.org/";

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "wordpress",
    doc: "A WordPress site, read through its REST API: `url` is the site, or an address of the API.",
    what: "an API",
    items: "items of an API",
    keys: &[&FOLLOW],
    build: |values, _| Some(Box::new(Posts { follow: values.truth(&FOLLOW) == Some(true) })),
    // The answer of WordPress to a page number after the last one.
    status_past_end: Some(400),
    other_address: WordPress::query_form,
    gone_hint: "it is gone with and without permalinks: check whether the site still runs WordPress; if it does, its API is closed, so read its pages or its feed",
    recognise_address: names_api,
    recognize: |page| {
        Ok((names_api(&page.requested) && is_json(page)).then(RecognizedPage::default))
    },
    offered: |page| offered(page).into_iter().collect(),
    offered_instead: Some(
        "its site runs WordPress, whose API lists them: --wordpress reads them there",
    ),
    not_offered: "the page names no API of WordPress (<link rel=\"https://api.w.org/\">); without --wordpress its listing is used",
    ..KindDefinition::DEFAULTS
};

struct Posts {
    follow: bool,
}

impl KindReader for Posts {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        _: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        wordpress::read(page, source)
    }

    fn next(
        &self,
        page: &Page,
        position: &ListingPosition<'_>,
        is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        Ok(Some(next_of_posts(page, position)).filter(is_next))
    }

    fn follows(&self) -> bool {
        self.follow
    }

    fn addresses(
        &self,
        url: &Url,
        folder: Option<&SourceFolder>,
    ) -> Result<SourceAddresses, ValueError> {
        let api = WordPress::at(url).map_err(|error| {
            let hint = "write the site's address, or that of the category in the API, for example https://agency.example/wp-json/wp/v2/categories/5; `bantin add --wordpress` finds it";
            ValueError::new(error.to_string()).hint(hint)
        })?;
        // A saved answer keeps the address under which it was saved.
        Ok(match folder {
            Some(_) => SourceAddresses { fetched: url.clone(), home: url.clone(), feed: None },
            None => SourceAddresses { fetched: api.posts, home: api.site, feed: None },
        })
    }
}

/// Whether an address belongs to the API of a WordPress site.
fn names_api(url: &Url) -> bool {
    let names_api = url.path().contains("/wp-json")
        || url.query().is_some_and(|query| query.contains("rest_route="));
    names_api && WordPress::at(url).is_ok()
}

/// The API address that a page of a WordPress site names: that of the page's category, else that of
/// the site. For all posts, it is the site's own address.
fn offered(page: &Page) -> Option<Url> {
    let dom = Dom::parse(&page.html().ok()?).ok()?;
    let base = dom.base(&page.url);
    let address = |css: &str| -> Option<Url> {
        let selector = Selector::parse(css).ok()?;
        let links = dom.tree().select(&selector);
        let mut urls = links.filter_map(|link| base.join(link.attr("href")?.trim()).ok());
        urls.find(|url| WordPress::at(url).is_ok())
    };
    let site = address(&format!("link[rel='{RELATION}'][href]"))?;
    // For a page or an article it is not a list, so the site's API is used.
    let url = address("link[rel~=alternate i][type='application/json' i][href]").unwrap_or(site);
    // For all posts, the site's own address means the same and is shorter.
    let api = WordPress::at(&url).ok()?;
    let is_all = WordPress::at(&api.site).is_ok_and(|all| all == api);
    Some(if is_all { api.site } else { url })
}
