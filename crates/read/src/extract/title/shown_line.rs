//! The form of a line that may show the title of an article.

use super::MIN_LENGTH;
use crate::extract::body_boilerplate::words;
use crate::extract::byline_shape::is_names;
use crate::extract::labels::{self, LabelRole};
use crate::extract::lines::{self, TextLine};
use crate::extract::{PageView, date_line, line_wording};
use bantin_page::plain;
use ego_tree::NodeRef;
use scraper::Node;

/// Whether a line consists mostly of links, and not of one to the page itself.
pub(super) fn leads_away(view: &PageView<'_>, line: &TextLine) -> bool {
    let leads_here = || {
        let nodes = line.nodes_in(view.dom.tree());
        let above = nodes.flat_map(|node| node.ancestors());
        let mut links = above.filter_map(|node| node.value().as_element()?.attr("href")).peekable();
        // Behind `#/`, scripts show another page; `#main` skips the menu.
        let is_part = |href: &str| href.starts_with('#') && href.len() > 1;
        let is_here = |href: &str| {
            view.is_own_address(href) && !href.contains("#/") && (line.level > 0 || !is_part(href))
        };
        links.peek().is_some() && links.all(is_here)
    };
    line.is_linked() && !leads_here()
}

/// Whether a line is a label with the name of an author or a source.
pub(super) fn is_byline(text: &str) -> bool {
    labels::at_start(text).is_some_and(|label| {
        matches!(label.role, LabelRole::Author | LabelRole::Source)
            && label.colon
            && is_names(label.value)
    })
}

/// Whether a line begins with the label of a date and a digit, whatever follows without a
/// blank: `Đăng lúc 16:20 - 02/08/20251.034 lượt đọc`.
pub(super) fn begins_with_date(text: &str) -> bool {
    labels::at_start(text).is_some_and(|label| {
        label.role == LabelRole::Date && label.value.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The title in a line: without a date behind it, and the label before it.
pub(super) fn title_in(line: &TextLine) -> &str {
    const LABELS: [&str; 6] =
        ["tiêu đề", "tiêu đề tin", "tiêu đề bài viết", "tên bài", "tên bài viết", "tên tin"];
    /// The length of the longest label, in bytes.
    const LONGEST: usize = 24;
    let (title, _) = date_line::split_trailing_date(&line.text);
    match title.split_once(':').filter(|(label, _)| label.len() <= LONGEST) {
        Some((label, title)) if LABELS.contains(&label.trim().to_lowercase().as_str()) => {
            title.trim_start()
        }
        _ => title,
    }
}

/// The title in a heading without the kicker before it, in an element that its class names:
/// `<h1><span class=kicker>Verkehr</span> Brücke bleibt zu</h1>`.
pub(super) fn without_kicker<'a>(view: &PageView<'_>, line: &TextLine, title: &'a str) -> &'a str {
    const KICKERS: [&str; 14] = [
        "kicker",
        "overline",
        "eyebrow",
        "topline",
        "dachzeile",
        "spitzmarke",
        "roofline",
        "surtitre",
        "antetitulo",
        "cintillo",
        "occhiello",
        "overtitle",
        "toptitle",
        "pretitle",
    ];
    let mut nodes = line.nodes_in(view.dom.tree());
    let text = |node: NodeRef<'_, Node>| node.value().as_text().map(|text| plain::line(&text.text));
    let first = nodes.find_map(|node| Some((node, text(node).filter(|text| !text.is_empty())?)));
    let Some((node, kicker)) = first.filter(|_| line.level > 0) else { return title };
    let around = node.ancestors().filter_map(|above| above.value().as_element());
    let mut around = around.take_while(|element| lines::heading_level(element.name()).is_none());
    let is_kicker = around.any(|element| {
        let mut words = element.classes().flat_map(words);
        words.any(|word| KICKERS.contains(&word.to_ascii_lowercase().as_str()))
    });
    // The speaker of a headline, or its first words in colour.
    let rest = title.strip_prefix(kicker.as_str()).filter(|_| is_kicker);
    let rest = rest.map(str::trim_start).filter(|rest| {
        !kicker.ends_with(':') && !rest.starts_with(':') && !rest.starts_with(char::is_lowercase)
    });
    let rest = rest.map(|rest| rest.trim_start_matches([' ', ':', '|', '–', '-', '•']));
    rest.filter(|rest| rest.chars().count() >= MIN_LENGTH).unwrap_or(title)
}

/// Whether a line is bold, apart from a date in brackets at its end.
pub(super) fn is_bold_title(line: &TextLine) -> bool {
    let (title, _) = date_line::split_trailing_date(&line.text);
    let behind = line.text.get(title.len()..).unwrap_or_default();
    line.plain <= behind.chars().filter(|c| !c.is_whitespace()).count()
}

/// Whether a line without any format may be a title: several words that are no sentence.
pub(super) fn is_phrase(line: &TextLine) -> bool {
    const MIN_WORDS: usize = 4;
    let (text, _) = date_line::split_trailing_date(&line.text);
    text.split(' ').count() >= MIN_WORDS
        && !text.ends_with(['.', ':', ';', ','])
        && !text.contains(['»', '›'])
        && !text.contains(">>")
        && labels::at_start(text).is_none_or(|label| !label.colon && !is_names(label.value))
        && !line_wording::is_boilerplate_line(text)
        && !date_line::names_day(text)
}

/// Whether a part of a line counts the time from now: `<span>Y tế</span><time>3 ngày trước</time>`.
pub(super) fn shows_age(view: &PageView<'_>, line: &TextLine) -> bool {
    line.texts_in(view.dom.tree()).any(|text| date_line::counts_from_now(text.trim()))
}

/// The votes of a line for its format. A linked heading leads to another article, or to its own.
pub(super) fn heading_votes(line: &TextLine, is_linked: bool) -> i32 {
    let votes = match line.level {
        1 => 6,
        2 => 4,
        3 => 3,
        4..=6 => 2,
        _ if line.looks_like_title => 5,
        _ if line.is_large && is_phrase(line) => 3 + i32::from(line.emphasised),
        _ if line.emphasised => 1,
        _ => 0,
    };
    if is_linked { votes / 3 } else { votes }
}
