//! The kinds of sources: one file a kind, and one line of it in [`KINDS`].
//!
//! A file defines the kind's name, its keys in feeds.toml, how these become a reader, how the reader reads a page and finds the next
//! one, and what `bantin add` and a visit have to know. No other code tells kinds apart (a test in `tests/it/house.rs`): it asks
//! [`of`] for the facts of a kind and [`reader`] for what reads pages.

mod feed;
mod files;
mod json;
mod keys;
mod listing;
mod sitemap;
mod values;
mod wordpress;

pub use keys::{KeyForm, KeyMisfit, KindKey, KindValues, TABLES};
pub use values::{line, pattern, selector};

use super::DiscoverError;
use super::paging::Place;
use bantin_core::{
    KeyValue, Listing, ListingProfile, NextPage, RegexPattern, Source, SourceFolder, SourceKind,
    ValueError,
};
use bantin_page::Page;
use std::sync::Arc;
use url::Url;

/// All kinds, in the order in which feeds.schema.json lists them and `bantin add` tries to recognise them. The first is the default.
pub static KINDS: &[&KindDefinition] = &[
    &listing::DEFINITION,
    &feed::DEFINITION,
    &sitemap::DEFINITION,
    &wordpress::DEFINITION,
    &json::DEFINITION,
    &files::DEFINITION,
];

/// Makes a reader of the values of a kind's keys.
pub type KindBuilder = fn(&KindValues, &mut Vec<KeyMisfit>) -> Option<Box<dyn KindReader>>;

/// The facts of a kind that do not depend on a source's settings.
pub struct KindDefinition {
    /// The value of `kind` in feeds.toml.
    pub name: &'static str,
    /// The description in feeds.schema.json.
    pub doc: &'static str,
    /// A page of this kind, as in "this source is a feed".
    pub what: &'static str,
    /// Its items, as in "12 items of a feed".
    pub items: &'static str,
    /// The keys of feeds.toml that it takes beside those of every source.
    pub keys: &'static [&'static KindKey],
    /// Makes the reader; `None` where something is wrong, which is reported.
    pub build: KindBuilder,
    /// Whether the page at `url` is HTML for people, which a browser may build and whose headings part its lists.
    pub is_html: bool,
    /// Whether it reads a whole folder of saved articles: it needs `folder`, may leave `url` out, and its pages do not change.
    pub is_saved: bool,
    /// Whether the page at `url` may name further documents, which hold the items.
    pub is_index: bool,
    /// Whether the absence of an article from the listing tells that it may have been withdrawn.
    pub shows_withdrawals: bool,
    /// Whether the page at `url` may name a WebSub hub.
    pub names_hubs: bool,
    /// Why there is no next page, and what to do instead; `None` where there may be one.
    pub no_next_page: Option<&'static str>,
    /// The HTTP status that answers a page number behind the last one, where it is not 404.
    pub status_past_end: Option<u16>,
    /// Where else the page is when it is not at its address.
    pub other_address: fn(&Url) -> Option<Url>,
    /// What to tell the operator when the page at `url` is gone.
    pub gone_hint: &'static str,
    /// What to tell the operator when a page is larger than bantin reads.
    pub too_large_hint: Option<&'static str>,
    /// Whether an address alone shows that it is of this kind.
    pub recognise_address: fn(&Url) -> bool,
    /// Recognises a page of this kind by its content.
    ///
    /// # Errors
    /// It is one, and cannot be read without more help of the operator; in a sentence.
    pub recognise: fn(&Page) -> Result<Option<RecognizedPage>, String>,
    /// The settings that suit a listing of this kind.
    pub suggest: fn(&Listing) -> Vec<(&'static str, KeyValue)>,
    /// The addresses of this kind that an HTML page offers, the best first.
    pub offered: fn(&Page) -> Vec<Url>,
    /// What to tell the operator when a page without news offers this kind.
    pub offered_instead: Option<&'static str>,
    /// What to tell the operator when a page that was asked for its offers has none.
    pub not_offered: &'static str,
}

impl KindDefinition {
    /// A kind of which nothing special is true.
    const USUAL: Self = Self {
        name: "",
        doc: "",
        what: "",
        items: "items",
        keys: &[],
        build: |_, _| None,
        is_html: false,
        is_saved: false,
        is_index: false,
        shows_withdrawals: true,
        names_hubs: false,
        no_next_page: None,
        status_past_end: None,
        other_address: |_| None,
        gone_hint: "look for the listing's new address and write it into url",
        too_large_hint: None,
        recognise_address: |_| false,
        recognise: |_| Ok(None),
        suggest: |_| Vec::new(),
        offered: |_| Vec::new(),
        offered_instead: None,
        not_offered: "",
    };

    /// Whether it takes a key, or a table of which it takes a key.
    pub fn takes(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own.name == key || own.table() == Some(key))
    }

    /// The kind with these settings.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn with(&self, values: &KindValues) -> Result<SourceKind, Vec<KeyMisfit>> {
        let mut misfits = Vec::new();
        match (self.build)(values, &mut misfits) {
            Some(reader) if misfits.is_empty() => Ok(self.kind(values, reader)),
            _ => Err(misfits),
        }
    }

    fn kind(&self, values: &KindValues, reader: Box<dyn KindReader>) -> SourceKind {
        let follows = reader.follows();
        SourceKind::new(self.name, values.settings(), follows, Arc::new(reader))
    }
}

/// A page that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecognizedPage {
    /// The settings that read it.
    pub settings: Vec<(&'static str, KeyValue)>,
    /// The guess, for the operator to review.
    pub guess: Option<String>,
}

/// A kind with its settings: reads the pages of one source.
pub trait KindReader: Send + Sync {
    /// Reads the items of a page; `before` is what was learned of it at the last visit.
    ///
    /// # Errors
    /// Why it shows none.
    fn read(
        &self,
        page: &Page,
        source: &Source,
        before: &ListingProfile,
    ) -> Result<Listing, DiscoverError>;

    /// The page that follows a page. `is_next` rejects those that cannot be it.
    ///
    /// # Errors
    /// The page cannot be read.
    fn next(
        &self,
        _page: &Page,
        _place: &Place<'_>,
        _is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        Ok(None)
    }

    /// Whether the page of each article is fetched. Otherwise its listing item holds all of it.
    fn follows(&self) -> bool {
        true
    }

    /// What the addresses of articles must match, of an index.
    fn matching(&self) -> Option<&RegexPattern> {
        None
    }

    /// What `url` means.
    ///
    /// # Errors
    /// It leads to nothing that this kind reads.
    fn addresses(
        &self,
        url: &Url,
        folder: Option<&SourceFolder>,
    ) -> Result<SourceAddresses, ValueError> {
        let home = match folder {
            Some(folder) if folder.list_address().as_ref() == Some(url) => folder.base_url.clone(),
            _ => url.clone(),
        };
        Ok(SourceAddresses { fetched: url.clone(), home, feed: None })
    }
}

/// What the `url` of a source means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAddresses {
    /// The address that is fetched.
    pub fetched: Url,
    /// The page for readers, where `home` names none.
    pub home: Url,
    /// The source's own feed, where `feed_url` names none.
    pub feed: Option<Url>,
}

impl SourceAddresses {
    /// Those of a document for programs: readers are sent to the site.
    fn of_document(url: &Url) -> Self {
        let home = url.join("/").unwrap_or_else(|_| url.clone());
        Self { fetched: url.clone(), home, feed: None }
    }
}

/// The kind that feeds.toml calls so.
pub fn named(name: &str) -> Option<&'static KindDefinition> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// The kind of a source that names none.
pub fn usual() -> &'static KindDefinition {
    &listing::DEFINITION
}

/// The facts of a source's kind.
pub fn of(kind: &SourceKind) -> &'static KindDefinition {
    // Kinds are made here alone, so each has a definition.
    named(kind.name()).unwrap_or(&files::DEFINITION)
}

/// What reads the pages of a source.
pub fn reader(kind: &SourceKind) -> &dyn KindReader {
    // Kinds are made here alone, so each has a reader.
    kind.reader::<Box<dyn KindReader>>().map_or(&files::Files, Box::as_ref)
}

/// The kind of a page that belongs to no listing.
pub fn single_page() -> SourceKind {
    files::DEFINITION.kind(&KindValues::default(), Box::new(files::Files))
}

/// The kind that an address alone shows, else the usual one.
pub fn of_address(url: &Url) -> &'static KindDefinition {
    KINDS.iter().copied().find(|kind| (kind.recognise_address)(url)).unwrap_or(usual())
}

/// The kind of a page by its content, with the settings that read it; `None` of a page that may be a listing.
pub fn recognise(page: &Page) -> Option<(&'static KindDefinition, Result<RecognizedPage, String>)> {
    KINDS.iter().copied().find_map(|kind| Some((kind, (kind.recognise)(page).transpose()?)))
}

/// The addresses of all kinds that an HTML page offers, each with its kind.
pub fn offers(page: &Page) -> impl Iterator<Item = (&'static KindDefinition, Url)> {
    let offers = |kind: &'static KindDefinition| {
        (kind.offered)(page).into_iter().map(move |url| (kind, url))
    };
    KINDS.iter().copied().flat_map(offers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, HashSet};

    #[test]
    fn a_kind_has_a_name_of_its_own_and_its_keys_are_defined_once() {
        let names: HashSet<_> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
        let mut docs = BTreeMap::new();
        for kind in KINDS {
            assert!(!kind.doc.is_empty() && !kind.what.is_empty(), "{}", kind.name);
            for key in kind.keys {
                assert_eq!(*docs.entry(key.name).or_insert(key.doc), key.doc, "{}", key.name);
                let has_table = |table| TABLES.iter().any(|(name, _)| *name == table);
                assert!(key.table().is_none_or(has_table), "{}", key.name);
                let example: Value = serde_json::from_str(key.example).unwrap();
                let fits = match key.form {
                    KeyForm::Text => example.is_string(),
                    KeyForm::Texts => example.is_array(),
                    KeyForm::Truth => example.is_boolean(),
                    KeyForm::Number(..) => example.is_i64(),
                };
                assert!(fits, "{}: {example}", key.name);
            }
        }
    }

    #[test]
    fn kinds_of_equal_settings_are_equal_and_tell_their_settings() {
        let kind = crate::discover::sample::kind(
            "listing",
            &[("select.link", "a "), ("select.item", "li")],
        );
        let expected = [("select.item", "li".to_owned()), ("select.link", "a".to_owned())];
        assert_eq!((kind.name(), kind.settings()), ("listing", &expected[..]));
        assert_eq!(
            kind,
            crate::discover::sample::kind(
                "listing",
                &[("select.item", "li"), ("select.link", "a")]
            )
        );
        assert_ne!(kind, crate::discover::sample::kind("listing", &[("select.item", "li")]));
        let follow = [("follow", KeyValue::Truth(true))].into_iter().collect();
        for (name, alone, following) in [("feed", false, true), ("wordpress", false, true)] {
            let definition = named(name).unwrap();
            assert_eq!(definition.with(&KindValues::default()).unwrap().follows(), alone);
            assert_eq!(definition.with(&follow).unwrap().follows(), following);
        }
        assert!(single_page().follows());
        assert!(of(&single_page()).is_saved);
    }
}
