//! ISO 8601 dates that the grammar of Vietnamese pages would misread: without separators
//! (`20230110T081500Z`), and with the end of a day as `24:00` (ISO 8601, section 4.2.3), which is
//! the beginning of the next day.

use chrono::NaiveDate;

/// The date in RFC 3339 form; `None` if it is not one of these.
pub(super) fn to_rfc3339(date: &str) -> Option<String> {
    let date = date.trim();
    if !date.is_ascii() || !date.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (day, time) = date.split_once(['T', 't', ' ']).unwrap_or((date, ""));
    let is_compact = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
    let (compact, extended) = ("%Y%m%d", "%Y-%m-%d");
    let parsed =
        NaiveDate::parse_from_str(day, if is_compact { compact } else { extended }).ok()?;
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    let (clock, rest) = time.split_at_checked(digits)?;
    let (time, rest) = match (is_compact, clock.len()) {
        (true, 6) => {
            let (hour, rest_of) = clock.split_at_checked(2)?;
            let (minute, second) = rest_of.split_at_checked(2)?;
            (format!("{hour}:{minute}:{second}"), rest)
        }
        (true, 4) => {
            let (hour, minute) = clock.split_at_checked(2)?;
            (format!("{hour}:{minute}"), rest)
        }
        (_, 2) if rest.starts_with(':') => (clock.to_owned(), rest),
        (true, 0) if time.is_empty() => return Some(parsed.to_string()),
        _ => return None,
    };
    let whole = format!("{time}{rest}");
    if let Some(rest) = whole.strip_prefix("24:00") {
        let rest = rest.strip_prefix(":00").unwrap_or(rest);
        return Some(format!("{}T00:00:00{rest}", parsed.succ_opt()?));
    }
    is_compact.then(|| format!("{parsed}T{whole}"))
}

#[cfg(test)]
mod tests {
    use super::to_rfc3339;

    #[test]
    fn what_has_no_marks_gets_them_and_the_end_of_a_day_is_the_next() {
        for (written, expected) in [
            ("20230110T081500Z", Some("2023-01-10T08:15:00Z")),
            ("20230110T0815+0700", Some("2023-01-10T08:15+0700")),
            (" 20230110 ", Some("2023-01-10")),
            ("20230110T08:15:00", Some("2023-01-10T08:15:00")),
            ("2023-01-10T24:00:00+07:00", Some("2023-01-11T00:00:00+07:00")),
            ("2023-12-31 24:00", Some("2024-01-01T00:00:00")),
            ("2023-01-10T08:15:00Z", None),
            ("2023-01-10", None),
            ("20231310", None),
            ("10/01/2023", None),
            ("20230110T8", None),
            ("2023-01-10T24:00:00.5Z", Some("2023-01-11T00:00:00.5Z")),
        ] {
            assert_eq!(to_rfc3339(written).as_deref(), expected, "{written}");
        }
    }
}
