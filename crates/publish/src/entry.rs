//! Converts an article to the strings that all formats write, with the few choices that are ours.
//! Values without a natural limit are cut to the limits below; `tests/hostile.rs` checks them.
//!
//! This module is independent of the formats.

use super::xml_text::{self, excerpt, line, title, uri};
use bantin_core::{
    Article, ArticleQuery, Attachment, DatePrecision, FirstSource, Image, Origin, Site, Slug,
};
use chrono::{DateTime, FixedOffset, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;
use quick_xml::escape::escape;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The length of the excerpt of the body that replaces a missing summary, in characters: about four
/// lines of a list.
const EXCERPT: usize = 300;
/// The maximum length of a summary, in characters. A lead has a tenth of it; the body contains the
/// whole text.
const MAX_SUMMARY: usize = 5_000;
/// The maximum number of categories of an entry. More of them are a tag cloud that was mistaken for
/// the article's own tags.
const MAX_CATEGORIES: usize = 50;
/// The maximum number of images, and of files, that are listed apart from the body, which shows all
/// of them.
const MAX_MEDIA: usize = 100;
/// The maximum number of files that are listed below a body. Each is searched for in it.
const MAX_FILES: usize = 1_000;
/// The earliest accepted date, 1990-01-01, in seconds since 1970: no web page is older, and
/// validators reject older dates.
const EARLIEST: i64 = 631_152_000;

/// An article in the form that the formats write.
#[derive(Debug, Serialize)]
pub(super) struct FeedEntry {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    /// The body, then a list of the attachments that it does not link to. Empty if there is
    /// neither.
    pub(super) html: String,
    /// A person, or the agency.
    pub(super) author: String,
    pub(super) source_line: Option<String>,
    pub(super) language: String,
    /// In the zone of the agency.
    #[serde(skip)]
    pub(super) published: DateTime<FixedOffset>,
    #[serde(skip)]
    pub(super) updated: DateTime<FixedOffset>,
    pub(super) precision: DatePrecision,
    pub(super) revision: u32,
    pub(super) categories: Vec<EntryCategory>,
    pub(super) pictures: Vec<EntryMedia>,
    pub(super) files: Vec<EntryMedia>,
    /// Whether another feed had it before ours.
    pub(super) is_gathered: bool,
    /// Its first source. Absent only if the article's source is unknown now.
    pub(super) credit: Option<EntryCredit>,
    /// The other sources that show it at the same address.
    pub(super) carriers: Vec<EntryCredit>,
}

/// A category: province, agency, topic, or a tag of the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct EntryCategory {
    /// A `tag:` URI for the kind of category.
    pub(super) scheme: String,
    /// The stable identifier, in ASCII.
    pub(super) term: String,
    /// The text for readers.
    pub(super) label: String,
}

/// An image or an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct EntryMedia {
    pub(super) url: String,
    pub(super) media_type: Option<String>,
    pub(super) length: Option<u64>,
    pub(super) title: Option<String>,
}

/// The source of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct EntryCredit {
    pub(super) tag: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) home: String,
    pub(super) feed: Option<String>,
    /// The feed from which this site received the article.
    pub(super) via: Option<String>,
    pub(super) rights: Option<String>,
    pub(super) province: Option<CategoryTerm>,
    pub(super) agency: Option<CategoryTerm>,
}

/// A province or an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CategoryTerm {
    pub(super) slug: String,
    pub(super) name: String,
}

impl FeedEntry {
    /// The entry of an article in a feed with a query. Among the sources that show the article, the
    /// first one that the query asks for is credited.
    pub(super) fn new(
        article: &Article,
        origins: &BTreeMap<Slug, Origin>,
        query: &ArticleQuery,
        site: &Site,
    ) -> Self {
        let asked = article.sources().find(|id| query.is_of_source(id, origins.get(*id)));
        let credited = asked.unwrap_or(&article.source);
        let origin = origins.get(credited);
        let others = article.sources().filter(|id| *id != credited);
        let others: Vec<&Origin> = others.filter_map(|id| origins.get(id)).collect();
        let url = uri(article.url.as_url());
        let first = article.first_source.as_ref();
        let credit = origin.map(|origin| EntryCredit::new(origin, first));
        let host = || article.url.as_url().host_str().unwrap_or_default().to_owned();
        let agency = || credit.as_ref().map_or_else(host, |credit| credit.title.clone());
        let attachments = article.attachments.iter().take(MAX_FILES);
        let mut files: Vec<EntryMedia> = attachments.map(EntryMedia::of_attachment).collect();
        let html = with_files(xml_text::html(article.html.as_str()), &files);
        files.truncate(MAX_MEDIA);
        let summary = article.summary.as_deref().map(|text| excerpt(text, MAX_SUMMARY));
        let summary = summary.filter(|text| !text.is_empty());
        let published = published(article);
        Self {
            id: line(&article.id),
            title: visible_title(&article.title).unwrap_or_else(|| url.clone()),
            html,
            summary: summary.or_else(|| visible_line(&excerpt(&article.text, EXCERPT))),
            author: article.author.as_deref().and_then(visible_title).unwrap_or_else(agency),
            source_line: article.source_line.as_deref().and_then(visible_title),
            language: xml_text::language(&article.language),
            published: local(published, article.zone),
            updated: local_exact(updated(article, published), article.zone),
            precision: article.precision,
            revision: article.revision,
            categories: categories(article, origin, &others, site),
            carriers: others.iter().map(|origin| EntryCredit::of(origin)).collect(),
            is_gathered: first.is_some(),
            pictures: article.images.iter().take(MAX_MEDIA).map(EntryMedia::of_image).collect(),
            url,
            files,
            credit,
        }
    }

    /// The language, if it differs from that of the document.
    pub(super) fn foreign_language(&self, document: &str) -> Option<&str> {
        let foreign = !self.language.is_empty() && !self.language.eq_ignore_ascii_case(document);
        foreign.then_some(&self.language)
    }
}

impl EntryCredit {
    fn new(origin: &Origin, first: Option<&FirstSource>) -> Self {
        let own = Self::of(origin);
        first.map_or_else(|| own.clone(), |first| own.of_first(first))
    }

    /// The credit of the first source, completed with the data of the aggregate.
    fn of_first(&self, first: &FirstSource) -> Self {
        let feed = first.feed.as_ref().map(|feed| uri(feed.as_url()));
        let home = first.home.as_ref().map(|home| uri(home.as_url()));
        let id = first.id.as_deref().and_then(visible_line);
        let tag = id.or_else(|| feed.clone()).or_else(|| home.clone());
        let tag = tag.unwrap_or_else(|| self.tag.clone());
        let host = || {
            let url = first.home.as_ref().or(first.feed.as_ref())?;
            url.as_url().host_str().map(str::to_owned)
        };
        let term = |kind: &str| {
            let category = first.category(kind)?;
            let slug = category.term.parse::<Slug>().ok()?;
            Some(CategoryTerm::new(&slug, &category.label))
        };
        let name = tag.rsplit_once(":source/").and_then(|(_, name)| name.parse::<Slug>().ok());
        Self {
            name: name.map_or_else(|| self.name.clone(), String::from),
            title: first
                .title
                .as_deref()
                .and_then(visible_title)
                .or_else(host)
                .unwrap_or_else(|| self.title.clone()),
            home: home.or_else(|| feed.clone()).unwrap_or_else(|| self.home.clone()),
            rights: first.rights.as_deref().and_then(visible_line).or_else(|| self.rights.clone()),
            province: term("province").or_else(|| self.province.clone()),
            agency: term("agency").or_else(|| self.agency.clone()),
            via: self.via.clone(),
            feed,
            tag,
        }
    }

    fn of(origin: &Origin) -> Self {
        let name = origin.id.to_string();
        Self {
            tag: line(&origin.tag),
            title: visible_title(&origin.title).unwrap_or_else(|| name.clone()),
            name,
            home: uri(origin.home.as_url()),
            feed: origin.feed.as_ref().map(|feed| uri(feed.as_url())),
            via: origin.feed.as_ref().map(|feed| uri(feed.as_url())),
            rights: origin.rights.as_deref().and_then(visible_line),
            province: origin.province.as_ref().map(|p| CategoryTerm::new(&p.slug, &p.name)),
            agency: origin.agency.as_ref().map(|a| CategoryTerm::new(&a.slug, &a.name)),
        }
    }
}

impl CategoryTerm {
    fn new(slug: &Slug, name: &str) -> Self {
        Self {
            slug: slug.to_string(),
            name: visible_title(name).unwrap_or_else(|| slug.to_string()),
        }
    }
}

impl EntryMedia {
    fn of_image(image: &Image) -> Self {
        Self {
            media_type: image_type(image.url.as_url().path()).map(str::to_owned),
            url: uri(image.url.as_url()),
            length: None,
            title: image.alt.as_deref().and_then(visible_title),
        }
    }

    fn of_attachment(file: &Attachment) -> Self {
        Self {
            url: uri(file.url.as_url()),
            media_type: file.media_type.as_deref().map(line).filter(|text| is_media_type(text)),
            length: file.length,
            title: file.title.as_deref().and_then(visible_title),
        }
    }

    /// The media type, or the generic one.
    pub(super) fn any_type(&self) -> &str {
        self.media_type.as_deref().unwrap_or("application/octet-stream")
    }

    /// The title, or the file's name, or its address.
    fn label(&self) -> &str {
        let name = || self.url.split(['?', '#']).next()?.rsplit('/').next();
        let named = self.title.as_deref().or_else(name).filter(|name| !name.is_empty());
        named.unwrap_or(&self.url)
    }
}

fn visible_line(text: &str) -> Option<String> {
    Some(line(text)).filter(|text| !text.is_empty())
}

fn visible_title(text: &str) -> Option<String> {
    Some(title(text)).filter(|text| !text.is_empty())
}

/// The published date of an article: its own, or the instant at which it was first seen if its own
/// is implausible.
pub(super) fn published(article: &Article) -> DateTime<Utc> {
    let dates = [article.published, article.first_seen, article.last_seen, article.updated];
    let earliest = DateTime::from_timestamp(EARLIEST, 0).unwrap_or_default();
    dates.into_iter().find(|date| is_plausible(*date, article.first_seen)).unwrap_or(earliest)
}

/// The date of its last change, which is not before its publication.
fn updated(article: &Article, published: DateTime<Utc>) -> DateTime<Utc> {
    let is_edited = article.revision > 1 || article.updated != article.published;
    let latest = article.first_seen.max(article.last_seen);
    let edited = Some(article.updated).filter(|date| is_edited && is_plausible(*date, latest));
    edited.unwrap_or(published).max(published)
}

/// Whether a date is neither before the web existed nor after the article was seen. One day more is
/// tolerated, for wrong clocks.
fn is_plausible(date: DateTime<Utc>, seen: DateTime<Utc>) -> bool {
    let seen = seen.timestamp();
    let latest = if seen < EARLIEST { i64::MAX } else { seen.saturating_add(86_400) };
    (EARLIEST..=latest).contains(&date.timestamp())
}

/// An instant in the agency's time zone, in whole seconds.
pub(super) fn local(instant: DateTime<Utc>, zone: Tz) -> DateTime<FixedOffset> {
    local_exact(instant, zone).trunc_subsecs(0)
}

/// An instant in the agency's time zone, in milliseconds, which distinguish changes.
fn local_exact(instant: DateTime<Utc>, zone: Tz) -> DateTime<FixedOffset> {
    // RFC 3339 and RFC 822 have the years 0 to 9999 only; a day is left at each end for the offset.
    let day = |year, month, day| Utc.with_ymd_and_hms(year, month, day, 0, 0, 0).single();
    let (first, last) = (day(1, 1, 2).unwrap_or(instant), day(9999, 12, 30).unwrap_or(instant));
    instant.clamp(first, last.max(first)).trunc_subsecs(3).with_timezone(&zone).fixed_offset()
}

/// The body, followed by a list of the files that it does not link to. A reader that shows only the
/// body would hide them, and a decision that is published as a scan consists of nothing else.
fn with_files(mut html: String, files: &[EntryMedia]) -> String {
    let unlinked: Vec<&EntryMedia> =
        files.iter().filter(|file| !html.contains(&*escape(file.url.as_str()))).collect();
    if unlinked.is_empty() {
        return html;
    }
    html.push_str("<p>Tệp đính kèm:</p><ul>");
    for file in unlinked {
        let (url, label) = (escape(file.url.as_str()), escape(file.label()));
        html.push_str(&format!("<li><a href=\"{url}\">{label}</a></li>"));
    }
    html.push_str("</ul>");
    html
}

fn categories(
    article: &Article,
    origin: Option<&Origin>,
    carriers: &[&Origin],
    site: &Site,
) -> Vec<EntryCategory> {
    let credits: Vec<EntryCredit> =
        origin.into_iter().chain(carriers.iter().copied()).map(EntryCredit::of).collect();
    let scheme = |kind: &str| format!("tag:{}:{kind}", line(&site.id_authority));
    let of_term = |kind: &str, term: &CategoryTerm| EntryCategory {
        scheme: scheme(kind),
        term: term.slug.clone(),
        label: term.name.clone(),
    };
    let places = credits.iter().flat_map(|credit| {
        let province = credit.province.as_ref().map(|term| of_term("province", term));
        province.into_iter().chain(credit.agency.as_ref().map(|term| of_term("agency", term)))
    });
    let topics = article.topics.iter().map(|id| EntryCategory {
        scheme: scheme("topic"),
        term: id.to_string(),
        label: site.topics.name(id).unwrap_or(id.as_str()).to_owned(),
    });
    // Categories of the first source are kept, with their schemes.
    let first = article.first_source.iter().flat_map(|first| &first.categories);
    let first = first.take(MAX_CATEGORIES);
    let first: Vec<EntryCategory> = first
        .filter_map(|category| {
            let (scheme, term) = (visible_title(&category.scheme)?, visible_title(&category.term)?);
            Some(EntryCategory { scheme, term, label: visible_title(&category.label)? })
        })
        .collect();
    let is_said =
        |label: &str| first.iter().any(|c| c.label.to_lowercase() == label.to_lowercase());
    let tags = article.tags.iter().take(MAX_CATEGORIES).filter_map(|text| {
        let label = visible_title(text).filter(|label| !is_said(label))?;
        let term = Slug::nearest(&label).map_or_else(|| label.clone(), String::from);
        Some(EntryCategory { scheme: scheme("tag"), term, label })
    });
    let mut known = BTreeSet::new();
    let tags: Vec<EntryCategory> = tags.collect();
    let all = places.chain(topics).chain(first).chain(tags);
    all.filter(|c| known.insert((c.scheme.clone(), c.term.clone()))).take(MAX_CATEGORIES).collect()
}

/// The media type for the extension of an image's file name.
fn image_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jfif" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        _ => return None,
    })
}

/// Whether a text has the form `type/subtype` (RFC 6838 section 4.2), without parameters.
fn is_media_type(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str, title: Option<&str>) -> EntryMedia {
        EntryMedia {
            url: url.to_owned(),
            media_type: None,
            length: None,
            title: title.map(str::to_owned),
        }
    }

    #[test]
    fn files_that_the_body_does_not_link_to_are_listed_below_it() {
        let body = "<p>Xem <a href=\"https://a.gov.vn/a.pdf?x=1&amp;y=2\">đây</a></p>";
        let linked = file("https://a.gov.vn/a.pdf?x=1&y=2", None);
        let other = file("https://a.gov.vn/b.pdf", Some("Quyết định <12>"));
        assert_eq!(with_files(body.to_owned(), std::slice::from_ref(&linked)), body);
        assert_eq!(
            with_files(body.to_owned(), &[linked, other]),
            format!(
                "{body}<p>Tệp đính kèm:</p><ul><li><a href=\"https://a.gov.vn/b.pdf\">Quyết định &lt;12&gt;</a></li></ul>"
            )
        );
    }

    #[test]
    fn a_file_without_a_title_is_called_by_its_name() {
        assert_eq!(file("https://a.gov.vn/vb/12.pdf?x=/y", None).label(), "12.pdf");
        assert_eq!(file("https://a.gov.vn/", None).label(), "https://a.gov.vn/");
    }

    #[test]
    fn an_instant_that_no_format_can_write_is_moved_to_one_that_it_can() {
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        assert_eq!(local(DateTime::<Utc>::MAX_UTC, zone).to_rfc3339(), "9999-12-30T07:00:00+07:00");
        assert!(local(DateTime::<Utc>::MIN_UTC, zone).to_rfc3339().starts_with("0001-01-02T"));
        let instant = "2025-07-07T01:30:00.987Z".parse().unwrap();
        assert_eq!(local(instant, zone).to_rfc3339(), "2025-07-07T08:30:00+07:00");
    }

    #[test]
    fn only_what_has_the_shape_of_a_media_type_is_written_as_one() {
        for good in ["application/pdf", "application/vnd.ms-excel", "image/svg+xml"] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["pdf", "application/", "text/html; charset=utf-8", "a/b/c", "tệp/pdf"] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
