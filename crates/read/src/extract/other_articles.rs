//! The other articles of a page, below the text of its own: a row of teasers, or the next article of
//! a page without end.
//!
//! Their leads are paragraphs, and longer than a short notice; only their shape tells them from the
//! text. A digest has linked headlines, too, but no element for each of its pieces.

use super::body::ArticleBody;
use super::date_line;
use super::generic;
use super::line_wording;
use super::lines::{LineSpans, TextLine};
use super::teasers::Teasers;
use bantin_page::Dom;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use std::collections::HashSet;
use std::ops::Range;
use url::Url;

/// Finds the lines of other articles below the text of a page, whose title is at the line `title`.
pub(super) fn find(
    dom: &Dom,
    lines: &[TextLine],
    teasers: &Teasers,
    title: usize,
    page: &Url,
) -> Vec<Range<usize>> {
    // A page may have thousands of rows, so each line is read once.
    let mut in_row = vec![false; lines.len()];
    for row in teasers.rows() {
        in_row.iter_mut().take(row.end).skip(row.start).for_each(|line| *line = true);
    }
    let is_own = |place: usize, line: &TextLine| {
        place > title && generic::is_text(line) && in_row.get(place) == Some(&false)
    };
    // The length of the text above each line.
    let mut above = Vec::with_capacity(lines.len() + 1);
    let mut length = 0;
    for (place, line) in lines.iter().enumerate() {
        above.push(length);
        length += if is_own(place, line) { line.length() } else { 0 };
    }
    above.push(length);
    let own = lines.iter().enumerate().position(|(place, line)| is_own(place, line));
    let Some(first) = own else { return Vec::new() };
    let mut found: Vec<Range<usize>> =
        next_article(lines, title, first).map(|start| start..lines.len()).into_iter().collect();
    // Text on both sides of a row makes it a part of the text.
    let is_last = |row: &Range<usize>| {
        let above = |place: usize| above.get(place).copied().unwrap_or_default();
        length - above(row.end) < above(row.start)
    };
    let is_titled = |row: &Range<usize>| {
        let before = row.start.checked_sub(1).and_then(|place| lines.get(place));
        before.is_some_and(|line| line_wording::is_related_heading(&line.text))
    };
    let rows = teasers.rows().filter(|row| {
        row.start > first
            && (is_titled(row) || is_last(row))
            && is_row(dom, lines, row, is_titled(row), page)
    });
    found.extend(rows.map(|row| heading_of(lines, &row)..row.end));
    found
}

/// The line at which the next article begins: a headline like that of the page, with its day and its
/// text.
fn next_article(lines: &[TextLine], title: usize, first: usize) -> Option<usize> {
    /// Maximum number of lines between the headline and the day.
    const DAY: usize = 3;
    /// Maximum number of lines between the headline and the text.
    const TEXT: usize = 8;
    let level = lines.get(title).map_or(0, |title| title.level);
    let is_headline = |line: &TextLine| (1..=level).contains(&line.level) && line.length() >= 12;
    let is_day = |line: &TextLine| {
        date_line::is_date_line(&line.text) || date_line::is_short_date_line(&line.text)
    };
    let mut headlines = lines.iter().enumerate().skip(first).filter(|(_, line)| is_headline(line));
    headlines.find_map(|(place, _)| {
        let below = |count: usize| lines.iter().skip(place + 1).take(count);
        (below(DAY).any(is_day) && below(TEXT).any(generic::is_text)).then_some(place)
    })
}

/// Whether a row of teasers consists of other articles of the site: each has an element of its own
/// or a day, or a heading announces them.
fn is_row(dom: &Dom, lines: &[TextLine], row: &Range<usize>, is_titled: bool, page: &Url) -> bool {
    let inside = lines.get(row.clone()).unwrap_or_default();
    let is_data = inside.iter().any(|line| line.row && line.linked * 2 < line.length());
    let before = row.start.checked_sub(1).and_then(|place| lines.get(place));
    let is_announced = before.is_some_and(|line| line.text.ends_with(':'));
    if is_data || is_announced || !inside.iter().any(generic::is_text) {
        return false;
    }
    let headlines: Vec<usize> = row
        .clone()
        .filter(|place| lines.get(*place).is_some_and(|line| line.leads_away()))
        .collect();
    let count = |holds: &dyn Fn(usize) -> bool| {
        headlines.iter().filter(|place| holds(**place)).count() * 3 >= headlines.len() * 2
    };
    let is_dated = |place: usize| {
        let near = lines.iter().skip(place).take(4);
        near.clone().any(|line| date_line::is_short_date_line(&line.text))
            || near.clone().any(|line| date_line::is_date_line(&line.text))
    };
    let is_own = |place: usize| lines.get(place).is_some_and(|line| stays_on_site(dom, line, page));
    let is_apart = |place: usize| has_own_element(dom, lines, place);
    is_titled || (count(&is_own) && (count(&is_dated) || count(&is_apart)))
}

/// Whether the link of a line leads to a page of the same site.
fn stays_on_site(dom: &Dom, line: &TextLine, page: &Url) -> bool {
    let nodes = line.nodes_in(dom.tree());
    let mut links = nodes.flat_map(|node| node.ancestors()).filter_map(|above| {
        above.value().as_element().filter(|element| element.name() == "a")?.attr("href")
    });
    let target = links.next().and_then(|href| page.join(href.trim()).ok());
    target.is_some_and(|target| target.host_str() == page.host_str())
}

/// Whether a headline and the line below it are in an element without the line above them.
fn has_own_element(dom: &Dom, lines: &[TextLine], place: usize) -> bool {
    let above = |place: usize| -> Vec<NodeId> {
        let node = lines.get(place).and_then(|line| dom.tree().tree.get(*line.nodes.first()?));
        node.into_iter().flat_map(|node| node.ancestors()).map(|node| node.id()).collect()
    };
    let (own, below) = (above(place), above(place + 1));
    let before = place.checked_sub(1).map(above).unwrap_or_default();
    let shared = own.iter().find(|id| below.contains(id));
    shared.is_some_and(|shared| !before.contains(shared))
}

/// The line of the heading of a row, or its first line.
fn heading_of(lines: &[TextLine], row: &Range<usize>) -> usize {
    /// Longer lines are sentences.
    const MAX_LENGTH: usize = 40;
    let above = row.start.checked_sub(1).and_then(|place| Some((place, lines.get(place)?)));
    let heading = above.filter(|(_, line)| {
        let is_set_apart = line.heading || line.emphasised;
        line.linked == 0
            && (line_wording::is_related_heading(&line.text)
                || (is_set_apart && line.length() <= MAX_LENGTH))
    });
    heading.map_or(row.start, |(place, _)| place)
}

/// Whether a body may contain other articles: it has a heading, or a line of a row of teasers.
pub(super) fn may_hold(body: &[TextLine], lines: &[TextLine], teasers: &Teasers) -> bool {
    let rows: HashSet<&str> = teasers
        .rows()
        .flat_map(|row| lines.get(row).unwrap_or_default())
        .map(|line| line.text.as_str())
        .collect();
    body.iter().any(|line| line.level > 0 || rows.contains(line.text.as_str()))
}

/// Cuts lines of the page out of a body, with the elements that contain nothing else.
pub(super) fn cut(body: &mut ArticleBody, lines: &[TextLine], others: &[Range<usize>]) {
    if others.is_empty() {
        return;
    }
    let texts: HashSet<&str> = others
        .iter()
        .flat_map(|range| lines.get(range.clone()).unwrap_or_default())
        .map(|line| line.text.as_str())
        .collect();
    let inside = body.lines().to_vec();
    let Some(first) = inside
        .iter()
        .position(|line| generic::is_text(line) && !texts.contains(line.text.as_str()))
    else {
        return;
    };
    let is_other =
        |(place, line): (usize, &TextLine)| place > first && texts.contains(line.text.as_str());
    let marked: Vec<bool> = inside.iter().enumerate().map(is_other).collect();
    let spans = LineSpans::of(*body.dom.tree().root_element(), &inside);
    let is_cut = |span: &Range<usize>| {
        marked.get(span.clone()).is_some_and(|all| all.iter().all(|is_other| *is_other))
    };
    let elements = spans.all(body.dom.tree()).filter(|(_, span)| is_cut(span));
    let mut ids: Vec<NodeId> = elements.map(|(node, _)| node.id()).collect();
    // Lines that share their element with others.
    let alone = inside.iter().zip(&marked).filter(|(_, is_other)| **is_other);
    ids.extend(alone.flat_map(|(line, _)| line.nodes.iter().copied()));
    for id in &ids {
        if let Some(mut node) = body.dom.tree_mut().tree.get_mut(*id) {
            node.detach();
        }
    }
    let ids: Vec<NodeId> = ids.into_iter().filter(|id| is_element(body, *id)).collect();
    body.removed.elements(body.dom.tree(), &ids, |_| "list of other articles".to_owned());
    body.lines.take();
}

fn is_element(body: &ArticleBody, id: NodeId) -> bool {
    let node: Option<NodeRef<'_, Node>> = body.dom.tree().tree.get(id);
    node.is_some_and(|node| node.value().is_element())
}
