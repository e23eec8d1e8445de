//! Articles on their way from one store to another: one JSON object a line, with all that a store knows of an article and of
//! its source. What is written here and read again is the same, byte by byte.
//!
//! A line may come from anybody: its HTML passes the cleaner again, and is taken only where that changes nothing of it.

use bantin_core::{
    Agency, Article, ArticleField, ArticleKey, Attachment, DatePrecision, FirstSource, Image,
    Origin, Provenance, Province, PublicUrl, RawHtml, Slug,
};
use bantin_page::ScanError;
use bantin_read::normalize::{self, html, text};
use bantin_store::{ExportedArticle, ImportedArticle, ItemVersion, Withdrawal};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// The longest id and the longest key, in bytes.
const LONGEST_NAME: usize = 8000;
/// So far clocks of two machines may be apart.
const SKEW: TimeDelta = TimeDelta::days(1);

/// Why a line is no article that may be published.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no JSON, or a field is missing, unknown or of the wrong type.
    #[error("it is no article as `bantin export` writes one: {0}")]
    Json(#[from] serde_json::Error),
    /// A field has a value that no article has.
    #[error("its {field} {why}")]
    Field {
        /// The name of the field.
        field: &'static str,
        /// What is wrong with its value.
        why: &'static str,
    },
    /// Its body cannot be parsed safely.
    #[error("its html is refused: {0}")]
    Unsafe(#[from] ScanError),
    /// Its body holds what is not published.
    #[error(
        "its html is not clean: it holds elements, attributes or addresses that are not published; only what a bantin exported is taken"
    )]
    NotClean,
}

/// A line, for writing.
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

/// What is known of an article's source, but for its tag, which is made of the store's own authority.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangedOrigin {
    /// The name that the ids of its articles are made with.
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

/// A line, as it is read: the fields of an article, one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParsedArticleLine {
    id: String,
    source: Slug,
    key: ArticleKey,
    url: PublicUrl,
    title: String,
    summary: Option<String>,
    html: String,
    text: String,
    author: Option<String>,
    source_line: Option<String>,
    published: DateTime<Utc>,
    precision: DatePrecision,
    zone: Tz,
    updated: DateTime<Utc>,
    language: String,
    images: Vec<Image>,
    attachments: Vec<Attachment>,
    tags: Vec<String>,
    topics: Vec<Slug>,
    #[serde(default)]
    first_source: Option<FirstSource>,
    provenance: BTreeMap<ArticleField, Provenance>,
    hash: String,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    revision: u32,
    /// The names of the places again, for those who read no further.
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
}

impl<'a> ArticleLine<'a> {
    /// The line of an article.
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

    fn origin(self, id: Slug) -> (Slug, Origin) {
        let Self { scope, title, home, feed, province, agency, language, rights } = self;
        let tag = String::new();
        (scope, Origin { id, tag, title, home, feed, province, agency, language, rights })
    }
}

/// Reads a line, at this instant.
///
/// # Errors
/// What is wrong with it, in a sentence that begins in its middle: a caller knows the number of the line.
pub fn read(line: &str, now: DateTime<Utc>) -> Result<ImportedArticle, LineError> {
    let written: ParsedArticleLine = serde_json::from_str(line)?;
    check(&written, now)?;
    // Clean HTML has absolute addresses, so that of the page says nothing.
    let html = html::clean(&RawHtml(written.html.clone()), written.url.as_url())?;
    if html.as_str() != written.html {
        return Err(LineError::NotClean);
    }
    let article = Article {
        id: written.id,
        source: written.source.clone(),
        key: written.key,
        url: written.url,
        title: written.title,
        summary: written.summary,
        html,
        text: written.text,
        author: written.author,
        source_line: written.source_line,
        published: written.published,
        precision: written.precision,
        zone: written.zone,
        updated: written.updated,
        language: written.language,
        images: written.images,
        attachments: written.attachments,
        tags: written.tags,
        topics: written.topics,
        first_source: written.first_source,
        provenance: written.provenance,
        hash: written.hash,
        first_seen: written.first_seen,
        last_seen: written.last_seen,
        revision: written.revision,
    };
    let origin = written.origin.map(|carried| carried.origin(written.source));
    let (addresses, made_from) = (written.addresses, written.made_from);
    Ok(ImportedArticle { article, origin, withdrawn: written.withdrawn, addresses, made_from })
}

/// Rejects a line whose fields contradict each other or cannot be published. Its HTML is checked by [`read`].
fn check(written: &ParsedArticleLine, now: DateTime<Utc>) -> Result<(), LineError> {
    let wrong = |field, why| Err(LineError::Field { field, why });
    let is_name = |name: &str| !name.trim().is_empty() && name.len() <= LONGEST_NAME;
    let is_uri =
        Url::parse(&written.id).is_ok() && written.id.bytes().all(|b| b.is_ascii_graphic());
    if !is_uri || !is_name(&written.id) {
        return wrong("id", "is no URI");
    }
    if !is_name(written.key.as_str()) {
        return wrong("key", "is empty, or too long");
    }
    let is_erased = written.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.erased);
    if is_erased && written.withdrawn.as_ref().is_some_and(|withdrawn| withdrawn.by_agency) {
        return wrong("withdrawn", "says that its agency erased it; only operators do");
    }
    let texts = [&written.title, &written.text, &written.html, &written.hash];
    if is_erased && texts.iter().any(|text| !text.is_empty()) {
        return wrong("withdrawn", "says that it is erased, but its content is there");
    }
    if !is_erased && (written.title.is_empty() || written.title != text::line(&written.title)) {
        return wrong("title", "is no line of text");
    }
    if !is_erased && written.hash != normalize::hash(&written.title, &written.text) {
        return wrong("hash", "is not that of its title and text; the line is damaged");
    }
    let made_from = written.made_from.as_ref();
    if made_from.is_some_and(|made_from| !is_name(&made_from.fingerprint)) {
        return wrong("made_from", "has an empty fingerprint, or one that is too long");
    }
    if written.revision == 0 {
        return wrong("revision", "is 0; the first is 1");
    }
    let dates = [written.published, written.updated, written.first_seen, written.last_seen];
    if dates.iter().any(|date| !(1..=9999).contains(&date.year())) {
        return wrong("date", "lies outside of the years 1 to 9999");
    }
    if dates.iter().any(|date| date.signed_duration_since(now) > SKEW) {
        return wrong(
            "date",
            "lies in the future; see whether the clocks of both machines are right",
        );
    }
    let is_tag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !written.language.is_empty() && !written.language.split('-').all(is_tag) {
        return wrong("language", "is no language tag (BCP 47)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_testing::{self as testing, source};
    use serde_json::{Value, json};

    fn now() -> DateTime<Utc> {
        "2100-01-01T00:00:00Z".parse().unwrap()
    }

    fn exported(article: Article) -> ExportedArticle {
        ExportedArticle {
            place: 1,
            article,
            withdrawn: None,
            addresses: Vec::new(),
            made_from: None,
        }
    }

    /// An article with all its fields, as a line.
    fn line() -> Value {
        let mut article = testing::article("so", 1, "2026-11-01T01:02:03.456Z".parse().unwrap());
        article.id = "tag:bantin.example,2026:so:/tin/1".to_owned();
        article.hash = normalize::hash(&article.title, &article.text);
        article.first_source = Some(FirstSource {
            id: Some("tag:a.example,2026:source/x".to_owned()),
            ..FirstSource::default()
        });
        let mut origin = source("so").origin;
        origin.tag = "tag:bantin.example,2026:source/so-cu".to_owned();
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
        let (scope, mut origin) = origin.unwrap();
        assert_eq!(scope.as_str(), "so-cu");
        origin.tag = format!("tag:c.example,2026:source/{scope}");
        let again = ExportedArticle { place: 1, article, withdrawn, addresses, made_from };
        assert_eq!(serde_json::to_value(ArticleLine::of(&again, Some(&origin))).unwrap(), line);
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
        check("html", json!("<div>".repeat(5000)), "refused");
        check("title", json!("hai\ndòng"), "no line of text");
        check("title", json!("khác"), "damaged");
        check("id", json!("tin 1"), "no URI");
        check("url", json!("javascript:x()"), "neither http nor https");
        check("revision", json!(0), "first is 1");
        check("published", json!("+262142-01-01T00:00:00Z"), "years");
        check("la", json!(1), "unknown field");
        check("published", json!("2199-01-01T00:00:00Z"), "future");
        check("language", json!("\"><x>"), "BCP 47");
        check("addresses", json!(["javascript:x()"]), "neither http nor https");
        check("made_from", json!({ "fingerprint": "", "title": null }), "fingerprint");
        let erased = |by_agency: bool| json!({ "at": "2026-11-02T00:00:00Z", "by_agency": by_agency, "erased": true });
        check("withdrawn", erased(false), "its content is there");
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
            let mut article = testing::article("so", 1, published);
            article.id = "tag:bantin.example,2026:so:/tin/1".to_owned();
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
