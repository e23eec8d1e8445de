//! A page as a sequence of texts and clickable elements, in reading order.
//!
//! A pager is thus recognized whatever its markup is: a list, a table, spans, or letters between
//! bars.

use super::super::{address, plain};
use bantin_page::Dom;
use bantin_page::dom::text_of;
use bantin_page::plain::fold;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Node};
use url::Url;

/// The rank of an arrow to the next page: less reliable than any word.
pub(super) const ARROW: u8 = 3;
/// Labels of links to the next page, folded and without surrounding punctuation, with their ranks;
/// 0 is the most reliable.
const NEXT: [(u8, &[&str]); 3] = [
    (
        0,
        &[
            "trang sau",
            "trang tiep",
            "trang tiep theo",
            "trang ke",
            "trang ke tiep",
            "next page",
            "older posts",
            "older entries",
            "cu hon",
            "tin cu hon",
            "bai cu hon",
            "cac tin cu hon",
        ],
    ),
    (1, &["tiep", "tiep theo", "ke tiep", "xem tiep", "sau", "next", "older", "tiep tuc"]),
    (2, &["xem them", "tai them", "tin khac", "xem them tin", "load more", "more"]),
];
/// Arrows to the next page. Single ones are preferred, because a double one often leads to the last
/// page.
const ARROWS: [(u8, &[&str]); 2] =
    [(ARROW, &["›", ">", "→", "▶", "►"]), (4, &["»", ">>", "››", "⟩⟩"])];
/// Words in a pager beside its numbers, folded.
const BESIDE: [&str; 17] = [
    "trang",
    "page",
    "pages",
    "trang dau",
    "trang cuoi",
    "dau",
    "cuoi",
    "truoc",
    "trang truoc",
    "first",
    "last",
    "prev",
    "previous",
    "dau tien",
    "cuoi cung",
    "previous page",
    "trang so",
];
/// Class names of the current page.
const CURRENT: [&str; 6] = ["active", "current", "selected", "curr", "pageactive", "actived"];
/// Maximum characters of a text in a pager.
const MAX_LENGTH: usize = 40;

/// An element that submits a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormSubmission<'d> {
    pub(super) element: ElementRef<'d>,
    pub(super) method: SubmitMethod,
}

/// The way in which a form is submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubmitMethod {
    /// `__doPostBack` and similar functions.
    PostBack,
    /// A button with a name.
    Button,
}

/// The effect of clicking an element.
#[derive(Debug, Clone)]
pub(super) enum PagerAction<'d> {
    Get(Url),
    Submit(FormSubmission<'d>),
}

/// A text on the page, or a clickable element.
#[derive(Debug)]
pub(super) struct PagerElement<'d> {
    /// The text, folded; empty if it is too long for a pager.
    pub(super) text: String,
    pub(super) action: Option<PagerAction<'d>>,
    /// Whether it is marked as the current page.
    pub(super) is_current: bool,
    /// Whether its class or id means "next".
    is_named_next: bool,
}

impl PagerElement<'_> {
    /// The page number that it displays.
    pub(super) fn number(&self) -> Option<u64> {
        let inner = self.text.trim_matches(|c: char| !c.is_alphanumeric());
        let inner = inner.strip_prefix("trang ").unwrap_or(inner);
        let is_number = (1..=5).contains(&inner.len()) && inner.bytes().all(|b| b.is_ascii_digit());
        inner.parse().ok().filter(|number| is_number && *number > 0)
    }

    /// Whether it is an ellipsis for omitted numbers.
    pub(super) fn is_dots(&self) -> bool {
        !self.text.is_empty() && self.text.chars().all(|c| matches!(c, '.' | '…' | ' '))
    }

    /// The rank of its label or markup as "next page", 0 being the most reliable; `None` if it is
    /// neither.
    pub(super) fn next_rank(&self) -> Option<u8> {
        let inner = self.text.trim_matches(|c: char| !c.is_alphanumeric());
        let word = NEXT.iter().find(|(_, words)| words.contains(&inner)).map(|(sure, _)| *sure);
        let is_named = self.is_named_next && self.action.is_some() && self.number().is_none();
        let arrow = || ARROWS.iter().find(|(_, a)| a.contains(&self.text.as_str()));
        word.or(is_named.then_some(1)).or_else(|| arrow().map(|(sure, _)| *sure))
    }

    /// Whether it may appear between the numbers of a pager.
    pub(super) fn is_pager_text(&self) -> bool {
        let inner = self.text.trim_matches(|c: char| !c.is_alphanumeric());
        let is_mark = inner.is_empty() && !self.text.is_empty();
        is_mark || BESIDE.contains(&inner) || self.next_rank().is_some()
    }
}

/// Collects the elements of a page.
pub(super) fn read<'d>(dom: &'d Dom, base: &Url) -> Vec<PagerElement<'d>> {
    let mut signs = Vec::new();
    let mut inside = None;
    let mut unread = None;
    for edge in dom.tree().root_element().traverse() {
        match edge {
            Edge::Open(node) if inside.is_none() && unread.is_none() => match node.value() {
                Node::Text(text) => {
                    let text = text.text.trim();
                    if !text.is_empty() {
                        let holder = node.parent().and_then(ElementRef::wrap);
                        signs.push(PagerElement {
                            text: visible_text(text),
                            action: None,
                            is_current: holder.is_some_and(is_current),
                            is_named_next: false,
                        });
                    }
                }
                Node::Element(_) => {
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    match element.value().name() {
                        "a" | "button" | "input" => {
                            inside = Some(node.id());
                            signs.extend(of_element(element, base));
                        }
                        "script" | "style" | "noscript" | "template" | "select" | "head" => {
                            unread = Some(node.id());
                        }
                        _ => {}
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if inside == Some(node.id()) {
                    inside = None;
                }
                if unread == Some(node.id()) {
                    unread = None;
                }
            }
            Edge::Open(_) => {}
        }
    }
    signs
}

fn visible_text(text: &str) -> String {
    if text.chars().count() > MAX_LENGTH { String::new() } else { fold(text) }
}

/// The pager element of a clickable element.
fn of_element<'d>(element: ElementRef<'d>, base: &Url) -> Option<PagerElement<'d>> {
    let name = element.value().name();
    let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
    if name == "input" && !matches!(kind.as_str(), "submit" | "image" | "button") {
        return None;
    }
    let image = || {
        let image = element.descendent_elements().find(|inner| inner.value().name() == "img")?;
        image.attr("alt").or(image.attr("title"))
    };
    let text = plain::line(&text_of(element))
        .or_else(|| element.attr("value").and_then(plain::line))
        .or_else(|| image().and_then(plain::line))
        .or_else(|| {
            ["title", "aria-label", "alt"]
                .iter()
                .find_map(|n| element.attr(n))
                .and_then(plain::line)
        });
    Some(PagerElement {
        text: text.as_deref().map(visible_text).unwrap_or_default(),
        action: action(element, base),
        is_current: is_current(element),
        is_named_next: is_named_next(element),
    })
}

/// The effect of clicking an element, if it can lead to another page.
fn action<'d>(element: ElementRef<'d>, base: &Url) -> Option<PagerAction<'d>> {
    let is_disabled = element.attr("disabled").is_some()
        || element.value().classes().any(|c| matches!(c, "disabled" | "aspNetDisabled"));
    if is_disabled {
        return None;
    }
    if super::form::post_back(element).is_some() {
        return Some(PagerAction::Submit(FormSubmission {
            element,
            method: SubmitMethod::PostBack,
        }));
    }
    if let Some(href) = element.attr("href") {
        return address::resolve(href, base).ok().map(PagerAction::Get);
    }
    let kind = element.attr("type").unwrap_or_default();
    let submits = kind.eq_ignore_ascii_case("submit") || kind.eq_ignore_ascii_case("image");
    let is_button = submits && element.attr("name").is_some() && element.attr("onclick").is_none();
    is_button
        .then_some(PagerAction::Submit(FormSubmission { element, method: SubmitMethod::Button }))
}

/// Whether an element, or a parent that contains only it, is marked as the current page.
fn is_current(element: ElementRef<'_>) -> bool {
    let is_marked = |element: ElementRef<'_>| {
        let by_class = element.value().classes().any(|class| {
            class.split(['-', '_']).any(|word| CURRENT.iter().any(|c| word.eq_ignore_ascii_case(c)))
        });
        by_class
            || element.attr("aria-current").is_some_and(|value| value != "false")
            || matches!(element.value().name(), "b" | "strong")
    };
    let holder = element.parent().and_then(ElementRef::wrap);
    let holds_alone = |holder: &ElementRef<'_>| {
        let links = holder.children().filter_map(ElementRef::wrap);
        links.take(2).count() == 1
            && matches!(holder.value().name(), "li" | "span" | "td" | "b" | "strong" | "font")
    };
    is_marked(element) || holder.filter(holds_alone).is_some_and(is_marked)
}

/// Whether the id or a class of an element, or of the list item around it, means "next".
fn is_named_next(element: ElementRef<'_>) -> bool {
    let is_word = |name: &str| {
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
        matches!(
            name.as_str(),
            "next"
                | "lknext"
                | "lnknext"
                | "lbnext"
                | "btnnext"
                | "nextpage"
                | "nextpostslink"
                | "linknext"
                | "pagenext"
        )
    };
    let says = |element: ElementRef<'_>| {
        let id = element.attr("id").unwrap_or_default();
        let id = id.rsplit(['_', '$']).next().unwrap_or_default();
        is_word(id) || element.value().classes().any(|class| class.split(['-', '_']).any(is_word))
    };
    let holder = element.parent().and_then(ElementRef::wrap);
    says(element) || holder.filter(|h| h.value().name() == "li").is_some_and(says)
}
