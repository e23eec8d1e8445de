//! Rows that cannot be read because a failing disk, another program or an old bug damaged a column.
//!
//! A damaged row must not keep other articles from a feed, an export or a visit: queries over many
//! rows skip it with a warning. The next fetch of its page rewrites it under the same id.

use crate::error::TransactionError;
use rusqlite::{Error, Row};

/// Returns the value read from the row of an article, or `None` with a warning if a column cannot
/// be read.
pub(crate) fn skip_damaged<T>(
    row: &Row<'_>,
    read: Result<T, TransactionError>,
) -> Result<Option<T>, TransactionError> {
    let why = match read {
        Ok(value) => return Ok(Some(value)),
        Err(TransactionError::Corrupt(what, why)) => format!("{what}: {why}"),
        Err(TransactionError::Sqlite(error)) if is_value_error(&error) => error.to_string(),
        Err(other) => return Err(other),
    };
    let id: String = row.get("id").unwrap_or_else(|_| "with an unreadable id".to_owned());
    tracing::warn!(
        "the article {id} is skipped, because its row in the store cannot be read ({why}); the next fetch of its page \
         rewrites it; if this message repeats for other articles, restore a backup of the store"
    );
    Ok(None)
}

/// Whether the error is about a single value, not the database.
fn is_value_error(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidColumnType(..)
            | Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}
