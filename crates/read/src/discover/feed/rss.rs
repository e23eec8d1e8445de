//! Parser of RSS 0.90 to 0.94, 1.0 (RDF) and 2.0, with Dublin Core, content, media and Atom
//! elements.

use super::atom::related;
use super::tree::XmlElement;
use super::{EntryText, FeedHead, RawEnclosure, RawEntry, first_source, plain};
use bantin_core::FirstSource;
use chrono::{DateTime, FixedOffset, Timelike};
use url::Url;

/// Elements with the date of an item, best first: publication before modification.
const DATES: [&str; 11] = [
    "pubdate",
    "dc:date",
    "dcterms:issued",
    "dcterms:created",
    "atom:published",
    "published",
    "dcterms:date",
    "date",
    "atom:updated",
    "updated",
    "dcterms:modified",
];

/// The offset of Viet Nam, which has no daylight saving time.
const SEVEN_HOURS: i32 = 7 * 3600;

/// Reads the items of a document, which are in the channel or, in RDF, beside it.
pub(super) fn read(root: &XmlElement, page: &Url) -> Vec<RawEntry> {
    let base = base_url(root, page);
    let channels: Vec<&XmlElement> =
        if root.name == "channel" { vec![root] } else { root.all("channel").collect() };
    let language = |of: &XmlElement| {
        of.text_of("language")
            .or_else(|| of.text_of("dc:language"))
            .or_else(|| attribute_language(of))
    };
    let channel_language = channels.iter().find_map(|channel| language(channel));
    let mut entries: Vec<RawEntry> = Vec::new();
    let links = channels.iter().flat_map(|channel| channel.all("atom:link"));
    let own: Vec<Option<&str>> =
        links.map(|link| link.attribute("href")).chain([Some(page.as_str())]).collect();
    for holder in channels.iter().copied().chain((root.name != "channel").then_some(root)) {
        let base = base_url(holder, &base);
        // RSS 1.1 has its items in a list.
        for item in holder.all("item").chain(holder.all("items").flat_map(|list| list.all("item")))
        {
            let mut entry = entry(item, &base);
            entry.first_source = first_source(item, &base, &own);
            entry.language = language(item).or_else(|| channel_language.clone());
            entries.push(entry);
        }
    }
    let generators = channels.iter().filter_map(|channel| channel.text_of("generator"));
    if generators.into_iter().any(|generator| generator.contains("NukeViet")) {
        correct_nukeviet(&mut entries);
    }
    entries
}

/// The metadata of the channel.
pub(super) fn head(root: &XmlElement) -> FeedHead {
    let channel = root.all("channel").next().unwrap_or(root);
    let html = |name: &str| channel.all(name).find_map(XmlElement::html).map(EntryText::Html);
    let date = ["lastbuilddate", "pubdate", "dc:date", "atom:updated"];
    FeedHead {
        title: html("title"),
        link: link(channel),
        description: html("description"),
        language: channel.text_of("language").or_else(|| channel.text_of("dc:language")),
        date: date.iter().find_map(|name| channel.text_of(name)),
        hubs: related(channel, "atom:link", "hub").map(str::to_owned).collect(),
        self_url: related(channel, "atom:link", "self").next().map(str::to_owned),
    }
}

fn entry(item: &XmlElement, base: &Url) -> RawEntry {
    let guid = item.all("guid").next();
    let id =
        guid.and_then(XmlElement::text).or_else(|| item.attribute("rdf:about").map(str::to_owned));
    // RSS 2.0: a guid is a permanent link unless it says otherwise. Feeds with ids such as
    // `news_123` often omit that.
    let says_no = guid
        .and_then(|guid| guid.attribute("ispermalink"))
        .is_some_and(|value| value.eq_ignore_ascii_case("false"));
    let is_address = id.as_deref().is_some_and(|id| id.starts_with("http"));
    let html = |names: &[&str]| {
        names.iter().find_map(|name| item.all(name).find_map(XmlElement::html)).map(EntryText::Html)
    };
    let mut entry = RawEntry {
        id,
        link: link(item),
        id_is_link: is_address && !says_no,
        title: html(&["title", "dc:title", "media:title"]),
        date: DATES.iter().find_map(|name| item.text_of(name)),
        summary: html(&[
            "description",
            "atom:summary",
            "dc:description",
            "summary",
            "itunes:summary",
            "media:description",
        ]),
        content: html(&["content:encoded", "body", "atom:content", "content"]),
        image: image(item),
        author: author(item),
        // An item with a `source` element comes from an aggregate like ours, which names the
        // credited source in `dc:publisher`.
        source_line: item.text_of("dc:source").or_else(|| {
            item.text_of("source")?;
            item.text_of("dc:publisher")
        }),
        tags: tags(item),
        base: Some(base_url(item, base)),
        is_truncated: !item.is_complete,
        ..RawEntry::default()
    };
    if entry.summary.is_none() {
        entry.summary = media_elements(item, "media:description")
            .find_map(XmlElement::html)
            .map(EntryText::Html);
    }
    let media = media_elements(item, "media:content");
    entry.files = item.all("enclosure").chain(media).filter_map(file).collect();
    if entry.image.is_none() {
        let text = entry.content.iter().chain(&entry.summary);
        entry.image = text.filter_map(first_image).next();
    }
    entry
}

/// The link: RSS's own, with the address as text or as `href`, else Atom's alternate link.
fn link(item: &XmlElement) -> Option<String> {
    item.text_of("link").or_else(|| {
        let links = item.all("link").chain(item.all("atom:link")).filter(|link| {
            link.attribute("rel").is_none_or(|rel| rel.eq_ignore_ascii_case("alternate"))
        });
        links.filter_map(|link| link.attribute("href")).next().map(str::to_owned)
    })
}

/// The channel in which an item was first published: RSS 2.0's `source`, whose `url` is that of the
/// feed.
fn first_source(item: &XmlElement, base: &Url, own: &[Option<&str>]) -> Option<FirstSource> {
    let source = item.all("source").next()?;
    let categories: Vec<(Option<&str>, Option<String>)> =
        item.all("category").map(|tag| (tag.attribute("domain"), tag.text())).collect();
    let categories = categories.iter().map(|(domain, label)| (*domain, None, label.as_deref()));
    first_source::other_than(
        own,
        FirstSource {
            title: source.text().and_then(|title| first_source::line(&plain::of_title(&title)?)),
            feed: source.attribute("url").and_then(|url| first_source::address(url, base)),
            rights: item.text_of("dc:rights").and_then(|rights| first_source::line(&rights)),
            categories: first_source::categories(categories),
            ..FirstSource::default()
        },
    )
}

/// The names of the authors, from the first kind of element that has any.
fn author(item: &XmlElement) -> Option<String> {
    ["dc:creator", "author", "itunes:author", "atom:author", "media:credit"].iter().find_map(
        |kind| {
            let mut names: Vec<String> = Vec::new();
            for author in item.all(kind) {
                let name = author.text_of("atom:name").or_else(|| author.text_of("name"));
                let name = name.or_else(|| author.text()).and_then(|name| super::person(&name));
                names.extend(name.filter(|name| !names.contains(name)));
            }
            (!names.is_empty()).then(|| names.join(", "))
        },
    )
}

/// The Media RSS elements with a name, inside a group or not.
pub(super) fn media_elements<'a, 't: 'a>(
    item: &'a XmlElement<'t>,
    name: &'a str,
) -> impl Iterator<Item = &'a XmlElement<'t>> {
    item.all(name).chain(item.all("media:group").flat_map(move |group| group.all(name)))
}

/// The image of an item: from Media RSS (alone or of a video), from iTunes, or from a non-standard
/// `image` element.
pub(super) fn image(item: &XmlElement) -> Option<String> {
    let of_media =
        || media_elements(item, "media:content").flat_map(|media| media.all("media:thumbnail"));
    let named = media_elements(item, "media:thumbnail")
        .chain(of_media())
        .find_map(|image| image.attribute("url"))
        .or_else(|| item.all("itunes:image").find_map(|image| image.attribute("href")))
        .map(str::to_owned);
    let own = || {
        let images = item.all("image").map(|image| image.text_of("url").or_else(|| image.text()));
        images.flatten().find(|url| !url.contains(char::is_whitespace))
    };
    named.or_else(own)
}

fn tags(item: &XmlElement) -> Vec<String> {
    let mut tags = Vec::new();
    let categories = item.all("category").chain(item.all("dc:subject"));
    for tag in categories.filter_map(XmlElement::text).filter_map(|tag| plain::of_title(&tag)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// An enclosure, or a Media RSS file.
fn file(element: &XmlElement) -> Option<RawEnclosure> {
    let media_type = element.attribute("type").map(str::to_ascii_lowercase);
    let is_image = media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"))
        || element.attribute("medium") == Some("image");
    let length = element.attribute("length").or_else(|| element.attribute("filesize"));
    Some(RawEnclosure {
        url: element.attribute("url")?.to_owned(),
        title: element.text_of("media:title"),
        media_type,
        // Many feeds write 0 for an unknown length.
        length: length.and_then(|length| length.parse().ok()).filter(|length| *length > 0),
        is_image,
    })
}

/// The address of the first image in a text, where NukeViet puts the item's picture.
fn first_image(markup: &EntryText) -> Option<String> {
    let EntryText::Html(html) = markup else { return None };
    let (_, image) = html.split_once("<img")?;
    let (tag, _) = image.split_once('>')?;
    let (_, value) = tag.split_once("src=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (address, _) = value.get(1..)?.split_once(quote)?;
    plain::of_html(address)
}

fn attribute_language(of: &XmlElement) -> Option<String> {
    of.attribute("xml:lang").map(str::to_owned)
}

/// The base of relative addresses inside an element (XML Base).
pub(super) fn base_url(element: &XmlElement, outer: &Url) -> Url {
    let base = element.attribute("xml:base").and_then(|base| outer.join(base).ok());
    base.filter(|base| !base.cannot_be_a_base()).unwrap_or_else(|| outer.clone())
}

/// Corrects the dates of NukeViet, which writes the month in place of the minutes: an article of
/// 08:47 on 10 January has 08:01. If every date of the feed is like that, the hour and thus the day
/// are still right; only the day is kept.
fn correct_nukeviet(entries: &mut [RawEntry]) {
    use chrono::Datelike;
    let dates: Vec<Option<DateTime<FixedOffset>>> = entries
        .iter()
        .map(|entry| DateTime::parse_from_rfc2822(entry.date.as_deref()?).ok())
        .collect();
    let mut readable = dates.iter().flatten();
    if !readable.all(|date| date.minute() == date.month()) {
        return;
    }
    let Some(zone) = FixedOffset::east_opt(SEVEN_HOURS) else { return };
    for (entry, date) in entries.iter_mut().zip(dates) {
        if let Some(date) = date {
            entry.date = Some(date.with_timezone(&zone).format("%Y-%m-%d").to_string());
        }
    }
}
