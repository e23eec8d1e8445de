//! What an item shows: its title, date, lead and image, out of the nodes that it reaches over.

use super::super::listing::{image_of, is_cut_from};
use super::super::plain;
use super::date;
use super::links::words_in;
use super::title;
use bantin_page::dom::is_block;
use bantin_page::plain::fold;
use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::{HashMap, HashSet};
use url::Url;

/// The longest text around a date.
const MAX_DATE: usize = 90;
/// A shorter text is a remark, no lead.
const MIN_SUMMARY: usize = 25;
/// Elements whose text nobody reads.
const UNREAD: [&str; 7] =
    ["script", "style", "noscript", "template", "select", "textarea", "button"];

/// What an item shows.
#[derive(Debug, Default)]
pub(super) struct ItemContent {
    pub(super) title: Option<String>,
    pub(super) date: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) image: Option<Url>,
    /// Whether its title is a heading.
    pub(super) heading: bool,
    /// How many letters of it are no link's.
    pub(super) prose: usize,
}

/// A line of an item's text.
#[derive(Default)]
struct ItemLine {
    text: String,
    linked: usize,
    own: bool,
    heading: bool,
}

/// A date with where it begins in the text, and how sure it is that it is the item's.
struct ItemDate {
    start: usize,
    written: String,
    day: chrono::NaiveDate,
    rank: DateRank,
}

/// How sure it is that a date is that of the item: by what its element calls itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum DateRank {
    /// It stands among other words.
    Among,
    /// It stands alone.
    Alone,
    /// In a line about the item.
    About,
    /// In an element for dates, or for machines.
    Called,
}

/// Reads an item. `own` are the links that lead to its article.
pub(super) fn read<'a>(
    nodes: &[NodeRef<'a, Node>],
    own: &HashSet<NodeId>,
    base: &Url,
) -> ItemContent {
    let mut walk = Walk::over(own);
    for node in nodes {
        walk.add_line(*node);
    }
    walk.end_line();
    let mut shown = ItemContent { prose: walk.prose, ..ItemContent::default() };
    let named = title::choose(&walk.anchors, &walk.headings);
    shown.heading = named.as_ref().is_some_and(|named| named.heading);
    shown.title = named.map(|named| named.text).or_else(|| walk.first_line());
    if let Some((title, tail)) = shown.title.as_deref().and_then(title::parted) {
        walk.rank_date(&tail, 0, false, None);
        shown.title = Some(title);
    }
    shown.date = walk.date();
    shown.summary = walk.summary(shown.title.as_deref());
    let elements = nodes.iter().filter_map(|node| ElementRef::wrap(*node));
    shown.image = elements.into_iter().find_map(|element| image_of(element, base));
    shown
}

struct Walk<'a, 'b> {
    own: &'b HashSet<NodeId>,
    /// What stands in a title.
    titles: String,
    /// All other text.
    text: String,
    lines: Vec<ItemLine>,
    line: ItemLine,
    dates: Vec<ItemDate>,
    anchors: Vec<ElementRef<'a>>,
    headings: Vec<ElementRef<'a>>,
    prose: usize,
    /// Where the text of an element begins, in titles and elsewhere.
    starts: HashMap<NodeId, (usize, usize)>,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn over(own: &'b HashSet<NodeId>) -> Self {
        Self {
            own,
            titles: String::new(),
            text: String::new(),
            lines: Vec::new(),
            line: ItemLine::default(),
            dates: Vec::new(),
            anchors: Vec::new(),
            headings: Vec::new(),
            prose: 0,
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
                        let is_own = self.own.contains(&node.id());
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
                            self.machine_date(element);
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    unread -= usize::from(UNREAD.contains(&element.name()));
                    let is_own = self.own.contains(&node.id());
                    // In the title itself a date is the item's where it has an element of its own.
                    let in_title = own > 0 || headings > 0;
                    if let Some(element) = ElementRef::wrap(node).filter(|_| unread == 0) {
                        self.written_date(element, in_title);
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
        // A date that stands bare beside the link.
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
        self.line.own |= own && letters > 0;
        self.line.heading |= heading && letters > 0;
        self.line.text.push_str(text);
        if own || heading { &mut self.titles } else { &mut self.text }.push_str(text);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.text.trim().is_empty() {
            self.lines.push(line);
        }
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// A date in an attribute, for machines or on hovering.
    fn machine_date(&mut self, element: ElementRef<'a>) {
        let start = self.text.len();
        let value = element.value();
        let is_time = value.name() == "time" || is_dated(element);
        let attributes: &[&str] =
            if is_time { &["datetime", "content", "title", "data-time"] } else { &["datetime"] };
        for written in attributes.iter().filter_map(|name| element.attr(name)) {
            if let Some(found) = date::find(written) {
                self.dates.push(ItemDate {
                    start,
                    written: written.trim().to_owned(),
                    day: found.day,
                    rank: DateRank::Called,
                });
                return;
            }
        }
    }

    fn written_date(&mut self, element: ElementRef<'a>, in_title: bool) {
        let Some((title, start)) = self.starts.get(&element.id()).copied() else { return };
        let text = if in_title { self.titles.get(title..) } else { self.text.get(start..) };
        let Some(text) = text else { return };
        if text.len() > MAX_DATE * 2 {
            return;
        }
        let text = text.to_owned();
        let rank = if is_dated(element) {
            Some(DateRank::Called)
        } else {
            is_about(element).then_some(DateRank::About)
        };
        self.rank_date(&text, start, in_title, rank);
    }

    fn rank_date(&mut self, text: &str, start: usize, in_title: bool, rank: Option<DateRank>) {
        let Some(text) = plain::line(text) else { return };
        let most = match (in_title, rank) {
            (true, Some(DateRank::Called)) => 25,
            (true, _) => 0,
            (false, _) => 60,
        };
        if text.chars().count() > MAX_DATE {
            return;
        }
        let Some(found) = date::find(&text) else { return };
        if found.rest > most || is_other_date(&text) {
            return;
        }
        // What the date's grammar reads is handed on as it is written, with its time.
        let is_bare = found.numeric && found.rest == 0;
        let around = |c: char| !c.is_alphanumeric();
        let written =
            if is_bare { text.trim_matches(around).to_owned() } else { found.day.to_string() };
        let alone = if found.rest <= 12 { DateRank::Alone } else { DateRank::Among };
        let rank = rank.unwrap_or(alone);
        // A day among other words is that of an event or of a decision, unless they say that it is that of the news.
        if rank == DateRank::Among && !names_publication(&text) {
            return;
        }
        self.dates.push(ItemDate { start, written, day: found.day, rank });
    }

    /// The date of the item: the first of the surest; none where several differ and stand among other words.
    fn date(&mut self) -> Option<String> {
        self.dates.sort_by_key(|date| (std::cmp::Reverse(date.rank), date.start));
        let chosen = self.dates.first()?;
        if chosen.rank == DateRank::Among && self.dates.iter().any(|date| date.day != chosen.day) {
            return None;
        }
        // Of the ways in which that day is written, the longest has the time.
        let same = self.dates.iter().filter(|date| date.day == chosen.day);
        same.max_by_key(|date| date.written.len()).map(|date| date.written.clone())
    }

    /// The line that names the item where its links say no more than `Chi tiết`: the first that is neither a word nor a
    /// paragraph.
    fn first_line(&self) -> Option<String> {
        let texts = self.anchors.iter().filter_map(|anchor| plain::of_element(*anchor));
        if !texts.into_iter().any(|text| title::is_more(&text)) {
            return None;
        }
        let lines = self.lines.iter().filter(|line| line.linked == 0);
        let mut lines = lines.filter_map(|line| plain::line(&line.text));
        lines.find(|line| {
            (3..=30).contains(&words_in(line)) && date::find(line).is_none_or(|d| d.rest > 12)
        })
    }

    fn summary(&self, title: Option<&str>) -> Option<String> {
        let is_prose = |line: &&ItemLine| {
            let letters = line.text.chars().filter(|c| c.is_alphanumeric()).count();
            !line.heading && letters >= MIN_SUMMARY && (line.linked * 2 < letters || line.own)
        };
        let lines = self.lines.iter().filter(is_prose).filter_map(|line| plain::line(&line.text));
        let other = lines.filter(|line| {
            title.is_none_or(|title| {
                line != title && !is_cut_from(line, title) && !line.starts_with(title)
            }) && date::find(line).is_none_or(|found| found.rest > 40)
        });
        other.max_by_key(|line| line.chars().count())
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element says by its class or `itemprop` that it is a date.
fn is_dated(element: ElementRef<'_>) -> bool {
    let names = ["class", "itemprop", "id"].iter().filter_map(|name| element.attr(name));
    let mut names = names.map(str::to_ascii_lowercase);
    element.value().name() == "time"
        || names
            .any(|name| ["date", "time", "ngay", "publish"].iter().any(|word| name.contains(word)))
}

/// Whether words beside a date say that it is that of the news.
fn names_publication(text: &str) -> bool {
    const SAYS: [&str; 8] =
        ["đăng", "cập nhật", "xuất bản", "lượt xem", "posted", "publi", "updated", "by "];
    let lower = text.to_lowercase();
    SAYS.iter().any(|says| lower.contains(says))
}

/// Whether a date is called a deadline, or that of a document's force.
fn is_other_date(text: &str) -> bool {
    let text = fold(text);
    ["han nop", "het han", "han cuoi", "den han", "hieu luc", "deadline", "expires"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether an element says by its class that it is about the item.
fn is_about(element: ElementRef<'_>) -> bool {
    let class = element.attr("class").unwrap_or_default().to_ascii_lowercase();
    ["meta", "info", "byline", "detail"].iter().any(|word| class.contains(word))
}
