//! The names of feeds: the current ones, and former ones that are no longer in feeds.toml.
//!
//! The store keeps every name that a feed ever had, including its `aliases`, and the time at which
//! feeds.toml was first read without it. From then on the name is answered with 410; the documents
//! are removed later. Former names of private feeds are kept too, but never revealed.

use crate::columns::{instant, millis, parsed};
use crate::error::TransactionError;
use crate::{Store, StoreError};
use bantin_core::{FeedConfig, Slug};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

/// A name that a feed had once and that no feed has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerFeed {
    /// The name.
    pub name: Slug,
    /// Whether the feed was private.
    pub private: bool,
    /// When feeds.toml was first read without it.
    pub removed_at: DateTime<Utc>,
    /// Whether its documents have been removed.
    pub cleared: bool,
}

impl Store {
    /// Returns the names of all feeds that ever existed.
    pub async fn feeds(&self) -> Result<Vec<Slug>, StoreError> {
        self.read(feeds).await
    }

    /// Records the names of the feeds in feeds.toml, including their former names. Returns the
    /// names that disappeared since the last call.
    pub async fn update_feed_names(
        &self,
        feeds: &[FeedConfig],
        now: DateTime<Utc>,
    ) -> Result<Vec<FormerFeed>, StoreError> {
        let feeds = feeds.to_vec();
        self.write(move |db| update_names(db, &feeds, now)).await
    }

    /// Returns the names that feeds had once and no feed has now, sorted by name.
    pub async fn former_feeds(&self) -> Result<Vec<FormerFeed>, StoreError> {
        self.read(former_names).await
    }

    /// Records that the documents of a former feed were removed.
    pub async fn cleared(&self, name: &Slug) -> Result<(), StoreError> {
        let name = name.clone();
        self.write(move |db| cleared(db, &name)).await
    }
}

fn feeds(db: &Transaction<'_>) -> Result<Vec<Slug>, TransactionError> {
    let mut select = db.prepare_cached("SELECT id FROM feed ORDER BY id")?;
    let names: Vec<String> = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.iter().map(|name| parsed("the name of a feed", name)).collect()
}

fn update_names(
    db: &Transaction<'_>,
    feeds: &[FeedConfig],
    now: DateTime<Utc>,
) -> Result<Vec<FormerFeed>, TransactionError> {
    // 0 marks the names of the last call until feeds.toml confirms them below.
    db.execute("UPDATE feed_name SET gone = 0 WHERE gone IS NULL", [])?;
    let mut put = db.prepare_cached(
        "INSERT INTO feed_name (name, private) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET private = ?2, gone = NULL, cleared = 0",
    )?;
    for feed in feeds {
        for name in std::iter::once(&feed.id).chain(&feed.aliases) {
            put.execute((name.as_str(), feed.is_private()))?;
        }
    }
    let left = select(db, "gone = 0")?;
    db.execute("UPDATE feed_name SET gone = ?1, cleared = 0 WHERE gone = 0", [millis(now)])?;
    Ok(left.into_iter().map(|feed| FormerFeed { removed_at: now, ..feed }).collect())
}

fn former_names(db: &Transaction<'_>) -> Result<Vec<FormerFeed>, TransactionError> {
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
            removed_at: instant(row.get(2)?),
            cleared: row.get(3)?,
        });
    }
    Ok(names)
}

fn cleared(db: &Transaction<'_>, name: &Slug) -> Result<(), TransactionError> {
    let sql = "UPDATE feed_name SET cleared = 1 WHERE name = ?1 AND gone IS NOT NULL";
    db.prepare_cached(sql)?.execute([name.as_str()])?;
    Ok(())
}
