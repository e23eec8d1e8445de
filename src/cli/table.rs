//! Text tables and wrapped text for terminals.

use bantin_core::{Slug, VisitCounts};
use chrono::{DateTime, Utc};
use std::fmt;
use unicode_width::UnicodeWidthStr;

/// Rows under a heading, each column as wide as its widest cell. The last column is not padded.
pub(super) struct TextTable<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> TextTable<COLUMNS> {
    /// Creates a table with a heading.
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
                *widest = cell.width().max(*widest);
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            for (widest, cell) in widths.iter().zip(row) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', widest.saturating_sub(cell.width()) + 2));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Formats a name and the text beside it. Lines are broken between words at `columns`, and aligned
/// below each other.
pub(super) fn wrapped(name: &str, text: &str, columns: usize) -> String {
    let indent = name.width();
    let mut lines = name.to_owned();
    let mut at = indent;
    let mut separator = "";
    for word in text.split(' ') {
        let begins = at == indent;
        if !begins && at + separator.len() + word.width() > columns {
            lines.truncate(lines.trim_end().len());
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            at = indent;
        } else {
            lines.push_str(separator);
            at += separator.len();
        }
        lines.push_str(word);
        at += word.width();
        separator = " ";
    }
    lines.truncate(lines.trim_end().len());
    lines.push('\n');
    lines
}

/// Joins names with commas.
pub(super) fn names(ids: &[Slug]) -> String {
    ids.iter().map(Slug::as_str).collect::<Vec<_>>().join(", ")
}

/// Lists the items of a visit that did not become articles, by count and reason.
pub(super) fn leftovers(tally: &VisitCounts) -> String {
    let parts = [
        (tally.skipped, "without link or title"),
        (tally.rejected, "without an article"),
        (tally.failed, "not fetched"),
        (tally.waiting, "waiting for the next visit"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

/// Formats the time between an instant and now in the largest fitting unit: `3 h ago`, `in 5 min`.
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
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn columns_are_as_wide_as_a_terminal_shows_them() {
        // Composed, decomposed, two columns per letter, and a zero-width mark.
        let names =
            ["Sở Dân tộc", "S\u{1a1}\u{309} Da\u{302}n to\u{323}\u{302}c", "新闻", "tin\u{200b}"];
        let mut table = TextTable::new(["source", "n"]);
        for name in names {
            table.row([name.to_owned(), "1".to_owned()]);
        }
        let shown = table.to_string();
        let mut lines = shown.lines();
        assert_eq!(lines.next(), Some("SOURCE      N"));
        for (line, (name, width)) in lines.zip(names.iter().zip([2, 2, 8, 9])) {
            assert_eq!(line, format!("{name}{}1", " ".repeat(width)));
        }
    }

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
