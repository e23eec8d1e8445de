//! The title of an article: the text for which most independent signs vote.
//!
//! Each sign is weak alone. A `<title>` may be the site's name on every page, a heading may be that
//! of a box, `og:title` may be written for search engines, the listing may cut a title short. The
//! operator's selector is not voted on.

mod affixes;
mod banner;
mod contenders;
mod elsewhere;
mod named;
mod objections;
mod segments;
mod shown_line;
#[cfg(test)]
mod tests;
mod vote;
mod wording;

use super::PageView;
use super::body::BodyRange;
use super::{generic, line_wording, lines::TextLine};
use crate::first_sentence;
use bantin_core::{Extracted, FieldCandidate, Provenance};
use bantin_page::plain;
use contenders::Contender;
use std::collections::HashSet;

/// Minimum length of a title that only one place gives, in characters; shorter ones are categories
/// and menus.
const MIN_LENGTH: usize = 12;
/// Minimum length of a title that several places give, in characters.
const SHORTEST: usize = 3;
/// Maximum length of a title, in characters.
const MAX_LENGTH: usize = 300;

/// The titles, best first.
pub(super) fn candidates(view: &PageView<'_>, range: &BodyRange) -> Vec<FieldCandidate> {
    let is_operators =
        |found: &&Extracted<String>| matches!(found.provenance, Provenance::Selector(_));
    let selected = view.selected.title.as_ref().filter(is_operators).cloned();
    let mut ranked: Vec<FieldCandidate> = selected.map(FieldCandidate::from).into_iter().collect();
    for contender in vote::ranked(view, Some(range)) {
        ranked.extend(contender.into_candidates());
    }
    ranked.extend(beginning(&view.lines, range));
    ranked
}

/// The line that shows the title, if a declared title or the listing item confirms it.
pub(super) fn heading(view: &PageView<'_>) -> Option<usize> {
    let ranked = vote::ranked(view, None);
    // The footer may name the site as `<title>` does.
    let last_text = view.lines.iter().rposition(generic::is_text);
    let is_above = |line: usize| last_text.is_none_or(|text| line <= text);
    let usable =
        |contender: &&Contender| contender.fault.is_none() && contender.line.is_some_and(is_above);
    ranked
        .iter()
        .filter(usable)
        .find(|contender| contender.is_declared())
        .and_then(|best| best.line)
}

/// Whether a line is seen, and as long as a title.
pub(super) fn may_show(line: &TextLine) -> bool {
    !line.is_unseen && (SHORTEST..=MAX_LENGTH).contains(&line.length())
}

/// The listing item's title if the page shows it; if the listing cut it short, the whole title from
/// the page.
pub(super) fn confirmed(lines: &[TextLine], teased: &str) -> Option<Extracted<String>> {
    let cut = uncut(teased);
    let wanted = reduced(cut.unwrap_or(teased));
    let whole = lines.iter().filter(|line| line.length() <= MAX_LENGTH).find(|line| {
        let other = reduced(&line.text);
        other == wanted || cut.is_some() && wanted.len() > MIN_LENGTH && other.starts_with(&wanted)
    })?;
    Some(match cut {
        Some(_) => Extracted::new(whole.text.clone(), Provenance::Heading),
        None => Extracted::new(teased.to_owned(), Provenance::Teaser),
    })
}

/// The first sentence of the text, for a page that shows no title.
fn beginning(lines: &[TextLine], range: &BodyRange) -> Option<FieldCandidate> {
    /// Minimum number of different words in scripts with blanks between them.
    const MIN_WORDS: usize = 3;
    let (first, last) = range.body?;
    let mut text = lines.get(first..=last)?.iter().filter(|line| {
        line.length() >= MIN_LENGTH && !line_wording::is_boilerplate_line(&line.text)
    });
    let text = text.next()?.text.as_str();
    let sentence = first_sentence::of_line(text);
    let words: HashSet<&str> = sentence
        .split_whitespace()
        .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .collect();
    if text.is_ascii() && words.len() < MIN_WORDS {
        return None;
    }
    let note = "is the beginning of the text, because the page shows no title";
    Some(FieldCandidate::new(sentence, Provenance::Body).note(note).doubt("is not a title"))
}

/// The beginning of a title that was cut short (`Hội nghị tổng...`).
fn uncut(title: &str) -> Option<&str> {
    let was_cut = title.ends_with('…') || title.ends_with("..");
    was_cut.then(|| title.trim_end_matches(['.', '…', ' ']))
}

/// The letters and digits of a folded text: final punctuation, quotation marks and blanks do not
/// distinguish titles. A text without any, such as an emoji, is kept.
pub(super) fn reduced(text: &str) -> String {
    let folded = plain::fold(text);
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { folded } else { letters }
}
