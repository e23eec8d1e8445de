//! Reads author and source from the lines at the beginning and end of a text, and cuts these lines
//! out of the body.

use super::body::BodyRange;
use super::byline_mark::{BYLINES, is_marked, may_sign};
use super::byline_parts::{BylinePart, behind_date, parts};
use super::byline_shape::{
    is_capital_name, is_caption, is_names, is_newspaper, is_own_office, is_phrase, is_quoted,
    is_reprint, is_sentence, is_signed_for, is_title, is_whole_name, may_be_value, reprint,
    starts_with_capital,
};
use super::byline_value;
use super::date_line;
use super::fact_line;
use super::info_box;
use super::labels::{self, LabelRole};
use super::line_wording;
use super::lines::{self, TextLine};
use super::removed::{LineCut, RemovalLog};
use crate::names;
use bantin_core::{Extracted, Provenance};
use bantin_page::Dom;
use scraper::Html;

/// Maximum number of lines of a byline at the end of a body.
const MAX_LINES: usize = 5;
/// The number of lines below a body that may belong to it.
const BEHIND: usize = 8;

/// The fields read from the bylines of a page.
#[derive(Debug, Default)]
pub(super) struct Byline {
    pub(super) author: Option<Extracted<String>>,
    pub(super) source: Option<Extracted<String>>,
}

impl Byline {
    /// Reads the bylines at the end and at the beginning of a body, and cuts them out.
    pub(super) fn split_off(&mut self, tree: &mut Html, log: &mut RemovalLog) {
        let mut lines = lines::lines(*tree.root_element());
        let near_end = lines.len().saturating_sub(MAX_LINES + 1);
        for line in lines.iter_mut().enumerate().filter(|(at, _)| *at == 0 || *at >= near_end) {
            line.1.text =
                byline_value::own_text(tree, line.1).unwrap_or(std::mem::take(&mut line.1.text));
        }
        let mut cut = Vec::new();
        if self.read_end(&lines, &mut cut)
            && let Some(first) = lines.first().filter(|_| lines.len() > 1)
        {
            let parts = parts(behind_date(&first.text).unwrap_or(&first.text));
            if parts.iter().all(|part| part.colon) && self.read_labelled(&parts, false) {
                cut.push((first, "byline"));
            }
        }
        log.cut(tree, &lines, &cut);
    }

    /// Reads the bylines at the end of a body, from the last line up, and adds their lines to
    /// `cut`. Returns false if the text ends without any; then its beginning is not a byline
    /// either.
    fn read_end<'a>(&mut self, lines: &'a [TextLine], cut: &mut Vec<LineCut<'a>>) -> bool {
        let mut is_byline = |line| cut.push((line, "byline"));
        // The only line of a body is text, whatever it contains.
        let end = lines.len().min(MAX_LINES + 1);
        let mut tail: Vec<&TextLine> = lines.iter().rev().take(end).collect();
        if tail.len() == lines.len() {
            tail.pop();
        }
        let mut value: Option<&TextLine> = None;
        for line in tail {
            let waiting = value.take();
            let parts = parts(&line.text);
            // A label on its own line, with the name on the next, or without one.
            if let [BylinePart { role, value: "", label, colon, .. }] = parts.as_slice() {
                let name = waiting.filter(|below| {
                    may_be_value(&below.text) && self.set_name(*role, label, &below.text)
                });
                let names_someone = matches!(role, LabelRole::Author | LabelRole::Source);
                if name.is_some() || (*colon && names_someone) {
                    name.into_iter().for_each(&mut is_byline);
                    is_byline(line);
                    continue;
                }
            }
            // The day of publication stands below the signature, or above it.
            if waiting.is_none() && date_line::is_of_page(&line.text) && is_labelled_day(&line.text)
            {
                is_byline(line);
                continue;
            }
            if let Some(below) = waiting {
                let is_signer = is_signed_for(&line.text);
                if is_signer || !stands_out(below, line) || !self.read_unlabelled(below) {
                    return false;
                }
                is_byline(below);
            }
            if self.read_labelled(&parts, true) || self.read_reprint(&parts, line) {
                is_byline(line);
            } else if line.length() <= 60
                && self.author.is_none()
                && starts_with_capital(&line.text)
            {
                value = Some(line);
            } else {
                break;
            }
        }
        if let Some(below) = value.filter(|_| lines.len() > 1)
            && self.read_unlabelled(below)
        {
            is_byline(below);
        }
        true
    }

    /// Reads the bylines between title and body, and below the body.
    pub(super) fn read_around_body(&mut self, dom: &Dom, lines: &[TextLine], range: &BodyRange) {
        let Some((first, last)) = range.body else { return };
        let behind = lines
            .iter()
            .skip(last + 1)
            .take(BEHIND)
            .take_while(|line| !line_wording::is_related_heading(&line.text) && !line.heading);
        let between = range.title.map(|title| lines.iter().take(first).skip(title + 1));
        let above = range.title.map(|title| lines.iter().take(title).skip(title.saturating_sub(2)));
        let mut label: Option<(LabelRole, String)> = None;
        let is_author = |line: &&TextLine| {
            let parts = parts(&line.text);
            let is_name =
                |part: &BylinePart<'_>| part.role == LabelRole::Author && is_whole_name(part.value);
            parts.iter().all(|part| part.colon) && parts.iter().any(is_name)
        };
        let above = above.into_iter().flatten().filter(is_author);
        for line in behind.chain(between.into_iter().flatten()).chain(above) {
            if let Some((role, name)) = label.take()
                && line.length() <= 60
                && may_be_value(&line.text)
                && self.set_name(role, &name, &line.text)
            {
                continue;
            }
            let is_next = lines.get(last + 1).is_some_and(|next| std::ptr::eq(next, line));
            let own = byline_value::own_text(dom.tree(), line);
            let text = own.as_deref().unwrap_or(&line.text);
            let parts = parts(behind_date(text).unwrap_or(text));
            let is_set_apart = line.is_right_aligned || is_next || is_marked(dom, line, &BYLINES);
            if let [BylinePart { role, value: "", label: name, colon, .. }] = parts.as_slice()
                && (*colon || line.term)
            {
                label = Some((*role, (*name).to_owned()));
            } else if parts.iter().any(|part| part.colon || part.says_by)
                || is_set_apart && !parts.is_empty()
            {
                self.read_labelled(&parts, is_set_apart);
            } else if parts.is_empty() && is_reprint(&line.text) {
                self.read_unlabelled(line);
            }
            let is_signer = lines.get(last).is_some_and(|above| is_signed_for(&above.text));
            if is_next && !is_signer && parts.is_empty() && may_sign(dom, line) {
                self.read_unlabelled(line);
            }
        }
        self.read_info_box(lines);
        if let Some(title) = range.title.filter(|_| self.source.is_none()) {
            let between = lines.iter().take(first).skip(title + 1);
            let mut facts = between.flat_map(|line| fact_line::facts(dom.tree(), line));
            let from = Provenance::Markup("beside the date".into());
            self.source =
                facts.find(|fact| is_newspaper(fact)).map(|press| Extracted::new(press, from));
        }
    }

    /// Takes the names in the box with the facts about the article.
    fn read_info_box(&mut self, lines: &[TextLine]) {
        for fact in info_box::facts(lines) {
            if may_be_value(fact.value) {
                self.set_name(fact.role, fact.label, fact.value);
            }
        }
    }

    /// Takes the labelled names of a line. Without a colon, only a line at the end of a body
    /// counts.
    fn read_labelled(&mut self, parts: &[BylinePart<'_>], at_end: bool) -> bool {
        let mut taken = false;
        for part in parts {
            // A line set apart names the source in any words: `Theo: Cẩm nang nhà nông`.
            let is_title = || at_end && part.role == LabelRole::Source && is_title(part.value);
            let is_trusted = if part.colon {
                !part.value.is_empty()
                    && !is_sentence(part.value)
                    && (!is_phrase(part.label, part.value) || is_title())
            } else {
                (at_end || part.says_by)
                    && (is_names(part.value)
                        || is_capital_name(part.value)
                        || is_quoted(part.value)
                        || is_reprint(part.value))
            };
            if is_trusted && matches!(part.role, LabelRole::Author | LabelRole::Source) {
                taken |= self.set_name(part.role, part.label, part.value);
            }
        }
        taken
    }

    /// Takes the source of a reprint in any words, from a line that is set apart: `Theo Sức khỏe & Đời
    /// sống`.
    fn read_reprint(&mut self, parts: &[BylinePart<'_>], line: &TextLine) -> bool {
        let [BylinePart { role: LabelRole::Source, label, value, .. }] = parts else {
            return false;
        };
        line.is_right_aligned && is_title(value) && self.set_name(LabelRole::Source, label, value)
    }

    /// Takes a name without a label, from a short line at the end of a text.
    fn read_unlabelled(&mut self, line: &TextLine) -> bool {
        let free = self.author.is_none() && !line.is_linked() && !line.heading;
        if !free || labels::at_start(&line.text).is_some() {
            return false;
        }
        let (names, paper) = match reprint(&line.text) {
            Some((names, paper)) => (names, Some(paper)),
            None => (line.text.as_str(), None),
        };
        // `Lê Văn An, cán bộ thú y`.
        let names = match names.split_once(", ") {
            Some((name, role)) if is_whole_name(name) && is_role(role) => name,
            _ => names,
        };
        let is_shaped = is_names(names) || is_capital_name(names) || names::is_initials(names);
        if !is_shaped || is_caption(names) {
            return false;
        }
        self.author = Some(Extracted::new(names.to_owned(), Provenance::Body));
        if let Some(paper) = paper.filter(|paper| !is_own_office(paper)) {
            self.source.get_or_insert_with(|| Extracted::new(paper.to_owned(), Provenance::Body));
        }
        true
    }

    /// Takes a name. Returns true even if the role is filled already, because the line is still a
    /// byline.
    fn set_name(&mut self, role: LabelRole, label: &str, name: &str) -> bool {
        let found =
            |name: &str| Extracted::new(name.to_owned(), Provenance::Label(label.to_owned()));
        if !matches!(role, LabelRole::Author | LabelRole::Source) {
            return false;
        }
        // `Nguồn: Theo Báo X` has two labels.
        let name = match labels::at_start(name) {
            Some(inner) if role == LabelRole::Source && inner.role == role => inner.value,
            _ => name,
        };
        if let Some((names, paper)) = reprint(name).filter(|(names, _)| is_names(names)) {
            self.author.get_or_insert_with(|| found(names));
            if role == LabelRole::Source || !is_own_office(paper) {
                self.source.get_or_insert_with(|| found(paper));
            }
        } else {
            let place = if role == LabelRole::Author { &mut self.author } else { &mut self.source };
            place.get_or_insert_with(|| found(name));
        }
        true
    }
}

/// Whether a text is what a writer is: `cán bộ thú y`, and not the rest of a sentence.
fn is_role(text: &str) -> bool {
    const MAX_WORDS: usize = 8;
    text.starts_with(char::is_lowercase)
        && text.split(' ').count() <= MAX_WORDS
        && !text.ends_with(['.', '!', '?', '…', ';', ':'])
        && !text.contains(|c: char| c.is_ascii_digit())
}

/// Whether a line is a label with a day: `Ngày đăng: 12/05/2024`.
fn is_labelled_day(text: &str) -> bool {
    date_line::is_date_line(text)
        && labels::at_start(text).is_some_and(|label| label.role == LabelRole::Date)
}

/// Whether a short last line is set apart from the line above it: below the lines of a poem, a
/// name differs from a verse by its alignment or type only.
fn stands_out(line: &TextLine, above: &TextLine) -> bool {
    /// Minimum length of a paragraph, in characters; verses are shorter.
    const PARAGRAPH: usize = 60;
    let ends_sentence =
        above.text.trim_end().ends_with(['.', '!', '?', '”', '"', '…', ':', ';', ')']);
    above.length() >= PARAGRAPH
        || ends_sentence
        || above.caption
        || labels::at_start(&above.text).is_some()
        || line.is_right_aligned && !above.is_right_aligned
        || line.emphasised && !above.emphasised
}

/// A name that a selector found, without the label before it.
pub(super) fn unlabelled(role: LabelRole, found: Extracted<String>) -> Option<Extracted<String>> {
    let parts = parts(&found.value);
    let value = match parts.iter().find(|part| part.role == role && part.colon) {
        Some(part) => part.value.to_owned(),
        // A platform's cell for the source may contain only the author, and vice versa.
        None if parts.iter().any(|part| part.colon)
            && !matches!(found.provenance, Provenance::Selector(_)) =>
        {
            return None;
        }
        None => found.value.clone(),
    };
    (!value.is_empty()).then(|| Extracted::new(value, found.provenance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bantin_page::{Dom, SafeHtml, dom::text_of};

    /// Checks a body of `a.` followed by `html`; `expected` is author, source, and the remaining
    /// text.
    #[track_caller]
    fn check(html: &str, expected: (&str, &str, &str)) {
        let html = format!("<p>Một câu của bài viết.</p><p>a.</p>{html}");
        let mut dom = Dom::parse(&SafeHtml::check(html).unwrap()).unwrap();
        let mut byline = Byline::default();
        byline.split_off(dom.tree_mut(), &mut RemovalLog::default());
        let shown = |found: Option<Extracted<String>>| found.map(|f| f.value).unwrap_or_default();
        let text = text_of(dom.tree().root_element());
        let text = text.strip_prefix("Một câu của bài viết.\na.").unwrap();
        assert_eq!(
            (shown(byline.author).as_str(), shown(byline.source).as_str(), text.trim()),
            expected
        );
    }

    #[test]
    fn bylines_are_read_and_leave_the_body() {
        check(
            "<p>Tác giả:&nbsp; Lương Đình Bảo</p><p>Nguồn:&nbsp; Ban Dân tộc</p>",
            ("Lương Đình Bảo", "Ban Dân tộc", ""),
        );
        check(
            "<table><tr><td>Tác giả:&#160;</td><td> X Y</td></tr><tr><td>Nguồn:</td><td>Z</td></tr></table>",
            ("X Y", "Z", ""),
        );
        check("<p>Tác giả: X Y - Nguồn tin: Báo Z</p>", ("X Y", "Báo Z", ""));
        check("<p>Tác giả: X Y<br>Nguồn: Z</p>", ("X Y", "Z", ""));
        check("<div>Tác giả:</div><div>Lê Văn A</div>", ("Lê Văn A", "", ""));
        check(
            "<p>Người viết: Trần Thị B</p><p>(Nguồn tin: Báo Dân tộc và Phát triển)</p>",
            ("Trần Thị B", "Báo Dân tộc và Phát triển", ""),
        );
        check("<p style='text-align:right'><b>Hoàng Văn Thụ</b></p>", ("Hoàng Văn Thụ", "", ""));
        check("<p>Tin, ảnh Ngô Tấm</p>", ("Ngô Tấm", "", ""));
        check("<p align=right>Rơ Châm Hồng Vân</p>", ("Rơ Châm Hồng Vân", "", ""));
        check(
            "<p><i>Tôn Nữ Quỳnh Trân - Hồng Nhung</i></p>",
            ("Tôn Nữ Quỳnh Trân - Hồng Nhung", "", ""),
        );
        check("<p>Tin Khánh Hiền – Thanh Tiến</p>", ("Khánh Hiền – Thanh Tiến", "", ""));
        check("<p>Hồng Ngọc (gt)</p>", ("Hồng Ngọc (gt)", "", ""));
        check("<p>Vương Hợp – ĐTT.</p>", ("Vương Hợp – ĐTT.", "", ""));
        check("<p>Theo TTXVN</p>", ("", "TTXVN", ""));
        check("<p>Theo Báo Nhân Dân</p>", ("", "Báo Nhân Dân", ""));
        check("<p>Nguồn “Đắk Nông Điện tử”</p>", ("", "“Đắk Nông Điện tử”", ""));
        check("<p>PV: Lê Anh Tuấn</p>", ("Lê Anh Tuấn", "", ""));
        check(
            "<p>Author / Tác giả: Lê An</p><p>Nguồn (Source): Báo Xã</p>",
            ("Lê An", "Báo Xã", ""),
        );
        check("<p>Gửi bởi: Lê An vào Thứ ba, 07/02/2018 18:14</p>", ("Lê An", "", ""));
        check("<p>Người gửi: Lê An Vào lúc: 03/05/2019 15:04</p>", ("Lê An", "", ""));
        check("<p>Viết bởi Lê An</p>", ("Lê An", "", ""));
    }

    #[test]
    fn signatures_of_reprints_name_writer_and_paper() {
        for signature in [
            "Lê An/Báo Lao Động",
            "Lê An (Báo Lao Động)",
            "Lê An (Theo Báo Lao Động)",
            "Lê An - Báo Lao Động",
            "Lê An – Báo Lao Động",
        ] {
            check(&format!("<p>{signature}</p>"), ("Lê An", "Báo Lao Động", ""));
        }
        check("<p>Lê An/TTXVN</p>", ("Lê An", "TTXVN", ""));
        check("<p>Lê An - Tô Hà</p>", ("Lê An - Tô Hà", "", ""));
        check("<p>Nguồn: Báo Xã - baoxa.example</p>", ("", "Báo Xã - baoxa.example", ""));
    }

    #[test]
    fn an_interview_keeps_its_last_line() {
        for thanks in ["PV: Trân trọng cảm ơn ông!", "Phóng viên: Xin cảm ơn bà."] {
            check(
                &format!("<p>{thanks}</p><p align=right><b>Y Khải (thực hiện)</b></p>"),
                ("Y Khải (thực hiện)", "", thanks),
            );
            check(
                &format!("<p>{thanks}</p><p>Lê An thực hiện</p>"),
                ("", "", &format!("{thanks}\nLê An thực hiện")),
            );
        }
    }

    #[test]
    fn captions_and_signers_of_documents_are_no_authors() {
        for line in [
            "<p><em>Toàn Cảnh Hội Nghị</em></p>",
            "<p align=center>Các Đại Biểu Chụp Ảnh Lưu Niệm</p>",
            "<p><b>Lễ Khai Giảng Năm Học Mới</b></p>",
            "<p>Ảnh Minh Họa</p>",
            "<p><i>Kính Mời Quý Vị Theo Dõi</i></p>",
            "<p>(Đã ký)</p><p>Nguyễn Văn An</p>",
            "<p><b>GIÁM ĐỐC</b></p><p><b>Nguyễn Văn An</b></p>",
            "<p>KT. CHỦ TỊCH</p><p align=right>Trần Thị Bình</p>",
        ] {
            let text = line.replace("</p><p", "</p>\n<p");
            let text = text.split(['<', '>']).skip(2).step_by(2).collect::<String>();
            let text = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
            check(line, ("", "", text.trim()));
        }
    }

    #[test]
    fn an_empty_label_takes_no_other_line_as_its_value() {
        for line in ["Lượt xem: 12", "Từ khóa: rừng", "Bình luận (0)", "Facebook", "In bài viết"]
        {
            check(&format!("<p>Tác giả:</p><p>{line}</p>"), ("", "", line));
        }
        check("<p>Nguồn:</p><p>Ngày đăng: 05/09/2026</p>", ("", "", ""));
        check("<p>Nguồn:</p><p>Báo Xã</p>", ("", "Báo Xã", ""));
        check("<p>Tác giả: Lê An</p><p>Nguồn:</p>", ("Lê An", "", ""));
        check("<p>Ảnh:</p>", ("", "", "Ảnh:"));
        check("<p>Tin</p><p>Hôm nay trời đẹp</p>", ("", "", "Tin\nHôm nay trời đẹp"));
        check("<p>Nguồn: Theo Báo Xã</p>", ("", "Báo Xã", ""));
    }

    #[test]
    fn phrases_behind_common_words_are_text() {
        for line in [
            "Thực hiện: 15 công trình, phần việc",
            "Tin: Lượt về gặp khó",
            "Tin, bài: hạn cuối 30/9/2026",
            "Nguồn: vốn vay ưu đãi",
        ] {
            check(&format!("<p>{line}</p>"), ("", "", line));
        }
        check("<p>Nguồn: baoxa.example.vn</p>", ("", "baoxa.example.vn", ""));
        check("<p>Tin: Phòng Văn hóa và Thông tin</p>", ("Phòng Văn hóa và Thông tin", "", ""));
    }

    #[test]
    fn text_stays() {
        check(
            "<p>Theo kế hoạch, hội nghị bế mạc.</p>",
            ("", "", "Theo kế hoạch, hội nghị bế mạc."),
        );
        check("<p>Tin tưởng vào tương lai</p>", ("", "", "Tin tưởng vào tương lai"));
        check("<p>Bế mạc hội nghị</p>", ("", "", "Bế mạc hội nghị"));
        check(
            "<p>Nguồn: vốn vay của ngân hàng, vốn đối ứng của tỉnh, vốn huy động của nhân dân và các nguồn khác.</p>",
            (
                "",
                "",
                "Nguồn: vốn vay của ngân hàng, vốn đối ứng của tỉnh, vốn huy động của nhân dân và các nguồn khác.",
            ),
        );
    }
}
