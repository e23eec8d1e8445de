//! Guesses the body of a page for which no rule exists, from the position of its long lines.
//!
//! Every long line adds its length to the scores of the elements around it, more to the inner ones.
//! Lines in comments, side bars and lists of other articles have less weight. The element with the
//! highest score contains the article, alone or with siblings of its kind: some sites put each
//! chapter, or each piece between two advertisements, into its own box.

mod enclosing;

use super::body_boilerplate;
use super::date_line;
use super::line_wording;
use super::lines::{LineSpans, TextLine};
use bantin_core::RawHtml;
use bantin_page::dom::is_custom_block;
use bantin_page::{Dom, plain};
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};
use std::collections::HashMap;
use std::ops::Range;

/// Minimum length of a sentence, in characters; shorter lines are links or headings.
const LONG_LINE: usize = 70;
/// The share of a long line's weight that each enclosing container gets, innermost first, in
/// sixths.
const SHARES: [usize; 4] = [6, 5, 3, 2];
/// Tables with fewer rows are page layout.
const ROWS: usize = 3;
/// Minimum total length of short lines that count as a text, in characters.
const SHORT_TEXT: usize = 120;
/// Maximum length of the teaser below a linked heading, in characters; more is a text around the
/// heading.
const TEASER: usize = 600;
/// Number of containers above the best element in which more of the text is searched.
const CLIMB: usize = 5;

/// Guesses the body of a page whose boilerplate was removed, from its lines, the index of its
/// heading if known, and the lines of other articles. `None` if the page has no long line.
pub(super) fn body(
    dom: &Dom,
    lines: &[TextLine],
    heading: Option<usize>,
    others: &[Range<usize>],
) -> Option<RawHtml> {
    dom.check_cost().ok()?;
    let as_text;
    let is_body_text =
        |(index, line): (usize, &TextLine)| is_article_text(line) && heading != Some(index);
    let lines = if lines.iter().enumerate().any(is_body_text) {
        lines
    } else {
        as_text = relaxed_lines(lines, heading)?;
        &as_text
    };
    let spans = LineSpans::of(*dom.tree().root_element(), lines);
    let weights = line_weights(dom, lines, &spans, heading, others);
    let mut scores: HashMap<NodeId, usize> = HashMap::new();
    for (line, weight) in lines.iter().zip(&weights).filter(|(_, weight)| **weight > 0) {
        let node = line.nodes.last().and_then(|id| dom.tree().tree.get(*id));
        let above = node.into_iter().flat_map(|node| node.ancestors());
        // A line of reduced weight counts for the innermost container only. Otherwise it would
        // raise the score of a wrapper that contains both it and the article.
        let levels = if *weight < line.length() { 1 } else { SHARES.len() };
        let boxes = boxes(&spans, above.filter(|above| is_container(*above)));
        for (above, share) in boxes.zip(SHARES).take(levels) {
            *scores.entry(above.id()).or_default() += weight * share / 6;
            // What is around the columns of an old page is the page.
            if above.parent().is_some_and(|row| enclosing::are_columns(row, &spans)) {
                break;
            }
        }
    }
    // Of equal scores take the first on the page, so that a page always gives the same body.
    let all = dom.tree().root_element().descendants();
    let scored = all.filter_map(|node| Some((node, *scores.get(&node.id())?)));
    let (best, _) = scored.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
    let around = enclosing::element(lines, &weights, &spans, heading, best);
    let mut html = String::new();
    for piece in with_siblings(around, &spans, &weights, lines) {
        html.push_str(&ElementRef::wrap(piece)?.html());
    }
    Some(RawHtml(html))
}

/// The elements around a line, innermost first, without those that only wrap another one: page
/// builders put each paragraph into four.
fn boxes<'a>(
    spans: &LineSpans,
    above: impl Iterator<Item = NodeRef<'a, Node>>,
) -> impl Iterator<Item = NodeRef<'a, Node>> {
    let mut last = None;
    above.filter(move |above| {
        let span = spans.get(above.id());
        let is_new = span != last;
        last = span;
        is_new
    })
}

/// The lines of a page without a sentence, with other lines counted as text: captions that tell a
/// story in pictures, a table, or short lines below the heading.
fn relaxed_lines(lines: &[TextLine], heading: Option<usize>) -> Option<Vec<TextLine>> {
    let mut all = lines.to_vec();
    all.iter_mut().for_each(|line| line.caption = false);
    if all.iter().enumerate().any(|(index, line)| is_article_text(line) && heading != Some(index)) {
        return Some(all);
    }
    let verses = verses(lines);
    if !verses.is_empty() {
        for (at, line) in all.iter_mut().enumerate() {
            line.counts_as_text = verses.contains(&at);
        }
        return Some(all);
    }
    let below = heading? + 1;
    if lines.iter().skip(below).filter(|line| is_row(line)).count() >= ROWS {
        all.iter_mut().skip(below).for_each(|line| line.counts_as_text = is_row(line));
        return Some(all);
    }
    let ends = |line: &TextLine| {
        line.heading || line.leads_away() || line_wording::is_related_heading(&line.text)
    };
    let notice = all.iter_mut().skip(below).take_while(|line| !ends(line));
    let mut short = 0;
    for line in notice.filter(|line| is_short_text(line)) {
        line.counts_as_text = true;
        short += line.length();
    }
    (short >= SHORT_TEXT).then_some(all)
}

/// The lines of a poem: the longest run of lines with some words and nothing else.
fn verses(lines: &[TextLine]) -> Range<usize> {
    /// Minimum number of verses; fewer short lines are those of a box.
    const MIN_VERSES: usize = 8;
    const MIN_WORDS: usize = 4;
    let is_verse = |line: &TextLine| {
        line.linked == 0
            && !line.heading
            && !line.item
            && !line.row
            && line.text.split(' ').count() >= MIN_WORDS
            && line
                .text
                .starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '-' | '–'))
            && !line
                .text
                .contains(|c: char| c.is_ascii_digit() || matches!(c, ':' | '|' | '@' | '©'))
            && !line_wording::is_boilerplate_line(&line.text)
    };
    let numbered: Vec<usize> = (0..lines.len()).collect();
    let runs = numbered
        .chunk_by(|one, other| [one, other].iter().all(|at| lines.get(**at).is_some_and(is_verse)));
    let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
    match longest {
        [first, .., last] if longest.len() >= MIN_VERSES => *first..last + 1,
        _ => 0..0,
    }
}

/// Whether a line belongs to a text of short lines, such as a notice or a poem: it has punctuation
/// and no link.
fn is_short_text(line: &TextLine) -> bool {
    const MIN_LENGTH: usize = 25;
    line.linked == 0
        && line.length() >= MIN_LENGTH
        && line.text.contains([',', '.', ';', ':'])
        && !line_wording::is_consent(&line.text)
        && !date_line::is_date_line(&line.text)
        && !line_wording::is_boilerplate_line(&line.text)
}

/// Whether lines contain a sentence besides their title. `title` is folded.
pub(super) fn has_text(lines: &[TextLine], title: Option<&str>) -> bool {
    let is_title = |line: &TextLine| title == Some(plain::fold(&line.text).as_str());
    let short = |lines: &[TextLine]| {
        let short = lines.iter().filter(|line| is_short_text(line) && !is_title(line));
        short.map(TextLine::length).sum::<usize>()
    };
    let tells = |line: &TextLine| line.caption && line.length() >= LONG_LINE;
    lines.iter().any(|line| (is_text(line) && !is_title(line)) || tells(line))
        || lines.iter().filter(|line| is_row(line)).count() >= ROWS
        || !verses(lines).is_empty()
        || short(lines) >= SHORT_TEXT
}

/// Whether a line is a row of a data table.
fn is_row(line: &TextLine) -> bool {
    line.row && (line.links_to_document_or_contact || line.linked * 2 < line.length())
}

/// Whether a line is a sentence or longer, and not mostly a link.
pub(super) fn is_text(line: &TextLine) -> bool {
    // The minutes of a match are no sentence, however many.
    let is_long = line.length() >= LONG_LINE
        && line.linked * 3 < line.length()
        && line.text.contains(char::is_alphabetic);
    line.counts_as_text || (!line.caption && is_long)
}

/// Whether a line is a sentence or longer, and neither asks for a consent nor closes the page.
fn is_article_text(line: &TextLine) -> bool {
    is_text(line)
        && !line_wording::is_consent(&line.text)
        && !line_wording::is_closing(&line.text)
        && !line.text.starts_with('©')
}

/// The weight of each line: its length, reduced outside the article and raised where the mark-up
/// indicates the article.
fn line_weights(
    dom: &Dom,
    lines: &[TextLine],
    spans: &LineSpans,
    heading: Option<usize>,
    others: &[Range<usize>],
) -> Vec<usize> {
    let long: Vec<usize> =
        lines.iter().map(|line| if is_article_text(line) { line.length() } else { 0 }).collect();
    let total: usize = long.iter().sum();
    let mut beside = vec![false; lines.len()];
    for (node, span) in spans.all(dom.tree()) {
        // The name of an element with nearly the whole text describes the page layout, not a side
        // bar.
        let holds_title = heading.is_some_and(|heading| span.contains(&heading));
        if body_boilerplate::is_sidebar(node) && !holds_title && sum(&long, &span) * 10 < total * 9
        {
            beside.iter_mut().take(span.end).skip(span.start).for_each(|line| *line = true);
        }
    }
    for other in others {
        beside.iter_mut().take(other.end).skip(other.start).for_each(|line| *line = true);
    }
    // The `article` element that contains the title is the article with this title.
    let title = heading.and_then(|heading| lines.get(heading)?.nodes.last());
    let title = title.and_then(|id| dom.tree().tree.get(*id));
    let owner = title.and_then(|node| {
        let is_article = |node: &NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|element| element.name() == "article")
        };
        spans.get(node.ancestors().find(is_article)?.id())
    });
    // The teaser below a heading that is a link belongs to another article; lines after the title
    // belong to this one.
    let (mut teaser, mut follows) = (0, false);
    let weights = lines.iter().enumerate().map(|(index, line)| {
        if line.heading {
            follows = heading == Some(index);
            teaser = if line.is_linked() && !follows { TEASER } else { 0 };
        }
        let of_other = teaser > 0;
        teaser = teaser.saturating_sub(line.length());
        let own = long.get(index).copied().unwrap_or_default();
        // The title is not part of the text.
        let weight = if heading == Some(index) { 0 } else { own };
        if beside.get(index) == Some(&true) {
            weight / 8
        } else if of_other || heading.is_some_and(|heading| index < heading) {
            weight / 3
        } else if owner.as_ref().map_or(follows, |owner| owner.contains(&index)) {
            weight * 3
        } else {
            weight
        }
    });
    weights.collect()
}

fn sum(of: &[usize], span: &Range<usize>) -> usize {
    of.get(span.clone()).unwrap_or_default().iter().sum()
}

fn is_page(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| element.name() == "body")
}

fn is_container(node: NodeRef<'_, Node>) -> bool {
    const CONTAINERS: [&str; 7] = ["div", "td", "article", "section", "main", "body", "center"];
    node.value().as_element().is_some_and(|element| CONTAINERS.contains(&element.name()))
        || is_custom_block(node)
}

/// An element, with its siblings if others of the same kind contain text too.
fn with_siblings<'a>(
    best: NodeRef<'a, Node>,
    spans: &LineSpans,
    weights: &[usize],
    lines: &[TextLine],
) -> Vec<NodeRef<'a, Node>> {
    let weight =
        |node: &NodeRef<'_, Node>| spans.get(node.id()).map_or(0, |span| sum(weights, &span));
    let kind = |node: &NodeRef<'a, Node>| {
        let element = node.value().as_element()?;
        let classes: Vec<&str> = element.classes().filter(|class| !is_variant(class)).collect();
        (!classes.is_empty()).then_some((element.name(), classes))
    };
    let is_linked = |node: &NodeRef<'_, Node>| {
        let lines = spans.get(node.id()).and_then(|span| lines.get(span)).unwrap_or_default();
        let linked: usize = lines.iter().map(|line| line.linked).sum();
        linked * 3 > lines.iter().map(TextLine::length).sum::<usize>()
    };
    let mut pieces = vec![best];
    let climbed = std::iter::once(best).chain(best.ancestors());
    for node in climbed.filter(|node| is_container(*node)).take(CLIMB) {
        // Several `article` siblings are several articles.
        let Some(own) = kind(&node).filter(|(name, _)| *name != "article") else { continue };
        let own = Some(own);
        let Some(parent) = node.parent() else { break };
        let is_other = |other: &NodeRef<'a, Node>| {
            other.id() != node.id() && kind(other) == own && weight(other) > 0
        };
        let rest: usize = parent.children().filter(is_other).map(|other| weight(&other)).sum();
        if rest * 8 >= weight(&node) {
            let is_piece = |other: &NodeRef<'a, Node>| other.id() == node.id() || is_other(other);
            let children: Vec<NodeRef<'a, Node>> = parent.children().collect();
            let first = children.iter().position(is_piece).unwrap_or_default();
            let last = children.iter().rposition(is_piece).unwrap_or_default();
            let between = children.get(first..=last).unwrap_or_default().iter();
            // Short paragraphs, lists and headings between the pieces belong to them.
            let belongs = |other: &&NodeRef<'a, Node>| {
                is_piece(other) || (kind(other) == own || is_prose(**other)) && !is_linked(other)
            };
            pieces = between.filter(belongs).copied().collect();
        }
    }
    pieces
}

/// Whether an element is a part of a text by its kind: a paragraph, a list, a heading, a table.
fn is_prose(node: NodeRef<'_, Node>) -> bool {
    const PROSE: [&str; 12] =
        ["p", "ul", "ol", "dl", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "figure"];
    node.value().as_element().is_some_and(|element| PROSE.contains(&element.name()))
}

/// Whether a class tells an element from its siblings of the same kind.
fn is_variant(class: &str) -> bool {
    const VARIANTS: [&str; 10] =
        ["left", "right", "odd", "even", "first", "last", "active", "alt", "hidden", "clearfix"];
    VARIANTS.contains(&class) || class.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::SafeHtml;

    const FIRST: &str = "Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh đã tổ chức hội nghị tổng kết công tác năm 2022.";
    const SECOND: &str = "Tham dự hội nghị có lãnh đạo Sở, các phòng chuyên môn và đại diện của mười hai huyện trong tỉnh.";
    const OTHER: &str = "Một tin khác của trang kể rất dài về một việc khác, để có nhiều chữ hơn bài viết của trang này nhiều.";

    /// The lines of the body found on a page; its heading is the first `h1`.
    fn found(html: &str) -> Vec<String> {
        let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
        let all = lines::lines(*dom.tree().root_element());
        let heading = all.iter().position(|line| line.heading && !line.is_linked());
        let Some(body) = body(&dom, &all, heading, &[]) else { return Vec::new() };
        let body = Dom::parse(&SafeHtml::check(body.0).unwrap()).unwrap();
        lines::lines(*body.tree().root_element()).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_body_is_where_the_long_lines_are() {
        let html = format!(
            "<ul><li><a href=/>Trang chủ</a><li><a href=/>Giới thiệu</a></ul><h1>Hội nghị tổng kết</h1>\
             <div><p>{FIRST}</p><p>{SECOND}</p></div><div><a href=/1>{OTHER}</a></div>"
        );
        assert_eq!(found(&html), [FIRST, SECOND]);
        assert!(found("<p>Trang chủ</p><p>Giới thiệu</p>").is_empty());
    }

    #[test]
    fn what_stands_beside_an_article_speaks_softly() {
        for (before, behind) in [
            (format!("<div class=comments><p>{OTHER}</p><p>{OTHER}</p><p>{OTHER}</p></div>"), ""),
            (format!("<div><p>{OTHER}</p><p>{OTHER}</p><p>{OTHER}</p></div>"), "<h1>Hội nghị</h1>"),
            (
                format!("<div><h3><a href=/1>Tin khác</a></h3><p>{OTHER}</p><p>{OTHER}</p></div>"),
                "<h2>Hội nghị</h2>",
            ),
        ] {
            let html = format!("{before}{behind}<div><p>{FIRST}</p><p>{SECOND}</p></div>");
            assert_eq!(found(&html), [FIRST, SECOND], "{html}");
        }
        // The class of a wrapper around the whole page has no meaning.
        let html = format!("<div class='left-sidebar'><p>{FIRST}</p><p>{SECOND}</p></div>");
        assert_eq!(found(&html), [FIRST, SECOND]);
        let html = format!(
            "<article><h1>Hội nghị</h1><div><p>{FIRST}</p></div></article><div><p>{OTHER}</p></div>"
        );
        assert_eq!(found(&html), [FIRST]);
    }

    #[test]
    fn a_title_may_be_a_link_to_itself() {
        let html = format!(
            "<div><h1><a href=/a>Hội nghị</a></h1><div><p>{FIRST}</p></div></div>\
             <div><h3>Giới thiệu</h3><div><p>{OTHER}</p><p>{OTHER}</p></div></div>"
        );
        let dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let all = lines::lines(*dom.tree().root_element());
        let body = body(&dom, &all, Some(0), &[]).unwrap();
        assert!(body.0.contains(FIRST) && !body.0.contains(OTHER), "{}", body.0);
    }

    #[test]
    fn a_story_may_be_told_by_captions_or_by_a_table() {
        let photo = format!("<figure><img src=/1.jpg><figcaption>{FIRST}</figcaption></figure>");
        assert_eq!(found(&format!("<h1>Tặng quà</h1><div>{photo}</div>")), [FIRST]);
        let rows = "<tr><td>1<td>Nguyễn Văn A<td>85</tr>".repeat(4);
        let html = format!(
            "<ul><li>Trang chủ</ul><h1>Kết quả xét tuyển</h1><div><table>{rows}</table></div><div>Tin khác</div>"
        );
        assert_eq!(found(&html), vec!["1 Nguyễn Văn A 85"; 4]);
        let short = [
            "1. Thời gian: 8 giờ 00 phút, sáng thứ hai.",
            "2. Địa điểm: Hội trường tầng 2, trụ sở Sở.",
            "3. Thành phần: Trưởng các phòng, đơn vị.",
        ];
        let lines: String = short.iter().map(|line| format!("<p>{line}</p>")).collect();
        let html = format!(
            "<h1>Lịch họp giao ban tháng 01</h1><div>{lines}</div><div><a href=/1>Tin khác một hai ba</a></div>"
        );
        assert_eq!(found(&html), short);
    }

    #[test]
    fn pieces_of_a_text_are_joined_and_articles_are_not() {
        let piece = |text: &str| format!("<section class=chunk><div><p>{text}</p></div></section>");
        let html = format!("<main>{}<hr>{}</main>", piece(FIRST), piece(SECOND));
        assert_eq!(found(&html), [FIRST, SECOND]);
        let article = |text: &str| format!("<article class=post>{text}</article>");
        let long = format!("<p>{FIRST}</p>").repeat(6);
        let html =
            format!("<main>{}{}</main>", article(&long), article(&format!("<p>{SECOND}</p>")));
        assert_eq!(found(&html).len(), 6);
    }

    #[test]
    fn what_stands_between_the_pieces_of_a_text_comes_with_them() {
        let item = "Đủ sức khỏe, không mắc bệnh truyền nhiễm";
        let more = format!("<p><a href=/1>{OTHER}</a></p>");
        let html = format!(
            "<main><div class=dv>{FIRST}</div><div class=dv><b>Điều kiện</b></div><ol><li>{item}</ol>{more}<h3>Chế độ</h3>\
             <div class=dv>{SECOND}</div><div class=tags>Từ khóa</div></main><div>Sở Nội vụ</div>"
        );
        let dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let all = lines::lines(*dom.tree().root_element());
        let weights: Vec<usize> =
            all.iter().map(|line| if is_text(line) { line.length() } else { 0 }).collect();
        let spans = LineSpans::of(*dom.tree().root_element(), &all);
        let first = dom.tree().root_element().descendent_elements();
        let best = first.into_iter().find(|element| element.attr("class") == Some("dv")).unwrap();
        let pieces = with_siblings(*best, &spans, &weights, &all);
        let texts: Vec<String> = pieces
            .into_iter()
            .filter_map(ElementRef::wrap)
            .map(|piece| piece.text().collect::<String>())
            .collect();
        assert_eq!(texts, [FIRST, "Điều kiện", item, "Chế độ", SECOND]);
    }

    #[test]
    fn what_belongs_to_a_text_comes_with_it_and_its_title_does_not() {
        let html = format!(
            "<div><div class=t>Tin tức</div><div><h1>Hội nghị tổng kết</h1></div>\
             <div><div>Địa chỉ: 02 Tô Hiến Thành</div><div><p>{FIRST}</p><p>{SECOND}</p></div>\
             <div><a href=/a.pdf>Hồ sơ kèm theo</a></div></div></div>"
        );
        assert_eq!(found(&html), ["Địa chỉ: 02 Tô Hiến Thành", FIRST, SECOND, "Hồ sơ kèm theo"]);
    }
}
