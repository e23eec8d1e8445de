//! The structured data of a page: JSON-LD and microdata (schema.org), Open Graph, `<meta>`,
//! `<link>`, `<title>`.

use crate::bounded_json;
use bantin_core::{Extracted, Provenance, RawHtml};
use bantin_page::{Dom, dom::text_of, plain};
use scraper::ElementRef;
use serde_json::Value;
use url::Url;

/// Maximum size of a JSON-LD block, in bytes; larger ones are ignored. The largest real one seen
/// has 60 KB.
const MAX_BLOCK: usize = 1 << 20;

/// The metadata of a page.
#[derive(Debug, Default)]
pub struct PageMetadata {
    /// Titles, best first.
    pub titles: Vec<Extracted<String>>,
    /// Dates of publication, best first.
    pub dates: Vec<Extracted<String>>,
    /// The author.
    pub author: Option<Extracted<String>>,
    /// The summary.
    pub summary: Option<Extracted<String>>,
    /// The body, if microdata marks one.
    pub body: Option<Extracted<RawHtml>>,
    /// The text of the article on one line, if JSON-LD contains it.
    pub article_text: Option<String>,
    /// The leading image, as written on the page.
    pub image: Option<Extracted<String>>,
    /// The section and the keywords.
    pub tags: Vec<Extracted<String>>,
    /// The content of `<title>`.
    pub title_element: Option<String>,
    /// Whether the page declares itself an article.
    pub declares_article: bool,
    /// Whether the page declares itself something else, for example a collection.
    pub declares_other: bool,
    /// Whether the page has a password field.
    pub asks_password: bool,
    canonical: Option<(String, Provenance)>,
}

impl PageMetadata {
    /// The canonical URL that the page declares.
    pub fn canonical(&self, base: &Url) -> Option<Extracted<Url>> {
        let (written, from) = self.canonical.as_ref()?;
        Some(Extracted::new(base.join(written.trim()).ok()?, from.clone()))
    }
}

/// Reads a page's metadata.
pub fn read(dom: &Dom) -> PageMetadata {
    let mut found = PageMetadata::default();
    let mut open_graph = PageMetadata::default();
    for node in dom.tree().root_element().descendants() {
        let Some(element) = ElementRef::wrap(node) else { continue };
        match element.value().name() {
            "script" => {
                let is_ld = element
                    .attr("type")
                    .is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json"));
                let text: String = if is_ld { element.text().collect() } else { String::new() };
                if is_ld && text.len() <= MAX_BLOCK {
                    json_ld(&text, &mut found);
                }
            }
            "meta" => meta(element, &mut open_graph),
            "link" if element.attr("rel") == Some("canonical") => {
                let href = element.attr("href").map(str::to_owned);
                found.canonical = href.map(|href| (href, Provenance::Markup("canonical".into())));
            }
            "title" if found.title_element.is_none() => {
                // A `<title>` inside an SVG is not the page's.
                let in_head = element
                    .parent()
                    .and_then(ElementRef::wrap)
                    .is_some_and(|p| p.value().name() == "head");
                let text = plain::line(&element.text().collect::<String>());
                found.title_element = Some(text).filter(|text| in_head && !text.is_empty());
            }
            "input" => {
                found.asks_password |=
                    element.attr("type").is_some_and(|t| t.eq_ignore_ascii_case("password"));
            }
            _ => {}
        }
        if let Some(property) = element.attr("itemprop") {
            microdata(element, property, &mut found);
        }
    }
    found.declares_article |= open_graph.declares_article || !open_graph.dates.is_empty();
    found.declares_other |= open_graph.declares_other;
    found.titles.append(&mut open_graph.titles);
    found.dates.append(&mut open_graph.dates);
    found.tags.append(&mut open_graph.tags);
    found.author = found.author.or(open_graph.author);
    found.summary = found.summary.or(open_graph.summary);
    found.image = found.image.or(open_graph.image);
    found.canonical = found.canonical.or(open_graph.canonical);
    found
}

fn non_empty_line(text: &str) -> Option<String> {
    Some(plain::line(text)).filter(|text| !text.is_empty())
}

fn meta(element: ElementRef<'_>, found: &mut PageMetadata) {
    let name = element.attr("property").or_else(|| element.attr("name"));
    let (Some(name), Some(content)) = (name, element.attr("content").and_then(non_empty_line))
    else {
        return;
    };
    let name = name.trim().to_ascii_lowercase();
    let from = Provenance::Meta(name.clone());
    match name.as_str() {
        "og:type" => {
            let is_article = content.to_ascii_lowercase().starts_with("article");
            found.declares_article |= is_article;
            found.declares_other |= !is_article;
        }
        "og:title" => found.titles.insert(0, Extracted::new(content, from)),
        "twitter:title" | "dc.title" | "citation_title" => {
            found.titles.push(Extracted::new(content, from))
        }
        "article:published_time"
        | "og:published_time"
        | "article:published"
        | "datepublished"
        | "pubdate"
        | "publishdate"
        | "publish-date"
        | "publish_date"
        | "published_time"
        | "dc.date.issued"
        | "dcterms.created"
        | "dc.date"
        | "citation_publication_date"
        | "citation_date" => found.dates.push(Extracted::new(content, from)),
        "author" | "article:author" | "dc.creator" | "citation_author"
            if !content.starts_with("http") =>
        {
            found.author.get_or_insert(Extracted::new(content, from));
        }
        "og:description" => found.summary = Some(Extracted::new(content, from)),
        "description" => {
            found.summary.get_or_insert(Extracted::new(content, from));
        }
        "og:image" => {
            found.image.get_or_insert(Extracted::new(content, from));
        }
        "og:url" => found.canonical = Some((content, from)),
        "article:section" | "article:tag" => found.tags.push(Extracted::new(content, from)),
        _ => {}
    }
}

fn microdata(element: ElementRef<'_>, property: &str, found: &mut PageMetadata) {
    let value = || {
        let given = element.attr("content").or_else(|| element.attr("datetime"));
        given.and_then(non_empty_line).or_else(|| non_empty_line(&text_of(element)))
    };
    let from = Provenance::Markup(property.to_owned());
    match property {
        "headline" => found.titles.extend(value().map(|text| Extracted::new(text, from))),
        "datePublished" => found.dates.extend(value().map(|text| Extracted::new(text, from))),
        "articleBody" if found.body.is_none() => {
            found.declares_article = true;
            let html = element.inner_html();
            // Some themes put the text into an attribute of a `<meta>`, which is not a body.
            found.body =
                non_empty_line(&text_of(element)).map(|_| Extracted::new(RawHtml(html), from));
        }
        _ => {}
    }
}

/// Reads an article from a JSON-LD block: at its top level, in a list, or in its `@graph`.
fn json_ld(text: &str, found: &mut PageMetadata) {
    let Ok(value) = bounded_json::parse(text.trim()) else { return };
    let graph = value.get("@graph").and_then(Value::as_array);
    let listed = value.as_array().or(graph);
    let objects = listed.map_or_else(|| vec![&value], |list| list.iter().collect());
    let Some(article) = objects.into_iter().find(|object| is_article(object)) else {
        found.declares_other = true;
        return;
    };
    found.declares_article = true;
    let text = |name: &str| article.get(name).and_then(Value::as_str).and_then(non_empty_line);
    let from = |name: &str| Provenance::JsonLd(name.to_owned());
    let read = |name: &str| text(name).map(|value| Extracted::new(value, from(name)));
    found.titles.extend(read("headline").or_else(|| read("name")));
    found.dates.extend(read("datePublished").or_else(|| read("dateCreated")));
    found.summary = read("description");
    let names = article.get("author").map(names).unwrap_or_default();
    found.author =
        non_empty_line(&names.join(", ")).map(|names| Extracted::new(names, from("author")));
    found.article_text = text("articleBody");
    found.tags.extend(read("articleSection"));
    found.image = article.get("image").and_then(|image| {
        let image = image.as_array().and_then(|list| list.first()).unwrap_or(image);
        let image = image.as_str().or_else(|| image.get("url")?.as_str())?;
        Some(Extracted::new(image.to_owned(), from("image")))
    });
}

fn is_article(object: &Value) -> bool {
    let is = |kind: &Value| {
        kind.as_str().is_some_and(|kind| {
            kind.ends_with("Article") || matches!(kind, "BlogPosting" | "Report")
        })
    };
    object
        .get("@type")
        .is_some_and(|kind| is(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is)))
}

/// The names of people in an `author`. Organizations are left out: a person wrote the article.
fn names(author: &Value) -> Vec<&str> {
    match author {
        Value::String(name) => vec![name],
        Value::Array(list) => list.iter().flat_map(names).collect(),
        Value::Object(author) => {
            let organisation = author.get("@type").and_then(Value::as_str) == Some("Organization");
            let name = author.get("name").and_then(Value::as_str).filter(|_| !organisation);
            name.into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::SafeHtml;

    fn of(html: &str) -> PageMetadata {
        read(&Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap())
    }

    #[test]
    fn json_ld_goes_before_open_graph() {
        let found = of(
            r#"<title> Trang  chủ </title><meta property=og:title content="Hai"><meta property="article:published_time" content="2023-01-11">
            <link rel=canonical href="/a"><meta name=description content=d>
            <script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":["NewsArticle"],"headline":"Một",
            "datePublished":"2023-01-10","author":[{"@type":"Person","name":"A"},{"@type":"Organization","name":"B"}]}]}</script>"#,
        );
        let titles: Vec<&str> = found.titles.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(titles, ["Một", "Hai"]);
        assert_eq!(found.dates[0].value, "2023-01-10");
        assert_eq!(found.author.as_ref().unwrap().value, "A");
        assert_eq!(found.summary.as_ref().unwrap().value, "d");
        assert_eq!(found.title_element.as_deref(), Some("Trang chủ"));
        let base = "https://a.vn/x".parse().unwrap();
        assert_eq!(found.canonical(&base).unwrap().value.as_str(), "https://a.vn/a");
    }

    #[test]
    fn broken_blocks_are_passed_over() {
        let found = of(
            "<script type='application/ld+json'>{oops</script><p itemprop=datePublished>10/01/2023</p>",
        );
        assert_eq!(found.dates[0].provenance, Provenance::Markup("datePublished".into()));
    }
}
