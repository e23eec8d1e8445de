//! Tombstones of another store: the withdrawals and erasures that an import brings.
//!
//! The two stores may have the same article under different ids, because each makes ids with its
//! own authority, or because the key of the article has changed. A withdrawal by an operator must
//! hold in all these cases, in whichever order the lines arrive.

use crate::changes::changed;
use crate::error::TransactionError;
use crate::exchange::{erase, withdraw};
use crate::{ArticleRowId, ImportedArticle, Withdrawal, carriers, withdrawals};
use bantin_core::{ArticleKey, PublicUrl, Slug};
use chrono::{DateTime, Utc};
use rusqlite::{Row, Transaction};

/// A stored article that is the same as an imported one with another id.
pub(crate) struct SameArticle {
    pub(crate) row: ArticleRowId,
    pub(crate) id: String,
    pub(crate) withdrawn: Option<Withdrawal>,
    /// Whether it has the key of the imported article, and not only an address.
    pub(crate) has_key: bool,
}

/// Returns the withdrawal if an operator made it: it never ends.
pub(crate) fn order(withdrawn: Option<&Withdrawal>) -> Option<&Withdrawal> {
    withdrawn.filter(|withdrawn| !withdrawn.by_agency)
}

/// Returns the articles of a source that have the key or an address of an imported article. An
/// address that several articles of the source have, for example the home page, identifies none.
pub(crate) fn stored_under_another_id(
    db: &Transaction<'_>,
    source: &Slug,
    imported: &ImportedArticle,
) -> Result<Vec<SameArticle>, TransactionError> {
    let mut by_key = db.prepare_cached("SELECT * FROM article WHERE source = ?1 AND key = ?2")?;
    let mut rows = by_key.query((source.as_str(), imported.article.key.as_str()))?;
    let mut found = Vec::new();
    if let Some(row) = rows.next()? {
        found.push(same_article(row, true)?);
    }
    let mut by_address = db.prepare_cached(
        "SELECT article.* FROM alias JOIN article ON article.sequence = alias.article
         WHERE alias.source = ?1 AND alias.url = ?2",
    )?;
    for address in &imported.addresses {
        let mut rows = by_address.query((source.as_str(), PublicUrl::as_str(address)))?;
        if let Some(row) = rows.next()? {
            let key = ArticleKey::kept(row.get("key")?);
            let same = same_article(row, false)?;
            if is_own_address(db, source, address, &key)?
                && found.iter().all(|known| known.row != same.row)
            {
                found.push(same);
            }
        }
    }
    Ok(found)
}

/// Whether no other article of a source has the address of one with this key.
fn is_own_address(
    db: &Transaction<'_>,
    source: &Slug,
    address: &PublicUrl,
    key: &ArticleKey,
) -> Result<bool, TransactionError> {
    let Some(form) = carriers::address_form(address.as_url()) else { return Ok(false) };
    // Articles that share the key of a page are not in the table of addresses.
    let (from, end) = key.variants();
    let mut select = db.prepare_cached(
        "SELECT (SELECT count(*) FROM article_address CROSS JOIN article ON article.sequence = article_address.article
                 WHERE address = ?2 AND article.source = ?1) < 2
             AND (?3 OR NOT EXISTS (SELECT 1 FROM article WHERE source = ?1 AND key >= ?4 AND key < ?5))",
    )?;
    let wanted = (source.as_str(), form, key.is_guid(), from, end);
    Ok(select.query_row(wanted, |row| row.get(0))?)
}

fn same_article(row: &Row<'_>, has_key: bool) -> Result<SameArticle, TransactionError> {
    let withdrawn = withdrawals::withdrawal(row)?;
    Ok(SameArticle { row: row.get("sequence")?, id: row.get("id")?, withdrawn, has_key })
}

/// Withdraws articles, and erases them if the other store has erased its own.
pub(crate) fn withdraw_all(
    db: &Transaction<'_>,
    articles: &[SameArticle],
    order: &Withdrawal,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    for article in articles {
        let earlier = self::order(article.withdrawn.as_ref());
        if earlier.is_none() {
            withdraw(db, article.row, &article.id, order, now)?;
        }
        let is_to_be_erased = order.erased && !earlier.is_some_and(|earlier| earlier.erased);
        if is_to_be_erased {
            erase(db, &article.id, now)?;
        }
        if earlier.is_none() || is_to_be_erased {
            changed(db)?;
        }
    }
    Ok(())
}
