//! The migrations from each released schema to the newest one.

use crate::error::TransactionError;
use crate::{StoreError, article_row, carriers, error, identity};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The migrations, oldest first: each upgrades the schema by one version. A released migration is
/// never edited.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
    include_str!("migrations/4.sql"),
    include_str!("migrations/5.sql"),
    include_str!("migrations/6.sql"),
    include_str!("migrations/7.sql"),
    include_str!("migrations/8.sql"),
    include_str!("migrations/9.sql"),
    include_str!("migrations/10.sql"),
    include_str!("migrations/11.sql"),
    include_str!("migrations/12.sql"),
    include_str!("migrations/13.sql"),
    include_str!("migrations/14.sql"),
    include_str!("migrations/15.sql"),
];

/// The first schema with the further keys and the addresses of articles.
const KEYS: usize = 13;

/// Migrates a file to the newest schema.
pub(crate) fn migrate(path: &Path, db: &mut Connection) -> Result<(), StoreError> {
    let mut run = || -> Result<Option<usize>, TransactionError> {
        // A store that is up to date is opened without a write: its disk may be full.
        let version: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version as usize == MIGRATIONS.len() && article_row::is_watched(db)? {
            return Ok(None);
        }
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let found = found as usize;
        if found > MIGRATIONS.len() {
            return Ok(Some(found));
        }
        for migration in MIGRATIONS.iter().skip(found) {
            transaction.execute_batch(migration)?;
        }
        if found < KEYS {
            identity::add_forms(&transaction)?;
            carriers::add_all_addresses(&transaction)?;
        }
        article_row::watch_edits(&transaction)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
        )?;
        transaction.commit()?;
        Ok(None)
    };
    match run().map_err(|e| error::explain(path, e))? {
        Some(found) => {
            Err(StoreError::Newer { path: path.to_owned(), found, known: MIGRATIONS.len() })
        }
        None => Ok(()),
    }
}
