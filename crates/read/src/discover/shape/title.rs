//! Selection of an item's title from the links to its article.

use super::super::listing::{is_truncated_form, named_by_attribute};
use super::super::plain;
use bantin_core::is_document_number;
use bantin_core::text::date;
use bantin_page::dom::{text_of, text_without};
use bantin_page::plain::fold;
use ego_tree::NodeId;
use scraper::ElementRef;
use std::collections::HashSet;

/// Maximum characters of a title; a longer text is a whole card that contains the title.
const MAX_LENGTH: usize = 300;
/// Maximum number of elements in a link that are searched for a date.
const MAX_PARTS: usize = 200;
/// Folded labels of links that lead to an article without naming it.
const MORE: [&str; 38] = [
    "xem tiep",
    "xem them",
    "xem chi tiet",
    "chi tiet",
    "doc tiep",
    "doc them",
    "xem",
    "xem file",
    "tai ve",
    "tai xuong",
    "tai file",
    "download",
    "pdf",
    "doc",
    "docx",
    "chi tiet >>",
    "tiep",
    "more",
    "read more",
    "continue reading",
    "read the rest",
    "details",
    "view details",
    "click here",
    "full story",
    "learn more",
    "leggi tutto",
    "continua",
    "leer mas",
    "seguir leyendo",
    "permalink",
    "comments",
    "comment",
    "binh luan",
    "share",
    "les mer",
    "mehr",
    "weiterlesen",
];

/// The selected title.
pub(super) struct ChosenTitle {
    pub(super) text: String,
    /// Whether it is a heading.
    pub(super) heading: bool,
}

/// Selects the title from an item's links and headings: a linked heading, else the link with the
/// longest text, else a heading, else an attribute.
pub(super) fn choose(
    anchors: &[ElementRef<'_>],
    headings: &[ElementRef<'_>],
) -> Option<ChosenTitle> {
    let mut best: Option<(usize, usize, String)> = None;
    let mut offer = |rank: usize, text: String| {
        let length = text.chars().count();
        if best.as_ref().is_none_or(|(r, l, _)| (rank, length) > (*r, *l)) {
            best = Some((rank, length, text));
        }
    };
    let mut named = Vec::new();
    for anchor in anchors {
        let heading = anchor.descendent_elements().any(|inner| is_heading(inner))
            || anchor.ancestors().filter_map(ElementRef::wrap).take(4).any(is_heading);
        if let Some(text) = of_anchor(*anchor) {
            offer(if heading { 4 } else { 3 }, text);
        }
        let attribute = named_by_attribute(*anchor).filter(|text| !is_generic_label(text));
        if let Some(text) = &attribute {
            let has_title = anchor.attr("title").is_some();
            offer(usize::from(has_title), text.clone());
        }
        named.extend(attribute);
    }
    for heading in headings {
        if let Some(text) = plain::of_element(*heading).filter(|text| !is_generic_label(text)) {
            offer(2, text);
        }
    }
    let (rank, _, text) = best?;
    // The displayed text may be truncated, with the full title in an attribute.
    let whole = named.into_iter().find(|whole| is_truncated_form(&text, whole));
    Some(ChosenTitle { text: whole.unwrap_or(text), heading: rank == 4 })
}

/// The title in a link, without a date inside it.
fn of_anchor(anchor: ElementRef<'_>) -> Option<String> {
    let mut cut: HashSet<NodeId> = HashSet::new();
    for inner in anchor.descendent_elements().skip(1).take(MAX_PARTS) {
        let text = plain::of_element(inner).filter(|text| text.chars().count() < 60);
        if text.and_then(|text| date::find(&text)).is_some_and(|found| found.other_letters() == 0) {
            cut.insert(inner.id());
        }
    }
    let text = text_without(anchor, &cut);
    let lines: Vec<&str> = text.lines().collect();
    let whole = match lines.as_slice() {
        [_] if is_description(anchor) => None,
        [_, _, ..] => part_of_card(anchor).or_else(|| {
            let is_title = |line: &&&str| {
                line.split_whitespace().count() > 2
                    && date::find(line).is_none_or(|d| d.other_letters() > 12)
            };
            lines.iter().find(is_title).or(lines.first()).map(|line| (*line).to_owned())
        }),
        _ => Some(text.clone()),
    }?;
    let whole = plain::line(&whole)?;
    (whole.chars().count() <= MAX_LENGTH && !is_generic_label(&whole)).then_some(whole)
}

/// Whether a title is nothing but the number of a document: `30/QĐ-UBND`, `Số: 12/2026/TB-STP`.
pub(super) fn is_number(title: &str) -> bool {
    let is_label = |word: &&str| matches!(fold(word).trim_end_matches(':'), "so" | "so hieu");
    let mut words = title.split_whitespace().filter(|word| !is_label(word));
    words.next().is_some_and(is_document_number) && words.next().is_none()
}

/// Splits off a date in brackets at the end of a title.
pub(super) fn split_bracketed_date(title: &str) -> Option<(String, String)> {
    let (name, tail) = title.trim_end().strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
    let is_date = date::find(tail).is_some_and(|found| found.other_letters() == 0);
    (is_date && !name.trim().is_empty()).then(|| (name.trim().to_owned(), tail.to_owned()))
}

/// The title element of a card, by its tag or class.
fn part_of_card(anchor: ElementRef<'_>) -> Option<String> {
    let inner = || anchor.descendent_elements().skip(1);
    let heading = inner().find(|element| is_heading(*element));
    let called = || {
        inner().find(|element| {
            let class = element.attr("class").unwrap_or_default().to_ascii_lowercase();
            ["title", "headline", "tieude", "heading"].iter().any(|word| class.contains(word))
        })
    };
    heading.or_else(called).map(text_of).filter(|text| !text.is_empty())
}

/// Whether the text of a card is only its lead: then the title is that of its picture.
fn is_description(anchor: ElementRef<'_>) -> bool {
    let has_picture = anchor.descendent_elements().any(|inner| inner.value().name() == "img");
    has_picture
        && anchor.descendent_elements().skip(1).any(|inner| {
            let class = inner.attr("class").unwrap_or_default().to_ascii_lowercase();
            ["desc", "summary", "sapo", "lead"].iter().any(|word| class.contains(word))
        })
}

fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether a text is a generic label such as "read more", which does not name an article.
pub(super) fn is_generic_label(text: &str) -> bool {
    let folded = fold(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty()
        || bare.chars().all(|c| c.is_ascii_digit())
        || MORE.contains(&bare)
        || (bare.chars().count() < 40
            && [
                "read more",
                "continue reading",
                "xem tiep",
                "xem chi tiet",
                "doc tiep",
                "leggi tutto",
                "leer mas",
            ]
            .iter()
            .any(|start| bare.starts_with(start)))
}
