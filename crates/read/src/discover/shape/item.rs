//! Extraction of an item's title, date, lead and image from the nodes of its region.

use super::super::listing::{image_of, is_truncated_form};
use super::super::plain;
use super::links::words_in;
use super::title;
use crate::machine_date::{self, is_dated};
use bantin_core::text::date::{self, FoundDate};
use bantin_page::dom::is_block;
use bantin_page::plain::fold;
use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::{HashMap, HashSet};
use url::Url;

/// Maximum characters of a text that contains a date.
const MAX_DATE: usize = 90;
/// Minimum letters and digits of a lead; a shorter text is a remark.
const MIN_SUMMARY: usize = 25;
/// Elements without readable text.
const UNREAD: [&str; 7] =
    ["script", "style", "noscript", "template", "select", "textarea", "button"];

/// The content of an item.
#[derive(Debug, Default)]
pub(in super::super) struct ItemContent {
    pub(in super::super) title: Option<String>,
    pub(in super::super) date: Option<String>,
    pub(in super::super) summary: Option<String>,
    pub(in super::super) image: Option<Url>,
    /// Whether its title is a heading.
    pub(super) heading: bool,
    /// The number of its letters outside of links.
    pub(super) prose: usize,
    /// A day without its year, alone in its text: `12/05`.
    pub(super) day_and_month: Option<String>,
}

/// A line of an item's text.
#[derive(Default)]
struct ItemLine {
    text: String,
    linked: usize,
    is_article_link: bool,
    heading: bool,
}

/// A date, its position in the text, and its reliability.
struct ItemDate {
    start: usize,
    written: String,
    found: FoundDate,
    rank: DateRank,
}

/// The reliability of a date as that of the item, according to its element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum DateRank {
    /// Among other words.
    Among,
    /// Alone in its text.
    Alone,
    /// In a line of metadata about the item.
    About,
    /// In an element for dates.
    Marked,
    /// Machine-readable: it outranks the words beside it.
    Machine,
}

/// Reads an item. `article_links` are the links to its article.
pub(in super::super) fn read<'a>(
    nodes: &[NodeRef<'a, Node>],
    article_links: &HashSet<NodeId>,
    base: &Url,
) -> ItemContent {
    let mut walk = ItemWalker::over(article_links);
    for node in nodes {
        walk.add_line(*node);
    }
    walk.end_line();
    let mut shown = ItemContent { prose: walk.prose, ..ItemContent::default() };
    let named = title::choose(&walk.anchors, &walk.headings);
    shown.heading = named.as_ref().is_some_and(|named| named.heading);
    shown.title = match named.map(|named| named.text) {
        Some(title) if title::is_number(&title) => walk.first_line().or(Some(title)),
        title => title.or_else(|| walk.first_line_of_label()),
    };
    if let Some((title, tail)) = shown.title.as_deref().and_then(title::split_bracketed_date) {
        walk.rank_date(&tail, 0, false, None);
        shown.title = Some(title);
    }
    shown.date = walk.date();
    shown.day_and_month = walk.day_and_month.take();
    shown.summary = walk.summary(shown.title.as_deref());
    let elements = nodes.iter().filter_map(|node| ElementRef::wrap(*node));
    shown.image = elements.into_iter().find_map(|element| image_of(element, base));
    shown
}

struct ItemWalker<'a, 'b> {
    article_links: &'b HashSet<NodeId>,
    /// The text of titles.
    titles: String,
    /// All other text.
    text: String,
    lines: Vec<ItemLine>,
    line: ItemLine,
    dates: Vec<ItemDate>,
    anchors: Vec<ElementRef<'a>>,
    headings: Vec<ElementRef<'a>>,
    prose: usize,
    day_and_month: Option<String>,
    /// The start of each element's text, in `titles` and in `text`.
    starts: HashMap<NodeId, (usize, usize)>,
}

impl<'a, 'b> ItemWalker<'a, 'b> {
    fn over(article_links: &'b HashSet<NodeId>) -> Self {
        Self {
            article_links,
            titles: String::new(),
            text: String::new(),
            lines: Vec::new(),
            line: ItemLine::default(),
            dates: Vec::new(),
            anchors: Vec::new(),
            headings: Vec::new(),
            prose: 0,
            day_and_month: None,
            starts: HashMap::new(),
        }
    }

    fn add_line(&mut self, top: NodeRef<'a, Node>) {
        let mut unread = 0_usize;
        let mut linked = 0_usize;
        let mut own = 0_usize;
        let mut headings = 0_usize;
        for edge in top.traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if unread == 0 => {
                        self.push(&text.text, linked > 0, own > 0, headings > 0);
                    }
                    Node::Element(element) => {
                        unread += usize::from(UNREAD.contains(&element.name()));
                        self.starts.insert(node.id(), (self.titles.len(), self.text.len()));
                        let is_own = self.article_links.contains(&node.id());
                        linked += usize::from(element.name() == "a");
                        own += usize::from(is_own);
                        let is_heading = is_heading(element.name());
                        headings += usize::from(is_heading);
                        if is_block(element.name()) || matches!(element.name(), "td" | "th") {
                            self.end_line();
                        }
                        if let Some(element) = ElementRef::wrap(node) {
                            if is_own {
                                self.anchors.push(element);
                            }
                            if is_heading {
                                self.headings.push(element);
                            }
                            self.add_machine_date(element);
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    unread -= usize::from(UNREAD.contains(&element.name()));
                    let is_own = self.article_links.contains(&node.id());
                    // Inside the title, a date belongs to the item if it has its own element.
                    let in_title = own > 0 || headings > 0;
                    if let Some(element) = ElementRef::wrap(node).filter(|_| unread == 0) {
                        self.add_written_date(element, in_title);
                    }
                    linked -= usize::from(element.name() == "a");
                    own -= usize::from(is_own);
                    headings -= usize::from(is_heading(element.name()));
                    if is_block(element.name()) || matches!(element.name(), "td" | "th") {
                        self.end_line();
                    } else if !self.text.ends_with(' ') {
                        self.text.push(' ');
                    }
                    self.titles.push(' ');
                }
            }
        }
        // A bare date beside the link.
        if let Node::Text(text) = top.value() {
            let start = self.text.len();
            self.rank_date(&text.text, start, false, None);
        }
    }

    fn push(&mut self, text: &str, linked: bool, own: bool, heading: bool) {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        if linked {
            self.line.linked += letters;
        } else {
            self.prose += letters;
        }
        self.line.is_article_link |= own && letters > 0;
        self.line.heading |= heading && letters > 0;
        self.line.text.push_str(text);
        if own || heading { &mut self.titles } else { &mut self.text }.push_str(text);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.text.trim().is_empty() {
            // A bare date between an icon and the lead, for example.
            if line.linked == 0 && !line.heading {
                self.rank_date(&line.text, self.text.len(), false, None);
            }
            self.lines.push(line);
        }
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Records a date in an attribute: machine-readable, or a tooltip.
    fn add_machine_date(&mut self, element: ElementRef<'a>) {
        let start = self.text.len();
        let Some(written) = machine_date::of(element) else { return };
        let found = date::find(&written).filter(|_| !is_behind_other_label(element));
        if let Some(found) = found {
            let rank = DateRank::Machine;
            self.dates.push(ItemDate { start, written, found, rank });
        }
    }

    fn add_written_date(&mut self, element: ElementRef<'a>, in_title: bool) {
        let Some((title, start)) = self.starts.get(&element.id()).copied() else { return };
        let text = if in_title { self.titles.get(title..) } else { self.text.get(start..) };
        let Some(text) = text else { return };
        if text.len() > MAX_DATE * 2 || is_behind_other_label(element) {
            return;
        }
        let text = text.to_owned();
        let rank = if is_dated(element) {
            Some(DateRank::Marked)
        } else {
            is_about(element).then_some(DateRank::About)
        };
        self.rank_date(&text, start, in_title, rank);
    }

    fn rank_date(&mut self, text: &str, start: usize, in_title: bool, rank: Option<DateRank>) {
        let Some(text) = plain::line(text) else { return };
        let most = match (in_title, rank) {
            (true, Some(DateRank::Marked)) => 25,
            (true, _) => 0,
            (false, _) => 60,
        };
        if text.chars().count() > MAX_DATE {
            return;
        }
        let text = badge(&text).unwrap_or(text);
        let Some(found) = date::find(&text) else {
            self.day_and_month = self.day_and_month.take().or_else(|| day_and_month(&text));
            return;
        };
        if found.other_letters() > most || is_other_date(&text) {
            return;
        }
        let around = |c: char| !c.is_alphanumeric();
        let written = text.trim_matches(around).to_owned();
        let alone = if found.other_letters() <= 12 { DateRank::Alone } else { DateRank::Among };
        let rank = rank.unwrap_or(alone);
        // A day among other words is that of an event or a decision, unless they indicate
        // publication.
        if rank == DateRank::Among && !names_publication(&text) {
            return;
        }
        self.dates.push(ItemDate { start, written, found, rank });
    }

    /// The date of the item: the first of the most reliable ones. `None` if dates among other words
    /// differ.
    fn date(&mut self) -> Option<String> {
        self.dates.sort_by_key(|date| (std::cmp::Reverse(date.rank), date.start));
        let chosen = self.dates.first()?;
        let day = chosen.found.day;
        if chosen.rank == DateRank::Among && self.dates.iter().any(|date| date.found.day != day) {
            return None;
        }
        // Of the spellings of that day, prefer the first with a time.
        let same = || self.dates.iter().filter(|date| date.found.day == day);
        let timed = same().find(|date| date.found.written.has_time());
        timed.or_else(|| same().next()).map(|date| date.written.clone())
    }

    /// The line that names the item if its links only say `Chi tiết` or the like, or show an icon.
    fn first_line_of_label(&self) -> Option<String> {
        let has_picture = |anchor: &ElementRef<'_>| {
            anchor.descendent_elements().any(|inner| inner.value().name() == "img")
        };
        let is_label = |anchor: &ElementRef<'_>| match plain::of_element(*anchor) {
            Some(text) => title::is_generic_label(&text),
            None => !has_picture(anchor),
        };
        self.anchors.iter().any(is_label).then(|| self.first_line()).flatten()
    }

    /// The first line that is neither a single word nor a paragraph.
    fn first_line(&self) -> Option<String> {
        let lines = self.lines.iter().filter(|line| line.linked == 0);
        let mut lines = lines.filter_map(|line| plain::line(&line.text));
        lines.find(|line| {
            (3..=30).contains(&words_in(line))
                && date::find(line).is_none_or(|d| d.other_letters() > 12)
        })
    }

    fn summary(&self, title: Option<&str>) -> Option<String> {
        let is_prose = |line: &&ItemLine| {
            let letters = line.text.chars().filter(|c| c.is_alphanumeric()).count();
            !line.heading
                && letters >= MIN_SUMMARY
                && (line.linked * 2 < letters || line.is_article_link)
        };
        let lines = self.lines.iter().filter(is_prose).filter_map(|line| plain::line(&line.text));
        let other = lines.filter(|line| {
            title.is_none_or(|title| {
                line != title && !is_truncated_form(line, title) && !line.starts_with(title)
            }) && date::find(line).is_none_or(|found| found.other_letters() > 40)
        });
        other.max_by_key(|line| line.chars().count())
    }
}

/// The date of a badge whose parts are below each other: `02` and `04/2026`.
fn badge(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '/' | '-' | '.');
    let is_apart = text.contains(' ') && text.chars().all(is_part) && date::find(text).is_none();
    let joined = is_apart.then(|| text.replace(' ', "/"))?;
    date::find(&joined).map(|_| joined)
}

/// A day and its month without anything else: `12/05`, `5-3`.
fn day_and_month(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let (day, month) = text.split_once(['/', '-', '.'])?;
    let number = |digits: &str| {
        let is_short = digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u8>().ok().filter(|_| is_short)
    };
    let (day, month) = (number(day)?, number(month)?);
    let is_date = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_date.then(|| format!("{day:02}/{month:02}"))
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether the words beside a date indicate publication.
fn names_publication(text: &str) -> bool {
    const SAYS: [&str; 14] = [
        "đăng",
        "cập nhật",
        "xuất bản",
        "ngày công khai",
        "ngày công bố",
        "ngày phát hành",
        "ngày ban hành",
        "lượt xem",
        "lượt đọc",
        "lượt tải",
        "posted",
        "publi",
        "updated",
        "by ",
    ];
    let lower = text.to_lowercase();
    SAYS.iter().any(|says| lower.contains(says))
}

/// Whether a date is a deadline, the day of an event, or that on which a document takes effect.
fn is_other_date(text: &str) -> bool {
    let text = fold(text);
    text.split_once(':').is_some_and(|(label, _)| names_other_day(label))
        || OTHER_DAYS.iter().any(|words| text.contains(words))
}

/// Words for a deadline, or the day on which a document takes effect, folded. Unlike on an article's
/// page, the day of issue of a document is its date in a listing.
const OTHER_DAYS: [&str; 8] =
    ["han nop", "het han", "han cuoi", "han chot", "den han", "hieu luc", "deadline", "expires"];

/// Whether a folded label is that of such a date.
fn names_other_day(label: &str) -> bool {
    /// Further labels, which are no words of other lines.
    const LABELS: [&str; 11] = [
        "han",
        "thoi han",
        "thoi gian",
        "thoi gian hop",
        "thoi gian to chuc",
        "thoi gian thuc hien",
        "thoi gian dien ra",
        "dien ra",
        "ngay hop",
        "bat dau",
        "ket thuc",
    ];
    LABELS.contains(&label.trim()) || OTHER_DAYS.iter().any(|words| label.contains(words))
}

/// Whether an element directly follows the label of such a date: `<b>Hạn:</b> <span>30/11/2020</span>`.
fn is_behind_other_label(element: ElementRef<'_>) -> bool {
    /// The longest label, in bytes.
    const MAX_LENGTH: usize = 60;
    let texts = |node: NodeRef<'_, Node>| -> String {
        let below = node.descendants().filter_map(|below| below.value().as_text());
        below.take(4).map(|text| &*text.text).collect()
    };
    let mut before = element.prev_siblings().take(2).map(texts);
    let label = before.find(|text| !text.trim().is_empty()).unwrap_or_default();
    let label = label.trim().strip_suffix(':').filter(|label| label.len() <= MAX_LENGTH);
    label.is_some_and(|label| names_other_day(&fold(label)))
}

/// Whether the class of an element identifies it as metadata of the item.
fn is_about(element: ElementRef<'_>) -> bool {
    let class = element.attr("class").unwrap_or_default().to_ascii_lowercase();
    ["meta", "info", "byline", "detail"].iter().any(|word| class.contains(word))
}
