//! The visible byline around a text: `By Jane Doe`, `May 3, 2024 by Jane Doe`, `Written by` on the
//! line above the name, `12.05.2024 | Автор: Иван Петров`.

use super::{Claim, LONGEST, Place, region, texts};
use crate::extract::body::BodyRange;
use crate::extract::lines::TextLine;
use crate::extract::{PageView, date_line, fact_line};
use crate::person;
use bantin_core::Provenance;

/// Reads the first byline around a text.
pub(super) fn by_lines(view: &PageView<'_>, range: &BodyRange) -> Option<Claim> {
    let mut near = view.lines.iter().enumerate().filter(|(at, line)| {
        region(*at, range).is_some() && line.length() <= LONGEST && !line.is_unseen
    });
    near.find_map(|(at, line)| {
        let text = line.text.as_str();
        let is_below = region(at, range) == Some(1);
        let names = match person::is_beginning(text) {
            true => {
                let next = view.lines.get(at + 1).filter(|next| next.length() <= LONGEST)?;
                person::names_in(&next.text, false)?
            }
            // A heading may begin with the word, too: `By the sea`.
            false if line.level > 0 => return None,
            false => {
                let is_own = |rest: &&str| {
                    !is_below || text.contains("by ") || is_signed(view, range, at, rest)
                };
                let begins = person::after_beginning(text).filter(is_own);
                let is_behind_date = || {
                    text.split_once(" by ").is_some_and(|(date, _)| date_line::is_date_line(date))
                };
                let is_dated =
                    !is_below && (date_line::is_short_date_line(text) || is_behind_date());
                let behind = || person::after_by(text).filter(|_| is_dated);
                let named = match begins {
                    Some(rest) => person::names_in(rest, false),
                    None => behind().and_then(names_before_place),
                };
                let apart = || behind_by(view, line).or_else(|| among_facts(line));
                named.or_else(|| apart().filter(|_| !is_below))?
            }
        };
        let from = Provenance::Label("By".into());
        Claim::of_names(view, Place::Line, Place::Line.votes(), names, from)
    })
}

/// Whether the label of a writer has a colon, and its line belongs to the text above it, not to
/// the teaser of another article. `rest` is the text behind the label.
fn is_signed(view: &PageView<'_>, range: &BodyRange, at: usize, rest: &str) -> bool {
    /// Number of lines below the text.
    const BELOW: usize = 4;
    let Some((_, last)) = range.body else { return false };
    let between = view.lines.get(last + 1..=at).unwrap_or_default();
    let line = between.last();
    line.and_then(|line| line.text.strip_suffix(rest))
        .is_some_and(|label| label.trim_end().ends_with([':', '：']))
        && at <= last + BELOW
        && !between.iter().any(|line| line.level > 0 || line.is_linked())
}

/// The names at the beginning of a text that goes on with a place or a section: `Jane Doe in Travel.
/// 6 min read`.
fn names_before_place(text: &str) -> Option<Vec<String>> {
    const ENDS: [&str; 8] = [" in ", " on ", " at ", " am ", " um ", " le ", " à ", ". "];
    let end = || ENDS.iter().filter_map(|end| text.find(end)).min();
    let names = person::names_in(text, false);
    names.or_else(|| person::names_in(text.get(..end()?)?, false))
}

/// The names behind a label in a line of several facts: `12.05.2024 | Автор: Иван Петров`.
fn among_facts(line: &TextLine) -> Option<Vec<String>> {
    let is_mixed = line.text.contains(fact_line::SEPARATORS) && !line.is_linked();
    let parts = line.text.split(fact_line::SEPARATORS).skip(1).filter(|_| is_mixed);
    parts.filter_map(person::after_beginning).find_map(|rest| person::names_in(rest, false))
}

/// The names in the element behind the first word of a byline: other text may follow, and no blank
/// stand between.
fn behind_by(view: &PageView<'_>, line: &TextLine) -> Option<Vec<String>> {
    let mut texts = texts(view, line).into_iter().map(|(text, _)| text);
    texts.next().filter(|first| person::is_beginning(first))?;
    person::names_in(&texts.next()?, false)
}
