//! Output formats of commands, and dates in their output.

use bantin_core::DatePrecision;
use bantin_core::text::date;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The output format of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Formats a date with its precision: a day, or an instant with its offset (RFC 3339).
pub(super) fn date(at: DateTime<Utc>, precision: DatePrecision, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    match precision {
        DatePrecision::Day => local.format("%Y-%m-%d").to_string(),
        DatePrecision::Minute | DatePrecision::Second => local.to_rfc3339(),
    }
}

/// Formats a date written on a page that was fetched at `now`, in the time zone of Viet Nam; `None`
/// if the date is not plausible.
///
/// An RFC 3339 instant keeps its own offset, so its day is the one that readers see.
pub(super) fn written_date(written: &str, now: DateTime<Utc>) -> Option<String> {
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let (at, precision) = date::read(written, zone, now).ok()?;
    let own = DateTime::parse_from_rfc3339(written).ok();
    Some(own.map_or_else(|| date(at, precision, zone), |own| own.to_rfc3339()))
}
