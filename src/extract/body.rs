//! The body of an article: taken out of the page, placed among the page's lines, and freed of what is not text of it.

use super::clutter;
use super::dates;
use super::labels;
use super::lines::{self, Line};
use crate::model::{Provenance, Selector};
use crate::page::{Dom, plain};
use scraper::Html;
use url::Url;

/// Where an article lies among the lines of its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The line of the title.
    pub(super) title: Option<usize>,
    /// The first and the last line of the body.
    pub(super) body: Option<(usize, usize)>,
}

impl Place {
    /// The place with the title's line: the last one before the body; where there is none, the first on the page.
    pub(super) fn after_title(self, lines: &[Line], title: Option<&str>) -> Self {
        let folded = title.map(plain::fold).unwrap_or_default();
        let end = self.body.map_or(0, |(first, _)| first + 1);
        let is_title = |line: &&(usize, &Line)| {
            plain::fold(dates::without_trailing_date(&line.1.text).0) == folded
        };
        let all: Vec<(usize, &Line)> = lines.iter().enumerate().collect();
        let before = all.iter().take(end).rev().find(is_title);
        let title = before.or_else(|| all.iter().find(is_title)).map(|(place, _)| *place);
        Self { title: title.filter(|_| !folded.is_empty()), ..self }
    }
}

/// The HTML of whatever a selector finds, in the order of the page; nothing where it finds no text, image or link.
///
/// A platform's selector means one element; the operator's means every match.
pub(super) fn select(dom: &Dom, selector: &Selector, from: &Provenance) -> Option<String> {
    let every = matches!(from, Provenance::Selector(_));
    let mut html = String::new();
    let mut last = None;
    for element in dom.tree().select(selector.compiled()) {
        // What lies inside a match is in it already.
        if last.is_some_and(|last| element.ancestors().any(|above| above.id() == last)) {
            continue;
        }
        let shows = element.descendants().any(|node| match node.value() {
            scraper::Node::Text(text) => !plain::line(&text.text).is_empty(),
            scraper::Node::Element(element) => matches!(element.name(), "img" | "a"),
            _ => false,
        });
        if shows {
            last = Some(element.id());
            // A paragraph keeps its own tag, a container need not.
            html.push_str(&element.html());
            if !every {
                break;
            }
        }
    }
    (!html.is_empty()).then_some(html)
}

/// Finds the lines of a body among those of its page.
pub(super) fn place(page: &[Line], body: &[Line]) -> Place {
    /// Shorter lines stand on a page more than once.
    const TELLING: usize = 25;
    let mut first = None;
    let mut last = None;
    let telling = body.iter().filter(|line| line.length() >= TELLING);
    let all_short = body.iter().all(|line| line.length() < TELLING);
    for line in telling.chain(body.iter().filter(|_| all_short)) {
        let from = last.map_or(0, |last: usize| last + 1);
        let found = page.iter().skip(from).position(|other| other.text == line.text);
        if let Some(found) = found {
            last = Some(from + found);
            first = first.or(last);
        }
    }
    Place { title: None, body: first.zip(last) }
}

/// A line of this many characters is a paragraph, and no caption, counter or link.
const PARAGRAPH: usize = 100;

/// Cuts out of a body what is no text of it: its title, its date, furniture, and lists of other articles.
///
/// `generic` bodies were cut out by guess; they also lose links that trail behind.
pub(super) fn trim(tree: &mut Html, title: &str, generic: bool) {
    let title = plain::fold(title);
    let lines = lines::lines(*tree.root_element());
    let mut cut: Vec<&Line> =
        lines.iter().filter(|line| labels::is_furniture(&line.text)).collect();
    // Above the text.
    let is_title = |line: &Line| {
        !title.is_empty() && plain::fold(dates::without_trailing_date(&line.text).0) == title
    };
    let head = lines.iter().position(is_title).filter(|place| *place < 6);
    // What stands above the repeated title in a guessed body is a path or a category.
    let above = lines.iter().take(head.unwrap_or(0)).filter(|line| generic && line.length() < 80);
    cut.extend(above);
    cut.extend(lines.iter().take(12).filter(|line| is_title(line)));
    let mut top = lines.iter().filter(|line| !labels::is_furniture(&line.text) && !is_title(line));
    cut.extend(top.by_ref().take(3).take_while(|line| dates::is_date_line(&line.text)));
    // Lists of other articles.
    let mut listing = false;
    // Behind the last paragraph of a guessed body, such a list begins what stands beside the article on every page.
    let paragraph = |line: &Line| line.length() >= PARAGRAPH && !line.is_linked();
    let last = lines.iter().rposition(paragraph).filter(|_| generic).unwrap_or(lines.len());
    let leads = |place: usize| lines.get(place + 1).is_some_and(Line::leads_away);
    for (place, line) in lines.iter().enumerate() {
        let more = generic && leads(place) && labels::is_more_heading(line);
        if more || labels::is_related_heading(&line.text) {
            listing = true;
            cut.push(line);
        } else if listing {
            let short = line.leads_away() || dates::is_date_line(&line.text) || line.length() < 25;
            let other = short || place > last;
            listing = other && labels::at_start(&line.text).is_none_or(|label| !label.colon);
            if listing {
                cut.push(line);
            }
        }
    }
    if generic {
        // So does whatever stands behind the byline: counters of visitors, banners of other agencies.
        let behind = || lines.iter().enumerate().skip(last.saturating_add(1));
        let is_byline = |line: &Line| labels::at_start(&line.text).is_some_and(|l| l.colon);
        if let Some((end, _)) = behind().rfind(|(_, line)| is_byline(line)) {
            // But what has a label of its own is of the notice.
            let others = behind().skip_while(|(place, _)| *place <= end);
            let is_labelled =
                |line: &Line| line.linked == 0 && line.text.chars().take(24).any(|c| c == ':');
            cut.extend(others.map(|(_, line)| line).take_while(|line| !is_labelled(line)));
        }
        let trailing = lines.iter().rev().take_while(|line| {
            line.leads_away()
                || dates::is_date_line(&line.text)
                || labels::is_furniture(&line.text)
                || labels::is_credit(&line.text)
                || labels::is_closing(&line.text)
        });
        cut.extend(trailing);
        cut.extend(lines.iter().filter(|line| labels::is_credit(&line.text)));
        cut.extend(clutter::lines_to_cut(&lines));
    }
    for line in cut {
        lines::cut(tree, line);
    }
}

/// The body's HTML, with the paragraphs that stand apart before it, and the address that its links are relative to.
pub(super) fn write(body: &Dom, head: &[String], base: &Url) -> String {
    let root = body.tree().root_element();
    let inner = root.child_elements().find(|element| element.value().name() == "body");
    let lead: String = head.iter().map(|text| paragraph(text)).collect();
    let base = base.as_str().replace('&', "&amp;").replace('"', "&quot;");
    let inner = inner.unwrap_or(root).inner_html();
    format!("<base href=\"{base}\">{lead}{inner}")
}

/// Plain text as a paragraph of HTML.
pub(super) fn paragraph(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<p>{escaped}</p>")
}
