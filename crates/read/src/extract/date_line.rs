//! Recognizes lines that are a date, or contain one, by the words beside it.

use bantin_core::text::date::{self, DateBoundary};

/// Words of counters and buttons in a date line.
const COUNTERS: [&str; 22] = [
    "lượt", "xem", "đã", "số", "in", "gửi", "email", "đọc", "người", "lần", "bài", "views", "view",
    "print", "min", "mins", "read", "minutes", "lecture", "phút", "comments", "comment",
];

/// Words of days other than that of publication: deadlines, meetings, documents, peer review.
const OTHER_DAYS: [&str; 21] = [
    "hôm nay",
    "today",
    "thời gian",
    "hạn nộp",
    "hết hạn",
    "hạn cuối",
    "đến hạn",
    "hiệu lực",
    "ban hành",
    "ngày ký",
    "ngày họp",
    "ngày sinh",
    "khai mạc",
    "bắt đầu",
    "kết thúc",
    "deadline",
    "expires",
    "received",
    "accepted",
    "revised",
    "event",
];

/// Words of days of a last change.
const CHANGED: [&str; 22] = [
    "cập nhật",
    "sửa đổi",
    "chỉnh sửa",
    "ngày sửa",
    "hiệu chỉnh",
    "updated",
    "last update",
    "modified",
    "edited",
    "aktualisiert",
    "änderung",
    "actualizado",
    "atualizado",
    "aggiorna",
    "modific",
    "modifié",
    "mis à jour",
    "mise à jour",
    "aktualiz",
    "gewijzigd",
    "diperbarui",
    "обновлено",
];

/// Words of days of publication.
const PUBLISHED: [&str; 14] = [
    "đăng",
    "đưa lên",
    "phát hành",
    "phát lúc",
    "xuất bản",
    "publi",
    "posted",
    "created",
    "written",
    "veröffentlicht",
    "pubblicato",
    "diterbitkan",
    "опубликовано",
    "发布",
];

/// Maximum characters of a line with a date.
const MAX_LENGTH: usize = 120;

/// Whether a line is a relative date ("3 hours ago") and nothing else.
pub(super) fn counts_from_now(text: &str) -> bool {
    if text.chars().nth(40).is_some() {
        return false;
    }
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let units = ["giây", "phút", "giờ", "tiếng", "ngày"];
    let says = lower.contains(" trước") && units.iter().any(|unit| lower.contains(unit));
    let yesterday = lower.contains("hôm qua") || lower.contains("vừa xong");
    (says || yesterday)
        && words.all(|word| {
            let known = ["trước", "hôm", "qua", "vừa", "xong", "một", "cách", "đây"];
            let number = word.bytes().all(|b| b.is_ascii_digit());
            number
                || units.contains(&word)
                || known.contains(&word)
                || date::is_about_dates(word)
                || COUNTERS.contains(&word)
        })
}

/// Whether a line is a date, optionally with a time, a label and a view counter.
pub(super) fn is_date_line(text: &str) -> bool {
    let is_short = text.chars().nth(90).is_none();
    is_short
        && date::words_beside(text)
            .is_some_and(|words| words.iter().all(|word| COUNTERS.contains(&word.as_str())))
        && !is_meeting(text)
}

/// The time of a meeting, not of its report.
fn is_meeting(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.starts_with("thời gian") && !is_time_of_publication(&lower)
}

/// Whether a short line contains a date and few other words: `By HNN Staff | November 18, 2019`.
pub(super) fn is_short_date_line(text: &str) -> bool {
    /// A line with more other words is a sentence.
    const BESIDE: usize = 8;
    names_day(text)
        && date::words_beside(text).is_some_and(|words| {
            words.iter().filter(|word| !COUNTERS.contains(&word.as_str())).count() <= BESIDE
        })
}

/// Whether a line consists of parts, one of which is a date: time, section, place, source, views.
pub(super) fn has_date_part(text: &str) -> bool {
    /// Parts with more words are sentences.
    const MAX_WORDS: usize = 10;
    /// More words after a comma continue a sentence.
    const MAX_AFTER_COMMA: usize = 4;
    let is_short = text.chars().count() <= MAX_LENGTH;
    let found = date::find(text)
        .filter(|_| is_short && !is_of_other_day(text) && !begins_with_number(text));
    found.is_some_and(|found| {
        let most = match found.boundary {
            DateBoundary::Separator => MAX_WORDS,
            DateBoundary::Comma => MAX_AFTER_COMMA,
            DateBoundary::None => return false,
        };
        found.other_words.len() <= most
    })
}

/// Whether the date of a line is that of an event, a deadline or a document.
pub(super) fn is_of_other_day(text: &str) -> bool {
    let lower = text.to_lowercase();
    OTHER_DAYS.iter().any(|words| lower.contains(words)) && !is_time_of_publication(&lower)
}

/// Whether a line spans several days: `Tuần 24 (17/02/2025 - 22/02/2025)`.
pub(super) fn is_range(text: &str) -> bool {
    ["-", "–", "đến"].iter().any(|mark| {
        text.match_indices(mark).any(|(at, _)| {
            let (before, behind) = text.split_at(at);
            date::find(before).is_some() && date::find(behind).is_some()
        })
    })
}

/// Whether a short line is the label of such a date, which stands on the next line.
pub(super) fn is_label_of_other_day(text: &str) -> bool {
    /// Maximum length of a label, in characters.
    const MAX_LENGTH: usize = 30;
    let lower = text.to_lowercase();
    let bare = lower.strip_prefix("ngày ").unwrap_or(&lower);
    let is_label = |words: &&str| bare.starts_with(words.strip_prefix("ngày ").unwrap_or(words));
    text.chars().count() <= MAX_LENGTH
        && OTHER_DAYS.iter().any(is_label)
        && !is_time_of_publication(&lower)
        && !names_day(text)
}

/// Whether a text in lower case begins with the time of the publication, not of a meeting.
fn is_time_of_publication(lower: &str) -> bool {
    ["đăng", "tạo", "cập nhật"].iter().any(|word| {
        lower.strip_prefix("thời gian").is_some_and(|rest| rest.trim_start().starts_with(word))
    })
}

/// Whether a line begins with the number of a document: `Số: 12/TB-STP, ngày 10/01/2023`.
fn begins_with_number(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split([' ', ':']).filter(|word| !word.is_empty());
    words.next() == Some("số")
        && words.take(2).any(|word| word.contains('/') && word.contains(char::is_alphabetic))
}

/// Whether the date of a line is that of the last change, not of publication.
pub(super) fn is_of_change(text: &str) -> bool {
    let lower = text.to_lowercase();
    contains_any(&lower, &CHANGED) && !contains_any(&lower, &PUBLISHED)
}

/// Whether the date of a line is that of publication or of the last change, in its words.
pub(super) fn is_of_page(text: &str) -> bool {
    let lower = text.to_lowercase();
    contains_any(&lower, &CHANGED) || contains_any(&lower, &PUBLISHED)
}

fn contains_any(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lower.contains(word))
}

/// Whether a short line contains a day with its year, whatever else it contains.
pub(super) fn names_day(text: &str) -> bool {
    text.chars().count() <= MAX_LENGTH && date::words_beside(text).is_some()
}

/// Splits a bracketed date off the end of a line; some themes append it to the heading.
pub(super) fn split_trailing_date(text: &str) -> (&str, Option<&str>) {
    let bracket = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let bracket = bracket.or_else(|| text.strip_suffix(']')?.rsplit_once('['));
    // `(19/5/1890-19/5/2019)` is a range of years and part of the title.
    let is_one = |date: &str| is_date_line(date) && date::find(date).is_some();
    match bracket.filter(|(title, date)| !title.is_empty() && is_one(date)) {
        Some((title, date)) => (title.trim_end(), Some(date.trim())),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_line_is_told_from_text() {
        for text in [
            "Thứ ba, 10/01/2023 | 14:05",
            "02/10/2023 07:00 | Lượt xem: 98 | In | Gửi email",
            "(26/11/2023 10:00:00)",
            "Publié le 12 janvier 2024 à 08h30",
            "Pressemitteilung vom 25. Januar 2022",
            "Pubblicato il 19 Febbraio 2020 Ultima modifica 19 Febbraio 2020 12:02",
            "Dernière mise à jour le 12 janvier 2024",
            "Laatst gewijzigd op 3 januari 2024",
            "2023年1月10日",
        ] {
            assert!(is_date_line(text), "{text}");
        }
        for text in [
            "Hôm nay: Thứ sáu, 24/11/2023",
            "Năm 2023",
            "Quyết định 12/QĐ-UBND ngày 10/01/2023",
            "Thời gian: 08:00 ngày 10/01/2023",
            "",
        ] {
            assert!(!is_date_line(text), "{text}");
        }
    }

    #[test]
    fn a_date_among_parts_is_told_from_a_date_in_a_phrase() {
        for text in [
            "17:26 - 18/01/2016 | Giáo dục - Sức khỏe",
            "Giáo dục | 18/01/2016 17:26",
            "2020-02-19 20:29:58 来源：Ban biên tập",
            "Hà Nội, ngày 10/01/2023",
            "By HNN Staff | November 18, 2019",
            "By HNN Staff on November 18, 2019",
            "November 18, 2019 by HNN Staff",
            "Báo Dân tộc • 10 Jan 2023 • 5 min read",
            "Tin tức › Thứ Ba, 10/01/2023 08:30 › Lượt xem: 98",
            "Nguồn: Báo Dân tộc | Ngày đăng: 10/01/2023",
        ] {
            assert!(has_date_part(text), "{text}");
        }
        for text in [
            "Quyết định số 12/QĐ-UBND ngày 10/01/2023",
            "Sáng 10/01/2023, Ban Dân tộc tỉnh tổ chức hội nghị tổng kết",
            "Hạn nộp hồ sơ: 31/01/2023",
            "Received: 20 June 2022",
            "Ngày ban hành: 10/01/2023",
            "Thời gian: 08:00 ngày 10/01/2023, tại Hội trường",
            "Kế hoạch từ 10/01/2023 đến 12/02/2023",
            "Số: 12/TB-STP, ngày 10/01/2023",
        ] {
            assert!(!has_date_part(text), "{text}");
        }
    }

    #[test]
    fn what_counts_from_now_is_told_from_text() {
        for text in ["3 giờ trước", "Cập nhật: 15 phút trước", "Hôm qua, 14:05", "một ngày trước"]
        {
            assert!(counts_from_now(text), "{text}");
        }
        for text in ["Ba ngày trước lễ khai mạc", "Hôm nay: 1.204", "trước", "12 giờ"]
        {
            assert!(!counts_from_now(text), "{text}");
        }
    }
}
