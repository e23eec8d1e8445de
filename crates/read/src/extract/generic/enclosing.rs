//! The outermost element around a guessed text.

use super::{CLIMB, is_container, is_page, is_text};
use crate::extract::lines::{LineSpans, TextLine};
use ego_tree::NodeRef;
use scraper::Node;
use std::ops::Range;

/// The outermost element around the text that contains little else: more of the text in other boxes;
/// a first line in its own box, an address, a signature, a file.
pub(super) fn element<'a>(
    lines: &[TextLine],
    weights: &[usize],
    spans: &LineSpans,
    heading: Option<usize>,
    best: NodeRef<'a, Node>,
) -> NodeRef<'a, Node> {
    /// Maximum distance of the title above the text, in lines.
    const ABOVE: usize = 6;
    let Some(inner) = spans.get(best.id()) else { return best };
    let title = heading.filter(|heading| *heading < inner.start).or_else(|| {
        let window = inner.start.saturating_sub(ABOVE);
        let above = lines.get(window..inner.start)?;
        let display = above.iter().rposition(|line| line.looks_like_title).map(|last| {
            last - above.iter().take(last).rev().take_while(|line| line.looks_like_title).count()
        });
        Some(window + display.or_else(|| above.iter().rposition(|line| line.heading))?)
    });
    let is_article = |node: &NodeRef<'_, Node>| {
        node.value().as_element().is_some_and(|element| element.name() == "article")
    };
    let up = std::iter::once(best).chain(best.ancestors());
    // An element around an `article` contains nothing more of it.
    let outers = up.take_while(|node| !is_article(node)).filter_map(|node| node.parent());
    let outers = outers.filter(|above| is_container(*above) && !is_page(*above)).take(CLIMB);
    let (mut around, mut inner) = (best, inner);
    for outer in outers {
        let Some(span) = spans.get(outer.id()) else { break };
        let mut between = around.ancestors().take_while(|above| above.id() != outer.id());
        if between.any(|row| are_columns(row, spans)) {
            break;
        }
        let extra = ExtraLines::of(lines, weights, title, &inner, &span);
        if !extra.belong_to_text() {
            break;
        }
        (around, inner) = (outer, span);
    }
    around
}

/// Whether a row of a table has several cells of several lines: the columns of an old page.
pub(super) fn are_columns(row: NodeRef<'_, Node>, spans: &LineSpans) -> bool {
    /// Minimum number of lines of a column.
    const LINES: usize = 3;
    let is_named = |node: NodeRef<'_, Node>, name: &str| {
        node.value().as_element().is_some_and(|element| element.name() == name)
    };
    let is_column = |cell: &NodeRef<'_, Node>| {
        is_named(*cell, "td") && spans.get(cell.id()).is_some_and(|span| span.len() >= LINES)
    };
    is_named(row, "tr") && row.children().filter(is_column).count() > 1
}

/// The lines that an outer element has beside an inner one.
struct ExtraLines {
    /// The length of the inner element.
    inner: usize,
    /// The length of the text above the inner element and below the title.
    before: usize,
    /// The length of the text below the inner element.
    behind: usize,
    /// The length of the other lines.
    rest: usize,
    /// The number of characters in links to other pages.
    linked: usize,
    holds_title: bool,
}

impl ExtraLines {
    fn of(
        lines: &[TextLine],
        weights: &[usize],
        title: Option<usize>,
        inner: &Range<usize>,
        outer: &Range<usize>,
    ) -> Self {
        let length = lines.get(inner.clone()).unwrap_or_default().iter().map(TextLine::length);
        let holds_title = title.is_some_and(|title| outer.contains(&title));
        let mut extra =
            Self { inner: length.sum(), before: 0, behind: 0, rest: 0, linked: 0, holds_title };
        let text = title.filter(|_| holds_title).unwrap_or(outer.start);
        for place in (outer.start..inner.start).chain(inner.end..outer.end) {
            let Some(line) = lines.get(place) else { break };
            let is_full = weights.get(place).is_some_and(|weight| *weight >= line.length());
            if line.linked > 0 && !line.links_to_document_or_contact && !line.is_address() {
                extra.linked += line.linked;
            }
            match (is_full && is_text(line), place < inner.start) {
                (true, true) if place > text => extra.before += line.length(),
                (true, false) => extra.behind += line.length(),
                _ => extra.rest += line.length(),
            }
        }
        extra
    }

    /// Whether the lines belong to the inner element: they are little, and no links, or they are
    /// mostly text. What follows a text may be of the page; much of it is of the article.
    fn belong_to_text(&self) -> bool {
        let Self { inner, before, behind, rest, linked, holds_title } = *self;
        let text = before + behind;
        let is_little = !holds_title && linked == 0 && (text + rest) * 3 <= inner;
        let is_text = text >= rest && text >= 4 * linked;
        is_little || (is_text && text > 0 && (behind == 0 || behind * 3 >= inner))
    }
}
