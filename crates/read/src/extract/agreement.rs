//! Whether a page is the one that its listing item announced.
//!
//! Sites answer with status 200 and their own template when the article is not shown: the session
//! is over, the server is overloaded, the reader has no rights, the article was removed. Wordings
//! differ from site to site, but none of these pages shows the announced title. Their menus and
//! lists of other news may link to the article, so links do not count.

use super::lines::TextLine;
use super::{DraftContents, PageView};
use bantin_core::{Extracted, PageAgreement};
use bantin_page::plain::fold;
use std::collections::HashSet;

/// The minimum number of words of an announced title that is compared.
const MIN_WORDS: usize = 3;
/// The share of the announced words, in percent, that one line must show.
const IN_LINE: usize = 70;
/// The share of the announced words, in percent, that a text must contain.
const IN_TEXT: usize = 60;
/// The number of folded words from which a text is unlikely to be an error message.
const LONG_TEXT: usize = 60;
/// The number of linked headings above which a page is a list of articles.
const MAX_LINKED_HEADINGS: usize = 3;

/// Compares a page with its item. `title` is the title that was chosen for the article.
pub(super) fn of(
    view: &PageView<'_>,
    title: &Extracted<String>,
    contents: &DraftContents,
) -> PageAgreement {
    let announced = view.item.and_then(|item| item.title.as_deref()).map(fold).unwrap_or_default();
    let announced = announced.trim_end_matches(['.', '…', ' ']);
    let words: HashSet<&str> = words(announced).collect();
    if words.len() < MIN_WORDS {
        return PageAgreement::Unclear;
    }
    let linked_headings = view.lines.iter().filter(|line| line.heading && line.is_linked()).count();
    let is_evidence = |line: &&TextLine| {
        !line.is_linked() || (line.heading && linked_headings <= MAX_LINKED_HEADINGS)
    };
    let declared = view.metadata.titles.iter().map(|found| found.value.as_str());
    let declared = declared.chain(view.metadata.title_element.as_deref());
    let shown = view.lines.iter().filter(is_evidence).map(|line| line.text.as_str());
    let shows = declared.chain(shown).chain(selected(view)).any(|line| {
        let line = fold(line);
        line.contains(announced) || share(&words, &line) >= IN_LINE
    });
    // A list of headlines is no text about one of them.
    let links: HashSet<&str> =
        view.lines.iter().filter(|line| line.is_linked()).map(|line| line.text.as_str()).collect();
    let own = contents.text.lines().filter(|line| !links.contains(line));
    let text = fold(&own.collect::<Vec<_>>().join("\n"));
    if shows || share(&words, &text) >= IN_TEXT {
        return PageAgreement::Agrees;
    }
    // Many pages show no title, and the text need not repeat the words of the headline.
    let shows_other = title.provenance != bantin_core::Provenance::Teaser;
    let is_long = text.split_whitespace().count() >= LONG_TEXT;
    let is_bare = text.is_empty() || !contents.attachments.is_empty();
    match (is_long && !shows_other) || is_bare {
        true => PageAgreement::Unclear,
        false => PageAgreement::Disagrees,
    }
}

/// The title that a selector names.
fn selected<'a>(view: &'a PageView<'_>) -> impl Iterator<Item = &'a str> {
    view.selected.title.iter().map(|found| found.value.as_str())
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
