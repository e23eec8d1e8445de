//! Recognizes texts that only announce a later text: "Nội dung đang được cập nhật".
//!
//! Editors type them by hand, with typing errors. So the letters of a text are spelled from the few
//! words of such notices, in any order, with few errors. Any other word makes it a text of its own:
//! "Cập nhật danh sách thí sinh dự thi".

use crate::plain;
use std::sync::LazyLock;

/// The maximum number of letters of a notice.
const MAX_LETTERS: usize = 120;
/// The number of letters in which one typing error is expected.
const LETTERS_PER_ERROR: usize = 6;
/// The maximum length of what stands beside a notice, in characters: a date, a button.
const MAX_BESIDE: usize = 25;

/// Words for a text that is not ready, folded.
const STATES: &str = "dang|se|som|sap|cho|chua|tiep tuc|is being|are being|being|will be|to be|\
    coming|under|not yet";

/// Words for what is done to it, folded.
const ACTIONS: &str = "cap nhat|bien tap|bien soan|soan thao|xu ly|hoan thien|hoan chinh|bo sung|\
    xay dung|chinh sua|tong hop|phe duyet|duyet|kiem duyet|nhap lieu|updated|edited|prepared|\
    written|translated|completed|added|published|available|soon|construction";

/// The other words of notices, folded.
const OTHERS: &str = "noi dung|bai viet|bai|tin|tin bai|ban tin|thong tin|du lieu|chuyen muc|\
    chuyen trang|muc|trang|phan|tai lieu|chi tiet|cua|nay|tai day|va|duoc|dc|trong|qua trinh|\
    thoi gian|toi|som nhat|nhat|hien|hien tai|hien nay|lai|sau|ban bien tap|chung toi|vui long|\
    xin|moi|kinh|quy vi|quy|quy khach|ban doc|doc gia|ban|quay lai|tro lai|truy cap|xem|doc|\
    theo doi|don|it phut|mong|rat|thong cam|cam on|tran trong|them|content|contents|article|page|\
    post|story|information|details|this|the|our|is|are|more|please|check|come|back|again|later|\
    shortly|for|your|patience|thank|thanks|you|visit|stay|tuned|and|we|sorry|in|of|text|yet";

/// The meanings of a word, as bits.
const STATE: usize = 1;
const ACTION: usize = 2;

static WORDS: LazyLock<Vec<NoticeWord>> = LazyLock::new(|| {
    let words = |list: &'static str, meaning: usize| {
        list.split('|').map(move |word| NoticeWord { letters: word.replace(' ', ""), meaning })
    };
    words(STATES, STATE).chain(words(ACTIONS, ACTION)).chain(words(OTHERS, 0)).collect()
});

/// A word of a notice.
struct NoticeWord {
    /// Its letters, without blanks.
    letters: String,
    meaning: usize,
}

impl NoticeWord {
    /// The maximum number of typing errors in it. In short words, each letter counts.
    fn tolerance(&self) -> usize {
        match self.letters.len() {
            0..=3 => 0,
            length => (length + 1) / 4,
        }
    }

    /// The number of typing errors in a written word, if it may be this one.
    fn errors(&self, written: &str) -> Option<usize> {
        let found = || strsim::osa_distance(&self.letters, written);
        let errors = if self.letters == written { 0 } else { found() };
        (errors <= self.tolerance()).then_some(errors)
    }
}

/// Whether a text consists of a notice, beside its title and very few other words.
pub(super) fn is_notice(title: &str, text: &str) -> bool {
    let title = plain::fold(title);
    let lines: Vec<&str> = text.lines().filter(|line| plain::fold(line) != title).collect();
    let length = |line: &str| line.chars().count();
    let total: usize = lines.iter().map(|line| length(line)).sum();
    let is_only = |line: &str| total <= length(line) + MAX_BESIDE && is_spelled(line);
    is_spelled(&lines.join(" ")) || lines.iter().any(|line| is_only(line))
}

/// Whether the letters of a text are those of a notice.
fn is_spelled(text: &str) -> bool {
    if text.chars().filter(|c| c.is_alphabetic()).nth(MAX_LETTERS).is_some() {
        return false;
    }
    let folded = plain::fold(text);
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let most = (letters.len() / LETTERS_PER_ERROR).max(1);
    if !letters.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    // For each place, the fewest errors before it, by the meanings of the words before it.
    let mut fewest = vec![[usize::MAX; 4]; letters.len() + 1];
    fewest.iter_mut().take(1).for_each(|start| *start = [0, usize::MAX, usize::MAX, usize::MAX]);
    for start in 0..letters.len() {
        let before = fewest.get(start).copied().unwrap_or_default();
        for word in WORDS.iter().filter(|_| before.iter().any(|errors| *errors <= most)) {
            let shortest = word.letters.len() - word.tolerance();
            for end in (start + shortest)..=(start + word.letters.len() + word.tolerance()) {
                let errors = letters.get(start..end).and_then(|written| word.errors(written));
                let Some((errors, behind)) = errors.zip(fewest.get_mut(end)) else { continue };
                for (meanings, before) in before.iter().enumerate() {
                    let best = behind.get_mut(meanings | word.meaning);
                    best.into_iter()
                        .for_each(|best| *best = before.saturating_add(errors).min(*best));
                }
            }
        }
    }
    fewest
        .last()
        .and_then(|fewest| fewest.get(STATE | ACTION))
        .is_some_and(|errors| *errors <= most)
}

#[cfg(test)]
mod tests {
    use super::is_notice;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_notice("Hội nghị tổng kết công tác", text), expected, "{text}");
    }

    #[test]
    fn a_text_that_is_not_ready_is_recognized() {
        for text in [
            "Nội dung đang được cập nhật",
            "Nội dung đang cập nhật…",
            "Bài viết đang được biên tập.",
            "Đang cập nhật",
            "(Đang cập nhật nội dung)",
            "Tin bài đang trong quá trình biên tập, mời quý bạn đọc quay lại sau.",
            "Chuyên mục này sẽ sớm được cập nhật. Xin cảm ơn!",
            "Trang đang được xây dựng",
            "Thông tin đang chờ phê duyệt",
            "Nội dung bài viết sẽ được Ban Biên tập bổ sung trong thời gian tới.",
            "Dữ liệu đang được tổng hợp, vui lòng quay lại sau ít phút",
            "Nội dung chưa được cập nhật",
            "Content coming soon.",
            "This page is under construction. Please check back later.",
            "The content is being updated",
            "Hội nghị tổng kết công tác\nNội dung đang được cập nhật",
            "Thứ Ba, 06/01/2026 08:15\nNội dung đang được cập nhật",
            "Nội dung đang được cập nhật\nIn trang\nChia sẻ",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn typing_errors_change_nothing() {
        for text in [
            "Noi dung dang duoc cap nhat",
            "NỘI DUNG ĐANG ĐƯỢC CẬP NHẬT",
            "No\u{323}\u{302}i dung đang được câ\u{323}p nhâ\u{323}t",
            "Nội dug đang được cập nhật",
            "Nội dung đagn được cập nhật",
            "Nội dung đang đuợc cập nhậtt",
            "Nội dungg đang được cậpp nhật",
            "Nội dung đangđược cậpnhật",
            "Nội  dung đang được câp nhât ...",
            "Nội dung dang đc cập nhật",
            "Đang được cập nhật nội dung",
            "Bài viêt đang được biên tâp",
            "Bài vết đang được biên tập",
            "Bài viết đang đươc bien tpa",
            "Đang biên tập bài viết này",
            "Content comming soon",
            "The content is beeing updated",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn a_notice_about_an_update_is_an_article() {
        for text in [
            "Cập nhật danh sách thí sinh dự thi",
            "Danh sách cử tri đang được cập nhật đến ngày 05/6/2026",
            "Cập nhật bản đồ địa chính xã Đắk Nia",
            "Nội dung đang được cập nhật tại Phụ lục kèm theo Quyết định số 12/QĐ-UBND",
            "Thông tin dịch bệnh đang được cập nhật hằng ngày tại Trạm Y tế phường.",
            "Thông báo lịch cúp điện tuần này",
            "Bài viết của Bộ trưởng về chuyển đổi số",
            "Hệ thống một cửa đang được nâng cấp từ 20 giờ",
            "Ban Biên tập xin cảm ơn quý bạn đọc",
            "Nội dung cuộc họp: công tác dân vận",
            "Xem chi tiết tại đây",
            "Đường vào thôn 5 đang được xây dựng",
            "Trang tin đã được cập nhật",
            "Sáng nay, xã Đắk Nia đã tổ chức hội nghị tổng kết.\nNội dung đang được cập nhật",
            "The budget is being updated by the ministry",
            "",
        ] {
            check(text, false);
        }
    }
}
