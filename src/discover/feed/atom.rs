//! Atom 1.0 (RFC 4287) and its forerunner 0.3.

use super::rss::based;
use super::tree::Element;
use super::{Entry, File, Head, Markup};
use url::Url;

/// Where the date of an entry stands, the best first. `issued`, `created` and `modified` are those of Atom 0.3.
const DATES: [&str; 6] = ["published", "issued", "created", "dc:date", "updated", "modified"];

/// Reads the entries of a feed.
pub(super) fn read(root: &Element, page: &Url) -> Vec<Entry> {
    let base = based(root, page);
    let feed_author = author(root);
    let language = root.attribute("xml:lang");
    let entries = root.all("entry").map(|entry| read_entry(entry, &base));
    entries
        .map(|mut entry| {
            entry.author = entry.author.or_else(|| feed_author.clone());
            entry.language = entry.language.or_else(|| language.map(str::to_owned));
            entry
        })
        .collect()
}

/// What the feed says of itself.
pub(super) fn head(root: &Element) -> Head {
    let links = root.all("link").filter(|link| link.attribute("href").is_some());
    Head {
        title: root.all("title").find_map(markup),
        link: best_alternate(links).map(str::to_owned),
        description: root.all("subtitle").chain(root.all("tagline")).find_map(markup),
        language: root.attribute("xml:lang").map(str::to_owned),
        date: root.text_of("updated").or_else(|| root.text_of("modified")),
        hubs: related(root, "link", "hub").map(str::to_owned).collect(),
        itself: related(root, "link", "self").next().map(str::to_owned),
    }
}

/// The addresses of the links of a relation.
pub(super) fn related<'a>(
    root: &'a Element,
    name: &'a str,
    relation: &'a str,
) -> impl Iterator<Item = &'a str> {
    let links = root.all(name).filter(move |link| {
        link.attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case(relation))
    });
    links.filter_map(|link| link.attribute("href"))
}

fn read_entry(entry: &Element, base: &Url) -> Entry {
    let id = entry.text_of("id");
    let content = entry.all("content").next();
    let content_base = content.map_or_else(|| base.clone(), |content| based(content, base));
    let links = || entry.all("link").filter(|link| link.attribute("href").is_some());
    let alternate = best_alternate(links());
    // RFC 4287, section 4.1.3.2: content may stand elsewhere, and that is the article.
    let elsewhere = || content.and_then(|content| content.attribute("src"));
    Entry {
        id_is_link: id.as_deref().is_some_and(|id| id.starts_with("http")),
        id,
        link: alternate.or_else(elsewhere).map(str::to_owned),
        title: entry.all("title").find_map(markup),
        date: DATES.iter().find_map(|name| entry.text_of(name)),
        summary: entry.all("summary").find_map(markup),
        content: content.and_then(markup),
        image: entry
            .all("media:thumbnail")
            .find_map(|image| image.attribute("url"))
            .map(str::to_owned),
        author: author(entry).or_else(|| entry.all("source").find_map(author)),
        tags: tags(entry),
        files: links().filter(|link| relation(link) == "enclosure").filter_map(file).collect(),
        language: entry.attribute("xml:lang").map(str::to_owned),
        base: Some(based(entry, &content_base)),
        is_cut_off: !entry.whole,
    }
}

fn relation(link: &Element) -> String {
    link.attribute("rel").unwrap_or("alternate").to_ascii_lowercase()
}

/// The alternate link, one to a web page before any other kind.
fn best_alternate<'a>(links: impl Iterator<Item = &'a Element>) -> Option<&'a str> {
    let alternates: Vec<_> = links.filter(|link| relation(link) == "alternate").collect();
    let is_page = |link: &&&Element| {
        link.attribute("type").is_none_or(|kind| kind.to_ascii_lowercase().contains("html"))
    };
    let best = alternates.iter().find(is_page).or(alternates.first());
    best.and_then(|link| link.attribute("href"))
}

fn author(of: &Element) -> Option<String> {
    let names = of.all("author").filter_map(|author| {
        author
            .text_of("name")
            .or_else(|| author.children().next().is_none().then(|| author.text())?)
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(", ")).or_else(|| of.text_of("dc:creator"))
}

fn tags(entry: &Element) -> Vec<String> {
    let tags = entry.all("category").filter_map(|category| {
        category.attribute("label").or_else(|| category.attribute("term")).map(str::to_owned)
    });
    tags.chain(entry.all("dc:subject").filter_map(Element::text)).collect()
}

fn file(link: &Element) -> Option<File> {
    let media_type = link.attribute("type").map(str::to_ascii_lowercase);
    Some(File {
        url: link.attribute("href")?.to_owned(),
        title: link.attribute("title").map(str::to_owned),
        is_image: media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")),
        media_type,
        length: link.attribute("length").and_then(|length| length.parse().ok()),
    })
}

/// A text construct or content (RFC 4287, sections 3.1 and 4.1.3). What is neither text nor HTML is not for reading.
fn markup(element: &Element) -> Option<Markup> {
    // Atom 0.3 told by `mode` whether HTML was escaped; the tree shows that by itself.
    let kind = element.attribute("type").unwrap_or("text").to_ascii_lowercase();
    let has_elements = element.children().next().is_some();
    match kind.as_str() {
        _ if has_elements && !kind.ends_with("xml") => element.html().map(Markup::Html),
        "text" | "text/plain" => element.text().map(Markup::Plain),
        "html" | "xhtml" | "text/html" | "application/xhtml+xml" => {
            element.html().map(Markup::Html)
        }
        _ => None,
    }
}
