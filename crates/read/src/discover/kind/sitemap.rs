//! `kind = "sitemap"`: a sitemap, a sitemap index, a news sitemap or a list of addresses
//! (sitemaps.org 0.9).

use super::{
    KeyMisfit, KindDefinition, KindKey, KindReader, KindValues, RecognizedPage, SourceAddresses,
    pattern,
};
use crate::discover::{DiscoverError, SitemapSet, is_sitemap};
use bantin_core::{Listing, ListingProfile, RegexPattern, Source, SourceFolder, ValueError};
use bantin_page::Page;
use url::Url;

const MATCH: KindKey = KindKey::text(
    "match",
    "A regular expression that matches the addresses of articles in a sitemap. By default bantin recognizes articles by the form of their addresses.",
    "\"/tin-tuc/.+[.]html$\"",
);

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "sitemap",
    doc: "A sitemap, an index of sitemaps, a news sitemap, or a list of addresses in a text file.",
    what: "a sitemap",
    items: "newest articles of a sitemap",
    keys: &[&MATCH],
    build,
    is_index: true,
    // Only the newest articles are listed; those that no longer change drop out.
    shows_withdrawals: false,
    no_next_page: Some(
        "is a sitemap, which has no further pages: write a source for each older sitemap of its index instead",
    ),
    too_large_hint: Some(
        "the protocol allows a sitemap 50 MB: look in the site's robots.txt or index for a smaller one, such as a news sitemap or that of a month, and set url to its address",
    ),
    recognize: |page| Ok(is_sitemap(page).then(RecognizedPage::default)),
    ..KindDefinition::DEFAULTS
};

struct Sitemap {
    matching: Option<RegexPattern>,
}

fn build(values: &KindValues, misfits: &mut Vec<KeyMisfit>) -> Option<Box<dyn KindReader>> {
    Some(Box::new(Sitemap { matching: values.read(&MATCH, pattern, misfits) }))
}

impl KindReader for Sitemap {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        _: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        let mut sitemaps = SitemapSet::default();
        sitemaps.add_document(page, source)?;
        sitemaps.listing(source)
    }

    fn matching(&self) -> Option<&RegexPattern> {
        self.matching.as_ref()
    }

    fn addresses(
        &self,
        url: &Url,
        _: Option<&SourceFolder>,
    ) -> Result<SourceAddresses, ValueError> {
        Ok(SourceAddresses::of_document(url))
    }
}
