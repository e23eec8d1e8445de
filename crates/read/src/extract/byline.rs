//! Reads author and source from the lines at the beginning and end of a text, and cuts these lines
//! out of the body.

use super::byline_around::picture_of;
use super::byline_end;
use super::byline_inline::{self, inline_signature};
use super::byline_parts::{BylinePart, behind_date, parts};
use super::byline_shape::{
    is_board, is_capital_name, is_caption, is_names, is_own_office, is_phrase, is_press,
    is_press_line, is_quoted, is_reprint, is_sentence, is_signed_for, is_title, is_whole_name,
    may_be_value, reprint, starts_with_capital, without_role,
};
use super::byline_value;
use super::date_line;
use super::labels::{self, LabelRole};
use super::lines::{self, TextLine};
use super::removed::{LineCut, RemovalLog};
use crate::names;
use bantin_core::{Extracted, Provenance};
use scraper::Html;

/// Maximum number of lines of a byline at the end of a body.
const MAX_LINES: usize = 5;

/// The fields read from the bylines of a page.
#[derive(Debug, Default)]
pub(super) struct Byline {
    pub(super) author: Option<Extracted<String>>,
    pub(super) source: Option<Extracted<String>>,
}

impl Byline {
    /// Reads the bylines at the end and at the beginning of a body, and cuts them out.
    pub(super) fn split_off(&mut self, tree: &mut Html, log: &mut RemovalLog) {
        let mut lines = lines::lines(*tree.root_element());
        let near_end = lines.len().saturating_sub(MAX_LINES + 1);
        for line in lines.iter_mut().enumerate().filter(|(at, _)| *at == 0 || *at >= near_end) {
            line.1.text =
                byline_value::own_text(tree, line.1).unwrap_or(std::mem::take(&mut line.1.text));
        }
        let mut cut = Vec::new();
        let (text, below) = byline_end::split_at_byline(tree, &lines);
        cut.extend(below.iter().map(|line| (line, "line below the byline")));
        let text = self.read_credits(tree, text, &mut cut);
        self.read_end(text, &mut cut);
        self.read_beginning(tree, text, &mut cut);
        let is_whole = cut.is_empty();
        let inline = if is_whole { inline_signature(tree, &lines) } else { None };
        log.cut(tree, &lines, &cut);
        if let Some((names, nodes)) = inline.filter(|_| self.author.is_none()) {
            self.author = Some(Extracted::new(names, Provenance::Body));
            for node in nodes {
                if let Some(mut node) = tree.tree.get_mut(node) {
                    node.detach();
                }
            }
        } else if is_whole && let Some(bracket) = byline_inline::bracket(&lines) {
            let parts = parts(bracket);
            let is_taken = match parts.is_empty() {
                true => self.read_bracket(bracket),
                false => self.read_labelled(&parts, true),
            };
            if is_taken {
                byline_inline::remove_bracket(tree, &lines, bracket);
            }
        }
    }

    /// Reads the bracket behind the last sentence: `(H.T)`, `(TTXVN)`, `(Lê An – Báo Xã)`.
    fn read_bracket(&mut self, bracket: &str) -> bool {
        let inner = bracket.trim_matches(['(', ')', ' ']);
        let found = || Some(Extracted::new(inner.to_owned(), Provenance::Body));
        if is_press_line(inner) {
            self.source = self.source.take().or_else(found);
            return true;
        }
        if let Some((names, paper)) = reprint(bracket).filter(|(names, _)| is_names(names)) {
            let found = |text: &str| Extracted::new(text.to_owned(), Provenance::Body);
            self.author.get_or_insert_with(|| found(names));
            if !is_own_office(paper) {
                self.source.get_or_insert_with(|| found(paper));
            }
            return true;
        }
        let is_writer = names::is_initials(inner) || is_whole_name(inner);
        if is_writer {
            self.author = self.author.take().or_else(found);
        }
        is_writer
    }

    /// Reads the bylines at the beginning of a body, with the photographers and editors below them.
    fn read_beginning<'a>(
        &mut self,
        tree: &Html,
        lines: &'a [TextLine],
        cut: &mut Vec<LineCut<'a>>,
    ) {
        /// Minimum length of a lead, in characters, and the number of its lines.
        const LEAD: usize = 60;
        const LEADS: usize = 2;
        let mut is_below = false;
        // The last line is text, whatever it contains.
        let first = lines.iter().take(MAX_LINES.min(lines.len().saturating_sub(1)));
        for (at, line) in first.enumerate() {
            let parts = parts(behind_date(&line.text).unwrap_or(&line.text));
            let are_labels = !parts.is_empty() && parts.iter().all(|part| part.colon);
            if !are_labels && !is_below && at < LEADS && line.length() >= LEAD {
                continue;
            }
            if let [BylinePart { role: LabelRole::Source, value: "", colon: true, .. }] = &*parts
                && picture_of(tree, line).is_some()
            {
                cut.push((line, "byline"));
                continue;
            }
            // Below the lead, only a byline with names is certain.
            if at > 0 && !is_below && !are_people(&parts) {
                break;
            }
            let is_other = is_below && parts.iter().all(|part| part.role == LabelRole::Other);
            if !are_labels || !is_other && !self.read_labelled(&parts, false) {
                break;
            }
            cut.push((line, "byline"));
            is_below = true;
        }
    }

    /// Reads the bylines at the end of a body, from the last line up, and adds their lines to
    /// `cut`.
    fn read_end<'a>(&mut self, lines: &'a [TextLine], cut: &mut Vec<LineCut<'a>>) {
        let mut is_byline = |line| cut.push((line, "byline"));
        let lines = without_documents(lines);
        // The only line of a body is text, whatever it contains.
        let end = lines.len().min(MAX_LINES + 1);
        let mut tail: Vec<&TextLine> = lines.iter().rev().take(end).collect();
        if tail.len() == lines.len() {
            tail.pop();
        }
        let mut value: Option<&TextLine> = None;
        // Photographers and editors, who belong to a byline above them.
        let mut others: Vec<&TextLine> = Vec::new();
        for (at, line) in tail.iter().copied().enumerate() {
            let parts = parts(&line.text);
            let is_beside =
                are_others(&parts) || is_office(line, &parts, tail.get(at + 1).copied());
            if value.is_none() && is_beside {
                others.push(line);
                continue;
            }
            let waiting = value.take();
            let is_set_apart = line.is_right_aligned || line.text.starts_with('(');
            if let Some(paper) = bracketed_paper(line) {
                let from = || Extracted::new(paper.to_owned(), Provenance::Body);
                self.source.get_or_insert_with(from);
                is_byline(line);
                continue;
            }
            if waiting.is_none()
                && self.source.is_none()
                && is_set_apart
                && is_press_line(&line.text)
            {
                let press = line.text.trim_matches(['(', ')', '.', ' ']);
                self.source = Some(Extracted::new(press.to_owned(), Provenance::Body));
                is_byline(line);
                continue;
            }
            // A label on its own line, with the name on the next, or without one.
            if let [BylinePart { role, value: "", label, colon, .. }] = parts.as_slice() {
                let name = waiting.filter(|below| {
                    may_be_value(&below.text) && self.set_name(*role, label, &below.text)
                });
                let names_someone = matches!(role, LabelRole::Author | LabelRole::Source);
                if name.is_some() || (*colon && names_someone) {
                    name.into_iter().for_each(&mut is_byline);
                    is_byline(line);
                    continue;
                }
            }
            // The day of publication stands below the signature, or above it.
            if waiting.is_none() && date_line::is_of_page(&line.text) && is_labelled_day(&line.text)
            {
                is_byline(line);
                continue;
            }
            if let Some(below) = waiting {
                let is_signer = is_signed_for(&line.text);
                if is_signer || !stands_out(below, line) || !self.read_unlabelled(below) {
                    return;
                }
                is_byline(below);
                others.drain(..).for_each(&mut is_byline);
            }
            if self.read_labelled(&parts, true) || self.read_reprint(&parts, line) {
                is_byline(line);
                others.drain(..).for_each(&mut is_byline);
            } else if line.length() <= 60
                && self.author.is_none()
                && starts_with_capital(&line.text)
            {
                value = Some(line);
            } else {
                break;
            }
        }
        if let Some(below) = value.filter(|_| lines.len() > 1)
            && self.read_unlabelled(below)
        {
            is_byline(below);
            others.drain(..).for_each(&mut is_byline);
        }
        // Without a writer, editors and the photographers beside them are no text, either. A line
        // with photographers alone may be a caption.
        let is_editor = |part: &BylinePart<'_>| !part.label.to_lowercase().contains("ảnh");
        let are_credits = |line: &&TextLine| are_people(&parts(&line.text));
        let credits: Vec<&TextLine> = others.into_iter().filter(are_credits).collect();
        if credits.iter().any(|line| parts(&line.text).iter().any(is_editor)) {
            credits.into_iter().for_each(&mut is_byline);
        }
    }

    /// Takes the labelled names of a line. Without a colon, only a line at the end of a body
    /// counts.
    pub(super) fn read_labelled(&mut self, parts: &[BylinePart<'_>], at_end: bool) -> bool {
        let mut taken = false;
        for part in parts {
            // A line set apart names the source in any words: `Theo: Cẩm nang nhà nông`.
            let is_title = || at_end && part.role == LabelRole::Source && is_title(part.value);
            let is_trusted = if part.colon {
                !part.value.is_empty()
                    && !is_sentence(part.value)
                    && (!is_phrase(part.label, part.value) || is_title())
            } else {
                (at_end || part.says_by)
                    && (is_names(part.value)
                        || is_capital_name(part.value)
                        || is_quoted(part.value)
                        || is_reprint(part.value))
            };
            if is_trusted && matches!(part.role, LabelRole::Author | LabelRole::Source) {
                taken |= self.set_name(part.role, part.label, part.value);
            }
        }
        taken
    }

    /// Takes the source of a reprint in any words, from a line that is set apart: `Theo Sức khỏe & Đời
    /// sống`.
    fn read_reprint(&mut self, parts: &[BylinePart<'_>], line: &TextLine) -> bool {
        let [BylinePart { role: LabelRole::Source, label, value, .. }] = parts else {
            return false;
        };
        let is_bracketed = line.text.starts_with('(') && line.text.ends_with(')');
        (line.is_right_aligned || is_bracketed)
            && is_title(value)
            && self.set_name(LabelRole::Source, label, value)
    }

    /// Takes a name without a label, from a short line at the end of a text.
    pub(super) fn read_unlabelled(&mut self, line: &TextLine) -> bool {
        let free = self.author.is_none() && !line.is_linked() && !line.heading;
        if !free || labels::at_start(&line.text).is_some() {
            return false;
        }
        let (names, paper) = match reprint(&line.text) {
            Some((names, paper)) => (names, Some(paper)),
            None => (line.text.as_str(), None),
        };
        let names = without_role(names);
        let names = names::without_function(names);
        // An office that signs its own news is no source.
        let is_office = !is_press(names) && !is_board(names) && paper.is_none();
        if names::is_organisation(names) && is_office {
            return false;
        }
        // `T.K (Tổ Cảnh sát)`
        let bracket = names.strip_suffix(')').and_then(|names| names.rsplit_once(" ("));
        let names = match bracket {
            Some((name, _)) if names::is_initials(name) || is_whole_name(name) => name,
            _ => names,
        };
        let is_shaped = is_names(names)
            || is_capital_name(names)
            || names::is_initials(names)
            || is_board(names);
        if !is_shaped || is_caption(names) {
            return false;
        }
        self.author = Some(Extracted::new(names.to_owned(), Provenance::Body));
        if let Some(paper) = paper.filter(|paper| !is_own_office(paper)) {
            self.source.get_or_insert_with(|| Extracted::new(paper.to_owned(), Provenance::Body));
        }
        true
    }

    /// Takes a name. Returns true even if the role is filled already, because the line is still a
    /// byline.
    pub(super) fn set_name(&mut self, role: LabelRole, label: &str, name: &str) -> bool {
        let found =
            |name: &str| Extracted::new(name.to_owned(), Provenance::Label(label.to_owned()));
        if !matches!(role, LabelRole::Author | LabelRole::Source) {
            return false;
        }
        // `Nguồn: Theo Báo X` has two labels.
        let name = match labels::at_start(name) {
            Some(inner) if role == LabelRole::Source && inner.role == role => inner.value,
            _ => name,
        };
        let name = if role == LabelRole::Author { without_role(name) } else { name };
        // `Lê Văn An, Trường THCS Xã`
        let of_office = || {
            let comma = name.split_once(", ").filter(|(_, office)| names::is_organisation(office));
            // `Lê Văn An (Tổ Ngữ văn)`
            let bracket = || name.strip_suffix(')')?.rsplit_once(" (");
            let (writer, office) = comma.or_else(bracket)?;
            (role == LabelRole::Author && is_names(writer)).then_some((writer, office))
        };
        let signed = reprint(name).filter(|(names, _)| is_names(names)).or_else(of_office);
        if let Some((names, paper)) = signed {
            self.author.get_or_insert_with(|| found(names));
            let is_paper = !is_own_office(paper) && reprint(name).is_some();
            if role == LabelRole::Source || is_paper {
                self.source.get_or_insert_with(|| found(paper));
            }
        } else {
            let place = if role == LabelRole::Author { &mut self.author } else { &mut self.source };
            // `Người đăng: admin | Tác giả: Lê An`
            let is_faulty = |known: &mut Extracted<String>| {
                crate::person::name_fault(&known.value, true).is_some()
            };
            if role == LabelRole::Author && is_whole_name(name) {
                place.take_if(is_faulty);
            }
            place.get_or_insert_with(|| found(name));
        }
        true
    }
}

/// Whether the parts of a line name photographers, editors and the like, and no author.
pub(super) fn are_others(parts: &[BylinePart<'_>]) -> bool {
    let is_other = |part: &BylinePart<'_>| part.role == LabelRole::Other && part.colon;
    !parts.is_empty() && parts.iter().all(is_other)
}

/// The lines of a text without the list of documents at its end, below `Tập tin:` or the like.
fn without_documents(lines: &[TextLine]) -> &[TextLine] {
    let is_document = |line: &TextLine| {
        line.is_linked() && line.links_to_document_or_contact && !line.text.contains('@')
    };
    let count = lines.iter().rev().take_while(|line| is_document(line)).count();
    let end = lines.len() - count;
    let is_heading = |line: &TextLine| line.text.ends_with(':') && line.length() <= 60;
    match end.checked_sub(1).and_then(|at| lines.get(at)) {
        Some(heading) if count > 0 && is_heading(heading) => lines.get(..end - 1).unwrap_or(lines),
        _ => lines,
    }
}

/// Whether the parts of a line name people, with a label before each.
fn are_people(parts: &[BylinePart<'_>]) -> bool {
    let is_one = |part: &BylinePart<'_>| {
        part.colon
            && matches!(part.role, LabelRole::Author | LabelRole::Other)
            && (is_names(part.value) || is_capital_name(part.value) || is_whole_name(part.value))
            && !is_phrase(part.label, part.value)
    };
    !parts.is_empty() && parts.iter().all(is_one)
}

/// Whether a line is the office or the place of the writer, who is named on the line above it:
/// `Phòng Văn hóa`, `(Chi hội 7, phường Xuân Hà)`.
fn is_office(line: &TextLine, own: &[BylinePart<'_>], above: Option<&TextLine>) -> bool {
    let Some(above) = above.filter(|_| !line.row) else { return false };
    let names_author = |part: &BylinePart<'_>| part.role == LabelRole::Author && part.colon;
    let is_name = || {
        line.is_right_aligned && above.is_right_aligned && names::is_person(&above.text)
            || is_whole_name(&above.text)
            || parts(&above.text).iter().any(names_author)
    };
    let is_bracketed = || line.text.starts_with('(') && line.text.ends_with(')');
    let is_other = || {
        own.is_empty()
            && !is_press_line(&line.text)
            && !is_reprint(&line.text)
            && !is_names(&line.text)
    };
    names::is_organisation(&line.text) && !is_press(&line.text) && is_name()
        || line.is_right_aligned && is_bracketed() && is_other()
}

/// The newspaper in square brackets below an author: `[Khoa học & Đời sống]`.
fn bracketed_paper(line: &TextLine) -> Option<&str> {
    const MAX_WORDS: usize = 8;
    let name = line.text.strip_prefix('[').and_then(|text| text.strip_suffix(']'))?;
    let is_name = line.is_right_aligned
        && starts_with_capital(name)
        && name.split(' ').count() <= MAX_WORDS
        && !name.ends_with(['.', '!', '?', '…', ':']);
    is_name.then_some(name)
}

/// Whether a line is a label with a day: `Ngày đăng: 12/05/2024`.
fn is_labelled_day(text: &str) -> bool {
    // Counters and buttons may follow: `Cập nhật ngày 25/6/2016 | Số lần nghe: 157`.
    let text = text.split('|').next().unwrap_or(text).trim_end();
    labels::at_start(text).is_some_and(|label| {
        label.role == LabelRole::Date
            && (date_line::is_date_line(text) || date_line::is_date_line(label.value))
    })
}

/// Whether a short last line is set apart from the line above it: below the lines of a poem, a
/// name differs from a verse by its alignment or type only.
fn stands_out(line: &TextLine, above: &TextLine) -> bool {
    /// Minimum length of a paragraph, in characters; verses are shorter.
    const PARAGRAPH: usize = 60;
    let ends_sentence =
        above.text.trim_end().ends_with(['.', '!', '?', '”', '"', '…', ':', ';', ')']);
    above.length() >= PARAGRAPH
        || ends_sentence
        || above.caption
        || labels::at_start(&above.text).is_some()
        || line.is_right_aligned && !above.is_right_aligned
        || line.emphasised && !above.emphasised
}

/// A name that a selector found, without the label before it.
pub(super) fn unlabelled(role: LabelRole, found: Extracted<String>) -> Option<Extracted<String>> {
    let parts = parts(&found.value);
    let value = match parts.iter().find(|part| part.role == role && part.colon) {
        Some(part) => part.value.to_owned(),
        // A platform's cell for the source may contain only the author, and vice versa.
        None if parts.iter().any(|part| part.colon)
            && !matches!(found.provenance, Provenance::Selector(_)) =>
        {
            return None;
        }
        None => found.value.clone(),
    };
    (!value.is_empty()).then(|| Extracted::new(value, found.provenance))
}

#[cfg(test)]
mod tests;
