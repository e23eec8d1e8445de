//! The names that feeds have and had.

use super::{TransactionError, instant, millis, parsed};
use crate::FormerFeed;
use bantin_core::{Feed, Slug};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

/// Takes over the names of all feeds of feeds.toml. Gives those that it has no more since the last time.
pub(in super::super) fn update_names(
    db: &Transaction<'_>,
    feeds: &[Feed],
    now: DateTime<Utc>,
) -> Result<Vec<FormerFeed>, TransactionError> {
    // 0 stands for the names that were there a moment ago.
    db.execute("UPDATE feed_name SET gone = 0 WHERE gone IS NULL", [])?;
    let mut put = db.prepare_cached(
        "INSERT INTO feed_name (name, private) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET private = ?2, gone = NULL, cleared = 0",
    )?;
    for feed in feeds {
        for name in std::iter::once(&feed.id).chain(&feed.formerly) {
            put.execute((name.as_str(), feed.is_private()))?;
        }
    }
    let left = select(db, "gone = 0")?;
    db.execute("UPDATE feed_name SET gone = ?1, cleared = 0 WHERE gone = 0", [millis(now)])?;
    Ok(left.into_iter().map(|feed| FormerFeed { left: now, ..feed }).collect())
}

/// All names that feeds.toml has no more, by name.
pub(in super::super) fn former_names(
    db: &Transaction<'_>,
) -> Result<Vec<FormerFeed>, TransactionError> {
    select(db, "gone IS NOT NULL")
}

fn select(db: &Transaction<'_>, which: &'static str) -> Result<Vec<FormerFeed>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT name, private, gone, cleared FROM feed_name WHERE {which} ORDER BY name"
    ))?;
    let mut rows = select.query([])?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        names.push(FormerFeed {
            name: parsed("the name of a feed", &row.get::<_, String>(0)?)?,
            private: row.get(1)?,
            left: instant(row.get(2)?),
            cleared: row.get(3)?,
        });
    }
    Ok(names)
}

/// Keeps that the documents of a former name are no more.
pub(in super::super) fn cleared(db: &Transaction<'_>, name: &Slug) -> Result<(), TransactionError> {
    let sql = "UPDATE feed_name SET cleared = 1 WHERE name = ?1 AND gone IS NOT NULL";
    db.prepare_cached(sql)?.execute([name.as_str()])?;
    Ok(())
}
