//! Whether a page is the one that its listing item announced.
//!
//! Sites answer with status 200 and their own template when the article is not shown: the session
//! is over, the server is overloaded, the reader has no rights, the article was removed. Wordings
//! differ from site to site, but none of these pages shows the announced title. Their menus and
//! lists of other news may link to the article, so links do not count.

use super::{DraftContents, PageView};
use bantin_core::{Extracted, PageAgreement, Provenance};
use bantin_page::plain::fold;
use std::collections::HashSet;

/// The minimum number of words of an announced title of which some may be missing.
const MIN_WORDS: usize = 3;
/// The share of the announced words, in percent, that one line must show.
const IN_LINE: usize = 70;
/// The maximum number of words of such a line; a longer one contains them by accident.
const LONG_LINE: usize = 60;
/// The share of the announced words, in percent, that the text of a page without a title must have.
const IN_TEXT: usize = 60;
/// The number of words from which a text is hardly an error message.
const LONG_TEXT: usize = 60;
/// The number of linked headings above which a page is a list of articles.
const MAX_LINKED_HEADINGS: usize = 3;
/// The beginnings of titles that announce nothing, folded.
const LABELS: [&str; 5] = ["xem chi tiet", "xem them", "doc tiep", "chi tiet", "read more"];

/// Compares a page with its item. `title` is the title that was chosen for the article.
pub(super) fn of(
    view: &PageView<'_>,
    title: &Extracted<String>,
    contents: &DraftContents,
) -> PageAgreement {
    let announced = view.item.and_then(|item| item.title.as_deref()).map(fold).unwrap_or_default();
    let announced = announced.trim_end_matches(['.', '…', ' ']);
    if announced.is_empty() || LABELS.iter().any(|label| announced.starts_with(label)) {
        return PageAgreement::Unclear;
    }
    let words: HashSet<&str> = words(announced).collect();
    let shows = |line: &str| {
        let line = fold(line);
        let is_short = line.split_whitespace().count() <= LONG_LINE;
        let has_words = words.len() >= MIN_WORDS && share(&words, &line) >= IN_LINE;
        line.contains(announced) && (words.len() >= MIN_WORDS || is_short) || is_short && has_words
    };
    let declared = view.metadata.titles.iter().map(|found| found.value.as_str());
    // Some sites have the title of the requested article in `<title>` of their error pages.
    let chosen = (title.provenance != Provenance::Teaser).then_some(title.value.as_str());
    if declared.chain(chosen).chain(lines(view, contents)).any(shows) {
        return PageAgreement::Agrees;
    }
    // Old pages have no title. A page with nothing but a file or a picture needs none.
    let shows_other = title.provenance != Provenance::Teaser;
    let is_bare = contents.text.is_empty() || !contents.attachments.is_empty();
    let text = fold(&contents.text);
    let is_long = text.split_whitespace().count() >= LONG_TEXT;
    match (is_bare || is_long && share(&words, &text) >= IN_TEXT) && !shows_other {
        true => PageAgreement::Unclear,
        false => PageAgreement::Disagrees,
    }
}

/// The lines of the page down to the end of the body, without links. Below it are lists of other
/// news. The heading of an article may be a link to itself, but not one of many.
fn lines<'a>(view: &'a PageView<'_>, contents: &'a DraftContents) -> impl Iterator<Item = &'a str> {
    let end = contents.range.body.map_or(usize::MAX, |(_, end)| end);
    let start = contents.range.body.map_or(0, |(start, _)| start);
    let linked = view.lines.iter().filter(|line| line.heading && line.is_linked()).count();
    let all = view.lines.iter().enumerate().take_while(move |(at, _)| *at <= end);
    let all = all.filter(move |(at, line)| {
        !line.is_linked() || (line.heading && *at <= start && linked <= MAX_LINKED_HEADINGS)
    });
    all.map(|(_, line)| line.text.as_str())
}

/// The words of a folded text, without single letters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1)
}

/// The share of words that a folded text contains, in percent.
fn share(wanted: &HashSet<&str>, text: &str) -> usize {
    let found: HashSet<&str> = words(text).filter(|word| wanted.contains(word)).collect();
    found.len() * 100 / wanted.len().max(1)
}
