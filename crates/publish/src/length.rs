//! How long documents become, before they are written: what does not fit into a document has to be in an archive, so the store must know.
//!
//! A bound that every format keeps, and no measure: the longest way in which a format writes each character, and each element that may
//! be around a text.

use super::entry::{EntryCredit, EntryMedia, FeedEntry};
use super::feed_view::feed_title;
use bantin_core::{Article, ContentMode, Feed, Origin, Site, Slug, Tombstone};
use std::collections::BTreeMap;

/// What stands before the first entry and behind the last, beside texts.
const ENVELOPE: usize = 1_200;
/// The elements of an entry that all have, with dates and names.
const OF_ENTRY: usize = 700;
/// What tells of its source.
const OF_CREDIT: usize = 500;
/// A category, a picture, a file, a tombstone, a link: its element, without the texts in it.
const ELEMENT: usize = 150;

/// How many of these articles fit into a document of a feed, in the order in which they come; one always does.
pub fn fitting(
    feed: &Feed,
    site: &Site,
    origins: &BTreeMap<Slug, Origin>,
    articles: &[Article],
    tombstones: &[Tombstone],
) -> usize {
    let stones = tombstones.iter().map(|stone| ELEMENT + written(&stone.id));
    let mut bytes = envelope(feed, site) + stones.sum::<usize>();
    let fits = |article: &&Article| {
        let mut entry = FeedEntry::new(article, origins.get(&article.source), site);
        if feed.content == ContentMode::Summary {
            entry.html.clear();
        }
        bytes = bytes.saturating_add(of_entry(&entry));
        bytes <= feed.max_bytes
    };
    articles.iter().take_while(fits).count().max(1)
}

fn envelope(feed: &Feed, site: &Site) -> usize {
    let hubs: usize = site.hubs().map(|hub| ELEMENT + written(hub.as_str())).sum();
    let title = feed_title(feed);
    // Without a description the title stands for it.
    let texts = [&title, &title, &feed.description, &feed.rights, &feed.tag];
    let links = 8 * (ELEMENT + written(site.base_url.as_str()) + feed.id.as_str().len());
    ENVELOPE + hubs + links + texts.map(|text| written(text)).iter().sum::<usize>()
}

fn of_entry(entry: &FeedEntry) -> usize {
    let once = [&entry.id, &entry.url, &entry.author].into_iter().chain(&entry.source_line);
    // RSS escapes a summary twice, because readers take a description for HTML; JSON may have a title or a summary for the text, too.
    let twice = std::iter::once(&entry.title).chain(&entry.summary);
    let texts = once.map(|text| written(text)).chain(twice.map(|text| 2 * written(text)));
    // Of title, summary and text.
    let languages = 3 * (entry.language.len() + " xml:lang=\"\"".len());
    let categories = entry.categories.iter().map(|category| {
        ELEMENT + written(&category.scheme) + written(&category.term) + 2 * written(&category.label)
    });
    let media = entry.pictures.iter().chain(&entry.files).map(of_media);
    // The thumbnail, and the enclosure of RSS.
    let first = entry.pictures.iter().take(1).chain(entry.files.iter().take(1)).map(of_media);
    OF_ENTRY
        + written(&entry.html)
        + texts.chain(categories).chain(media).chain(first).sum::<usize>()
        + languages
        + entry.credit.as_ref().map_or(0, of_credit)
}

fn of_media(media: &EntryMedia) -> usize {
    let texts = [Some(&media.url), media.media_type.as_ref(), media.title.as_ref()];
    ELEMENT + texts.into_iter().flatten().map(|text| written(text)).sum::<usize>()
}

fn of_credit(credit: &EntryCredit) -> usize {
    let texts = [&credit.tag, &credit.name, &credit.title, &credit.home];
    let optional = [&credit.feed, &credit.via, &credit.rights].into_iter().flatten();
    let terms = [&credit.province, &credit.agency].into_iter().flatten();
    let terms = terms.flat_map(|term| [&term.slug, &term.name]);
    let texts = texts.into_iter().chain(optional).chain(terms);
    OF_CREDIT + texts.map(|text| 2 * written(text)).sum::<usize>()
}

/// The most bytes that a text has in XML or in JSON.
fn written(text: &str) -> usize {
    let longest = |byte: u8| match byte {
        b'<' | b'>' => 4,
        b'&' => 5,
        // `]]>` ends what is written as it is, and is parted.
        b'"' | b'\'' | b']' => 6,
        // `\u001f`
        0..0x20 | 0x7F => 6,
        b'\\' => 2,
        _ => 1,
    };
    text.bytes().map(longest).sum()
}
