//! Articles in transit between two stores: one JSON object per line, with everything that a store
//! records about an article and its source. Exporting an imported line again gives the same bytes.
//!
//! A line may be forged. Its HTML is sanitized again, and the line is accepted only if that changes
//! nothing.

use bantin_core::{
    Agency, Article, NewArticle, Origin, Province, PublicUrl, RawHtml, Slug, SourceInfo,
};
use bantin_page::ScanError;
use bantin_read::normalize::{self, html};
use bantin_read::text;
use bantin_store::{ExportedArticle, ImportedArticle, ItemVersion, Withdrawal};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// The maximum length of an id and of a key, in bytes.
const MAX_NAME: usize = 8000;
/// The maximum difference between the clocks of two machines.
const SKEW: TimeDelta = TimeDelta::days(1);

/// A line that cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The line is not JSON, or a field is missing, duplicated or of a wrong type.
    #[error("it is not a line that `bantin export` wrote: {0}")]
    Json(#[from] serde_json::Error),
    /// The line has a field that articles do not have.
    #[error("it is not a line that `bantin export` wrote: unknown field `{0}`")]
    UnknownField(String),
    /// A field has an invalid value.
    #[error("its {field} {why}")]
    Field {
        /// The name of the field.
        field: &'static str,
        /// The fault of its value, as the rest of a sentence.
        why: &'static str,
    },
    /// The body cannot be parsed safely.
    #[error("its html is rejected: {0}")]
    Unsafe(#[from] ScanError),
    /// The body contains elements, attributes or addresses that are never published.
    #[error(
        "its html is not clean: it contains elements, attributes or addresses that are not published; import only what bantin exported"
    )]
    NotClean,
}

/// A line, for serialization.
#[derive(Serialize)]
pub struct ArticleLine<'a> {
    #[serde(flatten)]
    article: &'a Article,
    province: Option<&'a str>,
    agency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<&'a Withdrawal>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    addresses: &'a [PublicUrl],
    #[serde(skip_serializing_if = "Option::is_none")]
    made_from: Option<&'a ItemVersion>,
    origin: Option<ExchangedOrigin>,
}

/// The source of an article, without its tag: the importing store makes a tag of its own authority.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangedOrigin {
    /// The scope of the ids of the source's articles.
    scope: Slug,
    title: String,
    home: PublicUrl,
    feed: Option<PublicUrl>,
    province: Option<Province>,
    agency: Option<Agency>,
    language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
}

/// A line, for parsing. The article is deserialized by its own layout, so a new field of it needs
/// no change here.
#[derive(Deserialize)]
struct ParsedArticleLine {
    id: String,
    #[serde(flatten)]
    content: NewArticle,
    topics: Vec<Slug>,
    last_seen: DateTime<Utc>,
    revision: u32,
    /// The names of province and agency. They are redundant: `origin` has them too.
    #[serde(rename = "province")]
    _province: Option<String>,
    #[serde(rename = "agency")]
    _agency: Option<String>,
    #[serde(default)]
    withdrawn: Option<Withdrawal>,
    #[serde(default)]
    addresses: Vec<PublicUrl>,
    #[serde(default)]
    made_from: Option<ItemVersion>,
    #[serde(default)]
    origin: Option<ExchangedOrigin>,
    #[serde(flatten)]
    unknown: BTreeMap<String, IgnoredAny>,
}

/// The body of a line. Its nesting must be bounded before any other code parses it.
#[derive(Deserialize)]
struct ParsedBody {
    url: PublicUrl,
    html: String,
}

impl<'a> ArticleLine<'a> {
    /// Creates the line of an article.
    pub fn of(exported: &'a ExportedArticle, origin: Option<&'a Origin>) -> Self {
        Self {
            article: &exported.article,
            province: origin.and_then(|o| o.province.as_ref()).map(|p| p.name.as_str()),
            agency: origin.and_then(|o| o.agency.as_ref()).map(|a| a.name.as_str()),
            withdrawn: exported.withdrawn.as_ref(),
            addresses: &exported.addresses,
            made_from: exported.made_from.as_ref(),
            origin: origin.and_then(ExchangedOrigin::of),
        }
    }
}

impl ExchangedOrigin {
    fn of(origin: &Origin) -> Option<Self> {
        let (_, scope) = origin.tag.rsplit_once(":source/")?;
        Some(Self {
            scope: scope.parse().ok()?,
            title: origin.title.clone(),
            home: origin.home.clone(),
            feed: origin.feed.clone(),
            province: origin.province.clone(),
            agency: origin.agency.clone(),
            language: origin.language.clone(),
            rights: origin.rights.clone(),
        })
    }

    fn info(self, id: Slug) -> (Slug, SourceInfo) {
        let Self { scope, title, home, feed, province, agency, language, rights } = self;
        (scope, SourceInfo { id, title, home, feed, province, agency, language, rights })
    }
}

/// Parses a line and validates it at the instant `now`.
///
/// # Errors
/// [`LineError`]. Its message continues a sentence: the caller puts the file and line number before
/// it.
pub fn read(line: &str, now: DateTime<Utc>) -> Result<ImportedArticle, LineError> {
    let ParsedBody { url, html } = serde_json::from_str(line)?;
    // Clean HTML has absolute addresses, so the base address changes nothing.
    if html::clean(&RawHtml(html.clone()), url.as_url())?.as_str() != html {
        return Err(LineError::NotClean);
    }
    let written = parse(line)?;
    check(&written, now)?;
    let ParsedArticleLine { id, content, topics, last_seen, revision, .. } = written;
    let origin = written.origin.map(|carried| carried.info(content.source.clone()));
    Ok(ImportedArticle {
        article: Article { id, content, topics, carriers: Vec::new(), last_seen, revision },
        origin,
        withdrawn: written.withdrawn,
        addresses: written.addresses,
        made_from: written.made_from,
    })
}

fn parse(line: &str) -> Result<ParsedArticleLine, LineError> {
    // The error about a flattened field lacks its position in the line; parsing the article alone
    // adds it.
    let mut written: ParsedArticleLine = serde_json::from_str(line)
        .map_err(|error| serde_json::from_str::<NewArticle>(line).err().unwrap_or(error))?;
    match written.unknown.pop_first() {
        Some((field, _)) => Err(LineError::UnknownField(field)),
        None => Ok(written),
    }
}

/// Rejects a line whose fields contradict each other or cannot be published. [`read`] checks its
/// HTML.
fn check(written: &ParsedArticleLine, now: DateTime<Utc>) -> Result<(), LineError> {
    let content = &written.content;
    let wrong = |field, why| Err(LineError::Field { field, why });
    let is_name = |name: &str| !name.trim().is_empty() && name.len() <= MAX_NAME;
    let is_uri =
        Url::parse(&written.id).is_ok() && written.id.bytes().all(|b| b.is_ascii_graphic());
    if !is_uri || !is_name(&written.id) {
        return wrong("id", "is not a URI");
    }
    if !is_name(content.key.as_str()) {
        return wrong("key", "is empty, or too long");
    }
    let is_erased = written.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.erased);
    if is_erased && written.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.by_agency) {
        return wrong(
            "withdrawn",
            "states that its agency erased it; only operators erase articles",
        );
    }
    let texts = [&content.title, &content.text, content.html.as_str(), &content.hash];
    if is_erased && texts.iter().any(|text| !text.is_empty()) {
        return wrong("withdrawn", "states that it is erased, but its content is present");
    }
    if !is_erased && (content.title.is_empty() || content.title != text::line(&content.title)) {
        return wrong("title", "is not a single line of text");
    }
    if !is_erased && content.hash != normalize::hash(&content.title, &content.text) {
        return wrong("hash", "is not that of its title and text; the line is damaged");
    }
    let made_from = written.made_from.as_ref();
    if made_from.is_some_and(|made_from| !is_name(&made_from.fingerprint)) {
        return wrong("made_from", "has an empty fingerprint, or one that is too long");
    }
    if written.revision == 0 {
        return wrong("revision", "is 0; the first is 1");
    }
    let dates = [content.published, content.updated, content.first_seen, written.last_seen];
    if dates.iter().any(|date| !(1..=9999).contains(&date.year())) {
        return wrong("date", "is outside the years 1 to 9999");
    }
    if dates.iter().any(|date| date.signed_duration_since(now) > SKEW) {
        return wrong("date", "is in the future; check the clocks of both machines");
    }
    let is_tag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !content.language.is_empty() && !content.language.split('-').all(is_tag) {
        return wrong("language", "is not a language tag (BCP 47)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_core::{ArticleKey, FirstSource};
    use bantin_testing::{self as testing, source};
    use serde_json::{Value, json};

    fn now() -> DateTime<Utc> {
        "2100-01-01T00:00:00Z".parse().unwrap()
    }

    fn exported(article: Article) -> ExportedArticle {
        ExportedArticle { article, withdrawn: None, addresses: Vec::new(), made_from: None }
    }

    /// An article with all its fields, as a line.
    fn line() -> Value {
        let article = testing::article("so", 1, "2026-11-01T01:02:03.456Z".parse().unwrap());
        let mut article = testing::stored_article("tag:bantin.example,2026:so:/tin/1", article);
        article.hash = normalize::hash(&article.title, &article.text);
        article.first_source = Some(FirstSource {
            id: Some("tag:a.example,2026:source/x".to_owned()),
            ..FirstSource::default()
        });
        let tag = "tag:bantin.example,2026:source/so-cu".to_owned();
        let origin = Origin { tag, info: source("so").origin };
        let withdrawn = Withdrawal {
            at: "2026-11-02T00:00:00Z".parse().unwrap(),
            by_agency: false,
            erased: false,
            reason: Some("Công văn 12".to_owned()),
        };
        let made_from = ItemVersion { fingerprint: "0a".to_owned(), title: Some("Tin".to_owned()) };
        let exported = ExportedArticle {
            withdrawn: Some(withdrawn),
            addresses: vec![article.url.clone()],
            made_from: Some(made_from),
            ..exported(article)
        };
        serde_json::to_value(ArticleLine::of(&exported, Some(&origin))).unwrap()
    }

    #[test]
    fn what_is_written_is_read_as_it_was() {
        let line = line();
        let ImportedArticle { article, origin, withdrawn, addresses, made_from } =
            read(&line.to_string(), now()).unwrap();
        let (scope, info) = origin.unwrap();
        assert_eq!(scope.as_str(), "so-cu");
        let origin = Origin { tag: format!("tag:c.example,2026:source/{scope}"), info };
        let again = ExportedArticle { article, withdrawn, addresses, made_from };
        assert_eq!(serde_json::to_value(ArticleLine::of(&again, Some(&origin))).unwrap(), line);
    }

    #[test]
    fn the_fields_of_a_line_keep_their_order() {
        let expected: Vec<&str> =
            "id source key url title summary html text author source_line published precision zone updated language \
             images attachments tags topics first_source provenance hash first_seen last_seen revision province agency \
             withdrawn addresses made_from origin"
                .split_whitespace()
                .collect();
        let line = line();
        let keys = line.as_object().unwrap().keys().map(String::as_str);
        let known: Vec<&str> = keys.filter(|key| expected.contains(key)).collect();
        assert_eq!(known, expected);
    }

    #[test]
    fn a_field_of_a_wrong_type_is_reported_with_its_place() {
        let mut line = line();
        line["tags"] = json!(1);
        let text = line.to_string();
        let column = text.find("\"tags\":1").unwrap() + "\"tags\":1".len();
        let error = read(&text, now()).err().unwrap().to_string();
        assert!(error.contains(&format!("line 1 column {column}")), "{error}");
    }

    #[test]
    fn a_line_without_a_field_or_with_two_of_a_name_is_refused() {
        let mut short = line();
        short.as_object_mut().unwrap().remove("tags");
        let error = read(&short.to_string(), now()).err().unwrap().to_string();
        assert!(error.contains("missing field `tags`"), "{error}");
        for field in ["title", "revision", "html"] {
            let twice =
                line().to_string().replacen('{', &format!("{{\"{field}\":{},", line()[field]), 1);
            let error = read(&twice, now()).err().unwrap().to_string();
            assert!(error.contains(&format!("duplicate field `{field}`")), "{error}");
        }
    }

    #[test]
    fn what_could_harm_readers_is_no_article() {
        #[track_caller]
        fn check(field: &str, value: Value, expected: &str) {
            let mut line = line();
            line[field] = value;
            let error = read(&line.to_string(), now()).err().unwrap().to_string();
            assert!(error.contains(expected), "{error}");
        }
        check("html", json!("<p onclick=\"x()\">Nội dung</p>"), "not clean");
        check("html", json!("<script>x()</script>"), "not clean");
        check("html", json!("<div>".repeat(5000)), "rejected");
        check("title", json!("hai\ndòng"), "not a single line of text");
        check("title", json!("khác"), "damaged");
        check("id", json!("tin 1"), "not a URI");
        check("url", json!("javascript:x()"), "neither http nor https");
        check("revision", json!(0), "first is 1");
        check("published", json!("+262142-01-01T00:00:00Z"), "years");
        check("la", json!(1), "unknown field `la`");
        check(
            "tags",
            json!(1),
            "invalid type: integer `1`, expected a sequence at line 1 column 400",
        );
        check("zone", Value::Null, "at line 1 column");
        check("published", json!("2199-01-01T00:00:00Z"), "future");
        check("language", json!("\"><x>"), "BCP 47");
        check("addresses", json!(["javascript:x()"]), "neither http nor https");
        check("made_from", json!({ "fingerprint": "", "title": null }), "fingerprint");
        let erased = |by_agency: bool| json!({ "at": "2026-11-02T00:00:00Z", "by_agency": by_agency, "erased": true });
        check("withdrawn", erased(false), "its content is present");
        check("withdrawn", erased(true), "only operators");
        let read = |line: &str| read(line, now());
        assert!(read("{").is_err() && read("").is_err() && read(&"[".repeat(100_000)).is_err());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_its_texts_are_an_article_is_read_as_it_was_written(
            texts in proptest::collection::vec(proptest::prelude::any::<String>(), 6),
            milliseconds in 0_i64..4_000_000_000_000,
        ) {
            let published = DateTime::from_timestamp_millis(milliseconds).unwrap();
            let article = testing::article("so", 1, published);
            let mut article = testing::stored_article("tag:bantin.example,2026:so:/tin/1", article);
            article.title = text::line(&format!("Tin {}", texts[0]));
            article.text = texts[1].clone();
            article.hash = normalize::hash(&article.title, &article.text);
            article.summary = Some(texts[2].clone());
            article.author = Some(texts[3].clone());
            article.tags = vec![texts[4].clone()];
            article.key = ArticleKey::kept(format!("guid:{}", texts[5]));
            article.html = html::clean(&RawHtml(texts[1].clone()), article.url.as_url()).unwrap_or_default();
            let written = serde_json::to_string(&ArticleLine::of(&exported(article.clone()), None)).unwrap();
            proptest::prop_assert!(!written.contains('\n'));
            let read = read(&written, now()).unwrap();
            proptest::prop_assert_eq!(&read.article, &article);
            let again = serde_json::to_string(&ArticleLine::of(&exported(read.article), None)).unwrap();
            proptest::prop_assert_eq!(again, written);
        }
    }
}
