//! Turns a draft into an article: clean text, clean HTML, dates as instants, absolute URLs, author
//! and agency kept apart.
//!
//! `extract` finds the fields on a page; nothing is searched here. The result is a [`NewArticle`],
//! or a [`Rejection`] that names the invalid field.

pub mod address;
pub mod authorship;
pub mod html;
pub mod publication;
pub mod topic;

use crate::text;
use bantin_core::{
    ArticleField, ArticleKey, Attachment, CandidateValue, CleanHtml, DatePrecision, Draft,
    ExplainedField, Extracted, FieldCandidate, FieldChoices, FirstSource, Image, NOT_PUBLIC,
    NewArticle, Provenance, PublicUrl, REPEATED, RawAttachment, RawHtml, Source, TextFold,
};
use bantin_page::ScanError;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use publication::DatedEvidence;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::iter;
use url::Url;

/// Maximum length of a title, in characters; a longer one is a page mistaken for a title.
const MAX_TITLE: usize = 500;

/// Maximum length of a body, in bytes. The longest real one seen has a third of that.
const MAX_BODY: usize = 1 << 20;

/// The reason why a draft is not an article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The draft has no title.
    #[error("the article at {0} has no title; select it with article.title")]
    NoTitle(Url),
    /// The draft has no content. Contains the article with its other fields.
    #[error(
        "the article at {} has no text, no image and no attachment; select its text with article.body",
        .0.url.as_str()
    )]
    NoBody(Box<NewArticle>),
    /// The address is not public.
    #[error("{0} is not a public address, so its article cannot be published")]
    NotPublic(Url),
    /// The body is too long.
    #[error(
        "the text of the article at {0} is longer than {limit} MiB, which no article is; select its text with article.body",
        limit = MAX_BODY >> 20
    )]
    TooLong(Url),
    /// The body cannot be parsed safely.
    #[error("the body of the article at {url} is rejected: {why}")]
    Unsafe {
        /// The article's address.
        url: Url,
        /// The reason why the scan rejects it.
        why: ScanError,
    },
}

impl Rejection {
    /// The invalid field.
    pub fn field(&self) -> ArticleField {
        match self {
            Self::NoTitle(_) => ArticleField::Title,
            Self::NoBody(_) | Self::TooLong(_) | Self::Unsafe { .. } => ArticleField::Body,
            Self::NotPublic(_) => ArticleField::Url,
        }
    }
}

/// Converts a draft into an article that was first seen at `first_seen`.
pub fn article(
    draft: Draft,
    source: &Source,
    key: &ArticleKey,
    first_seen: DateTime<Utc>,
) -> Result<NewArticle, Rejection> {
    article_with(draft, source, key, first_seen, &mut FieldChoices::default())
}

/// Like [`article`], but records the candidates in `choices` when these keep an explanation.
pub fn article_with(
    draft: Draft,
    source: &Source,
    key: &ArticleKey,
    first_seen: DateTime<Utc>,
    choices: &mut FieldChoices,
) -> Result<NewArticle, Rejection> {
    let mut provenance = BTreeMap::new();
    let page = &draft.url;
    let url =
        unpack(address_of(page, draft.canonical, choices)?, ArticleField::Url, &mut provenance);
    let title = title_of(draft.title, choices).ok_or_else(|| Rejection::NoTitle(page.clone()))?;
    let title = unpack(title, ArticleField::Title, &mut provenance);

    let unsafe_body = |why| Rejection::Unsafe { url: page.clone(), why };
    let (mut html, mut contents) = (CleanHtml::default(), html::HtmlContents::default());
    if let Some(Extracted { value, provenance: from }) = draft.body {
        html = html::clean(&value, page).map_err(unsafe_body)?;
        if html.as_str().len() > MAX_BODY {
            return Err(Rejection::TooLong(page.clone()));
        }
        contents = html::read(&html).map_err(unsafe_body)?;
        provenance.insert(ArticleField::Body, from);
    }
    let html::HtmlContents { text, images: shown } = contents;
    let images = images(shown, draft.images, page, choices);
    let attachments = attachments(draft.attachments, choices);
    let is_empty = text.is_empty() && images.is_empty() && attachments.is_empty();

    let summary = summary_of(draft.summary, &title, &text, page, choices);
    let (author, source_line) = authorship::settle(draft.author, draft.source_line, choices);
    let dated = date_of(&draft.dates, draft.fetched, source.zone, first_seen, choices);
    provenance.insert(ArticleField::Published, dated.from);
    let language = draft.language.unwrap_or_else(|| {
        let language = Extracted::new(source.origin.language.clone(), Provenance::Source);
        choices.take(ExplainedField::Language, [language.clone().into()]);
        language
    });
    let article = NewArticle {
        source: source.id().clone(),
        key: key.clone(),
        url,
        hash: hash(&title, &text),
        title,
        summary: summary.map(|summary| unpack(summary, ArticleField::Summary, &mut provenance)),
        html,
        text,
        author: author.map(|author| unpack(author, ArticleField::Author, &mut provenance)),
        source_line: source_line
            .map(|line| unpack(line, ArticleField::SourceLine, &mut provenance)),
        published: dated.at,
        precision: dated.precision,
        zone: source.zone,
        updated: updated(draft.first_source.as_ref(), dated.at, first_seen),
        language: unpack(language, ArticleField::Language, &mut provenance),
        images,
        attachments,
        tags: tags(draft.tags, choices),
        first_source: draft.first_source,
        provenance,
        first_seen,
    };
    if is_empty { Err(Rejection::NoBody(Box::new(article))) } else { Ok(article) }
}

/// The value of a field; its provenance goes into the map.
fn unpack<T>(
    found: Extracted<T>,
    field: ArticleField,
    provenance: &mut BTreeMap<ArticleField, Provenance>,
) -> T {
    provenance.insert(field, found.provenance);
    found.value
}

/// The title as plain text.
fn title_of(
    title: Option<Extracted<String>>,
    choices: &mut FieldChoices,
) -> Option<Extracted<String>> {
    let title = title.map(|title| title.map(|title| plain(&title)));
    choices.check(ExplainedField::Title, title, |title| {
        let is_long = title.value.chars().count() > MAX_TITLE;
        let is_empty = title.value.is_empty().then_some("is empty as plain text");
        is_empty.or(is_long.then_some("is too long for a title"))
    })
}

/// The summary, or else the first line of the text that is long enough.
fn summary_of(
    summary: Option<Extracted<String>>,
    title: &str,
    text: &str,
    page: &Url,
    choices: &mut FieldChoices,
) -> Option<Extracted<String>> {
    let summary = summary.map(|found| found.map(|summary| plain_summary(&summary, page)));
    let summary = choices.check(ExplainedField::Summary, summary, |summary| {
        let repeats = (summary.value == title).then_some("repeats the title");
        repeats.or(summary.value.is_empty().then_some("is empty as plain text"))
    });
    summary.or_else(|| {
        let lead = text.lines().find(|line| line.chars().count() >= 40)?;
        let lead = FieldCandidate::new(text::shorten(lead, text::SUMMARY), Provenance::Body)
            .note("is the first line of the text that is long enough");
        choices.take(ExplainedField::Summary, [lead])
    })
}

/// The date of publication, or the instant when the article was first seen.
fn date_of(
    written: &[Extracted<String>],
    fetched: Option<DateTime<Utc>>,
    zone: Tz,
    first_seen: DateTime<Utc>,
    choices: &mut FieldChoices,
) -> DatedEvidence {
    let candidates = || publication::candidates(written, zone, first_seen, fetched);
    let taken = choices.take(ExplainedField::Date, candidates());
    if choices.are_explained() {
        let is_event = |from: &Provenance| *from == Provenance::Lead;
        let events = candidates().filter(|candidate| is_event(&candidate.found.provenance));
        let days = events.filter_map(|event| Some(event.found.value.dated?.format_in(zone)));
        choices.take(
            ExplainedField::Event,
            days.map(|day| FieldCandidate::new(day, Provenance::Lead)),
        );
    }
    taken.and_then(|taken| taken.value.dated).unwrap_or_else(|| {
        let (precision, from) = (DatePrecision::Second, Provenance::FirstSeen);
        let dated = DatedEvidence { at: first_seen, precision, from };
        let seen = FieldCandidate::new(dated.format_in(zone), Provenance::FirstSeen)
            .note("is the time when the page was first seen, because it shows no valid date");
        choices.take(ExplainedField::Date, [seen]);
        dated
    })
}

/// The time of the last change. The article's first source knows about changes that our source does
/// not; its time counts if it is between publication and first sight.
fn updated(
    first_source: Option<&FirstSource>,
    published: DateTime<Utc>,
    first_seen: DateTime<Utc>,
) -> DateTime<Utc> {
    let updated = first_source.and_then(|first| first.updated);
    updated.filter(|updated| (published..=first_seen).contains(updated)).unwrap_or(published)
}

/// One line of plain text; decodes entities that were escaped twice.
fn plain(text: &str) -> String {
    text::line(&text::decode_entities(text))
}

/// A summary as plain text: summaries of feeds may be HTML.
fn plain_summary(summary: &str, base: &Url) -> String {
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

/// The URL of a page, as fetched or as the page declares it.
struct PageAddress(Url);

impl CandidateValue for PageAddress {
    fn to_text(&self) -> Cow<'_, str> {
        self.0.as_str().into()
    }

    fn agrees(&self, taken: &Self, _: TextFold) -> bool {
        address::untracked(self.0.clone()) == address::untracked(taken.0.clone())
    }
}

/// The URL for readers: the canonical one if it is trusted, or else the fetched one.
///
/// A canonical link to the site root or to another host is an unedited template.
fn address_of(
    page: &Url,
    canonical: Option<Extracted<Url>>,
    choices: &mut FieldChoices,
) -> Result<Extracted<PublicUrl>, Rejection> {
    let canonical = canonical.map(|found| {
        let fault = canonical_fault(page, &found.value);
        FieldCandidate::from(found.map(PageAddress)).fault(fault)
    });
    let own = iter::once_with(|| {
        let own = FieldCandidate::new(PageAddress(page.clone()), Provenance::Url);
        let tracks = address::untracked(page.clone()) != *page;
        let note = "without its tracking parameters";
        if tracks { own.note(note) } else { own }
    });
    let found = choices.take(ExplainedField::Url, canonical.into_iter().chain(own));
    let found = found.unwrap_or_else(|| Extracted::new(PageAddress(page.clone()), Provenance::Url));
    let found = found.map(|PageAddress(url)| address::untracked(url));
    let url = PublicUrl::try_from(found.value).map_err(|_| Rejection::NotPublic(page.clone()))?;
    Ok(Extracted::new(url, found.provenance))
}

/// The reason why a canonical URL is not trusted.
fn canonical_fault(page: &Url, canonical: &Url) -> Option<&'static str> {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let bare = canonical.path() == "/" && canonical.query().is_none();
    match (host(canonical) == host(page), bare) {
        (false, _) => Some("leads to another host"),
        (true, true) => Some("is the root of the site, not a page"),
        (true, false) => None,
    }
}

/// The images of the body in order, then the others, each once.
fn images(
    in_body: Vec<(String, String)>,
    beside: Vec<Extracted<Url>>,
    page: &Url,
    choices: &mut FieldChoices,
) -> Vec<Image> {
    let mut seen = HashSet::new();
    let mut image = |url: Option<PublicUrl>, alt: &str| {
        let url = url.ok_or(NOT_PUBLIC)?;
        let is_new = seen.insert(url.clone());
        let alt = Some(plain(alt)).filter(|alt| !alt.is_empty());
        is_new.then_some(Image { url, alt }).ok_or(REPEATED)
    };
    let in_body = in_body.into_iter().map(|image| Extracted::new(image, Provenance::Body));
    let of_body = |(url, alt): (String, String)| image(address::public(&url, page), &alt);
    let mut images = choices.take_all(ExplainedField::Images, in_body, of_body);
    let beside = beside.into_iter().map(|found| found.map(String::from));
    let of_page = |url: String| image(url.parse().ok(), "");
    images.extend(choices.take_all(ExplainedField::Images, beside, of_page));
    images
}

/// The attachments, each once.
fn attachments(raw: Vec<Extracted<RawAttachment>>, choices: &mut FieldChoices) -> Vec<Attachment> {
    let mut seen = HashSet::new();
    choices.take_all(ExplainedField::Attachments, raw, |file| {
        let url = PublicUrl::try_from(file.url).map_err(|_| NOT_PUBLIC)?;
        if !seen.insert(url.clone()) {
            return Err(REPEATED);
        }
        let title = file.title.map(|title| plain(&title)).filter(|title| !title.is_empty());
        let declared = file.media_type.filter(|declared| declared != "application/octet-stream");
        let media_type = declared.or_else(|| media_type(url.as_url()).map(str::to_owned));
        Ok(Attachment { url, title, media_type, length: file.length })
    })
}

/// The media type for a URL's file extension (IANA registry).
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

/// Categories as the page names them, each once regardless of case.
fn tags(raw: Vec<Extracted<String>>, choices: &mut FieldChoices) -> Vec<String> {
    let mut seen = HashSet::new();
    choices.take_all(ExplainedField::Tags, raw, |tag| match plain(&tag) {
        tag if tag.is_empty() => Err("is empty as plain text"),
        tag if seen.insert(tag.to_lowercase()) => Ok(tag),
        _ => Err(REPEATED),
    })
}

#[cfg(test)]
mod tests;
