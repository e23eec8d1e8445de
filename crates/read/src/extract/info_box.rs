//! The box with the facts about an article that some themes put beside it: rows for day, author and
//! source.

use super::date_line;
use super::labels::{self, LabelRole};
use super::lines::TextLine;

/// A fact about an article: a label in one cell or term, and its value in the next.
#[derive(Clone, Copy)]
pub(super) struct Fact<'a> {
    pub(super) role: LabelRole,
    pub(super) label: &'a str,
    pub(super) value: &'a str,
}

/// Returns the facts of the only box that gives the day of publication, and an author, a source or the
/// number of readers. Rows with other labels may stand between them.
pub(super) fn facts(lines: &[TextLine]) -> Vec<Fact<'_>> {
    let mut boxes = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let mut facts = Vec::new();
        while let Some(length) = row_length(lines, at) {
            facts.extend(fact(lines, at));
            at += length;
        }
        if is_about_article(&facts) {
            boxes.push(facts);
        }
        at += 1;
    }
    match boxes.len() {
        1 => boxes.pop().unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The number of lines of the row that begins with a line; `None` if none does.
fn row_length(lines: &[TextLine], at: usize) -> Option<usize> {
    let line = lines.get(at)?;
    let is_value = |next: &TextLine| !next.term && !next.row;
    match line.row {
        true => Some(1),
        false => (line.term && lines.get(at + 1).is_some_and(is_value)).then_some(2),
    }
}

fn fact(lines: &[TextLine], at: usize) -> Option<Fact<'_>> {
    let line = lines.get(at)?;
    let found = labels::at_start(&line.text)?;
    let value = if line.row { found.value } else { lines.get(at + 1)?.text.as_str() };
    let is_whole = line.row || found.value.is_empty();
    (is_whole && !value.is_empty()).then_some(Fact { role: found.role, label: found.label, value })
}

fn is_about_article(facts: &[Fact<'_>]) -> bool {
    let is_day = |fact: &&Fact<'_>| {
        fact.role == LabelRole::Date
            && date_line::is_of_page(fact.label)
            && date_line::is_date_line(fact.value)
    };
    facts.iter().filter(is_day).count() == 1
        && facts.iter().any(|fact| fact.role != LabelRole::Date)
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
}
