//! Columns of text for people.

use crate::model::{Slug, VisitCounts};
use chrono::{DateTime, Utc};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Rows under a heading, each column as wide as its widest cell; the last runs on.
pub(super) struct TextTable<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> TextTable<COLUMNS> {
    /// A table with its heading.
    pub(super) fn new(heading: [&str; COLUMNS]) -> Self {
        Self { rows: vec![heading.map(str::to_uppercase)] }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells);
    }
}

impl<const COLUMNS: usize> fmt::Display for TextTable<COLUMNS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths = [0; COLUMNS];
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = width(cell).max(*widest);
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            for (widest, cell) in widths.iter().zip(row) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', widest.saturating_sub(width(cell)) + 2));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// How many columns a text takes: Vietnamese letters are one each once they are composed.
fn width(text: &str) -> usize {
    text.nfc().count()
}

/// A name and a text beside it, broken between words where it reaches `columns`; its lines stand below each other.
pub(super) fn wrapped(name: &str, text: &str, columns: usize) -> String {
    let indent = width(name);
    let mut lines = name.to_owned();
    let mut at = indent;
    let mut gap = "";
    for word in text.split(' ') {
        let begins = at == indent;
        if !begins && at + gap.len() + width(word) > columns {
            lines.truncate(lines.trim_end().len());
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            at = indent;
        } else {
            lines.push_str(gap);
            at += gap.len();
        }
        lines.push_str(word);
        at += width(word);
        gap = " ";
    }
    lines.truncate(lines.trim_end().len());
    lines.push('\n');
    lines
}

/// Names in a row.
pub(super) fn names(ids: &[Slug]) -> String {
    ids.iter().map(Slug::as_str).collect::<Vec<_>>().join(", ")
}

/// What of a visit was not made an article, in words.
pub(super) fn leftovers(tally: &VisitCounts) -> String {
    let parts = [
        (tally.skipped, "without link or title"),
        (tally.rejected, "no article"),
        (tally.failed, "not fetched"),
        (tally.waiting, "waiting for the next visit"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

/// How long ago, or how soon, in the largest fitting unit.
pub(super) fn span(instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - instant).num_seconds();
    let text = match seconds.unsigned_abs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..7200 => format!("{} min", s / 60),
        s @ 7200..172_800 => format!("{} h", s / 3600),
        s => format!("{} d", s / 86_400),
    };
    if seconds < 0 { format!("in {text}") } else { format!("{text} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_keeps_its_letters() {
        let vietnamese = "Hội nghị tổng kết công tác dân tộc";
        let shown = wrapped("tên  ", vietnamese, 22);
        assert_eq!(shown, "tên  Hội nghị tổng kết\n     công tác dân tộc\n");
        let decomposed: String = vietnamese.nfd().collect();
        assert_eq!(wrapped("tên  ", &decomposed, 22).nfc().collect::<String>(), shown);
        assert_eq!(wrapped("a  ", "một  hai", 40), "a  một  hai\n");
        assert_eq!(wrapped("a  ", "dài-hơn-cả-dòng x", 6), "a  dài-hơn-cả-dòng\n   x\n");
        assert_eq!(wrapped("tên  ", "", 22), "tên\n");
    }
}
