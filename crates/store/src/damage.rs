//! Rows that cannot be read: a failing disk, another program or an old fault damaged a column.
//!
//! Such a row must not keep the other articles from a feed, an export or a visit. It is left out
//! with a warning, and written afresh when its page is read the next time.

use crate::error::TransactionError;
use rusqlite::{Error, Row};

/// The value that was read from the row of an article; `None` with a warning where a column of it
/// cannot be read.
pub(crate) fn sound<T>(
    row: &Row<'_>,
    read: Result<T, TransactionError>,
) -> Result<Option<T>, TransactionError> {
    let why = match read {
        Ok(value) => return Ok(Some(value)),
        Err(TransactionError::Corrupt(what, why)) => format!("{what}: {why}"),
        Err(TransactionError::Sqlite(error)) if is_value_error(&error) => error.to_string(),
        Err(other) => return Err(other),
    };
    let id: String = row.get("id").unwrap_or_else(|_| "whose id cannot be read either".to_owned());
    tracing::warn!(
        "the article {id} is left out, because its row in the store cannot be read ({why}); it is written afresh when its \
         page is read again; if there are more of these, restore a backup of the store"
    );
    Ok(None)
}

/// Whether a single value is invalid, and not the database.
fn is_value_error(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidColumnType(..)
            | Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}
