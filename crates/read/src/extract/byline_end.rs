//! The end of a text that has its byline below it: a guessed body may go on with the boxes of the
//! page.

use super::byline_parts::{BylinePart, parts};
use super::byline_shape::{is_capital_name, is_names, is_reprint, is_whole_name};
use super::labels::{self, LabelRole};
use super::line_wording::is_related_heading;
use super::lines::TextLine;
use crate::names;
use bantin_page::dom;
use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

/// The lines that end with the last labelled byline, if nothing but short lines follow it, and those
/// of the following ones that belong to other boxes; else all lines and none.
///
/// Short lines below a byline may be a poem or a list. So they belong to other boxes only if their
/// elements are not in that of the byline, or if the first one announces other articles.
pub(super) fn split_at_byline<'a>(
    tree: &Html,
    lines: &'a [TextLine],
) -> (&'a [TextLine], &'a [TextLine]) {
    /// Maximum number of lines below a byline.
    const BELOW: usize = 14;
    let start = lines.len().saturating_sub(BELOW).max(1);
    let mut near = (start..lines.len()).rev();
    let Some(last) = near.find(|at| is_byline(lines, *at)) else { return (lines, &[]) };
    let below = lines.get(last + 1..).unwrap_or_default();
    // Further lines of the byline: a name, an office in brackets, the day.
    let own = below.iter().take_while(|line| {
        line.is_right_aligned
            || line.text.starts_with(['(', '['])
            || is_names(&line.text)
            || is_whole_name(&line.text)
            || is_capital_name(&line.text)
            || labels::at_start(&line.text).is_some_and(|label| label.colon)
    });
    let end = last + 1 + own.count();
    let (text, rest) = lines.split_at(end);
    if !rest.iter().all(is_of_a_box) {
        return (lines, &[]);
    }
    let container = lines.get(last).and_then(|line| container(tree, line));
    let is_announced = rest.first().is_some_and(|line| is_related_heading(&line.text));
    let is_outside =
        |line: &TextLine| container.is_some_and(|container| !is_within(tree, line, container));
    (text, if is_announced || rest.iter().all(is_outside) { rest } else { &[] })
}

/// The element around the block of a line.
fn container(tree: &Html, line: &TextLine) -> Option<NodeId> {
    let node = tree.tree.get(*line.nodes.first()?)?;
    let is_block = |above: &NodeRef<'_, Node>| {
        above.value().as_element().is_some_and(|element| dom::is_block(element.name()))
    };
    Some(node.ancestors().find(is_block)?.parent()?.id())
}

fn is_within(tree: &Html, line: &TextLine, container: NodeId) -> bool {
    let node = line.nodes.first().and_then(|node| tree.tree.get(*node));
    node.is_some_and(|node| node.ancestors().any(|above| above.id() == container))
}

/// Whether a line below a sentence names the writer or the source of the text behind a label, or the
/// writer with an office.
fn is_byline(lines: &[TextLine], at: usize) -> bool {
    let Some(line) = lines.get(at).filter(|line| !line.heading && !line.row) else { return false };
    let labelled = parts(&line.text);
    let is_name = |part: &BylinePart<'_>| {
        part.colon
            && match part.role {
                LabelRole::Author => {
                    is_names(part.value) || is_capital_name(part.value) || is_whole_name(part.value)
                }
                LabelRole::Source => is_names(part.value) || names::is_organisation(part.value),
                LabelRole::Date | LabelRole::Other => false,
            }
    };
    let names_office = || {
        let name = line.text.split([',', '-', '–', '(']).next().unwrap_or_default();
        (line.is_right_aligned || line.emphasised)
            && is_whole_name(name.trim())
            && is_reprint(&line.text)
    };
    let ends = |above: &TextLine| above.text.ends_with(['.', '!', '?', '”', '"', '…']);
    let above = |lines_above| at.checked_sub(lines_above).and_then(|at| lines.get(at));
    // `(Theo Báo Xã)` below the name of the writer.
    let is_bracket = line.text.starts_with('(') && line.text.ends_with(')');
    let is_reprint = || {
        let is_source = |part: &BylinePart<'_>| {
            part.role == LabelRole::Source
                && (is_names(part.value) || names::is_organisation(part.value))
        };
        is_bracket && matches!(&*labelled, [part] if is_source(part))
    };
    let is_signed =
        |above: &TextLine| ends(above) || is_names(&above.text) || !parts(&above.text).is_empty();
    above(1).is_some_and(|one| is_signed(one) && (ends(one) || above(2).is_some_and(is_signed)))
        && (is_reprint() || labelled.iter().any(is_name) || labelled.is_empty() && names_office())
}

/// Whether a line may be one of another box: it is short, and no sentence, table or document.
fn is_of_a_box(line: &TextLine) -> bool {
    /// Maximum length of such a line, and minimum length of a sentence, in characters.
    const SHORT: usize = 120;
    const SENTENCE: usize = 60;
    let is_sentence = line.length() >= SENTENCE && line.text.ends_with(['.', '!', '?', '…']);
    line.length() <= SHORT
        && !is_sentence
        && !line.row
        && !line.caption
        && !line.links_to_document_or_contact
}
