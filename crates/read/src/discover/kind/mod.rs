//! The kinds of sources: one file per kind, and an entry in [`KINDS`].
//!
//! A file defines the kind's name, its keys in feeds.toml, the construction of a reader from them,
//! the reading of a page and the detection of the next one, and the facts that `bantin add` and a
//! visit need. No other code distinguishes kinds (a test in `tests/it/house.rs`): it calls
//! [`definition`] for the definition of a kind and [`reader`] for its reader.

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
use super::paging::ListingPosition;
use bantin_core::{
    KeyValue, Listing, ListingProfile, NextPage, RegexPattern, Source, SourceFolder, SourceKind,
    ValueError,
};
use bantin_page::Page;
use std::sync::Arc;
use url::Url;

/// All kinds, in the order of feeds.schema.json and of recognition by `bantin add`. The first is
/// the default.
pub static KINDS: &[&KindDefinition] = &[
    &listing::DEFINITION,
    &feed::DEFINITION,
    &sitemap::DEFINITION,
    &wordpress::DEFINITION,
    &json::DEFINITION,
    &files::DEFINITION,
];

/// Builds a reader from the values of a kind's keys.
pub type KindBuilder = fn(&KindValues, &mut Vec<KeyMisfit>) -> Option<Box<dyn KindReader>>;

/// The facts of a kind that do not depend on a source's settings.
pub struct KindDefinition {
    /// The value of `kind` in feeds.toml.
    pub name: &'static str,
    /// The description in feeds.schema.json.
    pub doc: &'static str,
    /// The phrase for a page of this kind, as in "this source is a feed".
    pub what: &'static str,
    /// The phrase for its items, as in "12 items of a feed".
    pub items: &'static str,
    /// The keys of feeds.toml that it accepts in addition to those of every source.
    pub keys: &'static [&'static KindKey],
    /// Builds the reader; `None` if a value is invalid, which is reported.
    pub build: KindBuilder,
    /// Whether the page at `url` is HTML for people, which may need a browser to render and whose
    /// headings separate its lists.
    pub is_html: bool,
    /// Whether it reads a folder of saved articles: it needs `folder`, may omit `url`, and its
    /// pages do not change.
    pub is_saved: bool,
    /// Whether the page at `url` may list further documents, which contain the items.
    pub is_index: bool,
    /// Whether an article that is missing from the listing may have been withdrawn.
    pub shows_withdrawals: bool,
    /// Whether the page at `url` may name a WebSub hub.
    pub names_hubs: bool,
    /// The reason why there is no next page, and what to do instead; `None` if there may be one.
    pub no_next_page: Option<&'static str>,
    /// The HTTP status of a page number after the last one, if it is not 404.
    pub status_past_end: Option<u16>,
    /// The alternative address to try when the page is missing at its own.
    pub other_address: fn(&Url) -> Option<Url>,
    /// Advice for the operator when the page at `url` is gone.
    pub gone_hint: &'static str,
    /// Advice for the operator when a page exceeds bantin's size limit.
    pub too_large_hint: Option<&'static str>,
    /// Whether an address alone identifies this kind.
    pub recognise_address: fn(&Url) -> bool,
    /// Recognizes a page of this kind by its content.
    ///
    /// # Errors
    /// It is of this kind but cannot be read without the operator's help; a sentence for the
    /// operator.
    pub recognize: fn(&Page) -> Result<Option<RecognizedPage>, String>,
    /// Suggests settings for a listing of this kind.
    pub suggest: fn(&Listing) -> Vec<(&'static str, KeyValue)>,
    /// The addresses of this kind that an HTML page links, best first.
    pub offered: fn(&Page) -> Vec<Url>,
    /// Advice for the operator when a page without news links a source of this kind.
    pub offered_instead: Option<&'static str>,
    /// The message for the operator when `--feed` or `--wordpress` finds no such link on the page.
    pub not_offered: &'static str,
}

impl KindDefinition {
    /// The defaults of a kind.
    const DEFAULTS: Self = Self {
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
        gone_hint: "find the listing's new address and set url to it",
        too_large_hint: None,
        recognise_address: |_| false,
        recognize: |_| Ok(None),
        suggest: |_| Vec::new(),
        offered: |_| Vec::new(),
        offered_instead: None,
        not_offered: "",
    };

    /// Whether it accepts a key, or a table that contains one of its keys.
    pub fn takes(&self, key: &str) -> bool {
        self.keys.iter().any(|own| own.name == key || own.table() == Some(key))
    }

    /// Builds a source kind with these settings.
    ///
    /// # Errors
    /// All invalid or missing settings.
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

/// A recognized page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecognizedPage {
    /// The settings for reading it.
    pub settings: Vec<(&'static str, KeyValue)>,
    /// The guess, for the operator to review.
    pub guess: Option<String>,
}

/// A kind with its settings; reads the pages of one source.
pub trait KindReader: Send + Sync {
    /// Reads the items of a page; `before` is the layout learned at the last visit.
    ///
    /// # Errors
    /// The page has no usable items.
    fn read(
        &self,
        page: &Page,
        source: &Source,
        before: &ListingProfile,
    ) -> Result<Listing, DiscoverError>;

    /// The page that follows a page. `is_next` rejects candidates that cannot be it.
    ///
    /// # Errors
    /// The page cannot be read.
    fn next(
        &self,
        _page: &Page,
        _position: &ListingPosition<'_>,
        _is_next: &dyn Fn(&NextPage) -> bool,
    ) -> Result<Option<NextPage>, DiscoverError> {
        Ok(None)
    }

    /// Whether the page of each article is fetched. Otherwise the listing item contains all of it.
    fn follows(&self) -> bool {
        true
    }

    /// The pattern of article addresses, for an index.
    fn matching(&self) -> Option<&RegexPattern> {
        None
    }

    /// Interprets `url`.
    ///
    /// # Errors
    /// It does not lead to anything that this kind reads.
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

/// The meaning of a source's `url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAddresses {
    /// The address that is fetched.
    pub fetched: Url,
    /// The page for readers, unless `home` is set.
    pub home: Url,
    /// The source's own feed, unless `feed_url` is set.
    pub feed: Option<Url>,
}

impl SourceAddresses {
    /// The addresses of a machine-readable document; readers are sent to the site.
    fn of_document(url: &Url) -> Self {
        let home = url.join("/").unwrap_or_else(|_| url.clone());
        Self { fetched: url.clone(), home, feed: None }
    }
}

/// The kind with this name in feeds.toml.
pub fn named(name: &str) -> Option<&'static KindDefinition> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// The kind of a source without `kind`.
pub fn default_kind() -> &'static KindDefinition {
    &listing::DEFINITION
}

/// The facts of a source's kind.
pub fn definition(kind: &SourceKind) -> &'static KindDefinition {
    // Kinds are created only in this module, so each has a definition.
    named(kind.name()).unwrap_or(&files::DEFINITION)
}

/// The reader of a source's pages.
pub fn reader(kind: &SourceKind) -> &dyn KindReader {
    // Kinds are created only in this module, so each has a reader.
    kind.reader::<Box<dyn KindReader>>().map_or(&files::Files, Box::as_ref)
}

/// The kind of a single page without a listing.
pub fn single_page() -> SourceKind {
    files::DEFINITION.kind(&KindValues::default(), Box::new(files::Files))
}

/// The kind that an address identifies, else the default.
pub fn of_address(url: &Url) -> &'static KindDefinition {
    KINDS.iter().copied().find(|kind| (kind.recognise_address)(url)).unwrap_or(default_kind())
}

/// The kind of a page by its content, with the settings for reading it; `None` if it may be a
/// listing.
pub fn recognize(page: &Page) -> Option<(&'static KindDefinition, Result<RecognizedPage, String>)> {
    KINDS.iter().copied().find_map(|kind| Some((kind, (kind.recognize)(page).transpose()?)))
}

/// The addresses of all kinds that an HTML page links, each with its kind.
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
            assert_eq!(definition.with(&KindValues::default()).unwrap().fetches_articles(), alone);
            assert_eq!(definition.with(&follow).unwrap().fetches_articles(), following);
        }
        assert!(single_page().fetches_articles());
        assert!(definition(&single_page()).is_saved);
    }
}
