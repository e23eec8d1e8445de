//! Plain text on one line, from an element or from an HTML snippet.

use super::escaping::{peeled, without_references};
use super::simple_html::{self, SimpleText};
use bantin_page::dom::text_of;
use bantin_page::{Dom, SafeHtml};
use scraper::ElementRef;

/// Elements that occur in titles. A `<` before anything else is text: "Luật <sửa đổi>" must not
/// lose words.
const IN_TITLES: [&str; 22] = [
    "a", "abbr", "b", "big", "br", "center", "div", "em", "font", "h1", "h2", "h3", "i", "img",
    "p", "small", "span", "strike", "strong", "sub", "sup", "u",
];

/// Folds white space to single spaces; `None` if nothing visible is left.
pub(super) fn line(text: &str) -> Option<String> {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    is_seen(&line).then_some(line)
}

fn is_seen(line: &str) -> bool {
    line.chars().any(|c| !is_invisible(c))
}

/// Whether a character is one of U+200B to U+200D, U+2060 and U+FEFF, which word processors and
/// SharePoint leave in empty fields.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// The text of an element on one line.
pub(super) fn of_element(element: ElementRef<'_>) -> Option<String> {
    line(&text_of(element))
}

/// The text of an HTML snippet on one line; `None` for HTML built to exhaust a parser.
pub(super) fn of_html(html: &str) -> Option<String> {
    of_html_within(html, usize::MAX)
}

/// Like [`of_html`], but `None` if the text has more than `most` characters.
pub(super) fn of_html_within(html: &str, most: usize) -> Option<String> {
    match simple_html::text(html, most) {
        SimpleText::Line(text) => is_seen(&text).then_some(text),
        SimpleText::TooLong => None,
        SimpleText::Unknown => of_parsed(html).filter(|text| text.chars().count() <= most),
    }
}

fn of_parsed(html: &str) -> Option<String> {
    line(&text_of_html(html)?)
}

/// The text of an HTML snippet, a line for each block.
fn text_of_html(html: &str) -> Option<String> {
    let dom = Dom::parse(&SafeHtml::check(html.to_owned()).ok()?).ok()?;
    Some(text_of(dom.tree().root_element()))
}

/// The first line of an HTML snippet that says something.
pub(crate) fn first_line(html: &str) -> Option<String> {
    text_of_html(html)?.lines().find_map(line)
}

/// The text of a title that may contain HTML: references are resolved, the tags of [`IN_TITLES`]
/// removed, however often they are escaped.
pub(super) fn of_title(title: &str) -> Option<String> {
    let title = &peeled(title.to_owned());
    if !title.contains('<') {
        return of_html(title).map(without_references);
    }
    let mut html = String::with_capacity(title.len());
    let mut pieces = title.split('<');
    html.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let name = piece.strip_prefix('/').unwrap_or(piece);
        let name = name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        html.push_str(if IN_TITLES.contains(&name.as_str()) { "<" } else { "&lt;" });
        html.push_str(piece);
    }
    of_html(&html).map(without_references)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, expected: &str) {
        assert_eq!(of_title(title).as_deref().unwrap_or_default(), expected);
    }

    #[test]
    fn a_title_loses_its_tags_and_no_word() {
        check("Hội nghị &amp; triển khai", "Hội nghị & triển khai");
        check("  Hội\n nghị <b>tổng kết</b><br/>năm 2022 ", "Hội nghị tổng kết năm 2022");
        check("Luật <sửa đổi> và 5 < 7", "Luật <sửa đổi> và 5 < 7");
        check("<Thông báo> A&B", "<Thông báo> A&B");
        check("&nbsp; \u{200B}", "");
        check("&lt;b&gt;Khẩn&lt;/b&gt;: mưa &amp;amp; lũ", "Khẩn: mưa & lũ");
        check("<![CDATA[Nghỉ <i>lễ</i>]]>", "Nghỉ lễ");
        check("Phần tử <head> và &lt;col&gt;", "Phần tử <head> và <col>");
    }
}
