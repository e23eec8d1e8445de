//! `kind = "listing"`: an HTML page of news items, read with the operator's selectors, else by the
//! shape of its lists.

use super::keys::shared::{DATE, ITEM, LINK, SUMMARY, TITLE};
use super::{KeyMisfit, KindDefinition, KindKey, KindReader, KindValues, line, selector};
use crate::discover::paging::{ListingPosition, next_of_html};
use crate::discover::{DiscoverError, by_shape, listing};
use bantin_core::{Listing, ListingProfile, ListingSelectors, NextPage, Source, ValueError};
use bantin_page::Page;

const LIST: KindKey = KindKey::text(
    "list",
    "The heading of the only list to read, on a page with several, if there is no `select`. By default the news of the page are read: all lists of a front page; on the page of a section, not the boxes below other headings.",
    "\"Tin tức\"",
);

pub(super) const DEFINITION: KindDefinition = KindDefinition {
    name: "listing",
    doc: "An HTML page of news items.",
    what: "a page",
    keys: &[&LIST, &ITEM, &LINK, &TITLE, &DATE, &SUMMARY],
    build,
    is_html: true,
    ..KindDefinition::DEFAULTS
};

enum Reader {
    Selectors(ListingSelectors),
    Shape { list: Option<String> },
}

fn build(values: &KindValues, misfits: &mut Vec<KeyMisfit>) -> Option<Box<dyn KindReader>> {
    let list = values.read(&LIST, line, misfits);
    if !values.has("select") {
        return Some(Box::new(Reader::Shape { list }));
    }
    if values.has(LIST.name) {
        let error = ValueError::new("is for a listing without `select`");
        misfits.push(KeyMisfit::Wrong { key: LIST.name, error: error.hint("remove one of them") });
    }
    if !values.has(ITEM.name) {
        let hint = "the element that contains one news item";
        misfits.push(KeyMisfit::Missing { key: ITEM.name, hint });
    }
    let mut read = |key: &KindKey| values.read(key, selector, misfits);
    let (item, link, title) = (read(&ITEM), read(&LINK), read(&TITLE));
    let (date, summary) = (read(&DATE), read(&SUMMARY));
    let selectors = ListingSelectors { item: item?, link, title, date, summary };
    Some(Box::new(Reader::Selectors(selectors)))
}

impl KindReader for Reader {
    fn read(
        &self,
        page: &Page,
        source: &Source,
        before: &ListingProfile,
    ) -> Result<Listing, DiscoverError> {
        match self {
            Self::Selectors(selectors) => listing::read(page, source, selectors),
            Self::Shape { list } => {
                let home = source.origin.home.as_url();
                Ok(by_shape(page, home, list.as_deref(), before)?.listing)
            }
        }
    }

    fn next(
        &self,
        page: &Page,
        position: &ListingPosition<'_>,
        is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        next_of_html(page, position, is_next)
    }
}
