//! How commands show what they found.

use bantin_core::DatePrecision;
use bantin_read::normalize::date;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// What a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// A date as far as it is known: a day, or an instant with its offset (RFC 3339).
pub(super) fn date(at: DateTime<Utc>, precision: DatePrecision, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    match precision {
        DatePrecision::Day => local.format("%Y-%m-%d").to_string(),
        DatePrecision::Minute | DatePrecision::Second => local.to_rfc3339(),
    }
}

/// A date of a page that was looked at `now`, on the clock of Viet Nam; nothing where it cannot be believed.
///
/// An instant that names its offset stays on its own clock, whose day is the one that readers see.
pub(super) fn written_date(written: &str, now: DateTime<Utc>) -> Option<String> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let (at, precision) = date::read(written, zone, now).ok()?;
    let own = DateTime::parse_from_rfc3339(written).ok();
    Some(own.map_or_else(|| date(at, precision, zone), |own| own.to_rfc3339()))
}
