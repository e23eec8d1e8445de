//! Withdrawals and erasures of articles, and the audit of these decisions.

use crate::changes::changed;
use crate::columns::{maybe_instant, millis};
use crate::error::TransactionError;
use crate::{Store, StoreError, article_row};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

/// The withdrawal of an article from all feeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The time.
    pub at: DateTime<Utc>,
    /// Whether the agency removed the article, and not the operator.
    pub by_agency: bool,
    /// Whether its content was erased. Its id and addresses stay, so that it never returns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// The reason.
    pub reason: Option<String>,
}

impl Store {
    /// Removes an article from every feed permanently and records the reason. Returns its title.
    pub async fn withdraw(
        &self,
        id: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let (id, reason) = (id.to_owned(), reason.to_owned());
        self.write_durably(move |db| withdraw(db, &id, &reason, now)).await
    }

    /// Withdraws an article and deletes its content permanently. Its id and addresses stay, so that
    /// it never returns. Returns its title.
    pub async fn erase(
        &self,
        id: &str,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let (id, reason) = (id.to_owned(), reason.to_owned());
        let erase = move |db: &Transaction<'_>| erase(db, &id, &reason, now);
        let title = self.write_durably(erase).await?;
        self.empty_journal().await?;
        Ok(title)
    }
}

fn withdraw(
    db: &Transaction<'_>,
    id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<String, TransactionError> {
    let title: Option<String> = db
        .prepare_cached(
            "UPDATE article SET withdrawn = ifnull(withdrawn, ?2), withdrawn_reason = ?3, withdrawn_by_agency = 0
             WHERE id = ?1
             RETURNING title",
        )?
        .query_row((id, millis(now), reason), |row| row.get(0))
        .optional()?;
    let Some(title) = title else { return Err(StoreError::NoSuchArticle(id.to_owned()).into()) };
    audit(db, "withdraw", id, reason, now)?;
    changed(db)?;
    Ok(title)
}

fn erase(
    db: &Transaction<'_>,
    id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<String, TransactionError> {
    let title = withdraw(db, id, reason, now)?;
    clear(db, id)?;
    audit(db, "erase", id, reason, now)?;
    Ok(title)
}

/// Deletes the content of a withdrawn article, its revisions, topics, pages and refusals.
pub(crate) fn clear(db: &Transaction<'_>, id: &str) -> Result<(), TransactionError> {
    db.execute(
        "DELETE FROM page WHERE EXISTS (
             SELECT 1 FROM article LEFT JOIN alias ON alias.article = article.sequence
             WHERE article.id = ?1 AND page.source = article.source
               AND (page.asked = alias.url OR page.asked = article.url OR page.url = article.url))",
        [id],
    )?;
    // Listing pages contain its summary, and feeds its whole text.
    db.execute(
        "DELETE FROM page WHERE teaser IS NULL AND source = (SELECT source FROM article WHERE id = ?1)",
        [id],
    )?;
    // The reason of a refusal quotes the page.
    db.execute(
        "DELETE FROM rejection WHERE (source, key) IN (SELECT source, key FROM article WHERE id = ?1)",
        [id],
    )?;
    for table in ["revision", "classified", "topic"] {
        let of = "SELECT sequence FROM article WHERE id = ?1";
        db.execute(&format!("DELETE FROM {table} WHERE article IN ({of})"), [id])?;
    }
    article_row::erase(db, id)
}

/// Reads the withdrawal of the article in a row.
pub(crate) fn withdrawal(row: &Row<'_>) -> Result<Option<Withdrawal>, TransactionError> {
    let Some(at) = maybe_instant(row, "withdrawn")? else { return Ok(None) };
    let by_agency = row.get("withdrawn_by_agency")?;
    let (erased, reason) = (row.get("erased")?, row.get("withdrawn_reason")?);
    Ok(Some(Withdrawal { at, by_agency, erased, reason }))
}

/// Records a decision in the audit.
pub(crate) fn audit(
    db: &Transaction<'_>,
    action: &str,
    id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), TransactionError> {
    db.prepare_cached("INSERT INTO audit (at, action, subject, reason) VALUES (?1, ?2, ?3, ?4)")?
        .execute((millis(now), action, id, reason))?;
    Ok(())
}
