//! Conversions of instants, parsed texts and numeric newtypes to and from columns.

use crate::error::TransactionError;
use chrono::{DateTime, Utc};
use rusqlite::Row;

/// Converts an instant to its column value: milliseconds since 1970.
pub(crate) fn millis(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis()
}

/// Converts a column value to an instant; one outside the calendar becomes 1970.
pub(crate) fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// Reads an instant from a column that may be NULL.
pub(crate) fn maybe_instant(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<DateTime<Utc>>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(instant))
}

/// Parses a text that was valid when it was stored; `what` names it in messages.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    what: &'static str,
    text: &str,
) -> Result<T, TransactionError> {
    text.parse().map_err(|e: T::Err| TransactionError::Corrupt(what, e.to_string()))
}

/// Implements `ToSql` and `FromSql` for a newtype around `i64`.
macro_rules! number_in_columns {
    ($type:ident) => {
        impl rusqlite::ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $type {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                i64::column_result(value).map(Self)
            }
        }
    };
}

pub(crate) use number_in_columns;
