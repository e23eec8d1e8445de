//! Teasers of other articles: a linked headline, with a date and a few lines about the article at
//! most, repeated.
//!
//! A page whose text is made of teasers is a listing and no article. An article may be a list, too:
//! of documents, of questions, of prices; and every site puts teasers below its articles. So only
//! the text that would be published counts, and not what stands around it.

use super::body;
use super::date_line;
use super::generic;
use super::lines::TextLine;
use bantin_page::Dom;
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use std::ops::Range;

/// Minimum number of teasers in a row.
const MIN_COUNT: usize = 3;
/// Minimum length of a headline, in characters; shorter links are buttons and categories.
const HEADLINE: usize = 12;
/// Maximum number of lines and of characters between two headlines; more is a chapter of a text.
const BETWEEN: (usize, usize) = (8, 500);

/// The teasers on a page.
#[derive(Debug, Default)]
pub(super) struct Teasers {
    /// The lines of each row of teasers, and the number of teasers in it.
    rows: Vec<(Range<usize>, usize)>,
}

impl Teasers {
    /// Finds the teasers among the lines of a page.
    pub(super) fn of(dom: &Dom, lines: &[TextLine]) -> Self {
        let is_headline = |(place, line): (usize, &TextLine)| {
            // A row of a table of articles has their authors and days, too.
            let is_row = line.row && line.linked * 4 >= line.length();
            let links = line.leads_away() || (is_row && !line.links_to_document_or_contact);
            (links && line.linked >= HEADLINE && is_to_page(dom, line)).then_some(place)
        };
        let headlines: Vec<usize> = lines.iter().enumerate().filter_map(is_headline).collect();
        let mut rows = Vec::new();
        let mut row: Option<(Range<usize>, usize)> = None;
        for (index, start) in headlines.iter().copied().enumerate() {
            let next = headlines.get(index + 1).copied();
            let limit = (start + 1 + BETWEEN.0).min(lines.len());
            let rest = lines.get(start + 1..next.unwrap_or(limit)).unwrap_or_default();
            let length: usize = rest.iter().map(TextLine::length).sum();
            let (range, count) = row.take().unwrap_or((start..start, 0));
            // Below a menu or the heading of a text, a text begins.
            let is_bare = count > 1 && range.len() == count;
            let begins = rest.iter().any(|line| {
                (line.heading && !line.is_linked()) || (is_bare && generic::is_text(line))
            });
            let is_near =
                next.is_some() && !begins && rest.len() <= BETWEEN.0 && length <= BETWEEN.1;
            if is_near {
                row = Some((range.start..start + 1, count + 1));
                continue;
            }
            // The last teaser is as long as the one before it.
            let before = index.checked_sub(1).and_then(|index| headlines.get(index));
            let usual = before.filter(|_| count > 0).map_or(0, |before| start - before - 1);
            if count + 1 >= MIN_COUNT {
                rows.push((range.start..(start + 1 + usual).min(lines.len()), count + 1));
            }
        }
        Self { rows }
    }

    /// Whether most of the text of a body belongs to teasers.
    pub(super) fn hold(&self, lines: &[TextLine], body: &[TextLine]) -> bool {
        let Some((first, last)) = body::locate(lines, body).body else {
            // A cell of a table is only a part of its line.
            let Some(longest) = body.iter().max_by_key(|line| line.text.len()) else {
                return false;
            };
            let is_part = |line: &TextLine| line.row && line.text.contains(&longest.text);
            return self
                .rows
                .iter()
                .any(|(row, _)| lines.get(row.clone()).unwrap_or_default().iter().any(is_part));
        };
        let range = first..last + 1;
        let text = |line: &TextLine| {
            if date_line::is_date_line(&line.text) { 0 } else { line.length() }
        };
        let total: usize = lines.get(range.clone()).unwrap_or_default().iter().map(text).sum();
        let teased: usize = self
            .rows
            .iter()
            .map(|(row, _)| {
                let both = row.start.max(range.start)..row.end.min(range.end);
                lines.get(both).unwrap_or_default().iter().map(text).sum::<usize>()
            })
            .sum();
        total > 0 && teased * 3 >= total * 2
    }

    /// The lines of each row.
    pub(super) fn rows(&self) -> impl Iterator<Item = Range<usize>> {
        self.rows.iter().map(|(row, _)| row.clone())
    }

    /// Whether a line belongs to a row of teasers.
    pub(super) fn contain(&self, line: usize) -> bool {
        self.rows.iter().any(|(row, _)| row.contains(&line))
    }

    /// The number of teasers below a line, and their length in characters.
    pub(super) fn below(&self, lines: &[TextLine], line: usize) -> (usize, usize) {
        let rows = self.rows.iter().filter(|(row, _)| row.start >= line);
        rows.fold((0, 0), |(count, length), (row, more)| {
            let row = lines.get(row.clone()).unwrap_or_default();
            (count + more, length + row.iter().map(TextLine::length).sum::<usize>())
        })
    }
}

/// The page that an element opens: the address of a link, or the script that leads there.
pub(super) fn opened(element: &Element) -> Option<&str> {
    let (mut href, mut onclick) = (None, None);
    for (name, value) in element.attrs() {
        match name {
            "href" if element.name() == "a" => href = Some(value.trim()),
            "onclick" => onclick = Some(value),
            _ => {}
        }
    }
    let script = href.and_then(|href| href.strip_prefix("javascript:"));
    let mut scripts = script.into_iter().chain(onclick);
    href.filter(|href| opens_page(href)).or_else(|| scripts.find(|script| navigates(script)))
}

/// Whether the target of a link is another page, not a place on this one.
fn opens_page(href: &str) -> bool {
    const OTHERS: [&str; 5] = ["#", "javascript:", "mailto:", "tel:", "data:"];
    !href.is_empty() && !OTHERS.iter().any(|other| href.starts_with(other))
}

/// Whether a script opens a page: it posts a form of ASP.NET back, sets the address, or calls a
/// function named so. Other scripts unfold a part of the page.
fn navigates(script: &str) -> bool {
    const WORDS: [&str; 10] = [
        "dopostback",
        "postbackoptions",
        "location",
        "window.open",
        "router",
        "navigate",
        "detail",
        "chitiet",
        "xem",
        "goto",
    ];
    let script = script.to_ascii_lowercase();
    WORDS.iter().any(|word| script.contains(word))
}

/// Whether a line's link opens another page.
fn is_to_page(dom: &Dom, line: &TextLine) -> bool {
    let nodes = line.nodes_in(dom.tree());
    let opens = |node: NodeRef<'_, Node>| {
        let mut above = node.ancestors().filter_map(|above| above.value().as_element());
        let link = above.find(|element| element.name() == "a" && element.attr("href").is_some());
        link.map(|link| opened(link).is_some())
    };
    nodes.filter_map(opens).all(|opens| opens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::lines;
    use bantin_page::SafeHtml;

    const TEXT: &str = "Sáng nay, cơ quan đã tổ chức hội nghị với sự tham dự của đông đảo đại biểu các sở, ban, ngành.";

    /// Whether the element `#body` of a page consists of teasers.
    #[track_caller]
    fn check(body: &str, expected: bool) {
        let parse = |html: String| Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let menu: String =
            (0..9).map(|n| format!("<li><a href=/m{n}>Chuyên mục số {n}</a>")).collect();
        let dom = parse(format!("<ul>{menu}</ul><h1>Tin trong tỉnh</h1><div>{body}</div>"));
        let all = lines::lines(*dom.tree().root_element());
        let own = lines::lines(*parse(body.to_owned()).tree().root_element());
        assert_eq!(Teasers::of(&dom, &all).hold(&all, &own), expected, "{body}");
    }

    fn times(count: usize, block: impl Fn(usize) -> String) -> String {
        (0..count).map(block).collect()
    }

    #[test]
    fn rows_of_headlines_with_days_and_summaries_are_teasers() {
        check(
            &times(4, |n| {
                format!(
                    "<div><h3><a href=/{n}>Đoàn công tác số {n} thăm xã</a></h3><p>0{n}/02/2026</p><p>{TEXT}</p></div>"
                )
            }),
            true,
        );
        check(
            &times(5, |n| {
                format!("<p><a href=/{n}>Đoàn công tác số {n} thăm xã</a> (0{n}/02/2026)</p>")
            }),
            true,
        );
        check(
            &times(3, |n| {
                format!("<div><a href=/{n}>Đoàn công tác số {n} thăm xã</a><p>{TEXT}</p></div>")
            }),
            true,
        );
        check(
            &format!(
                "<table>{}</table>",
                times(4, |n| format!(
                    "<tr><td>{n}<td><a href=/{n}>Đoàn công tác số {n} thăm xã Đắk Nia</a><td>Nguyễn Văn A<td>0{n}/02/2026"
                ))
            ),
            true,
        );
        // Old pages lead to their articles by scripts.
        for link in [
            "href='javascript:__doPostBack(&#39;ctl00$lst$ctl0N$lnk&#39;,&#39;&#39;)'",
            "href='#' onclick='xemTin(N); return false'",
            "href='javascript:void(0)' onclick=\"window.location='/tin?id=N'\"",
            "href='javascript:openDetail(N)'",
            "href='javascript:;' onclick=\"goToNews('N')\"",
        ] {
            let link = |n: usize| link.replace('N', &n.to_string());
            let row = |n: usize| {
                format!("<p><a {}>Đoàn công tác số {n} thăm xã</a> 0{n}/02/2026", link(n))
            };
            check(&times(5, row), true);
        }
        check(
            &times(4, |n| format!("<dl><dt><a href=/{n}>Đoàn công tác số {n}</a><dd>{TEXT}</dl>")),
            true,
        );
    }

    #[test]
    fn an_article_that_is_a_list_is_no_row_of_teasers() {
        check(&format!("<p>{TEXT}</p><p>{TEXT}</p>"), false);
        let long = TEXT.repeat(6);
        check(
            &times(10, |n| format!("<h3><a href=/{n}>{n}. Thác Đray Sáp</a></h3><p>{long}</p>")),
            false,
        );
        check(&times(6, |n| format!("<h3>Câu hỏi số {n} là gì?</h3><p>{TEXT}</p>")), false);
        check(&times(6, |n| format!("<p><a href=#{n}>Mục lục, phần số {n}</a></p>")), false);
        for link in [
            "href='#' onclick='toggle(N)'",
            "href='javascript:void(0)'",
            "href='javascript:fold(N)'",
        ] {
            let link = |n: usize| link.replace('N', &n.to_string());
            let answer =
                |n: usize| format!("<p><a {}>Câu hỏi số {n} là gì?</a></p><p>{TEXT}</p>", link(n));
            check(&times(6, answer), false);
        }
        check(
            &times(6, |n| format!("<p><a href=/{n}.pdf>Quyết định số {n}/QĐ-UBND</a></p>")),
            false,
        );
        check(&times(6, |n| format!("<p>PV: Câu hỏi thứ {n}?</p><p>{TEXT}</p>")), false);
        let related = times(5, |n| format!("<p><a href=/{n}>Đoàn công tác số {n} thăm xã</a></p>"));
        check(
            &format!(
                "<p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p><p>{TEXT}</p><h3>Tin khác</h3>{related}"
            ),
            false,
        );
    }
}
