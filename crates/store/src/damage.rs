//! Rows that cannot be read: what a failing disk, another program or an old fault left in a column.
//!
//! One of them must not keep a feed, an export or a visit from its other articles. It is left out and told of, and it is
//! whole again when its page is read the next time.

use crate::error::TransactionError;
use rusqlite::{Error, Row};

/// What was read from the row of an article; nothing where a column of it cannot be read.
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

/// Whether one value is wrong, and not the database.
fn is_value_error(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidColumnType(..)
            | Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
    )
}
