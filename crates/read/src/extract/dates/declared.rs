//! Which days of the metadata are those of the article: uploads, site-wide values and further articles
//! are declared in the same places.

use super::{DateSearch, in_text};
use bantin_core::text::date;
use bantin_core::{Extracted, Provenance};
use bantin_page::plain;
use std::collections::HashSet;

impl DateSearch<'_> {
    /// The visible day behind `Ngày đăng`, if the metadata declare another one: readers see that day.
    pub(super) fn shown_day<'d>(
        &self,
        declared: &[Extracted<String>],
        mut visible: impl Iterator<Item = &'d Extracted<String>>,
    ) -> Option<Extracted<String>> {
        /// Declared days may be those of another zone.
        const ZONE: u64 = 1;
        let day = |date: &Extracted<String>| date::find(&date.value).map(|found| found.day);
        let shown = visible.find(|date| {
            matches!(date.provenance, Provenance::Label(_))
                && in_text::announces_publication(&date.value)
        })?;
        let (declared, visible) = declared.iter().find_map(day).zip(day(shown))?;
        let is_other = (declared - visible).num_days().unsigned_abs() > ZONE;
        (self.view.is_vietnamese() && is_other).then(|| shown.clone())
    }

    /// Whether the metadata with a date have a headline, too, and not the one that the page shows.
    pub(super) fn is_beside_another_headline(&self, date: &Extracted<String>) -> bool {
        let Some(shown) = self.shown_title() else { return false };
        let words: HashSet<&str> = shown.split(' ').collect();
        let mut declared = self.headlines_beside(date).map(plain::fold).peekable();
        let is_same = |title: String| {
            let (shared, all) = title.split(' ').fold((0, 0), |(shared, all), word| {
                (shared + usize::from(words.contains(word)), all + 1)
            });
            // The headline may begin with the name of the site.
            shared * 2 >= all && shared * 3 >= words.len()
        };
        declared.peek().is_some() && !declared.any(is_same)
    }

    /// Whether the metadata with a date are those of the site: their headline is its name, and the
    /// day that on which the page was built.
    pub(super) fn is_of_site(&self, date: &Extracted<String>) -> bool {
        let Some(shown) = self.shown_title() else { return false };
        let metadata = &self.view.metadata;
        let is_name = |title: &str| {
            let is_title_element = || metadata.title_element.as_deref() == Some(title);
            plain::fold(title) != shown && (self.view.site.is_declared(title) || is_title_element())
        };
        let mut declared = self.headlines_beside(date).peekable();
        declared.peek().is_some() && declared.all(is_name)
    }

    /// The title that the page shows, folded.
    fn shown_title(&self) -> Option<String> {
        let line = self.view.lines.get(self.range.title?)?;
        Some(plain::fold(&line.text))
    }

    /// The headlines in the metadata of the same kind as a date.
    fn headlines_beside<'d>(
        &'d self,
        date: &'d Extracted<String>,
    ) -> impl Iterator<Item = &'d str> {
        let is_dublin_core = |name: &str| name.to_ascii_lowercase().starts_with("dc");
        // Titles are written anew for Open Graph.
        let is_same_kind = move |other: &Provenance| match (&date.provenance, other) {
            (Provenance::JsonLd(_), Provenance::JsonLd(_)) => true,
            (Provenance::Meta(one), Provenance::Meta(other)) => {
                is_dublin_core(one) && is_dublin_core(other)
            }
            _ => false,
        };
        let titles = self.view.metadata.titles.iter();
        let declared = titles.filter(move |title| is_same_kind(&title.provenance));
        declared.map(|title| title.value.as_str())
    }
}

/// Whether a declared date may be that of a content system's last upload: a day in words, or a time
/// with fractions of a second, which no editor gives.
pub(super) fn is_of_record(declared: &str) -> bool {
    let fraction = declared.split_once('.').filter(|(time, _)| time.contains(':'));
    let has_fraction = fraction.is_some_and(|(_, fraction)| {
        let mut digits = fraction.bytes().take_while(u8::is_ascii_digit);
        digits.any(|digit| digit != b'0')
    });
    has_fraction || date::names_month(declared)
}

/// Whether dates have more than two days.
pub(super) fn have_several_days(dates: &[Extracted<String>]) -> bool {
    let days: HashSet<_> =
        dates.iter().filter_map(|date| Some(date::find(&date.value)?.day)).collect();
    days.len() > 2
}
