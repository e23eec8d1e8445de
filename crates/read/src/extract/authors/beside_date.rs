//! Names that stand beside the date of an article without a label, above or below the title.

use super::{Claim, LONGEST, Place, texts};
use crate::extract::body::BodyRange;
use crate::extract::byline_parts::writer_and_day;
use crate::extract::byline_shape::{is_caption, is_role, is_section, is_whole_name, reprint};
use crate::extract::labels::{self, LabelRole};
use crate::extract::lines::TextLine;
use crate::extract::{PageView, date_line, fact_line};
use crate::{names, person};
use bantin_core::Provenance;
use bantin_page::plain::{self, fold};

/// The name at the beginning of the date line below the title, in a part of its own: `<span>Lê
/// An</span> • <span>12/05/2024</span>`, `Jane Doe | Writer | May 3, 2024`. A section has a link, or
/// lower-case words.
pub(super) fn beside_date(view: &PageView<'_>, range: &BodyRange) -> Option<Claim> {
    const MARKS: [&str; 5] = [" | ", " • ", " · ", " – ", " / "];
    let (title, (first, _)) = range.title.zip(range.body)?;
    /// Number of lines of the text that may be facts below a lead.
    const INTO: usize = 3;
    let has_words = |line: &TextLine| line.text.contains(char::is_alphanumeric);
    let lines = view.lines.iter().enumerate().take(first + INTO).skip(title + 1);
    let lines = lines.filter(|(_, line)| has_words(line));
    let is_fact = |line: &TextLine| fact_line::is_fact_line(view.dom.tree(), line);
    let is_above_date =
        |at: usize| view.lines.get(at + 1).is_some_and(|next| date_line::is_date_line(&next.text));
    let below: Vec<&TextLine> = lines
        .filter(|(at, line)| *at < first || is_fact(line) || is_above_date(*at))
        .map(|(_, line)| line)
        .collect();
    let near = view.lines.iter().take(first + INTO).skip(title + 1);
    let mut near = near.filter(|line| line.linked == 0);
    if let Some((writer, _)) = near.find_map(|line| writer_and_day(&line.text)) {
        let from = Provenance::Markup("beside the date".into());
        let names = vec![writer.to_owned()];
        return Claim::of_names(view, Place::Line, Place::Line.votes(), names, from);
    }
    let is_dated = |part: &str| date_line::is_date_line(part) || date_line::counts_from_now(part);
    let is_date = |line: &TextLine| {
        date_line::is_short_date_line(&line.text)
            || line.text.contains(|c: char| c.is_ascii_digit())
                && line.length() <= LONGEST
                && texts(view, line).iter().any(|(part, _)| is_dated(part))
    };
    let at = below.iter().position(|line| is_date(line))?;
    let line = below.get(at)?;
    // On a line of its own, only a whole name is told from a section.
    let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    let mut beside = beside.filter_map(|at| below.get(at));
    // Directly above the date and below the title stands a pen name.
    let is_between = at == 1;
    if let Some(names) = beside.find_map(|line| writers(view, line, is_between)) {
        let from = Provenance::Markup("beside the date".into());
        return Claim::of_names(view, Place::Line, Place::Line.votes(), names, from);
    }
    let is_menu = |name: &str| view.lines.iter().any(|other| other.text == name);
    let mut parts = written(view, line);
    for mark in MARKS {
        let split = |(part, is_linked): &(String, bool)| -> Vec<(String, bool)> {
            part.split(mark).map(|part| (plain::line(part), *is_linked)).collect()
        };
        parts = parts.iter().flat_map(split).collect();
    }
    // `Lê An - 12/05/2024`: a dash may stand between two names, too.
    let split = |(part, is_linked): (String, bool)| match part.rsplit_once(" - ") {
        Some((name, date)) if is_dated(date) => {
            vec![(name.to_owned(), is_linked), (date.to_owned(), is_linked)]
        }
        _ => vec![(part, is_linked)],
    };
    let parts: Vec<(String, bool)> = parts.into_iter().flat_map(split).collect();
    if !parts.iter().any(|(part, _)| is_dated(part)) {
        return None;
    }
    // Behind the date, only a whole name is told from a place.
    let is_writer = |at: usize, part: &str| {
        let part = without_paper(part);
        labels::at_start(part).is_none_or(|label| label.role != LabelRole::Source)
            && (are_full_names(part)
                || part
                    .split(" - ")
                    .all(|name| if at == 0 { names::is_person(name) } else { is_whole_name(name) }))
    };
    let (_, (name, _)) = parts.iter().enumerate().find(|(at, (part, is_linked))| {
        !is_linked && !is_dated(part) && is_writer(*at, part) && !is_menu(part)
    })?;
    let name = without_paper(name);
    let name = &name.replace(" - ", ", ");
    let names = person::names_in(name, false)?;
    let from = Provenance::Markup("beside the date".into());
    Claim::of_names(view, Place::Line, Place::Line.votes(), names, from)
}

/// Whether a text consists of several names of three words or more, separated by commas. Shorter
/// ones may be places: `Mai Châu, Đà Bắc`.
fn are_full_names(text: &str) -> bool {
    const MIN_WORDS: usize = 3;
    let is_full = |name: &str| {
        is_whole_name(name) && names::without_degrees(name).split(' ').count() >= MIN_WORDS
    };
    text.contains(", ") && text.split(", ").all(is_full)
}

/// The names without the paper or the office behind them: `Lê Văn An (Tiền Phong)`.
fn without_paper(part: &str) -> &str {
    let bracket =
        || part.strip_suffix(')')?.split_once(" (").filter(|(name, _)| is_whole_name(name));
    reprint(part).or_else(bracket).map_or(part, |(name, _)| name)
}

/// The writers on a line of its own: whole names, or pen names on a line between title and date.
fn writers(view: &PageView<'_>, line: &TextLine, is_between: bool) -> Option<Vec<String>> {
    let parts = written(view, line).into_iter().map(|(part, _)| part);
    let (mails, parts): (Vec<String>, Vec<String>) = parts.partition(|part| part.contains('@'));
    let text = parts.join(" ");
    let text = names::without_function(names::without_compiled(&text));
    // `Lê Văn An - Phòng Bảo tồn`, `Lê Văn An, phóng viên`
    let role = text.split_once(", ").filter(|(_, role)| is_role(role));
    let text = reprint(text).or(role).map_or(text, |(name, _)| name.trim_end());
    let writers: Vec<String> =
        text.split([',', '-', '–']).map(|name| name.trim().to_owned()).collect();
    // Two words may be a place, too.
    let is_told = |name: &str| !mails.is_empty() || name.split(' ').count() > 2;
    let is_writer = |name: &String| {
        is_whole_name(name) || is_between && is_told(name) && is_pen_name(view, name)
    };
    // Two names of two words between title and date are those of writers, too.
    let is_pair = is_between
        && writers.len() == 2
        && writers.iter().all(|name| is_pen_name(view, name) && !person::is_province(name));
    let are_several = (is_pair || writers.iter().any(|name| is_whole_name(name)))
        && writers.iter().all(|name| names::is_person(name));
    let is_linked = line.linked > 0 && !line.links_to_document_or_contact;
    (!is_linked && (is_whole_name(text) || are_several || writers.iter().all(is_writer)))
        .then_some(writers)
}

/// Whether a name in a prominent place is that of a writer, and no section, menu or caption.
fn is_pen_name(view: &PageView<'_>, name: &str) -> bool {
    let folded = fold(name);
    let count = view.lines.iter().filter(|other| fold(&other.text) == folded).count();
    names::is_person(name) && count <= 1 && !is_caption(name) && !is_section(&folded)
}

/// The whole name on a line of its own beside the date above the title.
pub(super) fn above_title(view: &PageView<'_>, range: &BodyRange) -> Option<Claim> {
    const ABOVE: usize = 3;
    let title = range.title?;
    let start = title.saturating_sub(ABOVE);
    let lines = view.lines.get(start..title)?;
    let is_date = |line: &TextLine| {
        !line.is_linked()
            && (date_line::is_date_line(&line.text)
                || fact_line::is_fact_line(view.dom.tree(), line))
    };
    let name = lines.iter().enumerate().find_map(|(at, line)| {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let mut beside = beside.filter_map(|at| lines.get(at));
        let is_name = line.linked == 0 && !line.is_unseen && is_whole_name(&line.text);
        (is_name && beside.any(is_date)).then_some(&line.text)
    })?;
    let from = Provenance::Markup("beside the date".into());
    Claim::of_names(view, Place::Line, Place::Line.votes(), vec![name.clone()], from)
}

/// The texts of a line without single letters: the first one of a name may stand for the portrait.
fn written(view: &PageView<'_>, line: &TextLine) -> Vec<(String, bool)> {
    let mut texts = texts(view, line);
    texts.retain(|(text, _)| text.chars().filter(|c| c.is_alphanumeric()).count() > 1);
    texts
}

#[cfg(test)]
mod tests;
