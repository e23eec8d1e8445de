//! What is cut out of a body, told to those who ask. Nothing is cut here: the lines before are compared with the tree after.

use super::lines::{self, Line};
use super::{dates, labels};
use crate::model::{Cut, FURNITURE, Trace, shortened};
use crate::page::plain;
use ego_tree::NodeId;
use scraper::{ElementRef, Html};

/// A longer excerpt is shown by its beginning, in characters.
const EXCERPT: usize = 80;

/// The lines of a document before something is cut out of it; none where nobody asks.
pub(super) struct Before(Vec<Line>);

impl Before {
    /// The lines as they are now.
    pub(super) fn of(trace: &Trace, tree: &Html) -> Self {
        Self(if trace.is_on() { lines::lines(*tree.root_element()) } else { Vec::new() })
    }

    /// The lines that are gone from the tree by now, with what they were cut out with.
    pub(super) fn gone<'a>(&'a self, tree: &'a Html) -> Vec<Gone<'a>> {
        let gone = |(place, line): (usize, &'a Line)| {
            let shows = |id: &&NodeId| {
                let text = tree.tree.get(**id).and_then(|node| node.value().as_text());
                text.is_some_and(|text| !plain::line(&text.text).is_empty())
            };
            let mut tops = line.nodes.iter().filter(shows).map(|id| top(tree, *id));
            let first = tops.next()??;
            tops.all(|top| top.is_some()).then_some(Gone { place, line, with: first.1 })
        };
        self.0.iter().enumerate().filter_map(gone).collect()
    }

    /// Tells what was cut since, what stands together in one piece.
    pub(super) fn tell(
        self,
        trace: &Trace,
        tree: &Html,
        mut kind: impl FnMut(&Gone<'_>) -> String,
    ) {
        if trace.is_on() {
            let gone = self.gone(tree);
            tell(trace, &gone, &mut kind);
        }
    }
}

/// A line that was cut out.
pub(super) struct Gone<'a> {
    place: usize,
    /// The line.
    pub(super) line: &'a Line,
    /// The element that was cut out and it with it; `None` where it was cut out by itself.
    with: Option<ElementRef<'a>>,
}

impl Gone<'_> {
    /// The element that it was cut out with, as a selector.
    pub(super) fn element(&self) -> Option<String> {
        let element = self.with?.value();
        let id = element.id().map(|id| format!("#{id}")).unwrap_or_default();
        let class = element.classes().next().map(|class| format!(".{class}"));
        Some(format!("{}{id}{}", element.name(), class.unwrap_or_default()))
    }
}

/// The top of the piece that a node was cut out with; `None` where it is still in the tree.
fn top(tree: &Html, id: NodeId) -> Option<(NodeId, Option<ElementRef<'_>>)> {
    let node = tree.tree.get(id)?;
    let top = node.ancestors().last().unwrap_or(node);
    (top.id() != tree.tree.root().id()).then(|| (top.id(), ElementRef::wrap(top)))
}

/// Tells lines that were cut, what stands together in one piece.
pub(super) fn tell(trace: &Trace, gone: &[Gone<'_>], kind: &mut impl FnMut(&Gone<'_>) -> String) {
    let mut pieces: Vec<(usize, Cut)> = Vec::new();
    for gone in gone {
        let kind = kind(gone);
        let characters = gone.line.length();
        match pieces.last_mut() {
            Some((last, piece)) if *last + 1 == gone.place && piece.kind == kind => {
                *last = gone.place;
                piece.lines += 1;
                piece.characters += characters;
            }
            _ => {
                let excerpt = shortened(&gone.line.text, EXCERPT);
                pieces.push((gone.place, Cut { kind, excerpt, lines: 1, characters }));
            }
        }
    }
    for (_, cut) in pieces {
        trace.cut(|| cut);
    }
}

/// The furniture of a page, by the element that holds it.
pub(super) fn furniture(gone: &Gone<'_>) -> String {
    let element = gone.element().unwrap_or_else(|| "text".to_owned());
    format!("{FURNITURE} ({element})")
}

/// What stands beside a text in a box of its own.
pub(super) fn boxed(gone: &Gone<'_>) -> String {
    let element = gone.element().unwrap_or_else(|| "text".to_owned());
    format!("box beside the text ({element})")
}

/// What `body::trim` cuts a line for. `title` is the article's.
pub(super) fn trimmed(title: &str) -> impl FnMut(&Gone<'_>) -> String {
    let title = plain::fold(title);
    let mut list_at = None;
    move |gone| {
        let text = gone.line.text.as_str();
        let follows_list = list_at.is_some_and(|place| place + 1 == gone.place);
        let is_title = plain::fold(dates::without_trailing_date(text).0) == title;
        let is_heading = labels::is_related_heading(text) || labels::is_more_heading(gone.line);
        let kind = if is_heading || (follows_list && !is_title) {
            list_at = Some(gone.place);
            "list of other articles"
        } else if !title.is_empty() && is_title {
            "title repeated"
        } else if labels::is_furniture(text) {
            furniture_named(text)
        } else if dates::is_date_line(text) {
            "date line"
        } else if labels::is_credit(text) {
            "credit of a picture"
        } else if labels::is_closing(text) {
            "closing line of the site"
        } else if labels::is_invitation(gone.line) {
            "invitation"
        } else if gone.line.leads_away() || labels::leads_on(gone.line) {
            "link to another page"
        } else {
            "what stands beside the text"
        };
        kind.to_owned()
    }
}

/// What a line of furniture is for.
fn furniture_named(text: &str) -> &'static str {
    let said = plain::fold(text);
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["chia se", "share", "facebook", "twitter", "zalo", "tweet", "linkedin"]) {
        "share box"
    } else if said.chars().any(|c| c.is_ascii_digit()) && says(&["xem", "doc", "truy cap"]) {
        "view counter"
    } else {
        "buttons of the page"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{body, chrome};
    use crate::page::{Dom, SafeHtml};

    fn dom(html: &str) -> Dom {
        Dom::parse(&SafeHtml::check(html.to_owned()).unwrap())
    }

    fn told(trace: Trace) -> Vec<(String, usize)> {
        let cuts = trace.explanation().cuts;
        cuts.into_iter().map(|cut| (cut.kind, cut.lines)).collect()
    }

    #[test]
    fn each_piece_that_is_trimmed_is_named() {
        let text = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành và địa phương.";
        let mut dom = dom(&format!(
            "<h1>Hội nghị tổng kết năm</h1><p>Thứ ba, 10/01/2023 | 14:05</p><p>{text}</p><p>Lượt xem: 98</p><p>{text} Hết.</p>\
             <p>Chia sẻ Facebook</p><p>In trang</p><div>Tin liên quan</div><ul><li><a href=/1>Tin một của trang</a>\
             <li><a href=/2>Tin hai của trang</a></ul>"
        ));
        let trace = Trace::on();
        let before = Before::of(&trace, dom.tree());
        body::trim(dom.tree_mut(), "Hội nghị tổng kết năm", false);
        before.tell(&trace, dom.tree(), trimmed("Hội nghị tổng kết năm"));
        let kinds = told(trace);
        let expected = [
            ("title repeated", 1),
            ("date line", 1),
            ("view counter", 1),
            ("share box", 1),
            ("buttons of the page", 1),
            ("list of other articles", 3),
        ];
        assert_eq!(kinds, expected.map(|(kind, lines)| (kind.to_owned(), lines)));
    }

    #[test]
    fn furniture_is_named_by_its_element_and_nothing_is_told_to_nobody() {
        let mut page = dom(
            "<nav id=menu><p>Trang chủ</p><p>Tin</p></nav><p>một</p><div class='share-buttons x'>Gửi</div>",
        );
        let (on, off) = (Trace::on(), Trace::off());
        let (before, nothing) = (Before::of(&on, page.tree()), Before::of(&off, page.tree()));
        chrome::cut(page.tree_mut());
        before.tell(&on, page.tree(), furniture);
        nothing.tell(&off, page.tree(), furniture);
        let expected = [
            ("furniture of the page (nav#menu)".to_owned(), 2),
            ("furniture of the page (div.share-buttons)".to_owned(), 1),
        ];
        assert_eq!(told(on), expected);
        assert_eq!(told(off), []);
    }
}
