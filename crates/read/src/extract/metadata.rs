//! The structured data of a page: JSON-LD and microdata (schema.org), Open Graph, `<meta>`,
//! `<link>`, `<title>`.

mod json_ld;

use crate::bounded_json;
use crate::person;
use bantin_core::{Extracted, Provenance, RawHtml};
use bantin_page::{Dom, dom::text_of, plain};
use scraper::ElementRef;
use url::Url;

/// Maximum size of a JSON-LD block, in bytes; larger ones are ignored. The largest real one seen
/// has 60 KB.
const MAX_BLOCK: usize = 1 << 20;

/// The maximum number of titles in `<meta>` elements; each is compared with the others.
const MAX_TITLES: usize = 20;

/// The metadata of a page.
#[derive(Debug, Default)]
pub struct PageMetadata {
    /// Titles, best first.
    pub titles: Vec<Extracted<String>>,
    /// Dates of publication, best first.
    pub dates: Vec<Extracted<String>>,
    /// Dates of publication under names that no convention defines, and that of the page. A visible
    /// date of publication is more reliable.
    pub probable_dates: Vec<Extracted<String>>,
    /// Dates of an unknown meaning: `date`, `created`.
    pub possible_dates: Vec<Extracted<String>>,
    /// Dates of other days, such as the last change. They prove the order of day and month.
    pub other_dates: Vec<String>,
    /// The authors, as each declaration names them, in page order.
    pub authors: Vec<Extracted<String>>,
    /// The authors that JSON-LD declares to be people.
    pub people: Vec<String>,
    /// The names of the site and of its publisher.
    pub site_names: Vec<String>,
    /// The summary.
    pub summary: Option<Extracted<String>>,
    /// The descriptions of the page, from all declarations.
    pub descriptions: Vec<String>,
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
    /// Whether its data describe an article, with more than a type: some sites declare each of their
    /// pages an article.
    pub describes_article: bool,
    /// Whether the page declares itself a collection or a product.
    pub declares_collection: bool,
    /// Whether readers can sort what the page shows.
    pub is_sortable: bool,
    /// Whether the page declares itself something else, for example a collection.
    pub declares_other: bool,
    /// Whether the page has a password field.
    pub asks_password: bool,
    canonical: Option<(String, Provenance)>,
    /// The number in the name of the `<meta>` element whose value is the author.
    author_card: Option<String>,
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
    // Microdata may also mark the dates of other articles.
    let mut marked_dates = Vec::new();
    let mut blocks = Vec::new();
    for node in dom.tree().root_element().descendants() {
        let Some(element) = ElementRef::wrap(node) else {
            found.is_sortable |= node.value().as_text().is_some_and(|text| offers_sorting(text));
            continue;
        };
        match element.value().name() {
            "script" => {
                let is_ld = element
                    .attr("type")
                    .is_some_and(|t| t.trim().eq_ignore_ascii_case("application/ld+json"));
                let text: String = if is_ld { element.text().collect() } else { String::new() };
                if is_ld && text.len() <= MAX_BLOCK {
                    blocks.extend(bounded_json::parse(text.trim()).ok());
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
        let (mut itemprop, mut rdfa) = (None, None);
        for (name, value) in element.value().attrs() {
            match name {
                "itemprop" => itemprop = Some(value),
                "property" => rdfa = value.strip_prefix("schema:"),
                _ => {}
            }
        }
        if let Some(property) = itemprop.or(rdfa) {
            microdata(element, property, &mut found, &mut marked_dates);
        }
    }
    json_ld::read(&blocks, &mut found);
    found.describes_article |= found.declares_article || !open_graph.dates.is_empty();
    found.declares_article |= found.describes_article || open_graph.declares_article;
    found.declares_other |= open_graph.declares_other;
    found.declares_collection |= open_graph.declares_collection;
    found.titles.append(&mut open_graph.titles);
    found.dates.append(&mut open_graph.dates);
    found.dates.append(&mut marked_dates);
    found.probable_dates.append(&mut open_graph.probable_dates);
    found.possible_dates.append(&mut open_graph.possible_dates);
    found.other_dates.append(&mut open_graph.other_dates);
    found.tags.append(&mut open_graph.tags);
    found.authors.append(&mut open_graph.authors);
    found.site_names.append(&mut open_graph.site_names);
    found.summary = found.summary.or(open_graph.summary);
    found.descriptions.append(&mut open_graph.descriptions);
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
    if name.ends_with("title") && found.titles.len() >= MAX_TITLES {
        return;
    }
    let is_card = found.author_card.is_some();
    let from = Provenance::Meta(name.clone());
    match name.as_str() {
        "og:type" => {
            let is_article = content.to_ascii_lowercase().starts_with("article");
            found.declares_article |= is_article;
            found.declares_other |= !is_article;
            found.declares_collection |= content.to_ascii_lowercase().starts_with("product");
        }
        "og:title" => found.titles.insert(0, Extracted::new(content, from)),
        "twitter:title" | "dc.title" | "citation_title" => {
            found.titles.push(Extracted::new(content, from))
        }
        "author"
        | "authors"
        | "article:author"
        | "article:author_name"
        | "og:article:author"
        | "dc.creator"
        | "dc.contributor"
        | "dcterms.creator"
        | "citation_author"
        | "citation_authors"
        | "parsely-author"
        | "sailthru.author"
        | "byl"
        | "cxenseparse:author"
        | "shareaholic:article_author_name"
            if !content.contains("://") =>
        {
            // Journals have an element for each author. Elsewhere, several may be a person and an
            // agency.
            let is_list = matches!(name.as_str(), "citation_author" | "citation_authors");
            let last = found.authors.last_mut().filter(|last| is_list && last.provenance == from);
            match last {
                Some(last) => last.value = format!("{}; {content}", last.value),
                None => found.authors.push(Extracted::new(content, from)),
            }
        }
        "og:site_name" | "application-name" | "apple-mobile-web-app-title" | "dc.publisher" => {
            found.site_names.push(content)
        }
        "og:description" => {
            found.descriptions.push(content.clone());
            found.summary = Some(Extracted::new(content, from));
        }
        "description" => {
            found.descriptions.push(content.clone());
            found.summary.get_or_insert(Extracted::new(content, from));
        }
        "og:image" => {
            found.image.get_or_insert(Extracted::new(content, from));
        }
        "og:url" => found.canonical = Some((content, from)),
        "article:section" | "article:tag" => found.tags.push(Extracted::new(content, from)),
        _ if name.starts_with("twitter:label") => {
            let number = name.trim_start_matches("twitter:label").to_owned();
            found.author_card =
                found.author_card.take().or(person::is_beginning(&content).then_some(number));
        }
        _ if is_card && name.strip_prefix("twitter:data") == found.author_card.as_deref() => {
            found.authors.push(Extracted::new(content, from));
        }
        _ => match date_kind(&name) {
            Some(DateKind::Published) => found.dates.push(Extracted::new(content, from)),
            Some(DateKind::Probable) => found.probable_dates.push(Extracted::new(content, from)),
            Some(DateKind::Possible) => found.possible_dates.push(Extracted::new(content, from)),
            Some(DateKind::Other) => found.other_dates.push(content),
            None => {}
        },
    }
}

/// What the name of a property says about its date.
enum DateKind {
    Published,
    Probable,
    Possible,
    Other,
}

fn date_kind(name: &str) -> Option<DateKind> {
    const PUBLISHED: [&str; 15] = [
        "article:published_time",
        "og:published_time",
        "article:published",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "published_time",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dc.date",
        "citation_publication_date",
        "citation_date",
    ];
    const POSSIBLE: [&str; 4] = ["date", "created", "sailthru.date", "dcterms.date"];
    if PUBLISHED.contains(&name) {
        return Some(DateKind::Published);
    }
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let is_dated = has(&["date", "time"]);
    let is_published = name == "published"
        || (is_dated
            && has(&[
                "publi", "pub-", "pub_", "-pub", "_pub", "pubdate", "pubtime", "issued", "posted",
            ]));
    if is_dated
        && has(&["modif", "updat", "lastmod", "revis", "expir", "event", "start", "end", "valid"])
    {
        Some(DateKind::Other)
    } else if is_published {
        Some(DateKind::Probable)
    } else if POSSIBLE.contains(&name) || (is_dated && has(&["created"])) {
        Some(DateKind::Possible)
    } else {
        None
    }
}

/// Whether a text is the label of a control that sorts a list, or one of its options.
fn offers_sorting(text: &str) -> bool {
    /// Maximum length in bytes; a longer text is a sentence.
    const LABEL: usize = 40;
    const LABELS: [&str; 14] = [
        "sort by",
        "sort:",
        "sorted by",
        "order by",
        "price: low",
        "price (low",
        "price low",
        "sắp xếp theo",
        "sắp xếp:",
        "trier par",
        "sortieren nach",
        "ordenar por",
        "ordina per",
        "sorteren op",
    ];
    let text = text.trim();
    text.len() <= LABEL && {
        let lower = text.to_lowercase();
        lower == "sort" || LABELS.iter().any(|label| lower.starts_with(label))
    }
}

fn microdata(
    element: ElementRef<'_>,
    property: &str,
    found: &mut PageMetadata,
    dates: &mut Vec<Extracted<String>>,
) {
    let value = || {
        let given = element.attr("content").or_else(|| element.attr("datetime"));
        given.and_then(non_empty_line).or_else(|| non_empty_line(&text_of(element)))
    };
    let from = Provenance::Markup(property.to_owned());
    match property {
        "headline" => found.titles.extend(value().map(|text| Extracted::new(text, from))),
        // Visible names are read with their place on the page.
        "author" if element.value().name() == "meta" => {
            let name = value().filter(|name| !name.contains("://"));
            found.authors.extend(name.map(|name| Extracted::new(name, from)));
        }
        "datePublished" => dates.extend(value().map(|text| Extracted::new(text, from))),
        "dateCreated" => {
            found.possible_dates.extend(value().map(|text| Extracted::new(text, from)));
        }
        "dateModified" => found.other_dates.extend(value()),
        "articleBody" if found.body.is_none() => {
            found.declares_article = true;
            let html = element.inner_html();
            // Some themes put the text into an attribute of a `<meta>`, which is not a body.
            found.body =
                non_empty_line(&text_of(element)).map(|_| Extracted::new(RawHtml(html), from));
        }
        // Each paragraph may be marked.
        "articleBody" if continues_text(element) => {
            if let Some(body) = &mut found.body {
                body.value.0.push_str(&element.html());
            }
        }
        _ => {}
    }
}

/// Whether a paragraph continues a text: it stands behind another one with the same property. Other
/// elements may be the texts of other articles.
fn continues_text(element: ElementRef<'_>) -> bool {
    let property = element.attr("itemprop");
    let mut before = element.prev_siblings().filter_map(ElementRef::wrap);
    element.value().name() == "p"
        && before.any(|other| other.value().name() == "p" && other.attr("itemprop") == property)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::SafeHtml;

    fn of(html: &str) -> PageMetadata {
        read(&Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap())
    }

    #[test]
    fn a_card_for_links_names_the_author() {
        #[track_caller]
        fn check(label: &str, expected: &[&str]) {
            let found = of(&format!(
                "<meta name='twitter:label1' content='{label}'><meta name='twitter:data1' content='Lê An'>\
                 <meta name='twitter:label2' content='Est. reading time'><meta name='twitter:data2' content='3 minutes'>"
            ));
            let names: Vec<&str> = found.authors.iter().map(|found| found.value.as_str()).collect();
            assert_eq!(names, expected, "{label}");
        }
        for label in ["Written by", "Verfasst von", "Écrit par", "Escrito por", "Được viết bởi"]
        {
            check(label, &["Lê An"]);
        }
        check("Price", &[]);
        let found = of("<meta itemprop=author content='Lê An'><p itemprop=author>Tô Hà</p>");
        assert_eq!(found.authors.len(), 1, "{:?}", found.authors);
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
        assert_eq!(found.authors[0].value, "A");
        assert_eq!(found.summary.as_ref().unwrap().value, "d");
        assert_eq!(found.title_element.as_deref(), Some("Trang chủ"));
        let base = "https://a.vn/x".parse().unwrap();
        assert_eq!(found.canonical(&base).unwrap().value.as_str(), "https://a.vn/a");
    }

    #[test]
    fn the_names_of_properties_tell_the_days() {
        #[track_caller]
        fn check(html: &str, sure: &[&str], probable: &[&str], other: &[&str]) {
            let found = of(html);
            let values = |dates: &[Extracted<String>]| -> Vec<String> {
                dates.iter().map(|date| date.value.clone()).collect()
            };
            assert_eq!(values(&found.dates), sure, "{html}");
            assert_eq!(values(&found.probable_dates), probable, "{html}");
            assert_eq!(found.other_dates, other, "{html}");
        }
        check("<meta name=pubdate content=2023-01-10>", &["2023-01-10"], &[], &[]);
        check("<meta name=published-date content=2023-01-10>", &[], &["2023-01-10"], &[]);
        check("<meta name=date-pub content=2023-01-10>", &[], &["2023-01-10"], &[]);
        check("<meta name=parsely-pub-date content=2023-01-10>", &[], &["2023-01-10"], &[]);
        assert_eq!(of("<meta name=date content=2023-01-10>").possible_dates.len(), 1);
        check("<meta property=og:updated_time content=2023-01-10>", &[], &[], &["2023-01-10"]);
        check("<meta name=published-modified-date content=2023-01-10>", &[], &[], &["2023-01-10"]);
        check("<meta name=read-time content='12 Minute'>", &[], &[], &[]);
        check("<meta name=publisher content='Báo Dân tộc'>", &[], &[], &[]);
        check("<b itemprop=dateModified>10/01/2023</b>", &[], &[], &["10/01/2023"]);
        let page = |of: &str| format!("<script type='application/ld+json'>{of}</script>");
        check(
            "<b itemprop=datePublished>9/1/2023</b><meta name=pubdate content=2023-01-10>",
            &["2023-01-10", "9/1/2023"],
            &[],
            &[],
        );
        let web = r#"{"@type":"WebPage","datePublished":"2023-01-10"}"#;
        check(&page(web), &[], &["2023-01-10"], &[]);
        let main = r#"{"@type":"WebPage","mainEntity":{"@type":"Article","headline":"x","datePublished":"2023-01-10","dateModified":"2023-01-11"}}"#;
        check(&page(main), &["2023-01-10"], &[], &["2023-01-11"]);
    }

    #[test]
    fn broken_blocks_are_passed_over() {
        let found = of(
            "<script type='application/ld+json'>{oops</script><p itemprop=datePublished>10/01/2023</p>",
        );
        assert_eq!(found.dates[0].provenance, Provenance::Markup("datePublished".into()));
    }
}
