//! `kind = "sitemap"`: a sitemap, an index of sitemaps, a news sitemap or a list of addresses (sitemaps.org 0.9).

use super::{
    Addresses, KindDefinition, KindKey, KindReader, KindValues, Misfit, Recognised, pattern,
};
use crate::discover::{DiscoverError, Sitemaps, is_sitemap};
use crate::model::{Folder, Learned, Listing, Pattern, Source, ValueError};
use crate::page::Page;
use url::Url;

const MATCH: KindKey = KindKey::text(
    "match",
    "What the addresses of articles have in them, of a sitemap: a regular expression. By default bantin tells articles by what their addresses look like.",
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
    // Only the newest articles are listed, and what was not changed any more leaves them.
    shows_withdrawals: false,
    no_next_page: Some(
        "is a sitemap, which has no further pages: write a source for each older sitemap of its index instead",
    ),
    too_large_hint: Some(
        "sitemaps may have 50 MB, and bantin reads 8 MiB: look into the site's robots.txt or index for a smaller one, a news sitemap or one of a month, and write its address into url",
    ),
    recognise: |page| Ok(is_sitemap(page).then(Recognised::default)),
    ..KindDefinition::USUAL
};

struct Sitemap {
    matching: Option<Pattern>,
}

fn build(values: &KindValues, misfits: &mut Vec<Misfit>) -> Option<Box<dyn KindReader>> {
    Some(Box::new(Sitemap { matching: values.read(&MATCH, pattern, misfits) }))
}

impl KindReader for Sitemap {
    fn read(&self, page: &Page, source: &Source, _: &Learned) -> Result<Listing, DiscoverError> {
        let mut sitemaps = Sitemaps::default();
        sitemaps.take(page, source)?;
        sitemaps.listing(source)
    }

    fn matching(&self) -> Option<&Pattern> {
        self.matching.as_ref()
    }

    fn addresses(&self, url: &Url, _: Option<&Folder>) -> Result<Addresses, ValueError> {
        Ok(Addresses::of_document(url))
    }
}
