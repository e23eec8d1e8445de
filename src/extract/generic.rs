//! The body of a page that nothing is known of: Readability's way, by dom_smoothie, or where the long lines are.

use super::lines::{Line, lines};
use crate::model::RawHtml;
use crate::page::{Dom, SafeHtml, plain};
use dom_smoothie::{Config, Readability, TextMode};
use ego_tree::NodeId;
use scraper::ElementRef;
use std::collections::HashMap;
use url::Url;

/// More elements than any real article page has.
const MOST_ELEMENTS: usize = 50_000;
/// Readability gives up below 500 characters; agencies' news are often shorter.
const SHORT: usize = 140;
/// From here on a line is a sentence and not a link or a heading.
const LONG_LINE: usize = 70;

/// Finds the body of a page whose furniture has been cut. Nothing where there is not one long line.
pub(super) fn body(dom: &Dom, url: &Url) -> Option<RawHtml> {
    let readable = readable(dom, url);
    let read = readable.as_ref().map_or(0, |(_, weight)| *weight);
    let (densest, dense) = densest(dom)?;
    // Readability knows more of pages than the count of long lines does; but by its class names it drops whole
    // articles of agencies and keeps a notice of one line.
    match readable {
        Some((html, _)) if read * 2 >= dense => Some(html),
        _ => Some(densest),
    }
}

/// Whether there is a sentence in a body beside its title, which is given folded.
pub(super) fn has_text(dom: &Dom, title: Option<&str>) -> bool {
    let is_title = |line: &Line| title == Some(plain::fold(&line.text).as_str());
    lines(*dom.tree().root_element()).iter().any(|line| is_text(line) && !is_title(line))
}

/// How much long text there is.
fn weight(lines: &[Line]) -> usize {
    lines.iter().filter(|line| is_text(line)).map(Line::length).sum()
}

fn is_text(line: &Line) -> bool {
    line.length() >= LONG_LINE && line.linked * 3 < line.length()
}

fn readable(dom: &Dom, url: &Url) -> Option<(RawHtml, usize)> {
    dom.weigh().ok()?;
    // Serialised anew, and so looked through anew: the parser may have nested what was flat.
    let html = SafeHtml::check(dom.tree().html()).ok()?;
    let config = Config {
        max_elements_to_parse: MOST_ELEMENTS,
        char_threshold: SHORT,
        disable_json_ld: true,
        text_mode: TextMode::Formatted,
        ..Config::default()
    };
    let url = matches!(url.scheme(), "http" | "https").then(|| url.as_str());
    let article = Readability::new(html.as_str(), url, Some(config)).ok()?.parse().ok()?;
    let content = SafeHtml::check(article.content.to_string()).ok()?;
    let weight = weight(&lines(*Dom::parse(&content).tree().root_element()));
    Some((RawHtml(content.as_str().to_owned()), weight))
}

/// The element that the most long text stands right below, and how much that is.
fn densest(dom: &Dom) -> Option<(RawHtml, usize)> {
    let mut weights: HashMap<NodeId, usize> = HashMap::new();
    for line in lines(*dom.tree().root_element()).iter().filter(|line| is_text(line)) {
        let node = line.nodes.last().and_then(|id| dom.tree().tree.get(*id));
        let above = node.into_iter().flat_map(|node| node.ancestors()).filter(|above| {
            above.value().as_element().is_some_and(|element| {
                matches!(
                    element.name(),
                    "div" | "td" | "article" | "section" | "main" | "body" | "center"
                )
            })
        });
        // An element further up holds the same text and more of the page.
        for (above, share) in above.zip([6, 5, 3, 2]) {
            *weights.entry(above.id()).or_default() += line.length() * share / 6;
        }
    }
    // Of equal weights the first on the page, so that the same page gives the same body every day.
    let best = dom
        .tree()
        .root_element()
        .descendants()
        .filter_map(|node| Some((node, *weights.get(&node.id())?)));
    let (node, weight) = best.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    Some((RawHtml(ElementRef::wrap(node)?.inner_html()), weight))
}
