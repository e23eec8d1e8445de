//! Pending items: listing items that have no article yet.
//!
//! The page of such an item failed, was rejected, or exceeded the page limit of the visit. The item
//! is stored and requested again for a week, even after it has left the listing.

use crate::columns::millis;
use crate::error::TransactionError;
use crate::{Store, StoreError, VisitClaim, records};
use bantin_core::{ArticleKey, ListingItem, Slug, retry};
use chrono::{DateTime, Utc};
use rusqlite::Transaction;

impl Store {
    /// Returns the items of the last week that have no article yet, the oldest first.
    pub async fn pending(
        &self,
        source: &Slug,
        now: DateTime<Utc>,
    ) -> Result<Vec<ListingItem>, StoreError> {
        let source = source.clone();
        self.read_briefly(move |db| pending(db, &source, now)).await
    }
}

fn pending(
    db: &Transaction<'_>,
    source: &Slug,
    now: DateTime<Utc>,
) -> Result<Vec<ListingItem>, TransactionError> {
    let mut select = db.prepare_cached(
        "SELECT teaser FROM pending WHERE source = ?1 AND since BETWEEN ?2 AND ?3 ORDER BY since, rowid",
    )?;
    let since = (source.as_str(), millis(now - retry::PENDING_ITEM_KEPT), millis(now));
    let texts = select.query_map(since, |row| row.get::<_, String>(0))?;
    texts.map(|text| records::read("a pending item", &text?)).collect()
}

/// Stores the items without an article after a visit, and deletes those that were given up or are
/// too old.
pub(crate) fn record_pending(
    db: &Transaction<'_>,
    claim: &VisitClaim,
    items: &[ListingItem],
    given_up: &[ArticleKey],
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    let source = claim.source.as_str();
    let mut insert = db.prepare_cached(
        "INSERT INTO pending (source, key, teaser, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source, key) DO UPDATE SET teaser = excluded.teaser",
    )?;
    for item in items {
        insert.execute((source, item.key.as_str(), records::write(item)?, millis(now)))?;
    }
    for key in given_up {
        forget(db, &claim.source, key)?;
    }
    db.prepare_cached("DELETE FROM pending WHERE source = ?1 AND since < ?2")?
        .execute((source, millis(now - retry::PENDING_ITEM_KEPT)))?;
    Ok(())
}

/// Deletes a pending item, because it has an article or was given up.
pub(crate) fn forget(
    db: &Transaction<'_>,
    source: &Slug,
    key: &ArticleKey,
) -> Result<(), TransactionError> {
    db.prepare_cached("DELETE FROM pending WHERE source = ?1 AND key = ?2")?
        .execute((source.as_str(), key.as_str()))?;
    Ok(())
}
