//! The content below a title on a page without a text: an embedded document or video, a poster, a
//! list of files, a small table, one sentence.
//!
//! The nearest content after the title counts, up to the first sign of something else: the heading
//! of other articles, a list of links, the site's closing lines.

use super::body_boilerplate;
use super::date_line;
use super::labels;
use super::line_wording;
use super::lines::{LineSpans, TextLine};
use super::outside_body;
use crate::image;
use bantin_core::RawHtml;
use bantin_page::{Dom, plain};
use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

/// Minimum length of a sentence, in characters; shorter lines are categories and buttons.
const SENTENCE: usize = 20;
/// The number of elements around the title whose following siblings are searched.
const CLIMB: usize = 4;
/// The number of links to other pages in a row that start a list of other articles.
const LINKS: usize = 2;

/// The content below a title, and the line at which it ends.
pub(super) struct ContentBelow {
    /// The HTML of the elements with content.
    pub(super) html: RawHtml,
    /// The first line of something else, or the number of lines.
    pub(super) end: usize,
}

/// Finds the content below the title of a page whose boilerplate was removed.
pub(super) fn find(dom: &Dom, lines: &[TextLine], title: Option<usize>) -> Option<ContentBelow> {
    let title = title.or_else(|| only_headline(lines))?;
    let spans = LineSpans::of(*dom.tree().root_element(), lines);
    let end = end(lines, title);
    let mut search = BelowSearch { lines, spans, title, end, html: String::new() };
    let node = dom.tree().tree.get(*lines.get(title)?.nodes.last()?)?;
    let around = std::iter::once(node).chain(node.ancestors()).take_while(|node| !is_page(*node));
    let mut levels = 0;
    for above in around {
        let before = search.html.len();
        search.siblings(above.next_sibling());
        if search.html.len() > before {
            break;
        }
        // Formatting around the title is no level of the layout.
        levels += usize::from(above.next_siblings().any(|node| node.value().is_element()));
        if levels > CLIMB {
            break;
        }
    }
    (!search.html.is_empty()).then_some(ContentBelow { html: RawHtml(search.html), end })
}

/// The only heading of a page that may be a headline.
fn only_headline(lines: &[TextLine]) -> Option<usize> {
    let is_headline = |line: &TextLine| {
        line.heading
            && line.length() >= SENTENCE
            && !line.is_linked()
            && !line_wording::is_related_heading(&line.text)
    };
    let mut places = lines.iter().enumerate().filter(|(_, line)| is_headline(line));
    places.next().filter(|_| places.next().is_none()).map(|(place, _)| place)
}

/// The first line below a title that is something else.
fn end(lines: &[TextLine], title: usize) -> usize {
    let mut links = 0;
    for (place, line) in lines.iter().enumerate().skip(title + 1) {
        links = if line.leads_away() { links + 1 } else { 0 };
        if links == LINKS {
            return place + 1 - LINKS;
        }
        let is_other =
            line_wording::is_related_heading(&line.text) || line_wording::is_closing(&line.text);
        if is_other || (line.heading && line.is_linked()) {
            return place;
        }
    }
    lines.len()
}

struct BelowSearch<'a> {
    lines: &'a [TextLine],
    spans: LineSpans,
    title: usize,
    end: usize,
    html: String,
}

impl BelowSearch<'_> {
    /// Collects the content of an element and its following siblings. Returns whether the end was
    /// reached.
    fn siblings(&mut self, first: Option<NodeRef<'_, Node>>) -> bool {
        let mut next = first;
        while let Some(node) = next {
            let span = self.spans.get(node.id());
            let crosses = span.is_some_and(|span| span.end > self.end);
            if body_boilerplate::is_sidebar(node) {
                return crosses;
            }
            if crosses {
                self.siblings(node.first_child());
                return true;
            }
            if self.has_content(node)
                && let Some(element) = ElementRef::wrap(node)
            {
                self.html.push_str(&element.html());
            }
            next = node.next_sibling();
        }
        false
    }

    /// Whether an element shows content.
    fn has_content(&self, node: NodeRef<'_, Node>) -> bool {
        let span = self.spans.get(node.id()).unwrap_or_default();
        let lines = self.lines.get(span).unwrap_or_default();
        // A box with a name of its own, such as a video library, is not the article.
        let is_named = lines.first().is_some_and(|line| line.heading && !self.is_title(line));
        lines.iter().any(|line| is_content(line) && !self.is_title(line))
            || (!is_named && node.descendants().any(is_media))
    }

    fn is_title(&self, line: &TextLine) -> bool {
        let title = self.lines.get(self.title);
        title.is_some_and(|title| plain::fold(&title.text) == plain::fold(&line.text))
    }
}

/// Whether a line is content: a sentence, a row of a table, a file.
fn is_content(line: &TextLine) -> bool {
    // Some scripts have no blanks between words.
    let is_unspaced = || {
        let letters = line.text.chars().filter(|c| c.is_alphabetic());
        letters.filter(|c| !c.is_lowercase() && !c.is_uppercase()).nth(SENTENCE).is_some()
    };
    let is_sentence = line.length() >= SENTENCE
        && line.linked * 3 < line.length()
        && (line.text.split_whitespace().nth(3).is_some() || is_unspaced());
    let is_data = line.row && line.linked * 2 < line.length();
    (is_sentence || is_data || line.links_to_document_or_contact)
        && !date_line::is_date_line(&line.text)
        // A sentence may name the day of its subject.
        && (line.text.ends_with('.') || !date_line::is_short_date_line(&line.text))
        && !line_wording::is_boilerplate_line(&line.text)
        && labels::at_start(&line.text).is_none_or(|label| !label.colon)
}

/// Whether a node is an embedded document or video, or a picture that is neither an icon nor a link
/// to another page.
fn is_media(node: NodeRef<'_, Node>) -> bool {
    /// Minimum width and height of a picture, if the page gives them.
    const MIN_SIZE: f32 = 100.0;
    const ICONS: [&str; 8] =
        ["icon", "logo", "avatar", "print", "button", "btn", "banner", "share"];
    if !outside_body::shows_media(node) {
        return false;
    }
    let Some(element) = node.value().as_element().filter(|element| element.name() == "img") else {
        return true;
    };
    let is_small = ["width", "height"].into_iter().any(|name| {
        let size = element.attr(name).and_then(|size| size.trim_end_matches("px").parse().ok());
        size.is_some_and(|size: f32| size < MIN_SIZE)
    });
    let names = [element.attr("src"), element.attr("class"), element.attr("alt")];
    let mut words = names.into_iter().flatten().flat_map(|name| {
        name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase)
    });
    let is_icon = words.any(|word| ICONS.contains(&word.as_str()));
    let link = node.ancestors().find_map(|above| above.value().as_element()?.attr("href"));
    let leads_away = link.is_some_and(|href| {
        !image::is_image_file(href) && !href.starts_with('#') && !outside_body::leads_to_file(href)
    });
    !is_small && !is_icon && !leads_away
}

fn is_page(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| element.name() == "body")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::SafeHtml;

    /// The HTML below the first heading of a page, in the layout of a small site.
    #[track_caller]
    fn check(content: &str, expected: Option<&str>) {
        let html = format!(
            "<div class=path><a href=/>Trang chủ</a></div><div class=detail><div><h1>Hội nghị tổng kết năm 2025</h1></div>\
             <div class=date>01/02/2026 08:00</div><div>Lượt xem: 12</div>{content}<div class=other><h3>Tin liên quan</h3>\
             <ul><li><a href=/1>Phát động tết trồng cây</a><li><a href=/2>Kiểm tra an toàn thực phẩm</a></ul></div></div>\
             <div class=right><h3>Thư viện video</h3><iframe src=https://www.youtube.com/embed/x></iframe></div>"
        );
        let dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let all = lines::lines(*dom.tree().root_element());
        let found = find(&dom, &all, None).map(|found| found.html.0);
        assert_eq!(found.as_deref(), expected, "{content}");
    }

    #[test]
    fn the_nearest_content_after_the_title_counts() {
        for content in [
            "<div><iframe src=\"/vb/0.pdf\"></iframe></div>",
            "<div><object data=\"/vb/0.pdf\" type=\"application/pdf\"></object></div>",
            "<div><video src=\"/clip/1.mp4\"></video></div>",
            "<div><p><img src=\"/img/poster-0.jpg\"></p></div>",
            "<div><a href=\"/img/poster-lon.jpg\"><img src=\"/img/poster.jpg\"></a></div>",
            "<p>Mời bà con tiêm phòng dại cho chó mèo.</p>",
            "<p>市文物考古研究所的考古人员在古城墙下发现一处铸铁作坊遗址。</p>",
            "<p>Danh sách thí sinh được cập nhật đến ngày 05/6/2026.</p>",
            "<p>Nhận hồ sơ đến hết ngày 30/6/2026.</p>",
            "<ul><li><a href=\"/a.pdf\">Quyết định</a></li><li><a href=\"/b.pdf\">Phụ lục</a></li></ul>",
            "<table><tbody><tr><td>Thôn Đông</td><td>12 hộ</td></tr></tbody></table>",
        ] {
            check(content, Some(content));
        }
    }

    #[test]
    fn what_is_not_of_the_article_is_no_content() {
        for content in [
            "",
            "<div></div>",
            "<p>Tin tức - Sự kiện</p>",
            "<div><img src=\"/img/icon-print.png\"><img src=\"/f.png\" width=\"24\"></div>",
            "<div><a href=\"/quang-cao\"><img src=\"/img/1.jpg\"></a></div>",
            "<div class=\"sidebar\"><p>Mời bà con tiêm phòng dại cho chó mèo.</p></div>",
            "<div><h3>Thư viện ảnh</h3><img src=\"/img/1.jpg\"></div>",
        ] {
            check(content, None);
        }
    }
}
