//! Bounds the length of documents before they are written. The store must know which articles do
//! not fit, because they go into an archive.
//!
//! The result is an upper bound for all formats, not an exact length. It assumes the longest form
//! in which any format writes each character, and every element that may surround a text.

use super::entry::{EntryCredit, EntryMedia, FeedEntry};
use super::feed_view::feed_title;
use bantin_core::{Article, ContentMode, Feed, Origin, Site, Slug, Tombstone};
use std::collections::BTreeMap;

/// The markup before the first entry and after the last, without texts, in bytes.
const ENVELOPE: usize = 1_200;
/// The markup that all entries have, with dates and names, in bytes.
const OF_ENTRY: usize = 700;
/// The markup of an entry's source, in bytes.
const OF_CREDIT: usize = 500;
/// The markup of a category, picture, file, tombstone or link, without its texts, in bytes.
const ELEMENT: usize = 150;

/// Returns how many of these articles fit into a document of a feed, in their order; at least one.
pub fn count_fitting(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    tombstones: &[Tombstone],
) -> usize {
    let stones = tombstones.iter().map(|stone| ELEMENT + escaped_length(&stone.id));
    let mut bytes = envelope(feed, site) + stones.sum::<usize>();
    let fits = |article: &&Article| {
        let mut entry = FeedEntry::new(article, origins, &feed.query, site);
        if feed.content == ContentMode::Summary {
            entry.html.clear();
        }
        bytes = bytes.saturating_add(entry_length(&entry));
        bytes <= feed.max_bytes
    };
    articles.iter().take_while(fits).count().max(1)
}

fn envelope(feed: &Feed, site: &Site) -> usize {
    let hubs: usize = site.hubs().map(|hub| ELEMENT + escaped_length(hub.as_str())).sum();
    let title = feed_title(feed);
    // Without a description the title is used.
    let texts = [&title, &title, &feed.description, &feed.rights, &feed.tag];
    let links = 8 * (ELEMENT + escaped_length(site.base_url.as_str()) + feed.id.as_str().len());
    ENVELOPE + hubs + links + texts.map(|text| escaped_length(text)).iter().sum::<usize>()
}

fn entry_length(entry: &FeedEntry) -> usize {
    let once = [&entry.id, &entry.url, &entry.author].into_iter().chain(&entry.source_line);
    // RSS escapes a summary twice, because readers parse a description as HTML. JSON may use a
    // title or a summary as the text, too.
    let twice = std::iter::once(&entry.title).chain(&entry.summary);
    let texts =
        once.map(|text| escaped_length(text)).chain(twice.map(|text| 2 * escaped_length(text)));
    // For title, summary and text.
    let languages = 3 * (entry.language.len() + " xml:lang=\"\"".len());
    let categories = entry.categories.iter().map(|category| {
        ELEMENT
            + escaped_length(&category.scheme)
            + escaped_length(&category.term)
            + 2 * escaped_length(&category.label)
    });
    let media = entry.pictures.iter().chain(&entry.files).map(media_length);
    // The thumbnail, and the enclosure of RSS.
    let first = entry.pictures.iter().take(1).chain(entry.files.iter().take(1)).map(media_length);
    OF_ENTRY
        + escaped_length(&entry.html)
        + texts.chain(categories).chain(media).chain(first).sum::<usize>()
        + languages
        + entry.credit.as_ref().map_or(0, credit_length)
}

fn media_length(media: &EntryMedia) -> usize {
    let texts = [Some(&media.url), media.media_type.as_ref(), media.title.as_ref()];
    ELEMENT + texts.into_iter().flatten().map(|text| escaped_length(text)).sum::<usize>()
}

fn credit_length(credit: &EntryCredit) -> usize {
    let texts = [&credit.tag, &credit.name, &credit.title, &credit.home];
    let optional = [&credit.feed, &credit.via, &credit.rights].into_iter().flatten();
    let terms = [&credit.province, &credit.agency].into_iter().flatten();
    let terms = terms.flat_map(|term| [&term.slug, &term.name]);
    let texts = texts.into_iter().chain(optional).chain(terms);
    OF_CREDIT + texts.map(|text| 2 * escaped_length(text)).sum::<usize>()
}

/// The maximum length of a text in XML or in JSON, in bytes.
fn escaped_length(text: &str) -> usize {
    let longest = |byte: u8| match byte {
        b'<' | b'>' => 4,
        b'&' => 5,
        // `]]>` ends a CDATA section, and is split.
        b'"' | b'\'' | b']' => 6,
        // `\u001f`
        0..0x20 | 0x7F => 6,
        b'\\' => 2,
        _ => 1,
    };
    text.bytes().map(longest).sum()
}
