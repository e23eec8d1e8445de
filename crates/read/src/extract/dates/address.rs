//! The time that the address of an article encodes.

use bantin_core::text::date;
use url::Url;

/// The time that some systems encode in URLs (mediacdn: `-20210507084003259.htm`,
/// `-115241201164520419.htm`; Liferay: milliseconds since 1970 as the last segment; WordPress:
/// `/2023/01/10/`).
pub(super) fn of(url: &Url) -> Option<String> {
    let last = url.path().rsplit('/').next()?;
    let in_folders = || date::in_path(url.path()).map(|day| day.to_string());
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if url.path().contains("/view-article/") && digits(last) && last.len() == 13 {
        let time = chrono::DateTime::from_timestamp_millis(last.parse().ok()?)?;
        return Some(time.to_rfc3339());
    }
    let Some(stem) = last.strip_suffix(".htm").or_else(|| last.strip_suffix(".chn")) else {
        return in_folders();
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
