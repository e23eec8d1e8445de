//! Collects the contenders for the title of a page, counts their votes, and ranks them.

use super::contenders::{Contender, Sign};
use super::objections::{fault, wording_votes};
use super::segments::{is_part, is_section, without_site};
use super::shown_line::{
    begins_with_date, heading_votes, is_bold_title, is_byline, is_phrase, leads_away, shows_age,
    title_in, without_kicker,
};
use super::{MAX_LENGTH, MIN_LENGTH, may_show, reduced, uncut};
use super::{banner, elsewhere, named};
use crate::extract::body::BodyRange;
use crate::extract::lines::{self, TextLine};
use crate::extract::{PageView, date_line, generic, line_wording};
use bantin_core::{Extracted, Provenance};
use bantin_page::plain;
use std::cmp::Reverse;

/// Votes of the places that name a title, apart from those of [`heading_votes`] and [`near_votes`].
const ITEM: i32 = 8;
const PLATFORM: i32 = 8;
const STRUCTURED_DATA: i32 = 6;
const OPEN_GRAPH: i32 = 5;
pub(super) const TITLE_ELEMENT: i32 = 4;
const ADDRESS: i32 = 3;
const DATED: i32 = 3;
/// Votes of a line with a class for titles, or with bold text above the body.
const CLASS: i32 = 3;
/// The maximum number of titles in the metadata: each is compared with all lines.
const MAX_DECLARED: usize = 20;
/// Number of lines between a title and the text that it belongs to.
const CLOSE: usize = 5;
const NEAR: usize = 14;
/// Number of lines at the beginning of a body that may be its title: a guessed body may begin above
/// it.
const INTO: usize = 3;
/// Minimum length of a heading with a class for titles, in characters.
const SHORT: usize = 8;
/// The votes below which the classes of the page are read: it shows no clear heading.
const CLEAR: i32 = 10;

/// The contenders of a page, best first. `range` is the position of the body, if it is known.
pub(super) fn ranked(view: &PageView<'_>, range: Option<&BodyRange>) -> Vec<Contender> {
    let range = range.map(|range| from_text(view, range));
    let range = range.as_ref();
    let mut poll = Poll { view, range, contenders: Vec::new() };
    poll.declare();
    poll.read_lines();
    poll.read_header();
    let is_clear = |contender: &Contender| {
        contender.votes() + wording_votes(view, contender) >= CLEAR
            && !banner::is_banner(view, contender)
    };
    if !poll.contenders.iter().any(is_clear) {
        poll.read_classes();
        poll.read_dates();
    }
    poll.read_address();
    poll.read_suffixes();
    poll.read_beginnings();
    let mut contenders = poll.contenders;
    for contender in &mut contenders {
        contender.signs.push((Sign::Wording, wording_votes(view, contender)));
        contender.fault = contender.fault.or_else(|| fault(view, contender));
        prefer_best_form(view, contender);
    }
    elsewhere::doubt_unseen(view, &mut contenders);
    banner::doubt(view, &mut contenders);
    elsewhere::doubt(view, range, &mut contenders);
    // Of equal ones the line nearest to the text; declared titles precede the lines of the page.
    let end = range.and_then(|range| range.body).map_or(usize::MAX, |(first, _)| first + 1);
    contenders.sort_by_key(|contender| {
        let line = contender.line.filter(|line| *line <= end && !contender.is_declared());
        (contender.fault.is_some(), -contender.votes(), line.map(Reverse))
    });
    contenders
}

/// The votes of one page.
pub(super) struct Poll<'a, 'v> {
    pub(super) view: &'a PageView<'v>,
    range: Option<&'a BodyRange>,
    pub(super) contenders: Vec<Contender>,
}

impl Poll<'_, '_> {
    /// The contender with a key; a new one has no sign.
    fn contender(&mut self, key: String) -> Option<&mut Contender> {
        let at = self.contenders.iter().position(|contender| contender.key == key);
        let at = at.unwrap_or_else(|| {
            self.contenders.push(Contender::new(key));
            self.contenders.len() - 1
        });
        self.contenders.get_mut(at)
    }

    fn vote(&mut self, found: Extracted<String>, sign: Sign, votes: i32) {
        if let Some(contender) = self.contender(reduced(&found.value)) {
            contender.add(sign, votes);
            if !contender.forms.contains(&found) {
                contender.forms.push(found);
            }
        }
    }

    /// The titles that the listing, the platform's rules and the metadata declare.
    fn declare(&mut self) {
        let view = self.view;
        let metadata = &view.metadata;
        let teased = view.item.and_then(|item| item.title.as_deref()).map(plain::line);
        if let Some(title) = teased.filter(|title| !title.is_empty()) {
            self.declare_title(Extracted::new(title, Provenance::Teaser), Sign::Item, ITEM);
        }
        let platform = view.selected.title.as_ref();
        let platform =
            platform.filter(|found| !matches!(found.provenance, Provenance::Selector(_)));
        if let Some(Extracted { value, provenance }) = platform {
            let (title, _) = date_line::split_trailing_date(value);
            let found = Extracted::new(title.to_owned(), provenance.clone());
            self.declare_title(found, Sign::Platform, PLATFORM);
        }
        let element = metadata.title_element.as_deref();
        let key = element.map(reduced);
        let is_element = |title: &str| key.as_ref().is_some_and(|key| *key == reduced(title));
        for found in metadata.titles.iter().take(MAX_DECLARED) {
            let (sign, votes) = match found.provenance {
                Provenance::Meta(_) => (Sign::OpenGraph, OPEN_GRAPH),
                _ => (Sign::StructuredData, STRUCTURED_DATA),
            };
            // A template that fills both with one text gives one sign, often the site's name.
            let votes = if is_element(&found.value) { votes - TITLE_ELEMENT } else { votes };
            self.declare_title(found.clone(), sign, votes);
        }
        if let Some(title) = element {
            let found = Extracted::new(title.to_owned(), Provenance::TitleElement);
            self.declare_title(found, Sign::TitleElement, TITLE_ELEMENT);
            self.confirm_by_element(title);
        }
    }

    /// The declared titles that are a whole part of `<title>`, between sections and sites.
    fn confirm_by_element(&mut self, element: &str) {
        let element = plain::fold(element);
        for contender in &mut self.contenders {
            let parts = contender.forms.iter().map(|form| plain::fold(&form.value));
            let is_shown = |part: String| is_section(&element, &part) && !is_small(&part, &element);
            if parts.into_iter().any(is_shown) {
                contender.add(Sign::TitleElement, TITLE_ELEMENT);
            }
        }
    }

    /// A declared title, and the part of it that names the article.
    fn declare_title(&mut self, found: Extracted<String>, sign: Sign, votes: i32) {
        /// Maximum length in bytes. A longer `<title>` has no end tag, and is expensive to split.
        const MAX_BYTES: usize = 6 * MAX_LENGTH;
        if found.value.len() > MAX_BYTES {
            return;
        }
        let view = self.view;
        let whole = uncut(&found.value).and_then(|cut| {
            let cut = reduced(cut);
            let fits = |line: &&TextLine| {
                !line.is_unseen
                    && line.length() <= MAX_LENGTH
                    && reduced(&line.text).starts_with(&cut)
            };
            view.lines.iter().find(fits).filter(|_| cut.chars().count() >= MIN_LENGTH)
        });
        if let Some(line) = whole {
            self.vote(Extracted::new(line.text.clone(), Provenance::Heading), sign, votes);
        }
        if let Some(part) = without_site(&view.site, &found.value) {
            // A small part may be the section.
            let votes = if is_small(part, &found.value) { votes / 2 } else { votes };
            self.vote(Extracted::new(part.to_owned(), found.provenance.clone()), sign, votes);
        }
        self.vote(found, sign, votes);
    }

    /// The lines that show a declared title or a part of it, and all headings.
    fn read_lines(&mut self) {
        let view = self.view;
        let declared: Vec<(String, Vec<(Sign, i32)>)> = self
            .contenders
            .iter()
            .flat_map(|known| {
                known.forms.iter().map(|form| (plain::fold(&form.value), known.signs.clone()))
            })
            .collect();
        let body = self.range.and_then(|range| range.body);
        for (index, line) in view.lines.iter().enumerate() {
            if !may_show(line) {
                continue;
            }
            let length = line.length();
            let title = title_in(line);
            let folded = view.folded_title(index);
            let parts = declared.iter().filter(|(text, _)| is_part(text, folded));
            let signs = parts.flat_map(|(text, signs)| {
                // A small part of a title is a section or the site.
                let is_small = is_small(folded, text);
                signs
                    .iter()
                    .map(move |(sign, votes)| (*sign, if is_small { votes / 4 } else { *votes }))
            });
            let signs: Vec<(Sign, i32)> = signs.collect();
            let looks_like_title = line.looks_like_title || line.is_large && is_phrase(line);
            let is_heading = line.level > 0 || looks_like_title && length >= MIN_LENGTH;
            let is_linked = leads_away(view, line);
            // A heading below the article is that of others.
            let is_below = body.is_some_and(|(_, last)| index > last);
            let is_named = || length >= SHORT && named::is_named(&view.dom, line);
            let stands_alone = !is_below
                && is_heading
                && !is_linked
                && (length >= MIN_LENGTH || line.level > 0 && is_named());
            let is_other = || {
                is_byline(title)
                    || begins_with_date(title)
                    || date_line::is_date_line(title)
                    || line_wording::is_related_heading(title)
                    || line_wording::is_boilerplate_line(title)
            };
            if (signs.is_empty() && !stands_alone) || is_other() {
                continue;
            }
            // A line that shows a declared title stands out by that.
            let heading =
                heading_votes(line, is_linked).max(i32::from(!signs.is_empty() && !is_linked));
            let near = self.near_votes(index);
            // A link next to the text is that of a section.
            let near = if is_linked { near.min(0) } else { near };
            if is_heading {
                self.read_kicker(folded, heading, near);
            }
            // A declared title may have the kicker, too.
            let whole = reduced(title);
            let is_declared = || self.contenders.iter().any(|known| known.key == whole);
            let title = if line.nodes.len() < 2 || line.level == 0 || is_declared() {
                title
            } else {
                without_kicker(view, line, title)
            };
            let Some(contender) = self.contender(reduced(title)) else { continue };
            for (sign, votes) in signs {
                contender.add(sign, votes);
            }
            contender.add(Sign::Heading, heading);
            let known = contender.line;
            contender.add(Sign::Near, near);
            let shown = Extracted::new(title.to_owned(), Provenance::Heading);
            if !contender.forms.contains(&shown) {
                contender.forms.push(shown);
            }
            let is_better = known
                .and_then(|known| view.lines.get(known))
                .is_none_or(|known| heading_votes(known, leads_away(view, known)) < heading);
            if is_better {
                contender.line = Some(index);
            }
        }
    }

    /// The votes of a line for its position. Without a known body, the next long line counts.
    fn near_votes(&self, index: usize) -> i32 {
        let lines = &self.view.lines;
        let body = self.range.and_then(|range| range.body);
        let text = || {
            let below = lines.iter().enumerate().skip(index + 1).take(NEAR);
            below.clone().find(|(_, line)| generic::is_text(line)).map(|(at, _)| at)
        };
        let is_close = |below: usize| match below.saturating_sub(index) {
            distance if distance <= CLOSE => 4,
            distance if distance <= NEAR => 2,
            _ => 0,
        };
        match body {
            Some((first, _)) if index < first => is_close(first),
            // A body that was cut out with its heading, or a heading that was pasted into it.
            Some((first, _)) if index <= first + 1 => 2,
            Some(_) => -4,
            None => text().map_or(0, is_close),
        }
    }

    /// The headings in the header of the page, which was removed with its boilerplate.
    fn read_header(&mut self) {
        let view = self.view;
        let removed = view.boilerplate.iter().filter_map(|id| view.dom.tree().tree.get(*id));
        let headers = removed.filter(|node| {
            node.value().as_element().is_some_and(|element| element.name() == "header")
                && node.descendants().any(|inner| {
                    inner.value().as_element().is_some_and(|element| element.name() == "h1")
                })
        });
        for line in headers.flat_map(|header| lines::lines(header)).filter(|line| line.level == 1) {
            let key = reduced(&line.text);
            if let Some(known) =
                self.contenders.iter_mut().find(|known| known.key == key && !line.is_unseen)
            {
                known.add(Sign::Heading, heading_votes(&line, line.is_linked()));
            }
        }
    }

    /// The words of the page's address.
    fn read_address(&mut self) {
        /// The share of a title's words that the address must have, in percent.
        const SHARE: usize = 60;
        const MIN_WORDS: usize = 3;
        let path = self.view.page.url.path().to_lowercase();
        let path: Vec<&str> = path.split(|c: char| !c.is_alphanumeric()).collect();
        for contender in &mut self.contenders {
            let Some(form) = contender.forms.first() else { continue };
            // The name of the site may have words of the address, too.
            if without_site(&self.view.site, &form.value).is_some() {
                continue;
            }
            let folded = plain::fold(&form.value);
            let words: Vec<&str> = folded
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.len() > 1)
                .collect();
            let shared = words.iter().filter(|word| path.contains(word)).count();
            if shared >= MIN_WORDS && shared * 100 >= words.len() * SHARE {
                contender.add(Sign::Address, ADDRESS);
            }
        }
    }

    /// The lines above the body, and at its beginning, that a theme or a bold type names the title.
    fn read_classes(&mut self) {
        let view = self.view;
        let Some((first, _)) = self.range.and_then(|range| range.body) else { return };
        let lines = view.lines.iter().enumerate();
        for (index, line) in lines.take(first + INTO).skip(first.saturating_sub(NEAR)) {
            // `Thư cảm ơn` in a heading with such a class.
            let min_length = if line.level > 0 { SHORT } else { MIN_LENGTH };
            let fits =
                (min_length..=MAX_LENGTH).contains(&line.length()) && !leads_away(view, line);
            let is_other = line.is_unseen
                || is_byline(&line.text)
                || begins_with_date(&line.text)
                || date_line::is_date_line(&line.text)
                || line_wording::is_related_heading(&line.text)
                || shows_age(view, line);
            if !fits || is_other {
                continue;
            }
            let is_close = index <= first && index + CLOSE > first;
            let is_bold = is_close && is_bold_title(line);
            let is_named = named::is_named(&view.dom, line);
            // Of the rows of a table, only one with its label shows a title.
            let is_cell = line.row && title_in(line).len() == line.text.len();
            let is_plain =
                is_phrase(line) && !is_cell && (index <= first && is_close || self.is_dated(index));
            if is_named || is_bold || is_plain {
                let title = title_in(line);
                let near = self.near_votes(index);
                let votes = match (is_named, is_bold) {
                    (true, _) => CLASS + i32::from(line.emphasised),
                    (false, true) => CLASS,
                    (false, false) => 0,
                };
                let found = Extracted::new(title.to_owned(), Provenance::Heading);
                self.vote(found, Sign::Heading, votes);
                if let Some(contender) = self.contender(reduced(title)) {
                    contender.add(Sign::Near, near);
                    contender.line = contender.line.or(Some(index));
                }
            }
        }
    }

    /// The lines with a date next to them. Next to the name of the site it is a clock.
    fn read_dates(&mut self) {
        let dated: Vec<bool> = self
            .contenders
            .iter()
            .map(|contender| {
                contender.line.is_some_and(|line| self.is_dated(line))
                    && !self.view.site.is_shown(&contender.key)
                    && !banner::is_banner(self.view, contender)
            })
            .collect();
        for (contender, is_dated) in self.contenders.iter_mut().zip(dated) {
            if is_dated {
                contender.add(Sign::Dated, DATED);
            }
        }
    }

    /// Whether a date of another day than the page's clock stands above or below a line.
    fn is_dated(&self, index: usize) -> bool {
        /// Maximum length of a line between title and date, in characters.
        const BETWEEN: usize = 60;
        let view = self.view;
        let is_date = |index: usize| {
            let line = view.lines.get(index).filter(|line| !line.is_linked());
            line.is_some_and(|line| {
                !date_line::is_of_other_day(&line.text)
                    && (date_line::is_date_line(&line.text)
                        || date_line::is_short_date_line(&line.text)
                        || date_line::has_date_part(&line.text))
                    && !date_line::is_range(&line.text)
            }) && !view.shows_today(index)
        };
        // A headline between a section and the date has the date for itself.
        let is_between = |line: &TextLine| line.length() <= BETWEEN && !is_phrase(line);
        let above = |lines: usize| index.checked_sub(lines);
        let is_capital = |line: &TextLine| !line.text.chars().any(char::is_lowercase);
        let is_section =
            |line: &TextLine| (is_between(line) || is_capital(line)) && !line.is_linked();
        let has_date = |line: &TextLine| date_line::split_trailing_date(&line.text).1.is_some();
        is_date(index + 1)
            || view.lines.get(index).is_some_and(has_date)
            || view.lines.get(index + 1).is_some_and(is_between) && is_date(index + 2)
            || above(1).is_some_and(is_date)
            || above(1).and_then(|at| view.lines.get(at)).is_some_and(is_section)
                && above(2).is_some_and(is_date)
    }
}

/// The position of a body from its first sentence: a guessed body may begin with the section, the
/// title and the date.
fn from_text(view: &PageView<'_>, range: &BodyRange) -> BodyRange {
    const MIN_WORDS: usize = 8;
    let is_sentence = |line: &TextLine| {
        generic::is_text(line)
            || line.text.ends_with(['.', '!', ':', ';', '…'])
                && line.text.split(' ').count() >= MIN_WORDS
    };
    let Some((first, last)) = range.body else { return *range };
    let head = view.lines.get(first..=last).unwrap_or_default().iter().take(NEAR);
    // One line is the first heading of the text.
    let start = head.clone().position(is_sentence).filter(|start| *start > 1).unwrap_or_default();
    BodyRange { body: Some((first + start, last)), ..*range }
}

/// Whether a part of a title is less than two fifths of it.
fn is_small(part: &str, title: &str) -> bool {
    part.len() * 5 < title.len() * 2
}

/// The number of marks between the words of a text.
fn inner_marks(text: &str) -> usize {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.chars().filter(|c| matches!(c, ':' | '|' | '–' | '—' | '-')).count()
}

/// Puts the best form of a title first: as the listing writes it, or as the page shows it, unless
/// it shows capitals.
fn prefer_best_form(view: &PageView<'_>, contender: &mut Contender) {
    let shown = contender.line.and_then(|line| view.lines.get(line)).map(|line| line.text.clone());
    let is_capital = |text: &str| !text.chars().any(char::is_lowercase);
    contender.forms.sort_by_key(|form| {
        let is_shown = form.provenance == Provenance::Heading
            && shown.as_deref().is_some_and(|text| text.starts_with(&form.value));
        let is_visible = is_shown
            || matches!(
                form.provenance,
                Provenance::Teaser | Provenance::Platform(_) | Provenance::JsonLd(_)
            );
        // The elements of a heading separate what marks separate elsewhere.
        let marks =
            if form.provenance == Provenance::TitleElement { 0 } else { inner_marks(&form.value) };
        (is_capital(&form.value), Reverse(marks), !is_visible)
    });
}
