//! Parses single values of feeds.toml, with hints for invalid ones.

use super::suggestion::nearest;
pub(super) use bantin_core::ValueError;
use bantin_core::{Charset, CronSchedule, Slug};
pub(super) use bantin_read::discover::kind::{line, pattern, selector};
use chrono::NaiveTime;
use chrono_tz::Tz;
use std::time::Duration;

/// Parses the id of a source or feed.
pub(super) fn slug(text: &str) -> Result<Slug, ValueError> {
    text.parse().map_err(|e: bantin_core::SlugError| {
        let wrong = ValueError::new(format!("{e}"));
        match Slug::nearest(text) {
            Some(near) => wrong.hint(format!("write {:?}", near.as_str())),
            None => wrong,
        }
    })
}

/// Parses an IANA time zone.
pub(super) fn zone(text: &str) -> Result<Tz, ValueError> {
    text.parse().map_err(|_| {
        let wrong = ValueError::new(format!("{text:?} is not an IANA time zone"));
        let letters: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        // The IANA list has no Hanoi: a zone is named after its largest city.
        let vietnam =
            ["hanoi", "hànội", "saigon", "sàigòn", "hochiminh", "vietnam", "gmt7", "utc7", "07"];
        if letters == "ict" || vietnam.iter().any(|name| letters.contains(name)) {
            return wrong.hint("all of Viet Nam is \"Asia/Ho_Chi_Minh\"");
        }
        match nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(near) => wrong.hint(format!("did you mean {near:?}?")),
            None => wrong.hint("for example \"Asia/Ho_Chi_Minh\""),
        }
    })
}

/// Parses a cron expression in a zone.
pub(super) fn timetable(text: &str, zone: Tz) -> Result<CronSchedule, ValueError> {
    CronSchedule::parse(text, zone).map_err(|e| {
        // The error of the cron crate has a multi-line diagram before the message.
        let why = e.to_string();
        let why = why.lines().last().unwrap_or_default().trim();
        ValueError::new(format!("{text:?} is not a schedule: {why}"))
            .hint("\"*/30 * * * *\" is every half hour, \"0 7 * * 1\" is Mondays at seven")
    })
}

/// Parses a duration within bounds.
pub(super) fn duration(
    text: &str,
    least: Duration,
    most: Duration,
) -> Result<Duration, ValueError> {
    let duration = humantime::parse_duration(text.trim()).map_err(|_| {
        let wrong = ValueError::new(format!("{text:?} is not a duration"));
        match text.trim().parse::<u32>() {
            Ok(number) => wrong.hint(format!("add the unit: \"{number}s\"")),
            Err(_) => wrong.hint("for example \"500ms\", \"2s\" or \"1m 30s\""),
        }
    })?;
    if (least..=most).contains(&duration) {
        return Ok(duration);
    }
    let (least, most) = (humantime::format_duration(least), humantime::format_duration(most));
    Err(ValueError::new(format!("must be from {least} to {most}")))
}

/// Parses a time span of the day: start and end.
pub(super) fn times(text: &str) -> Result<(NaiveTime, NaiveTime), ValueError> {
    let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
    let times = text.split_once(['-', '–']).and_then(|(from, to)| Some((time(from)?, time(to)?)));
    let example = "for example \"07:30-09:00\", or \"22:00-05:00\" for a night";
    match times {
        None => Err(ValueError::new(format!("{text:?} is not a time span")).hint(example)),
        Some((from, to)) if from == to => {
            Err(ValueError::new("is the whole day, so nothing would be fetched").hint(example))
        }
        Some(times) => Ok(times),
    }
}

/// Checks the syntax of a language tag (RFC 5646 section 2.1).
pub(super) fn language(text: &str) -> Result<String, ValueError> {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let shaped = (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    if primary.eq_ignore_ascii_case("vn") {
        return Err(ValueError::new("\"vn\" is a country").hint("Vietnamese is \"vi\""));
    }
    if !shaped {
        return Err(ValueError::new(format!("{text:?} is not a language tag"))
            .hint("for example \"vi\" or \"vi-VN\""));
    }
    Ok(text.to_owned())
}

/// Parses the label of a character encoding.
pub(super) fn charset(text: &str) -> Result<Charset, ValueError> {
    text.parse().map_err(|_| {
        let wrong = ValueError::new(format!("{text:?} is not a known encoding"));
        let all = Charset::EXAMPLES.join(", ");
        match nearest(text, Charset::EXAMPLES.into_iter()) {
            Some(near) => wrong.hint(format!("did you mean {near:?}? Known are {all} and the other labels of the WHATWG Encoding Standard")),
            None => wrong.hint(format!("known are {all} and the other labels of the WHATWG Encoding Standard")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit_and_bounds() {
        let read = |text| duration(text, Duration::from_secs(1), Duration::from_secs(120));
        assert_eq!(read("1m 30s"), Ok(Duration::from_secs(90)));
        assert_eq!(read("5").unwrap_err().hint.unwrap(), "add the unit: \"5s\"");
        assert_eq!(read("500ms").unwrap_err().message, "must be from 1s to 2m");
        assert!(read("-1s").is_err() && read("").is_err());
    }

    #[test]
    fn a_span_of_the_day_has_two_different_ends() {
        let read = |text| {
            times(text).map(|(from, to)| format!("{} {}", from.format("%H%M"), to.format("%H%M")))
        };
        assert_eq!(read("07:30-09:00"), Ok("0730 0900".to_owned()));
        assert_eq!(read("22:00 – 5:00"), Ok("2200 0500".to_owned()));
        for bad in ["", "7-9", "07:30", "07:30-24:30", "09:00-09:00"] {
            assert!(times(bad).unwrap_err().hint.unwrap().contains("07:30-09:00"), "{bad}");
        }
    }

    #[test]
    fn a_language_tag_has_the_shape_of_one() {
        for good in ["vi", "vi-VN", "en", "zh-Hant-TW"] {
            assert!(language(good).is_ok(), "{good}");
        }
        for bad in ["", "v", "vn", "vi_VN", "tiếng Việt", "vi-", "vi-abcdefghi", "123"] {
            assert!(language(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_encoding_is_known_by_its_label() {
        assert_eq!(charset("vni"), Ok(Charset::Vni));
        assert_eq!(charset("latin1").unwrap().name(), "windows-1252");
        let hint = charset("tcvn4").unwrap_err().hint.unwrap();
        assert!(hint.starts_with("did you mean \"tcvn3\"?"), "{hint}");
        assert!(charset("vps").unwrap_err().hint.unwrap().contains("viscii"));
    }

    #[test]
    fn hanoi_is_told_the_name_of_its_zone() {
        assert_eq!(zone("Asia/Saigon").unwrap().name(), "Asia/Saigon");
        for text in ["Asia/Hanoi", "Asia/Hà Nội", "ICT", "UTC+7", "Asia/Ho Chi Minh"] {
            let hint = zone(text).unwrap_err().hint.unwrap();
            assert!(hint.contains("Asia/Ho_Chi_Minh"), "{text}: {hint}");
        }
        assert_eq!(
            zone("Asia/Bangkokk").unwrap_err().hint.unwrap(),
            "did you mean \"Asia/Bangkok\"?"
        );
    }

    #[test]
    fn text_for_readers_is_one_line() {
        assert_eq!(line("  Bản tin ").unwrap(), "Bản tin");
        assert!(line(" ").is_err() && line("a\nb").is_err() && line("a\u{b}b").is_err());
    }
}
