//! From a draft to an article: clean text, clean HTML, instants, absolute addresses, author and agency told apart.
//!
//! What is found where on a page is `extract`'s business; nothing here looks for anything. The result is an [`Article`], or a
//! [`Rejection`] that names the field.

pub mod address;
pub mod authorship;
pub mod date;
pub mod html;
pub mod publication;
pub mod text;
pub mod topic;

mod why;

use crate::model::{
    Article, Attachment, CleanHtml, Draft, Field, FirstSource, Found, Image, Key, Precision,
    Provenance, PublicUrl, RawAttachment, RawHtml, Source, Subject, Trace,
};
use crate::page::ScanError;
use chrono::{DateTime, Utc};
use publication::Dated;
use std::collections::{BTreeMap, HashSet};
use url::Url;

/// The longest title in characters: a longer one is a page that was taken for a title.
const LONGEST_TITLE: usize = 500;

/// Why a draft is no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no title in it.
    #[error("the article at {0} has no title; name where it stands with article.title")]
    NoTitle(Url),
    /// There is nothing to read in it; this is all that is known of it.
    #[error(
        "the article at {} has neither text nor image nor attachment; name where its text stands with article.body",
        .0.url.as_str()
    )]
    NoBody(Box<Article>),
    /// Readers cannot reach it.
    #[error("{0} is no address for readers, so its article cannot be published")]
    NotPublic(Url),
    /// Its body cannot be parsed safely.
    #[error("the body of the article at {url} is refused: {why}")]
    Unsafe {
        /// The article's address.
        url: Url,
        /// What is wrong with it.
        why: ScanError,
    },
}

impl Rejection {
    /// The field that is wrong.
    pub fn field(&self) -> Field {
        match self {
            Self::NoTitle(_) => Field::Title,
            Self::NoBody(_) | Self::Unsafe { .. } => Field::Body,
            Self::NotPublic(_) => Field::Url,
        }
    }
}

/// Makes a draft the first revision of an article that was first seen at `first_seen`.
///
/// The id stays empty: the store gives it.
pub fn article(
    draft: Draft,
    source: &Source,
    key: &Key,
    first_seen: DateTime<Utc>,
) -> Result<Article, Rejection> {
    traced(draft, source, key, first_seen, &Trace::off())
}

/// The same, telling all that is considered.
pub fn traced(
    draft: Draft,
    source: &Source,
    key: &Key,
    first_seen: DateTime<Utc>,
    trace: &Trace,
) -> Result<Article, Rejection> {
    let mut provenance = BTreeMap::new();
    let mut take = |field, found: Option<Found<String>>| {
        let Found { value, provenance: from } = found?;
        provenance.insert(field, from);
        Some(value)
    };
    let page = draft.url;
    why::address(trace, &page, draft.canonical.as_ref());
    let url = address_of(&page, draft.canonical)?;
    let Found { value: url, provenance: url_from } = url;

    let title = draft.title.map(|title| title.map(|title| plain(&title)));
    let title = title
        .filter(|title| !title.value.is_empty() && title.value.chars().count() <= LONGEST_TITLE);
    let title = take(Field::Title, title).ok_or_else(|| Rejection::NoTitle(page.clone()))?;

    let unsafe_body = |why| Rejection::Unsafe { url: page.clone(), why };
    let (html, contents) = match draft.body {
        Some(Found { value, provenance: from }) => {
            let html = html::clean(&value, &page).map_err(unsafe_body)?;
            let contents = html::read(&html).map_err(unsafe_body)?;
            take(Field::Body, Some(Found::new(String::new(), from)));
            (html, contents)
        }
        None => (CleanHtml::default(), html::Contents::default()),
    };
    let html::Contents { text, images: shown } = contents;
    let beside = if trace.is_on() { draft.images.clone() } else { Vec::new() };
    let images = images(shown, draft.images, &page);
    why::images(trace, &images, &beside);
    why::attachments(trace, &draft.attachments);
    let attachments = attachments(draft.attachments);
    let is_empty = text.is_empty() && images.is_empty() && attachments.is_empty();

    let told = trace.is_on().then(|| draft.summary.as_ref().map(|found| found.value.clone()));
    let summary = draft.summary.map(|found| found.map(|summary| summary_of(&summary, &page)));
    let summary = summary.filter(|summary| !summary.value.is_empty() && summary.value != title);
    let summary = summary.or_else(|| {
        let lead = text.lines().find(|line| line.chars().count() >= 40)?;
        Some(Found::new(text::shorten(lead, text::SUMMARY), Provenance::Body))
    });
    why::summary(trace, told.flatten().as_deref(), &title, summary.as_ref());
    let summary = take(Field::Summary, summary);

    let named = trace.is_on().then(|| (draft.author.clone(), draft.source_line.clone()));
    let settled = authorship::settle(draft.author, draft.source_line);
    named.iter().for_each(|named| why::names(trace, named, &settled));
    let (author, source_line) = settled;
    let author = take(Field::Author, author);
    let source_line = take(Field::SourceLine, source_line);

    let dates = publication::believable(&draft.dates, source.zone, first_seen, draft.fetched);
    let written = (draft.dates.as_slice(), draft.fetched);
    why::dates(trace, written, source.zone, first_seen, dates.first());
    let (published, precision) = match dates.into_iter().next() {
        Some(Dated { at: published, precision, from }) => {
            take(Field::Published, Some(Found::new(String::new(), from)));
            (published, precision)
        }
        None => {
            take(Field::Published, Some(Found::new(String::new(), Provenance::FirstSeen)));
            (first_seen, Precision::Second)
        }
    };
    let language = draft.language.unwrap_or_else(|| {
        let language = Found::new(source.origin.language.clone(), Provenance::Source);
        trace.field(Subject::Language, Some(&language), [], text::fold);
        language
    });
    let language =
        take(Field::Language, Some(language)).unwrap_or_else(|| source.origin.language.clone());
    take(Field::Url, Some(Found::new(String::new(), url_from)));

    let article = Article {
        id: String::new(),
        source: source.id().clone(),
        key: key.clone(),
        url,
        hash: hash(&title, &text),
        title,
        summary,
        html,
        text,
        author,
        source_line,
        published,
        precision,
        zone: source.zone,
        updated: updated(draft.first_source.as_ref(), published, first_seen),
        language,
        images,
        attachments,
        tags: tags(draft.tags),
        topics: Vec::new(),
        first_source: draft.first_source,
        provenance,
        first_seen,
        last_seen: first_seen,
        revision: 1,
    };
    if is_empty { Err(Rejection::NoBody(Box::new(article))) } else { Ok(article) }
}

/// When an article last changed: its first source knows of changes before ours, where that can be true.
fn updated(
    first_source: Option<&FirstSource>,
    published: DateTime<Utc>,
    first_seen: DateTime<Utc>,
) -> DateTime<Utc> {
    let told = first_source.and_then(|first| first.updated);
    told.filter(|told| (published..=first_seen).contains(told)).unwrap_or(published)
}

/// One line of plain text, with entities that were escaped twice decoded.
fn plain(text: &str) -> String {
    text::line(&text::without_entities(text))
}

/// A summary as plain text: feeds bring HTML here.
fn summary_of(summary: &str, base: &Url) -> String {
    let has_markup = summary.contains('<') && summary.contains('>');
    let stripped = has_markup.then(|| {
        html::clean(&RawHtml(summary.to_owned()), base).and_then(|html| html::read(&html))
    });
    let summary = match stripped {
        Some(Ok(contents)) => plain(&contents.text),
        _ => plain(summary),
    };
    text::shorten(&summary, text::SUMMARY)
}

/// The first 32 hexadecimal digits of the BLAKE3 hash of title and text.
pub fn hash(title: &str, text: &str) -> String {
    let hashed = format!("{}\n{}", text::line(title), text::line(text));
    let mut hash = blake3::hash(hashed.as_bytes()).to_hex().to_string();
    hash.truncate(32);
    hash
}

/// The address for readers: the one that the page names, where that can be believed, else its own.
///
/// A canonical link to the bare site, or to another host, is a template that nobody looked at.
fn address_of(page: &Url, canonical: Option<Found<Url>>) -> Result<Found<PublicUrl>, Rejection> {
    let believed = canonical.filter(|found| canonical_fault(page, &found.value).is_none());
    let found = believed.unwrap_or_else(|| Found::new(page.clone(), Provenance::Url));
    let url = PublicUrl::try_from(address::untracked(found.value))
        .map_err(|_| Rejection::NotPublic(page.clone()))?;
    Ok(Found::new(url, found.provenance))
}

/// Why the address that a page names as its own is not believed.
fn canonical_fault(page: &Url, canonical: &Url) -> Option<&'static str> {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let bare = canonical.path() == "/" && canonical.query().is_none();
    match (host(canonical) == host(page), bare) {
        (false, _) => Some("leads to another host"),
        (true, true) => Some("is the site, not a page of it"),
        (true, false) => None,
    }
}

/// The images of the body in its order, then those beside it, each once.
fn images(
    shown: Vec<(String, String)>,
    beside: Vec<(Url, Option<String>)>,
    page: &Url,
) -> Vec<Image> {
    let (mut images, mut seen) = (Vec::new(), HashSet::new());
    let mut add = |url: PublicUrl, alt: Option<String>| {
        let alt = alt.map(|alt| plain(&alt)).filter(|alt| !alt.is_empty());
        if seen.insert(url.clone()) {
            images.push(Image { url, alt });
        }
    };
    for (url, alt) in shown {
        if let Some(url) = address::public(&url, page) {
            add(url, Some(alt));
        }
    }
    for (url, alt) in beside {
        if let Ok(url) = PublicUrl::try_from(url) {
            add(url, alt);
        }
    }
    images
}

fn attachments(raw: Vec<RawAttachment>) -> Vec<Attachment> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    for file in raw {
        let Ok(url) = PublicUrl::try_from(file.url) else { continue };
        if !seen.insert(url.clone()) {
            continue;
        }
        let title = file.title.map(|title| plain(&title)).filter(|title| !title.is_empty());
        let told = file.media_type.filter(|told| told != "application/octet-stream");
        let media_type = told.or_else(|| media_type(url.as_url()).map(str::to_owned));
        all.push(Attachment { url, title, media_type, length: file.length });
    }
    all
}

/// The media type that an address's extension tells (IANA's registry).
fn media_type(url: &Url) -> Option<&'static str> {
    let name = url.path().rsplit('/').next()?;
    let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "pdf" => "application/pdf",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "ppt" => "application/vnd.ms-powerpoint",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "rtf" => "application/rtf",
        "odt" => "application/vnd.oasis.opendocument.text",
        "zip" => "application/zip",
        "rar" => "application/vnd.rar",
        "7z" => "application/x-7z-compressed",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        _ => return None,
    })
}

/// Categories as the page names them, each once however it is written.
fn tags(raw: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for tag in raw {
        let tag = plain(&tag);
        let folded = tag.to_lowercase();
        if !tag.is_empty() && seen.insert(folded) {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
mod tests;
