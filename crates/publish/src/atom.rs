//! Writes Atom 1.0 (RFC 4287) with the `atom_syndication` crate, and the modules dc (Dublin Core)
//! and media (Media RSS).

use super::entry::{EntryMedia, FeedEntry};
use super::feed_view::FeedView;
use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry as AtomEntry, Feed, Generator, Link, Person, Source, Text, WriteConfig,
};
use bantin_core::FeedFormat;
use chrono::SecondsFormat;
use quick_xml::escape::escape;
use std::collections::BTreeMap;

const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const MEDIA: &str = "http://search.yahoo.com/mrss/";
const HISTORY: &str = super::archive::NAMESPACE;
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

pub(super) fn write(view: &FeedView<'_>) -> Vec<u8> {
    // The crate's own declaration names no encoding.
    let declaration = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_vec();
    let config = WriteConfig { write_document_declaration: false, indent_size: Some(1) };
    // Writing to memory cannot fail; were it to, the empty document would not pass `verify`.
    let bytes = feed(view).write_with_config(declaration, config).unwrap_or_default();
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    // The crate writes extensions of the feed after the entries, where the grammar of RFC 4287
    // allows none. The split is safe: texts are escaped, so nothing before the first entry contains
    // its start tag.
    if let Some((head, entries)) = text.split_once(" <entry>") {
        text = format!("{head}{}{}{entries}", extensions_of_feed(view), " <entry>");
    }
    text.push('\n');
    text.into_bytes()
}

/// The elements for an archive (RFC 5005 section 4) and for withdrawn entries (RFC 6721 section 3).
fn extensions_of_feed(view: &FeedView<'_>) -> String {
    let mut elements = String::new();
    if view.is_archive() {
        elements.push_str(" <fh:archive/>\n");
    }
    for (id, when) in view.tombstones() {
        let (id, when) = (escape(id), when.to_rfc3339_opts(SecondsFormat::Secs, false));
        elements.push_str(&format!(" <at:deleted-entry ref=\"{id}\" when=\"{when}\"/>\n"));
    }
    elements
}

fn feed(view: &FeedView<'_>) -> Feed {
    let entries: Vec<AtomEntry> =
        view.entries.iter().map(|entry| atom_entry(entry, view)).collect();
    // The crate declares no prefix for extensions, and escapes no namespace URI; these URIs need no
    // escaping.
    let used = |prefix: &str| entries.iter().any(|entry| entry.extensions.contains_key(prefix));
    let archive = view.is_archive().then_some(("fh", HISTORY));
    let tombstones = (!view.tombstones().is_empty()).then_some(("at", TOMBSTONES));
    let namespaces = [("dc", DUBLIN_CORE), ("media", MEDIA)].into_iter();
    let mut links = vec![
        link("self", view.address(FeedFormat::Atom), Some(FeedFormat::Atom.media_type())),
        link("alternate", view.page(), Some("text/html")),
    ];
    links.extend(view.hubs.iter().map(|hub| link("hub", hub.clone(), None)));
    links.extend(
        (view.history(FeedFormat::Atom).into_iter()).map(|(relation, address)| {
            link(relation, address, Some(FeedFormat::Atom.media_type()))
        }),
    );
    Feed {
        title: Text::plain(view.title.clone()),
        subtitle: Some(Text::plain(view.description.clone())),
        id: view.tag.clone(),
        updated: view.updated,
        lang: Some(view.language.clone()),
        rights: view.rights.clone().map(Text::plain),
        generator: Some(Generator {
            value: "bantin".to_owned(),
            uri: Some(view.base.clone()),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links,
        namespaces: (namespaces.filter(|(prefix, _)| used(prefix)))
            .chain(archive)
            .chain(tombstones)
            .map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned()))
            .collect(),
        entries,
        ..Feed::default()
    }
}

fn atom_entry(entry: &FeedEntry, view: &FeedView<'_>) -> AtomEntry {
    // An entry has no language attribute in the crate; its texts have.
    let language = entry.foreign_language(&view.language).map(str::to_owned);
    let text = |value: &str| Text { lang: language.clone(), ..Text::plain(value) };
    AtomEntry {
        title: text(&entry.title),
        id: entry.id.clone(),
        updated: entry.updated,
        published: Some(entry.published),
        authors: vec![person(&entry.author)],
        categories: (entry.categories.iter())
            .map(|c| Category {
                term: c.term.clone(),
                scheme: Some(c.scheme.clone()),
                label: Some(c.label.clone()),
            })
            .collect(),
        links: links(entry),
        // Without its own rights, those of the feed would apply to it (section 4.2.10).
        rights: entry.credit.as_ref().and_then(|credit| credit.rights.clone()).map(Text::plain),
        source: source(entry, view),
        summary: entry.summary.as_deref().map(text),
        content: Some(entry.html.clone()).filter(|html| !html.is_empty()).map(|html| Content {
            content_type: Some("html".to_owned()),
            lang: language.clone(),
            value: Some(html),
            ..Content::default()
        }),
        extensions: extensions(entry),
        ..AtomEntry::default()
    }
}

fn links(entry: &FeedEntry) -> Vec<Link> {
    let mut links = vec![link("alternate", entry.url.clone(), None)];
    let feed = entry.credit.as_ref().and_then(|credit| credit.via.clone());
    links.extend(feed.map(|feed| link("via", feed, None)));
    links.extend(entry.files.iter().map(|file| {
        // An enclosure should have a length (section 4.2.7.2).
        let relation = if file.length.is_some() { "enclosure" } else { "related" };
        Link {
            title: file.title.clone(),
            length: file.length.map(|length| length.to_string()),
            ..link(relation, file.url.clone(), file.media_type.as_deref())
        }
    }));
    links
}

/// The source of an entry (section 4.2.11). The crate would write 1970 as its date by default.
fn source(entry: &FeedEntry, view: &FeedView<'_>) -> Option<Source> {
    let credit = entry.credit.as_ref()?;
    let mut links: Vec<Link> =
        credit.feed.iter().map(|feed| link("self", feed.clone(), None)).collect();
    links.push(link("alternate", credit.home.clone(), None));
    Some(Source {
        id: credit.tag.clone(),
        title: Text::plain(credit.title.clone()),
        updated: view.changed(credit),
        authors: vec![person(&credit.title)],
        rights: credit.rights.clone().map(Text::plain),
        links,
        ..Source::default()
    })
}

fn extensions(entry: &FeedEntry) -> ExtensionMap {
    let mut extensions = ExtensionMap::new();
    // The agency's source of the text, as in RSS. Validators treat `dc:source` as a second source
    // beside `atom:source`, which is the agency here.
    if let Some(source) = &entry.source_line {
        let publisher = Extension {
            name: "dc:publisher".to_owned(),
            value: Some(source.clone()),
            ..Extension::default()
        };
        extensions.insert("dc".to_owned(), [("publisher".to_owned(), vec![publisher])].into());
    }
    if !entry.pictures.is_empty() {
        let pictures = entry.pictures.iter().map(picture).collect();
        let leading = entry.pictures.iter().take(1).map(thumbnail).collect();
        let media = [("content".to_owned(), pictures), ("thumbnail".to_owned(), leading)];
        extensions.insert("media".to_owned(), media.into());
    }
    extensions
}

fn picture(picture: &EntryMedia) -> Extension {
    let mut attributes = vec![("url", picture.url.as_str()), ("medium", "image")];
    attributes.extend(picture.media_type.as_deref().map(|media_type| ("type", media_type)));
    element("media:content", attributes)
}

/// The image that readers show beside the title in lists.
fn thumbnail(picture: &EntryMedia) -> Extension {
    element("media:thumbnail", vec![("url", picture.url.as_str())])
}

fn element(name: &str, attributes: Vec<(&str, &str)>) -> Extension {
    Extension {
        name: name.to_owned(),
        // Without a value the indenting writer puts a line break inside the element.
        value: Some(String::new()),
        // The crate does not escape attributes of extensions; one `&` in an address would make the
        // feed unreadable.
        attrs: (attributes.into_iter())
            .map(|(name, value)| (name.to_owned(), escape(value).into_owned()))
            .collect(),
        children: BTreeMap::new(),
    }
}

fn link(relation: &str, address: String, media_type: Option<&str>) -> Link {
    Link {
        href: address,
        rel: relation.to_owned(),
        mime_type: media_type.map(str::to_owned),
        ..Link::default()
    }
}

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}
