//! Writes RSS 2.0 with the `rss` crate, and the modules content, dc (Dublin Core), media (Media
//! RSS) and atom (for `rel="self"`).

use super::entry::{EntryMedia, FeedEntry};
use super::feed_view::FeedView;
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Channel, Enclosure, Guid, Item, Source};
use bantin_core::FeedFormat;
use chrono::{DateTime, FixedOffset};
use quick_xml::escape::partial_escape;

const ATOM: &str = "http://www.w3.org/2005/Atom";
const MEDIA: &str = "http://search.yahoo.com/mrss/";
const SPECIFICATION: &str = "https://www.rssboard.org/rss-specification";

pub(super) fn write(view: &FeedView<'_>) -> Vec<u8> {
    // Writing to memory cannot fail; were it to, the empty document would not pass `verify`.
    let mut bytes = channel(view).pretty_write_to(Vec::new(), b' ', 1).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn channel(view: &FeedView<'_>) -> Channel {
    let items: Vec<Item> = view.entries.iter().map(|entry| item(entry, view)).collect();
    // The crate declares only the prefixes of its own modules.
    let mut namespaces = vec![("atom", ATOM)];
    if items.iter().any(|item| item.extensions.contains_key("media")) {
        namespaces.push(("media", MEDIA));
    }
    let address = view.address(FeedFormat::Rss);
    let link = |relation: &str, address: &str| {
        let kind = FeedFormat::Rss.media_type();
        element("atom:link", &[("href", address), ("rel", relation), ("type", kind)])
    };
    let others = view.history(FeedFormat::Rss);
    let links = std::iter::once(link("self", &address))
        .chain(others.iter().map(|(relation, address)| link(relation, address)))
        .chain(view.hubs.iter().map(|hub| element("atom:link", &[("href", hub), ("rel", "hub")])))
        .collect();
    let mut extensions_of_channel = extensions("atom", "link", links);
    if view.is_archive() {
        namespaces.push(("fh", super::archive::NAMESPACE));
        let archive = vec![element("fh:archive", &[])];
        extensions_of_channel.extend(extensions("fh", "archive", archive));
    }
    Channel {
        title: view.title.clone(),
        link: view.page(),
        description: view.description.clone(),
        language: Some(view.language.clone()),
        copyright: view.rights.clone(),
        last_build_date: Some(date(view.updated)),
        generator: Some(format!("bantin {} ({})", env!("CARGO_PKG_VERSION"), view.base)),
        docs: Some(SPECIFICATION.to_owned()),
        namespaces: namespaces.into_iter().map(|(p, uri)| (p.to_owned(), uri.to_owned())).collect(),
        extensions: extensions_of_channel,
        items,
        ..Channel::default()
    }
}

fn item(entry: &FeedEntry, view: &FeedView<'_>) -> Item {
    let pictures = entry.pictures.iter().map(|picture| media(picture, "image"));
    let files = entry.files.iter().map(|file| media(file, "document"));
    let media: Vec<Extension> = pictures.chain(files).collect();
    Item {
        title: Some(entry.title.clone()),
        link: Some(entry.url.clone()),
        // Readers parse a description as HTML, so markup characters in plain text are escaped once
        // more.
        description: entry.summary.as_deref().map(|text| partial_escape(text).into_owned()),
        content: Some(entry.html.clone()).filter(|html| !html.is_empty()),
        guid: Some(Guid { value: entry.id.clone(), permalink: false }),
        pub_date: Some(date(entry.published)),
        categories: (entry.categories.iter())
            .map(|c| Category { name: c.label.clone(), domain: Some(c.scheme.clone()) })
            .collect(),
        source: entry.credit.as_ref().map(|credit| Source {
            url: credit.feed.as_ref().unwrap_or(&credit.home).clone(),
            title: Some(credit.title.clone()),
        }),
        enclosure: enclosure(entry),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: vec![entry.author.clone()],
            rights: entry.credit.iter().filter_map(|credit| credit.rights.clone()).collect(),
            // The agency's source of the text. Validators treat `dc:source` as a second `source`,
            // which is the agency here.
            publishers: entry.source_line.iter().cloned().collect(),
            languages: (entry.foreign_language(&view.language).map(str::to_owned).into_iter())
                .collect(),
            ..DublinCoreExtension::default()
        }),
        extensions: media_of(entry, media),
        ..Item::default()
    }
}

/// The single enclosure of an item: a file, otherwise the leading image. An unknown length is 0, as
/// the RSS Advisory Board's profile recommends.
fn enclosure(entry: &FeedEntry) -> Option<Enclosure> {
    let picture = || entry.pictures.iter().find(|picture| picture.media_type.is_some());
    let chosen = entry.files.first().or_else(picture)?;
    Some(Enclosure {
        url: chosen.url.clone(),
        length: chosen.length.unwrap_or(0).to_string(),
        mime_type: chosen.any_type().to_owned(),
    })
}

/// The media module: all images and files, and the leading image as a thumbnail for lists.
fn media_of(entry: &FeedEntry, contents: Vec<Extension>) -> ExtensionMap {
    let mut modules = extensions("media", "content", contents);
    if let (Some(media), Some(leading)) = (modules.get_mut("media"), entry.pictures.first()) {
        let thumbnail = element("media:thumbnail", &[("url", &leading.url)]);
        media.insert("thumbnail".to_owned(), vec![thumbnail]);
    }
    modules
}

fn media(file: &EntryMedia, medium: &str) -> Extension {
    let length = file.length.map(|length| length.to_string());
    let mut attributes = vec![("url", file.url.as_str()), ("medium", medium)];
    attributes.extend(file.media_type.as_deref().map(|media_type| ("type", media_type)));
    attributes.extend(length.as_deref().map(|length| ("fileSize", length)));
    element("media:content", &attributes)
}

fn element(name: &str, attributes: &[(&str, &str)]) -> Extension {
    Extension {
        name: name.to_owned(),
        // Without a value the indenting writer puts a line break inside the element.
        value: Some(String::new()),
        attrs: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        ..Extension::default()
    }
}

fn extensions(prefix: &str, name: &str, elements: Vec<Extension>) -> ExtensionMap {
    if elements.is_empty() {
        return ExtensionMap::new();
    }
    [(prefix.to_owned(), [(name.to_owned(), elements)].into())].into()
}

/// A date in RFC 822 form with a year of four digits, as RSS 2.0 requires.
fn date(instant: DateTime<FixedOffset>) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}
