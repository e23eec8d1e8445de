//! Where dates of publication stand, the best place first. They are not read here.
//!
//! A page shows many dates: its clock, those of other articles, of the licence in its footer. None of these places is looked at.

use super::body::Place;
use super::labels::{self, Role};
use super::lines::Line;
use super::metadata::Metadata;
use crate::model::{Found, Provenance, Teaser};
use crate::page::Dom;
use ego_tree::NodeId;
use url::Url;

/// How many lines behind a body may hold its date.
pub(super) const BEHIND: usize = 5;

/// Everything that may hold a date.
pub(super) struct Places<'a> {
    pub(super) dom: &'a Dom,
    pub(super) lines: &'a [Line],
    pub(super) place: &'a Place,
    pub(super) selected: &'a [Found<String>],
    pub(super) metadata: &'a Metadata,
    pub(super) teaser: Option<&'a Teaser>,
    pub(super) url: &'a Url,
    pub(super) lead: Option<&'a str>,
}

/// The texts that hold the date, the best first.
pub(super) fn candidates(places: &Places<'_>) -> Vec<Found<String>> {
    let mut found = places.selected.to_vec();
    found.extend(places.metadata.dates.iter().cloned());
    shown(places, &mut found);
    let teased = places.teaser.and_then(|teaser| teaser.date.clone());
    found.extend(teased.map(|date| Found::new(date, Provenance::Teaser)));
    found.extend(in_address(places.url).map(|date| Found::new(date, Provenance::Url)));
    let dateline = places.lead.and_then(dateline);
    found.extend(dateline.map(|date| Found::new(date, Provenance::Lead)));
    found
}

/// The dates that readers see beside the title, and the labelled ones behind the body.
fn shown(places: &Places<'_>, found: &mut Vec<Found<String>>) {
    // Of an empty article the date stands under the title.
    let under_title = places.place.title.map(|title| (title + 2, title + 2));
    let Some((first, last)) = places.place.body.or(under_title) else { return };
    let lines = places.lines;
    let start = places.place.title.filter(|title| *title <= first);
    let near = start.unwrap_or(first.saturating_sub(4));
    let beside = lines.get(near..lines.len().min(first + 1)).unwrap_or_default();
    let behind = lines
        .iter()
        .skip(last + 1)
        .take(BEHIND)
        .take_while(|line| !labels::is_related_heading(&line.text) && !line.is_linked())
        .filter(|line| {
            let end = lines.get(last);
            end.is_some_and(|end| share_a_box(places, end, line, start.unwrap_or(first)))
        });
    // The line right above the title, where the two stand in one box: a page's clock stands in another.
    let above = start.and_then(|title| {
        let (line, title) = (lines.get(title.checked_sub(1)?)?, lines.get(title)?);
        share_a_box(places, line, title, start?).then_some(line)
    });
    let is_above = |line: &Line| above.is_some_and(|above| std::ptr::eq(above, line));
    let around = |line: &Line, label: Option<&str>| match label {
        _ if is_above(line) => Provenance::above_title(label),
        Some(label) => Provenance::Label(label.to_owned()),
        None => Provenance::Markup("beside title".into()),
    };
    let label = |line: &Line| {
        let label = labels::at_start(&line.text).filter(|label| label.role == Role::Date);
        label.filter(|_| line.length() <= 160).map(|label| label.label.to_owned())
    };
    for line in beside.iter().chain(above) {
        let from = label(line).map(|label| around(line, Some(&label)));
        found.extend(from.map(|from| Found::new(line.text.clone(), from)));
    }
    for line in behind {
        let from = label(line).map(|label| Provenance::below(&label));
        found.extend(from.map(|from| Found::new(line.text.clone(), from)));
    }
    for line in beside.iter().chain(above) {
        let date = without_trailing_date(&line.text).1.filter(|_| line.linked == 0);
        let whole = Some(line.text.as_str());
        let is_one = |text: &str| is_date_line(text) || counts_from_now(text);
        let date = date.or(whole.filter(|text| is_one(text) && !line.is_linked()));
        found.extend(date.map(|date| Found::new(date.to_owned(), around(line, None))));
    }
}

/// Whether two lines stand in one box of the article that begins at line `start`: an element that is not the page itself, and
/// no wrapper around all of it, which holds the menu and the footer as well.
fn share_a_box(places: &Places<'_>, one: &Line, other: &Line, start: usize) -> bool {
    /// How far above its title an article's box may begin, in lines.
    const HEAD: usize = 6;
    let tree = &places.dom.tree().tree;
    let above = |line: &Line| -> Vec<NodeId> {
        let node = line.nodes.first().and_then(|id| tree.get(*id));
        node.map(|node| node.ancestors().map(|above| above.id()).collect()).unwrap_or_default()
    };
    let theirs = above(other);
    let Some(common) = above(one).into_iter().find(|id| theirs.contains(id)) else { return false };
    let element = tree.get(common).and_then(|node| node.value().as_element());
    let menu = start.checked_sub(HEAD).and_then(|place| places.lines.get(place));
    element.is_some_and(|element| !matches!(element.name(), "html" | "body" | "form"))
        && !menu.is_some_and(|line| above(line).contains(&common))
}

/// Whether a line says how long ago something was, and nothing else.
fn counts_from_now(text: &str) -> bool {
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

/// Words that may stand in a line that is a date.
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

/// How the English names of months begin.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether a line is a date with at most a time, a label and a counter of readers.
pub(super) fn is_date_line(text: &str) -> bool {
    let lower = text.to_lowercase();
    // The time of a meeting, and not that of its news.
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

/// Whether a short line holds a date, and few words beside it: `By HNN Staff | November 18, 2019`.
pub(super) fn holds_date(text: &str) -> bool {
    /// More words are a sentence.
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

/// A line without the date in brackets at its end, and that date: some themes write it into the heading.
pub(super) fn without_trailing_date(text: &str) -> (&str, Option<&str>) {
    let bracket = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    // `(19/5/1890-19/5/2019)` is a span of years, and belongs to the title.
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

/// The time that some systems write into an address (mediacdn: `-20210507084003259.htm`, `-115241201164520419.htm`;
/// Liferay: milliseconds since 1970 as the last segment; WordPress: `/2023/01/10/`).
fn in_address(url: &Url) -> Option<String> {
    let last = url.path().rsplit('/').next()?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if url.path().contains("/view-article/") && digits(last) && last.len() == 13 {
        let time = chrono::DateTime::from_timestamp_millis(last.parse().ok()?)?;
        return Some(time.to_rfc3339());
    }
    let Some(stem) = last.strip_suffix(".htm").or_else(|| last.strip_suffix(".chn")) else {
        return in_folders(url);
    };
    let number = stem.rsplit('-').next().filter(|number| digits(number))?;
    let stamp = match number.len() {
        17 if number.starts_with("20") => number.get(..14)?.to_owned(),
        15 => format!("20{}", number.get(..12)?),
        18 => format!("20{}", number.get(3..15)?),
        20 if number.get(3..5) == Some("20") => number.get(3..17)?.to_owned(),
        _ => return None,
    };
    let time = chrono::NaiveDateTime::parse_from_str(&stamp, "%Y%m%d%H%M%S").ok()?;
    Some(time.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// The day that an address names folder by folder.
fn in_folders(url: &Url) -> Option<String> {
    let segments: Vec<&str> = url.path_segments()?.collect();
    segments.windows(3).find_map(|three| {
        let [year, month, day] = three else { return None };
        let fits = year.len() == 4 && year.starts_with("20") && month.len() == 2 && day.len() == 2;
        let date = format!("{year}-{month}-{day}");
        chrono::NaiveDate::parse_from_str(&date, "%Y-%m-%d").ok().filter(|_| fits)?;
        Some(date)
    })
}

/// The full date that a lead begins with: `Ngày 10 tháng 01 năm 2023, …`, `Sáng ngày 10/01/2023, …`.
fn dateline(lead: &str) -> Option<String> {
    /// Longer openings are sentences about another day.
    const WITHIN: usize = 60;
    let start = lead.trim_start_matches(['(', '-', '–', ' ', '"', '“']);
    let lower = start.to_lowercase();
    let opening = ["ngày", "sáng", "chiều", "trưa", "tối", "vào", "trong", "hôm", "vừa qua, ngày"];
    if !opening.iter().any(|word| lower.starts_with(word)) {
        return None;
    }
    let opening: String = lower.chars().take(WITHIN).collect();
    let at = opening.find("ngày")?;
    let date = opening.get(at..)?;
    // Only what belongs to the date: numbers, `tháng`, `năm` and the marks between.
    let mut end = "ngày".len();
    for token in date.get(end..)?.split_inclusive(' ') {
        let bare = token.trim().trim_end_matches([',', '.', ';', ':', ')']);
        let belongs = matches!(bare, "" | "tháng" | "năm")
            || bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '-' | '.'));
        if !belongs {
            break;
        }
        end += token.len();
        if token.trim().ends_with([',', ';', ')']) {
            break;
        }
    }
    let date = date.get(..end)?.trim().trim_end_matches([',', '.', ';', ')']);
    // A range (`từ ngày … đến ngày …`) and a day without its year are not the day of anything.
    is_date_line(date).then(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_that_begins_with_a_full_date_gives_it() {
        #[track_caller]
        fn check(lead: &str, expected: Option<&str>) {
            assert_eq!(dateline(lead).as_deref(), expected, "{lead}");
        }
        check("Ngày 10 tháng 01 năm 2023, Ban Dân tộc tỉnh", Some("ngày 10 tháng 01 năm 2023"));
        check("Sáng ngày 10/01/2023, tại huyện", Some("ngày 10/01/2023"));
        check("Chiều ngày 10/01/2023 Đoàn", Some("ngày 10/01/2023"));
        check("Ngày 26/6, UBND huyện", None);
        check("Thực hiện Kế hoạch số 5 ngày 10/01/2023, Ban", None);
        check("", None);
    }

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

    #[test]
    fn addresses_hold_times() {
        #[track_caller]
        fn check(url: &str, expected: Option<&str>) {
            assert_eq!(in_address(&url.parse().unwrap()).as_deref(), expected);
        }
        check("https://a.vn/x-20210507084003259.htm", Some("2021-05-07T08:40:03"));
        check("https://a.vn/x-115241201164520419.htm", Some("2024-12-01T16:45:20"));
        check(
            "https://a.vn/tin/-/view-article/1/1445748553374/1761032510129",
            Some("2025-10-21T07:41:50.129+00:00"),
        );
        check("https://a.vn/x-241201164520419.htm", Some("2024-12-01T16:45:20"));
        check("https://a.vn/x-11520241201164520419.htm", Some("2024-12-01T16:45:20"));
        check("https://a.vn/2023/01/10/bai-viet/", Some("2023-01-10"));
        check("https://a.vn/tin/2023/01/10/7", Some("2023-01-10"));
        check("https://a.vn/2023/13/10/bai-viet/", None);
        check("https://a.vn/2023/01/bai-viet/", None);
        check("https://a.vn/kinh-te/202210/bai-viet-2203947/", None);
        check("https://a.vn/x-999999999999999.htm", None);
        check("https://a.vn/x-12.htm", None);
    }
}
