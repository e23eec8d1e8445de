//! Removes title, date, boilerplate and lists of other articles from a body.

use super::body_boilerplate;
use super::byline_shape::{is_caption, is_names, is_press_line, is_whole_name, reprint};
use super::credits;
use super::date_line;
use super::fact_line::is_fact_line;
use super::generic;
use super::labels;
use super::line_wording;
use super::lines::TextLine;
use super::page_phrases;
use super::removed::{BOILERPLATE_LINE, LineCut, RemovalLog};
use crate::names;
use bantin_page::plain;
use scraper::Html;

/// Minimum length of a paragraph, in characters; captions, counters and links are shorter.
const PARAGRAPH: usize = 100;

/// Number of lines at the beginning of a body that may be a lead and the labelled date below it.
const BELOW_LEAD: usize = 5;

/// Number of lines below the title of which one may be a byline.
const BYLINES: usize = 6;

/// Cuts everything out of a body that is not its text: title, date, boilerplate, lists of other
/// articles.
///
/// `generic` bodies are guessed; they also lose trailing links.
pub(super) fn trim(
    tree: &mut Html,
    lines: &[TextLine],
    title: &str,
    generic: bool,
    log: &mut RemovalLog,
) {
    /// Maximum length of a date, in bytes.
    const DATE: usize = 120;
    let title = plain::fold(title);
    let is_furniture = |line: &&TextLine| line_wording::is_boilerplate_line(&line.text);
    let mut cut: Vec<LineCut<'_>> =
        lines.iter().filter(is_furniture).map(|line| (line, BOILERPLATE_LINE)).collect();
    // A letter has up to three bytes more than without its marks; a date may follow the title.
    let longest = 4 * title.len() + DATE;
    let is_title = |line: &TextLine| {
        !title.is_empty()
            && line.text.len() <= longest
            && plain::fold(date_line::split_trailing_date(&line.text).0) == title
    };
    // Lines above the text. Above the repeated title, a guessed body has a breadcrumb or a category,
    // or the page itself.
    let until = if generic { 12 } else { 6 };
    let head = lines.iter().position(|line| is_title(line) && !line.caption);
    let is_around = head.is_some_and(|head| generic && is_of_page(lines, head));
    let head = head.filter(|head| *head < until || is_around);
    let is_path = |line: &TextLine| {
        line.length() < 80 || line.length() < 2 * 80 && line.text.contains(['•', '|', '›', '»'])
    };
    let above = lines.iter().take(head.unwrap_or(0));
    let above = above.filter(|line| generic && (is_around || is_path(line)));
    cut.extend(above.map(|line| (line, "line outside the text")));
    let below_title = head.map_or(0, |head| head + 1);
    let last_title = head.map_or(12, |head| head.max(11) + 1);
    let titles = lines.iter().take(last_title).filter(|line| is_title(line));
    cut.extend(titles.map(|line| (line, "title repeated")));
    let start = head.filter(|_| generic).unwrap_or_default();
    let top = lines.iter().skip(start);
    let mut top = top.filter(|line| !is_furniture(line) && !is_title(line));
    let is_dated =
        |line: &TextLine| date_line::is_date_line(&line.text) || is_fact_line(tree, line);
    let head: Vec<&TextLine> = top.by_ref().take(3).collect();
    // The writer may stand above the day.
    let is_writer = |at: usize, line: &TextLine| {
        let name = reprint(&line.text).map_or(line.text.as_str(), |(name, _)| name);
        let are_names = is_whole_name(name) || is_names(name) && !is_caption(name);
        are_names && head.get(at + 1).is_some_and(|next| is_dated(next))
    };
    let dates = head.iter().enumerate();
    let dates = dates.take_while(|(at, line)| is_dated(line) || is_writer(*at, line));
    let dates: Vec<&TextLine> = dates.map(|(_, line)| *line).collect();
    cut.extend(dates.into_iter().map(|line| (line, "date line")));
    // Below a lead, a date line needs a label to be told from the text.
    let is_labelled = |line: &&TextLine| {
        !line.row
            && !line.item
            && (date_line::is_of_page(&line.text) && date_line::is_date_line(&line.text)
                || !date_line::is_date_line(&line.text) && is_fact_line(tree, line))
    };
    let below_lead = lines.iter().take(BELOW_LEAD).filter(is_labelled);
    cut.extend(below_lead.map(|line| (line, "date line")));
    // After the last paragraph of a guessed body, a list starts the part that is the same on every
    // page.
    let paragraph = |line: &TextLine| line.length() >= PARAGRAPH && !line.is_linked();
    let last = lines.iter().rposition(paragraph).filter(|_| generic).unwrap_or(lines.len());
    let leading = lines.iter().filter(|line| line_wording::leads_on(line));
    cut.extend(leading.map(|line| (line, "link to another article")));
    let others = related_lists(lines, last, generic);
    cut.extend(others.map(|line| (line, "list of other articles")));
    if generic {
        let behind = behind_byline(lines, last);
        cut.extend(behind.map(|line| (line, "line outside the text")));
        let comments = comments(lines);
        cut.extend(comments.iter().map(|line| (line, "comments of readers")));
        let text = lines.len() - comments.len();
        cut.extend(trailing_lines(lines.get(..text).unwrap_or(lines)));
        let credits = lines.iter().filter(|line| line_wording::is_credit(&line.text));
        cut.extend(credits.map(|line| (line, "credit of a picture")));
        let advertisements = lines.iter().filter(|line| line_wording::is_advertisement(line));
        cut.extend(advertisements.map(|line| (line, "advertisement")));
        cut.extend(body_boilerplate::boilerplate_lines(lines, below_title));
    } else {
        let invitations = lines.iter().filter(|line| line_wording::invites_to_channel(line));
        cut.extend(invitations.map(|line| (line, "invitation")));
        let closing = lines.iter().rev().take_while(|line| page_phrases::is_closing(&line.text));
        cut.extend(closing.map(|line| (line, "closing line of the site")));
    }
    // Below the title, or below a lead. A poem has no sentences and may begin like a byline.
    let has_text = lines.iter().any(generic::is_text);
    let top = lines.iter().take(below_title + BYLINES).filter(|_| has_text);
    let bylines = top.filter(|line| !line.heading && !line.row && credits::is_byline(&line.text));
    cut.extend(bylines.map(|line| (line, "byline")));
    log.cut(tree, lines, &cut);
}

/// The comments of readers below a guessed text, with their heading. They are shorter than the text.
fn comments(lines: &[TextLine]) -> &[TextLine] {
    let is_heading =
        |line: &TextLine| page_phrases::is_comments_heading(&line.text, line.level > 0);
    let start = lines.iter().position(is_heading).unwrap_or(lines.len());
    let length = |lines: &[TextLine]| lines.iter().map(TextLine::length).sum::<usize>();
    let (text, comments) = lines.split_at_checked(start).unwrap_or((lines, &[]));
    if length(comments) < length(text) { comments } else { &[] }
}

/// Whether the lines above a repeated title are those of the page: no sentence is among them, and
/// several links are.
fn is_of_page(lines: &[TextLine], title: usize) -> bool {
    /// Minimum number of characters in links.
    const MIN_LINKED: usize = 100;
    let above = lines.get(..title).unwrap_or_default();
    let is_sentence = |line: &TextLine| {
        line.linked == 0
            && (generic::is_text(line)
                || line.text.ends_with(['.', '!', '?', '”', '"', '…', ':', ';'])
                    && line.text.contains(' '))
    };
    let linked: usize = above.iter().map(|line| line.linked).sum();
    linked >= MIN_LINKED && !above.iter().any(is_sentence)
}

/// The lists of other articles with their headings. `last` is the last paragraph of a guessed body.
fn related_lists(
    lines: &[TextLine],
    last: usize,
    generic: bool,
) -> impl Iterator<Item = &TextLine> {
    let last_link = lines.iter().rposition(TextLine::leads_away).unwrap_or_default();
    let leads = move |place: usize| lines.get(place + 1).is_some_and(TextLine::leads_away);
    let mut listing = false;
    lines.iter().enumerate().filter_map(move |(place, line)| {
        let more = generic && leads(place) && line_wording::is_more_heading(line);
        if more || line_wording::is_related_heading(&line.text) {
            listing = true;
        } else if listing && resumes_text(line, place > last_link) {
            listing = false;
        } else if listing {
            let short =
                line.leads_away() || date_line::is_date_line(&line.text) || line.length() < 25;
            let other = short || place > last;
            listing = other && labels::at_start(&line.text).is_none_or(|label| !label.colon);
        }
        listing.then_some(line)
    })
}

/// Whether a line below a list of other articles is of the text again: a heading, or below the last
/// link a quotation, the beginning of a list, or a sentence. Leads stand between the links of others.
fn resumes_text(line: &TextLine, is_below_links: bool) -> bool {
    const MIN_WORDS: usize = 2;
    if line.linked > 0 || line.item {
        return false;
    }
    let bare = line.text.trim_end_matches(['"', '”', '“', '»', '’', ')', ' ']);
    let is_sentence =
        bare.ends_with(['.', '!', '?']) && line.text.split_whitespace().count() >= MIN_WORDS;
    let is_begun = line.text.ends_with(':') || line.text.starts_with(['"', '“', '«', '„']);
    line.level > 0 || is_below_links && (is_sentence || is_begun)
}

/// The lines below the byline of a guessed body, such as visitor counters and banners of other
/// agencies.
fn behind_byline(lines: &[TextLine], last: usize) -> impl Iterator<Item = &TextLine> {
    let behind = || lines.iter().enumerate().skip(last.saturating_add(1));
    let is_byline = |line: &TextLine| labels::at_start(&line.text).is_some_and(|l| l.colon);
    let end = behind().rfind(|(_, line)| is_byline(line)).map_or(lines.len(), |(end, _)| end + 1);
    // A line with a label belongs to the notice.
    let is_labelled = |line: &TextLine| line.linked == 0 && has_label(&line.text);
    // A name below the source is the signature.
    let is_signature = |line: &TextLine| {
        let is_bracketed = line.text.starts_with(['[', '(']);
        names::is_person(&line.text) && (line.is_right_aligned || line.emphasised)
            || is_bracketed && line.is_right_aligned
    };
    lines.iter().skip(end).take_while(move |line| !is_labelled(line) && !is_signature(line))
}

/// Whether a text has a colon near its beginning that is not that of a clock.
fn has_label(text: &str) -> bool {
    const NEAR: usize = 24;
    let near: Vec<char> = text.chars().take(NEAR).collect();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| near.get(at)).is_some_and(char::is_ascii_digit);
    let is_clock = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    near.iter().enumerate().any(|(at, c)| *c == ':' && !is_clock(at))
}

/// The lines at the end of a guessed body that are not its text, and the headings of links among
/// them, which have no text left.
fn trailing_lines(lines: &[TextLine]) -> impl Iterator<Item = LineCut<'_>> {
    let (mut is_heading, mut is_below_link) = (false, false);
    lines.iter().rev().map_while(move |line| {
        let reason = if is_heading { None } else { trailing(line) };
        is_heading = reason.is_none();
        let is_bare = is_below_link && is_label(line);
        is_below_link |= line.leads_away();
        let reason = reason.or(is_bare.then_some("heading without a text below it"))?;
        Some((line, reason))
    })
}

/// Whether a line is a heading of a few words that is neither a sentence nor a signature.
fn is_label(line: &TextLine) -> bool {
    const MAX_WORDS: usize = 8;
    line.level > 1
        && line.text.split_whitespace().count() <= MAX_WORDS
        && !line.text.ends_with(['.', '!', '?', '…'])
        && !line.is_right_aligned
        && !names::is_person(&line.text)
        && labels::at_start(&line.text).is_none()
}

/// The reason why a line at the end of a guessed body is not its text.
fn trailing(line: &TextLine) -> Option<&'static str> {
    let is_agency = credits::agency_in_brackets(&line.text).is_some();
    let is_source = line.is_right_aligned && is_press_line(&line.text);
    if is_source {
        None
    } else if line.leads_away() {
        Some("link to another page")
    } else if date_line::is_date_line(&line.text) {
        Some("date line")
    } else if line_wording::is_boilerplate_line(&line.text) {
        Some(BOILERPLATE_LINE)
    } else if line_wording::is_credit(&line.text) {
        Some("credit of a picture")
    } else if line_wording::is_tag_line(&line.text) {
        Some("tags or rating")
    } else if page_phrases::is_syndication_note(&line.text) {
        Some("note of syndication")
    } else if credits::are_initials(&line.text) && !is_agency {
        Some("initials of editors")
    } else {
        let is_closing =
            line_wording::is_closing(&line.text) || page_phrases::is_closing(&line.text);
        is_closing.then_some("closing line of the site")
    }
}
