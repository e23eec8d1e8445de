//! The date line inside what is taken for the text: its first lines may be the lead, and the date
//! below it. It is the last resort, because dates in texts are those of events.

use super::super::date_line::{is_date_line, is_of_change, is_of_other_day};
use super::super::labels::{self, LabelRole};
use super::super::lines::TextLine;
use super::DateSearch;
use crate::machine_date;
use bantin_core::{Extracted, Provenance};
use scraper::ElementRef;

impl DateSearch<'_> {
    /// The only date line of the text, if it stands near its beginning. On a Vietnamese page, where
    /// programmes and diaries consist of such lines, it needs the label of a day of publication.
    pub(super) fn in_text(&self) -> Option<Extracted<String>> {
        /// Number of lines from the beginning of the text; a few more follow a list of contents.
        const INTO: usize = 12;
        /// Minimum length of a paragraph, in characters; subtitles are shorter.
        const PARAGRAPH: usize = 120;
        /// Number of lines with no other date line. Those of a diary stand closer together.
        const ALONE: usize = 40;
        let (_, first, last) = self.span()?;
        let text = self.view.lines.get(first..=last)?;
        let is_date = |(_, line): &(usize, &TextLine)| {
            is_date_line(&line.text) && !is_of_other_day(&line.text)
        };
        let mut dates = text.iter().enumerate().filter(is_date);
        let (place, line) = dates.next().filter(|(place, _)| *place <= INTO)?;
        let mut dates = dates.take_while(|(place, _)| *place <= ALONE);
        let is_one = dates.all(|(_, other)| other.text == line.text);
        let is_apart = !line.row && !line.item && !line.caption && !line.is_linked();
        // Above the first paragraph stands no event of the text.
        let is_above = || {
            let mut before = text.iter().take(place);
            !self.view.is_vietnamese() && before.all(|line| line.length() < PARAGRAPH)
        };
        let is_labelled =
            || is_of_change(&line.text) && !self.view.is_vietnamese() || self.is_marked(line);
        let is_own = is_one
            && is_apart
            && !self.is_below_other_label(first + place)
            && (announces_publication(&line.text) || is_above() || is_labelled());
        is_own.then(|| Extracted::new(line.text.clone(), Provenance::Markup("in the text".into())))
    }

    /// Whether a line is the text of an element for a date, on a page that is not Vietnamese.
    fn is_marked(&self, line: &TextLine) -> bool {
        let node = line.nodes.first().and_then(|id| self.view.dom.tree().tree.get(*id));
        let mut around =
            node.into_iter().flat_map(|node| node.ancestors()).filter_map(ElementRef::wrap);
        let is_marked = around.next().is_some_and(|element| {
            machine_date::is_dated(element) && !machine_date::is_of_other_day(element)
        });
        is_marked && !self.view.is_vietnamese()
    }
}

/// Whether a line begins with a label for the day of publication, and not of a message or an event:
/// `Ngày đăng`, but not `Vào lúc`.
pub(super) fn announces_publication(text: &str) -> bool {
    const PUBLISHED: [&str; 5] = ["đăng", "xuất bản", "đưa", "publi", "post"];
    labels::at_start(text).is_some_and(|label| {
        let lower = label.label.to_lowercase();
        label.role == LabelRole::Date && PUBLISHED.iter().any(|word| lower.contains(word))
    })
}
