//! Finds the parts inside a guessed body that are not its text: boxes of links, invitations, other
//! articles.

use super::date_line;
use super::generic;
use super::line_wording;
use super::lines::{self, LineSpans, TextLine};
use super::outside_body;
use super::page_phrases;
use super::removed::LineCut;
use bantin_core::text::date;
use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};
use std::collections::HashSet;
use std::ops::Range;

/// Words in class names and ids of elements next to an article, as whole names or separated by
/// hyphens and capitals.
const BESIDE: [&str; 44] = [
    "comment",
    "comments",
    "cmt",
    "phanhoi",
    "danhgia",
    "tukhoa",
    "related",
    "sidebar",
    "disqus",
    "newsletter",
    "promo",
    "recommend",
    "recommended",
    "recommendations",
    "popular",
    "trending",
    "mostread",
    "share",
    "sharing",
    "social",
    "advert",
    "advertisement",
    "sponsored",
    "outbrain",
    "taboola",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "subscribe",
    "signup",
    "readmore",
    "lienquan",
    "tinlienquan",
    "tinkhac",
    "binhluan",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "modal",
    "modals",
    "popup",
    "paywall",
];

/// Whether the name of an element marks it as content next to an article.
pub(super) fn is_sidebar(node: NodeRef<'_, Node>) -> bool {
    let Some(element) = node.value().as_element() else { return false };
    if matches!(element.name(), "aside" | "dialog") || element.attr("role") == Some("dialog") {
        return true;
    }
    if matches!(element.name(), "body" | "html") {
        return false;
    }
    let names = element.attr("id").into_iter().chain(element.attr("class"));
    // Names of scripts say nothing about the layout.
    let of_layout = |name: &&str| !name.starts_with("js-");
    // `content-sidebar-wrap` contains both the article and its side bar.
    const ABOUT: [&str; 5] = ["bio", "box", "about", "card", "description"];
    const LAYOUT: [&str; 8] =
        ["wrap", "wrapper", "main", "has", "no", "with", "layout", "container"];
    names.into_iter().any(|name| {
        let words = || name.split_ascii_whitespace().filter(of_layout).flat_map(words);
        let is_in =
            |list: &[&str]| words().any(|w| list.contains(&w.to_ascii_lowercase().as_str()));
        let is_author_box = is_in(&["author"]) && is_in(&ABOUT);
        (is_in(&BESIDE) || is_author_box) && !is_in(&LAYOUT) && !names_text(name)
    }) && !is_behind_paywall(node)
}

/// Whether an element is one of several pieces of the text behind a paywall: a paragraph beside it
/// has the same class. The invitation to pay has a class of its own.
fn is_behind_paywall(node: NodeRef<'_, Node>) -> bool {
    /// Number of siblings that are compared on each side.
    const NEAR: usize = 12;
    let class = node.value().as_element().and_then(|element| element.attr("class"));
    let is_paywall = |class: &&str| words(class).any(|word| word.eq_ignore_ascii_case("paywall"));
    let Some(class) = class.filter(is_paywall) else { return false };
    let is_piece = |other: NodeRef<'_, Node>| {
        let element = other.value().as_element().filter(|element| element.name() == "p");
        element.is_some_and(|element| element.attr("class") == Some(class))
    };
    node.next_siblings().take(NEAR).chain(node.prev_siblings().take(NEAR)).any(is_piece)
}

/// Whether one of several names is that of the text: `sidebar-grid article__content`.
fn names_text(names: &str) -> bool {
    const ARTICLE: [&str; 4] = ["article", "entry", "post", "story"];
    const TEXT: [&str; 3] = ["content", "body", "text"];
    names.split_ascii_whitespace().any(|name| {
        let mut words = words(name).map(str::to_ascii_lowercase);
        let is_in =
            |word: Option<String>, list: &[&str]| word.is_some_and(|word| list.contains(&&*word));
        is_in(words.next(), &ARTICLE) && is_in(words.next(), &TEXT) && words.next().is_none()
    })
}

/// Whether an element with the class `hidden` is an invitation that a script shows, by its other
/// names. The answers that readers unfold are hidden, too.
fn is_hidden_invitation(node: NodeRef<'_, Node>) -> bool {
    const INVITATIONS: [&str; 7] =
        ["sign-in", "signin", "sign_in", "sign-up", "signup", "login", "regwall"];
    let Some(element) = node.value().as_element() else { return false };
    let mut names = element.classes().chain(element.attr("id")).map(str::to_ascii_lowercase);
    element.classes().any(|class| matches!(class, "hidden" | "is-hidden" | "d-none"))
        && names.any(|name| INVITATIONS.iter().any(|words| name.contains(words)))
}

/// The words of a class name or an id: `relatedNews box-share` has `related`, `News`, `box` and
/// `share`.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut before = None;
        let end = rest.char_indices().find_map(|(at, c)| {
            let turns =
                c.is_ascii_uppercase() && before.is_some_and(|b: char| b.is_ascii_lowercase());
            before = Some(c);
            (turns || !c.is_ascii_alphanumeric()).then_some(at)
        });
        let (word, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = behind;
        (!word.is_empty()).then_some(word)
    })
}

/// The total length of the long lines, in characters.
fn long(lines: &[TextLine]) -> usize {
    lines.iter().filter(|line| generic::is_text(line)).map(TextLine::length).sum()
}

/// Cuts boxes out of a guessed body that contain only links, or whose names mark them as side
/// content. Returns the boxes.
pub(super) fn remove_boxes(tree: &mut Html) -> Vec<NodeId> {
    let lines = lines::lines(*tree.root_element());
    let spans = LineSpans::of(*tree.root_element(), &lines);
    let total = long(&lines);
    let all: usize = lines.iter().map(TextLine::length).sum();
    let few_teasers = {
        let headings = lines.iter().filter(|line| is_teaser_heading(line)).count();
        let paragraphs = lines.iter().filter(|line| generic::is_text(line)).count();
        headings * 3 <= paragraphs
    };
    let is_clutter = |node: NodeRef<'_, Node>, span: Range<usize>| {
        let name = node.value().as_element().map_or("", |element| element.name());
        let is_box = matches!(name, "div" | "section" | "ul" | "ol" | "article");
        // A list that a sentence announces belongs to the text.
        let before = span.start.checked_sub(1).and_then(|place| lines.get(place));
        let announced = before.is_some_and(|line| line.text.ends_with(':'));
        let inside = lines.get(span).unwrap_or_default();
        // A box with more than a quarter of the text is the text, whatever its name.
        if !(is_box || matches!(name, "dl" | "aside" | "form" | "p" | "span"))
            || long(inside) * 4 > total
        {
            return false;
        }
        let length: usize = inside.iter().map(TextLine::length).sum();
        let linked: usize = inside.iter().map(|line| line.linked.min(line.length())).sum();
        let links = inside.iter().filter(|line| line.leads_away()).count();
        let documents = inside.iter().filter(|line| line.links_to_document_or_contact).count();
        // Buttons to share an article by e-mail and elsewhere are no list of documents.
        let has_documents = documents > 1 || documents * 3 >= links.max(1);
        let is_list = links >= 2 && linked * 2 > length && !announced && !has_documents;
        // The labels of fields that were removed. Old systems put the whole page into a form.
        let is_empty_form = name == "form"
            && long(inside) == 0
            && length * 4 < all
            && !has_documents
            && !inside.iter().any(|line| line.row || line.item);
        is_sidebar(node)
            || is_hidden_invitation(node)
            || is_empty_form
            || (is_box && (is_list || is_promotion(inside) || (few_teasers && is_teaser(inside))))
    };
    let cut: Vec<NodeId> = spans
        .all(tree)
        .filter(|(node, span)| is_clutter(*node, span.clone()))
        .map(|(node, _)| node.id())
        .collect();
    for id in &cut {
        if let Some(mut node) = tree.tree.get_mut(*id) {
            node.detach();
        }
    }
    cut
}

fn is_teaser_heading(line: &TextLine) -> bool {
    line.heading && line.is_linked() && line.leads_away()
}

/// Whether lines are a teaser of another article: a linked heading, and a few words about it.
fn is_teaser(lines: &[TextLine]) -> bool {
    /// Maximum length in characters.
    const MAX_LENGTH: usize = 500;
    lines.iter().filter(|line| line.heading).count() == 1
        && lines.iter().any(is_teaser_heading)
        && lines.iter().map(TextLine::length).sum::<usize>() <= MAX_LENGTH
}

/// Whether lines are a small box that is marked as paid for: `Promoted`. A heading with this word may
/// be that of a part of the text.
fn is_promotion(lines: &[TextLine]) -> bool {
    /// Maximum length in characters.
    const MAX_LENGTH: usize = 250;
    const MAX_LINES: usize = 4;
    let is_mark = |line: &TextLine| line.level == 0 && page_phrases::is_promotion_mark(&line.text);
    lines.first().is_some_and(is_mark)
        && (2..=MAX_LINES).contains(&lines.len())
        && lines.iter().map(TextLine::length).sum::<usize>() <= MAX_LENGTH
}

/// The lines of a guessed body that are not its text. `start` is the line below the title.
pub(super) fn boilerplate_lines(lines: &[TextLine], start: usize) -> Vec<LineCut<'_>> {
    /// Minimum length of a line that occurs only once in a text, in characters.
    const REPEATED: usize = 60;
    /// Maximum number of lines above a text; more are a table or a list.
    const SHORT_HEAD: usize = 10;
    // A title may be as long as a sentence.
    let below = lines.iter().skip(start).position(generic::is_text).map(|below| start + below);
    let first = below.or_else(|| lines.iter().position(generic::is_text));
    let invitations = lines.iter().filter(|line| line_wording::is_invitation(line));
    let mut cut: Vec<LineCut<'_>> = invitations.map(|line| (line, "invitation")).collect();
    let Some(first) = first else { return cut };
    // Dates and names above the text. Vietnamese bylines have their own forms, and Vietnamese
    // notices start with dates.
    let mut text = lines.iter().filter(|line| generic::is_text(line));
    let is_vietnamese = text.any(|line| outside_body::is_vietnamese(&line.text));
    let is_short_head = !is_vietnamese && first <= SHORT_HEAD;
    let byline = |line: &TextLine| {
        let is_dated = !is_vietnamese && date_line::is_short_date_line(&line.text);
        if is_dated || date_line::is_date_line(&line.text) {
            Some("date line")
        } else if line.leads_away() {
            Some("link to another page")
        } else if line_wording::is_credit(&line.text) {
            Some("credit of a picture")
        } else {
            (is_short_head && is_phrase(line)).then_some("line outside the text")
        }
    };
    let above = lines.iter().take(first).filter(|line| !line.caption);
    cut.extend(above.filter_map(|line| Some((line, byline(line)?))));
    // Links to other articles between the paragraphs. If there are many, or a line announces them,
    // they are the subject of the text.
    let is_lone =
        |line: &TextLine| !line.item && line.leads_away() && line.linked * 20 >= line.length() * 19;
    let paragraphs = lines.iter().filter(|line| generic::is_text(line)).count();
    let mut announced = false;
    let mut lone: Vec<&TextLine> = Vec::new();
    for line in lines {
        if !is_lone(line) {
            announced = line.text.ends_with(':');
        } else if !announced {
            lone.push(line);
        }
    }
    // Agencies use such lines for forms and documents.
    if !is_vietnamese && lone.len() * 2 <= paragraphs {
        cut.extend(lone.into_iter().map(|line| (line, "link to another page")));
    }
    // Cards are shorter than the text above them; a press digest consists of cards.
    let cards = cards(lines).unwrap_or(lines.len()).max(first + 1);
    let (text, behind) = lines.split_at_checked(cards).unwrap_or((lines, &[]));
    if long(behind) < long(text) {
        cut.extend(behind.iter().map(|line| (line, "list of other articles")));
    }
    // A gallery repeats captions for its small and its large pictures. Agencies' timetables repeat
    // lines too, so Vietnamese texts are exempt.
    let mut seen = HashSet::new();
    let long = lines.iter().filter(|line| !is_vietnamese && line.length() >= REPEATED);
    let repeated = long.filter(|line| !seen.insert(line.text.as_str()));
    cut.extend(repeated.map(|line| (line, "line repeated")));
    cut
}

/// Whether a line is a few words without the sign of a sentence or a list, and no heading: above a
/// text, the name of its author, a place, the time of reading, a button.
fn is_phrase(line: &TextLine) -> bool {
    const MAX_LENGTH: usize = 60;
    /// The same for a line with a day.
    const MAX_DATED: usize = 100;
    const ENDS: [char; 19] = [
        '.', '!', '?', '…', ':', ';', ',', '"', '”', '’', '»', '“', ')', '。', '！', '？', '」',
        '।', '؟',
    ];
    let length = line.length();
    let is_short =
        length <= MAX_LENGTH || (length <= MAX_DATED && date::find(&line.text).is_some());
    is_short && !line.heading && !line.item && !line.row && !line.text.ends_with(ENDS)
}

/// The start of the cards of other articles below a text: three links or more, with at most two
/// short lines between them (a category and a teaser).
fn cards(lines: &[TextLine]) -> Option<usize> {
    const MIN_COUNT: usize = 3;
    const BETWEEN: usize = 2;
    /// Shorter links name the source of a quotation.
    const TITLE: usize = 20;
    /// Longer lines are not teasers.
    const TEASER: usize = 250;
    let (mut start, mut count, mut between) = (None, 0, 0);
    for (place, line) in lines.iter().enumerate().rev() {
        if line.leads_away() && line.length() >= TITLE {
            (start, count, between) = (Some(place), count + 1, 0);
        } else {
            between += 1;
            if between > BETWEEN || line.length() > TEASER {
                break;
            }
        }
    }
    start.filter(|_| count >= MIN_COUNT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml, dom::text_of};

    const TEXT: &str = "<p>Ban Dân tộc tỉnh đã tổ chức hội nghị tổng kết công tác dân tộc của năm 2022, có 120 đại biểu.</p>\
                        <p>Hội nghị đã nghe báo cáo về ba chương trình mục tiêu quốc gia và thảo luận về các giải pháp mới.</p>";

    fn left(more: &str) -> String {
        let html = format!("<div>{TEXT}{more}</div>");
        let mut dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        remove_boxes(dom.tree_mut());
        let lines = lines::lines(*dom.tree().root_element());
        let cut: Vec<TextLine> =
            boilerplate_lines(&lines, 0).into_iter().map(|(line, _)| line.clone()).collect();
        cut.iter().for_each(|line| lines::remove_line(dom.tree_mut(), line));
        let text = text_of(dom.tree().root_element());
        text.lines().skip(2).map(|line| line.trim().to_owned() + "\n").collect()
    }

    #[test]
    fn names_of_what_stands_beside_are_told_from_others() {
        let check = |html: &str, expected: bool| {
            let dom = Dom::parse(&SafeHtml::check(html.to_owned()).unwrap()).unwrap();
            let mut all = dom.tree().root_element().descendants();
            assert_eq!(all.any(is_sidebar), expected, "{html}");
        };
        check("<div class='box related-news'>", true);
        check("<div class=articleComments>", true);
        check("<div id=tinlienquan>", true);
        check("<div class='author-bio'>", true);
        check("<p class='author'>", false);
        check("<div class='js-related-hook story'>", false);
        check("<aside>", true);
        check("<div class='commentary shareholders biography'>", false);
        check("<body class=has-sidebar><div class=content>", false);
        check("<div class='sidebar-grid__content article__content'>", false);
        check("<div class='article sidebar'>", true);
        check("<p class=story--paywall>Một</p><b>Hai</b><p class=story--paywall>Ba</p>", false);
        check("<p class=story--paywall>Một</p><ul class=story--paywall><li>Hai</ul><p>Ba", true);
        check("<div class=paywall><p>Đăng ký để đọc tiếp</p></div><p>Hết</p>", true);
    }

    #[test]
    fn boxes_and_lines_that_lead_elsewhere_are_cut() {
        for clutter in [
            "<ul><li><a href=/1>Đoàn công tác thăm xã Đắk Nia</a><li><a href=/2>Khai mạc hội thi</a></ul>",
            "<div class=newsletter><p>Đăng ký nhận bản tin</p></div>",
            "<form action=/gui><p>Họ và tên</p><p>Ý kiến của bạn</p></form>",
            "<div class='box__sign-in hidden'><p>Đăng nhập để đọc tiếp</p></div>",
            "<ul><li><a href=/1>X</a><li><a href=/2>Gab</a><li><a href='mailto:?body=x'>Email</a><li><a href='mailto:?a'>M</a></ul>",
            "<p>Subscribe to our newsletter</p>",
            "<div><span>Promoted</span><p>Listen to new songs on our radio</p></div>",
            "<p>TIN</p><p><a href=/1>Đoàn công tác thăm xã Đắk Nia</a></p><p>Sáng nay</p><p><a href=/2>Khai mạc hội thi kể chuyện</a></p>\
             <p>Chiều nay</p><p><a href=/3>Bế mạc hội thi kể chuyện sách</a></p>",
        ] {
            let left = left(clutter);
            assert!(left.is_empty() || left == "TIN\n", "{clutter}: {left}");
        }
    }

    #[test]
    fn what_an_article_is_made_of_stays() {
        for (text, kept) in [
            ("<ul><li>Hộ nghèo<li>Hộ cận nghèo</ul>", "Hộ nghèo\nHộ cận nghèo\n"),
            (
                "<form><table><tr><td>Huyện<td>Số hộ<tr><td>Cư Jút<td>12</table></form>",
                "Huyện Số hộ\nCư Jút 12\n",
            ),
            (
                "<h3>Ai được?</h3><div class='answer hidden'><p>Hộ nghèo</p></div>",
                "Ai được?\nHộ nghèo\n",
            ),
            (
                "<ul><li><a href=/1.pdf>Kế hoạch</a><li><a href=/2.doc>Phụ lục</a></ul>",
                "Kế hoạch\nPhụ lục\n",
            ),
            ("<p><a href=/x>https://a.gov.vn/x</a></p>", "https://a.gov.vn/x\n"),
            ("<p><a href=/3>Đăng ký tham dự hội nghị</a></p>", "Đăng ký tham dự hội nghị\n"),
            (
                "<p>Các văn bản:</p><ul><li><a href=/1>Luật Đất đai</a><li><a href=/2>Luật Báo chí</a></ul>",
                "Các văn bản:\nLuật Đất đai\nLuật Báo chí\n",
            ),
            (
                "<p><a href=/1>Quyết định số 12/QĐ-UBND</a></p><p><a href=/2>Nghị định 57/2020/NĐ-CP</a></p>",
                "Quyết định số 12/QĐ-UBND\nNghị định 57/2020/NĐ-CP\n",
            ),
            (
                "<p>Bước 1: <a href=/1>Nộp hồ sơ</a></p><p><a href='mailto:a@b.vn'>Thư điện tử</a></p>",
                "Bước 1: Nộp hồ sơ\nThư điện tử\n",
            ),
            (
                "<table><tr><td>Huyện<td>Số hộ<tr><td>Cư Jút<td>12</table>",
                "Huyện Số hộ\nCư Jút 12\n",
            ),
        ] {
            assert_eq!(left(text), kept);
        }
    }
}
