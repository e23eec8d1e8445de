//! The attachments, pictures and language of an article.

use super::lines::TextLine;
use crate::embed::{self, Embed};
use crate::image;
use bantin_core::{
    CandidateValue, Extracted, FieldCandidate, PlatformRules, Provenance, RawAttachment, TextFold,
    is_document, is_document_number,
};
use bantin_page::{Dom, dom::text_of, plain};
use ego_tree::NodeRef;
use scraper::{ElementRef, Node};
use std::borrow::Cow;
use std::iter;
use url::Url;

/// The files that the platform's rules find.
pub(super) fn attachments(
    dom: &Dom,
    platform: Option<&PlatformRules>,
    base: &Url,
) -> Vec<Extracted<RawAttachment>> {
    let Some(platform) = platform else { return Vec::new() };
    let links =
        platform.article.attachment.iter().flat_map(|rule| dom.tree().select(rule.compiled()));
    let files = links.filter_map(|link| attachment(link, base));
    let from = || Provenance::Platform(format!("{} attachment", platform.name));
    files.map(|file| Extracted::new(file, from())).collect()
}

/// The documents that a node links or embeds.
pub(super) fn files(node: NodeRef<'_, Node>, base: &Url) -> Vec<RawAttachment> {
    let file = |node: NodeRef<'_, Node>| {
        let element = ElementRef::wrap(node)?;
        if element.value().name() == "a" {
            return attachment(element, base).filter(|file| {
                is_document(file.url.path()) || file.title.as_deref().is_some_and(is_document)
            });
        }
        let Embed { url, title, is_document } = embed::embed(node, base)?;
        is_document.then_some(RawAttachment { url, title, media_type: None, length: None })
    };
    node.descendants().filter_map(file).collect()
}

/// Whether a link leads to a document, an e-mail address or a telephone number.
pub(super) fn leads_to_file(href: &str) -> bool {
    const HANDLERS: [&str; 5] = ["download", "getfile", "viewfile", "fileattach", "taive"];
    let lower = href.trim().to_ascii_lowercase();
    let query = lower.split_once('?').map_or("", |(_, query)| query);
    // A message without a recipient shares the page.
    lower.starts_with("mailto:") && !lower.starts_with("mailto:?")
        || lower.starts_with("tel:")
        || is_document(&lower)
        || query.split(['&', '=']).any(is_document)
        || HANDLERS.iter().any(|handler| lower.contains(handler))
}

/// Whether a text names a document: by a file name, or by a number like those of decisions
/// (`12/QĐ-UBND`, `57/2020/NĐ-CP`).
pub(super) fn names_document(text: &str) -> bool {
    is_document(text)
        || names_law(text)
        || text.contains("://")
        || text.split_whitespace().any(is_document_number)
}

/// Whether a text begins with the kind of a law, as in a table of laws: `Luật Đất đai`.
fn names_law(text: &str) -> bool {
    const LAWS: [&str; 7] =
        ["luật", "bộ luật", "nghị định", "thông tư", "pháp lệnh", "hiến pháp", "nghị quyết"];
    /// Longer texts are sentences about a law.
    const MAX_LENGTH: usize = 120;
    let lower = text.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let begins = |law: &str| lower.strip_prefix(law).is_some_and(|rest| rest.starts_with(' '));
    text.len() <= MAX_LENGTH && LAWS.into_iter().any(begins)
}

/// The files of an article without text, and their line: a link below a title that announces the
/// full text.
pub(super) fn single_attachment(
    dom: &Dom,
    lines: &[TextLine],
    base: &Url,
) -> Option<(usize, Vec<RawAttachment>)> {
    /// Phrases of such a link, folded.
    const SAYS: [&str; 6] = ["dinh kem", "tai ve", "chi tiet", "toan van", "file", "van ban"];
    /// Maximum distance of the title above it, in lines.
    const UNDER: usize = 8;
    lines.iter().enumerate().find_map(|(place, line)| {
        let folded = plain::fold(&line.text);
        let above = lines.get(place.saturating_sub(UNDER)..place)?;
        let has_title = above.iter().any(|line| line.heading || line.looks_like_title);
        if line.linked == 0 || !has_title || !SAYS.iter().any(|says| folded.contains(says)) {
            return None;
        }
        let nodes = line.nodes_in(dom.tree());
        let links = nodes.flat_map(|node| node.ancestors()).filter_map(ElementRef::wrap);
        let links = links.filter(|element| element.value().name() == "a");
        let mut files: Vec<RawAttachment> = links.flat_map(|link| files(*link, base)).collect();
        files.dedup_by(|one, other| one.url == other.url);
        (!files.is_empty()).then_some((place, files))
    })
}

fn attachment(link: ElementRef<'_>, base: &Url) -> Option<RawAttachment> {
    let href = link.attr("href").or_else(|| link.attr("src"))?;
    let mut url = base.join(href.trim()).ok()?;
    // The fragment only configures document viewers.
    url.set_fragment(None);
    let title = [link.attr("title").map(str::to_owned), Some(text_of(link))];
    let title = title.into_iter().flatten().map(|text| plain::line(&text)).find(|t| !t.is_empty());
    matches!(url.scheme(), "http" | "https").then_some(RawAttachment {
        url,
        title,
        media_type: None,
        length: None,
    })
}

/// Whether a body has a picture, or embeds a document or a video.
pub(super) fn has_media(body: &Dom) -> bool {
    body.tree().root_element().descendants().any(shows_media)
}

/// Whether an element is a picture, or embeds a document or a video.
pub(super) fn shows_media(node: NodeRef<'_, Node>) -> bool {
    image::is_image(node) || image::is_fallback(node) || embed::is_embed(node)
}

/// Whether a body has any text.
pub(super) fn has_text(body: &Dom) -> bool {
    !plain::is_blank(&text_of(body.tree().root_element()))
}

/// A language tag (RFC 5646).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LanguageTag(pub(super) String);

impl CandidateValue for LanguageTag {
    fn to_text(&self) -> Cow<'_, str> {
        self.0.as_str().into()
    }

    /// `vi-VN` and `vi` are the same language.
    fn agrees(&self, taken: &Self, _: TextFold) -> bool {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        primary(&self.0) == primary(&taken.0)
    }
}

/// The language: Vietnamese if the text is, whatever `lang` says. SharePoint sets `en-us` on every
/// page.
pub(super) fn languages<'a>(
    dom: &'a Dom,
    text: &'a str,
) -> impl Iterator<Item = FieldCandidate<LanguageTag>> + 'a {
    let of_text = iter::once_with(|| is_vietnamese(text)).filter(|is| *is);
    let of_text =
        of_text.map(|_| FieldCandidate::new(LanguageTag("vi".to_owned()), Provenance::Body));
    of_text.chain(dom.tree().root_element().attr("lang").map(|lang| {
        let lang = lang.trim();
        let is_tag = (2..=12).contains(&lang.len())
            && lang.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let from = Provenance::Markup("lang".to_owned());
        FieldCandidate::new(LanguageTag(lang.to_owned()), from)
            .fault((!is_tag).then_some("is not a language tag"))
            .doubt("contradicts the letters of the text")
    }))
}

/// Whether Vietnamese letters are more than 1 % of the letters of a text; in running text they are
/// 20 %.
pub(super) fn is_vietnamese(text: &str) -> bool {
    let (mut letters, mut telling) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        let only_here =
            matches!(c, '\u{1EA0}'..='\u{1EF9}' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă');
        telling += usize::from(only_here);
    }
    telling * 100 > letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::SafeHtml;

    fn dom(html: &str) -> Dom {
        Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap()
    }

    #[test]
    fn links_to_documents_are_attachments() {
        let base = "https://a.vn/tin/".parse().unwrap();
        let dom = dom(
            "<a href='/img/đã gộp.PDF?v=1'> Báo cáo</a><a href=/x.aspx>x</a><a href='javascript:a.pdf'>y</a>",
        );
        let files = files(*dom.tree().root_element(), &base);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].title.as_deref(), Some("Báo cáo"));
    }

    #[test]
    fn vietnamese_is_known_by_its_letters() {
        #[track_caller]
        fn check(html: &str, text: &str, expected: Option<&str>) {
            let page = dom(html);
            let mut usable = languages(&page, text).filter(|language| language.fault.is_none());
            assert_eq!(usable.next().map(|language| language.found.value.0).as_deref(), expected);
        }
        check("<html lang=en-us>", "Ủy ban Dân tộc tổ chức hội nghị", Some("vi"));
        check("<html lang=en-us>", "The committee met", Some("en-us"));
        check("<html lang='of the page'>", "The committee met", None);
        check("<p>", "The committee met", None);
    }
}
