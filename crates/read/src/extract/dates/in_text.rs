//! The date line inside what is taken for the text: its first lines may be the lead, and the date
//! below it. It is the last resort, because dates in texts are those of events.

use super::super::date_line::{is_date_line, is_of_change, is_of_other_day};
use super::super::labels::{self, LabelRole};
use super::super::lines::TextLine;
use super::DateSearch;
use super::zone::DateZone;
use crate::machine_date;
use bantin_core::{Extracted, Provenance};
use scraper::ElementRef;

impl DateSearch<'_> {
    /// The only date line of the text, if it stands near its beginning. On a Vietnamese page, where
    /// programmes and diaries consist of such lines, it needs the label of a day of publication.
    pub(super) fn in_text(&self) -> Option<Extracted<String>> {
        /// Number of lines from the beginning of the text; a few more follow a list of contents.
        const INTO: usize = 12;
        /// Minimum length of a paragraph and of a sentence, in characters; subtitles are shorter.
        const PARAGRAPH: usize = 120;
        const SENTENCE: usize = 60;
        /// Number of lines with no other date line. Those of a diary stand closer together.
        const ALONE: usize = 40;
        /// Number of lines between the title and the text, and from there to the date.
        const NEAR: usize = 3;
        let (_, first, last) = self.span()?;
        let text = self.view.lines.get(first..=last.min(first + ALONE))?;
        let is_date = |line: &TextLine| is_date_line(&line.text) && !is_of_other_day(&line.text);
        // Of several days, the only one that is labelled as the day of publication.
        let mut announced =
            text.iter().filter(|line| is_date(line) && announces_publication(&line.text));
        let only = announced.next().filter(|_| announced.next().is_none());
        let is_near = |line: &&TextLine| {
            text.iter().take(INTO + 1).any(|other| std::ptr::eq(other, *line)) && line.row
        };
        if let Some(line) = only.filter(is_near) {
            let from = Provenance::Markup("in the text".into());
            return Some(Extracted::new(line.text.clone(), from));
        }
        let mut dates = text.iter().enumerate().filter(|(_, line)| is_date(line));
        let (place, line) = dates.next().filter(|(place, _)| *place <= INTO)?;
        let is_one = dates.all(|(_, other)| other.text == line.text);
        let is_apart = !line.row && !line.item && !line.caption && !line.is_linked();
        // Above the first sentence stands no event of the text.
        let is_sentence = |line: &TextLine| {
            line.length() >= PARAGRAPH || line.length() >= SENTENCE && line.text.ends_with('.')
        };
        let is_above = || !text.iter().take(place).any(is_sentence);
        let is_of_page = || {
            is_of_change(&line.text)
                || self.is_marked(line)
                || is_above()
                || self.is_beside_author(first + place)
        };
        // A subtitle, the writer, and the time or the number of readers between title and text.
        let is_below_title = || {
            let title = self.range.title.filter(|title| *title < first && first - title <= NEAR);
            title.is_some()
                && place <= NEAR
                && (line.text.contains(':')
                    || self.day_of_facts(line, &DateZone::BelowTitle).is_some())
                && is_above()
        };
        let is_own = is_one
            && is_apart
            && !self.is_below_other_label(first + place)
            && (announces_publication(&line.text)
                || !self.view.is_vietnamese() && is_of_page()
                || is_below_title());
        is_own.then(|| Extracted::new(line.text.clone(), Provenance::Markup("in the text".into())))
    }

    /// Whether a declared author is named on the line above or below.
    fn is_beside_author(&self, number: usize) -> bool {
        let beside = [number.checked_sub(1), Some(number + 1)].into_iter().flatten();
        let mut beside = beside.filter_map(|number| self.view.lines.get(number));
        beside.any(|line| self.view.metadata.authors.iter().any(|author| author.value == line.text))
    }

    /// Whether a line is the text of an element for a date.
    pub(super) fn is_marked(&self, line: &TextLine) -> bool {
        let node = line.nodes.first().and_then(|id| self.view.dom.tree().tree.get(*id));
        let element = node.and_then(|node| node.parent()).and_then(ElementRef::wrap);
        element.is_some_and(|element| {
            machine_date::is_dated(element) && !machine_date::is_of_other_day(element)
        })
    }
}

/// Whether a line begins with a label for the day of publication, and not of a message or an event:
/// `Ngày đăng`, but not `Vào lúc`.
pub(super) fn announces_publication(text: &str) -> bool {
    const PUBLISHED: [&str; 6] = ["đăng", "xuất bản", "đưa", "phát", "publi", "post"];
    labels::at_start(text).is_some_and(|label| {
        let lower = label.label.to_lowercase();
        label.role == LabelRole::Date && PUBLISHED.iter().any(|word| lower.contains(word))
    })
}

/// The full date that a lead starts with: `Ngày 10 tháng 01 năm 2023, …` or
/// `Sáng ngày 10/01/2023, …`.
pub(super) fn dateline(lead: &str) -> Option<String> {
    /// Longer openings are sentences about another day.
    const WITHIN: usize = 60;
    let start = lead.trim_start_matches(['(', '-', '–', ' ', '"', '“']);
    let lower = start.to_lowercase();
    let opening = ["ngày", "sáng", "chiều", "trưa", "tối", "vào", "trong", "hôm", "vừa qua, ngày"];
    if !opening.iter().any(|word| lower.starts_with(word)) {
        return None;
    }
    let opening: String = lower.chars().take(WITHIN).collect();
    let at = opening.find("ngày")?;
    let date = opening.get(at..)?;
    // Keep only the parts of the date: numbers, `tháng`, `năm` and separators.
    let mut end = "ngày".len();
    for token in date.get(end..)?.split_inclusive(' ') {
        let bare = token.trim().trim_end_matches([',', '.', ';', ':', ')']);
        let belongs = matches!(bare, "" | "tháng" | "năm")
            || bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '-' | '.'));
        if !belongs {
            break;
        }
        end += token.len();
        if token.trim().ends_with([',', ';', ')']) {
            break;
        }
    }
    let date = date.get(..end)?.trim().trim_end_matches([',', '.', ';', ')']);
    // A range (`từ ngày … đến ngày …`) or a day without a year is not a dateline.
    is_date_line(date).then(|| date.to_owned())
}
