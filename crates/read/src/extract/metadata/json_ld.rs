//! Articles in the JSON-LD blocks of a page (schema.org).

use super::{PageMetadata, non_empty_line};
use bantin_core::{Extracted, Provenance};
use serde_json::Value;
use std::collections::HashMap;

/// Maximum depth at which an article or an author is looked for.
const MAX_DEPTH: usize = 8;

/// Reads the article of a page from its blocks: at their top level, in a list, in a `@graph` or as
/// the main entity of a page. Its authors may be defined elsewhere in the blocks, by their `@id`.
pub(super) fn read(blocks: &[Value], found: &mut PageMetadata) {
    let (mut objects, mut articles) = (Vec::new(), Vec::new());
    for block in blocks {
        let start = objects.len();
        collect(block, 0, &mut objects);
        // Further articles of a block are recommended ones.
        articles.extend(objects.iter().skip(start).find(|object| is(object, is_article)).copied());
    }
    let by_id = objects.iter().filter_map(|object| Some((object.get("@id")?.as_str()?, *object)));
    // A reference has nothing but its id.
    let by_id: HashMap<&str, &Value> = by_id
        .filter(|(_, object)| object.as_object().is_some_and(|members| members.len() > 1))
        .collect();
    let publisher = objects.iter().filter_map(|object| object.get("publisher"));
    let sites = objects.iter().filter(|object| is(object, |kind| kind == "WebSite"));
    for named in publisher.chain(sites.copied()) {
        let named = resolved(named, &by_id);
        // A person publishes the own site.
        if !is(named, |kind| kind == "Person") {
            found
                .site_names
                .extend(named.get("name").and_then(Value::as_str).and_then(non_empty_line));
        }
    }
    found.people.extend(people(&objects));
    found.declares_article |= !articles.is_empty();
    found.declares_other |= articles.is_empty() && !objects.is_empty();
    found.declares_collection |= objects.iter().any(|object| is(object, is_collection));
    for article in &articles {
        read_article(article, &by_id, found);
    }
    if articles.is_empty() {
        let pages = objects.iter().filter(|object| is(object, |kind| kind.ends_with("Page")));
        let mut dates = pages.filter_map(|page| page.get("datePublished")?.as_str());
        let from = || Provenance::JsonLd("datePublished of the page".to_owned());
        let date = dates.find_map(non_empty_line).map(|date| Extracted::new(date, from()));
        found.probable_dates.extend(date);
    }
    if found.authors.is_empty() {
        let page =
            objects.iter().find(|object| is(object, is_work) && object.get("author").is_some());
        let authors = page.and_then(|page| authors(page, &by_id));
        found.authors.extend(authors);
    }
}

/// The names of people. Systems declare the account of a newspaper to be a person, too, but then
/// the newspaper is declared as what it is.
fn people(objects: &[&Value]) -> Vec<String> {
    let name = |object: &Value| non_empty_line(object.get("name")?.as_str()?);
    let is_person = |object: &Value| is(object, |kind| kind == "Person");
    let groups = objects.iter().filter_map(|object| object.get("publisher"));
    let groups = groups.chain(objects.iter().copied());
    let groups: Vec<String> = groups
        .filter(|object| !is_person(object) && is(object, |kind| kind.ends_with("Organization")))
        .filter_map(name)
        .collect();
    let people = objects.iter().copied().filter(|object| is_person(object)).filter_map(name);
    people.filter(|name| !groups.contains(name)).collect()
}

fn read_article(article: &Value, by_id: &HashMap<&str, &Value>, found: &mut PageMetadata) {
    let text = |name: &str| article.get(name).and_then(Value::as_str).and_then(non_empty_line);
    let from = |name: &str| Provenance::JsonLd(name.to_owned());
    let read = |name: &str| text(name).map(|value| Extracted::new(value, from(name)));
    found.titles.extend(read("headline").or_else(|| read("name")));
    found.dates.extend(read("datePublished").or_else(|| read("dateCreated")));
    found.other_dates.extend(text("dateModified"));
    found.descriptions.extend(text("description"));
    found.summary = found.summary.take().or_else(|| read("description"));
    found.authors.extend(authors(article, by_id));
    found.article_text = found.article_text.take().or_else(|| text("articleBody"));
    found.tags.extend(read("articleSection"));
    found.image = found.image.take().or_else(|| {
        let image = article.get("image")?;
        let image = image.as_array().and_then(|list| list.first()).unwrap_or(image);
        let image = image.as_str().or_else(|| image.get("url")?.as_str())?;
        Some(Extracted::new(image.to_owned(), from("image")))
    });
}

/// The objects of a block that may describe a page or a part of it, outer ones first.
fn collect<'a>(value: &'a Value, depth: usize, objects: &mut Vec<&'a Value>) {
    const INSIDE: [&str; 4] = ["@graph", "mainEntity", "mainEntityOfPage", "author"];
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, depth + 1, objects)),
        Value::Object(members) => {
            objects.push(value);
            let inside = INSIDE.iter().filter_map(|name| members.get(*name));
            inside.for_each(|value| collect(value, depth + 1, objects));
        }
        _ => {}
    }
}

/// The object that a reference names, or the value itself.
fn resolved<'a>(value: &'a Value, by_id: &HashMap<&str, &'a Value>) -> &'a Value {
    let is_named = value.get("name").is_some();
    let id = value.get("@id").and_then(Value::as_str).filter(|_| !is_named);
    id.and_then(|id| by_id.get(id).copied()).unwrap_or(value)
}

fn is(object: &Value, matches: impl Fn(&str) -> bool) -> bool {
    let is = |kind: &Value| {
        kind.as_str().is_some_and(|kind| matches(kind.rsplit('/').next().unwrap_or_default()))
    };
    object
        .get("@type")
        .is_some_and(|kind| is(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is)))
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("BlogPosting") || kind == "Report"
}

/// Whether a type is that of a page that shows other things.
fn is_collection(kind: &str) -> bool {
    matches!(kind, "CollectionPage" | "SearchResultsPage" | "OfferCatalog")
}

/// Whether a type is that of other things with an author, whose name is not always a title.
fn is_work(kind: &str) -> bool {
    matches!(kind, "WebPage" | "CreativeWork" | "Review" | "Recipe" | "HowTo" | "Guide" | "Blog")
}

/// The people in `author`, or else in `creator`.
fn authors(article: &Value, by_id: &HashMap<&str, &Value>) -> Option<Extracted<String>> {
    let named = |property: &str| {
        let mut people = Vec::new();
        article.get(property).into_iter().for_each(|author| names(author, by_id, 0, &mut people));
        let people = non_empty_line(&people.join("; "))?;
        Some(Extracted::new(people, Provenance::JsonLd(property.to_owned())))
    };
    named("author").or_else(|| named("creator"))
}

/// The names of people in an `author`. Organizations are left out: a person wrote the article.
fn names<'a>(
    author: &'a Value,
    by_id: &HashMap<&str, &'a Value>,
    depth: usize,
    people: &mut Vec<&'a str>,
) {
    match author {
        Value::String(name) if !name.contains("://") && !people.contains(&name.as_str()) => {
            people.push(name);
        }
        Value::Array(list) if depth < MAX_DEPTH => {
            list.iter().for_each(|author| names(author, by_id, depth + 1, people));
        }
        Value::Object(_) if depth < MAX_DEPTH => {
            let author = resolved(author, by_id);
            let is_group = |kind: &str| kind.ends_with("Organization") || kind == "WebSite";
            if let Some(name) = author.get("name").filter(|_| !is(author, is_group)) {
                names(name, by_id, depth + 1, people);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(blocks: &str, authors: &str, sites: &[&str]) {
        let blocks: Vec<Value> = vec![serde_json::from_str(blocks).unwrap()];
        let mut found = PageMetadata::default();
        read(&blocks, &mut found);
        let names = found.authors.first().map(|found| found.value.as_str());
        assert_eq!((names.unwrap_or_default(), found.site_names), (authors, strings(sites)));
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn authors_are_read_wherever_the_block_defines_them() {
        let graph = r##"{"@graph":[{"@type":"Article","author":{"@id":"#p"},"publisher":{"@id":"#o"}},
            {"@type":"Organization","@id":"#o","name":"Báo Xã"},{"@type":"Person","@id":"#p","name":"Lê An"}]}"##;
        check(graph, "Lê An", &["Báo Xã"]);
        let named = r##"{"@graph":[{"@type":"NewsArticle","author":{"name":"Lê An","@id":"#p"}},{"@type":"WebSite","name":"Xã"}]}"##;
        check(named, "Lê An", &["Xã"]);
        check(
            r#"[{"@type":"NewsArticle","author":["Lê An",{"@type":"Person","name":["Tô Hà"]}]}]"#,
            "Lê An; Tô Hà",
            &[],
        );
        check(
            r#"{"@type":"WebPage","mainEntity":{"@type":"BlogPosting","creator":"Lê An"}}"#,
            "Lê An",
            &[],
        );
        check(
            r#"{"@type":"http://schema.org/WebPage","author":{"@type":"Person","name":"Lê An"}}"#,
            "Lê An",
            &[],
        );
    }

    #[test]
    fn people_are_told_from_newspapers_of_the_same_name() {
        #[track_caller]
        fn check(block: &str, expected: &[&str]) {
            let blocks: Vec<Value> = vec![serde_json::from_str(block).unwrap()];
            let mut found = PageMetadata::default();
            read(&blocks, &mut found);
            assert_eq!(found.people, expected, "{block}");
        }
        let author = r#""author":{"@type":"Person","name":"Lê An"}"#;
        check(&format!(r#"{{"@type":"NewsArticle",{author}}}"#), &["Lê An"]);
        check(
            &format!(
                r#"{{"@type":"NewsArticle",{author},"publisher":{{"@type":"Person","name":"Lê An"}}}}"#
            ),
            &["Lê An"],
        );
        check(
            &format!(
                r#"{{"@type":"NewsArticle",{author},"publisher":{{"@type":"Organization","name":"Lê An"}}}}"#
            ),
            &[],
        );
    }

    #[test]
    fn organisations_and_addresses_are_no_people() {
        check(
            r#"{"@type":"NewsArticle","author":{"@type":"NewsMediaOrganization","name":"Báo Xã"}}"#,
            "",
            &[],
        );
        check(r#"{"@type":"NewsArticle","author":"https://xa.example/tac-gia/1"}"#, "", &[]);
        check(r#"{"@type":"Product","author":"Lê An"}"#, "", &[]);
        check("[[[[[[[[[[[[{\"@type\":\"Article\",\"author\":\"Lê An\"}]]]]]]]]]]]]", "", &[]);
    }
}
