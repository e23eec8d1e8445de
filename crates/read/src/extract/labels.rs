//! The words that agencies put before a date, an author or a source.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The field that a label announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelRole {
    /// The day of publication.
    Date,
    /// The author.
    Author,
    /// The source.
    Source,
    /// A photographer, an editor or a view counter, which appear in no field.
    Other,
}

/// Labels in lower case; a longer one precedes the shorter one that it starts with.
const LABELS: [(&str, LabelRole); 178] = [
    ("bản tin phát lúc", LabelRole::Date),
    ("tin phát hành lúc", LabelRole::Date),
    ("tin phát lúc", LabelRole::Date),
    ("thời gian phát tin", LabelRole::Date),
    ("được đăng bởi", LabelRole::Author),
    ("được đăng", LabelRole::Date),
    ("được viết bởi", LabelRole::Author),
    ("được viết", LabelRole::Date),
    ("được cập nhật", LabelRole::Date),
    ("đăng tải", LabelRole::Date),
    ("thời điểm đăng", LabelRole::Date),
    ("thời gian tạo", LabelRole::Date),
    ("thời gian cập nhật", LabelRole::Date),
    ("ngày đăng tải", LabelRole::Date),
    ("đăng tải ngày", LabelRole::Date),
    ("đăng tải lúc", LabelRole::Date),
    ("thời gian đăng tải", LabelRole::Date),
    ("thời gian xuất bản", LabelRole::Date),
    ("xuất bản ngày", LabelRole::Date),
    ("xuất bản lúc", LabelRole::Date),
    ("xuất bản vào", LabelRole::Date),
    ("ngày đưa tin", LabelRole::Date),
    ("ngày phát hành", LabelRole::Date),
    ("phát lúc", LabelRole::Date),
    ("phát tin lúc", LabelRole::Date),
    ("ngày đưa bài", LabelRole::Date),
    ("đưa tin lúc", LabelRole::Date),
    ("đưa lên lúc", LabelRole::Date),
    ("post date", LabelRole::Date),
    ("date posted", LabelRole::Date),
    ("publish date", LabelRole::Date),
    ("publication date", LabelRole::Date),
    ("date published", LabelRole::Date),
    ("published on", LabelRole::Date),
    ("published", LabelRole::Date),
    ("ngày đăng tin", LabelRole::Date),
    ("ngày đăng bài", LabelRole::Date),
    ("ngày đăng", LabelRole::Date),
    ("đăng ngày", LabelRole::Date),
    ("đăng lúc", LabelRole::Date),
    ("đăng vào", LabelRole::Date),
    ("đăng", LabelRole::Date),
    ("tin đưa lên mạng ngày", LabelRole::Date),
    ("tin đưa lên mạng", LabelRole::Date),
    ("đưa lên mạng ngày", LabelRole::Date),
    ("đưa lên mạng", LabelRole::Date),
    ("đưa lên ngày", LabelRole::Date),
    ("tin đăng ngày", LabelRole::Date),
    ("tin đăng lúc", LabelRole::Date),
    ("bài đăng ngày", LabelRole::Date),
    ("bài đăng lúc", LabelRole::Date),
    ("đăng trên mạng ngày", LabelRole::Date),
    ("cập nhật lần cuối", LabelRole::Date),
    ("cập nhật lúc", LabelRole::Date),
    ("cập nhật ngày", LabelRole::Date),
    ("cập nhật", LabelRole::Date),
    ("ngày cập nhật", LabelRole::Date),
    ("ngày xuất bản", LabelRole::Date),
    ("xuất bản", LabelRole::Date),
    ("ngày sửa", LabelRole::Date),
    ("sửa đổi", LabelRole::Date),
    ("chỉnh sửa", LabelRole::Date),
    ("thời gian sửa", LabelRole::Date),
    ("thời gian đăng", LabelRole::Date),
    ("ngày tạo", LabelRole::Date),
    ("ngày viết", LabelRole::Date),
    ("ngày gửi", LabelRole::Date),
    ("gửi lúc", LabelRole::Date),
    ("gửi ngày", LabelRole::Date),
    ("vào lúc", LabelRole::Date),
    ("posted on", LabelRole::Date),
    ("posted", LabelRole::Date),
    ("tác giả bài viết", LabelRole::Author),
    ("tên tác giả", LabelRole::Author),
    ("tác giả", LabelRole::Author),
    ("viết bởi", LabelRole::Author),
    ("viết", LabelRole::Author),
    ("đăng bởi", LabelRole::Author),
    ("gửi bởi", LabelRole::Author),
    ("người gửi bài", LabelRole::Author),
    ("người gửi tin", LabelRole::Author),
    ("người gửi", LabelRole::Author),
    ("người viết bài", LabelRole::Author),
    ("người viết", LabelRole::Author),
    ("người đăng tin", LabelRole::Author),
    ("người đăng", LabelRole::Author),
    ("người đưa tin", LabelRole::Author),
    ("người thực hiện", LabelRole::Author),
    ("người soạn", LabelRole::Author),
    ("người biên soạn", LabelRole::Author),
    ("biên soạn", LabelRole::Author),
    ("dự báo viên", LabelRole::Author),
    ("tạp bút của", LabelRole::Author),
    ("bài viết của", LabelRole::Author),
    ("bài của", LabelRole::Author),
    ("tản văn của", LabelRole::Author),
    ("truyện ngắn của", LabelRole::Author),
    ("bút ký của", LabelRole::Author),
    ("tin, bài và ảnh", LabelRole::Author),
    ("tin bài và ảnh", LabelRole::Author),
    ("tin, bài, ảnh", LabelRole::Author),
    ("tin bài, ảnh", LabelRole::Author),
    ("tin và ảnh", LabelRole::Author),
    ("tin, ảnh", LabelRole::Author),
    ("tin - ảnh", LabelRole::Author),
    ("tin-ảnh", LabelRole::Author),
    ("tin ảnh", LabelRole::Author),
    ("tin, bài", LabelRole::Author),
    ("tin bài", LabelRole::Author),
    ("bài và ảnh", LabelRole::Author),
    ("bài, ảnh", LabelRole::Author),
    ("bài - ảnh", LabelRole::Author),
    ("bài ảnh", LabelRole::Author),
    ("bài viết", LabelRole::Author),
    ("thực hiện", LabelRole::Author),
    ("phóng viên", LabelRole::Author),
    ("pv", LabelRole::Author),
    ("bút danh", LabelRole::Author),
    ("tin", LabelRole::Author),
    ("bài", LabelRole::Author),
    ("nguồn ảnh", LabelRole::Other),
    ("nguồn hình", LabelRole::Other),
    ("nguồn tin bài", LabelRole::Source),
    ("nguồn bài viết", LabelRole::Source),
    ("nguồn bài", LabelRole::Source),
    ("nguồn trích dẫn", LabelRole::Source),
    ("trích nguồn", LabelRole::Source),
    ("trích đăng từ", LabelRole::Source),
    ("tổng hợp từ", LabelRole::Source),
    ("tổng hợp theo", LabelRole::Source),
    ("lược dịch từ", LabelRole::Source),
    ("dịch từ", LabelRole::Source),
    ("trích đăng", LabelRole::Source),
    ("trích từ", LabelRole::Source),
    ("đăng lại từ", LabelRole::Source),
    ("trích dẫn", LabelRole::Source),
    ("dẫn nguồn", LabelRole::Source),
    ("dẫn theo", LabelRole::Source),
    ("trích", LabelRole::Source),
    ("theo nguồn", LabelRole::Source),
    // A misspelled tone mark that one agency's writers use.
    ("nguồn tìn", LabelRole::Source),
    ("nguồn tin", LabelRole::Source),
    ("nguồn", LabelRole::Source),
    ("theo", LabelRole::Source),
    ("ảnh và clip", LabelRole::Other),
    ("ảnh minh họa", LabelRole::Other),
    ("đồ họa", LabelRole::Other),
    ("quay phim", LabelRole::Other),
    ("dựng phim", LabelRole::Other),
    ("kịch bản", LabelRole::Other),
    ("người duyệt", LabelRole::Other),
    ("duyệt bài", LabelRole::Other),
    ("duyệt", LabelRole::Other),
    ("thiết kế", LabelRole::Other),
    ("trình bày", LabelRole::Other),
    ("minh họa", LabelRole::Other),
    ("kỹ thuật", LabelRole::Other),
    ("ngày ban hành", LabelRole::Other),
    ("ngày ký", LabelRole::Other),
    ("ngày hiệu lực", LabelRole::Other),
    ("số hiệu", LabelRole::Other),
    ("ảnh", LabelRole::Other),
    ("video", LabelRole::Other),
    ("biên tập viên", LabelRole::Other),
    ("biên tập", LabelRole::Other),
    ("người biên tập", LabelRole::Other),
    ("chuyên mục", LabelRole::Other),
    ("danh mục", LabelRole::Other),
    ("lĩnh vực", LabelRole::Other),
    ("thể loại", LabelRole::Other),
    ("lượt xem", LabelRole::Other),
    ("xem", LabelRole::Other),
    ("số lượt xem", LabelRole::Other),
    ("đã xem", LabelRole::Other),
    ("lượt đọc", LabelRole::Other),
    ("số lượt đọc", LabelRole::Other),
    ("số lần đọc", LabelRole::Other),
    ("số lần xem", LabelRole::Other),
];

/// The labels by their first letters: most lines begin with none of them.
static BY_LETTER: LazyLock<HashMap<char, Vec<(&str, LabelRole)>>> = LazyLock::new(|| {
    let mut letters: HashMap<char, Vec<(&str, LabelRole)>> = HashMap::new();
    for (label, role) in LABELS {
        letters.entry(label.chars().next().unwrap_or_default()).or_default().push((label, role));
    }
    letters
});

/// A label at the beginning of a text, with its role and the text after it.
pub(super) struct LabelledText<'a> {
    /// The label as written on the page.
    pub(super) label: &'a str,
    pub(super) role: LabelRole,
    /// The text after the label and its colon.
    pub(super) value: &'a str,
    /// Whether the label has a colon.
    pub(super) colon: bool,
}

impl LabelledText<'_> {
    /// Whether the label contains a word for "by", which needs no colon: `Viết bởi X`.
    pub(super) fn says_by(&self) -> bool {
        self.label.to_lowercase().ends_with("bởi")
    }

    /// Whether the text is what the interviewer says: `PV: Xin cảm ơn ông!`, not `PV: Lê An`.
    fn is_speech(&self) -> bool {
        const SPEAKERS: [&str; 2] = ["pv", "phóng viên"];
        /// Maximum number of words of names.
        const MAX_WORDS: usize = 10;
        // `PV: Lê Mai | 14:20 | Chuyên mục: Kinh tế`
        let said = self.value.split(['|', '•']).next().unwrap_or_default();
        let words: Vec<&str> = said.split_whitespace().collect();
        let is_lower = |word: &&str| word.starts_with(char::is_lowercase);
        SPEAKERS.contains(&self.label.to_lowercase().as_str())
            && self.colon
            && (self.value.ends_with(['?', '!', '…'])
                || words.len() > MAX_WORDS
                || words.get(1).is_some_and(is_lower))
    }
}

/// Reads a label at the beginning of a text.
pub(super) fn at_start(text: &str) -> Option<LabelledText<'_>> {
    let text = without_marks(text);
    in_two_languages(text).or_else(|| in_one_language(text)).filter(|found| !found.is_speech())
}

/// Reads a further label behind the value of another one: what stands before a slash there belongs to
/// that value.
pub(super) fn behind_value(text: &str) -> Option<LabelledText<'_>> {
    let text = without_marks(text);
    in_one_language(text).or_else(|| by(text)).filter(|found| !found.is_speech())
}

/// The writer behind a day: `Được viết ngày 15/11/2025 bởi Lê An`.
fn by(text: &str) -> Option<LabelledText<'_>> {
    let (label, value) = text.split_once(' ').filter(|(label, _)| *label == "bởi")?;
    Some(LabelledText { label, role: LabelRole::Author, value: value.trim(), colon: false })
}

fn without_marks(text: &str) -> &str {
    text.trim_start_matches(['(', '[', '-', '–', '—', '*', '+', '•', '·', '|', '/', ' '])
}

fn in_one_language(text: &str) -> Option<LabelledText<'_>> {
    let labels = BY_LETTER.get(&text.chars().next()?.to_lowercase().next()?)?;
    let begins = |label: &str| {
        let mut start = text.chars().flat_map(char::to_lowercase);
        label.chars().all(|c| start.next() == Some(c))
    };
    let mut labels = labels.iter().filter(|(label, _)| begins(label));
    let (length, role) = labels.find_map(|(label, role)| {
        // Lower-casing keeps the number of characters in Vietnamese, but not always that of bytes.
        let length: usize = text.chars().take(label.chars().count()).map(char::len_utf8).sum();
        let start = text.get(..length)?;
        let rest = text.get(length..)?;
        let ends = rest.chars().next().is_none_or(|c| !c.is_alphanumeric());
        // `Đăng 19:40`, and not `Đăng ký`.
        let is_number = || rest.trim_start().starts_with(|c: char| c == ':' || c.is_ascii_digit());
        // `TIN NỔI BẬT` is the heading of a box.
        let is_heading =
            || !text.chars().any(char::is_lowercase) && !rest.contains([':', '：', '-', '–', ',']);
        (ends
            && (*label != "đăng" || is_number())
            && !(*label == "tin" && is_heading())
            && start.to_lowercase() == *label)
            .then_some((length, *role))
    })?;
    let (label, rest) = text.split_at_checked(length)?;
    let rest = rest.trim_start();
    let value = rest.strip_prefix([':', '：']);
    Some(LabelledText { label, role, value: value.unwrap_or(rest).trim(), colon: value.is_some() })
}

/// A label with its translation: `Author / Tác giả: X`, `Nguồn (Source): X`.
fn in_two_languages(text: &str) -> Option<LabelledText<'_>> {
    /// Maximum length of both, in characters.
    const MAX_LENGTH: usize = 60;
    /// Maximum number of words of each.
    const MAX_WORDS: usize = 4;
    const BETWEEN: [char; 4] = ['/', '(', ')', '|'];
    let mut start = text.char_indices().take(MAX_LENGTH);
    let (at, _) = start.find(|(_, c)| matches!(c, ':' | '：'))?;
    let labels = text.get(..at).filter(|labels| labels.contains(BETWEEN))?;
    let pieces: Vec<&str> = labels.split(BETWEEN).map(str::trim).collect();
    let mut pieces: Vec<&str> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    let is_label = |piece: &&str| {
        piece.chars().all(|c| c.is_alphabetic() || c == ' ')
            && piece.split(' ').count() <= MAX_WORDS
    };
    if pieces.len() != 2 || !pieces.iter().all(is_label) {
        return None;
    }
    // The label of the known language.
    pieces.reverse();
    let (label, role) = pieces.into_iter().find_map(|piece| {
        let lower = piece.to_lowercase();
        LABELS.iter().find(|(label, _)| *label == lower).map(|(_, role)| (piece, *role))
    })?;
    let value = text.get(at..)?.trim_start_matches([':', '：']).trim();
    Some(LabelledText { label, role, value, colon: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_told_from_the_text_behind_it() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str)>) {
            let found = at_start(text).map(|found| (found.label, found.value));
            assert_eq!(found, expected, "{text}");
        }
        check("Tác giả: Lương Đình Bảo", Some(("Tác giả", "Lương Đình Bảo")));
        check("(Nguồn tin: Báo Dân tộc)", Some(("Nguồn tin", "Báo Dân tộc)")));
        check("Tin, ảnh Ngô Tấm", Some(("Tin, ảnh", "Ngô Tấm")));
        check("TIN: Minh Phượng", Some(("TIN", "Minh Phượng")));
        check("Tác giả", Some(("Tác giả", "")));
        check("Tinh thần hội nghị", None);
        check("Hội nghị: x", None);
        check("Viết bởi Lê An", Some(("Viết bởi", "Lê An")));
    }

    #[test]
    fn a_label_may_have_a_translation() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str)>) {
            let found = at_start(text).map(|found| (found.label, found.value));
            assert_eq!(found, expected, "{text}");
        }
        check("Author / Tác giả: Lê An", Some(("Tác giả", "Lê An")));
        check("Tác giả (Author): Lê An", Some(("Tác giả", "Lê An")));
        check("Nguồn/Source : Báo Xã", Some(("Nguồn", "Báo Xã")));
        check("Posted date / Ngày đăng: 18/04/2022", Some(("Ngày đăng", "18/04/2022")));
        check("Nguồn (tiếng Khmer): Báo Xã", Some(("Nguồn", "Báo Xã")));
        check("Họp báo / Báo cáo: kết quả", None);
        check("Tin (12/5): Lê An", Some(("Tin", "(12/5): Lê An")));
    }

    #[test]
    fn what_an_interviewer_says_is_no_byline() {
        for text in [
            "PV: Trân trọng cảm ơn ông!",
            "Phóng viên: Xin cảm ơn và chúc bà mạnh khỏe",
            "PV: Thưa ông, khi nào dự án hoàn thành?",
            "pv: Vâng…",
        ] {
            assert!(at_start(text).is_none(), "{text}");
        }
        for text in ["PV: Lê Anh Tuấn", "Phóng viên: Hà Giang - Ảnh: Tô Sa", "PV: TTXVN", "PV:"]
        {
            assert!(at_start(text).is_some(), "{text}");
        }
    }
}
