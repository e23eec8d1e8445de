//! Parser of RSS 0.90 to 0.94, 1.0 (RDF) and 2.0, with Dublin Core, content, media and Atom
//! elements.

use super::atom::related;
use super::tree::XmlElement;
use super::{
    EntryText, FeedHead, FeedPerson, MAX_PER_ITEM, RawEnclosure, RawEntry, entry_address,
    first_source, plain,
};
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

/// What a channel says of all its items.
pub(super) struct RssChannel {
    language: Option<String>,
    /// Its own addresses.
    own: Vec<String>,
    is_nukeviet: bool,
}

impl RssChannel {
    /// Reads the channel of a document.
    pub(super) fn of(root: &XmlElement, page: &Url) -> Self {
        let channels = channels(root);
        let links = channels.iter().flat_map(|channel| channel.all("atom:link"));
        let own = links.filter_map(|link| link.attribute("href")).chain([page.as_str()]);
        let mut generators = channels.iter().filter_map(|channel| channel.text_of("generator"));
        Self {
            language: channels.iter().find_map(|channel| language(channel)),
            own: own.map(str::to_owned).collect(),
            is_nukeviet: generators.any(|generator| generator.contains("NukeViet")),
        }
    }

    /// Reads an item of the channel.
    pub(super) fn entry(&self, item: &XmlElement, base: &Url) -> RawEntry {
        let own: Vec<Option<&str>> = self.own.iter().map(|own| Some(own.as_str())).collect();
        RawEntry {
            first_source: first_source(item, base, &own),
            language: language(item).or_else(|| self.language.clone()),
            ..entry(item, base)
        }
    }

    /// Corrects what only all items together show.
    pub(super) fn correct(&self, entries: &mut [RawEntry]) {
        if self.is_nukeviet {
            correct_nukeviet(entries);
        }
    }
}

fn channels<'a, 't>(root: &'a XmlElement<'t>) -> Vec<&'a XmlElement<'t>> {
    if root.name == "channel" { vec![root] } else { root.all("channel").collect() }
}

fn language(of: &XmlElement) -> Option<String> {
    of.text_of("language").or_else(|| of.text_of("dc:language")).or_else(|| attribute_language(of))
}

/// Reads the items of a document, which are in the channel or, in RDF, beside it.
pub(super) fn read(root: &XmlElement, page: &Url) -> Vec<RawEntry> {
    let base = base_url(root, page);
    let channel = RssChannel::of(root, page);
    let mut entries: Vec<RawEntry> = Vec::new();
    for holder in channels(root).into_iter().chain((root.name != "channel").then_some(root)) {
        let base = base_url(holder, &base);
        // RSS 1.1 has its items in a list.
        let listed = holder.all("items").flat_map(|list| list.all("item"));
        entries.extend(holder.all("item").chain(listed).map(|item| channel.entry(item, &base)));
    }
    channel.correct(&mut entries);
    entries
}

/// The metadata of the channel.
pub(super) fn head(root: &XmlElement) -> FeedHead {
    let channel = root.all("channel").next().unwrap_or(root);
    let html = |names: &[&str]| {
        let mut texts = names.iter().flat_map(|name| channel.all(name).find_map(XmlElement::html));
        texts.next().map(EntryText::of_html)
    };
    let date = ["lastbuilddate", "pubdate", "dc:date", "atom:updated"];
    FeedHead {
        title: html(&["title", "dc:title", "atom:title"]),
        authors: authors(channel),
        link: links(channel).into_iter().next(),
        description: html(&[
            "description",
            "atom:subtitle",
            "dc:description",
            "itunes:summary",
            "itunes:subtitle",
        ]),
        language: channel.text_of("language").or_else(|| channel.text_of("dc:language")),
        date: date.iter().find_map(|name| channel.text_of(name)),
        hubs: related(channel, "atom:link", "hub").map(str::to_owned).collect(),
        self_url: related(channel, "atom:link", "self").next().map(str::to_owned),
    }
}

fn entry(item: &XmlElement, base: &Url) -> RawEntry {
    let guid = item.all("guid").next();
    let links = links(item);
    // What identifies a page with a link is its address.
    let other = || {
        let mut ids = ["id", "atom:id", "dc:identifier"].iter().filter(|_| links.is_empty());
        ids.find_map(|name| item.text_of(name))
    };
    let id = guid
        .and_then(XmlElement::text)
        .or_else(|| item.attribute("rdf:about").map(str::to_owned))
        .or_else(other);
    // RSS 2.0: a guid is a permanent link unless it says otherwise. Feeds with ids such as
    // `news_123` often omit that.
    let says = guid.and_then(|guid| guid.attribute("ispermalink"));
    let [says_so, says_no] =
        ["true", "false"].map(|word| says.is_some_and(|says| says.eq_ignore_ascii_case(word)));
    let is_address = id.as_deref().is_some_and(|id| entry_address::is_address(id, says_so));
    let html = |names: &[&str]| names.iter().find_map(|name| item.all(name).find_map(text));
    let mut entry = RawEntry {
        id,
        links,
        id_is_link: is_address && !says_no,
        comments: item.text_of("comments"),
        title: title(item),
        date: DATES.iter().find_map(|name| item.text_of(name)),
        updated: ["atom:updated", "updated", "dcterms:modified"]
            .iter()
            .find_map(|name| item.text_of(name)),
        summary: html(&[
            "description",
            "atom:summary",
            "dc:description",
            "summary",
            "itunes:summary",
            "media:description",
            "itunes:subtitle",
        ]),
        content: html(&[
            "content:encoded",
            "encoded",
            "body",
            "fullitem",
            "atom:content",
            "content",
        ]),
        image: image(item),
        authors: authors(item),
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
        entry.summary = media_elements(item, "media:description").find_map(text);
    }
    let linked = item.all("atom:link").chain(item.all("link"));
    let linked = linked.filter(|link| is_related(link, "enclosure"));
    let media = media_elements(item, "media:content");
    for file in item.all("enclosure").chain(linked).chain(media).filter_map(file).take(MAX_PER_ITEM)
    {
        if !entry.files.iter().any(|known| known.url == file.url) {
            entry.files.push(file);
        }
    }
    if entry.image.is_none() {
        let text = entry.content.iter().chain(&entry.summary);
        entry.image = text.filter_map(first_image).next();
    }
    entry
}

/// The first title that has words.
fn title(item: &XmlElement) -> Option<EntryText> {
    let names = ["title", "dc:title", "atom:title", "itunes:title"];
    let own = names.iter().flat_map(|name| item.all(name));
    let mut titles = own.chain(media_elements(item, "media:title")).filter_map(text);
    titles.find(|title| title.title().is_some())
}

/// A text, which may be HTML however it is escaped or encoded.
fn text(element: &XmlElement) -> Option<EntryText> {
    element.html().map(EntryText::of_html)
}

/// The links: the original one of a feed that counts clicks, RSS's own, with the address as text or
/// as `href`, then Atom's alternate link.
fn links(item: &XmlElement) -> Vec<String> {
    let own = |name| item.all(name).filter_map(|link: &XmlElement| link.text());
    let related = item.all("link").chain(item.all("atom:link"));
    let related = related.filter(|link| is_related(link, "alternate"));
    let related = related.filter_map(|link| link.attribute("href")).map(str::to_owned);
    own("feedburner:origlink").chain(own("link")).chain(related).collect()
}

/// Whether a link has a relation; without one it is the alternate link.
fn is_related(link: &XmlElement, relation: &str) -> bool {
    link.attribute("rel").unwrap_or("alternate").eq_ignore_ascii_case(relation)
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

/// The authors, from the first kind of element that has any.
fn authors(item: &XmlElement) -> Vec<FeedPerson> {
    let kinds = [
        "dc:creator",
        "author",
        "itunes:author",
        "atom:author",
        "dc:author",
        "media:credit",
        "managingeditor",
        "itunes:owner",
    ];
    let mut of_kinds = kinds.iter().map(|kind| {
        let mut people: Vec<FeedPerson> = Vec::new();
        for person in item.all(kind).map(FeedPerson::of_element).take(MAX_PER_ITEM) {
            if !person.is_empty() && !people.contains(&person) {
                people.push(person);
            }
        }
        people
    });
    of_kinds.find(|people| !people.is_empty()).unwrap_or_default()
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
    let written = categories.filter_map(XmlElement::text).chain(module_tags(item));
    for tag in written.filter_map(|tag| plain::of_title(&tag)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// The categories and keywords of Media RSS and iTunes, whose categories are nested.
pub(super) fn module_tags(item: &XmlElement) -> Vec<String> {
    let mut tags = Vec::new();
    for category in media_elements(item, "media:category") {
        let label = category.attribute("label").map(str::to_owned);
        tags.extend(label.or_else(|| category.text()));
    }
    for category in item.all("itunes:category") {
        let inner = category.all("itunes:category");
        let named = std::iter::once(category).chain(inner);
        tags.extend(named.filter_map(|category| category.attribute("text")).map(str::to_owned));
    }
    let keywords = item.all("itunes:keywords").chain(media_elements(item, "media:keywords"));
    for keywords in keywords.filter_map(XmlElement::text) {
        tags.extend(keywords.split(',').map(str::to_owned));
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
        url: element.attribute("url").or_else(|| element.attribute("href"))?.to_owned(),
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
    let base = element.attribute("xml:base");
    base.map_or_else(|| outer.clone(), |base| joined_base(base, outer))
}

/// A base inside another one.
pub(super) fn joined_base(base: &str, outer: &Url) -> Url {
    let base = outer.join(base).ok().filter(|base| !base.cannot_be_a_base());
    base.unwrap_or_else(|| outer.clone())
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
