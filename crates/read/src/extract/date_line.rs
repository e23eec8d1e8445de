//! Recognizes lines that are a date, or contain one, by their words and numbers. `normalize` parses
//! the dates.

/// Whether a line is a relative date ("3 hours ago") and nothing else.
pub(super) fn counts_from_now(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let units = ["giây", "phút", "giờ", "tiếng", "ngày"];
    let says = lower.contains(" trước") && units.iter().any(|unit| lower.contains(unit));
    let yesterday = lower.contains("hôm qua") || lower.contains("vừa xong");
    text.chars().count() <= 40
        && (says || yesterday)
        && words.all(|word| {
            let known = ["trước", "hôm", "qua", "vừa", "xong", "một", "cách", "đây"];
            let number = word.bytes().all(|b| b.is_ascii_digit());
            number || units.contains(&word) || known.contains(&word) || WORDS.contains(&word)
        })
}

/// Words that may appear in a date line.
const WORDS: [&str; 101] = [
    "published",
    "updated",
    "posted",
    "last",
    "on",
    "at",
    "est",
    "edt",
    "cst",
    "cdt",
    "pst",
    "pdt",
    "et",
    "bst",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thurs",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "thứ",
    "hai",
    "ba",
    "tư",
    "năm",
    "sáu",
    "bảy",
    "bẩy",
    "chủ",
    "nhật",
    "cn",
    "t",
    "ngày",
    "tháng",
    "giờ",
    "phút",
    "h",
    "g",
    "gmt",
    "utc",
    "am",
    "pm",
    "sa",
    "ch",
    "lúc",
    "vào",
    "đăng",
    "tin",
    "cập",
    "xuất",
    "bản",
    "thời",
    "gian",
    "lượt",
    "xem",
    "đã",
    "số",
    "in",
    "gửi",
    "email",
    "đọc",
    "người",
    "lần",
    "bài",
    "a",
    "z",
    "hồi",
];

/// The first letters of the English month names.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether a line is a date, optionally with a time, a label and a view counter.
pub(super) fn is_date_line(text: &str) -> bool {
    let lower = text.to_lowercase();
    // The time of a meeting, not of its report.
    if lower.starts_with("thời gian") && !lower.starts_with("thời gian đăng") {
        return false;
    }
    let mut words = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let mut numbers = lower.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let count = numbers.clone().count();
    let names_month = words.clone().any(|word| MONTHS.iter().any(|month| word.starts_with(month)));
    let year = numbers.any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")));
    text.chars().count() <= 90
        && year
        && count >= 2 + usize::from(!names_month)
        && words.all(|word| WORDS.contains(&word))
}

/// Whether a short line contains a date and few other words: `By HNN Staff | November 18, 2019`.
pub(super) fn is_short_date_line(text: &str) -> bool {
    /// A line with more other words is a sentence.
    const BESIDE: usize = 8;
    let lower = text.to_lowercase();
    let names_month = |word: &&str| MONTHS.iter().any(|month| word.starts_with(month));
    let words = || lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let mut numbers = lower.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    let count = numbers.clone().count();
    let year = numbers.any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")));
    let others = words().filter(|word| !WORDS.contains(word) && !names_month(word)).count();
    text.chars().count() <= 120
        && year
        && count >= 2 + usize::from(!words().any(|word| names_month(&word)))
        && others <= BESIDE
}

/// Whether a short line contains a day with its year, whatever else it contains.
pub(super) fn names_day(text: &str) -> bool {
    const MAX_LENGTH: usize = 120;
    let numbers = || text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let is_year = |n: &str| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"));
    let small = numbers().filter(|number| number.len() <= 2).count();
    text.chars().count() <= MAX_LENGTH && numbers().any(is_year) && small >= 2
}

/// Splits a bracketed date off the end of a line; some themes append it to the heading.
pub(super) fn split_trailing_date(text: &str) -> (&str, Option<&str>) {
    let bracket = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    // `(19/5/1890-19/5/2019)` is a range of years and part of the title.
    let years = |date: &str| {
        let numbers = date.split(|c: char| !c.is_ascii_digit());
        numbers
            .filter(|n| {
                n.len() == 4 && (n.starts_with("18") || n.starts_with("19") || n.starts_with("20"))
            })
            .count()
    };
    let is_one = |date: &str| is_date_line(date) && years(date) == 1;
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
        ] {
            assert!(is_date_line(text), "{text}");
        }
        for text in [
            "Hôm nay: Thứ sáu, 24/11/2023",
            "Năm 2023",
            "Quyết định 12/QĐ-UBND ngày 10/01/2023",
            "",
        ] {
            assert!(!is_date_line(text), "{text}");
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
