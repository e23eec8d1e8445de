//! The labelled parts of a byline: `Tác giả: X - Nguồn: Y`, also behind a date.

use super::byline_shape::{is_names, is_whole_name};
use super::date_line;
use super::labels::{self, LabelRole};
use crate::{names, person};

/// The longest byline, in characters.
const MAX_LENGTH: usize = 160;

/// A label in a line, and the text up to the next label.
pub(super) struct BylinePart<'a> {
    pub(super) label: &'a str,
    pub(super) role: LabelRole,
    pub(super) value: &'a str,
    pub(super) colon: bool,
    pub(super) says_by: bool,
}

/// The labelled parts of a line: `Tác giả: X - Nguồn: Y` has two. Empty if the line does not start
/// with a label.
pub(super) fn parts(text: &str) -> Vec<BylinePart<'_>> {
    let mut parts = Vec::new();
    let is_address = text.split("://").nth(1).is_some_and(|address| !address.contains(' '));
    let is_short = |text: &&str| text.chars().count() <= MAX_LENGTH || is_address;
    let is_bracketed = text.starts_with('(');
    let mut next_label = Some(text).filter(is_short).and_then(labels::at_start);
    while let Some(found) = next_label.take() {
        // Only a label with a colon, or `bởi` before names, starts another part: `Ảnh` and `theo` are
        // common words.
        let next = found.value.char_indices().find_map(|(at, c)| {
            let tail = found
                .value
                .get(at..)
                .filter(|_| matches!(c, ' ' | '|' | '-' | '–' | '—' | '•' | '·' | ';' | '('))?;
            let label = labels::behind_value(tail)?;
            // The longest label at the earliest position: `Nguồn tin` contains `tin`.
            (label.colon || label.says_by() && is_names(label.value)).then_some((at, tail))
        });
        let value = match next {
            Some((at, tail)) => {
                next_label = labels::at_start(tail).or_else(|| labels::behind_value(tail));
                found.value.get(..at).unwrap_or_default()
            }
            None => found.value,
        };
        // `(Theo Báo Xã) - Xem bài gốc`
        let bracket =
            value.split_once(')').filter(|(inner, _)| is_bracketed && !inner.contains('('));
        let value = bracket.map_or(value, |(inner, _)| inner);
        let value = without_day(without_issue(without_link(without_count(value))));
        let value = value
            .trim_matches([' ', '|', '-', '–', '—', '•', '·', ';', ',', '(', '[', ']', '\u{a0}']);
        let value = match value.strip_suffix(')') {
            Some(inner) if !inner.contains('(') => inner,
            _ => value,
        };
        let (label, role, colon, says_by) = (found.label, found.role, found.colon, found.says_by());
        parts.push(BylinePart { label, role, value, colon, says_by });
    }
    parts
}

/// A name without a bracket that only links to the page: `Báo Xã (link)`.
fn without_link(value: &str) -> &str {
    const LINKS: [&str; 4] = ["link", "xem", "xem gốc", "tại đây"];
    let bracket = value.trim_end().strip_suffix(')').and_then(|value| value.rsplit_once('('));
    let is_link = |inner: &str| LINKS.contains(&inner.trim().to_lowercase().as_str());
    bracket.filter(|(_, inner)| is_link(inner)).map_or(value, |(value, _)| value.trim_end())
}

/// A name without the number of readers behind it: `Báo Xã 96 lượt xem`.
fn without_count(value: &str) -> &str {
    const COUNTED: [&str; 7] =
        ["lượt", "bình luận", "phản hồi", "phút đọc", "view", "comment", "min read"];
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    };
    let count = value.match_indices(' ').find(|(at, _)| {
        let (number, rest) = value.split_at(*at).1.trim_start().split_once(' ').unwrap_or_default();
        let rest = rest.to_lowercase();
        is_number(number.trim_start_matches('('))
            && COUNTED.iter().any(|word| rest.starts_with(word))
    });
    count.map_or(value, |(at, _)| value.split_at(at).0.trim_end())
}

/// The name of a newspaper without its issue: `Báo Xã, số ra ngày 12/4/2019`.
fn without_issue(value: &str) -> &str {
    const ISSUES: [&str; 4] = [", số ra", " số ra ngày", ", ra ngày", ", số "];
    let ends = ISSUES.iter().filter_map(|issue| value.find(issue)).min();
    ends.and_then(|end| value.get(..end)).unwrap_or(value)
}

/// A name without the day behind it: `Lê An vào 12/5/2024`.
fn without_day(value: &str) -> &str {
    const BEFORE: [&str; 10] =
        [" vào ", " lúc ", " ngày ", " on ", "|", "•", "·", " - ", " – ", ", "];
    if !date_line::names_day(value) {
        return value;
    }
    // Names may have commas between them: the last mark before the day counts.
    let names = BEFORE.iter().flat_map(|mark| value.match_indices(mark));
    let names =
        names.filter_map(|(at, _)| value.get(..at)).filter(|name| !date_line::names_day(name));
    let is_name = |name: &&str| person::name_fault(name.trim(), true).is_none();
    let before_mark = names.filter(is_name).max_by_key(|name| name.len());
    // `Báo Xã 12/5/2024`
    let before_date = || {
        let blanks = value.match_indices(' ');
        let mut names = blanks.filter_map(|(at, _)| value.split_at_checked(at));
        let is_date = |(name, date): &(&str, &str)| {
            let date = date.trim_start();
            date.starts_with(|c: char| c.is_ascii_digit())
                && date_line::is_date_line(date)
                && date_line::names_day(date)
                && !date_line::names_day(name)
        };
        names.find(is_date).map(|(name, _)| name)
    };
    before_mark.or_else(before_date).unwrap_or(value)
}

/// The writer and the day of a line without a label: `Lê An viết ngày 08/09/2024`, `Lê Văn An lúc
/// 09:12, 21/08/2024`.
pub(super) fn writer_and_day(text: &str) -> Option<(&str, &str)> {
    const VERBS: [&str; 4] = [" viết ", " đăng ", " gửi ", " cập nhật "];
    const TIMES: [&str; 2] = [" lúc ", " vào "];
    if !date_line::names_day(text) {
        return None;
    }
    let split = |mark: &&str| text.split_once(*mark);
    // Before a time without a verb, two words may be a place.
    let is_writer = |name: &str| names::is_person(name) && !person::is_province(name);
    let written = VERBS.iter().find_map(split).filter(|(name, _)| is_writer(name));
    let timed = || TIMES.iter().find_map(split).filter(|(name, _)| is_whole_name(name));
    let is_day =
        |(_, day): &(&str, &str)| date_line::is_date_line(day) && !date_line::is_of_other_day(day);
    written.or_else(timed).filter(is_day)
}

/// The part of a date line with a label of its own: `12/05/2024 • Nguồn tin: Báo Xã`.
pub(super) fn behind_date(text: &str) -> Option<&str> {
    /// Maximum length of the part with the date, in characters.
    const MAX_DATE: usize = 80;
    let has_day = text.chars().take(MAX_DATE).any(|c| c.is_ascii_digit());
    if !has_day || text.chars().nth(MAX_LENGTH).is_some() {
        return None;
    }
    text.char_indices().take(MAX_DATE).filter(|(_, c)| is_mark(*c) || *c == ' ').find_map(
        |(at, c)| {
            let (date, rest) = text.split_at_checked(at)?;
            let is_labelled = labels::at_start(rest).is_some_and(|label| {
                let name = without_count(label.value).trim_end_matches(['(', ' ']);
                let is_source = label.role == LabelRole::Source && is_mark(c) && is_names(name);
                label.colon && matches!(label.role, LabelRole::Author | LabelRole::Source)
                    || is_source
                    // A photographer may stand before the source.
                    || label.colon && label.role == LabelRole::Other && date_line::is_date_line(date)
            });
            // Without a mark, nothing but the date stands before the label.
            let is_date =
                || date_line::is_date_line(date) || is_mark(c) && date_line::names_day(date);
            (is_labelled && is_date()).then_some(rest)
        },
    )
}

/// Whether a character separates the parts of a line.
fn is_mark(c: char) -> bool {
    matches!(c, '|' | '•' | '·' | '-' | '–' | '—' | '/')
}
