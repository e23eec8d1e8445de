//! Collects date texts from the places where publication dates appear, best place first.
//! `normalize` parses and ranks them.
//!
//! A page shows many dates that are not the article's: a live clock, dates of other articles, the
//! licence in the footer. Their places are excluded here.

mod address;
mod below;
mod declared;
mod in_text;
mod line;
mod zone;

use super::PageView;
use super::body::BodyRange;
use super::byline_parts::writer_and_day;
use super::date_line::{
    is_date_line, is_label_of_other_day, is_of_change, is_of_other_day, is_of_page, names_day,
};
use super::fact_line;
use super::info_box;
use super::labels;
use super::line_wording;
use super::lines::{self, TextLine};
use crate::machine_date;
use bantin_core::text::date::{self, DateOrder};
use bantin_core::{Extracted, FieldReason, Provenance};
use bantin_page::plain;
use chrono::NaiveDate;
use declared::{have_several_days, is_of_record};
use line::{
    bare_date, date_label, date_part, labelled_date, published_part, release_date, signed_date,
};
use scraper::{ElementRef, Node};
use std::collections::{HashMap, HashSet};
use zone::{ABOVE, BEHIND, DateZone, FAR_BEHIND};

/// A page and its article: the input of a search for the date.
pub(super) struct DateSearch<'a> {
    pub(super) view: &'a PageView<'a>,
    pub(super) range: &'a BodyRange,
    pub(super) lead: Option<&'a str>,
}

/// The day in a date text.
fn day_of(date: &Extracted<String>) -> Option<NaiveDate> {
    date::find(&date.value).map(|found| found.day)
}

impl DateSearch<'_> {
    /// The date texts, best first.
    pub(super) fn candidates(&self) -> Vec<Extracted<String>> {
        /// Maximum number of letters beside the date that the rule of a platform finds.
        const MAX_BESIDE: usize = 60;
        let view = self.view;
        // A theme may show the day of the last change in the place of the first.
        let is_operators =
            |date: &Extracted<String>| matches!(date.provenance, Provenance::Selector(_));
        let (mut found, of_platform): (Vec<_>, Vec<_>) =
            view.selected.date.iter().cloned().partition(is_operators);
        let is_marked = |date: &Extracted<String>| matches!(date.provenance, Provenance::Markup(_));
        let (marked, declared): (Vec<_>, Vec<_>) =
            view.metadata.dates.iter().cloned().partition(is_marked);
        // Further articles of the page are marked, too.
        let (marked, of_several) =
            if have_several_days(&marked) { (Vec::new(), marked) } else { (marked, Vec::new()) };
        let (of_record, declared): (Vec<_>, Vec<_>) =
            declared.into_iter().partition(|date| is_of_record(&date.value));
        let declared: Vec<_> = declared.into_iter().filter(|date| !self.is_of_site(date)).collect();
        // Metadata with another headline are those of another article or of a template.
        let (of_site, declared): (Vec<_>, Vec<_>) =
            declared.into_iter().partition(|date| self.is_beside_another_headline(date));
        let end_of_operators = found.len();
        found.extend(declared);
        let end_of_declared = found.len();
        // On pages of another version of the platform, its rule may find a paragraph of the text.
        let is_sentence = |date: &Extracted<String>| {
            date::find(&date.value).is_some_and(|found| found.other_letters() > MAX_BESIDE)
        };
        found.extend(of_platform.into_iter().filter(|date| !is_sentence(date)));
        found.extend(marked);
        let mut visible = Vec::new();
        let today = self.visible_dates(&mut visible);
        let (changed, published): (Vec<_>, Vec<_>) =
            visible.into_iter().partition(|date| is_of_change(&date.value));
        // A later day above the title than that of the last change is a clock.
        let last_change = changed.iter().filter_map(day_of).max();
        let is_clock = |date: &Extracted<String>| {
            date.provenance == Provenance::above_title(None)
                && last_change.is_some_and(|change| day_of(date) > Some(change))
        };
        let (clocks, published): (Vec<_>, Vec<_>) = published.into_iter().partition(is_clock);
        // The day of an upload is later than the one that the page shows; an earlier day is declared
        // beside that of an event.
        let in_box = self.in_info_box();
        if let Some(shown) = self.shown_day(&found, published.iter().chain(&in_box)) {
            found.insert(end_of_operators, shown);
        }
        let mut probable = view.metadata.probable_dates.clone();
        probable.sort_by_key(|date| is_of_record(&date.value));
        let shown = published.iter().chain(&probable).find_map(day_of);
        let is_upload = |date: &Extracted<String>| {
            shown.zip(day_of(date)).is_some_and(|(shown, declared)| shown < declared)
        };
        let (uploads, of_record): (Vec<_>, Vec<_>) = of_record.into_iter().partition(is_upload);
        found.splice(end_of_declared..end_of_declared, of_record);
        found.extend(published);
        found.extend(of_site);
        found.extend(probable);
        found.extend(of_several);
        found.extend(uploads);
        found.extend(in_box);
        found.extend(changed);
        found.extend(clocks);
        // Above the title, the day of the fetch may be that of a clock.
        found.extend(today);
        let teased = view.item.and_then(|item| item.date.clone());
        found.extend(teased.map(|date| Extracted::new(date, Provenance::Teaser)));
        found.extend(view.metadata.possible_dates.iter().cloned());
        let address = address::of(&view.page.url);
        found.extend(address.map(|date| Extracted::new(date, Provenance::Url)));
        found.extend(self.in_text());
        let dateline = self.lead.and_then(in_text::dateline);
        found.extend(dateline.map(|date| Extracted::new(date, Provenance::Lead)));
        self.settle_order(&mut found);
        found
    }

    /// Rewrites the dates that begin with their month, as other dates of the page prove.
    fn settle_order(&self, found: &mut [Extracted<String>]) {
        /// Further date lines are those of other articles.
        const MAX_LINES: usize = 20;
        if found.iter().all(|date| DateOrder::MonthFirst.rewritten(&date.value).is_none()) {
            return;
        }
        let lines = self.view.lines.iter().map(|line| line.text.as_str());
        let lines = lines.filter(|text| is_date_line(text)).take(MAX_LINES);
        let texts = found.iter().map(|date| date.value.as_str()).chain(lines);
        let texts = texts.chain(self.view.metadata.other_dates.iter().map(String::as_str));
        let order = match DateOrder::of(texts) {
            DateOrder::Unknown if proves_month_first(found) => DateOrder::MonthFirst,
            order => order,
        };
        for date in found {
            if let Some(rewritten) = order.rewritten(&date.value) {
                date.value = rewritten;
            }
        }
    }

    /// The visible dates next to the title, and the labelled ones below the body. Returns those of
    /// today above the title.
    fn visible_dates(&self, found: &mut Vec<Extracted<String>>) -> Vec<Extracted<String>> {
        let Some((title, first, last)) = self.span() else { return Vec::new() };
        let near = title.unwrap_or(first.saturating_sub(4));
        let zoned = |number: usize| Some((self.view.lines.get(number)?, self.zone(number)));
        let above = title
            .into_iter()
            .flat_map(|title| (1..=ABOVE).map_while(move |n| title.checked_sub(n)));
        let (today, above): (Vec<usize>, Vec<usize>) =
            above.partition(|number| self.view.shows_today(*number));
        let is_above = |(_, zone): &(_, DateZone)| matches!(zone, DateZone::AboveTitle);
        let today: Vec<_> = today.into_iter().filter_map(zoned).filter(is_above).collect();
        let above = above.into_iter().filter_map(zoned).filter(is_above);
        let (now, below): (Vec<usize>, Vec<usize>) = (near..=first)
            .filter(|number| !self.is_below_other_label(*number))
            .partition(|number| *number < first && self.view.shows_today(*number));
        let around = below.into_iter().filter_map(zoned).chain(above);
        let around: Vec<_> =
            around.filter(|(_, zone)| !matches!(zone, DateZone::Outside(_))).collect();
        let now = now.into_iter().filter_map(zoned);
        let now = now.filter(|(_, zone)| !matches!(zone, DateZone::Outside(_)));
        let today: Vec<_> = now.chain(today).collect();
        let titled = title.and_then(|title| self.view.lines.get(title));
        let is_title = |line: &TextLine| titled.is_some_and(|title| std::ptr::eq(title, line));
        let further = last + BEHIND + 1..=last + FAR_BEHIND;
        let announced = further.filter(|at| self.is_announced(*at));
        let behind = (last + 1..=last + BEHIND).chain(announced).filter_map(zoned);
        let behind: Vec<_> =
            behind.filter(|(_, zone)| matches!(zone, DateZone::BelowBody)).collect();
        let behind_parts = behind.iter().filter_map(|(line, zone)| {
            let (label, part) =
                published_part(&line.text).filter(|_| date_label(line).is_none())?;
            Some(Extracted::new(part.to_owned(), zone.provenance(Some(label))))
        });
        let behind_parts: Vec<_> = behind_parts.collect();
        let signed: Vec<_> = behind.iter().filter_map(|(line, _)| signed_date(line)).collect();
        self.machine_dates(found);
        let mut labelled: Vec<_> =
            around.iter().filter_map(|(line, zone)| labelled_date(line, zone)).collect();
        labelled.sort_by_key(|date| !in_text::announces_publication(&date.value));
        found.extend(labelled);
        found.extend(behind.iter().filter_map(|(line, zone)| labelled_date(line, zone)));
        found.extend(behind_parts);
        found.extend(signed);
        found.extend(self.below_label(last));
        let at_end: Vec<_> = self.at_end(first, last).collect();
        found.extend(at_end);
        found.extend(self.marked_below(last));
        found.extend(self.behind_icon(last));
        found.extend(self.below_signature(last));
        let apart = around.iter().filter(|(line, _)| !is_title(line));
        found.extend(apart.filter_map(|(line, zone)| {
            bare_date(line, zone).or_else(|| self.date_of_archive(line, zone))
        }));
        found.extend(around.iter().filter_map(|(line, zone)| self.own_date(line, zone)));
        found.extend(self.badges(near, first));
        let is_new = |found: &[Extracted<String>], line: &TextLine| {
            !found.iter().any(|date| line.text.contains(&date.value))
        };
        for (line, zone) in &around {
            let date = date_part(line, zone).or_else(|| self.day_of_facts(line, zone));
            let written = || {
                let (_, day) = writer_and_day(&line.text).filter(|_| line.linked == 0)?;
                Some(Extracted::new(day.to_owned(), zone.provenance(None)))
            };
            let date = date.or_else(written).or_else(|| release_date(line, zone));
            found.extend(date.filter(|_| is_new(found, line)));
        }
        // A day in brackets may be a part of the title.
        let titles = around.iter().filter(|(line, _)| is_title(line));
        found.extend(titles.filter_map(|(line, zone)| bare_date(line, zone)));
        let today = today.iter();
        today
            .filter_map(|(line, zone)| bare_date(line, zone).or_else(|| date_part(line, zone)))
            .collect()
    }

    /// The day among the facts of a line: `Đỗ Hoài Thu | 22-05-2023 | Lượt xem: 96`.
    fn day_of_facts(&self, line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
        let facts = fact_line::facts(self.view.dom.tree(), line);
        let mut days = facts.into_iter().filter(|fact| names_day(fact));
        let day = days.next().filter(|_| days.next().is_none())?;
        let is_own = is_date_line(&day) && line.linked == 0 && !is_of_other_day(&line.text);
        is_own.then(|| Extracted::new(day, zone.provenance(None)))
    }

    /// Whether a line stands below the label of another day, such as `Ngày ban hành`.
    fn is_below_other_label(&self, number: usize) -> bool {
        let label = number.checked_sub(1).filter(|above| self.range.title != Some(*above));
        let label = label.and_then(|above| self.view.lines.get(above));
        let is_labelled =
            self.view.lines.get(number).is_some_and(|line| date_label(line).is_some());
        !is_labelled && label.is_some_and(|label| is_label_of_other_day(&label.text))
    }

    /// The only date line below the text, whose last line is `last`, with a label on the line above
    /// it. Other articles have several.
    fn below_label(&self, last: usize) -> Option<Extracted<String>> {
        let below = self.view.lines.get(last + 1..)?;
        let own = below.iter().take_while(|line| !line_wording::is_related_heading(&line.text));
        let own = own.zip(below.iter().skip(1)).enumerate();
        let is_near = |place: usize| matches!(self.zone(last + 2 + place), DateZone::BelowBody);
        let mut dates = own.filter_map(|(place, (above, line))| {
            let label = labels::at_start(&above.text).filter(|label| label.value.is_empty())?;
            let is_own = in_text::announces_publication(&above.text)
                && is_date_line(&line.text)
                && line.linked == 0
                && is_near(place);
            let from = || DateZone::BelowBody.provenance(Some(label.label));
            is_own.then(|| Extracted::new(line.text.clone(), from()))
        });
        dates.next().filter(|_| dates.next().is_none())
    }

    /// The date line that is a link to all articles of its day: `/2023/01/10/`.
    fn date_of_archive(&self, line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
        let is_own = matches!(zone, DateZone::BelowTitle) && is_date_line(&line.text);
        let day = date::find(&line.text).filter(|_| is_own)?.day;
        let node = self.view.dom.tree().tree.get(*line.nodes.first()?)?;
        let mut links = node.ancestors().filter_map(ElementRef::wrap);
        let link = links.find_map(|element| element.attr("href"))?;
        (date::in_path(link) == Some(day))
            .then(|| Extracted::new(line.text.clone(), zone.provenance(None)))
    }

    /// The date in an element of its own, in a line of several: their texts may stand without a
    /// blank between them.
    fn own_date(&self, line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
        let texts = line.texts_in(self.view.dom.tree()).map(plain::line);
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let is_one =
            texts.len() > 1 && !line.row && !line.is_linked() && !is_of_other_day(&line.text);
        let dates: Vec<&String> =
            texts.iter().filter(|text| is_one && is_date_line(text)).collect();
        // Beside the day of the last change, the other one is that of publication.
        let (changed, published): (Vec<&String>, Vec<&String>) =
            dates.into_iter().partition(|text| is_of_change(text));
        let day = |text: &str| date::find(text).map(|date| date.day);
        let date = match (&*published, &*changed) {
            // A day after the last change is that of an event.
            ([date], [change]) if day(date) > day(change) => None,
            ([date], _) | ([], [date]) => Some((*date).clone()),
            _ => None,
        };
        // The label of the last change may be an element of its own.
        let of_change = date.as_ref().and_then(|date| {
            let place = texts.iter().position(|text| text == date)?.checked_sub(1)?;
            texts.get(place).filter(|label| is_of_change(label))
        });
        let date = date.map(|date| match of_change {
            Some(label) => format!("{label} {date}"),
            None => date,
        });
        // A badge: day, month and year in elements of their own.
        let badge = || {
            let is_badge = is_one && texts.len() <= BADGE && !names_day(&line.text);
            joined_date(&texts).filter(|_| is_badge)
        };
        let date = date.or_else(badge)?;
        Some(Extracted::new(date, zone.provenance(None)))
    }

    /// The dates of badges that take several lines near the title: weekday, day, month and year.
    fn badges(&self, near: usize, first: usize) -> impl Iterator<Item = Extracted<String>> {
        /// Maximum length of a line of a badge, in characters.
        const SHORT: usize = 24;
        let is_part = |line: &&TextLine| {
            line.length() <= SHORT && line.linked == 0 && !line.row && !is_date_line(&line.text)
        };
        let starts = near.saturating_sub(ABOVE)..first;
        starts.filter_map(move |start| {
            let lines = self.view.lines.get(start..first).unwrap_or_default();
            let parts = lines.iter().take(BADGE).take_while(is_part);
            let texts: Vec<&str> = parts.map(|line| line.text.as_str()).collect();
            let date = (2..=texts.len()).find_map(|count| joined_date(texts.get(..count)?))?;
            match self.zone(start) {
                DateZone::Outside(_) => None,
                zone => Some(Extracted::new(date, zone.provenance(None))),
            }
        })
    }

    /// The labelled days of publication or change in the last lines of the body, which may end with
    /// the furniture of the page.
    fn at_end(&self, first: usize, last: usize) -> impl Iterator<Item = Extracted<String>> {
        const END: usize = 5;
        let start = (last + 1).saturating_sub(END).max(first + 1);
        let lines = self.view.lines.get(start..=last).unwrap_or_default().iter().rev();
        let behind_text =
            lines.take_while(|line| !is_sentence(line) || published_part(&line.text).is_some());
        behind_text.filter_map(|line| {
            let is_own = is_of_page(&line.text) && !line.is_linked() && !line.row;
            labelled_date(line, &DateZone::BelowBody).filter(|_| is_own)
        })
    }

    /// The day in the box with the facts about the article.
    fn in_info_box(&self) -> Option<Extracted<String>> {
        let day = info_box::day(self.view.facts())?;
        let from = Provenance::Label(day.label.clone());
        Some(Extracted::new(format!("{} {}", day.label, day.value), from))
    }

    /// The instants that elements next to the title give to programs.
    fn machine_dates(&self, found: &mut Vec<Extracted<String>>) {
        /// A longer line is a paragraph with the time of an event.
        const MAX_LINE: usize = 200;
        let lines = &self.view.lines;
        let of_text = lines::places(lines);
        let mut number = 0;
        for node in self.view.dom.tree().root_element().descendants() {
            if let Some(line) = of_text.get(&node.id()) {
                number = *line;
            }
            let Some(element) = ElementRef::wrap(node) else { continue };
            let Some(date) = machine_date::of(element) else { continue };
            let text = node.descendants().find_map(|text| of_text.get(&text.id()));
            let place = text.copied().unwrap_or(number);
            let is_linked = node.ancestors().any(|above| is_link(above.value()));
            let line = lines.get(place).filter(|line| line.length() <= MAX_LINE);
            if is_linked
                || machine_date::is_of_other_day(element)
                || self.is_below_other_label(place)
            {
                continue;
            }
            let from = match (self.zone(place), line.map(date_label)) {
                (DateZone::BelowTitle, Some(_)) => {
                    Provenance::Markup(element.value().name().to_owned())
                }
                (zone @ DateZone::AboveTitle, Some(label)) => zone.provenance(label),
                (zone @ DateZone::BelowBody, Some(Some(label))) => zone.provenance(Some(label)),
                _ => continue,
            };
            found.push(Extracted::new(date, from));
        }
    }

    /// The lines with a day that are not candidates, each with the reason. Elements that were cut
    /// out of the page are given by their lines.
    pub(super) fn ignored(
        &self,
        candidates: &[Extracted<String>],
        cut: impl Iterator<Item = (String, Vec<TextLine>)>,
    ) -> Vec<(String, FieldReason)> {
        /// Further lines add no information.
        const MAX_LINES: usize = 8;
        /// Further lines with the same reason add none either.
        const MAX_ALIKE: usize = 2;
        let is_known =
            |line: &TextLine| candidates.iter().any(|found| line.text.contains(&found.value));
        let has_ignored_date = |line: &TextLine| names_day(&line.text) && !is_known(line);
        let cut = cut.flat_map(|(element, lines)| {
            let reason = format!("is in the boilerplate of the page ({element})");
            lines.into_iter().map(move |line| (line, FieldReason::from(reason.clone())))
        });
        let standing =
            self.view.lines.iter().enumerate().filter(|(_, line)| has_ignored_date(line));
        let standing = standing
            .filter_map(|(number, line)| Some((line.clone(), self.refusal(number, line)?.into())));
        let cut = cut.filter(|(line, _)| has_ignored_date(line));
        let mut all: Vec<(TextLine, FieldReason)> = cut.chain(standing).collect();
        let mut reasons: HashMap<FieldReason, usize> = HashMap::new();
        all.retain(|(_, reason)| {
            let alike = reasons.entry(reason.clone()).or_default();
            *alike += 1;
            *alike <= MAX_ALIKE
        });
        all.into_iter().take(MAX_LINES).map(|(line, reason)| (line.text, reason)).collect()
    }

    /// The reason why a line is not a candidate; `None` for a line of the text, whose dates are of
    /// other days.
    fn refusal(&self, number: usize, line: &TextLine) -> Option<&'static str> {
        let is_text = self.range.body.is_some_and(|(first, last)| (first..=last).contains(&number));
        Some(match self.zone(number) {
            _ if is_text && !is_date_line(&line.text) => return None,
            _ if line.is_linked() => "is part of a link to another page",
            DateZone::Outside(reason) => reason,
            DateZone::AboveTitle | DateZone::BelowTitle => {
                "is not a date line: it contains other words"
            }
            DateZone::BelowBody if date_label(line).is_some() => "is too long for a date",
            DateZone::BelowBody => "is below the text, without a date label",
        })
    }
}

/// Whether an announced date in words is the day of a numeric one, if that begins with its month.
fn proves_month_first(found: &[Extracted<String>]) -> bool {
    let is_announced = |date: &&Extracted<String>| {
        matches!(
            date.provenance,
            Provenance::Label(_) | Provenance::Meta(_) | Provenance::JsonLd(_)
        )
    };
    let day = |text: &str| date::find(text).map(|date| date.day);
    let in_words: HashSet<_> = found
        .iter()
        .filter(is_announced)
        .filter(|date| date::names_month(&date.value))
        .filter_map(|date| day(&date.value))
        .collect();
    let is_known = |text: &str| day(text).is_some_and(|day| in_words.contains(&day));
    found.iter().any(|date| {
        let turned = DateOrder::MonthFirst.rewritten(&date.value);
        turned.is_some_and(|turned| is_known(&turned)) && !is_known(&date.value)
    })
}

/// Whether a line at the end of a body is of its text.
fn is_sentence(line: &TextLine) -> bool {
    const LONG: usize = 60;
    line.length() > LONG || line.text.ends_with(['.', '!', '?', '”', '"', '…'])
}

/// The maximum number of parts of a badge: weekday, day, month, year.
const BADGE: usize = 4;

/// The date that short texts form together, none of which is one.
fn joined_date(texts: &[impl AsRef<str>]) -> Option<String> {
    if texts.iter().any(|text| is_date_line(text.as_ref())) {
        return None;
    }
    let parts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    [" ", "/"]
        .iter()
        .map(|mark| parts.join(mark))
        .find(|joined| names_day(joined) && is_date_line(joined))
}

fn is_link(node: &Node) -> bool {
    node.as_element().is_some_and(|element| element.name() == "a")
}

#[cfg(test)]
mod tests;
