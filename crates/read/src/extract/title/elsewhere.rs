//! Headings that are not the article's: of a box beside it, and of the section that it belongs to.

use super::contenders::{Contender, Sign};
use super::segments::split_marks;
use super::vote::TITLE_ELEMENT;
use super::wording;
use crate::extract::body::BodyRange;
use crate::extract::lines::TextLine;
use crate::extract::{PageView, date_line, line_wording, outside_body};
use ego_tree::NodeId;
use scraper::Node;
use std::collections::{HashMap, HashSet};

/// Votes against the heading of a box that does not contain the text.
const BOX: i32 = -6;
/// Votes against the name of a section above the title.
const SECTION: i32 = -4;
/// The same, if `<title>` names it, too.
const DECLARED_SECTION: i32 = -6;
/// Votes against a text without diacritics on a Vietnamese page: `Web Content Viewer`.
const FOREIGN: i32 = -4;
/// Maximum number of headings whose boxes are looked at.
const MAX_BOXES: usize = 200;
/// Maximum length of a link to a section, in characters.
const MAX_LINK: usize = 60;
/// Maximum number of words in the name of a section.
const FEW: usize = 5;

/// Counts votes against headings of other parts of the page.
pub(super) fn doubt(view: &PageView<'_>, range: Option<&BodyRange>, contenders: &mut [Contender]) {
    let first = range.and_then(|range| range.body).map(|(first, _)| first);
    // Headings of a lower rank are those of the text.
    let rank = |line: &TextLine| if line.level > 0 { line.level } else { u8::MAX };
    let titles: HashMap<usize, (usize, u8)> = contenders
        .iter()
        .filter(|contender| contender.votes() > 0)
        .filter_map(|contender| {
            let line = contender.line?;
            let shown = view.lines.get(line)?;
            Some((line, (words_in(shown), rank(shown))))
        })
        .collect();
    let text = first.and_then(|first| view.lines.get(first));
    let is_vietnamese = text.is_some_and(|text| outside_body::is_vietnamese(&text.text));
    let linked = linked_texts(view);
    let mut checks = MAX_BOXES;
    for contender in contenders {
        if is_vietnamese && is_foreign(contender) {
            contender.signs.push((Sign::Wording, FOREIGN));
        }
        // `<title>` may name the section.
        let is_declared =
            contender.signs.iter().any(|(sign, votes)| *sign < Sign::TitleElement && *votes > 0);
        let Some(line) = contender.line.filter(|_| !is_declared) else { continue };
        let Some(shown) = view.lines.get(line) else { continue };
        let words = words_in(shown);
        let is_section = words <= FEW
            && !contender.signs.iter().any(|(sign, _)| *sign == Sign::Address)
            && next_title(view, &titles, line)
                .is_some_and(|(length, level)| length >= 2 * words && level <= rank(shown));
        let is_link = !shown.is_linked() && linked.contains(view.folded_title(line));
        if is_section || words <= FEW && shown.level != 1 && is_link {
            let votes = if contender.is_declared() { DECLARED_SECTION } else { SECTION };
            contender.signs.push((Sign::Wording, votes));
        }
        if heads_portlet(view, shown) {
            contender.signs.push((Sign::Box, BOX));
            continue;
        }
        if shown.level == 1 || checks == 0 {
            continue;
        }
        let Some(first) = first.filter(|first| line < *first) else { continue };
        checks -= 1;
        if heads_other_box(view, line, first) {
            contender.signs.push((Sign::Box, BOX));
        }
    }
}

/// Lets a phrase right above the text win over a `<title>` that the page does not show: many sites
/// have one for all their pages.
pub(super) fn doubt_unseen(view: &PageView<'_>, contenders: &mut [Contender]) {
    const MIN_WORDS: usize = 5;
    /// Votes against such a title, and against one of a few words or of names.
    const UNSEEN: i32 = -1;
    const NAME: i32 = -3;
    let phrase = |contender: &Contender| {
        let line = contender.line.and_then(|line| view.lines.get(line))?;
        let is_phrase = contender.fault.is_none()
            && !line.is_linked()
            && line.text.split(' ').count() >= MIN_WORDS;
        is_phrase.then(|| contender.votes())
    };
    let Some(phrase) = contenders.iter().filter_map(phrase).max() else { return };
    for contender in contenders.iter_mut() {
        let signs = contender.signs.iter().filter(|(_, votes)| *votes > 0);
        let is_unseen = signs.map(|(sign, _)| sign).eq([&Sign::TitleElement]);
        let Some(form) = contender.forms.first().filter(|_| is_unseen && contender.line.is_none())
        else {
            continue;
        };
        let votes = if is_name(&form.value) { NAME } else { UNSEEN };
        if phrase > TITLE_ELEMENT + votes {
            contender.signs.push((Sign::Wording, votes));
        }
    }
}

/// Whether all parts of a `<title>` have a few words, or are names of sites and agencies.
fn is_name(title: &str) -> bool {
    const FEW: usize = 5;
    let is_name = |part: &str| part.split(' ').count() <= FEW || wording::votes(part) < 0;
    is_name(title)
        || split_marks(title).next().is_some()
            && split_marks(title).all(|(before, behind, _)| {
                let is_inner = |part: &str| split_marks(part).next().is_some();
                [before, behind].iter().all(|part| is_inner(part) || is_name(part))
            })
}

/// The number of words of a line, without the marks between them.
fn words_in(line: &TextLine) -> usize {
    line.text.split(' ').filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The title below a line, with its words and rank: tools and dates may stand between.
fn next_title(
    view: &PageView<'_>,
    titles: &HashMap<usize, (usize, u8)>,
    line: usize,
) -> Option<(usize, u8)> {
    const BETWEEN: usize = 2;
    let is_between = |at: &usize| {
        view.lines.get(*at).is_some_and(|line| {
            line.is_linked()
                || line_wording::is_boilerplate_line(&line.text)
                || date_line::is_date_line(&line.text)
        })
    };
    let next = (line + 1..=line + 1 + BETWEEN).find(|at| !is_between(at))?;
    titles.get(&next).copied()
}

/// Whether a line heads a box by its class: `portlet-title`, `widget-title`.
fn heads_portlet(view: &PageView<'_>, line: &TextLine) -> bool {
    const BOXES: [&str; 6] = [
        "portlet-title",
        "widget-title",
        "box-title",
        "block-title",
        "module-title",
        "panel-title",
    ];
    let node = line.nodes.first().and_then(|id| view.dom.tree().tree.get(*id));
    let mut around = node.into_iter().flat_map(|node| node.ancestors()).take(3);
    around.any(|node| {
        node.value().as_element().is_some_and(|element| {
            let heads = |class: &str| {
                let class = class.to_ascii_lowercase();
                BOXES.iter().any(|name| class.starts_with(name))
            };
            element.classes().any(heads)
        })
    })
}

/// The folded texts of the links of a page: a section has one.
fn linked_texts<'a>(view: &'a PageView<'_>) -> HashSet<&'a str> {
    let lines = view.lines.iter().enumerate();
    let links = lines.filter(|(_, line)| line.is_linked() && line.length() <= MAX_LINK);
    links.map(|(at, _)| view.folded_title(at)).filter(|text| !text.is_empty()).collect()
}

/// Whether a text of several words has no diacritics.
fn is_foreign(contender: &Contender) -> bool {
    contender.forms.first().is_some_and(|form| {
        let text = form.value.as_str();
        text.is_ascii()
            && text.split_whitespace().count() > 1
            && text.contains(|c: char| c.is_ascii_lowercase())
            && !contender.signs.iter().any(|(sign, _)| *sign == Sign::Item)
    })
}

/// Whether a line is the first of a box with entries, or one of another column, and the text begins
/// outside of it.
fn heads_other_box(view: &PageView<'_>, line: usize, first: usize) -> bool {
    /// Minimum number of entries in a box, and of those of a list with a day.
    const ENTRIES: usize = 3;
    const DATED: usize = 2;
    /// Maximum number of lines of a box that are looked at.
    const LINES: usize = 60;
    let Some(heading) = view.lines.get(line).and_then(|line| line.nodes.first()) else {
        return false;
    };
    let tree = &view.dom.tree().tree;
    let above = |id: NodeId| tree.get(id).into_iter().flat_map(|node| node.ancestors());
    let around_text: Vec<NodeId> = view
        .lines
        .get(first)
        .and_then(|text| text.nodes.first())
        .map(|id| above(*id).map(|node| node.id()).collect())
        .unwrap_or_default();
    let around: Vec<NodeId> = above(*heading)
        .take_while(|node| !around_text.contains(&node.id()))
        .filter(|node| matches!(node.value(), Node::Element(_)))
        .map(|node| node.id())
        .collect();
    // The outermost element around the heading that does not contain the text.
    let Some(outer) = around.last() else { return false };
    let below = view.lines.get(line + 1..first).unwrap_or_default().iter().take(LINES);
    let inside = below.filter(|line| {
        line.nodes.first().is_some_and(|id| above(*id).any(|node| node.id() == *outer))
    });
    let inside: Vec<&TextLine> = inside.collect();
    // Old pages lay out their columns as the cells of a row.
    let is_column = || {
        let element = tree.get(*outer).and_then(|node| node.value().as_element());
        element.is_some_and(|element| element.name() == "td")
    };
    if !inside.is_empty() && is_column() {
        return true;
    }
    let entries = inside.into_iter().filter(|line| is_entry(line));
    let entries: Vec<&TextLine> = entries.collect();
    let is_dated = |line: &&&TextLine| line.item && date_line::names_day(&line.text);
    entries.len() >= ENTRIES || entries.iter().filter(is_dated).count() >= DATED
}

/// Whether a line may be an entry of a box: a link or an entry of a list with several words, and
/// nothing that stands beside a title.
fn is_entry(line: &TextLine) -> bool {
    const MIN_WORDS: usize = 4;
    (line.is_linked() || line.item)
        && line.text.split(' ').count() >= MIN_WORDS
        && !date_line::is_date_line(&line.text)
        && !line_wording::is_boilerplate_line(&line.text)
}
