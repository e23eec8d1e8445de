//! Parser of Atom 1.0 (RFC 4287) and its predecessor 0.3.

use super::rss::{base_url, image, media_elements};
use super::tree::XmlElement;
use super::{EntryText, FeedHead, RawEnclosure, RawEntry, first_source};
use bantin_core::FirstSource;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use url::Url;

/// Elements with the date of an entry, best first. `issued`, `created` and `modified` are those of
/// Atom 0.3.
const DATES: [&str; 6] = ["published", "issued", "created", "dc:date", "updated", "modified"];

/// Reads the entries of a feed.
pub(super) fn read(root: &XmlElement, page: &Url) -> Vec<RawEntry> {
    let base = base_url(root, page);
    let feed_author = author(root);
    let language = root.attribute("xml:lang");
    let feed = FeedIdentity {
        id: root.text_of("id"),
        address: root
            .all("link")
            .find(|link| relation(link) == "self")
            .and_then(|link| link.attribute("href"))
            .map(str::to_owned),
        page: page.as_str(),
        is_bantin: root.text_of("generator").as_deref() == Some("bantin"),
    };
    let entries = root.all("entry").map(|entry| read_entry(entry, &base, &feed));
    entries
        .map(|mut entry| {
            entry.author = entry.author.or_else(|| feed_author.clone());
            entry.language = entry.language.or_else(|| language.map(str::to_owned));
            entry
        })
        .collect()
}

/// The metadata of the feed.
pub(super) fn head(root: &XmlElement) -> FeedHead {
    let links = root.all("link").filter(|link| link.attribute("href").is_some());
    FeedHead {
        title: root.all("title").find_map(markup),
        link: best_alternate(links).map(str::to_owned),
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

/// The identity of the feed that contains the entries.
struct FeedIdentity<'a> {
    id: Option<String>,
    address: Option<String>,
    page: &'a str,
    is_bantin: bool,
}

fn read_entry(entry: &XmlElement, base: &Url, feed: &FeedIdentity<'_>) -> RawEntry {
    let id = entry.text_of("id");
    let content = entry.all("content").next();
    let entry_base = base_url(entry, base);
    let content_base =
        content.map_or_else(|| entry_base.clone(), |content| base_url(content, &entry_base));
    let links = || entry.all("link").filter(|link| link.attribute("href").is_some());
    let alternate = best_alternate(links());
    // The base of the content does not apply to links (XML Base, section 4).
    let outside = |written: &str| match entry_base.join(written) {
        Ok(url) if entry_base != content_base => url.into(),
        _ => written.to_owned(),
    };
    let alternate = alternate.map(outside);
    // RFC 4287, section 4.1.3.2: content may be out of line; then its address is that of the
    // article.
    let elsewhere = || Some(content?.attribute("src")?.to_owned());
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
        link: alternate.or_else(elsewhere),
        title: entry.all("title").find_map(markup),
        date: DATES.iter().find_map(|name| entry.text_of(name)),
        summary: entry
            .all("summary")
            .chain(media_elements(entry, "media:description"))
            .find_map(markup),
        content: content.and_then(markup),
        image: image(entry),
        author: author(entry).or_else(|| entry.all("source").find_map(author)),
        tags: tags(entry),
        files: links().filter(is_file).filter_map(file).chain(pictures).collect(),
        language: language.map(str::to_owned),
        source_line: entry.text_of("dc:source"),
        first_source: first,
        base: Some(content_base),
        is_truncated: !entry.is_complete,
    }
}

/// The feed in which an entry was first published (section 4.2.11).
fn first_source(entry: &XmlElement, base: &Url, feed: &FeedIdentity<'_>) -> Option<FirstSource> {
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
    let own = [feed.id.as_deref(), feed.address.as_deref(), Some(feed.page)];
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

fn relation(link: &XmlElement) -> String {
    link.attribute("rel").unwrap_or("alternate").to_ascii_lowercase()
}

/// The alternate link; one to a web page is preferred.
fn best_alternate<'a, 't: 'a>(links: impl Iterator<Item = &'a XmlElement<'t>>) -> Option<&'a str> {
    let alternates: Vec<_> = links.filter(|link| relation(link) == "alternate").collect();
    let is_page = |link: &&&XmlElement| {
        link.attribute("type").is_none_or(|kind| kind.to_ascii_lowercase().contains("html"))
    };
    let best = alternates.iter().find(is_page).or(alternates.first());
    best.and_then(|link| link.attribute("href"))
}

fn author(of: &XmlElement) -> Option<String> {
    let names = of.all("author").filter_map(|author| {
        author
            .text_of("name")
            .or_else(|| author.children().next().is_none().then(|| author.text())?)
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(", ")).or_else(|| of.text_of("dc:creator"))
}

fn tags(entry: &XmlElement) -> Vec<String> {
    let tags = entry.all("category").filter_map(|category| {
        let label = category.attribute("label").or_else(|| category.attribute("term"));
        label.map(str::to_owned).or_else(|| category.text())
    });
    tags.chain(entry.all("dc:subject").filter_map(XmlElement::text)).collect()
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

/// A text construct or content (RFC 4287, sections 3.1 and 4.1.3). Types other than text and HTML
/// are ignored.
fn markup(element: &XmlElement) -> Option<EntryText> {
    // In Atom 0.3, `mode` says whether HTML is escaped; the tree shows that without it.
    let kind = element.attribute("type").unwrap_or("text").to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_base64 = element.attribute("mode").is_some_and(|m| m.eq_ignore_ascii_case("base64"));
    if is_base64 {
        let written: String = element.text()?.split_whitespace().collect();
        let text = String::from_utf8(STANDARD.decode(written).ok()?).ok()?;
        return match kind {
            "text" | "text/plain" => Some(EntryText::Plain(text)),
            kind if kind.contains("html") => Some(EntryText::Html(text)),
            _ => None,
        };
    }
    let has_elements = element.children().next().is_some();
    match kind {
        _ if has_elements && !kind.ends_with("xml") => element.html().map(EntryText::Html),
        "text" | "text/plain" => element.text().map(EntryText::Plain),
        "html" | "xhtml" | "text/html" | "application/xhtml+xml" => {
            element.html().map(EntryText::Html)
        }
        // An unknown type: `plain`, `escaped`, `text/x-html`.
        kind if !kind.contains('/') || kind.starts_with("text/") => {
            let text = element.text()?;
            Some(if text.contains('<') { EntryText::Html(text) } else { EntryText::Plain(text) })
        }
        _ => None,
    }
}
