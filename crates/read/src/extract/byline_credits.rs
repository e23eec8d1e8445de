//! Reads the credits at the end of a text in languages other than Vietnamese, and the sources around
//! it: `Quelle: dpa`, `Текст: Иван Петров`, `(abc)`.

use super::byline::Byline;
use super::credits;
use super::lines::TextLine;
use super::page_phrases;
use super::removed::LineCut;
use bantin_core::{Extracted, Provenance};
use scraper::Html;

impl Byline {
    /// Reads the credits at the end of a body, and adds their lines to `cut`. Returns the lines above
    /// them.
    pub(super) fn read_credits<'a>(
        &mut self,
        tree: &Html,
        lines: &'a [TextLine],
        cut: &mut Vec<LineCut<'a>>,
    ) -> &'a [TextLine] {
        /// Maximum number of lines with credits.
        const MAX_LINES: usize = 6;
        let mut text = lines;
        for _ in 0..MAX_LINES {
            // The only line of a body is text, whatever it contains.
            let Some((line, above)) = text.split_last().filter(|(_, above)| !above.is_empty())
            else {
                break;
            };
            let is_credit = !line.caption
                && !line.row
                && !line.heading
                && (self.read_credit(tree, line, above.last()) || is_other(&line.text));
            if !is_credit {
                break;
            }
            cut.push((line, "byline"));
            text = above;
        }
        text
    }

    /// Takes the source that a line names. Below a picture it is that of the picture.
    pub(super) fn read_credit(
        &mut self,
        tree: &Html,
        line: &TextLine,
        above: Option<&TextLine>,
    ) -> bool {
        let found = credits::source_in(&line.text);
        let found = found.or_else(|| credits::agency_in_brackets(&line.text));
        let is_of_text = || {
            !above.is_some_and(|above| above.caption || above.row)
                && !credits::is_below_picture(tree, line)
        };
        let found = found.filter(|_| is_of_text());
        if let Some(source) = found {
            self.credit(source);
        }
        found.is_some()
    }

    /// Takes the source among the facts above a text.
    pub(super) fn read_source_of_facts(&mut self, line: &TextLine) {
        if let Some(source) = credits::source_among_facts(&line.text) {
            self.credit(source);
        }
    }

    fn credit(&mut self, source: &str) {
        let from = || Provenance::Label("Source".to_owned());
        self.source.get_or_insert_with(|| Extracted::new(source.to_owned(), from()));
    }
}

/// Whether a line at the end of a text credits the writer behind a label, editors or others.
fn is_other(text: &str) -> bool {
    let is_writer = || text.contains([':', '：']) && credits::is_byline(text);
    credits::are_initials(text)
        || credits::is_other_credit(text)
        || page_phrases::is_syndication_note(text)
        || is_writer()
}
