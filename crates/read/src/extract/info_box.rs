//! The facts about an article in a box of their own, above, beside or below it: day, author and source,
//! each behind its label.

use super::byline_parts::writer_and_day;
use super::date_line;
use super::labels::{self, LabelRole};
use super::lines::TextLine;
use crate::person;
use bantin_page::plain;
use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node};

/// The number of lines without a known label that may stand between two facts.
const BETWEEN: usize = 3;

/// A fact about an article: a label in an element of its own, and the text behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) role: LabelRole,
    pub(super) label: String,
    pub(super) value: String,
}

/// Returns the facts of the only box that gives the day of publication, and an author, a source or the
/// number of readers. Rows with other labels may stand between them.
pub(super) fn facts(tree: &Html, lines: &[TextLine]) -> Vec<Fact> {
    let mut boxes: Vec<Vec<Fact>> = Vec::new();
    let (mut open, mut at, mut gap) = (Vec::new(), 0, 0);
    while at < lines.len() {
        let (found, count) = facts_at(tree, lines, at);
        gap = if found.is_empty() { gap + 1 } else { 0 };
        if gap > BETWEEN {
            boxes.push(std::mem::take(&mut open));
        }
        open.extend(found.into_iter().flat_map(with_day));
        at += count;
    }
    boxes.push(open);
    boxes.retain(|facts| is_about_article(facts));
    match boxes.len() {
        1 => boxes.pop().unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A writer with the day behind the name as two facts: `Lê Văn An lúc 09:12, 21/08/2024`.
fn with_day(fact: Fact) -> Vec<Fact> {
    let is_of_writer = fact.role == LabelRole::Author;
    let Some((writer, day)) = writer_and_day(&fact.value).filter(|_| is_of_writer) else {
        return vec![fact];
    };
    let day =
        Fact { role: LabelRole::Date, label: "Đăng lúc".to_owned(), value: day.to_owned() };
    vec![Fact { value: writer.to_owned(), ..fact }, day]
}

/// The facts of the row, the line or the two lines at a place, and the number of these lines.
fn facts_at(tree: &Html, lines: &[TextLine], at: usize) -> (Vec<Fact>, usize) {
    /// The longest line of a box, in characters.
    const MAX_LENGTH: usize = 160;
    let Some(line) = lines.get(at).filter(|line| line.length() <= MAX_LENGTH) else {
        return (Vec::new(), 1);
    };
    if line.row {
        return (facts_of_row(&cells(tree, line)), 1);
    }
    if let Some(fact) = pair(tree, line) {
        return (vec![fact], 1);
    }
    let mut texts = texts_of(tree, line);
    let Some(label) = texts.next().filter(|text| is_label(text)) else { return (Vec::new(), 1) };
    if texts.next().is_some() {
        return (Vec::new(), 1);
    }
    let next = lines.get(at + 1).filter(|next| !next.row && !next.is_linked());
    let value = next.and_then(|next| texts_of(tree, next).next());
    match value.and_then(|value| fact(label, value)) {
        Some(fact) => (vec![fact], 2),
        None => (Vec::new(), 1),
    }
}

/// The fact of a line whose first element is a label and nothing else.
pub(super) fn pair(tree: &Html, line: &TextLine) -> Option<Fact> {
    let mut texts = texts_of(tree, line);
    let label = texts.next().filter(|text| is_label(text))?;
    fact(label, texts.next()?)
}

/// The facts of a row: labels and values take turns, or each cell has both.
fn facts_of_row(cells: &[String]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut rest = cells;
    while let [cell, behind @ ..] = rest {
        let of_two = behind.first().and_then(|value| fact(cell, value));
        let found = labels::at_start(cell).filter(|found| found.colon && !found.value.is_empty());
        let of_one = || {
            let found = found?;
            let (label, value) = (found.label.to_owned(), found.value.to_owned());
            Some(Fact { role: found.role, label, value })
        };
        rest = if of_two.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
        facts.extend(of_two.or_else(of_one));
    }
    facts
}

/// The fact that a label and the text behind it make.
fn fact(label: &str, value: &str) -> Option<Fact> {
    let value = value.trim_start_matches([':', '：', ' ']);
    let (role, label) = match labels::at_start(label) {
        Some(found) if found.value.is_empty() => (found.role, found.label),
        _ if is_words_for_writer(label) => (LabelRole::Author, label),
        _ => return None,
    };
    (!value.is_empty() && !is_label(value)).then(|| Fact {
        role,
        label: plain::line(label),
        value: plain::line(value),
    })
}

/// Whether a text is a label and nothing else.
fn is_label(text: &str) -> bool {
    /// The length of the longest label, in bytes.
    const LONGEST: usize = 60;
    text.len() <= LONGEST
        && (labels::at_start(text).is_some_and(|found| found.value.is_empty())
            || is_words_for_writer(text))
}

/// Whether a text is `Written by` or the like: `By` alone may precede anything.
fn is_words_for_writer(text: &str) -> bool {
    let bare = text.trim_end_matches([':', ' ']);
    bare.ends_with(" by") && person::is_beginning(text)
}

/// The texts of a line that have letters or digits.
fn texts_of<'a>(tree: &'a Html, line: &'a TextLine) -> impl Iterator<Item = &'a str> {
    line.texts_in(tree).map(str::trim).filter(|text| text.contains(char::is_alphanumeric))
}

/// The texts of the cells of a row.
fn cells(tree: &Html, line: &TextLine) -> Vec<String> {
    let cell_of = |node: NodeRef<'_, Node>| -> Option<NodeId> {
        let is_cell = |above: &NodeRef<'_, Node>| {
            above.value().as_element().is_some_and(|e| matches!(e.name(), "td" | "th"))
        };
        Some(node.ancestors().find(is_cell)?.id())
    };
    let mut cells: Vec<(Option<NodeId>, String)> = Vec::new();
    for node in line.nodes_in(tree) {
        let Some(text) = node.value().as_text() else { continue };
        let cell = cell_of(node);
        match cells.last_mut().filter(|(known, _)| *known == cell) {
            Some((_, whole)) => whole.push_str(&text.text),
            None => cells.push((cell, text.text.to_string())),
        }
    }
    let cells = cells.into_iter().map(|(_, text)| plain::line(&text));
    cells.filter(|text| !text.is_empty()).collect()
}

/// Whether a fact is the day of publication or of the last change.
fn is_day(fact: &Fact) -> bool {
    fact.role == LabelRole::Date
        && date_line::is_of_page(&fact.label)
        && date_line::is_date_line(&fact.value)
}

/// Whether facts give the day of publication once, or that of the last change alone, and something
/// else.
fn is_about_article(facts: &[Fact]) -> bool {
    let days: Vec<&Fact> = facts.iter().filter(|fact| is_day(fact)).collect();
    let changed = days.iter().filter(|day| date_line::is_of_change(&day.label)).count();
    let is_one = matches!((days.len() - changed, changed), (1, _) | (0, 1));
    is_one && facts.iter().any(|fact| fact.role != LabelRole::Date)
}

/// The day among the facts: that of publication, or of the last change.
pub(super) fn day(facts: &[Fact]) -> Option<&Fact> {
    let mut days = facts.iter().filter(|fact| is_day(fact));
    days.clone().find(|day| !date_line::is_of_change(&day.label)).or_else(|| days.next())
}

#[cfg(test)]
mod tests {
    use crate::{saved_page, single_page};
    use bantin_core::PlatformChoice;

    /// The day, the author and the source of a page with a box beside the article.
    fn read(rows: &str, count: usize) -> (String, String, String) {
        let text = "Theo báo cáo của Cục Thuế tỉnh, tổng thu nội địa trên địa bàn đạt 1.284 tỷ đồng trong hai tháng.";
        let links: String = (1..9)
            .map(|n| format!("<li><a href=/tin/{n}>Hội nghị tổng kết số {n}</a></li>"))
            .collect();
        let facts =
            format!("<div><b>Thông tin bài viết</b><table>{rows}</table></div>").repeat(count);
        let html = format!(
            "<html><head><meta charset=utf-8><title>Cục Thuế</title></head><body><div><h1>Thu ngân sách tăng mạnh</h1><p>{text}</p><p>{text}</p>\
             <h4>Tin đã đưa</h4><ul>{links}</ul></div><div>{facts}</div></body></html>"
        );
        let url = "https://thue.example/tin/7".parse().unwrap();
        let page = saved_page(html.into_bytes(), url, "2026-11-24T03:00:00Z".parse().unwrap());
        let article = single_page(&page, &PlatformChoice::default()).unwrap();
        (
            if article.is_dated() { article.day().to_string() } else { String::new() },
            article.author.unwrap_or_default(),
            article.source_line.unwrap_or_default(),
        )
    }

    #[track_caller]
    fn check(rows: &str, count: usize, expected: [&str; 3]) {
        let (day, author, source) = read(rows, count);
        assert_eq!([day.as_str(), &author, &source], expected, "{rows}");
    }

    #[test]
    fn the_facts_in_a_box_beside_the_article_count() {
        let row = |label: &str, value: &str| format!("<tr><td>{label}</td><td>{value}</td></tr>");
        let day = row("Ngày xuất bản", "27/02/2018 10:30 SA");
        let author = row("Tác giả", "Đàm Quang Vinh");
        let source = row("Nguồn", "Tạp chí Tài chính");
        let views = row("Lượt xem", "1.640");
        let all = format!("{day}{author}{source}{views}");
        check(&all, 1, ["2018-02-27", "Đàm Quang Vinh", "Tạp chí Tài chính"]);
        check(&format!("{views}{day}{source}"), 1, ["2018-02-27", "", "Tạp chí Tài chính"]);
        check(&format!("{day}{views}"), 1, ["2018-02-27", "", ""]);
        let number = row("Số hiệu", "412/TB-KBDM");
        check(&format!("{number}{day}{number}{author}"), 1, ["2018-02-27", "Đàm Quang Vinh", ""]);
        // Two boxes are those of other articles, and a day alone is that of anything.
        check(&all, 2, ["", "", ""]);
        check(&day, 1, ["", "", ""]);
        check(&format!("{day}{day}{views}"), 1, ["", "", ""]);
        let issued = row("Ngày ban hành", "27/02/2018");
        check(&format!("{issued}{source}"), 1, ["", "", ""]);
        let term = |label: &str, value: &str| format!("<dt>{label}</dt><dd>{value}</dd>");
        let terms = term("Số hiệu", "412/TB")
            + &term("Ngày đăng", "15/12/2022 14:00")
            + &term("Lượt xem", "877");
        check(&format!("</table><dl>{terms}</dl><table>"), 1, ["2022-12-15", "", ""]);
    }

    #[test]
    fn a_box_has_any_form() {
        const FACTS: [(&str, &str); 4] = [
            ("Ngày đăng", "27/02/2018"),
            ("Tác giả", "Đàm Quang Vinh"),
            ("Nguồn", "Tạp chí Tài chính"),
            ("Lượt xem", "1.640"),
        ];
        let all = |form: &dyn Fn(&str, &str) -> String| {
            let rows: String = FACTS.iter().map(|(label, value)| form(label, value)).collect();
            format!("</table><div>{rows}</div><table>")
        };
        let forms = [
            all(&|label, value| format!("<div><span>{label}</span><span>{value}</span></div>")),
            all(&|label, value| format!("<p><small>{label}</small><br>{value}</p>")),
            all(&|label, value| format!("<div><div>{label}</div><div>{value}</div></div>")),
            all(&|label, value| format!("<p><strong>{label}:</strong> {value}</p>")),
            all(&|label, value| format!("<ul><li><b>{label}</b><i>{value}</i></li></ul>")),
            FACTS.map(|(label, value)| format!("<td>{label}</td><td>{value}</td>")).concat(),
        ];
        for form in forms {
            check(&form, 1, ["2018-02-27", "Đàm Quang Vinh", "Tạp chí Tài chính"]);
        }
        let office = "<tr><td>Ngày đăng</td><td>27/02/2018</td><td>Tác giả</td><td>Thu Hà - Trung tâm Văn hóa</td></tr>";
        check(office, 1, ["2018-02-27", "Thu Hà", ""]);
        let english = "</table><p>Posted on<br>27 February 2018</p><p>Written by<br>Pierre Lambert</p><table>";
        check(english, 1, ["2018-02-27", "Pierre Lambert", ""]);
    }

    #[test]
    fn the_day_of_publication_outranks_those_of_issue_and_change() {
        let row = |label: &str, value: &str| format!("<tr><td>{label}</td><td>{value}</td></tr>");
        let author = row("Người viết", "Đàm Quang Vinh");
        let (posted, changed) =
            (row("Đăng lúc", "17:05, 02/07/2025"), row("Cập nhật lần cuối", "08:10, 05/07/2025"));
        check(&format!("{author}{posted}{changed}"), 1, ["2025-07-02", "Đàm Quang Vinh", ""]);
        check(&format!("{author}{changed}{posted}"), 1, ["2025-07-02", "Đàm Quang Vinh", ""]);
        check(&format!("{author}{changed}"), 1, ["2025-07-05", "Đàm Quang Vinh", ""]);
        let pairs = "<tr><td>Ngày ban hành</td><td>12/05/2023</td><td>Ngày đăng tải</td><td>16/05/2023</td></tr>\
             <tr><td>Ngày cập nhật</td><td>18/05/2023</td><td>Tác giả</td><td>Đàm Quang Vinh</td></tr>";
        check(pairs, 1, ["2023-05-16", "Đàm Quang Vinh", ""]);
    }
}
