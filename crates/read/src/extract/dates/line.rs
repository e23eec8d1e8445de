//! The date of a single line: behind a label, alone, or as one of several parts.

use super::super::byline_parts::{self, BylinePart};
use super::super::date_line::{
    counts_from_now, has_date_part, is_date_line, is_of_change, is_of_other_day,
    is_short_date_line, names_day, split_trailing_date,
};
use super::super::fact_line::SEPARATORS;
use super::super::labels::{self, LabelRole};
use super::super::lines::TextLine;
use super::zone::DateZone;
use bantin_core::{Extracted, Provenance};

/// The date label at the start of a line.
pub(super) fn date_label(line: &TextLine) -> Option<&str> {
    labels::at_start(&line.text)
        .filter(|label| label.role == LabelRole::Date)
        .map(|found| found.label)
}

/// Labels that may begin a sentence, too.
const VERBS: [&str; 8] =
    ["cập nhật", "chỉnh sửa", "đăng tải", "phát lúc", "posted", "published", "sửa đổi", "xuất bản"];

/// A line that starts with a date label, or its part with the day: `Đăng tải ngày 3/8/2017 | Chuyên
/// mục: Thông báo`.
pub(super) fn labelled_date(line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
    let found = labels::at_start(&line.text)
        .filter(|label| label.role == LabelRole::Date && line.length() <= 160)?;
    let part = published_part(&line.text).filter(|_| !is_date_line(&line.text));
    // `Cập nhật giá xăng dầu ngày 12/5/2024` is a headline.
    let is_verb = VERBS.contains(&found.label.to_lowercase().as_str()) && !found.colon;
    let has_clock = || line.text.contains(':') && is_short_date_line(&line.text);
    let is_day = || {
        found.value.starts_with(|c: char| c.is_ascii_digit())
            || is_date_line(found.value)
            || has_clock()
    };
    if is_verb && part.is_none() && !is_day() {
        return None;
    }
    let label = found.label;
    let (label, text) = part.unwrap_or((label, &line.text));
    Some(Extracted::new(text.to_owned(), zone.provenance(Some(label))))
}

/// The day behind the author below a text: `Thực hiện: Lê An • 02-06-2024`.
pub(super) fn signed_date(line: &TextLine) -> Option<Extracted<String>> {
    let is_signed = labels::at_start(&line.text)
        .is_some_and(|label| label.colon && label.role == LabelRole::Author);
    let (_, date) = line.text.rsplit_once(SEPARATORS).filter(|_| is_signed && line.linked == 0)?;
    let from = Provenance::Markup("beside the author".into());
    is_date_line(date).then(|| Extracted::new(date.trim().to_owned(), from))
}

/// The date that a line consists of, or has in brackets at its end.
pub(super) fn bare_date(line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
    let (before, date) = split_trailing_date(&line.text);
    let date = date.filter(|_| line.linked == 0 && !names_day(before));
    let whole = Some(line.text.as_str());
    let is_one = |text: &str| is_date_line(text) || counts_from_now(text);
    let date = date.or(whole.filter(|text| is_one(text) && !line.is_linked()))?;
    Some(Extracted::new(date.to_owned(), zone.provenance(None)))
}

/// The line in which a date is one of several parts.
pub(super) fn date_part(line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
    if is_of_other_day(&line.text) {
        let (label, part) = published_part(&line.text)?;
        return Some(Extracted::new(part.to_owned(), zone.provenance(Some(label))));
    }
    // A line with more of its characters in links is a teaser.
    let is_linked = line.linked * 10 >= line.length() * 8;
    // A line that begins with a byline is no sentence.
    let is_signed = || {
        let label = labels::at_start(&line.text);
        label.is_some_and(|label| {
            label.role == LabelRole::Author && (label.colon || label.says_by())
        })
    };
    (!is_linked && (has_date_part(&line.text) || is_signed() && is_short_date_line(&line.text)))
        .then(|| Extracted::new(line.text.clone(), zone.provenance(None)))
}

/// The day of a press release, which has a number before it: `Pressemitteilung Nr. 87/2024 vom
/// 03.05.2024`.
pub(super) fn release_date(line: &TextLine, zone: &DateZone) -> Option<Extracted<String>> {
    const RELEASES: [&str; 24] = [
        "pressemitteilung",
        "presseinformation",
        "pressemeldung",
        "medienmitteilung",
        "medieninformation",
        "communiqué de presse",
        "comunicado de prensa",
        "nota de prensa",
        "comunicado de imprensa",
        "nota à imprensa",
        "comunicato stampa",
        "press release",
        "media release",
        "news release",
        "persbericht",
        "komunikat prasowy",
        "tisková zpráva",
        "tlačová správa",
        "pressmeddelande",
        "pressemelding",
        "pressemeddelelse",
        "lehdistötiedote",
        "пресс-релиз",
        "siaran pers",
    ];
    const BEFORE: [&str; 10] = [
        " vom ", " du ", " del ", " of ", " dated ", " van ", " z dnia ", " ze dne ", " от ", ", ",
    ];
    /// Longer lines are sentences.
    const MAX_LENGTH: usize = 80;
    if line.linked > 0 || line.length() > MAX_LENGTH {
        return None;
    }
    let lower = line.text.to_lowercase();
    RELEASES.iter().find(|release| lower.starts_with(**release))?;
    let days = BEFORE.iter().filter_map(|before| Some(line.text.split_once(before)?.1));
    let mut days = days.filter(|day| is_date_line(day) && names_day(day));
    Some(Extracted::new(days.next()?.to_owned(), zone.provenance(None)))
}

/// The part of a line with its own label for the day of publication, beside that of another day:
/// `Ngày ban hành: 01/02/2026 | Ngày đăng: 12/03/2026`.
pub(super) fn published_part(text: &str) -> Option<(&str, &str)> {
    const MARKS: [&str; 7] = [" | ", "|", " - ", " – ", "; ", " • ", " · "];
    // `Ngày đăng tải: 06/02/2026 Ngày ban hành: 04/02/2026`
    let days = byline_parts::parts(text);
    let is_one = |part: &&BylinePart<'_>| {
        part.role == LabelRole::Date
            && part.colon
            && is_date_line(part.value)
            && !is_of_change(part.label)
    };
    let mut published = days.iter().filter(is_one);
    if days.len() > 1
        && let (Some(one), None) = (published.next(), published.next())
    {
        let start = text.find(one.label)?;
        let end = start + text.get(start..)?.find(one.value)? + one.value.len();
        return Some((one.label, text.get(start..end)?));
    }
    MARKS.iter().find_map(|mark| {
        text.split(mark).find_map(|part| {
            let part = part.trim();
            let found = labels::at_start(part).filter(|label| label.role == LabelRole::Date)?;
            let is_day = is_date_line(part) || is_date_line(found.value);
            let is_own = !is_of_other_day(part) && !is_of_change(part) && is_day;
            is_own.then_some((found.label, part))
        })
    })
}
