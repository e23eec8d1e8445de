//! Lines with facts about an article and nothing of its text.

use super::byline_shape::{is_names, is_whole_name};
use super::date_line;
use super::labels;
use super::line_wording;
use super::lines::TextLine;
use bantin_core::text::date;
use bantin_page::plain;
use scraper::Html;

/// Marks between the facts of a line.
pub(super) const SEPARATORS: [char; 5] = ['|', '•', '·', '–', '—'];

/// Whether a line above the text consists of a date, labels and buttons: `Ngày đăng: 17/09/2024 | Lượt
/// xem: 348 | In trang`.
pub(super) fn is_fact_line(tree: &Html, line: &TextLine) -> bool {
    !facts(tree, line).is_empty()
}

/// The parts of a line of facts; none for other lines.
pub(super) fn facts(tree: &Html, line: &TextLine) -> Vec<String> {
    /// The longest line of facts, in characters.
    const MAX_LENGTH: usize = 160;
    /// Maximum length of the size of the letters: `A+`.
    const BUTTON: usize = 2;
    /// Number of parts beside which one of few words may be anything.
    const PARTS: usize = 3;
    const WORDS: usize = 4;
    let has_day = line.text.contains(|c: char| c.is_ascii_digit());
    if !has_day || line.length() > MAX_LENGTH {
        return Vec::new();
    }
    let parts = parts(tree, line);
    let is_labelled =
        |part: &str| labels::at_start(part).is_some_and(|label| label.colon || label.says_by());
    let is_date = |part: &String| {
        date_line::is_date_line(part)
            || date_line::counts_from_now(part)
            || is_labelled(part) && date::find(part).is_some()
    };
    // A section, a writer, the number of comments.
    let is_brief = |part: &String| {
        part.split(' ').count() <= WORDS && !part.ends_with(['.', ',', ';', ':', '!', '?'])
    };
    // `Lê Văn An (Tiền Phong)`
    let is_name_with_paper = |part: &String| {
        part.strip_suffix(')')
            .and_then(|part| part.split_once(" ("))
            .is_some_and(|(name, _)| is_whole_name(name))
    };
    let is_other = |part: &String| {
        is_labelled(part)
            || is_name_with_paper(part)
            || is_count(part)
            || is_clock(part)
            || is_names(part)
            || line_wording::is_boilerplate_line(part)
            || part.chars().count() <= BUTTON
            || parts.len() >= PARTS && is_brief(part)
    };
    let are_facts =
        parts.iter().any(is_date) && parts.iter().all(|part| is_date(part) || is_other(part));
    if are_facts { parts } else { Vec::new() }
}

fn parts(tree: &Html, line: &TextLine) -> Vec<String> {
    line.texts_in(tree)
        .flat_map(|text| text.split(SEPARATORS))
        .flat_map(|part| part.split(" - "))
        .map(plain::line)
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect()
}

/// Whether a text is a time of day and nothing else: `07:18`, `8h30`.
fn is_clock(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ':' | 'h' | ' ');
    text.chars().all(is_part) && text.contains([':', 'h'])
}

/// Whether a text counts readers or minutes: `4 phút đọc`, `12 bình luận`.
fn is_count(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "phút", "đọc", "lượt", "xem", "bình", "luận", "từ", "views", "view", "min", "mins", "read",
    ];
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.contains(|c: char| c.is_ascii_digit())
        && text.to_lowercase().split(' ').all(|word| is_number(word) || WORDS.contains(&word))
}
