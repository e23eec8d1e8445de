//! An article that was saved as plain text: lines of the page's surroundings, the headline, a line
//! for each paragraph, labels.
//!
//! The text becomes a small page whose heading is the headline, and is read like any other.

use super::date_line;
use super::labels;
use super::line_wording;
use bantin_page::plain;

/// Minimum length of a paragraph, in characters.
const PARAGRAPH: usize = 80;
/// Maximum length of a headline, in characters.
const HEADLINE: usize = 250;

/// The page of a plain text; `None` if the text contains markup.
pub(super) fn page(text: &str) -> Option<String> {
    if has_markup(text) {
        return None;
    }
    let lines = lines(text);
    let headline = headline(&lines);
    let title = headline.and_then(|place| lines.get(place));
    let title = title.map(|line| labelled(line).unwrap_or(line)).unwrap_or_default();
    let mut html = format!("<title>{}</title>", escaped(title));
    for (place, line) in lines.iter().enumerate() {
        // Above the headline is what surrounds the article; its dates may belong to it.
        let is_around = headline.is_some_and(|headline| place < headline);
        if Some(place) == headline {
            html.push_str(&format!("<h1>{}</h1>", escaped(title)));
        } else if is_around && !is_dated(line) {
            html.push_str(&format!("<nav>{}</nav>", escaped(line)));
        } else {
            html.push_str(&format!("<p>{}</p>", escaped(line)));
        }
    }
    Some(html)
}

/// Whether a text contains a tag, a comment or a declaration of HTML or XML.
fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let tag = text.get(at + 1..).unwrap_or_default();
        let tag = tag.strip_prefix('/').unwrap_or(tag);
        let name = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let ends = tag.get(name..).unwrap_or_default();
        let is_named = tag.starts_with(|c: char| c.is_ascii_alphabetic());
        tag.starts_with(['!', '?'])
            || (is_named
                && ends.starts_with(['>', ' ', '\n', '\r', '\t', '/'])
                && ends.contains('>'))
    })
}

/// The lines of a text; the lines of a paragraph that was wrapped are joined.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_apart = true;
    for line in text.lines().map(plain::line) {
        let continues = line.starts_with(char::is_lowercase);
        match lines.last_mut() {
            _ if line.is_empty() => is_apart = true,
            Some(before) if !is_apart && continues && !ends_sentence(before) => {
                before.push(' ');
                before.push_str(&line);
            }
            _ => {
                lines.push(line);
                is_apart = false;
            }
        }
    }
    lines
}

/// The headline: the last line above the first paragraph that can be one, or else the longest line
/// above it. A line that a label announces goes first.
fn headline(lines: &[String]) -> Option<usize> {
    if let Some(place) = lines.iter().position(|line| labelled(line).is_some()) {
        return Some(place);
    }
    let text = lines.iter().position(|line| {
        let length = line.chars().count();
        length > HEADLINE || (length >= PARAGRAPH && ends_sentence(line))
    });
    let above = lines.get(..text.unwrap_or(lines.len()))?;
    let is_headline = |line: &str| {
        let label = labels::at_start(line).is_some_and(|label| label.colon);
        line.split_whitespace().nth(3).is_some()
            && !line.ends_with([':', ';'])
            && !line.contains(['|', '›', '»', '>'])
            && !label
            && !is_dated(line)
            && !line_wording::is_boilerplate_line(line)
    };
    let places = above.iter().enumerate().filter(|(_, line)| is_headline(line));
    // Without a paragraph, the first such line is the headline of the short lines below it.
    let mut places: Vec<usize> = places.map(|(place, _)| place).collect();
    if text.is_none() { places.first().copied() } else { places.pop() }
}

/// The headline after its label.
fn labelled(line: &str) -> Option<&str> {
    const LABELS: [&str; 4] = ["tieu de", "tieu de bai viet", "title", "headline"];
    let (label, value) = line.split_once(':')?;
    let value = value.trim();
    (LABELS.contains(&plain::fold(label).as_str()) && !value.is_empty()).then_some(value)
}

fn is_dated(line: &str) -> bool {
    date_line::is_date_line(line) || date_line::is_short_date_line(line)
}

fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '”', '’', '\'', ')', '»', ' ']);
    bare.ends_with(['.', '!', '?', '…', ';', ':'])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh đã tổ chức Hội nghị tổng kết công tác dân tộc.";
    const TITLE: &str = "Ban Dân tộc tổ chức Hội nghị tổng kết công tác dân tộc năm 2022";

    #[track_caller]
    fn check(text: &str, title: &str) {
        let html = page(text).unwrap();
        let start = html.find("<h1>").map_or(0, |at| at + 4);
        let end = html.find("</h1>").unwrap_or(0);
        assert_eq!(html.get(start..end).unwrap_or_default(), title, "{text}");
    }

    #[test]
    fn the_headline_is_the_last_line_above_the_text() {
        check(
            &format!("Skip Ribbon Commands\r\nSkip to main content\r\n\r\n{TITLE}\r\n\r\n{FIRST}"),
            TITLE,
        );
        check(
            &format!("Trang chủ > Tin tức > Tin trong tỉnh\n{TITLE}\n10/01/2023 14:05\n{FIRST}"),
            TITLE,
        );
        check(&format!("\u{FEFF}{TITLE}\n{FIRST}\n{FIRST}"), TITLE);
        check(&format!("{TITLE}\nTác giả: Lương Đình Bảo\nCập nhật: 10/01/2023\n\n{FIRST}"), TITLE);
        check(&format!("Tiêu đề: {TITLE}\nNgày đăng: 10/01/2023\n\n{FIRST}"), TITLE);
        check(
            "Ban Dân tộc tổ chức Hội nghị tổng kết\ncông tác dân tộc năm 2022\n\nMời dự họp.",
            TITLE,
        );
        check(&format!("{FIRST}\n{FIRST}"), "");
    }

    #[test]
    fn wrapped_paragraphs_are_joined() {
        let wrapped = "Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh đã\ntổ chức Hội nghị.\nTham dự có lãnh đạo.";
        assert_eq!(
            lines(wrapped),
            [
                "Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh đã tổ chức Hội nghị.",
                "Tham dự có lãnh đạo."
            ]
        );
    }

    #[test]
    fn markup_is_no_plain_text() {
        for html in ["<p>một</p>", "a <br> b", "<!DOCTYPE html>x", "<?xml version='1.0'?>"] {
            assert_eq!(page(html), None, "{html}");
        }
        assert!(page("5 < 7, 8 > 6 <và> a<b").is_some());
    }
}
