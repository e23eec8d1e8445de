//! Blocks that a page repeats: siblings that each link another page, with a headline or a picture
//! and little text. Teasers, cards of a shop, rows of a table of links.
//!
//! Only the shape counts, not the names of classes. Walks the page once; a block inside a block is
//! a part of it.

use super::date_line;
use super::lines::{LineSpans, TextLine};
use super::outside_body;
use super::price;
use super::teasers;
use crate::image;
use bantin_core::text::date;
use bantin_page::Dom;
use ego_tree::iter::Edge;
use scraper::Node;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// Minimum number of blocks in a row.
const MIN_COUNT: usize = 3;
/// Minimum length of a block and of its link, in characters.
const MIN_LENGTH: usize = 6;
/// Maximum length of a block, in characters; a longer one is an article or a chapter of one.
const MAX_LENGTH: usize = 1200;
/// Maximum mean length of blocks without a day each, in characters.
const MAX_MEAN: usize = 700;
/// Minimum mean length of blocks without picture and price, in characters; shorter ones are the
/// entries of a menu.
const MIN_MEAN: usize = 25;
/// Maximum length of a line that is a price or a day, in bytes.
const SHORT_LINE: usize = 60;

/// The repeated blocks of a page.
#[derive(Debug, Default)]
pub(super) struct RepeatedBlocks {
    /// The number of blocks.
    pub(super) count: usize,
    /// Their total length in characters.
    pub(super) length: usize,
    /// The largest number of blocks with a price in one row.
    pub(super) priced: usize,
    /// For each line of the page, whether it belongs to a block.
    inside: Vec<bool>,
}

impl RepeatedBlocks {
    /// Finds the blocks of a page, from its lines.
    pub(super) fn of(dom: &Dom, lines: &[TextLine]) -> Self {
        let outline = Outline::of(dom, lines);
        let mut found = Self { inside: vec![false; lines.len()], ..Self::default() };
        let mut is_block = vec![false; outline.elements.len()];
        let mut next = 0;
        while let Some(element) = outline.elements.get(next) {
            if is_block.get(next) == Some(&true) {
                next = element.end;
                continue;
            }
            for row in outline.rows(next) {
                for index in &row {
                    is_block.get_mut(*index).into_iter().for_each(|is_block| *is_block = true);
                }
                let blocks: Vec<&OutlinedElement> =
                    row.iter().filter_map(|index| outline.elements.get(*index)).collect();
                found.add(&blocks, &outline, lines);
            }
            next += 1;
        }
        found
    }

    /// Whether a line belongs to a block.
    pub(super) fn hold(&self, line: usize) -> bool {
        self.inside.get(line) == Some(&true)
    }

    /// Adds a row of blocks, if it is no menu and no text in chapters.
    fn add(&mut self, blocks: &[&OutlinedElement], outline: &Outline, lines: &[TextLine]) {
        let having = |sign: &dyn Fn(&str) -> bool| {
            let shows = |block: &&&OutlinedElement| {
                let mut lines = lines.get(block.lines.clone()).into_iter().flatten();
                lines.any(|line| line.text.len() <= SHORT_LINE && sign(&line.text))
            };
            blocks.iter().filter(shows).count()
        };
        let count = blocks.len();
        let length: usize = blocks.iter().map(|block| outline.length(block)).sum();
        let mean = length / count.max(1);
        let priced = having(&price::is_price);
        let pictured = blocks.iter().filter(|block| !block.images.is_empty()).count();
        let is_menu = mean < MIN_MEAN && priced * 2 < count && pictured * 2 < count;
        if is_menu || (mean > MAX_MEAN && having(&date_line::names_day) * 5 < count * 4) {
            return;
        }
        self.count += count;
        self.length += length;
        self.priced = self.priced.max(priced);
        for block in blocks {
            let inside = self.inside.get_mut(block.lines.clone());
            inside.into_iter().flatten().for_each(|inside| *inside = true);
        }
    }
}

/// A link to another page or to a file.
struct OutgoingLink<'a> {
    target: &'a str,
    is_file: bool,
    /// Whether it is a picture, or the whole block by its script.
    is_box: bool,
}

/// An element with text, and the ranges of what it contains.
struct OutlinedElement<'a> {
    name: &'a str,
    /// The index behind its last descendant.
    end: usize,
    lines: Range<usize>,
    links: Range<usize>,
    images: Range<usize>,
}

/// The elements with text of a page, in page order.
struct Outline<'a> {
    lines: &'a [TextLine],
    elements: Vec<OutlinedElement<'a>>,
    links: Vec<OutgoingLink<'a>>,
    /// The total length of the lines before each line, in characters.
    lengths: Vec<usize>,
    /// The number of linked lines before each line.
    linked: Vec<usize>,
}

impl<'a> Outline<'a> {
    fn of(dom: &'a Dom, lines: &'a [TextLine]) -> Self {
        let root = *dom.tree().root_element();
        let spans = LineSpans::of(root, lines);
        let sums = |value: &dyn Fn(&TextLine) -> usize| {
            let mut sum = 0;
            let next = lines.iter().map(|line| {
                sum += value(line);
                sum
            });
            std::iter::once(0).chain(next).collect::<Vec<usize>>()
        };
        let is_linked =
            |line: &TextLine| usize::from(line.is_linked() && line.linked >= MIN_LENGTH);
        let mut outline = Self {
            lines,
            elements: Vec::new(),
            links: Vec::new(),
            lengths: sums(&TextLine::length),
            linked: sums(&is_linked),
        };
        // The open elements: the index of those with text, and of the link around them.
        let (mut open, mut images) = (Vec::new(), 0);
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    let links = outline.links.len();
                    let around = open.last().and_then(|(_, link)| *link);
                    let link = teasers::opened(element).map_or(around, |target| {
                        let is_box = element.name() != "a";
                        outline.links.push(OutgoingLink {
                            target,
                            is_file: is_file(target),
                            is_box,
                        });
                        Some(links)
                    });
                    if image::is_image(node) {
                        images += 1;
                        let link = link.and_then(|link| outline.links.get_mut(link));
                        link.into_iter().for_each(|link| link.is_box = true);
                    }
                    let index = spans.get(node.id()).map(|lines| {
                        outline.elements.push(OutlinedElement {
                            name: element.name(),
                            end: 0,
                            lines,
                            links: links..links,
                            images: images..images,
                        });
                        outline.elements.len() - 1
                    });
                    open.push((index, link));
                }
                Edge::Close(node) if node.value().is_element() => {
                    let Some((Some(index), _)) = open.pop() else { continue };
                    let (end, links) = (outline.elements.len(), outline.links.len());
                    let element = outline.elements.get_mut(index);
                    element.into_iter().for_each(|element| {
                        element.end = end;
                        element.links.end = links;
                        element.images.end = images;
                    });
                }
                Edge::Close(_) => {}
            }
        }
        outline
    }

    /// The length of an element's text in characters.
    fn length(&self, element: &OutlinedElement) -> usize {
        Self::between(&self.lengths, &element.lines)
    }

    fn between(sums: &[usize], range: &Range<usize>) -> usize {
        let at = |index: usize| sums.get(index).copied().unwrap_or_default();
        at(range.end) - at(range.start)
    }

    /// The rows of blocks among the children of an element: its children of one name, most of which
    /// are blocks with different targets.
    fn rows(&self, parent: usize) -> Vec<Vec<usize>> {
        let mut by_name: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
        let end = self.elements.get(parent).map_or(0, |parent| parent.end);
        let mut next = parent + 1;
        while let Some(child) = self.elements.get(next).filter(|_| next < end) {
            let (all, blocks) = by_name.entry(child.name).or_default();
            *all += 1;
            blocks.extend(self.target(child).map(|_| next));
            next = child.end;
        }
        let is_row = |(all, blocks): &(usize, Vec<usize>)| {
            let blocks = blocks.iter().filter_map(|index| self.elements.get(*index));
            let count = blocks.clone().count();
            let targets: HashSet<&str> = blocks.filter_map(|block| self.target(block)).collect();
            count >= MIN_COUNT && count * 3 >= all * 2 && targets.len() * 10 >= count * 7
        };
        by_name.into_values().filter(is_row).map(|(_, blocks)| blocks).collect()
    }

    /// The page to which an element leads, if it is a block: it has little text, of which a line or
    /// a picture is a link; or it is the row of a document, of which a number or a symbol is a link.
    fn target(&self, element: &OutlinedElement) -> Option<&'a str> {
        let links = self.links.get(element.links.clone())?;
        let is_short = (MIN_LENGTH..=MAX_LENGTH).contains(&self.length(element));
        if !is_short || links.is_empty() {
            return None;
        }
        if element.name == "tr" && self.names_day(element) {
            return links.first().map(|link| link.target);
        }
        let mut pages = links.iter().filter(|link| !link.is_file);
        let leads = Self::between(&self.linked, &element.lines) > 0
            || pages.clone().any(|link| link.is_box);
        // Figures tell a story in pictures.
        pages.next().filter(|_| leads && element.name != "figure").map(|link| link.target)
    }

    /// Whether a line of an element contains a day.
    fn names_day(&self, element: &OutlinedElement) -> bool {
        let lines = self.lines.get(element.lines.clone()).unwrap_or_default();
        lines.iter().any(|line| line.row && date::find(&line.text).is_some())
    }
}

fn is_file(target: &str) -> bool {
    image::is_image_file(target) || outside_body::leads_to_file(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::SafeHtml;

    const TEXT: &str =
        "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ngành.";

    fn times(count: usize, block: impl Fn(usize) -> String) -> String {
        (0..count).map(block).collect()
    }

    /// The number of blocks on a page, and of those with a price.
    #[track_caller]
    fn check(body: &str, count: usize, priced: usize) {
        let dom = Dom::parse(&SafeHtml::check(body.to_owned()).unwrap()).unwrap();
        let all = lines::lines(*dom.tree().root_element());
        let found = RepeatedBlocks::of(&dom, &all);
        assert_eq!((found.count, found.priced), (count, priced), "{body}");
    }

    #[test]
    fn siblings_that_link_different_pages_are_blocks() {
        check(
            &times(4, |n| {
                format!(
                    "<div><h3><a href=/{n}>Đoàn công tác số {n} thăm xã</a></h3><p>{TEXT}</p></div>"
                )
            }),
            4,
            0,
        );
        // A card is one link, or only its picture is.
        check(
            &times(3, |n| {
                format!("<a href=/{n}><div>Ghế xoay văn phòng {n}</div><div>$ {n}9.00</div></a>")
            }),
            3,
            3,
        );
        check(
            &times(5, |n| {
                format!(
                    "<li><a href=/{n}><img src=/{n}.jpg></a><p>Bàn gỗ {n}</p><p>1.250.000 ₫</p></li>"
                )
            }),
            5,
            5,
        );
        check(
            &format!(
                "<table>{}</table>",
                times(6, |n| format!(
                    "<tr><td>{n}<td><a href=/{n}>Quyết định về việc khen thưởng {n}</a>"
                ))
            ),
            6,
            0,
        );
        // Only the number of a document is a link, or a symbol beside it.
        for cell in [
            "<td><a href=/vb/N>0N/QĐ-UBND</a><td>0N/02/2026<td>Về việc khen thưởng tập thể, cá nhân",
            "<td>0N/QĐ-UBND<td>0N/02/2026<td>Về việc khen thưởng<td><a href=/tep/N.pdf>Tải về</a>",
            "<td>0N/QĐ-UBND<td>ngày 0N tháng 02 năm 2026<td><a href=/vb/N><img src=/pdf.png></a>",
            "<td onclick=\"location='/vb/N'\">0N/QĐ-UBND<td>Về việc khen thưởng cá nhân<td>0N/02/2026",
            "<td><a href=\"javascript:__doPostBack('g$ctl0N','')\">0N/QĐ</a><td>Khen thưởng<td>0N/02/2026",
        ] {
            let row = |n: usize| format!("<tr><td>{n}{}", cell.replace('N', &(n + 1).to_string()));
            check(&format!("<table>{}</table>", times(6, row)), 6, 0);
        }
        // Rows of a grid are not blocks of their own.
        let card =
            |n: usize| format!("<div><a href=/{n}><img src=/{n}.jpg>Thác nước số {n}</a></div>");
        check(&times(3, |row| format!("<div>{}</div>", times(4, |n| card(row * 4 + n)))), 3, 0);
    }

    #[test]
    fn paragraphs_chapters_and_menus_are_not_blocks() {
        check(&times(6, |n| format!("<p>{TEXT} <a href=/{n}>xem số {n}</a> {TEXT}</p>")), 0, 0);
        let person = |n: usize| format!("<tr><td>{n}<td>Nguyễn Văn A<td>0{n}/02/1990<td>8,5");
        check(&format!("<table>{}</table>", times(8, person)), 0, 0);
        let file = |n: usize| format!("<tr><td>{n}<td>Phụ lục {n}<td><a href=/{n}.pdf>Tải về</a>");
        check(&format!("<table>{}</table>", times(8, file)), 0, 0);
        check(&times(6, |n| format!("<p>PV: Câu hỏi thứ {n}?</p><p>{TEXT}</p>")), 0, 0);
        check(&times(8, |n| format!("<li><a href=/{n}>Chuyên mục {n}</a></li>")), 0, 0);
        check(
            &times(6, |n| format!("<li><a href=#{n}>Mục lục của bài viết, phần số {n}</a></li>")),
            0,
            0,
        );
        let long = TEXT.repeat(10);
        check(
            &times(10, |n| {
                format!(
                    "<section><h3><a href=/{n}>{n}. Thác Đray Sáp</a></h3><p>{long}</p></section>"
                )
            }),
            0,
            0,
        );
        check(
            &times(6, |n| {
                format!("<div><a href=/anh/{n}.jpg?w=900><img src=/{n}.jpg></a><p>{TEXT}</p></div>")
            }),
            0,
            0,
        );
        check(
            &times(6, |n| {
                format!(
                    "<figure><a href=/anh/{n}><img src=/{n}.jpg></a><figcaption>{TEXT}</figcaption></figure>"
                )
            }),
            0,
            0,
        );
        let same = "<div><a href=/dang-ky>Đăng ký nhận bản tin hằng tuần của chúng tôi</a></div>";
        check(&same.repeat(5), 0, 0);
    }
}
