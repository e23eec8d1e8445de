//! From a draft to an article: clean text, clean HTML, instants, absolute addresses, author and agency told apart.
//!
//! What is found where on a page is `extract`'s business; nothing here looks for anything. The result is an [`Article`], or a
//! [`Rejection`] that names the field.

pub mod address;
pub mod authorship;
pub mod date;
pub mod html;
pub mod text;

use crate::model::{
    Article, Attachment, CleanHtml, Draft, Field, Found, Image, Key, Precision, Provenance,
    PublicUrl, RawAttachment, RawHtml, Source,
};
use crate::page::ScanError;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
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
    /// There is nothing to read in it.
    #[error(
        "the article at {0} has neither text nor image nor attachment; name where its text stands with article.body"
    )]
    NoBody(Url),
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
    let mut provenance = BTreeMap::new();
    let mut take = |field, found: Option<Found<String>>| {
        let Found { value, provenance: from } = found?;
        provenance.insert(field, from);
        Some(value)
    };
    let page = draft.url;
    let url = address_of(&page, draft.canonical)?;
    let Found { value: url, provenance: url_from } = url;

    let title = draft.title.map(|title| title.map(|title| plain(&title)));
    let title = title
        .filter(|title| !title.value.is_empty() && title.value.chars().count() <= LONGEST_TITLE);
    let title = take(Field::Title, title).ok_or_else(|| Rejection::NoTitle(page.clone()))?;

    let unsafe_body = |why| Rejection::Unsafe { url: page.clone(), why };
    let (html, text) = match draft.body {
        Some(Found { value, provenance: from }) => {
            let html = html::clean(&value, &page).map_err(unsafe_body)?;
            let text = html::text(&html).map_err(unsafe_body)?;
            take(Field::Body, Some(Found::new(String::new(), from)));
            (html, text)
        }
        None => (CleanHtml::default(), String::new()),
    };
    let images = images(&html, draft.images, &page).map_err(unsafe_body)?;
    let attachments = attachments(draft.attachments);
    if text.is_empty() && images.is_empty() && attachments.is_empty() {
        return Err(Rejection::NoBody(page));
    }

    let summary = draft.summary.map(|found| found.map(|summary| summary_of(&summary, &page)));
    let summary = summary.filter(|summary| !summary.value.is_empty() && summary.value != title);
    let summary = summary.or_else(|| {
        let lead = text.lines().find(|line| line.chars().count() >= 40)?;
        Some(Found::new(text::shorten(lead, text::SUMMARY), Provenance::Body))
    });
    let summary = take(Field::Summary, summary);

    let (author, source_line) = authorship::settle(draft.author, draft.source_line);
    let author = take(Field::Author, author);
    let source_line = take(Field::SourceLine, source_line);

    let (published, precision) = match first_believable(&draft.dates, source.zone, first_seen) {
        Some((published, precision, from)) => {
            take(Field::Published, Some(Found::new(String::new(), from)));
            (published, precision)
        }
        None => {
            take(Field::Published, Some(Found::new(String::new(), Provenance::FirstSeen)));
            (first_seen, Precision::Second)
        }
    };
    let language = draft
        .language
        .unwrap_or_else(|| Found::new(source.origin.language.clone(), Provenance::Source));
    let language =
        take(Field::Language, Some(language)).unwrap_or_else(|| source.origin.language.clone());
    take(Field::Url, Some(Found::new(String::new(), url_from)));

    Ok(Article {
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
        updated: published,
        language,
        images,
        attachments,
        topics: topics(draft.topics),
        provenance,
        first_seen,
        last_seen: first_seen,
        revision: 1,
    })
}

/// One line of plain text, with entities that were escaped twice decoded.
fn plain(text: &str) -> String {
    text::line(&text::without_entities(text))
}

/// A summary as plain text: feeds bring HTML here.
fn summary_of(summary: &str, base: &Url) -> String {
    let has_markup = summary.contains('<') && summary.contains('>');
    let stripped = has_markup.then(|| {
        html::clean(&RawHtml(summary.to_owned()), base).and_then(|html| html::text(&html))
    });
    let summary = match stripped {
        Some(Ok(text)) => plain(&text),
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
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let believed = canonical.filter(|found| {
        let bare = found.value.path() == "/" && found.value.query().is_none();
        host(&found.value) == host(page) && !bare
    });
    let found = believed.unwrap_or_else(|| Found::new(page.clone(), Provenance::Url));
    let url = PublicUrl::try_from(address::untracked(found.value))
        .map_err(|_| Rejection::NotPublic(page.clone()))?;
    Ok(Found::new(url, found.provenance))
}

fn first_believable(
    dates: &[Found<String>],
    zone: Tz,
    first_seen: DateTime<Utc>,
) -> Option<(DateTime<Utc>, Precision, Provenance)> {
    dates.iter().find_map(|found| {
        let (instant, precision) = date::read(&found.value, zone, first_seen).ok()?;
        Some((instant, precision, found.provenance.clone()))
    })
}

/// The images of the body in its order, then those beside it, each once.
fn images(
    html: &CleanHtml,
    beside: Vec<(Url, Option<String>)>,
    page: &Url,
) -> Result<Vec<Image>, ScanError> {
    let (mut images, mut seen) = (Vec::new(), HashSet::new());
    let mut add = |url: PublicUrl, alt: Option<String>| {
        let alt = alt.map(|alt| plain(&alt)).filter(|alt| !alt.is_empty());
        if seen.insert(url.clone()) {
            images.push(Image { url, alt });
        }
    };
    for (url, alt) in html::images(html)? {
        if let Some(url) = address::public(&url, page) {
            add(url, Some(alt));
        }
    }
    for (url, alt) in beside {
        if let Ok(url) = PublicUrl::try_from(url) {
            add(url, alt);
        }
    }
    Ok(images)
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

/// Topics as the page names them, each once however it is written.
fn topics(raw: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut topics = Vec::new();
    for topic in raw {
        let topic = plain(&topic);
        let folded = topic.to_lowercase();
        if !topic.is_empty() && seen.insert(folded) {
            topics.push(topic);
        }
    }
    topics
}

#[cfg(test)]
mod tests;
