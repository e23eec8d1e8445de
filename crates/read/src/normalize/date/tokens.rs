//! Splits a text into numbers, words and punctuation, and parses single dates, times, weekdays and
//! zones.

use bantin_core::DatePrecision;
use bantin_page::plain;
use chrono::{FixedOffset, NaiveDate, NaiveTime, Weekday};

/// Words before a day of publication.
pub(super) const PUBLISHED: &[&str] =
    &["đăng", "xuất", "published", "posted", "created", "tạo", "gửi"];
/// Words before a day of change.
pub(super) const UPDATED: &[&str] = &["cập", "updated", "modified", "sửa"];

/// A token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DateToken {
    kind: TokenKind,
    /// Whether white space precedes it.
    pub(super) spaced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TokenKind {
    /// A number and its count of digits.
    Number(u32, usize),
    Word(String),
    Mark(char),
}

impl DateToken {
    pub(super) fn number(&self) -> Option<u32> {
        match self.kind {
            TokenKind::Number(value, _) => Some(value),
            _ => None,
        }
    }

    fn digits(&self) -> usize {
        match self.kind {
            TokenKind::Number(_, digits) => digits,
            _ => 0,
        }
    }

    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn is_mark(&self, marks: &str) -> bool {
        matches!(self.kind, TokenKind::Mark(c) if marks.contains(c))
    }

    /// Whether it may occur between a date and its time.
    pub(super) fn is_filler(&self) -> bool {
        self.is_mark(",-|–—()[]:.•·")
            || self.word().is_some_and(|word| {
                matches!(word, "ngày" | "lúc" | "vào" | "hồi" | "t" | "at" | "giờ")
            })
    }
}

/// Splits a text into lower-case tokens.
pub(super) fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens: Vec<DateToken> = Vec::new();
    let mut spaced = false;
    let mut open = false;
    for c in plain::line(text).chars().flat_map(char::to_lowercase) {
        if c == ' ' {
            spaced = true;
            open = false;
            continue;
        }
        let last = tokens.last_mut().filter(|_| open).map(|token| &mut token.kind);
        match (last, c.to_digit(10)) {
            (Some(TokenKind::Number(value, digits)), Some(digit)) => {
                *value = value.saturating_mul(10).saturating_add(digit);
                *digits += 1;
            }
            (_, Some(digit)) => {
                tokens.push(DateToken { kind: TokenKind::Number(digit, 1), spaced })
            }
            (Some(TokenKind::Word(word)), None) if c.is_alphabetic() => word.push(c),
            (_, None) if c.is_alphabetic() => {
                tokens.push(DateToken { kind: TokenKind::Word(c.to_string()), spaced });
            }
            (_, None) => tokens.push(DateToken { kind: TokenKind::Mark(c), spaced }),
        }
        spaced = false;
        open = true;
    }
    tokens
}

fn number(tokens: &[DateToken], at: usize, most_digits: usize) -> Option<u32> {
    let token = tokens.get(at)?;
    token.number().filter(|_| token.digits() <= most_digits)
}

fn year(tokens: &[DateToken], at: usize) -> Option<i32> {
    let token = tokens.get(at).filter(|token| token.digits() == 4)?;
    i32::try_from(token.number()?).ok()
}

fn word(tokens: &[DateToken], at: usize) -> Option<&str> {
    tokens.get(at)?.word()
}

fn is_mark(tokens: &[DateToken], at: usize, marks: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is_mark(marks))
}

/// Parses a weekday; returns it with its number of tokens.
pub(super) fn weekday(tokens: &[DateToken]) -> Option<(Weekday, usize)> {
    let by_number = |n| {
        use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
        [Mon, Tue, Wed, Thu, Fri, Sat].into_iter().nth(usize::try_from(n).ok()?.checked_sub(2)?)
    };
    let next = tokens.get(1);
    match word(tokens, 0)? {
        "thứ" => {
            let day = match (next?.number(), next?.word()) {
                (Some(n), _) => by_number(n)?,
                (_, Some("hai")) => Weekday::Mon,
                (_, Some("ba")) => Weekday::Tue,
                (_, Some("tư")) => Weekday::Wed,
                (_, Some("năm")) => Weekday::Thu,
                (_, Some("sáu")) => Weekday::Fri,
                (_, Some("bảy" | "bẩy")) => Weekday::Sat,
                _ => return None,
            };
            Some((day, 2))
        }
        "t" => {
            let next = next.filter(|next| !next.spaced && next.digits() == 1)?;
            Some((by_number(next.number()?)?, 2))
        }
        "chủ" => (next?.word() == Some("nhật")).then_some((Weekday::Sun, 2)),
        "cn" => Some((Weekday::Sun, 1)),
        english => {
            let full =
                ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
            let is = |day: &&str| day.get(..3) == Some(english) || **day == *english;
            let place = full.iter().position(is)?;
            let day = Weekday::try_from(u8::try_from(place).ok()?).ok()?;
            Some((day, 1))
        }
    }
}

/// Parses a day; returns it with its number of tokens. The inner `None` is a day that has the right
/// form but does not exist.
pub(super) fn day(tokens: &[DateToken], after_weekday: bool) -> Option<(Option<NaiveDate>, usize)> {
    day_first(tokens, after_weekday).or_else(|| year_first(tokens)).or_else(|| in_words(tokens))
}

/// `10/01/2023`, `10-01-2023`, `10.01.2023`; after a weekday also `08 08 2019`; alone also
/// `10/01/23`.
fn day_first(tokens: &[DateToken], after_weekday: bool) -> Option<(Option<NaiveDate>, usize)> {
    let date = |day, month, year| NaiveDate::from_ymd_opt(year, month, day);
    if after_weekday
        && let (Some(day), Some(month), Some(year)) =
            (number(tokens, 0, 2), number(tokens, 1, 2), year(tokens, 2))
    {
        return Some((date(day, month, year), 3));
    }
    let (day, month) = (number(tokens, 0, 2)?, number(tokens, 2, 2)?);
    let separator = tokens.get(1).filter(|token| token.is_mark("/.-"))?;
    let again = tokens.get(3).filter(|token| token.kind == separator.kind)?;
    let spaced = [separator, again].iter().any(|token| token.spaced)
        || [2, 4].iter().any(|at| tokens.get(*at).is_some_and(|token| token.spaced));
    if spaced && separator.is_mark(".") {
        return None;
    }
    let more = tokens.get(5).is_some_and(|token| token.kind == separator.kind && !token.spaced)
        && tokens.get(6).is_some_and(|token| !token.spaced && token.number().is_some());
    if more {
        return None;
    }
    if let Some(year) = year(tokens, 4) {
        return Some((date(day, month, year), 5));
    }
    // Liferay's short form. In prose `10/01/23` may be anything; with slashes, and followed by at
    // most a time, it is a date.
    let short = tokens.get(4).filter(|token| token.digits() == 2)?.number()?;
    let alone = tokens.get(5).is_none_or(|next| next.spaced) && separator.is_mark("/") && !spaced;
    alone.then(|| (date(day, month, 2000 + i32::try_from(short).unwrap_or_default()), 5))
}

/// `2023-01-10`, `2023/01/10` (RFC 3339).
fn year_first(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let year = year(tokens, 0)?;
    let separator = tokens.get(1).filter(|token| token.is_mark("/-.") && !token.spaced)?;
    tokens.get(3).filter(|token| token.kind == separator.kind && !token.spaced)?;
    let (month, day) = (number(tokens, 2, 2)?, number(tokens, 4, 2)?);
    Some((NaiveDate::from_ymd_opt(year, month, day), 5))
}

/// `10 tháng 01 năm 2023`, `10 tháng 1, 2023`, `13 Tháng Mười Hai, 2022`, `10 Jan 2023`,
/// `10-Jan-23`.
fn in_words(tokens: &[DateToken]) -> Option<(Option<NaiveDate>, usize)> {
    let day = number(tokens, 0, 2)?;
    let mut at = 1;
    if is_mark(tokens, at, "-,.") {
        at += 1;
    }
    let (month, taken) = month(tokens.get(at..)?)?;
    at += taken;
    let english = month.1;
    if is_mark(tokens, at, ",/-.") || word(tokens, at) == Some("năm") {
        at += 1;
    }
    let year = match year(tokens, at) {
        Some(year) => year,
        // RFC 850 and RFC 822: a two-digit year, only after a month in words.
        None => {
            let token = tokens.get(at).filter(|token| english && token.digits() == 2)?;
            let short = i32::try_from(token.number()?).ok()?;
            short + if short < 70 { 2000 } else { 1900 }
        }
    };
    Some((NaiveDate::from_ymd_opt(year, month.0, day), at + 1))
}

/// A month in words, whether it is English, and its number of tokens.
fn month(tokens: &[DateToken]) -> Option<((u32, bool), usize)> {
    let first = word(tokens, 0)?;
    if matches!(first, "tháng" | "thg") {
        if let Some(month) = number(tokens, 1, 2) {
            return Some(((month, false), 2));
        }
        let month = match word(tokens, 1)? {
            "mười" => {
                return Some(match word(tokens, 2) {
                    Some("một") => ((11, false), 3),
                    Some("hai") => ((12, false), 3),
                    _ => ((10, false), 2),
                });
            }
            "một" | "giêng" => 1,
            "hai" => 2,
            "ba" => 3,
            "tư" => 4,
            "năm" => 5,
            "sáu" => 6,
            "bảy" | "bẩy" => 7,
            "tám" => 8,
            "chín" => 9,
            "chạp" => 12,
            _ => return None,
        };
        return Some(((month, false), 2));
    }
    let english = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let first = if first == "sept" { "sep" } else { first };
    let place =
        english.iter().position(|month| month.get(..3) == Some(first) || *month == first)?;
    Some(((u32::try_from(place).ok()? + 1, true), 1))
}

/// The result of [`month_first`]: the day, the time between month and year, its zone, the number of
/// tokens.
type MonthFirstDate =
    (Option<NaiveDate>, Option<(NaiveTime, DatePrecision)>, Option<FixedOffset>, usize);

/// Parses `Jan 10, 2023`, `Tháng Một 10, 2023` (WordPress), and with the time inside `Nov  6
/// 08:49:37 1994` (asctime), `Jan 10 08:15:00 ICT 2023` (Java).
pub(super) fn month_first(tokens: &[DateToken]) -> Option<MonthFirstDate> {
    let ((month, _), mut at) = month(tokens)?;
    let day = number(tokens, at, 2)?;
    at += 1;
    let mut clock = None;
    let mut zone = None;
    if let Some((Some((time, precision, offset)), taken)) = time(tokens.get(at..)?) {
        at += taken;
        clock = Some((time, precision));
        zone = offset;
    } else if is_mark(tokens, at, ",") {
        at += 1;
    }
    let year = year(tokens, at)?;
    Some((NaiveDate::from_ymd_opt(year, month, day), clock, zone, at + 1))
}

/// The result of [`time`]; `None` for an invalid time of the right form.
type TimeOfDay = Option<(NaiveTime, DatePrecision, Option<FixedOffset>)>;

/// Parses `08:30`, `08:30:15.5Z`, `8h30`, `8g30`, `08 giờ 30 phút`, `14h`, `2:05 CH`, optionally
/// with a zone; returns the time with its number of tokens.
pub(super) fn time(tokens: &[DateToken]) -> Option<(TimeOfDay, usize)> {
    let hour = number(tokens, 0, 2)?;
    let colon = is_mark(tokens, 1, ":");
    let spoken = word(tokens, 1).is_some_and(|word| matches!(word, "h" | "g" | "giờ"));
    if !colon && !spoken {
        return None;
    }
    let mut at = 2;
    let mut minute = 0;
    let mut second = None;
    match tokens.get(at).filter(|next| next.digits() == 2).and_then(DateToken::number) {
        // In `08 giờ, 30/10/2023`, the next number is a day.
        Some(n) if colon || !is_mark(tokens, at + 1, "/.-") => {
            minute = n;
            at += 1;
        }
        _ if colon => return None,
        _ => {}
    }
    if is_mark(tokens, at, ":") {
        second = Some(number(tokens, at + 1, 2)?);
        at += 2;
        if is_mark(tokens, at, ".")
            && tokens.get(at + 1).is_some_and(|next| next.number().is_some())
        {
            at += 2;
        }
    } else if word(tokens, at).is_some_and(|word| matches!(word, "phút" | "p")) {
        at += 1;
    }
    let half = word(tokens, at).and_then(|word| match word {
        "am" | "sa" | "sáng" => Some(0),
        "pm" | "ch" | "chiều" | "tối" => Some(12),
        _ => None,
    });
    let hour = match half {
        None => Some(hour),
        Some(half) => {
            at += 1;
            match hour {
                12 => Some(half),
                0..=11 => Some(hour + half),
                // Some clocks write `14:05 CH`: 24 hours, and a label as well.
                13..=23 if half == 12 => Some(hour),
                _ => None,
            }
        }
    };
    let (offset, taken) = zone(tokens.get(at..).unwrap_or_default());
    at += taken;
    let precision = if second.is_some() { DatePrecision::Second } else { DatePrecision::Minute };
    // A leap second becomes the second before it: no feed format allows `:60`.
    let second = second.unwrap_or_default();
    let second = if second == 60 { 59 } else { second };
    let clock = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, minute, second));
    Some((
        clock.filter(|_| offset.is_ok()).map(|clock| (clock, precision, offset.ok().flatten())),
        at,
    ))
}

/// An unknown zone; the time would be wrong by hours.
struct UnknownZone;

/// Parses a zone, if any; returns it with its number of tokens.
fn zone(tokens: &[DateToken]) -> (Result<Option<FixedOffset>, UnknownZone>, usize) {
    const HOUR: i32 = 3600;
    let open = usize::from(is_mark(tokens, 0, "("));
    let rest = tokens.get(open..).unwrap_or_default();
    let named = match word(rest, 0) {
        Some("z" | "gmt" | "utc" | "ut") => Some(0),
        Some("ict") => Some(7),
        Some("wet") => Some(0),
        Some("bst" | "cet") => Some(1),
        Some("cest" | "eet") => Some(2),
        Some("eest" | "msk") => Some(3),
        Some("hkt" | "sgt") => Some(8),
        Some("jst" | "kst") => Some(9),
        Some("edt") => Some(-4),
        Some("est" | "cdt") => Some(-5),
        Some("cst" | "mdt") => Some(-6),
        Some("mst" | "pdt") => Some(-7),
        Some("pst") => Some(-8),
        _ => None,
    };
    let at = usize::from(named.is_some());
    let sign = match rest.get(at) {
        Some(mark) if mark.is_mark("+") => 1,
        // In `08:30 - 10/01/2023`, the dash is not a sign. It is one only directly before two
        // digits or more, or after the name of a zone.
        Some(mark) if mark.is_mark("-") && (!mark.spaced || named.is_some()) => -1,
        _ => {
            let hours = named.map(|hours| FixedOffset::east_opt(hours * HOUR));
            let taken = if named.is_some() { open + 1 } else { 0 };
            return (hours.map_or(Ok(None), |zone| zone.map(Some).ok_or(UnknownZone)), taken);
        }
    };
    let glued = rest.get(at + 1).filter(|token| !token.spaced);
    let Some((value, digits)) =
        glued.and_then(|token| Some((i32::try_from(token.number()?).ok()?, token.digits())))
    else {
        return (Ok(None), 0);
    };
    if named.is_none() && digits == 1 && sign < 0 || is_mark(rest, at + 2, "/.-") && named.is_none()
    {
        return (Ok(None), 0);
    }
    let (hours, minutes, taken) = if digits == 4 {
        (value / 100, value % 100, at + 2)
    } else if is_mark(rest, at + 2, ":") {
        let minutes = number(rest, at + 3, 2).and_then(|n| i32::try_from(n).ok());
        (value, minutes.unwrap_or_default(), at + 4)
    } else {
        (value, 0, at + 2)
    };
    // No zone is more than 14 hours from UTC.
    let offset = (hours <= 14 && minutes < 60)
        .then(|| FixedOffset::east_opt(sign * (hours * HOUR + minutes * 60)))
        .flatten();
    (offset.map(Some).ok_or(UnknownZone), open + taken)
}
