//! The counter of changes, and the articles that changed since a value of it.

use crate::article_row::OTHER_COLUMNS;
use crate::articles::NEVER;
use crate::columns::number_in_columns;
use crate::damage::skip_damaged;
use crate::error::TransactionError;
use crate::{Store, StoreChanges, StoreError, TouchedArticle, article_row, publication_day};
use rusqlite::{Row, Transaction};

/// The maximum number of touched articles that are returned one by one: beyond it, publishing
/// everything is cheaper.
const MAX_COUNT: usize = 1_000;

/// A value of the counter of changes, which only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ChangeCount(pub(crate) i64);

number_in_columns!(ChangeCount);

impl Store {
    /// Returns the counter of changes, which advances with every change that readers can see.
    pub async fn changes(&self) -> Result<ChangeCount, StoreError> {
        self.read(changes).await
    }

    /// Returns the changes since a value of the counter; without a value, the counter alone.
    pub async fn changes_since(
        &self,
        changes: Option<ChangeCount>,
    ) -> Result<StoreChanges, StoreError> {
        self.read(move |db| since(db, changes)).await
    }
}

fn since(
    db: &Transaction<'_>,
    since: Option<ChangeCount>,
) -> Result<StoreChanges, TransactionError> {
    let touched = since.map(|since| touched_articles(db, since)).transpose()?.flatten();
    Ok(StoreChanges { changes: changes(db)?, day: publication_day::day(db)?, touched })
}

/// Returns the articles that were touched since a value, or `None` if they do not determine what
/// must be republished.
fn touched_articles(
    db: &Transaction<'_>,
    since: ChangeCount,
) -> Result<Option<Vec<TouchedArticle>>, TransactionError> {
    let mut select = db.prepare_cached(&format!(
        "SELECT article.*, {OTHER_COLUMNS}
         FROM touched CROSS JOIN article ON article.sequence = touched.article
         WHERE touched.at > ?1 LIMIT {}",
        MAX_COUNT + 1
    ))?;
    let mut rows = select.query([since])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        // The archives that contained an erased article cannot be determined from it.
        let Some(article) = skip_damaged(row, one(row))? else { return Ok(None) };
        if row.get::<_, bool>("erased")? || found.len() == MAX_COUNT {
            return Ok(None);
        }
        found.push(article);
    }
    Ok(Some(found))
}

fn one(row: &Row<'_>) -> Result<TouchedArticle, TransactionError> {
    let is_withdrawn = row.get::<_, Option<i64>>("withdrawn")?.is_some();
    let is_dated = row.get::<_, i64>("arrival")? != NEVER;
    Ok(TouchedArticle {
        row: row.get("sequence")?,
        article: article_row::read(row)?,
        is_current: !is_withdrawn && is_dated,
        changed: row.get("changed")?,
        published: row.get("published")?,
    })
}

/// Returns the counter of changes.
pub(crate) fn changes(db: &Transaction<'_>) -> Result<ChangeCount, TransactionError> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'changes'";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Advances the counter of changes.
pub(crate) fn changed(db: &Transaction<'_>) -> Result<(), TransactionError> {
    let sql = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'";
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}
