//! Parser of Atom 1.0 (RFC 4287) and its predecessor 0.3.

use super::rss::{base_url, image, media_elements, module_tags};
use super::tree::XmlElement;
use super::{EntryText, FeedHead, FeedPerson, RawEnclosure, RawEntry, escaping, first_source};
use bantin_core::FirstSource;
use chrono::DateTime;
use url::Url;

/// Elements with the date of an entry, best first. `issued`, `created` and `modified` are those of
/// Atom 0.3.
const DATES: [&str; 6] = ["published", "issued", "created", "dc:date", "updated", "modified"];

/// Reads the entries of a feed.
pub(super) fn read(root: &XmlElement, page: &Url) -> Vec<RawEntry> {
    let (feed, base) = (FeedIdentity::of(root, page), base_url(root, page));
    root.all("entry").map(|entry| feed.entry(entry, &base)).collect()
}

/// The metadata of the feed.
pub(super) fn head(root: &XmlElement) -> FeedHead {
    let links = root.all("link").filter(|link| link.attribute("href").is_some());
    FeedHead {
        title: root.all("title").find_map(line),
        authors: authors(root),
        link: alternates(links, root.attribute("xml:lang")).first().map(|link| (*link).to_owned()),
        description: root.all("subtitle").chain(root.all("tagline")).find_map(markup),
        language: root.attribute("xml:lang").map(str::to_owned),
        date: root.text_of("updated").or_else(|| root.text_of("modified")),
        hubs: related(root, "link", "hub").map(str::to_owned).collect(),
        self_url: related(root, "link", "self").next().map(str::to_owned),
    }
}

/// The addresses of the links with a relation.
pub(super) fn related<'a, 't: 'a>(
    root: &'a XmlElement<'t>,
    name: &'a str,
    relation: &'a str,
) -> impl Iterator<Item = &'a str> {
    let links = root.all(name).filter(move |link| {
        link.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case(relation))
    });
    links.filter_map(|link| link.attribute("href"))
}

/// What a feed says of itself and of all its entries.
pub(super) struct FeedIdentity {
    id: Option<String>,
    address: Option<String>,
    page: String,
    is_bantin: bool,
    language: Option<String>,
    authors: Vec<FeedPerson>,
}

impl FeedIdentity {
    /// Reads it from the root of a feed.
    pub(super) fn of(root: &XmlElement, page: &Url) -> Self {
        let own = root.all("link").find(|link| relation(link) == "self");
        Self {
            id: root.text_of("id"),
            address: own.and_then(|link| link.attribute("href")).map(str::to_owned),
            page: page.to_string(),
            is_bantin: root.text_of("generator").as_deref() == Some("bantin"),
            language: root.attribute("xml:lang").map(str::to_owned),
            authors: authors(root),
        }
    }

    /// Reads an entry of the feed.
    pub(super) fn entry(&self, entry: &XmlElement, base: &Url) -> RawEntry {
        let mut entry = read_entry(entry, base, self);
        if entry.authors.is_empty() {
            entry.authors.clone_from(&self.authors);
        }
        entry.language = entry.language.or_else(|| self.language.clone());
        entry
    }
}

fn read_entry(entry: &XmlElement, base: &Url, feed: &FeedIdentity) -> RawEntry {
    let id = entry.text_of("id");
    let content = entry.all("content").next();
    let entry_base = base_url(entry, base);
    let content_base =
        content.map_or_else(|| entry_base.clone(), |content| base_url(content, &entry_base));
    let links = || entry.all("link").filter(|link| link.attribute("href").is_some());
    let language = entry.attribute("xml:lang").or(feed.language.as_deref());
    // The base of the content does not apply to links (XML Base, section 4).
    let outside = |written: &str| match entry_base.join(written) {
        Ok(url) if entry_base != content_base => url.into(),
        _ => written.to_owned(),
    };
    let pages = alternates(links(), language).into_iter().map(outside);
    // RFC 4287, section 4.1.3.2: content may be out of line; then its address is that of the
    // article.
    let elsewhere = content.and_then(|content| content.attribute("src")).map(str::to_owned);
    let first = first_source(entry, &entry_base, feed);
    // bantin links a file of unknown length as `related`, because an enclosure should have a length
    // (section 4.2.7.2).
    let is_file = |link: &&XmlElement| match relation(link).as_str() {
        "enclosure" => true,
        "related" if first.is_some() => {
            link.attribute("type").map_or(feed.is_bantin, |kind| !kind.contains("html"))
        }
        _ => false,
    };
    let pictures = entry.all("media:content").filter(|_| first.is_some()).filter_map(picture);
    let language = entry
        .attribute("xml:lang")
        .or_else(|| entry.all("title").chain(content).find_map(|text| text.attribute("xml:lang")));
    RawEntry {
        id_is_link: id.as_deref().is_some_and(|id| id.starts_with("http")),
        id,
        links: pages.chain(elsewhere).collect(),
        title: entry
            .all("title")
            .chain(entry.all("dc:title"))
            .chain(media_elements(entry, "media:title"))
            .find_map(line),
        date: DATES.iter().find_map(|name| entry.text_of(name)),
        updated: entry.text_of("updated").or_else(|| entry.text_of("modified")),
        summary: entry
            .all("summary")
            .chain(entry.all("dc:description"))
            .chain(media_elements(entry, "media:description"))
            .find_map(markup),
        content: entry.all("content").chain(entry.all("content:encoded")).find_map(markup),
        image: image(entry),
        authors: Some(authors(entry))
            .filter(|people| !people.is_empty())
            .or_else(|| entry.all("source").map(authors).find(|people| !people.is_empty()))
            .unwrap_or_default(),
        tags: tags(entry),
        files: links().filter(is_file).filter_map(file).chain(pictures).collect(),
        language: language.map(str::to_owned),
        source_line: entry.text_of("dc:source").or_else(|| {
            entry.all("source").next()?;
            entry.text_of("dc:publisher")
        }),
        first_source: first,
        base: Some(content_base),
        is_truncated: !entry.is_complete,
        ..RawEntry::default()
    }
}

/// The feed in which an entry was first published (section 4.2.11).
fn first_source(entry: &XmlElement, base: &Url, feed: &FeedIdentity) -> Option<FirstSource> {
    let source = entry.all("source").next()?;
    let base = base_url(source, base);
    let link = |wanted: &str| {
        let mut links = source.all("link").filter(|link| relation(link) == wanted);
        links.find_map(|link| first_source::address(link.attribute("href")?, &base))
    };
    let categories = entry.all("category").map(|category| {
        (category.attribute("scheme"), category.attribute("term"), category.attribute("label"))
    });
    let updated = entry.text_of("updated");
    let updated = updated.and_then(|date| DateTime::parse_from_rfc3339(&date).ok());
    let own = [feed.id.as_deref(), feed.address.as_deref(), Some(feed.page.as_str())];
    first_source::other_than(
        &own,
        FirstSource {
            entry: None,
            id: source.text_of("id").as_deref().and_then(first_source::uri),
            title: source
                .all("title")
                .find_map(markup)
                .and_then(|title| first_source::line(&title.title()?)),
            home: link("alternate"),
            feed: link("self"),
            rights: source
                .text_of("rights")
                .or_else(|| entry.text_of("rights"))
                .and_then(|rights| first_source::line(&rights)),
            updated: updated.map(|date| date.to_utc()),
            categories: first_source::categories(categories),
        },
    )
}

/// The relation of a link: a name, also where the feed writes the registered name as an IRI
/// (section 4.2.7.2).
fn relation(link: &XmlElement) -> String {
    let relation = link.attribute("rel").unwrap_or("alternate").to_ascii_lowercase();
    let is_registered = relation.contains("://www.iana.org/assignments/");
    match relation.trim_end_matches('/').rsplit_once('/').filter(|_| is_registered) {
        Some((_, name)) => name.to_owned(),
        None => relation,
    }
}

/// The alternate links, best first: web pages, in the language of the feed, before other documents
/// and languages.
fn alternates<'a, 't: 'a>(
    links: impl Iterator<Item = &'a XmlElement<'t>>,
    language: Option<&str>,
) -> Vec<&'a str> {
    let mut alternates: Vec<_> = links.filter(|link| relation(link) == "alternate").collect();
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    alternates.sort_by_key(|link| {
        let kind = link.attribute("type").map(str::to_ascii_lowercase);
        let is_document = kind.is_some_and(|kind| !kind.contains("html"));
        let other_language = link.attribute("hreflang").zip(language);
        let is_other = other_language.is_some_and(|(one, two)| primary(one) != primary(two));
        (is_document, is_other)
    });
    alternates.into_iter().filter_map(|link| link.attribute("href")).collect()
}

fn authors(of: &XmlElement) -> Vec<FeedPerson> {
    let people = |name| of.all(name).map(FeedPerson::of_element).filter(|one| !one.is_empty());
    let own: Vec<FeedPerson> = people("author").collect();
    if own.is_empty() { people("dc:creator").collect() } else { own }
}

fn tags(entry: &XmlElement) -> Vec<String> {
    let tags = entry.all("category").filter_map(|category| {
        let label = category.attribute("label").or_else(|| category.attribute("term"));
        label.map(str::to_owned).or_else(|| category.text())
    });
    let subjects = entry.all("dc:subject").filter_map(XmlElement::text);
    tags.chain(subjects).chain(module_tags(entry)).collect()
}

/// A Media RSS image, as bantin writes those of an article.
fn picture(element: &XmlElement) -> Option<RawEnclosure> {
    let media_type = element.attribute("type").map(str::to_ascii_lowercase);
    let is_image = element.attribute("medium") == Some("image")
        || media_type.as_deref().is_some_and(|kind| kind.starts_with("image/"));
    let url = element.attribute("url")?.to_owned();
    is_image.then(|| RawEnclosure { url, media_type, is_image, ..RawEnclosure::default() })
}

fn file(link: &XmlElement) -> Option<RawEnclosure> {
    let media_type = link.attribute("type").map(str::to_ascii_lowercase);
    Some(RawEnclosure {
        url: link.attribute("href")?.to_owned(),
        title: link.attribute("title").map(str::to_owned),
        is_image: media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        media_type,
        length: link.attribute("length").and_then(|length| length.parse().ok()),
    })
}

/// A title: a text construct on one line.
fn line(element: &XmlElement) -> Option<EntryText> {
    match kind_of(element).as_str() {
        "text" | "text/plain" if element.children().next().is_none() && !is_base64(element) => {
            element.text().map(EntryText::Plain)
        }
        _ => markup(element),
    }
}

/// A text construct or content (RFC 4287, sections 3.1 and 4.1.3). Types other than text and HTML
/// are ignored.
fn markup(element: &XmlElement) -> Option<EntryText> {
    // In Atom 0.3, `mode` says whether HTML is escaped; the tree shows that without it.
    let kind = kind_of(element);
    if is_base64(element) {
        let text = escaping::decoded_base64(&element.text()?)?;
        return match kind.as_str() {
            "text" | "text/plain" => Some(EntryText::Plain(text)),
            kind if kind.contains("html") => Some(EntryText::of_html(text)),
            _ => None,
        };
    }
    let has_elements = element.children().next().is_some();
    match kind.as_str() {
        kind if has_elements && !kind.ends_with("xml") => element.html().map(EntryText::Html),
        "text" | "text/plain" => element.text().map(EntryText::of_plain),
        "html" | "xhtml" | "text/html" | "application/xhtml+xml" => {
            element.html().map(EntryText::of_html)
        }
        // An unknown type: `plain`, `escaped`, `text/x-html`.
        kind if !kind.contains('/') || kind.starts_with("text/") => {
            let text = element.text()?;
            Some(match text.contains('<') {
                true => EntryText::of_html(text),
                false => EntryText::of_plain(text),
            })
        }
        _ => None,
    }
}

/// The type of a text, without parameters.
fn kind_of(element: &XmlElement) -> String {
    let kind = element.attribute("type").unwrap_or("text").to_ascii_lowercase();
    kind.split(';').next().unwrap_or_default().trim().to_owned()
}

/// Whether a text is in Base64 (Atom 0.3, or as a parameter of its type).
fn is_base64(element: &XmlElement) -> bool {
    let is_named = |name: &str| {
        element.attribute(name).is_some_and(|value| value.to_ascii_lowercase().contains("base64"))
    };
    ["mode", "encoding", "type"].into_iter().any(is_named)
}
